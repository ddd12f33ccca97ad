"""Tasks on the storefront and in the admin API: claimed by the shopper, assigned and withdrawn by staff."""

from __future__ import annotations

from tests.schema.served import CREATE, MEMBER, PUBLISH, Shop, points_program, purchase
from tests.schema.test_memberships import shopper, tell

RULES = {"tasks": {
    "unit": "points", "badges": [{"id": "fan", "name": "Fan"}],
    "tasks": [
        {"id": "claimed", "name": "Claim it", "steps": [{"behaviour": {"orders": True}}], "badge": "fan",
         "start": {"claimed": {"slots": 1}}, "rewards": [{"points": {"unit": "points", "points": 5}}]},
        {"id": "given", "name": "For you", "steps": [{"behaviour": {"times": {"kind": "review"}}}],
         "start": {"assigned": True}, "rewards": [{"reward": {"reward": "coffee"}}]},
    ],
}}  # fmt: skip
TASKS = "tasks { task state slotsLeft rewards { points { points } reward { reward } } }"
BUY = "mutation ($input: RecordActivityInput!) { recordActivity(input: $input) { userErrors { code } } }"


async def open_tasks(shop: Shop) -> str:
    await points_program(shop.admin)
    await shop.admin.do(
        "mutation { rewardUpsert(input: {slug: \"coffee\", name: \"Coffee\", unit: \"points\", points: 10,"
        " terms: {freeProduct: {sku: \"C\"}}, voucherSource: GENERATED}) { userErrors { code message } } }"
    )  # fmt: skip
    made = await shop.admin.do(CREATE, input={"slug": "tasks", "name": "Tasks", "rules": RULES})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    for member in ("c-1", "c-2"):
        await shop.admin.do(MEMBER, input={"externalId": member})
    return str(made["program"]["id"])


async def test_a_shopper_claims_what_nobody_else_has(shop: Shop) -> None:
    program = await open_tasks(shop)
    ann, bob = await shopper(shop, "c-1"), await shopper(shop, "c-2")
    seen = await ann.ask(f"{{ me {{ {TASKS} badges {{ badge }} }} }}")
    offer = {"task": "claimed", "state": "OFFERED", "slotsLeft": 1,
             "rewards": [{"points": {"points": 5}, "reward": None}]}  # fmt: skip
    assert seen == {"me": {"tasks": [offer], "badges": []}}
    claimed = await tell(ann, "taskClaim", TASKS, programId=program, task="claimed")
    assert claimed == {"tasks": [offer | {"state": "ACTIVE", "slotsLeft": None}], "userErrors": []}
    refused = await tell(bob, "taskClaim", TASKS, idempotencyKey="bob", programId=program, task="claimed")
    assert refused == {"tasks": [], "userErrors": [{"code": "NO_SLOTS", "field": ["task"]}]}
    other = await tell(bob, "taskClaim", TASKS, programId=program, task="given")
    assert other["userErrors"] == [{"code": "NOT_CLAIMABLE", "field": ["task"]}]
    await shop.admin.do(BUY, input=purchase("o-1", 100) | {"member": {"externalId": "c-1"}})
    seen = await ann.ask("{ me { tasks { task state times doneAt } badges { badge name times } } }")
    (task,) = seen["me"]["tasks"]
    assert (task["state"], task["times"], task["doneAt"] is None) == ("DONE", 1, False)
    assert seen["me"]["badges"] == [{"badge": "fan", "name": "Fan", "times": 1}]
    guest = await shop.storefront().answer(
        'mutation ($id: ID!) { taskClaim(input: {idempotencyKey: "x", programId: $id, task: "claimed"})'
        " { userErrors { code } } }", id=program,
    )  # fmt: skip
    assert [error["extensions"]["code"] for error in guest["errors"]] == ["UNAUTHENTICATED"]


async def test_staff_assign_and_withdraw(shop: Shop) -> None:
    program, member = await open_tasks(shop), {"externalId": "c-1"}
    given = {"member": member, "programId": program, "task": "given"}
    assigned = await tell(shop.admin, "taskAssign", "tasks { task state began }", **given)
    assert {"task": "given", "state": "ACTIVE", "began": "ASSIGNED"} in assigned["tasks"]
    withdrawn = await tell(shop.admin, "taskWithdraw", "tasks { task }", **given, reason="A mistake")
    assert withdrawn == {"tasks": [{"task": "claimed"}], "userErrors": []}
    again = await tell(shop.admin, "taskWithdraw", "tasks { task }", **given, reason="Again")
    assert again["userErrors"] == [{"code": "NOT_FOUND", "field": ["task"]}]
    unknown = await tell(shop.admin, "taskAssign", "tasks { task }", **given | {"task": "none"})
    assert unknown["userErrors"] == [{"code": "NOT_FOUND", "field": ["task"]}]
    counts = await shop.admin.ask("query ($id: ID!) { program(id: $id) { tasks { task withdrawn } } }", id=program)
    assert counts["program"]["tasks"] == [{"task": "claimed", "withdrawn": 0}, {"task": "given", "withdrawn": 1}]


async def test_a_task_gives_a_reward_of_the_catalogue(shop: Shop) -> None:
    program, member = await open_tasks(shop), {"externalId": "c-1"}
    await tell(shop.admin, "taskAssign", "tasks { task }", member=member, programId=program, task="given")
    await shop.admin.do(BUY, input={
        "idempotencyKey": "r", "member": member, "activity": {"event": {"kind": "review"}},
    })  # fmt: skip
    found = await shop.admin.ask(
        '{ member(externalId: "c-1") { redemptions { nodes { points state reward { slug } voucher { state } } } } }'
    )
    assert found["member"]["redemptions"]["nodes"] == [
        {"points": 0, "state": "CONFIRMED", "reward": {"slug": "coffee"}, "voucher": {"state": "ISSUED"}}
    ]
