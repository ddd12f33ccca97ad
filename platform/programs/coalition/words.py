"""Rules of a coalition in sentences, for its operator and for members who want to know where they earn more."""

from __future__ import annotations

from programs.coalition import rules as r
from programs.wording import Words


def summary(rules: r.CoalitionRules, words: Words) -> list[str]:
    """The program, one sentence each for what is shared, when it is paid, and who multiplies."""
    return [
        f"{_capital(words.name_plural)} are shared by all partners.",
        _recognition(rules),
        *(f"At {each.partner}, {words.name_plural} count × {each.factor}." for each in rules.multipliers),
    ]


def ways(rules: r.CoalitionRules, words: Words) -> list[tuple[str, str, str]]:
    """Each partner that multiplies: its slug twice, and by how much."""
    return [
        (each.partner, each.partner, f"{_capital(words.name_plural)} × {each.factor}.") for each in rules.multipliers
    ]


def expiry(_rules: r.CoalitionRules, _words: Words) -> str:
    """That is for the programs to say that give them."""
    return "They expire as the program says that gave them."


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
