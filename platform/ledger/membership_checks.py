"""What verify asks of memberships, charges, passes and dividends: like `checks`, SQL for the rows that are wrong."""

from __future__ import annotations

MEMBERSHIPS: dict[str, str] = {
    # a membership is what its last change says, and the changes have no gap
    "membership_change": """
        SELECT m.id, 'is ' || m.state || ' with ' || m.plan || ' in term ' || m.term || ', revision ' || m.revision
            || '; its last change is number ' || COALESCE(c.number, 0) AS detail
        FROM membership m LEFT JOIN (SELECT membership_id, max(revision) AS last, count(*) AS number
            FROM membership_change WHERE tenant_id = $1 GROUP BY membership_id) AS c ON c.membership_id = m.id
        LEFT JOIN membership_change l ON l.tenant_id = m.tenant_id AND l.membership_id = m.id
            AND l.revision = m.revision
        WHERE m.tenant_id = $1 AND (l.id IS NULL OR c.last <> m.revision OR c.number <> m.revision
            OR l.state <> m.state OR l.plan <> m.plan OR l.term <> m.term)""",
    # it waits for an answer while, and only while, a card is charged for it; a page may stand open beside
    "membership_charging": """
        SELECT m.id, 'has ' || count(c.id) || ' open charges' AS detail
        FROM membership m LEFT JOIN charge c ON c.tenant_id = m.tenant_id AND c.membership_id = m.id
            AND c.state = 'open' AND c.purpose IN ('renew', 'upgrade') AND c.method IS NOT NULL
        WHERE m.tenant_id = $1 GROUP BY m.id, m.charging
        HAVING count(c.id) <> CASE WHEN m.charging THEN 1 ELSE 0 END""",
    # rules know of a plan only while there is a membership
    "membership_fact": """
        SELECT f.id, 'tells of a plan that the member does not have' AS detail
        FROM member_fact f LEFT JOIN membership m ON m.tenant_id = f.tenant_id AND m.member_id = f.member_id
            AND m.state <> 'ended' AND f.name = 'plan:' || CAST(m.program_id AS TEXT)
            AND f.value = '"' || m.plan || '"'
        WHERE f.tenant_id = $1 AND f.name >= 'plan:' AND f.name < 'plan;' AND f.value <> 'null' AND m.id IS NULL""",
    # a charge counts what was or is being given back of it; what was paid brought something, or went back
    "charge_refunded": """
        SELECT c.id, 'counts ' || c.refunded || ' given back, its refunds ' || COALESCE(sum(r.amount), 0) AS detail
        FROM charge c LEFT JOIN charge r ON r.tenant_id = c.tenant_id AND r.of_id = c.id
            AND r.state IN ('open', 'succeeded')
        WHERE c.tenant_id = $1 AND c.purpose <> 'refund' GROUP BY c.id, c.refunded
        HAVING c.refunded <> COALESCE(sum(r.amount), 0)""",
    "charge_for_nothing": """
        SELECT c.id, 'was paid, and brought nothing' AS detail
        FROM charge c LEFT JOIN membership m ON m.tenant_id = c.tenant_id AND m.id = c.membership_id
        LEFT JOIN member_pass p ON p.tenant_id = c.tenant_id AND p.charge_id = c.id
        WHERE c.tenant_id = $1 AND c.purpose <> 'refund' AND c.state = 'succeeded' AND c.refunded < c.amount
            AND m.id IS NULL AND p.id IS NULL""",
    "pass_use": """
        SELECT p.id, 'counts ' || p.used || ' visits of ' || count(u.id) AS detail
        FROM member_pass p LEFT JOIN pass_use u ON u.tenant_id = p.tenant_id AND u.pass_id = p.id
        WHERE p.tenant_id = $1 GROUP BY p.id, p.used HAVING p.used <> count(u.id)""",
    "dividend_points": """
        SELECT d.id, 'says ' || d.points || ' points, unlike its transfer' AS detail
        FROM dividend d LEFT JOIN transfer t ON t.tenant_id = d.tenant_id AND t.id = d.transfer_id
        WHERE d.tenant_id = $1 AND d.points > 0 AND (t.id IS NULL OR t.amount <> d.points OR t.reason <> 'dividend')""",
}
"""`$1` is the tenant."""
