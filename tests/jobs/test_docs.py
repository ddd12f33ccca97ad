"""The pages say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client import REGISTRY

import jobs.metrics  # noqa: F401  # registers them
from events.service import KINDS
from jobs.schedule import schedule
from kit.outbound import Outbound

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_page_lists_the_jobs_in_their_order() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", (DOCS / "jobs.md").read_text(), re.MULTILINE)
    assert rows == [(job.name, job.lane) for job in schedule(b"root", Outbound())]


def test_page_lists_the_metrics() -> None:
    ours = {f"{family.name}{'_total' if family.type == 'counter' else ''}" for family in REGISTRY.collect()
            if family.name.startswith(("guerdon_job", "guerdon_outbox"))}  # fmt: skip
    assert set(re.findall(r"`(guerdon_\w+)", (DOCS / "jobs.md").read_text())) == ours


def test_page_lists_the_kinds_of_events() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| (.+) \|$", (DOCS / "webhooks.md").read_text(), re.MULTILINE)
    assert dict(rows) == dict(KINDS)
