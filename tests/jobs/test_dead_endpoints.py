"""One endpoint is dead, the others are not: they wait for nothing, and it is left alone but for a try now and then."""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from connect import deliveries, webhooks
from connect.health import DISABLE_AFTER, DisabledReason, Health
from connect.webhooks import Endpoint
from events.models import Delivery, Event, WebhookEndpoint
from events.service import emit
from jobs import deliver
from jobs.due import TenantClock, look
from jobs.job import Lane
from jobs.relay import relay
from jobs.run import take
from jobs.runner import Runner
from kit import clock, db
from kit.errors import Refusal
from programs.coalition.partners import PartnerId
from tenants import scope
from tenants.models import AuditEntry
from tenants.roles import ACTIONS, Role, permitting
from tests.conftest import DatabaseUrls
from tests.connect.receiver import Receiver, receiving
from tests.jobs.test_outbox import JOBS
from tests.jobs.test_partner_hooks import SCOPES, listen
from tests.programs.coalition.club import Club, open_club

CLOSED = "http://127.0.0.1:9/hook"
EVENTS = 40
LANES = (Lane.WEBHOOKS, Lane.RETRIES)


async def tell(club: Club, slug: str, times: int = 1, first: int = 0) -> None:
    """Events with a partner: that its block is low so often, with `first` points, then one more each."""
    partner = club.partners[slug].id
    async with club.here(), scope.writing():
        for number in range(first, first + times):
            body = {"partner": partner, "points": number}
            await emit("partner.block_low", f"partner:{partner}", body, partner)


async def tick(at: datetime, *lanes: Lane) -> None:
    with clock.pinned(at):
        for lane in lanes or LANES:
            await Runner(lane, JOBS).tick()


async def endpoint(club: Club, slug: str) -> Endpoint:
    async with club.here(), scope.reading():
        found = await webhooks.endpoint(club.partners[slug].id)
    assert found is not None
    return found


async def attempts(club: Club, slug: str) -> int:
    async with club.here(), scope.reading():
        return sum(row.attempt for row in await Delivery.filter(partner_id=club.partners[slug].id))


async def states(club: Club, slug: str) -> set[tuple[str, str | None]]:
    async with club.here(), scope.reading():
        return {(row.state, row.error) for row in await Delivery.filter(partner_id=club.partners[slug].id)}


async def test_who_refuses_connections_holds_nobody_up(database: DatabaseUrls) -> None:
    club = await open_club()
    now = clock.now()
    async with receiving() as alive:
        await listen(club, CLOSED, "a")
        await listen(club, alive.url, "b")
        for slug in "ab":  # what is for the dead one was told first
            await tell(club, slug, EVENTS)
        await tick(now)
        assert len(alive.requests) == EVENTS
        assert await attempts(club, "a") == Health().in_flight_max
        dead = (await endpoint(club, "a")).health
        assert (dead.failures, dead.failing_since, dead.apart) == (8, now, True)
        until = dead.paused_until(now)
        assert until is not None
        async with club.here():
            (latest,) = await deliveries.list_(first=1, partner=club.partners["a"].id)
        assert latest.next_attempt_at == until
        # While it is paused nobody tries; then once, though all of its deliveries are due.
        await tell(club, "b")
        await tick(until - timedelta(seconds=1))
        assert await attempts(club, "a") == 8
        (job,) = [job for job in JOBS if job.name == "retry"]
        with clock.pinned(until):
            ((one,),) = (await look([job], [TenantClock(club.shop.tenant, timedelta(0))])).values()
        assert one.due_at == until, "not since its events waited: nobody was late"
        await tick(until)
        assert await attempts(club, "a") == 9
        assert len(alive.requests) == EVENTS + 1
    alive_one = (await endpoint(club, "b")).health
    assert (alive_one.failures, alive_one.last_success_at is not None, alive_one.apart) == (0, True, False)


@dataclass
class Hanging(Receiver):
    """Answers 500, but not before `until` is set."""

    until: asyncio.Event = field(default_factory=asyncio.Event)
    answered: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.until.wait()
            self.answered += 1
            await super().serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.answered -= 1  # nobody waited for it any more


