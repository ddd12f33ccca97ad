"""What a shopper sees: themself, their points, what points buy, and how they are earned."""

from __future__ import annotations

from datetime import datetime

from ledger import reading
from ledger.state import TransferId
from members.views import MemberId
from programs import activities, own_dependants
from programs.giving import views as giving
from programs.giving.views import DonationId
from rewards import history
from rewards.views import RedemptionId
from schema.cost import sized
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.enums import PointsState, RedemptionState, RewardKind, RewardShops
from schema.shared.history import HistoryKind
from schema.shared.ids import MEMBER, Node
from schema.shared.memberships import MemberPass, Membership, show_membership, show_pass
from schema.shared.perks import Entitlement, show_entitlements
from schema.shared.rewards import RewardTerms
from schema.shared.scalars import BigInt
from schema.shared.tasks import MemberBadge, MemberTask, show_badges, show_tasks
from schema.shared.tiers import MemberTier, show_tiers
from schema.shared.values import ExpiryStep, Money, Unit
from schema.storefront.dependants import Dependant, show_dependants
from schema.storefront.donations import PointsDonation, show_donations
from schema.storefront.giveable import GiveablePoints, show_giveable
from schema.storefront.offers import ReferralOffer, show_offers
from schema.storefront.stored_value import StoredValueBalance, show_stored_value
from tenants import scope


@output
class Balance:
    """Points of one unit."""

    unit: Unit = field(description="Points of which unit.")
    available: BigInt = field(description="Can be spent.")
    pending: BigInt = field(description="Wait before they can be spent.")
    held: BigInt = field(description="Set aside for redemptions under way.")
    expiries: list[ExpiryStep] = field(
        description="How the points will end, the soonest first; all of it.", metadata=sized(10)
    )
    next_expiry: str | None = field(description="The soonest end in words; null: none.")
    lapses_at: datetime | None = field(description="When all of it ends unless something is earned or spent before.")


@output
class HistoryEntry(Node):
    """One change of the points."""

    kind: HistoryKind = field(description="What kind of thing.")
    at: datetime = field(description="When.")
    unit: Unit = field(description="Points of which unit.")
    points: BigInt = field(description="How many: above zero they came, below zero they went.")
    state: PointsState = field(description="Whether they could be spent at once.")
    order_id: str | None = field(description="The order that it belongs to.")
    text: str = field(description="The change in words.")


@output
class Reward(Node):
    """Something that points buy."""

    slug: str = field(description="Its name in addresses.")
    name: str = field(description="Its name.")
    description: str = field(description="What it is.")
    kind: RewardKind = field(description="What it is.")
    unit: Unit = field(description="What it is paid in.")
    points: BigInt = field(description="Its price.")
    terms: RewardTerms = field(description="What it gives.")
    image_url: str | None = field(description="Its picture.")
    ends_at: datetime | None = field(description="Until when it can be had, not included.")
    in_stock: bool = field(description="Whether there is one left.")
    affordable: bool | None = field(description="Whether the member can have it now; null for a guest.")
    points_missing: BigInt | None = field(description="How many points are missing; null for a guest.")
    shops: RewardShops = field(description="In whose shops it is redeemed.")
    partners: list[str] = field(
        description="With which partners, by their names, if in partners' shops; none: all that share its unit.",
        metadata=sized(2),
    )


@output
class Voucher:
    """A code to use at the shop."""

    code: str = field(description="The code.")
    expires_at: datetime | None = field(description="Until when it can be used.")


@output
class Redemption(Node):
    """Points spent on a reward, or as payment."""

    reward: Reward | None = field(description="The reward; null for points as payment.")
    unit: Unit = field(description="Points of which unit.")
    points: BigInt = field(description="How many.")
    state: RedemptionState = field(description="Where it is in its life.")
    value: Money | None = field(description="What they pay, as payment.")
    voucher: Voucher | None = field(description="The code.")
    order_id: str | None = field(description="The order that it belongs to.")
    reserved_at: datetime = field(description="When.")
    ends_at: datetime = field(description="Until when the points stay set aside, while it is reserved.")


