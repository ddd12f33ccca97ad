"""Webhooks out: where a tenant wants its events, and one event sent there, signed as Standard Webhooks says.

A partner of a coalition has an endpoint of its own, where it is told what is about it (`partner_events`). Of whom an
endpoint is says `partner` everywhere: None for the tenant's own.

`webhook-id` is the event's id and stays the same when a delivery is tried again: receivers drop what they have seen.
The secret is derived from the root key, the tenant, the endpoint and its generation; after a rotation both secrets sign
for a day, so that receivers can change over. https://www.standardwebhooks.com
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from standardwebhooks import Webhook
from tortoise.expressions import F, Q

from connect.partner_events import TOLD
from events.models import Delivery, WebhookEndpoint
from events.service import ID_FIELDS, KINDS
from kit import clock, db
from kit.errors import Refusal
from kit.ids import encode, new_id
from kit.outbound import Outbound, OutboundError
from kit.secrets import derive
from programs.coalition.partners import PartnerId
from tenants import audit, scope
from tenants.roles import Action, PartnerScope, require

OVERLAP = timedelta(days=1)
URL_CHARACTERS_MAX = 2000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a tenant's events go, or a partner's; `kinds` empty for all; `disabled_at` once it answered 410."""

    id: str
    url: str
    kinds: tuple[str, ...]
    secret_generation: int
    rotated_at: datetime | None
    disabled_at: datetime | None
    partner_id: PartnerId | None = None

    def wants(self, kind: str) -> bool:
        """Whether events of this kind go there."""
        return kind in kinds_for(self.partner_id) and (not self.kinds or kind in self.kinds)


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


# -- the endpoints of a tenant and its partners ------------------------------------------------------------------------


def kinds_for(partner: PartnerId | None) -> Collection[str]:
    """The kinds of events that there are for the tenant, or for a partner."""
    return KINDS if partner is None else TOLD


async def endpoint(partner: PartnerId | None = None) -> Endpoint | None:
    """The endpoint of the scope's tenant, or of a partner of its, in the transaction or reading under way."""
    found = await WebhookEndpoint.filter(partner_id=partner).first()
    return None if found is None else _endpoint(found)


async def by_ids(ids: Iterable[str]) -> dict[str, Endpoint]:
    """The endpoints of these ids, by id, likewise."""
    return {row.id: _endpoint(row) for row in await WebhookEndpoint.filter(id__in=sorted(set(ids)))}


async def taking(partners: Iterable[str]) -> list[Endpoint]:
    """The endpoints that take events now: the tenant's, and those of these partners; likewise."""
    whose = Q(partner_id=None) | Q(partner_id__in=sorted(set(partners)))
    return [_endpoint(row) for row in await WebhookEndpoint.filter(whose, disabled_at=None)]


def require_write(partner: PartnerId | None) -> None:
    """Go on only if the one who acts may say where events go. Raises `Forbidden`.

    A partner's key needs both scopes by which it sees what events tell, so that it gets nothing this way that it could
    not ask for.
    """
    for needed in (Action.WRITE_SETTINGS,) if partner is None else (PartnerScope.SETTLE, PartnerScope.READ):
        require(needed)


async def set_endpoint(
    outbound: Outbound, url: str, kinds: Sequence[str] = (), partner: PartnerId | None = None
) -> Endpoint:
    """Say where events go from now on; also enables it again. Raises `Forbidden`, and `Refusal` INVALID, INVALID_KIND.

    The address is looked up here already, so that a private one is refused at once, and again for each delivery.
    """
    require_write(partner)
    if not 0 < len(url) <= URL_CHARACTERS_MAX:
        raise Refusal("INVALID", f"A URL has at most {URL_CHARACTERS_MAX} characters.", ("url",))
    if unknown := sorted(set(kinds).difference(kinds_for(partner))):
        raise Refusal("INVALID_KIND", f"There are no events of the kind {unknown[0]}.", ("kinds",))
    try:
        await outbound.check(url)
    except OutboundError as error:
        raise Refusal("INVALID", f"Events cannot be sent there: {error}.", ("url",)) from None
    async with scope.writing():
        await db.execute(
            "INSERT INTO webhook_endpoint (tenant_id, id, url, kinds, secret_generation, created_at, partner_id) "
            f"VALUES ($1, $2, $3, $4, 1, $5, $6) ON CONFLICT {_OWN if partner is None else _PARTNERS} "
            "DO UPDATE SET url = excluded.url, kinds = excluded.kinds, disabled_at = NULL",
            scope.tenant_id(), new_id(), url, orjson.dumps(sorted(set(kinds))).decode(), clock.now(), partner,
        )  # fmt: skip
        saved = await endpoint(partner)
        assert saved is not None
        await audit.record("webhook.set", f"webhook:{saved.id}", {"kinds": len(saved.kinds), **_whose(partner)})
        return saved


async def rotate_secret(partner: PartnerId | None = None) -> Endpoint:
    """Begin a new secret; the one before signs too for a day. Raises `Forbidden`, `Refusal` `NOT_FOUND`."""
    require_write(partner)
    async with scope.writing():
        changed = await WebhookEndpoint.filter(partner_id=partner).update(
            rotated_at=clock.now(), secret_generation=F("secret_generation") + 1
        )
        if not changed:
            raise Refusal("NOT_FOUND", "There is no webhook endpoint.")
        saved = await endpoint(partner)
        assert saved is not None
        await audit.record("webhook.secret_rotated", f"webhook:{saved.id}", _whose(partner))
        return saved


async def remove_endpoint(partner: PartnerId | None = None) -> bool:
    """Send no more events; what waits is given up. Answers whether there was one. Raises `Forbidden`."""
    require_write(partner)
    async with scope.writing():
        saved = await endpoint(partner)
        if saved is None:
            return False
        await give_up(saved.id, "the endpoint was removed")
        await WebhookEndpoint.filter(id=saved.id).delete()
        await audit.record("webhook.removed", f"webhook:{saved.id}", _whose(partner))
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
        row.id, row.url, tuple(orjson.loads(row.kinds)), row.secret_generation, row.rotated_at, row.disabled_at,
        None if row.partner_id is None else PartnerId(row.partner_id),
    )  # fmt: skip


def _whose(partner: PartnerId | None) -> dict[str, str]:
    return {} if partner is None else {"partner": f"partner:{partner}"}


# A tenant's own is one by a partial index: nulls are distinct.
_OWN, _PARTNERS = "(tenant_id) WHERE partner_id IS NULL", "(tenant_id, partner_id)"
