"""Conversions and offers on the partner API: what is refused says where, and offers need consent to show tiers."""

from __future__ import annotations

from kit.ids import encode, new_id
from tests.schema.club import coalition
from tests.schema.served import CREATE, PUBLISH, Shop

IN = """mutation ($input: PartnerConvertInInput!) { partnerConvertIn(input: $input) {
  conversion { id direction ownPoints points customerId undoneAt } userErrors { code field } } }"""
OUT = """mutation ($input: PartnerConvertOutInput!) { partnerConvertOut(input: $input) {
  conversion { ownPoints points } userErrors { code field } } }"""
UNDO = """mutation ($input: PartnerConvertUndoInput!) { partnerConvertUndo(input: $input) {
  conversion { undoneAt } userErrors { code field } } }"""
USE = """mutation ($input: PartnerOfferUseInput!) { partnerOfferUse(input: $input) {
  use { id offer orderId givenBackAt } userErrors { code field } } }"""
BACK = """mutation ($input: PartnerOfferGiveBackInput!) { partnerOfferGiveBack(input: $input) {
  use { givenBackAt } userErrors { code field } } }"""
OFFERS = "query ($link: ID!) { memberOffers(linkedId: $link) { offer name left } }"


async def test_points_are_converted_and_undone(shop: Shop) -> None:
    acme, rival = await coalition(shop, "acme", "rival")
    link = (await acme.link("a-1"))["id"]
    given = {"idempotencyKey": "in", "link": link, "ownPoints": 20}
    made = (await acme.api.do(IN, input=given))["conversion"]
    assert {**made, "id": ""} == {
        "id": "", "direction": "IN", "ownPoints": 20, "points": 10, "customerId": "a-1", "undoneAt": None,
    }  # fmt: skip
    assert await acme.api.refused(IN, input={**given, "idempotencyKey": "i", "ownPoints": 3}) == [
        ("OUT_OF_RANGE", ["ownPoints"])
    ]
    out = {"idempotencyKey": "out", "link": link, "points": 11}
    assert await acme.api.refused(OUT, input=out) == [("INSUFFICIENT_POINTS", ["points"])]
    undo = {"idempotencyKey": "undo", "id": made["id"]}
    assert await rival.api.refused(UNDO, input=undo) == [("NOT_FOUND", ["id"])]
    assert (await acme.api.do(UNDO, input=undo))["conversion"]["undoneAt"]
    again = {**undo, "idempotencyKey": "again"}
    assert await acme.api.refused(UNDO, input=again) == [("ALREADY_CLOSED", ["id"])]


async def test_offers_are_shown_with_consent_used_and_given_back(shop: Shop) -> None:
    _, rival = await coalition(shop, "acme", "rival")
    perk = {"id": "lounge", "name": "Lounge", "perkClass": "ADDS_VALUE", "limit": 1}
    rules = {"tiered": {"unit": "points", "tiers": [{"id": "basic", "name": "Basic", "perks": [perk]}]}}
    made = await shop.admin.do(CREATE, input={"slug": "tiers", "name": "Tiers", "rules": rules})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    link = (await rival.link("r-1"))["id"]
    seen = await rival.api.ask(OFFERS, link=link)
    assert seen == {"memberOffers": [{"offer": "rest", "name": "A rest", "left": 1}]}
    given = {"idempotencyKey": "use", "link": link, "offer": "rest", "orderId": "o-1"}
    used = (await rival.api.do(USE, input=given))["use"]
    assert {**used, "id": ""} == {"id": "", "offer": "rest", "orderId": "o-1", "givenBackAt": None}
    assert await rival.api.refused(USE, input={**given, "idempotencyKey": "2"}) == [("LIMIT_REACHED", ["offer"])]
    assert await rival.api.refused(USE, input={**given, "idempotencyKey": "3", "offer": "x"}) == [
        ("NOT_FOUND", ["offer"])
    ]
    back = await rival.api.do(BACK, input={"idempotencyKey": "back", "id": used["id"]})
    assert back["use"]["givenBackAt"]
    await rival.link("r-1", consent=["BALANCE"])
    for of in (link, encode("lnk", new_id())):
        assert await rival.api.ask(OFFERS, link=of) == {"memberOffers": None}
