"""Books clearing entries: written, and counted in what their partners owe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from kit import db
from kit.ids import new_id
from kit.setbased import Columns
from programs.coalition.entries import Account, NewEntry, post
from programs.days import local_day
from tenants import profile, scope

Key = tuple[str, str]
"""A partner and a currency."""


async def book(entries: Sequence[NewEntry], exposed: Mapping[Key, int] | None = None) -> list[NewEntry]:
    """Write entries in the transaction under way, with what partners owe by them, and are `exposed` to more."""
    booked, owed = await post(entries), defaultdict[Key, int](int)
    for each in booked:
        if each.partner_id is not None and Account.PARTNER in (each.debit, each.credit):
            owed[each.partner_id, each.currency] += each.amount if each.debit == Account.PARTNER else -each.amount
    exposed = exposed or {}
    rows = [
        (scope.tenant_id(), new_id(), *key, owed.get(key, 0), exposed.get(key, 0)) for key in sorted({*owed, *exposed})
    ]
    if rows:
        await db.execute(_CHANGE.format(source=_CHANGED.source()), _CHANGED.payload(rows))
    return booked


async def today() -> str:
    """The local day (ISO) on which what happens now is booked."""
    return local_day(scope.now(), ZoneInfo((await profile.current()).zone)).isoformat()


_CHANGED = Columns(
    tenant_id="uuid", id="uuid", partner_id="uuid", currency="text", owed="int", exposed="int"
)  # fmt: skip
_CHANGE = (
    "INSERT INTO partner_position (tenant_id, id, partner_id, currency, owed, exposed) "
    "SELECT x.tenant_id, x.id, x.partner_id, x.currency, x.owed, x.exposed FROM {source} AS x WHERE true "
    "ON CONFLICT (tenant_id, partner_id, currency) DO UPDATE SET owed = partner_position.owed + excluded.owed, "
    "exposed = partner_position.exposed + excluded.exposed"
)
