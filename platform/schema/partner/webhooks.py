"""Where the partner wants its events, and how they fare on their way there."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from connect import deliveries, webhooks
from connect.deliveries import DeliveryState
from schema.partner.codes import (
    WebhookDeliveryResendErrorCode,
    WebhookEndpointSetErrorCode,
    WebhookEndpointTryErrorCode,
)
from schema.partner.who import asking
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import DELIVERY
from schema.shared.webhooks import (
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpointSetInput,
    WebhookEndpointTryInput,
    set_endpoint,
    show_delivery,
    show_endpoint,
)
from tenants import scope
from tenants.roles import PartnerScope


@output
class WebhookEndpointSetPayload:
    """The endpoint, and the secret that proves who sent."""

    endpoint: WebhookEndpoint | None = field(default=None, description="The endpoint.")
    secret: str | None = field(default=None, description="The `whsec_…` by which to check signatures.")
    user_errors: list[UserError[WebhookEndpointSetErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


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
class WebhookQueries:
    """The partner API's questions on webhooks."""

    @asked("Where the partner's events are sent; null: nowhere.", PartnerScope.SETTLE)
    async def webhook_endpoint(self, info: Info) -> WebhookEndpoint | None:
        async with scope.reading():
            endpoint = await webhooks.endpoint(asking(info))
        return show_endpoint(endpoint) if endpoint is not None else None

    @asked("Events on their way to the endpoint, the latest first.", PartnerScope.SETTLE)
    async def webhook_deliveries(
        self,
        info: Info,
        state: Annotated[DeliveryState | None, argument(description="In this state.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[WebhookDelivery]:
        rows = await deliveries.list_(
            state=state, after=after_id(after, str), first=first + 1, partner=asking(info)
        )  # fmt: skip
        return page(rows, first, after, lambda row: row.id, show_delivery)


@strawberry.type
class WebhookMutations:
    """The partner API's mutations on webhooks."""

    @mutation(
        WebhookEndpointSetPayload,
        WebhookEndpointSetErrorCode,
        "Say where the partner's events are to be sent. The key needs `READ` as well, since events tell of members.",
        needs=PartnerScope.SETTLE,
    )
    async def webhook_endpoint_set(self, info: Info, input: WebhookEndpointSetInput) -> WebhookEndpointSetPayload:
        endpoint, secret = await set_endpoint(input, asking(info))
        return WebhookEndpointSetPayload(endpoint=endpoint, secret=secret)

    @mutation(
        WebhookEndpointTryPayload,
        WebhookEndpointTryErrorCode,
        "Send what waits now, though the endpoint is paused. The key needs `READ` as well.",
        needs=PartnerScope.SETTLE,
    )
    async def webhook_endpoint_try(self, info: Info, input: WebhookEndpointTryInput) -> WebhookEndpointTryPayload:
        return WebhookEndpointTryPayload(
            endpoint=show_endpoint(await webhooks.try_now(asking(info), enable=input.enable))
        )

    @mutation(
        WebhookDeliveryResendPayload,
        WebhookDeliveryResendErrorCode,
        "Send an event again whose delivery failed; known by its `webhook-id`. The key needs `READ` as well.",
        needs=PartnerScope.SETTLE,
    )
    async def webhook_delivery_resend(
        self, info: Info, input: WebhookDeliveryResendInput
    ) -> WebhookDeliveryResendPayload:
        sent = await deliveries.resend(DELIVERY.read(input.id, "id"), asking(info))
        return WebhookDeliveryResendPayload(delivery=show_delivery(sent))
