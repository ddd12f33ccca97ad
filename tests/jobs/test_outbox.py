"""From the event to the merchant's server: relayed, delivered, tried again, given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from connect import deliveries as under_way
from connect import webhooks
from connect.deliveries import DeliveryState
from connect.health import IN_FLIGHT_MAX
from events.models import Delivery, Event
from jobs.deliver import GIVE_UP_AFTER, deliver
from jobs.job import Job, Lane
from jobs.run import LeaseLost, take
from jobs.runner import Runner
from jobs.schedule import schedule
from kit import clock, db
from kit.outbound import Outbound
from tenants import scope
from tenants.roles import ACTIONS, Role, permitting
from tenants.scope import TenantId
from tests.conftest import DatabaseUrls
from tests.connect.receiver import receiving
from tests.connect.test_webhooks import ROOT
from tests.jobs.helpers import START, happen, tenant

HERE = Outbound(allow_private=True)
JOBS = schedule(ROOT, HERE)


async def tick() -> int:
    return sum([await Runner(lane, JOBS).tick() for lane in (Lane.WEBHOOKS, Lane.RETRIES)])


async def listening(url: str, *kinds: str, slug: str = "a") -> TenantId:
    shop = await tenant(slug)
    with scope.of(shop), permitting(ACTIONS[Role.OWNER]):
        await webhooks.set_endpoint(HERE, url, kinds)
    return shop


async def deliveries(of: TenantId) -> Sequence[Delivery]:
    with scope.of(of):
        async with scope.reading():
            return await Delivery.all().order_by("id")


async def test_event_reaches_the_endpoint_signed(database: DatabaseUrls) -> None:
    async with receiving() as receiver:
        shop = await listening(receiver.url)
        await happen(shop, 3)
        await tick()
        assert await tick() == 0
    with scope.of(shop):
        async with scope.reading():
            endpoint = await webhooks.endpoint()
            events = {event.id for event in await Event.all()}
        assert endpoint is not None
        secret = Webhook(webhooks.secret(ROOT, endpoint.id, 1))
    assert {headers["webhook-id"] for headers, _ in receiver.requests} == events
    assert len(receiver.requests) == 3
    assert [secret.verify(text, headers)["data"] for headers, text in receiver.requests] == [{"n": 1}] * 3
    assert {(d.state, d.attempt, d.status) for d in await deliveries(shop)} == {("delivered", 1, 204)}


async def test_only_wanted_kinds_are_delivered(database: DatabaseUrls) -> None:
    async with receiving() as receiver:
        shop = await listening(receiver.url, "voucher.issued")
        await happen(shop, kind="redemption.reserved")
        await happen(shop, kind="voucher.issued")
        await tick()
    assert ['"voucher.issued"' in text for _, text in receiver.requests] == [True]


async def test_without_endpoint_events_are_done_with(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop)
    assert await tick() == 1
    assert await deliveries(shop) == []
    assert await tick() == 0


async def test_more_than_a_chunk_is_delivered_in_one_tick(database: DatabaseUrls) -> None:
    async with receiving() as receiver:
        shop = await listening(receiver.url)
        await happen(shop, IN_FLIGHT_MAX * 2 + 1)
        await tick()
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == IN_FLIGHT_MAX * 2 + 1


async def test_a_failed_delivery_is_sent_again_by_hand_to_the_endpoint_there_is_now(database: DatabaseUrls) -> None:
    async with receiving([500]) as broken, receiving([503, 204]) as mended:
        shop = await listening(broken.url)
        with clock.pinned(START):
            await happen(shop)
            await tick()
        with clock.pinned(START + GIVE_UP_AFTER):
            await tick()
        with scope.of(shop), permitting(ACTIONS[Role.OWNER]):
            (failed,) = await under_way.list_(state=DeliveryState.FAILED)
            assert (failed.attempts, failed.error) == (2, "the endpoint answered 500")
            await webhooks.remove_endpoint()
            await webhooks.set_endpoint(HERE, mended.url)
            later = START + GIVE_UP_AFTER + timedelta(days=9)
            with clock.pinned(later):
                waiting = await under_way.resend(failed.id)
                assert (waiting.state, waiting.attempts, waiting.next_attempt_at) == (DeliveryState.WAITING, 0, later)
                await tick()
            (tried,) = await under_way.list_()
            assert (tried.state, tried.attempts, tried.status) == (DeliveryState.WAITING, 1, 503), "three days again"
            with clock.pinned(later + timedelta(days=1)):
                await tick()
            (done,) = await under_way.list_()
    assert (done.id, done.state, done.error, done.next_attempt_at) == (failed.id, DeliveryState.DELIVERED, None, None)
    assert {headers["webhook-id"] for headers, _ in [*broken.requests, *mended.requests]} == {done.event_id}


async def test_failed_delivery_is_tried_again_later_under_the_same_id(database: DatabaseUrls) -> None:
    async with receiving([500, 503, 200]) as receiver:
        shop = await listening(receiver.url)
        await happen(shop)
        states = []
        now = clock.now()
        for _ in range(3):
            with clock.pinned(now):
                await tick()
                await tick()
            (delivery,) = await deliveries(shop)
            states.append((delivery.state, delivery.attempt, delivery.status))
            now = delivery.due_at
    assert states == [("waiting", 1, 500), ("waiting", 2, 503), ("delivered", 3, 200)]
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == 1
    assert len(receiver.requests) == 3


async def test_delivery_is_given_up_after_three_days(database: DatabaseUrls) -> None:
    async with receiving([500]) as receiver:
        shop = await listening(receiver.url)
        started = now = clock.now()
        with clock.pinned(started):
            await happen(shop)
        for _ in range(30):
            with clock.pinned(now):
                await tick()
            (delivery,) = await deliveries(shop)
            if delivery.state != "waiting":
                break
            now = delivery.due_at
    assert (delivery.state, delivery.status) == ("failed", 500)
    assert delivery.attempt == len(receiver.requests)
    assert GIVE_UP_AFTER - timedelta(hours=15) < now - started <= GIVE_UP_AFTER
    with clock.pinned(now + timedelta(days=10)):
        assert await tick() == 0


async def test_gone_endpoint_is_disabled_and_nothing_more_is_sent(database: DatabaseUrls) -> None:
    async with receiving([410]) as receiver:
        shop = await listening(receiver.url)
        await happen(shop)
        await tick()
        await happen(shop)
        await tick()
        assert len(receiver.requests) == 1
        with scope.of(shop), permitting(ACTIONS[Role.OWNER]):
            async with scope.reading():
                endpoint = await webhooks.endpoint()
            assert endpoint is not None
            assert endpoint.disabled_at is not None
            receiver.answers = [204]
            assert (await webhooks.set_endpoint(HERE, receiver.url)).disabled_at is None
        await happen(shop)
        await tick()
    assert [delivery.state for delivery in await deliveries(shop)] == ["failed", "delivered"]


async def test_gone_endpoint_gives_up_what_waits(database: DatabaseUrls) -> None:
    async with receiving([500, 410]) as receiver:
        shop = await listening(receiver.url)
        await happen(shop)
        await tick()
        await happen(shop)
        await tick()
    assert [(d.state, d.error) for d in await deliveries(shop)] == [
        ("failed", "the endpoint answered 410 Gone"), ("failed", "the endpoint answered 410")
    ]  # fmt: skip


async def test_removed_endpoint_gives_up_what_waits(database: DatabaseUrls) -> None:
    async with receiving([500]) as receiver:
        shop = await listening(receiver.url)
        await happen(shop)
        await tick()
    with scope.of(shop), permitting(ACTIONS[Role.OWNER]):
        await webhooks.remove_endpoint()
    assert [(d.state, d.error) for d in await deliveries(shop)] == [("failed", "the endpoint was removed")]


async def test_dead_endpoint_of_one_tenant_does_not_keep_anothers_events(database: DatabaseUrls) -> None:
    dead = await listening("http://127.0.0.1:9/hook", slug="dead")
    async with receiving() as receiver:
        alive = await listening(receiver.url, slug="alive")
        await happen(dead)
        await happen(alive)
        await tick()
    assert [(d.state, d.attempt) for d in await deliveries(dead)] == [("waiting", 1)]
    assert [d.state for d in await deliveries(alive)] == ["delivered"]


async def test_network_is_used_outside_of_transactions(database: DatabaseUrls) -> None:
    seen: list[bool] = []

    class Looking(Outbound):
        async def send(self, *arguments: object) -> object:  # type: ignore[override]
            seen.append(db.in_write_transaction())
            return await HERE.send(*arguments)  # type: ignore[arg-type]

    async with receiving() as receiver:
        await happen(await listening(receiver.url))
        await Runner(Lane.WEBHOOKS, schedule(ROOT, Looking(allow_private=True))).tick()
        assert len(receiver.requests) == 1
    assert seen == [False]


async def test_worker_that_lost_its_lease_while_sending_writes_nothing(database: DatabaseUrls) -> None:
    async with receiving() as receiver:
        shop = await listening(receiver.url)
        await happen(shop)
        await Runner(Lane.WEBHOOKS, [_job("relay")]).tick()
        job = _job("deliver")

        class TakenOver(Outbound):
            """While the request is on its way, another worker takes the run over."""

            async def send(self, *arguments: object) -> object:  # type: ignore[override]
                with clock.pinned(clock.now() + job.lease * 2):
                    assert await take(job, "2026-03-01") is not None
                return await HERE.send(*arguments)  # type: ignore[arg-type]

        with scope.of(shop):
            slow = await take(replace(job, work=deliver(ROOT, TakenOver(allow_private=True))), "2026-03-01")
            assert slow is not None
            with pytest.raises(LeaseLost):
                await slow.job.work(slow)
    assert len(receiver.requests) == 1
    assert [(d.state, d.attempt) for d in await deliveries(shop)] == [("waiting", 0)]


def _job(name: str) -> Job:
    return next(job for job in JOBS if job.name == name)
