"""In the style of TOMS Passport Rewards: points for products, offers, or a donation worth exactly as much."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, RewardOf, Template, UnitOf, described, ours
from rewards.terms import AmountOff, FreeProduct, Money

UNIT = "passport-points"
FUND = "giving-fund"
_OFFERS = pieces.perk("offers", "Member offers", "lowers_cost")
_EARLY = pieces.perk("early-access", "Early access to new shoes")
_SHIPPING = pieces.perk("free-shipping", "Free shipping", "lowers_cost")

TOMS = Template(
    slug="toms-passport-rewards",
    name="Passport Rewards",
    description="Free to join; points for products, offers, or a donation of exactly their worth; three levels.",
    source=f"{GUIDE}, on TOMS Passport Rewards",
    figures=(
        *described(
            "free to join", "points on purchases, for products, offers, or a donation",
            "a donation is worth exactly the points' money value, 1 : 1", "three levels by spend",
        ),
        *ours(
            "1 point per $1", "20 points are $1, as payment and as a donation", "$5 off for 100, a pair for 1,000",
            "levels at $150 and $400 a year",
        ),
    ),
    units=(UnitOf(UNIT, "point", "points"),),
    rewards=(
        RewardOf("passport-offer", "$5 off", UNIT, 100, AmountOff(Money(5_00, "USD"))),
        RewardOf("passport-pair", "A pair of shoes", UNIT, 1_000, FreeProduct("PAIR")),
    ),
    programs=(
        ProgramOf("points", "Passport Rewards", "points", {
            "unit": UNIT,
            "rules": [pieces.per_amount("dollar", "1 point per $1", 1, 100)],
            "payment": {"points": 20, "worth": 100, "currency": "USD", "minimum": 20, "multiple": 20},
        }),
        ProgramOf("levels", "Passport levels", "tiered", {
            "unit": UNIT,
            "window": {"type": "calendar_year"},
            "tiers": [
                {"id": "traveler", "name": "Traveler", "perks": [_OFFERS]},
                {"id": "explorer", "name": "Explorer", "reach": [pieces.spend(150_00)], "perks": [_OFFERS, _EARLY]},
                {"id": "globetrotter", "name": "Globetrotter", "reach": [pieces.spend(400_00)],
                 "perks": [_OFFERS, _EARLY, _SHIPPING]},
            ],
        }),
        ProgramOf("giving", "Passport giving", "giving", {
            "unit": UNIT, "currency": "USD", "points": 20, "worth": 100, "minimum": 20, "multiple": 20,
            "causes": [{"id": FUND, "name": "The giving fund"}],
        }),
    ),
)  # fmt: skip
