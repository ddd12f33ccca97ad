"""The statement as a PDF: the same bytes again, its text, and names in any writing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kit import clock
from programs.coalition import partners, settlements, statement_page, statement_pdf
from programs.coalition.entries import EntryKind
from programs.coalition.settlement_views import SettlementView
from programs.coalition.statement_page import MISSING, draw
from programs.coalition.statements import Sheet
from tests.programs.coalition.settling import Club, club

SHEET = Sheet("Harbour Ltd", "Harbour Club", "Boats", "points", 0, "0" * 64)


async def settled(made: Club) -> SettlementView:
    await made.join("boats", fee=250)
    await made.post("boats", "issue", "2026-11-12", 1000, price=15_001)
    await made.post("boats", "reimbursement", "2026-11-13", 1_234_567)
    await made.settle(datetime(2026, 12, 1, 1, tzinfo=UTC))
    return (await made.settlements())[0]


async def test_the_same_bytes_whenever_it_is_asked_for(database: object) -> None:
    async with club() as made:
        view = await settled(made)
        first = await statement_pdf.render(view.id)
        with clock.pinned(datetime(2027, 1, 1, tzinfo=UTC)):
            await settlements.approve("a", view.id)
        with clock.pinned(datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=700)):
            assert await statement_pdf.render(view.id) == first
            assert first.startswith(b"%PDF-") and b"20261130000000" in first
            await partners.rename(view.partner_id, "Boote")
            assert await statement_pdf.render(view.id) != first


NAMES = ["Žluťoučký Ørsted ÆØÅ", "Ελληνικά и кириллица", "船会社 🚢", "קריין", "\u202ex", "**b** %s {nb}"]


@pytest.mark.parametrize("name", NAMES)
async def test_names_in_any_writing(database: object, name: str) -> None:
    async with club() as made:
        view = await settled(made)
    made_of = draw(view, replace(SHEET, partner=name, operator=name, program=name, points=name))
    assert made_of.startswith(b"%PDF-")


async def test_letters_that_cannot_be_printed_are_marked(database: object) -> None:
    async with club() as made:
        page = statement_page._Page(await settled(made), SHEET)
    page.close_fonts()
    assert (page._shown("Zoë & Мир"), page.missing) == ("Zoë & Мир", False)
    assert (page._shown("船 A"), page.missing) == (f"{MISSING} A", True)


async def test_many_lines_go_on_over_pages(database: object) -> None:
    async with club() as made:
        view = await settled(made)
    line = view.lines[0]
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    many = tuple(replace(line, position=n, original_on=day) for n, day in enumerate(days, 1))
    one, long = draw(view, SHEET), draw(replace(view, lines=many), SHEET)
    assert one.count(b"/Type /Page\n") == 1
    assert long.count(b"/Type /Page\n") > 5


def test_every_kind_that_is_settled_has_its_words() -> None:
    never = {EntryKind.RELEASE, EntryKind.BREAKAGE, EntryKind.ESTIMATE, EntryKind.PAYMENT}
    assert statement_page.WORDS.keys() == set(EntryKind) - never


@pytest.mark.parametrize(
    ("number", "digits", "shown"),
    [(123456, 2, "1,234.56"), (-5, 2, "-0.05"), (0, 2, "0.00"), (-1234, 0, "-1,234"), (1, 6, "0.000001")],
)
def test_decimals(number: int, digits: int, shown: str) -> None:
    assert statement_page._decimal(number, digits) == shown
