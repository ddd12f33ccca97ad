"""Dependants that shoppers keep by themselves: added, changed, taken away, and only so many birthdays a year."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from kit import clock
from kit.errors import Refusal
from kit.ids import new_id
from members.dependants import DEPENDANTS_MAX, Dependant, DependantInput
from members.erase import erase
from members.inputs import MemberInput
from members.service import upsert
from members.views import MemberId
from programs import merging, own_dependants
from programs.own_dependants import BIRTHDAYS_A_YEAR_MAX
from tenants import scope
from tests.programs.shop import PointsShop, open_points_shop

REX = DependantInput("pet", "Rex", date(2020, 5, 4))


@pytest.fixture
async def shop(database: object) -> AsyncIterator[PointsShop]:
    shop = await open_points_shop(zone="Europe/Berlin")
    with scope.of(shop.tenant), clock.pinned(shop.now):
        yield shop


async def put(shop: PointsShop, *given: DependantInput, member: str | None = None) -> tuple[Dependant, ...]:
    found: tuple[Dependant, ...] = ()
    for each in given:
        found = await own_dependants.put(MemberId(member or shop.member_id), each)
    return found


async def refusal(shop: PointsShop, given: DependantInput, member: str | None = None) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(Refusal) as caught:
        await put(shop, given, member=member)
    return caught.value.code, caught.value.field


async def test_added_changed_and_taken_away(shop: PointsShop) -> None:
    me = MemberId(shop.member_id)
    ida, rex = await put(shop, REX, DependantInput("child", "Ida"))
    changed = await put(shop, DependantInput("pet", " Rex ", date(2020, 5, 6)))
    assert [(each.id, each.birthday) for each in changed] == [(ida.id, None), (rex.id, date(2020, 5, 6))]
    assert await own_dependants.remove(me, ida.id) == await own_dependants.of(me) == changed[1:]


async def test_not_theirs_and_not_there_are_refused_alike(shop: PointsShop) -> None:
    bob = (await upsert(MemberInput(external_id="bob", dependants=[REX]))).id
    (theirs,) = await own_dependants.of(bob)
    answers = set()
    for id_ in (theirs.id, new_id(), ""):
        with pytest.raises(Refusal) as caught:
            await own_dependants.remove(MemberId(shop.member_id), id_)
        answers.add((caught.value.code, caught.value.message, caught.value.field))
    assert len(answers) == 1 and answers.pop()[0] == "NOT_FOUND"
    assert await own_dependants.of(bob) == (theirs,)
    await erase(bob)
    assert (await refusal(shop, REX, bob))[0] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (DependantInput("A pet", "Rex"), "kind"), (DependantInput("pet", " "), "name"),
        (DependantInput("pet", "Rex", date(2999, 1, 1)), "birthday"),
    ],
)  # fmt: skip
async def test_bad_input_is_named(shop: PointsShop, given: DependantInput, field: str) -> None:
    assert await refusal(shop, given) == ("INVALID", (field,))


async def test_only_so_many_birthdays_a_year(shop: PointsShop) -> None:
    me = MemberId(shop.member_id)
    for number in range(BIRTHDAYS_A_YEAR_MAX):
        (made,) = await put(shop, DependantInput("pet", f"Rex {number}", date(2020, 5, 4 + number)))
        await own_dependants.remove(me, made.id)
    assert await refusal(shop, REX) == ("LIMIT_REACHED", ("birthday",))
    assert len(await put(shop, DependantInput("pet", "Rex"), DependantInput("pet", "Rex"))) == 1
    assert await refusal(shop, REX) == ("LIMIT_REACHED", ("birthday",))
    bob = (await upsert(MemberInput(external_id="bob"))).id
    await merging.merge("m", me, bob)
    assert await refusal(shop, DependantInput("pet", "Tom", REX.birthday), bob) == ("LIMIT_REACHED", ("birthday",))
    with clock.pinned(shop.now + timedelta(days=365)):
        assert len(await put(shop, REX, REX, member=bob)) == 1


async def test_only_so_many_dependants(shop: PointsShop) -> None:
    await put(shop, *(DependantInput("pet", f"{number}") for number in range(DEPENDANTS_MAX)))
    assert await refusal(shop, DependantInput("pet", "Rex")) == ("LIMIT_REACHED", ())
    await put(shop, DependantInput("pet", "0", date(2020, 5, 4)))


async def test_many_at_once_lose_none_and_break_no_bound(shop: PointsShop) -> None:
    many = [DependantInput("pet", f"Rex {number}", date(2020, 5, 4)) for number in range(BIRTHDAYS_A_YEAR_MAX + 3)]
    answers = await asyncio.gather(*(put(shop, each) for each in many), return_exceptions=True)
    assert sum(isinstance(each, Refusal) for each in answers) == 3
    assert len(await own_dependants.of(MemberId(shop.member_id))) == BIRTHDAYS_A_YEAR_MAX
