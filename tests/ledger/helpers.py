"""A tenant with a unit and members, and the ledger's verbs each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from kit import clock
from kit.ids import new_id
from ledger import reading
from ledger.book import Book, LotTerms, Stamp
from ledger.load import Wanted, forget_system_accounts, load
from ledger.models import Unit
from ledger.save import save
from ledger.state import AccountRef, Side, TransferId, UnitId, member, system
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId

T = TypeVar("T")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Shop:
    """One tenant, one unit, one member; `now` moves by hand."""

    tenant: TenantId
    unit: UnitId
    member_id: str
    now: datetime = START
    keys: int = 0

    def account(self, book: Side = Side.AVAILABLE) -> AccountRef:
        return member(self.tenant, self.unit, self.member_id, book)

    def system(self, name: str) -> AccountRef:
        return system(self.tenant, self.unit, name)

    def stamp(self) -> Stamp:
        return Stamp(self.now, self.now)

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.member_id[-6:]}-{self.keys}"

    async def run(
        self, work: Callable[[Book], T], *, entries: Iterable[TransferId] = (), holds: Iterable[TransferId] = ()
    ) -> T:
        """One transaction: load the member's accounts with lots, do the work, save."""
        with scope.of(self.tenant):
            async with scope.writing():
                wanted = Wanted(
                    spending={self.account(), self.account(Side.PENDING)},
                    entries={(self.tenant, entry) for entry in entries},
                    holds={(self.tenant, hold) for hold in holds},
                )
                book = await load(wanted, self.now)
                result = work(book)
                await save(book)
                return result

    async def earn(self, amount: int, *, expires_in: timedelta | None = None, pending: bool = False) -> TransferId:
        terms = LotTerms(self.now, None if expires_in is None else self.now + expires_in)
        to = self.account(Side.PENDING if pending else Side.AVAILABLE)
        return await self.run(
            lambda book: book.move(self.key(), "earn", self.system("issued"), to, amount, self.stamp(), terms=terms)
        )

    async def spend(self, amount: int) -> TransferId:
        return await self.run(
            lambda book: book.move(self.key(), "redeem", self.account(), self.system("spent"), amount, self.stamp())
        )

    async def balance(self) -> reading.Balance:
        with scope.of(self.tenant), clock.pinned(self.now):
            async with scope.reading():
                rows = (await reading.balances([self.member_id]))[self.member_id]
        return rows[0] if rows else reading.Balance(self.unit)


async def open_shop(slug: str = "shop") -> Shop:
    """A new tenant with a unit `points` and a member's id."""
    forget_system_accounts()
    with scope.unscoped("test"):
        async with scope.writing():
            tenant = await Tenant.create(slug=slug, name=slug, zone="Europe/Berlin", currency="EUR", created_at=START)
    with scope.of(TenantId(tenant.id)):
        async with scope.writing():
            unit = await Unit.create(slug="points", name="point", name_plural="points", created_at=START)
    return Shop(TenantId(tenant.id), UnitId(unit.id), new_id())
