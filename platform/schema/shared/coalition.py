"""Coalitions in every schema that shows them: partners' states, what their terms say, and what is cleared.

Amounts and prices of clearing are micros, millionths of the currency's major unit, and named so.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry

from programs.coalition.blocks import BlockView
from programs.coalition.clearing import EntryView
from programs.coalition.converting import Direction
from programs.coalition.entries import Account, EntryKind
from programs.coalition.partners import PartnerState
from programs.coalition.positions import PositionView
from programs.coalition.terms import Bearer, Caps, SettlementPeriod, TermsView
from schema.shared.declare import enum, field, input_, output
from schema.shared.ids import BLOCK, CLEARING_ENTRY, PARTNER, TERMS, TRANSFER
from schema.shared.scalars import BigInt

enum(PartnerState, {
    "ACTIVE": "It issues and takes points.",
    "FROZEN": "It does neither; refunds go on.",
    "LEFT": "It left for good; what is open is settled.",
}, description="Whether a partner takes part.")  # fmt: skip

enum(SettlementPeriod, {
    "DAY": "By the local day.",
    "WEEK": "By the ISO week, from Monday.",
    "MONTH": "By the calendar month.",
    "QUARTER": "By the quarter of the year.",
    "YEAR": "By the calendar year.",
}, description="How often a partner is settled with, in the operator's zone.")  # fmt: skip

enum(Bearer, {
    "PARTNER": "The partner.",
    "OPERATOR": "The operator of the coalition.",
}, name="PointsBearer", description="Who pays for points.")  # fmt: skip

enum(EntryKind, {
    "ISSUE": "Points were issued.",
    "RELEASE": "Points that were paid for are spent, or were taken by hand.",
    "BREAKAGE": "Points that were paid for expired.",
    "ESTIMATE": "What will never be spent, as the rules estimate it.",
    "SPENT": "Points of the partner are spent, and paid for now.",
    "REIMBURSEMENT": "Points are spent with the partner.",
    "BLOCK": "Points are paid ahead.",
    "PERK": "One partner gives what another offers.",
    "FEE": "The fee of a period.",
    "ADJUSTMENT": "By hand, with a reason.",
    "PAYMENT": "A settlement is paid.",
}, name="ClearingKind", description="What a clearing entry is for.")  # fmt: skip

enum(Account, {
    "PARTNER": "What the partner and the operator owe each other.",
    "FLOAT": "What was paid for points that are still out.",
    "MARGIN": "The operator's; partners who take points are paid from it.",
    "BREAKAGE": "What was paid for points that are never spent.",
    "PREPAID": "What was paid ahead for points.",
    "PROMOTION": "What the operator pays for points itself.",
    "EXCHANGE": "What goes from partner to partner.",
    "CASH": "What was paid in money.",
}, name="ClearingAccount", description="Where money of a coalition is.")  # fmt: skip

enum(Direction, {
    "IN": "The partner's own points became shared ones.", "OUT": "Shared points became the partner's own.",
}, name="ConversionDirection", description="Which way points were converted.")  # fmt: skip


@output
class PartnerCaps:
    """How many points at most on a local day, in the unit's smallest part; null: any number."""

    issued_per_day: BigInt | None = field(description="That the partner issues.")
    issued_per_member_per_day: BigInt | None = field(description="That it issues to one member.")
    taken_per_day: BigInt | None = field(description="That it takes.")
    taken_per_member_per_day: BigInt | None = field(description="That it takes of one member.")


@output
class TermsFields:
    """A version of a partner's terms; they are never rewritten."""

    id: strawberry.ID = field(description="`trm_…`")
    number: int = field(description="1, 2, 3 … of a partner.")
    valid_from: datetime = field(description="Since when they hold; the next ones take their place.")
    valid_until: datetime | None = field(description="When they end by themselves, not included; null: they do not.")
    saved_at: datetime = field(description="When they were written down.")
    currency: str = field(description="The ISO 4217 code of all prices and amounts.")
    issue_price_micros: BigInt = field(description="What the partner pays for a whole point that it issues.")
    reimbursement_price_micros: BigInt = field(description="What it gets for one that is spent with it.")
    period: SettlementPeriod = field(description="How often it is settled with.")
    prepaid: bool = field(description="Whether it issues only what it paid ahead, in blocks.")
    block_alert: BigInt | None = field(description="It is told when fewer points of its blocks are left than this.")
    credit_limit: BigInt | None = field(description="How much it may owe in all, in minor units; null: any amount.")
    earn: bool = field(description="Whether it may issue points.")
    burn: bool = field(description="Whether points can be spent with it.")
    promotions: Bearer = field(description="Who pays for points that campaigns, tiers and the like give on top.")
    caps: PartnerCaps = field(description="How many points at most on a day.")
    hold_hours_from_others: int | None = field(
        description="Points that other partners gave less than so many hours ago are not spent with it; null: any are."
    )
    minimum_due: BigInt = field(description="A settlement of less, in minor units, is carried to the next.")
    fee: BigInt = field(description="What is due once a period, in minor units.")


