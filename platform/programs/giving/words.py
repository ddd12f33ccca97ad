"""Rules of giving in sentences, for merchants who check them and for members who want to know where points go."""

from __future__ import annotations

from programs.giving import rules as r
from programs.periods import Period
from programs.wording import Words


def summary(rules: r.GivingRules, words: Words) -> list[str]:
    """The program, one sentence per cause, then what holds for all of it."""
    sentences = [f"{cause.name}: {_cause(cause, rules, words)}." for cause in rules.causes]
    sentences.append(worth(rules, words))
    if rules.minimum > 1 or rules.multiple > 1:
        sentences.append(_limits(rules, words))
    if rules.matching is not None:
        sentences.append(matching(rules.matching, rules.currency, words))
    return sentences


def ways(rules: r.GivingRules, words: Words) -> list[tuple[str, str, str]]:
    """Each cause: its id, its name, and how points go to it."""
    return [(cause.id, cause.name, _capital(f"{_cause(cause, rules, words)}.")) for cause in rules.causes]


def expiry(_rules: r.GivingRules, _words: Words) -> str:
    """What is given is given."""
    return "Points that were given stay given."


def worth(rules: r.GivingRules, words: Words) -> str:
    """What points are worth."""
    return f"{_capital(words.amount(rules.points))} given {_is(rules)} {words.money(rules.worth, rules.currency)}."


def matching(given: r.Matching, currency: str, words: Words) -> str:
    """What the merchant adds."""
    limits = []
    if given.per_cause is not None:
        period = "" if given.period is Period.LIFETIME else f" and {given.period.value}"
        limits.append(f"up to {words.money(given.per_cause, currency)} for each cause{period}")
    if given.total is not None:
        limits.append(f"{'' if limits else 'up to '}{words.money(given.total, currency)} in all")
    return f"We add {given.percent} % on top{''.join(f', {limit}' for limit in limits)}."


def _cause(cause: r.Cause, rules: r.GivingRules, words: Words) -> str:
    first = "" if cause.starts_on is None else f" from {cause.starts_on.isoformat()}"
    last = "" if cause.ends_on is None else f" until {cause.ends_on.isoformat()}"
    goal = "" if cause.goal is None else f", to raise {words.money(cause.goal, rules.currency)}"
    return f"takes {words.name_plural}{first}{last}{goal}"


def _limits(rules: r.GivingRules, words: Words) -> str:
    parts = [f"at least {words.amount(rules.minimum)}"] if rules.minimum > 1 else []
    parts += [f"in multiples of {words.amount(rules.multiple)}"] if rules.multiple > 1 else []
    return f"A donation has {', '.join(parts)}."


def _is(rules: r.GivingRules) -> str:
    return "is" if rules.points == 1 else "are"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
