"""Stored value and gift cards as others published them (docs/cases.md, S4 and S5), through the public API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cases.conftest import OpenShop
from tests.cases.merchant import MEMBER, Json, Merchant, Problem, line, per_amount, problems, rules, tender

_PAYMENT = "payment { id amount captured returned state orderId parts { source amount captured returned } }"
_BALANCES = "balances { unit { slug } available }"
_PAYLOADS = {
    "storedValueAuthorize": f"{_PAYMENT} {_BALANCES}",
    "storedValuePay": f"{_PAYMENT} {_BALANCES}",
    "storedValueCapture": f"{_PAYMENT} {_BALANCES}",
    "storedValueRefund": f"{_PAYMENT} {_BALANCES}",
    "storedValueCredit": _BALANCES,
    "giftCardIssue": "giftCard { id balance state lastCharacters } code pin",
    "giftCardTransferToBalance": f"giftCard {{ balance state }} {_BALANCES}",
}
_QUOTE = (
    "query($input: QuoteInput!) { quote(input: $input) { quote { amountDue payments { source amount } "
    "earns { unit { slug } amount } } userErrors { field code message } } }"
)


@dataclass
class Till:
    """A merchant with stored value in a currency, and its shop's till."""

    merchant: Merchant

    async def tell(self, mutation: str, **given: Any) -> Any:
        """A mutation's payload, whatever it says; its key is made up unless given."""
        given.setdefault("idempotencyKey", self.merchant.new_key(mutation))
        shape = f"{mutation[0].upper()}{mutation[1:]}Input"
        selection = f"{_PAYLOADS[mutation]} userErrors {{ field code message }}"
        query = f"mutation($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} }} }}"
        return (await self.merchant.ask(query, input=given))[mutation]

    async def do(self, mutation: str, **given: Any) -> Any:
        """The payload of a mutation that is not refused."""
        payload = await self.tell(mutation, **given)
        assert payload["userErrors"] == [], payload
        return payload

    async def card(self, amount: int) -> Json:
        """A gift card, as a source."""
        issued = await self.do("giftCardIssue", amount=amount, currency=self.merchant.currency)
        return {"giftCard": {"code": issued["code"], "pin": issued["pin"]}}

    async def left_on(self, card: Json) -> int:
        """What can be paid with a card."""
        query = "query($code: String!, $pin: String) { giftCard(code: $code, pin: $pin) { balance } }"
        found = await self.merchant.ask(query, **card["giftCard"])
        return int(found["giftCard"]["balance"])

    async def quote(self, lines: Sequence[Json], pay_with: Sequence[Json], **cart: Any) -> Any:
        """The quote's payload."""
        given = {"member": {"externalId": MEMBER}, "payWith": list(pay_with),
                 "cart": {"currency": self.merchant.currency, "lines": list(lines), **cart}}  # fmt: skip
        return (await self.merchant.ask(_QUOTE, input=given))["quote"]

    async def pay(self, amount: int, sources: Sequence[Json], **given: Any) -> Any:
        """Stored value taken; from the member's balance too if a source says so."""
        return await self.tell(
            "storedValuePay", amount=amount, currency=self.merchant.currency, sources=list(sources),
            member={"externalId": MEMBER}, **given,
        )  # fmt: skip

    async def top_up(self, amount: int) -> None:
        """Money put on by an order of its own."""
        await self.merchant.buy(line(amount, kind="TOP_UP"))

    async def has(self, slug: str = "money") -> int:
        """What the member can spend of a unit."""
        query = "query($id: String) { member(externalId: $id) { balances { unit { slug } available } } }"
        found = (await self.merchant.ask(query, id=MEMBER))["member"]["balances"]
        return next(int(each["available"]) for each in found if each["unit"]["slug"] == slug)


async def open_till(merchant: Merchant, points: Json | None = None, **given: Any) -> Till:
    """Stored value in the merchant's currency, with gift cards; beside a points program if there are rules for it."""
    await merchant.open(points)
    for slug in ("money", "bonus"):
        await merchant.do("unitUpsert", slug=slug, name="dollar", namePlural="dollars", currency=merchant.currency)
    made = await merchant.do("programCreate", slug="balance", name="Balance", rules={"storedValue": {
        "unit": "money", "bonusUnit": "bonus", "currency": merchant.currency, "giftCards": {}, **given,
    }})  # fmt: skip
    await merchant.do("programPublish", id=made["program"]["id"])
    return Till(merchant)


BALANCE: Json = {"balance": True}


@dataclass(frozen=True, slots=True)
class Case:
    """Cards that a customer has, an order, and what is left to pay and on each card. In dollars."""

    id: str
    cards: Sequence[int]
    lines: Sequence[Json]
    due: int
    left: Sequence[int]


