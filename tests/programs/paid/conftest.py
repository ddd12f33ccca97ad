"""A shop with a paid program, its sandbox provider, and a member; time is the test's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import pytest

from connect.payments.accounts import find_in
from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from ledger import reading as balances
from ledger.load import forget_system_accounts
from ledger.models import Unit
from ledger.state import UnitId
from members import standing
from members.inputs import MemberInput
from members.service import upsert
from members.views import MemberId
from programs.activity import Activity, Line
from programs.decision import ProgramId
from programs.intake import drain, record
from programs.models import Program, ProgramVersion
from programs.paid import dividends, outcomes, provider, reading, renewing, service
from programs.paid.service import Cancelled, CancelWhen, Join, Joined
from programs.paid.views import MembershipView
from programs.records import MemberRef, Recorded, Submission
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId
from tests.programs.paid.factories import Document, at, paid

START = at("2026-01-31 10:00")
BASE_URL = "http://127.0.0.1:8000"


@dataclass
class Club:
    """The tenant, in whose scope the test runs, at `now`."""

    tenant: TenantId
    program: ProgramId
    units: dict[str, UnitId]
    member: MemberId
    now: datetime = START
    keys: int = field(default=0)

    def key(self, noun: str = "k") -> str:
        self.keys += 1
        return f"{noun}-{self.keys}"

    async def join(self, plan: str = "prime", method: str | None = "card_succeeds", **given: Any) -> Joined:
        key, member = given.pop("key", None) or self.key("join"), given.pop("member", self.member)
        with clock.pinned(self.now):
            return await service.join(key, Join(member, self.program, plan, method, **given))

    async def joined(self, plan: str = "prime", method: str = "card_succeeds") -> MembershipView:
        found = (await self.join(plan, method)).membership
        assert found is not None
        return found

    async def cancel(self, id_: str, when: CancelWhen = CancelWhen.NOW, key: str | None = None) -> Cancelled:
        with clock.pinned(self.now):
            return await service.cancel(key or self.key("cancel"), id_, when)

    async def upgrade(self, id_: str, plan: str, key: str | None = None) -> MembershipView:
        with clock.pinned(self.now):
            return await service.upgrade(key or self.key("upgrade"), id_, plan)

    async def pay(self, id_: str, method: str | None, return_url: str | None = None) -> Joined:
        with clock.pinned(self.now):
            return await service.pay(self.key("pay"), id_, method, return_url)

    async def jobs(self, now: datetime | None = None) -> int:
        """Let time go on to `now`, and all jobs do what there is to do; how often they found something."""
        self.now, runs = now or self.now, 0
        with clock.pinned(self.now):
            while await renewing.step_due() + await outcomes.finish_due() + await dividends.give_due():
                runs += 1
                assert runs < 100, "jobs come to an end"
        return runs

    async def buy(self, amount: int, order: str = "1", member: MemberId | None = None) -> Recorded:
        lines = (Line("l1", amount),)
        return await self.happen("purchase", member=member, order_id=order, currency="USD", lines=lines)

    async def happen(
        self, kind: str, member: MemberId | None = None, key: str | None = None, **given: Any
    ) -> Recorded:  # fmt: skip
        with clock.pinned(self.now):
            activity = Activity(key or self.key(kind), kind, "", self.now, **given)
            return await record(Submission(self.tenant, MemberRef(id=member or self.member), activity, self.now))

    async def republish(self, rules: Document) -> None:
        """Let other rules count from now on."""
        async with scope.writing():
            number = await ProgramVersion.filter(program_id=self.program).count() + 1
            await ProgramVersion.create(
                program_id=self.program, number=number, state="published", rules=orjson.dumps(rules).decode(),
                live_from=self.now, saved_at=self.now, saved_by="test", published_at=self.now,
            )  # fmt: skip
        await self.touch()

    async def pause(self, since: str, until: str | None) -> None:
        """Let all programs pause between these local instants."""
        ends = None if until is None else at(until).isoformat()
        pauses = orjson.dumps([{"since": at(since).isoformat(), "until": ends}]).decode()
        async with scope.writing():
            await db.execute("UPDATE program SET pauses = $2 WHERE tenant_id = $1", self.tenant, pauses)
        await self.touch()

    async def touch(self) -> None:
        """Let what was read of programs be read again."""
        with scope.unscoped("test"):
            async with scope.writing():
                await db.execute(
                    "UPDATE tenant SET programs_revision = programs_revision + 1 WHERE id = $1", self.tenant
                )

    async def memberships(self) -> tuple[MembershipView, ...]:
        with clock.pinned(self.now):
            return (await reading.of_members([self.member]))[self.member]

    async def current(self) -> MembershipView:
        return (await self.memberships())[0]

    async def segments(self) -> frozenset[str]:
        key = (str(self.tenant), str(self.member))
        async with scope.reading():
            return (await standing.standings([key]))[key].segments

    async def balance(self, unit: str = "points") -> int:
        async with scope.reading():
            found = (await balances.balances([self.member]))[self.member]
        return sum(each.available for each in found if each.unit_id == self.units[unit])

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query with the tenant as its only parameter."""
        async with scope.reading():
            return [dict(row) for row in await db.rows(sql, self.tenant)]

    async def money(self) -> list[tuple[str, int, str]]:
        """Every charge: what for, how much, what became of it."""
        rows = await self.rows("SELECT purpose, amount, state FROM charge WHERE tenant_id = $1 ORDER BY created_at, id")
        return [(row["purpose"], row["amount"], row["state"]) for row in rows]

    async def changes(self) -> list[str]:
        """What happened to memberships."""
        rows = await self.rows("SELECT kind FROM membership_change WHERE tenant_id = $1 ORDER BY id")
        return [row["kind"] for row in rows if row["kind"] != "charging"]


async def open_club(rules: Document | None = None, slug: str = "club", **more: Document) -> Club:
    """A tenant whose paid program went live a year ago, with `more` programs by kind, of the unit `points`."""
    await drain()
    forget_system_accounts()
    provider.connect(find_in(b"root", BASE_URL, production=False))
    with scope.unscoped("test"):
        async with scope.writing():
            tenant = await Tenant.create(
                slug=slug, name=slug, zone="Europe/Berlin", currency="USD", created_at=START
            )  # fmt: skip
    live_from = START.replace(year=2025)
    with scope.of(TenantId(tenant.id)), clock.pinned(START):
        async with scope.writing():
            points = await Unit.create(slug="points", name="point", name_plural="points", scale=0, created_at=START)
            programs = []
            for kind, document in {"paid": rules or paid(), **more}.items():
                program = await Program.create(
                    slug=kind, name=kind.title(), kind=kind, line="main", unit_id=points.id, state="live",
                    created_at=live_from,
                )  # fmt: skip
                await ProgramVersion.create(
                    program_id=program.id, number=1, state="published", rules=orjson.dumps(document).decode(),
                    live_from=live_from, saved_at=live_from, saved_by="test", published_at=live_from,
                )  # fmt: skip
                programs.append(program)
        member = await upsert(MemberInput(external_id=new_id()))
    return Club(TenantId(tenant.id), ProgramId(programs[0].id), {"points": UnitId(points.id)}, member.id)


@pytest.fixture
async def club(database: object) -> AsyncIterator[Club]:
    """The scope of a shop that sells one yearly plan."""
    club = await open_club()
    with scope.of(club.tenant, actor="staff:0190"):
        yield club
    await drain()


async def code(work: Awaitable[object]) -> str:
    """The code that the work is refused with."""
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code
