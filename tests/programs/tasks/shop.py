"""A shop with a point per dollar, and a program of tasks beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from events.models import Event
from kit import clock
from ledger.models import Unit
from programs.decision import ExplanationCode, ProgramId
from programs.explain import words
from programs.models import Program, ProgramVersion
from programs.records import Recorded
from programs.tasks.models import MemberTask, TaskCompletion
from tenants import scope
from tests.programs.shop import ONE_PER_DOLLAR, START, PointsShop, open_points_shop
from tests.programs.tasks.factories import Document

DAY = timedelta(days=1)


@dataclass
class TaskShop:
    """One tenant in UTC; tasks give `points`, too."""

    points: PointsShop
    program: ProgramId

    @contextmanager
    def now(self, at: datetime | None = None) -> Iterator[None]:
        with scope.of(self.points.tenant, actor="staff:0190"), clock.pinned(at or self.points.now):
            yield

    async def runs(self) -> list[tuple[str, str, int]]:
        """Task, state and how often it was done, of each run in order."""
        with scope.of(self.points.tenant):
            async with scope.reading():
                return [(run.task, run.state, run.times) for run in await MemberTask.all().order_by("task", "id")]

    async def badges(self) -> dict[str, int]:
        with scope.of(self.points.tenant):
            async with scope.reading():
                rows = await TaskCompletion.exclude(badge=None)
        sums: dict[str, int] = {}
        for row in rows:
            sums[str(row.badge)] = sums.get(str(row.badge), 0) + row.times
        return {badge: times for badge, times in sums.items() if times}

    async def events(self) -> list[str]:
        """The kinds of the events about tasks and badges, in order."""
        with scope.of(self.points.tenant):
            async with scope.reading():
                kinds = [event.kind for event in await Event.all().order_by("id")]
        return [kind for kind in kinds if kind.startswith(("task.", "badge."))]


def told(recorded: Recorded) -> list[str]:
    """What an explanation says about tasks."""
    return [words(line, {"USD": 2}) for line in recorded.explanation if line.code is ExplanationCode.TASK]


def given(recorded: Recorded) -> list[int]:
    """The points that tasks gave, or that went back with them."""
    return [entry.amount for entry in recorded.posted if entry.reason != "earn"]


async def open_task_shop(document: Document, slug: str = "shop", earns: Document | None = None) -> TaskShop:
    points = await open_points_shop(earns or ONE_PER_DOLLAR, slug)
    return TaskShop(points, await add_program(points, document))


async def add_program(points: PointsShop, document: Document, kind: str = "tasks", slug: str = "club") -> ProgramId:
    live_from = START - 365 * DAY
    with scope.of(points.tenant):
        async with scope.writing():
            unit = await Unit.all().first()
            assert unit is not None
            program = await Program.create(
                slug=slug, name=slug.title(), kind=kind, line="main", unit_id=unit.id, state="live",
                created_at=live_from,
            )  # fmt: skip
            await ProgramVersion.create(
                program_id=program.id, number=1, state="published", live_from=live_from, saved_at=live_from,
                rules=orjson.dumps(document).decode(), saved_by="test", published_at=live_from,
            )  # fmt: skip
    return ProgramId(program.id)
