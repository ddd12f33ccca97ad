"""What a partner did, as it lists it: page by page, of one member, and by the days that a settlement is of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit import clock
from kit.ids import decode, encode, new_id
from programs.coalition import settlements
from programs.coalition.following import catch_up
from tenants import principals, scope
from tests.schema.club import Brand, coalition, tenant_of
from tests.schema.served import CREATE, MEMBER, PUBLISH, Shop
from tests.schema.test_partner_doing import CONFIRM, RESERVE, TOLD, told, wish
from tests.schema.test_partner_exchange import IN, USE
from tests.schema.test_statements import counted

LISTS = ("activities", "redemptions", "conversions", "offerUses")
ALL = "query ($link: ID, $period: PeriodInput) {" + " ".join(
    f"{name}(linkedId: $link, period: $period) {{ nodes {{ id linkedId customerId }} }}" for name in LISTS
) + "}"  # fmt: skip


@pytest.fixture
async def brands(shop: Shop) -> list[Brand]:
    """Two partners; with the first, two members each did one of everything, c-2 a day later."""
    acme, rival = await coalition(shop, "acme", "rival")
    perk = {"id": "lounge", "name": "Lounge", "perkClass": "ADDS_VALUE"}
    rules = {"tiered": {"unit": "points", "tiers": [{"id": "basic", "name": "Basic", "perks": [perk]}]}}
    made = await shop.admin.do(CREATE, input={"slug": "tiers", "name": "Tiers", "rules": rules})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    await shop.admin.do(MEMBER, input={"externalId": "c-2", "name": "Bo"})
    await rival.api.do(TOLD, input=told((await rival.link("r-1"))["id"]))
    for member in ("c-1", "c-2"):
        link = (await acme.link(f"a {member}", member))["id"]
        purchase = {"orderId": f"o {member}", "currency": "EUR", "lines": [{"id": "1", "amount": 10_000}]}
        await acme.api.do(TOLD, input=told(link, member, purchase=purchase))
        held = await acme.api.do(RESERVE, input=wish(link, key=f"r {member}"))
        await acme.api.do(CONFIRM, input={"idempotencyKey": f"c {member}", "id": held["redemption"]["id"]})
        await acme.api.do(IN, input={"idempotencyKey": f"i {member}", "link": link, "ownPoints": 20})
        await acme.api.do(USE, input={"idempotencyKey": f"u {member}", "link": link, "offer": "rest"})
    return [acme, rival]


def customers(seen: dict[str, Any]) -> list[list[str]]:
    return [[node["customerId"] for node in seen[name]["nodes"]] for name in LISTS]


async def test_all_of_it_and_of_one_member(brands: list[Brand]) -> None:
    acme, rival = brands
    seen = await acme.api.ask(ALL)
    assert customers(seen) == [["a c-2", "a c-1"]] * 4
    link = seen["activities"]["nodes"][1]["linkedId"]
    assert customers(await acme.api.ask(ALL, link=link)) == [["a c-1"]] * 4
    others = (await rival.api.ask("{ links { nodes { id } } }"))["links"]["nodes"][0]["id"]
    for none in (others, encode("lnk", new_id()), "x"):
        assert customers(await acme.api.ask(ALL, link=none)) == [[]] * 4
    assert customers(await rival.api.ask(ALL, link=link)) == [[]] * 4


@pytest.mark.parametrize("name", LISTS)
async def test_page_by_page(brands: list[Brand], name: str) -> None:
    query = f"query ($after: String) {{ {name}(first: 1, after: $after) {{ nodes {{ customerId }} pageInfo {{"
    query += " hasNextPage endCursor } } }"
    seen: list[str] = []
    after = None
    for more in (True, False):
        page = (await brands[0].api.ask(query, after=after))[name]
        seen += [node["customerId"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] == more
    assert seen == ["a c-2", "a c-1"]
    elsewhere = (await brands[0].api.ask("{ links(first: 1) { edges { cursor } } }"))["links"]["edges"][0]["cursor"]
    answer = await brands[0].api.answer(query, after=elsewhere)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID"]


async def test_by_days_and_by_the_periods_they_are_of(brands: list[Brand]) -> None:
    acme, _ = brands
    today = clock.now().date()  # within minutes of the operator's: its zone's midnight aside, which the days span
    near = [today - timedelta(days=1), today + timedelta(days=1)]
    here = {"days": {"firstDay": str(near[0]), "lastDay": str(near[1])}}
    year, far = {"name": str(today.year)}, {"name": str(today.year + 2)}
    for period, there in (
        (here, True), (year, True), ({"around": str(today)}, True), ({"days": {"lastDay": str(near[1])}}, True),
        (far, False), ({"around": str(today + timedelta(days=400))}, False),
        ({"days": {"firstDay": str(near[1] + timedelta(days=1))}}, False),
        ({"days": {"firstDay": str(near[1]), "lastDay": str(near[0])}}, False),
        ({"settlement": encode("stl", new_id())}, False), ({"settlement": "x"}, False),
    ):  # fmt: skip
        seen = await acme.api.ask(ALL, period=period)
        assert customers(seen) == ([["a c-2", "a c-1"]] * 4 if there else [[]] * 4), period
        cleared = await acme.api.ask(
            "query ($p: PeriodInput) { clearing(period: $p) { nodes { id } } clearingSums(period: $p) { kind } }",
            p=period,
        )
        assert (bool(cleared["clearing"]["nodes"]), bool(cleared["clearingSums"])) == (there, there)


@pytest.mark.parametrize("name", ["", "x", "2026-13", "2026-W60", "2026-02-30", "0000", "2026-Q5", "٢٠٢٦"])
async def test_a_period_that_nothing_is_called_by_is_refused(brands: list[Brand], name: str) -> None:
    answer = await brands[0].api.answer(ALL, period={"name": name})
    assert {(e["extensions"]["code"], *e["extensions"]["field"]) for e in answer["errors"]} == {
        ("INVALID", "period", "name")
    }


async def test_by_a_settlement(brands: list[Brand]) -> None:
    acme, rival = brands
    with scope.of(tenant_of(acme.shop)), clock.pinned(clock.now() + timedelta(days=62)):
        await catch_up()
        await settlements.close_due(10)
    (made,) = (await acme.api.ask("{ settlements { nodes { id firstDay lastDay period } } }"))["settlements"]["nodes"]
    for period in (
        {"settlement": made["id"]}, {"around": made["lastDay"]}, {"around": made["firstDay"]}, {"name": made["period"]},
    ):  # fmt: skip
        assert customers(await acme.api.ask(ALL, period=period)) == [["a c-2", "a c-1"]] * 4, period
    assert customers(await rival.api.ask(ALL, period={"settlement": made["id"]})) == [[]] * 4
    later = datetime.fromisoformat(made["lastDay"]).replace(tzinfo=UTC) + timedelta(days=1)
    assert customers(await acme.api.ask(ALL, period={"around": str(later.date())})) == [[]] * 4
    assert decode("stl", made["id"])


DONE = """query ($partner: ID!, $member: ID, $period: PeriodInput) {
  partnerActivities(partnerId: $partner, memberId: $member, period: $period) {
    nodes { memberId kind state points orderId } }
  partnerRedemptions(partnerId: $partner, memberId: $member, period: $period) {
    nodes { memberId points state orderId partnerId partnerName } }
  partnerConversions(partnerId: $partner, memberId: $member, period: $period) {
    nodes { memberId direction ownPoints points undoneAt } }
  partnerOfferUses(partnerId: $partner, memberId: $member, period: $period) {
    nodes { memberId offer orderId } } }"""


async def _members(acme: Brand) -> list[str]:
    found = [
        await acme.shop.admin.ask("query ($id: String!) { member(externalId: $id) { id } }", id=name)
        for name in ("c-2", "c-1")
    ]
    return [each["member"]["id"] for each in found]


def _nodes(seen: dict[str, Any]) -> dict[str, Any]:
    return {name: found["nodes"] for name, found in seen.items()}


async def test_the_operator_lists_what_was_done_at_a_partner(brands: list[Brand]) -> None:
    acme, rival = brands
    ask, members = acme.shop.admin.ask, await _members(acme)
    seen = _nodes(await ask(DONE, partner=acme.id))
    assert seen == {
        "partnerActivities": [
            {"memberId": id_, "kind": "purchase", "state": "DECIDED", "points": 200, "orderId": f"o {name}"}
            for id_, name in zip(members, ("c-2", "c-1"), strict=True)
        ],
        "partnerRedemptions": [
            {
                "memberId": id_, "points": 50, "state": "CONFIRMED", "orderId": "o-9", "partnerId": acme.id,
                "partnerName": "Acme",
            }
            for id_ in members
        ],
        "partnerConversions": [
            {"memberId": id_, "direction": "IN", "ownPoints": 20, "points": 10, "undoneAt": None} for id_ in members
        ],
        "partnerOfferUses": [{"memberId": id_, "offer": "rest", "orderId": None} for id_ in members],
    }  # fmt: skip
    one = _nodes(await ask(DONE, partner=acme.id, member=members[1]))
    assert one == {name: nodes[1:] for name, nodes in seen.items()}
    nothing: dict[str, Any] = {name: [] for name in seen}
    elsewhere = await ask(DONE, partner=rival.id)
    assert _nodes(elsewhere)["partnerActivities"][0]["orderId"] == "o-1"
    assert {**_nodes(elsewhere), "partnerActivities": []} == nothing
    for given in (
        {"partner": "x"}, {"partner": acme.id, "member": encode("mem", new_id())},
        {"partner": acme.id, "member": "x"}, {"partner": acme.id, "period": {"name": "2001"}},
        {"partner": acme.id, "period": {"settlement": encode("stl", new_id())}},
    ):  # fmt: skip
        assert _nodes(await ask(DONE, **given)) == nothing, given


@pytest.mark.parametrize("name", ["partnerActivities", "partnerRedemptions"])
async def test_the_operator_lists_page_by_page(brands: list[Brand], name: str) -> None:
    ask, members = brands[0].shop.admin.ask, await _members(brands[0])
    query = f"query ($partner: ID!, $after: String) {{ {name}(partnerId: $partner, first: 1, after: $after) {{"
    query += " nodes { memberId } pageInfo { hasNextPage endCursor } } }"
    after, seen = None, []
    for more in (True, False):
        page = (await ask(query, partner=brands[0].id, after=after))[name]
        seen += [node["memberId"] for node in page["nodes"]]
        assert page["pageInfo"]["hasNextPage"] == more
        after = page["pageInfo"]["endCursor"]
    assert seen == members


async def test_a_redemption_in_the_own_shop_is_with_no_partner(brands: list[Brand]) -> None:
    admin = brands[0].shop.admin
    await admin.do(
        'mutation { redemptionReserve(input: {idempotencyKey: "own", member: {externalId: "c-1"}, redeem: {'
        'payment: {unit: "points", points: 10, orderId: "o-9", orderTotal: 1000, currency: "EUR"}}})'
        " { redemption { id } userErrors { code message field } } }"
    )
    seen = await admin.ask("{ redemptions { nodes { orderId partnerId partnerName } } }")
    at_partner = {"orderId": "o-9", "partnerId": brands[0].id, "partnerName": "Acme"}
    own = {"orderId": "o-9", "partnerId": None, "partnerName": None}
    assert seen["redemptions"]["nodes"] == [own, at_partner, at_partner]


async def test_a_page_of_members_asks_as_much_as_one_of_them(
    brands: list[Brand], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.config.getoption("--postgres"):
        pytest.skip("the statements are the same, and SQLite tells which it ran")
    monkeypatch.setattr(principals, "_recent", principals.Recent(seconds=3_600))  # so that no page looks the key up
    asked = []
    query = "query ($n: Int!) { links(first: $n) { nodes { name balance { available } tiers { tier } } } }"
    for first in (2, 1, 2):  # the first time warms up
        async with counted() as seen:
            await brands[0].api.ask(query, n=first)
        asked.append(len(seen))
    assert asked[1] == asked[2]
