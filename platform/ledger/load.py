"""Load a `Book` under locks, set-based, inside the transaction under way.

Accounts are locked in (tenant, id) order, so two transactions never wait for each other in a circle. The locks guard
all that hangs on an account: lots, uses, holds, shortfalls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from kit import db
from kit.setbased import Columns
from ledger.book import Book
from ledger.invariants import check
from ledger.opening import SYSTEM_ACCOUNTS
from ledger.state import (
    Account,
    AccountRef,
    Entry,
    Hold,
    Lot,
    LotUse,
    Policy,
    Shortfall,
    Side,
    TransferId,
    UnitId,
)


@dataclass(slots=True)
class Wanted:
    """What a batch needs: accounts to credit, accounts to spend from (with their lots), holds, entries to reverse.

    Holds and entries are (tenant, id), and bring the accounts they are on.
    """

    accounts: set[AccountRef] = field(default_factory=set)
    spending: set[AccountRef] = field(default_factory=set)
    holds: set[tuple[str, TransferId]] = field(default_factory=set)
    entries: set[tuple[str, TransferId]] = field(default_factory=set)


async def load(wanted: Wanted, now: datetime) -> Book:
    """The accounts, locked, with what was asked for; accounts that are not there yet come into being when used.

    `now` is the latest of the tenants' clocks: an account that has lapsed by then comes with its lots.
    """
    book = Book()
    behind = await _refs_behind(sorted(wanted.entries | wanted.holds))
    spending = wanted.spending | {ref for ref in behind if not ref.system}
    refs = wanted.accounts | spending
    await _load_accounts(book, sorted(ref for ref in refs if not ref.system))
    while heirs := {account.heir for account in book.accounts.values() if account.heir} - set(book.accounts):
        found = len(book.accounts)
        await _load_accounts(book, sorted(heirs))
        spending |= heirs
        if len(book.accounts) == found:  # they come into being when something is carried on
            break
    owned = list(book.accounts.values())
    lots = await _load_open_lots(
        [a for a in owned if a.ref in spending or (a.lapses_at is not None and a.lapses_at <= now)]
    )
    for account in owned:
        check(account)
    creditors = await _load_shortfalls([a for a in owned if a.deficit or a.ref in spending])
    await _load_system_accounts(book, _system_refs(refs | behind | creditors))
    if wanted.entries:
        await _load_entries(book, sorted(wanted.entries), lots)
    if wanted.holds:
        await _load_holds(book, sorted(wanted.holds), lots)
    return book


# -- accounts ----------------------------------------------------------------------------------------------------------

_REFS = Columns(tenant_id="uuid", unit_id="uuid", owner="text", book="text")
_ACCOUNT_COLUMNS = (
    "a.tenant_id, a.id, a.unit_id, a.owner, a.book, a.posted, a.held, a.deficit, a.seq, a.lapses_at, a.successor"
)
_BY_REF = "a.tenant_id = x.tenant_id AND a.unit_id = x.unit_id AND a.owner = x.owner AND a.book = x.book"

_system_accounts: dict[AccountRef, Account] = {}
"""System accounts never change but by the roll-up job: their ids are remembered for the process."""
_SYSTEM_ACCOUNTS_MAX = 100_000
_made_here: dict[AccountRef, float] = {}
"""When this process made a system account: its transaction, which alone can see it, may yet be rolled back."""
_SURE_AFTER_S = 300.0


async def _refs_behind(wanted: Sequence[tuple[str, TransferId]]) -> set[AccountRef]:
    """The accounts that these transfers moved between, and both books of their members; needs no lock to know."""
    if not wanted:
        return set()
    sql = (
        f"SELECT a.tenant_id, a.unit_id, a.owner, a.book FROM {_IDS.source()} AS x "
        "JOIN transfer t ON t.tenant_id = x.tenant_id AND t.id = x.id "
        "JOIN account a ON a.tenant_id = t.tenant_id AND a.id IN (t.debit, t.credit)"
    )
    refs = {_ref(row) for row in await db.rows(sql, _IDS.payload(wanted))}
    return refs | {ref._replace(book=book) for ref in refs if not ref.system for book in Side}


async def _load_accounts(book: Book, refs: Sequence[AccountRef]) -> None:
    if not refs:
        return
    # FOR NO KEY UPDATE: plain FOR UPDATE would conflict with foreign-key checks. SQLite's writer is alone anyway.
    lock = "FOR NO KEY UPDATE OF a" if db.dialect() == "postgres" else ""
    sql = (
        f"SELECT {_ACCOUNT_COLUMNS} FROM {_REFS.source()} AS x JOIN account a ON {_BY_REF} "
        f"ORDER BY a.tenant_id, a.id {lock}"
    )
    for row in await db.rows(sql, _REFS.payload(refs)):
        account = _account(row)
        book.accounts[account.ref] = account


async def _load_system_accounts(book: Book, refs: Iterable[AccountRef]) -> None:
    missing = []
    for ref in refs:
        if ref in _system_accounts:
            book.accounts[ref] = _system_accounts[ref]
        else:
            missing.append(ref)
    if not missing:
        return
    sql = f"SELECT {_ACCOUNT_COLUMNS} FROM {_REFS.source()} AS x JOIN account a ON {_BY_REF}"
    for row in await db.rows(sql, _REFS.payload(sorted(missing))):
        account = _account(row)
        book.accounts[account.ref] = account
        if len(_system_accounts) < _SYSTEM_ACCOUNTS_MAX and _is_sure(account.ref):
            _system_accounts[account.ref] = account


def _is_sure(ref: AccountRef) -> bool:
    made = _made_here.get(ref)
    if made is None or monotonic() - made > _SURE_AFTER_S:
        _made_here.pop(ref, None)
        return True
    return False


def made_system_account(ref: AccountRef) -> None:
    """Told by `save`: not to be remembered before the transaction under way must have ended."""
    _made_here[ref] = monotonic()


def forget_system_accounts() -> None:
    """Drop what is remembered of system accounts, when the process changes its database."""
    _system_accounts.clear()
    _made_here.clear()


def _system_refs(refs: Iterable[AccountRef]) -> list[AccountRef]:
    given = {ref for ref in refs if ref.system}
    units = {(ref.tenant, ref.unit) for ref in refs}
    return [*given, *(AccountRef(t, u, name) for t, u in units for name in SYSTEM_ACCOUNTS)]


def _account(row: db.Row) -> Account:
    return Account(
        _ref(row), row["id"], row["posted"], row["held"], row["deficit"], row["seq"],
        db.instant_or_none(row["lapses_at"]), stored_seq=row["seq"], lots=None, successor=row["successor"],
    )  # fmt: skip


def _ref(row: db.Row) -> AccountRef:
    return AccountRef(row["tenant_id"], UnitId(row["unit_id"]), row["owner"], Side(row["book"]))


# -- lots and their uses -----------------------------------------------------------------------------------------------

_IDS = Columns(tenant_id="uuid", id="uuid")
_LOT_COLUMNS = (
    "l.id, l.account_id, l.transfer_id, l.parent_id, l.origin_id, l.amount, l.remaining, l.held, l.used, "
    "l.expired, l.reversed, l.earned_at, l.matures_at, l.expires_at"
)
LotMap = dict[str, Lot]


async def _load_open_lots(accounts: Sequence[Account]) -> LotMap:
    by_id = {account.id: account for account in accounts}
    for account in accounts:
        account.lots = {}
    if not by_id:
        return {}
    sql = (
        f"SELECT {_LOT_COLUMNS} FROM {_IDS.source()} AS x JOIN lot l ON l.tenant_id = x.tenant_id "
        "AND l.account_id = x.id WHERE l.remaining > 0 OR l.held > 0"
    )
    found = await db.rows(sql, _IDS.payload([(a.ref.tenant, a.id) for a in accounts]))
    return {row["id"]: _lot(row, by_id[row["account_id"]]) for row in found}


def _lot(row: db.Row, account: Account) -> Lot:
    lot = Lot(
        row["id"], account, row["transfer_id"], row["parent_id"], row["origin_id"], row["amount"], row["remaining"],
        row["held"], row["used"], row["expired"], row["reversed"], db.instant(row["earned_at"]),
        db.instant_or_none(row["matures_at"]), db.instant_or_none(row["expires_at"]), stored=True,
    )  # fmt: skip
    if account.lots is not None:
        account.lots[lot.id] = lot
    return lot


# -- holds, entries, shortfalls ----------------------------------------------------------------------------------------


async def _load_shortfalls(accounts: Sequence[Account]) -> set[AccountRef]:
    """Open shortfalls, the oldest first; answers the accounts that are to be paid."""
    by_id = {account.id: account for account in accounts}
    if not by_id:
        return set()
    sql = (
        "SELECT s.id, s.account_id, s.reverses_id, s.cause_key, s.policy, s.transfer_id, s.amount, s.paid, "
        "s.recorded_at, c.tenant_id, c.unit_id, c.owner, c.book "
        f"FROM {_IDS.source()} AS x JOIN shortfall s ON s.tenant_id = x.tenant_id AND s.account_id = x.id "
        "JOIN transfer t ON t.tenant_id = s.tenant_id AND t.id = s.reverses_id "
        "JOIN account c ON c.tenant_id = t.tenant_id AND c.id = t.debit WHERE s.paid < s.amount ORDER BY s.id"
    )
    creditors = set()
    for row in await db.rows(sql, _IDS.payload([(a.ref.tenant, a.id) for a in accounts])):
        creditors.add(_ref(row))
        by_id[row["account_id"]].shortfalls.append(
            Shortfall(
                row["id"], row["reverses_id"], _ref(row), row["cause_key"], Policy(row["policy"]), row["transfer_id"],
                row["amount"], row["paid"], db.instant(row["recorded_at"]), stored=True,
            )
        )  # fmt: skip
    return creditors


async def _load_entries(book: Book, wanted: Sequence[tuple[str, TransferId]], lots: LotMap) -> None:
    ids = _IDS.payload(wanted)
    sql = (
        "SELECT t.tenant_id, t.id, t.kind, t.reverses_id, t.unit_id, t.amount, "
        "d.owner AS debit_owner, d.book AS debit_book, c.owner AS credit_owner, c.book AS credit_book, "
        "COALESCE((SELECT sum(r.amount) FROM transfer r WHERE r.tenant_id = t.tenant_id "
        "AND r.reverses_id = t.id), 0) + "
        "COALESCE((SELECT sum(s.amount - s.paid) FROM shortfall s WHERE s.tenant_id = t.tenant_id "
        "AND s.reverses_id = t.id AND s.policy = 'CLAMP'), 0) AS reversed "
        f"FROM {_IDS.source()} AS x JOIN transfer t ON t.tenant_id = x.tenant_id AND t.id = x.id "
        "JOIN account d ON d.tenant_id = t.tenant_id AND d.id = t.debit "
        "JOIN account c ON c.tenant_id = t.tenant_id AND c.id = t.credit"
    )
    for row in await db.rows(sql, ids):
        tenant, unit = row["tenant_id"], UnitId(row["unit_id"])
        debit = AccountRef(tenant, unit, row["debit_owner"], Side(row["debit_book"]))
        credit = AccountRef(tenant, unit, row["credit_owner"], Side(row["credit_book"]))
        book.entries[row["id"]] = Entry(
            row["id"], row["kind"], debit, credit, row["amount"], row["reverses_id"] is not None, [], [],
            int(row["reversed"]),
        )  # fmt: skip
    await _load_families(book, ids, lots)
    await _load_uses(book, ids, lots)


async def _load_families(book: Book, ids: str, lots: LotMap) -> None:
    """The lots that the entries opened, and the available lots that grew out of pending ones."""
    accounts = {account.id: account for account in book.accounts.values()}
    for join, entry in (
        ("l.transfer_id = x.id", "l.transfer_id"),
        ("l.origin_id = x.id", "l.origin_id"),
    ):
        sql = (
            f"SELECT {_LOT_COLUMNS}, {entry} AS entry_id FROM {_IDS.source()} AS x "
            f"JOIN lot l ON l.tenant_id = x.tenant_id AND {join}"
        )
        for row in await db.rows(sql, ids):
            lot = lots.get(row["id"]) or _lot(row, accounts[row["account_id"]])
            lots[lot.id] = lot
            book.entries[row["entry_id"]].lots.append(lot)


async def _load_uses(book: Book, ids: str, lots: LotMap) -> None:
    """The uses of the entries (of holds too), each with its lot, open or not."""
    accounts = {account.id: account for account in book.accounts.values()}
    sql = (
        "SELECT u.id AS use_id, u.transfer_id AS used_by, u.purpose, u.amount AS use_amount, u.returned, "
        f"{_LOT_COLUMNS} FROM {_IDS.source()} AS x "
        "JOIN lot_use u ON u.tenant_id = x.tenant_id AND u.transfer_id = x.id "
        "JOIN lot l ON l.tenant_id = u.tenant_id AND l.id = u.lot_id ORDER BY u.id"
    )
    for row in await db.rows(sql, ids):
        lot = lots.get(row["id"]) or _lot(row, accounts[row["account_id"]])
        lots[lot.id] = lot
        use = LotUse(
            row["use_id"], lot, row["used_by"], row["purpose"], row["use_amount"], row["returned"], stored=True
        )
        if row["used_by"] in book.holds:
            book.holds[row["used_by"]].uses.append(use)
        elif row["used_by"] in book.entries:
            book.entries[row["used_by"]].uses.append(use)


async def _load_holds(book: Book, wanted: Sequence[tuple[str, TransferId]], lots: LotMap) -> None:
    accounts = {account.id: account for account in book.accounts.values()}
    ids = _IDS.payload(wanted)
    sql = (
        "SELECT h.id, h.account_id, h.amount, h.state, h.ends_at, c.tenant_id, c.unit_id, c.owner, c.book "
        f"FROM {_IDS.source()} AS x JOIN hold h ON h.tenant_id = x.tenant_id AND h.id = x.id "
        "JOIN transfer t ON t.tenant_id = h.tenant_id AND t.id = h.id "
        "JOIN account c ON c.tenant_id = t.tenant_id AND c.id = t.credit"
    )
    for row in await db.rows(sql, ids):
        hold = Hold(
            row["id"], accounts[row["account_id"]], _ref(row), row["amount"], row["state"], db.instant(row["ends_at"]),
            [], stored=True,
        )  # fmt: skip
        book.holds[hold.id] = hold
    await _load_uses(book, ids, lots)
