"""Everything known about one member, as one JSON document in pieces: pages of bounded size, never all in memory.

The tables of higher floors are read by plain SQL over their columns, set-based and by index; nothing is imported.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from kit import db
from members.service import get
from members.views import MemberId
from tenants import audit, scope

PAGE_ROWS = 500
NOWHERE = "00000000-0000-0000-0000-000000000000"


async def export(member: MemberId) -> AsyncIterator[bytes]:
    """The pieces of a JSON object `{"format": 1, "exported_at": …, "member": {…}, "consents": […], …}`.

    Amounts are in the unit's smallest part or the currency's minor units, instants in UTC. Each page is read by itself,
    so rows written meanwhile may be in or not. What stayed under the names of who was merged into them is in it. The
    iterator keeps this scope and may be used up outside of it. Raises `Refusal` NOT_FOUND before the first piece; of an
    erased member it answers what remained.
    """
    view = await get(member)
    async with scope.writing():
        await audit.record("member.exported", f"member:{member}")
    async with scope.reading():
        merged = await db.rows(_MERGED, scope.tenant_id(), member)
    head = {"format": 1, "exported_at": scope.now(), "member": view}
    return _pieces(head, [member, *(MemberId(row["id"]) for row in merged)], scope.current())


async def _pieces(
    head: Mapping[str, object], names: Sequence[MemberId], entered: scope.Scope
) -> AsyncIterator[bytes]:  # fmt: skip
    """Each section for each of the member's `names`: their own, and those of who was merged into them."""
    yield orjson.dumps(head)[:-1]
    for section in SECTIONS:
        yield orjson.dumps(section.name).join((b",", b":["))
        separator = b""
        for name in names:
            async for rows in _pages(section, name, entered):
                yield separator + orjson.dumps(rows)[1:-1]
                separator = b","
        yield b"]"
    yield b"}"


async def _pages(section: Section, member: MemberId, entered: scope.Scope) -> AsyncIterator[list[dict[str, Any]]]:
    after: Sequence[object] = section.start
    while True:
        # Never a scope or a session across a `yield`: the reader may be another task, and slow.
        with scope.of(entered.tenants[0], entered.clock_offset, entered.actor):
            async with scope.reading():
                rows = await db.rows(section.sql, scope.tenant_id(), section.whose(member), *after, PAGE_ROWS)
        if rows:
            yield [_document(row, section) for row in rows]
        if len(rows) < PAGE_ROWS:
            return
        after = [rows[-1][column] for column in section.order]


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the document: `sql` takes the tenant, whose, the place after which to go on ($3…), and how many."""

    name: str
    sql: str
    order: tuple[str, ...] = ("id",)
    start: tuple[str | int, ...] = (NOWHERE,)
    owner: str = ""
    instants: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    booleans: tuple[str, ...] = ()

    def whose(self, member: MemberId) -> str:
        """The value of $2: the member's id, or the owner of their accounts."""
        return self.owner + member


def _document(row: db.Row, section: Section) -> dict[str, Any]:
    document = {name: row[name] for name in row.keys()}  # noqa: SIM118  # sqlite3.Row
    for name in section.instants:
        document[name] = db.instant_or_none(document[name])
    for name in section.documents:
        document[name] = None if document[name] is None else orjson.loads(document[name])
    for name in section.booleans:
        document[name] = bool(document[name])
    return document


_MERGED = "SELECT id FROM member WHERE tenant_id = $1 AND merged_into = $2 ORDER BY id"

_CONSENTS = """
SELECT id, purpose, granted, source, recorded_at FROM member_consent
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_FACTS = """
SELECT id, name, value, updated_at FROM member_fact
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_ACTIVITIES = """
SELECT c.id, c.key, c.kind, c.state, c.order_reference, c.occurred_at, c.recorded_at, c.source, c.body, d.result,
       d.explanation, r.state AS review, r.note AS review_note
FROM activity c LEFT JOIN decision d ON d.tenant_id = c.tenant_id AND d.id = c.id
LEFT JOIN activity_review r ON r.tenant_id = c.tenant_id AND r.id = c.id
WHERE c.tenant_id = $1 AND c.member_id = $2 AND c.id > $3 ORDER BY c.id LIMIT $4"""

_ACCOUNTS = """
SELECT a.id, u.slug AS unit, a.book, a.posted, a.held, a.deficit, a.lapses_at, a.created_at
FROM account a JOIN unit u ON u.tenant_id = a.tenant_id AND u.id = a.unit_id
WHERE a.tenant_id = $1 AND a.owner = $2 AND a.id > $3 ORDER BY a.id LIMIT $4"""

