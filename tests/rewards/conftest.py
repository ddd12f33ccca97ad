"""A shop with a member who has points, and another tenant whose rewards must never be seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from kit import clock
from kit.errors import Refusal
from kit.ids import new_id
from ledger import reading
from ledger.book import LotTerms, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import UnitId, member, system
from members.inputs import MemberInput
from members.service import upsert as upsert_member
from members.views import MemberId
from rewards import catalogue
from rewards.inputs import RewardInput
from rewards.terms import FreeProduct
from rewards.views import RewardView, VoucherSource
from tenants import scope
from tests.ledger.helpers import START, Shop, open_shop

T = TypeVar("T")


@dataclass
class Store:
    """A tenant with one unit, in whose scope the test runs, at `START`."""

    shop: Shop
    member: MemberId

    @property
    def unit(self) -> UnitId:
        return self.shop.unit

    async def reward(self, slug: str = "mug", points: int = 100, **given: Any) -> RewardView:
        """A reward; a mug for 100 points unless told otherwise."""
        given.setdefault("terms", FreeProduct("MUG"))
        return await catalogue.upsert(RewardInput(slug=slug, name=slug, unit_id=self.unit, points=points, **given))

    async def join(self, points: int = 0) -> MemberId:
        """A new member with so many points."""
        view = await upsert_member(MemberInput(external_id=new_id()))
        if points:
            await self.earn(view.id, points)
        return view.id

    async def earn(self, who: MemberId, points: int) -> None:
        tenant, now = scope.tenant_id(), scope.now()
        account = member(tenant, self.unit, who)
        async with scope.writing():
            book = await load(Wanted(accounts={account}), now)
            issued = system(tenant, self.unit, "issued")
            book.move(new_id(), "earn", issued, account, points, Stamp(now, now), terms=LotTerms(now))
            await save(book)

    async def balance(self, who: MemberId | None = None) -> tuple[int, int]:
        """What a member can spend, and what is held."""
        who = who or self.member
        async with scope.reading():
            found = (await reading.balances([who]))[who]
        return (found[0].available, found[0].held) if found else (0, 0)


async def open_store(slug: str, points: int) -> Store:
    shop = await open_shop(slug)
    with scope.of(shop.tenant), clock.pinned(START):
        store = Store(shop, MemberId(shop.member_id))
        store.member = await store.join(points)
    return store


@pytest.fixture
async def store(database: object) -> AsyncIterator[Store]:
    """The scope of a shop whose member has 100 points."""
    store = await open_store("shop", 100)
    with scope.of(store.shop.tenant), clock.pinned(START):
        yield store


@dataclass
class Foreign:
    """What another tenant has: its ids must answer exactly as ids that nobody has."""

    store: Store
    reward: RewardView


@pytest.fixture
async def foreign(store: Store) -> Foreign:
    other = await open_store("other", 100)
    with scope.of(other.shop.tenant):
        return Foreign(other, await other.reward(voucher_source=VoucherSource.UPLOADED))


async def refusal(work: Awaitable[object]) -> Refusal:
    """What the work is refused with."""
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value


async def code(work: Awaitable[object]) -> str:
    """The code that the work is refused with."""
    return (await refusal(work)).code


async def alike(ask: Callable[[str], Awaitable[object]], theirs: str) -> Refusal:
    """The one refusal for another tenant's id, an id of nobody, and a text that is no id."""
    answers = [await refusal(ask(id_)) for id_ in (theirs, new_id(), "no-id'")]
    assert len({(each.code, each.message, each.field, each.final) for each in answers}) == 1
    return answers[0]
