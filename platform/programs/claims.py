"""Claim activities by their keys: the first INSERT wins for ever, and a repeat is answered from what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import orjson

from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from kit.setbased import Columns
from ledger.book import Stamp
from programs import explain_entries
from programs.activity import Activity
from programs.decision import explanation_from_json
from programs.records import Recorded, Submission, read_result
from tenants.scope import TenantId


@dataclass(slots=True)
class Claimed:
    """An activity that is ours to decide: new in this batch (`item` set), or parked before and now free to go on.

    `joined_at` is its member's, if it came with the claim; `partner_id` is that of the partner which the activity
    names; `stamp` is what its entries bear.
    """

    tenant: TenantId
    id: str
    activity: Activity
    now: datetime
    item: Submission | None = None
    joined_at: datetime | None = None
    partner_id: str | None = None
    stamp: Stamp = field(init=False)

    def __post_init__(self) -> None:
        self.stamp = Stamp(self.now, min(self.activity.occurred_at, self.now), self.id)


async def claim(items: Sequence[Submission]) -> list[Claimed]:
    """Insert the activities whose member is there and whose key is new, in the order given; the rest are left out."""
    ids = {new_id(): item for item in items}
    found: dict[str, db.Row] = {}
    for by_external_id in (False, True):
        rows = [
            (item.tenant, id_, item.activity.key, item.fingerprint, item.activity.kind,
             item.member.external_id if by_external_id else item.member.id, item.activity.order_id,
             item.activity.occurred_at, item.now, item.activity.source, item.body, item.partner_id)
            for id_, item in ids.items()
            if (item.member.id is None) is by_external_id
        ]  # fmt: skip
        if rows:
            rows.sort(key=lambda row: (row[0], row[2]))
            found.update({row["id"]: row for row in await _insert(rows, by_external_id)})
    return [
        Claimed(
            item.tenant, id_, replace(item.activity, member_id=row["member_id"]), item.now, item,
            db.instant(row["joined_at"]), item.partner_id,
        )
        for id_, item in ids.items()
        if (row := found.get(id_)) is not None
    ]  # fmt: skip


async def replays(items: Sequence[Submission]) -> dict[int, Recorded | Exception]:
    """What was done the first time, by `id(item)`; a refusal for other input under the key or for an unknown member."""
    sql = (
        "SELECT a.tenant_id, a.key, a.id, a.member_id, a.state, a.fingerprint, d.result, d.explanation, "
        f"r.explanation AS held FROM {_KEYS.source()} AS x "
        "JOIN activity a ON a.tenant_id = x.tenant_id AND a.key = x.key "
        "LEFT JOIN decision d ON d.tenant_id = a.tenant_id AND d.id = a.id "
        "LEFT JOIN activity_review r ON r.tenant_id = a.tenant_id AND r.id = a.id AND r.state = 'held'"
    )
    stored = {
        (row["tenant_id"], row["key"]): row
        for row in await db.rows(sql, _KEYS.payload([(item.tenant, item.activity.key) for item in items]))
    }
    return {id(item): _replay(item, stored.get((item.tenant, item.activity.key))) for item in items}


async def unclaim(claimed: Sequence[Claimed]) -> None:
    """Take claims back within their transaction: nothing is stored of what cannot be decided."""
    rows = [(one.tenant, one.id) for one in claimed]
    sql = f"DELETE FROM activity WHERE (tenant_id, id) IN (SELECT x.tenant_id, x.id FROM {_IDS.source()} AS x)"
    assert not rows or await db.execute(sql, _IDS.payload(rows)) == len(rows), "a claim has gone"


_IDS = Columns(tenant_id="uuid", id="uuid")
_KEYS = Columns(tenant_id="uuid", key="text")
_ROWS = Columns(
    tenant_id="uuid", id="uuid", key="text", fingerprint="text", kind="text", member="text", order_reference="text",
    occurred_at="instant", recorded_at="instant", source="text", body="text", partner_id="uuid",
)  # fmt: skip
_ROWS_BY_ID = Columns(**{**_ROWS.types, "member": "uuid"})


# A merge waits for who records something for a member, and who records for whom a merge has gone from finds them so.
_LOCK = {"postgres": "FOR KEY SHARE OF n, m", "sqlite": ""}


# CASE, not COALESCE, which PostgreSQL does not know to keep what it sees to itself: under row-level security it would
# look at each of the tenant's members to find one.
_WHOM = "CASE WHEN n.merged_into IS NULL THEN n.id ELSE n.merged_into END"


async def _insert(rows: Sequence[tuple[object, ...]], by_external_id: bool) -> Sequence[db.Row]:
    columns, found_by = (_ROWS, "external_id") if by_external_id else (_ROWS_BY_ID, "id")
    sql = (
        "INSERT INTO activity (tenant_id, id, key, fingerprint, kind, member_id, order_reference, state, occurred_at, "
        "recorded_at, source, body, partner_id) "
        "SELECT x.tenant_id, x.id, x.key, x.fingerprint, x.kind, m.id, x.order_reference, "
        f"'decided', x.occurred_at, x.recorded_at, x.source, x.body, x.partner_id FROM {columns.source()} AS x "
        f"JOIN member n ON n.tenant_id = x.tenant_id AND n.{found_by} = x.member "
        f"JOIN member m ON m.tenant_id = n.tenant_id AND m.id = {_WHOM} AND m.state = 'active' "
        f"WHERE true {_LOCK[db.dialect()]} ON CONFLICT (tenant_id, key) DO NOTHING RETURNING id, member_id, "
        "(SELECT m.joined_at FROM member m WHERE m.tenant_id = activity.tenant_id AND m.id = activity.member_id) "
        "AS joined_at"
    )
    return await db.rows(sql, columns.payload(rows))


def _replay(item: Submission, row: db.Row | None) -> Recorded | Exception:
    if row is None:
        return Refusal("NOT_FOUND", "There is no such member.", ("member",))
    if row["fingerprint"] != item.fingerprint:
        return Refusal("IDEMPOTENCY_MISMATCH", "This key was used before with other input.", ("idempotencyKey",))
    if row["result"] is None:
        held = row["held"]
        told = explain_entries.parked() if held is None else explanation_from_json(orjson.loads(held))
        return Recorded(row["id"], row["member_id"], row["state"], explanation=told, replayed=True)
    recorded = read_result(row["id"], row["member_id"], row["result"], row["explanation"]).recorded
    return recorded.refusal or recorded
