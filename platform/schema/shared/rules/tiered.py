"""The words of a tiered program's rules in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.tiered import rules, words
from schema.shared.rules.base import BASE
from schema.shared.rules.face import Face
from schema.shared.rules.gifts import GIFTS
from schema.shared.rules.metrics import METRICS
from schema.shared.rules.mirror import Mirror, Words
from schema.shared.rules.perks import PERKS

WORDS = BASE | GIFTS | METRICS | PERKS | {
    rules.TieredRules: Words("TieredRules", "The rules of a tiered program.", {
        "unit": "The slug of the points that the program is about.",
        "tiers": "1–20 tiers, the lowest first; each must ask for more than the one below.",
        "window": "Over which days what members do counts towards a tier.",
        "validity": "How long a tier that was reached is kept.",
        "grace_days": "So many days after that, 0–366, in which it can still be kept.",
        "downgrade": "Where members go who do not keep their tier.",
        "base": "Which parts of an order count as spent.",
        "dormancy": "What becomes of the tiers of members who do nothing for long; null: nothing.",
    }, left_out=frozenset({"format"})),
    rules.Dormancy: Words("TierDormancy", "What becomes of the tiers of members who do nothing for long.", {
        "after_months": "After so many months, 1–1200, a tier is frozen: it brings nothing until they come back.",
        "warn_days": "So many days ahead, 0–366, the event `tier.dormancy_warned` says so.",
        "close_after_months": "After so many months more the tier is gone; null: never.",
        "reopening": "What wakes it.",
    }),
    rules.Tier: Words("TierRules", "A tier.", {
        "id": "Unique in the program: 1–64 of a–z 0–9 _ -. It stays over versions.",
        "name": "What members read.",
        "reach": "The ways up to it, any of which is enough; none: everybody is in it, which only the lowest can say.",
        "keep": "The ways to keep it; null: those of reaching it.",
        "multipliers": "What it multiplies of what other programs give, from the next activity on.",
        "gifts": "What is given each time a member comes up to it.",
        "rewards": "Rewards of the catalogue that are given likewise, for no points.",
        "perks": "What else members of it may have: all of it, what lower tiers have too.",
    }),
    rules.Way: Words("TierWay", "One way to a tier: all of these together.", {
        "all_of": "1–10 thresholds.",
    }),
    rules.Threshold: Words("TierThreshold", "At least so much of a metric.", {
        "metric": "What is counted.",
        "at_least": "How much: minor units of money, points in the smallest part, or a number.",
    }),
    rules.Metric: Words("TierMetric", "What is counted; exactly one of these.", {}),
    rules.TasksDone: Words("TierMetricTasksDone", "How often a task was done; what is undone counts no longer.", {
        "task": "The task's id in the rules of a program of tasks.",
    }),
    rules.Balance: Words("TierMetricBalance", "Points that the member has and can spend, whatever the window.", {
        "unit": "Their unit, by its slug.",
    }),
    rules.Window: Words("TierWindow", "Over which days is counted; exactly one of these.", {}),
    rules.CalendarYear: Words("TierWindowCalendarYear", "The calendar year.", {}),
    rules.MembershipYear: Words("TierWindowMembershipYear", "The year from the anniversary of joining.", {}),
    rules.RollingMonths: Words("TierWindowRollingMonths", "The last so many months.", {"months": "1–1200."}),
    rules.Lifetime: Words("TierWindowLifetime", "Everything.", {}),
    rules.Validity: Words("TierValidity", "How long a tier is kept; exactly one of these.", {}),
    rules.EndOfYear: Words("TierValidityEndOfYear", "To the end of a calendar year.", {
        "years": "0: of the year in which it was reached; 1: of the next; up to 50.",
    }),
    rules.ForMonths: Words("TierValidityForMonths", "For so many months.", {"months": "1–1200."}),
    rules.WhileMet: Words("TierValidityWhileMet", "As long as what reaching it asks for is met.", {}),
    rules.ForGood: Words("TierValidityForGood", "For ever.", {}),
    rules.TierMultiplier: Words("TierMultiplier", "Multiplies what other programs of the line give.", {
        "factor": 'A decimal, "1.5", or a fraction, "7/5"; kept exactly.',
        "unit": "Of which unit, by its slug; null: of any.",
        "allow_below_one": "Say so if the factor is below 1 and takes points away.",
    }),
    rules.EntryGift: Words("TierGift", "Points for coming up; they go back if the tier is taken back.", {
        "unit": "Their unit, by its slug.",
        "points": "How many, in the unit's smallest part.",
        "expires_after_months": "For how many months they can be used; null: without end.",
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

TieredRules = mirror.output(rules.TieredRules)
TieredRulesInput = mirror.input(rules.TieredRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
