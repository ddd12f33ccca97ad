"""A shop with stored value in EUR: money and bonus units, a live program, a member, activities through the intake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
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
from programs.activity import Activity, Line, LineKind, Tender
from programs.decision import ProgramId
from programs.intake import drain, record
from programs.models import Program, ProgramVersion
from programs.records import MemberRef, Recorded, Submission
from programs.stored_value import cards, service
from programs.stored_value.card_records import CardRef
from programs.stored_value.cards import Issued, IssueInput
from programs.stored_value.funds import FromBalance, FromCard, Pay
from programs.stored_value.service import Wish
from programs.stored_value.views import PaymentView
from settings import settings
from tenants import attempts, scope
from tenants.models import Tenant
from tenants.scope import TenantId
from tests.ledger.helpers import START

RULES: dict[str, Any] = {
    "unit": "money", "bonus_unit": "bonus", "currency": "EUR",
    "top_up": {"bands": [{"from_amount": 10000, "bonus": {"type": "percent", "percent": 10}}]},
    "gift_cards": {},
}  # fmt: skip
BALANCE: tuple[Pay, ...] = (FromBalance(),)


@dataclass
class Purse:
    """The tenant, in whose scope the test runs at `START` unless it moves the clock."""

    tenant: TenantId
    program: ProgramId
    money: UnitId
    bonus: UnitId
    member: MemberId
    keys: int = field(default=0)

    def key(self, noun: str = "k") -> str:
        self.keys += 1
        return f"{noun}-{self.keys}"

    async def join(self) -> MemberId:
        return (await upsert_member(MemberInput(external_id=new_id()))).id

    async def happen(self, kind: str, member: MemberId | None = None, key: str | None = None, **given: Any) -> Recorded:
        now = scope.now()
        activity = Activity(key or self.key(kind), kind, "", now, **given)
        return await record(Submission(self.tenant, MemberRef(id=member or self.member), activity, now))

    async def buy(
        self, *lines: Line, order: str | None = None, tenders: tuple[Tender, ...] = (), **given: Any
    ) -> Recorded:  # fmt: skip
        return await self.happen(
            "purchase", order_id=order or self.key("order"), currency="EUR", lines=lines, tenders=tenders, **given
        )

    async def top_up(self, amount: int, order: str | None = None, **given: Any) -> Recorded:
        return await self.buy(Line("top-up", amount, LineKind.TOP_UP), order=order, **given)

    async def refund(self, order: str, key: str | None = None, **returned: int) -> Recorded:
        lines = tuple(Line(id_, 0, quantity=quantity) for id_, quantity in returned.items())
        return await self.happen("refund", key=key, order_id=order, lines=lines)

    def wish(self, amount: int, *sources: Pay, **given: Any) -> Wish:
        """To pay so much, from the balance unless told otherwise."""
        given.setdefault("member", self.member)
        return Wish(amount, "EUR", sources or BALANCE, **given)

    async def pay(self, amount: int, *sources: Pay, **given: Any) -> PaymentView:
        return await service.pay(self.key("pay"), self.wish(amount, *sources, **given))

    async def issue(self, amount: int, **given: Any) -> Issued:
        return await cards.issue(self.key("issue"), IssueInput(amount=amount, currency="EUR", **given))

    async def balance(self, member: MemberId | None = None) -> tuple[int, int]:
        """Money and bonus that a member can pay with."""
        who = member or self.member
        async with scope.reading():
            found = {each.unit_id: each.available for each in (await reading.balances([who]))[who]}
        return found.get(self.money, 0), found.get(self.bonus, 0)

    async def held(self) -> int:
        async with scope.reading():
            return sum(each.held for each in (await reading.balances([self.member]))[self.member])

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query with the tenant as its only parameter."""
        async with scope.reading():
            return [dict(row) for row in await db.rows(sql, self.tenant)]


def card(issued: Issued) -> FromCard:
    """An issued card as a source."""
    assert issued.code is not None
    return FromCard(CardRef(issued.code, issued.pin))


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A secret of the test's own, and nobody's tries of codes counted yet."""
    monkeypatch.setenv("GUERDON_SECRET_KEY", "a secret of the tests, 32 characters")
    monkeypatch.setenv("GUERDON_DATA_DIR", str(tmp_path / "var"))
    settings.cache_clear()
    attempts._of.cache_clear()
    yield
    settings.cache_clear()
    attempts._of.cache_clear()


OpenPurse = Callable[..., Awaitable[Purse]]


async def open_purse(rules: dict[str, Any] | None = None, slug: str = "shop", zone: str = "Europe/Berlin") -> Purse:
    """A tenant whose program of stored value went live a year ago."""
    await drain()
    forget_system_accounts()
    with scope.unscoped("test"):
        async with scope.writing():
            tenant = await Tenant.create(slug=slug, name=slug, zone=zone, currency="EUR", created_at=START)
    live_from = START.replace(year=2025)
    with scope.of(TenantId(tenant.id)), clock.pinned(START):
        async with scope.writing():
            units = [
                await Unit.create(
                    slug=slug, name="euro", name_plural="euros", scale=2, currency="EUR", created_at=START
                )
                for slug in ("money", "bonus")
            ]
            program = await Program.create(
                slug="balance", name="Balance", kind="stored_value", line="main", unit_id=units[0].id, state="live",
                created_at=live_from,
            )  # fmt: skip
            await ProgramVersion.create(
                program_id=program.id, number=1, state="published", rules=orjson.dumps(rules or RULES).decode(),
                live_from=live_from, saved_at=live_from, saved_by="test", published_at=live_from,
            )  # fmt: skip
        member = await upsert_member(MemberInput(external_id="ann"))
    return Purse(
        TenantId(tenant.id), ProgramId(program.id), UnitId(units[0].id), UnitId(units[1].id), member.id
    )  # fmt: skip


@pytest.fixture
async def purse(database: object, own_settings: None) -> AsyncIterator[Purse]:
    """The scope of a shop whose member has neither money nor bonus."""
    purse = await open_purse()
    with scope.of(purse.tenant), clock.pinned(START):
        yield purse
    await drain()


async def refusal(work: Awaitable[object]) -> Refusal:
    """What the work is refused with."""
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value


async def code(work: Awaitable[object]) -> str:
    """The code that the work is refused with."""
    return (await refusal(work)).code
