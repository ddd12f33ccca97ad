"""Events on their way to the tenant's endpoint."""

from __future__ import annotations

from datetime import datetime

from connect.deliveries import DeliveryState, DeliveryView
from schema.shared.declare import enum, field, output
from schema.shared.ids import DELIVERY, Node

enum(DeliveryState, {
    "WAITING": "To be sent, or sent again.",
    "DELIVERED": "It arrived.",
    "FAILED": "Given up; `webhookDeliveryResend` sends it again.",
})  # fmt: skip


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


def show_delivery(delivery: DeliveryView) -> WebhookDelivery:
    """A delivery in the schema."""
    return WebhookDelivery(
        id=DELIVERY.show(delivery.id), event_id=delivery.event_id, kind=delivery.kind,
        happened_at=delivery.happened_at, state=delivery.state, attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at, status=delivery.status, error=delivery.error,
        closed_at=delivery.closed_at,
    )  # fmt: skip
