"""What a shopper can join and buy: always paid on the provider's page, which alone sees their card."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from programs.paid import passes, selling, service
from programs.paid.passes import Buy
from programs.paid.service import Join
from schema.cost import sized
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import MEMBERSHIP, PROGRAM
from schema.shared.memberships import (
    CancelWhen,
    Checkout,
    MemberPass,
    Membership,
    MembershipPlan,
    PassForSale,
    show_checkout,
    show_membership,
    show_pass,
    show_passes_for_sale,
    show_plans,
)
from schema.shared.values import Money
from schema.storefront.codes import (
    MembershipCancelErrorCode,
    MembershipJoinErrorCode,
    MembershipPayErrorCode,
    MembershipResumeErrorCode,
    MembershipUpgradeErrorCode,
    PassBuyErrorCode,
)
from schema.storefront.shopper import KEY, with_key

_RETURN = "Where the page to pay on leads back to, beginning with https://; not needed where nothing is to be paid."
_Program = Annotated[strawberry.ID | None, argument(description="Of this program.")]


@input_
class MembershipJoinInput:
    """A plan that the shopper wants."""

    idempotency_key: str = field(description=KEY)
    program_id: strawberry.ID = field(description="The program.")
    plan: str = field(description="The plan.")
    return_url: str | None = field(default=None, description=_RETURN)


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

    idempotency_key: str = field(description=KEY)
    id: strawberry.ID = field(description="The membership.")
    when: CancelWhen = field(description="When it ends.")


@output
class MembershipCancelPayload:
    """The membership, and what is given back."""

    membership: Membership | None = field(default=None, description="The membership.")
    refunded: list[Money] = field(default_factory=list, description="What is given back.")
    user_errors: list[UserError[MembershipCancelErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class MembershipResumeInput:
    """A membership that is to go on after all."""

    idempotency_key: str = field(description=KEY)
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
    """A plan that costs more; the card on file is charged."""

    idempotency_key: str = field(description=KEY)
    id: strawberry.ID = field(description="The membership.")
    plan: str = field(description="The new plan.")


@output
class MembershipUpgradePayload:
    """The membership."""

    membership: Membership | None = field(default=None, description="The membership.")
    user_errors: list[UserError[MembershipUpgradeErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class MembershipPayInput:
    """A membership whose next term was declined, to be paid for by another card."""

    idempotency_key: str = field(description=KEY)
    id: strawberry.ID = field(description="The membership.")
    return_url: str = field(description=_RETURN)


@output
class MembershipPayPayload:
    """The membership, and the page to pay on."""

    membership: Membership | None = field(default=None, description="The membership.")
    checkout: Checkout | None = field(default=None, description="The page to pay on.")
    user_errors: list[UserError[MembershipPayErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class PassBuyInput:
    """A pass that the shopper wants."""

    idempotency_key: str = field(description=KEY)
    program_id: strawberry.ID = field(description="The program.")
    slug: str = field(description="The pass.")
    return_url: str = field(description=_RETURN)


@output
class PassBuyPayload:
    """The pass; or, until it is paid for, the page to pay on."""

    member_pass: MemberPass | None = field(default=None, description="The pass, once it was paid for.")
    checkout: Checkout | None = field(default=None, description="The page to pay on.")
    user_errors: list[UserError[PassBuyErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type
class SellingQueries:
    """What a shop's page can ask about memberships."""

    @asked("The plans that can be joined; with a trial only for who had none.", None, sized(5))
    async def membership_plans(self, info: Info, program_id: _Program = None) -> list[MembershipPlan]:
        return show_plans(await selling.plans(info.context.member, _read(program_id)))

    @asked("The passes that can be bought.", None, sized(5))
    async def passes_for_sale(self, program_id: _Program = None) -> list[PassForSale]:
        return show_passes_for_sale(await selling.passes(_read(program_id)))


@strawberry.type
class MembershipMutations:
    """The storefront's mutations on memberships and passes."""

    @mutation(
        MembershipJoinPayload,
        MembershipJoinErrorCode,
        "Join a plan; what costs something begins when it was paid for on the page that is answered.",
        paths={"payment": []},
    )
    async def membership_join(self, info: Info, input: MembershipJoinInput) -> MembershipJoinPayload:
        member, key = with_key(info, input.idempotency_key)
        wish = Join(member, PROGRAM.read(input.program_id, "programId"), input.plan, None, input.return_url)
        made = await service.join(key, wish)
        shown = None if made.membership is None else show_membership(made.membership)
        return MembershipJoinPayload(membership=shown, checkout=show_checkout(made.charge))

    @mutation(
        MembershipCancelPayload,
        MembershipCancelErrorCode,
        "End a membership, when its term is over or now, with what the policy gives back.",
    )
    async def membership_cancel(self, info: Info, input: MembershipCancelInput) -> MembershipCancelPayload:
        (member, key), id_ = with_key(info, input.idempotency_key), MEMBERSHIP.read(input.id, "id")
        done = await service.cancel(key, id_, input.when, member=member)
        back = [Money(amount=each.amount, currency=each.currency) for each in done.refunds]
        return MembershipCancelPayload(membership=show_membership(done.membership), refunded=back)

    @mutation(
        MembershipResumePayload,
        MembershipResumeErrorCode,
        "Take back that a membership ends when its term is over.",
    )
    async def membership_resume(self, info: Info, input: MembershipResumeInput) -> MembershipResumePayload:
        (member, key), id_ = with_key(info, input.idempotency_key), MEMBERSHIP.read(input.id, "id")
        done = await service.resume(key, id_, member=member)
        return MembershipResumePayload(membership=show_membership(done))

    @mutation(
        MembershipUpgradePayload,
        MembershipUpgradeErrorCode,
        "Change to a plan that costs more; what is left of the present one is taken off.",
        paths={"payment": ["id"]},
    )
    async def membership_upgrade(self, info: Info, input: MembershipUpgradeInput) -> MembershipUpgradePayload:
        (member, key), id_ = with_key(info, input.idempotency_key), MEMBERSHIP.read(input.id, "id")
        done = await service.upgrade(key, id_, input.plan, member=member)
        return MembershipUpgradePayload(membership=show_membership(done))

    @mutation(
        MembershipPayPayload,
        MembershipPayErrorCode,
        "Pay for a term that was declined on the page that is answered; later terms are charged to that card.",
        paths={"payment": ["id"]},
    )
    async def membership_pay(self, info: Info, input: MembershipPayInput) -> MembershipPayPayload:
        (member, key), id_ = with_key(info, input.idempotency_key), MEMBERSHIP.read(input.id, "id")
        done = await service.pay(key, id_, None, input.return_url, member=member)
        shown = None if done.membership is None else show_membership(done.membership)
        return MembershipPayPayload(membership=shown, checkout=show_checkout(done.charge))

    @mutation(
        PassBuyPayload,
        PassBuyErrorCode,
        "Buy a pass; it is there when it was paid for on the page that is answered.",
        paths={"pass": ["slug"], "payment": []},
    )
    async def pass_buy(self, info: Info, input: PassBuyInput) -> PassBuyPayload:
        member, key = with_key(info, input.idempotency_key)
        wish = Buy(member, PROGRAM.read(input.program_id, "programId"), input.slug, None, input.return_url)
        made = await passes.buy(key, wish)
        shown = None if made.card is None else show_pass(made.card)
        return PassBuyPayload(member_pass=shown, checkout=show_checkout(made.charge))


def _read(program: strawberry.ID | None) -> str | None:
    """The id of a program that was named; one that is none of ours finds nothing."""
    return None if program is None else PROGRAM.find(program) or ""
