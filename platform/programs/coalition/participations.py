"""Partners that are tenants of their own: a tenant takes part in another's coalition, once both want it.

The tenant then sees what is the partner's (terms, positions, settlements), and points of one of its own units can be
what its members convert. Each side keeps a row of its own, `partner.own_tenant_id` with the operator and
`participation` with the tenant: nothing of the operator's is shown unless the two agree.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from events.service import emit
from kit import db
from kit.errors import Refusal
from kit.ids import is_id
from kit.money import EXPONENTS
from ledger.models import Unit
from ledger.state import AMOUNT_MAX, UnitId
from programs.coalition import live, partners, words
from programs.coalition.errors import CoalitionErrorCode, invalid, out_of_range
from programs.coalition.models import Coalition, Participation, PartnerInvitation
from programs.coalition.partners import PartnerId, PartnerView
from programs.models import Program
from programs.wording import Words
from tenants import audit, elsewhere, profile, scope
from tenants.scope import TenantId

MONTHS_MAX = 120
LISTED_MAX = 200

ParticipationId = NewType("ParticipationId", str)


@dataclass(frozen=True, slots=True)
class ParticipationView:
    """A tenant in the coalition of `operator_id`, as its `partner_id`.

    `unit_id`: what its members convert; None: their points are not moved. Those that come out of the coalition end
    after so many `months`; None: never. On a local day at most `daily_cap` of them come, and as many go; None: any
    number. It is over from `ended_at` on.
    """

    id: ParticipationId
    tenant_id: TenantId
    operator_id: TenantId
    partner_id: PartnerId
    unit_id: UnitId | None
    months: int | None
    daily_cap: int | None
    joined_at: datetime
    joined_by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Joined:
    """A coalition as a partner knows it: who runs it, what it is called, what is shared, its rules in sentences.

    There are no rules while it is not live.
    """

    operator: str
    coalition: str
    unit: Unit
    rules: tuple[str, ...]


async def listed() -> list[ParticipationView]:
    """The coalitions that the tenant is, or was, in: the latest first, 200 at most."""
    async with scope.reading():
        return list(map(_view, await Participation.all().order_by("-id").limit(LISTED_MAX)))


async def get(participation: ParticipationId) -> ParticipationView:
    """The participation of this id. Raises `Refusal` NOT_FOUND, for another tenant's alike."""
    async with scope.reading():
        row = await Participation.get_or_none(id=participation) if is_id(participation) else None
    if row is None:
        raise participation_not_found()
    return _view(row)


@asynccontextmanager
async def as_partner(view: ParticipationView) -> AsyncIterator[PartnerView]:
    """The operator's scope inside the block, for what is the partner's, and no one else's.

    Raises `Refusal` NOT_FOUND if it is over, or the operator has let go.
    """
    operator = None if view.ended_at is not None else await elsewhere.find(view.operator_id)
    if operator is None:
        raise participation_not_found()
    with operator.entered(f"partner:{view.partner_id}"):
        partner = await partners.get(view.partner_id)
        if partner.own_tenant_id != view.tenant_id:
            raise participation_not_found()
        yield partner


async def joined(partner: PartnerView) -> Joined:
    """The coalition of a partner, within the operator's scope."""
    async with scope.reading():
        program = await Program.get(id=partner.program_id)
        unit = await Unit.get(id=program.unit_id)
        operator, rules = (await profile.current()).name, await live.rules_of(partner)
    known = Words(unit.name, unit.name_plural, unit.scale, EXPONENTS, {partner.slug: partner.name})
    told = () if rules is None else tuple(words.summary(words.of_partner(rules, partner.slug), known))
    return Joined(operator, program.name, unit, told)


async def change(
    participation: ParticipationId, unit: str | None, months: int | None, daily_cap: int | None = None
) -> ParticipationView:  # fmt: skip
    """Say which unit (its slug) members convert, None: no points are moved; when points that come in end, and how many
    are moved on a day.

    Raises `Refusal`: NOT_FOUND (also of the unit), WRONG_STATE (it is over), INVALID, OUT_OF_RANGE.
    """
    unit_id = await check_unit(unit, months, daily_cap)
    async with scope.writing():
        row = await _locked(participation)
        row.unit_id, row.months, row.daily_cap = unit_id, months, daily_cap
        await row.save(update_fields=["unit_id", "months", "daily_cap"])
        told = {"unit": unit, "months": months, "daily_cap": daily_cap}
        await audit.record("participation.changed", f"participation:{row.id}", told)
        return _view(row)


