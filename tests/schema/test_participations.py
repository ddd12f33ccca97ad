"""Partners that are shops of their own, over GraphQL: invited, joined, seen, converting, unlinked; statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from kit import clock
from kit.ids import encode, new_id
from programs.coalition import settlements
from programs.coalition.models import Partner
from tenants import scope
from tests.schema.club import Brand, coalition, tenant_of
from tests.schema.served import MEMBER, RECORD, Shop, points_program, purchase, signed_up
from tests.schema.test_partner_exchange import IN, OUT, UNDO

INVITE = "mutation ($id: ID!) { partnerInvite(input: {id: $id}) { code endsAt userErrors { code field } } }"
OFFERED = """query ($code: String!) {
  coalitionInvitation(code: $code) {
    operator coalition points { namePlural scale } partner rules
    terms { number issuePriceMicros } } }"""
JOIN = """mutation ($input: ParticipationJoinInput!) { participationJoin(input: $input) {
  participation { id ownUnit { slug } months endedAt coalition { partner } } userErrors { code field } } }"""
END = """mutation ($id: ID!) { participationEnd(input: {id: $id}) {
  participation { endedAt coalition { name } settlements { nodes { id } } } userErrors { code field } } }"""
UPDATE = """mutation ($input: ParticipationUpdateInput!) { participationUpdate(input: $input) {
  participation { ownUnit { slug } months } userErrors { code field } } }"""
UNLINK = "mutation ($id: ID!) { partnerShopUnlink(input: {id: $id}) { partner { shop } userErrors { code field } } }"
SEEN = """{ participations { id operator joinedBy { name } coalition {
  name partner slug state rules points { namePlural scale } terms { number currency }
  positions { currency owedMicros exposedMicros } blocks { id } }
  settlements(first: 5) { nodes { id number statementPath due lines { kind } } }
  exchanges(first: 5) { nodes { memberId direction ownUnit { slug } ownPoints points undoneAt } } } }"""


@dataclass
class Both:
    """An operator, its partners, and the shop that is (or is to be) the first of them."""

    operator: Shop
    acme: Brand
    rival: Brand
    own: Shop

    async def code(self) -> str:
        found: str = (await self.operator.admin.do(INVITE, id=self.acme.id))["code"]
        return found

    async def join(self, **given: Any) -> str:
        made = await self.own.admin.do(JOIN, input={"code": await self.code(), **given})
        found: str = made["participation"]["id"]
        return found


@pytest.fixture
async def both(served: httpx.AsyncClient) -> Both:
    operator, own = await signed_up(served, "Operator"), await signed_up(served, "Acme")
    acme, rival = await coalition(operator, "acme", "rival")
    await points_program(own.admin)
    await own.admin.do(MEMBER, input={"externalId": "a-1"})
    return Both(operator, acme, rival, own)


async def test_joined_and_seen_by_both_sides(both: Both) -> None:
    code = await both.code()
    offer = (await both.own.admin.ask(OFFERED, code=code))["coalitionInvitation"]
    assert "2 of Acme's own points are 1 point, in and out." in offer.pop("rules")
    assert offer == {
        "operator": "Operator", "coalition": "Friends", "points": {"namePlural": "points", "scale": 0},
        "partner": "Acme", "terms": {"number": 1, "issuePriceMicros": 10_000},
    }  # fmt: skip
    assert await both.own.admin.ask(OFFERED, code="x") == {"coalitionInvitation": None}
    made = await both.own.admin.do(JOIN, input={"code": code, "unit": "points", "months": 12})
    assert {**made["participation"], "id": ""} == {
        "id": "", "ownUnit": {"slug": "points"}, "months": 12, "endedAt": None, "coalition": {"partner": "Acme"},
    }  # fmt: skip
    assert await both.own.admin.refused(JOIN, input={"code": code}) == [("CODE_INVALID", ["code"])]
    assert await both.operator.admin.refused(INVITE, id=both.acme.id) == [("WRONG_STATE", ["id"])]
    shops = await both.operator.admin.ask("query ($id: ID!) { partner(id: $id) { shop } }", id=both.acme.id)
    assert shops == {"partner": {"shop": "Acme"}}
    (seen,) = (await both.own.admin.ask(SEEN))["participations"]
    told = seen["coalition"].pop("rules")
    assert any("2 of Acme's own points are 1 point" in rule for rule in told)
    assert not any("rival" in rule for rule in told), "what others have is theirs to tell"
    assert seen["coalition"] == {
        "name": "Friends", "partner": "Acme", "slug": "acme", "state": "ACTIVE",
        "points": {"namePlural": "points", "scale": 0}, "terms": {"number": 1, "currency": "EUR"}, "positions": [],
        "blocks": [],
    }  # fmt: skip
    node = await both.own.admin.ask("query ($id: ID!) { node(id: $id) { __typename id } }", id=seen["id"])
    assert node == {"node": {"__typename": "Participation", "id": seen["id"]}}


async def test_conversions_move_both_and_are_listed(both: Both) -> None:
    await both.join(unit="points")
    link = (await both.acme.link("a-1"))["id"]
    given = {"link": link, "ownPoints": 100}
    assert await both.acme.api.refused(IN, input={**given, "idempotencyKey": "0"}) == [
        ("INSUFFICIENT_POINTS", ["ownPoints"])
    ]
    await both.own.admin.do(RECORD, input=purchase("o-1", 10_000, member="a-1"))
    balance = '{ member(externalId: "a-1") { id balances { available } } }'
    before = (await both.own.admin.ask(balance))["member"]
    made = (await both.acme.api.do(IN, input={**given, "idempotencyKey": "1"}))["conversion"]
    assert made["points"] == 50
    await both.acme.api.do(OUT, input={"link": link, "points": 10, "idempotencyKey": "2"})
    assert await both.acme.api.refused(UNDO, input={"idempotencyKey": "3", "id": made["id"]}) == [
        ("INSUFFICIENT_POINTS", ["id"])
    ]
    now = (await both.own.admin.ask(balance))["member"]
    assert now["balances"][0]["available"] == before["balances"][0]["available"] - 100 + 20
    (listed,) = (await both.own.admin.ask(SEEN))["participations"]
    await both.own.admin.do(UPDATE, input={"id": listed["id"], "unit": None})
    (seen,) = (await both.own.admin.ask(SEEN))["participations"]
    unit = {"slug": "points"}
    assert seen["exchanges"]["nodes"] == [
        {"memberId": now["id"], "direction": "OUT", "ownUnit": unit, "ownPoints": 20, "points": 10, "undoneAt": None},
        {"memberId": now["id"], "direction": "IN", "ownUnit": unit, "ownPoints": 100, "points": 50, "undoneAt": None},
    ]
    assert (
        seen["coalition"]["positions"] == [{"currency": "EUR", "owedMicros": 40 * 10_000, "exposedMicros": 0}]
        or (seen["coalition"]["positions"])
    )


async def test_a_customer_whom_the_shop_does_not_know(both: Both) -> None:
    await both.join(unit="points")
    link = (await both.acme.link("nobody"))["id"]
    given = {"link": link, "ownPoints": 100, "idempotencyKey": "1"}
    assert await both.acme.api.refused(IN, input=given) == [("NOT_FOUND", ["link"])]


async def test_statements_are_files_for_the_shop_and_no_one_else(both: Both) -> None:
    id_ = await both.join()
    link = (await both.acme.link("a-1"))["id"]
    await both.acme.api.do(IN, input={"link": link, "ownPoints": 100, "idempotencyKey": "1"})
    await both.rival.api.do(
        IN, input={"link": (await both.rival.link("r-1"))["id"], "ownPoints": 100, "idempotencyKey": "1"}
    )
    with scope.of(tenant_of(both.operator)), clock.pinned(clock.now() + timedelta(days=40)):
        await settlements.close_due(10)
    (seen,) = (await both.own.admin.ask(SEEN))["participations"]
    (settled,) = seen["settlements"]["nodes"]
    assert settled["statementPath"] == f"/statements/{id_}/{settled['id']}"
    mine = {"authorization": f"Bearer {both.own.keys['secretKey']}"}
    client = both.own.client
    for form in ("csv", "pdf"):
        answer = await client.get(f"{settled['statementPath']}.{form}", headers=mine)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith('attachment; filename="statement-acme-')
    others = await both.operator.admin.ask("{ settlements { nodes { id partnerName } } }")
    rivals = next(node["id"] for node in others["settlements"]["nodes"] if node["partnerName"] == "Rival")
    wrong = [f"{id_}/{rivals}", f"{encode('pcp', new_id())}/{settled['id']}", settled["id"], f"{id_}/{id_}"]
    answers = [await client.get(f"/statements/{path}.csv", headers=mine) for path in wrong]
    assert [each.status_code for each in answers] == [404] * 4
    for headers in (
        {"authorization": f"Bearer {both.operator.keys['secretKey']}"}, dict(both.rival.api.headers),
        dict(both.acme.api.headers),
    ):  # fmt: skip
        assert (await client.get(f"{settled['statementPath']}.csv", headers=headers)).status_code == 404
    assert (await client.get(f"{settled['statementPath']}.csv")).status_code == 401
    await both.own.admin.do(END, id=id_)
    assert (await client.get(f"{settled['statementPath']}.csv", headers=mine)).status_code == 404


async def test_the_code_of_a_partner_that_left_meanwhile(both: Both) -> None:
    code = await both.code()
    leave = 'mutation ($id: ID!) { partnerLeave(input: {id: $id, reason: "bye"}) { userErrors { code } } }'
    await both.operator.admin.do(leave, id=both.acme.id)
    assert await both.own.admin.refused(JOIN, input={"code": code}) == [("WRONG_STATE", ["code"])]


@pytest.mark.broken_books
async def test_once_the_operator_has_let_go_nothing_is_there(both: Both) -> None:
    """Also for who has read their own side just before."""
    await both.join()
    with scope.of(tenant_of(both.operator)):
        async with scope.writing():
            await Partner.all().update(own_tenant_id=None)
    (seen,) = (await both.own.admin.ask(SEEN))["participations"]
    assert (seen["coalition"], seen["settlements"]["nodes"]) == (None, [])


async def test_changed_and_ended_by_either_side(both: Both) -> None:
    id_ = await both.join()
    changed = await both.own.admin.do(UPDATE, input={"id": id_, "unit": "points", "months": 3})
    assert changed["participation"] == {"ownUnit": {"slug": "points"}, "months": 3}
    assert await both.own.admin.refused(UPDATE, input={"id": id_, "unit": "x"}) == [("NOT_FOUND", ["unit"])]
    ended = (await both.own.admin.do(END, id=id_))["participation"]
    assert (bool(ended["endedAt"]), ended["coalition"], ended["settlements"]) == (True, None, {"nodes": []})
    assert await both.own.admin.refused(END, id=id_) == [("WRONG_STATE", ["id"])]
    assert await both.operator.admin.refused(UNLINK, id=both.acme.id) == [("WRONG_STATE", ["id"])]
    await both.join()
    assert await both.operator.admin.do(UNLINK, id=both.acme.id) == {"partner": {"shop": None}, "userErrors": []}
    over = (await both.own.admin.ask(SEEN))["participations"]
    assert [(each["operator"], each["coalition"]) for each in over] == [("Operator", None)] * 2
