"""How a partner comes to be a tenant of its own: the operator makes a code, and the tenant's staff take it.

    the code    `join_<operator's id>.<token>`: it names where it is good, so that no tenant is looked through for it
    once        the one before ends when a new one is made, and all of it is gone once it was taken

Both sides are written in one transaction: `partner.own_tenant_id` with the operator, `participation` with the tenant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from events.service import emit
from kit import db
from kit.errors import InvalidId, Refusal
from kit.ids import decode, encode, new_id
from programs.coalition import partners
from programs.coalition.errors import CoalitionErrorCode
from programs.coalition.models import Participation, Partner, PartnerInvitation
from programs.coalition.participations import Joined, ParticipationId, ParticipationView, check_unit, get, joined
from programs.coalition.partners import PartnerId, PartnerState, PartnerView
from tenants import audit, elsewhere, scope, tokens
from tenants.elsewhere import Elsewhere
from tenants.scope import TenantId

LIFETIME = timedelta(days=7)
_PREFIX = "join"


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A code just made, shown now and never again; good before `ends_at`, once."""

    code: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Offered:
    """What a code lets a tenant join: whose coalition, by which rules, as which partner, by which terms."""

    coalition: Joined
    partner: PartnerView
    ends_at: datetime


async def invite(partner: PartnerId) -> NewInvitation:
    """Make a code by which a tenant becomes this partner's own; one made before ends.

    Raises `Refusal`: NOT_FOUND, WRONG_STATE (it left, or a shop is linked already).
    """
    token, now = tokens.new_token(), scope.now()
    async with scope.writing():
        row = await partners.locked(partner)
        _check_free(row)
        await PartnerInvitation.filter(partner_id=row.id).delete()
        await PartnerInvitation.create(
            id=new_id(), partner_id=row.id, token_hash=tokens.hashed(token), made_at=now, made_by=scope.actor(),
            ends_at=now + LIFETIME,
        )  # fmt: skip
        await audit.record("partner.invited", f"partner:{row.id}")
    return NewInvitation(f"{encode(_PREFIX, scope.tenant_id())}.{token}", now + LIFETIME)


async def offered(code: str) -> Offered | None:
    """What a code is for; None for one that is not good, or not for this tenant."""
    found = await _find(code)
    if found is None:
        return None
    operator, invitation = found
    with operator.entered():
        partner = await partners.get(PartnerId(invitation.partner_id))
        return Offered(await joined(partner), partner, invitation.ends_at)


async def join(
    code: str, unit: str | None = None, months: int | None = None, daily_cap: int | None = None
) -> ParticipationView:  # fmt: skip
    """Take part in the coalition that a code is for; `unit` (its slug) is what the tenant's members convert, if any.

    Raises `Refusal`: CODE_INVALID (unknown, taken, ended, of the tenant itself, or between a shop and a sandbox),
    NOT_FOUND (unit), INVALID, OUT_OF_RANGE, WRONG_STATE.
    """
    unit_id = await check_unit(unit, months, daily_cap)
    found = await _find(code)
    if found is None:
        raise _no_code()
    operator, invitation = found
    own, id_ = scope.tenant_id(), new_id()
    async with scope.writing(also=[operator.tenant]):
        with operator.entered():
            partner = await partners.locked(PartnerId(invitation.partner_id))
            # Conditional, so that a code taken by two at once lets one in.
            if not await db.execute(_TAKE, operator.tenant, invitation.id, scope.now()):
                raise _no_code()
            _check_free(partner)
            partner.own_tenant_id = own
            await partner.save(update_fields=["own_tenant_id"])
            await audit.record("partner.joined", f"partner:{partner.id}")
            await emit("partner.joined", f"partner:{partner.id}", {"partner": partner.id}, partner.id)
        await Participation.create(
            id=id_, operator_id=operator.tenant, partner_id=partner.id, unit_id=unit_id, months=months,
            daily_cap=daily_cap,
            joined_at=scope.now(), joined_by=scope.actor(),
        )  # fmt: skip
        await audit.record("participation.joined", f"participation:{id_}")
    return await get(ParticipationId(id_))


# -- helpers -----------------------------------------------------------------------------------------------------------


async def _find(code: str) -> tuple[Elsewhere, PartnerInvitation] | None:
    """The operator, and its invitation, if this tenant can take it: live with live, a sandbox with a sandbox."""
    head, _, token = code.strip().partition(".")
    try:
        id_ = TenantId(decode(_PREFIX, head))
    except InvalidId:
        return None
    own, operator = scope.tenant_id(), await elsewhere.find(id_)
    this = await elsewhere.find(own)
    if operator is None or this is None or id_ == own or operator.sandbox != this.sandbox:
        return None
    with operator.entered():
        async with scope.reading():
            found = await PartnerInvitation.get_or_none(token_hash=tokens.hashed(token), ends_at__gt=scope.now())
    return None if found is None else (operator, found)


def _check_free(row: Partner) -> None:
    if row.state == PartnerState.LEFT:
        raise Refusal(CoalitionErrorCode.WRONG_STATE, "This partner has left.", ("partner",))
    if row.own_tenant_id is not None:
        raise Refusal(CoalitionErrorCode.WRONG_STATE, "A shop is linked with this partner already.", ("partner",))


def _no_code() -> Refusal:
    return Refusal(CoalitionErrorCode.CODE_INVALID, "This code is not valid (any more): ask for a new one.", ("code",))


_TAKE = "DELETE FROM partner_invitation WHERE tenant_id = $1 AND id = $2 AND ends_at > $3"
