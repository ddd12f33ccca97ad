"""A tenant with a unit and members, and the ledger's verbs each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from kit import clock, db
from kit.ids import new_id
from ledger import reading
from ledger.book import Book, LotTerms, Reversed, Stamp
from ledger.load import Wanted, forget_system_accounts, load
from ledger.models import Unit
from ledger.save import save
from ledger.state import AccountRef, Policy, Side, TransferId, UnitId, member, system
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

    async def earn(
        self,
        amount: int,
        *,
        expires_in: timedelta | None = None,
        pending: bool = False,
        matures_in: timedelta | None = None,
        source: str = "issued",
    ) -> TransferId:
        terms = LotTerms(
            self.now,
            None if expires_in is None else self.now + expires_in,
            None if matures_in is None else self.now + matures_in,
        )
        to = self.account(Side.PENDING if pending or matures_in is not None else Side.AVAILABLE)
        return await self.run(
            lambda book: book.move(self.key(), "earn", self.system(source), to, amount, self.stamp(), terms=terms)
        )

    async def spend(self, amount: int) -> TransferId:
        return await self.run(
            lambda book: book.move(self.key(), "redeem", self.account(), self.system("spent"), amount, self.stamp())
        )

    async def hold(self, amount: int, ends_in: timedelta = timedelta(days=1)) -> TransferId:
        to, end = self.system("spent"), self.now + ends_in
        return await self.run(
            lambda book: book.hold(self.key(), "redeem", self.account(), to, amount, end, self.stamp())
        )

    async def post(self, hold: TransferId, amount: int | None = None) -> TransferId:
        return await self.run(lambda book: book.post(self.key(), "redeem", hold, self.stamp(), amount), holds=[hold])

    async def void(self, hold: TransferId) -> TransferId:
        return await self.run(lambda book: book.void(self.key(), "cancel", hold, self.stamp()), holds=[hold])

    async def reverse(
        self, transfer: TransferId, up_to: int, *, policy: Policy = Policy.CLAMP, cause: str | None = None
    ) -> Reversed:
        key = self.key()
        return await self.run(
            lambda book: book.reverse(key, transfer, up_to, cause or key, self.stamp(), reason="refund", policy=policy),
            entries=[transfer],
        )

    async def expire_all(self) -> None:
        """Expire what is due, one by one (the job does it in chunks)."""

        def work(book: Book) -> None:
            for account in list(book.accounts.values()):
                for lot in list((account.lots or {}).values()):
                    if lot.remaining and lot.due(self.now):
                        book.expire(self.key(), lot, self.system("expired"), self.stamp())

        await self.run(work)

    async def mature_all(self) -> None:
        """Mature all that waits, whatever its date."""

        def work(book: Book) -> None:
            for lot in list((book.account(self.account(Side.PENDING)).lots or {}).values()):
                if lot.remaining:
                    book.mature(self.key(), lot, self.stamp())

        await self.run(work)

    async def balance(self, as_of: datetime | None = None, known_at: datetime | None = None) -> reading.Balance:
        with scope.of(self.tenant), clock.pinned(self.now):
            async with scope.reading():
                found = await reading.balances([self.member_id], as_of=as_of, known_at=known_at)
        rows = found[self.member_id]
        return rows[0] if rows else reading.Balance(self.unit)

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query with the tenant as its only parameter."""
        with scope.of(self.tenant):
            async with scope.reading():
                return [dict(row) for row in await db.rows(sql, self.tenant)]

    async def transfers(self) -> list[dict[str, Any]]:
        return await self.rows("SELECT * FROM transfer WHERE tenant_id = $1 ORDER BY id")

    async def system_totals(self) -> dict[str, int]:
        """What each system account that was ever used has, from the entries."""
        rows = await self.rows(
            "SELECT a.owner, sum(CASE WHEN t.credit = a.id THEN t.amount ELSE -t.amount END) AS total FROM account a "
            "JOIN transfer t ON t.tenant_id = a.tenant_id AND a.id IN (t.debit, t.credit) "
            "WHERE a.tenant_id = $1 AND t.kind IN ('now', 'post') AND a.seq = 0 GROUP BY a.owner"
        )
        return {row["owner"]: int(row["total"]) for row in rows}


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
