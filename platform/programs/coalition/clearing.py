"""What was cleared, to be read: a partner's entries page by page, and what a period comes to, account by account."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType

from kit import db
from kit.errors import Refusal
from kit.ids import is_id
from programs.coalition import following
from programs.coalition.entries import Account, EntryKind
from programs.coalition.errors import CoalitionErrorCode
from programs.coalition.partners import PartnerView
from tenants import scope

PAGE_MAX = 101
DAYS_MAX = 366

EntryId = NewType("EntryId", str)

_CURSOR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}/(.+)")


@dataclass(frozen=True, slots=True)
class EntryView:
    """`amount` micros of `currency` that went from one account to another; `points` × `price` where points moved.

    `original_id` and `original_on` name the entry that this one takes back, and the day on which that was booked.
    """

    id: EntryId
    program_id: str
    partner_id: str | None
    kind: EntryKind
    debit: Account
    credit: Account
    points: int
    price: int
    amount: int
    currency: str
    terms_id: str | None
    transfer_id: str | None
    original_id: str | None
    original_on: date | None
    reference: str | None
    note: str | None
    effective_at: datetime
    recorded_at: datetime
    booked_on: date

    @property
    def key(self) -> str:
        """Where it stands in a page."""
        return f"{self.booked_on.isoformat()}/{self.id}"


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """What came to an account less what went from it, in micros; `partner_id` is set for a partner's own."""

    currency: str
    account: Account
    partner_id: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class KindSum:
    """What a partner's entries of a kind come to: `owed` micros more, and `points` less those taken back."""

    currency: str
    kind: EntryKind
    entries: int
    points: int
    owed: int


async def page_of_entries(
    partner: PartnerView,
    *,
    kind: EntryKind | None = None,
    own: bool = False,
    first_day: date | None = None,
    last_day: date | None = None,
    after: str | None = None,
    first: int = 50,
) -> list[EntryView]:
    """A partner's entries, those booked last first: `first` (at most 101) beyond the `key` that is `after`.

    Of one kind, on the partner's `own` account, or booked from `first_day` to `last_day`, both included. Raises
    `Refusal` INVALID for a key that is none.
    """
    if after is not None and not ((at := _CURSOR.fullmatch(after)) and is_id(at[1])):
        raise Refusal(CoalitionErrorCode.INVALID, "This is not a cursor of this list.", ("after",))
    params: list[object] = [scope.tenant_id(), partner.id, None, max(0, min(first, PAGE_MAX))]
    where = ""
    for condition, value in (("kind =", kind), ("booked_on >=", first_day), ("booked_on <=", last_day)):
        if value is not None:
            params.append(str(value))
            where += f" AND {condition} ${len(params)}"
    if own:
        where += " AND (debit = 'partner' OR credit = 'partner')"  # as the index says that has these alone
    if after is not None:
        day, _, id_ = after.partition("/")
        params += [day, id_]
        where += f" AND booked_on <= ${len(params) - 1} AND (booked_on < ${len(params) - 1} OR id < ${len(params)})"
    sql = (
        f"SELECT * FROM clearing_entry WHERE tenant_id = $1 AND partner_id = $2 AND currency = $3{where} "
        "ORDER BY booked_on DESC, id DESC LIMIT $4"
    )
    await following.catch_up()
    found: list[EntryView] = []
    async with scope.reading():
        # One currency after the other: the index then has them by day, and no page sorts more than a day of them.
        for currency in sorted({each.terms.currency for each in partner.terms}):
            params[2] = currency
            found += [_entry(row) for row in await db.rows(sql, *params)]
    return sorted(found, key=lambda entry: entry.key, reverse=True)[:first]


async def entry_of(id_: EntryId) -> EntryView | None:
    """The entry of this id, if this tenant has it."""
    if not is_id(id_):
        return None
    async with scope.reading():
        found = await db.rows("SELECT * FROM clearing_entry WHERE tenant_id = $1 AND id = $2", scope.tenant_id(), id_)
    return _entry(found[0]) if found else None


async def totals(program: str, first_day: date, last_day: date) -> list[AccountTotal]:
    """What the entries of a coalition booked on these days, both included, come to; of each currency they sum to zero.

    Raises `Refusal` OUT_OF_RANGE for more than 366 days, or none.
    """
    if not 0 <= (last_day - first_day).days < DAYS_MAX:
        raise Refusal(CoalitionErrorCode.OUT_OF_RANGE, f"Give 1 to {DAYS_MAX} days.", ("lastDay",))
    if not is_id(program):
        return []
    await following.catch_up()
    async with scope.reading():
        rows = await db.rows(_TOTALS, scope.tenant_id(), program, first_day.isoformat(), last_day.isoformat())
    return _summed(rows)


async def sums_of(partner: str, first_day: date | None = None, last_day: date | None = None) -> list[KindSum]:
    """What a partner's own entries come to, booked from `first_day` to `last_day`, by currency and kind."""
    days = (first_day or date.min).isoformat(), (last_day or date.max).isoformat()
    await following.catch_up()
    async with scope.reading():
        rows = await db.rows(_SUMS, scope.tenant_id(), partner, *days)
    order = list(EntryKind)
    found = [
        KindSum(row["currency"], EntryKind(row["kind"]), int(row["entries"]), int(row["points"]), int(row["owed"]))
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.currency, order.index(each.kind)))


_SUMS = """
SELECT currency, kind, count(*) AS entries,
    sum(CASE WHEN original_on IS NULL THEN points ELSE -points END) AS points,
    sum(CASE WHEN debit = 'partner' THEN amount ELSE -amount END) AS owed
FROM clearing_entry
WHERE tenant_id = $1 AND partner_id = $2 AND (debit = 'partner' OR credit = 'partner') AND booked_on BETWEEN $3 AND $4
GROUP BY currency, kind"""

_TOTALS = """
SELECT currency, debit, credit, partner_id, sum(amount) AS amount FROM clearing_entry
WHERE tenant_id = $1 AND program_id = $2 AND booked_on BETWEEN $3 AND $4
GROUP BY currency, debit, credit, partner_id"""


def _summed(rows: Sequence[db.Row]) -> list[AccountTotal]:
    sums: dict[tuple[str, str, str], int] = {}
    for row in rows:
        for account, amount in ((row["debit"], -int(row["amount"])), (row["credit"], int(row["amount"]))):
            owner = row["partner_id"] if account == Account.PARTNER else ""
            place = row["currency"], account, str(owner)
            sums[place] = sums.get(place, 0) + amount
    order = list(Account)
    return [
        AccountTotal(currency, Account(account), owner or None, amount)
        for (currency, account, owner), amount in sorted(
            sums.items(), key=lambda item: (item[0][0], order.index(Account(item[0][1])), item[0][2])
        )
    ]


def _entry(row: db.Row) -> EntryView:
    original_on = row["original_on"]
    return EntryView(
        EntryId(str(row["id"])), str(row["program_id"]), _text(row["partner_id"]), EntryKind(row["kind"]),
        Account(row["debit"]), Account(row["credit"]), row["points"], row["price"], row["amount"], row["currency"],
        _text(row["terms_id"]), _text(row["transfer_id"]), _text(row["original_id"]),
        None if original_on is None else date.fromisoformat(original_on), row["reference"], row["note"],
        db.instant(row["effective_at"]), db.instant(row["recorded_at"]), date.fromisoformat(row["booked_on"]),
    )  # fmt: skip


def _text(id_: object) -> str | None:
    return None if id_ is None else str(id_)
