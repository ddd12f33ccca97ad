"""In the style of Sweetgreen Sweet Rewards: every $35 spent in the app turns into $5, and the rest is carried on."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, RewardOf, Template, UnitOf, described, ours
from rewards.terms import AmountOff, Money, StoreCredit

UNIT = "sweet-dollars"

SWEETGREEN = Template(
    slug="sweetgreen-sweet-rewards",
    name="Sweet Rewards",
    description="Every $35 spent in the app becomes $5 of credit by itself; no delivery fee, and a welcome to the app.",
    source=f"{GUIDE}, on Sweetgreen Sweet Rewards",
    figures=(
        *described(
            "every $35 spent, paid in the app, becomes $5 of credit", "the rest is carried on", "no delivery fee",
            "$5 off the first online order",
        ),
        *ours("what is spent is counted to the cent, and for ever", "the welcome comes with the account"),
    ),
    units=(UnitOf(UNIT, "dollar", "dollars", scale=2),),
    rewards=(
        RewardOf("sweet-credit", "$5 of credit", UNIT, 35_00, StoreCredit(Money(5_00, "USD"))),
        RewardOf("sweet-welcome", "$5 off the first online order", UNIT, 35_00, AmountOff(Money(5_00, "USD"))),
    ),
    programs=(
        ProgramOf("spending", "Sweet Rewards", "points", {
            "unit": UNIT,
            "rules": [
                pieces.per_amount("spent", "What is spent in the app", 1, 1, conditions={"channels": ["app"]}),
                pieces.reward("welcome", "$5 off the first online order", "sweet-welcome", "signup",
                       conditions={"first_time_only": True}),
            ],
            "conversion": {"points": 35_00, "gift": {"type": "reward", "reward": "sweet-credit"}},
        }),
        ProgramOf("members", "Sweet Rewards members", "tiered", {
            "unit": UNIT,
            "tiers": [{"id": "member", "name": "Member",
                       "perks": [pieces.perk("delivery", "No delivery fee", "lowers_cost")]}],
        }),
    ),
)  # fmt: skip
