"""Coalitions of others that a shop takes part in, as a partner sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import strawberry

from ledger.models import Unit as UnitRow
from ledger.state import TransferId, UnitId
from programs.coalition import blocks, own_side, participations, positions, settlement_views
from programs.coalition.converting import Direction
from programs.coalition.invitations import Offered
from programs.coalition.own_side import ExchangeView
from programs.coalition.participations import Joined, ParticipationView
from programs.coalition.partners import PartnerState, PartnerView
from programs.coalition.settlement_views import SettlementId, SettlementView
from programs.coalition.terms import TermsView
from schema.admin.types.tenants import Actor, show_actors
from schema.cost import sized
from schema.shared.coalition import PartnerBlock, PartnerPosition, TermsFields, show_block, show_position, terms_values
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.errors import known
from schema.shared.ids import MEMBER, PARTICIPATION, SETTLEMENT, TRANSFER, Node
from schema.shared.scalars import BigInt
from schema.shared.settlements import SettlementFields, settlement_values
from schema.shared.values import Unit
from tenants import profile, scope
from tenants.roles import Action


@output
class ParticipationTerms(TermsFields):
    """A version of what holds between the shop and the operator; they are never rewritten."""


@output
class ParticipationSettlement(SettlementFields):
    """What the shop, as a partner, and the operator owe each other for some days, in one currency."""


@output
class SharedPoints:
    """The points that a coalition shares."""

    name: str = field(description="One of them, as members read it: mile.")
    name_plural: str = field(description="Several of them: miles.")
    scale: int = field(description="Digits after the point: amounts are in 10^-scale of a unit.")


@output
class CoalitionInvitation:
    """What a code of an operator lets the shop take part in."""

    operator: str = field(description="Who runs the coalition.")
    coalition: str = field(description="What it is called.")
    points: SharedPoints = field(description="What its partners share.")
    partner: str = field(description="What the shop is called in it.")
    rules: list[str] = field(description="Its rules in words, one sentence each; none while it is not live.")
    terms: ParticipationTerms | None = field(description="The terms that hold now; null: none do yet.")
    ends_at: datetime = field(description="Until when the code is good.")


@output
class JoinedCoalition:
    """A coalition of another's, as far as the shop, its partner, sees it."""

    name: str = field(description="What it is called.")
    points: SharedPoints = field(description="What its partners share.")
    partner: str = field(description="What the shop is called in it.")
    slug: str = field(description="The name that its rules use for the shop.")
    state: PartnerState = field(description="Whether the shop issues and takes points.")
    reason: str | None = field(description="Why it is frozen, or left.")
    rules: list[str] = field(description="Its rules in words, one sentence each; none while it is not live.")
    terms: ParticipationTerms | None = field(description="The terms that hold now; null: none do.")
    terms_history: list[ParticipationTerms] = field(
        description="All versions of the terms, the latest first.", metadata=sized(5)
    )
    positions: list[PartnerPosition] = field(
        description="What the shop and the operator owe each other, by currency.", metadata=sized(1)
    )
    blocks: list[PartnerBlock] = field(
        description="The blocks of points that the shop paid ahead, the earliest first.", metadata=sized(5)
    )


@output
class Exchange:
    """Points of the shop's own that members turned into shared ones, or back."""

    entry_id: strawberry.ID = field(description="The ledger's entry that moved the shop's own points.")
    member_id: strawberry.ID = field(description="The shop's member.")
    direction: Direction = field(description="Which way.")
    own_unit: Unit = field(description="The shop's unit, as it was chosen then.")
    own_points: BigInt = field(description="How many of the shop's own.")
    points: BigInt = field(description="How many shared ones.")
    converted_at: datetime = field(description="When.")
    undone_at: datetime | None = field(description="When it was undone; null: it stands.")


