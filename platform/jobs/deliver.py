"""Webhooks on their way: sent outside of transactions, at least once, again and again for three days.

Each endpoint has a pump of its own, with few deliveries under way at once. One that fails is paused as a whole
(`connect.health`), and from its first failure on is served `apart`, by another job in a lane of its own: who waits for
an answer that does not come keeps nobody waiting but itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connect import health, partner_events, webhooks
from connect.health import SLOW_SECONDS, DisabledReason, wait
from connect.webhooks import Endpoint, Message, Sent
from jobs.job import Work, Worked
from jobs.run import Lease
from kit import clock, db
from kit.outbound import Outbound
from kit.setbased import Update
from programs.coalition.partners import PartnerId
from tenants import scope

ENDPOINTS_MAX = 8
PUMP_SECONDS = 2.0
GIVE_UP_AFTER = timedelta(days=3)

# Of each endpoint that is not paused the first that is due: one look into the index for each.
_FIRST_DUE = """SELECT d.due_at FROM delivery d WHERE d.tenant_id = e.tenant_id AND d.endpoint_id = e.id
    AND d.state = 'waiting' AND d.due_at <= {now} ORDER BY d.due_at LIMIT 1"""
_OPEN = "e.disabled_at IS NULL AND {apart} AND e.try_at <= {now}"


def due(*, apart: bool) -> str:
    """Since when something is due for an endpoint that is served apart, or for one that is not."""
    open_, first = _OPEN.format(apart=_of(apart), now="x.clock"), _FIRST_DUE.format(now="x.clock")
    # What waited for the end of a pause has been due since then.
    return (
        "SELECT min(CASE WHEN o.due_at < o.try_at THEN o.try_at ELSE o.due_at END) "
        f"FROM (SELECT ({first}) AS due_at, e.try_at FROM webhook_endpoint e "
        f"WHERE e.tenant_id = x.tenant_id AND {open_}) AS o WHERE o.due_at IS NOT NULL"
    )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One delivery that is due."""

    id: str
    attempt: int
    recorded_at: datetime
    message: Message


def deliver(root: bytes, outbound: Outbound, *, apart: bool = False) -> Work:
    """The work: in a chunk each endpoint with something due is sent it, all at the same time."""

    async def work(lease: Lease) -> Worked:
        endpoints = await _due_endpoints(apart)
        if endpoints:
            await lease.extend()
        pump = _Pump(root, outbound, lease, apart)
        done = await asyncio.gather(*map(pump.run, endpoints), return_exceptions=True)
        for failure in done:
            if isinstance(failure, BaseException):
                raise failure
        worked = [each for each in done if isinstance(each, Worked)]
        return Worked(
            sum(each.handled for each in worked),
            any(each.more for each in worked) or len(endpoints) == ENDPOINTS_MAX,
        )

    return work


class _Pump:
    """Sends one endpoint batch after batch, each written down, until there is no more or it fails."""

    def __init__(self, root: bytes, outbound: Outbound, lease: Lease, apart: bool) -> None:
        self._root, self._outbound, self._lease, self._apart = root, outbound, lease, apart
        self._writing = asyncio.Lock()  # one at a time adds to the lease's progress
        self._until = asyncio.get_running_loop().time() + PUMP_SECONDS

    async def run(self, endpoint_id: str) -> Worked:
        loop, handled = asyncio.get_running_loop(), 0
        while True:
            endpoint, waiting = await _next(endpoint_id, self._apart)
            if endpoint is None or not waiting:
                return Worked(handled)
            began = loop.time()
            sent = await asyncio.gather(
                *(webhooks.send(self._outbound, self._root, endpoint, each.message) for each in waiting)
            )
            slow = loop.time() - began > SLOW_SECONDS
            # A worker that lost its lease meanwhile writes nothing: what it sent is sent once more, under the same id.
            async with self._writing, self._lease.chunk() as chunk:
                await _record(endpoint, list(zip(waiting, sent, strict=True)), slow)
                chunk.handled = len(waiting)
            handled += len(waiting)
            if loop.time() >= self._until:
                return Worked(handled, more=True)


