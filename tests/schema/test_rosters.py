"""Who has what of a program: tiers, plans and tasks with their numbers, page by page; members by their ids."""

from __future__ import annotations

from typing import Any

from kit.ids import encode, new_id
from tests.schema.served import CREATE, MEMBER, PUBLISH, RECORD, Data, Shop, points_program, purchase
from tests.schema.test_memberships import tell
from tests.schema.test_replays import REPLAY

TIERS = {"tiered": {"unit": "points", "tiers": [
    {"id": "basic", "name": "Basic"},
    {"id": "gold", "name": "Gold", "reach": [{"allOf": [{"metric": {"orders": True}, "atLeast": 2}]}]},
]}}  # fmt: skip
PLANS = {"paid": {"unit": "points", "plans": [
    {"id": "plus", "name": "Plus", "price": 900, "currency": "EUR", "period": "MONTH", "trial": {}},
    {"id": "friend", "name": "Friend", "price": 0, "currency": "EUR", "period": "YEAR"},
]}}  # fmt: skip
TASKS = {"tasks": {"unit": "points", "tasks": [
    {"id": "walk", "name": "Walk", "steps": [{"behaviour": {"times": {"kind": "check_in"}}}],
     "start": {"claimed": {"slots": 5}}, "rewards": [{"points": {"unit": "points", "points": 1}}]},
    {"id": "given", "name": "For you", "steps": [{"behaviour": {"orders": True}}], "start": {"assigned": True},
     "rewards": [{"points": {"unit": "points", "points": 1}}]},
]}}  # fmt: skip


async def made(shop: Shop, slug: str, rules: Any) -> str:
    created = await shop.admin.do(CREATE, input={"slug": slug, "name": slug, "rules": rules})
    await shop.admin.do(PUBLISH, id=created["program"]["id"])
    return str(created["program"]["id"])


async def members(shop: Shop) -> list[str]:
    """Three of them, the first with two orders and the second with one."""
    await points_program(shop.admin)
    found = [(await shop.admin.do(MEMBER, input={"externalId": f"c-{n}"}))["member"]["id"] for n in (1, 2, 3)]
    return [str(each) for each in found]


async def buy(shop: Shop) -> None:
    for key, who in (("o-1", "c-1"), ("o-2", "c-1"), ("o-3", "c-2")):
        await shop.admin.do(RECORD, input=purchase(key, 1000, who))


async def test_who_is_in_which_tier(shop: Shop) -> None:
    first, second, _ = await members(shop)
    program = await made(shop, "tiers", TIERS)
    query = """query ($id: ID!, $tier: String!, $first: Int!, $after: String) {
      program(id: $id) { tiers { tier name members } }
      tierMembers(programId: $id, tier: $tier, first: $first, after: $after) {
        nodes { memberId since reason until } pageInfo { hasNextPage endCursor } } }"""
    await buy(shop)
    seen = await shop.admin.ask(query, id=program, tier="gold", first=5)
    assert seen["program"]["tiers"] == [
        {"tier": "basic", "name": "Basic", "members": 1}, {"tier": "gold", "name": "Gold", "members": 1},
    ]  # fmt: skip
    (one,) = seen["tierMembers"]["nodes"]
    assert (one["memberId"], one["reason"], one["since"] < one["until"]) == (first, "REACHED", True)
    await shop.admin.do(RECORD, input=purchase("o-4", 1000, "c-2"))
    page = (await shop.admin.ask(query, id=program, tier="gold", first=1))["tierMembers"]
    assert [each["memberId"] for each in page["nodes"]] == [second] and page["pageInfo"]["hasNextPage"]
    rest = await shop.admin.ask(query, id=program, tier="gold", first=1, after=page["pageInfo"]["endCursor"])
    assert [each["memberId"] for each in rest["tierMembers"]["nodes"]] == [first]
    merge = "member { id }"
    pair = {"from": {"id": second}, "into": {"id": first}}
    assert (await tell(shop.admin, "memberMerge", merge, **pair))["userErrors"] == []
    seen = await shop.admin.ask(query, id=program, tier="gold", first=5)
    assert [each["members"] for each in seen["program"]["tiers"]] == [0, 1]
    assert [each["memberId"] for each in seen["tierMembers"]["nodes"]] == [first]


