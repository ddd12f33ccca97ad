"""The ledger's equations as SQL: each query answers the rows that break one, as `id` and `detail`.

`$1` is the tenant. What stands in braces narrows a check to what was touched, and is empty in a full run. An owned
account is a member's, a partner's or a gift card's; the system's keep no lots and no `seq`.
"""

from __future__ import annotations

from kit.setbased import Columns
from ledger.membership_checks import MEMBERSHIPS
from ledger.state import OWNERS

ROWS_MAX = 100
"""Findings per check: who has more has one cause."""

_MOVED = "t.kind IN ('now', 'post')"
_OWNED = "(" + " OR ".join(f"{{0}}.owner LIKE '{owner}%'" for owner in OWNERS) + ")"

_LEGS = f"""
    SELECT t.id, t.debit AS account, t.debit_seq AS seq, t.debit_after AS after_,
        CASE WHEN {_MOVED} THEN -t.amount ELSE 0 END AS change
        FROM transfer t WHERE t.tenant_id = $1 AND t.debit_seq IS NOT NULL {{debits}}
    UNION ALL SELECT t.id, t.credit, t.credit_seq, t.credit_after, t.amount
        FROM transfer t WHERE t.tenant_id = $1 AND t.credit_seq IS NOT NULL {{credits}}"""

