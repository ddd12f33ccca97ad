"""In the style of Amazon Prime: a yearly fee, delivery and films, no points; money back by policy."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, Template, UnitOf, described, ours, terms

UNIT = "prime-benefits"

AMAZON_PRIME = Template(
    slug="amazon-prime",
    name="Prime",
    description="A yearly fee for free two-day delivery, books and films, and savings at a partner grocer.",
    source=f"{GUIDE}, on Amazon Prime",
    figures=(
        *described(
            "a yearly fee of over $100", "free two-day delivery by itself", "free books and films",
            "savings at a partner grocer", "no points", "cancelling and refunds by policy",
        ),
        *terms("2022", "$139 a year", "all of it back within 3 days if nothing was used"),
        *ours(
            "later nothing of the present year comes back", "a delivery costs the shop $4", "10 % off at the grocer"
        ),
    ),
    units=(UnitOf(UNIT, "benefit", "benefits"),),
    programs=(
        ProgramOf("membership", "Prime", "paid", {
            "unit": UNIT,
            "plans": [{
                "id": "prime", "name": "Prime", "price": 139_00, "currency": "USD", "period": "year",
                "perks": [
                    pieces.perk("two-day-delivery", "Free two-day delivery", "lowers_cost",
                         unit_cost={"amount": 4_00, "currency": "USD"}),
                    pieces.perk("books-and-films", "Free books and films"),
                    pieces.perk("grocer", "10 % off at the partner grocer", "lowers_cost"),
                ],
            }],
            "refund": {"full_within_days": 3, "otherwise": "none"},
        }),
    ),
)  # fmt: skip
