"""Activities from a CSV file: all that is right goes in once, all that is wrong is named by line and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kit import clock
from programs import importing
from programs.activity import Line
from programs.importing import ImportReport, LineError, import_csv
from tenants import scope
from tests.programs.shop import PointsShop, open_points_shop

HEADER = "key,member,occurred_at,amount,currency"


@pytest.fixture
async def shop(database: object) -> PointsShop:
    return await open_points_shop(zone="America/New_York")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "activities.csv"


async def bring_in(shop: PointsShop, file: Path, *lines: str, header: str = HEADER, **given: Any) -> ImportReport:
    file.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")  # noqa: ASYNC240
    with scope.of(shop.tenant), clock.pinned(shop.now):
        return await import_csv(file, **given)


async def test_again_changes_nothing(shop: PointsShop, file: Path) -> None:
    lines = ("a,ann,2024-01-01,29.33,USD", "b,ann,2025-12-31T23:00:00-05:00,10,USD")
    first, second = await bring_in(shop, file, *lines), await bring_in(shop, file, *lines)
    assert [(r.recorded, r.repeated, r.errors) for r in (first, second)] == [(2, 0, []), (0, 2, [])]
    assert await shop.available() == 39


async def test_lines_with_one_key_are_one_order(shop: PointsShop, file: Path) -> None:
    report = await bring_in(shop, file, "a,ann,2026-01-01,10,USD", "a,ann,2026-01-01,20,USD")
    assert report.recorded == 1
    second = Line("2", 0)
    await shop.happen("refund", order_id="a", lines=(second,))
    assert await shop.available() == 10


async def test_key_that_comes_again_later_is_a_repeat_or_an_error(shop: PointsShop, file: Path) -> None:
    """The first one counts; the later is not silently put in its place."""
    lines = ["a,ann,2026-01-01,10,USD", "b,ann,2026-01-01,20,USD", "a,ann,2026-01-01,99,USD", "b,ann,2026-01-01,20,USD"]
    report = await bring_in(shop, file, *lines)
    assert (report.recorded, report.repeated) == (2, 1)
    assert report.errors == [LineError(4, "idempotencyKey", "This key was used before with other input.")]
    assert await shop.available() == 30


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("a,ann,yesterday,10,USD", "occurred_at"),
        ("a,ann,2026-01-01,ten,USD", "amount"),
        ("a,ann,2026-01-01,10.001,USD", "amount"),
        ("a,ann,2026-01-01,-1,USD", "amount"),
        ("a,ann,2026-01-01,10,XXQ", "currency"),
        ("a,,2026-01-01,10,USD", "member"),
        ("a,nobody,2026-01-01,10,USD", "member"),
        ("a,ann,2099-01-01,10,USD", "occurred_at"),
    ],
)
async def test_wrong_line_is_named_and_the_rest_goes_in(shop: PointsShop, file: Path, line: str, column: str) -> None:
    report = await bring_in(shop, file, "x,ann,2026-01-01,10,USD", line, "y,ann,2026-01-01,10,USD")
    assert [(error.line, error.column) for error in report.errors] == [(3, column)]
    assert (report.recorded, await shop.available()) == (2, 20)


async def test_wrong_header_stops_it(shop: PointsShop, file: Path) -> None:
    report = await bring_in(shop, file, "a,ann,10", header="key,member,price")
    assert [(error.line, error.column) for error in report.errors] == [
        (1, "occurred_at"), (1, "amount"), (1, "currency"), (1, "price"),
    ]  # fmt: skip


async def test_dry_run_tells_what_would_be_and_leaves_nothing(shop: PointsShop, file: Path) -> None:
    lines = ("a,ann,2026-01-01,10,USD", "b,ann,2026-01-01,ten,USD", "c,nobody,2026-01-01,10,USD")
    told = [await bring_in(shop, file, *lines, dry_run=dry) for dry in (True, False)]
    assert [(report.recorded, report.repeated, report.errors_total) for report in told] == [(1, 0, 2), (1, 0, 2)]
    assert [error.column for error in told[0].errors] == ["amount", "member"]
    assert await shop.available() == 10


ORDERS = (
    "a,ann,2026-01-01,10,USD,,a", "b,ann,2026-01-02,20,USD,,b", "c,ann,2026-01-03,30,USD,,c",
    "a/r,ann,2026-01-04,0,USD,refund,a", "b/r,ann,2026-01-04,0,USD,refund,d", "a/r2,ann,2026-01-05,0,USD,refund,a",
    "a,ann,2026-01-01,10,USD,,a", "e,ann,2026-01-06,10,USD,,b", "d,ann,2026-01-06,40,USD,,d",
    "b/r2,ann,2026-01-07,0,USD,refund,d",
)  # fmt: skip
"""The second refunds of orders a and d are too much, e is a second purchase of b, and a comes twice."""


async def test_dry_run_sees_what_earlier_batches_told_of_an_order(
    shop: PointsShop, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    header = f"{HEADER},kind,order_id"
    told = [await bring_in(shop, file, *ORDERS, header=header, dry_run=dry) for dry in (True, False)]
    assert [(report.recorded, report.repeated, report.errors_total) for report in told] == [(6, 1, 3)] * 2
    assert told[0].errors == told[1].errors
    assert [error.line for error in told[0].errors] == [7, 9, 11]
    assert await shop.available() == 20 + 30


def test_the_page_says_how_much_a_dry_run_remembers() -> None:
    page = (Path(__file__).parents[2] / "docs" / "programs.md").read_text("utf-8")
    assert f"up to {importing.REMEMBERED_MAX:,} activities before" in page
    assert f"blocks of {importing.BATCH} activities" in page


async def test_dry_run_remembers_so_much_and_no_more(
    shop: PointsShop, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    lines = ("a,ann,2026-01-01,10,USD,,a", "b,ann,2026-01-02,20,USD,,b", "c,ann,2026-01-03,30,USD,,c",
             "d,ann,2026-01-03,30,USD,,d", "x,ann,2026-01-04,10,USD,,a", "y,ann,2026-01-04,0,USD,,d")  # fmt: skip
    for most, wrong in ((4, [6, 7]), (2, [7])):
        monkeypatch.setattr(importing, "REMEMBERED_MAX", most)
        report = await bring_in(shop, file, *lines, header=f"{HEADER},kind,order_id", dry_run=True)
        assert [error.line for error in report.errors] == wrong


async def test_members_are_made_from_their_first_activity(shop: PointsShop, file: Path) -> None:
    lines = ("a,bob,2026-01-02,10,USD", "b,bob,2026-01-01,20,USD", "c,ann,2026-01-01,30,USD")
    report = await bring_in(shop, file, *lines, create_members=True)
    assert (report.recorded, report.members_created) == (3, 1)
