"""In the style of PetSmart Treats: points for services or an animal charity, and a surprise on the pet's birthday."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, RewardOf, Template, UnitOf, described, ours, terms
from rewards.terms import AmountOff, FreeProduct, Money

UNIT = "treats"
CAUSE = "animal-charity"
PETS_BIRTHDAY = 'has(activity.payload.dependant) && activity.payload.dependant_kind == "pet"'

PETSMART = Template(
    slug="petsmart-treats",
    name="Treats",
    description="Points in the shop and online for grooming, hotel, training or an animal charity; the pet's birthday.",
    source=f"{GUIDE}, on PetSmart Treats",
    figures=(
        *described(
            "8 points per $1, shop or online", "free delivery", "member sales and offers",
            "points for grooming, hotel or training", "or given to an animal charity",
            "a surprise on the pet's birthday",
        ),
        *terms("2024-04", "10 points per $1 since then: change the rule for that"),
        *ours(
            "400 points are worth $1, also given", "a grooming, a hotel night or a training hour for 8,000 points",
            "the surprise is a toy", "points go after 24 months without activity",
        ),
    ),
    units=(UnitOf(UNIT, "treat", "treats"),),
    rewards=(
        RewardOf("treats-grooming", "$20 off a grooming", UNIT, 8_000, AmountOff(Money(20_00, "USD"))),
        RewardOf("treats-hotel", "$20 off a hotel night", UNIT, 8_000, AmountOff(Money(20_00, "USD"))),
        RewardOf("treats-training", "$20 off a training hour", UNIT, 8_000, AmountOff(Money(20_00, "USD"))),
        RewardOf("treats-surprise", "A surprise for the pet", UNIT, 2_000, FreeProduct("TOY")),
    ),
    programs=(
        ProgramOf("points", "Treats", "points", {
            "unit": UNIT,
            "rules": [
                pieces.per_amount("dollar", "8 points per $1", 8, 100),
                pieces.reward("pet", "The pet's birthday", "treats-surprise", "birthday",
                             conditions={"when": PETS_BIRTHDAY}),
            ],
            "expiry": {"policies": [{"type": "months_inactive", "months": 24}], "warn_days": [30]},
            "payment": {"points": 400, "worth": 100, "currency": "USD", "minimum": 400, "multiple": 400},
        }),
        ProgramOf("members", "Treats members", "tiered", {
            "unit": UNIT,
            "tiers": [{"id": "member", "name": "Member", "perks": [
                pieces.perk("delivery", "Free delivery", "lowers_cost"),
                pieces.perk("offers", "Member sales and offers"),
            ]}],
        }),
        ProgramOf("giving", "Treats for animals", "giving", {
            "unit": UNIT, "currency": "USD", "points": 400, "worth": 100, "minimum": 400, "multiple": 400,
            "causes": [{"id": CAUSE, "name": "An animal charity"}],
        }),
    ),
)  # fmt: skip
