"""Members' tiers in a replay: what `state` and `resting` do with rows, done in memory by the same rules. Pure.

Looked at as late as something happens: of tiers that are kept while they are met the days between leave no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from programs.decision import CounterKey
from programs.gifts import RewardGift
from programs.player import DidTask, Gave, Given, GivenReward, Played
from programs.tiered import silence, standing
from programs.tiered.compiled import NO_TIER, CompiledTiers, MetricKey
from programs.tiered.rules import Balance, Reopening, TasksDone
from programs.tiered.standing import Held, Member, TierReason
from programs.tiered.windows import Days

_LAPSED_MAX = 100  # times of a tier that are over at once: a century


class _Rest(NamedTuple):
    """That a tier brings nothing, since when, and whether it is gone."""

    since: datetime
    closed: bool = False


class _Step(NamedTuple):
    """A tier as it is, or was, had, with what came with it."""

    held: Held
    gave: Gave = ()


@dataclass(slots=True)
class _Place:
    """A member: the steps by which they came to what they have by the rules `tiers`, and whether it rests."""

    tiers: CompiledTiers
    joined_at: datetime
    steps: tuple[_Step, ...] = ()
    days: dict[MetricKey, dict[date, int]] = field(default_factory=dict)
    rest: _Rest | None = None
    looked: Held | None = None
    due: datetime | None = None

    @property
    def held(self) -> Held | None:
        """What they have."""
        return self.steps[-1].held if self.steps else None

    def due_at(self) -> datetime | None:
        """When what they have must be looked at though nothing happens: once for each tier that they have."""
        held = self.held
        if held is not self.looked:
            joined_on = self.tiers.day(self.joined_at)
            self.due = None if held is None else standing.look_at(self.tiers, held, held.since, joined_on)
            self.looked = held
        return self.due

    def enter(self) -> None:
        """To whom nothing happened yet has what everybody has."""
        if not self.steps and (first := standing.entered(self.tiers, self.joined_at)) is not None:
            self.steps = (_Step(first),)


class TierPlayer:
    """The tiers of one program's members."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def before(self, played: Played) -> Gave:
        """End the times of tiers that are over by then, and let those rest whose members did nothing for long."""
        place = self._place(played)
        _let_rest(place, played)
        due = place.due_at()
        return () if due is None or due > played.at else self._look(place, played)

    def _look(self, place: _Place, played: Played) -> Gave:
        tiers, member, given = place.tiers, _known(place, played), Gave()
        for _ in range(_LAPSED_MAX):
            held, due = place.held, place.due_at()
            if held is None or due is None or due > played.at:
                break
            over = standing.over_at(tiers, held)
            if over is None or over > played.at:
                new = None if place.rest else standing.moved(tiers, held, member, played.at)
            else:
                new = standing.reviewed(tiers, held, member)
            if new is not None:
                given += self._move(place, new)
            if new is None or over is None or over > played.at:
                break
        return given

    def count(self, member_id: str, key: CounterKey, amount: int) -> None:
        """Add to a metric's day."""
        kind, _, day = key.period.partition(":")
        if kind == "day" and key.name.startswith("tier:"):
            days = self._places[member_id].days.setdefault(MetricKey(key.name), {})
            on = date.fromisoformat(day)
            days[on] = days.get(on, 0) + amount

    def hear(self, member_id: str, did: DidTask) -> None:
        """Add a task to its day."""
        place = self._places.get(member_id)
        for key, metric in place.tiers.metrics.items() if place is not None else ():
            if isinstance(metric, TasksDone) and metric.task == did.task:
                assert place is not None, "there is none to count for else"
                days, on = place.days.setdefault(key, {}), place.tiers.day(did.at)
                days[on] = days.get(on, 0) + did.times

    def after(self, played: Played, *, corrected: bool) -> Gave:
        """Move the member's tier after something was decided, or taken back."""
        place = self._place(played)
        tiers, member = place.tiers, _known(place, played)
        back = self._undo(place, played) if corrected else ()
        if played.acts:
            _wake(place)
        new = None if place.rest else standing.moved(tiers, place.held, member, played.at)
        return back if new is None else (*back, *self._move(place, new))

    def tier(self, member_id: str) -> str | None:
        """The slug of the tier that the member has."""
        place = self._places.get(member_id)
        if place is None or place.held is None:
            return None
        tier = place.tiers.lowest if place.rest else place.held.tier
        return None if tier == NO_TIER else place.tiers.tiers[tier].rules.id

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
        elif place.tiers is not played.compiled:
            place.steps = tuple(
                step._replace(held=_by(place.tiers, played.compiled, step.held)) for step in place.steps
            )
            place.tiers, place.looked = played.compiled, None
        place.enter()
        return place

    @staticmethod
    def _undo(place: _Place, played: Played) -> Gave:
        """Take back the tiers that what is left would not have been enough for."""
        tiers, gone = place.tiers, list[_Step]()
        while place.steps and place.steps[-1].held.reason in standing.UNDONE:
            step = place.steps[-1]
            came = (gift for each in (step, *gone) for gift in each.gave if isinstance(gift, Given))
            if standing.stands(tiers, step.held, _known(place, played, came)):
                break
            gone.append(step)
            place.steps = place.steps[:-1]
        if gone:
            came = (gift for each in gone for gift in each.gave if isinstance(gift, Given))
            left = standing.left_with(tiers, gone[0].held, place.held, _known(place, played, came), played.at)
            place.steps += () if left is None else (_Step(left),)
        return tuple(gift.back() for step in gone for gift in step.gave if not isinstance(gift, DidTask))

    @staticmethod
    def _move(place: _Place, held: Held) -> Gave:
        tiers, old, gave = place.tiers, place.held, tuple[Given | GivenReward, ...]()
        if (old is None or held.tier > old.tier) and held.tier > tiers.lowest:
            gave = tuple(
                GivenReward(gift.reward, 1) if isinstance(gift, RewardGift) else Given(gift.unit, gift.points)
                for gift in tiers.tiers[held.tier].gifts
            )
        if held.reason is TierReason.KEPT:
            place.steps = (place.steps[-1]._replace(held=held),)
        else:
            below = place.steps if held.reason is TierReason.REACHED else ()
            place.steps = (*below, _Step(held, gave))
        return gave


