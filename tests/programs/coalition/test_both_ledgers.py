"""Random histories of a shop in a coalition: what a member has there and in the coalition is what was earned and spent.

Ten of the shop's points are four shared ones. Conversions move both ledgers or neither, whatever is refused in
between, and `verify` holds them against each other after each history.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from kit import clock
from kit.errors import Refusal
from ledger import sweeps
from programs.coalition import participations, partners
from programs.coalition.converting import ConversionView
from programs.verify import verify
from tenants import scope
from tests.programs.coalition.test_converting import come, go, undo
from tests.programs.coalition.test_participations import Twin, open_twin

STEPS = {"earn": 5, "buy": 3, "spend": 2, "come": 8, "go": 6, "undo": 5, "wait": 2, "expire": 2, "join": 4, "part": 1,
         "freeze": 1, "thaw": 4}  # fmt: skip


class History:
    """A twin of ledgers, and what has been converted on the way."""

    def __init__(self, twin: Twin, draw: Random) -> None:
        self.twin = twin
        self.draw = draw
        self.made: list[ConversionView] = []

    async def step(self, name: str) -> None:
        before = await self.twin.both()
        try:
            await getattr(self, name)()
        except Refusal:
            assert await self.twin.both() == before, "a refusal moves nothing"

    async def earn(self) -> None:
        await self.twin.earn(self.draw.randint(1, 300))

    async def buy(self) -> None:
        await self.twin.club.buy(self.draw.choice("ab"), self.draw.randint(100, 20_000))

    async def spend(self) -> None:
        await self.twin.club.spend("b", self.draw.randint(1, 60))

    async def come(self) -> None:
        own, shared = await self.twin.both()
        points = 5 * self.draw.randint(10, 60)
        self.made.append(await come(self.twin.club, points))
        assert await self.twin.both() == (own - points * self.moved, shared + points * 4 // 10)

    async def go(self) -> None:
        own, shared = await self.twin.both()
        points = 2 * self.draw.randint(10, 60)
        self.made.append(await go(self.twin.club, points))
        assert await self.twin.both() == (own + points * 10 // 4 * self.moved, shared - points)

    async def undo(self) -> None:
        if self.made:
            await undo(self.twin.club, self.draw.choice(self.made))

    async def wait(self) -> None:
        self.twin.club.shop.now += timedelta(hours=self.draw.choice([1, 13, 24 * 20]))
        self.twin.own.now = self.twin.club.shop.now

    async def expire(self) -> None:
        await self.twin.club.expire()
        async with self.twin.there():
            while await sweeps.expire_due():
                pass

    async def part(self) -> None:
        """Once points have moved here, the shop ends it; the next `join` begins anew."""
        if not any(made.own_transfer_id for made in self.made):
            return
        async with self.twin.there():
            (view, *_) = await participations.listed()
            await participations.end(view.id)

    async def join(self) -> None:
        with suppress(Refusal):  # it may be under way
            await self.twin.joined(months=self.draw.choice([None, 1]))

    async def freeze(self) -> None:
        async with self.twin.club.here():
            a = await partners.of_slug("a")
            await partners.freeze(a.id, "to see")

    async def thaw(self) -> None:
        async with self.twin.club.here():
            await partners.unfreeze((await partners.of_slug("a")).id)

    @property
    def moved(self) -> int:
        """1 if the last conversion moved the shop's points, too."""
        return int(self.made[-1].own_transfer_id is not None)


@pytest.mark.walk
@pytest.mark.parametrize("seed", [1, 2, 3, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 12))])
async def test_both_or_neither(database: object, seed: int) -> None:
    draw = Random(seed)  # a history, no secret
    twin = await open_twin(months=draw.choice([None, 1]))
    await twin.joined(months=draw.choice([None, 1]))
    await twin.linked()
    history = History(twin, draw)
    for name in draw.choices(list(STEPS), list(STEPS.values()), k=60):
        await history.step(name)
    assert any(made.own_transfer_id for made in history.made)
    for tenant in (twin.own.tenant, twin.club.shop.tenant):
        with scope.of(tenant), clock.pinned(twin.own.now):
            assert await verify(tenant, full=True) == ()
