"""Clearing worked out again (DESIGN §4): every entry from the ledger, and what stands beside entries from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kit import db
from ledger.findings import Finding
from programs.coalition import moves
from programs.coalition.deriving import Issue, Used
from programs.coalition.entries import EntryKind, NewEntry
from programs.coalition.following import Following
from programs.coalition.models import ClearingEntry, Coalition
from tenants import scope

FINDINGS_MAX = 100
PAGE_BATCHES = 500
DERIVED = (EntryKind.ISSUE, EntryKind.RELEASE, EntryKind.BREAKAGE, EntryKind.SPENT, EntryKind.REIMBURSEMENT)
"""The kinds of entries that follow from the ledger alone."""


async def verify() -> tuple[Finding, ...]:
    """What of the scope's tenant's clearing is not as its ledger and its entries say, at most 100 findings."""
    findings: list[Finding] = []
    async with scope.reading():
        coalitions = await Coalition.all().order_by("id")
        if not coalitions:
            return ()
        for check, sql in CHECKS.items():
            found = await db.rows(sql, scope.tenant_id())
            findings += [Finding(check, row["id"], row["detail"]) for row in found[:FINDINGS_MAX]]
        for coalition in coalitions:
            unfollowed = await moves.unfollowed(coalition.id, coalition.followed_to, 1_000_000)
            findings += await _derived_again(coalition, frozenset(unfollowed))
            if not unfollowed:
                for check, sql in FOLLOWED_CHECKS.items():
                    found = await db.rows(sql, scope.tenant_id(), coalition.id)
                    findings += [Finding(check, row["id"], row["detail"]) for row in found[:FINDINGS_MAX]]
    return tuple(findings[:FINDINGS_MAX])


async def _derived_again(coalition: Coalition, unfollowed: frozenset[str]) -> list[Finding]:
    findings: list[Finding] = []
    after, blocks = moves.FIRST, dict[str, list[Used]]()
    while len(findings) < FINDINGS_MAX:
        batches = [row["id"] for row in await db.rows(_BATCHES, scope.tenant_id(), after, PAGE_BATCHES)]
        if not batches:
            break
        after = batches[-1]
        moved = await moves.moved([id_ for id_ in batches if id_ not in unfollowed], coalition.unit_id)
        transfers = [one for _, of in moved for one in of]
        again = await Following.begin(coalition, transfers, blocks)
        for _, of in moved:
            again.follow(of)
        findings += _compared(again.entries, await _stored([one.id for one in transfers]))
        findings += _priced(again.new_issues, await moves.issues(issue.id for issue in again.new_issues))
    return findings


def _priced(derived: Sequence[Issue], stored: Mapping[str, Issue]) -> list[Finding]:
    """Whether issues have the prices that they must have."""
    return [
        Finding("clearing_issue", issue.id, "costs what its terms do not say")
        for issue in derived
        if issue.id not in stored or replace(stored[issue.id], booked_on=issue.booked_on) != issue
    ]


async def _stored(transfers: Sequence[str]) -> list[ClearingEntry]:
    return list(await ClearingEntry.filter(transfer_id__in=list(transfers), kind__in=DERIVED)) if transfers else []


def _compared(derived: Sequence[NewEntry], stored: Sequence[ClearingEntry]) -> list[Finding]:
    """Whether both say the same, by the same ids; days are as the partner's periods were closed."""
    want = Counter(map(_essence, derived))
    have = Counter(map(_essence, stored))
    missing = [Finding("clearing_derived", str(key[0]), f"has no entry {key[1:]}") for key in want - have]
    return missing + [
        Finding("clearing_derived", str(key[0]), f"has an entry too many {key[1:]}") for key in have - want
    ]


def _essence(each: NewEntry | ClearingEntry) -> tuple[object, ...]:
    return (
        each.transfer_id, each.id, str(each.kind), str(each.debit), str(each.credit), each.partner_id, each.points,
        each.price, each.amount, each.currency, each.origin_id, each.original_id,
    )  # fmt: skip


