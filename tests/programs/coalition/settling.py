"""A coalition whose partners have terms and entries, to be settled: under ids that are the same in every tenant."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kit import clock, db
from ledger.models import Unit
from programs.coalition import partners, recount, settlements, statements
from programs.coalition.booking import book
from programs.coalition.entries import Account, EntryKind, NewEntry, entry
from programs.coalition.partners import PartnerId
from programs.coalition.settlement_views import SettlementView, page
from programs.days import start_of_day
from programs.decision import ProgramId
from tenants import scope
from tests.programs.giving.conftest import add_program
from tests.programs.shop import PointsShop, open_points_shop

BEGUN = datetime(2026, 11, 10, 9, tzinfo=UTC)
TERMS: dict[str, Any] = {"currency": "USD", "issue_price": 15_000, "reimbursement_price": 10_000}
LEGS: dict[str, tuple[Account, Account]] = {
    "issue": (Account.PARTNER, Account.FLOAT),
    "reimbursement": (Account.MARGIN, Account.PARTNER),
    "spent": (Account.PARTNER, Account.MARGIN),
    "adjustment": (Account.MARGIN, Account.PARTNER),
}


@dataclass
class Club:
    """A coalition of a tenant with its partners, by slug."""

    shop: PointsShop
    program: ProgramId
    zone: ZoneInfo
    partners: dict[str, PartnerId] = field(default_factory=dict)
    count: int = 0

    async def join(self, slug: str, at: datetime = BEGUN, **terms: Any) -> PartnerId:
        with clock.pinned(at):
            made = await partners.create(self.program, slug, slug.title())
            await partners.save_terms(made.id, {**TERMS, **terms})
        self.partners[slug] = made.id
        return made.id

    async def post(
        self, partner: str, kind: str, day: str, points: int = 0, *, price: int = 10_000, amount: int = 0,
        back: NewEntry | None = None, currency: str = "USD", reference: str | None = None, no_terms: bool = False,
    ) -> NewEntry:  # fmt: skip
        """An entry of a local day at noon, with the position that it makes; `back` is what it takes back."""
        self.count += 1
        id_ = id_of(self.count)
        at = start_of_day(date.fromisoformat(day), self.zone) + timedelta(hours=12)
        debit, credit = LEGS[kind] if back is None else (back.credit, back.debit)
        view = await partners.get(self.partners[partner])
        terms = None if no_terms else view.terms_at(at)
        made = entry(
            self.shop.tenant, self.program, view.id, EntryKind(kind), debit, credit, amount or points * price,
            currency, at, at, day, points=points, price=price if points else 0,
            terms=None if terms is None else terms.id, reference=reference,
            original=None if back is None else back.id, original_on=None if back is None else back.booked_on, id_=id_,
        )  # fmt: skip
        async with scope.writing():
            (booked,) = await book([made])
        return booked

    async def settle(self, at: datetime) -> int:
        """What the job does at an instant; how many periods were closed."""
        with clock.pinned(at):
            return await settlements.close_due(1_000)

    async def settlements(self, partner: str | None = None) -> list[SettlementView]:
        """The oldest first."""
        found = await page(partner=None if partner is None else self.partners[partner])
        return sorted(found, key=lambda each: each.number)

    async def statements(self) -> list[str]:
        return [await whole(each) for each in await self.settlements()]

    async def owed(self, partner: str, currency: str = "USD") -> int:
        async with scope.reading():
            rows = await db.rows(
                "SELECT owed FROM partner_position WHERE tenant_id = $1 AND partner_id = $2 AND currency = $3",
                self.shop.tenant, self.partners[partner], currency,
            )  # fmt: skip
        return sum(row["owed"] for row in rows)

    async def entries(self, where: str = "true") -> list[dict[str, Any]]:
        async with scope.reading():
            return [
                dict(row)
                for row in await db.rows(
                    f"SELECT * FROM clearing_entry WHERE tenant_id = $1 AND {where} ORDER BY booked_on, id",
                    self.shop.tenant,
                )
            ]


async def live_through(made: Club) -> AsyncIterator[datetime]:
    """Three partners with different periods, currencies and fees; answers each morning, when the job may run."""
    await made.join("ferry", period="week", fee=700)
    await made.join("boats", currency="JPY")
    await made.join("anchor", period="quarter", minimum_due=50_00)
    issued: list[list[NewEntry]] = []
    for n in range(1, 86):
        day = date(2026, 11, 9) + timedelta(days=n)
        if n % 3 == 1:
            text, today = day.isoformat(), []
            for partner, currency in (("ferry", "USD"), ("boats", "JPY"), ("anchor", "USD")):
                today.append(await made.post(partner, "issue", text, 37 * n, price=15_003, currency=currency))
                await made.post(partner, "reimbursement", text, 29 * n, currency=currency, reference=f"={n},\n{text}")
            issued.append(today)
            for old, partner in zip(issued[len(issued) // 2], made.partners, strict=True):
                await made.post(partner, "issue", text, n, price=15_003, back=old, currency=old.currency)
        yield datetime(day.year, day.month, day.day, 6, tzinfo=UTC) + timedelta(days=1)


def id_of(number: int) -> str:
    """An id that grows with the number."""
    tail = hashlib.sha256(str(number).encode()).hexdigest()[:10]
    return str(UUID(int=(0x0198_0000_0000 + number) << 80 | 0x7000 << 64 | 0x8000 << 48 | int(tail, 16)))


async def whole(settlement: SettlementView) -> str:
    return "".join([piece async for piece in statements.pieces(settlement)])


async def open_club(slug: str = "shop", zone: str = "UTC", **rules: Any) -> Club:
    """A coalition without partners, live for a year."""
    shop = await open_points_shop(slug=slug, zone=zone)
    with scope.of(shop.tenant):
        program = await add_program({"unit": "points", **rules}, slug="club", kind="coalition")
        async with scope.reading():
            assert await Unit.get(slug="points")
    return Club(shop, program, ZoneInfo(zone))


@asynccontextmanager
async def club(slug: str = "shop", zone: str = "UTC", **rules: Any) -> AsyncIterator[Club]:
    """The scope of a coalition."""
    made = await open_club(slug, zone, **rules)
    with inside(made):
        yield made
        assert await faults() == set(), "settlements are what was cleared, positions too"


async def faults() -> set[str]:
    """The checks of `guerdon verify` that find fault with the scope's clearing, but for those that ask the ledger."""
    async with scope.reading():
        return {check for check, sql in recount.CHECKS.items() if await db.rows(sql, scope.tenant_id())}


@contextmanager
def inside(made: Club) -> Iterator[None]:
    """The scope of a coalition that there is."""
    with scope.of(made.shop.tenant):
        yield
