"""Partners as rules name them: doubted before publishing where there is none, and told to people by their names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schema.club import Brand, coalition, token_of
from tests.schema.served import CREATE, RULES, Shop
from tests.schema.test_partner_doing import TOLD, told

CHECK = "query ($id: ID!) { programCheck(id: $id) { findings { path code message value bound severity } } }"
PUBLISHED = "mutation ($id: ID!) { programPublish(input: {id: $id}) { userErrors { code field } } }"
RENAME = """mutation ($id: ID!, $name: String!) {
  partnerRename(input: {id: $id, name: $name}) { userErrors { code } } }"""
EXPLAINED = """{ members(first: 1) { nodes { timeline(first: 1) { nodes {
  activity { decision { explanation { text } } } } } } } }"""
WAYS = """{ new: program(slug: "new") { waysToEarn { name text } }
  friends: program(slug: "friends-of") { waysToEarn { name } } }"""
FLY = {
    "id": "fly", "name": "Flying", "earn": {"perAmount": {"points": 1, "per": 100, "currency": "EUR"}},
    "conditions": {"partners": ["acme", "rivall"]},
}  # fmt: skip
CAMPAIGN = {"campaign": {"name": "C", "unit": "points", "on": ["purchase"], "benefit": {"multiply": {"factor": "2"}},
            "partners": ["nobody"]}}  # fmt: skip
OFFER = {"id": "o", "name": "O", "perk": "lounge", "offeredBy": "acme", "price": 0, "at": ["rival", "acmee"]}


@pytest.fixture
async def brands(shop: Shop) -> list[Brand]:
    return await coalition(shop, "acme", "rival")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"points": {**RULES["points"], "rules": [FLY]}},
         [("points.rules[0].conditions.partners[1]", "unknown_partner", "rivall", "rival")]),
        (CAMPAIGN, [("campaign.partners[0]", "unknown_partner", "nobody", None)]),
        ({"coalition": {"unit": "points", "multipliers": [{"partner": "acmy", "factor": "2"}],
                        "conversions": [{"partner": "x", "ownPoints": 1, "points": 1}], "offers": [OFFER]}},
         [("coalition.multipliers[0].partner", "unknown_partner", "acmy", "acme"),
          ("coalition.conversions[0].partner", "unknown_partner", "x", None),
          ("coalition.offers[0].perk", "unknown_perk", "lounge", None),
          ("coalition.offers[0].at[1]", "unknown_partner", "acmee", "acme")]),
    ],
)  # fmt: skip
async def test_who_is_named_and_is_not_there_is_doubted(
    brands: list[Brand], rules: dict[str, Any], expected: list[tuple[str, ...]]
) -> None:
    admin = brands[0].shop.admin
    made = await admin.do(CREATE, input={"slug": "new", "name": "New", "rules": rules})
    seen = (await admin.ask(CHECK, id=made["program"]["id"]))["programCheck"]["findings"]
    found = [each for each in seen if each["code"].startswith("unknown_")]
    assert [(each["path"], each["code"], each["value"], each["bound"]) for each in found] == expected
    assert {each["severity"] for each in found} == {"WARNING"}
    refused = await admin.refused(PUBLISHED, id=made["program"]["id"])
    assert refused == [("WARNINGS_UNCONFIRMED", ["confirm"])]


async def test_people_read_a_partners_name_also_after_it_was_changed(brands: list[Brand]) -> None:
    acme, _ = brands
    admin, shopper = acme.shop.admin, acme.shop.storefront(await token_of(acme.shop, "c-1"))
    rules = {"points": {**RULES["points"], "rules": [{**FLY, "conditions": {"partners": ["acme"]}}]}}
    made = await admin.do(CREATE, input={"slug": "new", "name": "New", "rules": rules})
    await admin.do(PUBLISHED, id=made["program"]["id"])
    summary = "query ($id: ID!) { program(id: $id) { summary } }"
    for name in ("Acme", "Acme Air"):
        await admin.do(RENAME, id=acme.id, name=name)
        ways = str(await shopper.ask(WAYS))
        assert f"with {name}" in ways and f"'name': '{name}'" in ways, ways
        assert f"with {name}" in str(await admin.ask(summary, id=made["program"]["id"]))
        assert "acme" not in ways
    link = (await acme.link("a-1"))["id"]
    await acme.api.do(TOLD, input=told(link))
    texts = str(await admin.ask(EXPLAINED))
    assert "Acme Air (× 2)" in texts, texts
