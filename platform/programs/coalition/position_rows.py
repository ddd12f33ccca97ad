"""The rows of partners' positions: changed beside the entries that say why."""

from __future__ import annotations

from collections.abc import Mapping

from kit import db
from kit.ids import new_id
from kit.setbased import Columns
from tenants import scope


async def change(moved: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    """Note, in the transaction under way, what partners owe more or less, and are exposed to, by partner and currency.

    The entries that say why are the caller's to post.
    """
    rows = [(scope.tenant_id(), new_id(), *key, *moved[key]) for key in sorted(moved)]
    if rows:
        await db.execute(_CHANGE.format(source=_CHANGED.source()), _CHANGED.payload(rows))


_CHANGED = Columns(
    tenant_id="uuid", id="uuid", partner_id="uuid", currency="text", owed="int", exposed="int"
)  # fmt: skip

_CHANGE = (
    "INSERT INTO partner_position (tenant_id, id, partner_id, currency, owed, exposed) "
    "SELECT x.tenant_id, x.id, x.partner_id, x.currency, x.owed, x.exposed FROM {source} AS x WHERE true "
    "ON CONFLICT (tenant_id, partner_id, currency) DO UPDATE SET owed = partner_position.owed + excluded.owed, "
    "exposed = partner_position.exposed + excluded.exposed"
)
