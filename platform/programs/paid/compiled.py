"""Rules of a paid program made ready: what each plan multiplies, and the calendar of terms in the tenant's zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from programs.activity import LineKind, TenderKind
from programs.days import add_months, day_of, local_day, start_of_day
from programs.kind import Modifier, VersionFacts
from programs.multipliers import modifiers
from programs.paid.rules import PaidRules, Pass, Period, Plan, Unlimited

_MONTHS = {Period.MONTH: 1, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class CompiledPaid:
    """One version of a paid program, ready to decide; made by `compile_rules`. `modifiers` are by plan."""

    facts: VersionFacts
    rules: PaidRules
    plans: Mapping[str, Plan]
    passes: Mapping[str, Pass]
    modifiers: Mapping[str, tuple[Modifier, ...]]
    line_kinds: frozenset[LineKind]
    tenders_left_out: frozenset[TenderKind]

    def day(self, at: datetime) -> date:
        """Give the local day of an instant."""
        return local_day(at, self.facts.zone)

    def later(self, at: datetime, *, months: int = 0, days: int = 0) -> datetime:
        """Give the instant so much later by the calendar, at the same local time."""
        local = at.astimezone(self.facts.zone)
        day = add_months(local.date(), months) + timedelta(days=days)
        return datetime.combine(day, local.timetz()).astimezone(UTC)

    def ends(self, plan: Plan, first: datetime, terms: int) -> datetime | None:
        """Give the end of the last of so many terms that follow each other from `first` on; None for life.

        Counted from the first, so that a term from 31 January ends on 28 February, and the next on 31 March.
        """
        months = _MONTHS.get(plan.period)
        return None if months is None else self.later(first, months=months * terms)

    def pass_ends(self, card: Pass, at: datetime) -> datetime | None:
        """Give the end of a pass bought now; None if it has none."""
        months = card.scope.months
        return None if months is None else self.later(at, months=months)

    def dividend_due(self, year: int) -> datetime | None:
        """Give the instant of a year at which the dividend on the year before is due; None if there is none."""
        terms = self.rules.dividend
        return None if terms is None else start_of_day(day_of(year, terms.month, terms.day), self.facts.zone)

    def dividend_look(self, after: datetime) -> datetime:
        """Give the next instant to look whether a dividend is due: its own, or the next month, since rules change."""
        first = add_months(self.day(after).replace(day=1), 1)
        dates = [start_of_day(first, self.facts.zone), self.dividend_due(first.year), self.dividend_due(first.year - 1)]
        return min(at for at in dates if at is not None and at > after)


def compile_rules(rules: PaidRules, facts: VersionFacts) -> CompiledPaid:
    """Prepare valid rules for deciding."""
    return CompiledPaid(
        facts=facts,
        rules=rules,
        plans={plan.id: plan for plan in rules.plans},
        passes={card.id: card for card in rules.passes},
        modifiers={plan.id: modifiers(plan.id, plan.name, plan.multipliers, facts) for plan in rules.plans},
        line_kinds=rules.base.line_kinds(),
        tenders_left_out=rules.base.tenders_left_out(),
    )


def is_unlimited(card: Pass) -> bool:
    """Tell whether a pass goes by time alone."""
    return isinstance(card.scope, Unlimited)
