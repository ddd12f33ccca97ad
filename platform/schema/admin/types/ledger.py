"""The ledger's entries and balances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import strawberry

from ledger import reading
from ledger.searching import AccountSide, WrittenEntry
from ledger.state import UnitId
from programs import activities
from schema.shared.context import Info
from schema.shared.declare import enum, field, input_, output
from schema.shared.enums import PointsState
from schema.shared.ids import ACTIVITY, MEMBER, TRANSFER, Node, show_named
from schema.shared.scalars import BigInt
from schema.shared.values import ExpiryStep, Unit, show_expiries


class EntryKind(StrEnum):
    """The ledger's verbs, as entries keep them."""

    NOW = "now"
    HOLD = "hold"
    POST = "post"
    VOID = "void"


enum(EntryKind, {
    "NOW": "Points move.",
    "HOLD": "Points are set aside.",
    "POST": "Points that were set aside move.",
    "VOID": "Points that were set aside are let go.",
})  # fmt: skip


@output
class Balance:
    """A member's points of one unit."""

    unit: Unit = field(description="Points of which unit.")
    available: BigInt = field(description="Can be spent; points that are due to expire are left out.")
    pending: BigInt = field(description="Wait before they can be spent.")
    held: BigInt = field(description="Set aside for redemptions under way.")
    deficit: BigInt = field(description="Below zero by so many; new earnings pay it first.")
    expiries: list[ExpiryStep] = field(
        description="How the available points will end, the soonest first; empty for the past."
    )
    lapses_at: datetime | None = field(description="When all of it ends unless the member is active before.")


@output
class MemberEntry(Node):
    """An entry of the ledger from a member's side."""

    kind: EntryKind = field(description="The verb.")
    reason: str = field(description="Why, such as `earn`, `redeem`, `expire`.")
    unit: Unit = field(description="Points of which unit.")
    state: PointsState = field(description="The book: whether points there can be spent.")
    amount: BigInt = field(description="How many: above zero they came, below zero they went.")
    after: BigInt = field(description="What the book had then.")
    activity_id: strawberry.ID | None = field(description="The activity that led to it.")
    reverses_id: strawberry.ID | None = field(description="Of a reversal, the entry that it takes back from.")
    note: str | None = field(description="What somebody wrote about it.")
    effective_at: datetime = field(description="When it took effect.")
    recorded_at: datetime = field(description="When it was written.")


@output
class LedgerAccount:
    """One side of an entry."""

    owner: str = field(description="`member:<id>`, or a system account such as `issued` or `spent`.")
    member_id: strawberry.ID | None = field(description="The member, if it is one's.")
    state: PointsState = field(description="The book: whether points there can be spent.")


@output
class LedgerEntry(Node):
    """So many points from one account to another; never changed."""

    key: str = field(description="Unique for ever.")
    kind: EntryKind = field(description="The verb.")
    reason: str = field(description="Why, such as `earn`, `redeem`, `expire`.")
    unit: Unit = field(description="Points of which unit.")
    amount: BigInt = field(description="How many, above zero.")
    debit: LedgerAccount = field(description="From.")
    credit: LedgerAccount = field(description="To.")
    debit_after: BigInt | None = field(description="What the first account had then; null for a system account.")
    credit_after: BigInt | None = field(description="What the second account had then.")
    hold_id: strawberry.ID | None = field(description="Of a post or void, the hold.")
    reverses_id: strawberry.ID | None = field(description="Of a reversal, the entry that it takes back from.")
    cause: str | None = field(
        description="Of a reversal, the key of the activity that caused it, as it was given; null if none did."
    )
    activity_id: strawberry.ID | None = field(description="The activity that led to it.")
    note: str | None = field(description="What somebody wrote about it.")
    effective_at: datetime = field(description="When it took effect.")
    recorded_at: datetime = field(description="When it was written.")


