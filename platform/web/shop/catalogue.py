"""What the first demo shop sells: records by bands that never were."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CURRENCY = "USD"
SHIPPING_CENTS = 399


class Motif(StrEnum):
    """What is on a cover; `covers` draws it."""

    SUN = "sun"
    ARCS = "arcs"
    STRIPES = "stripes"
    WAVES = "waves"
    DOTS = "dots"
    PEAKS = "peaks"


@dataclass(frozen=True, slots=True)
class Record:
    """An article on sale; `palette` is its cover's ground and three colours on it."""

    sku: str
    title: str
    band: str
    genre: str
    cents: int
    motif: Motif
    palette: tuple[str, str, str, str]
    categories: tuple[str, ...] = ("music",)
    tags: tuple[str, ...] = ()


RECORDS: dict[str, Record] = {
    record.sku: record
    for record in (
        Record("CD-101", "Night Ferry", "The Harbour Lights", "Jazz", 1699, Motif.SUN,
               ("#12263a", "#f4a259", "#bc4b51", "#5b8e7d")),
        Record("CD-102", "Paper Planets", "Juno Hall", "Indie", 1499, Motif.ARCS,
               ("#f3e9dc", "#c08552", "#5e3023", "#895737")),
        Record("CD-103", "Slow Machines", "Okapi Drive", "Electronic", 1599, Motif.STRIPES,
               ("#0b132b", "#5bc0be", "#3a506b", "#e0fbfc")),
        Record("CD-104", "Salt & Thunder", "Mara Quist", "Folk", 1399, Motif.WAVES,
               ("#e8ddcb", "#036564", "#033649", "#cdb380")),
        Record("CD-105", "Telephone Summer", "The Ninety-Nines", "Pop", 1299, Motif.DOTS,
               ("#ffd23f", "#ee4266", "#540d6e", "#3bceac")),
        Record("CD-106", "High Country", "Ellis & the Pines", "Country", 1399, Motif.PEAKS,
               ("#f7ede2", "#f28482", "#84a59d", "#3d405b")),
        Record("CD-107", "Quartet No. 4", "Halden Strings", "Classical", 1899, Motif.ARCS,
               ("#22223b", "#c9ada7", "#9a8c98", "#f2e9e4")),
        Record("CD-108", "Red Line Home", "Deacon Swift", "Blues", 1299, Motif.STRIPES,
               ("#2b0f0e", "#d62828", "#f77f00", "#fcbf49")),
        Record("CD-109", "Low Tide Radio", "Cala", "Bossa nova", 1499, Motif.SUN,
               ("#fefae0", "#dda15e", "#bc6c25", "#606c38")),
        Record("CD-110", "Everything Is Loud", "Fax Machine", "Punk", 1199, Motif.DOTS,
               ("#f1faee", "#e63946", "#1d3557", "#457b9d")),
        Record("CD-111", "Greenhouse", "Sunday Transit", "Ambient", 1599, Motif.WAVES,
               ("#081c15", "#52b788", "#2d6a4f", "#d8f3dc")),
        Record("CD-112", "North of Here", "Arctic Post", "Post-rock", 1699, Motif.PEAKS,
               ("#caf0f8", "#00b4d8", "#0077b6", "#03045e")),
    )
}  # fmt: skip
"""All of them by article number, in the order of the shelf."""
