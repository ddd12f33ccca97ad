"""Thresholds that fit the members as they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit.errors import Refusal
from kit.ids import new_id
from members.models import Member
from programs.activity import Activity, Line
from programs.decision import ProgramId
from programs.models import Program, ProgramVersion
from programs.records import MemberRef
from programs.tiered.suggesting import TOP_PERCENT, suggest, thresholds
from tenants import scope
from tests.programs.shop import START
from tests.programs.tiered.test_service import at
from tests.programs.tiered.test_state import TierShop, open_tier_shop


@pytest.mark.parametrize(
    ("amounts", "tiers", "expected"),
    [
        # 100 members who did 1, 2, … 100: fifty have 50 at least 51 of them; above 91 there are nine
        (range(1, 101), 1, (50,)),
        (range(1, 101), 2, (50, 100)),
        (range(1, 101), 3, (50, 60, 100)),
        (range(1, 101), 4, (50, 60, 75, 100)),
        ([73_49] * 10, 2, (6000, 7500)),
        ([0, 0, 0, 5], 3, ()),
        ([], 3, ()),
        ([1] * 95 + [1_000_00] * 5, 3, (1, 2, 3)),
    ],
)
def test_half_reach_the_first_and_less_than_a_tenth_the_last(
    amounts: list[int], tiers: int, expected: tuple[int, ...]
) -> None:
    found = thresholds(sorted(amounts), tiers)
    assert found == expected
    if found:
        reached = [sum(amount >= each for amount in amounts) for each in found]
        assert reached[0] * 2 >= len(amounts)
        assert tiers == 1 or reached[-1] * 100 < len(amounts) * TOP_PERCENT
        assert sorted(set(found)) == list(found)


async def open_shop_with_spenders(*amounts: int) -> TierShop:
    """Members who each bought once for so much."""
    shop = await open_tier_shop()
    for number, amount in enumerate(amounts):
        with scope.of(shop.points.tenant):
            async with scope.writing():
                await Member.create(id=new_id(), external_id=f"m{number}", joined_at=START, created_at=START)
        order = Activity(
            key=f"o{number}", kind="purchase", member_id="", occurred_at=START, order_id=f"o{number}", currency="USD",
            lines=(Line(id="l1", amount=amount),),
        )  # fmt: skip
        await shop.points.record(order, MemberRef(external_id=f"m{number}"))
    return shop


async def test_it_goes_by_what_members_did(database: object) -> None:
    shop = await open_shop_with_spenders(*(number * 10_00 for number in range(1, 21)))
    with at(shop, START + timedelta(days=1)):
        found = await suggest(shop.program)
        assert (found.metric, found.members) == ("spend:USD", 20)
        assert [(each.at_least, each.members) for each in found.thresholds] == [(100_00, 11), (200_00, 1)]
        assert dict(found.percentiles)[50] == 100_00
        assert len((await suggest(shop.program, 4)).thresholds) == 4
        # Another program of the same rules never counted anything: it goes by the orders themselves.
        assert await suggest(await copy(shop)) == found
    with at(shop, START + timedelta(days=800)):
        assert (await suggest(shop.program)).thresholds == ()


async def copy(shop: TierShop) -> ProgramId:
    async with scope.writing():
        program = await Program.get(id=shop.program)
        version = await ProgramVersion.get(program_id=shop.program)
        other = await Program.create(
            slug="other", name="Other", kind="tiered", line="main", unit_id=program.unit_id, state="draft",
            created_at=START,
        )  # fmt: skip
        await ProgramVersion.create(
            program_id=other.id, number=1, state="draft", rules=version.rules, saved_at=START, saved_by="test"
        )
    return ProgramId(other.id)


async def test_what_cannot_be_suggested(database: object) -> None:
    shop = await open_tier_shop()
    with at(shop):
        async with scope.reading():
            points = await Program.get(slug="main")
        for program, tiers, code in (
            (shop.program, 0, "OUT_OF_RANGE"), (ProgramId(new_id()), 2, "NOT_FOUND"),
            (ProgramId(points.id), 2, "NOT_FOUND"),
        ):  # fmt: skip
            with pytest.raises(Refusal) as refused:
                await suggest(program, tiers)
            assert refused.value.code == code
