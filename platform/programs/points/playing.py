"""Conversions in a replay: what `state` does with rows, done in memory by the same rule. Pure.

What members spend otherwise is not played, so nobody's gift is used: a correction can undo every conversion.
"""

from __future__ import annotations

from datetime import datetime

from programs.decision import CounterKey
from programs.gifts import Gift, RewardGift
from programs.player import Gave, Given, GivenReward, Played
from programs.points.compiled import CompiledPoints


class ConversionPlayer:
    """How often the points of one program's members turned into gifts."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[tuple[int, Given | GivenReward], ...]] = {}

    def before(self, played: Played) -> Gave:
        """Time converts nothing."""
        return ()

    def count(self, member_id: str, key: CounterKey, amount: int) -> None:
        """Counters convert nothing."""

    def after(self, played: Played, *, corrected: bool) -> Gave:
        """Turn what is enough, if the rules do; undo the latest conversions while there is less than nothing."""
        compiled: CompiledPoints = played.compiled
        conversion, member_id, gave = compiled.rules.conversion, played.member_id, list[Given | GivenReward]()
        made = list(self._made.get(member_id, ()))
        left = played.balance(member_id, compiled.rules.unit) - sum(points for points, _ in made)
        while corrected and left < 0 and made:
            points, gift = made.pop()
            left += points
            gave.append(gift.back())
        if conversion is not None:
            gifts = [_gift(conversion.gift)] * (max(0, left) // conversion.points)
            made += [(conversion.points, gift) for gift in gifts]
            gave += gifts
        self._made[member_id] = tuple(made)
        return tuple(gave)

    def tier(self, member_id: str) -> str | None:
        """None: points know no tiers."""
        return None

    def members(self) -> tuple[tuple[str, datetime], ...]:
        """Nobody to whom time does anything."""
        return ()

    def copy(self) -> ConversionPlayer:
        """One to go on from here, while this one goes another way."""
        other = ConversionPlayer()
        other._made = dict(self._made)
        return other


def _gift(gift: Gift) -> Given | GivenReward:
    return GivenReward(gift.reward, 1) if isinstance(gift, RewardGift) else Given(gift.unit, gift.points)