CHECKS: dict[str, str] = {
    # account = its transfers = its *_after, seq without gaps
    "account_sequence": f"""
        SELECT r.id, 'seq ' || r.seq || ' is number ' || r.n || ', after ' || r.after_ || ' is ' || r.total AS detail
        FROM (SELECT g.id, g.seq, g.after_, row_number() OVER w AS n, sum(g.change) OVER w AS total
            FROM ({_LEGS}) AS g WINDOW w AS (PARTITION BY g.account ORDER BY g.seq ROWS UNBOUNDED PRECEDING)) AS r
        WHERE r.seq <> r.n OR r.after_ <> r.total""",
    "account_posted": f"""
        SELECT a.id, 'posted ' || a.posted || ', its transfers ' || COALESCE(g.total, 0) || '; seq ' || a.seq || ' of '
            || COALESCE(g.n, 0) AS detail
        FROM account a LEFT JOIN (SELECT l.account, count(*) AS n, sum(l.change) AS total FROM ({_LEGS}) AS l
            GROUP BY l.account) AS g ON g.account = a.id
        WHERE a.tenant_id = $1 AND {_OWNED.format("a")} {{accounts}}
            AND (a.posted <> COALESCE(g.total, 0) OR a.seq <> COALESCE(g.n, 0))""",
    # posted = Σ(remaining + held) − deficit; nothing negative that may not be
    "account_lots": f"""
        SELECT a.id, 'posted ' || a.posted || ', held ' || a.held || ', deficit ' || a.deficit || '; lots '
            || COALESCE(l.remaining, 0) || ' + ' || COALESCE(l.held, 0) || ', holds ' || COALESCE(h.held, 0)
            || ', owed ' || COALESCE(s.owed, 0) AS detail
        FROM account a
        LEFT JOIN (SELECT account_id, sum(remaining) AS remaining, sum(held) AS held FROM lot
            WHERE tenant_id = $1 AND (remaining <> 0 OR held <> 0) GROUP BY account_id) AS l ON l.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(amount) AS held FROM hold WHERE tenant_id = $1 AND state = 'open'
            GROUP BY account_id) AS h ON h.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(amount - paid) AS owed FROM shortfall
            WHERE tenant_id = $1 AND policy = 'NEGATIVE' GROUP BY account_id) AS s ON s.account_id = a.id
        WHERE a.tenant_id = $1 AND {_OWNED.format("a")} {{accounts}} AND (
            a.posted <> COALESCE(l.remaining, 0) + COALESCE(l.held, 0) - a.deficit OR a.held <> COALESCE(l.held, 0)
            OR a.held <> COALESCE(h.held, 0) OR a.deficit <> COALESCE(s.owed, 0) OR a.held < 0 OR a.deficit < 0)""",
    # lot.held, used, expired, reversed = its uses by purpose
    "lot_uses": """
        SELECT l.id, 'held ' || l.held || ', used ' || l.used || ', expired ' || l.expired || ', reversed '
            || l.reversed || ' of ' || l.amount || ' are not its uses' AS detail
        FROM lot l LEFT JOIN (
            SELECT u.lot_id, sum(CASE WHEN u.purpose IN ('spend', 'mature', 'deficit') THEN u.amount - u.returned
                    ELSE 0 END) AS used,
                sum(CASE WHEN u.purpose = 'expire' THEN u.amount ELSE 0 END) AS expired,
                sum(CASE WHEN u.purpose = 'reverse' THEN u.amount ELSE 0 END) AS reversed,
                sum(CASE WHEN u.purpose = 'hold' AND h.state = 'open' THEN u.amount ELSE 0 END) AS held
            FROM lot_use u LEFT JOIN hold h ON h.tenant_id = u.tenant_id AND h.id = u.transfer_id
            WHERE u.tenant_id = $1 {uses} GROUP BY u.lot_id) AS x ON x.lot_id = l.id
        WHERE l.tenant_id = $1 {lots} AND (l.amount <> l.remaining + l.held + l.used + l.expired + l.reversed
            OR l.used <> COALESCE(x.used, 0) OR l.expired <> COALESCE(x.expired, 0)
            OR l.reversed <> COALESCE(x.reversed, 0) OR l.held <> COALESCE(x.held, 0)
            OR l.remaining < 0 OR l.held < 0 OR l.used < 0 OR l.expired < 0 OR l.reversed < 0)""",
    "lot_credit": """
        SELECT l.id, 'not the lot of its transfer' AS detail
        FROM lot l LEFT JOIN transfer t ON t.tenant_id = l.tenant_id AND t.id = l.transfer_id
        WHERE l.tenant_id = $1 {lots} AND (t.id IS NULL OR t.credit <> l.account_id OR t.amount <> l.amount
            OR t.kind <> 'now')""",
    "credit_lots": """
        SELECT t.id, 'a credit of ' || t.amount || ' with ' || COALESCE(l.n, 0) || ' lots' AS detail
        FROM transfer t LEFT JOIN (SELECT transfer_id, count(*) AS n FROM lot WHERE tenant_id = $1 {of_transfers}
            GROUP BY transfer_id) AS l ON l.transfer_id = t.id
        WHERE t.tenant_id = $1 AND t.credit_seq IS NOT NULL {batches}
            AND COALESCE(l.n, 0) <> CASE WHEN t.reverses_id IS NULL THEN 1 ELSE 0 END""",
    # what is carried on to a successor keeps its age, its end and its earning
    "lot_carried": """
        SELECT l.id, 'was carried on, but is not what it was' AS detail
        FROM lot l JOIN transfer t ON t.tenant_id = l.tenant_id AND t.id = l.transfer_id
        LEFT JOIN lot p ON p.tenant_id = l.tenant_id AND p.id = l.parent_id
        LEFT JOIN account a ON a.tenant_id = p.tenant_id AND a.id = p.account_id
        WHERE l.tenant_id = $1 AND t.reason = 'carry' {lots} AND (p.id IS NULL OR a.successor IS NULL
            OR p.account_id <> t.debit OR l.earned_at <> p.earned_at
            OR l.origin_id <> COALESCE(p.origin_id, p.transfer_id)
            OR COALESCE(CAST(l.expires_at AS TEXT), '') <> COALESCE(CAST(p.expires_at AS TEXT), ''))""",
    # every debit is paid by lots of its own account, or is owed
    "debit_lots": """
        SELECT t.id, 'a ' || t.kind || ' of ' || t.amount || ' used lots for ' || COALESCE(u.amount, 0) || ' and owes '
            || COALESCE(s.owed, 0) AS detail
        FROM transfer t
        LEFT JOIN (SELECT transfer_id, sum(amount) AS amount FROM lot_use WHERE tenant_id = $1 {of_transfers}
            GROUP BY transfer_id) AS u ON u.transfer_id = t.id
        LEFT JOIN (SELECT transfer_id, sum(amount - paid) AS owed FROM shortfall
            WHERE tenant_id = $1 AND policy = 'NEGATIVE' GROUP BY transfer_id) AS s ON s.transfer_id = t.id
        WHERE t.tenant_id = $1 AND t.debit_seq IS NOT NULL {batches} AND COALESCE(u.amount, 0) + COALESCE(s.owed, 0)
            <> CASE WHEN t.kind = 'void' THEN 0 ELSE t.amount END""",
    "use_purpose": """
        SELECT u.id, 'a ' || u.purpose || ' for a ' || t.reason || ' (' || t.kind || ')' AS detail
        FROM transfer t JOIN lot_use u ON u.tenant_id = t.tenant_id AND u.transfer_id = t.id
        JOIN lot l ON l.tenant_id = u.tenant_id AND l.id = u.lot_id
        WHERE t.tenant_id = $1 {batches} AND (l.account_id <> t.debit OR (u.purpose = 'hold') <> (t.kind = 'hold')
            OR (u.purpose = 'expire') <> (t.reason = 'expire') OR (u.purpose = 'mature') <> (t.reason = 'mature')
            OR u.returned > u.amount OR (u.returned > 0 AND u.purpose <> 'spend'))""",
    "returned": """
        SELECT x.id, 'returned to lots is not what was given back: ' || sum(x.n) AS detail
        FROM (SELECT transfer_id AS id, returned AS n FROM lot_use WHERE tenant_id = $1 AND returned > 0 {of_transfers}
            UNION ALL SELECT t.reverses_id, -t.amount FROM transfer t
                WHERE t.tenant_id = $1 AND t.reverses_id IS NOT NULL AND t.credit_seq IS NOT NULL {batches}) AS x
        GROUP BY x.id HAVING sum(x.n) <> 0""",
    # no reversal beyond its original, and back where it came from
    "reversal": """
        SELECT r.id, 'reversed ' || r.amount || ' of ' || COALESCE(o.amount, 0) AS detail
        FROM (SELECT x.id, sum(x.amount) AS amount FROM (
                SELECT t.reverses_id AS id, t.amount FROM transfer t
                    WHERE t.tenant_id = $1 AND t.reverses_id IS NOT NULL {batches}
                UNION ALL SELECT s.reverses_id, s.amount - s.paid FROM shortfall s
                    WHERE s.tenant_id = $1 AND s.policy = 'CLAMP' {owed}) AS x GROUP BY x.id) AS r
        LEFT JOIN transfer o ON o.tenant_id = $1 AND o.id = r.id
        WHERE o.id IS NULL OR r.amount > o.amount OR o.reverses_id IS NOT NULL""",
    "reversal_direction": """
        SELECT t.id, 'does not go back where it came from' AS detail
        FROM transfer t JOIN transfer o ON o.tenant_id = t.tenant_id AND o.id = t.reverses_id
        WHERE t.tenant_id = $1 AND t.reverses_id IS NOT NULL {batches} AND t.credit <> o.debit""",
    # every expiry names its lot and came due
    "expiry": """
        SELECT t.id, 'expired before its time' AS detail
        FROM transfer t LEFT JOIN lot_use u ON u.tenant_id = t.tenant_id AND u.transfer_id = t.id
        LEFT JOIN lot l ON l.tenant_id = u.tenant_id AND l.id = u.lot_id
        LEFT JOIN account c ON c.tenant_id = t.tenant_id AND c.id = t.credit
        WHERE t.tenant_id = $1 AND t.reason = 'expire' {batches} AND (l.id IS NULL OR c.owner <> 'expired'
            OR t.effective_at > t.recorded_at
            OR (COALESCE(t.cause_key, '') <> 'lapse' AND (l.expires_at IS NULL OR l.expires_at > t.effective_at)))""",
    # holds are resolved once
    "hold": """
        SELECT h.id, 'a hold that is ' || h.state || ', ' || count(r.id) || ' times resolved' AS detail
        FROM hold h LEFT JOIN transfer t ON t.tenant_id = h.tenant_id AND t.id = h.id
        LEFT JOIN transfer r ON r.tenant_id = h.tenant_id AND r.hold_id = h.id
        WHERE h.tenant_id = $1 {holds}
        GROUP BY h.id, h.state, h.amount, h.account_id, t.id, t.kind, t.amount, t.debit
        HAVING t.id IS NULL OR t.kind <> 'hold' OR t.amount <> h.amount OR t.debit <> h.account_id
            OR count(r.id) <> CASE WHEN h.state = 'open' THEN 0 ELSE 1 END
            OR (h.state = 'posted' AND max(r.kind) <> 'post') OR (h.state = 'voided' AND max(r.kind) <> 'void')
            OR max(r.amount) > h.amount OR (h.state = 'voided' AND max(r.amount) <> h.amount)""",
    "hold_transfer": """
        SELECT t.id, 'a ' || t.kind || ' without its hold' AS detail
        FROM transfer t
        LEFT JOIN hold h ON h.tenant_id = t.tenant_id AND h.id = CASE WHEN t.kind = 'hold' THEN t.id ELSE t.hold_id END
        WHERE t.tenant_id = $1 {batches} AND (t.kind IN ('hold', 'post', 'void')) <> (h.id IS NOT NULL)""",
    # what a clawback could not take is paid by entries
    "shortfall": """
        SELECT x.id, 'paid is not what was taken for it: ' || sum(x.n) AS detail
        FROM (SELECT s.reverses_id AS id, s.paid AS n FROM shortfall s
                WHERE s.tenant_id = $1 AND s.policy = 'CLAMP' {owed}
            UNION ALL SELECT t.reverses_id, -t.amount FROM transfer t
                WHERE t.tenant_id = $1 AND t.reverses_id IS NOT NULL AND t.reason = 'shortfall' {batches}
            UNION ALL SELECT s.transfer_id, s.paid FROM shortfall s
                WHERE s.tenant_id = $1 AND s.policy = 'NEGATIVE' {owed}
            UNION ALL SELECT transfer_id, -amount FROM lot_use
                WHERE tenant_id = $1 AND purpose = 'deficit' {of_transfers}) AS x
        GROUP BY x.id HAVING sum(x.n) <> 0""",
    # two legs in one unit; only owned accounts count
    "transfer_accounts": f"""
        SELECT t.id, 'its accounts do not fit' AS detail
        FROM transfer t LEFT JOIN account d ON d.tenant_id = t.tenant_id AND d.id = t.debit
        LEFT JOIN account c ON c.tenant_id = t.tenant_id AND c.id = t.credit
        WHERE t.tenant_id = $1 {{batches}} AND (d.id IS NULL OR c.id IS NULL OR d.unit_id <> t.unit_id
            OR c.unit_id <> t.unit_id OR t.debit = t.credit OR t.amount <= 0
            OR {_OWNED.format("d")} <> (t.debit_seq IS NOT NULL)
            OR ({_OWNED.format("c")} AND {_MOVED}) <> (t.credit_seq IS NOT NULL))""",
}

