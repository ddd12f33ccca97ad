"""Partners of a coalition over HTTP: their terms, their states, and what is put right by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kit.ids import new_id
from tests.schema.served import CREATE, PUBLISH, UNIT, Data, Shop

ERRORS = "userErrors { code field }"
TERMS: Data = {"currency": "EUR", "issuePriceMicros": 10_000, "reimbursementPriceMicros": 8_500}
FAR = "2099-01-01T00:00:00Z"


@pytest.fixture
async def coalition(shop: Shop) -> str:
    """A live coalition that shares `points`; its id."""
    await shop.admin.do(UNIT)
    rules = {"coalition": {"unit": "points"}}
    made = await shop.admin.do(CREATE, input={"slug": "brands", "name": "Brands", "rules": rules})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    found: str = made["program"]["id"]
    return found


async def tell(shop: Shop, mutation: str, selection: str = "partner { id }", **given: Any) -> Data:
    shape = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation ($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} {ERRORS} }} }}"
    answer: Data = (await shop.admin.ask(query, input=given))[mutation]
    return answer


async def added(shop: Shop, coalition: str, slug: str = "harbour", terms: Data | None = TERMS) -> str:
    """A partner with terms; its id."""
    made = await tell(shop, "partnerCreate", programId=coalition, slug=slug, name=slug.title())
    assert made["userErrors"] == []
    if terms is not None:
        assert (await tell(shop, "partnerTermsSave", id=made["partner"]["id"], terms=terms))["userErrors"] == []
    found: str = made["partner"]["id"]
    return found


def refused(code: str, *field: str) -> list[Data]:
    return [{"code": code, "field": list(field)}]


async def test_partners_come_one_by_one(shop: Shop, coalition: str) -> None:
    await added(shop, coalition, "harbour")
    await added(shop, coalition, "lighthouse", None)
    for given, errors in (
        ({"slug": "harbour", "name": "Again"}, refused("TAKEN", "slug")),
        ({"slug": "Über", "name": "X"}, refused("INVALID", "slug")),
        ({"slug": "x", "name": " "}, refused("INVALID", "name")),
        ({"slug": "x", "name": "X", "programId": "prg_x"}, refused("NOT_FOUND", "programId")),
    ):
        answer = await tell(shop, "partnerCreate", **{"programId": coalition, **given})
        assert answer == {"partner": None, "userErrors": errors}
    query = """query ($id: ID!, $after: String) { partners(programId: $id, first: 1, after: $after) {
      nodes { slug name state terms { number currency } termsAhead { number } }
      pageInfo { hasNextPage endCursor } } }"""
    page = (await shop.admin.ask(query, id=coalition))["partners"]
    assert page["nodes"] == [{
        "slug": "harbour", "name": "Harbour", "state": "ACTIVE", "terms": {"number": 1, "currency": "EUR"},
        "termsAhead": [],
    }]  # fmt: skip
    rest = (await shop.admin.ask(query, id=coalition, after=page["pageInfo"]["endCursor"]))["partners"]
    assert [(each["slug"], each["terms"]) for each in rest["nodes"]] == [("lighthouse", None)]
    assert not rest["pageInfo"]["hasNextPage"]


async def test_terms_are_versions(shop: Shop, coalition: str) -> None:
    partner = await added(shop, coalition)
    caps: Data = {"issuedPerDay": 1000, "takenPerMemberPerDay": 50}
    given = {**TERMS, "issuePriceMicros": 12_000, "period": "QUARTER", "creditLimit": 500_000, "burn": False,
             "promotions": "PARTNER", "caps": caps, "minimumDue": 1000, "fee": 250}  # fmt: skip
    saved = await tell(shop, "partnerTermsSave", id=partner, terms=given, validFrom=FAR)
    assert saved["userErrors"] == []
    query = """query ($id: ID!) { partner(id: $id) { terms { number issuePriceMicros }
      termsAhead { number validFrom validUntil currency issuePriceMicros reimbursementPriceMicros period prepaid
        blockAlert creditLimit earn burn promotions minimumDue fee savedBy { kind }
        caps { issuedPerDay issuedPerMemberPerDay takenPerDay takenPerMemberPerDay } }
      termsHistory { number } } }"""
    seen = (await shop.admin.ask(query, id=partner))["partner"]
    assert seen["terms"] == {"number": 1, "issuePriceMicros": 10_000}
    assert [each["number"] for each in seen["termsHistory"]] == [2, 1]
    assert seen["termsAhead"] == [{
        **given, "number": 2, "validFrom": FAR, "validUntil": None, "prepaid": False,
        "blockAlert": None, "earn": True, "savedBy": {"kind": "KEY"},
        "caps": {**caps, "issuedPerMemberPerDay": None, "takenPerDay": None},
    }]  # fmt: skip


@pytest.mark.parametrize(("given", "errors"), [
    ({"terms": {**TERMS, "currency": "XXX"}}, refused("INVALID_CURRENCY", "terms", "currency")),
    ({"terms": {**TERMS, "issuePriceMicros": -1}}, refused("INVALID", "terms", "issuePriceMicros")),
    ({"terms": {**TERMS, "caps": {"takenPerDay": 0}}}, refused("INVALID", "terms", "caps", "takenPerDay")),
    ({"terms": {**TERMS, "prepaid": True, "creditLimit": 1}}, refused("INVALID", "terms", "creditLimit")),
    ({"validFrom": "2001-01-01T00:00:00Z"}, refused("INVALID", "validFrom")),
    ({"validUntil": "2001-01-01T00:00:00Z"}, refused("INVALID", "validUntil")),
])  # fmt: skip
async def test_terms_that_make_no_sense(shop: Shop, coalition: str, given: Data, errors: list[Data]) -> None:
    partner = await added(shop, coalition)
    answer = await tell(shop, "partnerTermsSave", **{"id": partner, "terms": TERMS, **given})
    assert answer == {"partner": None, "userErrors": errors}


async def test_a_partner_is_frozen_and_leaves(shop: Shop, coalition: str) -> None:
    partner, seen = await added(shop, coalition), "partner { name state reason }"
    steps: list[tuple[str, Data, Data | None, list[Data]]] = [
        ("partnerRename", {"name": "Harbour Ltd"}, {"name": "Harbour Ltd", "state": "ACTIVE", "reason": None}, []),
        ("partnerUnfreeze", {}, None, refused("WRONG_STATE", "id")),
        ("partnerFreeze", {"reason": " "}, None, refused("INVALID", "reason")),
        ("partnerFreeze", {"reason": "key lost"}, {"name": "Harbour Ltd", "state": "FROZEN", "reason": "key lost"}, []),
        ("partnerFreeze", {"reason": "again"}, None, refused("WRONG_STATE", "id")),
        ("partnerUnfreeze", {}, {"name": "Harbour Ltd", "state": "ACTIVE", "reason": None}, []),
        ("partnerLeave", {"reason": "sold"}, {"name": "Harbour Ltd", "state": "LEFT", "reason": "sold"}, []),
        ("partnerUnfreeze", {}, None, refused("WRONG_STATE", "id")),
        ("partnerTermsSave", {"terms": TERMS}, None, refused("WRONG_STATE", "id")),
    ]  # fmt: skip
    for mutation, given, shown, errors in steps:
        answer = await tell(shop, mutation, seen, id=partner, **given)
        assert answer == {"partner": shown, "userErrors": errors}, mutation


async def test_what_is_owed_is_put_right_by_hand(shop: Shop, coalition: str) -> None:
    partner = await added(shop, coalition)
    key, entry = new_id(), "entry { id kind fromAccount toAccount amountMicros owedMicros currency note bookedOn }"
    given: Data = {
        "idempotencyKey": key,
        "id": partner,
        "currency": "EUR",
        "amountMicros": -1_500_000,
        "reason": "a flyer",
    }
    first = await tell(shop, "partnerAdjust", entry, **given)
    assert first["userErrors"] == []
    booked = {name: first["entry"].pop(name) for name in ("id", "bookedOn")}
    assert first["entry"] == {
        "kind": "ADJUSTMENT", "fromAccount": "PARTNER", "toAccount": "MARGIN", "amountMicros": 1_500_000,
        "owedMicros": 1_500_000, "currency": "EUR", "note": "a flyer",
    }  # fmt: skip
    assert (await tell(shop, "partnerAdjust", entry, **given))["entry"]["id"] == booked["id"]
    other = await tell(shop, "partnerAdjust", **{**given, "amountMicros": 1})
    assert other["userErrors"] == refused("IDEMPOTENCY_MISMATCH", "idempotencyKey")
    back = await tell(shop, "partnerAdjust", entry, **{**given, "idempotencyKey": new_id(), "amountMicros": 500_000})
    assert (back["entry"]["fromAccount"], back["entry"]["owedMicros"]) == ("MARGIN", -500_000)
    for wrong, errors in (
        ({"currency": "USD"}, refused("INVALID_CURRENCY", "currency")),
        ({"amountMicros": 0}, refused("OUT_OF_RANGE", "amountMicros")),
        ({"reason": ""}, refused("INVALID", "reason")),
    ):
        answer = await tell(shop, "partnerAdjust", **{**given, "idempotencyKey": new_id(), **wrong})
        assert answer == {"partner": None, "userErrors": errors}
    day = booked["bookedOn"]
    seen = await shop.admin.ask(
        """query ($id: ID!, $program: ID!, $day: Date!) {
          clearingEntries(partnerId: $id, first: 1) { nodes { owedMicros } pageInfo { hasNextPage endCursor } }
          none: clearingEntries(partnerId: $id, kind: FEE) { nodes { id } }
          past: clearingEntries(partnerId: $id, lastDay: "2020-01-01") { nodes { id } }
          today: clearingEntries(partnerId: $id, kind: ADJUSTMENT, firstDay: $day, lastDay: $day) { nodes { id } }
          clearingTotals(programId: $program, firstDay: $day, lastDay: $day) {
            currency accounts { account partnerId amountMicros } } }""",
        id=partner, program=coalition, day=day,
    )  # fmt: skip
    page = seen["clearingEntries"]
    assert (page["nodes"], page["pageInfo"]["hasNextPage"]) == ([{"owedMicros": -500_000}], True)
    assert (seen["none"]["nodes"], seen["past"]["nodes"], len(seen["today"]["nodes"])) == ([], [], 2)
    assert seen["clearingTotals"] == [{"currency": "EUR", "accounts": [
        {"account": "PARTNER", "partnerId": partner, "amountMicros": -1_000_000},
        {"account": "MARGIN", "partnerId": None, "amountMicros": 1_000_000},
    ]}]  # fmt: skip
    rest = await shop.admin.ask(
        "query ($id: ID!, $after: String!) { clearingEntries(partnerId: $id, after: $after) { nodes { owedMicros } } }",
        id=partner, after=page["pageInfo"]["endCursor"],
    )  # fmt: skip
    assert rest["clearingEntries"]["nodes"] == [{"owedMicros": 1_500_000}]


async def test_points_are_paid_ahead_in_blocks(shop: Shop, coalition: str) -> None:
    partner = await added(shop, coalition)
    block, given = "block { points remaining priceMicros currency note }", {"id": partner, "points": 5_000}
    answer = await tell(shop, "partnerBlockBuy", block, idempotencyKey=new_id(), **given)
    assert answer == {"block": None, "userErrors": refused("NOT_ELIGIBLE", "id")}
    await tell(shop, "partnerTermsSave", id=partner, terms={**TERMS, "prepaid": True, "blockAlert": 100})
    none = await tell(shop, "partnerBlockBuy", block, idempotencyKey=new_id(), id=partner, points=0)
    assert none["userErrors"] == refused("OUT_OF_RANGE", "points")
    key = new_id()
    for _ in range(2):
        bought = await tell(shop, "partnerBlockBuy", block, idempotencyKey=key, note="Spring", **given)
        shown = {"points": 5_000, "remaining": 5_000, "priceMicros": 10_000, "currency": "EUR", "note": "Spring"}
        assert bought == {"block": shown, "userErrors": []}
    query = """query ($id: ID!) { partner(id: $id) { positions { currency owedMicros exposedMicros }
      blocks { points note } } clearingEntries(partnerId: $id) { nodes { kind points owedMicros note } } }"""
    assert await shop.admin.ask(query, id=partner) == {
        "partner": {
            "positions": [{"currency": "EUR", "owedMicros": 50_000_000, "exposedMicros": 0}],
            "blocks": [{"points": 5_000, "note": "Spring"}],
        },
        "clearingEntries": {
            "nodes": [{"kind": "BLOCK", "points": 5_000, "owedMicros": 50_000_000, "note": "Spring"}]
        },
    }  # fmt: skip


async def test_what_all_partners_owe_and_are_owed_is_added_up(shop: Shop, coalition: str) -> None:
    given = (("air", 7_000_000), ("inn", 2_500_000), ("sea", -4_000_000))
    for slug, owed in given:
        partner = await added(shop, coalition, slug, {**TERMS, "period": "WEEK"})
        await tell(shop, "partnerAdjust", idempotencyKey=new_id(), id=partner, currency="EUR", amountMicros=-owed,
                   reason="as agreed")  # fmt: skip
    seen = await shop.admin.ask(
        """query ($program: ID!) {
          coalitionExposure(programId: $program) {
            currency receivableMicros partnersOwing payableMicros partnersOwed exposedMicros }
          partners(programId: $program) { nodes { openFrom openTo } } }""",
        program=coalition,
    )
    assert seen["coalitionExposure"] == [{
        "currency": "EUR", "receivableMicros": 9_500_000, "partnersOwing": 2, "payableMicros": 4_000_000,
        "partnersOwed": 1, "exposedMicros": 0,
    }]  # fmt: skip
    for node in seen["partners"]["nodes"]:
        first, last = date.fromisoformat(node["openFrom"]), date.fromisoformat(node["openTo"])
        assert (last.isoweekday(), 0 <= (last - first).days < 7) == (7, True), "the week is over on its Sunday"


async def test_more_than_a_number_of_json_holds_is_told_as_a_text(shop: Shop, coalition: str) -> None:
    partner, most = await added(shop, coalition), 2**53 - 1
    given: Data = {"id": partner, "currency": "EUR", "reason": "all of it"}
    seen = []
    for amount in (-most, -1):
        made = await tell(shop, "partnerAdjust", idempotencyKey=new_id(), **given, amountMicros=amount)
        assert made["userErrors"] == []
        found = await shop.admin.ask("query ($id: ID!) { partner(id: $id) { positions { owedMicros } } }", id=partner)
        seen += found["partner"]["positions"]
    assert seen == [{"owedMicros": most}, {"owedMicros": str(most + 1)}]
    more = await tell(shop, "partnerAdjust", idempotencyKey=new_id(), **given, amountMicros=0)
    assert more == {"partner": None, "userErrors": refused("OUT_OF_RANGE", "amountMicros")}


async def test_entries_of_nobody_and_nonsense(shop: Shop, coalition: str) -> None:
    seen = await shop.admin.ask(
        '{ partner(id: "prt_x") { id } clearingEntries(partnerId: "prt_x") { nodes { id } }'
        ' partners(programId: "prg_x") { nodes { id } }'
        ' coalitionExposure(programId: "prg_x") { currency }'
        ' clearingTotals(programId: "prg_x", firstDay: "2026-01-01", lastDay: "2026-01-31") { currency } }'
    )
    assert seen == {
        "partner": None, "clearingEntries": {"nodes": []}, "partners": {"nodes": []}, "clearingTotals": [],
        "coalitionExposure": [],
    }  # fmt: skip
    partner = await added(shop, coalition)
    answer = await shop.admin.answer(
        'query ($id: ID!) { clearingEntries(partnerId: $id, after: "bm9uc2Vuc2U") { nodes { id } } }', id=partner
    )
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_coalitions_are_found_among_all_programs(shop: Shop, coalition: str) -> None:
    await shop.admin.do(UNIT, slug="miles")
    points = {"points": {"unit": "points", "rules": []}}
    for slug, rules in (("another", {"coalition": {"unit": "miles"}}), ("club", points)):
        await shop.admin.do(CREATE, input={"slug": slug, "name": slug, "rules": rules})
    query = """query ($after: String, $state: ProgramState) { programs(kind: COALITION, state: $state, first: 1,
      after: $after) { nodes { slug } pageInfo { endCursor hasNextPage } } }"""
    first = (await shop.admin.ask(query))["programs"]
    assert (first["nodes"], first["pageInfo"]["hasNextPage"]) == ([{"slug": "brands"}], True)
    second = (await shop.admin.ask(query, after=first["pageInfo"]["endCursor"]))["programs"]
    assert (second["nodes"], second["pageInfo"]["hasNextPage"]) == ([{"slug": "another"}], False)
    assert (await shop.admin.ask(query, state="LIVE"))["programs"]["nodes"] == [{"slug": "brands"}]
