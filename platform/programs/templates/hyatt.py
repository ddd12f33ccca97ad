"""In the style of World of Hyatt: five levels by nights, base points or meetings; the bonus does not count for them."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, RewardOf, Template, UnitOf, described, ours, terms
from rewards.terms import Experience, PartnerReward

UNIT = "hyatt-points"
MEETING = "custom:meeting"
_PRICES = pieces.perk("member-prices", "Member prices", "lowers_cost")
_UPGRADE = pieces.perk("upgrade", "Room upgrade")
_LATE = pieces.perk("late-check-out", "Late check-out")
_CLUB = pieces.perk("club-lounge", "Club lounge access")
_CONCIERGE = pieces.perk("concierge", "A concierge of one's own")

HYATT = Template(
    slug="world-of-hyatt",
    name="World of Hyatt",
    description="Open to all; points from stays, dining, spa and classes; five levels by nights or base points.",
    source=f"{GUIDE}, on World of Hyatt",
    figures=(
        *described(
            "free, the first level has no threshold", "five levels by nights, the highest several dozen a year",
            "points from stays, dining, spa and classes", "points are spent on nights or converted to airline miles",
            "member prices",
        ),
        *terms(
            "2024", "5 base points per $1", "levels at 10, 30 and 60 nights, or 25,000, 50,000 and "
            "100,000 base points, or 3, 10 and 20 meetings",
            "bonus of 10, 20 and 30 % that does not count for the level",
        ),
        *ours(
            "the fifth level at 100 nights, with 40 % more", "a night for 3,500 points", "2,500 points for 1,000 miles",
            "points go after 24 months without activity", "the perks of each level",
        ),
    ),
    units=(UnitOf(UNIT, "point", "points"),),
    rewards=(
        RewardOf("hyatt-night", "A free night", UNIT, 3_500, Experience("Book with your member number.")),
        RewardOf("hyatt-miles", "1,000 airline miles", UNIT, 2_500,
                 PartnerReward("An airline", "The miles come to your airline account.")),
    ),
    programs=(
        ProgramOf("points", "World of Hyatt points", "points", {
            "unit": UNIT,
            "rules": [pieces.per_amount("base", "5 base points per $1", 5, 100)],
            "expiry": {"policies": [{"type": "months_inactive", "months": 24}], "warn_days": [60]},
        }),
        ProgramOf("levels", "World of Hyatt levels", "tiered", {
            "unit": UNIT,
            "window": {"type": "calendar_year"},
            "tiers": [
                {"id": "member", "name": "Member", "perks": [_PRICES]},
                # 25,000 base points are $5,000: counted by the money, so that no bonus comes in.
                {"id": "discoverist", "name": "Discoverist", "perks": [_PRICES, _UPGRADE],
                 "reach": [pieces.pieces(10, "night"), pieces.spend(5_000_00), pieces.times(3, MEETING)],
                 "multipliers": [{"factor": "1.1", "unit": UNIT}]},
                {"id": "explorist", "name": "Explorist", "perks": [_PRICES, _UPGRADE, _LATE],
                 "reach": [pieces.pieces(30, "night"), pieces.spend(10_000_00), pieces.times(10, MEETING)],
                 "multipliers": [{"factor": "1.2", "unit": UNIT}]},
                {"id": "globalist", "name": "Globalist", "perks": [_PRICES, _UPGRADE, _LATE, _CLUB],
                 "reach": [pieces.pieces(60, "night"), pieces.spend(20_000_00), pieces.times(20, MEETING)],
                 "multipliers": [{"factor": "1.3", "unit": UNIT}]},
                {"id": "highest", "name": "Highest", "perks": [_PRICES, _UPGRADE, _LATE, _CLUB, _CONCIERGE],
                 "reach": [pieces.pieces(100, "night")], "multipliers": [{"factor": "1.4", "unit": UNIT}]},
            ],
        }),
    ),
)  # fmt: skip
