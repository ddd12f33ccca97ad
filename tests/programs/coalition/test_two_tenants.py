"""Between two tenants: units and links that change meanwhile, locks in one order, clocks that differ, broken rows."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from connect.webhooks import Message
from kit import db
from kit.errors import GuerdonError
from kit.ids import encode
from ledger.models import Lot, Unit
from members.erase import erase
from members.models import Member
from members.views import MemberId
from programs import activities, units
from programs.coalition import invitations, links, own_recount, own_side, participations, partners, recount
from programs.coalition.links import LinkConsent
from programs.coalition.own_side import OwnSide
from programs.coalition.partners import PartnerView
from programs.decision import ProgramId
from programs.models import Program
from programs.verify import verify
from tenants import scope
from tenants.scope import TenantId
from tests.programs.coalition.club import Club, open_club
from tests.programs.coalition.test_converting import RATE, come, go, undo
from tests.programs.coalition.test_participations import Twin, open_twin

pytestmark = pytest.mark.usefixtures("database")


async def open_linked() -> Twin:
    twin = await open_twin()
    await twin.joined()
    await twin.linked()
    return twin


async def test_the_shop_finds_them_in_its_members_timeline() -> None:
    twin = await open_linked()
    await twin.earn(300)
    await undo(twin.club, await come(twin.club, 100))
    await twin.club.buy("b", 10_000)
    await go(twin.club, 20)
    async with twin.there():
        items = await activities.timeline(MemberId(twin.own.member_id))
    told = [(item.entry.reason, item.entry.reverses_id is not None) for item in items if item.entry is not None]
    assert told == [("exchange_in", False), ("exchange_out", True), ("exchange_out", False)]


async def test_webhooks_name_what_they_tell_of_as_the_api_does() -> None:
    twin = await open_linked()
    await twin.earn(100)
    made = await come(twin.club, 100)
    async with twin.there(), scope.reading():
        sql = "SELECT body FROM event WHERE tenant_id = $1 AND kind = 'points.exchanged'"
        (row,) = await db.rows(sql, twin.own.tenant)
    told = orjson.loads(Message(made.id, "points.exchanged", twin.own.now, row["body"]).text())["data"]
    assert made.own_transfer_id is not None
    assert told["transfer"] == encode("tra", made.own_transfer_id)
    assert {name: told[name][:4] for name in ("member", "unit")} == {"member": "mem_", "unit": "unt_"}


async def test_a_member_who_was_erased_in_the_shop_gets_nothing_back() -> None:
    twin = await open_linked()
    await twin.earn(100)
    made = await come(twin.club, 100)
    async with twin.there():
        await erase(MemberId(twin.own.member_id))
    await twin.refused(undo(twin.club, made), "NOT_FOUND")
    await twin.refused(come(twin.club, 100), "NOT_FOUND", ("link",))


async def test_a_unit_that_became_money_is_not_converted() -> None:
    twin = await open_linked()
    await twin.club.buy("b", 10_000)
    async with twin.there():
        await units.upsert("points", "dollar", "dollars", currency="USD")
    await twin.refused(go(twin.club, 40), "NOT_ELIGIBLE", ("link",))


async def test_a_unit_that_the_shop_shares_by_now_is_not_converted() -> None:
    twin = await open_linked()
    await twin.earn(300)
    made = await come(twin.club, 100)
    async with twin.there():
        async with scope.writing():
            unit = await Unit.get(slug="points")
            program = await Program.create(
                slug="mine", name="Mine", kind="coalition", line="main", unit_id=unit.id, state="draft",
                created_at=twin.own.now,
            )  # fmt: skip
        await partners.create(ProgramId(program.id), "x", "X")
    await twin.refused(come(twin.club, 100), "NOT_ELIGIBLE", ("link",))
    await undo(twin.club, made)
    assert await twin.both() == (300, 0)


async def test_whose_customer_became_another_member_meanwhile_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = await open_linked()
    await twin.earn(300)
    bob, asked = MemberId(await twin.club.another_member("bob")), own_side.of

    async def meanwhile(partner: PartnerView, member: MemberId) -> OwnSide | None:
        side = await asked(partner, member)
        (link,) = await links.of_member(member)
        await links.unlink("unlink", partner.id, link.id)
        code = await links.make_code(bob, [LinkConsent.BALANCE])
        await links.link_by_code("relink", partner, code.code, "ann")
        return side

    monkeypatch.setattr(own_side, "of", meanwhile)
    await twin.refused(come(twin.club, 100), "NOT_FOUND", ("link",))


async def test_the_shop_is_told_of_the_end_whoever_ends_it() -> None:
    twin = await open_twin()
    first = await twin.joined()
    async with twin.there():
        await participations.end(first.id)
    second = await twin.joined()
    async with twin.club.here():
        await participations.let_go(twin.club.partners["a"].id)
    async with twin.there(), scope.reading():
        sql = "SELECT subject FROM event WHERE tenant_id = $1 AND kind = 'participation.ended' ORDER BY id"
        told = [row["subject"] for row in await db.rows(sql, twin.own.tenant)]
    assert told == [f"participation:{first.id}", f"participation:{second.id}"]


async def test_two_that_are_each_others_partners_never_wait_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each conversion is done at its first attempt, although the same two people are converted for both ways."""
    clubs = [await open_club(rules={"conversions": [RATE]}, slug=slug) for slug in ("one", "two")]
    for club, own in (clubs, reversed(clubs)):
        await _joins(club, own)
        await club.buy("b", 10_000)
    tried: list[object] = []
    retrying = db.retrying

    async def counted(work: object, attempts: int = 8) -> object:
        async def attempt() -> object:
            tried.append(work)
            return await work()  # type: ignore[operator]  # it is the caller's coroutine function

        return await retrying(attempt, attempts)

    monkeypatch.setattr(db, "retrying", counted)
    made = await asyncio.gather(*(go(club, 20, key=f"out {n}") for n in range(3) for club in clubs))
    await asyncio.gather(*(undo(club, each) for each, club in zip(made, clubs * 3, strict=True)))
    assert len(tried) == 12


