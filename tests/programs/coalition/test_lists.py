"""Pages of clearing and of what a partner did are read from an index, in its order, whatever there is before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tortoise.connection import get_connection

from programs.coalition import clearing, doings
from programs.coalition.doings import Asked, Doing
from programs.coalition.entries import EntryKind
from programs.coalition.spans import Days
from tenants import scope
from tenants.models import Tenant
from tests.programs.coalition.club import Club, open_club

Listed = Callable[[Club], Awaitable[object]]


def of_kind(kind: EntryKind) -> Listed:
    return lambda club: clearing.page_of_entries(club.partners["a"], kind=kind)


def done(doing: Doing, **asked: Any) -> Listed:
    return lambda club: doings.page(doing, club.partners["a"].id, Asked(**asked))


@asynccontextmanager
async def statements() -> AsyncIterator[list[str]]:
    """What SQLite reads inside the block, with the values in it."""
    connection: Any = get_connection("reader")
    seen: list[str] = []
    await connection._connection.set_trace_callback(seen.append)
    try:
        yield seen
    finally:
        await connection._connection.set_trace_callback(None)


@pytest.mark.parametrize(
    ("listed", "index"),
    [
        (of_kind(EntryKind.FEE), "clearing_entry_by_kind"),
        (of_kind(EntryKind.ISSUE), "clearing_entry_by_kind"),
        (lambda club: clearing.page_of_entries(club.partners["a"], own=True), "clearing_entry_own"),
        (done(Doing.ACTIVITY), "activity_by_partner_at"),
        (done(Doing.REDEMPTION), "redemption_by_partner"),
        (done(Doing.CONVERSION), "partner_conversion_by_partner"),
        (done(Doing.OFFER_USE), "partner_perk_use_by_partner"),
    ],
)
async def test_a_page_is_read_from_its_index_in_its_order(
    database: None, request: pytest.FixtureRequest, listed: Listed, index: str
) -> None:
    if request.config.getoption("--postgres"):
        pytest.skip("PostgreSQL plans by how much there is, which is nothing here; its indexes are the same")
    club = await open_club()
    await club.buy("a", 10_000)
    async with club.here(), statements() as seen:
        await listed(club)
    (page,) = (each for each in seen if "LIMIT" in each and index.split("_by_")[0].removesuffix("_own") in each)
    connection: Any = get_connection("reader")
    plan = [row["detail"] for row in await connection.execute_query_dict(f"EXPLAIN QUERY PLAN {page}")]
    assert any(f"USING INDEX {index}" in step or f"COVERING INDEX {index}" in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


async def test_what_happened_on_a_days_edge_is_of_that_day(database: None) -> None:
    club, ids = await open_club(), []
    async with club.here(), scope.writing():
        await Tenant.filter(id=club.shop.tenant).update(zone="America/Chicago")  # whose day begins at 06:00 in UTC
    for hours in ("2026-12-01T05:59:59.999999+00:00", "2026-12-01T06:00:00+00:00", "2026-12-02T05:59:59.999999+00:00"):
        club.shop.now = club.shop.now.fromisoformat(hours)
        ids.append((await club.buy("a", 1_000)).activity_id)
    day = club.shop.now.date().replace(day=1)
    async with club.here():
        found = await doings.page(Doing.ACTIVITY, club.partners["a"].id, Asked(days=Days(day, day)))
    assert found == [ids[2], ids[1]]
