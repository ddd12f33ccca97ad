"""What the brands of the demo's coalition sell: flights, rooms, groceries and books that never were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from web.shop.catalogue import Motif, Record


@dataclass(frozen=True, slots=True)
class Own:
    """A brand's own programme: `rate` of its points are one of the club's, `least` at once, in multiples of `multiple`.

    Its own system keeps them; here that is a cookie, in which everybody begins with `start`.
    """

    one: str
    several: str
    rate: int
    least: int
    multiple: int
    start: int


@dataclass(frozen=True, slots=True)
class Brand:
    """A partner's own shop, by its slug. Customers are known there as `prefix-<their id in the club>`.

    `verb` is what is done with what is on sale, `done` the same once it is; `own` are points of its own, which it
    converts.
    """

    slug: str
    name: str
    prefix: str
    line: str
    earns: str
    verb: str
    done: str
    goods: Mapping[str, Record]
    own: Own | None = None

    def customer(self, member: str) -> str:
        """What the brand calls a customer whom the club calls `member`."""
        return f"{self.prefix}-{member}"


_Given = tuple[str, str, str, str, int, Motif, tuple[str, str, str, str]]


def _goods(category: str, *given: _Given) -> dict[str, Record]:
    return {one[0]: Record(*one, categories=(category,)) for one in given}


_AIR = _goods(
    "travel",
    ("HA-BOS", "Boston", "Up the coast before breakfast", "Short hop", 18900, Motif.STRIPES,
     ("#eef4fb", "#1b4f8f", "#7fb2e5", "#f2a65a")),
    ("HA-HFX", "Halifax", "Fog, fiddles and lobster", "Short hop", 24900, Motif.WAVES,
     ("#dcecf5", "#2a6f97", "#014f86", "#a9d6e5")),
    ("HA-KEF", "Reykjavík", "Steam over black sand", "Across the water", 41900, Motif.PEAKS,
     ("#0d1b2a", "#415a77", "#778da9", "#e0e1dd")),
    ("HA-LIS", "Lisbon", "Tiles, hills and late dinners", "Across the water", 48900, Motif.SUN,
     ("#fff3e0", "#f6bd60", "#f28482", "#1b4f8f")),
)  # fmt: skip

_HOTELS = _goods(
    "stays",
    ("QH-CABIN", "Cabin room", "A bunk by the porthole, for one", "One night", 14900, Motif.ARCS,
     ("#e6efe9", "#1f5f5b", "#8fbfa8", "#d9a441")),
    ("QH-HARBOUR", "Harbour room", "A double bed and the boats below", "One night", 18900, Motif.WAVES,
     ("#f1ebe0", "#1f5f5b", "#3f8f88", "#c9b48a")),
    ("QH-LOFT", "Sail loft", "Beams, a bath and a long table", "One night", 23900, Motif.STRIPES,
     ("#f7f1e6", "#c46b3c", "#1f5f5b", "#e5c9a0")),
    ("QH-LIGHTHOUSE", "The lighthouse", "All of it, stairs included", "One night", 32900, Motif.SUN,
     ("#12312f", "#f0c05a", "#c9793a", "#3f8f88")),
)  # fmt: skip

_MARKET = _goods(
    "groceries",
    ("TM-BOX", "Week’s box", "What the boats and farms brought", "Box", 4900, Motif.DOTS,
     ("#f3f7e9", "#5a8f29", "#d1495b", "#edae49")),
    ("TM-FISH", "Day’s catch", "For four, cleaned", "Fish", 3400, Motif.WAVES,
     ("#e3f2f1", "#2e7d74", "#8ccbc3", "#f2c14e")),
    ("TM-CHEESE", "Three cheeses", "Cow, goat, and one that argues", "Dairy", 2250, Motif.SUN,
     ("#fdf6e3", "#e9b949", "#c77d2e", "#8aa15a")),
    ("TM-GREENS", "Greens", "Picked this morning", "Vegetables", 1850, Motif.PEAKS,
     ("#eef5e6", "#4d7c2a", "#86b049", "#c8dd9a")),
    ("TM-BREAD", "Sea-salt loaf", "Still warm at eight", "Bread", 900, Motif.ARCS,
     ("#fbf1e3", "#b87333", "#e0b07a", "#7a4a21")),
)  # fmt: skip

_BOOKS = _goods(
    "books",
    ("LB-ATLAS", "Atlas of Small Islands", "Maps you can get lost in", "Atlas", 4200, Motif.DOTS,
     ("#f6efe4", "#7b2d43", "#c98b9a", "#2f4858")),
    ("LB-COOK", "The Galley Cook", "Two burners, one pot", "Cooking", 3600, Motif.STRIPES,
     ("#3a1522", "#e8b04b", "#c2546b", "#f3ddc3")),
    ("LB-TIDES", "Reading the Tides", "Why the water comes back", "Nature", 1800, Motif.WAVES,
     ("#efe6da", "#2f4858", "#7b2d43", "#b8a58a")),
    ("LB-NOVEL", "The Lamp Room", "A keeper, a storm, a letter", "Novel", 1600, Motif.SUN,
     ("#1f1a24", "#e8b04b", "#7b2d43", "#4a3b55")),
    ("LB-POEMS", "Salt Lines", "Forty short poems", "Poems", 1400, Motif.ARCS,
     ("#f8f1ee", "#7b2d43", "#d9a5ae", "#2f4858")),
)  # fmt: skip

BRANDS: Mapping[str, Brand] = {
    brand.slug: brand
    for brand in (
        Brand("harbour-air", "Harbour Air", "HA", "Small planes to where the water is.", "2 knots for every dollar",
              "Book", "Booked", _AIR, Own("mile", "miles", 2, 500, 100, 5_000)),
        Brand("quay-hotels", "Quay Hotels", "QH", "Rooms that smell of rope and coffee.", "3 knots for every dollar",
              "Book", "Booked", _HOTELS),
        Brand("tide-market", "Tide Market", "TM", "Groceries, twice a day with the boats.", "1 knot for every dollar",
              "Buy", "Bought", _MARKET),
        Brand("lantern-books", "Lantern Books", "LB", "Open late, lit well.", "1 knot for every two dollars",
              "Buy", "Bought", _BOOKS),
    )
}  # fmt: skip
"""By slug, in the order in which the club names them."""

GOODS: Mapping[str, Record] = {sku: record for brand in BRANDS.values() for sku, record in brand.goods.items()}
"""What any of them sells, by article number."""
