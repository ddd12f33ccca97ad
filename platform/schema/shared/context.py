"""What resolvers know of the operation under way: who asks, and what is read once and shared by its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from strawberry.dataloader import DataLoader
from strawberry.types import Info as _Info

from ledger import reading
from ledger.reading import Balance
from ledger.state import UnitId
from members.views import MemberId
from programs import units
from schema.shared.ids import UNIT
from schema.shared.values import Unit
from tenants import scope
from tenants.principals import Principal


class Context:
    """One operation. `member` is the shopper's, once found; `wrote` says that a mutation ran."""

    def __init__(self, principal: Principal, member: MemberId | None = None) -> None:
        self.principal = principal
        self.member = member
        self.wrote = False
        self.balances: DataLoader[str, tuple[Balance, ...]] = DataLoader(_balances)
        self._units: DataLoader[int, Mapping[UnitId, Unit]] = DataLoader(_units)

    async def units(self) -> Mapping[UnitId, Unit]:
        """The tenant's units by id, read once."""
        return await self._units.load(0)

    def forget(self) -> None:
        """Read anew what a mutation of this operation has changed."""
        self.balances.clear_all()
        self._units.clear_all()


Info = _Info[Context, None]


def unit_type(unit: units.UnitView) -> Unit:
    """A unit in the schema."""
    return Unit(
        id=UNIT.show(unit.id), slug=unit.slug, name=unit.name, name_plural=unit.name_plural, scale=unit.scale
    )  # fmt: skip


async def _balances(members: list[str]) -> Sequence[tuple[Balance, ...]]:
    async with scope.reading():
        found = await reading.balances(members)
    return [found[member] for member in members]


async def _units(keys: list[int]) -> Sequence[Mapping[UnitId, Unit]]:
    known = {unit.id: unit_type(unit) for unit in await units.list_()}
    return [known for _ in keys]
