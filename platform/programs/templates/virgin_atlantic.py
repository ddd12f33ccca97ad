"""In the style of Virgin Atlantic Flying Club: miles to spend, and points for the level, both from all one does."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, RewardOf, Template, UnitOf, described, ours, terms
from rewards.terms import Experience

MILES, LEVEL = "flying-miles", "flying-level-points"
_FLIGHT, _OTHER = {"include": {"tags": ["flight"]}}, {"exclude": {"tags": ["flight"]}}
_SEAT = pieces.perk("seat", "Choice of seat")
_PRIORITY = pieces.perk("priority", "Priority check-in and boarding")
_LOUNGE = pieces.perk("lounge", "Lounge access")

VIRGIN_ATLANTIC = Template(
    slug="virgin-atlantic-flying-club",
    name="Flying Club",
    description="Miles to spend on travel and points for the level, both from flights and everyday purchases.",
    source=f"{GUIDE}, on Virgin Atlantic Flying Club",
    figures=(
        *described(
            "miles to spend on travel, and points for the level", "both from flights and from everyday purchases",
            "three levels, each with more perks than the last",
        ),
        *terms("2020", "levels at 400 and 1,000 level points"),
        *ours(
            "5 miles per £1 of flights, 1 of other purchases", "a level point per £10 of flights, per £50 of others",
            "a flight for 10,000 miles", "miles go after 36 months without activity", "the perks of each level",
        ),
    ),
    units=(UnitOf(MILES, "mile", "miles"), UnitOf(LEVEL, "level point", "level points")),
    rewards=(
        RewardOf("flying-flight", "A flight", MILES, 10_000, Experience("Book with your member number.")),
    ),
    programs=(
        ProgramOf("miles", "Flying Club miles", "points", {
            "unit": MILES,
            "rules": [
                pieces.per_amount("flights", "Miles from flights", 5, 100, "GBP", items=_FLIGHT),
                pieces.per_amount("everyday", "Miles from everyday purchases", 1, 100, "GBP", items=_OTHER),
            ],
            "expiry": {"policies": [{"type": "months_inactive", "months": 36}], "warn_days": [60]},
        }),
        ProgramOf("level-points", "Flying Club level points", "points", {
            "unit": LEVEL,
            "rules": [
                pieces.per_amount("flights", "Level points from flights", 1, 10_00, "GBP", items=_FLIGHT),
                pieces.per_amount("everyday", "Level points from everyday purchases", 1, 50_00, "GBP", items=_OTHER),
            ],
        }),
        ProgramOf("levels", "Flying Club levels", "tiered", {
            "unit": LEVEL,
            "window": {"type": "membership_year"},
            "validity": {"type": "for_months", "months": 12},
            "downgrade": "one_step",
            "tiers": [
                {"id": "red", "name": "Red", "perks": [_SEAT]},
                {"id": "silver", "name": "Silver", "reach": [pieces.earned(400, LEVEL)], "perks": [_SEAT, _PRIORITY]},
                {"id": "gold", "name": "Gold", "reach": [pieces.earned(1_000, LEVEL)],
                 "perks": [_SEAT, _PRIORITY, _LOUNGE]},
            ],
        }),
    ),
)  # fmt: skip
