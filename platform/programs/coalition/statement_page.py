"""The page of a statement's PDF, drawn by a library that is imported when the first one is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, XPos, YPos

from kit.money import EXPONENTS
from programs.coalition.entries import EntryKind
from programs.coalition.settlement_views import SettlementView
from programs.coalition.statements import Sheet
from programs.coalition.terms import MICROS

MISSING = "\N{WHITE VERTICAL RECTANGLE}"
"""Stands for a letter that the font has not."""
_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"

WORDS: Final[Mapping[EntryKind, str]] = MappingProxyType({
    EntryKind.ISSUE: "Points issued",
    EntryKind.SPENT: "Points of the partner that were spent",
    EntryKind.REIMBURSEMENT: "Points spent with the partner",
    EntryKind.BLOCK: "Points paid ahead",
    EntryKind.PERK: "Perks of partners",
    EntryKind.FEE: "Fee",
    EntryKind.ADJUSTMENT: "Adjusted by hand",
})  # fmt: skip


def draw(settlement: SettlementView, sheet: Sheet) -> bytes:
    """The PDF; its date is that of the settlement's last day, so that it does not tell when it was made."""
    pdf = _Page(settlement, sheet)
    try:
        pdf.add_page()
        pdf.heading()
        pdf.lines()
        pdf.totals()
        pdf.proof()
        return bytes(pdf.output())
    finally:
        pdf.close_fonts()


class _Page(FPDF):
    """Pages in A4 with their number at the foot."""

    def __init__(self, settlement: SettlementView, sheet: Sheet) -> None:
        super().__init__(format="A4")
        self.settlement, self.sheet = settlement, sheet
        day = date.fromisoformat(settlement.last_day)
        self.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
        self.set_title(self.title_text)
        for style, file in (("", "DejaVuSansCondensed.ttf"), ("B", "DejaVuSansCondensed-Bold.ttf")):
            self.add_font(_FAMILY, style, _FONTS / file)
        self.letters = self.fonts[_FAMILY.lower()].cmap  # type: ignore[union-attr]  # a TrueType font has one
        self.set_font(_FAMILY, size=9)
        self.set_margins(18, 18)
        self.set_auto_page_break(auto=True, margin=22)

    def close_fonts(self) -> None:
        """Close the fonts' files, which the library leaves open."""
        for font in self.fonts.values():
            font.ttfont.close()  # type: ignore[union-attr]  # each is a TrueType font

    @property
    def title_text(self) -> str:
        return f"Statement {self.settlement.number}, {self.settlement.period}"

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(_FAMILY, size=8)
        self.cell(0, 5, f"{self.title_text}   {self.page_no()} / {{nb}}", align="C")

    def heading(self) -> None:
        """Who settles what with whom."""
        s, sheet = self.settlement, self.sheet
        self._text(self.title_text, size=16, bold=True)
        self.ln(3)
        for name, value in (
            ("Coalition", f"{sheet.program} of {sheet.operator}"),
            ("Partner", sheet.partner),
            ("Days", f"{s.first_day} to {s.last_day}"),
            ("Currency", s.currency),
        ):
            self._text(f"{name}: {value}")
        self.ln(4)

    def lines(self) -> None:
        """A table of what the entries come to."""
        rows = [
            (
                f"{WORDS[line.kind]}{'' if line.original_on is None else f', of {line.original_on}'}",
                "" if line.terms_number is None else str(line.terms_number),
                f"{line.entries:,}", self._points(line.points), self._money(line.amount),
            )
            for line in self.settlement.lines
        ]  # fmt: skip
        heads = (
            "What for",
            "Terms",
            "Entries",
            self.sheet.points.capitalize(),
            f"Amount in {self.settlement.currency}",
        )
        self._table([heads, *rows], (70, 16, 20, 30, 38), heads=1)

    def totals(self) -> None:
        """From what was carried to what is due."""
        s = self.settlement
        due = f"Due to {'the partner' if s.due > 0 else 'the operator' if s.due < 0 else 'nobody'}"
        self.ln(4)
        self._table(
            [
                ("All entries", self._money(s.amount)),
                ("Carried from before", self._money(s.carried_in)),
                (due, self._minor(abs(s.due))),
                ("Carried on", self._money(s.carried_out)),
            ],
            (136, 38), heads=0,
        )  # fmt: skip

    def proof(self) -> None:
        """How it can be checked."""
        self.ln(4)
        self._text("Amounts are from the partner's side: below zero is what it owes.")
        self._text("The statement with all entries is a CSV file; check it by `guerdon statement check FILE`. SHA-256:")
        self._text(self.sheet.digest)
        if self.missing:
            self._text(f"{MISSING} stands for a letter that cannot be printed here.")

    missing = False

    def _shown(self, text: str) -> str:
        """The text, with a mark for each letter that the font lacks."""
        shown = "".join(letter if ord(letter) in self.letters else MISSING for letter in text)
        self.missing = self.missing or shown != text
        return shown

    def _text(self, text: str, size: int = 9, *, bold: bool = False) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.multi_cell(0, size * 0.55, self._shown(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def _table(self, rows: Sequence[Sequence[str]], widths: tuple[int, ...], heads: int) -> None:
        self.set_font(_FAMILY, size=9)
        aligns = ("LEFT", *("RIGHT" for _ in widths[1:]))
        with self.table(
            col_widths=widths, width=sum(widths), align="LEFT", text_align=aligns, line_height=5.5,
            num_heading_rows=heads, first_row_as_headings=heads > 0, headings_style=FontFace(emphasis="BOLD"),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        ) as table:  # fmt: skip
            for cells in rows:
                table.row([self._shown(cell) for cell in cells])

    def _points(self, points: int) -> str:
        return "" if not points else _decimal(points, self.sheet.scale)

    def _money(self, micros: int) -> str:
        """To the micro, where it is no whole minor unit."""
        digits = EXPONENTS[self.settlement.currency]
        whole = micros % 10 ** (6 - digits) == 0
        return _decimal(micros // 10 ** (6 - digits) if whole else micros, digits if whole else len(str(MICROS)) - 1)

    def _minor(self, minor: int) -> str:
        return _decimal(minor, EXPONENTS[self.settlement.currency])


def _decimal(number: int, digits: int) -> str:
    """A number of parts as a decimal: 123456 with 2 digits is 1,234.56."""
    whole, part = divmod(abs(number), 10**digits)
    return f"{'-' if number < 0 else ''}{whole:,}{f'.{part:0{digits}}' if digits else ''}"