SYSTEM_LEGS = """
    SELECT t.batch_id, t.debit AS account, -t.amount AS change FROM transfer t
        WHERE t.tenant_id = $1 AND t.debit_seq IS NULL AND t.kind IN ('now', 'post') {some}
    UNION ALL SELECT t.batch_id, t.credit, t.amount FROM transfer t
        WHERE t.tenant_id = $1 AND t.credit_seq IS NULL AND t.kind IN ('now', 'post') {some}"""
_WAITING = "AND t.batch_id IN (SELECT b.id FROM batch b WHERE b.tenant_id = $1 AND NOT b.rolled_up)"

TOTALS: dict[str, str] = {
    # transfers of a unit sum to 0
    "unit_sum": f"""
        SELECT x.unit_id AS id, 'the unit sums to ' || sum(x.n) AS detail
        FROM (SELECT unit_id, posted AS n FROM account WHERE tenant_id = $1
            UNION ALL SELECT a.unit_id, g.change FROM ({SYSTEM_LEGS.format(some=_WAITING)}) AS g
                JOIN account a ON a.tenant_id = $1 AND a.id = g.account) AS x
        GROUP BY x.unit_id HAVING sum(x.n) <> 0""",
}

FULL_TOTALS: dict[str, str] = {
    "system_posted": f"""
        SELECT a.id, a.owner || ' has ' || a.posted || ', rolled up ' || COALESCE(s.total, 0) AS detail
        FROM account a LEFT JOIN (SELECT g.account, sum(g.change) AS total FROM ({SYSTEM_LEGS.format(some="")}) AS g
            JOIN batch b ON b.tenant_id = $1 AND b.id = g.batch_id WHERE b.rolled_up GROUP BY g.account) AS s
            ON s.account = a.id
        WHERE a.tenant_id = $1 AND NOT {_OWNED.format("a")} AND a.posted <> COALESCE(s.total, 0)""",
    "transfer_batch": """
        SELECT t.id, 'in no batch' AS detail FROM transfer t
        LEFT JOIN batch b ON b.tenant_id = t.tenant_id AND b.id = t.batch_id
        WHERE t.tenant_id = $1 AND b.id IS NULL""",
    "batch_seal": """
        SELECT b.id, 'sealed by a seal that is not there' AS detail FROM batch b
        LEFT JOIN seal s ON s.tenant_id = b.tenant_id AND s.id = b.seal_id
        WHERE b.tenant_id = $1 AND b.seal_id IS NOT NULL AND s.id IS NULL""",
}

