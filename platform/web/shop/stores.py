"""The demo's shops as customers see them: what each sells, in which words, and what of Guerdon is on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from web.shop import brands, coffee
from web.shop.brands import Brand
from web.shop.catalogue import RECORDS, Record


@dataclass(frozen=True, slots=True)
class Store:
    """A shop. `unit` is the slug of the points that its pages speak of; `club` are the elements of its club's page.

    One that has `brands` sells nothing itself: its page names them, and each has one of its own.
    """

    name: str
    goods: Mapping[str, Record]
    unit: str
    shelf: str
    headline: str
    lead: str
    people: str
    one: str
    several: str
    gift: str
    club: tuple[str, ...] = ()
    brands: Mapping[str, Brand] = field(default_factory=dict)


RECORD_SHOP = Store(
    name="CDNOW", goods=RECORDS, unit="points", shelf="Records",
    headline="Records worth crossing town for.",
    lead="Every dollar is a point, every point is closer to the next record.",
    people="These customers really bought at CDNOW in 1997 and 1998; their names are made up and their dates moved to "
           "today.",
    one="Record", several="Records", gift="Record of the month",
)  # fmt: skip

ROASTERY = Store(
    name="Harbour Roast", goods=coffee.GOODS, unit="beans", shelf="Coffee",
    headline="Coffee that remembers where it grew.",
    lead="Two beans for every dollar: for the next bag, a spin of the wheel, or lunch at a school at origin.",
    people="These customers and all that they did are made up, with the same story each time.",
    one="Bag", several="Bags", gift="Bag of the month",
    club=("guerdon-tier", "guerdon-wheel", "guerdon-membership", "guerdon-tasks", "guerdon-causes"),
)  # fmt: skip

CLUB = Store(
    name="Harbour Club", goods=brands.GOODS, unit="knots", shelf="Brands",
    headline="One club, every harbour.",
    lead="Earn knots in the air, at the quay, at the market and among the books. Spend them at any of the four.",
    people="These members and all that they did are made up, with the same story each time.",
    one="Order", several="Orders", gift="Gift", brands=brands.BRANDS,
)  # fmt: skip

STORES: Mapping[str, Store] = {"cdnow": RECORD_SHOP, "harbour-roast": ROASTERY, "harbour-club": CLUB}
"""By the slug of the demo's tenant; whatever else there is sells records."""

GOODS: Mapping[str, Record] = {sku: record for store in STORES.values() for sku, record in store.goods.items()}
"""What any of them sells, by article number."""