# A member's leg of a transfer always has its number in the account; that is what the indexes go by.
_ENTRIES = """
SELECT a.id AS account, t.debit_seq AS seq, 'debit' AS side, t.debit_after AS balance_after, t.id, t.kind, t.reason,
       t.amount, t.hold_id, t.reverses_id, t.activity_id, t.effective_at, t.recorded_at, t.note
FROM account a JOIN transfer t ON t.tenant_id = a.tenant_id AND t.debit = a.id AND t.debit_seq IS NOT NULL
WHERE a.tenant_id = $1 AND a.owner = $2 AND (a.id, t.debit_seq) > ($3, $4)
UNION ALL
SELECT a.id, t.credit_seq, 'credit', t.credit_after, t.id, t.kind, t.reason, t.amount, t.hold_id, t.reverses_id,
       t.activity_id, t.effective_at, t.recorded_at, t.note
FROM account a JOIN transfer t ON t.tenant_id = a.tenant_id AND t.credit = a.id AND t.credit_seq IS NOT NULL
WHERE a.tenant_id = $1 AND a.owner = $2 AND (a.id, t.credit_seq) > ($3, $4)
ORDER BY account, seq LIMIT $5"""

_LOTS = """
SELECT l.id, l.account_id AS account, l.transfer_id, l.parent_id, l.amount, l.remaining, l.held, l.used, l.expired,
       l.reversed, l.earned_at, l.matures_at, l.expires_at
FROM account a
JOIN transfer t ON t.tenant_id = a.tenant_id AND t.credit = a.id AND t.credit_seq IS NOT NULL
JOIN lot l ON l.tenant_id = t.tenant_id AND l.transfer_id = t.id AND l.account_id = a.id
WHERE a.tenant_id = $1 AND a.owner = $2 AND l.id > $3 ORDER BY l.id LIMIT $4"""

_REDEMPTIONS = """
SELECT r.id, w.name AS reward, v.code AS voucher, r.points, r.state, r.order_reference, r.value_amount,
       r.value_currency, r.terms, r.points_returned, r.reserved_at, r.ends_at, r.closed_at
FROM redemption r
LEFT JOIN reward w ON w.tenant_id = r.tenant_id AND w.id = r.reward_id
LEFT JOIN voucher v ON v.tenant_id = r.tenant_id AND v.redemption_id = r.id
WHERE r.tenant_id = $1 AND r.member_id = $2 AND r.id > $3 ORDER BY r.id LIMIT $4"""

_GRANTS = """
SELECT id, key, reward, reason, state, granted_at, closed_at FROM reward_grant
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_PAYMENTS = """
SELECT id, amount, currency, captured, returned, state, order_reference, authorized_at, ends_at, closed_at FROM payment
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_GIFT_CARDS = """
SELECT id, amount, currency, state, last_characters, order_reference, issued_at, expires_at, closed_at FROM gift_card
WHERE tenant_id = $1 AND purchaser_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_CREDITS = """
SELECT id, amount, currency, order_reference, reason, recorded_at FROM balance_credit
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_PERK_USES = """
SELECT u.id, u.program_id, u.perk, u.perk_set, u.period, u.order_reference, p.slug AS partner, u.state, u.used_at,
    u.closed_at
FROM perk_use u LEFT JOIN partner_perk_use w ON w.tenant_id = u.tenant_id AND w.id = u.id
LEFT JOIN partner p ON p.tenant_id = w.tenant_id AND p.id = w.partner_id
WHERE u.tenant_id = $1 AND u.member_id = $2 AND u.id > $3 ORDER BY u.id LIMIT $4"""
_DONATIONS = """
SELECT id, number, cause, cause_name, points, value, matched, currency, state, note, donated_at, cancelled_at
FROM donation WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""
_PLAYS = """
SELECT p.id, p.program_id, p.client_text, p.nonce, p.number, p.drawn_prize, p.prize, p.won, p.explanation, p.played_at
FROM game_play p WHERE p.tenant_id = $1 AND p.member_id = $2 AND p.id > $3 ORDER BY p.id LIMIT $4"""

_ENTRIES_IN_DRAWS = """
SELECT e.id, r.program_id, r.key AS round, e.entries, e.first_ticket, r.closed_at
FROM game_entry e JOIN game_round r ON r.tenant_id = e.tenant_id AND r.id = e.round_id
WHERE e.tenant_id = $1 AND e.member_id = $2 AND e.id > $3 ORDER BY e.id LIMIT $4"""

_WINS = """
SELECT w.id, r.program_id, r.key AS round, w.position, w.prize, w.ticket, w.score, w.won_at
FROM game_win w JOIN game_round r ON r.tenant_id = w.tenant_id AND r.id = w.round_id
WHERE w.tenant_id = $1 AND w.member_id = $2 AND w.id > $3 ORDER BY w.id LIMIT $4"""

_TASKS = """
SELECT id, program_id, task, run, state, began, starts_at, ends_at, times, done_at FROM member_task
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_TASKS_DONE = """
SELECT id, program_id, task, badge, first_time, last_time, times, activity_id, effective_at, recorded_at
FROM task_completion WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""
_REFERRAL_CODES = """
SELECT id, program_id, code FROM referral_code WHERE tenant_id = $1 AND member_id = $2 AND id > $3
ORDER BY id LIMIT $4"""

# Who the other one is, is theirs to tell.
_REFERRALS = """
SELECT id, program_id, CASE WHEN friend_id = $2 THEN 'friend' ELSE 'referrer' END AS side, state, signs, reason, note,
       order_reference, claimed_at, qualified_at, closed_at