def terms_values(view: TermsView) -> dict[str, Any]:
    """The values of `TermsFields`."""
    terms = view.terms
    return {
        "id": TERMS.show(view.id), "number": view.number, "valid_from": view.valid_from,
        "valid_until": view.valid_until, "saved_at": view.saved_at, "currency": terms.currency,
        "issue_price_micros": terms.issue_price, "reimbursement_price_micros": terms.reimbursement_price,
        "period": terms.period, "prepaid": terms.prepaid, "block_alert": terms.block_alert,
        "credit_limit": terms.credit_limit, "earn": terms.earn, "burn": terms.burn, "promotions": terms.promotions,
        "caps": _caps(terms.caps), "hold_hours_from_others": terms.hold_hours_from_others,
        "minimum_due": terms.minimum_due, "fee": terms.fee,
    }  # fmt: skip


def _caps(caps: Caps) -> PartnerCaps:
    return PartnerCaps(
        issued_per_day=caps.issued_per_day, issued_per_member_per_day=caps.issued_per_member_per_day,
        taken_per_day=caps.taken_per_day, taken_per_member_per_day=caps.taken_per_member_per_day,
    )  # fmt: skip


@input_
class PartnerCapsInput:
    """How many points at most on a local day, in the unit's smallest part; null: any number."""

    issued_per_day: BigInt | None = field(default=None, description="That the partner issues.")
    issued_per_member_per_day: BigInt | None = field(default=None, description="That it issues to one member.")
    taken_per_day: BigInt | None = field(default=None, description="That it takes.")
    taken_per_member_per_day: BigInt | None = field(default=None, description="That it takes of one member.")


@input_
class PartnerTermsInput:
    """What is to hold between the operator and a partner."""

    currency: str = field(description="The ISO 4217 code of all prices and amounts.")
    issue_price_micros: BigInt = field(
        description="What the partner pays for a whole point that it issues; a multiple of 10^scale of the unit."
    )
    reimbursement_price_micros: BigInt = field(
        description="What it gets for one that is spent with it; a multiple of 10^scale of the unit."
    )
    period: SettlementPeriod = field(default=SettlementPeriod.MONTH, description="How often it is settled with.")
    prepaid: bool = field(default=False, description="Whether it issues only what it paid ahead, in blocks.")
    block_alert: BigInt | None = field(
        default=None, description="It is told when fewer points of its blocks are left than this."
    )
    credit_limit: BigInt | None = field(
        default=None, description="How much it may owe in all, in minor units; null: any amount."
    )
    earn: bool = field(default=True, description="Whether it may issue points.")
    burn: bool = field(default=True, description="Whether points can be spent with it.")
    promotions: Bearer = field(
        default=Bearer.OPERATOR, description="Who pays for points that campaigns, tiers and the like give on top."
    )
    caps: PartnerCapsInput | None = field(default=None, description="How many points at most on a day.")
    hold_hours_from_others: int | None = field(
        default=None,
        description="Points that other partners gave less than so many hours ago, 1–8,784, are not spent with it.",
    )
    minimum_due: BigInt = field(default=0, description="A settlement of less, in minor units, is carried to the next.")
    fee: BigInt = field(default=0, description="What is due once a period, in minor units.")

    def document(self) -> dict[str, Any]:
        """The terms as the document that the wing parses."""
        caps = vars(self.caps) if self.caps is not None else {}
        return {
            "currency": self.currency, "issue_price": self.issue_price_micros,
            "reimbursement_price": self.reimbursement_price_micros, "period": self.period.value,
            "prepaid": self.prepaid, "block_alert": self.block_alert, "credit_limit": self.credit_limit,
            "earn": self.earn, "burn": self.burn, "promotions": self.promotions.value, "caps": caps,
            "hold_hours_from_others": self.hold_hours_from_others, "minimum_due": self.minimum_due, "fee": self.fee,
        }  # fmt: skip


