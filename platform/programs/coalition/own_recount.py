"""Partners that are tenants of their own, seen from both sides: who takes part, and what the two ledgers converted."""

from __future__ import annotations

from collections.abc import Mapping

from kit import db
from ledger.findings import Finding
from programs.coalition.models import Participation, Partner
from tenants import scope
from tenants.scope import TenantId

FINDINGS_MAX = 100


async def verify() -> tuple[Finding, ...]:
    """What of the scope's tenant, as one that takes part in coalitions or runs them, is not as the others have it."""
    own = scope.tenant_id()
    async with scope.reading():
        others = {TenantId(row.operator_id) for row in await Participation.all()}
        others |= {TenantId(row.own_tenant_id or "") for row in await Partner.filter(own_tenant_id__not_isnull=True)}
    if not others:
        return ()
    findings: list[Finding] = []
    with scope.spanning(sorted({own, *others}), "both sides of a participation"):
        async with scope.reading():
            for check, sql in CHECKS.items():
                found = await db.rows(sql, own)
                findings += [Finding(check, row["id"], row["detail"]) for row in found[:FINDINGS_MAX]]
    return tuple(findings[:FINDINGS_MAX])


CHECKS: Mapping[str, str] = {
    "exchange_transfer": """
        SELECT v.id, 'went ' || v.direction || ' with ' || v.own_points || ' own points, unlike its transfer' AS detail
        FROM participation_conversion v JOIN transfer t ON t.tenant_id = v.tenant_id AND t.id = v.id
        WHERE v.tenant_id = $1 AND (t.amount <> v.own_points
            OR t.reason <> CASE v.direction WHEN 'in' THEN 'exchange_out' ELSE 'exchange_in' END
            OR CASE WHEN v.undone_at IS NULL THEN 0 ELSE v.own_points END <> COALESCE((SELECT sum(r.amount)
                FROM transfer r WHERE r.tenant_id = v.tenant_id AND r.reverses_id = v.id), 0))""",
    # whose points they were; since then they may have become one with somebody
    "exchange_member": """
        SELECT v.id, 'is of another member than its transfer' AS detail
        FROM participation_conversion v JOIN transfer t ON t.tenant_id = v.tenant_id AND t.id = v.id
        JOIN account a ON a.tenant_id = t.tenant_id AND a.id = CASE v.direction WHEN 'in' THEN t.debit ELSE t.credit END
        WHERE v.tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM member m WHERE m.tenant_id = v.tenant_id
            AND (m.id = v.member_id OR m.merged_into = v.member_id) AND a.owner = 'member:' || m.id)""",
    "exchange_known": """
        SELECT t.id, 'own points moved that no conversion has' AS detail FROM transfer t
        LEFT JOIN participation_conversion v ON v.tenant_id = t.tenant_id AND v.id = t.id
        WHERE t.tenant_id = $1 AND t.reverses_id IS NULL AND t.reason IN ('exchange_in', 'exchange_out')
            AND v.id IS NULL""",
    "exchange_sides": """
        SELECT v.id, 'is not as the operator has it' AS detail FROM participation_conversion v
        JOIN participation p ON p.tenant_id = v.tenant_id AND p.id = v.participation_id
        LEFT JOIN partner_conversion o ON o.tenant_id = p.operator_id AND o.id = v.conversion_id
            AND o.partner_id = p.partner_id AND o.own_tenant_id = v.tenant_id AND o.own_transfer_id = v.id
            AND o.direction = v.direction AND o.points = v.points AND o.own_points = v.own_points
            AND (o.undone_at IS NULL) = (v.undone_at IS NULL)
        WHERE v.tenant_id = $1 AND o.id IS NULL""",
    "exchange_missing": """
        SELECT o.id, 'is a conversion of the operator''s that moved nothing here' AS detail FROM participation p
        JOIN partner_conversion o ON o.tenant_id = p.operator_id AND o.partner_id = p.partner_id
            AND o.own_tenant_id = p.tenant_id
        LEFT JOIN participation_conversion v ON v.tenant_id = p.tenant_id AND v.id = o.own_transfer_id
        WHERE p.tenant_id = $1 AND v.id IS NULL""",
    "participation_sides": """
        SELECT p.id, 'goes on, and its partner is not this shop' AS detail FROM participation p
        LEFT JOIN partner r ON r.tenant_id = p.operator_id AND r.id = p.partner_id AND r.own_tenant_id = p.tenant_id
        WHERE p.tenant_id = $1 AND p.ended_at IS NULL AND r.id IS NULL""",
    "partner_shop": """
        SELECT r.id, 'has a shop that does not take part' AS detail FROM partner r
        LEFT JOIN participation p ON p.tenant_id = r.own_tenant_id AND p.operator_id = r.tenant_id
            AND p.partner_id = r.id AND p.ended_at IS NULL
        WHERE r.tenant_id = $1 AND r.own_tenant_id IS NOT NULL AND p.id IS NULL""",
}
