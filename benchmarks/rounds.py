"""Alternating slots: ours, the limit, the limit, ours, …, so that what slows the machine slows both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from benchmarks.figures import Measured

ROUNDS = 5
SLOT_S = 5

Slot = Callable[[], Awaitable[float]]


async def alternate(ours: Slot, limit: Slot, unit: str, rounds: int = ROUNDS) -> Measured:
    """Run both once per round, the order changing; each round's value is ours divided by the limit."""
    measured = Measured([], absolute_unit=unit)
    for number in range(rounds):
        if number % 2:
            theirs = await limit()
            mine = await ours()
        else:
            mine = await ours()
            theirs = await limit()
        measured.ours.append(mine)
        measured.limit.append(theirs)
        measured.rounds.append(mine / theirs)
    return measured