CHECKS = {
    "clearing_amount": """
        SELECT e.id, e.points || ' points at ' || e.price || ' are not ' || e.amount AS detail FROM clearing_entry e
        WHERE e.tenant_id = $1 AND e.price > 0 AND e.amount <> e.points * e.price""",
    "clearing_position": """
        SELECT p.id, 'owes ' || p.owed || ', by its entries ' || COALESCE(sum(
            CASE WHEN e.debit = 'partner' THEN e.amount ELSE -e.amount END), 0) AS detail
        FROM partner_position p LEFT JOIN clearing_entry e ON e.tenant_id = p.tenant_id AND e.partner_id = p.partner_id
            AND e.currency = p.currency AND (e.debit = 'partner' OR e.credit = 'partner')
        WHERE p.tenant_id = $1 GROUP BY p.id, p.owed HAVING p.owed <> COALESCE(sum(
            CASE WHEN e.debit = 'partner' THEN e.amount ELSE -e.amount END), 0)""",
    "clearing_block": """
        SELECT b.id, 'has ' || b.remaining || ' of ' || b.points || ' left, ' || COALESCE(sum(u.points - u.returned), 0)
            || ' are used' AS detail
        FROM partner_block b LEFT JOIN partner_block_use u ON u.tenant_id = b.tenant_id AND u.block_id = b.id
        WHERE b.tenant_id = $1 GROUP BY b.id, b.points, b.remaining
        HAVING b.remaining <> b.points - COALESCE(sum(u.points - u.returned), 0)""",
    "clearing_exchange": """
        SELECT e.program_id AS id, e.currency || ': ' || sum(CASE WHEN e.credit = 'exchange' THEN e.amount
            ELSE -e.amount END) || ' are on their way from one partner to another' AS detail
        FROM clearing_entry e WHERE e.tenant_id = $1 AND (e.credit = 'exchange' OR e.debit = 'exchange')
        GROUP BY e.program_id, e.currency
        HAVING sum(CASE WHEN e.credit = 'exchange' THEN e.amount ELSE -e.amount END) <> 0""",
    # what a perk cost is paid once to who gave it, and came back with the use
    "clearing_perk": """
        SELECT w.id, 'is ' || u.state || ' with ' || count(e.id) || ' entries, ' || count(b.id) || ' of them taken back'
            AS detail
        FROM partner_perk_use w JOIN perk_use u ON u.tenant_id = w.tenant_id AND u.id = w.id
        LEFT JOIN clearing_entry e ON e.tenant_id = w.tenant_id AND e.kind = 'perk' AND (
            (e.id = w.paid_entry_id AND e.partner_id = w.bearer_id AND e.debit = 'partner')
            OR (e.id = w.got_entry_id AND e.partner_id = w.partner_id AND e.credit = 'partner'))
        LEFT JOIN (SELECT id, original_id FROM clearing_entry WHERE tenant_id = $1 AND kind = 'perk'
            AND original_id IS NOT NULL) AS b ON b.original_id = e.id
        WHERE w.tenant_id = $1 AND w.paid_entry_id IS NOT NULL GROUP BY w.id, u.state
        HAVING count(e.id) <> 2 OR count(b.id) <> CASE WHEN u.state = 'cancelled' THEN 2 ELSE 0 END""",
    # a conversion is a transfer of its points, which went back if it was undone
    "conversion_transfer": """
        SELECT v.id, 'went ' || v.direction || ' with ' || v.points || ' points, unlike its transfer' AS detail
        FROM partner_conversion v JOIN transfer t ON t.tenant_id = v.tenant_id AND t.id = v.id
        WHERE v.tenant_id = $1 AND (t.amount <> v.points OR t.reason <> 'convert_' || v.direction
            OR CASE WHEN v.undone_at IS NULL THEN 0 ELSE v.points END <> COALESCE((SELECT sum(r.amount)
                FROM transfer r WHERE r.tenant_id = v.tenant_id AND r.reverses_id = v.id), 0))""",
    "conversion_member": """
        SELECT v.id, 'is of another member than its transfer' AS detail
        FROM partner_conversion v JOIN transfer t ON t.tenant_id = v.tenant_id AND t.id = v.id
        JOIN account a ON a.tenant_id = t.tenant_id AND a.id = CASE v.direction WHEN 'in' THEN t.credit ELSE t.debit END
        WHERE v.tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM member m WHERE m.tenant_id = v.tenant_id
            AND (m.id = v.member_id OR m.merged_into = v.member_id) AND a.owner = 'member:' || m.id)""",
    "conversion_known": """
        SELECT t.id, 'points converted that no conversion has' AS detail FROM coalition c
        JOIN transfer t ON t.tenant_id = c.tenant_id AND t.unit_id = c.unit_id AND t.reverses_id IS NULL
            AND t.reason IN ('convert_in', 'convert_out')
        LEFT JOIN partner_conversion v ON v.tenant_id = t.tenant_id AND v.id = t.id
        WHERE c.tenant_id = $1 AND v.id IS NULL""",
    # with a partner the unit that it shares is spent, on rewards too
    "partner_redemption": """
        SELECT r.id, 'is of another unit than its partner shares' AS detail FROM redemption r
        JOIN partner p ON p.tenant_id = r.tenant_id AND p.id = r.partner_id
        JOIN coalition c ON c.tenant_id = p.tenant_id AND c.id = p.program_id
        WHERE r.tenant_id = $1 AND r.unit_id <> c.unit_id""",
    "reward_partner": """
        SELECT w.id, 'is redeemed with partner ' || p.slug || ', which it cannot be' AS detail FROM reward_partner x
        JOIN reward w ON w.tenant_id = x.tenant_id AND w.id = x.reward_id
        JOIN partner p ON p.tenant_id = x.tenant_id AND p.id = x.partner_id
        JOIN coalition c ON c.tenant_id = p.tenant_id AND c.id = p.program_id
        WHERE x.tenant_id = $1 AND (w.shops = 'own' OR w.unit_id <> c.unit_id)""",
    "settlement_lines": """
        SELECT s.id, 'is ' || s.amount || ', its lines ' || COALESCE(sum(l.amount), 0) AS detail
        FROM settlement s LEFT JOIN settlement_line l ON l.tenant_id = s.tenant_id AND l.settlement_id = s.id
        WHERE s.tenant_id = $1 GROUP BY s.id, s.amount HAVING s.amount <> COALESCE(sum(l.amount), 0)""",
    "settlement_entries": """
        SELECT s.id, 'is ' || s.amount || ', its entries ' || COALESCE(sum(
            CASE WHEN e.credit = 'partner' THEN e.amount ELSE -e.amount END), 0) AS detail
        FROM settlement s LEFT JOIN clearing_entry e ON e.tenant_id = s.tenant_id AND e.partner_id = s.partner_id
            AND e.currency = s.currency AND e.booked_on BETWEEN s.first_day AND s.last_day AND e.kind <> 'payment'
            AND (e.debit = 'partner' OR e.credit = 'partner')
        WHERE s.tenant_id = $1 GROUP BY s.id, s.amount HAVING s.amount <> COALESCE(sum(
            CASE WHEN e.credit = 'partner' THEN e.amount ELSE -e.amount END), 0)""",
    "settlement_carried": """
        SELECT s.id, 'carries ' || s.carried_in || ', the one before left ' || s.before AS detail FROM (
            SELECT id, carried_in, COALESCE(lag(carried_out) OVER (
                PARTITION BY partner_id, currency ORDER BY first_day), 0) AS before
            FROM settlement WHERE tenant_id = $1) s
        WHERE s.carried_in <> s.before""",
    "settlement_paid": """
        SELECT x.partner_id AS id, x.currency || ': ' || sum(x.due) || ' are paid by settlements, ' || sum(x.paid)
            || ' by entries' AS detail
        FROM (
            SELECT partner_id, currency, carried_in + amount - carried_out AS due, 0 AS paid FROM settlement
            WHERE tenant_id = $1 AND state = 'paid'
            UNION ALL
            SELECT partner_id, currency, 0, CASE WHEN debit = 'partner' THEN amount ELSE -amount END
            FROM clearing_entry WHERE tenant_id = $1 AND kind = 'payment') x
        GROUP BY x.partner_id, x.currency HAVING sum(x.due) <> sum(x.paid)""",
}

