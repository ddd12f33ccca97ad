"""Facts that higher floors leave about members."""

from __future__ import annotations

import asyncio

from members import facts
from members.facts import Fact
from members.inputs import MemberInput
from members.service import by_external_id, upsert, upsert_many
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


async def test_facts_and_upserts_of_the_same_members_do_not_deadlock(tenant: TenantId) -> None:
    """On PostgreSQL: made in one order, named in another, and `a` is after `B` to it, but not to people."""
    names = sorted((f"{letter}{n}" for letter in "aBcD" for n in range(10)), reverse=True)
    members = [(await upsert(MemberInput(external_id=name))).id for name in names]

    async def tell(tier: int) -> None:
        await facts.put_many([Fact(member, "tier", tier) for member in members])

    async def change(shoe: int) -> None:
        await upsert_many([MemberInput(external_id=name, attributes={"shoe": shoe}) for name in names])

    await asyncio.gather(*(work(n) for n in range(15) for work in (tell, change)))
    assert {len(told) for told in (await facts.get_many(members, ["tier"])).values()} == {1}


async def test_another_tenants_members_have_no_facts_here(tenant: TenantId, other: TenantId) -> None:
    with scope.of(other):
        theirs = (await by_external_id(CANARY)).id
        await facts.put(theirs, "tier", "theirs")
    assert await facts.put_many([Fact(theirs, "tier", "mine")]) == 0
    assert await facts.get_many([theirs], ["tier"]) == {theirs: {}}
    with scope.of(other):
        assert await facts.get_many([theirs], ["tier"]) == {theirs: {"tier": "theirs"}}
