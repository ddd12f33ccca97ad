"""What the ledger stored of a coalition's unit, batch by batch, and what was derived from it before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from kit import db
from kit.setbased import Columns
from programs.coalition.deriving import Issue, Moved, Part, Payer, Taken, Used, returned_between
from programs.coalition.rules import Recognition
from tenants import scope

FIRST = str(UUID(int=0))
LATE_MS = 15 * 60 * 1000
"""A batch commits within so long of the instant that its id was made at: no transaction lasts longer."""

Batches = Sequence[tuple[str, Sequence[Moved]]]


async def unfollowed(coalition: str, followed_to: str | None, limit: int) -> list[str]:
    """The next batches that a coalition has not followed, in order."""
    rows = await db.rows(_UNFOLLOWED, scope.tenant_id(), coalition, since(followed_to), limit)
    return [row["id"] for row in rows]


async def moved(batches: Sequence[str], unit: str) -> Batches:
    """What these batches moved of a unit, each with its transfers in order."""
    found = await db.rows(_MOVED.format(source=_IDS.source()), _payload(batches), unit)
    of = {row["id"]: row["batch_id"] for row in found}
    by_batch: dict[str, list[Moved]] = {}
    for one in await _whole([_moved(row) for row in found]):
        by_batch.setdefault(of[one.id], []).append(one)
    return [(batch, sorted(by_batch.get(batch, ()), key=lambda one: one.id)) for batch in batches]


def since(followed_to: str | None) -> str:
    """From which id on a batch may still be new to who has followed up to this one."""
    if followed_to is None:
        return FIRST
    milliseconds = max(0, (UUID(followed_to).int >> 80) - LATE_MS)
    return str(UUID(int=milliseconds << 80))


async def issues(ids: Iterable[str]) -> dict[str, Issue]:
    """What is known of these issues."""
    rows = await db.rows(_ISSUES.format(source=_IDS.source()), _payload(sorted(set(ids))))
    return {
        row["id"]: Issue(
            row["id"], row["partner_id"], row["terms_id"], Payer(row["payer"]), Recognition(row["recognition"]),
            row["points"], row["price"], row["currency"], row["booked_on"],
        )
        for row in rows
    }  # fmt: skip


async def reimbursements(transfers: Iterable[str]) -> dict[str, Taken]:
    """What partners got for these spendings."""
    rows = await db.rows(_TAKEN.format(source=_IDS.source()), _payload(sorted(set(transfers))))
    return {
        row["id"]: Taken(row["partner_id"], row["terms_id"], row["price"], row["currency"], row["booked_on"])
        for row in rows
    }


async def spendings(transfers: Iterable[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """The entries by which issuers paid for these spendings, with their days, by the spending and the issue."""
    rows = await db.rows(_SPENT.format(source=_IDS.source()), _payload(sorted(set(transfers))))
    return {(row["transfer_id"], row["origin_id"]): (row["id"], row["booked_on"]) for row in rows}


async def block_uses(transfers: Iterable[str], *, left: bool) -> dict[str, list[Used]]:
    """What blocks gave to these issues, in the order of use; `left`: less what came back."""
    rows = await db.rows(_BLOCKS.format(source=_IDS.source()), _payload(sorted(set(transfers))))
    found: dict[str, list[Used]] = {}
    for row in rows:
        points = row["points"] - row["returned"] if left else row["points"]
        found.setdefault(row["transfer_id"], []).append(Used(row["block_id"], points, row["price"]))
    return found


# -- helpers -----------------------------------------------------------------------------------------------------------


def _moved(row: db.Row) -> Moved:
    return Moved(
        row["id"], row["reason"], row["debit_owner"], row["credit_owner"], row["amount"], row["reverses_id"],
        db.instant(row["effective_at"]), db.instant(row["recorded_at"]), row["partner_id"], row["reference"],
        bool(row["opens"]), db.instant_or_none(row["original_at"]),
    )  # fmt: skip


async def _whole(moved: Sequence[Moved]) -> list[Moved]:
    """With whose points were used or given back, and what paid for them ahead."""
    back = {one.id: one.reverses_id for one in moved if one.reverses_id is not None and _to_member(one)}
    uses = await _uses([*(one.id for one in moved), *(reversed_ for reversed_ in back.values() if reversed_)])
    before = await _returned_before(back) if back else {}
    blocks = await block_uses([one.id for one in moved if one.opens], left=False)
    whole = []
    for one in moved:
        parts: Sequence[Part] = [part for _, part in uses.get(one.id, ())]
        if one.id in back:
            last_first = [part for _, part in sorted(uses[back[one.id] or ""], key=lambda use: use[0], reverse=True)]
            parts = returned_between(last_first, before[one.id], before[one.id] + one.amount)
        whole.append(replace(one, parts=_together(parts), blocks=tuple(blocks.get(one.id, ()))))
    return whole


def _to_member(moved: Moved) -> bool:
    return moved.credit.startswith("member:")


async def _uses(transfers: Iterable[str]) -> Mapping[str, list[tuple[tuple[str, str, str], Part]]]:
    """The lots that transfers used, each with its place in the order of spending (`ledger.state.Lot.spend_order`)."""
    found: dict[str, list[tuple[tuple[str, str, str], Part]]] = {}
    for row in await db.rows(_USES.format(source=_IDS.source()), _payload(sorted(set(transfers)))):
        ends = row["expires_at"]
        place = (
            "~" if ends is None else db.instant(ends).isoformat(),
            db.instant(row["earned_at"]).isoformat(),
            row["lot_id"],
        )
        found.setdefault(row["transfer_id"], []).append((place, Part(row["origin"], row["amount"])))
    return found


async def _returned_before(back: Mapping[str, str | None]) -> dict[str, int]:
    """How much of what each transfer gives back had been given back before it."""
    rows = await db.rows(_BEFORE.format(source=_IDS.source()), _payload(sorted(back)))
    return {row["id"]: int(row["before"]) for row in rows}


def _together(parts: Sequence[Part]) -> tuple[Part, ...]:
    points: dict[str, int] = {}
    for origin, amount in parts:
        points[origin] = points.get(origin, 0) + amount
    return tuple(Part(*each) for each in points.items())


def _payload(ids: Sequence[str]) -> str:
    return _IDS.payload([(scope.tenant_id(), id_) for id_ in ids])


_IDS = Columns(tenant_id="uuid", id="uuid")

_UNFOLLOWED = """
SELECT b.id FROM batch b WHERE b.tenant_id = $1 AND b.id > $3 AND NOT EXISTS (
    SELECT 1 FROM clearing_batch c WHERE c.tenant_id = b.tenant_id AND c.coalition_id = $2 AND c.batch_id = b.id)
