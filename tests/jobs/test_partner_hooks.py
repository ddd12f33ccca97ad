"""Events of a coalition on their way: each partner's to its own endpoint, all of them to the operator's."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from connect import deliveries, webhooks
from events.models import Delivery, Event
from jobs.job import Lane
from jobs.runner import Runner
from kit import clock
from kit.errors import Refusal
from kit.ids import encode, new_id
from programs import reviewing
from programs.coalition import blocks, burning, settlement_views, settlements
from programs.coalition.links import LinkId
from programs.coalition.models import MemberLink
from programs.quote import RedeemPoints
from programs.velocity import Limit, Per
from rewards import redemptions
from rewards.views import RedemptionId
from tenants import scope
from tenants.roles import ACTIONS, PartnerScope, Role, permitting
from tests.conftest import DatabaseUrls
from tests.connect.receiver import Receiver, receiving
from tests.connect.test_webhooks import ROOT
from tests.jobs.test_outbox import HERE, JOBS
from tests.programs.coalition.club import Club, open_club

SCOPES = frozenset(PartnerScope)


async def listen(club: Club, url: str, slug: str | None = None, *kinds: str) -> None:
    """An endpoint for a partner, or for the operator."""
    async with club.here():
        with permitting(ACTIONS[Role.OWNER] | SCOPES):
            await webhooks.set_endpoint(HERE, url, kinds, club.partners[slug].id if slug else None)


async def link(club: Club, slug: str, customer: str) -> LinkId:
    async with club.here(), scope.writing():
        made = await MemberLink.create(
            id=new_id(), partner_id=club.partners[slug].id, member_id=club.member, customer_id=customer, consent="[]",
            linked_by="test", linked_at=club.shop.now,
        )  # fmt: skip
    return LinkId(made.id)


async def tick(at: datetime | None = None) -> None:
    with clock.pinned(at or clock.now()):
        for lane in (Lane.WEBHOOKS, Lane.RETRIES):
            await Runner(lane, JOBS).tick()


def came(receiver: Receiver) -> list[tuple[str, dict[str, Any]]]:
    """What came, in the order of its events."""
    found = sorted((headers["webhook-id"], json.loads(text)) for headers, text in receiver.requests)
    return [(told["type"], told["data"]) for _, told in found]


async def test_each_partner_is_told_of_what_happens_with_it_and_the_operator_of_all(database: DatabaseUrls) -> None:
    club = await open_club()
    known = {slug: encode("lnk", await link(club, slug, f"{slug}-7")) for slug in "ab"}
    async with receiving() as own, receiving() as a, receiving() as b:
        for receiver, slug in ((own, None), (a, "a"), (b, "b")):
            await listen(club, receiver.url, slug)
        await club.buy("a", 100_00, "o-1")
        await club.buy("b", 50_00, "o-1")
        await club.spend("b", 30, "o-2")
        await club.shop.buy(10_00, order="o-1")
        await tick(club.shop.now)
    assert [kind for kind, _ in came(own)] == [
        "activity.decided", "activity.decided", "redemption.reserved", "redemption.confirmed", "activity.decided",
    ]  # fmt: skip
    assert {data["member"] for _, data in came(own)} == {encode("mem", club.member)}
    ((kind, told),) = came(a)
    unit = encode("unt", (await _events(club))[0][1]["entries"][0]["unit"])
    assert (kind, told) == ("activity.decided", {
        "activity": came(own)[0][1]["activity"], "kind": "purchase", "link": known["a"], "customer_id": "a-7",
        "order_reference": "o-1", "entries": [{"unit": unit, "reason": "earn", "book": "available", "amount": 100}],
    })  # fmt: skip
    assert [kind for kind, _ in came(b)] == ["activity.decided", "redemption.reserved", "redemption.confirmed"]
    assert came(b)[2][1] == {
        "redemption": came(own)[2][1]["redemption"], "link": known["b"], "customer_id": "b-7", "unit": unit,
        "points": 30, "order_reference": "o-2",
    }  # fmt: skip
    for receiver in (a, b):
        assert not any(encode("mem", club.member) in text for _, text in receiver.requests)


async def test_each_endpoint_has_its_own_secret(database: DatabaseUrls) -> None:
    club = await open_club()
    async with receiving() as own, receiving() as a:
        await listen(club, own.url)
        await listen(club, a.url, "a")
        await club.buy("a", 100_00)
        await tick(clock.now())
    async with club.here(), scope.reading():
        found = [await webhooks.endpoint(), await webhooks.endpoint(club.partners["a"].id)]
        secrets = [webhooks.secret(ROOT, each.id, 1) for each in found if each is not None]
    for n, receiver in enumerate((own, a)):
        ((headers, text),) = receiver.requests
        Webhook(secrets[n]).verify(text, headers)
        with pytest.raises(Exception, match="No matching signature"):
            Webhook(secrets[1 - n]).verify(text, headers)


async def test_events_that_nobody_waits_for_are_not_left_for_the_relay(database: DatabaseUrls) -> None:
    club = await open_club()
    await listen(club, "http://127.0.0.1:9/", "a", "redemption.confirmed")
    await club.buy("a", 100_00)
    await club.buy("b", 100_00)
    await club.shop.buy(10_00)
    assert [(relayed, partner) for _, _, relayed, partner in await _events(club)] == [
        (False, club.partners["a"].id), (True, club.partners["b"].id), (True, None),
    ]  # fmt: skip
    await tick()
    async with club.here(), scope.reading():
        assert await Delivery.all().count() == 0, "a does not want that kind"
        assert await Event.filter(relayed=False).count() == 0


async def test_what_waited_or_was_released_is_told_too(database: DatabaseUrls) -> None:
    """Activities that are decided later than they came still are the partner's."""
    club = await open_club()
    async with receiving() as a:
        await listen(club, a.url, "a")
        await club.refund("a", "o-1", 1)
        await club.buy("a", 100_00, "o-1")
        async with club.here():
            await reviewing.set_limits([Limit("purchase", Per.HOUR, times=1)])
        await club.buy("a", 100_00, "o-2")
        held = await club.buy("a", 100_00, "o-3")
        assert held.state == "parked"
        async with club.here():
            await reviewing.review("r", held.activity_id, True, "known")
        await tick(club.shop.now)
    decided = [data for kind, data in came(a) if kind == "activity.decided"]
    assert [(data["kind"], data["order_reference"]) for data in decided] == [
        ("purchase", "o-1"), ("refund", "o-1"), ("purchase", "o-2"), ("purchase", "o-3"),
    ]  # fmt: skip


