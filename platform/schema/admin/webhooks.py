"""Mutations on webhooks under way."""

from __future__ import annotations

import strawberry

from connect import deliveries, webhooks
from schema.admin.codes import WebhookDeliveryResendErrorCode, WebhookEndpointTryErrorCode
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import DELIVERY
from schema.shared.webhooks import (
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpointTryInput,
    show_delivery,
    show_endpoint,
)
from tenants.roles import Action


@output
class WebhookEndpointTryPayload:
    """The endpoint, neither paused nor disabled."""

    endpoint: WebhookEndpoint | None = field(default=None, description="The endpoint.")
    user_errors: list[UserError[WebhookEndpointTryErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class WebhookDeliveryResendInput:
    """A delivery that failed."""

    id: strawberry.ID = field(description="Its id.")


@output
class WebhookDeliveryResendPayload:
    """The delivery, which waits again."""

    delivery: WebhookDelivery | None = field(default=None, description="The delivery.")
    user_errors: list[UserError[WebhookDeliveryResendErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class WebhookMutations:
    """Mutations on webhooks under way."""

    @mutation(
        WebhookEndpointTryPayload,
        WebhookEndpointTryErrorCode,
        "Send what waits now, though the endpoint is paused.",
        needs=Action.WRITE_SETTINGS,
    )
    async def webhook_endpoint_try(self, input: WebhookEndpointTryInput) -> WebhookEndpointTryPayload:
        return WebhookEndpointTryPayload(endpoint=show_endpoint(await webhooks.try_now(enable=input.enable)))

    @mutation(
        WebhookDeliveryResendPayload,
        WebhookDeliveryResendErrorCode,
        "Send an event again whose delivery failed; receivers know it by its `webhook-id`.",
        needs=Action.WRITE_SETTINGS,
    )
    async def webhook_delivery_resend(self, input: WebhookDeliveryResendInput) -> WebhookDeliveryResendPayload:
        sent = await deliveries.resend(DELIVERY.read(input.id, "id"))
        return WebhookDeliveryResendPayload(delivery=show_delivery(sent))
