"""Counters of caps: loaded under locks for a batch, written back by conditional updates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kit import db
from kit.ids import new_id
from kit.setbased import Change, Columns, Insert, Update
from ledger.book import Book
from members.views import MemberId
from programs.decision import CounterKey, CounterOwner
from programs.order_effects import Use
from tenants import scope
from tenants.scope import TenantId


class CounterRef(NamedTuple):
    """A counter of a tenant; `owner` is `member:<id>` or `program`."""

    tenant: TenantId
    program_id: str
    owner: str
    name: str
    period: str


@dataclass(slots=True)
class CounterValue:
    """A counter while it is worked on; `was` is what is stored (None: not there yet)."""

    id: str
    was: int | None
    used: int


def ref(tenant: TenantId, member_id: str, key: CounterKey) -> CounterRef:
    """The stored counter that an engine's key names for this member."""
    owner = f"member:{member_id}" if key.owner is CounterOwner.MEMBER else "program"
    return CounterRef(tenant, key.program_id, owner, key.name, key.period)


async def load_counters(refs: Iterable[CounterRef]) -> dict[CounterRef, CounterValue]:
    """These counters, locked in order; those not there yet as zero."""
    wanted = sorted(set(refs))
    if not wanted:
        return {}
    lock = "FOR UPDATE OF c" if db.dialect() == "postgres" else ""
    sql = (
        f"SELECT c.tenant_id, c.program_id, c.owner, c.name, c.period, c.id, c.used FROM {_REFS.source()} AS x "
        "JOIN counter c ON c.tenant_id = x.tenant_id AND c.program_id = x.program_id AND c.owner = x.owner "
        f"AND c.name = x.name AND c.period = x.period ORDER BY c.tenant_id, c.id {lock}"
    )
    found = {ref: CounterValue(new_id(), None, 0) for ref in wanted}
    for row in await db.rows(sql, _REFS.payload(wanted)):
        key = CounterRef(TenantId(row["tenant_id"]), row["program_id"], row["owner"], row["name"], row["period"])
        found[key] = CounterValue(row["id"], row["used"], row["used"])
    return found


def counter_changes(counters: Mapping[CounterRef, CounterValue]) -> tuple[Change, Change]:
    """What is to be written of them; a count that is short says that somebody else did meanwhile."""
    new = [(*ref, c.id, c.used) for ref, c in sorted(counters.items()) if c.was is None and c.used]
    old = [(ref.tenant, c.id, c.used, c.was) for ref, c in counters.items() if c.was is not None and c.used != c.was]
    return Change(_INSERT, new), Change(_UPDATE, old)


def count(
    book: Book, counters: Mapping[CounterRef, CounterValue], tenant: TenantId, member_id: str, use: Use, amount: int
) -> None:
    """Let a used counter go up, or down (below 0), and the heads of those who have anything in it with it."""
    if not amount:
        return
    counter = counters[ref(tenant, member_id, use.key)]
    was, now = counter.used, max(0, counter.used + amount)
    book.set(counter, "used", now)
    if use.heads is not None and (was > 0) != (now > 0):
        heads = counters[ref(tenant, member_id, use.heads)]
        book.set(heads, "used", max(0, heads.used + (1 if now else -1)))


async def used_now(keys: Sequence[CounterKey], member: MemberId | None) -> dict[CounterKey, int]:
    """The counters' values as they are now, unlocked; a guest has none of their own."""
    tenant = scope.tenant_id()
    wanted = {
        ref(tenant, member or "", key): key for key in keys if member is not None or key.owner is CounterOwner.PROGRAM
    }
    if not wanted:
        return {}
    used = {
        CounterRef(TenantId(row["tenant_id"]), row["program_id"], row["owner"], row["name"], row["period"]): row["used"]
        for row in await db.rows(_USED.format(source=_REFS.source()), _REFS.payload(wanted))
    }
    return {key: used.get(at, 0) for at, key in wanted.items()}


_REFS = Columns(tenant_id="uuid", program_id="uuid", owner="text", name="text", period="text")
_USED = """
SELECT c.tenant_id, c.program_id, c.owner, c.name, c.period, c.used FROM {source} AS x
JOIN counter c ON c.tenant_id = x.tenant_id AND c.program_id = x.program_id AND c.owner = x.owner AND c.name = x.name
AND c.period = x.period"""
_INSERT = Insert(
    "counter", tenant_id="uuid", program_id="uuid", owner="text", name="text", period="text", id="uuid", used="int",
    suffix="ON CONFLICT (tenant_id, program_id, owner, name, period) DO NOTHING",
)  # fmt: skip
_UPDATE = Update("counter", "used = x.used", "t.used = x.was", used="int", was="int")
