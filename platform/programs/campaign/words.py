"""Rules of a campaign in sentences, for merchants who check them and for members who want to know."""

from __future__ import annotations

from typing import assert_never

from programs.campaign import rules as r
from programs.periods import Period
from programs.wording import Words

_SPENT = {r.WhenSpent.STOP: "stops until some come back", r.WhenSpent.END: "has ended"}


def summary(rules: r.CampaignRules, words: Words) -> list[str]:
    """The campaign, a sentence for what it gives and one for each limit."""
    sentences = [f"{rules.name}: {_gives(rules, words)}."]
    sentences += [f"It is {text}." for text in _conditions(rules, words)]
    if rules.budget is not None:
        spent = _SPENT[rules.budget.when_spent]
        sentences.append(f"It gives {_amount(rules, rules.budget.amount, words)} in all; then it {spent}.")
    for cap in rules.per_member:
        period = "in all" if cap.period is Period.LIFETIME else f"a {cap.period.value}"
        sentences.append(f"A member gets at most {_amount(rules, cap.amount, words)} {period}.")
    return sentences


def ways(rules: r.CampaignRules, words: Words) -> list[tuple[str, str, str]]:
    """What members read; nothing of a campaign that asks for a code, since that would tell it."""
    return [] if rules.codes else [("campaign", rules.name, gives(rules, words))]


def gives(rules: r.CampaignRules, words: Words) -> str:
    """What it gives, for what, and when: nothing that is the merchant's own business."""
    text = f"{_gives(rules, words)}{_dates(rules)}."
    return text[:1].upper() + text[1:]


def expiry(rules: r.CampaignRules, _words: Words) -> str:
    """Until when it runs."""
    return "It has no end." if rules.ends_on is None else f"It ends on {rules.ends_on.isoformat()}."


def _gives(rules: r.CampaignRules, words: Words) -> str:
    return f"{_benefit(rules.benefit, words)} for {' or '.join(map(_kind, rules.on))}"


def _benefit(benefit: r.Benefit, words: Words) -> str:
    match benefit:
        case r.Multiply(factor):
            return f"{words.name_plural} × {factor}"
        case r.Bonus(points):
            return f"{words.amount(points)} more"
        case r.Code(reward):
            return f"the reward {reward}"
        case _:
            assert_never(benefit)


def _conditions(rules: r.CampaignRules, words: Words) -> list[str]:
    found = [f"open{_dates(rules)}"] if _dates(rules) else []
    for name, labels in (
        ("members who are", rules.segments), ("what comes by", rules.channels),
        ("what happens with", tuple(map(words.partner, rules.partners))),
    ):  # fmt: skip
        if labels:
            found.append(f"for {name} {' or '.join(labels)}")
    if rules.codes:
        found.append(f"for who enters {' or '.join(rules.codes)}")
    if rules.minimum is not None:
        found.append(f"for orders of {words.money(rules.minimum.amount, rules.minimum.currency)} or more")
    return found


def _dates(rules: r.CampaignRules) -> str:
    first = "" if rules.starts_on is None else f" from {rules.starts_on.isoformat()}"
    return first + ("" if rules.ends_on is None else f" until {rules.ends_on.isoformat()}")


def _amount(rules: r.CampaignRules, amount: int, words: Words) -> str:
    if isinstance(rules.benefit, r.Code):
        return f"{amount} reward{'' if amount == 1 else 's'}"
    return words.amount(amount)


def _kind(kind: str) -> str:
    return {"purchase": "orders"}.get(kind, kind.removeprefix("custom:").replace("_", " "))
