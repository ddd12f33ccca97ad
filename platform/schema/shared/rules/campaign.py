"""The words of a campaign's rules in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.campaign import rules, words
from schema.shared.rules.face import Face
from schema.shared.rules.mirror import Mirror, Words
from schema.shared.scalars import ActivityKindName

WORDS = {
    rules.CampaignRules: Words("CampaignRules", "The rules of a campaign.", {
        "unit": "The slug of the points that it multiplies or gives.",
        "name": "What explanations call it, and members read.",
        "benefit": "What it gives.",
        "on": "For which kinds of activities, 1–50.",
        "starts_on": "The first local day; null: from ever.",
        "ends_on": "The last local day; null: without end.",
        "segments": "For members with one of these segments or tags; none: for all.",
        "channels": "For what comes by one of these channels; none: by any.",
        "partners": "For what happens with one of these partners, by their slugs; none: anywhere.",
        "codes": "For who enters one of these codes; none: for all.",
        "minimum": "For orders that are worth enough; null: for all.",
        "budget": "What it may give to all members together; null: any amount.",
        "per_member": "What each member may get, at most 5 caps of different periods.",
    }, types={"on": list[ActivityKindName]}, left_out=frozenset({"format"})),
    rules.Benefit: Words("CampaignBenefit", "What a campaign gives; exactly one of these.", {}),
    rules.Multiply: Words("CampaignMultiply", "Multiplies the points of its unit that others of its line give.", {
        "factor": 'Above 1: a decimal, "1.5", or a fraction, "7/5"; kept exactly.',
    }),
    rules.Bonus: Words("CampaignBonus", "So many points for each activity.", {
        "points": "How many, in the unit's smallest part.",
        "expires_after_months": "For how many months they can be used; null: without end.",
    }),
    rules.Code: Words("CampaignCode", "A reward of the catalogue for each activity: its code is a discount.", {
        "reward": "Its slug.",
    }),
    rules.Minimum: Words("CampaignMinimum", "What an order's products are worth, after discounts and without tax.", {
        "amount": "At least so much, in minor units.",
        "currency": "The ISO 4217 code.",
    }),
    rules.Budget: Words("CampaignBudget", "What it may give to all members together.", {
        "amount": "So many points, or rewards; never more.",
        "when_spent": "What happens then.",
    }),
    rules.MemberCap: Words("CampaignMemberCap", "What each member may get.", {
        "amount": "So many points, or rewards.",
        "period": "In which local calendar period.",
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

CampaignRules = mirror.output(rules.CampaignRules)
CampaignRulesInput = mirror.input(rules.CampaignRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
