"""The jobs as they are: named once, in a sound order, and asking who has something due by an index."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from jobs.due import TenantClock, look, query
from jobs.job import Every, Job, Lane
from jobs.schedule import schedule
from kit import db
from kit.outbound import Outbound
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.jobs.helpers import START, tenant

JOBS = schedule(b"root", Outbound())


def test_jobs_follow_jobs_that_stand_before_them_in_their_lane() -> None:
    seen: dict[str, Lane] = {}
    for job in JOBS:
        assert job.name not in seen
        assert all(seen.get(name) is job.lane for name in job.after)
        seen[job.name] = job.lane


@pytest.mark.parametrize(("every", "key"), [("always", "2026-03-01"), ("hour", "2026-03-01T12"), ("day", "2026-03-01")])
def test_run_keys(every: str, key: str) -> None:
    assert Job("j", "", JOBS[0].work, every=Every(every)).run_key(START) == key


@pytest.mark.parametrize("job", JOBS, ids=[job.name for job in JOBS])
async def test_who_has_something_due_is_answered_by_indexes(database: DatabaseUrls, job: Job) -> None:
    shop = TenantClock(await tenant("a"), timedelta(0))
    assert await look([job], [shop]) == {}
    with scope.of(shop.id):
        if db.dialect() == "sqlite":
            async with scope.reading():
                plan = [row["detail"] for row in await db.rows(f"EXPLAIN QUERY PLAN {query(job)}", "[]", job.name)]
        else:
            async with scope.writing():
                # The tables are empty: only what cannot be had from an index is left to a scan.
                await db.execute("SET LOCAL enable_seqscan = off")
                plan = [row["QUERY PLAN"] for row in await db.rows(f"EXPLAIN {query(job)}", "[]", job.name)]
    scans = [step for step in plan if re.search(r"SCAN (?!json_each|CONSTANT|d\b|x\b)|Seq Scan", step)]
    assert scans == []
