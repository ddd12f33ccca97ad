"""A member's paid memberships, passes and payments in both schemas, and what is for sale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from kit.money import EXPONENTS
from programs.paid import words
from programs.paid.life import State
from programs.paid.rules import Period
from programs.paid.selling import Offer, PassOffer
from programs.paid.service import CancelWhen
from programs.paid.views import ChargeState, ChargeView, MembershipView, PassState, PassView, Purpose
from programs.wording import Words
from schema.cost import sized
from schema.shared.declare import enum, field, output
from schema.shared.enums import PlanPeriod
from schema.shared.ids import CHARGE, MEMBER, MEMBERSHIP, PASS, PROGRAM, Node
from schema.shared.scalars import BigInt
from schema.shared.values import Money

__all__ = ["CancelWhen", "ChargeState", "PassState", "Purpose", "State"]

enum(State, {
    "TRIAL": "It is tried for nothing; at the end of the trial it is charged.",
    "ACTIVE": "It is paid for.",
    "PAST_DUE": "The next term could not be charged; it is tried again.",
    "CANCELLING": "It ends when its term is over.",
    "ENDED": "It has ended.",
}, name="MembershipState", description="Where a membership is in its life.")  # fmt: skip
enum(CancelWhen, {
    "NOW": "Now; the program's policy says what is given back.",
    "AT_PERIOD_END": "When the term is over; nothing is given back. Without an end, or unpaid, it is now.",
}, name="MembershipCancelWhen", description="When a membership ends that is cancelled.")  # fmt: skip
enum(Purpose, {
    "JOIN": "A new membership.",
    "RENEW": "The next term of one.",
    "UPGRADE": "A plan that costs more.",
    "PASS": "A pass.",
    "REFUND": "It was given back.",
}, name="ChargePurpose", description="What money was asked for.")  # fmt: skip
enum(ChargeState, {
    "OPEN": "The provider has not said yet what became of it.",
    "SUCCEEDED": "It was paid, or given back.",
    "DECLINED": "It was declined.",
    "EXPIRED": "Nobody paid on the page.",
}, description="What became of money that was asked for.")  # fmt: skip
enum(PassState, {
    "ACTIVE": "It can be used.",
    "USED_UP": "No visits are left.",
    "ENDED": "Its time is over.",
    "REFUNDED": "It was given back.",
}, description="Whether a pass can be used.")  # fmt: skip


@output
class Membership(Node):
    """A plan that a member has, or had. Amounts are minor units of `currency`."""

    program_id: strawberry.ID = field(description="The program.")
    member_id: strawberry.ID = field(description="Whose it is.")
    plan: str = field(description="The plan, by its id in the rules.")
    name: str = field(description="The plan's name.")
    state: State = field(description="Where it is in its life.")
    entitled: bool = field(description="Whether the member has the plan's benefits now.")
    currency: str = field(description="The ISO 4217 code of the amounts.")
    paid: BigInt = field(description="What the present term is worth: what was paid for it.")
    starts_at: datetime = field(description="Since when the present term lasts.")
    ends_at: datetime | None = field(description="The end of the present term, not included; null: for life.")
    renews: bool = field(description="Whether the next term will be charged then.")
    days_given: bool = field(description="Whether free days were given in this term.")
    refund_now: BigInt = field(description="What cancelling now gives back.")
    joined_at: datetime = field(description="Since when the member has it.")
    ended_at: datetime | None = field(description="Since when it is over.")


@output
class MemberPass(Node):
    """A pass that a member bought. Amounts are minor units of `currency`."""

    program_id: strawberry.ID = field(description="The program.")
    member_id: strawberry.ID = field(description="Whose it is.")
    slug: str = field(description="The pass, by its id in the rules.")
    name: str = field(description="The pass's name.")
    state: PassState = field(description="Whether it can be used.")
    currency: str = field(description="The ISO 4217 code of the amounts.")
    price: BigInt = field(description="What it cost.")
    visits: int | None = field(description="How many visits it is for; null: any number.")
    used: int = field(description="How many were used.")
    refund_now: BigInt = field(description="What giving it back now brings.")
    starts_at: datetime = field(description="Since when it can be used.")
    ends_at: datetime | None = field(description="From when on it cannot be used; null: without end.")


@output
class Checkout:
    """A page of the payment provider to pay on; what was asked for begins when it is paid."""

    url: str = field(description="Where to send the shopper.")


@output
class MembershipPlan:
    """A plan that is for sale."""

    program_id: strawberry.ID = field(description="The program.")
    plan: str = field(description="Its id in the rules.")
    name: str = field(description="Its name.")
    price: Money = field(description="What it costs for each period.")
    period: PlanPeriod = field(description="How long what was paid for lasts.")
    trial_months: int | None = field(description="For how many months it can be tried first; null: not.")
    summary: str = field(description="What it costs and brings, in words.")
    brings: list[str] = field(description="What it brings, in words.", metadata=sized(5))
    perks: list[str] = field(description="Its perks, by name.", metadata=sized(5))


@output
class PassForSale:
    """A pass that is for sale."""

    program_id: strawberry.ID = field(description="The program.")
    slug: str = field(description="Its id in the rules.")
    name: str = field(description="Its name.")
    price: Money = field(description="What it costs.")
    summary: str = field(description="What it is good for, in words.")


def show_membership(view: MembershipView) -> Membership:
    """A membership in the schema."""
    renews = view.state in (State.TRIAL, State.ACTIVE, State.PAST_DUE) and view.ends_at is not None
    return Membership(
        id=MEMBERSHIP.show(view.id), program_id=PROGRAM.show(view.program_id), member_id=MEMBER.show(view.member_id),
        plan=view.plan_id, name=view.plan_id if view.plan is None else view.plan.name, state=view.state,
        entitled=view.entitled, currency=view.currency, paid=view.paid, starts_at=view.starts_at, ends_at=view.ends_at,
        renews=renews and view.plan is not None, days_given=view.days_given, refund_now=view.refund_now,
        joined_at=view.joined_at, ended_at=view.ended_at,
    )  # fmt: skip


def show_pass(view: PassView) -> MemberPass:
    """A pass in the schema."""
    return MemberPass(
        id=PASS.show(view.id), program_id=PROGRAM.show(view.program_id), member_id=MEMBER.show(view.member_id),
        slug=view.slug, name=view.name, state=view.state, currency=view.currency, price=view.price, visits=view.visits,
        used=view.used, refund_now=view.refund_now, starts_at=view.starts_at, ends_at=view.ends_at,
    )  # fmt: skip


def show_checkout(view: ChargeView | None) -> Checkout | None:
    """The page to pay on, while there is one."""
    return None if view is None or view.page_url is None else Checkout(url=view.page_url)


def show_plans(offers: Sequence[Offer]) -> list[MembershipPlan]:
    """Plans for sale in the schema."""
    return [
        MembershipPlan(
            program_id=PROGRAM.show(each.program_id), plan=each.plan.id, name=each.plan.name,
            price=Money(amount=each.plan.price, currency=each.plan.currency), period=Period(each.plan.period),
            trial_months=each.trial_months, summary=words.of_plan(each.plan, _words()),
            brings=words.brings(each.plan),
            perks=[perk.name for perk in each.plan.perks],
        )
        for each in offers
    ]  # fmt: skip


def show_passes_for_sale(offers: Sequence[PassOffer]) -> list[PassForSale]:
    """Passes for sale in the schema."""
    return [
        PassForSale(
            program_id=PROGRAM.show(each.program_id), slug=each.card.id, name=each.card.name,
            price=Money(amount=each.card.price, currency=each.card.currency),
            summary=words.of_pass(each.card, _words()),
        )
        for each in offers
    ]  # fmt: skip


def _words() -> Words:
    return Words("point", "points", 0, EXPONENTS)


@output
class Charge(Node):
    """Money that was asked of a member, or given back, in minor units of `currency`."""

    member_id: strawberry.ID = field(description="Of whom.")
    program_id: strawberry.ID = field(description="The program.")
    membership_id: strawberry.ID | None = field(description="The membership that it is about.")
    pass_id: strawberry.ID | None = field(description="The pass that it is about.")
    purpose: Purpose = field(description="What for.")
    item: str = field(description="The plan or pass, by its id in the rules.")
    amount: BigInt = field(description="How much.")
    credit: BigInt = field(description="What was taken off for what was left of the plan before.")
    refunded: BigInt = field(description="How much of it was given back.")
    currency: str = field(description="The ISO 4217 code of the amounts.")
    state: ChargeState = field(description="What became of it.")
    reason: str | None = field(description="Why it was declined, as the provider says it.")
    provider: str = field(description="The payment provider.")
    created_at: datetime = field(description="When it was asked for.")
    closed_at: datetime | None = field(description="When the provider said what became of it.")


def show_charge(view: ChargeView) -> Charge:
    """A charge in the schema."""
    return Charge(
        id=CHARGE.show(view.id), member_id=MEMBER.show(view.member_id), program_id=PROGRAM.show(view.program_id),
        membership_id=MEMBERSHIP.show_or_none(view.membership_id), pass_id=PASS.show_or_none(view.pass_id),
        purpose=view.purpose, item=view.item, amount=view.amount, credit=view.credit, refunded=view.refunded,
        currency=view.currency, state=view.state, reason=view.reason, provider=view.provider,
        created_at=view.created_at, closed_at=view.closed_at,
    )  # fmt: skip
