"""Rules of a coalition in sentences, for its operator and for members who want to know where they earn more."""

from __future__ import annotations

from dataclasses import replace

from programs.coalition import rules as r
from programs.wording import Words


def summary(rules: r.CoalitionRules, words: Words) -> list[str]:
    """The program, one sentence each for what is shared, when it is paid, and who multiplies."""
    return [
        f"{_capital(words.name_plural)} are shared by all partners.",
        _recognition(rules),
        *(
            f"At {words.partner(each.partner)}, {words.name_plural} count × {each.factor}."
            for each in rules.multipliers
        ),
        *(_conversion(each, words) for each in rules.conversions),
        *(_offer(each, words) for each in rules.offers),
    ]


def of_partner(rules: r.CoalitionRules, partner: str) -> r.CoalitionRules:
    """The rules as a partner may read them: what others multiply, convert and bear, and what the operator estimates, is
    theirs to tell.
    """
    return replace(
        rules, breakage=r.AtExpiry(), multipliers=tuple(each for each in rules.multipliers if each.partner == partner),
        conversions=tuple(each for each in rules.conversions if each.partner == partner),
        offers=tuple(each for each in rules.offers if each.offered_by == partner),
    )  # fmt: skip


def ways(rules: r.CoalitionRules, words: Words) -> list[tuple[str, str, str]]:
    """Each partner that multiplies: its slug, what it is called, and by how much."""
    return [
        (each.partner, words.partner(each.partner), f"{_capital(words.name_plural)} × {each.factor}.")
        for each in rules.multipliers
    ]


def expiry(_rules: r.CoalitionRules, _words: Words) -> str:
    """That is for the programs to say that give them."""
    return "They expire as the program says that gave them."


def _multiplier(each: r.PartnerMultiplier, words: Words) -> str:
    return f"At {words.partner(each.partner)}, {words.name_plural} count × {each.factor}."


def _conversion(each: r.Conversion, words: Words) -> str:
    rate = f"{each.own_points} of {words.partner(each.partner)}'s own points are {words.amount(each.points)}"
    ways = [way for way, allowed in (("in", each.allow_in), ("out", each.allow_out)) if allowed]
    return f"{rate}, {' and '.join(ways)}."


def _offer(each: r.JointOffer, words: Words) -> str:
    at = ", ".join(map(words.partner, each.at)) or "all partners"
    return f"{each.name}: at {at}, at the cost of {words.partner(each.offered_by)}."


def _recognition(rules: r.CoalitionRules) -> str:
    if rules.recognition is r.Recognition.REDEMPTION:
        return "Partners pay for what they issued when it is spent."
    match rules.breakage:
        case r.AtExpiry():
            return "Partners pay for what they issue; what expires is the operator's."
        case r.Estimated(percent):
            return f"Partners pay for what they issue; {percent} % of it is taken to be never spent, until it is known."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
