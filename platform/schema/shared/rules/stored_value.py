"""The words of stored value's rules in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.stored_value import rules, words
from schema.shared.rules.face import Face
from schema.shared.rules.mirror import Mirror, Words

WORDS = {
    rules.StoredValueRules: Words("StoredValueRules", "The rules of stored value. Amounts are in minor units.", {
        "unit": "The slug of the unit of money; it must have this currency.",
        "currency": "The ISO 4217 code. Top-ups in another currency put nothing on.",
        "bonus_unit": "The slug of the unit of the bonus, another one of this currency; needed for bonus bands.",
        "top_up": "How money is put on.",
        "expiry": "When money and bonus end.",
        "spending_order": "What pays first.",
        "balance_maximum": "How much money a member may have; null: any amount.",
        "gift_cards": "The gift cards that can be issued; null: none.",
        "clawback": "What a refund of a top-up does when it is spent already.",
    }, left_out=frozenset({"format"})),
    rules.TopUp: Words("TopUpRules", "How money is put on: by lines of the kind `TOP_UP` in purchases.", {
        "minimum": "At least so much at once; less is put on without a bonus.",
        "maximum": "At most so much at once; more is put on without a bonus. Null: any amount.",
        "bands": "The bonus by how much an order's top-ups come to, at most 50; the highest that is reached counts.",
    }),
    rules.BonusBand: Words("TopUpBonusBand", "The bonus from so much on.", {
        "from_amount": "From so much on.",
        "bonus": "What comes on top.",
    }),
    rules.Bonus: Words("TopUpBonus", "What comes on top; exactly one of these.", {}),
    rules.FixedBonus: Words("TopUpBonusFixed", "So much, whatever was put on.", {
        "amount": "How much, at most what the band starts from.",
    }),
    rules.PercentBonus: Words("TopUpBonusPercent", "So many percent of what was put on, cut off to minor units.", {
        "percent": "1–100.",
    }),
    rules.Expiry: Words("StoredValueExpiry", "For how many months, from the local day it came, each can be used.", {
        "money_months": "Money, 0–1200; null: without end.",
        "bonus_months": "The bonus, 0–1200; null: without end.",
    }),
    rules.GiftCards: Words("GiftCardRules", "The gift cards that can be issued.", {
        "minimum": "Worth at least so much.",
        "maximum": "Worth at most so much; null: any amount.",
        "expires_after_months": "For how many months, 0–1200, a card can be used; null: without end.",
        "pin": "Whether each has a PIN beside its code, without which it cannot be used.",
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

StoredValueRules = mirror.output(rules.StoredValueRules)
StoredValueRulesInput = mirror.input(rules.StoredValueRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
