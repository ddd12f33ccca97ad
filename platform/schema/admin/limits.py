"""How much a member may do at once, and what waits for a person because it was more."""

from __future__ import annotations

from datetime import datetime

import strawberry

from kit.money import EXPONENTS
from programs import activities, reviewing, velocity
from programs.explain import words
from programs.velocity import Per
from schema.admin.codes import ActivityLimitsSetErrorCode, ActivityReviewErrorCode
from schema.admin.types.activities import Activity, show_activity
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, enum, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import ACTIVITY
from schema.shared.scalars import ActivityKindName, BigInt
from tenants.roles import Action

enum(Per, {
    "HOUR": "A local hour.",
    "DAY": "A local day.",
}, name="ActivityLimitPer", description="The time that a limit is about.")  # fmt: skip


@output
class ActivityLimit:
    """How much one member may do within a time before a person looks at it: so many times, or so much money."""

    kind: ActivityKindName = field(description="Of which kind of activity.")
    per: Per = field(description="Within which time.")
    times: BigInt | None = field(description="So many of them.")
    amount: BigInt | None = field(description="So much in them, in minor units of `currency`, less discounts.")
    currency: str | None = field(description="The ISO 4217 code.")


@input_
class ActivityLimitInput:
    """How much one member may do within a time: either `times`, or `amount` with its `currency`."""

    kind: ActivityKindName = field(description="Of which kind of activity.")
    per: Per = field(description="Within which time.")
    times: BigInt | None = field(default=None, description="So many of them.")
    amount: BigInt | None = field(default=None, description="So much in them, in minor units, less discounts.")
    currency: str | None = field(default=None, description="The ISO 4217 code.")


@output
class ActivityReview:
    """An activity that was more than a limit allows, and waits for a person."""

    activity: Activity = field(description="What it is; nothing was decided on it yet.")
    held_at: datetime = field(description="Since when it waits.")
    text: str = field(description="Why, in words.")


@input_
class ActivityLimitsSetInput:
    """All limits; none: nothing is held."""

    limits: list[ActivityLimitInput] = field(description="At most 20.")


@output
class ActivityLimitsSetPayload:
    """The limits."""

    limits: list[ActivityLimit] = field(default_factory=list, description="As they are now.")
    user_errors: list[UserError[ActivityLimitsSetErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ActivityReviewInput:
    """What is decided on an activity that is held."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    id: strawberry.ID = field(description="The activity.")
    release: bool = field(description="Whether it is decided as any other; else it is refused for good.")
    note: str = field(description="Why: 1–500 characters.")


@output
class ActivityReviewPayload:
    """The activity as it is now."""

    activity: Activity | None = field(default=None, description="The activity.")
    user_errors: list[UserError[ActivityReviewErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class LimitQueries:
    """Queries about what is held."""

    @asked("How much a member may do at once.", Action.READ_SETTINGS)
    async def activity_limits(self) -> list[ActivityLimit]:
        return [_show(limit) for limit in await reviewing.limits()]

    @asked("Activities that wait for a person, the latest first.", Action.READ_LEDGER)
    async def activity_reviews(
        self, info: Info, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[ActivityReview]:  # fmt: skip
        """A page of them."""
        rows = await reviewing.waiting(after_id(after, str), first + 1)
        found = await activities.by_ids([row.activity_id for row in rows])
        units = await info.context.units()

        def show(row: reviewing.Held) -> ActivityReview:
            text = " ".join(words(line, EXPONENTS) for line in row.explanation)
            return ActivityReview(activity=show_activity(found[row.activity_id], units), held_at=row.held_at, text=text)

        return page(rows, first, after, lambda row: row.activity_id, show)


@strawberry.type
class LimitMutations:
    """Mutations on limits and on what is held."""

    @mutation(
        ActivityLimitsSetPayload,
        ActivityLimitsSetErrorCode,
        "Say how much a member may do at once before a person looks at it.",
        needs=Action.WRITE_SETTINGS,
    )
    async def activity_limits_set(self, input: ActivityLimitsSetInput) -> ActivityLimitsSetPayload:
        given = [velocity.Limit(each.kind, each.per, each.times, each.amount, each.currency) for each in input.limits]
        return ActivityLimitsSetPayload(limits=[_show(limit) for limit in await reviewing.set_limits(given)])

    @mutation(
        ActivityReviewPayload,
        ActivityReviewErrorCode,
        "Release an activity that is held, or reject it.",
        needs=Action.ADJUST_POINTS,
    )
    async def activity_review(self, info: Info, input: ActivityReviewInput) -> ActivityReviewPayload:
        id_ = ACTIVITY.read(input.id, "id")
        done = await reviewing.review(input.idempotency_key, id_, input.release, input.note)
        view = (await activities.by_ids([done]))[done]
        return ActivityReviewPayload(activity=show_activity(view, await info.context.units()))


def _show(limit: velocity.Limit) -> ActivityLimit:
    return ActivityLimit(
        kind=limit.kind, per=limit.per, times=limit.times, amount=limit.amount, currency=limit.currency
    )
