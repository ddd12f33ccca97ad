"""Pages of what happened at a partner, the latest first: all of it, of one member, or recorded on some days.

A page is read from an index whatever is before it. What a member did is read first, which is never much, and then what
of it was at the partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from kit import db
from kit.ids import is_id
from members.views import MemberId
from programs.coalition.errors import invalid
from programs.coalition.partners import PartnerId
from programs.coalition.spans import ALL_DAYS, Days, instants
from tenants import scope

PAGE_MAX = 101


class _Table(NamedTuple):
    """Where doings of a kind are, when they were recorded, and how those of a member (`$3`) are found."""

    name: str
    at: str
    of_member: str = ""


class Doing(Enum):
    """What can be done at a partner."""

    ACTIVITY = _Table("activity", "recorded_at")
    REDEMPTION = _Table("redemption", "reserved_at")
    CONVERSION = _Table("partner_conversion", "converted_at")
    OFFER_USE = _Table(
        "partner_perk_use", "used_at",
        "SELECT o.id, o.partner_id, o.used_at AS at FROM perk_use u "
        "JOIN partner_perk_use o ON o.tenant_id = u.tenant_id AND o.id = u.id "
        "WHERE u.tenant_id = $1 AND u.member_id = $3",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of what happened: of one member (None: of all), recorded on these days, beyond the place `after`."""

    member: MemberId | None = None
    days: Days = ALL_DAYS
    after: str | None = None
    first: int = 25


async def page(doing: Doing, partner: PartnerId, asked: Asked) -> list[str]:
    """The ids of a page, at most 101. Raises `Refusal` INVALID for a place that is none of this list."""
    start, end = await instants(asked.days)
    params: list[object] = [scope.tenant_id(), partner]
    if asked.member is not None:
        params.append(asked.member)
    conditions = ["partner_id = $2"]
    for condition, value in (("at >= ", start), ("at < ", end)):
        if value is not None:
            params.append(value)
            conditions.append(f"{condition}${len(params)}")
    if asked.after is not None:
        params += _place(asked.after)
        at, id_ = len(params) - 1, len(params)
        conditions.append(f"at <= ${at} AND (at < ${at} OR id < ${id_})")
    params.append(max(0, min(asked.first, PAGE_MAX)))
    sql = (
        f"{_source(doing.value, asked.member)} WHERE {' AND '.join(conditions)} "
        f"ORDER BY at DESC, id DESC LIMIT ${len(params)}"
    )
    async with scope.reading():
        return [row["id"] for row in await db.rows(sql, *params)]


def place(at: datetime, id_: str) -> str:
    """Where something stands in its list."""
    return f"{at.isoformat()}/{id_}"


def _source(table: _Table, member: MemberId | None) -> str:
    if member is None:
        return (
            f"SELECT id FROM (SELECT id, tenant_id, partner_id, {table.at} AS at FROM {table.name} "
            "WHERE tenant_id = $1 AND partner_id IS NOT NULL) AS own"
        )
    of_member = table.of_member or (
        f"SELECT id, partner_id, {table.at} AS at FROM {table.name} WHERE tenant_id = $1 AND member_id = $3"
    )
    return f"WITH own AS MATERIALIZED ({of_member}) SELECT id FROM own"


def _place(text: str) -> Sequence[object]:
    at, _, id_ = text.partition("/")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        instant = None
    if instant is None or instant.utcoffset() != timedelta(0) or not is_id(id_):
        raise invalid("This is not a cursor of this list.", "after")
    return instant, id_
