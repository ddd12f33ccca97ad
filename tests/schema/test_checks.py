"""A draft that is doubtful is published once its warnings are confirmed."""

from __future__ import annotations

from tests.schema.served import CREATE, RULES, UNIT, Shop

PUBLISH = """mutation ($input: ProgramPublishInput!) {
  programPublish(input: $input) {
    program { state } findings { path code severity value bound } userErrors { code field message }
  }
}"""
SHARE = {"id": "share", "name": "Share", "on": ["share"], "earn": {"fixed": {"points": 5}}}
CHECK = """query ($id: ID!) { programCheck(id: $id, figures: {medianSpend: {amount: 12000, currency: "EUR"}}) {
  findings { path code severity value } skipped { code reason } } }"""


async def test_warnings_are_confirmed_by_their_codes(shop: Shop) -> None:
    api = shop.admin
    await api.do(UNIT)
    rules = {"points": {**RULES["points"], "rules": [*RULES["points"]["rules"], SHARE]}}
    made = await api.do(CREATE, input={"slug": "club", "name": "Club", "rules": rules})
    id_ = made["program"]["id"]
    warning = {
        "path": "points.rules[1].caps", "code": "uncapped", "severity": "WARNING", "value": "share", "bound": None,
    }  # fmt: skip
    for confirm in ([], ["not_round"]):
        refused = await api.ask(PUBLISH, input={"id": id_, "confirm": confirm})
        assert refused["programPublish"] == {
            "program": None, "findings": [warning],
            "userErrors": [{
                "code": "WARNINGS_UNCONFIRMED", "field": ["confirm"],
                "message": "To publish this all the same, confirm: uncapped.",
            }],
        }  # fmt: skip
    checked = (await api.ask(CHECK, id=id_))["programCheck"]
    del warning["bound"]
    assert checked == {
        "findings": [warning], "skipped": [{"code": "over_budget", "reason": "no budget was given"}],
    }  # fmt: skip
    live = await api.do(PUBLISH, input={"id": id_, "confirm": ["uncapped"]})
    assert (live["program"], live["findings"]) == ({"state": "LIVE"}, [])
    assert await api.ask(CHECK, id=id_) == {"programCheck": None}