async def test_redemptions_settlements_and_blocks_are_told(database: DatabaseUrls) -> None:
    club = await open_club(prepaid=True, block_alert=150)
    a = club.partners["a"]
    async with receiving() as told, receiving() as other:
        await listen(club, told.url, "a")
        await listen(club, other.url, "b", "settlement.drafted", "partner.block_low")
        async with club.here():
            await blocks.buy("block", a.id, 200)
        await club.buy("a", 100_00, "o-1")
        held = [await _reserve(club, "a", key) for key in ("r1", "r2")]
        async with club.here():
            await redemptions.cancel("c", held[0])
        club.shop.now += timedelta(days=1)
        async with club.here():
            await redemptions.expire_due(10)
        club.shop.now += timedelta(days=40)
        async with club.here():
            await settlements.close_due(10)
            (drafted,) = [each.id for each in await settlement_views.page() if each.partner_id == a.id]
            await settlements.approve("approve", drafted)
            await settlements.pay("pay", drafted)
        await tick(club.shop.now)
    assert sorted(kind for kind, _ in came(told)) == [
        "activity.decided", "partner.block_low", "redemption.cancelled", "redemption.expired",
        "redemption.reserved", "redemption.reserved", "settlement.approved", "settlement.drafted", "settlement.paid",
    ]  # fmt: skip
    by_kind = dict(came(told))
    assert by_kind["partner.block_low"] == {"partner": encode("prt", a.id), "points": 100}
    assert by_kind["settlement.paid"]["settlement"] == encode("stl", drafted)
    assert came(other) == []


async def test_a_link_that_has_ended_is_told_no_more(database: DatabaseUrls) -> None:
    club = await open_club()
    await link(club, "a", "a-7")
    async with receiving() as a:
        await listen(club, a.url, "a")
        await club.buy("a", 100_00)
        async with club.here(), scope.writing():
            await MemberLink.all().update(unlinked_at=club.shop.now)
        await tick(club.shop.now)
    ((_, data),) = came(a)
    assert (data["link"], data["customer_id"]) == (None, None)


async def test_an_endpoint_that_is_gone_or_removed_is_its_partners_alone(database: DatabaseUrls) -> None:
    club = await open_club()
    async with receiving() as own, receiving([410]) as a, receiving([500]) as b:
        for receiver, slug in ((own, None), (a, "a"), (b, "b")):
            await listen(club, receiver.url, slug)
        for slug in "ab":
            await club.buy(slug, 100_00)
        await tick(club.shop.now)
        async with club.here():
            with permitting(SCOPES):
                assert await webhooks.remove_endpoint(club.partners["b"].id) is True
            async with scope.reading():
                rest = [await webhooks.endpoint(), await webhooks.endpoint(club.partners["a"].id)]
        await club.buy("a", 100_00)
        await tick(club.shop.now)
    assert [each is not None and each.disabled_at is not None for each in rest] == [False, True]
    assert (len(own.requests), len(a.requests), len(b.requests)) == (4, 1, 1), "the operator is told of a's"


async def test_deliveries_are_seen_and_sent_again_by_whose_they_are(database: DatabaseUrls) -> None:
    club = await open_club()
    a, b = club.partners["a"].id, club.partners["b"].id
    async with receiving([410]) as own, receiving([410, 204]) as mended:
        await listen(club, own.url)
        await listen(club, mended.url, "a")
        await club.buy("a", 100_00)
        await tick(club.shop.now)
        await listen(club, mended.url, "a")
        async with club.here():
            seen = {whose: await deliveries.list_(partner=whose) for whose in (None, a, b)}
            assert {whose: len(found) for whose, found in seen.items()} == {None: 1, a: 1, b: 0}
            (failed,) = seen[a]
            with permitting(ACTIONS[Role.OWNER] | SCOPES):
                for other in (None, b):
                    assert await deliveries.find(failed.id, other) is None
                    with pytest.raises(Refusal, match="NOT_FOUND"):
                        await deliveries.resend(failed.id, other)
                await deliveries.resend(failed.id, a)
        await tick(club.shop.now)
        async with club.here():
            assert [(each.id, each.state) for each in await deliveries.list_(partner=a)] == [(failed.id, "delivered")]


async def _reserve(club: Club, slug: str, key: str) -> RedemptionId:
    async with club.here():
        held = await burning.reserve(
            key, club.partners[slug], club.member, RedeemPoints(10), order_reference=None, order_total=1_000_00
        )
    return RedemptionId(held.id)


async def _events(club: Club) -> list[tuple[str, dict[str, Any], bool, str | None]]:
    async with club.here(), scope.reading():
        return [
            (row.kind, json.loads(row.body), row.relayed, row.partner_id)
            for row in await Event.exclude(kind="partner.terms_announced").order_by("id")
        ]
