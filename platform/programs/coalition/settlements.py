"""Settling: a partner's period is closed, what it comes to is drafted, approved by the operator, and paid.

    close      the period's fee is booked, the partner's first open day moves on, what was booked is summed up: draft
    approve    the hash of its statement is kept                                                            approved
    pay        the money that was due went from one to the other                                            paid

A settlement is a pure sum over entries by the day they are booked on (`periods`), so it comes to the same whenever it
is drafted; who is late drafts one for each period, in the order of their days and partners, with the same numbers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from events.service import Happening, emit_many
from kit import db
from kit.errors import TryAgain
from kit.ids import is_id, new_id
from kit.setbased import Insert, Update
from programs.coalition import following, partners, statements
from programs.coalition.booking import book
from programs.coalition.entries import Account, EntryKind, entry
from programs.coalition.errors import CoalitionErrorCode, final, invalid
from programs.coalition.models import Partner, Settlement
from programs.coalition.partners import PartnerId
from programs.coalition.periods import Period, last_instant, open_period
from programs.coalition.settlement_views import (
    SettlementId,
    SettlementState,
    SettlementView,
    get,
    settlement_not_found,
)
from programs.coalition.terms import TermsView, due_of, micros_of_minor
from programs.days import end_of_day, local_day
from tenants import audit, commands, profile, scope

REFERENCE_CHARACTERS_MAX = 200
_KINDS = {kind: place for place, kind in enumerate(EntryKind)}


async def close_due(limit: int) -> int:
    """Close what is over of the scope's tenant, each period in a transaction of its own, until `limit` are closed.

    Answers how many were.
    """
    closed = 0
    while closed < limit and (wave := await due()):
        for partner in wave[: limit - closed]:
            closed += await close(partner)
    return closed


async def due() -> list[PartnerId]:
    """Whose period is over, of those that end on the earliest day, in the order in which they are to be closed.

    Others are looked at again when theirs is. The ledger is followed first, so that all is booked that is of it.
    """
    await following.catch_up()
    async with scope.writing():
        rows = await db.rows(_LOOK, scope.tenant_id(), scope.now())
        zone, now = await _zone(), scope.now()
        terms = await partners.terms_of(row["id"] for row in rows)
        over: list[tuple[date, str, PartnerId]] = []
        later: list[tuple[str, str, datetime]] = []
        for row in rows:
            first = date.fromisoformat(row["open_from"])
            period, _ = open_period(first, terms.get(row["id"], []), zone)
            if period.closes_at(zone) <= now:
                over.append((period.last, row["slug"], PartnerId(row["id"])))
            else:
                later.append((scope.tenant_id(), row["id"], _look_at(first, terms.get(row["id"], []), now, zone)))
        await _LATER(later)
    earliest = min(over)[0] if over else None
    return [partner for last, _, partner in sorted(over) if last == earliest]


async def close(partner: PartnerId) -> int:
    """Close the partner's period, in one transaction, if it is over; answers how many were: 1 or 0."""
    async with scope.writing():
        row = await partners.locked(partner)
        zone, now = await _zone(), scope.now()
        versions = (await partners.terms_of([row.id])).get(row.id, [])
        period, terms = open_period(date.fromisoformat(row.open_from), versions, zone)
        if period.closes_at(zone) > now:
            return 0
        closing = _Closing(row, period, terms, zone, now)
        await _charge_fee(closing)
        drafted = [await _draft(closing, currency) for currency in await _currencies(row)]
        moved = await db.execute(
            _MOVE_ON, scope.tenant_id(), row.id, row.open_from, period.next.isoformat(),
            _look_at(period.next, versions, now, zone),
        )  # fmt: skip
        assert moved == 1, "a partner that was locked was settled by somebody else"
        await _tell("settlement.drafted", [each for each in drafted if each is not None])
    return 1


async def approve(key: str, settlement: SettlementId) -> SettlementView:
    """Say that a draft is right; the hash of its statement is kept from here on.

    Raises `Refusal`: NOT_FOUND; and kept under the key: WRONG_STATE.
    """

    view = await get(settlement)
    # What a draft says is never changed: so it is read outside of the transaction, which has other work to wait for it.
    digest = await statements.digest(view) if view.state is SettlementState.DRAFT else None

    async def work() -> commands.Result:
        row = await _moved(settlement, SettlementState.DRAFT, _APPROVE, scope.now(), scope.actor(), digest)
        await _tell("settlement.approved", [row])
        await audit.record("settlement.approved", f"settlement:{row.id}", {"number": row.number})
        return {"settlement": row.id}

    return await _once(key, "settlement.approve", {"settlement": settlement}, work)


