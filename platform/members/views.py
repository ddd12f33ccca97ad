"""A member as the rest of the house sees it, read set-based: four statements whatever the number of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

import orjson

from kit import db
from kit.setbased import Columns
from members.dependants import Dependant, DependantId
from tenants import scope

MemberId = NewType("MemberId", str)
Attribute = str | int | float | bool


class MemberState(StrEnum):
    """What became of a member."""

    ACTIVE = "active"
    CLOSED = "closed"
    MERGED = "merged"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Consent:
    """The last word on one purpose: given or withdrawn, when, and where it was asked (`source`)."""

    purpose: str
    granted: bool
    source: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class MemberView:
    """All that is known of a member but facts and history; after an erasure only ids, instants and consents remain.

    `tags`, `consents` (one per purpose) and `dependants` are sorted. Instants in UTC.
    """

    id: MemberId
    external_id: str | None
    state: MemberState
    joined_at: datetime
    erased_at: datetime | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    birthday: date | None = None
    locale: str | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    consents: tuple[Consent, ...] = ()
    updated_at: datetime | None = None
    dependants: tuple[Dependant, ...] = ()
    merged_into: MemberId | None = None


CONSENT_TO_COALITION = "coalition"
"""The purpose of the consent to be linked with partners of a coalition."""


async def views(ids: Sequence[MemberId]) -> dict[MemberId, MemberView]:
    """The members of these ids that this tenant has; others are missing from the answer. At most a page of ids."""
    async with scope.reading():
        return await load(ids)


async def load(ids: Sequence[MemberId]) -> dict[MemberId, MemberView]:
    """`views` inside the session under way."""
    if not ids:
        return {}
    wanted = (scope.tenant_id(), IDS.payload([(id_,) for id_ in ids]))
    members = await db.rows(_MEMBERS.format(ids=IDS.source(2)), *wanted)
    tags: dict[str, list[str]] = {}
    for row in await db.rows(_TAGS.format(ids=IDS.source(2)), *wanted):
        tags.setdefault(row["member_id"], []).append(row["tag"])
    consents: dict[str, list[Consent]] = {}
    for row in await db.rows(_CONSENTS.format(ids=IDS.source(2)), *wanted):
        consent = Consent(row["purpose"], bool(row["granted"]), row["source"], db.instant(row["recorded_at"]))
        consents.setdefault(row["member_id"], []).append(consent)
    dependants: dict[str, list[Dependant]] = {}
    for row in await db.rows(_DEPENDANTS.format(ids=IDS.source(2)), *wanted):
        found = Dependant(DependantId(row["id"]), row["kind"], row["name"], _date_or_none(row["birthday"]))
        dependants.setdefault(row["member_id"], []).append(found)
    return {
        row["id"]: _view(row, tags.get(row["id"], ()), consents.get(row["id"], ()), dependants.get(row["id"], ()))
        for row in members
    }


def stored(attributes: Mapping[str, Attribute]) -> str:
    """Attributes as the one text they are stored as; also what tells `1` from `true`, which are equal in Python."""
    return orjson.dumps(dict(attributes), option=orjson.OPT_SORT_KEYS).decode()


IDS = Columns(id="uuid")

_MEMBERS = """
SELECT m.id, m.external_id, m.state, m.merged_into, m.joined_at, m.erased_at, p.name, p.email, p.phone, p.birthday,
       p.locale, p.attributes, p.updated_at
FROM {ids} AS x
JOIN member m ON m.tenant_id = $1 AND m.id = x.id
LEFT JOIN member_profile p ON p.tenant_id = m.tenant_id AND p.id = m.id"""

_TAGS = """
SELECT t.member_id, t.tag FROM {ids} AS x JOIN member_tag t ON t.tenant_id = $1 AND t.member_id = x.id ORDER BY t.tag"""

_CONSENTS = """
SELECT member_id, purpose, granted, source, recorded_at FROM (
    SELECT c.*, row_number() OVER (PARTITION BY c.member_id, c.purpose ORDER BY c.recorded_at DESC, c.id DESC) AS age
    FROM {ids} AS x JOIN member_consent c ON c.tenant_id = $1 AND c.member_id = x.id) AS history
WHERE age = 1 ORDER BY purpose"""

_DEPENDANTS = """
SELECT d.member_id, d.id, d.kind, d.name, d.birthday
FROM {ids} AS x JOIN member_dependant d ON d.tenant_id = $1 AND d.member_id = x.id ORDER BY d.kind, d.name"""


def _view(
    row: db.Row, tags: Sequence[str], consents: Sequence[Consent], dependants: Sequence[Dependant]
) -> MemberView:  # fmt: skip
    return MemberView(
        id=MemberId(row["id"]),
        external_id=row["external_id"],
        state=MemberState(row["state"]),
        joined_at=db.instant(row["joined_at"]),
        erased_at=db.instant_or_none(row["erased_at"]),
        name=row["name"],
        email=row["email"],
        phone=row["phone"],
        birthday=_date_or_none(row["birthday"]),
        locale=row["locale"],
        attributes=orjson.loads(row["attributes"]) if row["attributes"] else {},
        tags=tuple(tags),
        consents=tuple(consents),
        updated_at=db.instant_or_none(row["updated_at"]),
        dependants=tuple(dependants),
        merged_into=row["merged_into"],
    )


def _date_or_none(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
