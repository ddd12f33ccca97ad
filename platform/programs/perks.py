"""Perks: what a member may have beside points for being in a tier or having a plan (free delivery, a gift, a lounge).

The shop asks what a member is entitled to and tells what was used; `entitlements` and `perk_uses` do that. Here are
the rules, which any kind may have, and the periods that a perk's limit counts in. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Annotated, NamedTuple

from programs.days import add_months, end_of_day
from programs.documents import Bound, Size, Text
from programs.findings import Finding, RulesContext
from programs.periods import Period, period_keys

AMOUNT_MAX = 2**53 - 1
LIMIT_MAX = 1_000_000
TERM = "term:"
"""The fact `term:<program id>` of a member: the `Term` for which they have the tier or plan that brings perks."""


class PerkClass(StrEnum):
    """What a perk does for a member: it makes what they get worth more, or what they pay less."""

    ADDS_VALUE = "adds_value"
    LOWERS_COST = "lowers_cost"


class PerkPeriod(StrEnum):
    """How long a perk's limit counts before it starts again: a local calendar period, for ever, or a term.

    A term is that of what the perk comes with: the time for which a tier was reached or kept, or that a plan is paid.
    """

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    LIFETIME = "lifetime"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class PerkCost:
    """What one use costs the merchant: minor units of a currency."""

    amount: Annotated[int, Bound(0, AMOUNT_MAX)]
    currency: Annotated[str, Text(3, r"[A-Z]{3}")]


@dataclass(frozen=True, slots=True)
class Perk:
    """A perk; at most `limit` uses in each `period` (None: any number). One id means one perk wherever it stands.

    A member who comes from one tier to another takes along how often they used it in the period.
    """

    id: Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]
    name: Annotated[str, Text(200)]
    perk_class: PerkClass
    unit_cost: PerkCost | None = None
    limit: Annotated[int, Bound(1, LIMIT_MAX)] | None = None
    period: PerkPeriod = PerkPeriod.MONTH


Perks = Annotated[tuple[Perk, ...], Size(50)]


@dataclass(frozen=True, slots=True)
class PerkSet:
    """The perks that come together: a tier's or a plan's, under its id and name."""

    id: str
    name: str
    perks: tuple[Perk, ...]

    def lacks(self, lower: "PerkSet") -> tuple[Perk, ...]:
        """Give the perks of a lower set that this one has not, or has less of."""
        own = {perk.id: perk for perk in self.perks}
        return tuple(perk for perk in lower.perks if perk.id not in own or not _as_good(own[perk.id], perk))

    def adds(self, lower: "PerkSet") -> tuple[Perk, ...]:
        """Give the perks of this set that a lower one has not, or has less of."""
        return lower.lacks(self)


class Term(NamedTuple):
    """The time that a perk comes for: from `since`, until before `until` (None: no end)."""

    since: datetime
    until: datetime | None

    def to_json(self) -> Mapping[str, str | None]:
        """Give the value of the fact."""
        return {"since": self.since.isoformat(), "until": None if self.until is None else self.until.isoformat()}

    @classmethod
    def from_json(cls, fact: Mapping[str, str | None]) -> "Term":
        """Read what `to_json` gave."""
        until = fact["until"]
        return cls(datetime.fromisoformat(str(fact["since"])), None if until is None else datetime.fromisoformat(until))


def counts_terms(sets: Iterable[tuple[Perk, ...]]) -> bool:
    """Tell whether any of these perks counts terms, so that the kind must tell of them (`TERM`)."""
    return any(perk.period is PerkPeriod.TERM for perks in sets for perk in perks)


def period_of(perk: Perk, day: date, term: Term | None) -> str:
    """Name the period that a local day lies in, as `month:2026-11`; without a term, one is a lifetime."""
    if perk.period is PerkPeriod.TERM:
        return period_keys(day)[Period.LIFETIME] if term is None else f"term:{term.since.isoformat()}"
    return period_keys(day)[Period(perk.period.value)]


def period_end(perk: Perk, day: date, term: Term | None, zone: tzinfo) -> datetime | None:
    """Give when the period of a local day is over (exclusive) and the limit starts again; None: never."""
    match perk.period:
        case PerkPeriod.DAY:
            return end_of_day(day, zone)
        case PerkPeriod.WEEK:
            return end_of_day(day + timedelta(days=6 - day.weekday()), zone)
        case PerkPeriod.MONTH:
            return end_of_day(add_months(day.replace(day=1), 1) - timedelta(days=1), zone)
        case PerkPeriod.YEAR:
            return end_of_day(date(day.year, 12, 31), zone)
        case PerkPeriod.LIFETIME:
            return None
        case PerkPeriod.TERM:
            return None if term is None else term.until


def in_words(perk: Perk) -> str:
    """Give the perk in a few words: `Free delivery (2 × a month)`."""
    if perk.limit is None:
        return perk.name
    per = "in all" if perk.period is PerkPeriod.LIFETIME else f"a {perk.period.value}"
    return f"{perk.name} ({perk.limit} × {per})"


def find(path: str, sets: tuple[tuple[Perk, ...], ...], context: RulesContext) -> Iterator[Finding]:
    """Check the perks of each set, which stand at `path` with their place for `{}`; for a kind's `validate`.

    One id counts one period wherever it stands, since its uses are counted over all sets of the program.
    """
    periods: dict[str, PerkPeriod] = {}
    for place, perks in enumerate(sets):
        here = path.format(place)
        yield from _find(here, perks, context)
        for index, perk in enumerate(perks):
            known = periods.setdefault(perk.id, perk.period)
            if perk.period is not known:
                message = "the perk of this id counts another period elsewhere"
                yield Finding(f"{here}[{index}].period", "contradiction", message, perk.period.value, known.value)


def _find(path: str, perks: tuple[Perk, ...], context: RulesContext) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, perk in enumerate(perks):
        here = f"{path}[{index}]"
        if perk.id in seen:
            yield Finding(f"{here}.id", "duplicate", "another perk has this id", perk.id)
        seen.add(perk.id)
        if perk.unit_cost is not None and perk.unit_cost.currency not in context.currencies:
            message = "there is no such currency"
            yield Finding(f"{here}.unit_cost.currency", "unknown_value", message, perk.unit_cost.currency)


def _as_good(own: Perk, lower: Perk) -> bool:
    return own.limit is None or (lower.limit is not None and own.limit >= lower.limit)
