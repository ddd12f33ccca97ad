"""In the style of REI Co-op: $20 once, a member for life, and a tenth of last year's net spending back each year."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, Template, UnitOf, described, ours

UNIT = "rei-dividend"

REI = Template(
    slug="rei-co-op",
    name="Co-op",
    description="$20 once, a member for life; 10 % of last year's net spending comes back as a yearly dividend.",
    source=f"{GUIDE}, on REI Co-op",
    figures=(
        *described(
            "$20 once, member for life", "10 % of last year's net spend comes back as a yearly dividend",
            "garage sale, discounted classes, member offers",
        ),
        *ours("the dividend comes on 1 March", "it can be used for 24 months"),
    ),
    units=(UnitOf(UNIT, "dollar", "dollars", scale=2),),
    programs=(
        ProgramOf("membership", "Co-op", "paid", {
            "unit": UNIT,
            "plans": [{
                "id": "co-op", "name": "Co-op member", "price": 20_00, "currency": "USD", "period": "once",
                "perks": [
                    pieces.perk("garage-sale", "The garage sale"),
                    pieces.perk("classes", "Discounted classes", "lowers_cost"),
                    pieces.perk("offers", "Member offers", "lowers_cost"),
                ],
            }],
            "dividend": {"unit": UNIT, "currency": "USD", "percent": 10, "month": 3, "day": 1,
                         "expires_after_months": 24},
        }),
    ),
)  # fmt: skip
