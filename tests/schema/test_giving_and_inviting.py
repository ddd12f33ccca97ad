"""Giving, inviting and campaigns over HTTP: what staff do and see, and what a shopper may."""

from __future__ import annotations

from typing import Any

import pytest

from kit.ids import new_id
from tests.schema.served import CREATE, MEMBER, PUBLISH, RECORD, Api, Data, Shop, points_program, purchase

ERRORS = "userErrors { code field }"
GIVING = {"giving": {
    "unit": "points", "currency": "EUR", "minimum": 10,
    "causes": [{"id": "trees", "name": "Trees", "goal": 1000}, {"id": "past", "name": "Past", "endsOn": "2020-01-01"}],
    "matching": {"percent": 100, "total": 30},
}}  # fmt: skip
FRIENDS = {"referral": {
    "unit": "points", "currency": "EUR", "friend": [{"points": {"unit": "points", "points": 5}}], "link": "x/{code}",
}}  # fmt: skip
CAMPAIGNS = {
    "open": {"unit": "points", "name": "Open", "benefit": {"bonus": {"points": 7}}, "on": ["visit"],
             "budget": {"amount": 10}},
    "secret": {"unit": "points", "name": "Secret", "benefit": {"bonus": {"points": 7}}, "codes": ["SECRET"]},
    "vip": {"unit": "points", "name": "Members", "benefit": {"multiply": {"factor": "2"}}, "segments": ["vip"]},
    "over": {"unit": "points", "name": "Over", "benefit": {"bonus": {"points": 7}}, "endsOn": "2020-01-01"},
}  # fmt: skip


@pytest.fixture
async def club(shop: Shop) -> Shop:
    """A shop whose member `c-1` has 100 points and the tag `vip`; `c-2` is new."""
    await points_program(shop.admin)
    await shop.admin.do(MEMBER, input={"externalId": "c-1", "name": "Cleo", "addTags": ["vip"]})
    await shop.admin.do(MEMBER, input={"externalId": "c-2"})
    await shop.admin.do(RECORD, input=purchase("o-1", 10_000))
    campaigns: Data = {name: {"campaign": each} for name, each in CAMPAIGNS.items()}
    rules: Data = {"giving": GIVING, "friends": FRIENDS, **campaigns}
    for slug, document in rules.items():
        made = await shop.admin.do(CREATE, input={"slug": slug, "name": slug, "rules": document})
        await shop.admin.do(PUBLISH, id=made["program"]["id"])
    return shop


async def shopper(shop: Shop, member: str) -> Api:
    made = await shop.admin.do(
        "mutation ($m: String!) { customerTokenCreate(input: {member: {externalId: $m}}) { token"
        " userErrors { code } } }",
        m=member,
    )
    return shop.storefront(made["token"])


async def told(api: Api, mutation: str, selection: str, **given: Any) -> Data:
    shape = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation ($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} {ERRORS} }} }}"
    answer: Data = (await api.ask(query, input={"idempotencyKey": new_id(), **given}))[mutation]
    return answer


