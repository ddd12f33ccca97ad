"""A tenant with programs to test services on: small async factories with defaults that a test overrides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from kit import clock
from kit.ids import new_id
from ledger.book import LotTerms, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import member, system
from members.inputs import MemberInput
from members.service import upsert
from members.views import MemberId
from programs import service, units, versions
from programs.service import CreateInput, ProgramView
from rewards import catalogue
from rewards.inputs import RewardInput
from rewards.terms import FreeProduct
from rewards.views import RewardView
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId
from tests.programs.points.factories import Document, document, per_amount

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def open_shop(slug: str = "shop", *, sandbox_of: TenantId | None = None) -> TenantId:
    """A tenant in Berlin with a unit `points`."""
    with scope.unscoped("test"):
        async with scope.writing():
            tenant = await Tenant.create(
                slug=slug, name=slug, zone="Europe/Berlin", currency="USD", sandbox_of=sandbox_of, created_at=START
            )
    with scope.of(TenantId(tenant.id)):
        await units.upsert("points", "point", "points")
    return TenantId(tenant.id)


@contextmanager
def at(tenant: TenantId, now: datetime = START) -> Iterator[None]:
    """Work for a tenant at an instant, as a person of its staff."""
    with scope.of(tenant, actor="staff:0190"), clock.pinned(now):
        yield


async def make_program(rules: Document | None = None, **changes: Any) -> ProgramView:
    """A program with a draft: one point per dollar unless told otherwise."""
    given = {"name": "Club", "kind": "points", "unit": "points", "rules": rules or document(per_amount())}
    return await service.create(CreateInput(**(given | changes)))


async def publish_program(rules: Document | None = None, **changes: Any) -> ProgramView:
    """A program whose draft is live from now on."""
    program = await make_program(rules, **changes)
    await versions.publish(program.id)
    return await service.get(program.id)


async def join(external_id: str = "ann") -> MemberId:
    """A member."""
    return (await upsert(MemberInput(external_id=external_id))).id


async def give(who: MemberId, amount: int, unit: str = "points") -> None:
    """Points that never expire."""
    tenant, now, unit_id = scope.tenant_id(), scope.now(), (await units.get(unit)).id
    account = member(tenant, unit_id, who)
    async with scope.writing():
        book = await load(Wanted(accounts={account}), now)
        issued = system(tenant, unit_id, "issued")
        book.move(new_id(), "adjust", issued, account, amount, Stamp(now, now), terms=LotTerms(now))
        await save(book)


async def make_reward(slug: str = "mug", points: int = 100, unit: str = "points", **given: Any) -> RewardView:
    """A reward; a mug for 100 points unless told otherwise."""
    given.setdefault("terms", FreeProduct("MUG"))
    unit_id = (await units.get(unit)).id
    return await catalogue.upsert(RewardInput(slug=slug, name=slug, unit_id=unit_id, points=points, **given))
