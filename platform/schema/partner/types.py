"""What a partner sees: its coalition, and the members that are linked with it, as far as they consented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

import strawberry

from ledger import reading
from ledger.state import TransferId, UnitId
from members.views import MemberId
from programs.coalition import freshness, happened
from programs.coalition.freshness import Spendable
from programs.coalition.links import LinkConsent, LinkId, LinkView
from programs.tiered.service import MemberTier as TierView
from schema.cost import sized
from schema.partner.who import asking, partner_of
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info, asks_for
from schema.shared.declare import asked, field, output
from schema.shared.enums import PointsState
from schema.shared.history import HistoryKind, history_kind
from schema.shared.ids import LINK, PROGRAM, TRANSFER, Node
from schema.shared.links import consents
from schema.shared.scalars import BigInt
from schema.shared.values import ExpiryStep, Unit, show_expiries
from tenants import scope
from tenants.roles import PartnerScope, may

Path = tuple[str, ...]
_HERE = ("spendableHere", "spendableFrom")


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
    spendable_here: BigInt = field(
        description="How many of the available can be spent at the partner now, by its terms. Those that end soonest "
        "go first: none can that come behind points which others gave too short a time ago (`holdHoursFromOthers`)."
    )
    spendable_from: datetime | None = field(
        description="From when on the rest of them can be; null: there is no rest, or the partner takes no points."
    )


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
    """A member as the partner knows them. What they did not consent to, and what the key may not read, is null."""

    customer_id: str = field(description="The partner's own id for them.")
    consent: list[LinkConsent] = field(description="What they let the partner see.")
    linked_at: datetime = field(description="Since when they are linked.")
    name: str | None = field(description="Their name.")
    balance: Balance | None = field(description="Their points of the shared unit.")
    link: strawberry.Private[LinkView]

    @asked("Their tiers in programs of the shared unit.", PartnerScope.READ, sized(1))
    async def tiers(self, info: Info) -> list[MemberTier] | None:
        """With consent to it."""
        if LinkConsent.TIER not in self.link.consent:
            return None
        found = await info.context.tiers.load(self.link.member_id)
        sharing = await info.context.sharing.load(self.link.unit_id)
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


async def show_members(info: Info, found: Sequence[LinkView], *paths: Path) -> dict[LinkId, LinkedMember]:
    """Linked members in the schema, by link; `paths` lead from what is resolved to where they stand in the answer.

    Asked at every till: only what the answer shows is read. What the key may not read is told as without consent.
    """
    reads = may(PartnerScope.READ)
    balances = (
        await _balances(info, found, paths) if reads and any(asks_for(info, *path, "balance") for path in paths) else {}
    )
    return {
        link.id: LinkedMember(
            id=LINK.show(link.id), customer_id=link.customer_id, consent=consents(link.consent),
            linked_at=link.linked_at, link=link, balance=balances.get(link.id),
            name=link.member_name if reads and LinkConsent.PROFILE_NAME in link.consent else None,
        )
        for link in found
    }  # fmt: skip


async def show_member(info: Info, link: LinkView, *path: str) -> LinkedMember:
    """A linked member in the schema, likewise."""
    return (await show_members(info, [link], path))[link.id]


async def _balances(info: Info, found: Sequence[LinkView], paths: Sequence[Path]) -> dict[LinkId, Balance]:
    """The points of those who consented to that."""
    told = [link for link in found if LinkConsent.BALANCE in link.consent]
    here: dict[MemberId, Spendable] = {}
    if told and any(asks_for(info, *path, "balance", name) for path in paths for name in _HERE):
        here = await freshness.spendable(await partner_of(info), told[0].unit_id, [link.member_id for link in told])
    async with scope.reading():
        loaded = await info.context.balances.load_many([link.member_id for link in told])
        units = await info.context.units()
        zone = await info.context.zone() if any(each.schedule for own in loaded for each in own) else UTC
    return {
        link.id: _balance(
            next((each for each in own if each.unit_id == link.unit_id), None), units[link.unit_id], zone,
            here.get(link.member_id, Spendable(0)),
        )
        for link, own in zip(told, loaded, strict=True)
    }  # fmt: skip


def _balance(found: reading.Balance | None, unit: Unit, zone: tzinfo, here: Spendable) -> Balance:
    balance = found or reading.Balance(UnitId(""))
    return Balance(
        unit=unit, available=balance.available, pending=balance.pending, held=balance.held,
        expiries=show_expiries(balance.schedule, zone), lapses_at=balance.lapses_at, spendable_here=here.now,
        spendable_from=here.rest_from,
    )  # fmt: skip


def _entry(entry: reading.LedgerEntry, order: str | None) -> MemberEntry:
    return MemberEntry(
        id=TRANSFER.show(entry.id), kind=history_kind(entry), at=entry.effective_at, points=entry.amount,
        state=PointsState(entry.book), order_id=order,
    )  # fmt: skip


def _tier(found: TierView) -> MemberTier:
    tier, name = (None, None) if found.tier is None else (found.tier.id, found.tier.name)
    return MemberTier(program_id=PROGRAM.show(found.program_id), tier=tier, name=name, until=found.until)