async def test_who_has_which_plan(shop: Shop) -> None:
    first, second, _ = await members(shop)
    program = await made(shop, "plans", PLANS)
    for who, plan in ((first, "friend"), (second, "plus")):
        joined = await tell(shop.admin, "membershipJoin", "membership { id }", member={"id": who}, programId=program,
                            plan=plan, paymentMethod="card_succeeds")  # fmt: skip
        assert joined["userErrors"] == []
    query = """query ($id: ID!, $plan: String!) {
      program(id: $id) { plans { plan name trial active pastDue cancelling } tiers { tier } tasks { task } }
      memberships(programId: $id, plan: $plan) { nodes { memberId state } } }"""
    seen = await shop.admin.ask(query, id=program, plan="plus")
    none = {"trial": 0, "active": 0, "pastDue": 0, "cancelling": 0}
    assert seen == {
        "program": {
            "plans": [
                {"plan": "plus", "name": "Plus", **none, "trial": 1},
                {"plan": "friend", "name": "Friend", **none, "active": 1},
            ],
            "tiers": [], "tasks": [],
        },
        "memberships": {"nodes": [{"memberId": second, "state": "TRIAL"}]},
    }  # fmt: skip
    mine = await shop.admin.ask("query ($id: ID!) { member(id: $id) { memberships { id } } }", id=second)
    over = await tell(shop.admin, "membershipCancel", "membership { id }", id=mine["member"]["memberships"][0]["id"],
                      when="NOW")  # fmt: skip
    assert over["userErrors"] == []
    seen = await shop.admin.ask(query, id=program, plan="plus")
    assert (seen["program"]["plans"][0], seen["memberships"]["nodes"]) == (
        {"plan": "plus", "name": "Plus", **none}, []
    )  # fmt: skip


async def test_who_has_which_task(shop: Shop) -> None:
    first, second, _ = await members(shop)
    program = await made(shop, "tasks", TASKS)
    for mutation, who, task in (("taskClaim", first, "walk"), ("taskAssign", second, "given")):
        done = await tell(shop.admin, mutation, "tasks { task }", member={"id": who}, programId=program, task=task)
        assert done["userErrors"] == []
    query = """query ($id: ID!) {
      program(id: $id) { tasks { task begins slots slotsTaken active } plans { plan } }
      walk: taskMembers(programId: $id, task: "walk") { nodes { memberId state began times endsAt } }
      given: taskMembers(programId: $id, task: "given") { nodes { memberId began } }
      done: taskMembers(programId: $id, task: "given", state: DONE) { nodes { memberId times } } }"""
    seen = await shop.admin.ask(query, id=program)
    assert seen == {
        "program": {
            "tasks": [
                {"task": "walk", "begins": "CLAIMED", "slots": 5, "slotsTaken": 1, "active": 1},
                {"task": "given", "begins": "ASSIGNED", "slots": None, "slotsTaken": 0, "active": 1},
            ],
            "plans": [],
        },
        "walk": {"nodes": [
            {"memberId": first, "state": "ACTIVE", "began": "CLAIMED", "times": 0, "endsAt": None},
        ]},
        "given": {"nodes": [{"memberId": second, "began": "ASSIGNED"}]}, "done": {"nodes": []},
    }  # fmt: skip
    await shop.admin.do(RECORD, input=purchase("o-1", 1000, "c-2"))
    seen = await shop.admin.ask(query, id=program)
    assert (seen["given"], seen["done"]) == ({"nodes": []}, {"nodes": [{"memberId": second, "times": 1}]})


async def test_members_by_their_ids_in_one_question(shop: Shop) -> None:
    first, second, third = await members(shop)
    unknown = encode("mem", new_id())
    program = (await shop.admin.ask("{ programs { nodes { id } } }"))["programs"]["nodes"][0]["id"]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Member { externalId } } }"
    wanted = [third, unknown, first, program, "nonsense", third]
    seen = await shop.admin.ask(query, ids=wanted)
    assert [each and each.get("externalId") for each in seen["nodes"]] == ["c-3", None, "c-1", None, None, "c-3"]
    assert seen["nodes"][3] == {"id": program}
    assert await shop.admin.ask(query, ids=[]) == {"nodes": []}
    refused = await shop.admin.answer(query, ids=[second] * 101)
    assert [error["message"] for error in refused["errors"]] == ["At most 100 ids at once."]


async def test_a_program_lists_its_replays(shop: Shop) -> None:
    program = await points_program(shop.admin)
    version = (await shop.admin.ask("query ($id: ID!) { program(id: $id) { live { id } } }", id=program))["program"]
    asked: list[Data] = [
        await shop.admin.do(REPLAY, input={"id": program, "versionId": version["live"]["id"], "since": since})
        for since in ("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z")
    ]
    query = """query ($id: ID!, $after: String) { replays(programId: $id, first: 1, after: $after) {
      nodes { id state askedBy { kind } } pageInfo { hasNextPage endCursor } } }"""
    page = (await shop.admin.ask(query, id=program))["replays"]
    assert page["nodes"] == [{"id": asked[1]["replay"]["id"], "state": "WAITING", "askedBy": {"kind": "KEY"}}]
    rest = (await shop.admin.ask(query, id=program, after=page["pageInfo"]["endCursor"]))["replays"]
    assert [each["id"] for each in rest["nodes"]] == [asked[0]["replay"]["id"]]
    assert not rest["pageInfo"]["hasNextPage"]
