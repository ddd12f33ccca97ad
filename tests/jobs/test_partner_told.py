"""What happens to a partner, with its members, and with perks that it gives or bears: told to it and nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from kit.ids import encode
from members.erase import erase
from members.inputs import ConsentInput, MemberInput
from members.service import upsert
from members.views import CONSENT_TO_COALITION, MemberId
from programs import merging, perk_uses, reviewing
from programs.coalition import blocks, links, partners
from programs.coalition.links import LinkId
from programs.coalition.models import MemberLink
from programs.perk_uses import PerkUseId
from programs.velocity import Limit, Per
from tenants import keys, scope
from tenants.roles import ACTIONS, PartnerScope, Role, permitting
from tests.conftest import DatabaseUrls
from tests.connect.receiver import receiving
from tests.jobs.test_partner_hooks import came, link, listen, tick
from tests.programs.coalition.club import TERMS, Club, open_club
from tests.programs.coalition.test_perks_across import club_of, use

Told = list[tuple[str, dict[str, Any]]]


async def told(club: Club, work: Awaitable[object]) -> tuple[Told, Told]:
    """What a and b are told of what is done, each by its own endpoint."""
    async with receiving() as a, receiving() as b:
        for receiver, slug in ((a, "a"), (b, "b")):
            await listen(club, receiver.url, slug)
        await work
        await tick(club.shop.now)
        return came(a), came(b)


async def test_activities_that_are_held_and_rejected(database: DatabaseUrls) -> None:
    club = await open_club()
    known = encode("lnk", await link(club, "a", "a-7"))

    async def work() -> None:
        async with club.here():
            await reviewing.set_limits([Limit("purchase", Per.HOUR, times=1)])
        await club.buy("a", 100_00, "o-1")
        held = await club.buy("a", 100_00, "o-2")
        async with club.here():
            await reviewing.review("r", held.activity_id, False, "an operator's note")

    mine, others = await told(club, work())
    body = {"kind": "purchase", "link": known, "customer_id": "a-7", "order_reference": "o-2"}
    assert [(kind, {**data, "activity": ""}) for kind, data in mine[1:]] == [
        ("activity.held", {**body, "activity": ""}), ("activity.rejected", {**body, "activity": ""}),
    ]  # fmt: skip
    assert (mine[0][0], others) == ("activity.decided", [])


async def test_a_partner_that_is_frozen_let_go_and_given_terms(database: DatabaseUrls) -> None:
    club = await open_club()
    a = club.partners["a"].id
    ahead = club.shop.now + timedelta(days=30)

    async def work() -> None:
        async with club.here():
            await partners.freeze(a, "a reason of the operator's")
            await partners.unfreeze(a)
            await partners.save_terms(a, {**TERMS, "issue_price": 20_000}, ahead)
            await partners.leave(a, "a reason of the operator's")

    mine, others = await told(club, work())
    me = {"partner": encode("prt", a)}
    terms = {**me, "number": 2, "valid_from": ahead.isoformat(), "valid_until": None}
    assert mine == [
        ("partner.frozen", me), ("partner.unfrozen", me), ("partner.terms_announced", terms), ("partner.left", me),
    ]  # fmt: skip
    assert others == []


async def test_a_key_that_is_revoked_is_told_once(database: DatabaseUrls) -> None:
    club = await open_club()
    a = club.partners["a"].id
    async with club.here():
        with permitting(ACTIONS[Role.OWNER]):
            made = await keys.create_for_partner(a, "Till", [PartnerScope.READ])

    async def work() -> None:
        async with club.here():
            with permitting(ACTIONS[Role.OWNER]):
                for _ in range(2):
                    await keys.revoke(made.key.id, partners.tell_key_revoked)

    mine, others = await told(club, work())
    body = {"partner": encode("prt", a), "api_key": encode("key", made.key.id)}
    assert (mine, others) == ([("partner.key_revoked", body)], [])


async def test_a_block_that_is_used_up(database: DatabaseUrls) -> None:
    club = await open_club(prepaid=True, block_alert=150)
    a = club.partners["a"].id

    async def work() -> None:
        async with club.here():
            await blocks.buy("block", a, 200)
        await club.buy("a", 100_00, "o-1")
        await club.buy("a", 100_00, "o-2")

    mine, others = await told(club, work())
    assert [kind for kind, _ in mine if kind != "activity.decided"] == ["partner.block_low", "partner.block_empty"]
    assert dict(mine)["partner.block_empty"] == {"partner": encode("prt", a), "currency": "USD"}
    assert others == []


async def test_a_perk_that_one_gives_and_another_bears(database: DatabaseUrls) -> None:
    club = await club_of()
    known = encode("lnk", await link(club, "b", "b-7"))
    await link(club, "a", "a-7")
    uses = []

    async def work() -> None:
        uses.append(await use(club, "b", order="o-1"))
        async with club.here():
            await perk_uses.cancel("by hand", PerkUseId(uses[0].id))

    a, b = await told(club, work())
    shared = {"perk_use": encode("pku", uses[0].id), "offer": "rest"}
    given = {**shared, "link": known, "customer_id": "b-7", "order_reference": "o-1"}
    borne = {**shared, "amount_micros": 4_000_000, "currency": "USD"}
    assert b == [("partner.perk_given", given), ("partner.perk_given_back", given)]
    assert a == [("partner.perk_borne", borne), ("partner.perk_borne_back", borne)]


async def test_a_perk_at_its_own_bearer_or_for_nothing(database: DatabaseUrls) -> None:
    club = await club_of(price=0)

    async def work() -> None:
        await use(club, "a")
        await use(club, "b")

    a, b = await told(club, work())
    assert [kind for kind, _ in a] == ["partner.perk_given", "partner.perk_borne"]
    assert (a[1][1]["amount_micros"], a[1][1]["currency"]) == (0, None)
    assert [kind for kind, _ in b] == ["partner.perk_given"]


async def _by_partner(club: Club, _: str) -> None:
    known = LinkId(await _link_with(club, "a"))
    await links.unlink("end", club.partners["a"].id, known)


async def _by_member(club: Club, _: str) -> None:
    await links.unlink_own(club.member, LinkId(await _link_with(club, "a")))


async def _withdrawn(club: Club, external_id: str) -> None:
    consent = ConsentInput(purpose=CONSENT_TO_COALITION, granted=False, source="app")
    await upsert(MemberInput(external_id=external_id, consents=(consent,)))


async def _erased(club: Club, _: str) -> None:
    await erase(club.member)


@pytest.mark.parametrize(
    ("end", "both", "customer"),
    [
        (_by_partner, False, "a-7"),
        (_by_member, False, "a-7"),
        (_withdrawn, True, "a-7"),
        (_erased, True, None),
    ],
)
async def test_a_link_that_ends(
    database: DatabaseUrls, end: Callable[[Club, str], Awaitable[None]], both: bool, customer: str | None
) -> None:
    club = await open_club()
    known = {slug: encode("lnk", await link(club, slug, f"{slug}-7")) for slug in "ab"}

    async def work() -> None:
        async with club.here():
            await end(club, "ann")
            await end(club, "ann") if end is not _by_partner else None

    a, b = await told(club, work())
    assert a == [("link.ended", {"link": known["a"], "customer_id": customer})]
    theirs = [("link.ended", {"link": known["b"], "customer_id": customer and "b-7"})]
    assert b == (theirs if both else [])


async def test_a_merge_ends_one_of_two_links_with_the_same_partner(database: DatabaseUrls) -> None:
    club = await open_club()
    gone = encode("lnk", await link(club, "a", "a-7"))
    await link(club, "b", "b-7")
    async with club.here():
        into = (await upsert(MemberInput(external_id="bob"))).id
        async with scope.writing():
            await MemberLink.create(
                partner_id=club.partners["a"].id, member_id=into, customer_id="a-8", consent="[]", linked_by="test",
                linked_at=club.shop.now,
            )  # fmt: skip

    async def work() -> None:
        async with club.here():
            await merging.merge("m", club.member, MemberId(into))

    a, b = await told(club, work())
    assert a == [("link.ended", {"link": gone, "customer_id": "a-7"})]
    assert b == [], "who stays has that link now"


async def _link_with(club: Club, slug: str) -> str:
    async with scope.reading():
        return str((await MemberLink.get(partner_id=club.partners[slug].id)).id)
