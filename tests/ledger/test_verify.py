"""`verify`, seals, roll-up and sweeps on a ledger that has seen everything."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kit import clock
from ledger import reading, rollup, sealing, sweeps
from ledger.errors import Stale
from ledger.state import Policy, Side
from ledger.verify import verify
from tenants import scope
from tests.ledger.helpers import Shop, open_shop

DAY = timedelta(days=1)


@pytest.fixture
async def shop(database: object) -> Shop:
    return await open_shop()


async def lived_in(shop: Shop) -> None:
    """A bit of everything."""
    first = await shop.earn(100, expires_in=10 * DAY)
    spent = await shop.spend(30)
    hold = await shop.hold(50)
    await shop.reverse(first, 60)
    await shop.post(hold, 20)
    await shop.earn(8)
    other = await shop.hold(5)
    await shop.void(other)
    await shop.reverse(spent, 10)
    second = await shop.earn(40, matures_in=3 * DAY, expires_in=20 * DAY)
    await shop.reverse(second, 10)
    third = await shop.earn(200)
    await shop.spend(200)
    await shop.reverse(third, 200, policy=Policy.NEGATIVE)
    await shop.earn(400)


async def sweep(shop: Shop) -> tuple[int, int, int]:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        return await sweeps.release_due_holds(), await sweeps.mature_due(), await sweeps.expire_due()


async def test_a_ledger_that_has_seen_everything_is_clean(shop: Shop) -> None:
    await lived_in(shop)
    assert await verify(shop.tenant, full=True) == ()
    assert await verify(shop.tenant, full=False) == ()
    assert (await sealing.seal(shop.tenant)) is not None
    assert await verify(shop.tenant, full=False) == ()
    await lived_in(shop)
    shop.now += 30 * DAY
    await sweep(shop)
    assert await verify(shop.tenant, full=False) == ()
    assert await rollup.roll_up(shop.tenant) > 0
    assert await verify(shop.tenant, full=True) == ()


@pytest.mark.parametrize("policy", list(Policy))
async def test_paying_a_clawback_of_points_that_waited_is_clean(shop: Shop, policy: Policy) -> None:
    """The earning is of an account that nothing has touched since the last clean run."""
    waited = await shop.earn(50, matures_in=timedelta(days=1))
    shop.now += timedelta(days=1)
    await shop.mature_all()
    held = await shop.hold(20)
    assert (await shop.reverse(waited, 50, policy=policy)).shortfall == 20
    await sealing.seal(shop.tenant)
    assert await verify(shop.tenant, full=False) == ()
    await shop.void(held)
    assert await verify(shop.tenant, full=False) == await verify(shop.tenant, full=True) == ()


async def test_expiry_at_exactly_the_instant_once(shop: Shop) -> None:
    """X3: at the instant it is expired; the job run twice writes one row."""
    await shop.earn(100, expires_in=DAY)
    shop.now += DAY - timedelta(microseconds=1)
    assert await sweep(shop) == (0, 0, 0)
    assert (await shop.balance()).available == 100
    shop.now += timedelta(microseconds=1)
    assert (await shop.balance()).available == 0
    assert [await sweep(shop), await sweep(shop)] == [(0, 0, 1), (0, 0, 0)]
    (expiry,) = [t for t in await shop.transfers() if t["reason"] == "expire"]
    assert expiry["amount"] == 100


async def test_two_sweeps_at_once_expire_once(shop: Shop) -> None:
    for _ in range(5):
        await shop.earn(10, expires_in=DAY)
    shop.now += DAY
    done = await asyncio.gather(sweep(shop), sweep(shop), sweep(shop))
    assert sum(expired for _, _, expired in done) == 5
    assert await verify(shop.tenant, full=True) == ()


async def test_a_lot_that_lapses_twice_expires_twice(shop: Shop) -> None:
    """Swept after the first lapse, given back and then lapsed again: two entries of one lot."""
    await shop.earn(100)
    spent = await shop.spend(60)
    await shop.run(lambda b: b.push_lapse(shop.key(), shop.account(), shop.now + DAY, shop.stamp()))
    shop.now += DAY
    assert await sweep(shop) == (0, 0, 1)
    await shop.run(lambda b: b.push_lapse(shop.key(), shop.account(), shop.now + DAY, shop.stamp()))
    await shop.reverse(spent, 60)
    assert (await shop.balance()).available == 60
    shop.now += DAY
    assert await sweep(shop) == (0, 0, 1)
    assert await verify(shop.tenant, full=True) == ()


async def test_thirty_days_without_jobs_leave_what_an_undisturbed_run_would(shop: Shop) -> None:
    late = await open_shop("late")
    start = shop.now
    for one in (shop, late):
        await one.earn(100, matures_in=2 * DAY, expires_in=10 * DAY)
        await one.earn(50, expires_in=5 * DAY)
        await one.hold(30, ends_in=3 * DAY)
    for day in range(1, 31):
        shop.now = start + day * DAY
        await sweep(shop)
    late.now = start + 30 * DAY
    while any(await sweep(late)):
        pass
    for day in range(31):
        at = start + day * DAY
        undisturbed, caught_up = await shop.balance(as_of=at), await late.balance(as_of=at)
        assert (undisturbed.available, undisturbed.pending, undisturbed.held) == (
            caught_up.available, caught_up.pending, caught_up.held,
        )  # fmt: skip
    assert await verify(late.tenant, full=True) == ()


async def test_pending_points_mature_before_they_expire(shop: Shop) -> None:
    await shop.earn(100, matures_in=DAY, expires_in=3 * DAY)
    shop.now += 10 * DAY
    with scope.of(shop.tenant), clock.pinned(shop.now):
        assert await sweeps.expire_due() == 0
        assert await sweeps.mature_due() == 1
        assert await sweeps.expire_due() == 1
    assert [(t["reason"], t["effective_at"]) for t in await shop.transfers()][1:] != []
    assert (await shop.balance()).available == 0


async def test_seals_are_chained_and_cover_late_committers(shop: Shop) -> None:
    await shop.earn(1)
    first = await sealing.seal(shop.tenant)
    assert await sealing.seal(shop.tenant) is None
    await shop.earn(2)
    second = await sealing.seal(shop.tenant)
    assert first is not None and second is not None
    assert (second.number, second.previous_hash, second.batches) == (2, first.hash, 1)


async def test_two_who_seal_at_once_make_one_chain(shop: Shop) -> None:
    await shop.earn(1)
    made = await asyncio.gather(*(sealing.seal(shop.tenant) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, sealing.Seal) for one in made) == 1
    assert all(one is None or isinstance(one, sealing.Seal | Stale) for one in made)
    assert await verify(shop.tenant, full=True) == ()


async def test_rolled_up_once_whoever_asks(shop: Shop) -> None:
    await shop.earn(100)
    await shop.spend(30)
    made = await asyncio.gather(*(rollup.roll_up(shop.tenant) for _ in range(4)), return_exceptions=True)
    assert all(isinstance(one, int | Stale) for one in made)
    await shop.earn(5)
    with scope.of(shop.tenant):
        async with scope.reading():
            assert await rollup.system_balance(shop.unit, "issued") == -105
            assert await rollup.system_balance(shop.unit, "spent") == 30
            assert await rollup.system_balance(shop.unit, "nobody") == 0
    assert await shop.rows("SELECT posted FROM account WHERE tenant_id = $1 AND owner = 'issued'") == [{"posted": -100}]
    assert await verify(shop.tenant, full=True) == ()


async def test_known_at_leaves_out_what_was_not_known(shop: Shop) -> None:
    start = shop.now
    await shop.earn(100, expires_in=10 * DAY)
    shop.now = start + 5 * DAY
    await shop.earn(50, expires_in=5 * DAY)
    shop.now = start + 20 * DAY
    await sweep(shop)
    for as_of, known, available in (
        (20, 3, 100),  # what was known on the third day, and nothing of the fifth
        (6, 6, 150),
        (10, 10, 0),  # expired, though the job ran ten days later
        (9, 20, 150),
    ):
        balance = await shop.balance(as_of=start + as_of * DAY, known_at=start + known * DAY)
        assert balance.available == available, (as_of, known)


async def test_schedule_ends_with_the_lapse(shop: Shop) -> None:
    """Each lot by its own date, or by the account's lapse if that is sooner."""
    await shop.earn(10, expires_in=5 * DAY)
    await shop.earn(20, expires_in=50 * DAY)
    await shop.earn(30)
    await shop.run(lambda b: b.push_lapse(shop.key(), shop.account(), shop.now + 30 * DAY, shop.stamp()))
    assert [(e.at - shop.now, e.amount) for e in (await shop.balance()).schedule] == [(5 * DAY, 10), (30 * DAY, 50)]


async def test_a_matured_entry_is_one_line_of_history(shop: Shop) -> None:
    await shop.earn(10, matures_in=DAY)
    shop.now += DAY
    await sweep(shop)
    with scope.of(shop.tenant):
        async with scope.reading():
            lines = await reading.entries(shop.member_id)
    assert [(line.reason, line.book, line.amount) for line in lines] == [
        ("mature", Side.AVAILABLE, 10),
        ("earn", Side.PENDING, 10),
    ]
