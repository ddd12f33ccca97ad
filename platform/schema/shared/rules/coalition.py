"""The words of a coalition's rules in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.coalition import rules, words
from schema.shared.rules.face import Face
from schema.shared.rules.mirror import Mirror, Words

WORDS = {
    rules.CoalitionRules: Words("CoalitionRules", "The rules of a coalition; what partners pay is in their terms.", {
        "unit": "The slug of the points that all partners share.",
        "recognition": "When the issuer of points owes their price.",
        "breakage": "When what was paid for points that are never spent is the operator's.",
        "multipliers": "Up to 500 partners at which more is earned.",
    }, left_out=frozenset({"format"})),
    rules.Breakage: Words("Breakage", "When what was paid for points that are never spent is the operator's.", {
        "at_expiry": "When they expire.",
        "estimated": "Ahead of that, by an estimate.",
    }),
    rules.AtExpiry: Words("BreakageAtExpiry", "When they expire.", {}),
    rules.Estimated: Words("EstimatedBreakage", "Ahead of that, by an estimate that every settlement trues up.", {
        "percent": "So many percent, 1–99, of what was paid for the points that are out.",
    }),
    rules.PartnerMultiplier: Words("PartnerMultiplier", "What is earned at a partner is multiplied.", {
        "partner": "The partner's slug.",
        "factor": 'At least 1: a decimal ("1.5") or a fraction ("7/5").',
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

CoalitionRules = mirror.output(rules.CoalitionRules)
CoalitionRulesInput = mirror.input(rules.CoalitionRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
