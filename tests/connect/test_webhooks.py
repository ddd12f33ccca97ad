"""A tenant's endpoint, and one event sent there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from connect import webhooks
from connect.webhooks import OVERLAP, Endpoint, Message
from events.service import ID_FIELDS
from kit import clock
from kit.errors import Forbidden, Refusal
from kit.ids import encode, new_id
from kit.outbound import Outbound
from schema.shared.ids import ACTIVITY, NOUNS, VERSION, VOUCHER
from tenants import scope
from tenants.models import AuditEntry
from tenants.roles import ACTIONS, Role, permitting
from tenants.scope import TenantId
from tests.conftest import DatabaseUrls
from tests.connect.receiver import receiving
from tests.jobs.helpers import tenant

ROOT = b"a root key of more than thirty-two bytes"
HERE = Outbound(allow_private=True)
SHOP = TenantId(new_id())


def an_endpoint(url: str = "http://127.0.0.1:9/", generation: int = 1, rotated_at: datetime | None = None) -> Endpoint:
    return Endpoint(new_id(), url, (), generation, rotated_at, None)


def a_message() -> Message:
    return Message(new_id(), "redemption.confirmed", datetime(2026, 3, 1, 12, tzinfo=UTC), '{"points":12,"name":"ä"}')


async def test_receiver_verifies_what_was_sent() -> None:
    message = a_message()
    async with receiving() as receiver:
        endpoint = an_endpoint(receiver.url)
        with scope.of(SHOP):
            assert await webhooks.send(HERE, ROOT, endpoint, message) == webhooks.Sent(204, None)
            secret = webhooks.secret(ROOT, endpoint.id, 1)
    ((headers, text),) = receiver.requests
    assert headers["webhook-id"] == message.event_id
    assert Webhook(secret).verify(text, headers) == {
        "type": "redemption.confirmed", "timestamp": "2026-03-01T12:00:00Z", "data": {"points": 12, "name": "ä"}
    }  # fmt: skip
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(text.replace("12", "13"), headers)


def test_ids_are_those_of_the_api() -> None:
    member, reward = new_id(), new_id()
    given = {"member": member, "reward": reward, "voucher": None, "order_reference": member, "points": 3}
    body = json.dumps(given | {"entries": [{"unit": reward, "amount": 3}]})
    told = json.loads(Message(new_id(), "redemption.confirmed", datetime.now(UTC), body).text())["data"]
    assert told == {
        "member": encode("mem", member), "reward": encode("rwd", reward), "voucher": None, "order_reference": member,
        "points": 3, "entries": [{"unit": encode("unt", reward), "amount": 3}],
    }  # fmt: skip


def test_ids_have_the_prefixes_of_the_api() -> None:
    id_ = new_id()
    named_otherwise = {"api_key": "key", "moved_to": "gift_card"} | dict.fromkeys(
        ("friend", "merged", "purchaser", "receiver", "referrer"), "member"
    )
    nouns = NOUNS | {"activity": ACTIVITY, "version": VERSION, "voucher": VOUCHER}
    for field, prefix in ID_FIELDS.items():
        assert nouns[named_otherwise.get(field, field)].show(id_) == encode(prefix, id_), field


async def test_secret_differs_by_tenant_endpoint_and_generation() -> None:
    secrets = set()
    for shop in (SHOP, TenantId(new_id())):
        with scope.of(shop):
            secrets |= {webhooks.secret(ROOT, endpoint, n) for endpoint in ("a", "b") for n in (1, 2)}
    assert len(secrets) == 8
    assert all(secret.startswith("whsec_") for secret in secrets)


@pytest.mark.parametrize(("after", "valid"), [(timedelta(0), {1, 2}), (OVERLAP, {2})])
async def test_both_secrets_sign_for_a_day_after_rotation(after: timedelta, valid: set[int]) -> None:
    now = datetime.now(UTC)
    endpoint = an_endpoint(generation=2, rotated_at=now - after)
    headers = {"webhook-id": "1", "webhook-timestamp": str(int(now.timestamp()))}
    with scope.of(SHOP):
        headers["webhook-signature"] = webhooks.signatures(ROOT, endpoint, "1", now, "{}")
        secrets = {n: webhooks.secret(ROOT, endpoint.id, n) for n in (1, 2)}
    for generation, secret in secrets.items():
        if generation in valid:
            Webhook(secret).verify("{}", headers)
        else:
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify("{}", headers)


@pytest.mark.parametrize("status", [302, 400, 410, 500])
async def test_other_answers_than_2xx_are_failures(status: int) -> None:
    async with receiving([status]) as receiver:
        with scope.of(SHOP):
            sent = await webhooks.send(HERE, ROOT, an_endpoint(receiver.url), a_message())
    assert sent == webhooks.Sent(status, f"the endpoint answered {status}")
    assert sent.gone is (status == 410)


async def test_large_answers_are_not_read() -> None:
    async with receiving([200], body=b"x" * 70_000) as receiver:
        with scope.of(SHOP):
            sent = await webhooks.send(HERE, ROOT, an_endpoint(receiver.url), a_message())
    assert sent.status is None
    assert sent.error is not None
    assert "65536" in sent.error


async def test_nothing_is_sent_into_our_own_network() -> None:
    async with receiving() as receiver:
        with scope.of(SHOP):
            endpoint = an_endpoint(receiver.url.replace("http", "https"))
            sent = await webhooks.send(Outbound(), ROOT, endpoint, a_message())
    assert sent.error == "127.0.0.1 is not on the public internet"
    assert receiver.requests == []


async def test_setting_twice_keeps_one_endpoint_and_its_secret(database: DatabaseUrls) -> None:
    with scope.of(await tenant("a")), permitting(ACTIONS[Role.ADMIN]):
        first = await webhooks.set_endpoint(HERE, "http://127.0.0.1:1/one")
        second = await webhooks.set_endpoint(HERE, "http://127.0.0.1:1/two", ["voucher.issued"])
        assert (second.id, second.url, second.kinds, second.secret_generation) == (
            first.id, "http://127.0.0.1:1/two", ("voucher.issued",), 1
        )  # fmt: skip
        assert (second.wants("voucher.issued"), second.wants("redemption.reserved")) == (True, False)
        rotated = await webhooks.rotate_secret()
        assert rotated.secret_generation == 2
        assert rotated.rotated_at is not None
        assert clock.now() - rotated.rotated_at < timedelta(minutes=1)
        assert await webhooks.remove_endpoint() is True
        assert await webhooks.remove_endpoint() is False
        async with scope.reading():
            assert await webhooks.endpoint() is None
            actions = [entry.action for entry in await AuditEntry.all().order_by("id")]
        assert actions == ["webhook.set", "webhook.set", "webhook.secret_rotated", "webhook.removed"]


@pytest.mark.parametrize(
    ("url", "kinds", "field"),
    [
        ("https://127.0.0.1/hook", (), "url"),
        ("http://example.com/hook", (), "url"),
        ("", (), "url"),
        ("https://a.example/" + "x" * 2000, (), "url"),
        ("https://127.0.0.1/hook", ("no.such",), "kinds"),
    ],
)
async def test_refused_endpoints(database: DatabaseUrls, url: str, kinds: tuple[str, ...], field: str) -> None:
    with scope.of(await tenant("a")), permitting(ACTIONS[Role.ADMIN]):
        with pytest.raises(Refusal) as refused:
            await webhooks.set_endpoint(Outbound(), url, kinds)
        async with scope.reading():
            assert await webhooks.endpoint() is None
    assert (refused.value.code, refused.value.field) == ("INVALID_KIND" if kinds else "INVALID", (field,))


async def test_rotation_without_endpoint_is_refused(database: DatabaseUrls) -> None:
    with scope.of(await tenant("a")), permitting(ACTIONS[Role.ADMIN]), pytest.raises(Refusal, match="NOT_FOUND"):
        await webhooks.rotate_secret()


async def test_who_may_not_write_settings_changes_nothing(database: DatabaseUrls) -> None:
    with scope.of(await tenant("a")), permitting(ACTIONS[Role.MANAGER]):
        for change in (webhooks.set_endpoint(HERE, "http://127.0.0.1:1/"), webhooks.rotate_secret(),
                       webhooks.remove_endpoint()):  # fmt: skip
            with pytest.raises(Forbidden):
                await change


def test_message_is_json_whatever_the_body() -> None:
    assert json.loads(a_message().text())["data"]["name"] == "ä"


async def test_an_event_that_cannot_be_written_is_a_failure_and_no_error() -> None:
    """Else it would stop all of the tenant's webhooks."""
    async with receiving() as receiver:
        broken = Message(new_id(), "redemption.confirmed", datetime.now(UTC), '{"member": "no id"}')
        with scope.of(SHOP):
            sent = await webhooks.send(HERE, ROOT, an_endpoint(receiver.url), broken)
    assert (sent, receiver.requests) == (webhooks.Sent(None, "the event cannot be written"), [])