ORDER BY b.id LIMIT $4"""

_MOVED = """
SELECT t.id, t.batch_id, t.reason, d.owner AS debit_owner, c.owner AS credit_owner, t.amount, t.reverses_id,
    t.effective_at, t.recorded_at, COALESCE(r.partner_id, v.partner_id, a.partner_id) AS partner_id,
    CASE WHEN r.id IS NULL THEN a.order_reference ELSE r.order_reference END AS reference,
    CASE WHEN EXISTS (SELECT 1 FROM lot l WHERE l.tenant_id = t.tenant_id AND l.transfer_id = t.id
        AND l.origin_id IS NULL) THEN 1 ELSE 0 END AS opens, o.effective_at AS original_at
FROM {source} AS x
JOIN transfer t ON t.tenant_id = x.tenant_id AND t.batch_id = x.id
JOIN account d ON d.tenant_id = t.tenant_id AND d.id = t.debit
JOIN account c ON c.tenant_id = t.tenant_id AND c.id = t.credit
LEFT JOIN transfer o ON o.tenant_id = t.tenant_id AND o.id = t.reverses_id
LEFT JOIN activity a ON a.tenant_id = t.tenant_id AND a.id = t.activity_id
LEFT JOIN redemption r ON r.tenant_id = t.tenant_id AND r.transfer_id = t.id AND r.partner_id IS NOT NULL
LEFT JOIN partner_conversion v ON v.tenant_id = t.tenant_id AND v.id = t.id
WHERE t.unit_id = $2 AND t.kind IN ('now', 'post')"""

_USES = """
SELECT u.transfer_id, u.lot_id, u.amount, l.expires_at, l.earned_at,
    CASE WHEN l.origin_id IS NULL THEN l.transfer_id ELSE l.origin_id END AS origin
FROM {source} AS x
JOIN lot_use u ON u.tenant_id = x.tenant_id AND u.transfer_id = x.id AND u.purpose IN ('spend', 'expire', 'reverse')
JOIN lot l ON l.tenant_id = u.tenant_id AND l.id = u.lot_id ORDER BY u.id"""

_BEFORE = """
SELECT t.id, COALESCE((SELECT sum(e.amount) FROM transfer e WHERE e.tenant_id = t.tenant_id
    AND e.reverses_id = t.reverses_id AND e.id < t.id), 0) AS before
FROM {source} AS x JOIN transfer t ON t.tenant_id = x.tenant_id AND t.id = x.id"""

_ISSUES = """
SELECT i.* FROM {source} AS x JOIN clearing_issue i ON i.tenant_id = x.tenant_id AND i.id = x.id"""

_TAKEN = """
SELECT e.id, e.partner_id, e.terms_id, e.price, e.currency, e.booked_on
FROM {source} AS x JOIN clearing_entry e ON e.tenant_id = x.tenant_id AND e.id = x.id AND e.kind = 'reimbursement'"""

_SPENT = """
SELECT e.id, e.transfer_id, e.origin_id, e.booked_on FROM {source} AS x
JOIN clearing_entry e ON e.tenant_id = x.tenant_id AND e.transfer_id = x.id AND e.kind = 'spent'
    AND e.debit = 'partner'"""

_BLOCKS = """
SELECT u.transfer_id, u.block_id, u.points, u.returned, b.price FROM {source} AS x
JOIN partner_block_use u ON u.tenant_id = x.tenant_id AND u.transfer_id = x.id
JOIN partner_block b ON b.tenant_id = u.tenant_id AND b.id = u.block_id
ORDER BY u.transfer_id, b.bought_at, b.id"""
