"""Members give each other points: off unless the rules say so, within limits, with age and end."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from kit import clock, db
from kit.errors import Refusal
from ledger.models import Unit
from members import facts
from members.erase import erase
from members.views import MemberId
from programs import activities, merging, transferring, versions
from programs.activity import Activity
from programs.decision import ProgramId
from programs.kind import check
from programs.models import Program
from programs.points.kind import PointsKind
from programs.referral import codes
from programs.transferring import Receiver
from tenants import attempts, scope
from tenants.attempts import TooManyAttempts
from tests.conftest import DatabaseUrls
from tests.programs.giving.conftest import add_program
from tests.programs.points.factories import CONTEXT, document
from tests.programs.referral.conftest import document as invitations
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop
from tests.programs.stored_value.conftest import own_settings as own_settings
from tests.programs.test_merging import ANN, buy, has, join, open_two

RULES: dict[str, Any] = {
    **ONE_PER_DOLLAR,
    "expiry": {"policies": [{"type": "months_after_earning", "months": 1}]},
    "transfers": {"minimum": 10, "maximum_per_day": 100},
}


async def give(shop: PointsShop, to: MemberId, points: int, key: str = "t", from_: str | None = None) -> None:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        await transferring.transfer(key, MemberId(from_ or shop.member_id), to, "points", points)


async def refused(shop: PointsShop, to: MemberId, points: int, key: str = "t") -> str:
    with pytest.raises(Refusal) as caught:
        await give(shop, to, points, key)
    return caught.value.code


async def test_points_arrive_with_their_end_and_once(database: DatabaseUrls) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 30_00, "o-1")
    shop.now += timedelta(days=10)
    await buy(shop, 30_00, "o-2")
    for _ in range(2):
        await give(shop, bob, 50)
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((10, 0), (50, 0))
    with scope.of(shop.tenant):
        async with scope.reading():
            lots = await db.rows(
                "SELECT l.amount, l.earned_at, l.expires_at FROM lot l JOIN account a ON a.tenant_id = l.tenant_id "
                "AND a.id = l.account_id WHERE l.tenant_id = $1 AND a.owner = $2 ORDER BY l.id",
                shop.tenant, f"member:{bob}",
            )  # fmt: skip
    assert [(row["amount"], db.instant(row["expires_at"]).date()) for row in lots] == [
        (30, date(2026, 4, 3)), (20, date(2026, 4, 13)),
    ]  # fmt: skip


async def test_a_refund_takes_from_the_giver_only(database: DatabaseUrls) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 50_00, "o-1")
    await give(shop, bob, 40)
    await shop.record(Activity("refund", "refund", "", shop.now, order_id="o-1"), ANN)
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((0, 0), (40, 0))


async def test_what_both_have_may_turn_at_once(database: DatabaseUrls) -> None:
    """New rules turn what is enough with the next that happens: here to both at once."""
    shop, bob = await open_two(RULES)
    await buy(shop, 150_00, "o-1")
    turns = {**RULES, "conversion": {"points": 30, "gift": {"type": "points", "unit": "credit", "points": 1}}}
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.writing():
            await Unit.create(slug="credit", name="credit", name_plural="credit", created_at=shop.now)
            program = await Program.get(slug="main")
        await versions.save_draft(ProgramId(program.id), turns)
        await versions.publish(ProgramId(program.id))
    await give(shop, bob, 100)
    with scope.of(shop.tenant):
        async with scope.reading():
            made = await db.rows("SELECT member_id FROM points_conversion WHERE tenant_id = $1", shop.tenant)
    assert sorted(row["member_id"] for row in made) == sorted([shop.member_id, bob, bob, bob])


async def test_limits(database: DatabaseUrls) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 500_00, "o-1")
    assert await refused(shop, bob, 9) == "OUT_OF_RANGE"
    assert await refused(shop, bob, 0) == "OUT_OF_RANGE"
    assert await refused(shop, MemberId(shop.member_id), 10) == "INVALID"
    assert await refused(shop, MemberId("01939c5e-7a3f-7b1e-9d55-0a4a1f2c3b4d"), 10) == "NOT_FOUND"
    await give(shop, bob, 60, "a")
    assert await refused(shop, bob, 41, "b") == "LIMIT_REACHED"
    assert await refused(shop, bob, 40, "a") == "IDEMPOTENCY_MISMATCH"
    await give(shop, bob, 40, "c")
    shop.now += timedelta(days=1)
    await give(shop, bob, 100, "d")
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((300, 0), (200, 0))


async def test_off_unless_the_rules_say_so_and_never_more_than_there_is(database: DatabaseUrls) -> None:
    shop, bob = await open_two()
    await buy(shop, 50_00, "o-1")
    assert await refused(shop, bob, 10) == "NOT_ELIGIBLE"
    other, carol = await open_two({**RULES, "transfers": {"maximum_per_day": 1000}}, slug="other")
    await buy(other, 50_00, "o-1")
    answers = await asyncio.gather(*(give(other, carol, 30, f"k{n}") for n in range(4)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["NoneType", "Refusal", "Refusal", "Refusal"]
    assert (await has(other, other.member_id), await has(other, carol)) == ((20, 0), (30, 0))


async def test_points_that_lapse_by_inactivity_lapse_with_who_got_them(database: DatabaseUrls) -> None:
    """Who never did anything begins with them, and not with points that stay for ever; who is exempt keeps them."""
    inactive = {"policies": [{"type": "months_inactive", "months": 6}], "exempt_tiers": ["gold"]}
    shop, bob = await open_two({**RULES, "expiry": inactive})
    await buy(shop, 80_00, "o-1")
    await give(shop, bob, 40)
    carol = await join(shop, external_id="carol")
    with scope.of(shop.tenant):
        async with scope.writing():
            await facts.put(carol, "tier:01939c5e-7a3f-7b1e-9d55-0a4a1f2c3b4d", "gold")
    await give(shop, carol, 40, "t2")
    shop.now += timedelta(days=200)
    assert [await has(shop, member) for member in (bob, carol)] == [(0, 0), (40, 0)]


@pytest.mark.parametrize("by", ["external_id", "code"])
async def test_a_shopper_names_the_other_and_learns_of_nobody_without_giving(
    database: DatabaseUrls, own_settings: None, by: str
) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 50_00, "o-1")
    code = await make_code(shop, bob)
    right = Receiver(external_id="bob") if by == "external_id" else Receiver(code=code)
    wrong = Receiver(external_id="nobody") if by == "external_id" else Receiver(code="ZZZZZZZZ")
    with scope.of(shop.tenant, actor=f"member:{shop.member_id}"), clock.pinned(shop.now):
        me = MemberId(shop.member_id)
        for points, refusal in ((9, "OUT_OF_RANGE"), (101, "LIMIT_REACHED"), (60, "INSUFFICIENT_POINTS")):
            for number, receiver in enumerate((right, wrong)):
                assert await told(f"{points}-{number}", me, receiver, points) == refusal
        assert await told("k", me, wrong, 20) == "NOT_FOUND"
        for _ in range(2):
            assert await told("k", me, right, 20) is None
        assert [(each.minimum, each.left_today) for each in await transferring.giveable(me)] == [(10, 80)]
        with pytest.raises(TooManyAttempts):
            for number in range(attempts.NAMES_PER_SHOPPER.amount):
                assert await told(f"guess-{number}", me, wrong, 10) == "NOT_FOUND"
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((30, 0), (20, 0))


async def test_who_is_named_must_be_somebody_else_of_this_shop_who_is_there(
    database: DatabaseUrls, own_settings: None
) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 50_00, "o-1")
    other, _ = await open_two(RULES, slug="other")
    theirs = await join(other, external_id="theirs")
    code, elsewhere = await make_code(shop, bob), await make_code(other, theirs)
    carol = await join(shop, external_id="carol")
    with scope.of(shop.tenant), clock.pinned(shop.now):
        me = MemberId(shop.member_id)
        named = (Receiver(external_id="theirs"), Receiver(code=elsewhere), Receiver(code="?"), Receiver(external_id=""))
        assert [await told(f"n{n}", me, each, 10) for n, each in enumerate(named)] == ["NOT_FOUND"] * 4
        assert await told("own", me, Receiver(external_id="ann"), 10) == "INVALID"
        await merging.merge("m", bob, carol)
        assert await told("c", me, Receiver(code=code), 10) is None
        assert await told("b", me, Receiver(external_id="bob"), 10) is None
        await erase(carol)
        assert await told("e", me, Receiver(code=code), 10) == "NOT_FOUND"
    assert await has(shop, carol) == (20, 0)


async def told(key: str, me: MemberId, receiver: Receiver, points: int) -> str | None:
    try:
        await transferring.give(key, me, receiver, "points", points)
    except Refusal as refusal:
        return refusal.code
    return None


async def make_code(shop: PointsShop, member: MemberId) -> str:
    with scope.of(shop.tenant):
        program = await add_program(invitations(), slug="friends", kind="referral")
        return (await codes.of_member(member, [program]))[program]


async def test_both_timelines_tell_of_it(database: DatabaseUrls) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 50_00, "o-1")
    await give(shop, bob, 40)
    with scope.of(shop.tenant):
        for member in (MemberId(shop.member_id), bob):
            latest = (await activities.timeline(member))[0]
            assert latest.entry is not None and latest.entry.reason == "transfer"


@pytest.mark.parametrize(
    ("transfers", "expected"),
    [
        ({"maximum_per_day": 10, "minimum": 10}, []),
        ({"maximum_per_day": 9, "minimum": 10}, [("transfers.maximum_per_day", "contradiction")]),
        ({"maximum_per_day": 0}, [("transfers.maximum_per_day", "out_of_range")]),
        ({"minimum": 5}, [("transfers.maximum_per_day", "missing")]),
    ],
)
def test_rules(transfers: dict[str, int], expected: list[tuple[str, str]]) -> None:
    found = check(PointsKind(), document(transfers=transfers), CONTEXT)
    assert [(each.path, each.code) for each in found] == expected
