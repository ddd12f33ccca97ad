"""Members' tiers in a replay: what `state` does with rows, done in memory by the same rules. Pure.

Looked at as late as something happens: of tiers that are kept while they are met the days between leave no trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from programs.decision import CounterUse
from programs.player import Gave, Given, GivenReward, Played
from programs.tiered import standing
from programs.tiered.compiled import NO_TIER, CompiledTiers, MetricKey
from programs.tiered.rules import Balance
from programs.tiered.standing import Held, Member, TierReason
from programs.tiered.windows import Days

_LAPSED_MAX = 100  # times of a tier that are over at once: a century


@dataclass(slots=True)
class _Place:
    """A member: what they have by the rules `tiers`, what they had before that, and the gifts that came with it."""

    tiers: CompiledTiers
    joined_at: datetime
    held: Held | None = None
    before: Held | None = None
    gifts: Gave = ()
    days: dict[MetricKey, dict[date, int]] = field(default_factory=dict)


class TierPlayer:
    """The tiers of one program's members."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def before(self, played: Played) -> Gave:
        """End the times of tiers that are over by then."""
        place, given = self._place(played), tuple[Given | GivenReward, ...]()
        tiers, member = place.tiers, _known(place, played)
        for _ in range(_LAPSED_MAX):
            held = place.held
            if held is None or (look_at := standing.look_at(tiers, held, held.since, member.joined_on)) is None:
                break
            if look_at > played.at:
                break
            if held.until is None:
                new = standing.moved(tiers, held, member, played.at)
            else:
                new = standing.reviewed(tiers, held, member)
            if new is not None:
                given += self._move(place, new)
            if new is None or held.until is None:
                break
        return given

    def count(self, member_id: str, use: CounterUse, amount: int) -> None:
        """Add to a metric's day."""
        kind, _, day = use.key.period.partition(":")
        if kind == "day" and use.key.name.startswith("tier:"):
            days = self._places[member_id].days.setdefault(MetricKey(use.key.name), {})
            on = date.fromisoformat(day)
            days[on] = days.get(on, 0) + amount

    def after(self, played: Played, *, corrected: bool) -> Gave:
        """Move the member's tier after something was decided, or taken back."""
        place = self._place(played)
        tiers, member = place.tiers, _known(place, played)
        if corrected and place.held is not None:
            new = standing.taken_back(tiers, place.held, place.before, member, played.at)
        else:
            new = standing.moved(tiers, place.held, member, played.at)
        return () if new is None else self._move(place, new)

    def tier(self, member_id: str) -> str | None:
        """The slug of the tier that the member has."""
        place = self._places.get(member_id)
        if place is None or place.held is None or place.held.tier == NO_TIER:
            return None
        return place.tiers.tiers[place.held.tier].rules.id

    def members(self) -> tuple[tuple[str, datetime], ...]:
        """All that something happened to."""
        return tuple((member_id, place.joined_at) for member_id, place in self._places.items())

    def copy(self) -> TierPlayer:
        """One to go on from here, while this one goes another way."""
        other = TierPlayer()
        other._places = {
            member_id: replace(place, days={key: dict(days) for key, days in place.days.items()})
            for member_id, place in self._places.items()
        }
        return other

    def _place(self, played: Played) -> _Place:
        """The member's place, by the rules that count then."""
        place = self._places.get(played.member_id)
        if place is None:
            place = self._places[played.member_id] = _Place(played.compiled, played.joined_at)
            place.held = standing.entered(place.tiers, place.joined_at)
        elif place.tiers is not played.compiled:
            place.held = _by(place.tiers, played.compiled, place.held)
            place.before = _by(place.tiers, played.compiled, place.before)
            place.tiers = played.compiled
            place.held = place.held or standing.entered(place.tiers, place.joined_at)
        return place

    @staticmethod
    def _move(place: _Place, held: Held) -> Gave:
        tiers, old, gifts = place.tiers, place.held, tuple[Given | GivenReward, ...]()
        back = place.gifts if held.reason is TierReason.TAKEN_BACK else ()
        if (old is None or held.tier > old.tier) and held.tier > tiers.lowest:
            gifts = tuple(Given(gift.unit, gift.points) for gift in tiers.tiers[held.tier].rules.gifts)
        if held.reason is not TierReason.KEPT:
            place.before, place.gifts = old, gifts
        place.held = held
        return (*(gift.back() for gift in back), *gifts)


def _by(was: CompiledTiers, now: CompiledTiers, held: Held | None) -> Held | None:
    """What is held, by other rules: a tier that is no longer there has become none."""
    if held is None or held.tier == NO_TIER:
        return held
    tier = now.named(was.tiers[held.tier].rules.id)
    return replace(held, tier=NO_TIER if tier is None else tier.place)


def _known(place: _Place, played: Played) -> Member:
    def count(days: Days) -> Mapping[MetricKey, int]:
        totals = {
            key: sum([amount for day, amount in on.items() if days.first <= day <= days.last])
            for key, on in place.days.items()
        }
        for key, metric in place.tiers.metrics.items():
            if isinstance(metric, Balance):
                totals[key] = played.balance(played.member_id, metric.unit)
        return totals

    return Member(place.tiers.day(place.joined_at), count)