@dataclass
class Counting(Receiver):
    """Sets `full` once so many requests have come."""

    most: int = EVENTS
    full: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await super().serve(reader, writer)
        if len(self.requests) == self.most:
            self.full.set()


@asynccontextmanager
async def serving(receiver: Receiver) -> AsyncIterator[None]:
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    async with server:
        receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        yield


async def test_who_hangs_holds_nobody_up(database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that hangs answers only when the other has all of its events: were they held up, it would be too late."""
    club = await open_club()
    now = clock.now()
    hanging, alive = Hanging(answers=[500]), Counting()
    hanging.until = alive.full
    async with serving(hanging), serving(alive):
        await listen(club, hanging.url, "a")
        await listen(club, alive.url, "b")
        for slug in "ab":
            await tell(club, slug, EVENTS)
        monkeypatch.setattr(deliver, "PUMP_SECONDS", 3600.0)  # however slow this machine is
        await tick(now, Lane.WEBHOOKS)
        assert (len(alive.requests), hanging.answered) == (EVENTS, 8)
        # From now on it is served apart, and the others do not wait even once.
        hanging.until.clear()
        later = now + timedelta(days=1)
        await tell(club, "b", EVENTS)
        trying = asyncio.create_task(tick(later, Lane.RETRIES))
        await tick(later, Lane.WEBHOOKS)
        assert (len(alive.requests), hanging.answered, trying.done()) == (2 * EVENTS, 8, False)
        hanging.until.set()
        await trying
        assert hanging.answered == 9


async def test_who_is_back_gets_all_that_waited(database: DatabaseUrls) -> None:
    club = await open_club()
    now = clock.now()
    async with receiving([500] * 9 + [204]) as ill:
        await listen(club, ill.url, "a")
        await tell(club, "a", EVENTS)
        await tick(now)
        later = now + timedelta(days=1)
        for _ in range(2):
            await tick(later)
            later += timedelta(days=1)
        await tick(later)
    ids = [headers["webhook-id"] for headers, _ in ill.requests]
    assert (len(ids), len(set(ids))) == (EVENTS + 9, EVENTS)
    assert await states(club, "a") == {("delivered", None)}
    health = (await endpoint(club, "a")).health
    assert (health.failures, health.failing_since, health.apart) == (0, None, False)


class Picky(Receiver):
    """Answers 500 to the event with no points, 204 to the others."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(next(line.split(b": ")[1] for line in head.lower().split(b"\r\n") if b"content-length" in line))
        points = json.loads(await reader.readexactly(length))["data"]["points"]
        self.answers.append(points)
        writer.write(f"HTTP/1.1 {204 if points else 500} X\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


async def test_one_event_that_is_never_taken_does_not_stop_the_others(database: DatabaseUrls) -> None:
    club = await open_club()
    now = clock.now()
    picky = Picky(answers=[])
    async with serving(picky):
        await listen(club, picky.url, "a")
        await tell(club, "a")
        for step in range(5):
            await tell(club, "a", 3, first=1)
            for minutes in (0, 20, 40):
                await tick(now + timedelta(hours=step, minutes=minutes))
    assert await states(club, "a") == {("delivered", None), ("waiting", "the endpoint answered 500")}
    assert sum(1 for points in picky.answers if points) == 5 * 3


async def test_who_is_dead_for_days_is_disabled_and_the_operator_told(database: DatabaseUrls) -> None:
    club = await open_club()
    partner = club.partners["a"].id
    now = clock.now()
    async with receiving([500]) as dead, receiving() as operator:
        await listen(club, dead.url, "a")
        await listen(club, operator.url, None, "webhook.disabled")
        await tell(club, "a", 3)
        async with club.here(), scope.writing():
            failing = {"failures": 60, "failing_since": now - DISABLE_AFTER, "apart": True}
            await WebhookEndpoint.filter(partner_id=partner).update(**failing)
        await tick(now)
        found = await endpoint(club, "a")
        assert (found.disabled_at, found.disabled_reason) == (now, DisabledReason.FAILING)
        assert len(dead.requests) == 1
        assert await states(club, "a") == {("failed", "nothing has arrived at the endpoint for days")}
        await tick(now)
        ((_, text),) = operator.requests
        told = json.loads(text)
        assert (told["type"], told["data"]["reason"]) == ("webhook.disabled", "failing")
        assert told["data"]["partner"].startswith("prt_")
        async with club.here(), scope.reading():
            logged = await AuditEntry.filter(action="webhook.disabled")
        assert [(json.loads(row.details)["partner"], row.actor) for row in logged] == [(f"partner:{partner}", "system")]
        # Its owner enables it; a single failure does not disable it again.
        async with club.here():
            with permitting(SCOPES):
                with pytest.raises(Refusal, match="WRONG_STATE"):
                    await webhooks.try_now(partner)
                again = await webhooks.try_now(partner, enable=True)
        assert (again.disabled_at, again.health.failures) == (None, 0)
        await tell(club, "a")
        await tick(now + timedelta(minutes=1))
        assert (await endpoint(club, "a")).disabled_at is None


async def test_try_now_ends_the_pause(database: DatabaseUrls) -> None:
    club = await open_club()
    partner = club.partners["a"].id
    now = clock.now()
    async with receiving([500] * 8 + [204]) as ill:
        await listen(club, ill.url, "a")
        await tell(club, "a", 8)
        await tick(now)
        assert len(ill.requests) == 8
        with clock.pinned(now):
            async with club.here():
                with permitting(SCOPES):
                    tried = await webhooks.try_now(partner)
        assert tried.health.paused_until(now) is None
        for _ in range(2):
            await tick(now)
        assert await states(club, "a") == {("delivered", None)}


async def test_try_now_needs_an_endpoint_and_the_right(database: DatabaseUrls) -> None:
    club = await open_club()
    async with club.here():
        with permitting(SCOPES | ACTIONS[Role.OWNER]):
            for whose in (None, club.partners["a"].id):
                with pytest.raises(Refusal, match="NOT_FOUND"):
                    await webhooks.try_now(whose)


async def test_what_an_earlier_address_said_is_nothing_to_the_one_set_since(database: DatabaseUrls) -> None:
    club = await open_club()
    partner: PartnerId = club.partners["a"].id
    async with receiving() as moved_to:

        class Moving(Receiver):
            """While it answers 410, the partner moves elsewhere."""

            async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await listen(club, moved_to.url, "a")
                await super().serve(reader, writer)

        moving = Moving(answers=[410])
        async with serving(moving):
            await listen(club, moving.url, "a")
            await tell(club, "a")
            await tick(clock.now())
            await tick(clock.now() + timedelta(minutes=1))
    assert len(moving.requests) == 1
    assert len(moved_to.requests) == 1
    async with club.here(), scope.reading():
        saved = await webhooks.endpoint(partner)
    assert saved is not None
    assert saved.disabled_at is None


async def test_an_endpoint_that_is_removed_while_events_are_relayed_leaves_nothing_waiting(
    database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay has read the endpoint, and has not yet written what is to go there."""
    club = await open_club()
    partner = club.partners["a"].id
    await listen(club, CLOSED, "a")
    await tell(club, "a")
    taking, removing = webhooks.taking, list[asyncio.Task[Any]]()

    async def remove() -> None:
        async with club.here():
            with permitting(SCOPES):
                await webhooks.remove_endpoint(partner)

    async def and_then_removed(partners: Any) -> Any:
        found = await taking(partners)
        removing.append(asyncio.get_running_loop().create_task(remove(), context=outside))
        while not removing[0].done() and not await _somebody_waits():
            pass
        return found

    outside = contextvars.copy_context()
    monkeypatch.setattr(webhooks, "taking", and_then_removed)
    async with club.here():
        lease = await take(next(job for job in JOBS if job.name == "relay"), "2026-03-01")
        assert lease is not None
        await relay(lease)
        await removing[0]
        async with scope.reading():
            assert [row.state for row in await Delivery.all()] == ["failed"]
            assert await Event.filter(relayed=False).count() == 0


async def _somebody_waits() -> bool:
    if db.dialect() == "sqlite":  # there is one writer at a time: who is not done waits
        return True
    return bool(await db.rows("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"))
