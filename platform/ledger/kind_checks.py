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
    # each play one debit, of a member; what was won of a prize is what was issued of it. A play's id is older than it
    "game_play_debit": """
        SELECT p.id, 'played without a debit of 1' AS detail
        FROM game_play p LEFT JOIN transfer t ON t.tenant_id = p.tenant_id AND t.id = p.debit_id
        LEFT JOIN account a ON a.tenant_id = t.tenant_id AND a.id = t.debit
        WHERE p.tenant_id = $1 AND p.debit_id > $2 AND (t.id IS NULL OR t.amount <> 1 OR t.kind <> 'now'
            OR t.debit_seq IS NULL OR a.owner NOT LIKE 'member:%')""",
    "game_stock": """
        SELECT s.id, 'of ' || s.prize || ' ' || s.issued || ' were issued (' || s.period || ') and ' || count(p.id)
            || ' won' AS detail
        FROM game_stock s LEFT JOIN game_play p ON p.tenant_id = s.tenant_id AND p.program_id = s.program_id
            AND p.prize = s.prize AND p.won AND (s.period = 'lifetime' OR p.day = s.period)
        WHERE s.tenant_id = $1 GROUP BY s.id, s.prize, s.issued, s.period, s.stock
        HAVING s.issued < count(p.id) OR (s.period = 'lifetime' AND s.issued <> count(p.id)) OR s.issued > s.stock""",
    "game_issued": """
        SELECT min(CAST(p.id AS TEXT)) AS id, p.prize || ' was won, but not issued' AS detail
        FROM game_play p LEFT JOIN game_stock s ON s.tenant_id = p.tenant_id AND s.program_id = p.program_id
            AND s.prize = p.prize AND s.period = 'lifetime'
        WHERE p.tenant_id = $1 AND p.debit_id > $2 AND p.won AND s.id IS NULL GROUP BY p.prize""",
    # a round that is closed has the entries that it says, and no prize without one in a draw
    "game_round": """
        SELECT r.id, 'has ' || COALESCE(r.entrants, 0) || ' entrants with ' || COALESCE(r.entries, 0)
            || ' entries, and rows of ' || count(e.id) || ' with ' || COALESCE(sum(e.entries), 0) AS detail
        FROM game_round r LEFT JOIN game_entry e ON e.tenant_id = r.tenant_id AND e.round_id = r.id
        WHERE r.tenant_id = $1 AND (r.id > $2 OR r.closed_at > $3) AND (r.state = 'open' OR r.entries IS NOT NULL)
        GROUP BY r.id, r.entrants, r.entries
        HAVING count(e.id) <> COALESCE(r.entrants, 0) OR COALESCE(sum(e.entries), 0) <> COALESCE(r.entries, 0)""",
    "game_win": """
        SELECT w.id, 'won by no ticket of the member' AS detail
        FROM game_win w LEFT JOIN game_entry e ON e.tenant_id = w.tenant_id AND e.round_id = w.round_id
            AND e.member_id = w.member_id AND w.ticket >= e.first_ticket AND w.ticket < e.first_ticket + e.entries
        WHERE w.tenant_id = $1 AND w.id > $2 AND w.ticket IS NOT NULL AND e.id IS NULL""",
    # who was merged goes on under another name: nothing is kept under the old one that a person goes on with
    "member_merged": """
        SELECT m.id, 'was merged, and still has activities, redemptions, conversions, tasks or counters' AS detail
        FROM member m WHERE m.tenant_id = $1 AND m.merged_into IS NOT NULL AND (
            EXISTS (SELECT 1 FROM activity a WHERE a.tenant_id = m.tenant_id AND a.member_id = m.id)
            OR EXISTS (SELECT 1 FROM redemption r WHERE r.tenant_id = m.tenant_id AND r.member_id = m.id)
            OR EXISTS (SELECT 1 FROM points_conversion c WHERE c.tenant_id = m.tenant_id AND c.member_id = m.id)
            OR EXISTS (SELECT 1 FROM program p JOIN member_task t ON t.tenant_id = p.tenant_id AND t.program_id = p.id
                AND t.member_id = m.id AND t.times > 0 WHERE p.tenant_id = m.tenant_id)
            OR EXISTS (SELECT 1 FROM program p JOIN counter u ON u.tenant_id = p.tenant_id AND u.program_id = p.id
                AND u.owner = 'member:' || CAST(m.id AS TEXT) AND u.used <> 0 WHERE p.tenant_id = m.tenant_id)
            OR EXISTS (SELECT 1 FROM counter u WHERE u.tenant_id = m.tenant_id AND u.program_id = m.tenant_id
                AND u.owner = 'member:' || CAST(m.id AS TEXT) AND u.used <> 0))""",
    "shortfall_account": """
        SELECT s.id, 'is owed by no account' AS detail
        FROM shortfall s LEFT JOIN account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
        WHERE s.tenant_id = $1 AND s.id > $2 AND a.id IS NULL""",
}
