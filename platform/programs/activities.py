"""Activities read back with what they led to, and a member's timeline: what happened to them, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from ledger import searching
from ledger.searching import WrittenEntry
from members.views import MemberId
from programs.activity import Activity
from programs.records import Recorded, read_result
from rewards import history
from rewards.views import RedemptionId, RedemptionView
from tenants import scope

PAGE_MAX = 101  # a page of 100 and the one that tells whether there is another


@dataclass(frozen=True, slots=True)
class ActivityView:
    """What happened and when we were told; `recorded` is None while it is parked, and holds the refusal if refused."""

    id: str
    key: str
    member_id: MemberId
    state: str
    recorded_at: datetime
    activity: Activity
    recorded: Recorded | None


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened: exactly one of the three; `id` is its sort key and the place to go on from."""

    id: str
    activity: ActivityView | None = None
    redemption: RedemptionView | None = None
    entry: WrittenEntry | None = None


async def find(id_: str | None = None, *, key: str | None = None) -> ActivityView | None:
    """The activity of this id, else of this key; None if this tenant has none."""
    if id_ is not None:
        return (await by_ids([id_])).get(id_)
    async with scope.reading():
        found = await db.rows(f"{_ACTIVITIES} WHERE a.tenant_id = $1 AND a.key = $2", scope.tenant_id(), key)
    return _view(found[0]) if found else None


async def by_ids(ids: Sequence[str]) -> dict[str, ActivityView]:
    """The activities of these ids that this tenant has; others are missing from the answer."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return {}
    sql = f"{_ACTIVITIES} JOIN {_IDS.source(2)} AS x ON x.id = a.id WHERE a.tenant_id = $1"
    async with scope.reading():
        return {row["id"]: _view(row) for row in await db.rows(sql, scope.tenant_id(), _IDS.payload(known))}


async def orders_of(ids: Sequence[str]) -> dict[str, str]:
    """The orders that these activities are about, in the session under way; those about none are missing."""
    if not ids:
        return {}
    sql = (
        f"SELECT a.id, a.order_reference FROM {_IDS.source(2)} AS x JOIN activity a ON a.tenant_id = $1 AND a.id = x.id"
    )
    found = await db.rows(sql, scope.tenant_id(), _IDS.payload([(id_,) for id_ in ids]))
    return {row["id"]: row["order_reference"] for row in found if row["order_reference"] is not None}


async def keys_of(ids: Sequence[str]) -> dict[str, str]:
    """The keys that the shop gave these activities."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return {}
    sql = f"SELECT a.id, a.key FROM {_IDS.source(2)} AS x JOIN activity a ON a.tenant_id = $1 AND a.id = x.id"
    async with scope.reading():
        return {row["id"]: row["key"] for row in await db.rows(sql, scope.tenant_id(), _IDS.payload(known))}


async def timeline(member: MemberId, *, after: str | None = None, first: int = 25) -> list[TimelineItem]:
    """Activities, redemptions, and entries that neither led to, by when they were recorded, the latest first.

    `first` (at most 101) of them beyond the item `after`. Ids are in order of time, so that one id is a place in all.
    """
    first = max(0, min(first, PAGE_MAX))
    if not is_id(member) or (after is not None and not is_id(after)):
        return []
    async with scope.reading():
        items = [
            *(TimelineItem(view.id, activity=view) for view in await _activities_of(member, after, first)),
            *(TimelineItem(entry.id, entry=entry) for entry in await _entries_of(member, after, first)),
        ]
        redeemed = await history.list_(
            member=member, after=None if after is None else RedemptionId(after), first=first
        )  # fmt: skip
        items += [TimelineItem(view.id, redemption=view) for view in redeemed]
    return sorted(items, key=lambda item: item.id, reverse=True)[:first]


_IDS = Columns(id="uuid")

_ACTIVITIES = """
SELECT a.id, a.key, a.member_id, a.state, a.recorded_at, a.body, d.result, d.explanation
FROM activity a LEFT JOIN decision d ON d.tenant_id = a.tenant_id AND d.id = a.id"""

_OWN_ENTRIES = """
SELECT t.id FROM transfer t WHERE t.tenant_id = $1 AND t.activity_id IS NULL AND t.kind IN ('now', 'post')
AND t.reason IN ('adjust', 'expire', 'mature', 'pay', 'refund', 'credit', 'gift_card_moved',
    'donate', 'donation_cancelled', 'referral', 'referral_taken_back',
    'play', 'prize', 'membership_gift', 'dividend', 'tier_gift', 'task_reward', 'convert', 'shortfall',
    'transfer', 'carry', 'carry_debt', 'convert_in', 'convert_out', 'exchange_in', 'exchange_out') {beyond}
AND {side} IN (SELECT id FROM account WHERE tenant_id = $1 AND owner = $2)"""


async def _activities_of(member: MemberId, after: str | None, first: int) -> list[ActivityView]:
    beyond = "" if after is None else "AND a.id < $4"
    sql = f"{_ACTIVITIES} WHERE a.tenant_id = $1 AND a.member_id = $2 {beyond} ORDER BY a.id DESC LIMIT $3"
    found = await db.rows(sql, scope.tenant_id(), member, first, *([] if after is None else [after]))
    return [_view(row) for row in found]


async def _entries_of(member: MemberId, after: str | None, first: int) -> list[WrittenEntry]:
    """Expiries, adjustments, donations, plays, gifts, what stored value did, and so on, which no activity led to."""
    beyond = "" if after is None else "AND t.id < $4"
    sides = " UNION ".join(_OWN_ENTRIES.format(side=side, beyond=beyond) for side in ("t.debit", "t.credit"))
    found = await db.rows(
        f"SELECT id FROM ({sides}) AS own ORDER BY id DESC LIMIT $3", scope.tenant_id(), f"member:{member}", first,
        *([] if after is None else [after]),
    )  # fmt: skip
    return list((await searching.by_ids([row["id"] for row in found])).values())


def _view(row: db.Row) -> ActivityView:
    document = orjson.loads(row["body"])
    activity = Activity.from_json({**document, "member_id": row["member_id"]})
    recorded = None
    if row["result"] is not None:
        recorded = read_result(row["id"], row["member_id"], row["result"], row["explanation"]).recorded
    return ActivityView(
        row["id"], row["key"], row["member_id"], row["state"], db.instant(row["recorded_at"]), activity, recorded
    )