async def _due_endpoints(apart: bool) -> Sequence[str]:
    open_, first = _OPEN.format(apart=_of(apart), now="$2"), _FIRST_DUE.format(now="$2")
    async with scope.reading():
        found = await db.rows(
            f"SELECT o.id FROM (SELECT e.id, ({first}) AS due_at FROM webhook_endpoint e "
            f"WHERE e.tenant_id = $1 AND {open_}) AS o WHERE o.due_at IS NOT NULL ORDER BY o.due_at, o.id LIMIT $3",
            scope.tenant_id(), clock.now(), ENDPOINTS_MAX,
        )  # fmt: skip
    return [row["id"] for row in found]


async def _next(endpoint_id: str, apart: bool) -> tuple[Endpoint | None, Sequence[_Waiting]]:
    """The endpoint as it is now, and what is sent there next; nothing if it is paused, disabled or served elsewhere."""
    now = clock.now()
    async with scope.reading():
        endpoint = (await webhooks.by_ids([endpoint_id])).get(endpoint_id)
        if endpoint is None or endpoint.disabled_at is not None:
            return None, ()
        if endpoint.health.apart is not apart or endpoint.health.paused_until(now) is not None:
            return None, ()
        found = await db.rows(
            "SELECT d.id, d.attempt, d.recorded_at, e.id AS event_id, e.kind, e.body, e.recorded_at AS happened_at "
            "FROM delivery d JOIN event e ON e.tenant_id = d.tenant_id AND e.id = d.event_id "
            "WHERE d.tenant_id = $1 AND d.endpoint_id = $2 AND d.state = 'waiting' AND d.due_at <= $3 "
            "ORDER BY d.due_at, d.id LIMIT $4",
            scope.tenant_id(), endpoint_id, now, endpoint.health.in_flight_max,
        )  # fmt: skip
        bodies = await _bodies(endpoint.partner_id, found)
    return endpoint, [
        _Waiting(
            row["id"], row["attempt"], db.instant(row["recorded_at"]),
            Message(row["event_id"], row["kind"], db.instant(row["happened_at"]), body),
        )
        for row, body in zip(found, bodies, strict=True)
    ]  # fmt: skip


async def _bodies(partner: PartnerId | None, rows: Sequence[db.Row]) -> list[str]:
    """What is sent: to a partner what it is told as things are now, to the tenant all of it."""
    if partner is None:
        return [row["body"] for row in rows]
    return await partner_events.tell(partner, [(row["kind"], row["body"]) for row in rows])


_UPDATE = Update(
    "delivery",
    "state = x.state, attempt = x.attempt, due_at = x.due_at, status = x.status, error = x.error, "
    "closed_at = x.closed_at",
    "t.state = 'waiting'", state="text", attempt="int", due_at="instant", status="int", error="text",
    closed_at="instant",
)  # fmt: skip


async def _record(endpoint: Endpoint, outcomes: Sequence[tuple[_Waiting, Sent]], slow: bool) -> None:
    now = clock.now()
    fares = health.after(endpoint.health, [sent.error is None for _, sent in outcomes], now, slow=slow)
    gone = any(sent.gone for _, sent in outcomes)
    dead = DisabledReason.GONE if gone else DisabledReason.FAILING if fares.is_dead(now) else None
    # The endpoint first, as who removes it does.
    same = await webhooks.note(endpoint, fares, dead)
    await _UPDATE([_row(waiting, sent, fares.try_at, now, dead=gone and same) for waiting, sent in outcomes])
    if dead is not None and same:
        await webhooks.tell_disabled(endpoint, dead)


def _row(
    waiting: _Waiting, sent: Sent, not_before: datetime, now: datetime, *, dead: bool
) -> tuple[object, ...]:  # fmt: skip
    attempt = waiting.attempt + 1
    due_at = max(now + wait(attempt), not_before)
    if sent.error is None:
        state, due_at = "delivered", now
    elif dead or due_at > waiting.recorded_at + GIVE_UP_AFTER:
        state, due_at = "failed", now
    else:
        state = "waiting"
    closed_at = None if state == "waiting" else now
    return (scope.tenant_id(), waiting.id, state, attempt, due_at, sent.status, sent.error, closed_at)


def _of(apart: bool) -> str:
    return "e.apart" if apart else "NOT e.apart"
