"""Webhooks of a coalition's partners, disabled, enabled and removed by its operator."""

from __future__ import annotations

import strawberry

from connect import partner_endpoints
from schema.admin.coalition import read_partner
from schema.admin.codes import (
    PartnerWebhookDisableErrorCode,
    PartnerWebhookEnableErrorCode,
    PartnerWebhookRemoveErrorCode,
)
from schema.admin.types.partner_webhooks import PartnerWebhook, show_partner_webhook
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from tenants.roles import Action

_PATHS = {"partner": ["id"]}
_REFUSED = "Why it was refused."


@input_
class PartnerWebhookDisableInput:
    """A partner whose webhook is to send nothing."""

    id: strawberry.ID = field(description="The partner.")


@output
class PartnerWebhookDisablePayload:
    """The webhook, disabled."""

    webhook: PartnerWebhook | None = field(default=None, description="The webhook.")
    user_errors: list[UserError[PartnerWebhookDisableErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerWebhookEnableInput:
    """A partner whose webhook the operator had disabled."""

    id: strawberry.ID = field(description="The partner.")


@output
class PartnerWebhookEnablePayload:
    """The webhook, enabled."""

    webhook: PartnerWebhook | None = field(default=None, description="The webhook.")
    user_errors: list[UserError[PartnerWebhookEnableErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerWebhookRemoveInput:
    """A partner whose webhook is to be forgotten."""

    id: strawberry.ID = field(description="The partner.")


@output
class PartnerWebhookRemovePayload:
    """Whether it was removed."""

    user_errors: list[UserError[PartnerWebhookRemoveErrorCode]] = field(default_factory=list, description=_REFUSED)


@strawberry.type
class PartnerWebhookMutations:
    """Mutations on partners' webhooks."""

    @mutation(
        PartnerWebhookDisablePayload,
        PartnerWebhookDisableErrorCode,
        "Send a partner's webhook nothing any more, until the operator enables it; what waits is given up.",
        needs=Action.WRITE_PARTNERS,
        paths=_PATHS,
    )
    async def partner_webhook_disable(self, input: PartnerWebhookDisableInput) -> PartnerWebhookDisablePayload:
        saved = await partner_endpoints.disable(read_partner(input.id))
        return PartnerWebhookDisablePayload(webhook=show_partner_webhook(saved))

    @mutation(
        PartnerWebhookEnablePayload,
        PartnerWebhookEnableErrorCode,
        "Let a partner's webhook that the operator had disabled be sent events again.",
        needs=Action.WRITE_PARTNERS,
        paths=_PATHS,
    )
    async def partner_webhook_enable(self, input: PartnerWebhookEnableInput) -> PartnerWebhookEnablePayload:
        saved = await partner_endpoints.enable(read_partner(input.id))
        return PartnerWebhookEnablePayload(webhook=show_partner_webhook(saved))

    @mutation(
        PartnerWebhookRemovePayload,
        PartnerWebhookRemoveErrorCode,
        "Forget a partner's webhook, and give up what waits; the partner may set one again.",
        needs=Action.WRITE_PARTNERS,
        paths=_PATHS,
    )
    async def partner_webhook_remove(self, input: PartnerWebhookRemoveInput) -> PartnerWebhookRemovePayload:
        await partner_endpoints.remove(read_partner(input.id))
        return PartnerWebhookRemovePayload()
