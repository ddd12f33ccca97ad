"""A rule's conditions made ready: each is a check that answers None if it holds, else the inputs of its explanation."""

from collections.abc import Callable
from datetime import datetime

from programs.activity import Activity
from programs.cel import Holds
from programs.decision import ExplanationValue
from programs.kind import Standing, VersionFacts
from programs.points.rules import Conditions

Failure = tuple[tuple[str, ExplanationValue], ...]
Check = Callable[[Activity, Standing, datetime], Failure | None]
"""From the activity, the member's standing and the local time; amounts and caps are checked by `earning`."""


def checks(conditions: Conditions, facts: VersionFacts) -> tuple[Check, ...]:
    """Give the checks of the conditions that are set, the cheapest first."""
    made = (
        _channel(conditions),
        _partner(conditions, facts),
        _dates(conditions),
        _weekdays(conditions),
        _hours(conditions),
        _codes(conditions),
        _tenders(conditions),
        _segments(conditions),
        _tiers(conditions, facts),
        _when(conditions),
    )
    return tuple(check for check in made if check is not None)


def failure(condition: str, needed: ExplanationValue, found: ExplanationValue) -> Failure:
    """Give the inputs of a `not_eligible` line."""
    return (("condition", condition), ("needed", needed), ("found", found))


def amount_failure(condition: str, needed: int, found: int, currency: str | None) -> Failure:
    """Give the inputs of a `not_eligible` line about an amount of money."""
    return (*failure(condition, needed, found), ("currency", currency or ""))


def _channel(conditions: Conditions) -> Check | None:
    if not conditions.channels:
        return None
    channels, needed = frozenset(conditions.channels), conditions.channels
    return lambda activity, standing, local: (
        None if activity.channel in channels else failure("channels", needed, activity.channel or "")
    )


def _partner(conditions: Conditions, facts: VersionFacts) -> Check | None:
    if not conditions.partners:
        return None
    partners, needed = frozenset(conditions.partners), tuple(map(facts.partner, conditions.partners))
    return lambda activity, standing, local: (
        None if activity.partner in partners else failure("partners", needed, activity.partner or "")
    )


def _dates(conditions: Conditions) -> Check | None:
    first, last = conditions.starts_on, conditions.ends_on
    if first is None and last is None:
        return None
    needed = (first.isoformat() if first else "", last.isoformat() if last else "")

    def check(activity: Activity, standing: Standing, local: datetime) -> Failure | None:
        day = local.date()
        if (first is None or first <= day) and (last is None or day <= last):
            return None
        return failure("dates", needed, day.isoformat())

    return check


def _weekdays(conditions: Conditions) -> Check | None:
    if not conditions.weekdays:
        return None
    weekdays, needed = frozenset(conditions.weekdays), tuple(str(day) for day in conditions.weekdays)
    return lambda activity, standing, local: (
        None if local.isoweekday() in weekdays else failure("weekdays", needed, str(local.isoweekday()))
    )


def _hours(conditions: Conditions) -> Check | None:
    if not conditions.hours:
        return None
    windows = tuple(hours.minutes() for hours in conditions.hours)
    needed = tuple(f"{hours.from_time}–{hours.until_time}" for hours in conditions.hours)

    def check(activity: Activity, standing: Standing, local: datetime) -> Failure | None:
        minute = local.hour * 60 + local.minute
        for start, end in windows:
            if start <= minute < end:
                return None
        return failure("hours", needed, f"{local.hour:02}:{local.minute:02}")

    return check


def _codes(conditions: Conditions) -> Check | None:
    if not conditions.codes:
        return None
    codes, needed = frozenset(conditions.codes), conditions.codes
    return lambda activity, standing, local: (
        failure("codes", needed, activity.codes) if codes.isdisjoint(activity.codes) else None
    )


def _tenders(conditions: Conditions) -> Check | None:
    if not conditions.tenders:
        return None
    kinds, needed = frozenset(conditions.tenders), tuple(kind.value for kind in conditions.tenders)

    def check(activity: Activity, standing: Standing, local: datetime) -> Failure | None:
        found = [tender.kind for tender in activity.tenders]
        return failure("tenders", needed, tuple(found)) if kinds.isdisjoint(found) else None

    return check


def _segments(conditions: Conditions) -> Check | None:
    if not conditions.segments:
        return None
    segments, needed = frozenset(conditions.segments), conditions.segments
    return lambda activity, standing, local: (
        failure("segments", needed, tuple(sorted(standing.segments)))
        if segments.isdisjoint(standing.segments)
        else None
    )


def _tiers(conditions: Conditions, facts: VersionFacts) -> Check | None:
    if not conditions.tiers:
        return None
    tiers, needed = frozenset(conditions.tiers), conditions.tiers

    def check(activity: Activity, standing: Standing, local: datetime) -> Failure | None:
        found = facts.tiers(standing, conditions.tier_program)
        return failure("tiers", needed, tuple(sorted(found))) if tiers.isdisjoint(found) else None

    return check


def _when(conditions: Conditions) -> Check | None:
    if conditions.when is None:
        return None
    holds = Holds(conditions.when)

    def check(activity: Activity, standing: Standing, local: datetime) -> Failure | None:
        why = holds.failure(activity, standing, local)
        return None if why is None else failure("when", holds.text, why)

    return check
