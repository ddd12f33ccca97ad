"""The words of a points program's rules in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.points import rules, words
from schema.shared.rules.base import BASE
from schema.shared.rules.face import Face
from schema.shared.rules.gifts import GIFTS
from schema.shared.rules.mirror import Mirror, Words
from schema.shared.scalars import ActivityKindName

Pending = rules.PendingDays | rules.PendingTrigger

_POINTS = {"points": "How many, in the unit's smallest part; at least 1."}

WORDS = BASE | GIFTS | {
    rules.PointsRules: Words("PointsRules", "The rules of a points program.", {
        "unit": "The slug of the unit that it issues.",
        "rules": "The ways to earn, at most 100. Multipliers multiply in this order.",
        "base": "Which parts of an order count.",
        "rounding": "How fractions become whole: once, at the end.",
        "pending": "Whether points wait before they can be spent; null: they do not.",
        "expiry": "When points end.",
        "clawback": "What a refund does when the points are spent already.",
        "caps": "Limits for the program as a whole.",
        "payment": "Points as payment; null: they buy rewards only.",
        "transfers": "Whether members may give each other points; null: they may not.",
        "conversion": "What points turn into by themselves; null: nothing.",
    }, left_out=frozenset({"format"})),
    rules.EarningRule: Words("EarningRule", "One way to earn.", {
        "id": "Unique in the program: 1–64 of a–z 0–9 _ -. It stays over versions, since caps go on counting by it.",
        "name": "What the merchant calls it; it stands in explanations.",
        "earn": "What it gives.",
        "on": "The kinds of activity that it looks at.",
        "items": "Which lines it is about.",
        "conditions": "What must hold, all of it.",
        "caps": "Limits of this rule.",
    }, types={"on": list[ActivityKindName]}),
    rules.Earn: Words("Earn", "What a rule gives; exactly one of these.", {}),
    rules.PerAmount: Words("EarnPerAmount", "Points for every so much money spent. Fractions add up.", {
        **_POINTS,
        "per": "For every so many minor units of `currency`.",
        "currency": "The ISO 4217 code; orders in another currency earn nothing by this rule.",
    }),
    rules.PerItem: Words("EarnPerItem", "Points for every piece.", _POINTS),
    rules.PerOrder: Words("EarnPerOrder", "Points once per order; multipliers apply.", _POINTS),
    rules.PerVisit: Words("EarnPerVisit", "Points once per visit or check-in; multipliers apply.", _POINTS),
    rules.Fixed: Words("EarnFixed", "A bonus, added once after all multipliers.", _POINTS),
    rules.QuantityBreaks: Words("EarnQuantityBreaks", "Points by how many pieces are bought together.", {
        "breaks": "1–50 of them; the highest that is reached counts.",
    }),
    rules.QuantityBreak: Words("QuantityBreak", "From so many pieces on, so many points.", {
        "quantity": "How many pieces.",
        "points": "How many points, instead of those of the break before.",
    }),
    rules.Multiplier: Words("EarnMultiplier", "Multiplies what base rules gave; several multiply each other.", {
        "factor": 'A decimal, "1.5", or a fraction, "7/5"; kept exactly.',
        "allow_below_one": "Say so if the factor is below 1 and takes points away.",
    }),
    rules.RewardEarn: Words("EarnReward", "A reward of the catalogue instead of points; back with the whole order.", {
        "reward": "Its slug.",
    }),
    rules.Items: Words("RuleItems", "Which lines a rule is about.", {
        "include": "Lines that carry any of these; nothing named means all.",
        "exclude": "Less the lines that carry any of these.",
    }),
    rules.Selector: Words("LineSelector", "Lines that carry any one of these.", {
        "skus": "Article numbers.",
        "categories": "Categories.",
        "tags": "Tags.",
        "kinds": "Kinds of line.",
    }),
    rules.Conditions: Words("RuleConditions", "What must hold, all of it; of a list any one, of an empty one none.", {
        "minimum_amount": "What the selected lines must count for at least, in minor units of `currency`.",
        "maximum_amount": "And at most.",
        "currency": "The ISO 4217 code of the two amounts.",
        "channels": "Where it was bought.",
        "partners": "Slugs of partners of a coalition with which it happened.",
        "weekdays": "ISO weekdays, 1 is Monday, in the tenant's zone.",
        "hours": "Parts of the day, in the tenant's zone.",
        "starts_on": "The first local day.",
        "ends_on": "The last local day.",
        "segments": "Segments that the member is in.",
        "tiers": "Tiers that the member has.",
        "tier_program": "The program whose tiers these are, by its slug; any unless said.",
        "first_time_only": "Once per member, for ever.",
        "codes": "Coupon codes entered.",
        "tenders": "What the order, or a part of it, was paid with; per amount, only that part counts.",
        "when": "An expression in CEL, for what no other field says; at most 500 characters.",
    }),
    rules.Hours: Words("RuleHours", "A part of the local day.", {
        "from_time": 'From, "16:00", included.',
        "until_time": 'Until, "18:00", not included; "24:00" is the end of the day.',
    }),
    rules.Cap: Words("EarningCap", "At most so many points or times in a period.", {
        "limit": "How many.",
        "counts": "Points or times.",
        "period": "In which period.",
        "per": "For each member, or for all together.",
    }),
    Pending: Words("PointsPending", "How long points wait; exactly one of these.", {}),
    rules.PendingDays: Words("PendingDays", "Until the same local time, so many days later.", {
        "days": "1–3650.",
    }),
    rules.PendingTrigger: Words("PendingTrigger", "Until the merchant reports this trigger for the order.", {
        "trigger": "Its name, say `delivered`.",
    }),
    rules.Expiry: Words("PointsExpiry", "When points end.", {
        "policies": "The earliest of them counts; none: never.",
        "exempt_tiers": "Tiers whose members keep their points.",
        "tier_program": "The program whose tiers these are, by its slug; any unless said.",
        "warn_days": "How many days ahead members are told.",
    }),
    rules.ExpiryPolicy: Words("ExpiryPolicy", "When points end; exactly one of these.", {}),
    rules.NeverExpires: Words("ExpiryNever", "Never; stands alone.", {}),
    rules.MonthsAfterEarning: Words("ExpiryMonthsAfterEarning", "So many months after the local day of earning.", {
        "months": "0–1200; the last day is the same day of the month, or its last.",
    }),
    rules.EndOfMonth: Words("ExpiryEndOfMonth", "At the end of the month so many months after that of earning.", {
        "months": "0–1200; 0 is the end of the month of earning.",
    }),
    rules.MonthsInactive: Words("ExpiryMonthsInactive", "All points, so many months after the last activity.", {
        "months": "1–1200 months without earning or spending.",
    }),
    rules.FixedDate: Words("ExpiryFixedDate", "On the same date every year.", {
        "month": "1–12.",
        "day": "1–31; the month's last day if it has fewer.",
    }),
    rules.EndOfCalendarYear: Words("ExpiryEndOfCalendarYear", "On 31 December.", {
        "years": "0: of the year of earning; 1: of the next; and so on.",
    }),
    rules.Conversion: Words("PointsConversion", "Points that turn into a gift by themselves.", {
        "points": "As often as there are so many; the rest is carried on.",
        "gift": "What they turn into; taken back, if nobody used it, when a return needs the points.",
    }),
    rules.PointsTransfers: Words("PointsTransfers", "Points that members give each other.", {
        "maximum_per_day": "So many a member may give on a local day.",
        "minimum": "At least so many at once.",
    }),
    rules.PointsPayment: Words("PointsPayment", "Points as payment.", {
        "points": "So many points …",
        "worth": "… are worth so many minor units of `currency`.",
        "currency": "The ISO 4217 code.",
        "minimum": "At least so many points at once.",
        "multiple": "In multiples of so many points.",
        "maximum": "At most so many points at once; null: any.",
        "maximum_share_percent": "At most so much of the order, 1–100.",
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

PointsRules = mirror.output(rules.PointsRules)
PointsRulesInput = mirror.input(rules.PointsRules)

FACE = Face(
    mirror,
    summary=words.summary,
    ways=lambda read, used: [(rule.id, rule.name, words.way(rule, used)) for rule in read.rules],
    expiry=lambda read, _: words.expiry(read),
    payment=lambda read: read.payment,
)
