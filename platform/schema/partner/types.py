"""What a partner sees: its coalition, and the members that are linked with it, as far as they consented."""

from __future__ import annotations

from datetime import UTC, datetime

import strawberry

from ledger import reading
from ledger.state import TransferId
from members.views import views
from programs.coalition import happened, links
from programs.coalition.links import LinkConsent, LinkView
from programs.tiered.service import MemberTier as TierView
from schema.cost import sized
from schema.partner.who import asking
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.enums import PointsState
from schema.shared.history import HistoryKind, history_kind
from schema.shared.ids import LINK, PROGRAM, TRANSFER, Node
from schema.shared.links import consents
from schema.shared.scalars import BigInt
from schema.shared.values import ExpiryStep, Unit, show_expiries
from tenants import scope
from tenants.roles import PartnerScope


@output
class Coalition:
    """The coalition that the partner is in."""

    slug: str = field(description="Its name in addresses.")
    name: str = field(description="Its name.")
    unit: Unit = field(description="What its partners share.")
    rules: list[str] = field(description="Its rules in words, one sentence each.")


@output
class Balance:
    """Points of the shared unit."""

    unit: Unit = field(description="The shared unit.")
    available: BigInt = field(description="Can be spent.")
    pending: BigInt = field(description="Wait before they can be spent.")
    held: BigInt = field(description="Set aside for redemptions under way.")
    expiries: list[ExpiryStep] = field(
        description="How the points will end, the soonest first; all of it.", metadata=sized(10)
    )
    lapses_at: datetime | None = field(description="When all of it ends unless something is earned or spent before.")


@output
class MemberTier:
    """The tier that a member has in a program of the shared unit."""

    program_id: strawberry.ID = field(description="The program.")
    tier: str | None = field(description="The tier's id in the rules; null: none.")
    name: str | None = field(description="What members read.")
    until: datetime | None = field(description="When it is looked at again, not included; null: it has no end.")


@output
class MemberEntry(Node):
    """One change of a member's points of the shared unit."""

    kind: HistoryKind = field(description="What kind of thing.")
    at: datetime = field(description="When.")
    points: BigInt = field(description="How many: above zero they came, below zero they went.")
    state: PointsState = field(description="Whether they could be spent at once.")
    order_id: str | None = field(description="The order, if it is one of the partner's own.")


@output
class LinkedMember(Node):
    """A member as the partner knows them. What they did not consent to is null."""

    customer_id: str = field(description="The partner's own id for them.")
    consent: list[LinkConsent] = field(description="What they let the partner see.")
    linked_at: datetime = field(description="Since when they are linked.")
    link: strawberry.Private[LinkView]

    @asked("Their name.", PartnerScope.READ)
    async def name(self) -> str | None:
        """With consent to it."""
        if LinkConsent.PROFILE_NAME not in self.link.consent:
            return None
        found = (await views([self.link.member_id])).get(self.link.member_id)
        return found.name if found is not None else None

    @asked("Their points of the shared unit.", PartnerScope.READ)
    async def balance(self, info: Info) -> Balance | None:
        """With consent to it."""
        return await show_balance(info, self.link)

    @asked("Their tiers in programs of the shared unit.", PartnerScope.READ, sized(1))
    async def tiers(self, info: Info) -> list[MemberTier] | None:
        """With consent to it."""
        if LinkConsent.TIER not in self.link.consent:
            return None
        found = await info.context.tiers.load(self.link.member_id)
        sharing = await links.sharing(self.link.unit_id)
        return [_tier(each) for each in found if each.program_id in sharing]

    @asked("How their points of the shared unit came and went, the latest first.", PartnerScope.READ)
    async def entries(
        self, info: Info, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[MemberEntry] | None:  # fmt: skip
        """With consent to it."""
        if LinkConsent.HISTORY not in self.link.consent:
            return None
        async with scope.reading():
            rows = await reading.entries(
                self.link.member_id, unit=self.link.unit_id, before=after_id(after, TransferId), first=first + 1,
                kinds=reading.MOVING,
            )  # fmt: skip
            own = await happened.own_orders(
                asking(info), [row.activity_id for row in rows if row.activity_id is not None]
            )
        return page(rows, first, after, lambda row: row.id, lambda row: _entry(row, own.get(row.activity_id or "")))


def show_member(link: LinkView) -> LinkedMember:
    """A linked member in the schema."""
    return LinkedMember(
        id=LINK.show(link.id), customer_id=link.customer_id, consent=consents(link.consent), linked_at=link.linked_at,
        link=link,
    )  # fmt: skip


async def show_balance(info: Info, link: LinkView) -> Balance | None:
    """A member's points of the shared unit; None without their consent."""
    if LinkConsent.BALANCE not in link.consent:
        return None
    found = {each.unit_id: each for each in await info.context.balances.load(link.member_id)}
    balance = found.get(link.unit_id) or reading.Balance(link.unit_id)
    zone = await info.context.zone() if balance.schedule else UTC
    return Balance(
        unit=(await info.context.units())[link.unit_id], available=balance.available, pending=balance.pending,
        held=balance.held, expiries=show_expiries(balance.schedule, zone), lapses_at=balance.lapses_at,
    )  # fmt: skip


def _entry(entry: reading.LedgerEntry, order: str | None) -> MemberEntry:
    return MemberEntry(
        id=TRANSFER.show(entry.id), kind=history_kind(entry), at=entry.effective_at, points=entry.amount,
        state=PointsState(entry.book), order_id=order,
    )  # fmt: skip


def _tier(found: TierView) -> MemberTier:
    tier, name = (None, None) if found.tier is None else (found.tier.id, found.tier.name)
    return MemberTier(program_id=PROGRAM.show(found.program_id), tier=tier, name=name, until=found.until)