KEYS: dict[str, str] = {
    # `$2`: ids are ordered by time, and only what is younger is looked at
    # every redemption one debit, at most one voucher
    "redemption_debit": """
        SELECT r.id, 'confirmed without a debit of ' || r.points AS detail
        FROM redemption r LEFT JOIN transfer t ON t.tenant_id = r.tenant_id AND t.id = r.transfer_id
        WHERE r.tenant_id = $1 AND r.id > $2 AND r.points > 0 AND r.state = 'confirmed' AND (
            t.id IS NULL OR t.amount <> r.points OR t.kind NOT IN ('now', 'post') OR t.debit_seq IS NULL)""",
    "redemption_once": """
        SELECT min(CAST(r.id AS TEXT)) AS id, count(*) || ' redemptions of one debit' AS detail
        FROM redemption r WHERE r.tenant_id = $1 AND COALESCE(r.transfer_id, r.hold_id) IS NOT NULL
        GROUP BY COALESCE(r.transfer_id, r.hold_id) HAVING count(*) > 1""",
    "redemption_hold": """
        SELECT r.id, 'is ' || r.state || ', but its points are still held' AS detail
        FROM redemption r JOIN hold h ON h.tenant_id = r.tenant_id AND h.id = r.hold_id
        WHERE r.tenant_id = $1 AND r.state <> 'reserved' AND h.state = 'open'""",
    "redemption_voucher": """
        SELECT v.redemption_id AS id, count(*) || ' vouchers' AS detail FROM voucher v
        WHERE v.tenant_id = $1 AND v.redemption_id IS NOT NULL GROUP BY v.redemption_id HAVING count(*) > 1""",
    # points that turned are spent, and back if that was undone
    "conversion": """
        SELECT c.id, c.points || ' points turned, of which ' || COALESCE(t.amount, 0) || ' were spent and '
            || COALESCE((SELECT sum(r.amount) FROM transfer r WHERE r.tenant_id = c.tenant_id
                         AND r.reverses_id = c.transfer_id), 0) || ' are back' AS detail
        FROM points_conversion c LEFT JOIN transfer t ON t.tenant_id = c.tenant_id AND t.id = c.transfer_id
        WHERE c.tenant_id = $1 AND c.id > $2 AND (t.id IS NULL OR t.amount <> c.points OR t.debit_seq IS NULL
            OR COALESCE((SELECT sum(r.amount) FROM transfer r WHERE r.tenant_id = c.tenant_id
                         AND r.reverses_id = c.transfer_id), 0) <> CASE WHEN c.undone THEN c.points ELSE 0 END)""",
    # what a payment says of itself is what the ledger has, source by source
    "payment_legs": """
        SELECT p.id, 'its sources make up ' || COALESCE(sum(l.amount), 0) || ' and gave '
            || COALESCE(sum(l.captured), 0) || ', of which ' || COALESCE(sum(l.returned), 0) || ' are back' AS detail
        FROM payment p LEFT JOIN payment_leg l ON l.tenant_id = p.tenant_id AND l.payment_id = p.id
        WHERE p.tenant_id = $1 AND p.id > $2 GROUP BY p.id, p.amount, p.captured, p.returned
        HAVING COALESCE(sum(l.amount), 0) <> p.amount OR COALESCE(sum(l.captured), 0) <> p.captured
            OR COALESCE(sum(l.returned), 0) <> p.returned""",
    "payment_leg_debit": """
        SELECT l.id, 'gave ' || l.captured || ' and has ' || l.returned || ' back, unlike its debit' AS detail
        FROM payment_leg l LEFT JOIN transfer t ON t.tenant_id = l.tenant_id AND t.id = l.transfer_id
        WHERE l.tenant_id = $1 AND l.id > $2 AND (COALESCE(t.amount, 0) <> l.captured
            OR t.kind <> 'post' OR t.hold_id <> l.hold_id
            OR l.returned <> COALESCE((SELECT sum(r.amount) FROM transfer r
                WHERE r.tenant_id = l.tenant_id AND r.reverses_id = t.id AND r.reason = 'refund'), 0))""",
    "payment_hold": """
        SELECT p.id, 'is ' || p.state || ', but its hold is ' || h.state AS detail
        FROM payment p JOIN payment_leg l ON l.tenant_id = p.tenant_id AND l.payment_id = p.id
        LEFT JOIN hold h ON h.tenant_id = l.tenant_id AND h.id = l.hold_id
        WHERE p.tenant_id = $1 AND p.id > $2 AND (h.id IS NULL OR (p.state = 'authorized') <> (h.state = 'open')
            OR (l.captured > 0) <> (h.state = 'posted'))""",
    # a card was issued once, and one that was given up has nothing left
    "gift_card": """
        SELECT c.id, 'is ' || c.state || ' with ' || COALESCE(sum(l.remaining), 0) || ' left' AS detail
        FROM gift_card c
        LEFT JOIN account a ON a.tenant_id = c.tenant_id AND a.unit_id = c.unit_id
            AND a.owner = 'gift_card:' || CAST(c.id AS TEXT)
        LEFT JOIN lot l ON l.tenant_id = a.tenant_id AND l.account_id = a.id AND l.remaining > 0
        WHERE c.tenant_id = $1 AND c.id > $2 GROUP BY c.id, c.state, a.id
        HAVING a.id IS NULL OR (c.state <> 'active' AND COALESCE(sum(l.remaining), 0) > 0)""",
    # a tier is what its changes say, from the first to the last, and what rules and rewards read of it
    "tier_changes": """
        SELECT c.id, 'goes on from ' || COALESCE(c.from_tier, '-') || ', was ' || COALESCE(c.was, '-') AS detail
        FROM (SELECT id, from_tier, reason, lag(to_tier) OVER w AS was, lag(id) OVER w AS previous FROM tier_change
            WHERE tenant_id = $1 WINDOW w AS (PARTITION BY program_id, member_id ORDER BY id)) AS c
        WHERE c.previous IS NOT NULL AND COALESCE(c.from_tier, '') <> COALESCE(c.was, '')""",
    "tier_standing": """
        SELECT s.id, 'is ' || COALESCE(s.tier, '-') || ', its last change ' || COALESCE(c.to_tier, '-') AS detail
        FROM tier_standing s LEFT JOIN (SELECT program_id, member_id, to_tier, row_number() OVER (
                PARTITION BY program_id, member_id ORDER BY id DESC) AS age FROM tier_change WHERE tenant_id = $1) AS c
            ON c.program_id = s.program_id AND c.member_id = s.member_id AND c.age = 1
        WHERE s.tenant_id = $1 AND COALESCE(s.tier, '') <> COALESCE(c.to_tier, '')""",
    "tier_fact": """
        SELECT s.id, 'is ' || COALESCE(s.tier, '-') || ', told as ' || COALESCE(f.value, '-') AS detail
        FROM tier_standing s JOIN member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id
        LEFT JOIN member_fact f ON f.tenant_id = s.tenant_id AND f.member_id = s.member_id
            AND f.name = 'tier:' || CAST(s.program_id AS TEXT)
        WHERE s.tenant_id = $1 AND m.state NOT IN ('erased', 'merged')
            AND COALESCE(f.value, 'null') <> COALESCE('"' || s.tier || '"', 'null')""",
    # a perk is used no more often than its limit in a period, whatever the limit was when
    "perk_limit": """
        SELECT max(CAST(u.id AS TEXT)) AS id, count(*) || ' uses of ' || u.perk || ' in ' || u.period || ', at most '
            || max(u.most) AS detail
        FROM perk_use u WHERE u.tenant_id = $1 AND u.state = 'used'
        GROUP BY u.program_id, u.member_id, u.perk, u.period
        HAVING count(*) = count(u.most) AND count(*) > max(u.most)""",
    # a task was done as often as its completions say, what it gave has one, and its places are those who claimed it
    "task_times": """
        SELECT r.id, 'done ' || r.times || ' times, completed ' || COALESCE(sum(c.times), 0) AS detail
        FROM member_task r LEFT JOIN task_completion c ON c.tenant_id = r.tenant_id AND c.member_task_id = r.id
        WHERE r.tenant_id = $1 AND (r.id > $2 OR r.done_at > $3) GROUP BY r.id, r.times
        HAVING r.times <> COALESCE(sum(c.times), 0)""",
    "task_completion": """
        SELECT c.id, 'completes a task that nobody has' AS detail
        FROM task_completion c LEFT JOIN member_task r ON r.tenant_id = c.tenant_id AND r.id = c.member_task_id
            AND r.program_id = c.program_id AND r.task = c.task
        WHERE c.tenant_id = $1 AND c.id > $2 AND r.id IS NULL""",
    "task_reward": """
        SELECT t.id, 'given for a task that nobody did' AS detail
        FROM transfer t JOIN account a ON a.tenant_id = t.tenant_id AND a.id = t.credit
        WHERE t.tenant_id = $1 AND t.id > $2 AND t.reason = 'task_reward' AND NOT EXISTS (
            SELECT 1 FROM task_completion c WHERE c.tenant_id = t.tenant_id
            AND COALESCE(CAST(c.activity_id AS TEXT), '') = COALESCE(CAST(t.activity_id AS TEXT), '')
            AND c.times > 0 AND a.owner = 'member:' || CAST(c.member_id AS TEXT))""",
    "task_slots": """
        SELECT s.id, s.used || ' places taken, ' || count(r.id) || ' claimed' AS detail
        FROM counter s LEFT JOIN member_task r ON r.tenant_id = s.tenant_id AND r.program_id = s.program_id
            AND s.name = 'slots:' || r.task AND r.began = 'claimed' AND r.state <> 'withdrawn'
        WHERE s.tenant_id = $1 AND s.owner = 'program' AND s.name LIKE 'slots:%'
        GROUP BY s.id, s.used HAVING s.used <> count(r.id)""",
    # every acknowledged key has one effect
    "activity_decision": """
        SELECT a.id, 'decided, but there is no decision' AS detail FROM activity a
        LEFT JOIN decision d ON d.tenant_id = a.tenant_id AND d.id = a.id
        WHERE a.tenant_id = $1 AND a.id > $2 AND a.state = 'decided' AND d.id IS NULL""",
    "decision_activity": """
        SELECT d.id, 'a decision of no activity' AS detail FROM decision d
        LEFT JOIN activity a ON a.tenant_id = d.tenant_id AND a.id = d.id
        WHERE d.tenant_id = $1 AND d.id > $2 AND a.id IS NULL""",
    "command_result": """
        SELECT c.id, 'acknowledged without a result' AS detail FROM command c
        WHERE c.tenant_id = $1 AND c.result IS NULL AND c.id > $2 AND c.recorded_at > $3""",
    **MEMBERSHIPS,
}


