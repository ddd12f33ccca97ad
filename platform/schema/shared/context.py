"""What resolvers know of the operation under way: who asks, and what is read once and shared by its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionNode, SelectionSetNode
from strawberry.dataloader import DataLoader
from strawberry.types import Info as _Info

from connect import partner_endpoints
from connect.webhooks import Endpoint
from ledger import reading
from ledger.reading import Balance
from ledger.state import UnitId
from members.views import MemberId, MemberView, views
from programs import entitlements, rulebooks, units
from programs.coalition import links, positions
from programs.coalition.partners import PartnerId
from programs.coalition.positions import PositionView
from programs.entitlements import Entitlement
from programs.paid import reading as paid
from programs.paid.views import MembershipView, PassView
from programs.tasks import views as tasks
from programs.tasks.views import BadgeView, TaskView
from programs.tiered import service as tiered
from programs.tiered.service import MemberTier
from schema.shared.ids import UNIT
from schema.shared.values import Unit
from tenants import profile, scope
from tenants.principals import Principal
from tenants.profile import TenantView


class Context:
    """One operation. `member` is the shopper's, once found; `wrote` says that a mutation ran."""

    def __init__(self, principal: Principal, member: MemberId | None = None) -> None:
        self.principal = principal
        self.member = member
        self.wrote = False
        self.balances: DataLoader[str, tuple[Balance, ...]] = DataLoader(_balances)
        self.tiers: DataLoader[str, tuple[MemberTier, ...]] = DataLoader(_tiers)
        self.memberships: DataLoader[str, tuple[MembershipView, ...]] = DataLoader(_memberships)
        self.passes: DataLoader[str, tuple[PassView, ...]] = DataLoader(_passes)
        self.tasks: DataLoader[str, tuple[TaskView, ...]] = DataLoader(_tasks)
        self.badges: DataLoader[str, tuple[BadgeView, ...]] = DataLoader(_badges)
        self.positions: DataLoader[str, tuple[PositionView, ...]] = DataLoader(_positions)
        self.partner_webhooks: DataLoader[str, Endpoint | None] = DataLoader(_partner_webhooks)
        self.entitlements: DataLoader[MemberId, tuple[Entitlement, ...]] = DataLoader(_entitlements)
        self.members: DataLoader[str, MemberView] = DataLoader(_members)
        self.sharing: DataLoader[UnitId, frozenset[str]] = DataLoader(links.sharing)
        self._units: DataLoader[int, Mapping[UnitId, Unit]] = DataLoader(_units)
        self._tenant: DataLoader[int, TenantView] = DataLoader(_tenant)

    async def units(self) -> Mapping[UnitId, Unit]:
        """The tenant's units by id, read once."""
        return await self._units.load(0)

    async def load_rules(self) -> None:
        """Read the tenant's rules, which know what partners are called, for `words_of`; unless this process has."""
        async with scope.reading():
            await rulebooks.load_each([scope.tenant_id()])

    def units_as_recorded(self) -> Mapping[UnitId, Unit]:
        """The tenant's units as they were when something was recorded just now; asks nobody."""
        return _shown(rulebooks.remembered(scope.tenant_id()).unit_views)

    async def tenant(self) -> TenantView:
        """The tenant, read once."""
        return await self._tenant.load(0)

    async def zone(self) -> ZoneInfo:
        """The zone that the tenant's days go by."""
        return ZoneInfo((await self.tenant()).zone)

    def begin_write(self) -> None:
        """A mutation begins: what was read before it may be other afterwards."""
        self.wrote = True
        for loader in (
            self.balances, self.tiers, self.memberships, self.passes, self.tasks, self.badges, self.entitlements,
            self.members, self.positions, self.partner_webhooks, self.sharing, self._units, self._tenant,
        ):  # fmt: skip
            loader.clear_all()


Info = _Info[Context, None]


def asks_for(info: Info, *path: str) -> bool:
    """Whether the operation asks for the field at this path below what is resolved; what nobody reads is not loaded."""
    return any(_asks(path, node.selection_set, info) for node in info._raw_info.field_nodes)


def _asks(path: tuple[str, ...], selections: SelectionSetNode | None, info: Info) -> bool:
    return any(_asks_here(path, node, info) for node in (selections.selections if selections is not None else ()))


def _asks_here(path: tuple[str, ...], node: SelectionNode, info: Info) -> bool:
    if isinstance(node, FieldNode):
        return node.name.value == path[0] and (len(path) == 1 or _asks(path[1:], node.selection_set, info))
    if isinstance(node, FragmentSpreadNode):
        return _asks(path, info._raw_info.fragments[node.name.value].selection_set, info)
    return isinstance(node, InlineFragmentNode) and _asks(path, node.selection_set, info)


def unit_type(unit: units.UnitView) -> Unit:
    """A unit in the schema."""
    return Unit(
        id=UNIT.show(unit.id), slug=unit.slug, name=unit.name, name_plural=unit.name_plural, scale=unit.scale,
        currency=unit.currency,
    )  # fmt: skip


async def _balances(members: list[str]) -> Sequence[tuple[Balance, ...]]:
    async with scope.reading():
        found = await reading.balances(members)
    return [found[member] for member in members]


async def _members(members: list[str]) -> Sequence[MemberView]:
    found = await views([MemberId(member) for member in members])
    return [found[MemberId(member)] for member in members]


async def _positions(partners: list[str]) -> Sequence[tuple[PositionView, ...]]:
    found = await positions.positions(partners)
    return [tuple(each for each in found if each.partner_id == partner) for partner in partners]


async def _partner_webhooks(found: list[str]) -> Sequence[Endpoint | None]:
    known = await partner_endpoints.of_partners([PartnerId(partner) for partner in found])
    return [known.get(PartnerId(partner)) for partner in found]


async def _tiers(members: list[str]) -> Sequence[tuple[MemberTier, ...]]:
    found = await tiered.of_members(members)
    return [found[member] for member in members]


async def _memberships(members: list[str]) -> Sequence[tuple[MembershipView, ...]]:
    found = await paid.of_members(members)
    return [found[member] for member in members]


async def _passes(members: list[str]) -> Sequence[tuple[PassView, ...]]:
    found = await paid.passes_of(members)
    return [found[member] for member in members]


async def _tasks(members: list[str]) -> Sequence[tuple[TaskView, ...]]:
    found = await tasks.of_members(members)
    return [found[member] for member in members]


async def _badges(members: list[str]) -> Sequence[tuple[BadgeView, ...]]:
    found = await tasks.badges_of(members)
    return [found[member] for member in members]


async def _entitlements(members: list[MemberId]) -> Sequence[tuple[Entitlement, ...]]:
    found = await entitlements.of_members(members)
    return [found[member] for member in members]


async def _units(keys: list[int]) -> Sequence[Mapping[UnitId, Unit]]:
    known = _shown(tuple(await units.list_()))
    return [known for _ in keys]


@lru_cache(maxsize=1_000)
def _shown(views: tuple[units.UnitView, ...]) -> Mapping[UnitId, Unit]:
    return {unit.id: unit_type(unit) for unit in views}


async def _tenant(keys: list[int]) -> Sequence[TenantView]:
    tenant = await profile.current()
    return [tenant for _ in keys]
