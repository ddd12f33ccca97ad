"""What a shop tells beside an activity's own fields: read by conditions, shown again, and bounded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schema.served import CREATE, MEMBER, PUBLISH, UNIT, Data, Shop

NIGHTS = "has(activity.payload.nights) && activity.payload.nights >= 3"
RECORD = """mutation ($input: RecordActivityInput!) { recordActivity(input: $input) {
  activity { payload { name value } reference } decision { movements { amount } } userErrors { code field } } }"""
AMEND = """mutation ($input: OrderAmendInput!) { orderAmend(input: $input) {
  balances { available } userErrors { code field } } }"""
QUOTE = (
    """query ($input: QuoteInput!) { quote(input: $input) { quote { earns { amount } } userErrors { code field } } }"""
)
ORDER: Data = {"currency": "USD", "lines": [{"id": "1", "amount": 1000}]}


@pytest.fixture
async def hotel(shop: Shop) -> Shop:
    """A shop that gives 40 points for three nights, and for a survey that was filled in well."""
    await shop.admin.do(UNIT)
    rules = [
        {"id": "stay", "name": "Stay", "earn": {"fixed": {"points": 40}}, "conditions": {"when": NIGHTS}},
        {
            "id": "survey", "name": "Survey", "on": ["survey"], "earn": {"fixed": {"points": 5}},
            "conditions": {"when": 'activity.payload["mood"] == "good" && activity.payload.done == true'},
            "caps": [{"limit": 1, "counts": "TIMES"}],
        },
    ]  # fmt: skip
    rules_of = {"points": {"unit": "points", "rules": rules}}
    made = await shop.admin.do(CREATE, input={"slug": "stay", "name": "Stay", "rules": rules_of})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    await shop.admin.do(MEMBER, input={"externalId": "c-1"})
    return shop


def nights(number: object) -> list[Data]:
    return [{"name": "nights", "value": number}]


async def record(shop: Shop, key: str, **activity: Any) -> Data:
    given = {"idempotencyKey": key, "member": {"externalId": "c-1"}, "activity": activity}
    told: Data = await shop.admin.do(RECORD, input=given)
    return told


async def test_a_condition_reads_what_the_shop_told(hotel: Shop) -> None:
    short = await record(hotel, "a", purchase={"orderId": "1", **ORDER, "payload": nights(2)})
    long = await record(hotel, "b", purchase={"orderId": "2", **ORDER, "payload": nights(3)})
    none = await record(hotel, "c", purchase={"orderId": "3", **ORDER})
    assert [told["decision"]["movements"] for told in (short, long, none)] == [[], [{"amount": 40}], []]
    assert long["activity"] == {"payload": nights(3), "reference": None}
    mood = [{"name": "mood", "value": "good"}, {"name": "done", "value": True}, {"name": "left_out", "value": None}]
    asked = await record(hotel, "d", event={"kind": "survey", "reference": "s-1", "payload": mood})
    assert asked["decision"]["movements"] == [{"amount": 5}]
    assert asked["activity"] == {"payload": mood[:2], "reference": "s-1"}


async def test_a_cart_and_an_amended_order_have_it_too(hotel: Shop) -> None:
    cart = {"member": {"externalId": "c-1"}, "cart": {**ORDER, "payload": nights(4)}}
    assert (await hotel.admin.do(QUOTE, input=cart))["quote"]["earns"] == [{"amount": 40}]
    await record(hotel, "a", purchase={"orderId": "1", **ORDER, "payload": nights(1)})
    amended = {"idempotencyKey": "b", "member": {"externalId": "c-1"}, "orderId": "1", "currency": "USD"}
    lines = [{"id": "1", "amount": 1000}, {"id": "2", "amount": 500}]
    told = await hotel.admin.do(AMEND, input={**amended, "lines": lines, "payload": nights(3)})
    assert told["balances"] == [{"available": 40}]


@pytest.mark.parametrize(
    ("payload", "refused"),
    [
        (nights(2**53), ("INVALID", ["0", "value"])),
        (nights("\n"), ("INVALID", ["0", "value"])),
        ([*nights(1), *nights(2)], ("INVALID", ["1", "name"])),
        ([{"name": "a b", "value": 1}], ("INVALID", ["0", "name"])),
        ([{"name": f"n{number}", "value": "x" * 199} for number in range(20)], ("INVALID", [])),
        ([{"name": f"n{number}", "value": 1} for number in range(51)], ("TOO_MANY", [])),
    ],
)
async def test_it_is_bounded(hotel: Shop, payload: list[Data], refused: tuple[str, list[str]]) -> None:
    code, path = refused
    given = {
        "idempotencyKey": "a", "member": {"externalId": "c-1"},
        "activity": {"purchase": {"orderId": "1", **ORDER, "payload": payload}},
    }  # fmt: skip
    assert await hotel.admin.refused(RECORD, input=given) == [(code, ["activity", "purchase", "payload", *path])]
    if code == "INVALID":
        cart = {"cart": {**ORDER, "payload": payload}}
        assert await hotel.admin.refused(QUOTE, input=cart) == [(code, ["cart", "payload", *path])]


async def test_free_plays_are_not_recorded_by_hand(hotel: Shop) -> None:
    given = {
        "idempotencyKey": "a", "member": {"externalId": "c-1"},
        "activity": {"event": {"kind": "custom:game.free", "payload": [{"name": "program", "value": "x"}]}},
    }  # fmt: skip
    assert await hotel.admin.refused(RECORD, input=given) == [("INVALID", ["activity", "event", "kind"])]
