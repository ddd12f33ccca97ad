"""Deliveries as a merchant sees them, and sending one again by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connect import deliveries, webhooks
from connect.deliveries import DeliveryState
from events.models import Delivery, Event, WebhookEndpoint
from kit import clock
from kit.errors import Forbidden, Refusal
from kit.ids import new_id
from kit.outbound import Outbound
from tenants import audit, scope
from tenants.roles import ACTIONS, Role, permitting
from tenants.scope import TenantId
from tests.conftest import DatabaseUrls
from tests.jobs.helpers import START, tenant

HERE = Outbound(allow_private=True)


@pytest.fixture(autouse=True)
def owner() -> Iterator[None]:
    with permitting(ACTIONS[Role.OWNER]), clock.pinned(START):
        yield


async def sent(shop: TenantId, state: str = "failed", event: str | None = None, endpoint: str | None = None) -> str:
    """A delivery of an event of its own, unless another's is named."""
    with scope.of(shop):
        async with scope.writing():
            if event is None:
                event = (await Event.create(kind="voucher.issued", subject="-", body="{}", recorded_at=START)).id
            row = await Delivery.create(
                event_id=event, endpoint_id=endpoint or new_id(), state=state, attempt=3, recorded_at=START,
                due_at=START, status=500, error="the endpoint answered 500",
                closed_at=None if state == "waiting" else START,
            )  # fmt: skip
    return str(row.id)


async def listening(slug: str = "a") -> TenantId:
    shop = await tenant(slug)
    with scope.of(shop):
        await webhooks.set_endpoint(HERE, "http://127.0.0.1:9/hook")
    return shop


async def test_the_latest_first_by_state_and_page_by_page(database: DatabaseUrls) -> None:
    shop, other = await tenant("a"), await tenant("b")
    ids = [await sent(shop, state) for state in ("failed", "waiting", "delivered", "failed")]
    foreign = await sent(other)
    with scope.of(shop):
        assert [one.id for one in await deliveries.list_()] == ids[::-1]
        assert [one.id for one in await deliveries.list_(first=2)] == ids[:1:-1]
        assert [one.id for one in await deliveries.list_(after=ids[2])] == [ids[1], ids[0]]
        assert [one.id for one in await deliveries.list_(state=DeliveryState.FAILED)] == [ids[3], ids[0]]
        assert await deliveries.list_(after="nonsense") == []
        (waiting,) = await deliveries.list_(state=DeliveryState.WAITING)
        assert (waiting.kind, waiting.happened_at, waiting.attempts) == ("voucher.issued", START, 3)
        assert (waiting.next_attempt_at, waiting.status, waiting.error) == (START, 500, "the endpoint answered 500")
        assert await deliveries.find(ids[1]) == waiting
        assert await deliveries.find(foreign) is None


async def test_sending_again_is_in_the_audit_log_and_once_only(database: DatabaseUrls) -> None:
    shop = await listening()
    failed = await sent(shop)
    with scope.of(shop, actor="staff:0190"):
        again = await deliveries.resend(failed)
        assert (again.state, again.attempts, again.next_attempt_at) == (DeliveryState.WAITING, 0, START)
        with pytest.raises(Refusal, match="WRONG_STATE"):
            await deliveries.resend(failed)
        latest = (await audit.entries(first=1))[0]
    assert (latest.actor, latest.action, latest.target) == ("staff:0190", "webhook.resent", f"delivery:{failed}")
    assert latest.details == {"kind": "voucher.issued"}


@pytest.mark.parametrize("state", ["waiting", "delivered"])
async def test_what_did_not_fail_is_not_sent_again(database: DatabaseUrls, state: str) -> None:
    shop = await listening()
    one = await sent(shop, state)
    with scope.of(shop):
        with pytest.raises(Refusal, match="WRONG_STATE"):
            await deliveries.resend(one)
        found = await deliveries.find(one)
    assert found is not None and (found.state, found.attempts) == (state, 3)


async def test_nothing_is_sent_where_nothing_is_taken(database: DatabaseUrls) -> None:
    shop = await listening()
    failed = await sent(shop)
    with scope.of(shop):
        async with scope.writing():
            await WebhookEndpoint.all().update(disabled_at=START)
        with pytest.raises(Refusal, match="WRONG_STATE"):
            await deliveries.resend(failed)
        await webhooks.remove_endpoint()
        with pytest.raises(Refusal, match="WRONG_STATE"):
            await deliveries.resend(failed)
        assert [one.state for one in await deliveries.list_()] == ["failed"]


async def test_an_event_is_on_one_way_to_an_endpoint(database: DatabaseUrls) -> None:
    shop = await listening()
    with scope.of(shop):
        async with scope.reading():
            endpoint, before = await webhooks.endpoint(), await sent(shop)
        assert endpoint is not None
        event = (await deliveries.list_())[0].event_id
        await sent(shop, "delivered", event, endpoint.id)
        with pytest.raises(Refusal, match="WRONG_STATE"):
            await deliveries.resend(before)


async def test_anothers_and_nobodys_are_not_found(database: DatabaseUrls) -> None:
    shop, other = await listening(), await listening("b")
    foreign = await sent(other)
    with scope.of(shop):
        for one in (foreign, new_id(), "nonsense"):
            with pytest.raises(Refusal, match="NOT_FOUND"):
                await deliveries.resend(one)
    with scope.of(other):
        assert [one.state for one in await deliveries.list_()] == ["failed"]


async def test_who_only_looks_sends_nothing(database: DatabaseUrls) -> None:
    shop = await listening()
    failed = await sent(shop)
    with scope.of(shop), permitting(ACTIONS[Role.ANALYST]), pytest.raises(Forbidden):
        await deliveries.resend(failed)
