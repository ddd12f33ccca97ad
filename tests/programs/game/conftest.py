"""An arcade: units of points and plays, one live game, a member, activities through the intake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from ledger import reading
from ledger.load import forget_system_accounts
from ledger.models import Unit
from ledger.state import UnitId
from members.inputs import MemberInput
from members.service import upsert as upsert_member
from members.views import MemberId
from programs import versions
from programs.activity import Activity, Line
from programs.decision import ProgramId
from programs.game import service
from programs.game.views import PlayView
from programs.intake import drain, record
from programs.models import Program, ProgramVersion
from programs.records import MemberRef, Recorded, Submission
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId
from tests.programs.game.factories import document

START = datetime(2026, 3, 10, 11, tzinfo=UTC)
"""A Tuesday, noon in Berlin; the games of these tests run through March."""


@dataclass
class Arcade:
    """The tenant, in whose scope the test runs at `START` unless it moves the clock."""

    tenant: TenantId
    program: ProgramId
    points: UnitId
    plays: UnitId
    member: MemberId
    keys: int = field(default=0)

    def key(self, noun: str = "k") -> str:
        self.keys += 1
        return f"{noun}-{self.keys}"

    async def join(self, **given: Any) -> MemberId:
        return (await upsert_member(MemberInput(external_id=new_id(), **given))).id

    async def happen(self, kind: str, member: MemberId | None = None, **given: Any) -> Recorded:
        now = scope.now()
        activity = Activity(self.key(kind), kind, "", given.pop("at", now), **given)
        return await record(Submission(self.tenant, MemberRef(id=member or self.member), activity, now))

    async def check_in(self, times: int = 1, member: MemberId | None = None) -> None:
        for _ in range(times):
            await self.happen("check_in", member)

    async def buy(self, amount: int, order: str, member: MemberId | None = None) -> Recorded:
        lines = (Line("l1", amount),)
        return await self.happen("purchase", member, order_id=order, currency="EUR", lines=lines)

    async def refund(self, order: str, member: MemberId | None = None) -> Recorded:
        return await self.happen("refund", member, order_id=order)

    async def play(self, member: MemberId | None = None, key: str | None = None, **given: Any) -> PlayView:
        return await service.play(
            key or self.key("play"), member or self.member, self.program, given.pop("text", "abc"), **given
        )

    async def has(self, unit: UnitId, member: MemberId | None = None) -> int:
        who = member or self.member
        async with scope.reading():
            return next((each.available for each in (await reading.balances([who]))[who] if each.unit_id == unit), 0)

    async def publish(self, rules: Mapping[str, Any]) -> None:
        """Let other rules count from now on."""
        await versions.save_draft(self.program, rules)
        await versions.publish(self.program)

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query with the tenant as its only parameter."""
        async with scope.reading():
            return [dict(row) for row in await db.rows(sql, self.tenant)]

    async def told(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of the events of a kind."""
        found = await self.rows("SELECT kind, body FROM event WHERE tenant_id = $1 ORDER BY id")
        return [orjson.loads(row["body"]) for row in found if row["kind"] == kind]


async def open_arcade(rules: dict[str, Any] | None = None, slug: str = "arcade") -> Arcade:
    """A tenant whose game has run since the first of March."""
    await drain()
    forget_system_accounts()
    with scope.unscoped("test"):
        async with scope.writing():
            tenant = await Tenant.create(
                slug=slug, name=slug, zone="Europe/Berlin", currency="EUR", created_at=START
            )  # fmt: skip
    live_from = datetime(2026, 2, 20, tzinfo=UTC)
    with scope.of(TenantId(tenant.id)), clock.pinned(START):
        async with scope.writing():
            points, plays = [
                await Unit.create(slug=name, name=name[:-1], name_plural=name, scale=0, created_at=START)
                for name in ("points", "plays")
            ]
            program = await Program.create(
                slug="game", name="Game", kind="game", line="main", unit_id=plays.id, state="live",
                created_at=live_from,
            )  # fmt: skip
            await ProgramVersion.create(
                program_id=program.id, number=1, state="published", rules=orjson.dumps(rules or document()).decode(),
                live_from=live_from, saved_at=live_from, saved_by="test", published_at=live_from,
            )  # fmt: skip
        member = await upsert_member(MemberInput(external_id="ann", birthday=date(2000, 1, 1)))
    return Arcade(
        TenantId(tenant.id), ProgramId(program.id), UnitId(points.id), UnitId(plays.id), member.id
    )  # fmt: skip


@pytest.fixture
async def at_start(database: object) -> AsyncIterator[None]:
    """A database at `START`."""
    with clock.pinned(START):
        yield
    await drain()


async def refusal(work: Awaitable[object]) -> Refusal:
    """What the work is refused with."""
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value


async def code(work: Awaitable[object]) -> str:
    """The code that the work is refused with."""
    return (await refusal(work)).code
