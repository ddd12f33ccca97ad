"""A shop in USD with a referral program that went live a year ago, and members who invite each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from kit import clock, db
from ledger import reading
from members.inputs import MemberInput
from members.service import upsert
from members.views import MemberId
from programs.activity import Activity, Line
from programs.decision import ProgramId
from programs.intake import record
from programs.records import MemberRef, Recorded, Submission
from programs.referral import codes, service, views
from programs.referral.views import ReferralView
from tenants import scope
from tests.programs.giving.conftest import add_program
from tests.programs.shop import START, PointsShop, open_points_shop


def points(amount: int) -> dict[str, Any]:
    return {"type": "points", "unit": "points", "points": amount}


def document(**given: Any) -> dict[str, Any]:
    """500 points for who invites, 200 for the friend, once an order of 20.00 USD was kept for 14 days."""
    return {
        "unit": "points", "currency": "USD", "referrer": [points(500)], "friend": [points(200)], "minimum": 2000,
        **given,
    }  # fmt: skip


@dataclass
class Club:
    """The shop, in whose scope a test runs at `now`, which it moves by hand."""

    shop: PointsShop
    program: ProgramId
    ann: MemberId
    now: datetime = START
    keys: int = field(default=0)

    def key(self) -> str:
        self.keys += 1
        return f"k-{self.keys}"

    async def join(self, name: str, **given: Any) -> MemberId:
        return (await upsert(MemberInput(external_id=name, **given))).id

    async def code(self, member: MemberId | None = None) -> str:
        return (await codes.of_member(member or self.ann, [self.program]))[self.program]

    async def happen(self, kind: str, member: MemberId, **given: Any) -> Recorded:
        at = given.pop("at", self.now)
        activity = Activity(given.pop("key", None) or self.key(), kind, "", at, **given)
        return await record(Submission(self.shop.tenant, MemberRef(id=member), activity, self.now))

    async def sign_up(self, member: MemberId, code: str | None = None) -> Recorded:
        """As the shop's server tells it."""
        return await self.happen("signup", member, codes=(code or await self.code(),))

    async def buy(self, member: MemberId, amount: int = 2000, order: str = "o-1", **given: Any) -> Recorded:
        lines = (Line("l1", amount, quantity=2),)
        return await self.happen("purchase", member, order_id=order, currency="USD", lines=lines, **given)

    async def refund(self, member: MemberId, order: str = "o-1", **quantities: int) -> Recorded:
        lines = tuple(Line(id_, 0, quantity=quantity) for id_, quantity in quantities.items())
        return await self.happen("refund", member, order_id=order, lines=lines)

    async def days_later(self, days: int) -> int:
        """Let days go by, and the job run; how many referrals it looked at."""
        self.now += timedelta(days=days)
        return await self.settle()

    async def settle(self) -> int:
        looked_at = 0
        with clock.pinned(self.now):
            while await service.settle_due():
                looked_at += 1
        return looked_at

    async def friend(self, name: str = "bob", code: str | None = None, **given: Any) -> MemberId:
        """A new member who came by Ann's code, unless told otherwise."""
        member = await self.join(name, **given)
        with clock.pinned(self.now):
            await service.claim(self.key(), member, code or await self.code())
        return member

    async def referral(self, friend: MemberId) -> ReferralView:
        found = [each for each in await views.page_of_referrals() if each.friend_id == friend]
        assert len(found) == 1
        return found[0]

    async def given(self, member: MemberId) -> int:
        """The points that a referral brought, as they are left, without those of orders."""
        rows = await self.rows(
            "SELECT t.amount, t.reason FROM transfer t JOIN account a ON a.tenant_id = t.tenant_id "
            "AND a.id IN (t.debit, t.credit) WHERE t.tenant_id = $1 AND t.reason LIKE 'referral%' "
            f"AND a.owner = 'member:{member}'"
        )
        return sum(row["amount"] if row["reason"] == "referral" else -row["amount"] for row in rows)

    async def available(self, member: MemberId) -> int:
        async with scope.reading():
            return sum(each.available for each in (await reading.balances([member]))[member])

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        async with scope.reading():
            return [dict(row) for row in await db.rows(sql, self.shop.tenant)]


async def open_club(zone: str = "UTC", **given: Any) -> Club:
    shop = await open_points_shop(zone=zone)
    with scope.of(shop.tenant):
        program = await add_program(document(**given), slug="friends", kind="referral")
    return Club(shop, program, MemberId(shop.member_id))


@pytest.fixture
async def club(database: object) -> AsyncIterator[Club]:
    club = await open_club()
    with scope.of(club.shop.tenant), clock.pinned(START):
        yield club
