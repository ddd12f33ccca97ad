"""Webhooks out: where a tenant wants its events, and one event sent there, signed as Standard Webhooks says.

`webhook-id` is the event's id and stays the same when a delivery is tried again: receivers drop what they have seen.
The secret is derived from the root key, the tenant, the endpoint and its generation; after a rotation both secrets sign
for a day, so that receivers can change over. https://www.standardwebhooks.com
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from standardwebhooks import Webhook
from tortoise.expressions import F

from events.models import Delivery, WebhookEndpoint
from events.service import ID_FIELDS, KINDS
from kit import clock, db
from kit.errors import Refusal
from kit.ids import encode, new_id
from kit.outbound import Outbound, OutboundError
from kit.secrets import derive
from tenants import audit, scope
from tenants.roles import Action, require

OVERLAP = timedelta(days=1)
URL_CHARACTERS_MAX = 2000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a tenant's events go; `kinds` empty for all; `disabled_at` once it answered 410."""

    id: str
    url: str
    kinds: tuple[str, ...]
    secret_generation: int
    rotated_at: datetime | None
    disabled_at: datetime | None

    def wants(self, kind: str) -> bool:
        """Whether events of this kind go there."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it is sent; `body` is JSON with plain ids, which are sent as the API writes them."""

    event_id: str
    kind: str
    recorded_at: datetime
    body: str

    def text(self) -> str:
        """The request's body: `{"type", "timestamp", "data"}`."""
        content = {"type": self.kind, "timestamp": self.recorded_at, "data": _outside(orjson.loads(self.body))}
        return orjson.dumps(content, option=orjson.OPT_UTC_Z).decode()


def _outside(value: Any, name: str = "") -> Any:
    """Ids as GraphQL has them (`mem_01j…`), so that a receiver can ask for what it was told of; the rest as it is."""
    if isinstance(value, dict):
        return {field: _outside(each, field) for field, each in value.items()}
    if isinstance(value, list):
        return [_outside(each) for each in value]
    return encode(ID_FIELDS[name], value) if name in ID_FIELDS and isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Sent:
    """How it went: the answer's `status`, if one came; `error`, a line for the merchant, unless it arrived."""

    status: int | None
    error: str | None

    @property
    def gone(self) -> bool:
        """Whether the other side wants no more events, ever."""
        return self.status == 410


async def send(outbound: Outbound, root: bytes, endpoint: Endpoint, message: Message) -> Sent:
    """Send one event once. Never inside a transaction; never raises for what the other side does."""
    text, at = message.text(), clock.now()
    headers = {
        "content-type": "application/json",
        "user-agent": "Guerdon-Webhooks/1",
        "webhook-id": message.event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures(root, endpoint, message.event_id, at, text),
    }
    try:
        answer = await outbound.send("POST", endpoint.url, headers, text.encode())
    except OutboundError as error:
        return Sent(None, str(error)[:500])
    if 200 <= answer.status < 300:
        return Sent(answer.status, None)
    return Sent(answer.status, f"the endpoint answered {answer.status}")


def signatures(root: bytes, endpoint: Endpoint, event_id: str, at: datetime, text: str) -> str:
    """The header `webhook-signature`: by the secret in force, and for a day by the one before."""
    generations = [endpoint.secret_generation]
    if endpoint.rotated_at is not None and at < endpoint.rotated_at + OVERLAP:
        generations.append(endpoint.secret_generation - 1)
    return " ".join(
        Webhook(secret(root, endpoint.id, generation)).sign(event_id, at, text) for generation in generations
    )


def secret(root: bytes, endpoint_id: str, generation: int) -> str:
    """The signing secret of the scope's tenant for an endpoint, as `whsec_<base64>`."""
    derived = derive(root, "webhook", scope.tenant_id(), endpoint_id, str(generation))
    key = base64.urlsafe_b64decode(derived + "=" * (-len(derived) % 4))
    return "whsec_" + base64.b64encode(key).decode()


# -- the tenant's endpoint ---------------------------------------------------------------------------------------------


async def endpoint() -> Endpoint | None:
    """The scope's tenant's endpoint, in the transaction or reading under way."""
    found = await WebhookEndpoint.all().first()
    return None if found is None else _endpoint(found)


async def set_endpoint(outbound: Outbound, url: str, kinds: Sequence[str] = ()) -> Endpoint:
    """Say where events go from now on; also enables it again. Raises `Forbidden`, and `Refusal` INVALID, INVALID_KIND.

    The address is looked up here already, so that a private one is refused at once, and again for each delivery.
    """
    require(Action.WRITE_SETTINGS)
    if not 0 < len(url) <= URL_CHARACTERS_MAX:
        raise Refusal("INVALID", f"A URL has at most {URL_CHARACTERS_MAX} characters.", ("url",))
    if unknown := sorted(set(kinds) - KINDS.keys()):
        raise Refusal("INVALID_KIND", f"There are no events of the kind {unknown[0]}.", ("kinds",))
    try:
        await outbound.check(url)
    except OutboundError as error:
        raise Refusal("INVALID", f"Events cannot be sent there: {error}.", ("url",)) from None
    async with scope.writing():
        await db.execute(
            "INSERT INTO webhook_endpoint (tenant_id, id, url, kinds, secret_generation, created_at) "
            "VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT (tenant_id) "
            "DO UPDATE SET url = excluded.url, kinds = excluded.kinds, disabled_at = NULL",
            scope.tenant_id(), new_id(), url, orjson.dumps(sorted(set(kinds))).decode(), clock.now(),
        )  # fmt: skip
        saved = await endpoint()
        assert saved is not None
        await audit.record("webhook.set", f"webhook:{saved.id}", {"kinds": len(saved.kinds)})
        return saved


async def rotate_secret() -> Endpoint:
    """Begin a new secret; the one before signs too for a day. Raises `Forbidden`, `Refusal` `NOT_FOUND`."""
    require(Action.WRITE_SETTINGS)
    async with scope.writing():
        changed = await WebhookEndpoint.all().update(
            rotated_at=clock.now(), secret_generation=F("secret_generation") + 1
        )
        if not changed:
            raise Refusal("NOT_FOUND", "There is no webhook endpoint.")
        saved = await endpoint()
        assert saved is not None
        await audit.record("webhook.secret_rotated", f"webhook:{saved.id}")
        return saved


async def remove_endpoint() -> bool:
    """Send no more events; what waits is given up. Answers whether there was one. Raises `Forbidden`."""
    require(Action.WRITE_SETTINGS)
    async with scope.writing():
        saved = await endpoint()
        if saved is None:
            return False
        await give_up(saved.id, "the endpoint was removed")
        await WebhookEndpoint.filter(id=saved.id).delete()
        await audit.record("webhook.removed", f"webhook:{saved.id}")
        return True


async def disable(endpoint_id: str) -> None:
    """The endpoint answered 410: send nothing more there until the merchant sets it again."""
    await WebhookEndpoint.filter(id=endpoint_id, disabled_at=None).update(disabled_at=clock.now())
    await give_up(endpoint_id, "the endpoint answered 410 Gone")


async def give_up(endpoint_id: str, why: str) -> None:
    """Close all that still waits for this endpoint."""
    await Delivery.filter(endpoint_id=endpoint_id, state="waiting").update(
        state="failed", error=why, closed_at=clock.now()
    )


def _endpoint(row: WebhookEndpoint) -> Endpoint:
    return Endpoint(
        row.id, row.url, tuple(orjson.loads(row.kinds)), row.secret_generation, row.rotated_at, row.disabled_at
    )
