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
    if held.until is None:
        return None
    over, ended_on = review_at(tiers, held.until), _last_day(tiers, held.until)
    totals = member.count(review_days(tiers, held.until, member.joined_on))
    again = valid_until(tiers.rules.validity, ended_on, tiers.zone)
    if held.reason is TierReason.SET:
        met = tiers.met(totals)
        return Held(met, over, again if met > NO_TIER else None, TierReason.SET_ENDED)
    if tiers.keeps(held.tier, totals):
        return Held(held.tier, held.since, again, TierReason.KEPT)
    return _down(tiers, held, tiers.met(totals), over, again, TierReason.LOST)


def review_at(tiers: CompiledTiers, until: datetime) -> datetime:
    """Give when a tier that is kept `until` then is looked at: after its grace."""
    return until if not tiers.rules.grace_days else tiers.days_later(until, tiers.rules.grace_days)


def look_at(tiers: CompiledTiers, held: Held, now: datetime, joined_on: date) -> datetime | None:
    """Give when a member's tier must be looked at though nothing happens to them; None: not before something does.

    That is after its time and grace; and where tiers are kept `while_met` on the next day on which less may count: each
    day if that goes by a balance or by the last months, else the first after the year that is counted.
    """
    if held.until is not None:
        return review_at(tiers, held.until)
    if held.reason is TierReason.SET or not isinstance(tiers.rules.validity, WhileMet):
        return None
    today = tiers.day(now)
    if any(isinstance(metric, Balance) for metric in tiers.metrics.values()):
        return end_of_day(today, tiers.zone)
    if held.tier == tiers.lowest or isinstance(tiers.rules.window, Lifetime):
        return None
    return end_of_day(counted_over(tiers.rules.window, today, joined_on).last, tiers.zone)


def review_days(tiers: CompiledTiers, until: datetime, joined_on: date) -> Days:
    """Give the days that a review of a tier kept `until` then goes by."""
    window = counted_over(tiers.rules.window, _last_day(tiers, until), joined_on)
    return Days(window.first, max(window.last, _last_day(tiers, review_at(tiers, until))))


def taken_back(
    tiers: CompiledTiers, held: Held, before: Held | None, member: Member, at: datetime
) -> Held | None:  # fmt: skip
    """Give the tier after a correction, or None if it is as before.

    A tier is taken back if what the member has left would not have been enough on the day on which it was reached:
    then they have what they had `before` that, or what they meet now if that is more.
    """
    if held.reason is not TierReason.REACHED:
        return moved(tiers, held, member, at)
    then = counted_over(tiers.rules.window, tiers.day(held.since), member.joined_on)
    if tiers.met(member.count(then)) >= held.tier:
        return moved(tiers, held, member, at)
    now = counted_over(tiers.rules.window, tiers.day(at), member.joined_on)
    met = min(tiers.met(member.count(now)), held.tier)
    if before is not None and before.tier >= met:
        return Held(before.tier, before.since, before.until, TierReason.TAKEN_BACK)
    until = valid_until(tiers.rules.validity, tiers.day(at), tiers.zone)
    return Held(met, at, until, TierReason.TAKEN_BACK)


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
