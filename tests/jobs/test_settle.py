"""Coalitions are settled by the job: when a period is over, all that is due at once, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jobs.job import Lane
from jobs.runner import Runner
from jobs.schedule import schedule
from kit import clock
from kit.outbound import Outbound
from programs.coalition.models import Coalition, Partner
from tenants import scope
from tests.programs.coalition.settling import Club, inside, open_club

BEGUN = datetime(2026, 11, 10, 12, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 0, 10, tzinfo=UTC)
SETTLE = [job for job in schedule(b"root", Outbound()) if job.name == "settle"]


async def tick(at: datetime) -> int:
    with clock.pinned(at):
        return await Runner(Lane.UPKEEP, SETTLE).tick()


async def look_at(club: Club) -> set[datetime]:
    with inside(club):
        async with scope.reading():
            return {row.look_at for row in await Partner.all()} | {row.look_at for row in await Coalition.all()}


async def test_each_period_is_closed_when_it_is_over(database: object) -> None:
    club = await open_club()
    with inside(club):
        await club.join("boats", fee=100)
        await club.join("ferry", fee=100, period="day")
    assert await tick(BEGUN) == 0, "nothing is over"
    assert await look_at(club) == {datetime(2026, 11, 11, tzinfo=UTC), DECEMBER}, "terms may change on the first day"
    assert await tick(datetime(2026, 11, 11, 0, 9, tzinfo=UTC)) == 0
    assert await tick(datetime(2026, 11, 11, 0, 10, tzinfo=UTC)) == 1
    assert await tick(DECEMBER) == 20 + 1 + 1, "the other days, the month, and the coalition's month"
    assert await tick(DECEMBER + timedelta(minutes=1)) == 0
    with inside(club):
        found = await club.settlements()
    assert [each.number for each in found] == list(range(1, 23))
    assert [each.last_day for each in found[-2:]] == ["2026-11-30", "2026-11-30"]