@output
class Member(Node):
    """The shopper who is signed in."""

    name: str | None = field(description="Their name.")
    joined_at: datetime = field(description="Since when they take part.")
    balances: list[Balance] = field(description="Their points, per unit.", metadata=sized(2))

    @asked("Their money and bonus, per program of stored value.", metadata=sized(1))
    async def stored_value(self, info: Info) -> list[StoredValueBalance]:
        """Read only where it is asked for."""
        return await show_stored_value(info, MemberId(MEMBER.read(self.id)))

    @asked("Their paid memberships, the latest first.", None, sized(1))
    async def memberships(self, info: Info) -> list[Membership]:
        """Also those that ended."""
        return list(map(show_membership, await info.context.memberships.load(MEMBER.read(self.id))))

    @asked("Their passes, the latest first.", None, sized(1))
    async def passes(self, info: Info) -> list[MemberPass]:
        """Also those that ended."""
        return list(map(show_pass, await info.context.passes.load(MEMBER.read(self.id))))

    @asked("Their tiers, one for each tiered program that runs.", None, sized(1))
    async def tiers(self, info: Info) -> list[MemberTier]:
        """What they have, and how far it is to the next."""
        return show_tiers(await info.context.tiers.load(MEMBER.read(self.id)))

    @asked("The tasks that they have or can claim.", None, sized(10))
    async def tasks(self, info: Info) -> list[MemberTask]:
        """What is to be done, and how far it is."""
        return show_tasks(await info.context.tasks.load(MEMBER.read(self.id)))

    @asked("The badges that they have, the first earned first.", None, sized(5))
    async def badges(self, info: Info) -> list[MemberBadge]:
        """What they have earned."""
        return show_badges(await info.context.badges.load(MEMBER.read(self.id)))

    @asked("The perks that their tiers and plans bring.", None, sized(5))
    async def entitlements(self, info: Info) -> list[Entitlement]:
        """What they may have, and how often still."""
        return show_entitlements(await info.context.entitlements.load(MemberId(MEMBER.read(self.id))))

    @asked("What happened to their points, the latest first.")
    async def history(self, info: Info, first: First = PAGE_DEFAULT, after: After = None) -> Connection[HistoryEntry]:
        """A page of it."""
        from schema.storefront.show import show_history  # which needs the types here

        async with scope.reading():
            rows = await reading.entries(
                MEMBER.read(self.id), before=after_id(after, TransferId), first=first + 1, kinds=reading.MOVING
            )
            orders = await activities.orders_of([row.activity_id for row in rows if row.activity_id is not None])
        units = await info.context.units()
        return page(rows, first, after, lambda row: row.id, lambda row: show_history(row, orders, units))

    @asked("What they can invite friends with, one for each referral program that runs.", None, sized(1))
    async def referrals(self, info: Info) -> list[ReferralOffer]:
        """Their code is made when it is first asked for."""
        return await show_offers(info, MemberId(MEMBER.read(self.id)))

    @asked("Points that they may give other members.", None, sized(1))
    async def giveable_points(self, info: Info) -> list[GiveablePoints]:
        """None, unless a program's rules let them."""
        return await show_giveable(info, MemberId(MEMBER.read(self.id)))

    @asked("Whom they look after, by kind and name.", None, sized(2))
    async def dependants(self, info: Info) -> list[Dependant]:
        """Read only where it is asked for."""
        return show_dependants(await own_dependants.of(MemberId(MEMBER.read(self.id))))

    @asked("What they gave to causes, the latest first.")
    async def donations(
        self, info: Info, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[PointsDonation]:
        """A page of it."""
        rows = await giving.page_of_donations(
            member=MemberId(MEMBER.read(self.id)), after=after_id(after, DonationId), first=first + 1
        )
        shown = await show_donations(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("What they spent points on, the latest first.")
    async def redemptions(
        self, info: Info, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[Redemption]:  # fmt: skip
        """A page of it."""
        from schema.storefront.show import show_redemptions  # which needs the types here

        rows = await history.list_(
            member=MemberId(MEMBER.read(self.id)), after=after_id(after, RedemptionId), first=first + 1
        )  # fmt: skip
        shown = await show_redemptions(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])


@output
class EarningWay:
    """One way to earn, in words."""

    rule_id: str = field(description="The rule.")
    name: str = field(description="What the merchant calls it.")
    text: str = field(description="What it gives, and when.")


@output
class PaymentOffer:
    """Points as payment."""

    points: BigInt = field(description="So many points …")
    worth: Money = field(description="… are worth so much.")
    minimum: BigInt = field(description="At least so many at once.")
    multiple: BigInt = field(description="In multiples of so many.")
    maximum: BigInt | None = field(description="At most so many at once; null: any.")
    maximum_share_percent: int = field(description="At most so much of the order.")


@output
class Program(Node):
    """A program as members read it."""

    slug: str = field(description="Its name in addresses.")
    name: str = field(description="Its name.")
    unit: Unit = field(description="What it issues.")
    ways_to_earn: list[EarningWay] = field(description="How points are earned.", metadata=sized(10))
    expiry: str = field(description="When points end, in words.")
    payment: PaymentOffer | None = field(description="Points as payment; null: they buy rewards only.")