def narrowed(sql: str, *, full: bool) -> str:
    """A check over everything, or over the accounts in `$2` (a payload of `ACCOUNTS`) and all they have."""
    touched = f"SELECT x.id FROM {ACCOUNTS.source(2)} AS x"
    theirs = f"""SELECT m.id FROM transfer m
            WHERE m.tenant_id = $1 AND m.debit_seq IS NOT NULL AND m.debit IN ({touched})
        UNION SELECT m.id FROM transfer m
            WHERE m.tenant_id = $1 AND m.credit_seq IS NOT NULL AND m.credit IN ({touched})"""
    narrower = {
        "batches": f"AND t.id IN ({theirs})",
        "accounts": f"AND a.id IN ({touched})",
        "lots": f"AND l.transfer_id IN ({theirs})",
        "debits": f"AND t.debit IN ({touched})",
        "credits": f"AND t.credit IN ({touched})",
        "uses": f"AND u.lot_id IN (SELECT o.id FROM lot o WHERE o.tenant_id = $1 AND o.transfer_id IN ({theirs}))",
        "of_transfers": f"AND transfer_id IN ({theirs})",
        "owed": f"AND s.account_id IN ({touched})",
        "holds": f"AND h.id IN ({theirs})",
    }
    return sql.format_map({name: "" if full else text for name, text in narrower.items()}) + f" LIMIT {ROWS_MAX}"


ACCOUNTS = Columns(id="uuid")

# Two index scans: what is not sealed, and what was sealed since.
_NEW_BATCHES = """SELECT b.id FROM batch b WHERE b.tenant_id = $1 AND b.seal_id IS NULL
    UNION ALL SELECT b.id FROM seal s JOIN batch b ON b.tenant_id = s.tenant_id AND b.seal_id = s.id
        WHERE s.tenant_id = $1 AND s.number > $2"""
TOUCHED = f"""SELECT n.debit AS id FROM transfer n
        WHERE n.tenant_id = $1 AND n.debit_seq IS NOT NULL AND n.batch_id IN ({_NEW_BATCHES})
    UNION SELECT n.credit FROM transfer n
        WHERE n.tenant_id = $1 AND n.credit_seq IS NOT NULL AND n.batch_id IN ({_NEW_BATCHES}) LIMIT $3"""
"""The owned accounts that batches since seal number `$2` touched, at most `$3`."""
