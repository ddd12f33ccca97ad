"""A partner's orders, which the tenant knows under names apart: two brands may use the same number."""

from __future__ import annotations

from collections.abc import Sequence

from kit import db
from kit.setbased import Columns
from programs.coalition.partners import PartnerId
from tenants import scope


def kept(partner: PartnerId, reference: str) -> str:
    """A partner's order as the tenant knows it."""
    return f"partner:{partner}/{reference}"


def own(partner: PartnerId, reference: str | None) -> str | None:
    """An order as the partner itself calls it; None for what is none of its."""
    head = kept(partner, "")
    return reference[len(head) :] if reference is not None and reference.startswith(head) else None


async def own_orders(partner: PartnerId, activities: Sequence[str]) -> dict[str, str]:
    """The partner's own orders that these activities are about; all others are missing."""
    if not activities:
        return {}
    sql = (
        f"SELECT a.id, a.order_reference FROM {_IDS.source(3)} AS x "
        "JOIN activity a ON a.tenant_id = $1 AND a.id = x.id WHERE a.partner_id = $2"
    )
    async with scope.reading():
        rows = await db.rows(sql, scope.tenant_id(), partner, _IDS.payload([(id_,) for id_ in activities]))
    named = {row["id"]: own(partner, row["order_reference"]) for row in rows}
    return {id_: reference for id_, reference in named.items() if reference is not None}


_IDS = Columns(id="uuid")