async def test_a_shopper_gives(club: Shop) -> None:
    cleo = await shopper(club, "c-1")
    selection = (
        "donation { id number cause causeName points value { amount currency } matched { amount } state }"
        " balances { available }"
    )
    made = await told(cleo, "donate", selection, cause="trees", points=40)
    donation = made["donation"]
    assert {name: donation[name] for name in ("cause", "causeName", "points", "state")} == {
        "cause": "trees", "causeName": "Trees", "points": 40, "state": "MADE",
    }  # fmt: skip
    assert (donation["value"], donation["matched"]) == ({"amount": 40, "currency": "EUR"}, {"amount": 30})
    assert made["balances"] == [{"available": 60}]
    for given, code, field in (
        ({"cause": "trees", "points": 61}, "INSUFFICIENT_POINTS", "points"),
        ({"cause": "trees", "points": 9}, "OUT_OF_RANGE", "points"),
        ({"cause": "past", "points": 10}, "ENDED", "cause"),
        ({"cause": "none", "points": 10}, "NOT_FOUND", "cause"),
        ({"cause": "trees", "points": 10, "programId": "prg_x"}, "NOT_FOUND", "programId"),
    ):
        refused = await told(cleo, "donate", "donation { id }", **given)
        assert refused == {"donation": None, "userErrors": [{"code": code, "field": [field]}]}
    seen = await cleo.ask(
        "{ me { donations { nodes { number receiptText } } history { nodes { kind points } } }"
        " causes { slug open raised { amount } goal { amount } } }"
    )
    assert seen["causes"] == [
        {"slug": "trees", "open": True, "raised": {"amount": 70}, "goal": {"amount": 1000}},
        {"slug": "past", "open": False, "raised": {"amount": 0}, "goal": None},
    ]
    assert seen["me"]["history"]["nodes"][0] == {"kind": "DONATED", "points": -40}
    (shown,) = seen["me"]["donations"]["nodes"]
    assert shown["number"] == donation["number"] and "Given by: Cleo" in shown["receiptText"]
    guest = club.storefront()
    assert len((await guest.ask("{ causes { slug } }"))["causes"]) == 2
    answer = await guest.answer(
        'mutation { donate(input: {idempotencyKey: "g", cause: "trees", points: 10}) { userErrors { code } } }'
    )
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_staff_call_a_donation_off(club: Shop) -> None:
    member = {"externalId": "c-1"}
    made = await told(club.admin, "donate", "donation { id memberId }", member=member, cause="trees", points=20)
    selection = "donation { state note } balances { available }"
    off = await told(club.admin, "donationCancel", selection, id=made["donation"]["id"], reason="a slip")
    assert off == {
        "donation": {"state": "CANCELLED", "note": "a slip"}, "balances": [{"available": 100}], "userErrors": [],
    }  # fmt: skip
    seen = await club.admin.ask(
        '{ donations(cause: "trees") { nodes { state } } none: donations(cause: "past") { nodes { id } }'
        ' member(externalId: "c-1") { timeline(first: 2) { nodes { kind text } } } }'
    )
    assert (seen["donations"]["nodes"], seen["none"]["nodes"]) == ([{"state": "CANCELLED"}], [])
    assert seen["member"]["timeline"]["nodes"] == [
        {"kind": "DONATION", "text": "20 points came back: a slip"},
        {"kind": "DONATION", "text": "20 points given to “trees”."},
    ]


async def test_a_shopper_comes_by_a_friends_code(club: Shop) -> None:
    cleo, friend = await shopper(club, "c-1"), await shopper(club, "c-2")
    offer = "{ me { referrals { code link friends friendsRewarded earned { points } } } }"
    (mine,) = (await cleo.ask(offer))["me"]["referrals"]
    assert mine["link"] == f"x/{mine['code']}" and (mine["friends"], mine["friendsRewarded"]) == (0, 0)
    own = await told(cleo, "referralClaim", "claimed", code=mine["code"])
    assert own == {"claimed": False, "userErrors": [{"code": "NOT_ELIGIBLE", "field": ["code"]}]}
    none = await told(friend, "referralClaim", "claimed", code="ZZZZZZZZ")
    assert none["userErrors"] == [{"code": "NOT_FOUND", "field": ["code"]}]
    assert await told(friend, "referralClaim", "claimed", code=mine["code"]) == {"claimed": True, "userErrors": []}
    again = await told(friend, "referralClaim", "claimed", code=mine["code"].lower())
    assert again["userErrors"] == [{"code": "TAKEN", "field": ["code"]}]
    (found,) = (await cleo.ask(offer))["me"]["referrals"]
    assert (found["code"], found["friends"], found["earned"]) == (mine["code"], 1, [])
    seen = await club.admin.ask(
        "{ referrals(state: INVITED) { nodes { id state } } waiting: referrals(state: QUALIFIED) { nodes { id } } }"
    )
    (referral,) = seen["referrals"]["nodes"]
    assert seen["waiting"]["nodes"] == []
    decided = await told(club.admin, "referralReview", "referral { id }", id=referral["id"], approve=True, note="ok")
    assert decided["userErrors"] == [{"code": "WRONG_STATE", "field": ["id"]}]


async def test_a_shopper_sees_campaigns_that_are_for_them(club: Shop) -> None:
    names = {
        who: [each["name"] for each in (await api.ask("{ campaigns { name } }"))["campaigns"]]
        for who, api in (
            ("vip", await shopper(club, "c-1")), ("new", await shopper(club, "c-2")), ("guest", club.storefront()),
        )
    }  # fmt: skip
    assert names == {"vip": ["Open", "Members"], "new": ["Open"], "guest": ["Open"]}
    for number in range(2):
        await club.admin.do(RECORD, input={
            "idempotencyKey": f"v-{number}", "member": {"externalId": "c-2"}, "activity": {"event": {"kind": "visit"}},
        })  # fmt: skip
    reports = (await club.admin.ask("{ campaigns { campaign { name open } budget given } }"))["campaigns"]
    assert reports[0] == {"campaign": {"name": "Open", "open": False}, "budget": 10, "given": 10}
    assert [(each["campaign"]["name"], each["given"]) for each in reports[1:]] == [
        ("Secret", None), ("Members", None), ("Over", None),
    ]  # fmt: skip