async def end(participation: ParticipationId) -> ParticipationView:
    """Take part no longer: the partner stays, with its points and what is owed, as one without a tenant.

    Raises `Refusal`: NOT_FOUND, WRONG_STATE (it is over).
    """
    view = await get(participation)
    operator = await elsewhere.find(view.operator_id)
    assert operator is not None, "tenants stay"
    async with scope.writing(also=[operator.tenant]):
        with operator.entered():
            await _let_go(view.partner_id, view.tenant_id)
        return _view(await _ended(participation))


async def let_go(partner: PartnerId) -> PartnerView:
    """Of the operator: end what `end` ends. Raises `Refusal`: NOT_FOUND, WRONG_STATE (no tenant takes part)."""
    view = await partners.get(partner)
    own = None if view.own_tenant_id is None else await elsewhere.find(view.own_tenant_id)
    if own is None:
        raise _not_linked()
    operator = scope.tenant_id()
    async with scope.writing(also=[own.tenant]):
        if not await _let_go(partner, own.tenant):
            raise _not_linked()
        with own.entered():
            row = await Participation.get(operator_id=operator, partner_id=partner, ended_at=None)
            await _ended(ParticipationId(row.id))
    return await partners.get(partner)


async def check_unit(unit: str | None, months: int | None, daily_cap: int | None) -> UnitId | None:
    """The unit of this slug, if its points can be converted. Raises `Refusal`: NOT_FOUND, INVALID, OUT_OF_RANGE."""
    if months is not None and not 1 <= months <= MONTHS_MAX:
        raise out_of_range(1, MONTHS_MAX, "months")
    if daily_cap is not None and not 1 <= daily_cap <= AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX, "daily_cap")
    if unit is None:
        if months is not None:
            raise invalid("Points end only where a unit is converted.", "months")
        if daily_cap is not None:
            raise invalid("There is a cap only where a unit is converted.", "daily_cap")
        return None
    async with scope.reading():
        row = await Unit.get_or_none(slug=unit)
        if row is None:
            raise Refusal(CoalitionErrorCode.NOT_FOUND, "There is no such unit.", ("unit",))
        if row.currency is not None:
            raise invalid("Money is not converted: choose points.", "unit")
        if await Coalition.exists(unit_id=row.id):
            raise invalid("These points are shared in a coalition of yours: choose others.", "unit")
    return UnitId(row.id)


def participation_not_found() -> Refusal:
    """No such participation; another tenant's answers exactly the same."""
    return Refusal(CoalitionErrorCode.NOT_FOUND, "You take part in no such coalition.", ("participation",))


# -- helpers -----------------------------------------------------------------------------------------------------------


async def _locked(participation: ParticipationId) -> Participation:
    """The row, if it is not over, locked in the transaction under way."""
    sql = "UPDATE participation SET joined_at = joined_at WHERE tenant_id = $1 AND id = $2"
    if not is_id(participation) or not await db.execute(sql, scope.tenant_id(), participation):
        raise participation_not_found()
    row = await Participation.get(id=participation)
    if row.ended_at is not None:
        raise Refusal(CoalitionErrorCode.WRONG_STATE, "This is over.", ("participation",))
    return row


async def _ended(participation: ParticipationId) -> Participation:
    """The tenant's side of the end; the partner's row is locked before."""
    row = await _locked(participation)
    row.ended_at = scope.now()
    await row.save(update_fields=["ended_at"])
    await audit.record("participation.ended", f"participation:{row.id}")
    await emit("participation.ended", f"participation:{row.id}", {"participation": row.id})
    return row


async def _let_go(partner: PartnerId, own: TenantId) -> bool:
    """The operator's side of it; false if another was faster."""
    row = await partners.locked(partner)
    if row.own_tenant_id != own:
        return False
    row.own_tenant_id = None
    await row.save(update_fields=["own_tenant_id"])
    await PartnerInvitation.filter(partner_id=row.id).delete()
    await audit.record("partner.shop_unlinked", f"partner:{row.id}")
    await emit("partner.shop_unlinked", f"partner:{row.id}", {"partner": row.id}, row.id)
    return True


def _not_linked() -> Refusal:
    return Refusal(CoalitionErrorCode.WRONG_STATE, "No shop is linked with this partner.", ("partner",))


def _view(row: Participation) -> ParticipationView:
    return ParticipationView(
        ParticipationId(row.id), TenantId(row.tenant_id), TenantId(row.operator_id), PartnerId(row.partner_id),
        None if row.unit_id is None else UnitId(row.unit_id), row.months, row.daily_cap, row.joined_at,
        row.joined_by, row.ended_at,
    )  # fmt: skip
