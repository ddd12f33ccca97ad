"""What the second demo shop sells: coffee from farms that never were."""

from __future__ import annotations

from web.shop.catalogue import Motif, Record


def _coffee(
    number: int, title: str, maker: str, genre: str, cents: int, motif: Motif, palette: tuple[str, str, str, str]
) -> Record:
    tag = genre.lower().replace(" ", "-")
    return Record(f"HR-{number}", title, maker, genre, cents, motif, palette, ("coffee",), (tag,))


GOODS: dict[str, Record] = {
    coffee.sku: coffee
    for coffee in (
        _coffee(201, "Cloud Terrace", "Finca Aurora, Guatemala", "Single origin", 1600, Motif.PEAKS,
                ("#f4efe6", "#e07a5f", "#81b29a", "#3d405b")),
        _coffee(202, "First Rain", "Bekele Family, Ethiopia", "Single origin", 1800, Motif.WAVES,
                ("#e9f5db", "#718355", "#cfe1b9", "#97a97c")),
        _coffee(203, "Night Harvest", "Sítio Lua, Brazil", "Single origin", 1750, Motif.SUN,
                ("#1d2d44", "#f0ebd8", "#748cab", "#3e5c76")),
        _coffee(204, "Blue Volcano", "Lot 7, Costa Rica", "Single origin", 2200, Motif.ARCS,
                ("#edf6f9", "#006d77", "#e29578", "#83c5be")),
        _coffee(205, "Harbour Blend", "Our everyday cup", "Blend", 1400, Motif.STRIPES,
                ("#2f1b12", "#d4a373", "#faedcd", "#bc6c25")),
        _coffee(206, "Fog Lifter", "Dark and slow", "Blend", 1500, Motif.DOTS,
                ("#343a40", "#adb5bd", "#f8f9fa", "#e76f51")),
        _coffee(207, "Late Ferry", "Decaf that keeps its promise", "Decaf", 1450, Motif.SUN,
                ("#fff1e6", "#cb997e", "#6b705c", "#ddbea9")),
        _coffee(208, "The Pourer", "A dripper of stoneware", "Gear", 3200, Motif.ARCS,
                ("#fefae0", "#606c38", "#283618", "#dda15e")),
    )
}  # fmt: skip
"""All of them by article number, in the order of the shelf."""
