"""Rules of stored value keep their meaning on the way in and out of the schema, and findings name paths in it."""

from __future__ import annotations

from typing import Any

from programs.stored_value import rules
from schema.shared.rules.stored_value import StoredValueRules
from tests.schema.served import Shop

RULES: dict[str, Any] = {
    "unit": "money", "currency": "USD", "bonusUnit": "bonus",
    "topUp": {"minimum": 1000, "maximum": 50000, "bands": [
        {"fromAmount": 5000, "bonus": {"fixed": {"amount": 500}}},
        {"fromAmount": 10000, "bonus": {"percent": {"percent": 10}}},
    ]},
    "expiry": {"moneyMonths": None, "bonusMonths": 12}, "spendingOrder": "MONEY_FIRST", "balanceMaximum": 100000,
    "giftCards": {"minimum": 1000, "maximum": 25000, "expiresAfterMonths": 36, "pin": True}, "clawback": "NEGATIVE",
}  # fmt: skip
SHOWN = """storedValue { unit currency bonusUnit topUp { minimum maximum bands { fromAmount
    bonus { fixed { amount } percent { percent } } } } expiry { moneyMonths bonusMonths } spendingOrder balanceMaximum
    giftCards { minimum maximum expiresAfterMonths pin } clawback }"""
CREATE = f"""mutation ($rules: ProgramRulesInput!) {{
    programCreate(input: {{slug: "balance", name: "Balance", rules: $rules}}) {{
    program {{ kind unit {{ slug currency }} summary draft {{ rules {{ points {{ unit }} {SHOWN} }} }} }}
    findings {{ path code }} userErrors {{ code }} }} }}"""


async def units(shop: Shop) -> None:
    for slug in ("money", "bonus"):
        await shop.admin.do(
            "mutation ($slug: String!) { unitUpsert(input: {slug: $slug, name: \"dollar\", namePlural: \"dollars\","
            " currency: \"USD\"}) { unit { currency scale } userErrors { code } } }", slug=slug,
        )  # fmt: skip


async def test_what_is_sent_is_shown(shop: Shop) -> None:
    await units(shop)
    made = await shop.admin.do(CREATE, rules={"storedValue": RULES})
    program = made["program"]
    assert made["findings"] == []
    assert (program["kind"], program["unit"]) == ("STORED_VALUE", {"slug": "money", "currency": "USD"})
    assert program["draft"]["rules"]["points"] is None
    shown = program["draft"]["rules"]["storedValue"]
    assert shown == {**RULES, "topUp": {**RULES["topUp"], "bands": [
        {"fromAmount": 5000, "bonus": {"fixed": {"amount": 500}, "percent": None}},
        {"fromAmount": 10000, "bonus": {"fixed": None, "percent": {"percent": 10}}},
    ]}}  # fmt: skip
    assert program["summary"][1] == "5.00 USD bonus on top from 50.00 USD on."


async def test_a_copy_takes_both_units_along(shop: Shop) -> None:
    await units(shop)
    made = await shop.admin.do(CREATE, rules={"storedValue": RULES})
    assert made["findings"] == []
    id_ = (await shop.admin.ask('{ program(slug: "balance") { id } }'))["program"]["id"]
    await shop.admin.do("mutation ($id: ID!) { programCopy(input: {id: $id}) { userErrors { code } } }", id=id_)
    copied = await shop.sandbox.ask('{ program(slug: "balance") { id } units { slug currency scale } }')
    assert copied["units"] == [{"slug": slug, "currency": "USD", "scale": 2} for slug in ("bonus", "money")]
    await shop.sandbox.do(
        "mutation ($id: ID!) { programPublish(input: {id: $id}) { program { state } userErrors { code } } }",
        id=copied["program"]["id"],
    )


async def test_findings_name_the_path(shop: Shop) -> None:
    await units(shop)
    bands = [{"fromAmount": 5, "bonus": {"fixed": {"amount": 6}}}]
    made = await shop.admin.payload(
        CREATE, rules={"storedValue": {"unit": "money", "currency": "EUR", "bonusUnit": "bonus",
                                       "topUp": {"bands": bands}}},
    )  # fmt: skip
    assert made["findings"] == [
        {"path": "storedValue.unit", "code": "contradiction"},
        {"path": "storedValue.bonusUnit", "code": "contradiction"},
        {"path": "storedValue.topUp.bands[0].bonus.fixed.amount", "code": "out_of_range"},
    ]


def test_every_field_of_the_rules_is_in_the_schema() -> None:
    shown = {field.name for field in StoredValueRules.__strawberry_definition__.fields}
    assert shown == set(rules.StoredValueRules.__dataclass_fields__) - {"format"}
