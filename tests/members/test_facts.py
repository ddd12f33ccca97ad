"""Facts that higher floors leave about members."""

from __future__ import annotations

from members import facts
from members.facts import Fact
from members.inputs import MemberInput
from members.service import by_external_id, upsert
from tenants import scope
from tenants.scope import TenantId
from tests.members.conftest import CANARY


async def test_facts_are_read_set_based(tenant: TenantId) -> None:
    first, second, third = [(await upsert(MemberInput(external_id=f"c-{n}"))).id for n in range(3)]
    changed = await facts.put_many([
        Fact(first, "tier", {"name": "gold", "since": 2020}), Fact(first, "segment", ["a", "ü"]),
        Fact(second, "tier", None), Fact(second, "hidden", 1),
    ])  # fmt: skip
    assert changed == 4
    assert await facts.get_many([first, second, third], ["tier", "segment"]) == {
        first: {"tier": {"name": "gold", "since": 2020}, "segment": ["a", "ü"]},
        second: {"tier": None},
        third: {},
    }
    assert await facts.get_many([first], []) == {first: {}}
    assert await facts.get_many([], ["tier"]) == {}


async def test_a_fact_takes_the_place_of_what_it_was(tenant: TenantId) -> None:
    member = (await upsert(MemberInput(external_id="c"))).id
    await facts.put(member, "tier", "silver")
    assert await facts.put_many([Fact(member, "tier", "gold")]) == 1
    assert await facts.put_many([Fact(member, "tier", "gold")]) == 0
    assert await facts.get_many([member], ["tier"]) == {member: {"tier": "gold"}}


async def test_another_tenants_members_have_no_facts_here(tenant: TenantId, other: TenantId) -> None:
    with scope.of(other):
        theirs = (await by_external_id(CANARY)).id
        await facts.put(theirs, "tier", "theirs")
    assert await facts.put_many([Fact(theirs, "tier", "mine")]) == 0
    assert await facts.get_many([theirs], ["tier"]) == {theirs: {}}
    with scope.of(other):
        assert await facts.get_many([theirs], ["tier"]) == {theirs: {"tier": "theirs"}}
