"""What parsed rules of a paid program must still fulfil: among themselves, and against the tenant."""

from collections.abc import Iterator

from programs import gifts, multipliers, perks
from programs.findings import Finding, RulesContext
from programs.paid.rules import Dividend, Dunning, PaidRules, Pass, Period, Plan

_SHORTEST = {Period.MONTH: 28, Period.YEAR: 365}
_LONGEST_DAY = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def find(rules: PaidRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def _findings(rules: PaidRules, context: RulesContext) -> Iterator[Finding]:
    if rules.unit not in context.units:
        yield Finding("unit", "unknown_value", "there is no such unit", rules.unit)
    if not rules.plans and not rules.passes:
        yield Finding("plans", "missing", "a paid program sells at least one plan or pass")
    shelves: tuple[tuple[str, tuple[Plan | Pass, ...]], ...] = (("plans", rules.plans), ("passes", rules.passes))
    for name, offers in shelves:
        seen: dict[str, set[str]] = {"id": set(), "name": set()}
        for place, offer in enumerate(offers):
            path = f"{name}[{place}]"
            for field, value in (("id", offer.id), ("name", offer.name)):
                if value in seen[field]:
                    yield Finding(f"{path}.{field}", "duplicate", f"another one has this {field}", value)
                seen[field].add(value)
            if offer.currency not in context.currencies:
                yield Finding(f"{path}.currency", "unknown_value", "there is no such currency", offer.currency)
            if isinstance(offer, Plan):
                yield from _plan(path, offer, context)
    yield from perks.find("plans[{}].perks", tuple(plan.perks for plan in rules.plans), context)
    yield from _dunning(rules.dunning)
    if rules.dividend is not None:
        yield from _dividend(rules.dividend, rules, context)


def _plan(path: str, plan: Plan, context: RulesContext) -> Iterator[Finding]:
    once = plan.period is Period.ONCE
    if plan.trial is not None and (once or not plan.price):
        message = "only what is paid by the month or year, and costs something, can be tried first"
        yield Finding(f"{path}.trial", "contradiction", message)
    if plan.free_days is not None:
        if once:
            yield Finding(f"{path}.free_days", "contradiction", "what is for life has no end to put off")
        elif plan.free_days.before_days >= _SHORTEST[plan.period]:
            bound = str(_SHORTEST[plan.period] - 1)
            value = str(plan.free_days.before_days)
            message = "lies before the term begins"
            yield Finding(f"{path}.free_days.before_days", "out_of_range", message, value, bound)
    yield from multipliers.find(f"{path}.multipliers", plan.multipliers, context)
    yield from gifts.findings(plan.gifts, f"{path}.gifts", context)


def _dunning(dunning: Dunning) -> Iterator[Finding]:
    days = dunning.retry_days
    for place in range(1, len(days)):
        if days[place] <= days[place - 1]:
            message = "each try comes later than the one before"
            yield Finding(f"dunning.retry_days[{place}]", "contradiction", message, str(days[place]))
    if days and dunning.ends_after_days < max(days):
        message = "the membership would end before the last try"
        value = str(dunning.ends_after_days)
        yield Finding("dunning.ends_after_days", "contradiction", message, value, str(max(days)))


def _dividend(dividend: Dividend, rules: PaidRules, context: RulesContext) -> Iterator[Finding]:
    if not rules.plans:
        yield Finding("dividend", "contradiction", "a dividend is for who has a plan: there is none")
    if dividend.unit not in context.units:
        yield Finding("dividend.unit", "unknown_value", "there is no such unit", dividend.unit)
    if dividend.currency not in context.currencies:
        yield Finding("dividend.currency", "unknown_value", "there is no such currency", dividend.currency)
    longest = _LONGEST_DAY.get(dividend.month, 31)
    if dividend.day > longest:
        message = "the month is shorter"
        yield Finding("dividend.day", "out_of_range", message, str(dividend.day), str(longest))
    currency = (context.unit_currencies or {}).get(dividend.unit)
    if currency is not None and currency != dividend.currency:
        message = "is a unit of another currency"
        yield Finding("dividend.unit", "contradiction", message, currency, dividend.currency)
