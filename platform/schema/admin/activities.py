"""Mutations that record what happened."""

from __future__ import annotations

import strawberry

from kit.errors import Refusal
from schema.admin import recording
from schema.admin.codes import OrderAmendErrorCode, RecordActivitiesErrorCode, RecordActivityErrorCode
from schema.admin.told import OrderAmendInput, RecordActivitiesInput, RecordActivityInput
from schema.admin.types.activities import Activity, Decision
from schema.admin.types.ledger import Balance
from schema.cost import per_item, sized
from schema.shared.context import Info
from schema.shared.declare import field, output
from schema.shared.errors import UserError, mutation, user_error
from tenants.roles import Action

ACTIVITIES_MAX = 500


@output
class RecordActivityPayload:
    """The activity and what it led to."""

    activity: Activity | None = field(default=None, description="The activity.")
    decision: Decision | None = field(default=None, description="What it led to; null while it is parked.")
    balances: list[Balance] = field(
        default_factory=list, description="The member's points afterwards.", metadata=sized(2)
    )
    user_errors: list[UserError[RecordActivityErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@output
class RecordActivitiesPayload:
    """One answer for each."""

    results: list[RecordActivityPayload] = field(
        default_factory=list, description="In the order of the input.", metadata=sized(1)
    )
    user_errors: list[UserError[RecordActivitiesErrorCode]] = field(
        default_factory=list, description="Why all of it was refused."
    )


@output
class OrderAmendPayload:
    """The amendment and what it led to."""

    activity: Activity | None = field(default=None, description="The amendment, an activity of its own.")
    decision: Decision | None = field(default=None, description="What it led to; null while it is parked.")
    balances: list[Balance] = field(
        default_factory=list, description="The member's points afterwards.", metadata=sized(2)
    )
    user_errors: list[UserError[OrderAmendErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type
class ActivityMutations:
    """Mutations that record what happened."""

    @mutation(
        RecordActivityPayload,
        RecordActivityErrorCode,
        "Record what a customer did, and decide what it earns.",
        needs=Action.RECORD_ACTIVITY,
    )
    async def record_activity(self, info: Info, input: RecordActivityInput) -> RecordActivityPayload:
        submission, recorded = await recording.record(input)
        return RecordActivityPayload(**await recording.shown(info, submission, recorded))

    @mutation(
        RecordActivitiesPayload,
        RecordActivitiesErrorCode,
        "Record up to 500 activities; each answers for itself.",
        per_item("input", "activities"),
        needs=Action.RECORD_ACTIVITY,
    )
    async def record_activities(
        self, info: Info, input: RecordActivitiesInput
    ) -> RecordActivitiesPayload:  # fmt: skip
        if not 0 < len(input.activities) <= ACTIVITIES_MAX:
            raise Refusal("TOO_MANY", f"Send 1 to {ACTIVITIES_MAX} activities.", ("activities",))
        results = []
        for answer in await recording.record_many(input.activities):
            if isinstance(answer, Refusal):
                refused = user_error(RecordActivityErrorCode, answer)
                results.append(RecordActivityPayload(user_errors=[refused]))
            else:
                shown = await recording.shown(info, *answer, under=("results",))
                results.append(RecordActivityPayload(**shown))
        return RecordActivitiesPayload(results=results)

    @mutation(
        OrderAmendPayload,
        OrderAmendErrorCode,
        "Tell that an order has other lines now.",
        needs=Action.RECORD_ACTIVITY,
    )
    async def order_amend(self, info: Info, input: OrderAmendInput) -> OrderAmendPayload:
        submission, recorded = await recording.amend(input)
        return OrderAmendPayload(**await recording.shown(info, submission, recorded))