@input_
class LedgerEntryFilter:
    """Entries for which all of this holds."""

    member_id: strawberry.ID | None = field(default=None, description="To or from this member.")
    unit: str | None = field(default=None, description="Of this unit, by its slug.")
    reason: str | None = field(default=None, description="For this reason.")
    activity_id: strawberry.ID | None = field(default=None, description="Led to by this activity.")
    recorded_from: datetime | None = field(default=None, description="Written at or after.")
    recorded_until: datetime | None = field(default=None, description="Written before.")


async def balances_after(info: Info, member: str) -> list[Balance]:
    """A member's points as they are now."""
    found = await info.context.balances.load(member)
    return show_balances(found, await info.context.units(), await info.context.zone())


def show_balances(found: Sequence[reading.Balance], units: Mapping[UnitId, Unit], zone: ZoneInfo) -> list[Balance]:
    """A balance for each of the tenant's units, of those too that the member never had, by the unit's slug."""
    known = {balance.unit_id: balance for balance in found}
    return [
        _balance(known.get(id_) or reading.Balance(id_), unit, zone)
        for id_, unit in sorted(units.items(), key=lambda item: item[1].slug)
    ]


def show_member_entry(entry: reading.LedgerEntry, units: Mapping[UnitId, Unit]) -> MemberEntry:
    """An entry from a member's side, in the schema."""
    return MemberEntry(
        id=TRANSFER.show(entry.id), kind=EntryKind(entry.kind), reason=entry.reason, unit=units[entry.unit_id],
        state=PointsState(entry.book), amount=entry.amount, after=entry.after,
        activity_id=ACTIVITY.show_or_none(entry.activity_id), reverses_id=TRANSFER.show_or_none(entry.reverses_id),
        note=entry.note, effective_at=entry.effective_at, recorded_at=entry.recorded_at,
    )  # fmt: skip


async def show_entries(info: Info, entries: Sequence[WrittenEntry]) -> dict[str, LedgerEntry]:
    """Entries of the ledger in the schema, by their ids."""
    units = await info.context.units()
    causing = {entry.activity_id for entry in entries if entry.reverses_id and entry.activity_id}
    keys = await activities.keys_of(sorted(causing))
    return {entry.id: _entry(entry, units, keys) for entry in entries}


def _entry(entry: WrittenEntry, units: Mapping[UnitId, Unit], keys: Mapping[str, str]) -> LedgerEntry:
    return LedgerEntry(
        id=TRANSFER.show(entry.id), key=entry.key, kind=EntryKind(entry.kind), reason=entry.reason,
        unit=units[UnitId(entry.unit_id)], amount=entry.amount, debit=_side(entry.debit), credit=_side(entry.credit),
        debit_after=entry.debit_after, credit_after=entry.credit_after, hold_id=TRANSFER.show_or_none(entry.hold_id),
        reverses_id=TRANSFER.show_or_none(entry.reverses_id), cause=_cause(entry, keys),
        activity_id=ACTIVITY.show_or_none(entry.activity_id), note=entry.note, effective_at=entry.effective_at,
        recorded_at=entry.recorded_at,
    )  # fmt: skip


def _cause(entry: WrittenEntry, keys: Mapping[str, str]) -> str | None:
    """The activity's own key. Inside, the ledger puts a step behind it (`<key>/rest`), which says nothing outside.

    What pays an older shortfall was caused by an earlier activity than the one that led to it: that has none.
    """
    key = keys.get(entry.activity_id or "")
    cause = entry.cause_key or ""
    return key if key is not None and (cause == key or cause.startswith(f"{key}/")) else None


def _balance(balance: reading.Balance, unit: Unit, zone: ZoneInfo) -> Balance:
    return Balance(
        unit=unit, available=balance.available, pending=balance.pending, held=balance.held, deficit=balance.deficit,
        expiries=show_expiries(balance.schedule, zone), lapses_at=balance.lapses_at,
    )  # fmt: skip


def _side(side: AccountSide) -> LedgerAccount:
    noun, _, id_ = side.owner.partition(":")
    return LedgerAccount(
        owner=show_named(side.owner), member_id=MEMBER.show(id_) if noun == "member" else None,
        state=PointsState(side.book),
    )  # fmt: skip
