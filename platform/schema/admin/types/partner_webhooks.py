"""A partner's webhook as the operator sees it: never where exactly it leads, and never its secret."""

from __future__ import annotations

from connect.webhooks import Endpoint
from schema.shared.declare import field, output
from schema.shared.webhooks import WebhookHealth, health_values


@output
class PartnerWebhook(WebhookHealth):
    """Where a partner is told what happens with it."""

    host: str = field(description="The host that it leads to.")
    kinds: list[str] = field(description="The kinds of event that are sent; none: all that partners are told.")


def show_partner_webhook(endpoint: Endpoint) -> PartnerWebhook:
    """A partner's webhook in the schema."""
    return PartnerWebhook(
        host=endpoint.host, kinds=list(endpoint.kinds), **health_values(endpoint)
    )  # fmt: skip
