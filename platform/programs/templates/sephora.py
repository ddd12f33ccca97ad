"""In the style of Sephora Beauty Insider: a point a dollar, three levels by yearly spend, points for beauty."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, RewardOf, Template, UnitOf, described, ours, terms
from rewards.terms import AmountOff, FreeProduct, Money

UNIT = "insider-points"
_GIFT = pieces.perk("birthday-gift", "A birthday gift", limit=1, period="year")
_EVENTS = pieces.perk("seasonal-savings", "Seasonal savings events", "lowers_cost", limit=2, period="year")
_SHIPPING = pieces.perk("free-shipping", "Free shipping", "lowers_cost")

SEPHORA = Template(
    slug="sephora-beauty-insider",
    name="Beauty Insider",
    description="A point per dollar, three levels by what is spent in a year, points for beauty at the checkout.",
    source=f"{GUIDE}, on Sephora Beauty Insider",
    figures=(
        *described(
            "1 point per $1", "a card tracks what is spent", "three levels by yearly spend",
            "points buy beauty products at the checkout",
        ),
        *terms("2025", "level 2 from $350 a year", "level 3 from $1,000 a year"),
        *ours(
            "1.25 and 1.5 times the points in levels 2 and 3", "a mini for 100 points, a set for 500",
            "$10 off for 500 points", "points go after 12 months without activity", "the perks of each level",
        ),
    ),
    units=(UnitOf(UNIT, "point", "points"),),
    rewards=(
        RewardOf("insider-mini", "A beauty mini", UNIT, 100, FreeProduct("MINI")),
        RewardOf("insider-set", "A beauty set", UNIT, 500, FreeProduct("SET")),
        RewardOf("insider-cash", "$10 off", UNIT, 500, AmountOff(Money(10_00, "USD"))),
    ),
    programs=(
        ProgramOf("points", "Beauty Insider", "points", {
            "unit": UNIT,
            "rules": [pieces.per_amount("dollar", "1 point per $1", 1, 100)],
            "expiry": {"policies": [{"type": "months_inactive", "months": 12}], "warn_days": [30]},
        }),
        ProgramOf("levels", "Beauty Insider levels", "tiered", {
            "unit": UNIT,
            "window": {"type": "calendar_year"},
            "tiers": [
                {"id": "insider", "name": "Insider", "perks": [_GIFT]},
                {"id": "vib", "name": "VIB", "reach": [pieces.spend(350_00)], "perks": [_GIFT, _EVENTS],
                 "multipliers": [{"factor": "1.25", "unit": UNIT}]},
                {"id": "rouge", "name": "Rouge", "reach": [pieces.spend(1000_00)], "perks": [_GIFT, _EVENTS, _SHIPPING],
                 "multipliers": [{"factor": "1.5", "unit": UNIT}]},
            ],
        }),
    ),
)  # fmt: skip
