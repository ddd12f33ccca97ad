"""Whom a member looks after and likes to see remembered: a pet, a child. Personal, so erased with the member.

A dependant is known by kind and name: told again under both, it stays the same one, whatever else changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NewType

from kit import db
from kit.ids import new_id
from kit.setbased import Columns
from members.models import MemberDependant
from tenants import scope

DependantId = NewType("DependantId", str)

DEPENDANTS_MAX = 20
NAME_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class DependantInput:
    """A dependant as the merchant tells of it; `kind` is a word, such as `pet` or `child`."""

    kind: str
    name: str
    birthday: date | None = None


@dataclass(frozen=True, slots=True)
class Dependant:
    """A dependant of a member."""

    id: DependantId
    kind: str
    name: str
    birthday: date | None = None


def replaced(before: Sequence[Dependant], given: Sequence[DependantInput]) -> tuple[Dependant, ...]:
    """The dependants that these make of those there were, sorted by kind and name."""
    known = {(each.kind, each.name): each.id for each in before}
    made = [
        Dependant(known.get((each.kind, each.name)) or DependantId(new_id()), each.kind, each.name, each.birthday)
        for each in given
    ]
    return tuple(sorted(made, key=lambda each: (each.kind, each.name)))


async def write(member: str, before: Sequence[Dependant], after: Sequence[Dependant]) -> None:
    """Write what changed about a locked member's dependants."""
    kept = {each.id for each in after}
    if gone := [each.id for each in before if each.id not in kept]:
        await MemberDependant.filter(member_id=member, id__in=gone).delete()
    if news := [each for each in after if each not in before]:
        birthday = "x.birthday::date" if db.dialect() == "postgres" else "x.birthday"
        now = scope.now()
        rows = [(scope.tenant_id(), each.id, member, each.kind, each.name, each.birthday, now) for each in news]
        await db.execute(_WRITE.format(source=_ROWS.source(), birthday=birthday), _ROWS.payload(rows))


_ROWS = Columns(tenant_id="uuid", id="uuid", member_id="uuid", kind="text", name="text", birthday="text",
                told_at="instant")  # fmt: skip
_WRITE = """
INSERT INTO member_dependant (tenant_id, id, member_id, kind, name, birthday, told_at)
SELECT tenant_id, id, member_id, kind, name, {birthday}, told_at FROM {source} AS x WHERE true
ON CONFLICT (tenant_id, id) DO UPDATE SET birthday = excluded.birthday, told_at = excluded.told_at"""
