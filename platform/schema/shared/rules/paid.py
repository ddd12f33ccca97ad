"""The words of a paid program's rules in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.paid import rules, words
from schema.shared.rules.base import BASE
from schema.shared.rules.face import Face
from schema.shared.rules.gifts import GIFTS
from schema.shared.rules.mirror import Mirror, Words
from schema.shared.rules.perks import PERKS

WORDS = BASE | GIFTS | PERKS | {
    rules.PaidRules: Words("PaidRules", "The rules of a paid program. Amounts are in minor units.", {
        "unit": "The slug of the points that the program is about.",
        "plans": "At most 20 plans; a member has one of a program at a time.",
        "passes": "At most 20 passes; a member may have any number.",
        "dunning": "What happens when a renewal is declined.",
        "refund": "What who cancels at once gets back.",
        "dividend": "What comes back each year; null: nothing.",
        "base": "Which parts of an order count as paid, for the dividend.",
    }, left_out=frozenset({"format"})),
    rules.Plan: Words("PlanRules", "A plan. Who has it is in the segment `plan:<id>`.", {
        "id": "Unique in the program: 1–64 of a–z 0–9 _ -. It stays over versions.",
        "name": "What members read.",
        "price": "For each period; 0: nothing. A change counts from each member's next term on.",
        "currency": "The ISO 4217 code.",
        "period": "How long what was paid for lasts.",
        "trial": "A time to try it for nothing; null: none.",
        "free_days": "Days that are given before a term ends; null: none.",
        "multipliers": "What it multiplies of what other programs give.",
        "gifts": "What is given once, when the first term is paid for.",
        "perks": "What else members may have: free delivery, member prices, early access.",
    }),
    rules.Trial: Words("PlanTrial", "The first months cost nothing; once per member and program.", {
        "months": "How many, 1–24.",
    }),
    rules.FreeDays: Words("PlanFreeDays", "Days given once per paid term, before it ends.", {
        "days": "How many, 1–366.",
        "before_days": "How many days before the end, 0–366; less than the period.",
    }),
    rules.PlanMultiplier: Words("PlanMultiplier", "A factor on what other programs of the line give.", {
        "factor": "A decimal (`1.5`) or a fraction (`7/5`).",
        "unit": "Of which unit, by its slug; null: of any.",
        "allow_below_one": "Set it if the factor takes points away.",
    }),
    rules.Dunning: Words("PlanDunning", "What happens when a renewal is declined. Days count from the first refusal.", {
        "retry_days": "After how many days it is tried again, at most 10 times.",
        "ends_after_days": "After how many days the membership ends, 1–366.",
        "keeps_benefits": "Whether members have their benefits until then.",
    }),
    rules.RefundPolicy: Words("PlanRefundPolicy", "What who cancels at once gets back of the present term.", {
        "full_within_days": "All within so many days of the charge, 0–3660, if no benefit was used since; 0: never.",
        "otherwise": "What else.",
    }),
    rules.Dividend: Words("PlanDividend", "Points for what a member paid in the last calendar year.", {
        "unit": "The unit of the points, by its slug; one of its smallest part for each minor unit.",
        "currency": "Orders in this currency count.",
        "percent": "1–100, of what was paid net of what came back; the rest is cut off.",
        "month": "In which month it is given, 1–12.",
        "day": "On which local day of the month.",
        "expires_after_months": "For how many months it can be used; null: without end.",
    }),
    rules.Pass: Words("PassRules", "A card that is bought once.", {
        "id": "Unique in the program: 1–64 of a–z 0–9 _ -. It stays over versions.",
        "name": "What members read.",
        "price": "What it costs.",
        "currency": "The ISO 4217 code.",
        "scope": "What it is good for.",
        "refundable": "Whether its unused share, of visits or of days, is given back on demand.",
    }),
    rules.Scope: Words("PassScope", "What a pass is good for; exactly one of these.", {}),
    rules.Visits: Words("PassVisits", "So many visits.", {
        "number": "How many, 1–10,000.",
        "months": "Within so many months of buying; null: whenever.",
    }),
    rules.Unlimited: Words("PassUnlimited", "Any number of visits.", {
        "months": "For how many months from buying.",
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

PaidRules = mirror.output(rules.PaidRules)
PaidRulesInput = mirror.input(rules.PaidRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
