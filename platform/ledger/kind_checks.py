"""What kinds of programs keep beside the ledger, against its entries: each query answers the rows that break a promise.

As `checks.KEYS`: `$1` is the tenant, and only what is younger than the id `$2` is looked at.
"""

from __future__ import annotations

KIND_KEYS: dict[str, str] = {
    # a donation is its debit, which went back if it was cancelled; caps counted what was added
    "donation_debit": """
        SELECT d.id, 'is ' || d.state || ' with ' || d.points || ' points, unlike its debit' AS detail
        FROM donation d LEFT JOIN transfer t ON t.tenant_id = d.tenant_id AND t.id = d.transfer_id
        LEFT JOIN account a ON a.tenant_id = t.tenant_id AND a.id = t.credit
        LEFT JOIN account m ON m.tenant_id = t.tenant_id AND m.id = t.debit
        WHERE d.tenant_id = $1 AND d.id > $2 AND (t.id IS NULL OR t.amount <> d.points OR t.unit_id <> d.unit_id
            OR t.reason <> 'donate' OR a.owner <> 'donated:' || d.cause
            OR (m.owner <> 'member:' || CAST(d.member_id AS TEXT) AND m.successor IS NULL)
            OR CASE WHEN d.state = 'cancelled' THEN d.points ELSE 0 END <> COALESCE((SELECT sum(r.amount)
                FROM transfer r WHERE r.tenant_id = d.tenant_id AND r.reverses_id = t.id), 0))""",
    "donation_known": """
        SELECT t.id, 'points given that no donation has' AS detail
        FROM transfer t LEFT JOIN donation d ON d.tenant_id = t.tenant_id AND d.transfer_id = t.id
        WHERE t.tenant_id = $1 AND t.id > $2 AND t.reason = 'donate' AND d.id IS NULL""",
    "donation_matching": """
        SELECT c.id, 'counts ' || c.used || ' added to donations, which have ' || COALESCE(sum(d.matched), 0) AS detail
        FROM counter c LEFT JOIN donation d ON d.tenant_id = c.tenant_id AND d.program_id = c.program_id
            AND d.state = 'made' AND ((c.name = 'matched' AND d.matched_in_total)
                OR (c.name = 'matched:' || d.cause AND c.period = d.matched_period))
        WHERE c.tenant_id = $1 AND c.owner = 'program' AND (c.name = 'matched' OR c.name LIKE 'matched:%')
        GROUP BY c.id, c.used HAVING c.used <> COALESCE(sum(d.matched), 0)""",
    # what a referral brought is in the books, once, and was taken back with it
    "referral_gift": """
        SELECT g.id, 'brought the ' || g.side || ' ' || g.points || ' points, unlike its entry' AS detail
        FROM referral_gift g
        LEFT JOIN referral r ON r.tenant_id = g.tenant_id AND r.id = g.referral_id
        LEFT JOIN transfer t ON t.tenant_id = g.tenant_id AND t.id = g.transfer_id
        LEFT JOIN account a ON a.tenant_id = t.tenant_id AND a.id = t.credit
        WHERE g.tenant_id = $1 AND g.id > $2 AND (r.id IS NULL OR t.id IS NULL OR t.amount <> g.points
            OR t.reason <> 'referral' OR r.state NOT IN ('rewarded', 'taken_back') OR (r.capped AND g.side = 'referrer')
            OR (a.successor IS NULL AND a.owner <> 'member:' || CAST(
                CASE WHEN g.side = 'friend' THEN r.friend_id ELSE r.referrer_id END AS TEXT))
            OR (r.state = 'rewarded' AND EXISTS (SELECT 1 FROM transfer b
                WHERE b.tenant_id = t.tenant_id AND b.reverses_id = t.id AND b.reason = 'referral_taken_back')))""",
    "referral_known": """
        SELECT t.id, 'points for a referral that none brought' AS detail
        FROM transfer t LEFT JOIN referral_gift g ON g.tenant_id = t.tenant_id AND g.transfer_id = t.id
        WHERE t.tenant_id = $1 AND t.id > $2 AND t.reason = 'referral' AND g.id IS NULL""",
}
