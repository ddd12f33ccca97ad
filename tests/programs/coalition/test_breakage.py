"""Breakage at an estimated rate: taken from the float at the end of each month, and trued up at every close."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from kit import clock, db
from kit.ids import new_id
from programs.coalition import breakage
from programs.coalition.booking import book
from programs.coalition.entries import Account, EntryKind, entry
from programs.models import ProgramVersion
from tenants import scope
from tests.programs.coalition.settling import Club, club

ESTIMATED: dict[str, Any] = {"breakage": {"type": "estimated", "percent": 10}}
DECEMBER = datetime(2026, 12, 1, 0, 10, tzinfo=UTC)
JANUARY = datetime(2027, 1, 1, 0, 10, tzinfo=UTC)
FEBRUARY = datetime(2027, 2, 1, 0, 10, tzinfo=UTC)


async def move(made: Club, kind: str, debit: str, credit: str, amount: int, day: str, currency: str = "USD") -> None:
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    partner = made.partners["boats"]
    async with scope.writing():
        await book([
            entry(made.shop.tenant, made.program, partner, EntryKind(kind), Account(debit), Account(credit), amount,
                  currency, at, at, day)
        ])  # fmt: skip


async def close(at: datetime) -> int:
    """As the job does; how many months were closed."""
    closed = 0
    with clock.pinned(at):
        while due := await breakage.due():
            closed += sum([await breakage.estimate(each) for each in due])
    return closed


async def estimates(made: Club) -> list[tuple[str, str, str, str, int]]:
    return [
        (row["booked_on"], row["currency"], row["debit"], row["credit"], row["amount"])
        for row in await made.entries("kind = 'estimate'")
    ]


async def month_by_month(made: Club, closes: bool) -> None:
    await made.join("boats")
    await move(made, "issue", "partner", "float", 1_000_009, "2026-11-12")
    await move(made, "issue", "partner", "float", 55, "2026-11-30", "JPY")
    if closes:
        assert await close(DECEMBER - timedelta(seconds=1)) == 0
        assert await close(DECEMBER) == 1
    await move(made, "issue", "partner", "float", 500_000, "2026-12-03")
    await move(made, "release", "float", "margin", 200_000, "2026-12-31")
    if closes:
        assert await close(JANUARY) == 1
    await move(made, "breakage", "float", "breakage", 400_000, "2027-01-05")
    await move(made, "release", "float", "margin", 900_009, "2027-01-06")
    await move(made, "release", "float", "margin", 55, "2027-01-06", "JPY")


EXPECTED = [
    ("2026-11-30", "JPY", "float", "breakage", 5),
    ("2026-11-30", "USD", "float", "breakage", 100_000),
    ("2026-12-31", "USD", "float", "breakage", 30_000),
    ("2027-01-31", "JPY", "breakage", "float", 5),
    ("2027-01-31", "USD", "breakage", "float", 130_000),
]


@pytest.mark.parametrize("closes", [True, False], ids=["in time", "months late"])
async def test_once_nothing_is_out_the_estimate_is_back_to_nothing(database: object, closes: bool) -> None:
    async with club(**ESTIMATED) as made:
        await month_by_month(made, closes)
        assert await close(FEBRUARY) == (1 if closes else 3)
        assert sorted(await estimates(made)) == EXPECTED
        assert await close(FEBRUARY) == 0, "running it twice does nothing"


async def test_at_expiry_nothing_is_estimated(database: object) -> None:
    async with club() as made:
        await month_by_month(made, True)
        assert await close(FEBRUARY) == 1
        assert await estimates(made) == []


async def test_the_method_that_holds_at_the_end_of_the_month_counts(database: object) -> None:
    """Whoever goes over to the other method gives back what was estimated."""
    async with club(**ESTIMATED) as made:
        await made.join("boats")
        await move(made, "issue", "partner", "float", 1_000_000, "2026-11-12")
        assert await close(DECEMBER) == 1
        await other_rules(made, {"unit": "points"}, datetime(2026, 12, 31, 23, tzinfo=UTC))
        assert await close(JANUARY) == 1
        assert await estimates(made) == [
            ("2026-11-30", "USD", "float", "breakage", 100_000),
            ("2026-12-31", "USD", "breakage", "float", 100_000),
        ]


async def other_rules(made: Club, rules: dict[str, Any], at: datetime) -> None:
    async with scope.writing():
        await db.execute(
            "UPDATE program_version SET live_until = $3 WHERE tenant_id = $1 AND program_id = $2",
            made.shop.tenant, made.program, at,
        )  # fmt: skip
        await ProgramVersion.create(
            id=new_id(), program_id=made.program, number=2, state="published", rules=orjson.dumps(rules).decode(),
            live_from=at, saved_at=at, saved_by="test", published_at=at,
        )  # fmt: skip
