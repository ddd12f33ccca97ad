"""Settlements of a coalition in every schema that shows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry

from programs.coalition.entries import EntryKind
from programs.coalition.settlement_views import SettlementLine as LineView
from programs.coalition.settlement_views import SettlementState, SettlementView
from schema.cost import sized
from schema.shared.declare import enum, field, output
from schema.shared.ids import PARTNER, PROGRAM, SETTLEMENT, Node
from schema.shared.scalars import BigInt

enum(SettlementState, {
    "DRAFT": "The period is over, and it was added up.",
    "APPROVED": "The operator says that it is right.",
    "PAID": "What was due is paid.",
}, description="How far a settlement is.")  # fmt: skip


@output
class SettlementLine:
    """The entries of one kind and version of the terms, added up, from the partner's side."""

    kind: EntryKind = field(description="What they are for.")
    terms_number: int | None = field(description="The version of the terms that they go by.")
    original_on: date | None = field(description="Of what takes something back: the day on which that was booked.")
    entries: int = field(description="How many entries.")
    points: BigInt = field(description="Their points, in the unit's smallest part; below zero: that it issued.")
    amount_micros: BigInt = field(description="What they come to; below zero: the partner owes it.")


@output
class SettlementFields(Node):
    """What a partner and the operator owe each other for some days, in one currency."""

    program_id: strawberry.ID = field(description="The coalition.")
    partner_id: strawberry.ID = field(description="The partner.")
    number: int = field(description="1, 2, 3 … of a coalition.")
    currency: str = field(description="The ISO 4217 code of all amounts.")
    period: str = field(description="Its period in short, such as `2026-11`.")
    first_day: date = field(description="The first local day.")
    last_day: date = field(description="The last, included.")
    state: SettlementState = field(description="How far it is.")
    carried_in_micros: BigInt = field(description="What was not due before; below zero: the partner owes it.")
    amount_micros: BigInt = field(description="What its entries come to; below zero: the partner owes it.")
    minimum_due: BigInt = field(description="In minor units; what is less is not due yet.")
    due: BigInt = field(
        description="In minor units. Above zero: the operator pays the partner; below zero: the partner pays."
    )
    carried_out_micros: BigInt = field(description="What is carried to the next.")
    entries: BigInt = field(description="How many clearing entries it adds up.")
    lines: list[SettlementLine] = field(description="What it adds up, line by line.", metadata=sized(10))
    statement_path: str = field(
        description="Where its statement is, as a file for who is signed in or has a key: with `.csv` or `.pdf` added."
    )
    statement_hash: str | None = field(description="The SHA-256 of the statement, once it is approved.")
    drafted_at: datetime = field(description="When it was added up.")
    approved_at: datetime | None = field(description="When it was approved.")
    paid_at: datetime | None = field(description="When it was paid.")
    payment_reference: str | None = field(description="The reference of the payment.")


def settlement_values(view: SettlementView) -> dict[str, Any]:
    """The values of `SettlementFields`."""
    id_ = SETTLEMENT.show(view.id)
    return {
        "id": id_, "program_id": PROGRAM.show(view.program_id), "partner_id": PARTNER.show(view.partner_id),
        "number": view.number, "currency": view.currency, "period": view.period,
        "first_day": date.fromisoformat(view.first_day), "last_day": date.fromisoformat(view.last_day),
        "state": view.state, "carried_in_micros": view.carried_in, "amount_micros": view.amount,
        "minimum_due": view.minimum_due, "due": view.due, "carried_out_micros": view.carried_out,
        "entries": view.entries, "lines": [_line(each) for each in view.lines], "statement_path": f"/statements/{id_}",
        "statement_hash": view.statement_hash, "drafted_at": view.drafted_at, "approved_at": view.approved_at,
        "paid_at": view.paid_at, "payment_reference": view.payment_reference,
    }  # fmt: skip


def _line(view: LineView) -> SettlementLine:
    original = view.original_on
    return SettlementLine(
        kind=view.kind, terms_number=view.terms_number,
        original_on=None if original is None else date.fromisoformat(original), entries=view.entries,
        points=view.points, amount_micros=view.amount,
    )  # fmt: skip
