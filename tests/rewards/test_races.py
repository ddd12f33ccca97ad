"""Many at once: one balance, one stock, one code, and one effect per key. On PostgreSQL these run side by side."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from datetime import timedelta

from kit import clock, db
from kit.errors import Refusal
from programs.redeeming import confirm, redeem
from rewards import catalogue, history
from rewards.payment import PaymentTerms
from rewards.redemptions import AsPayment, ForReward, cancel, expire_due, reserve
from rewards.views import RedemptionState, RedemptionView, VoucherSource
from rewards.vouchers import VoucherCounts, counts, import_codes
from tenants import scope
from tests.ledger.helpers import START
from tests.rewards.conftest import Store

LATER = START + timedelta(minutes=15)


async def outcomes(work: Sequence[Awaitable[object]]) -> Counter[str]:
    """How many succeeded, and the codes of those that were refused; anything else fails the test."""
    results = await asyncio.gather(*work, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refusal):
            raise result
    return Counter(result.code if isinstance(result, Refusal) else "done" for result in results)


async def warm(store: Store) -> None:
    """Let the account `spent` be there: who makes it holds up all others, and nothing would race."""
    gift = await store.reward("warm", 1)
    await redeem("warm", await store.join(1), ForReward(gift.id))


class _RolledBack(Exception):
    pass


async def beside(first: Awaitable[object], second: Awaitable[object], *, commit: bool) -> Counter[str]:
    """What comes of `second` if it runs while the transaction of `first` is open, which ends once `second` waits."""
    opened, end = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with scope.writing():
            await first
            opened.set()
            await end.wait()
            if not commit:
                raise _RolledBack

    holding = asyncio.create_task(hold())
    await opened.wait()
    trying = asyncio.create_task(outcomes([second]))
    while not trying.done() and not await _somebody_waits():
        pass
    end.set()
    await asyncio.gather(holding, return_exceptions=True)
    return await trying


async def _somebody_waits() -> bool:
    if db.dialect() == "sqlite":  # there is one writer at a time: who is not done waits
        return True
    async with scope.reading():
        return bool(await db.rows("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"))


async def test_c1_twenty_gifts_of_all_the_points(store: Store) -> None:
    await warm(store)
    gift = await store.reward("gift", 100)
    work = [redeem(f"k{number}", store.member, ForReward(gift.id)) for number in range(20)]
    assert await outcomes(work) == {"done": 1, "INSUFFICIENT_POINTS": 19}
    assert await store.balance() == (0, 0)
    assert (await catalogue.get(gift.id)).taken == 1


async def test_c1_twenty_reservations_of_all_the_points(store: Store) -> None:
    await warm(store)
    wish = AsPayment(store.unit, 100, 10_000, PaymentTerms(1, 1, "EUR"))
    work = [reserve(f"k{number}", store.member, wish) for number in range(20)]
    assert await outcomes(work) == {"done": 1, "INSUFFICIENT_POINTS": 19}
    assert await store.balance() == (0, 100)


async def test_c2_two_claims_confirmed_together(store: Store) -> None:
    """What was reserved is confirmed twice at once, by two keys, while a second claim tries as well."""
    await warm(store)
    gift = await store.reward("gift", 100)
    reserved = await reserve("k0", store.member, ForReward(gift.id))
    work = [confirm(f"k{number}", reserved.id) for number in (1, 2)]
    work.append(redeem("k3", store.member, ForReward(gift.id)))
    assert await outcomes(work) == {"done": 1, "ALREADY_CLOSED": 1, "INSUFFICIENT_POINTS": 1}
    assert await store.balance() == (0, 0)


async def test_c3_the_same_redemption_many_times(store: Store) -> None:
    gift = await store.reward("gift", 10)
    fifty = await store.join(50)
    results = await asyncio.gather(*(redeem("same", fifty, ForReward(gift.id)) for _ in range(8)))
    assert len({result.id for result in results}) == 1
    assert await store.balance(fifty) == (40, 0)
    assert len(await history.list_(member=fifty)) == 1


async def test_confirm_cancel_and_expire_at_once(store: Store) -> None:
    """However it goes, exactly one of them closes the redemption, and the points are where that one says."""
    gift = await store.reward("gift", 10, stock=20)
    for number in range(6):
        who = await store.join(10)
        reserved = await reserve(f"r{number}", who, ForReward(gift.id), hold_minutes=1 + number % 2)
        with clock.pinned(START + timedelta(minutes=1)):
            work = [confirm(f"{key}{number}", reserved.id) for key in ("c", "d")]
            work.append(cancel(f"x{number}", reserved.id))
            _, expired = await asyncio.gather(outcomes(work), expire_due(10))
        view = await history.get(reserved.id)
        assert view.state is not RedemptionState.RESERVED
        assert await store.balance(who) == ((0, 0) if view.state is RedemptionState.CONFIRMED else (10, 0))
        assert expired == (1 if view.state is RedemptionState.EXPIRED else 0)
    confirmed = await history.list_(reward=gift.id, state=RedemptionState.CONFIRMED)
    assert (await catalogue.get(gift.id)).taken == len(confirmed)


async def test_the_last_one_in_stock(store: Store) -> None:
    await warm(store)
    last = await store.reward("last", 10, stock=1)
    members = [await store.join(10) for _ in range(12)]
    work = [redeem(f"k{number}", who, ForReward(last.id)) for number, who in enumerate(members)]
    assert await outcomes(work) == {"done": 1, "OUT_OF_STOCK": 11}
    balances = [await store.balance(who) for who in members]
    assert sorted(balances) == [(0, 0)] + [(10, 0)] * 11
    assert (await catalogue.get(last.id)).stock_left == 0


async def test_the_limit_of_one(store: Store) -> None:
    one = await store.reward("one", 0, limit_per_member=1)
    work = [redeem(f"k{number}", store.member, ForReward(one.id)) for number in range(12)]
    assert await outcomes(work) == {"done": 1, "LIMIT_REACHED": 11}


async def test_every_code_goes_to_one_member(store: Store) -> None:
    await warm(store)
    film = await store.reward("film", 10, voucher_source=VoucherSource.UPLOADED)
    await import_codes(film.id, [f"A-{number}" for number in range(5)])
    members = [await store.join(10) for _ in range(12)]
    work = [redeem(f"k{number}", who, ForReward(film.id)) for number, who in enumerate(members)]
    assert await outcomes(work) == {"done": 5, "OUT_OF_STOCK": 7}
    views = await history.list_(reward=film.id)
    assert {view.voucher.code for view in views if view.voucher} == {f"A-{number}" for number in range(5)}
    assert (await counts([film.id]))[film.id] == VoucherCounts(issued=5)


async def test_a_code_that_is_called_off_goes_to_who_waits_or_back(store: Store) -> None:
    """A pool of two and members who reserve and cancel at once: at the end both codes are free, none lost."""
    await warm(store)
    film = await store.reward("film", 10, voucher_source=VoucherSource.UPLOADED)
    await import_codes(film.id, ["A-1", "A-2"])

    async def try_and_leave(number: int) -> RedemptionView:
        who = await store.join(10)
        return await cancel(f"x{number}", (await reserve(f"r{number}", who, ForReward(film.id))).id)

    tried = await outcomes([try_and_leave(number) for number in range(10)])
    assert tried["done"] >= 2 and tried["done"] + tried["OUT_OF_STOCK"] == 10
    assert (await counts([film.id]))[film.id] == VoucherCounts(available=2)
    assert (await catalogue.get(film.id)).taken == 0


async def test_two_sweeps_at_once(store: Store) -> None:
    gifts = [await store.reward(f"gift{number}", 10, stock=50) for number in range(3)]
    members = [await store.join(30) for _ in range(6)]
    for number, who in enumerate(members):
        for gift in gifts:
            await reserve(f"k{number}-{gift.slug}", who, ForReward(gift.id))
    with clock.pinned(LATER):
        swept = await asyncio.gather(*(expire_due(5) for _ in range(6)))
        rest = await expire_due(100)
    assert sum(swept) + rest == 18
    assert [await store.balance(who) for who in members] == [(30, 0)] * 6
    assert [(await catalogue.get(gift.id)).taken for gift in gifts] == [0, 0, 0]


async def test_a_code_that_another_takes_and_then_does_not(store: Store) -> None:
    """Who finds the last code being taken waits for what comes of it."""
    await warm(store)
    film = await store.reward("film", 10, voucher_source=VoucherSource.UPLOADED)
    await import_codes(film.id, ["A-1"])
    other = await store.join(10)
    for commit, expected in ((False, "done"), (True, "OUT_OF_STOCK")):
        first = reserve(f"a{commit}", store.member, ForReward(film.id))
        second = reserve(f"b{commit}", other, ForReward(film.id))
        assert await beside(first, second, commit=commit) == {expected: 1}
        for open_ in await history.list_(reward=film.id, state=RedemptionState.RESERVED):
            await cancel(f"x{open_.id}", open_.id)
    assert (await counts([film.id]))[film.id] == VoucherCounts(available=1)


async def test_a_reward_that_is_archived_meanwhile(store: Store) -> None:
    await warm(store)
    gift = await store.reward("gift", 10)
    work = redeem("k1", store.member, ForReward(gift.id))
    assert await beside(catalogue.archive(gift.id), work, commit=True) == {"ENDED": 1}
    assert await store.balance() == (100, 0)


async def test_a_limit_while_the_first_is_under_way(store: Store) -> None:
    await warm(store)
    gift = await store.reward("gift", 10, limit_per_member=1)
    first, second = (redeem(f"k{number}", store.member, ForReward(gift.id)) for number in (1, 2))
    assert await beside(first, second, commit=True) == {"LIMIT_REACHED": 1}
