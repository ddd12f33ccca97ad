"""A shop in USD whose members have points, with a giving program that went live a year ago."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from kit import clock, db
from kit.errors import Refusal
from ledger.models import Unit
from ledger.state import UnitId
from members.views import MemberId
from programs.adjusting import adjust
from programs.decision import ProgramId
from programs.giving import service, views
from programs.giving.service import DonateInput
from programs.giving.views import CauseView, DonationView
from programs.models import Program, ProgramVersion
from programs.versions import raise_revision
from tenants import scope
from tests.programs.shop import START, PointsShop, open_points_shop

TREES, PETS = {"id": "trees", "name": "Trees"}, {"id": "pets", "name": "Pets"}


def document(**given: Any) -> dict[str, Any]:
    """Two causes, a cent for a point."""
    return {"unit": "points", "currency": "USD", "causes": [TREES, PETS], **given}


@dataclass
class Charity:
    """The shop, in whose scope a test runs."""

    shop: PointsShop
    member: MemberId
    unit: UnitId
    program: ProgramId
    keys: int = field(default=0)

    def key(self) -> str:
        self.keys += 1
        return f"k-{self.keys}"

    async def has(self, points: int, member: MemberId | None = None, **given: Any) -> None:
        await adjust(self.key(), member or self.member, "points", points, "test", **given)

    async def give(
        self, points: int, cause: str = "trees", key: str | None = None, member: MemberId | None = None, **given: Any
    ) -> DonationView:  # fmt: skip
        asked = DonateInput(member or self.member, cause, points, **given)
        return await service.donate(key or self.key(), asked)

    async def left(self) -> int:
        return await self.shop.available()

    async def cause(self, id_: str = "trees") -> CauseView:
        return next(each for each in await views.causes() if each.cause.rules.id == id_)

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query with the tenant as its only parameter."""
        async with scope.reading():
            return [dict(row) for row in await db.rows(sql, self.shop.tenant)]


async def add_program(
    rules: dict[str, Any], slug: str = "giving", kind: str = "giving"
) -> ProgramId:  # fmt: skip
    """A program beside the shop's points, live for a year."""
    live_from = START.replace(year=2025)
    async with scope.writing():
        unit = await Unit.get(slug="points")
        program = await Program.create(
            slug=slug, name=slug, kind=kind, line="main", unit_id=unit.id, state="live", created_at=live_from
        )
        await ProgramVersion.create(
            program_id=program.id, number=1, state="published", rules=orjson.dumps(rules).decode(),
            live_from=live_from, saved_at=live_from, saved_by="test", published_at=live_from,
        )  # fmt: skip
        await raise_revision()
    return ProgramId(program.id)


async def open_charity(zone: str = "UTC", **given: Any) -> Charity:
    """A shop whose member `ann` has no points yet."""
    shop = await open_points_shop(zone=zone)
    with scope.of(shop.tenant):
        program = await add_program(document(**given))
        async with scope.writing():
            unit = await Unit.get(slug="points")
    return Charity(shop, MemberId(shop.member_id), UnitId(unit.id), program)


@pytest.fixture
async def charity(database: object) -> AsyncIterator[Charity]:
    """The scope of a shop without matching, whose member has 1000 points."""
    charity = await open_charity()
    with scope.of(charity.shop.tenant), clock.pinned(START):
        await charity.has(1000)
        yield charity


async def refusal(work: Awaitable[object]) -> Refusal:
    """What the work is refused with."""
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value
