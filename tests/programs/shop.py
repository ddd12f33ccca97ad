"""A tenant with a live points program and members, and its activities through the intake."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from kit import clock
from kit.ids import new_id
from ledger import reading
from ledger.load import forget_system_accounts
from ledger.models import Unit
from ledger.state import UnitId
from members.models import Member
from programs.activity import Activity, Line
from programs.intake import drain, record
from programs.models import Program, ProgramVersion
from programs.records import MemberRef, Recorded, Submission
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId

START = datetime(2026, 3, 2, 12, tzinfo=UTC)

ONE_PER_DOLLAR: dict[str, Any] = {
    "format": 1,
    "unit": "points",
    "rules": [
        {"id": "base", "name": "1 per dollar",
         "earn": {"type": "per_amount", "points": 1, "per": 100, "currency": "USD"}}
    ],
}  # fmt: skip


@dataclass
class PointsShop:
    """One tenant in USD with a program; `now` is moved by hand."""

    tenant: TenantId
    member_id: str
    now: datetime = START
    count: int = field(default=0)

    async def record(self, activity: Activity, member: MemberRef | None = None, **given: Any) -> Recorded:
        return await record(
            Submission(self.tenant, member or MemberRef(external_id="ann"), activity, self.now, **given)
        )

    async def buy(self, *amounts: int, order: str | None = None, key: str | None = None, **given: Any) -> Recorded:
        """A purchase of one piece per amount (minor units), lines named `l1`, `l2`, …."""
        lines = tuple(Line(id=f"l{n}", amount=amount) for n, amount in enumerate(amounts, 1))
        return await self.happen("purchase", key=key, order_id=order, currency="USD", lines=lines, **given)

    async def refund(self, order: str, key: str | None = None, **quantities: int) -> Recorded:
        """What came back by line, or all of it."""
        lines = tuple(Line(id=id_, amount=0, quantity=quantity) for id_, quantity in quantities.items())
        return await self.happen("refund", key=key, order_id=order, lines=lines)

    async def happen(
        self, kind: str, key: str | None = None, *, member: MemberRef | None = None, **given: Any
    ) -> Recorded:  # fmt: skip
        self.count += 1
        activity = Activity(
            key=key or f"{kind}-{self.count}", kind=kind, member_id="", occurred_at=given.pop("at", self.now), **given
        )
        return await self.record(activity, member)

    async def available(self) -> int:
        balance = await self.balance()
        return balance.available

    async def balance(self, **given: Any) -> reading.Balance:
        with scope.of(self.tenant), clock.pinned(self.now):
            async with scope.reading():
                rows = (await reading.balances([self.member_id], **given))[self.member_id]
        return rows[0] if rows else reading.Balance(UnitId(""))


async def open_points_shop(rules: dict[str, Any] | None = None, slug: str = "shop", zone: str = "UTC") -> PointsShop:
    """A tenant whose program went live a year ago, with the member `ann`."""
    await drain()
    forget_system_accounts()
    with scope.unscoped("test"):
        async with scope.writing():
            tenant = await Tenant.create(slug=slug, name=slug, zone=zone, currency="USD", created_at=START)
    live_from = START.replace(year=2025)
    with scope.of(TenantId(tenant.id)):
        async with scope.writing():
            unit = await Unit.create(slug="points", name="point", name_plural="points", created_at=START)
            program = await Program.create(
                slug="main", name="Points", kind="points", line="main", unit_id=unit.id, state="live",
                created_at=live_from,
            )  # fmt: skip
            document = orjson.dumps(rules or ONE_PER_DOLLAR).decode()
            await ProgramVersion.create(
                program_id=program.id, number=1, state="published", rules=document, live_from=live_from,
                saved_at=live_from, saved_by="test", published_at=live_from,
            )  # fmt: skip
            member = await Member.create(id=new_id(), external_id="ann", joined_at=START, created_at=START)
    return PointsShop(TenantId(tenant.id), member.id)
