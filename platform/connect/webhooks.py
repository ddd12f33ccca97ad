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
from urllib.parse import urlsplit

import orjson
import structlog
from standardwebhooks import Webhook
from tortoise.expressions import F, Q

from connect.health import AT_ONCE, DisabledReason, Health
from connect.partner_events import TOLD
from events.models import Delivery, WebhookEndpoint
from events.service import ID_FIELDS, KINDS, emit
from kit import clock, db
from kit.errors import Refusal
from kit.ids import encode, new_id
from kit.outbound import Outbound, OutboundError
from kit.secrets import derive
from programs.coalition.partners import PartnerId
from tenants import audit, scope
from tenants.roles import Action, PartnerScope, require

log = structlog.get_logger("webhooks")

OVERLAP = timedelta(days=1)
URL_CHARACTERS_MAX = 2000
_FRESH = Health()

WHY = {
    DisabledReason.GONE: "the endpoint answered 410 Gone",
    DisabledReason.FAILING: "nothing has arrived at the endpoint for days",
    DisabledReason.OPERATOR: "the operator disabled the endpoint",
}
"""What is said of deliveries that were given up because of it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a tenant's events go, or a partner's; `kinds` empty for all; `disabled_at`: since when nothing is sent."""

    id: str
    url: str
    kinds: tuple[str, ...]
    secret_generation: int
    rotated_at: datetime | None
    disabled_at: datetime | None
    partner_id: PartnerId | None = None
    disabled_reason: DisabledReason | None = None
    health: Health = _FRESH

    @property
    def host(self) -> str:
        """Where it is, without what a path or a query may tell."""
        return urlsplit(self.url).netloc

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
    at = clock.now()
    try:
        text = message.text()
    except ValueError as error:  # a bug of ours: this one stays behind, the others of the tenant do not wait for it
        log.error("webhooks.cannot_be_written", id=message.event_id, kind=message.kind, error=type(error).__name__)
        return Sent(None, "the event cannot be written")
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


async def of_partners(partners: Iterable[str]) -> list[Endpoint]:
    """The endpoints of these partners, likewise."""
    return [_endpoint(row) for row in await WebhookEndpoint.filter(partner_id__in=sorted(set(partners)))]


async def taking(partners: Iterable[str]) -> list[Endpoint]:
    """The endpoints that take events now: the tenant's, and those of these partners.

    Held in the transaction under way, so that none is removed, or disabled, until what it is to get is written.
    """
    whose = Q(partner_id=None) | Q(partner_id__in=sorted(set(partners)))
    rows = WebhookEndpoint.filter(whose, disabled_at=None).order_by("id").select_for_update()
    return [_endpoint(row) for row in await rows]


