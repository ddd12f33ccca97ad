"""In the style of United MileagePlus: miles from flights and everyday purchases, and a status that earns more."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, RewardOf, Template, UnitOf, described, ours, terms
from rewards.terms import Experience, PartnerReward

UNIT = "mileage-miles"
_FLIGHTS, _OTHERS = {"include": {"tags": ["flight"]}}, {"exclude": {"tags": ["flight"]}}
_BAGS = pieces.perk("free-bags", "Free bags", "lowers_cost")
_BOARDING = pieces.perk("priority-boarding", "Priority boarding")
_UPGRADES = pieces.perk("upgrades", "Upgrades", limit=4, period="year")
_PARTNERS = pieces.perk("partner-deals", "Deals with partners")


def _status(id_: str, name: str, flights: int, factor: str, *perks: object) -> dict[str, object]:
    return {
        "id": id_, "name": name, "reach": [pieces.pieces(flights, "flight")], "perks": list(perks),
        "multipliers": [{"factor": factor, "unit": UNIT}],
    }  # fmt: skip


UNITED = Template(
    slug="united-mileageplus",
    name="MileagePlus",
    description="Miles from flights and everyday purchases for flights, hotels and cars; a status that earns more.",
    source=f"{GUIDE}, on United MileagePlus",
    figures=(
        *described(
            "miles from flights and everyday purchases", "miles for flights, hotels and cars",
            "status whose card earns more when paying", "free bags, upgrades, priority boarding, partner deals",
        ),
        *terms(
            "2020", "5 miles per $1 of flights, and 7, 8, 9 and 11 with status", "status at 12, 24, 36 and 54 flights"
        ),
        *ours(
            "1 mile per $1 paid with the card on other things, and more with status in the same measure",
            "a flight for 12,500 miles, a hotel night for 10,000, a car for 5,000", "which status brings which perks",
        ),
    ),
    units=(UnitOf(UNIT, "mile", "miles"),),
    rewards=(
        RewardOf("mileage-flight", "A flight", UNIT, 12_500, Experience("Book with your member number.")),
        RewardOf("mileage-hotel", "A hotel night", UNIT, 10_000, PartnerReward("A hotel", "Show the code.")),
        RewardOf("mileage-car", "A day with a car", UNIT, 5_000, PartnerReward("A rental", "Show the code.")),
    ),
    programs=(
        ProgramOf("miles", "MileagePlus miles", "points", {
            "unit": UNIT,
            "rules": [
                pieces.per_amount("flights", "5 miles per $1 of flights", 5, 100, items=_FLIGHTS),
                pieces.per_amount("card", "1 mile per $1 paid with the card", 1, 100, items=_OTHERS,
                                 conditions={"tenders": ["card"]}),
            ],
        }),
        ProgramOf("status", "MileagePlus status", "tiered", {
            "unit": UNIT,
            "window": {"type": "calendar_year"},
            "tiers": [
                {"id": "member", "name": "Member", "perks": [_PARTNERS]},
                _status("silver", "Silver", 12, "7/5", _PARTNERS, _BAGS),
                _status("gold", "Gold", 24, "8/5", _PARTNERS, _BAGS, _BOARDING),
                _status("platinum", "Platinum", 36, "9/5", _PARTNERS, _BAGS, _BOARDING, _UPGRADES),
                _status("1k", "1K", 54, "11/5", _PARTNERS, _BAGS, _BOARDING, {**_UPGRADES, "limit": 12}),
            ],
        }),
    ),
)  # fmt: skip