async def test_a_shop_whose_clock_is_ahead_goes_by_its_own() -> None:
    """Sandboxes' clocks are moved: the day on which a conversion is undone is the operator's."""
    twin = await open_twin()
    await twin.joined(months=1)
    await twin.linked()
    await twin.earn(300)
    ahead = timedelta(days=800)
    with scope.unscoped("test"):
        async with scope.writing():
            sql = "UPDATE tenant SET sandbox_of = $2, clock_offset_us = $3 WHERE id = $1"
            await db.execute(sql, twin.own.tenant, twin.club.shop.tenant, ahead // timedelta(microseconds=1))
    came, went = await come(twin.club, 100), await go(twin.club, 20)
    async with twin.there(), scope.reading():
        (lot,) = await Lot.filter(expires_at__not_isnull=True)
    assert lot.expires_at == datetime(2028, 6, 11, tzinfo=UTC)  # converted there on 10 May
    await undo(twin.club, went)
    await undo(twin.club, came)
    assert await twin.both() == (300, 0)
    assert await twin.club.balances() == {}


BROKEN = [
    (
        "own",
        "participation_conversion SET direction = 'out'",
        {"exchange_member", "exchange_sides", "exchange_transfer"},
    ),
    ("own", "participation_conversion SET undone_at = converted_at", {"exchange_sides", "exchange_transfer"}),
    ("own", "participation_conversion SET points = points + 1", {"exchange_sides"}),
    ("own", "participation_conversion SET member_id = '{other}'", {"exchange_member"}),
    ("own", "participation_conversion SET conversion_id = '{other}'", {"exchange_sides"}),
    ("own", "participation SET ended_at = joined_at", {"partner_shop"}),
    ("own", "participation SET partner_id = '{b}'", {"exchange_sides", "participation_sides", "partner_shop"}),
    ("own", "participation SET operator_id = '{other}'", {"exchange_sides", "participation_sides", "partner_shop"}),
    ("club", "partner SET own_tenant_id = NULL", {"participation_sides"}),
    ("club", "partner SET own_tenant_id = '{other}' WHERE slug = 'a' AND", {"participation_sides", "partner_shop"}),
    ("club", "partner SET own_tenant_id = '{own}' WHERE slug = 'b' AND", {"partner_shop"}),
    ("club", "partner_conversion SET own_tenant_id = NULL, own_transfer_id = NULL", {"exchange_sides"}),
    ("club", "partner_conversion SET own_transfer_id = NULL", {"exchange_missing", "exchange_sides"}),
    ("club", "partner_conversion SET own_tenant_id = '{other}'", {"exchange_sides"}),
    ("club", "partner_conversion SET own_points = own_points + 1", {"exchange_sides"}),
    ("club", "partner_conversion SET undone_at = converted_at", {"conversion_transfer", "exchange_sides"}),
    ("club", "partner_conversion SET member_id = '{zoe}'", {"conversion_member"}),
]


class _TakenBack(GuerdonError):
    pass


async def test_verify_finds_whatever_one_side_has_otherwise() -> None:
    twin = await open_linked()
    await twin.earn(300)
    await come(twin.club, 100)
    await twin.club.balances()
    async with twin.there(), scope.writing():
        other = await Member.create(external_id="bea", joined_at=twin.own.now, created_at=twin.own.now)
    tenants = {"own": twin.own.tenant, "club": twin.club.shop.tenant}
    names = {"other": other.id, "b": twin.club.partners["b"].id, "own": twin.own.tenant}
    names["zoe"] = await twin.club.another_member("zoe")
    for tenant in tenants.values():
        assert await verify(tenant, full=True) == ()
    # `other`, too: some corruptions name it as a tenant, which is then looked into.
    about = [*tenants.values(), TenantId(other.id)]
    for side, change, checks in BROKEN:
        sql = change if " WHERE " in change else f"{change} WHERE"
        with suppress(_TakenBack), scope.spanning(about, "test"):
            async with scope.writing():
                assert await db.execute(f"UPDATE {sql} tenant_id = $1".format(**names), tenants[side])
                found = set()
                for tenant in tenants.values():
                    with scope.of(tenant):
                        found |= {each.check for each in (*await own_recount.verify(), *await recount.verify())}
                assert found == checks, change
                raise _TakenBack


async def _joins(club: Club, own: Club) -> None:
    """`own` takes part in `club` as its partner a, with stars."""
    async with club.here():
        code = await invitations.invite(club.partners["a"].id)
    async with own.here():
        await units.upsert("stars", "star", "stars")
        await invitations.join(code.code, "stars")
    async with club.here():
        given = await links.make_code(club.member, [LinkConsent.BALANCE])
        await links.link_by_code("link", await partners.of_slug("a"), given.code, "ann")
