"""Rules of tiers in sentences, for merchants who check them and for members who want to know how to come up."""

from __future__ import annotations

from typing import assert_never

from programs import metrics as m
from programs.perks import in_words
from programs.tiered import rules as r
from programs.wording import Words

_DOWNGRADES = {
    r.Downgrade.TO_MET: "Who does not keep a tier goes to the one that is met.",
    r.Downgrade.ONE_STEP: "Who does not keep a tier goes one down.",
    r.Downgrade.NEVER: "A tier is never lost.",
}


def summary(rules: r.TieredRules, words: Words) -> list[str]:
    """The program, one sentence per tier, then what holds for all of it."""
    sentences = [f"{tier.name}: {_tier(tier, words)}." for tier in rules.tiers]
    sentences += [f"What counts is {_window(rules.window)}.", expiry(rules, words)]
    if isinstance(rules.validity, r.ForGood):
        return sentences
    if rules.grace_days and not isinstance(rules.validity, r.WhileMet):
        sentences.append(f"After that there are {_count(rules.grace_days, 'day')} of grace.")
    return [*sentences, _DOWNGRADES[rules.downgrade]]


def ways(rules: r.TieredRules, words: Words) -> list[tuple[str, str, str]]:
    """Each tier: its id, its name, how it is reached and what it brings."""
    return [(tier.id, tier.name, f"{_capital(_tier(tier, words))}.") for tier in rules.tiers]


def expiry(rules: r.TieredRules, _words: Words) -> str:
    """How long a tier is kept."""
    match rules.validity:
        case r.EndOfYear(0):
            return "A tier is kept to the end of the year."
        case r.EndOfYear(1):
            return "A tier is kept to the end of the next year."
        case r.EndOfYear(years):
            return f"A tier is kept to the end of the {years}th year after."
        case r.ForMonths(months):
            return f"A tier is kept for {_count(months, 'month')}."
        case r.WhileMet():
            return "A tier is kept as long as what it asks for is met."
        case r.ForGood():
            return "A tier that was reached is kept for good."
        case _:
            assert_never(rules.validity)


def _tier(tier: r.Tier, words: Words) -> str:
    parts = [" or ".join(_way(way, words) for way in tier.reach) if tier.reach else "for everybody"]
    if tier.keep:
        parts.append(f"kept with {' or '.join(_way(way, words) for way in tier.keep)}")
    parts += [_multiplier(each) for each in tier.multipliers]
    parts += [f"{_points(gift.points, gift.unit, words)} when it is reached" for gift in tier.gifts]
    parts += [f"the reward “{gift.reward}” when it is reached" for gift in tier.rewards]
    parts += map(in_words, tier.perks)
    return "; ".join(parts)


def _way(way: r.Way, words: Words) -> str:
    return " and ".join(_threshold(each, words) for each in way.all_of)


def _threshold(threshold: r.Threshold, words: Words) -> str:
    amount = threshold.at_least
    match threshold.metric:
        case m.Spend(currency):
            return f"{words.money(amount, currency)} spent"
        case m.Earned(unit):
            return f"{_points(amount, unit, words)} earned"
        case r.TasksDone(task):
            return f"{amount} × the task {task} done"
        case r.Balance(unit):
            return f"a balance of {_points(amount, unit, words)}"
        case m.Orders():
            return _count(amount, "order")
        case m.Pieces(tags):
            return f"{amount} × {' or '.join(tags)}"
        case m.Times(kind):
            return f"{amount} × {kind.removeprefix('custom:')}"
        case _:
            assert_never(threshold.metric)


def _points(amount: int, unit: str, words: Words) -> str:
    """By the unit's slug: a program may speak of several units, and words know one."""
    return words.amount(amount) if unit in (words.name, words.name_plural) else f"{amount} {unit}"


def _multiplier(multiplier: r.TierMultiplier) -> str:
    return f"{multiplier.unit or 'points'} × {multiplier.factor}"


def _window(window: r.Window) -> str:
    match window:
        case r.CalendarYear():
            return "the calendar year"
        case r.MembershipYear():
            return "the year since the anniversary of joining"
        case r.RollingMonths(months):
            return f"the last {_count(months, 'month')}"
        case r.Lifetime():
            return "everything since joining"
        case _:
            assert_never(window)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
