"""What happened, what it led to, and why."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import strawberry

from schema.shared.carts import Line, Tender
from schema.shared.declare import enum, field, output
from schema.shared.enums import ExplanationCode, PointsState
from schema.shared.ids import Node
from schema.shared.scalars import ActivityKindName, BigInt
from schema.shared.values import Unit


class ActivityState(StrEnum):
    """What became of an activity."""

    DECIDED = "decided"
    PARKED = "parked"
    REFUSED = "refused"


enum(ActivityState, {
    "DECIDED": "It was decided; `decision` tells.",
    "PARKED": "It corrects an order that has not come yet, and waits for it.",
    "REFUSED": "The business refused it, and a repeat is refused alike.",
})  # fmt: skip


@output
class Movement:
    """Points that an activity gave or took."""

    entry_id: strawberry.ID = field(description="The entry in the ledger.")
    unit: Unit = field(description="Points of which unit.")
    amount: BigInt = field(description="How many: above zero they were given, below zero taken back.")
    after: BigInt = field(description="What the member had in that book then.")
    state: PointsState = field(description="The book: whether they could be spent at once.")
    reason: str = field(description="Why, such as `earn` or `reversal`.")
    matures_at: datetime | None = field(description="Until when they wait.")
    expires_at: datetime | None = field(description="From when on they cannot be spent.")


@output
class ExplanationFact:
    """A fact that a step used."""

    name: str = field(description="Its name, such as `factor`.")
    values: list[str] = field(description="What it was; most have one value.")


@output
class ExplanationLine:
    """One step of a decision."""

    code: ExplanationCode = field(description="What kind of step.")
    program_id: strawberry.ID = field(description="The program.")
    version_id: strawberry.ID | None = field(description="The version of its rules.")
    rule_id: str | None = field(description="The rule, by its id in the rules.")
    rule_name: str | None = field(description="What the merchant calls the rule.")
    inputs: list[ExplanationFact] = field(description="The facts that the step used.")
    before: Decimal = field(description="The program's running total before it, to a thousandth.")
    after: Decimal = field(description="And after it.")
    text: str = field(description="The step in words.")


@output
class Decision:
    """What an activity led to."""

    movements: list[Movement] = field(description="Points given and taken; none is an answer too.")
    explanation: list[ExplanationLine] = field(description="Why, step by step.")


@output
class Activity(Node):
    """What a customer did, as the merchant reported it."""

    key: str = field(description="Its idempotency key.")
    kind: ActivityKindName = field(description="What happened.")
    member_id: strawberry.ID = field(description="Who did it.")
    state: ActivityState = field(description="What became of it.")
    occurred_at: datetime = field(description="When it happened.")
    recorded_at: datetime = field(description="When we were told.")
    source: str = field(description="Who told us, such as `api` or `import`.")
    channel: str | None = field(description="Where it happened.")
    reference: str | None = field(description="The merchant's own name for it.")
    order_id: str | None = field(description="The merchant's order.")
    currency: str | None = field(description="The ISO 4217 code of the order's amounts.")
    lines: list[Line] = field(description="The order's lines.")
    tenders: list[Tender] = field(description="What the order was paid with.")
    codes: list[str] = field(description="Coupon codes entered.")
    decision: Decision | None = field(description="What it led to; null while it is parked.")
