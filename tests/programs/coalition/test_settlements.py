"""Settlements: what they add up, what is carried, in which order, once; and how they are approved and paid."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, date, datetime, timedelta

import pytest

from kit import clock, db
from kit.errors import Refusal
from programs.coalition import adjusting, partners, settlements
from programs.coalition.settlement_views import (
    NettingView,
    SettlementId,
    SettlementLine,
    SettlementView,
    get,
    netting,
    page,
)
from tenants import profile, roles, scope
from tests.programs.coalition.settling import TERMS, Club, club, faults, inside, live_through, open_club

DECEMBER = datetime(2026, 12, 1, 0, 10, tzinfo=UTC)
JANUARY = datetime(2027, 1, 1, 0, 10, tzinfo=UTC)
FEBRUARY = datetime(2027, 2, 1, 0, 10, tzinfo=UTC)
MARCH = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def shore(database: object) -> AsyncIterator[Club]:
    async with club() as made:
        yield made


async def refused(work: Awaitable[object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value


def sums(view: SettlementView) -> list[tuple[str, str | None, int, int, int]]:
    return [(line.kind, line.original_on, line.entries, line.points, line.amount) for line in view.lines]


async def test_entries_of_the_period_are_added_up_by_kind_and_terms(shore: Club) -> None:
    await shore.join("boats")
    await shore.post("boats", "issue", "2026-11-10", 1000, price=15_000)
    with clock.pinned(datetime(2026, 11, 20, tzinfo=UTC)):
        await partners.save_terms(
            shore.partners["boats"], {"currency": "USD", "issue_price": 20_000, "reimbursement_price": 10_000}
        )
    await shore.post("boats", "issue", "2026-11-20", 10, price=20_000)
    await shore.post("boats", "issue", "2026-11-30", 20, price=20_000)
    await shore.post("boats", "reimbursement", "2026-11-30", 500, price=10_000)
    await shore.post("boats", "issue", "2026-12-01", 7, price=20_000)

    assert await shore.settle(DECEMBER - timedelta(seconds=1)) == 0
    assert await shore.settle(DECEMBER) == 1
    (made,) = await shore.settlements()
    assert (made.number, made.period, made.first_day, made.last_day) == (1, "2026-11", "2026-11-10", "2026-11-30")
    assert made.lines == (
        SettlementLine(1, "issue", 1, None, 1, -1000, -15_000_000),  # type: ignore[arg-type]  # equal to its text
        SettlementLine(2, "issue", 2, None, 2, -30, -600_000),  # type: ignore[arg-type]  # the same
        SettlementLine(3, "reimbursement", 2, None, 1, 500, 5_000_000),  # type: ignore[arg-type]  # the same
    )
    assert (made.amount, made.due, made.carried_out, made.entries) == (-10_600_000, -1060, 0, 4)
    assert (await partners.get(made.partner_id)).open_from == "2026-12-01"
    assert await shore.settle(DECEMBER) == 0, "running it twice does nothing"
    late = await shore.post("boats", "issue", "2026-11-30", 1, price=20_000)
    assert late.booked_on == "2026-12-01", "what is settled is closed"


async def test_a_period_with_nothing_makes_no_settlement_but_is_over(shore: Club) -> None:
    await shore.join("boats")
    assert await shore.settle(JANUARY) == 2
    assert await shore.settlements() == []
    assert (await partners.get(shore.partners["boats"])).open_from == "2027-01-01"


@pytest.mark.parametrize(
    ("currency", "amount", "due", "left"),
    [
        ("USD", 15_009_999, 1500, 9_999),
        ("USD", -15_009_999, -1500, -9_999),
        ("USD", 9_999, 0, 9_999),
        ("JPY", 1_999_999, 1, 999_999),
        ("JPY", -999_999, 0, -999_999),
        ("KWD", 1_234_567, 1234, 567),
        ("KWD", -1_000, -1, 0),
    ],
)
async def test_what_is_no_minor_unit_is_carried(shore: Club, currency: str, amount: int, due: int, left: int) -> None:
    await shore.join("boats", currency=currency)
    wanted = await shore.post("boats", "adjustment", "2026-11-12", amount=abs(amount), currency=currency)
    if amount < 0:
        await shore.post("boats", "adjustment", "2026-11-12", amount=2 * abs(amount), currency=currency, back=wanted)
    await shore.settle(DECEMBER)
    (made,) = await shore.settlements()
    assert (made.currency, made.amount, made.due, made.carried_out) == (currency, amount, due, left)
    assert await shore.settle(JANUARY) == 1
    assert len(await shore.settlements()) == 1, "nothing happened, and nothing became due"
    await shore.post("boats", "adjustment", "2027-01-12", amount=1, currency=currency)
    assert await shore.settle(FEBRUARY) == 1
    (_, after) = await shore.settlements()
    assert (after.carried_in, after.amount) == (left, 1), "the rest waits for what comes next"


async def test_less_than_the_minimum_is_put_off_until_the_partner_has_left(shore: Club) -> None:
    await shore.join("boats", minimum_due=1000)
    for day in ("2026-11-12", "2026-12-12", "2027-01-12", "2027-02-12"):
        await shore.post("boats", "reimbursement", day, 400, price=12_345)
    with clock.pinned(datetime(2027, 2, 20, tzinfo=UTC)):
        await partners.leave(shore.partners["boats"], "closed")
    await shore.settle(MARCH)
    each = 400 * 12_345
    assert [(one.carried_in, one.due, one.carried_out) for one in await shore.settlements()] == [
        (0, 0, each), (each, 0, 2 * each), (2 * each, 1481, 4_000), (4_000, 494, 2_000),
    ]  # fmt: skip


async def test_what_was_put_off_is_due_without_new_entries_once_the_minimum_is_lower(shore: Club) -> None:
    await shore.join("boats", minimum_due=1000)
    await shore.post("boats", "reimbursement", "2026-11-12", 400, price=12_345)
    await shore.settle(DECEMBER)
    assert await shore.settle(JANUARY) == 1
    with clock.pinned(JANUARY):
        await partners.save_terms(shore.partners["boats"], TERMS)
    await shore.settle(MARCH)
    found = [(each.period, each.entries, each.due, each.carried_out) for each in await shore.settlements()]
    assert found == [("2026-11", 1, 0, 4_938_000), ("2027-01", 0, 493, 8_000)]


async def test_a_fee_is_due_once_a_period_until_the_partner_has_left(shore: Club) -> None:
    await shore.join("boats", fee=2500)
    with clock.pinned(datetime(2026, 12, 20, tzinfo=UTC)):
        await partners.leave(shore.partners["boats"], "closed")
    assert await shore.settle(MARCH) == 4
    assert [(one.period, sums(one), one.due) for one in await shore.settlements()] == [
        (month, [("fee", None, 1, 0, -25_000_000)], -2500) for month in ("2026-11", "2026-12")
    ]
    fees = await shore.entries("kind = 'fee'")
    assert [(fee["debit"], fee["credit"], fee["booked_on"]) for fee in fees] == [
        ("partner", "margin", "2026-11-30"), ("partner", "margin", "2026-12-31"),
    ]  # fmt: skip
    assert await shore.owed("boats") == 50_000_000


async def test_what_comes_back_of_a_settled_period_adjusts_the_next_and_names_its_day(shore: Club) -> None:
    await shore.join("boats")
    first = await shore.post("boats", "issue", "2026-11-12", 1000)
    second = await shore.post("boats", "issue", "2026-11-13", 1000)
    await shore.post("boats", "issue", "2026-11-14", 300, back=first)
    await shore.settle(DECEMBER)
    late = await shore.post("boats", "issue", "2026-11-29", 200, back=second)
    assert late.booked_on == "2026-12-01"
    third = await shore.post("boats", "issue", "2026-12-05", 50)
    await shore.post("boats", "issue", "2026-12-06", 50, back=third)
    await shore.post("boats", "issue", "2026-12-06", 100, back=second)
    await shore.post("boats", "issue", "2026-12-07", 100, back=first)
    await shore.settle(JANUARY)
    november, december = await shore.settlements()
    assert sums(november) == [("issue", None, 3, -1700, -17_000_000)]
    assert sums(december) == [
        ("issue", None, 2, 0, 0),
        ("issue", "2026-11-12", 1, 100, 1_000_000),
        ("issue", "2026-11-13", 2, 300, 3_000_000),
    ]
    assert (december.amount, december.due) == (4_000_000, 400)


async def test_late_by_months_it_comes_to_the_same_bytes(database: object) -> None:
    """One coalition is settled every morning, the other once, months later: the same numbers, lines and statements."""
    daily, late = await open_club("daily"), await open_club("late")
    with inside(daily):
        async for instant in live_through(daily):
            await daily.settle(instant)
        expected = await daily.statements()
        order = [(each.last_day, each.period) for each in await daily.settlements()]
    with inside(late):
        instants = [instant async for instant in live_through(late)]
        with clock.pinned(instants[-1]):
            for _ in range(3):  # as often as a job that is ended early
                assert await settlements.close_due(4) == 4
        await late.settle(instants[-1])
        assert await late.statements() == expected
        assert any(line.original_on for each in await late.settlements() for line in each.lines)
    assert len(expected) == 12 + 3 + 1 and order == sorted(order, key=lambda each: each[0])


async def test_a_day_is_the_operators_own(database: object) -> None:
    async with club(zone="Pacific/Auckland") as made:
        await made.join("boats", period="day")
        await made.post("boats", "issue", "2026-11-10", 1000)
        midnight = datetime(2026, 11, 10, 11, tzinfo=UTC)
        assert await made.settle(midnight + timedelta(minutes=9)) == 0
        assert await made.settle(midnight + timedelta(minutes=10)) == 1
        assert [each.first_day for each in await made.settlements()] == ["2026-11-10"]


async def test_without_terms_entries_are_settled_by_the_month(shore: Club) -> None:
    with clock.pinned(datetime(2026, 11, 10, tzinfo=UTC)):
        shore.partners["boats"] = (await partners.create(shore.program, "boats", "Boats")).id
    await shore.settle(datetime(2026, 11, 15, tzinfo=UTC))
    await shore.post("boats", "adjustment", "2026-11-16", amount=5_000_000, no_terms=True)
    assert await shore.settle(DECEMBER) == 1
    (made,) = await shore.settlements()
    assert (made.period, sums(made)) == ("2026-11", [("adjustment", None, 1, 0, 5_000_000)])


async def test_approved_and_paid_once(shore: Club) -> None:
    await shore.join("boats")
    await shore.post("boats", "issue", "2026-11-12", 1000, price=15_009)
    await shore.settle(DECEMBER)
    (draft,) = await shore.settlements()
    with clock.pinned(DECEMBER):
        assert (await refused(settlements.pay("p0", draft.id))).code == "WRONG_STATE"
        approved = await settlements.approve("a1", draft.id)
        assert (approved.state, approved.approved_by, len(approved.statement_hash or "")) == ("approved", "system", 64)
        assert await settlements.approve("a1", draft.id) == approved, "the same key answers the same"
        assert (await refused(settlements.approve("a2", draft.id))).code == "WRONG_STATE"
        paid = await settlements.pay("p1", draft.id, "SEPA 17")
        assert (paid.state, paid.payment_reference, paid.due) == ("paid", "SEPA 17", -1500)
        assert await settlements.pay("p1", draft.id, "SEPA 17") == paid
        assert (await refused(settlements.pay("p2", draft.id))).code == "WRONG_STATE"
    (payment,) = await shore.entries("kind = 'payment'")
    assert (payment["debit"], payment["credit"], payment["amount"]) == ("cash", "partner", 15_000_000)
    assert await shore.owed("boats") == 9_000, "what was carried is still owed"
    await shore.settle(JANUARY)
    assert [each.amount for each in await shore.settlements()] == [-15_009_000], "a payment is not settled for"


async def test_the_operator_pays_and_nothing_is_paid_for_nothing(shore: Club) -> None:
    await shore.join("boats")
    await shore.join("ferry")
    await shore.post("boats", "reimbursement", "2026-11-12", 1000)
    zero = await shore.post("ferry", "issue", "2026-11-12", 1000)
    await shore.post("ferry", "issue", "2026-11-12", 1000, back=zero)
    await shore.settle(DECEMBER)
    with clock.pinned(DECEMBER):
        for number, each in enumerate(await shore.settlements()):
            await settlements.approve(f"a{number}", each.id)
            assert (await settlements.pay(f"p{number}", each.id)).state == "paid"
    (payment,) = await shore.entries("kind = 'payment'")
    assert (payment["debit"], payment["credit"], payment["amount"]) == ("partner", "cash", 10_000_000)
    assert (await shore.owed("boats"), await shore.owed("ferry")) == (0, 0)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("settlement SET amount = amount + 1 WHERE number = 1",
         {"settlement_lines", "settlement_entries", "settlement_paid"}),
        ("settlement SET carried_in = carried_in + 1 WHERE number = 2", {"settlement_carried"}),
        ("settlement SET carried_out = carried_out + 1 WHERE number = 1", {"settlement_carried", "settlement_paid"}),
        ("settlement SET last_day = '2026-11-11' WHERE number = 1", {"settlement_entries"}),
        ("partner_position SET owed = owed + 1", {"clearing_position"}),
    ],
)  # fmt: skip
async def test_a_settlement_that_was_changed_is_found(database: object, change: str, found: set[str]) -> None:
    made = await open_club()
    with inside(made):
        await made.join("boats", fee=100)
        await made.post("boats", "issue", "2026-11-12", 1000, price=15_009)
        await made.settle(JANUARY)
        (first, _) = await made.settlements()
        with clock.pinned(JANUARY):
            await settlements.approve("a", first.id)
            await settlements.pay("p", first.id)
        assert await faults() == set()
        table, _, rest = change.partition(" SET ")
        where = " AND" if "WHERE" in rest else " WHERE"
        async with scope.writing():
            await db.execute(f"UPDATE {table} SET {rest}{where} tenant_id = $1", made.shop.tenant)
        assert await faults() == found


async def test_who_come_at_once_settle_approve_and_pay_once(shore: Club) -> None:
    """Entries that are booked meanwhile are in the settlement, or in the next: in none twice."""
    for slug in ("boats", "ferry"):
        await shore.join(slug, fee=100)
        await shore.post(slug, "issue", "2026-11-12", 1000)

    async def close(slug: str) -> int:
        return await db.retrying(lambda: settlements.close(shore.partners[slug]))

    with clock.pinned(DECEMBER):
        closed, booked = await asyncio.gather(
            asyncio.gather(*(close(slug) for slug in ("boats", "ferry") * 3)),
            asyncio.gather(*(shore.post("boats", "issue", "2026-11-30", points) for points in range(1, 6))),
        )
        assert sorted(closed) == [0, 0, 0, 0, 1, 1]
        found = await shore.settlements()
        assert sorted(each.number for each in found) == [1, 2]
        (boats,) = await shore.settlements("boats")
        inside_ = sum(each.points for each in booked if each.booked_on == "2026-11-30")
        assert next(line.points for line in boats.lines if line.kind == "issue") == -1000 - inside_

        for verb in (settlements.approve, settlements.pay):
            tried = await asyncio.gather(
                *(verb(f"{verb.__name__}{n}", boats.id) for n in range(4)), return_exceptions=True
            )
            assert sorted(getattr(each, "code", "done") for each in tried) == ["WRONG_STATE"] * 3 + ["done"]
    assert len(await shore.entries("kind = 'payment'")) == 1


async def test_netting_adds_up_to_zero(shore: Club) -> None:
    for slug, kind, points in (("a", "issue", 1000), ("b", "reimbursement", 300), ("c", "reimbursement", 200)):
        await shore.join(slug)
        await shore.post(slug, kind, "2026-11-12", points)
    await shore.join("d", currency="JPY")
    await shore.post("d", "issue", "2026-11-12", 1000, price=1_000_000, currency="JPY")
    await shore.settle(DECEMBER)
    found = await netting(shore.program, date(2026, 11, 1), date(2026, 11, 30))
    assert found == [NettingView("JPY", 1, 1000, 0), NettingView("USD", 3, 1000, 500)]
    assert [(each.net, each.operator) for each in found] == [(-1000, 1000), (-500, 500)]
    assert await netting(shore.program, date(2026, 12, 1), date(2026, 12, 31)) == []


async def test_pages_and_what_is_not_there(shore: Club) -> None:
    await shore.join("boats", fee=1)
    await shore.join("ferry", fee=1)
    await shore.settle(MARCH)
    every = [each.id for each in await page(program=shore.program)]
    assert len(every) == 8 and every == sorted(every, reverse=True)
    assert [each.id for each in await page(before=every[2], first=3)] == every[3:6]
    boats = await page(partner=shore.partners["boats"])
    assert {each.partner_id for each in boats} == {shore.partners["boats"]} and len(boats) == 4
    for id_ in ("x", "01980000-0000-7000-8000-000000000000"):
        assert (await refused(get(SettlementId(id_)))).code == "NOT_FOUND"
        assert (await refused(settlements.approve(f"a{id_}", SettlementId(id_)))).code == "NOT_FOUND"
    async with club("other"):
        assert (await refused(get(every[0]))).code == "NOT_FOUND"
        assert (await refused(settlements.approve("a", every[0]))).code == "NOT_FOUND"
        assert await page() == []


async def test_days_are_settled_once_over_changes_of_clocks_and_zones(database: object) -> None:
    """New York puts its clocks back on 1 November; then the operator moves to Auckland, and to Los Angeles."""
    async with club(zone="America/New_York") as made:
        at = datetime(2026, 10, 29, 16, 15, tzinfo=UTC)
        await made.join("boats", at=at, period="day", fee=100)
        for hour in range(0, 14 * 24, 3):
            at += timedelta(hours=3)
            zone = {7 * 24: "Pacific/Auckland", 10 * 24: "America/Los_Angeles"}.get(hour)
            with clock.pinned(at):
                if zone is not None:
                    with roles.permitting(frozenset(roles.Action)):
                        await profile.update(zone=zone)
                if hour % 2 == 0:
                    await adjusting.adjust(f"k-{hour}", made.partners["boats"], "USD", 10_000, "by the hour")
                await settlements.close_due(10)
        found = await made.settlements()
    days = [date.fromisoformat(each.first_day) for each in found]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert all(each.first_day == each.last_day for each in found)
    fees = [line for each in found for line in each.lines if line.kind == "fee"]
    assert len(fees) == len(found) == 14
    assert sum(line.entries for each in found for line in each.lines if line.kind == "adjustment") > 50