def _let_rest(place: _Place, played: Played) -> None:
    """Freeze, and then close, what has rested for long enough by then."""
    dormancy, tiers = place.tiers.rules.dormancy, place.tiers
    if dormancy is None:
        return
    if place.rest is None:
        active_on = tiers.day(played.joined_at if played.active_at is None else played.active_at)
        at = silence.freezes_at(dormancy, active_on, played.rules_since, tiers.zone)
        place.rest = _Rest(at) if at <= played.at else None
    if place.rest is not None and not place.rest.closed:
        closes_at = silence.closes_at(dormancy, tiers.day(place.rest.since), tiers.zone)
        if closes_at is not None and closes_at <= played.at:
            place.rest = _Rest(closes_at, closed=True)
            place.steps = (_Step(Held(tiers.lowest, closes_at, None, TierReason.CLOSED)),)


def _wake(place: _Place) -> None:
    """Let it bring something again, unless staff must."""
    dormancy = place.tiers.rules.dormancy
    if dormancy is None or dormancy.reopening is not Reopening.BY_STAFF:
        place.rest = None


def _by(was: CompiledTiers, now: CompiledTiers, held: Held) -> Held:
    """What is held, by other rules: a tier that is no longer there has become none."""
    if held.tier == NO_TIER:
        return held
    tier = now.named(was.tiers[held.tier].rules.id)
    return replace(held, tier=NO_TIER if tier is None else tier.place)


def _known(place: _Place, played: Played, without: Iterable[Given] = ()) -> Member:
    """What is known of a member, without these gifts."""
    given: dict[str, int] = {}
    for gift in without:
        given[gift.unit] = given.get(gift.unit, 0) + gift.amount

    def count(days: Days) -> Mapping[MetricKey, int]:
        totals = {
            key: sum([amount for day, amount in on.items() if days.first <= day <= days.last])
            for key, on in place.days.items()
        }
        for key, metric in place.tiers.metrics.items():
            if isinstance(metric, Balance):
                totals[key] = max(0, played.balance(played.member_id, metric.unit) - given.get(metric.unit, 0))
        return totals

    return Member(place.tiers.day(place.joined_at), count)
