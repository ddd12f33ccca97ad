"""Mutations on paid memberships."""

from __future__ import annotations

import strawberry

from programs.paid import service
from programs.paid.service import Join
from schema.admin.codes import (
    MembershipCancelErrorCode,
    MembershipGiveDaysErrorCode,
    MembershipJoinErrorCode,
    MembershipPayErrorCode,
    MembershipResumeErrorCode,
    MembershipUpgradeErrorCode,
)
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import MEMBERSHIP, PROGRAM
from schema.shared.memberships import CancelWhen, Charge, Checkout, Membership, show_charge, show_checkout
from schema.shared.memberships import show_membership as show
from schema.shared.references import MemberReferenceInput, find_member
from tenants.roles import Action

_KEY = "1–200 characters, unique for ever in the tenant."


@input_
class MembershipJoinInput:
    """A plan that a member is to have."""

    idempotency_key: str = field(description=_KEY)
    member: MemberReferenceInput = field(description="Who.")
    program_id: strawberry.ID = field(description="The paid program; it must run.")
    plan: str = field(description="The plan, by its id in the rules.")
    payment_method: str | None = field(
        default=None, description="A card that the provider knows, charged at once; in the sandbox `card_succeeds`."
    )
    return_url: str | None = field(
        default=None, description="Without a card: where the provider's page leads back to, beginning with https://."
    )


@output
class MembershipJoinPayload:
    """The membership; or, until it is paid for, the page to pay on."""

    membership: Membership | None = field(default=None, description="The membership, once it has begun.")
    checkout: Checkout | None = field(default=None, description="The page to pay on.")
    user_errors: list[UserError[MembershipJoinErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class MembershipCancelInput:
    """A membership that is to end."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The membership.")
    when: CancelWhen = field(description="When it ends.")


@output
class MembershipCancelPayload:
    """The membership, and what is given back."""

    membership: Membership | None = field(default=None, description="The membership.")
    refunds: list[Charge] = field(
        default_factory=list, description="What is given back, by the payments that it came with."
    )
    user_errors: list[UserError[MembershipCancelErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class MembershipResumeInput:
    """A membership that is to go on after all."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The membership.")


@output
class MembershipResumePayload:
    """The membership."""

    membership: Membership | None = field(default=None, description="The membership.")
    user_errors: list[UserError[MembershipResumeErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class MembershipUpgradeInput:
    """A plan that costs more than what is left of the present one."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The membership.")
    plan: str = field(description="The new plan, by its id in the rules.")


@output
class MembershipUpgradePayload:
    """The membership."""

    membership: Membership | None = field(default=None, description="The membership.")
    user_errors: list[UserError[MembershipUpgradeErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class MembershipPayInput:
    """A membership whose next term was declined, to be paid for otherwise."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The membership.")
    payment_method: str | None = field(
        default=None, description="A card that the provider knows, charged at once and from now on."
    )
    return_url: str | None = field(
        default=None, description="Without a card: where the provider's page leads back to, beginning with https://."
    )


@output
class MembershipPayPayload:
    """The membership, and the page to pay on until it is paid for."""

    membership: Membership | None = field(default=None, description="The membership.")
    checkout: Checkout | None = field(default=None, description="The page to pay on.")
    user_errors: list[UserError[MembershipPayErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class MembershipGiveDaysInput:
    """Free days for the present term."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The membership.")
    days: int = field(description="How many, 1–366.")


@output
class MembershipGiveDaysPayload:
    """The membership."""

    membership: Membership | None = field(default=None, description="The membership.")
    user_errors: list[UserError[MembershipGiveDaysErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class MembershipMutations:
    """Mutations on paid memberships."""

    @mutation(
        MembershipJoinPayload,
        MembershipJoinErrorCode,
        "Begin a membership: with a card at once, else when it is paid for on the provider's page.",
        needs=Action.WRITE_MEMBERSHIPS,
        paths={"method": ["paymentMethod"], "payment": ["paymentMethod"]},
    )
    async def membership_join(self, input: MembershipJoinInput) -> MembershipJoinPayload:
        made = await service.join(input.idempotency_key, Join(
            await find_member(input.member), PROGRAM.read(input.program_id, "programId"), input.plan,
            input.payment_method, input.return_url,
        ))  # fmt: skip
        return MembershipJoinPayload(
            membership=None if made.membership is None else show(made.membership), checkout=show_checkout(made.charge)
        )

    @mutation(
        MembershipCancelPayload,
        MembershipCancelErrorCode,
        "End a membership, when its term is over or now, with what the program's policy gives back.",
        needs=Action.WRITE_MEMBERSHIPS,
    )
    async def membership_cancel(self, input: MembershipCancelInput) -> MembershipCancelPayload:
        done = await service.cancel(input.idempotency_key, MEMBERSHIP.read(input.id, "id"), input.when)
        return MembershipCancelPayload(membership=show(done.membership), refunds=list(map(show_charge, done.refunds)))

    @mutation(
        MembershipResumePayload,
        MembershipResumeErrorCode,
        "Take back that a membership ends when its term is over.",
        needs=Action.WRITE_MEMBERSHIPS,
    )
    async def membership_resume(self, input: MembershipResumeInput) -> MembershipResumePayload:
        done = await service.resume(input.idempotency_key, MEMBERSHIP.read(input.id, "id"))
        return MembershipResumePayload(membership=show(done))

    @mutation(
        MembershipUpgradePayload,
        MembershipUpgradeErrorCode,
        "Change to a plan that costs more; what is left of the present one is taken off, and a new term begins.",
        needs=Action.WRITE_MEMBERSHIPS,
        paths={"payment": ["id"]},
    )
    async def membership_upgrade(self, input: MembershipUpgradeInput) -> MembershipUpgradePayload:
        done = await service.upgrade(input.idempotency_key, MEMBERSHIP.read(input.id, "id"), input.plan)
        return MembershipUpgradePayload(membership=show(done))

    @mutation(
        MembershipPayPayload,
        MembershipPayErrorCode,
        "Pay for a term that was declined, by another card or on the provider's page.",
        needs=Action.WRITE_MEMBERSHIPS,
        paths={"method": ["paymentMethod"], "payment": ["paymentMethod"]},
    )
    async def membership_pay(self, input: MembershipPayInput) -> MembershipPayPayload:
        id_ = MEMBERSHIP.read(input.id, "id")
        done = await service.pay(input.idempotency_key, id_, input.payment_method, input.return_url)
        return MembershipPayPayload(
            membership=None if done.membership is None else show(done.membership), checkout=show_checkout(done.charge)
        )

    @mutation(
        MembershipGiveDaysPayload,
        MembershipGiveDaysErrorCode,
        "Put the end of a membership's term off by free days, once per term.",
        needs=Action.ADJUST_POINTS,
    )
    async def membership_give_days(self, input: MembershipGiveDaysInput) -> MembershipGiveDaysPayload:
        done = await service.give_days(input.idempotency_key, MEMBERSHIP.read(input.id, "id"), input.days)
        return MembershipGiveDaysPayload(membership=show(done))
