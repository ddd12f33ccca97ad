"""Partners that are tenants of their own: invited, joined, seen from both sides, and their members' points moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit import clock, db
from kit.errors import Refusal
from ledger import sweeps
from ledger.models import Lot, Unit
from members import export
from members.models import Member
from members.views import MemberId
from programs import merging
from programs.activity import Line
from programs.coalition import invitations, links, participations, partners, positions
from programs.coalition.converting import ConversionView
from programs.coalition.links import LinkConsent
from programs.coalition.models import ParticipationConversion
from programs.coalition.participations import ParticipationView
from programs.coalition.partners import PartnerView
from programs.verify import verify
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId
from tests.programs.coalition.club import Club, open_club
from tests.programs.coalition.test_converting import RATE, come, go, undo
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop, open_points_shop

pytestmark = pytest.mark.usefixtures("database")


@dataclass
class Twin:
    """A coalition, whose partner `a` is (or is to be) the shop `own`; its customer there is `ann`."""

    club: Club
    own: PointsShop

    @asynccontextmanager
    async def there(self) -> AsyncIterator[None]:
        with scope.of(self.own.tenant), clock.pinned(self.club.shop.now):
            yield

    async def invited(self, slug: str = "a") -> str:
        async with self.club.here():
            return (await invitations.invite(self.club.partners[slug].id)).code

    async def joined(
        self, unit: str | None = "points", months: int | None = None, daily_cap: int | None = None
    ) -> ParticipationView:  # fmt: skip
        code = await self.invited()
        async with self.there():
            return await invitations.join(code, unit, months, daily_cap)

    async def linked(self, customer: str = "ann") -> None:
        async with self.club.here():
            a = await partners.of_slug("a")
            code = await links.make_code(self.club.member, [LinkConsent.BALANCE])
            await links.link_by_code(f"link {customer}", a, code.code, customer)

    async def earn(self, points: int) -> None:
        self.own.now = self.club.shop.now
        self.own.count += 1
        with clock.pinned(self.own.now):
            await self.own.buy(points * 100, key=f"own-{self.own.count}")

    async def both(self) -> tuple[int, int]:
        """What the member has here, and with the coalition."""
        return await self.own.available(), await self.club.shop.available()

    async def refused(self, work: Any, code: str, field: tuple[str, ...] | None = None) -> None:
        before = await self.both(), await self.club.balances()
        with pytest.raises(Refusal) as caught:
            await work
        assert caught.value.code == code
        assert field is None or caught.value.field == field
        assert (await self.both(), await self.club.balances()) == before


async def open_twin(a_terms: dict[str, Any] | None = None, **rate: Any) -> Twin:
    club = await open_club(rules={"conversions": [{**RATE, **rate}]}, **(a_terms or {}))
    own = await open_points_shop(slug="own")
    own.now = club.shop.now
    return Twin(club, own)


# -- joining -----------------------------------------------------------------------------------------------------------


async def test_a_code_shows_what_it_is_for_and_lets_one_in_once() -> None:
    twin = await open_twin()
    code = await twin.invited()
    async with twin.there():
        seen = await invitations.offered(f" {code} ")
        assert seen is not None
        assert (seen.coalition.operator, seen.coalition.coalition, seen.partner.name) == ("shop", "Club", "A")
        assert "10 of A's own points are 4 points, in and out." in seen.coalition.rules
        assert seen.partner.terms_at(scope.now()) is not None
        made = await invitations.join(code)
        assert (made.operator_id, made.unit_id, made.ended_at) == (twin.club.shop.tenant, None, None)
        assert await invitations.offered(code) is None
        assert await participations.listed() == [made]
    async with twin.club.here():
        assert (await partners.of_slug("a")).own_tenant_id == twin.own.tenant
        await refusal(invitations.invite(twin.club.partners["a"].id), "WRONG_STATE")


async def test_what_is_no_good_code_answers_alike() -> None:
    twin = await open_twin()
    old, code = await twin.invited(), await twin.invited()
    head, _, token = code.partition(".")
    for wrong in ("", "join", head, f"{head}.{token[:-1]}", f"{head}.{token}x", f"join_{'0' * 26}.{token}", old):
        async with twin.there():
            assert await invitations.offered(wrong) is None
            await refusal(invitations.join(wrong), "CODE_INVALID")
    async with twin.club.here():  # its own
        await refusal(invitations.join(code), "CODE_INVALID")
    twin.club.shop.now += timedelta(days=7)
    async with twin.there():
        await refusal(invitations.join(code), "CODE_INVALID")


async def test_a_sandbox_does_not_join_a_live_coalition() -> None:
    twin = await open_twin()
    with scope.unscoped("test"):
        async with scope.writing():
            sandbox = await Tenant.create(
                slug="box", name="box", zone="UTC", currency="USD", created_at=twin.own.now, sandbox_of=twin.own.tenant
            )
    code = await twin.invited()
    with scope.of(TenantId(sandbox.id)), clock.pinned(twin.own.now):
        await refusal(invitations.join(code), "CODE_INVALID")


async def test_who_takes_a_code_at_once_with_others_is_in_alone() -> None:
    twin = await open_twin()
    other = await open_points_shop(slug="other")
    code = await twin.invited()

    async def join(tenant: TenantId) -> ParticipationView:
        with scope.of(tenant), clock.pinned(twin.own.now):
            return await invitations.join(code)

    done = await asyncio.gather(*map(join, [twin.own.tenant, other.tenant] * 3), return_exceptions=True)
    assert sum(isinstance(each, ParticipationView) for each in done) == 1
    assert all(isinstance(each, (ParticipationView, Refusal)) for each in done)


@pytest.mark.parametrize(("unit", "months", "cap", "code"), [
    ("nothing", None, None, "NOT_FOUND"), (None, 3, None, "INVALID"), (None, None, 3, "INVALID"),
    ("points", 0, None, "OUT_OF_RANGE"), ("points", 121, None, "OUT_OF_RANGE"), ("points", None, 0, "OUT_OF_RANGE"),
])  # fmt: skip
async def test_what_cannot_be_converted_is_refused(
    unit: str | None, months: int | None, cap: int | None, code: str
) -> None:  # fmt: skip
    twin = await open_twin()
    given = await twin.invited()
    async with twin.there():
        await refusal(invitations.join(given, unit, months, cap), code)
        assert await invitations.offered(given) is not None, "the code is as good as before"


async def test_money_and_points_shared_elsewhere_are_not_converted() -> None:
    twin = await open_twin()
    async with twin.there(), scope.writing():
        await Unit.create(
            slug="usd", name="dollar", name_plural="dollars", scale=2, currency="USD", created_at=twin.own.now
        )
    code, theirs = await twin.invited(), await twin.invited("b")
    async with twin.there():
        await refusal(invitations.join(code, "usd"), "INVALID")
    other = await open_club(slug="other club")
    async with other.here():
        await refusal(invitations.join(theirs, "points"), "INVALID")


async def test_either_side_ends_it_and_nothing_is_shown_any_more() -> None:
    twin = await open_twin()
    for operator_ends in (False, True):
        made = await twin.joined()
        async with twin.there(), participations.as_partner(made) as partner:
            assert partner.slug == "a"
        if operator_ends:
            async with twin.club.here():
                assert (await participations.let_go(twin.club.partners["a"].id)).own_tenant_id is None
                await refusal(participations.let_go(twin.club.partners["a"].id), "WRONG_STATE")
        else:
            async with twin.there():
                assert (await participations.end(made.id)).ended_at == twin.own.now
        async with twin.there():
            await refusal(participations.end(made.id), "WRONG_STATE")
            await refusal(participations.change(made.id, None, None), "WRONG_STATE")
            for view in (made, await participations.get(made.id)):
                with pytest.raises(Refusal):
                    async with participations.as_partner(view):
                        pass


async def test_nobody_elses_participation_is_there() -> None:
    twin = await open_twin()
    made = await twin.joined()
    other = await open_points_shop(slug="other")
    with scope.of(other.tenant):
        assert await participations.listed() == []
        for id_ in (made.id, "nothing"):
            await refusal(participations.get(participations.ParticipationId(id_)), "NOT_FOUND")
            await refusal(participations.end(participations.ParticipationId(id_)), "NOT_FOUND")
        forged = ParticipationView(
            made.id, other.tenant, made.operator_id, made.partner_id, None, None, None, made.joined_at, "staff:x", None
        )
        with pytest.raises(Refusal, match="NOT_FOUND"):
            async with participations.as_partner(forged):
                pass


async def test_a_shop_may_be_two_partners() -> None:
    twin = await open_twin()
    await twin.joined()
    code = await twin.invited("b")
    async with twin.there():
        await invitations.join(code)
        slugs = []
        for each in await participations.listed():
            async with participations.as_partner(each) as partner:
                slugs.append(partner.slug)
    assert slugs == ["b", "a"]


# -- converting --------------------------------------------------------------------------------------------------------


async def test_own_points_leave_and_come_with_the_shared_ones() -> None:
    twin = await open_twin()
    await twin.joined()
    await twin.linked()
    await twin.earn(300)
    came = await come(twin.club, 100, key="one")
    assert await twin.both() == (200, 40)
    assert await come(twin.club, 100, key="one") == came, "once"
    assert await twin.both() == (200, 40)
    went = await go(twin.club, 20)
    assert await twin.both() == (250, 20)
    await undo(twin.club, went)
    assert await twin.both() == (200, 40)
    await undo(twin.club, came)
    assert await twin.both() == (300, 0)
    await twin.refused(undo(twin.club, came), "ALREADY_CLOSED")
    assert await twin.club.balances() == {}


async def test_nothing_moves_on_either_side_if_one_refuses() -> None:
    twin = await open_twin(a_terms={"caps": {"issued_per_day": 60}})
    await twin.joined()
    await twin.refused(come(twin.club, 100), "NOT_FOUND", ("link",))  # nobody is linked
    await twin.linked()
    await twin.earn(200)
    await twin.refused(come(twin.club, 250), "CAP_REACHED")
    await come(twin.club, 100)
    assert await twin.both() == (100, 40)


async def test_too_few_own_points_are_refused_and_the_refusal_is_kept() -> None:
    twin = await open_twin()
    await twin.joined()
    await twin.linked()
    await twin.earn(99)
    await twin.refused(come(twin.club, 100, key="again"), "INSUFFICIENT_POINTS", ("own_points",))
    await twin.earn(1)
    await twin.refused(come(twin.club, 100, key="again"), "INSUFFICIENT_POINTS")
    await come(twin.club, 100, key="anew")
    assert await twin.both() == (0, 40)


async def test_own_points_that_were_spent_cannot_go_back() -> None:
    twin = await open_twin()
    await twin.joined()
    await twin.linked()
    await twin.club.buy("b", 10_000)
    went = await go(twin.club, 40)
    await come(twin.club, 50)
    await twin.refused(undo(twin.club, went), "INSUFFICIENT_POINTS", ("own_points",))
    assert await twin.both() == (50, 80)


async def test_a_customer_that_the_shop_does_not_know() -> None:
    twin = await open_twin()
    await twin.joined()
    await twin.linked("nobody")
    await twin.refused(come(twin.club, 100), "NOT_FOUND", ("link",))


async def test_without_a_unit_and_after_the_end_the_partner_does_it_itself() -> None:
    twin = await open_twin()
    made = await twin.joined(unit=None)
    await twin.linked()
    await come(twin.club, 100)
    assert await twin.both() == (0, 40)
    async with twin.there():
        changed = await participations.change(made.id, "points", 1)
        assert (changed.unit_id is None, changed.months) == (False, 1)
    went = await go(twin.club, 20)
    assert await twin.both() == (50, 20)
    async with twin.there():
        await participations.end(made.id)
    await come(twin.club, 100)
    assert await twin.both() == (50, 60)
    await undo(twin.club, went)  # of what was done before, both sides are taken back
    assert await twin.both() == (0, 80)


async def test_what_comes_ends_as_the_shop_has_said_and_is_told_of() -> None:
    twin = await open_twin()
    await twin.joined(months=1)  # on 2 March
    await twin.linked()
    await twin.club.buy("b", 10_000)
    await go(twin.club, 40)
    async with twin.there():
        async with scope.reading():
            (lot,) = await Lot.filter(remaining=100)
            kinds = await db.rows("SELECT kind FROM event WHERE tenant_id = $1 AND kind LIKE 'points.ex%'",
                                  twin.own.tenant)  # fmt: skip
        assert lot.expires_at == datetime(2026, 4, 3, tzinfo=UTC)
        assert [row["kind"] for row in kinds] == ["points.exchanged"]
        text = b"".join([piece async for piece in await export.export(MemberId(twin.own.member_id))])
    assert b'"coalition_conversions":[{"id":"' in text


async def test_inactivity_in_the_shop_takes_what_came() -> None:
    club = await open_club(rules={"conversions": [RATE]})
    inactive = {"policies": [{"type": "months_inactive", "months": 6}], "exempt_tiers": []}
    twin = Twin(club, await open_points_shop({**ONE_PER_DOLLAR, "expiry": inactive}, slug="own"))
    twin.own.now = club.shop.now
    await twin.joined()
    await twin.linked()
    await club.buy("b", 10_000)
    await go(club, 40)
    assert await twin.both() == (100, 60)
    twin.own.now += timedelta(days=200)
    with scope.of(twin.own.tenant), clock.pinned(twin.own.now):
        while await sweeps.expire_due():
            pass
    assert await twin.both() == (0, 60)


async def test_members_merged_in_the_shop_keep_theirs() -> None:
    twin = await open_twin()
    await twin.joined()
    await twin.linked()
    await twin.earn(100)
    came = await come(twin.club, 100)
    async with twin.there():
        async with scope.writing():
            other = await Member.create(external_id="bea", joined_at=twin.own.now, created_at=twin.own.now)
        await merging.merge("merge", MemberId(twin.own.member_id), MemberId(other.id))
    await undo(twin.club, came)
    twin.own.member_id = other.id
    assert await twin.both() == (100, 0)


async def test_the_shops_cap_counts_each_way_on_its_day() -> None:
    twin = await open_twin()
    made = await twin.joined(daily_cap=150)
    await twin.linked()
    await twin.earn(1_000)
    await twin.club.buy("b", 10_000)
    await come(twin.club, 150)
    await twin.refused(come(twin.club, 50), "CAP_REACHED", ("own_points",))
    await go(twin.club, 40)  # 100 the other way
    await twin.refused(go(twin.club, 40), "CAP_REACHED", ("own_points",))
    twin.club.shop.now += timedelta(days=1)
    await come(twin.club, 150)
    async with twin.there():
        await participations.change(made.id, "points", None)
    await come(twin.club, 250)


async def test_what_is_undone_frees_the_shops_cap() -> None:
    twin = await open_twin()
    await twin.joined(daily_cap=100)
    await twin.linked()
    await twin.earn(1_000)
    came = await come(twin.club, 100)
    await twin.refused(come(twin.club, 100), "CAP_REACHED")
    await undo(twin.club, came)
    await come(twin.club, 100)
    assert await twin.both() == (900, 40)


async def test_many_at_once_on_both_sides() -> None:
    twin = await open_twin()
    await twin.joined()
    await twin.linked()
    await twin.earn(500)

    async def shop_too(number: int) -> None:
        with clock.pinned(twin.club.shop.now):
            lines = (Line(id="l1", amount=100),)
            await twin.own.happen("purchase", key=f"own/{number}", currency="USD", lines=lines)

    done = await asyncio.gather(
        *(come(twin.club, 100, key=f"in/{number}") for number in range(7)), *map(shop_too, range(7)),
        return_exceptions=True,
    )  # fmt: skip
    views = [each for each in done if isinstance(each, ConversionView)]
    others = [each for each in done if isinstance(each, BaseException)]
    assert (len(views), [getattr(each, "code", each) for each in others]) == (5, ["INSUFFICIENT_POINTS"] * 2)
    assert await twin.both() == (7, 200)


@pytest.mark.broken_books
async def test_verify_holds_both_sides_against_each_other() -> None:
    twin = await open_twin()
    await twin.joined()
    await twin.linked()
    await twin.earn(300)
    await come(twin.club, 100)
    assert await verify(twin.own.tenant, full=True) == ()
    async with twin.there(), scope.writing():
        await ParticipationConversion.all().update(own_points=90, points=36)
    assert {each.check for each in await verify(twin.own.tenant, full=True)} == {"exchange_transfer", "exchange_sides"}
    async with twin.there(), scope.writing():
        await ParticipationConversion.all().delete()
    assert {each.check for each in await verify(twin.own.tenant, full=True)} == {"exchange_known", "exchange_missing"}


async def test_a_position_is_seen_as_the_partner_alone() -> None:
    twin = await open_twin()
    made = await twin.joined()
    await twin.club.buy("a", 10_000)
    async with twin.there(), participations.as_partner(made) as partner:
        assert isinstance(partner, PartnerView)
        (found,) = await positions.positions([partner.id])
        assert (found.currency, found.owed) == ("USD", 100 * 15_000)


async def refusal(work: Any, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        await work
    assert caught.value.code == code
