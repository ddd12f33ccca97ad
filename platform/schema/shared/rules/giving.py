"""The words of giving's rules in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.giving import rules, words
from schema.shared.rules.face import Face
from schema.shared.rules.mirror import Mirror, Words

WORDS = {
    rules.GivingRules: Words("GivingRules", "The rules of giving. Money is in minor units.", {
        "unit": "The slug of the points that can be given.",
        "currency": "The ISO 4217 code of what they are worth.",
        "causes": "1–100 causes.",
        "points": "So many points …",
        "worth": "… are worth so much.",
        "minimum": "At least so many points at once.",
        "multiple": "In multiples of so many, and of `points`.",
        "matching": "What the merchant adds; null: nothing.",
    }, left_out=frozenset({"format"})),
    rules.Cause: Words("CauseRules", "What members can give to.", {
        "id": "Unique in the program: 1–64 of a–z 0–9 _ -. It stays over versions.",
        "name": "What members read.",
        "description": "More of it; null: nothing.",
        "starts_on": "The first local day; null: from ever.",
        "ends_on": "The last local day; null: without end.",
        "goal": "How much is to be raised, with what the merchant adds; more may come. Null: no goal.",
    }),
    rules.Matching: Words("GivingMatching", "What the merchant adds to what is given.", {
        "percent": "So many percent of it, 1–1000, cut off to minor units.",
        "per_cause": "At most so much for each cause and period; null: any amount.",
        "period": "How long that counts before it starts again.",
        "total": "At most so much for all causes and times together; null: any amount.",
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

GivingRules = mirror.output(rules.GivingRules)
GivingRulesInput = mirror.input(rules.GivingRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
