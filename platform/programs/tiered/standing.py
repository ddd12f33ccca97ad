"""Which tier a member is in: reached, kept, lost, taken back. Pure: what is known is handed in, what follows comes out.

Tiers are numbers here, their places in the rules from 0 up; `NO_TIER` is below them all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from programs.days import end_of_day
from programs.tiered.compiled import NO_TIER, CompiledTiers, MetricKey
from programs.tiered.rules import Balance, Downgrade, Lifetime, WhileMet
from programs.tiered.windows import Days, counted_over, valid_until

Totals = Mapping[MetricKey, int]
"""How much of each metric counts; one that is missing counts as 0."""
Count = Callable[[Days], Totals]
"""Counts the member's metrics over some days."""


class TierReason(StrEnum):
    """Why a member came into a tier."""

    JOINED = "joined"
    REACHED = "reached"
    KEPT = "kept"
    LOST = "lost"
    TAKEN_BACK = "taken_back"
    SET = "set"
    SET_ENDED = "set_ended"
    FROZEN = "frozen"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Held:
    """A tier as a member has it: since when, until when it is kept (exclusive; None: no end), and why.

    What staff have `SET` is left for a higher tier, or at its end, and otherwise stays.
    """

    tier: int
    since: datetime
    until: datetime | None
    reason: TierReason


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of a member: `joined_on` as a local day, and a way to count the metrics over days."""

    joined_on: date
    count: Count


def entered(tiers: CompiledTiers, joined_at: datetime) -> Held | None:
    """Give the tier that everybody is in from the start, if there is one."""
    if tiers.met({}) == NO_TIER:
        return None
    return Held(0, joined_at, None, TierReason.JOINED)


def moved(tiers: CompiledTiers, held: Held | None, member: Member, at: datetime) -> Held | None:
    """Give the tier after something happened, or None if it is as before.

    A higher one is reached at once. A lower one is gone to only where tiers are kept `while_met`.
    """
    day = tiers.day(at)
    met = tiers.met(member.count(counted_over(tiers.rules.window, day, member.joined_on)))
    has = NO_TIER if held is None else held.tier
    if met > has:
        return Held(met, at, valid_until(tiers.rules.validity, day, tiers.zone), TierReason.REACHED)
    while_met = isinstance(tiers.rules.validity, WhileMet)
    if held is not None and met < has and while_met and held.reason is not TierReason.SET:
        return _down(tiers, held, met, at, None, TierReason.LOST)
    return None


def reviewed(tiers: CompiledTiers, held: Held, member: Member) -> Held | None:
    """Give what becomes of a tier whose time and grace are over; None if it has no end.

    What keeping it asks for is counted over the window that ended with its time, and over the grace after it. Whoever
    keeps it has it as if reached on its last day; who does not goes down, effective when the grace ended.
    """
    over = over_at(tiers, held)
    if held.until is None or over is None:
        return None
    again = _again(tiers, held.until)
    totals = member.count(review_days(tiers, held, member.joined_on))
    if tiers.keeps(held.tier, totals):
        return Held(held.tier, held.since, again, TierReason.KEPT)
    return _down(tiers, held, tiers.met(totals), over, again, TierReason.LOST)


def ended(tiers: CompiledTiers, held: Held, below: Held | None, member: Member) -> Held | None:
    """Give what a member comes to when what staff had set is over: what is met, if it is more than what they had below.

    None: they go back to that, which has its own end.
    """
    over = over_at(tiers, held)
    assert held.until is not None and over is not None, "it has an end"
    met = tiers.met(member.count(review_days(tiers, held, member.joined_on)))
    if below is not None and met <= below.tier:
        return None
    again = _again(tiers, held.until) if met > tiers.lowest else None
    return Held(met, over, again, TierReason.SET_ENDED)


def _again(tiers: CompiledTiers, until: datetime) -> datetime | None:
    """Until when a tier is kept that was kept until then."""
    return valid_until(tiers.rules.validity, _last_day(tiers, until), tiers.zone)


def look_at(tiers: CompiledTiers, held: Held, now: datetime, joined_on: date) -> datetime | None:
    """Give when a member's tier must be looked at though nothing happens to them; None: not before something does.

    That is after its time and grace; each day where tiers go by a balance, which moves without them too; and where
    tiers are kept `while_met`, on the next day on which less may count: each day by the last months, else the first
    after the year that is counted.
    """
    over = over_at(tiers, held)
    if held.reason is TierReason.SET:
        return over
    today = tiers.day(now)
    if any(isinstance(metric, Balance) for metric in tiers.metrics.values()):
        tomorrow = end_of_day(today, tiers.zone)
        return tomorrow if over is None else min(over, tomorrow)
    while_met = isinstance(tiers.rules.validity, WhileMet) and held.tier != tiers.lowest
    if over is not None or not while_met or isinstance(tiers.rules.window, Lifetime):
        return over
    return end_of_day(counted_over(tiers.rules.window, today, joined_on).last, tiers.zone)


def over_at(tiers: CompiledTiers, held: Held) -> datetime | None:
    """Give when the time of a tier is over, with its grace: what staff set ends when they said; None: never."""
    if held.until is None or held.reason is TierReason.SET or not tiers.rules.grace_days:
        return held.until
    return tiers.days_later(held.until, tiers.rules.grace_days)


def review_days(tiers: CompiledTiers, held: Held, joined_on: date) -> Days:
    """Give the days that the review of a tier goes by that has an end."""
    over = over_at(tiers, held)
    assert held.until is not None and over is not None, "it has an end"
    window = counted_over(tiers.rules.window, _last_day(tiers, held.until), joined_on)
    return Days(window.first, max(window.last, _last_day(tiers, over)))


def stands(tiers: CompiledTiers, held: Held, member: Member) -> bool:
    """Tell whether a tier still stands after a correction: what is left would have been enough when it was reached.

    Only what was reached can fall so: what time has kept or lost since, and what staff set, stays.
    """
    if held.reason not in UNDONE:
        return True
    then = counted_over(tiers.rules.window, tiers.day(held.since), member.joined_on)
    return tiers.met(member.count(then)) >= held.tier


def left_with(tiers: CompiledTiers, gone: Held, left: Held | None, member: Member, at: datetime) -> Held | None:
    """Give what a member meets now that a tier is taken back, if it is more than what they are left with."""
    day = tiers.day(at)
    met = min(tiers.met(member.count(counted_over(tiers.rules.window, day, member.joined_on))), gone.tier)
    if left is not None and met <= left.tier:
        return None
    until = valid_until(tiers.rules.validity, day, tiers.zone) if met > tiers.lowest else None
    return Held(met, at, until, TierReason.TAKEN_BACK)


UNDONE = (TierReason.REACHED, TierReason.TAKEN_BACK)
"""What a correction can take back: a tier that was reached, or that was met when a higher one was taken back."""


def _last_day(tiers: CompiledTiers, end: datetime) -> date:
    return tiers.day(end - timedelta(microseconds=1))


def _down(
    tiers: CompiledTiers, held: Held, met: int, at: datetime, until: datetime | None, reason: TierReason
) -> Held | None:  # fmt: skip
    match tiers.rules.downgrade:
        case Downgrade.NEVER:
            return None if until is None else Held(held.tier, held.since, until, TierReason.KEPT)
        case Downgrade.ONE_STEP:
            met = max(met, held.tier - 1)
        case Downgrade.TO_MET:
            pass
    return Held(met, at, until if met > tiers.lowest else None, reason)