@output
class Participation(Node):
    """The shop's part in a coalition of another's."""

    operator: str = field(description="Who runs the coalition, also once it is over.")
    own_unit: Unit | None = field(description="The shop's unit that its members convert; null: none is moved.")
    months: int | None = field(description="After how many months those end that come out; null: never.")
    daily_cap: BigInt | None = field(
        description="At most so many of the shop's points come on a local day, and as many go; null: any number."
    )
    joined_at: datetime = field(description="Since when.")
    joined_by: Actor = field(description="Who joined.")
    ended_at: datetime | None = field(description="When it ended; null: it goes on.")
    view: strawberry.Private[ParticipationView]

    @asked("The coalition; null once it is over.", Action.READ_PARTNERS, sized(1))
    async def coalition(self) -> JoinedCoalition | None:
        """As the operator has it now."""
        return await known(_seen(self.view))

    @asked("Its settlements with the shop, the latest first; none once it is over.", Action.READ_PARTNERS)
    async def settlements(
        self, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[ParticipationSettlement]:  # fmt: skip
        rows = await known(_settled(self.view, after_id(after, SettlementId), first + 1))
        return page(rows or (), first, after, lambda row: row.id, self._settlement)

    @asked("What members converted, the latest first.", Action.READ_PARTNERS)
    async def exchanges(
        self, info: Info, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[Exchange]:  # fmt: skip
        units = await info.context.units()
        rows = await own_side.page(self.view.id, after_id(after, TransferId), first + 1)
        return page(rows, first, after, lambda row: row.id, lambda row: _exchange(row, units))

    def _settlement(self, view: SettlementView) -> ParticipationSettlement:
        path = f"/statements/{self.id}/{SETTLEMENT.show(view.id)}"
        return ParticipationSettlement(**{**settlement_values(view), "statement_path": path})


async def show_participations(info: Info, found: Sequence[ParticipationView]) -> list[Participation]:
    """Participations in the schema, in their order."""
    units, actors = await info.context.units(), await show_actors(view.joined_by for view in found)
    operators = {each.id: each.name for each in await profile.of({view.operator_id for view in found})}
    return [
        Participation(
            id=PARTICIPATION.show(view.id), operator=operators[view.operator_id],
            own_unit=None if view.unit_id is None else units[view.unit_id], months=view.months,
            daily_cap=view.daily_cap, joined_at=view.joined_at, joined_by=actors[view.joined_by],
            ended_at=view.ended_at, view=view,
        )
        for view in found
    ]  # fmt: skip


async def show_participation(info: Info, found: ParticipationView) -> Participation:
    """A participation in the schema."""
    return (await show_participations(info, [found]))[0]


def show_offered(found: Offered) -> CoalitionInvitation:
    """What a code is for, in the schema."""
    live_now = found.partner.terms_at(scope.now())
    return CoalitionInvitation(
        operator=found.coalition.operator, coalition=found.coalition.coalition, points=_shared(found.coalition.unit),
        partner=found.partner.name, rules=list(found.coalition.rules),
        terms=None if live_now is None else _terms(live_now), ends_at=found.ends_at,
    )  # fmt: skip


async def _seen(view: ParticipationView) -> JoinedCoalition:
    """Raises `Refusal` NOT_FOUND once it is over, also if that was since it was read."""
    async with participations.as_partner(view) as partner:
        return await _coalition(await participations.joined(partner), partner)


async def _settled(view: ParticipationView, before: SettlementId | None, first: int) -> Sequence[SettlementView]:
    """Likewise."""
    async with participations.as_partner(view) as partner:
        return await settlement_views.page(partner=partner.id, before=before, first=first)


async def _coalition(joined: Joined, partner: PartnerView) -> JoinedCoalition:
    """Within the operator's scope."""
    live_now = partner.terms_at(scope.now())
    return JoinedCoalition(
        name=joined.coalition, points=_shared(joined.unit), partner=partner.name, slug=partner.slug,
        state=partner.state, reason=partner.reason, rules=list(joined.rules),
        terms=None if live_now is None else _terms(live_now),
        terms_history=[_terms(each) for each in reversed(partner.terms)],
        positions=[show_position(each) for each in await positions.positions([partner.id])],
        blocks=[show_block(each) for each in await blocks.of_partner(partner.id)],
    )  # fmt: skip


def _shared(unit: UnitRow) -> SharedPoints:
    return SharedPoints(name=unit.name, name_plural=unit.name_plural, scale=unit.scale)


def _terms(view: TermsView) -> ParticipationTerms:
    return ParticipationTerms(**terms_values(view))


def _exchange(view: ExchangeView, units: Mapping[UnitId, Unit]) -> Exchange:
    return Exchange(
        entry_id=TRANSFER.show(view.id), member_id=MEMBER.show(view.member_id), direction=Direction(view.direction),
        own_unit=units[view.unit_id], own_points=view.own_points, points=view.points, converted_at=view.converted_at,
        undone_at=view.undone_at,
    )  # fmt: skip
