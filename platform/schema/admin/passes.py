"""Mutations on passes, and what paid programs sell."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from programs.paid import passes, selling
from programs.paid.passes import Buy
from schema.admin.codes import PassBuyErrorCode, PassRefundErrorCode, PassUseErrorCode
from schema.cost import sized
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import PASS, PROGRAM
from schema.shared.memberships import (
    Charge,
    Checkout,
    MemberPass,
    MembershipPlan,
    PassForSale,
    show_charge,
    show_checkout,
    show_pass,
    show_passes_for_sale,
    show_plans,
)
from schema.shared.references import MemberReferenceInput, find_member
from tenants.roles import Action

_KEY = "1–200 characters, unique for ever in the tenant."
_Program = Annotated[strawberry.ID | None, argument(description="Of this program.")]


@input_
class PassBuyInput:
    """A pass that a member is to have."""

    idempotency_key: str = field(description=_KEY)
    member: MemberReferenceInput = field(description="Who.")
    program_id: strawberry.ID = field(description="The paid program; it must run.")
    slug: str = field(description="The pass, by its id in the rules.")
    payment_method: str | None = field(
        default=None, description="A card that the provider knows, charged at once; in the sandbox `card_succeeds`."
    )
    return_url: str | None = field(
        default=None, description="Without a card: where the provider's page leads back to, beginning with https://."
    )


@output
class PassBuyPayload:
    """The pass; or, until it is paid for, the page to pay on."""

    member_pass: MemberPass | None = field(default=None, description="The pass, once it was paid for.")
    checkout: Checkout | None = field(default=None, description="The page to pay on.")
    user_errors: list[UserError[PassBuyErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class PassUseInput:
    """A visit."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The pass.")


@output
class PassUsePayload:
    """The pass, with what is left of it."""

    member_pass: MemberPass | None = field(default=None, description="The pass.")
    user_errors: list[UserError[PassUseErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class PassRefundInput:
    """A pass that is given back for the worth of what is unused."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The pass.")


@output
class PassRefundPayload:
    """The pass, and what is given back."""

    member_pass: MemberPass | None = field(default=None, description="The pass.")
    refunds: list[Charge] = field(default_factory=list, description="What is given back.")
    user_errors: list[UserError[PassRefundErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type
class SellingQueries:
    """What paid programs sell."""

    @asked("The plans of the paid programs that run.", Action.READ_PROGRAMS, sized(5))
    async def membership_plans(self, program_id: _Program = None) -> list[MembershipPlan]:
        return show_plans(await selling.plans(program=_read(program_id)))

    @asked("The passes of the paid programs that run.", Action.READ_PROGRAMS, sized(5))
    async def passes_for_sale(self, program_id: _Program = None) -> list[PassForSale]:
        return show_passes_for_sale(await selling.passes(_read(program_id)))


@strawberry.type
class PassMutations:
    """Mutations on passes."""

    @mutation(
        PassBuyPayload,
        PassBuyErrorCode,
        "Sell a pass: with a card at once, else when it is paid for on the provider's page.",
        needs=Action.WRITE_MEMBERSHIPS,
        paths={"method": ["paymentMethod"], "payment": ["paymentMethod"], "pass": ["slug"]},
    )
    async def pass_buy(self, input: PassBuyInput) -> PassBuyPayload:
        made = await passes.buy(input.idempotency_key, Buy(
            await find_member(input.member), PROGRAM.read(input.program_id, "programId"), input.slug,
            input.payment_method, input.return_url,
        ))  # fmt: skip
        return PassBuyPayload(
            member_pass=None if made.card is None else show_pass(made.card), checkout=show_checkout(made.charge)
        )

    @mutation(PassUsePayload, PassUseErrorCode, "Count a visit on a pass.", needs=Action.WRITE_MEMBERSHIPS)
    async def pass_use(self, input: PassUseInput) -> PassUsePayload:
        return PassUsePayload(member_pass=show_pass(await passes.use(input.idempotency_key, PASS.read(input.id, "id"))))

    @mutation(
        PassRefundPayload,
        PassRefundErrorCode,
        "Give a pass back for the worth of what is unused.",
        needs=Action.WRITE_MEMBERSHIPS,
    )
    async def pass_refund(self, input: PassRefundInput) -> PassRefundPayload:
        done = await passes.refund(input.idempotency_key, PASS.read(input.id, "id"))
        return PassRefundPayload(member_pass=show_pass(done.card), refunds=list(map(show_charge, done.refunds)))


def _read(program: strawberry.ID | None) -> str | None:
    """The id of a program that was named; one that is none of ours finds nothing."""
    return None if program is None else PROGRAM.find(program) or ""
