"""Rules of paid programs in sentences, for merchants who check them and for members who want to know what they buy."""

from __future__ import annotations

from calendar import month_name

from programs.explain import Currencies, money
from programs.gifts import Gift, RewardGift
from programs.paid.rules import (
    Dividend,
    Dunning,
    Otherwise,
    PaidRules,
    Pass,
    Period,
    Plan,
    RefundPolicy,
    Unlimited,
)
from programs.perks import in_words
from programs.wording import Words

_PERIODS = {Period.ONCE: "once, for life", Period.MONTH: "a month", Period.YEAR: "a year"}


def summary(rules: PaidRules, words: Words) -> list[str]:
    """The program, one sentence per plan and pass, then what holds for all of it."""
    sentences = [f"{plan.name}: {of_plan(plan, words)}." for plan in rules.plans]
    sentences += [f"{card.name}: {of_pass(card, words)}." for card in rules.passes]
    if any(plan.period is not Period.ONCE for plan in rules.plans):
        sentences.append(dunning(rules.dunning))
    if rules.plans:
        sentences.append(refund(rules.refund))
    if rules.dividend is not None:
        sentences.append(dividend(rules.dividend))
    return sentences


def ways(rules: PaidRules, words: Words) -> list[tuple[str, str, str]]:
    """Each plan and pass: its id, its name, what it costs and brings."""
    plans = [(plan.id, plan.name, f"{_capital(of_plan(plan, words))}.") for plan in rules.plans]
    return plans + [(card.id, card.name, f"{_capital(of_pass(card, words))}.") for card in rules.passes]


def expiry(rules: PaidRules, _words: Words) -> str:
    """Until when a membership lasts."""
    if not rules.plans:
        return "A pass is bought once."
    if all(plan.period is Period.ONCE for plan in rules.plans):
        return "A membership is for life."
    return "A membership is renewed at the end of its term, until it is cancelled."


def dunning(rules: Dunning) -> str:
    """What happens when a renewal is declined."""
    days = [str(day) for day in rules.retry_days]
    again = f"is tried again after {_list(days)} days" if days else "is not tried again"
    return f"A renewal that is declined {again}; the membership ends after {_count(rules.ends_after_days, 'day')}."


def refund(rules: RefundPolicy) -> str:
    """What who cancels at once gets back."""
    rest = "the share of the days that are left" if rules.otherwise is Otherwise.PRORATED else "nothing"
    if not rules.full_within_days:
        return f"Who cancels at once gets {rest} back."
    days = _count(rules.full_within_days, "day")
    return f"Who cancels at once within {days} of the charge, and used nothing, gets all of it back, else {rest}."


def dividend(rules: Dividend) -> str:
    """What comes back each year."""
    when = f"{rules.day} {month_name[rules.month]}"
    return f"On {when} members get {rules.percent} % of what they paid in the last year, in {rules.unit}."


def of_plan(plan: Plan, words: Words) -> str:
    """What a plan costs and brings."""
    price = words.money(plan.price, plan.currency) if plan.price else "nothing"
    parts = [f"{price} {_PERIODS[plan.period]}"]
    if plan.trial is not None:
        months = plan.trial.months
        parts.append(f"the first {'month' if months == 1 else f'{months} months'} free")
    return "; ".join([*parts, *brings(plan)])


def brings(plan: Plan) -> list[str]:
    """What a plan brings."""
    parts = [f"{each.unit or 'points'} × {each.factor}" for each in plan.multipliers]
    parts += [f"{_gift(gift)} for joining" for gift in plan.gifts]
    parts += map(in_words, plan.perks)
    if plan.free_days is not None:
        before = _count(plan.free_days.before_days, "day")
        parts.append(f"{_count(plan.free_days.days, 'day')} free, given {before} before a term ends")
    return parts


def of_pass(card: Pass, words: Words) -> str:
    """What a pass is good for, and costs."""
    price = words.money(card.price, card.currency)
    scope = card.scope
    if isinstance(scope, Unlimited):
        what = f"any number of visits in {_count(scope.months, 'month')}"
    else:
        what = _count(scope.number, "visit")
        what += "" if scope.months is None else f" within {_count(scope.months, 'month')}"
    return f"{what} for {price}" + ("; what is not used is refunded" if card.refundable else "")


def titled(program: str, offer: str) -> str:
    """What is sold, as who pays for it reads it: the program's name stands before that of a plan which lacks it."""
    return offer if program in offer else f"{program}: {offer}"


def on_trial(plan: Plan, currencies: Currencies) -> str:
    """What somebody agrees to who tries a plan: `1 month free, then 5.00 USD a month`."""
    free = "free at first" if plan.trial is None else f"{_count(plan.trial.months, 'month')} free"
    return f"{free}, then {money(plan.price, plan.currency, currencies)} {_PERIODS[plan.period]}"


def _gift(gift: Gift) -> str:
    return f"the reward {gift.reward}" if isinstance(gift, RewardGift) else f"{gift.points} {gift.unit}"


def _list(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
