"""What a key did, for who fears that it has leaked: what the audit log has of it, and what it told of a partner's.

An activity that came by a partner's key names the key as its source, in the way the audit log names actors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import db
from kit.ids import is_id
from tenants import scope

PAGE_MAX = 101


@dataclass(frozen=True, slots=True)
class Use:
    """Something done by a key: `action` and `target` as in the audit log; an activity is `activity.recorded`."""

    id: str
    action: str
    target: str
    at: datetime


async def uses(key: str, after: str | None = None, first: int = 25) -> Sequence[Use]:
    """What a key of the tenant's did, the latest first: `first` (at most 101) beyond the id `after`."""
    if not is_id(key) or (after is not None and not is_id(after)):
        return []
    first = max(0, min(first, PAGE_MAX))
    given = (scope.tenant_id(), f"key:{key}", after or _LAST, first)
    async with scope.reading():
        logged = await db.rows(_LOGGED, *given)
        told = await db.rows(_TOLD, *given, key)
    found = [
        *(Use(row["id"], row["action"], row["target"], db.instant(row["recorded_at"])) for row in logged),
        *(Use(row["id"], "activity.recorded", f"activity:{row['id']}", db.instant(row["recorded_at"])) for row in told),
    ]
    return sorted(found, key=lambda use: use.id, reverse=True)[:first]


_LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"

_LOGGED = """
SELECT id, action, target, recorded_at FROM audit_entry
WHERE tenant_id = $1 AND actor = $2 AND id < $3 ORDER BY id DESC LIMIT $4"""

_TOLD = """
SELECT a.id, a.recorded_at FROM api_key k JOIN activity a ON a.tenant_id = k.tenant_id AND a.partner_id = k.partner_id
WHERE k.tenant_id = $1 AND k.id = $5 AND a.source = $2 AND a.id < $3 ORDER BY a.id DESC LIMIT $4"""