FROM referral WHERE tenant_id = $1 AND (referrer_id = $2 OR friend_id = $2) AND id > $3 ORDER BY id LIMIT $4"""

_TIERS = """
SELECT id, program_id, from_tier, to_tier, reason, until, activity_id, note, effective_at, recorded_at FROM tier_change
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_RAISES = """
SELECT id, program_id, tier, until, state, recorded_at, ended_at FROM tier_raise
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_MEMBERSHIPS = """
SELECT id, program_id, plan, state, currency, provider, term, starts_at, ends_at, paid, paid_at, joined_at, ended_at
FROM membership WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_CHANGES = """
SELECT id, membership_id, kind, plan, state, term, starts_at, ends_at, effective_at, recorded_at FROM membership_change
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_CHARGES = """
SELECT id, purpose, item, membership_id, amount, credit, refunded, currency, provider, method, state, reason,
    created_at, closed_at
FROM charge WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_PASSES = """
SELECT id, program_id, pass_slug, state, price, currency, visits, used, starts_at, ends_at, closed_at FROM member_pass
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_DIVIDENDS = """
SELECT id, program_id, year, spent, points, recorded_at FROM dividend
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

_LINKS = """
SELECT l.id, p.slug AS partner, l.customer_id, l.consent, l.linked_at, l.unlinked_at
FROM member_link l JOIN partner p ON p.tenant_id = l.tenant_id AND p.id = l.partner_id
WHERE l.tenant_id = $1 AND l.member_id = $2 AND l.id > $3 ORDER BY l.id LIMIT $4"""

_CONVERSIONS = """
SELECT c.id, p.slug AS partner, c.direction, c.own_points, c.points, c.converted_at, c.undone_at
FROM partner_conversion c JOIN partner p ON p.tenant_id = c.tenant_id AND p.id = c.partner_id
WHERE c.tenant_id = $1 AND c.member_id = $2 AND c.id > $3 ORDER BY c.id LIMIT $4"""

_EXCHANGES = """
SELECT id, direction, own_points, points, converted_at, undone_at FROM participation_conversion
WHERE tenant_id = $1 AND member_id = $2 AND id > $3 ORDER BY id LIMIT $4"""

SECTIONS = (
    Section("consents", _CONSENTS, instants=("recorded_at",), booleans=("granted",)),
    Section("facts", _FACTS, instants=("updated_at",), documents=("value",)),
    Section("activities", _ACTIVITIES, instants=("occurred_at", "recorded_at"),
            documents=("body", "result", "explanation")),
    Section("accounts", _ACCOUNTS, owner="member:", instants=("lapses_at", "created_at")),
    Section("entries", _ENTRIES, owner="member:", order=("account", "seq"), start=(NOWHERE, 0),
            instants=("effective_at", "recorded_at")),
    Section("lots", _LOTS, owner="member:", instants=("earned_at", "matures_at", "expires_at")),
    Section("redemptions", _REDEMPTIONS, instants=("reserved_at", "ends_at", "closed_at"), documents=("terms",)),
    Section("grants", _GRANTS, instants=("granted_at", "closed_at")),
    Section("payments", _PAYMENTS, instants=("authorized_at", "ends_at", "closed_at")),
    Section("gift_cards", _GIFT_CARDS, instants=("issued_at", "expires_at", "closed_at")),
    Section("balance_credits", _CREDITS, instants=("recorded_at",)),
    Section("tiers", _TIERS, instants=("until", "effective_at", "recorded_at")),
    Section("tier_raises", _RAISES, instants=("until", "recorded_at", "ended_at")),
    Section("perk_uses", _PERK_USES, instants=("used_at", "closed_at")),
    Section("tasks", _TASKS, instants=("starts_at", "ends_at", "done_at")),
    Section("tasks_done", _TASKS_DONE, instants=("effective_at", "recorded_at")),
    Section("referral_codes", _REFERRAL_CODES),
    Section("referrals", _REFERRALS, instants=("claimed_at", "qualified_at", "closed_at")),
    Section("memberships", _MEMBERSHIPS, instants=("starts_at", "ends_at", "paid_at", "joined_at", "ended_at")),
    Section("membership_changes", _CHANGES, instants=("starts_at", "ends_at", "effective_at", "recorded_at")),
    Section("charges", _CHARGES, instants=("created_at", "closed_at")),
    Section("passes", _PASSES, instants=("starts_at", "ends_at", "closed_at")),
    Section("dividends", _DIVIDENDS, instants=("recorded_at",)),
    Section("donations", _DONATIONS, instants=("donated_at", "cancelled_at")),
    Section("game_plays", _PLAYS, instants=("played_at",), documents=("explanation",), booleans=("won",)),
    Section("game_entries", _ENTRIES_IN_DRAWS, instants=("closed_at",)),
    Section("game_wins", _WINS, instants=("won_at",)),
    Section("partner_links", _LINKS, instants=("linked_at", "unlinked_at"), documents=("consent",)),
    Section("partner_conversions", _CONVERSIONS, instants=("converted_at", "undone_at")),
    Section("coalition_conversions", _EXCHANGES, instants=("converted_at", "undone_at")),
)  # fmt: skip
