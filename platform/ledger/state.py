"""The rows of the ledger while they are worked on, and the names of accounts. Amounts in the unit's smallest part."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, NewType

UnitId = NewType("UnitId", str)
AccountId = NewType("AccountId", str)
TransferId = NewType("TransferId", str)
LotId = NewType("LotId", str)

AMOUNT_MAX = 2**53 - 1
NEVER = datetime.max.replace(tzinfo=UTC)
OWNERS = ("member:", "partner:", "gift_card:")
"""What the names of accounts begin with that belong to somebody, and so have lots; all others are the platform's."""


class Side(StrEnum):
    """The two books of an owner: what can be spent, and what still waits (for a return window, for a trigger)."""

    AVAILABLE = "available"
    PENDING = "pending"


class Policy(StrEnum):
    """What a clawback does when the points are gone."""

    CLAMP = "CLAMP"
    NEGATIVE = "NEGATIVE"


class AccountRef(NamedTuple):
    """An account by what it is for: `owner` is `member:<id>`, `partner:<id>`, `gift_card:<id>`, or a system account's
    plain name.
    """

    tenant: str
    unit: UnitId
    owner: str
    book: Side = Side.AVAILABLE

    @property
    def system(self) -> bool:
        """Whether this is one of the platform's own accounts: no lots, no running total."""
        return not self.owner.startswith(OWNERS)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and why of an entry: `effective_at` is when it counts, `recorded_at` when it was written. In UTC."""

    recorded_at: datetime
    effective_at: datetime
    activity_id: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        assert not self.recorded_at.utcoffset() and not self.effective_at.utcoffset(), "instants are in UTC"


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What a credit's lot lives by; `matures_at` only in the pending book, `expires_at` exclusive."""

    earned_at: datetime
    expires_at: datetime | None = None
    matures_at: datetime | None = None


class Reversed(NamedTuple):
    """What a reversal did: taken back or given back now, and what could not be taken."""

    amount: int
    shortfall: int


@dataclass(slots=True)
class Lot:
    """What one credit brought: amount = remaining + held + used + expired + reversed.

    A child (of a pending lot that matured, of one that was carried on) names as `origin_id` the earning that opened
    the first.
    """

    id: LotId
    account: Account
    transfer_id: TransferId
    parent_id: LotId | None
    origin_id: TransferId | None
    amount: int
    remaining: int
    held: int
    used: int
    expired: int
    reversed: int
    earned_at: datetime
    matures_at: datetime | None
    expires_at: datetime | None
    stored: bool = False

    @property
    def origin(self) -> TransferId:
        """The earning that the points came from."""
        return self.origin_id or self.transfer_id

    @property
    def spend_order(self) -> tuple[datetime, datetime, str]:
        """Soonest expiring first, then the oldest; never-expiring last."""
        return (self.expires_at or NEVER, self.earned_at, self.id)

    def due(self, at: datetime) -> bool:
        """Whether its end, or the account's lapse, has come: due when ≤ `at`."""
        end, lapse = self.expires_at, self.account.lapses_at
        return (end is not None and end <= at) or (lapse is not None and lapse <= at)

    def due_at(self) -> datetime:
        """The instant at which it is due, by its own end or by the account's lapse, whichever is first."""
        return min(self.expires_at or NEVER, self.account.lapses_at or NEVER)


@dataclass(slots=True)
class LotUse:
    """`amount` of a lot went to a transfer, `returned` of it came back."""

    id: str
    lot: Lot
    transfer_id: TransferId
    purpose: str
    amount: int
    returned: int = 0
    stored: bool = False


@dataclass(slots=True)
class Shortfall:
    """What a clawback of `reverses_id` could not take, and what was paid of it since, to the `creditor`."""

    id: str
    reverses_id: TransferId
    creditor: AccountRef
    cause_key: str
    policy: Policy
    transfer_id: TransferId | None
    amount: int
    paid: int
    recorded_at: datetime
    stored: bool = False


@dataclass(slots=True)
class Account:
    """A member's (or partner's, or system) account, with its open lots if they were asked for.

    `successor` is the owner who came after this one: points that come back to this account go on to theirs.
    """

    ref: AccountRef
    id: AccountId
    posted: int = 0
    held: int = 0
    deficit: int = 0
    seq: int = 0
    lapses_at: datetime | None = None
    stored_seq: int | None = None
    lots: dict[LotId, Lot] | None = None
    shortfalls: list[Shortfall] = field(default_factory=list)
    successor: str | None = None

    @property
    def heir(self) -> AccountRef | None:
        """The account that its points go on to, if there is one."""
        return None if self.successor is None else self.ref._replace(owner=self.successor)

    def spendable(self, at: datetime) -> list[Lot]:
        """Open lots that are not due, in spend order. The lots must have been loaded."""
        assert self.lots is not None, "load the lots before spending"
        return sorted((lot for lot in self.lots.values() if lot.remaining and not lot.due(at)), key=by_spend_order)


@dataclass(slots=True)
class Hold:
    """Points set aside until `ends_at`, with the lots they were picked from."""

    id: TransferId
    account: Account
    credit: AccountRef
    amount: int
    state: str
    ends_at: datetime
    uses: list[LotUse]
    stored: bool = False


@dataclass(slots=True)
class Entry:
    """A transfer that was posted before, with all that a reversal of it needs to know."""

    id: TransferId
    kind: str
    debit: AccountRef
    credit: AccountRef
    amount: int
    reverses: bool
    lots: list[Lot]
    uses: list[LotUse]
    reversed: int


class NewTransfer(NamedTuple):
    """A transfer to be written, in the order of the table's columns."""

    tenant_id: str
    id: TransferId
    key: str
    kind: str
    reason: str
    unit_id: UnitId
    debit: AccountId
    credit: AccountId
    amount: int
    hold_id: TransferId | None
    reverses_id: TransferId | None
    cause_key: str | None
    activity_id: str | None
    effective_at: datetime
    recorded_at: datetime
    debit_seq: int | None
    debit_after: int | None
    credit_seq: int | None
    credit_after: int | None
    note: str | None


def member(tenant: str, unit: UnitId, member_id: str, book: Side = Side.AVAILABLE) -> AccountRef:
    """A member's account."""
    return AccountRef(tenant, unit, f"member:{member_id}", book)


def gift_card(tenant: str, unit: UnitId, card_id: str) -> AccountRef:
    """A gift card's account."""
    return AccountRef(tenant, unit, f"gift_card:{card_id}")


def system(tenant: str, unit: UnitId, name: str) -> AccountRef:
    """One of the platform's own: `issued`, `spent`, `expired`, `adjusted`, `donated:<cause>`, …."""
    return AccountRef(tenant, unit, name)


def by_spend_order(lot: Lot) -> tuple[datetime, datetime, str]:
    """A key to sort lots by."""
    return lot.spend_order