TERMS_PATHS = {
    "terms.issue_price": ["terms", "issuePriceMicros"],
    "terms.reimbursement_price": ["terms", "reimbursementPriceMicros"],
}
"""Where what the wing calls otherwise is in the input."""


@output
class PartnerPosition:
    """What a partner and the operator owe each other in a currency, as of now."""

    currency: str = field(description="The ISO 4217 code.")
    owed_micros: BigInt = field(description="What the partner owes; below zero: the operator owes it.")
    exposed_micros: BigInt = field(
        description="What it would owe on top, were all points spent that it issued and does not owe yet."
    )


@output
class PartnerBlock:
    """Points that a partner pays ahead; the earliest block is used first."""

    id: strawberry.ID = field(description="`blk_…`")
    points: BigInt = field(description="How many it had, in the unit's smallest part.")
    remaining: BigInt = field(description="How many are left.")
    price_micros: BigInt = field(description="The price of each of them.")
    currency: str = field(description="The ISO 4217 code of the price.")
    bought_at: datetime = field(description="Since when it is there.")
    note: str = field(description="What the operator wrote about it.")


def show_position(found: PositionView) -> PartnerPosition:
    """A position in the schema."""
    return PartnerPosition(currency=found.currency, owed_micros=found.owed, exposed_micros=found.exposed)


def show_block(found: BlockView) -> PartnerBlock:
    """A block in the schema."""
    return PartnerBlock(
        id=BLOCK.show(found.id), points=found.points, remaining=found.remaining, price_micros=found.price,
        currency=found.currency, bought_at=found.bought_at, note=found.note,
    )  # fmt: skip


@output
class ClearingEntry:
    """Money that went from one account to another, exactly, and is never changed.

    What takes one back has the same kind and the accounts the other way round.
    """

    id: strawberry.ID = field(description="`cle_…`")
    partner_id: strawberry.ID | None = field(description="The partner; null: of none, but the coalition's own.")
    kind: EntryKind = field(description="What it is for.")
    from_account: Account = field(description="Where the money went from.")
    to_account: Account = field(description="Where it went to.")
    amount_micros: BigInt = field(description="How much.")
    owed_micros: BigInt = field(
        description="By how much more the partner owes afterwards; below zero: less. 0: it does not touch what it owes."
    )
    currency: str = field(description="The ISO 4217 code.")
    points: BigInt = field(description="The points that moved, in the unit's smallest part; 0: none.")
    price_micros: BigInt = field(description="The price of each of them.")
    terms_id: strawberry.ID | None = field(description="The terms that it goes by.")
    entry_id: strawberry.ID | None = field(description="The ledger's entry that moved the points.")
    original_id: strawberry.ID | None = field(description="The clearing entry that it takes back.")
    original_on: date | None = field(description="The day on which that was booked.")
    note: str | None = field(description="Why, where it was done by hand.")
    effective_at: datetime = field(description="When what it is for happened.")
    booked_on: date = field(description="The local day that it counts for.")


def show_clearing_entry(entry: EntryView) -> ClearingEntry:
    """An entry in the schema."""
    change = {entry.debit: entry.amount, entry.credit: -entry.amount}
    return ClearingEntry(
        id=CLEARING_ENTRY.show(entry.id), partner_id=PARTNER.show_or_none(entry.partner_id), kind=entry.kind,
        from_account=entry.debit, to_account=entry.credit, amount_micros=entry.amount,
        owed_micros=change.get(Account.PARTNER, 0), currency=entry.currency, points=entry.points,
        price_micros=entry.price, terms_id=TERMS.show_or_none(entry.terms_id),
        entry_id=TRANSFER.show_or_none(entry.transfer_id), original_id=CLEARING_ENTRY.show_or_none(entry.original_id),
        original_on=entry.original_on, note=entry.note, effective_at=entry.effective_at, booked_on=entry.booked_on,
    )  # fmt: skip
