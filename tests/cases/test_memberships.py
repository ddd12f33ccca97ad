"""Paid membership (M1 of CASES.md), through the public API, on the sandbox tenant's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from jobs.job import Lane
from jobs.runner import Runner
from jobs.schedule import schedule_of
from settings import Settings
from tests.cases.conftest import OpenShop
from tests.cases.merchant import MEMBER, UNIT, Json, Merchant, problems

PRIME: Json = {
    "unit": UNIT, "plans": [{"id": "prime", "name": "Prime", "price": 13900, "currency": "USD", "period": "YEAR"}],
}  # fmt: skip
_MEMBERSHIP = "membership { id plan state entitled paid refundNow renews startsAt endsAt }"
_ERRORS = "userErrors { field code message }"


@pytest.fixture
async def merchant(open_shop: OpenShop) -> Merchant:
    """A sandbox, whose clock can be moved, with a unit and a member."""
    merchant = (await open_shop()).sandbox
    await merchant.open()
    return merchant


async def sell(merchant: Merchant, rules: Json) -> str:
    """A live paid program."""
    made = await merchant.do("programCreate", slug="paid", name="Prime club", rules={"paid": rules})
    assert made["findings"] == []
    return str((await merchant.do("programPublish", id=made["program"]["id"]))["program"]["id"])


async def tell(merchant: Merchant, mutation: str, selection: str, **given: Any) -> Any:
    given.setdefault("idempotencyKey", merchant.new_key(mutation))
    shape = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} {_ERRORS} }} }}"
    return (await merchant.ask(query, input=given))[mutation]


async def join(merchant: Merchant, program: str, **given: Any) -> Any:
    given = {"plan": "prime", "paymentMethod": "card_succeeds", **given}
    joined = await tell(merchant, "membershipJoin", f"{_MEMBERSHIP} checkout {{ url }}",
                        member={"externalId": MEMBER}, programId=program, **given)  # fmt: skip
    assert joined["userErrors"] == []
    return joined["membership"] or joined["checkout"]


async def cancel(merchant: Merchant, id_: str, when: str = "NOW", **given: Any) -> Any:
    return await tell(merchant, "membershipCancel", f"{_MEMBERSHIP} refunds {{ amount currency state }}",
                      id=id_, when=when, **given)  # fmt: skip


async def later(merchant: Merchant, days: int) -> None:
    now = datetime.fromisoformat((await merchant.ask("{ tenant { now } }"))["tenant"]["now"])
    await merchant.advance(now + timedelta(days=days))


@pytest.mark.parametrize(
    ("otherwise", "days", "used", "back"),
    [
        ("NONE", 2, False, [13900]),  # within three days and unused: 139 back
        ("NONE", 2, True, []),  # used: by policy, here nothing
        ("NONE", 10, False, []),  # later: by policy
        ("PRORATED", 100, True, [10053]),  # 365 − 101 = 264 days are left after today: 13900 × 264 / 365 = 10053.6
    ],
)
async def test_m1_a_year_for_139(merchant: Merchant, otherwise: str, days: int, used: bool, back: list[int]) -> None:
    refund = {"fullWithinDays": 3, "otherwise": otherwise}
    program = await sell(merchant, {**PRIME, "refund": refund})
    membership = await join(merchant, program)
    assert (membership["state"], membership["paid"], membership["entitled"]) == ("ACTIVE", 13900, True)
    if used:
        await merchant.buy(5000)
    await later(merchant, days)
    for _ in range(2):
        ended = await cancel(merchant, membership["id"], idempotencyKey="once")
        assert [(each["amount"], each["state"]) for each in ended["refunds"]] == [(each, "SUCCEEDED") for each in back]
        assert (ended["membership"]["state"], ended["membership"]["entitled"]) == ("ENDED", False)
    charges = '{ member(externalId: "ann") { charges { nodes { purpose amount refunded } } } }'
    nodes = (await merchant.ask(charges))["member"]["charges"]["nodes"]
    assert [each["purpose"] for each in nodes] == ["REFUND"] * len(back) + ["JOIN"]
    assert nodes[-1]["refunded"] == sum(back)


async def test_a_lifelong_member_gets_ten_percent_of_last_year(merchant: Merchant, configured: Settings) -> None:
    life = {"id": "member", "name": "Member", "price": 2000, "currency": "USD", "period": "ONCE"}
    dividend = {"unit": UNIT, "currency": "USD", "percent": 10, "month": 3, "day": 1}
    program = await sell(merchant, {"unit": UNIT, "plans": [life], "dividend": dividend})
    membership = await join(merchant, program, plan="member")
    assert (membership["endsAt"], membership["renews"]) == (None, False)
    await merchant.buy(20000, order="kept")
    await merchant.buy(15555, order="sent-back")
    await merchant.refund("sent-back")
    now = datetime.fromisoformat((await merchant.ask("{ tenant { now } }"))["tenant"]["now"])
    await merchant.advance(datetime(now.year + 1, 3, 2, tzinfo=UTC))
    for _ in range(2):
        await Runner(Lane.PAYMENTS, schedule_of(configured)).tick()
    assert await merchant.available() == 2000  # 10 % of $200.00
    assert [each["amount"] for each in await merchant.entries("dividend")] == [2000]


async def test_a_page_is_paid_on_with_a_test_card(merchant: Merchant, http: httpx.AsyncClient) -> None:
    program = await sell(merchant, {**PRIME, "plans": [{**PRIME["plans"][0], "trial": {"months": 1}}]})
    checkout = await join(merchant, program, paymentMethod=None, returnUrl="https://shop.example/?a=1&b=2")
    path = httpx.URL(checkout["url"]).path
    page = await http.get(path)
    assert page.status_code == 200 and "Nothing to pay now" in page.text and "Prime club: Prime" in page.text
    refused = await http.post(path, content="card=4000000000000002")
    assert "The card was declined." in refused.text
    for _ in range(2):
        paid = await http.post(path, content="card=4242+4242+4242+4242")
        assert "https://shop.example/?a=1&amp;b=2" in paid.text
    query = '{ member(externalId: "ann") { tags memberships { state plan } } }'
    assert (await merchant.ask(query))["member"]["memberships"] == [{"state": "TRIAL", "plan": "prime"}]
    foreign = await http.post(path, content="card=1", headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert (await http.get(path[:-3] + "abc")).status_code == 404


async def test_ten_visits_then_what_is_left_goes_back(merchant: Merchant) -> None:
    ten = {"id": "ten", "name": "Ten visits", "price": 10000, "currency": "USD",
           "scope": {"visits": {"number": 10, "months": 12}}}  # fmt: skip
    program = await sell(merchant, {"unit": UNIT, "passes": [ten]})
    shown = "memberPass { id state visits used refundNow }"
    bought = await tell(merchant, "passBuy", shown, member={"externalId": MEMBER}, programId=program, slug="ten",
                        paymentMethod="card_succeeds")  # fmt: skip
    id_ = bought["memberPass"]["id"]
    for number, key in ((1, "a"), (1, "a"), (2, "b"), (3, "c")):
        used = await tell(merchant, "passUse", shown, id=id_, idempotencyKey=key)
        assert (used["memberPass"]["used"], used["memberPass"]["refundNow"]) == (number, 10000 - 1000 * number)
    for _ in range(2):
        back = await tell(merchant, "passRefund", f"{shown} refunds {{ amount state }}", id=id_, idempotencyKey="r")
        assert back["refunds"] == [{"amount": 7000, "state": "SUCCEEDED"}]
    assert [each.code for each in problems(await tell(merchant, "passUse", shown, id=id_))] == ["WRONG_STATE"]


async def test_a_declined_card_and_a_bad_signature_leave_nothing(
    merchant: Merchant, http: httpx.AsyncClient
) -> None:  # fmt: skip
    program = await sell(merchant, PRIME)
    for _ in range(2):
        given = {"member": {"externalId": MEMBER}, "programId": program, "plan": "prime", "idempotencyKey": "k"}
        refused = await tell(merchant, "membershipJoin", _MEMBERSHIP, paymentMethod="card_declined", **given)
        assert [(each.code, each.field) for each in problems(refused)] == [("DECLINED", "paymentMethod")]
    tenant = (await merchant.ask("{ tenant { id } }"))["tenant"]["id"]
    told = await http.post(f"/payments/webhooks/sandbox/{tenant}", content=b"{}")
    assert (told.status_code, told.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")
    assert (await http.post(f"/payments/webhooks/nobody/{tenant}", content=b"{}")).status_code == 404
    query = '{ member(externalId: "ann") { memberships { id } charges { nodes { state } } } }'
    found = (await merchant.ask(query))["member"]
    assert found == {"memberships": [], "charges": {"nodes": [{"state": "DECLINED"}]}}
