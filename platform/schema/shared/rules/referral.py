"""The words of the rules of referrals in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.referral import rules, words
from schema.shared.rules.face import Face
from schema.shared.rules.gifts import GIFTS
from schema.shared.rules.mirror import Mirror, Words

WORDS = GIFTS | {
    rules.ReferralRules: Words("ReferralRules", "The rules of referrals. Money is in minor units.", {
        "unit": "The slug of the points that the program is about.",
        "currency": "The ISO 4217 code; orders in another currency do not count.",
        "referrer": "What the one who invites gets, at most 20 gifts.",
        "friend": "What the friend gets.",
        "minimum": "What must be left of the products of the friend's order, after discounts and without tax.",
        "return_days": "For so many days after its own, 0–366, an order must be kept.",
        "within_days": "The order must be placed within so many days after the code was used; null: at any time.",
        "caps": "At most so many friends in a period bring the one who invites something; at most 5 caps.",
        "suspicion": "What becomes of a referral whose two sides look like one person.",
        "same_attributes": "Attributes of members, at most 10, that no two people have alike: `address_hash`.",
        "link": "What members share, with `{code}` in it; null: the code alone.",
    }, left_out=frozenset({"format"})),
    rules.ReferralCap: Words("ReferralCap", "At most so many friends in a period.", {
        "friends": "How many.",
        "period": "In which local calendar period.",
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

ReferralRules = mirror.output(rules.ReferralRules)
ReferralRulesInput = mirror.input(rules.ReferralRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