async def pay(key: str, settlement: SettlementId, reference: str = "") -> SettlementView:
    """Say that what was due is paid; `reference` is that of the payment.

    Raises `Refusal`: NOT_FOUND, INVALID (reference); and kept under the key: WRONG_STATE (not approved, paid before).
    """
    if len(reference) > REFERENCE_CHARACTERS_MAX or not reference.isprintable():
        raise invalid(f"A reference has at most {REFERENCE_CHARACTERS_MAX} printable characters.", "reference")

    async def work() -> commands.Result:
        now = scope.now()
        row = await _moved(settlement, SettlementState.APPROVED, _PAY, now, scope.actor(), reference or None)
        if row.due:
            await partners.locked(PartnerId(row.partner_id))
            amount = abs(row.due) * micros_of_minor(row.currency)
            legs = (Account.PARTNER, Account.CASH) if row.due > 0 else (Account.CASH, Account.PARTNER)
            today = local_day(now, await _zone()).isoformat()
            await book([
                entry(
                    scope.tenant_id(), row.program_id, row.partner_id, EntryKind.PAYMENT, *legs, amount, row.currency,
                    now, now, today, reference=reference or None, note=f"settlement {row.number}",
                )
            ])  # fmt: skip
        await _tell("settlement.paid", [row])
        await audit.record("settlement.paid", f"settlement:{row.id}", {"number": row.number})
        return {"settlement": row.id}

    return await _once(key, "settlement.pay", {"settlement": settlement, "reference": reference}, work)


# -- closing -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Closing:
    """A period of a locked partner that is being closed."""

    partner: Partner
    period: Period
    terms: TermsView | None
    zone: ZoneInfo
    now: datetime

    @property
    def left(self) -> bool:
        """Whether the partner had left by the end: nothing is put off any more."""
        return self.partner.left_on is not None and self.partner.left_on <= self.period.last.isoformat()

    @property
    def gone(self) -> bool:
        """Whether it had left before the period began: nothing is charged any more."""
        return self.partner.left_on is not None and self.partner.left_on < self.period.first.isoformat()


async def _charge_fee(closing: _Closing) -> None:
    partner, period, terms = closing.partner, closing.period, closing.terms
    if terms is None or not terms.terms.fee or closing.gone:
        return
    # Under an id that is the same whenever the job runs: it stands in the statement.
    id_ = str(uuid5(NAMESPACE_OID, f"fee {partner.slug} {period.first.isoformat()}"))
    await book([
        entry(
            scope.tenant_id(), partner.program_id, partner.id, EntryKind.FEE, Account.PARTNER, Account.MARGIN,
            terms.terms.fee * micros_of_minor(terms.terms.currency), terms.terms.currency,
            last_instant(period, closing.zone), closing.now, period.last.isoformat(), terms=terms.id, id_=id_,
        )
    ])  # fmt: skip


async def _currencies(partner: Partner) -> list[str]:
    """In which currencies entries of a partner were ever booked."""
    rows = await db.rows(_CURRENCIES, scope.tenant_id(), partner.id)
    return [row["currency"] for row in rows]


async def _draft(closing: _Closing, currency: str) -> Settlement | None:
    """Sum up a partner's period in a currency; None without entries, unless what was carried becomes due."""
    partner, period, tenant = closing.partner, closing.period, scope.tenant_id()
    first, last = period.first.isoformat(), period.last.isoformat()
    carried = await _carried_in(partner.id, currency)
    sums = await db.rows(_SUMS, tenant, partner.id, currency, first, last)
    terms = closing.terms
    own = terms is not None and terms.terms.currency == currency and not closing.left
    minimum = terms.terms.minimum_due if terms is not None and own else 0
    amount = sum(row["amount"] for row in sums)
    due = due_of(carried + amount, micros_of_minor(currency), minimum)
    if not sums and not due:
        return None
    id_ = new_id()
    drafted = await db.execute(
        _DRAFT, tenant, id_, partner.program_id, partner.id, currency, period.label, first, last, carried, amount,
        minimum, due, carried + amount - due * micros_of_minor(currency), sum(row["entries"] for row in sums),
        closing.now,
    )  # fmt: skip
    if not drafted:
        raise TryAgain("somebody drafted a settlement of this number meanwhile")
    await _LINES([
        (tenant, new_id(), id_, place, row["kind"], row["terms_id"], row["original_on"], row["entries"],
         row["points"], row["amount"])
        for place, row in enumerate(sorted(sums, key=_order), 1)
    ])  # fmt: skip
    return await Settlement.get(id=id_)


def _order(row: db.Row) -> tuple[str, int, int]:
    """First what is the period's own, then adjustments by their day; kinds as they are told, terms as they came."""
    return row["original_on"] or "", _KINDS[EntryKind(row["kind"])], row["number"] or 0


async def _carried_in(partner: str, currency: str) -> int:
    rows = await db.rows(_CARRIED, scope.tenant_id(), partner, currency)
    return rows[0]["carried_out"] if rows else 0


