"""What happened, what it led to, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import strawberry

from kit.money import EXPONENTS
from ledger.state import UnitId
from programs import decision as domain
from programs.activities import ActivityView
from programs.explain import words
from programs.records import Posted, Recorded
from schema.cost import sized
from schema.shared.carts import Line, Tender, show_line, show_tender
from schema.shared.declare import asked, enum, field, output
from schema.shared.enums import ExplanationCode, PointsState
from schema.shared.ids import ACTIVITY, MEMBER, PROGRAM, TRANSFER, VERSION, Node
from schema.shared.scalars import ActivityKindName, BigInt
from schema.shared.values import Attribute, Unit


class ActivityState(StrEnum):
    """What became of an activity."""

    DECIDED = "decided"
    PARKED = "parked"
    REFUSED = "refused"


enum(ActivityState, {
    "DECIDED": "It was decided; `decision` tells.",
    "PARKED": "It waits: for the order that it corrects, or, being too much at once, for a person.",
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
    program_id: strawberry.ID | None = field(description="The program; null for what no rule decides.")
    version_id: strawberry.ID | None = field(description="The version of its rules.")
    rule_id: str | None = field(description="The rule, by its id in the rules.")
    rule_name: str | None = field(description="What the merchant calls the rule.")
    inputs: list[ExplanationFact] = field(description="The facts that the step used.", metadata=sized(4))
    before: Decimal = field(description="The program's running total before it, to a thousandth.")
    after: Decimal = field(description="And after it.")
    text: str = field(description="The step in words.")


@output
class Decision:
    """What an activity led to."""

    movements: list[Movement] = field(description="Points given and taken; none is an answer too.", metadata=sized(2))
    steps: strawberry.Private[Sequence[domain.ExplanationLine]]

    @asked("Why, step by step.", None, sized(5))
    def explanation(self) -> list[ExplanationLine]:
        """Put into words only when asked for: that costs more than the rest of a recorded purchase's answer."""
        return show_explanation(self.steps)


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
    line: str = field(description="The line of business.")
    reference: str | None = field(description="The merchant's own name for it.")
    order_id: str | None = field(description="The merchant's order.")
    currency: str | None = field(description="The ISO 4217 code of the order's amounts.")
    lines: list[Line] = field(description="The order's lines.", metadata=sized(5))
    refunded: BigInt | None = field(description="In a refund by money, what was given back for the order as a whole.")
    tenders: list[Tender] = field(description="What the order was paid with.", metadata=sized(2))
    codes: list[str] = field(description="Coupon codes entered.")
    payload: list[Attribute] = field(description="What else was told of it.", metadata=sized(2))
    decision: Decision | None = field(description="What it led to; null while it is parked, or if it was refused.")


def show_activity(view: ActivityView, units: Mapping[UnitId, Unit]) -> Activity:
    """An activity in the schema, with its decision."""
    activity = view.activity
    return Activity(
        id=ACTIVITY.show(view.id), key=view.key, kind=activity.kind, member_id=MEMBER.show(view.member_id),
        state=ActivityState(view.state), occurred_at=activity.occurred_at, recorded_at=view.recorded_at,
        source=activity.source, channel=activity.channel, line=activity.line,
        reference=activity.payload.get("reference"), order_id=activity.order_id, currency=activity.currency,
        lines=[show_line(line) for line in activity.lines],
        refunded=activity.refunded, tenders=[show_tender(tender) for tender in activity.tenders],
        codes=list(activity.codes),
        payload=[Attribute(name=name, value=value) for name, value in activity.payload.items() if name != "reference"],
        decision=show_decision(view.recorded, units) if view.recorded is not None else None,
    )  # fmt: skip


def show_decision(recorded: Recorded, units: Mapping[UnitId, Unit]) -> Decision | None:
    """What an activity led to, in the schema; None unless it was decided."""
    if recorded.state != "decided":
        return None
    return Decision(
        movements=[_movement(posted, units) for posted in recorded.posted],
        steps=recorded.explanation,
    )


def show_explanation(lines: Sequence[domain.ExplanationLine]) -> list[ExplanationLine]:
    """Why, step by step, in the schema and in words."""
    return [
        ExplanationLine(
            code=line.code, program_id=PROGRAM.show_or_none(line.program_id),
            version_id=VERSION.show_or_none(line.version_id), rule_id=line.rule_id, rule_name=line.rule_name,
            inputs=[ExplanationFact(name=name, values=_fact(name, value)) for name, value in line.inputs],
            before=Decimal(line.before_milli).scaleb(-3), after=Decimal(line.after_milli).scaleb(-3),
            text=words(line, EXPONENTS),
        )
        for line in lines
    ]  # fmt: skip


def _movement(posted: Posted, units: Mapping[UnitId, Unit]) -> Movement:
    return Movement(
        entry_id=TRANSFER.show(posted.transfer_id), unit=units[UnitId(posted.unit_id)], amount=posted.amount,
        after=posted.after, state=PointsState(posted.book), reason=posted.reason, matures_at=posted.matures_at,
        expires_at=posted.expires_at,
    )  # fmt: skip


def _fact(name: str, value: domain.ExplanationValue) -> list[str]:
    if name == "transfer":
        return [TRANSFER.show(str(value))]
    return list(value) if isinstance(value, tuple) else [str(value)]
