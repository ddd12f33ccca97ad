"""Partners' webhooks in the operator's hands: it sees how they fare, and can disable, enable and remove them.

The operator is told a host and no more of the address, which may itself be a secret, and never the signing secret.
"""

from __future__ import annotations

from collections.abc import Sequence

from connect import webhooks
from connect.health import AT_ONCE, DisabledReason
from connect.webhooks import Endpoint
from events.models import WebhookEndpoint
from kit import clock
from kit.errors import Refusal
from programs.coalition import partners
from programs.coalition.partners import PartnerId
from tenants import audit, scope


async def of_partners(found: Sequence[PartnerId]) -> dict[PartnerId, Endpoint]:
    """The endpoints of these partners, by the partner's id; who has none is not in it."""
    async with scope.reading():
        return {each.partner_id: each for each in await webhooks.of_partners(found) if each.partner_id is not None}


async def disable(partner: PartnerId) -> Endpoint:
    """Send nothing there until the operator enables it; what waits is given up.

    Raises `Refusal`: NOT_FOUND (no partner; it has no endpoint), WRONG_STATE (the operator has disabled it before).
    """
    async with scope.writing():
        found = await _held(partner)
        if found.disabled_reason is DisabledReason.OPERATOR:
            raise webhooks.stopped()
        reason, at = DisabledReason.OPERATOR, found.disabled_at or clock.now()
        await WebhookEndpoint.filter(id=found.id).update(disabled_at=at, disabled_reason=reason)
        await webhooks.give_up(found.id, webhooks.WHY[reason])
        return await _done(found, partner, "disabled")


async def enable(partner: PartnerId) -> Endpoint:
    """Let events go there again that the operator had disabled; those of meanwhile are not sent.

    Raises `Refusal`: NOT_FOUND, WRONG_STATE (it is not the operator who disabled it).
    """
    async with scope.writing():
        found = await _held(partner)
        if found.disabled_reason is not DisabledReason.OPERATOR:
            raise Refusal("WRONG_STATE", "It is not the operator who disabled this endpoint.")
        await WebhookEndpoint.filter(id=found.id).update(
            disabled_at=None, disabled_reason=None, failures=0, failing_since=None, try_at=AT_ONCE, apart=False
        )
        return await _done(found, partner, "enabled")


async def remove(partner: PartnerId) -> None:
    """Forget where the partner's events went; it may set an endpoint again. Raises `Refusal` NOT_FOUND."""
    async with scope.writing():
        await webhooks.delete(await _held(partner))


async def _held(partner: PartnerId) -> Endpoint:
    await partners.get(partner)
    found = await webhooks.held(partner)
    if found is None:
        raise Refusal("NOT_FOUND", "The partner has no webhook endpoint.", ("partner",))
    return found


async def _done(found: Endpoint, partner: PartnerId, what: str) -> Endpoint:
    await audit.record(f"webhook.{what}", f"webhook:{found.id}", {"partner": f"partner:{partner}"})
    saved = await webhooks.endpoint(partner)
    assert saved is not None
    return saved
