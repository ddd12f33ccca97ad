"""Statements: what stands in them, that they can be worked out again, and that nothing in them can be changed."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import ucd_3_2_0

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import clock
from programs.coalition import partners, settlements, statements
from programs.coalition.checking import StatementFinding, check
from programs.coalition.settlement_views import get, page
from tests.programs.coalition.club import open_club
from tests.programs.coalition.settling import Club, club, whole

JANUARY = datetime(2027, 1, 1, 0, 10, tzinfo=UTC)


@pytest.fixture
async def shore(database: object) -> AsyncIterator[Club]:
    async with club() as made:
        await made.join("boats", fee=250, minimum_due=10_00)
        first = await made.post("boats", "issue", "2026-11-12", 1000, price=15_000, reference='=A1,"x"\n')
        await made.post("boats", "reimbursement", "2026-11-13", 300, reference="boats:77")
        await made.settle(datetime(2026, 12, 1, 0, 10, tzinfo=UTC))
        await made.post("boats", "issue", "2026-12-12", 10, price=15_000, back=first)
        await made.post("boats", "adjustment", "2026-12-13", amount=7)
        await made.settle(JANUARY)
        yield made


DECEMBER = """\
# Guerdon statement 1
program,club
partner,boats
settlement,2
currency,USD,10000
period,2026-12,2026-12-01,2026-12-31
carried_in,0
amount,-2349993
minimum_due,1000
due,0
carried_out,-2349993
# line,kind,terms,original_on,entries,points,amount_micros
line,fee,1,,1,0,-2500000
line,adjustment,1,,1,0,7
line,issue,1,2026-11-12,1,10,150000
# entry,id,booked_on,effective_at,kind,terms,points,price_micros,amount_micros,reference,original,original_on
entry,cle_1k00002000e008004pz1vz7hbh,2026-12-12,2026-12-12T12:00:00.000000+00:00,issue,1,10,15000,150000,,cle_0,2026-11-12
entry,cle_,2026-12-13,2026-12-13T12:00:00.000000+00:00,adjustment,1,0,0,7,,,
entry,cle_,2026-12-31,2026-12-31T23:59:59.999999+00:00,fee,1,0,0,-2500000,,,
"""


def without_ids(text: str) -> str:
    return "\n".join(
        ",".join("cle_" if cell.startswith("cle_") else cell for cell in line.split(",")) for line in text.split("\n")
    )


async def test_statement(shore: Club) -> None:
    november, december = [await whole(each) for each in await shore.settlements()]
    body, _, last = december.rpartition("# sha256 ")
    assert without_ids(body) == without_ids(DECEMBER)
    assert last == hashlib.sha256(body.encode()).hexdigest() + "\n"
    assert check(december.encode()) == check(november.encode()) == []
    assert """,15000,-15000000,"'=A1,""x"" ",,""" in november, "no formula, one line"
    assert ",boats:77,," in november


async def test_the_hash_is_kept_when_approved_and_names_do_not_matter(shore: Club) -> None:
    first = (await shore.settlements())[0]
    before = await whole(first)
    with clock.pinned(JANUARY):
        approved = await settlements.approve("a", first.id)
        await partners.rename(first.partner_id, "Other Boats")
        await settlements.pay("p", first.id, "x")
    assert await whole(await get(first.id)) == before
    assert before.endswith(f"# sha256 {approved.statement_hash}\n")


async def test_many_entries_come_in_pieces(shore: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    (first, _), texts = await shore.settlements(), [await whole(each) for each in await shore.settlements()]
    monkeypatch.setattr(statements, "PAGE_ENTRIES", 1)
    assert [await whole(each) for each in await shore.settlements()] == texts
    assert len([piece async for piece in statements.pieces(first)]) == 1 + 3 + 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("order 7", "order 7"), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), (" =1", "' =1"),
        ("a\nb\tc\r\x00d", "a b c  d"), ("\t=1", "' =1"), ("", ""), (None, None), ("Zoë 船", "Zoë 船"),
        ("＝1", "'＝1"), ("a\u202e\xa0b", "a  b"),
    ],
)  # fmt: skip
def test_texts_are_no_formulas_and_on_one_line(value: str | None, shown: str | None) -> None:
    assert statements.text(value) == shown


def test_what_is_a_letter_does_not_depend_on_the_version_of_python() -> None:
    """Told by the one version of Unicode that each Python knows; what came later is shown as it is."""
    known = [chr(code) for code in range(0x20000) if ucd_3_2_0.category(chr(code)) != "Cn"]
    shapeless = {letter for letter in known if ucd_3_2_0.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp")}
    shown = statements.text(f"x{''.join(known)}") or ""
    shapeless = (shapeless | {"\xad"}) - {" "}  # the soft hyphen was a dash then
    assert [letter for letter, new in zip(known, shown[1:], strict=True) if new != letter] == sorted(shapeless)
    assert statements.text("\U0001fae8\U00016d40") == "\U0001fae8\U00016d40", "letters of Unicode 15 and 16"


@pytest.mark.parametrize("late", [False, True])
async def test_what_points_did_is_settled_and_what_comes_back_later_names_its_day(database: object, late: bool) -> None:
    """Through the ledger: sold and spent in March, half of it refunded in April; settled, and followed, late or not."""
    ledger = await open_club()
    await ledger.buy("a", 10_000, order="o1")
    await ledger.spend("b", 40, order="o2")
    ledger.shop.now = datetime(2026, 4, 10, 12, tzinfo=UTC)
    if not late:
        async with ledger.here():
            assert await settlements.close_due(100) == 2
    await ledger.refund("a", "o1", pieces=2)
    ledger.shop.now = datetime(2026, 5, 2, tzinfo=UTC)
    async with ledger.here():
        assert await settlements.close_due(100) == (4 if late else 2)
        found = sorted(await page(), key=lambda each: each.number)
        assert [check((await whole(each)).encode()) for each in found] == [[]] * 3
    assert [(each.period, each.amount, [(line.kind, line.original_on, line.points) for line in each.lines])
            for each in found] == [
        ("2026-03", -1_500_000, [("issue", None, -100)]),
        ("2026-03", 400_000, [("reimbursement", None, 40)]),
        ("2026-04", 750_000, [("issue", "2026-03-02", 50)]),
    ]  # fmt: skip


def signed(text: str) -> bytes:
    """A statement with the right hash, whatever stands in it."""
    body = text.rpartition("# sha256 ")[0]
    return f"{body}# sha256 {hashlib.sha256(body.encode()).hexdigest()}\n".encode()


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("-15000000,\"'=", "-15000001,\"'=", [(13, "its entries are 1, with -1000 points, -15000001 micros"),
                                              (17, "-1000 points at 15000 micros are -15000000")]),
        ("line,issue,1,,1,-1000,-15000000", "line,issue,1,,1,-1000,-14000000",
         [(8, "the lines come to -13500000"), (13, "its entries are 1, with -1000 points, -15000000 micros")]),
        ("amount,-14500000", "amount,-14500001",
         [(8, "the lines come to -14500000"), (11, "-1 micros are left")]),
        ("due,-1450", "due,-1440", [(10, "-14500000 micros make -1450 due"), (11, "-100000 micros are left")]),
        ("minimum_due,1000", "minimum_due,2000", [(10, "-14500000 micros make 0 due")]),
        ("currency,USD,10000", "currency,USD,1000",
         [(5, "there is no such currency, or a minor unit of it has other micros")]),
        ("period,2026-11,2026-11-10", "period,2026-11,2026-11-13", [(17, "2026-11-12 is no day of the period")]),
        ("line,fee,1,,1,0,-2500000\n", "",
         [(8, "the lines come to -12000000"), (19, "no line sums up entries of fee 1")]),
        (",300,10000,3000000,", ",+300,10000,3000000,", [
            (14, "its entries are 0, with 0 points, 0 micros"), (18, "'+300' is no whole number")]),
        ("entry,cle_", "entry,clx_", None),
        ("partner,boats\n", "partner,boats,\n", [(3, "here stands `partner` with 1 more cells")]),
        ("# Guerdon statement 1", "# Guerdon statement 2", [(1, "here stands `# Guerdon statement 1`")]),
        (",reimbursement,1,300", ",gift,1,300", [
            (14, "its entries are 0, with 0 points, 0 micros"), (18, "there are no entries called 'gift'")]),
    ],
)  # fmt: skip
async def test_the_line_that_is_wrong_is_named_also_under_a_right_hash(
    shore: Club, before: str, after: str, found: list[tuple[int, str]] | None
) -> None:
    text = await whole((await shore.settlements())[0])
    assert before in text
    findings = check(signed(text.replace(before, after, 1)))
    if found is None:
        assert findings
    else:
        assert findings == [StatementFinding(*each) for each in found]


async def test_any_byte_that_is_changed_is_found(shore: Club) -> None:
    file = (await whole((await shore.settlements())[0])).encode()

    @given(st.integers(0, len(file) - 1), st.integers(1, 255))
    def changed(place: int, by: int) -> None:
        assert check(file[:place] + bytes([file[place] ^ by]) + file[place + 1 :])

    @given(st.integers(0, len(file) - 1))
    def cut_off_or_twice(place: int) -> None:
        assert check(file[:place])
        assert check(file[place:]) if place else True
        assert check(file[:place] + file[place : place + 1] * 2 + file[place + 1 :])

    changed()
    cut_off_or_twice()
    assert check(file) == []


async def test_a_file_that_a_program_saved_again_is_named_so(shore: Club) -> None:
    text = await whole((await shore.settlements())[0])
    lines = text.splitlines(keepends=True)
    again = "a program has saved the file in its own way, take it from where it came"
    assert check(text.replace("\n", "\r\n").encode()) == [
        StatementFinding(1, f"this ends with CR LF, not with LF: {again}")
    ]
    assert check("".join((*lines[:5], "x\r\n", *lines[5:])).encode())[0].line == 6
    assert check(b"\xef\xbb\xbf" + text.encode()) == [
        StatementFinding(1, f"this begins with a byte order mark: {again}")
    ]
    end = "a statement ends with a line `# sha256 …`, and nothing after it"
    assert check("".join(lines[:-1]).encode()) == [StatementFinding(len(lines) - 1, end)]
    assert check(f"{text}\n".encode()) == [StatementFinding(len(lines) + 1, end)]
    swapped = check(signed("".join((*lines[:-3], lines[-2], lines[-3], lines[-1]))))
    assert (len(lines) - 1, "entries are in the order of days and ids") in [(f.line, f.message) for f in swapped]


@pytest.mark.parametrize("file", [b"", b"\n", b"x", b"# sha256 \n", b"\xff\n", b'a,"' + b"x" * 200_000 + b"\n"])
def test_what_is_no_statement(file: bytes) -> None:
    assert check(file)
    assert check(signed(file.decode(errors="replace") + "# sha256 "))


def test_the_page_shows_a_statement_that_is_right() -> None:
    page = (Path(__file__).parents[3] / "docs" / "kinds" / "coalition.md").read_text()
    shown = page.split("```csv\n")[1].split("```")[0]
    assert check(signed(shown)) == []
