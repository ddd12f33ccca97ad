"""Birthdays and anniversaries: on the local day, an activity for each member, recorded through the intake.

Once a year: the activity's key names whose day it is and the year, and what was celebrated for who was merged into a
member was theirs. Who was born, or joined, on 29 February is celebrated on 28 February in other years. How far the
calendar was gone through is kept, so downtime catches up, though no more than `CATCH_UP_DAYS`: more is too late. A
birthday of a member there was, told of only after its day, is celebrated up to `KNOWN_LATE_DAYS` later.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kit import db
from kit.errors import Refusal
from kit.ids import encode
from kit.setbased import Columns
from programs import rulebooks
from programs.activity import Activity, ActivityKind
from programs.days import end_of_day, start_of_day
from programs.engine import EVERY_LINE
from programs.intake import record_batch
from programs.models import OccasionMark
from programs.records import MemberRef, Submission
from tenants import scope

CATCH_UP_DAYS = 31
KNOWN_LATE_DAYS = 7
"""So late a birthday can become known and be celebrated, with the next day; afterwards it is the next in a year."""
SOURCE = "calendar"
NOBODY = "00000000-0000-0000-0000-000000000000"


class Occasion(StrEnum):
    """What is celebrated, in the order in which a day is gone through."""

    BIRTHDAY = "birthday"
    DEPENDANT = "dependant"
    ANNIVERSARY = "anniversary"


_ORDER = tuple(Occasion)


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the tenant's calendar stands: all of `through` is done, and of the day after it what is before this."""

    through: date
    occasion: Occasion = Occasion.BIRTHDAY
    after: str = NOBODY

    def next_day(self) -> _Mark:
        return _Mark(self.through + timedelta(days=1))

    def next_occasion(self) -> _Mark:
        place = _ORDER.index(self.occasion) + 1
        return self.next_day() if place == len(_ORDER) else _Mark(self.through, _ORDER[place])


async def celebrate_due(limit: int) -> int:
    """Record the activities of days that have come, at most about `limit`; answers how many were looked at."""
    tenant, now = scope.tenant_id(), scope.now()
    stored = await OccasionMark.first()  # the job's lease keeps others away
    zone = (await rulebooks.load([tenant]))[tenant].zone
    today = now.astimezone(zone).date()
    mark = _Mark(today - timedelta(days=1)) if stored is None else _read(stored)
    if (today - mark.through).days > CATCH_UP_DAYS:
        mark = _Mark(today - timedelta(days=CATCH_UP_DAYS))
    seen = 0
    while seen < limit and mark.through < today:
        page = await _page(mark, zone, limit - seen)
        await _record(page.items)
        mark = mark.next_occasion() if page.last is None else replace(mark, after=page.last)
        seen += page.seen
    stored = stored or OccasionMark()
    stored.through, stored.occasion, stored.after_id = mark.through, mark.occasion.value, mark.after
    stored.next_at = end_of_day(mark.through, zone)
    await stored.save()
    return seen


def _read(stored: OccasionMark) -> _Mark:
    return _Mark(stored.through, Occasion(stored.occasion), stored.after_id)


@dataclass(frozen=True, slots=True)
class _Page:
    """Activities of an occasion, how many rows they were found in, and the last of these if there may be more."""

    items: Sequence[Submission]
    seen: int
    last: str | None


async def _page(mark: _Mark, zone: ZoneInfo, limit: int) -> _Page:
    day = mark.through + timedelta(days=1)
    joined = mark.occasion is Occasion.ANNIVERSARY
    # Who joined on that local day did so on one of these days in UTC.
    near = (-1, 0, 1) if joined else range(-KNOWN_LATE_DAYS, 1)
    numbers = sorted({number for days in near for number in _numbers(day + timedelta(days=days))})
    column = "m.joined_at" if joined else "b.birthday"
    if joined and db.dialect() == "postgres":
        column = "(m.joined_at AT TIME ZONE 'UTC')"  # as in the index
    number = _NUMBER[db.dialect()].format(column=column)
    sql = _FOUND[mark.occasion].format(
        number=number, numbers=", ".join(map(str, numbers)), today=", ".join(map(str, _numbers(day)))
    )  # fmt: skip
    told_since = () if joined else (start_of_day(day - timedelta(days=KNOWN_LATE_DAYS), zone),)
    rows = await db.rows(sql, scope.tenant_id(), mark.after, limit, *told_since)
    found = [one for row in rows if (one := _celebrated(mark.occasion, row, day, zone)) is not None]
    return _Page(await _not_yet(found), len(rows), rows[-1]["id"] if len(rows) == limit else None)


class _Celebrated(NamedTuple):
    """Whose day it is (a member or a dependant), and what is to be recorded."""

    whose: str
    item: Submission


