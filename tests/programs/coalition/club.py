"""A coalition of two brands over a points program, with one member, and what its partners do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from kit import clock
from kit.ids import new_id
from ledger import sweeps
from ledger.models import Unit
from members.models import Member
from members.views import MemberId
from programs import intake
from programs.activity import Activity, Line
from programs.coalition import burning, earning, partners, positions
from programs.coalition.following import catch_up
from programs.coalition.models import ClearingEntry
from programs.coalition.partners import PartnerId, PartnerView
from programs.decision import ProgramId
from programs.models import Program, ProgramVersion
from programs.quote import RedeemPoints
from programs.records import MemberRef, Recorded
from rewards.views import RedemptionId, RedemptionView
from tenants import scope
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop, open_points_shop
from tests.programs.tiered.factories import by_spend

PAYS: dict[str, Any] = {**ONE_PER_DOLLAR, "payment": {"points": 1, "worth": 1, "currency": "USD"}}
TERMS: dict[str, Any] = {"currency": "USD", "issue_price": 15_000, "reimbursement_price": 10_000}
"""1.5 cents and 1.0 cent a point."""


@dataclass
class Club:
    """A tenant with a coalition; `now` is moved by hand, and `partners` are by slug."""

    shop: PointsShop
    program_id: str
    partners: dict[str, PartnerView] = field(default_factory=dict)
    count: int = 0

    @property
    def member(self) -> MemberId:
        return MemberId(self.shop.member_id)

    @asynccontextmanager
    async def here(self) -> AsyncIterator[None]:
        with scope.of(self.shop.tenant), clock.pinned(self.shop.now):
            yield

    async def join(self, slug: str, **terms: Any) -> PartnerView:
        """A partner with these terms, from now on."""
        async with self.here():
            made = await partners.create(ProgramId(self.program_id), slug, slug.title())
            self.partners[slug] = await partners.save_terms(made.id, {**TERMS, **terms})
        return self.partners[slug]

    async def buy(
        self, slug: str, amount: int, order: str | None = None, key: str | None = None, **given: Any
    ) -> Recorded:
        """A purchase at a partner, of one line of four pieces."""
        lines = (Line(id="l1", amount=amount, quantity=4),)
        return await self.happen(slug, "purchase", key, order_id=order, currency="USD", lines=lines, **given)

    async def refund(
        self, slug: str, order: str, pieces: int | None = None, key: str | None = None, **given: Any
    ) -> Recorded:  # fmt: skip
        lines = () if pieces is None else (Line(id="l1", amount=0, quantity=pieces),)
        return await self.happen(slug, "refund", key, order_id=order, lines=lines, **given)

    async def happen(
        self, slug: str, kind: str, key: str | None = None, member: str | None = None, **given: Any
    ) -> Recorded:  # fmt: skip
        self.count += 1
        at = given.pop("at", self.shop.now)
        activity = Activity(key or f"{kind}-{self.count}", kind, "", at, **given)
        async with self.here():
            view = await partners.of_slug(slug)
            ref = MemberRef(id=member or self.shop.member_id)
            return await intake.record(earning.submission(view, activity, ref))

    async def spend(self, slug: str, points: int, order: str | None = None, key: str | None = None) -> RedemptionView:
        """Reserve and confirm."""
        self.count += 1
        key = key or f"spend-{self.count}"
        async with self.here():
            view = await partners.of_slug(slug)
            asked = RedeemPoints(points)
            held = await burning.reserve(
                f"{key}/reserve", view, self.member, asked, order_reference=order, order_total=100_000_000
            )
            return await burning.confirm(f"{key}/confirm", view, RedemptionId(held.id))

    async def expire(self) -> None:
        async with self.here():
            while await sweeps.expire_due():
                pass

    async def balances(self) -> dict[str, int]:
        """What is in each account, in micros of USD; `partner:<slug>` for each partner's."""
        async with self.here():
            await catch_up()
            async with scope.reading():
                rows = await ClearingEntry.all()
        slugs = {view.id: slug for slug, view in self.partners.items()}
        found: dict[str, int] = {}
        for row in rows:
            for account, sign in ((row.debit, -1), (row.credit, 1)):
                name = f"partner:{slugs[PartnerId(row.partner_id or '')]}" if account == "partner" else account
                found[name] = found.get(name, 0) + sign * row.amount
        assert sum(found.values()) == 0, "clearing sums to zero"
        return {name: amount for name, amount in found.items() if amount}

    async def owed(self, slug: str) -> tuple[int, int]:
        """What a partner owes and is exposed to."""
        async with self.here():
            found = await positions.positions([self.partners[slug].id])
        return (found[0].owed, found[0].exposed) if found else (0, 0)

    async def another_member(self, name: str) -> str:
        async with self.here(), scope.writing():
            made = await Member.create(id=new_id(), external_id=name, joined_at=self.shop.now, created_at=self.shop.now)
        return str(made.id)


async def open_club(
    points: dict[str, Any] | None = None, rules: dict[str, Any] | None = None, now: datetime | None = None,
    slug: str = "shop", **a_terms: Any,
) -> Club:  # fmt: skip
    """A coalition with the partners `a` and `b`, both on `TERMS`; `a_terms` are a's."""
    shop = await open_points_shop(points or PAYS, slug)
    if now is not None:
        shop.now = now
    with scope.of(shop.tenant):
        async with scope.writing():
            unit = await Unit.get(slug="points")
            live_from = shop.now.replace(year=2025)
            program = await Program.create(
                slug="club",
                name="Club",
                kind="coalition",
                line="main",
                unit_id=unit.id,
                state="live",
                created_at=live_from,
            )
            document = orjson.dumps({"format": 1, "unit": "points", **(rules or {})}).decode()
            await ProgramVersion.create(
                program_id=program.id, number=1, state="published", rules=document, live_from=live_from,
                saved_at=live_from, saved_by="test", published_at=live_from,
            )  # fmt: skip
    club = Club(shop, program.id)
    await club.join("a", **a_terms)
    await club.join("b")
    return club


async def add_tiers(club: Club, *perks: dict[str, Any]) -> None:
    """A program of tiers, the first of which, that everybody has, brings these perks."""
    document = by_spend(window={"type": "calendar_year"})
    document["tiers"][0]["perks"] = list(perks)
    async with club.here(), scope.writing():
        unit, since = await Unit.get(slug="points"), club.shop.now.replace(year=2025)
        program = await Program.create(
            slug="tiers", name="Tiers", kind="tiered", line="main", unit_id=unit.id, state="live", created_at=since
        )
        await ProgramVersion.create(
            program_id=program.id, number=1, state="published", rules=orjson.dumps(document).decode(),
            live_from=since, saved_at=since, saved_by="test", published_at=since,
        )  # fmt: skip
