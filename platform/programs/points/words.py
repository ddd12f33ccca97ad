"""A points program's rules in sentences, for merchants who check them and for members who want to know how to earn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from programs.decision import CounterOwner
from programs.gifts import RewardGift
from programs.periods import Period
from programs.points import rules as r
from programs.wording import Words

_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def summary(rules: r.PointsRules, words: Words) -> list[str]:
    """The program, one sentence per rule, then what holds for all of it."""
    sentences = [f"{rule.name}: {way(rule, words)}" for rule in rules.rules]
    sentences += [f"In all {_cap(cap, words)}." for cap in rules.caps]
    if isinstance(rules.pending, r.PendingDays):
        sentences.append(f"Points wait {_count(rules.pending.days, 'day')} before they can be spent.")
    if isinstance(rules.pending, r.PendingTrigger):
        sentences.append(f"Points wait for “{rules.pending.trigger}” before they can be spent.")
    sentences.append(expiry(rules))
    if rules.payment is not None:
        sentences.append(_payment(rules.payment, words))
    if rules.transfers is not None:
        most, least = words.amount(rules.transfers.maximum_per_day), words.amount(rules.transfers.minimum)
        sentences.append(f"Members may give each other up to {most} a day, at least {least} at once.")
    if rules.conversion is not None:
        sentences.append(_conversion(rules.conversion, words))
    return sentences


def _conversion(conversion: r.Conversion, words: Words) -> str:
    gift = conversion.gift
    given = f"the reward {gift.reward}" if isinstance(gift, RewardGift) else f"{gift.points} of {gift.unit}"
    return f"As soon as there are {words.amount(conversion.points)}, they turn into {given}; the rest is carried on."


def way(rule: r.EarningRule, words: Words) -> str:
    """One way to earn: what it gives, and when."""
    parts = [_earn(rule.earn, words), *_on(rule), *_items(rule.items), *_conditions(rule.conditions, words)]
    parts += [_cap(cap, words) for cap in rule.caps]
    return ", ".join(parts) + "."


def expiry(rules: r.PointsRules) -> str:
    """When points end."""
    ends = [_policy(policy) for policy in rules.expiry.policies]
    if not any(ends):
        return "Points never expire."
    exempt = rules.expiry.exempt_tiers
    kept = f" Members of {_list(exempt, 'and')} keep theirs." if exempt else ""
    first = " or ".join(end for end in ends if end)
    return f"Points expire {first}{', whichever comes first' if len(ends) > 1 else ''}.{kept}"


def _earn(earn: r.Earn, words: Words) -> str:
    match earn:
        case r.PerAmount():
            return f"{words.amount(earn.points)} for every {words.money(earn.per, earn.currency)}"
        case r.PerItem():
            return f"{words.amount(earn.points)} for every piece"
        case r.PerOrder():
            return f"{words.amount(earn.points)} per order"
        case r.PerVisit():
            return f"{words.amount(earn.points)} per visit"
        case r.Fixed():
            return f"a bonus of {words.amount(earn.points)}"
        case r.QuantityBreaks():
            return ", ".join(f"{words.amount(b.points)} from {_count(b.quantity, 'piece')} on" for b in earn.breaks)
        case r.Multiplier():
            return f"× {earn.factor}"
        case r.RewardEarn():
            return f"the reward {earn.reward}"
        case _:
            assert_never(earn)


def _on(rule: r.EarningRule) -> Iterator[str]:
    if rule.on != ("purchase",):
        yield f"on {_list([kind.removeprefix('custom:').replace('_', ' ') for kind in rule.on], 'or')}"


def _items(items: r.Items) -> Iterator[str]:
    if items.include:
        yield f"for {_selector(items.include)}"
    if items.exclude:
        yield f"not for {_selector(items.exclude)}"


def _selector(selector: r.Selector) -> str:
    kinds = [kind.value.replace("_", " ") for kind in selector.kinds]
    return _list([*selector.skus, *selector.categories, *selector.tags, *kinds], "and")


def _conditions(conditions: r.Conditions, words: Words) -> Iterator[str]:
    currency = conditions.currency or ""
    if conditions.minimum_amount is not None:
        yield f"from {words.money(conditions.minimum_amount, currency)} on"
    if conditions.maximum_amount is not None:
        yield f"up to {words.money(conditions.maximum_amount, currency)}"
    if conditions.channels:
        yield f"by {_list(conditions.channels, 'or')}"
    if conditions.partners:
        yield f"with {_list(list(map(words.partner, conditions.partners)), 'or')}"
    if conditions.weekdays:
        yield f"on {_list([_WEEKDAYS[day - 1] for day in conditions.weekdays], 'and')}"
    if conditions.hours:
        yield f"from {_list([f'{hours.from_time} to {hours.until_time}' for hours in conditions.hours], 'and')}"
    if conditions.starts_on is not None:
        yield f"from {conditions.starts_on} on"
    if conditions.ends_on is not None:
        yield f"until {conditions.ends_on}"
    if conditions.tiers:
        yield f"for the tiers {_list(conditions.tiers, 'and')}"
    if conditions.segments:
        yield f"for the segments {_list(conditions.segments, 'and')}"
    if conditions.codes:
        yield f"with the code {_list(conditions.codes, 'or')}"
    if conditions.tenders:
        yield f"paid by {_list([tender.value.replace('_', ' ') for tender in conditions.tenders], 'or')}"
    if conditions.when is not None:
        yield "under a condition of its own"
    if conditions.first_time_only:
        yield "the first time only"


def _cap(cap: r.Cap, words: Words) -> str:
    limit = words.amount(cap.limit) if cap.counts is r.CapCounts.POINTS else _count(cap.limit, "time")
    period = "for ever" if cap.period is Period.LIFETIME else f"a {cap.period.value}"
    whom = "" if cap.per is CounterOwner.MEMBER else " for all members together"
    return f"at most {limit} {period}{whom}"


def _policy(policy: r.ExpiryPolicy) -> str:
    match policy:
        case r.NeverExpires():
            return ""
        case r.MonthsAfterEarning():
            return f"{_count(policy.months, 'month')} after they were earned"
        case r.EndOfMonth() if not policy.months:
            return "at the end of the month they were earned in"
        case r.EndOfMonth():
            return f"{_count(policy.months, 'month')} after the end of the month they were earned in"
        case r.MonthsInactive():
            return f"after {_count(policy.months, 'month')} without earning or spending"
        case r.FixedDate():
            return f"on {policy.day} {_MONTHS[policy.month - 1]}"
        case r.EndOfCalendarYear():
            later = f", {_count(policy.years, 'year')} later" if policy.years else ""
            return f"at the end of the year they were earned in{later}"
        case _:
            assert_never(policy)


def _payment(payment: r.PointsPayment, words: Words) -> str:
    limits = []
    if payment.minimum:
        limits.append(f"from {words.amount(payment.minimum)} on")
    if payment.maximum is not None:
        limits.append(f"at most {words.amount(payment.maximum)}")
    if payment.maximum_share_percent < 100:
        limits.append(f"up to {payment.maximum_share_percent} % of the order")
    pay = "pays" if payment.points == 10**words.scale else "pay"
    value = f"{words.amount(payment.points)} {pay} {words.money(payment.worth, payment.currency)}"
    return ", ".join([value, *limits]) + "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _list(names: tuple[str, ...] | list[str], word: str) -> str:
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last
