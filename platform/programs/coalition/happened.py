"""What happened at a partner, read back for it: its own activities, orders and redemptions, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from ledger.state import UnitId
from programs import activities
from programs.activities import ActivityView
from programs.coalition import doings, earning
from programs.coalition.doings import Asked, Doing
from programs.coalition.models import Coalition
from programs.coalition.partners import PartnerId, PartnerView
from rewards import history
from rewards.views import RedemptionId, RedemptionView
from tenants import scope


async def shared_unit(partner: PartnerView) -> UnitId:
    """The unit that the partner's coalition shares."""
    async with scope.reading():
        return UnitId((await Coalition.get(id=partner.program_id)).unit_id)


async def page_of_activities(partner: PartnerId, asked: Asked) -> list[ActivityView]:
    """What the partner told of, the latest first. Raises what `doings.page` raises."""
    ids = await doings.page(Doing.ACTIVITY, partner, asked)
    found = await activities.by_ids(ids)
    return [found[id_] for id_ in ids]


async def page_of_redemptions(partner: PartnerId, asked: Asked) -> list[RedemptionView]:
    """Points spent with the partner, the latest first. Raises likewise."""
    ids = [RedemptionId(id_) for id_ in await doings.page(Doing.REDEMPTION, partner, asked)]
    found = await history.get_many(ids)
    return [found[id_] for id_ in ids]


async def activity(partner: PartnerId, id_: str) -> ActivityView | None:
    """The partner's activity of this id; None for one of another's, and for none."""
    return await activities.find(id_) if await _is_own("activity", partner, id_) else None


async def redemption(partner: PartnerId, id_: RedemptionId) -> RedemptionView | None:
    """The partner's redemption of this id; None likewise."""
    found = (await history.get_many([id_])).get(id_)
    return found if found is not None and found.partner_id == partner else None


async def own_orders(partner: PartnerId, ids: Sequence[str]) -> dict[str, str]:
    """The partner's own orders, as it calls them, that these activities are about; all others are missing."""
    if not ids:
        return {}
    sql = (
        f"SELECT a.id, a.order_reference FROM {_IDS.source(3)} AS x "
        "JOIN activity a ON a.tenant_id = $1 AND a.id = x.id WHERE a.partner_id = $2"
    )
    async with scope.reading():
        rows = await db.rows(sql, scope.tenant_id(), partner, _IDS.payload([(id_,) for id_ in ids]))
    named = {row["id"]: earning.own_reference(partner, row["order_reference"]) for row in rows}
    return {id_: order for id_, order in named.items() if order is not None}


async def _is_own(table: str, partner: PartnerId, id_: str) -> bool:
    if not is_id(id_):
        return False
    sql = f"SELECT 1 FROM {table} WHERE tenant_id = $1 AND id = $2 AND partner_id = $3"
    async with scope.reading():
        return bool(await db.rows(sql, scope.tenant_id(), id_, partner))


_IDS = Columns(id="uuid")
