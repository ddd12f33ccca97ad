"""Webhooks on their way: sent outside of transactions, at least once, again and again for three days."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connect import partner_events, webhooks
from connect.webhooks import Endpoint, Message, Sent
from jobs.job import Work, Worked
from jobs.run import Lease
from kit import clock, db
from kit.outbound import Outbound
from kit.setbased import Update
from programs.coalition.partners import PartnerId
from tenants import scope

AT_ONCE = 16
WAIT_FIRST = timedelta(seconds=5)
WAIT_FACTOR = 4
WAIT_MAX = timedelta(hours=12)
GIVE_UP_AFTER = timedelta(days=3)

DELIVER_DUE = (
    "SELECT d.due_at FROM delivery d WHERE d.tenant_id = x.tenant_id AND d.state = 'waiting' AND d.due_at <= x.clock "
    "ORDER BY d.due_at LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One delivery that is due; without an endpoint if the one it was for is gone."""

    id: str
    attempt: int
    recorded_at: datetime
    endpoint: Endpoint | None
    message: Message


def deliver(root: bytes, outbound: Outbound) -> Work:
    """The work: a chunk sends what is due, `AT_ONCE` at a time, then writes down how it went."""

    async def work(lease: Lease) -> Worked:
        waiting = await _due()
        await lease.extend()
        sent = await asyncio.gather(*(_send(root, outbound, one) for one in waiting))
        # A worker that lost its lease meanwhile writes nothing: what it sent is sent once more, under the same id.
        async with lease.chunk() as chunk:
            await _record(list(zip(waiting, sent, strict=True)))
            chunk.handled = len(waiting)
        return Worked(len(waiting), len(waiting) == AT_ONCE)

    return work


def wait(attempt: int) -> timedelta:
    """How long after the n-th failure: 5 s, 20 s, 80 s, … up to 12 h, a fifth more or less so that they spread."""
    full: timedelta = min(WAIT_FIRST * WAIT_FACTOR ** min(attempt - 1, 20), WAIT_MAX)
    return full * random.uniform(0.8, 1.2)  # noqa: S311  # no secret


async def _due() -> list[_Waiting]:
    async with scope.reading():
        found = await db.rows(
            "SELECT d.id, d.attempt, d.recorded_at, d.endpoint_id, d.partner_id, e.id AS event_id, e.kind, e.body, "
            "e.recorded_at AS happened_at "
            "FROM delivery d JOIN event e ON e.tenant_id = d.tenant_id AND e.id = d.event_id "
            "WHERE d.tenant_id = $1 AND d.state = 'waiting' AND d.due_at <= $2 ORDER BY d.due_at LIMIT $3",
            scope.tenant_id(), clock.now(), AT_ONCE,
        )  # fmt: skip
        endpoints = await webhooks.by_ids(row["endpoint_id"] for row in found)
        bodies = await _bodies(found)
    return [
        _Waiting(
            row["id"], row["attempt"], db.instant(row["recorded_at"]), endpoints.get(row["endpoint_id"]),
            Message(row["event_id"], row["kind"], db.instant(row["happened_at"]), bodies[row["id"]]),
        )
        for row in found
    ]  # fmt: skip


async def _bodies(rows: Sequence[db.Row]) -> dict[str, str]:
    """What is sent, by the delivery's id: to a partner what it is told as things are now, to the tenant all of it."""
    bodies = {row["id"]: row["body"] for row in rows if row["partner_id"] is None}
    for partner in {row["partner_id"] for row in rows} - {None}:
        own = [row for row in rows if row["partner_id"] == partner]
        told = await partner_events.tell(PartnerId(partner), [(row["kind"], row["body"]) for row in own])
        bodies |= {row["id"]: body for row, body in zip(own, told, strict=True)}
    return bodies


async def _send(root: bytes, outbound: Outbound, waiting: _Waiting) -> Sent:
    if waiting.endpoint is None or waiting.endpoint.disabled_at is not None:
        return Sent(None, "the endpoint is no longer there")
    return await webhooks.send(outbound, root, waiting.endpoint, waiting.message)


_UPDATE = Update(
    "delivery",
    "state = x.state, attempt = x.attempt, due_at = x.due_at, status = x.status, error = x.error, "
    "closed_at = x.closed_at",
    "t.state = 'waiting'", state="text", attempt="int", due_at="instant", status="int", error="text",
    closed_at="instant",
)  # fmt: skip


async def _record(outcomes: Sequence[tuple[_Waiting, Sent]]) -> None:
    now = clock.now()
    await _UPDATE([_row(waiting, sent, now) for waiting, sent in outcomes])
    for endpoint in {w.endpoint.id for w, sent in outcomes if w.endpoint is not None and sent.gone}:
        await webhooks.disable(endpoint)


def _row(waiting: _Waiting, sent: Sent, now: datetime) -> tuple[object, ...]:
    attempt = waiting.attempt + 1
    due_at = now + wait(attempt)
    if sent.error is None:
        state, due_at = "delivered", now
    elif sent.gone or waiting.endpoint is None or due_at > waiting.recorded_at + GIVE_UP_AFTER:
        state, due_at = "failed", now
    else:
        state = "waiting"
    closed_at = None if state == "waiting" else now
    return (scope.tenant_id(), waiting.id, state, attempt, due_at, sent.status, sent.error, closed_at)