def _look_at(open_from: date, versions: Sequence[TermsView], now: datetime, zone: ZoneInfo) -> datetime:
    """When to look again at a partner that is open from this day on.

    Which terms count is known when that day is over, and while there are none they may begin any day.
    """
    period, terms = open_period(open_from, versions, zone)
    day = open_from if terms is not None else max(open_from, local_day(now, zone))
    known_at = end_of_day(day, zone)
    return period.closes_at(zone) if known_at <= now else min(period.closes_at(zone), known_at)


async def _zone() -> ZoneInfo:
    return ZoneInfo((await profile.current()).zone)


# -- approving and paying ----------------------------------------------------------------------------------------------


async def _moved(settlement: SettlementId, before: SettlementState, change: str, *values: object) -> Settlement:
    """The settlement, moved on from a state. Raises `Refusal` NOT_FOUND, WRONG_STATE."""
    changed = is_id(settlement) and await db.execute(change, scope.tenant_id(), settlement, before.value, *values)
    row = await Settlement.get_or_none(id=settlement) if is_id(settlement) else None
    if row is None:
        raise settlement_not_found()
    if not changed:
        message = f"This settlement is {row.state}, not {before}."
        raise final(CoalitionErrorCode.WRONG_STATE, message, "settlement")
    return row


async def _once(
    key: str, name: str, given: dict[str, str], work: Callable[[], Awaitable[commands.Result]]
) -> SettlementView:  # fmt: skip
    result = await commands.once(key, name, given, work)
    return await get(SettlementId(result["settlement"]))


async def _tell(kind: str, rows: Sequence[Settlement]) -> None:
    await emit_many([
        Happening(kind, f"partner:{row.partner_id}", {
            "settlement": row.id, "program": row.program_id, "partner": row.partner_id, "number": row.number,
            "period": row.period, "currency": row.currency, "due": row.due,
        }, row.partner_id)
        for row in rows
    ])  # fmt: skip


_LOOK = "SELECT id, slug, open_from FROM partner WHERE tenant_id = $1 AND look_at <= $2"
_LATER = Update("partner", "look_at = x.look_at", look_at="instant")
_MOVE_ON = (
    "UPDATE partner SET open_from = $4, look_at = $5 WHERE tenant_id = $1 AND id = $2 AND open_from = $3"
)  # fmt: skip
# From one currency to the next by the index, past all entries of each.
_CURRENCIES = """
WITH RECURSIVE c (currency) AS (
    SELECT MIN(currency) FROM clearing_entry WHERE tenant_id = $1 AND partner_id = $2
    UNION ALL
    SELECT (SELECT MIN(e.currency) FROM clearing_entry e
            WHERE e.tenant_id = $1 AND e.partner_id = $2 AND e.currency > c.currency)
    FROM c WHERE c.currency IS NOT NULL)
SELECT currency FROM c WHERE currency IS NOT NULL ORDER BY currency"""
_CARRIED = (
    "SELECT carried_out FROM settlement WHERE tenant_id = $1 AND partner_id = $2 AND currency = $3 "
    "ORDER BY first_day DESC LIMIT 1"
)
_SUMS = """
SELECT s.*, t.number FROM (
    SELECT kind, terms_id, CASE WHEN original_on < $4 THEN original_on END AS original_on, COUNT(*) AS entries,
           CAST(SUM(CASE WHEN credit = 'partner' THEN points ELSE -points END) AS BIGINT) AS points,
           CAST(SUM(CASE WHEN credit = 'partner' THEN amount ELSE -amount END) AS BIGINT) AS amount
    FROM clearing_entry
    WHERE tenant_id = $1 AND partner_id = $2 AND currency = $3 AND booked_on BETWEEN $4 AND $5
      AND kind <> 'payment' AND (debit = 'partner' OR credit = 'partner')
    GROUP BY 1, 2, 3) s
LEFT JOIN partner_terms t ON t.tenant_id = $1 AND t.id = s.terms_id"""
_DRAFT = """
INSERT INTO settlement (tenant_id, id, program_id, partner_id, number, currency, period, first_day, last_day, state,
    carried_in, amount, minimum_due, due, carried_out, entries, drafted_at)
VALUES ($1, $2, $3, $4, (SELECT COALESCE(MAX(number), 0) + 1 FROM settlement WHERE tenant_id = $1 AND program_id = $3),
    $5, $6, $7, $8, 'draft', $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT DO NOTHING"""
_LINES = Insert(
    "settlement_line", tenant_id="uuid", id="uuid", settlement_id="uuid", position="int", kind="text", terms_id="uuid",
    original_on="text", entries="int", points="int", amount="int",
)  # fmt: skip
_APPROVE = """
UPDATE settlement SET state = 'approved', approved_at = $4, approved_by = $5, statement_hash = $6
WHERE tenant_id = $1 AND id = $2 AND state = $3"""
_PAY = """
UPDATE settlement SET state = 'paid', paid_at = $4, paid_by = $5, payment_reference = $6
WHERE tenant_id = $1 AND id = $2 AND state = $3"""
