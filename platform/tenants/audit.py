"""The audit log: who did what to what. Append-only; details are JSON without personal data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from tenants import scope
from tenants.models import AuditEntry
from tenants.roles import Action, require

ENTRIES_MAX = 101  # a page of 100 and the one that tells whether there is another


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `action` as `key.revoked`, `target` as `key:<id>`, `actor` as the scope names it."""

    id: str
    actor: str
    action: str
    target: str
    details: Mapping[str, object]
    recorded_at: datetime


async def record(action: str, target: str, details: Mapping[str, object] | None = None) -> None:
    """Write down, in the transaction under way, what the one who acts has just done. No names or addresses in it."""
    await AuditEntry.create(
        actor=scope.actor(), action=action, target=target, details=orjson.dumps(details or {}).decode(),
        recorded_at=scope.now(),
    )  # fmt: skip


async def record_staff(action: str, target: str, details: Mapping[str, object] | None = None) -> None:
    """`record`, if it is a person who acts: what the merchant's servers and shoppers do all day is not in this log."""
    if by_staff():
        await record(action, target, details)


def by_staff() -> bool:
    """Whether it is a person who acts."""
    return scope.actor().startswith("staff:")


async def entries(after: str | None = None, first: int = 50, action: str | None = None) -> Sequence[Entry]:
    """The log, newest first: `first` entries beyond the id `after`, all or those of one action. Raises `Forbidden`."""
    require(Action.READ_AUDIT_LOG)
    async with scope.reading():
        wanted = AuditEntry.all()
        if after is not None:
            wanted = wanted.filter(id__lt=after)
        if action is not None:
            wanted = wanted.filter(action=action)
        found = await wanted.order_by("-id").limit(max(0, min(first, ENTRIES_MAX)))
    return [_entry(row) for row in found]


async def get(id_: str) -> Entry | None:
    """The line of this id; None if this tenant has none. Raises `Forbidden`."""
    require(Action.READ_AUDIT_LOG)
    async with scope.reading():
        row = await AuditEntry.get_or_none(id=id_)
    return None if row is None else _entry(row)


def _entry(row: AuditEntry) -> Entry:
    return Entry(row.id, row.actor, row.action, row.target, orjson.loads(row.details), row.recorded_at)
