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
        "conversions": "Up to 500 partners whose own points are converted into shared ones, and back.",
        "offers": "Up to 100 perks that members use at partners.",
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
    rules.Conversion: Words("ConversionRate", "A partner's own points for shared ones: only what comes out whole.", {
        "partner": "The partner's slug.",
        "own_points": "So many of its own points, 1–1,000,000 …",
        "points": "… are so many shared ones, 1–1,000,000, in the unit's smallest part.",
        "minimum": "At least so many of its own points at once, in or out.",
        "multiple": "Only multiples of so many of its own points.",
        "daily_cap": "At most so many shared points of a member on a local day, each way; null: any number.",
        "allow_in": "Whether its points come in.",
        "allow_out": "Whether shared points go out to it.",
        "months": "What comes in ends after so many months, 1–1,200; null: never.",
    }),
    rules.JointOffer: Words("JointOffer", "A perk that members use at partners, at the cost of one of them.", {
        "id": "Its name in the API, unique among the offers.",
        "name": "What people read.",
        "perk": "The id of a perk that a tier or plan of the operator's brings.",
        "offered_by": "The slug of the partner that bears it.",
        "price": "Micros of that partner's currency for each use, to the partner where it is used.",
        "at": "The slugs of up to 500 partners at which it can be used; none: all.",
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

CoalitionRules = mirror.output(rules.CoalitionRules)
CoalitionRulesInput = mirror.input(rules.CoalitionRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
