"""Where events are sent, and events on their way there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connect import webhooks
from connect.deliveries import DeliveryState, DeliveryView
from connect.health import DisabledReason
from kit import clock
from kit.outbound import Outbound
from kit.secrets import root_key
from programs.coalition.partners import PartnerId
from schema.shared.declare import enum, field, input_, output
from schema.shared.ids import DELIVERY, Node
from settings import settings

enum(DeliveryState, {
    "WAITING": "To be sent, or sent again.",
    "DELIVERED": "It arrived.",
    "FAILED": "Given up; `webhookDeliveryResend` sends it again.",
})  # fmt: skip
enum(DisabledReason, {
    "GONE": "It answered 410 Gone.",
    "FAILING": "Nothing arrived there for days.",
    "OPERATOR": "The operator of the coalition has disabled it.",
}, name="WebhookDisabledReason")  # fmt: skip


@output
class WebhookHealth:
    """How an endpoint of webhooks fares."""

    disabled_at: datetime | None = field(description="Since when nothing is sent; null: it is enabled.")
    disabled_reason: DisabledReason | None = field(description="Why nothing is sent; null: it is enabled.")
    last_success_at: datetime | None = field(description="When an event arrived there last.")
    consecutive_failures: int = field(description="How many attempts have failed since; 0: all is well.")
    failing_since: datetime | None = field(description="When the first of them was.")
    paused_until: datetime | None = field(description="Until when nothing is tried, since it failed; null: at once.")


@output
class WebhookEndpoint(WebhookHealth):
    """Where events are sent, signed as Standard Webhooks says."""

    url: str = field(description="The address.")
    kinds: list[str] = field(description="The kinds of event that are sent, such as `points.earned`; none: all.")


@input_
class WebhookEndpointSetInput:
    """Where events are to be sent."""

    url: str | None = field(description="An https address; null: nowhere any more.")
    kinds: list[str] = field(default_factory=list, description="The kinds of event; none: all.")
    rotate_secret: bool = field(default=False, description="Whether to sign with a new secret from now on.")


@input_
class WebhookEndpointTryInput:
    """An endpoint that is to be tried now."""

    enable: bool = field(default=False, description="Whether to enable it, if it was disabled.")


@output
class WebhookDelivery(Node):
    """An event on its way to the endpoint; kept for 30 days after it arrived or was given up."""

    event_id: str = field(description="The event, as the header `webhook-id` names it.")
    kind: str = field(description="What happened, such as `redemption.confirmed`.")
    happened_at: datetime = field(description="When it happened.")
    state: DeliveryState = field(description="Where it is.")
    attempts: int = field(description="How often it was sent, since it was sent again by hand if it was.")
    next_attempt_at: datetime | None = field(description="When it is sent next; null unless it waits.")
    status: int | None = field(description="The status of the last answer, if one came.")
    error: str | None = field(description="What was wrong with the last attempt; null: nothing.")
    closed_at: datetime | None = field(description="When it arrived or was given up.")


async def set_endpoint(
    given: WebhookEndpointSetInput, partner: PartnerId | None = None
) -> tuple[WebhookEndpoint | None, str | None]:
    """Say where events of the tenant, or of a partner, go; answers the endpoint, if there is one now, and its secret.

    Raises `Forbidden`, and `Refusal`: INVALID, INVALID_KIND, NOT_FOUND.
    """
    if given.url is None:
        await webhooks.remove_endpoint(partner)
        return None, None
    used = settings()
    outbound = Outbound(allow_private=not used.production)
    endpoint = await webhooks.set_endpoint(outbound, given.url, given.kinds, partner)
    if given.rotate_secret:
        endpoint = await webhooks.rotate_secret(partner)
    secret = webhooks.secret(root_key(used.secret_key, used.data_dir), endpoint.id, endpoint.secret_generation)
    return show_endpoint(endpoint), secret


def show_endpoint(endpoint: webhooks.Endpoint) -> WebhookEndpoint:
    """Where events go, in the schema."""
    return WebhookEndpoint(url=endpoint.url, kinds=list(endpoint.kinds), **health_values(endpoint))


def health_values(endpoint: webhooks.Endpoint) -> dict[str, Any]:
    """The fields of `WebhookHealth`."""
    health, disabled = endpoint.health, endpoint.disabled_at is not None
    return {
        "disabled_at": endpoint.disabled_at, "disabled_reason": endpoint.disabled_reason,
        "last_success_at": health.last_success_at, "consecutive_failures": health.failures,
        "failing_since": health.failing_since,
        "paused_until": None if disabled else health.paused_until(clock.now()),
    }  # fmt: skip


def show_delivery(delivery: DeliveryView) -> WebhookDelivery:
    """A delivery in the schema."""
    return WebhookDelivery(
        id=DELIVERY.show(delivery.id), event_id=delivery.event_id, kind=delivery.kind,
        happened_at=delivery.happened_at, state=delivery.state, attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at, status=delivery.status, error=delivery.error,
        closed_at=delivery.closed_at,
    )  # fmt: skip