async def held(partner: PartnerId | None = None) -> Endpoint | None:
    """The endpoint of the tenant, or of a partner, held likewise."""
    found = await WebhookEndpoint.filter(partner_id=partner).select_for_update().first()
    return None if found is None else _endpoint(found)


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
    """Say where events go from now on; also enables it again.

    Raises `Forbidden`, and `Refusal`: INVALID, INVALID_KIND, WRONG_STATE (the operator wants nothing sent there). The
    address is looked up here already, so that a private one is refused at once, and again for each delivery.
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
        # Elsewhere it starts afresh; where the operator wants nothing sent, nothing is.
        changed = await db.execute(
            "INSERT INTO webhook_endpoint "
            "(tenant_id, id, url, kinds, secret_generation, created_at, partner_id, try_at) "
            f"VALUES ($1, $2, $3, $4, 1, $5, $6, $7) ON CONFLICT {_OWN if partner is None else _PARTNERS} "
            "DO UPDATE SET url = excluded.url, kinds = excluded.kinds, disabled_at = NULL, disabled_reason = NULL, "
            "failures = 0, failing_since = NULL, try_at = excluded.try_at, apart = excluded.apart "
            "WHERE webhook_endpoint.disabled_reason IS NULL OR webhook_endpoint.disabled_reason <> 'operator'",
            scope.tenant_id(), new_id(), url, orjson.dumps(sorted(set(kinds))).decode(), clock.now(), partner,
            AT_ONCE,
        )  # fmt: skip
        if not changed:
            raise stopped()
        saved = await endpoint(partner)
        assert saved is not None
        details = {"kinds": len(saved.kinds), "host": saved.host, **_whose(partner)}
        await audit.record("webhook.set", f"webhook:{saved.id}", details)
        return saved


async def try_now(partner: PartnerId | None = None, *, enable: bool = False) -> Endpoint:
    """Send what waits at once, though the endpoint is paused; `enable` it, if it was disabled.

    Raises `Forbidden`, `Refusal`: NOT_FOUND, WRONG_STATE (it is disabled and not to be enabled, or by the operator).
    """
    require_write(partner)
    async with scope.writing():
        found, now = await held(partner), clock.now()
        if found is None:
            raise _no_endpoint()
        if found.disabled_reason is DisabledReason.OPERATOR:
            raise stopped()
        if found.disabled_at is not None and not enable:
            raise Refusal("WRONG_STATE", "This endpoint is disabled.")
        anew = {"disabled_at": None, "disabled_reason": None, "failures": 0, "failing_since": None, "apart": False}
        await WebhookEndpoint.filter(id=found.id).update(try_at=AT_ONCE, **(anew if found.disabled_at else {}))
        await Delivery.filter(endpoint_id=found.id, state="waiting", due_at__gt=now).update(due_at=now)
        await audit.record("webhook.tried_now", f"webhook:{found.id}", _whose(partner))
        saved = await endpoint(partner)
        assert saved is not None
        return saved


async def rotate_secret(partner: PartnerId | None = None) -> Endpoint:
    """Begin a new secret; the one before signs too for a day. Raises `Forbidden`, `Refusal` `NOT_FOUND`."""
    require_write(partner)
    async with scope.writing():
        changed = await WebhookEndpoint.filter(partner_id=partner).update(
            rotated_at=clock.now(), secret_generation=F("secret_generation") + 1
        )
        if not changed:
            raise _no_endpoint()
        saved = await endpoint(partner)
        assert saved is not None
        await audit.record("webhook.secret_rotated", f"webhook:{saved.id}", _whose(partner))
        return saved


async def remove_endpoint(partner: PartnerId | None = None) -> bool:
    """Send no more events; what waits is given up. Answers whether there was one.

    Raises `Forbidden`, and `Refusal` WRONG_STATE: the operator has disabled it, and it stays so.
    """
    require_write(partner)
    async with scope.writing():
        saved = await held(partner)
        if saved is None:
            return False
        if partner is not None and saved.disabled_reason is DisabledReason.OPERATOR:
            raise stopped()
        await delete(saved)
        return True


async def delete(saved: Endpoint) -> None:
    """Remove an endpoint that is held, and give up what waits for it, in the transaction under way."""
    await WebhookEndpoint.filter(id=saved.id).delete()
    await give_up(saved.id, "the endpoint was removed")
    await audit.record("webhook.removed", f"webhook:{saved.id}", _whose(saved.partner_id))


async def note(sent_to: Endpoint, health: Health, dead: DisabledReason | None) -> bool:
    """Write down how an endpoint fares after some attempts, and disable one that is dead.

    Answers whether it still is the one that was sent to: what another address said is nothing to the one set since.
    """
    noted = await db.execute(
        "UPDATE webhook_endpoint SET failures = $4, failing_since = $5, last_success_at = $6, try_at = $7, apart = $8, "
        "disabled_reason = $9, disabled_at = $10 WHERE tenant_id = $1 AND id = $2 AND url = $3 AND disabled_at IS NULL",
        scope.tenant_id(), sent_to.id, sent_to.url, health.failures, health.failing_since, health.last_success_at,
        health.try_at, health.apart, dead, None if dead is None else clock.now(),
    )  # fmt: skip
    return bool(noted)


async def tell_disabled(dead: Endpoint, reason: DisabledReason) -> None:
    """Give up what waits for an endpoint that was just found dead, and tell the operator."""
    await give_up(dead.id, WHY[reason])
    await audit.record("webhook.disabled", f"webhook:{dead.id}", {"reason": reason, **_whose(dead.partner_id)})
    await emit("webhook.disabled", f"webhook:{dead.id}", {"partner": dead.partner_id, "reason": reason})


async def give_up(endpoint_id: str, why: str) -> None:
    """Close all that still waits for this endpoint."""
    await Delivery.filter(endpoint_id=endpoint_id, state="waiting").update(
        state="failed", error=why, closed_at=clock.now()
    )


def _endpoint(row: WebhookEndpoint) -> Endpoint:
    return Endpoint(
        row.id, row.url, tuple(orjson.loads(row.kinds)), row.secret_generation, row.rotated_at, row.disabled_at,
        None if row.partner_id is None else PartnerId(row.partner_id),
        None if row.disabled_reason is None else DisabledReason(row.disabled_reason),
        Health(row.failures, row.failing_since, row.last_success_at, row.try_at, row.apart),
    )  # fmt: skip


def stopped() -> Refusal:
    """The partner's endpoint is disabled by the operator, who alone can enable it."""
    return Refusal("WRONG_STATE", "The operator has disabled this endpoint.")


def _no_endpoint() -> Refusal:
    return Refusal("NOT_FOUND", "There is no webhook endpoint.")


def _whose(partner: PartnerId | None) -> dict[str, str]:
    return {} if partner is None else {"partner": f"partner:{partner}"}


# A tenant's own is one by a partial index: nulls are distinct.
_OWN, _PARTNERS = "(tenant_id) WHERE partner_id IS NULL", "(tenant_id, partner_id)"
