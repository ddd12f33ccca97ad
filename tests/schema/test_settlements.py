"""Settlements over HTTP: drafted, approved, paid, netted, and their statements as files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kit import clock
from kit.ids import new_id
from programs.coalition import checking, settlements
from tenants import scope
from tests.schema.club import Brand, by_key, coalition, key_of, tenant_of
from tests.schema.served import Api, Data, Shop, signed_up

SHOWN = """id number state currency amountMicros due carriedOutMicros entries statementHash statementPath
  paymentReference partnerName approvedBy { kind } paidBy { kind }
  lines { kind termsNumber entries points amountMicros }"""


@pytest.fixture
async def brands(shop: Shop) -> tuple[Brand, Brand]:
    """Two partners whose period was settled: the first owes 12.34 €, the second is owed 4.00 €."""
    first, second = await coalition(shop, "boats", "anchor")
    for brand, micros in ((first, -12_345_000), (second, 4_000_000)):
        made = await tell(shop, "partnerAdjust", "partner { id }", idempotencyKey=new_id(), id=brand.id,
                          currency="EUR", amountMicros=micros, reason="test")  # fmt: skip
        assert made["userErrors"] == []
    with scope.of(tenant_of(shop)), clock.pinned(clock.now() + timedelta(days=40)):
        assert await settlements.close_due(2) == 2
    return first, second


async def tell(shop: Shop, mutation: str, selection: str = "settlement { id }", **given: Any) -> Data:
    shape = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation ($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} userErrors {{ code field }} }} }}"
    answer: Data = (await shop.admin.ask(query, input=given))[mutation]
    return answer


async def test_sums_that_numbers_of_json_cannot_tell_exactly_are_texts(shop: Shop) -> None:
    """A partner may owe 18 milliards, if it is rupiah."""
    (brand,) = await coalition(shop, "boats")
    for _ in range(2):
        await tell(shop, "partnerAdjust", "partner { id }", idempotencyKey=new_id(), id=brand.id, currency="EUR",
                   amountMicros=-(2**53 - 1), reason="test")  # fmt: skip
    query = "query ($id: ID!) { partner(id: $id) { positions { owedMicros } } }"
    seen = await shop.admin.ask(query, id=brand.id)
    assert seen["partner"]["positions"] == [{"owedMicros": "18014398509481982"}]
    with scope.of(tenant_of(shop)), clock.pinned(clock.now() + timedelta(days=40)):
        await settlements.close_due(1)
    draft = await of(shop, brand)
    assert (draft["amountMicros"], draft["due"]) == ("-18014398509481982", -1_801_439_850_948)


async def of(shop: Shop, brand: Brand) -> Data:
    query = f"query ($id: ID!) {{ settlements(partnerId: $id) {{ nodes {{ {SHOWN} }} }} }}"
    (found,) = (await shop.admin.ask(query, id=brand.id))["settlements"]["nodes"]
    settlement: Data = found
    return settlement


async def test_a_draft_is_approved_and_paid_once(shop: Shop, brands: tuple[Brand, Brand]) -> None:
    boats, _ = brands
    draft = await of(shop, boats)
    id_, path = draft.pop("id"), draft.pop("statementPath")
    assert path == f"/statements/{id_}"
    assert draft.pop("number") in (1, 2)
    assert draft == {
        "partnerName": "Boats", "state": "DRAFT", "currency": "EUR", "amountMicros": -12_345_000,
        "due": -1234, "carriedOutMicros": -5_000, "entries": 1, "statementHash": None,
        "paymentReference": None, "approvedBy": None, "paidBy": None,
        "lines": [
            {"kind": "ADJUSTMENT", "termsNumber": None, "entries": 1, "points": 0, "amountMicros": -12_345_000}
        ],
    }  # fmt: skip
    early = await tell(shop, "settlementPay", idempotencyKey=new_id(), id=id_)
    assert early == {"settlement": None, "userErrors": [{"code": "WRONG_STATE", "field": ["id"]}]}
    key = new_id()
    for _ in range(2):
        approved = await tell(shop, "settlementApprove", f"settlement {{ {SHOWN} }}", idempotencyKey=key, id=id_)
        assert (approved["userErrors"], approved["settlement"]["state"]) == ([], "APPROVED")
        assert approved["settlement"]["approvedBy"] == {"kind": "KEY"}
    again = await tell(shop, "settlementApprove", idempotencyKey=new_id(), id=id_)
    assert again["userErrors"] == [{"code": "WRONG_STATE", "field": ["id"]}]
    text = (await file_of(shop.admin, path + ".csv")).text
    assert text.endswith(f"# sha256 {approved['settlement']['statementHash']}\n")
    given: Data = {"idempotencyKey": new_id(), "id": id_, "reference": "SEPA 17"}
    paid = await tell(shop, "settlementPay", f"settlement {{ {SHOWN} }}", **given)
    assert (paid["settlement"]["state"], paid["settlement"]["paymentReference"]) == ("PAID", "SEPA 17")
    wrong = await tell(shop, "settlementPay", idempotencyKey=new_id(), id=id_, reference="x\n")
    assert wrong["userErrors"] == [{"code": "INVALID", "field": ["reference"]}]
    seen = await shop.admin.ask("query ($id: ID!) { partner(id: $id) { positions { owedMicros } } }", id=boats.id)
    assert seen["partner"]["positions"] == [{"owedMicros": 5_000}]


async def test_both_sides_of_a_netting_sum_to_zero(shop: Shop, brands: tuple[Brand, Brand]) -> None:
    seen = await shop.admin.ask("query ($id: ID!) { partner(id: $id) { programId } }", id=brands[0].id)
    program = seen["partner"]["programId"]
    today, later = clock.now().date(), clock.now().date() + timedelta(days=40)
    query = """query ($id: ID!, $first: Date!, $last: Date!) {
      settlementNetting(programId: $id, firstDay: $first, lastDay: $last) {
        currency settlements receivable payable partners operator }
      draft: settlements(programId: $id, state: DRAFT) { nodes { id } }
      paid: settlements(programId: $id, state: PAID) { nodes { id } } }"""
    given = {"first": (today - timedelta(days=2)).isoformat(), "last": later.isoformat()}
    seen = await shop.admin.ask(query, id=program, **given)
    assert seen["settlementNetting"] == [{
        "currency": "EUR", "settlements": 2, "receivable": 1234, "payable": 400, "partners": -834, "operator": 834,
    }]  # fmt: skip
    assert (len(seen["draft"]["nodes"]), seen["paid"]["nodes"]) == (2, [])
    none = await shop.admin.ask(query, id="prg_x", **given)
    assert none == {"settlementNetting": [], "draft": {"nodes": []}, "paid": {"nodes": []}}
    assert await shop.admin.ask('{ settlement(id: "stl_x") { id } }') == {"settlement": None}


async def test_a_statement_is_a_file_for_those_who_may_read_it(shop: Shop, brands: tuple[Brand, Brand]) -> None:
    boats, anchor = brands
    path = (await of(shop, boats))["statementPath"]
    csv = await file_of(shop.admin, path + ".csv")
    assert (csv.status_code, csv.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert csv.headers["content-disposition"].startswith('attachment; filename="statement-boats-')
    assert checking.check(csv.content) == []
    pdf = await file_of(boats.api, path + ".pdf")
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert (await file_of(boats.api, path + ".csv")).content == csv.content
    reading = by_key(shop, await key_of(shop, boats.id, ["READ"]))
    stranger = (await signed_up(shop.client, "Other")).admin
    nothing = await file_of(shop.admin, "/statements/stl_x.csv")
    assert (nothing.status_code, nothing.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
    for api, suffix, status in (
        (anchor.api, ".csv", 404), (stranger, ".csv", 404), (stranger, ".pdf", 404), (shop.admin, ".txt", 404),
        (reading, ".csv", 403), (Api(shop.client, "", {}), ".csv", 401),
        (Api(shop.client, "", {"authorization": "Bearer gpt_live_nonsense"}), ".csv", 401),
        (Api(shop.client, "", {"authorization": f"Bearer {shop.keys['publishableKey']}"}), ".csv", 401),
    ):  # fmt: skip
        answer = await file_of(api, path + suffix)
        assert answer.status_code == status
        if status == 404:
            assert answer.content == nothing.content


async def file_of(api: Api, path: str) -> Any:
    return await api.client.get(path, headers=dict(api.headers))
