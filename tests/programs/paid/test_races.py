"""Everybody at once: one membership, one charge, one refund, whoever comes first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from typing import Any

from connect.payments import sandbox
from kit import clock
from kit.errors import Refusal
from kit.ids import new_id
from members.inputs import MemberInput
from members.service import upsert
from programs.paid import dividends, outcomes, passes, renewing
from programs.paid.life import State
from programs.paid.passes import Buy
from tenants import scope
from tests.programs.paid.conftest import open_club
from tests.programs.paid.factories import at, paid, plan, visits

TWO = paid(plan(), plan("gold", 300_00), passes=[visits(3)], refund={"full_within_days": 3})


async def at_once(work: Iterable[Awaitable[Any]]) -> Counter[str]:
    """How often each was done (`done`), or refused with a code; anything else is a bug."""
    told = Counter[str]()
    for each in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(each, BaseException) and not isinstance(each, Refusal):
            raise each
        told[each.code if isinstance(each, Refusal) else "done"] += 1
    return told


async def test_ten_joins_of_one_member(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant):
        told = await at_once(club.join() for _ in range(10))
        assert told["done"] == 1 and set(told) <= {"done", "ALREADY_MEMBER", "PAYMENT_PENDING"}
        assert await club.money() == [("join", 139_00, "succeeded")]


async def test_one_key_many_times_beside_the_job(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant), clock.pinned(club.now):
        told = await at_once([*(club.join(key="same") for _ in range(6)), outcomes.finish_due(), outcomes.finish_due()])
        assert told == {"done": 8}
        assert await club.money() == [("join", 139_00, "succeeded")]
        assert len(await club.rows("SELECT 1 FROM sandbox_payment WHERE tenant_id = $1")) == 1


async def test_webhooks_jobs_and_the_page_bring_one_membership(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant), clock.pinned(club.now):
        waiting = (await club.join(method=None, return_url="https://shop.example/", key="page")).charge
        assert waiting is not None and waiting.page_url is not None
        await sandbox.pay(waiting.page_url.rpartition("/")[2], "4242424242424242")
        again = (club.join(method=None, return_url="https://shop.example/", key="page") for _ in range(2))
        told = await at_once([*(outcomes.finish(waiting.id) for _ in range(4)), *again])
        assert told == {"done": 6}
        assert await club.changes() == ["joined"]


async def test_one_membership_cancelled_by_many(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant):
        found = await club.joined()
        assert await at_once(club.cancel(found.id) for _ in range(5)) == {"done": 1, "WRONG_STATE": 4}
        assert await club.money() == [("join", 139_00, "succeeded"), ("refund", 139_00, "succeeded")]


async def test_changes_of_the_plan_at_once_are_one(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant):
        found = await club.joined()
        told = await at_once(club.upgrade(found.id, "gold") for _ in range(4))
        assert told["done"] == 1 and set(told) <= {"done", "NOT_ELIGIBLE", "PAYMENT_PENDING"}
        assert [what for what, _, _ in await club.money()] == ["join", "upgrade"]


async def test_a_cancellation_beside_the_jobs_at_the_end_of_a_term(database: object) -> None:
    """Either nothing was charged, or what was goes back."""
    club = await open_club(TWO)
    with scope.of(club.tenant):
        found = await club.joined()
        club.now = at("2027-01-31 10:00")
        with clock.pinned(club.now):
            told = await at_once([
                renewing.step_due(), outcomes.finish_due(), club.cancel(found.id), dividends.give_due(),
            ])  # fmt: skip
        assert set(told) <= {"done", "PAYMENT_PENDING"}
        if (await club.current()).state is not State.ENDED:
            await club.jobs()
            await club.cancel(found.id)
        await club.jobs()
        moved = [amount if what != "refund" else -amount for what, amount, _ in (await club.money())[1:]]
        assert sum(moved) == 0 and (await club.current()).state is State.ENDED


async def test_more_visits_than_a_pass_has_and_its_refund(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant), clock.pinned(club.now):
        card = (await passes.buy("buy", Buy(club.member, club.program, "ten", "card_succeeds"))).card
        assert card is not None
        uses = [passes.use(club.key("use"), card.id) for _ in range(6)]
        told = await at_once([*uses, *(passes.refund(club.key("back"), card.id) for _ in range(2))])
        (row,) = await club.rows("SELECT used, state FROM member_pass WHERE tenant_id = $1")
        back = sum(amount for what, amount, _ in await club.money() if what == "refund")
        assert back == (100_00 * (3 - row["used"]) // 3 if row["state"] == "refunded" else 0)
        assert told["done"] == row["used"] + (row["state"] == "refunded") and row["used"] <= 3


async def test_members_of_one_club_at_once(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant):
        members = [club.member, *[await new_member() for _ in range(5)]]
        assert await at_once(club.join(member=each) for each in members) == {"done": 6}
        club.now = at("2027-01-31 10:00")
        with clock.pinned(club.now):
            await at_once(renewing.step_due() for _ in range(3))
            await at_once(outcomes.finish_due() for _ in range(3))
        assert Counter(what for what, _, _ in await club.money()) == {"join": 6, "renew": 6}


async def new_member() -> Any:
    return (await upsert(MemberInput(external_id=new_id()))).id
