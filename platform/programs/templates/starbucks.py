"""In the style of Starbucks Rewards: stars for what is paid with the preloaded card, a drink on the birthday."""

from programs.templates.template import (
    GUIDE,
    ProgramOf,
    RewardOf,
    Template,
    UnitOf,
    described,
    ours,
    per_amount,
    reward,
    terms,
)
from rewards.terms import FreeProduct

UNIT, CARD = "stars", "starbucks-card"
DOUBLE_STAR_DAY = 1  # Mondays

STARBUCKS = Template(
    slug="starbucks-rewards",
    name="Starbucks Rewards",
    description="Two stars per dollar paid with the preloaded card, double-star days, a free drink on the birthday.",
    source=f"{GUIDE}, on Starbucks Rewards",
    figures=(
        *described(
            "2 stars per $1 when paying with the preloaded card, in the shop or by mobile order",
            "any amount can be loaded", "double-star days", "a free drink on the birthday",
            "stars for discounts, drinks and food",
        ),
        *terms(
            "2020", "stars of a month end six months after it", "25, 50, 150, 200 and 400 stars for an extra, "
            "a coffee, a drink, a lunch and a cup",
        ),
        *ours("double stars on Mondays", "the money on the card has no end"),
    ),
    units=(UnitOf(UNIT, "star", "stars"), UnitOf(CARD, "dollar", "dollars", "USD")),
    rewards=(
        RewardOf("stars-25", "An extra in a drink", UNIT, 25, FreeProduct("EXTRA")),
        RewardOf("stars-50", "A brewed coffee or a bakery item", UNIT, 50, FreeProduct("COFFEE")),
        RewardOf("stars-150", "A handcrafted drink", UNIT, 150, FreeProduct("DRINK")),
        RewardOf("stars-200", "A lunch", UNIT, 200, FreeProduct("LUNCH")),
        RewardOf("stars-400", "A cup", UNIT, 400, FreeProduct("CUP")),
        RewardOf("birthday-drink", "A drink on the birthday", UNIT, 150, FreeProduct("DRINK")),
    ),
    programs=(
        ProgramOf("stars", "Starbucks Rewards", "points", {
            "unit": UNIT,
            "rules": [
                per_amount("card", "2 stars per $1 with the card", 2, 100,
                           conditions={"tenders": ["stored_value"], "channels": ["store", "app"]}),
                {"id": "double", "name": "Double-star day", "earn": {"type": "multiplier", "factor": "2"},
                 "conditions": {"weekdays": [DOUBLE_STAR_DAY]}},
                reward("birthday", "A free drink on the birthday", "birthday-drink", "birthday"),
            ],
            "expiry": {"policies": [{"type": "end_of_month", "months": 6}], "warn_days": [30]},
        }),
        ProgramOf("card", "Starbucks Card", "stored_value", {
            "unit": CARD, "currency": "USD", "gift_cards": {"pin": True},
        }),
    ),
)  # fmt: skip