HUNDRED_LESS_TEN_PERCENT = line(10000, discount=1000)
CASES = (
    Case("S4-fifty", (5000,), (HUNDRED_LESS_TEN_PERCENT,), 4000, (0,)),
    Case("S4-hundred", (10000,), (HUNDRED_LESS_TEN_PERCENT,), 0, (1000,)),
    Case("S4-two-cards", (5000, 5000), (HUNDRED_LESS_TEN_PERCENT,), 0, (0, 1000)),
    Case("S4-with-tax", (10000,), (line(10000, discount=1000, tax=1800),), 800, (0,)),
    Case("S4-buys-a-card", (5000,), (line(2000), line(10000, "l2", kind="GIFT_CARD")), 10000, (3000,)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_s4_a_gift_card_pays_what_the_code_leaves(merchant: Merchant, case: Case) -> None:
    till = await open_till(merchant)
    cards = [await till.card(amount) for amount in case.cards]
    quoted = (await till.quote(case.lines, cards, codes=["TEN"]))["quote"]
    paid = sum(each["amount"] for each in quoted["payments"])
    assert quoted["amountDue"] == case.due
    payment = (await till.pay(paid, cards, orderId="o"))["payment"]
    assert (payment["captured"], payment["state"]) == (paid, "CAPTURED")
    assert [await till.left_on(card) for card in cards] == list(case.left)
    tenders = [tender("GIFT_CARD", paid), *([tender("CARD", case.due)] if case.due else [])]
    await merchant.buy(*case.lines, order="o", tenders=tenders, codes=["TEN"])
    await merchant.refund("o")
    assert [await till.left_on(card) for card in cards] == list(case.cards), "a refund gives all of it back"


@pytest.mark.parametrize(
    ("has", "lines", "pays", "due", "after"),
    [
        pytest.param(1000, [line(10000), line(5000, "l2", kind="TOP_UP")], 1000, 14000, 5000, id="S5"),
        pytest.param(20000, [line(10000), line(5000, "l2", kind="TOP_UP")], 10000, 5000, 15000, id="S5-rich"),
        pytest.param(20000, [line(5000, kind="TOP_UP")], 0, 5000, 25000, id="S5-top-up-alone"),
    ],
)
async def test_s5_stored_value_pays_beside_a_top_up_and_never_for_it(
    merchant: Merchant, has: int, lines: list[Json], pays: int, due: int, after: int
) -> None:
    till = await open_till(merchant)
    await till.top_up(has)
    quoted = (await till.quote(lines, [BALANCE]))["quote"]
    assert (quoted["payments"], quoted["amountDue"]) == (
        [{"source": "MONEY", "amount": pays}] if pays else [], due
    )  # fmt: skip
    if pays:
        assert problems(await till.pay(pays, [BALANCE], orderId="o")) == []
    await merchant.buy(*lines, order="o", tenders=[tender("STORED_VALUE", pays), tender("CARD", due)])
    assert await till.has() == after


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 500), ("KWD", 12345), ("USD", 1999)])
async def test_currencies_of_any_number_of_decimals(open_shop: OpenShop, currency: str, amount: int) -> None:
    merchant = (await open_shop(currency=currency)).live
    till = await open_till(merchant, topUp={"bands": [{"fromAmount": 1, "bonus": {"percent": {"percent": 7}}}]})
    await till.top_up(amount)
    assert (await till.has(), await till.has("bonus")) == (amount, amount * 7 // 100)
    payment = (await till.pay(amount, [BALANCE]))["payment"]
    assert [part["source"] for part in payment["parts"]] == ["BONUS", "MONEY"]
    assert await till.has() == amount - (amount - amount * 7 // 100)


async def test_promise_13_gift_cards_and_top_ups_that_are_bought_earn_nothing(merchant: Merchant) -> None:
    till = await open_till(merchant, points=rules(per_amount()))
    await merchant.buy(line(10000, kind="GIFT_CARD"))
    await till.top_up(10000)
    assert (await merchant.available(), await till.has()) == (0, 10000)
    await till.pay(4000, [BALANCE], orderId="o")
    await merchant.buy(10000, order="o", tenders=[tender("STORED_VALUE", 4000), tender("CARD", 6000)])
    assert await merchant.available() == 100, "a payment is no discount"


async def test_promise_2_a_refund_told_by_both_ways_is_given_once(merchant: Merchant) -> None:
    till = await open_till(merchant)
    await till.top_up(10000)
    payment = (await till.pay(6000, [BALANCE], orderId="o"))["payment"]
    await merchant.buy(4000, 6000, order="o", tenders=[tender("STORED_VALUE", 6000), tender("CARD", 4000)])
    await merchant.refund("o", {"l2": 1})
    assert await till.has() == 4000 + 3600
    told = await till.do("storedValueRefund", id=payment["id"], amount=3600)
    assert (told["payment"]["returned"], await till.has()) == (3600, 7600)
    refused = await till.tell("storedValueRefund", id=payment["id"], amount=2401)
    assert problems(refused) == [Problem("REFUND_EXCEEDS_PAYMENT", "amount")]


async def test_promise_1_topping_up_with_a_bonus_and_taking_the_money_back(merchant: Merchant) -> None:
    """The bonus goes with the top-up; what is spent of it is remembered, and nothing is made by going round."""
    till = await open_till(merchant, topUp={"bands": [{"fromAmount": 10000, "bonus": {"percent": {"percent": 10}}}]})
    await merchant.buy(line(10000, kind="TOP_UP"), order="top-up")
    await till.pay(1500, [BALANCE], orderId="o")
    await merchant.buy(1500, order="o", tenders=[tender("STORED_VALUE", 1500)])
    await merchant.refund("top-up")
    assert (await till.has(), await till.has("bonus")) == (0, 0)
    await merchant.refund("o")
    assert (await till.has(), await till.has("bonus")) == (0, 0), "what comes back pays what was missing"


async def test_a_wrong_pin_is_told_like_a_wrong_code_and_stopped(merchant: Merchant) -> None:
    till = await open_till(merchant, giftCards={"pin": True})
    card = (await till.card(5000))["giftCard"]
    wrong = {"giftCard": {**card, "pin": "wrong"}}
    unknown = {"giftCard": {**card, "code": "0000-0000-0000-0000"}}
    for source in (wrong, unknown):
        refused = await till.pay(100, [source])
        assert problems(refused) == [Problem("NOT_FOUND", "sources.0.giftCard")]
        assert problems(await till.quote([line(100)], [source])) == [Problem("NOT_FOUND", "payWith.0.giftCard")]
    for _ in range(8):
        await till.pay(100, [wrong])
    query = "query($code: String!, $pin: String) { giftCard(code: $code, pin: $pin) { balance } }"
    answer = (await merchant.post(query, card)).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["THROTTLED"]
