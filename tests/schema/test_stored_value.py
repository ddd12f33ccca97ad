"""Stored value over HTTP: staff pay, give back and look; a shopper sees money and bonus, and puts a card on them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schema.served import CREATE, MEMBER, PUBLISH, RECORD, Api, Data, Shop

RULES = {"storedValue": {
    "unit": "money", "bonusUnit": "bonus", "currency": "EUR", "giftCards": {"pin": True, "maximum": 100000},
    "expiry": {"bonusMonths": 12}, "balanceMaximum": 50000,
    "topUp": {"maximum": 40000, "bands": [{"fromAmount": 10000, "bonus": {"percent": {"percent": 10}}}]},
}}  # fmt: skip
PAYMENT = (
    "payment { id memberId currency amount captured returned state orderId parts { source amount unit { slug } } }"
)
ERRORS = "userErrors { code field }"


@pytest.fixture
async def purse(shop: Shop) -> Shop:
    """A shop whose member `c-1` has 200 euros and a bonus of 20."""
    for slug in ("money", "bonus"):
        await shop.admin.do(
            "mutation ($slug: String!) { unitUpsert(input: {slug: $slug, name: \"euro\", namePlural: \"euros\","
            " currency: \"EUR\"}) { userErrors { code } } }", slug=slug,
        )  # fmt: skip
    made = await shop.admin.do(CREATE, input={"slug": "purse", "name": "Purse", "rules": RULES})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    await shop.admin.do(MEMBER, input={"externalId": "c-1"})
    await shop.admin.do(RECORD, input=order("top-up", {"id": "1", "amount": 20000, "kind": "TOP_UP"}))
    return shop


def order(key: str, *lines: Data) -> Data:
    what = {"orderId": key, "currency": "EUR", "lines": list(lines)}
    return {"idempotencyKey": key, "member": {"externalId": "c-1"}, "activity": {"purchase": what}}


async def do(api: Api, mutation: str, selection: str, **given: Any) -> Data:
    given.setdefault("idempotencyKey", f"{mutation}-{len(given)}")
    shape = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation ($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} {ERRORS} }} }}"
    return await api.do(query, input=given)


async def card(shop: Shop, amount: int = 5000, key: str = "card") -> Data:
    """A gift card: its code and PIN, and its id."""
    issued = await do(
        shop.admin, "giftCardIssue", "giftCard { id } code pin", idempotencyKey=key, amount=amount, currency="EUR",
        purchaser={"externalId": "c-1"}, orderId="gift",
    )  # fmt: skip
    return {"code": issued["code"], "pin": issued["pin"], "id": issued["giftCard"]["id"]}


async def pay(shop: Shop, amount: int, **given: Any) -> Data:
    given.setdefault("sources", [{"balance": True}])
    paid = await do(
        shop.admin, "storedValuePay", PAYMENT, amount=amount, currency="EUR", member={"externalId": "c-1"}, **given
    )  # fmt: skip
    found: Data = paid["payment"]
    return found


async def shopper(shop: Shop) -> Api:
    made = await shop.admin.do(
        'mutation { customerTokenCreate(input: {member: {externalId: "c-1"}}) { token userErrors { code } } }'
    )
    return shop.storefront(made["token"])


async def test_a_payment_from_first_to_last(purse: Shop) -> None:
    api = purse.admin
    source = {"giftCard": {name: value for name, value in (await card(purse)).items() if name != "id"}}
    held = await do(
        api, "storedValueAuthorize", f"{PAYMENT} balances {{ unit {{ slug }} available held }}", amount=9000,
        currency="EUR", member={"externalId": "c-1"}, sources=[source, {"balance": True}], orderId="o", minutes=60,
    )  # fmt: skip
    assert [(part["source"], part["amount"]) for part in held["payment"]["parts"]] == [
        ("GIFT_CARD", 5000), ("BONUS", 2000), ("MONEY", 2000),
    ]  # fmt: skip
    assert [(each["unit"]["slug"], each["available"], each["held"]) for each in held["balances"]] == [
        ("bonus", 0, 2000), ("money", 18000, 2000),
    ]  # fmt: skip
    id_ = held["payment"]["id"]
    captured = (await do(api, "storedValueCapture", PAYMENT, id=id_, amount=8000))["payment"]
    assert (captured["state"], captured["captured"], captured["orderId"]) == ("CAPTURED", 8000, "o")
    returned = (await do(api, "storedValueRefund", PAYMENT, id=id_, amount=500))["payment"]
    assert returned["returned"] == 500
    seen = await api.ask(
        "query ($id: ID!, $member: ID!) { payment(id: $id) { id returned } node(id: $id) { id }"
        " payments(memberId: $member) { nodes { id state } } byOrder: payments(orderId: \"o\") { nodes { id } }"
        " other: payments(orderId: \"p\") { nodes { id } } giftCards { nodes { balance } pageInfo { hasNextPage } }"
        " storedValueLiability { currency money bonus giftCards } }",
        id=id_, member=captured["memberId"],
    )  # fmt: skip
    assert seen == {
        "payment": {"id": id_, "returned": 500}, "node": {"id": id_},
        "payments": {"nodes": [{"id": id_, "state": "CAPTURED"}]}, "byOrder": {"nodes": [{"id": id_}]},
        "other": {"nodes": []}, "giftCards": {"nodes": [{"balance": 0}], "pageInfo": {"hasNextPage": False}},
        "storedValueLiability": [{"currency": "EUR", "money": 19500, "bonus": 0, "giftCards": 0}],
    }  # fmt: skip


async def test_what_is_voided_goes_back(purse: Shop) -> None:
    held = await do(
        purse.admin, "storedValueAuthorize", PAYMENT, amount=100, currency="EUR", member={"externalId": "c-1"},
        sources=[{"balance": True}],
    )  # fmt: skip
    voided = await do(
        purse.admin, "storedValueVoid", f"{PAYMENT} balances {{ available held }}", id=held["payment"]["id"]
    )  # fmt: skip
    assert (voided["payment"]["state"], voided["balances"][0]) == ("VOIDED", {"available": 2000, "held": 0})


async def test_staff_see_what_happened(purse: Shop) -> None:
    payment = await pay(purse, 3000, orderId="o")
    await purse.admin.do(RECORD, input=order("o", {"id": "1", "amount": 5000}))
    await do(purse.admin, "storedValueRefund", PAYMENT, id=payment["id"], amount=1000)
    await do(
        purse.admin, "storedValueCredit", "balances { available }", member={"externalId": "c-1"}, amount=2000,
        currency="EUR", orderId="o", reason="Late delivery",
    )  # fmt: skip
    await do(
        purse.admin, "giftCardTransferToBalance", "giftCard { state }", giftCard={"id": (await card(purse))["id"]},
        member={"externalId": "c-1"},
    )  # fmt: skip
    seen = await purse.admin.ask('{ member(externalId: "c-1") { timeline { nodes { kind text } } } }')
    assert [entry["text"] for entry in seen["member"]["timeline"]["nodes"] if entry["kind"] == "STORED_VALUE"] == [
        "50 euros came from a gift card.", "20 euros of an order refunded to the balance: Late delivery",
        "10 euros of a payment came back.", "10 euros paid.", "20 euros paid.",
    ]  # fmt: skip


async def test_refusals_name_their_field(purse: Shop) -> None:
    async def refused(mutation: str, **given: Any) -> list[tuple[str, list[str]]]:
        shape = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation ($input: {shape}!) {{ {mutation}(input: $input) {{ {ERRORS} }} }}"
        return await purse.admin.refused(query, input={"idempotencyKey": f"k-{given}"[:200], **given})

    member, balance = {"externalId": "c-1"}, [{"balance": True}]
    paid = {"currency": "EUR", "member": member, "sources": balance}
    assert await refused("storedValuePay", amount=22001, **paid) == [("INSUFFICIENT_FUNDS", ["amount"])]
    assert await refused("storedValuePay", amount=1, **{**paid, "sources": [{"balance": False}]}) == [
        ("INVALID", ["sources", "0", "balance"])
    ]
    assert await refused("storedValuePay", amount=1, **{**paid, "member": None}) == [("INVALID", ["member"])]
    assert await refused("storedValuePay", amount=1, programId="prg_x", **paid) == [("NOT_FOUND", ["programId"])]
    assert await refused("storedValueAuthorize", amount=1, minutes=0, **paid) == [("OUT_OF_RANGE", ["minutes"])]
    assert await refused("storedValueCapture", id="pay_x") == [("NOT_FOUND", ["id"])]
    assert await refused("giftCardIssue", amount=1, currency="USD") == [("NOT_ELIGIBLE", ["currency"])]
    assert await refused("giftCardIssue", amount=1, currency="EUR", purchaser={"externalId": "nobody"}) == [
        ("NOT_FOUND", ["purchaser"])
    ]
    assert await refused("giftCardReissue", giftCard={"code": {"code": "what", "pin": ""}}) == [
        ("INVALID", ["giftCard", "code", "pin"])
    ]
    assert await refused("giftCardDisable", giftCard={"id": "gft_x"}, reason="r") == [("NOT_FOUND", ["giftCard", "id"])]
    assert await refused(
        "storedValueCredit", amount=1, currency="EUR", member=member, orderId="none", reason="r"
    ) == [("ORDER_NOT_FOUND", ["orderId"])]  # fmt: skip


async def test_a_shopper_sees_money_and_bonus_and_puts_a_card_on_them(purse: Shop) -> None:
    page, made = await shopper(purse), await card(purse)
    money = "storedValue { currency money bonus total moneyExpiries { amount } bonusExpiries { amount } }"
    seen = await page.ask(f"{{ me {{ {money} balances {{ unit {{ slug currency }} available }} }} }}")
    assert seen["me"]["storedValue"] == [{
        "currency": "EUR", "money": 20000, "bonus": 2000, "total": 22000, "moneyExpiries": [],
        "bonusExpiries": [{"amount": 2000}],
    }]  # fmt: skip
    look = "query ($code: String!, $pin: String) { giftCard(code: $code, pin: $pin) { balance state expiresAt } }"
    ref = {"code": made["code"].lower(), "pin": made["pin"]}
    assert await page.ask(look, **ref) == {"giftCard": {"balance": 5000, "state": "ACTIVE", "expiresAt": None}}
    assert await page.ask(look, code=made["code"], pin="no") == {"giftCard": None}
    put = await page.do(
        "mutation ($card: GiftCardCodeInput!) { giftCardToBalance(input: {idempotencyKey: \"k\", giftCard: $card}) {"
        " giftCard { balance state } storedValue { money } userErrors { code field } } }", card=ref,
    )  # fmt: skip
    assert (put["giftCard"], put["storedValue"]) == ({"balance": 0, "state": "MOVED"}, [{"money": 25000}])
    history = await page.ask("{ me { history { nodes { kind text } } } }")
    assert [entry["text"] for entry in history["me"]["history"]["nodes"]] == [
        "+50 euros, topped up", "+20 euros, topped up", "+200 euros, topped up",
    ]  # fmt: skip


async def test_a_shopper_asks_what_the_balance_pays(purse: Shop) -> None:
    page = await shopper(purse)
    quote = (
        "query ($input: QuoteInput!) { quote(input: $input) { quote { amountDue payments { source amount"
        " lastCharacters } } userErrors { code field } } }"
    )
    lines = [{"id": "1", "amount": 3000}, {"id": "2", "amount": 10000, "kind": "TOP_UP"}]
    cart = {"currency": "EUR", "lines": lines}
    told = await page.do(quote, input={"cart": cart, "payWith": [{"balance": True}]})
    assert told["quote"] == {
        "amountDue": 10000,
        "payments": [{"source": "BONUS", "amount": 2000, "lastCharacters": None},
                     {"source": "MONEY", "amount": 1000, "lastCharacters": None}],
    }  # fmt: skip
    for amount, code in ((40001, "OUT_OF_RANGE"), (30001, "LIMIT_REACHED")):
        lines[1]["amount"] = amount
        assert await page.refused(quote, input={"cart": cart}) == [(code, ["cart", "lines"])]


async def test_a_guest_has_no_balance_and_looks_at_no_card(purse: Shop) -> None:
    guest, made = purse.storefront(), await card(purse)
    answer = await guest.answer("query ($code: String!) { giftCard(code: $code) { balance } }", code=made["code"])
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    quote = "query ($input: QuoteInput!) { quote(input: $input) { quote { amountDue } userErrors { code field } } }"
    cart = {"currency": "EUR", "lines": [{"id": "1", "amount": 3000}]}
    assert await guest.refused(quote, input={"cart": cart, "payWith": [{"balance": True}]}) == [
        ("NOT_ELIGIBLE", ["payWith"])
    ]
    by_card = [{"giftCard": {"code": made["code"], "pin": made["pin"]}}]
    assert (await guest.do(quote, input={"cart": cart, "payWith": by_card}))["quote"] == {"amountDue": 0}


async def test_a_program_of_this_kind_is_shown_to_shoppers(purse: Shop) -> None:
    seen = await purse.storefront().ask(
        "{ program { name unit { slug currency } waysToEarn { name text } expiry payment { points } } }"
    )
    assert seen["program"] == {
        "name": "Purse", "unit": {"slug": "money", "currency": "EUR"}, "payment": None,
        "waysToEarn": [{"name": "Top-up", "text": "10 % bonus on top from 100.00 EUR on."}],
        "expiry": "Money never ends. A bonus ends 12 months after it came.",
    }  # fmt: skip
