"""A coalition that lives through whatever a random history has it do (`test_histories`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import orjson

from kit import db
from kit.errors import Refusal
from members.views import MemberId
from programs import adjusting, merging, perk_uses, transferring
from programs.coalition import (
    adjusting as correcting,
)
from programs.coalition import (
    blocks,
    breakage,
    burning,
    checking,
    converting,
    following,
    partners,
    perks_across,
    settlement_views,
    settlements,
    statements,
)
from programs.coalition.converting import ConversionId
from programs.coalition.models import ClearingEntry
from programs.coalition.partners import PartnerId
from programs.coalition.settlement_views import SettlementState, SettlementView
from programs.models import ProgramVersion
from programs.perk_uses import PerkUseId
from programs.quote import RedeemPoints, RedeemReward
from rewards import redemptions
from rewards.views import RedemptionId, RewardId, RewardShops
from tenants import profile, roles, scope
from tests.programs.coalition.club import PAYS, Club, add_tiers, open_club
from tests.programs.coalition.test_rewards import reward

BRANDS = ("a", "b", "c")
POINTS: dict[str, Any] = {
    **PAYS, "expiry": {"policies": [{"type": "months_after_earning", "months": 2}]},
    "transfers": {"maximum_per_day": 1_000_000},
    "rules": [*PAYS["rules"], {"id": "more", "name": "7 more", "earn": {"type": "fixed", "points": 7}}],
}  # fmt: skip
LOUNGE: dict[str, Any] = {"id": "lounge", "name": "Lounge", "perk_class": "adds_value", "limit": 5, "period": "month"}
RULES: dict[str, Any] = {
    "conversions": [
        {"partner": brand, "own_points": own, "points": 2, "months": months}
        for brand, own, months in (("a", 1, None), ("b", 3, 1), ("c", 2, 3))
    ],
    "offers": [
        {"id": f"rest-{brand}", "name": "A rest", "perk": "lounge", "offered_by": brand, "price": 1_234_567}
        for brand in BRANDS
    ],
}
DAY = timedelta(days=1)


class _Killed(Exception):
    """The process ended here."""


@dataclass
class History:
    """One coalition. What a step is refused is refused; whatever else goes wrong is a fault."""

    club: Club
    members: list[MemberId]
    prize: RewardId
    numbers: Any = field(default_factory=count)
    buyers: dict[tuple[str, int], MemberId] = field(default_factory=dict)
    held: list[tuple[str, RedemptionId]] = field(default_factory=list)
    conversions: list[tuple[str, ConversionId]] = field(default_factory=list)
    uses: list[tuple[str, PerkUseId]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    @classmethod
    async def begin(cls, recognition: str, slug: str) -> History:
        club = await open_club(POINTS, {**RULES, "recognition": recognition}, slug=slug)
        await club.join("c")
        await add_tiers(club, LOUNGE)
        prize = (await reward(club, 30, RewardShops.PARTNERS, "a", "b")).id
        return cls(club, [club.member, MemberId(await club.another_member("other"))], prize)

    async def step(self, name: str, *given: Any) -> None:
        """Do what its name says, and see that clearing sums to zero."""
        with suppress(Refusal):
            await getattr(self, name)(*given)
            self.done[name] += 1
        await self.at_zero()

    # -- at partners -------------------------------------------------------------------------------------------------

    async def buy(self, brand: str, who: int, order: int, amount: int) -> None:
        await self.club.buy(brand, amount, order=str(order), member=self.members[who])
        self.buyers[brand, order] = self.members[who]

    async def refund(self, brand: str, order: int, pieces: int | None) -> None:
        await self.club.refund(brand, str(order), pieces, member=self.buyers.get((brand, order)))

    async def reserve(self, brand: str, who: int, order: int, wish: int | RedeemReward) -> None:
        async with self.club.here():
            view, asked = await partners.of_slug(brand), RedeemPoints(wish) if isinstance(wish, int) else wish
            made = await burning.reserve(
                self._key(), view, self.members[who], asked, order_reference=str(order), order_total=100_000_000,
                hold_minutes=1_440,
            )  # fmt: skip
        self.held.append((brand, made.id))

    async def confirm(self, cancelled: bool) -> None:
        if self.held:
            brand, id_ = self.held.pop()
            async with self.club.here():
                await (burning.cancel if cancelled else burning.confirm)(
                    self._key(), await partners.of_slug(brand), id_
                )

    async def spend(self, brand: str, who: int, order: int, points: int) -> None:
        await self.reserve(brand, who, order, points)
        await self.confirm(False)

    async def reward(self, brand: str, who: int, order: int) -> None:
        await self.reserve(brand, who, order, RedeemReward(self.prize))
        await self.confirm(False)

    async def convert_in(self, brand: str, who: int, own_points: int) -> None:
        async with self.club.here():
            view = await partners.of_slug(brand)
            made = await converting.convert_in(self._key(), view, self.members[who], own_points)
        self.conversions.append((brand, made.id))

    async def convert_out(self, brand: str, who: int, points: int) -> None:
        async with self.club.here():
            view = await partners.of_slug(brand)
            made = await converting.convert_out(self._key(), view, self.members[who], points)
        self.conversions.append((brand, made.id))

    async def undo(self) -> None:
        if self.conversions:
            brand, id_ = self.conversions.pop()
            async with self.club.here():
                await converting.undo(self._key(), await partners.of_slug(brand), id_)

    async def use_perk(self, brand: str, who: int, bearer: str, order: int) -> None:
        async with self.club.here():
            made = await perks_across.use(
                self._key(), await partners.of_slug(brand), self.members[who], f"rest-{bearer}", str(order)
            )
        self.uses.append((brand, made.id))

    async def perk_back(self, by_operator: bool) -> None:
        if self.uses:
            brand, id_ = self.uses.pop()
            async with self.club.here():
                if by_operator:
                    await perk_uses.cancel(self._key(), id_)
                else:
                    await perks_across.give_back(self._key(), await partners.of_slug(brand), id_)

    # -- of members --------------------------------------------------------------------------------------------------

    async def give(self, who: int, points: int) -> None:
        async with self.club.here():
            await transferring.transfer(self._key(), self.members[who], self.members[1 - who], "points", points)

    async def merge(self, who: int) -> None:
        async with self.club.here():
            await merging.merge(self._key(), self.members[who], self.members[1 - who])
        self.members[who] = MemberId(await self.club.another_member(self._key()))

    async def correct_points(self, who: int, amount: int) -> None:
        async with self.club.here():
            await adjusting.adjust(self._key(), self.members[who], "points", amount, "counted again")

    # -- of partners -------------------------------------------------------------------------------------------------

    async def terms(self, brand: str, document: dict[str, Any]) -> None:
        async with self.club.here():
            await partners.save_terms(self._id(brand), document)

    async def state(self, brand: str, to: str) -> None:
        async with self.club.here():
            if to == "active":
                await partners.unfreeze(self._id(brand))
            else:
                await (partners.freeze if to == "frozen" else partners.leave)(self._id(brand), "so")

    async def block(self, brand: str, points: int) -> None:
        async with self.club.here():
            await blocks.buy(self._key(), self._id(brand), points)

    async def correct_money(self, brand: str, currency: str, amount: int) -> None:
        async with self.club.here():
            await correcting.adjust(self._key(), self._id(brand), currency, amount, "counted again")

    async def rules(self, recognition: str, percent: int | None) -> None:
        """The coalition's rules are others from now on."""
        self.club.shop.now += timedelta(seconds=1)
        now = self.club.shop.now
        known = {"format": 1, "unit": "points", **RULES, "recognition": recognition}
        if percent is not None and recognition == "issuance":
            known["breakage"] = {"type": "estimated", "percent": percent}
        async with self.club.here(), scope.writing():
            number = await ProgramVersion.filter(program_id=self.club.program_id).count() + 1
            await ProgramVersion.create(
                program_id=self.club.program_id, number=number, state="published", rules=orjson.dumps(known).decode(),
                live_from=now, saved_at=now, saved_by="test", published_at=now,
            )  # fmt: skip
            await db.execute("UPDATE tenant SET programs_revision = programs_revision + 1 WHERE id = $1",
                             self.club.shop.tenant)  # fmt: skip
        self.club.shop.now += timedelta(seconds=1)

    async def zone(self, name: str) -> None:
        async with self.club.here():
            with roles.permitting(frozenset(roles.Action)):
                await profile.update(zone=name)

    # -- time, and what jobs do --------------------------------------------------------------------------------------

    async def wait(self, hours: int) -> None:
        self.club.shop.now += timedelta(hours=hours)
        await self.club.expire()
        async with self.club.here():
            await redemptions.expire_due()

    async def follow(self) -> None:
        async with self.club.here():
            await following.catch_up()

    async def settle(self, killed: bool, limit: int) -> None:
        """Close what is over, perhaps not all of it; a process is killed before."""
        async with self.club.here():
            if killed:
                await self._settle_killed()
            await settlements.close_due(limit)
            for coalition in await breakage.due():
                await breakage.estimate(coalition)
        await self.as_entered()

    async def _settle_killed(self) -> None:
        for partner in await settlements.due():
            with suppress(_Killed):
                async with scope.writing():
                    await settlements.close(partner)
                    raise _Killed

    async def pay(self, only_approve: bool) -> None:
        async with self.club.here():
            found = await settlement_views.page(first=100)
            for each in [each for each in found if each.state is not SettlementState.PAID][-2:]:
                await settlements.approve(f"approve-{each.id}", each.id)
                if not only_approve:
                    await settlements.pay(f"pay-{each.id}", each.id)

    # -- what holds --------------------------------------------------------------------------------------------------

    async def at_zero(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for row in await self._entries():
            for account, sign in ((row.debit, -1), (row.credit, 1)):
                sums[row.currency] += sign * row.amount
                assert account != "partner" or row.partner_id is not None
        assert not any(sums.values())

    async def as_entered(self) -> None:
        """Each settlement's lines are what its entries come to, one after the other from what the last one left."""
        entries = await self._entries()
        async with self.club.here():
            found = sorted(await settlement_views.page(first=100), key=lambda each: each.number)
            if len(found) < 100:
                assert [each.number for each in found] == list(range(1, len(found) + 1))
            for each in found[-6:]:
                assert _lines(each) == _summed(each, entries)
                text = "".join([piece async for piece in statements.pieces(each)])
                assert checking.check(text.encode()) == []
                assert each.statement_hash in (None, await statements.digest(each))

    async def as_capped(self) -> None:
        """What caps count is what was issued and taken, less what came back, as long as days are the same days."""
        if self.done["zone"]:
            return
        async with self.club.here(), scope.reading():
            for name, sql in (("issued", _ISSUED), ("taken", _TAKEN)):
                ledger = {row["id"]: int(row["points"]) for row in await db.rows(sql, self.club.shop.tenant)}
                used = {row["id"]: int(row["points"]) for row in await db.rows(_USED, self.club.shop.tenant, name)}
                assert {id_: points for id_, points in ledger.items() if points} == used, name

    async def _entries(self) -> list[ClearingEntry]:
        async with self.club.here(), scope.reading():
            return list(await ClearingEntry.all())

    def _key(self) -> str:
        return f"k-{next(self.numbers)}"

    def _id(self, brand: str) -> PartnerId:
        return self.club.partners[brand].id


_USED = """
SELECT partner_id AS id, sum(used) AS points FROM partner_use WHERE tenant_id = $1 AND name = $2 AND owner = ''
GROUP BY partner_id HAVING sum(used) > 0"""
_ISSUED = """
SELECT i.partner_id AS id, sum(t.amount - COALESCE((SELECT sum(r.amount) FROM transfer r
    WHERE r.tenant_id = t.tenant_id AND r.reverses_id = t.id), 0)) AS points
FROM clearing_issue i JOIN transfer t ON t.tenant_id = i.tenant_id AND t.id = i.id
JOIN account d ON d.tenant_id = t.tenant_id AND d.id = t.debit
WHERE i.tenant_id = $1 AND i.partner_id IS NOT NULL AND d.owner NOT LIKE 'member:%' GROUP BY i.partner_id"""
_TAKEN = """
SELECT partner_id AS id, sum(CASE WHEN credit = 'partner' THEN points ELSE -points END) AS points FROM clearing_entry
WHERE tenant_id = $1 AND kind = 'reimbursement' GROUP BY partner_id"""


def _lines(settlement: SettlementView) -> set[tuple[object, ...]]:
    return {
        (each.kind, each.terms_number is None, each.original_on, each.entries, each.points, each.amount)
        for each in settlement.lines
    }


def _summed(settlement: SettlementView, entries: list[ClearingEntry]) -> set[tuple[object, ...]]:
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in entries:
        mine = row.partner_id == settlement.partner_id and row.currency == settlement.currency
        booked = settlement.first_day <= row.booked_on <= settlement.last_day
        if not mine or not booked or row.kind == "payment" or "partner" not in (row.debit, row.credit):
            continue
        before = row.original_on is not None and row.original_on < settlement.first_day
        sign = 1 if row.credit == "partner" else -1
        line = sums[row.kind, row.terms_id, row.original_on if before else None]
        for place, more in enumerate((1, sign * row.points, sign * row.amount)):
            line[place] += more
    return {(kind, terms is None, on, *line) for (kind, terms, on), line in sums.items()}
