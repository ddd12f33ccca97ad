"""What shoppers do by themselves over HTTP: whom they look after, and points that they give another member."""

from __future__ import annotations

from typing import Any

import pytest

from kit.ids import encode, new_id
from tests.schema.served import MEMBER, RECORD, RULES, Api, Data, Shop, points_program, purchase
from tests.schema.test_giving_and_inviting import shopper

ERRORS = "userErrors { code field }"
GIFTS = {"points": {**RULES["points"], "transfers": {"minimum": 10, "maximumPerDay": 60}}}
REX = {"kind": "pet", "name": "Rex", "birthday": "2020-05-04"}


async def told(api: Api, mutation: str, selection: str, **given: Any) -> Data:
    shape = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation ($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} {ERRORS} }} }}"
    answer: Data = (await api.ask(query, input=given))[mutation]
    return answer


@pytest.fixture
async def club(shop: Shop) -> Shop:
    """A shop whose members may give each other points; `c-1` has 100."""
    await points_program(shop.admin, GIFTS)
    for member in ("c-1", "c-2"):
        await shop.admin.do(MEMBER, input={"externalId": member})
    await shop.admin.do(RECORD, input=purchase("o-1", 10_000))
    return shop


async def test_dependants(club: Shop) -> None:
    cleo, other = await shopper(club, "c-1"), await shopper(club, "c-2")
    made = await told(cleo, "dependantUpsert", "dependants { id kind name birthday }", **REX)
    (rex,) = made["dependants"]
    assert rex == {**REX, "id": rex["id"]} and made["userErrors"] == []
    changed = await told(cleo, "dependantUpsert", "dependants { id birthday }", kind="pet", name="Rex")
    assert changed["dependants"] == [{"id": rex["id"], "birthday": None}]
    seen = await club.admin.ask('{ member(externalId: "c-1") { dependants { id name } } }')
    assert seen["member"]["dependants"] == [{"id": rex["id"], "name": "Rex"}]
    bad = await told(cleo, "dependantUpsert", "dependants { id }", kind="A pet", name="Rex")
    assert bad == {"dependants": [], "userErrors": [{"code": "INVALID", "field": ["kind"]}]}
    for id_ in (rex["id"], encode("dep", new_id()), "dep_1"):
        answer = await told(other, "dependantRemove", "dependants { id }", id=id_)
        assert answer["userErrors"] == [{"code": "NOT_FOUND", "field": ["id"]}]
    assert (await told(cleo, "dependantRemove", "dependants { id }", id=rex["id"]))["dependants"] == []
    assert (await cleo.ask("{ me { dependants { id } } }"))["me"]["dependants"] == []


async def test_points_for_another_member(club: Shop) -> None:
    cleo = await shopper(club, "c-1")
    offer = "{ me { giveablePoints { unit { slug } minimum maximumPerDay leftToday } } }"
    expected = {"unit": {"slug": "points"}, "minimum": 10, "maximumPerDay": 60, "leftToday": 60}
    assert (await cleo.ask(offer))["me"]["giveablePoints"] == [expected]
    wish = {"idempotencyKey": new_id(), "to": {"externalId": "c-2"}, "unit": "points", "points": 40}
    for _ in range(2):
        gave = await told(cleo, "pointsTransfer", "balances { available }", **wish)
        assert gave == {"balances": [{"available": 60}], "userErrors": []}
    # The same key of the shop's server, and of another shopper, is another.
    adjust = {"idempotencyKey": wish["idempotencyKey"], "member": {"externalId": "c-2"}, "unit": "points"}
    served = await told(club.admin, "pointsAdjust", "balances { available }", **adjust, amount=1, reason="sorry")
    assert served == {"balances": [{"available": 41}], "userErrors": []}
    back = {**wish, "to": {"externalId": "c-1"}, "points": 10}
    other = await told(await shopper(club, "c-2"), "pointsTransfer", "balances { available }", **back)
    assert other == {"balances": [{"available": 31}], "userErrors": []}
    refused: dict[str, Data] = {
        "LIMIT_REACHED": {"points": 21}, "OUT_OF_RANGE": {"points": 5}, "NOT_FOUND": {"to": {"externalId": "c-3"}},
        "INVALID": {"to": {"externalId": "c-1"}}, "NOT_ELIGIBLE": {"unit": "miles"},
    }  # fmt: skip
    for code, given in refused.items():
        asked = {**wish, "points": 10, **given, "idempotencyKey": new_id()}
        (error,) = (await told(cleo, "pointsTransfer", "balances { available }", **asked))["userErrors"]
        assert error["code"] == code
    assert (await cleo.ask(offer))["me"]["giveablePoints"] == [{**expected, "leftToday": 20}]
    for member, points in (("c-1", 10), ("c-2", -10)):
        api = await shopper(club, member)
        latest = (await api.ask("{ me { history(first: 1) { nodes { kind points } } } }"))["me"]["history"]["nodes"]
        assert latest == [{"kind": "TRANSFERRED", "points": points}]


@pytest.mark.parametrize(
    "mutation",
    [
        'pointsTransfer(input: {idempotencyKey: "k", to: {externalId: "c-2"}, unit: "points", points: 10})',
        'dependantUpsert(input: {kind: "pet", name: "Rex"})', 'dependantRemove(input: {id: "dep_1"})',
    ],
)  # fmt: skip
async def test_a_guest_does_none_of_it(club: Shop, mutation: str) -> None:
    answer = await club.storefront().answer(f"mutation {{ {mutation} {{ userErrors {{ code }} }} }}")
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_key_that_others_used_is_free_to_redeem_with(club: Shop) -> None:
    given = {"idempotencyKey": "k", "member": {"externalId": "c-2"}, "unit": "points", "amount": 50, "reason": "sorry"}
    await told(club.admin, "pointsAdjust", "balances { available }", **given)
    terms = {"freeProduct": {"sku": "MUG", "quantity": 1}}
    mug = {"slug": "mug", "name": "Mug", "unit": "points", "points": 30, "terms": terms}
    reward = (await told(club.admin, "rewardUpsert", "reward { id }", **mug))["reward"]["id"]
    wish, made = {"idempotencyKey": "k", "redeem": {"rewardId": reward}}, []
    for name in ("c-1", "c-2", "c-1"):
        answer = await told(await shopper(club, name), "redeem", "redemption { id }", **wish)
        assert answer["userErrors"] == []
        made.append(answer["redemption"]["id"])
    assert made[0] == made[2] != made[1]
