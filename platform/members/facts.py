"""What higher floors know of a member (a tier, a segment), left here for lower floors to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from kit import db
from kit.ids import new_id
from kit.setbased import Change, Columns, Insert
from members.views import IDS, MemberId
from tenants import scope

JsonValue = Any  # a JSON document: what is in it is a matter between who writes and who reads the fact


class Fact(NamedTuple):
    """One fact: `name` as `tier:<program>`, `value` any JSON."""

    member: MemberId
    name: str
    value: JsonValue


async def put(member: MemberId, name: str, value: JsonValue) -> None:
    """Remember a fact, in the place of what it was before."""
    await put_many([Fact(member, name, value)])


async def put_many(facts: Sequence[Fact]) -> int:
    """Remember facts, each (member, name) once; answers how many changed.

    Nothing is remembered of members that are erased or not this tenant's: a job need not know who was erased meanwhile.
    """
    if not facts:
        return 0
    tenant, now = scope.tenant_id(), scope.now()
    rows = [
        (tenant, new_id(), fact.member, fact.name, orjson.dumps(fact.value, option=orjson.OPT_SORT_KEYS).decode(), now)
        for fact in facts
    ]
    async with scope.writing():
        return await db.execute(_PUT[db.dialect()].format(source=_FACTS.source()), _FACTS.payload(rows))


def change(rows: Sequence[tuple[str, str, str, JsonValue, datetime]]) -> Change:
    """Facts (tenant, member, name, value, instant), to be written with other rows.

    None is written of who is erased meanwhile: then fewer rows are than were given, and the caller tries again.
    """
    return Change(_CHANGE[db.dialect()], [
        (tenant, new_id(), member, name, orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode(), at)
        for tenant, member, name, value, at in rows
    ])  # fmt: skip


async def get_many(members: Sequence[MemberId], names: Sequence[str]) -> dict[MemberId, dict[str, JsonValue]]:
    """The facts of these names of these members; every member has an entry, perhaps an empty one."""
    facts: dict[MemberId, dict[str, JsonValue]] = {member: {} for member in members}
    if not members or not names:
        return facts
    statement = _GET.format(members=IDS.source(2), names=_NAMES.source(3))
    params = (IDS.payload([(member,) for member in members]), _NAMES.payload([(name,) for name in names]))
    async with scope.reading():
        for row in await db.rows(statement, scope.tenant_id(), *params):
            facts[row["member_id"]][row["name"]] = orjson.loads(row["value"])
    return facts


_FACTS = Columns(tenant_id="uuid", id="uuid", member_id="uuid", name="text", value="text", updated_at="instant")
_NAMES = Columns(name="text")

# Nothing is written of who is erased; an erasure under way is waited for, or waits, whoever else works on the member.
_CHANGE = {
    dialect: Insert(
        "member_fact", tenant_id="uuid", id="uuid", member_id="uuid", name="text", value="text", updated_at="instant",
        suffix="AND EXISTS (SELECT 1 FROM member m WHERE m.tenant_id = x.tenant_id AND m.id = x.member_id "
        f"AND m.state <> 'erased' {lock}) ON CONFLICT (tenant_id, member_id, name) DO UPDATE "
        "SET value = excluded.value, updated_at = excluded.updated_at",
    )
    for dialect, lock in (("postgres", "FOR KEY SHARE"), ("sqlite", ""))
}  # fmt: skip

# An erasure under way is waited for, or waits; SQLite has one writer at a time anyway. Members are locked in the order
# in which `members.store` claims them.
_LOCK = {"postgres": 'ORDER BY m.external_id COLLATE "C", m.id, x.name FOR SHARE OF m', "sqlite": ""}
_PUT = {
    dialect: f"""
INSERT INTO member_fact (tenant_id, id, member_id, name, value, updated_at)
SELECT x.tenant_id, x.id, x.member_id, x.name, x.value, x.updated_at
FROM {{source}} AS x JOIN member m ON m.tenant_id = x.tenant_id AND m.id = x.member_id
WHERE m.state <> 'erased' {lock}
ON CONFLICT (tenant_id, member_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
WHERE member_fact.value <> excluded.value"""
    for dialect, lock in _LOCK.items()
}

_GET = """
SELECT f.member_id, f.name, f.value FROM {members} AS x
JOIN member_fact f ON f.tenant_id = $1 AND f.member_id = x.id
JOIN {names} AS n ON n.name = f.name"""
