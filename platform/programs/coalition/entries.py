"""Clearing entries: money that goes from one account of a coalition to another, to the micro, and is never changed.

    issuance     issue         partner | prepaid | promotion → float      points are issued
                 release       float → margin                             they are spent, or taken by hand
                 breakage      float → breakage                           they expire
                 estimate      float ↔ breakage                           what will, as the rules say, trued up
    redemption   spent         partner → margin                           points of the partner are spent anywhere
    both         reimbursement margin → partner                           points are spent with the partner
                 block         partner → prepaid                          it pays points ahead
                 perk          partner → exchange → partner               one gives what another offers
                 fee           partner → margin
                 adjustment    partner ↔ margin                           by hand, with a reason
                 payment       cash ↔ partner                             a settlement is paid

What takes one back has the same kind and the legs the other way round, and names it as its original.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from kit import db
from kit.ids import new_id
from kit.setbased import Columns, Insert
from tenants import scope


class Account(StrEnum):
    """Where money of a coalition is; `partner` is that of the entry's partner."""

    PARTNER = "partner"
    FLOAT = "float"
    MARGIN = "margin"
    BREAKAGE = "breakage"
    PREPAID = "prepaid"
    PROMOTION = "promotion"
    EXCHANGE = "exchange"
    CASH = "cash"


class EntryKind(StrEnum):
    """What an entry is for."""

    ISSUE = "issue"
    RELEASE = "release"
    BREAKAGE = "breakage"
    ESTIMATE = "estimate"
    SPENT = "spent"
    REIMBURSEMENT = "reimbursement"
    BLOCK = "block"
    PERK = "perk"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    PAYMENT = "payment"


class NewEntry(NamedTuple):
    """An entry to be written, in the order of the table's columns.

    `amount` micros of `currency`; `points` × `price` of them where points moved. `booked_on` is the local day (ISO) on
    which it is recorded; `post` puts it on the partner's first day that is open, if that is later.
    """

    tenant_id: str
    id: str
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
    origin_id: str | None
    original_id: str | None
    original_on: str | None
    reference: str | None
    note: str | None
    effective_at: datetime
    recorded_at: datetime
    booked_on: str


def entry(
    tenant: str, program: str, partner: str | None, kind: EntryKind, debit: Account, credit: Account, amount: int,
    currency: str, effective_at: datetime, recorded_at: datetime, day: str, *, points: int = 0, price: int = 0,
    terms: str | None = None, transfer: str | None = None, origin: str | None = None, original: str | None = None,
    original_on: str | None = None, reference: str | None = None, note: str | None = None, id_: str | None = None,
) -> NewEntry:  # fmt: skip
    """An entry, under an id of its own unless one is given."""
    return NewEntry(
        tenant, id_ or new_id(), program, partner, kind, debit, credit, points, price, amount, currency, terms,
        transfer, origin, original, original_on, reference, note, effective_at, recorded_at, day,
    )  # fmt: skip


async def post(entries: Sequence[NewEntry]) -> list[NewEntry]:
    """Write entries in the transaction under way, each booked on its day or on its partner's first that is open."""
    if not entries:
        return []
    open_from = await first_open_days({each.partner_id for each in entries if each.partner_id is not None})
    booked = [
        each._replace(booked_on=max(each.booked_on, open_from.get(each.partner_id or "", each.booked_on)))
        for each in entries
    ]
    await _INSERT(booked)
    return booked


async def first_open_days(partners: Collection[str]) -> dict[str, str]:
    """The first open day of each partner; who closes a period waits until what is being booked in it is there."""
    if not partners:
        return {}
    lock = "FOR SHARE OF p" if db.dialect() == "postgres" else ""
    sql = (
        f"SELECT p.id, p.open_from FROM {_IDS.source()} AS x JOIN partner p ON p.tenant_id = x.tenant_id "
        f"AND p.id = x.id ORDER BY p.id {lock}"
    )
    rows = await db.rows(sql, _IDS.payload([(scope.tenant_id(), id_) for id_ in sorted(partners)]))
    return {row["id"]: row["open_from"] for row in rows}


_IDS = Columns(tenant_id="uuid", id="uuid")
_INSERT = Insert(
    "clearing_entry", tenant_id="uuid", id="uuid", program_id="uuid", partner_id="uuid", kind="text", debit="text",
    credit="text", points="int", price="int", amount="int", currency="text", terms_id="uuid", transfer_id="uuid",
    origin_id="uuid", original_id="uuid", original_on="text", reference="text", note="text", effective_at="instant",
    recorded_at="instant", booked_on="text",
)  # fmt: skip