async def _not_yet(found: Sequence[_Celebrated]) -> list[Submission]:
    """Those that were not celebrated this year, under another's name that became theirs, either."""
    tenant = scope.tenant_id()
    if not found:
        return []
    names = {each.whose: {each.whose} for each in found}
    for row in await db.rows(_MERGED.format(ids=_IDS.source(2)), tenant, _IDS.payload([(id_,) for id_ in names])):
        names[row["merged_into"]].add(row["id"])
    keys = {
        each.whose: {each.item.activity.key.replace(each.whose, name) for name in names[each.whose]} for each in found
    }
    asked = [(key,) for several in keys.values() for key in several]
    rows = await db.rows(_KNOWN.format(keys=_KEYS.source(2)), tenant, _KEYS.payload(asked))
    known = {row["key"] for row in rows}
    return [each.item for each in found if keys[each.whose].isdisjoint(known)]


def _numbers(day: date) -> tuple[int, ...]:
    """The days of birth, as month and day in a number, that this day celebrates."""
    number = day.month * 100 + day.day
    return (228, 229) if number == 228 and not isleap(day.year) else (number,)


def _celebrated(occasion: Occasion, row: db.Row, today: date, zone: ZoneInfo) -> _Celebrated | None:
    joined = occasion is Occasion.ANNIVERSARY
    began = db.instant(row["began"]).astimezone(zone).date() if joined else _date(row["began"])
    late = 0 if joined else KNOWN_LATE_DAYS
    days = (today - timedelta(days=days) for days in range(late + 1))
    day = next((day for day in days if began.month * 100 + began.day in _numbers(day)), None)
    if day is None or day.year <= began.year or day < db.instant(row["joined_at"]).astimezone(zone).date():
        return None
    # Of who was not here then, the shop knew the birthday, if at all, by other means.
    if day < today and (row["told_at"] is None or not _told_late(row, day, zone)):
        return None
    years = day.year - began.year
    kind, payload = ActivityKind.BIRTHDAY, dict[str, object]()
    if occasion is Occasion.ANNIVERSARY:
        kind, payload = ActivityKind.ANNIVERSARY, {"years": years}
    elif occasion is Occasion.DEPENDANT:
        # The name is personal, and activities stay when a member is erased.
        payload = {"dependant": encode("dep", row["id"]), "dependant_kind": row["kind"]}
    activity = Activity(
        key=f"{kind.value}:{row['id']}:{day.year}", kind=kind.value, member_id="",
        occurred_at=start_of_day(day, zone), source=SOURCE, payload=payload, line=EVERY_LINE,
    )  # fmt: skip
    return _Celebrated(row["id"], Submission(scope.tenant_id(), MemberRef(id=row["member_id"]), activity, scope.now()))


def _told_late(row: db.Row, day: date, zone: ZoneInfo) -> bool:
    """Whether a member who was there on their day was changed since; that their day was not celebrated is seen by its
    key.
    """
    created_on = db.instant(row["created_at"]).astimezone(zone).date()
    return created_on <= day and db.instant(row["told_at"]) >= start_of_day(day, zone)


async def _record(items: Sequence[Submission]) -> None:
    for answer in await record_batch(items) if items else ():
        # Refused: the tenant takes nothing so old, or has used this key itself. Anything else is ours.
        if isinstance(answer, Exception) and not isinstance(answer, Refusal):
            raise answer


_NUMBER: Mapping[str, str] = {
    "sqlite": "CAST(substr({column}, 6, 2) || substr({column}, 9, 2) AS INTEGER)",
    "postgres": "CAST(EXTRACT(MONTH FROM {column}) * 100 + EXTRACT(DAY FROM {column}) AS int)",
}
_FOUND: Mapping[Occasion, str] = {
    Occasion.BIRTHDAY: """
SELECT b.id, b.id AS member_id, b.birthday AS began, m.joined_at, m.created_at, b.updated_at AS told_at, '' AS kind
FROM member_profile b
JOIN member m ON m.tenant_id = b.tenant_id AND m.id = b.id AND m.state = 'active'
WHERE b.tenant_id = $1 AND {number} IN ({numbers}) AND ({number} IN ({today}) OR b.updated_at >= $4) AND b.id > $2
ORDER BY b.id LIMIT $3""",
    Occasion.DEPENDANT: """
SELECT b.id, b.member_id, b.birthday AS began, m.joined_at, m.created_at, b.told_at, b.kind FROM member_dependant b
JOIN member m ON m.tenant_id = b.tenant_id AND m.id = b.member_id AND m.state = 'active'
WHERE b.tenant_id = $1 AND {number} IN ({numbers}) AND ({number} IN ({today}) OR b.told_at >= $4) AND b.id > $2
ORDER BY b.id LIMIT $3""",
    Occasion.ANNIVERSARY: """
SELECT m.id, m.id AS member_id, m.joined_at AS began, m.joined_at, '' AS kind FROM member m
WHERE m.tenant_id = $1 AND {number} IN ({numbers}) AND m.id > $2 AND m.state = 'active' ORDER BY m.id LIMIT $3""",
}
_IDS = Columns(id="uuid")
_MERGED = """
SELECT n.id, n.merged_into FROM {ids} AS x JOIN member n ON n.tenant_id = $1 AND n.merged_into = x.id"""
_KEYS = Columns(key="text")
_KNOWN = "SELECT a.key FROM {keys} AS x JOIN activity a ON a.tenant_id = $1 AND a.key = x.key"


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