FOLLOWED_CHECKS = {
    # what was paid for points that are out, at the price of each; estimates of breakage are taken from it ahead
    "clearing_float": """
        SELECT x.currency AS id, x.held || ' are in the float, for points that cost ' || x.worth AS detail
        FROM (
            SELECT c.currency, COALESCE((SELECT sum(CASE WHEN e.credit = 'float' THEN e.amount ELSE -e.amount END)
                    FROM clearing_entry e WHERE e.tenant_id = $1 AND e.program_id = $2 AND e.currency = c.currency
                    AND e.kind <> 'estimate' AND (e.credit = 'float' OR e.debit = 'float')), 0) AS held,
                COALESCE((SELECT sum((l.remaining + l.held) * i.price) FROM lot l
                    JOIN clearing_issue i ON i.tenant_id = l.tenant_id AND i.program_id = $2
                        AND i.recognition = 'issuance'
                        AND i.id = CASE WHEN l.origin_id IS NULL THEN l.transfer_id ELSE l.origin_id END
                    WHERE l.tenant_id = $1 AND (l.remaining > 0 OR l.held > 0) AND i.currency = c.currency), 0)
                    AS worth
            FROM (SELECT DISTINCT currency FROM clearing_issue WHERE tenant_id = $1 AND program_id = $2
                AND currency IS NOT NULL) AS c
        ) AS x WHERE x.held <> x.worth""",
    # what a partner would owe on top, were all spent that it issued and does not owe yet
    "clearing_exposed": """
        SELECT p.id, 'is exposed to ' || p.exposed || ', its points that are out cost ' || COALESCE(x.worth, 0)
            AS detail
        FROM partner r JOIN partner_position p ON p.tenant_id = r.tenant_id AND p.partner_id = r.id
        LEFT JOIN (SELECT i.partner_id, i.currency, sum((l.remaining + l.held) * i.price) AS worth FROM lot l
            JOIN clearing_issue i ON i.tenant_id = l.tenant_id AND i.program_id = $2
                AND i.recognition = 'redemption' AND i.payer = 'partner'
                AND i.id = CASE WHEN l.origin_id IS NULL THEN l.transfer_id ELSE l.origin_id END
            WHERE l.tenant_id = $1 AND (l.remaining > 0 OR l.held > 0) GROUP BY i.partner_id, i.currency) AS x
            ON x.partner_id = p.partner_id AND x.currency = p.currency
        WHERE r.tenant_id = $1 AND r.program_id = $2 AND p.exposed <> COALESCE(x.worth, 0)""",
    # what was paid ahead is what blocks have left, at their prices
    "clearing_prepaid": """
        SELECT x.currency AS id, sum(x.paid) || ' are paid ahead, for points in blocks that cost ' || sum(x.worth)
            AS detail
        FROM (
            SELECT currency, CASE WHEN credit = 'prepaid' THEN amount ELSE -amount END AS paid, 0 AS worth
            FROM clearing_entry WHERE tenant_id = $1 AND program_id = $2 AND (credit = 'prepaid' OR debit = 'prepaid')
            UNION ALL
            SELECT b.currency, 0, b.remaining * b.price FROM partner_block b
            JOIN partner p ON p.tenant_id = b.tenant_id AND p.id = b.partner_id AND p.program_id = $2
            WHERE b.tenant_id = $1) AS x
        GROUP BY x.currency HAVING sum(x.paid) <> sum(x.worth)""",
}
"""What holds once all is followed."""

_BATCHES = "SELECT b.id FROM batch b WHERE b.tenant_id = $1 AND b.id > $2 ORDER BY b.id LIMIT $3"
