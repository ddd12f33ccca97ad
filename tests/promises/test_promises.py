"""What others broke and we promise (docs/cases.md, Promises): a test for each, by its number, over HTTP.

Promise 1, and 5 for the events of one order, have random histories in `test_one_order`. Promise 9 is about tiers and
comes with them.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kit import db
from tenants import scope
from tests.cases.conftest import OpenShop, Wake
from tests.cases.merchant import (
    MEMBER,
    Json,
    Merchant,
    Problem,
    fixed,
    line,
    per_amount,
    problems,
    rule,
    rules,
    tender,
)

pytestmark = pytest.mark.slow

CENT = {"points": 1, "worth": 1, "currency": "USD"}
CLUB = rules(per_amount(), payment=CENT)


@pytest.mark.parametrize("spent", [False, True], ids=["earned", "spent"])
@pytest.mark.parametrize("returned", [[{}], [{"l1": 1}, {"l2": 1}]], ids=["whole", "in-parts"])
async def test_1_buying_and_refunding_does_not_keep_points(
    merchant: Merchant, returned: list[dict[str, int]], spent: bool
) -> None:
    await merchant.open(CLUB)
    await merchant.give(150)
    if spent:
        await merchant.spend({"payment": {"points": 150, "orderId": "o", "orderTotal": 7150}})
    await merchant.buy(3575, 3575, order="o", tenders=[tender("POINTS", 150)] if spent else [])
    for part in returned:
        await merchant.refund("o", part)
    assert await merchant.available() == 150


async def test_2_a_refund_gives_and_takes_nothing_twice(merchant: Merchant) -> None:
    await merchant.open(CLUB)
    await merchant.give(150)
    await merchant.spend({"payment": {"points": 100, "orderId": "o", "orderTotal": 10000}})
    await merchant.buy(5000, 5000, order="o", tenders=[tender("POINTS", 100)])
    first = await merchant.refund("o", {"l1": 1}, key="r")
    after = await merchant.balance()
    again = await merchant.refund("o", {"l1": 1}, key="r")
    assert (again["activity"], again["decision"]) == (first["activity"], first["decision"])
    other = await merchant.record("refund", {"orderId": "o", "lines": [{"lineId": "l1", "quantity": 1}]})
    assert problems(other) == [Problem("REFUND_EXCEEDS_ORDER", "activity.refund.lines.0.quantity")]
    assert await merchant.balance() == after


async def test_3_one_balance_however_it_was_earned_or_is_spent(merchant: Merchant) -> None:
    await merchant.open(rules(per_amount(), fixed(20, on=["signup"]), payment=CENT))
    await merchant.buy(5000)
    assert problems(await merchant.record("event", {"kind": "signup"})) == []
    await merchant.give(30)
    assert await merchant.available() == 100
    await merchant.spend_on_reward(40)
    await merchant.spend({"payment": {"points": 50, "orderId": "o", "orderTotal": 5000}})
    await merchant.give(-10)
    assert await merchant.available() == 0
    for refused in (await merchant.adjust(-1), await merchant.reserve({"rewardId": await merchant.reward(1)})):
        assert [problem.code for problem in problems(refused)] == ["INSUFFICIENT_POINTS"]


async def test_4_every_way_to_spend_checks_and_debits_in_one_step(merchant: Merchant) -> None:
    await merchant.open(CLUB)
    await merchant.give(100)
    redeem = {"rewardId": await merchant.reward(100)}
    pay = {"payment": {"points": 100, "orderId": "o", "orderTotal": 10000}}
    wishes = [merchant.adjust(-100), merchant.reserve(redeem), merchant.reserve(pay)]
    wishes += [merchant.adjust(-100), merchant.reserve(redeem)]
    answers = await asyncio.gather(*wishes)
    assert sorted(bool(problems(answer)) for answer in answers) == [False, True, True, True, True]
    balance = await merchant.balance()
    assert balance["available"] == 0 <= balance["held"]


async def test_5_a_refund_may_come_before_its_purchase_and_a_job_run_twice(open_shop: OpenShop, wake: Wake) -> None:
    merchant = (await open_shop()).sandbox
    await merchant.open(rules(per_amount(), pending={"days": {"days": 14}}))
    early = await merchant.refund("o", {"l1": 1}, key="r")
    assert early["activity"]["state"] == "PARKED"
    await merchant.buy(5000, 5000, order="o")
    assert [await merchant.available(), (await merchant.balance())["pending"]] == [0, 50]
    assert (await merchant.refund("o", {"l1": 1}, key="r"))["activity"]["state"] == "DECIDED"
    await merchant.advance(datetime.now(UTC) + timedelta(days=15))
    for _ in range(2):
        await wake()
        assert [await merchant.available(), (await merchant.balance())["pending"]] == [50, 0]


async def test_6_a_promotion_counts_by_the_tenants_days(open_shop: OpenShop) -> None:
    merchant = (await open_shop(zone="America/Chicago")).live
    zone = ZoneInfo("America/Chicago")
    day = datetime.now(zone).date() - timedelta(days=3)
    window = {"startsOn": day.isoformat(), "endsOn": day.isoformat()}
    await merchant.open(rules(per_amount(conditions=window)))
    late = datetime.combine(day, time(23, 30), zone)
    assert late.astimezone(UTC).date() > day
    for at, earned in ((late, 100), (late + timedelta(hours=1), 100), (late - timedelta(days=1), 100)):
        await merchant.buy(10000, occurredAt=at.isoformat())
        assert await merchant.available() == earned


async def test_6_a_quote_holds_when_the_rules_change(merchant: Merchant) -> None:
    program = await merchant.open(CLUB)
    await merchant.give(100)
    wish = {"payment": {"points": 100, "orderId": "o", "orderTotal": 10000}}
    quoted = (await merchant.quote(10000, redeem=wish))["quote"]
    dearer = {"points": rules(per_amount(), payment={**CENT, "points": 2, "multiple": 2})}
    await merchant.do("programSaveDraft", id=program, rules=dearer)
    await merchant.do("programPublish", id=program)
    assert (await merchant.quote(10000, redeem=wish))["quote"]["redeem"]["value"]["amount"] == 50
    reserved = await merchant.reserve(wish, quoteToken=quoted["token"])
    assert reserved["redemption"]["value"]["amount"] == 100


async def test_7_the_whole_schedule_of_expiry_is_told(merchant: Merchant) -> None:
    await merchant.open()
    year = datetime.now(UTC).year + 1
    for month, amount in ((3, 30), (1, 10), (2, 20)):
        await merchant.give(amount, expiresAt=f"{year}-{month:02}-15T12:00:00Z")
    await merchant.give(40)
    steps = (await merchant.balance())["expiries"]
    assert [(step["amount"], step["expiresAt"][:7]) for step in steps] == [
        (10, f"{year}-01"), (20, f"{year}-02"), (30, f"{year}-03"),
    ]  # fmt: skip


@pytest.mark.parametrize(("rounding", "earned"), [("FLOOR", 2), ("HALF_UP", 3), ("HALF_EVEN", 2)])
async def test_8_the_rounding_is_a_setting(merchant: Merchant, rounding: str, earned: int) -> None:
    await merchant.open(rules(per_amount(), rounding=rounding))
    await merchant.buy(250)
    assert await merchant.available() == earned


async def test_8_a_refund_goes_by_what_was_stored_not_by_the_rules_of_today(merchant: Merchant) -> None:
    program = await merchant.open(rules(per_amount(3, 200)))
    await merchant.buy(333, 333, 334, order="o")
    assert await merchant.available() == 15
    await merchant.do("programSaveDraft", id=program, rules={"points": rules(per_amount(100, 1))})
    await merchant.do("programPublish", id=program)
    for id_ in ("l1", "l2", "l3"):
        await merchant.refund("o", {id_: 1})
    assert await merchant.available() == 0


@pytest.mark.parametrize(("base", "earned"), [({}, 40), ({"rewards": True}, 50)], ids=["default", "counts"])
async def test_10_a_reward_line_earns_nothing_unless_told(merchant: Merchant, base: Json, earned: int) -> None:
    await merchant.open(rules(per_amount(), base=base))
    await merchant.buy(line(4000), line(1000, "l2", kind="REWARD"))
    assert await merchant.available() == earned


@pytest.mark.parametrize(("base", "earned"), [({}, 90), ({"deductDiscounts": False}, 100)], ids=["after", "before"])
async def test_10_before_or_after_the_reward_is_a_setting(merchant: Merchant, base: Json, earned: int) -> None:
    await merchant.open(rules(per_amount(), base=base))
    await merchant.buy(line(10000, discount=1000))
    assert await merchant.available() == earned


@pytest.mark.parametrize("points", [1, 37, 100])
async def test_11_members_choose_how_many_points_to_spend(merchant: Merchant, points: int) -> None:
    await merchant.open(CLUB)
    await merchant.give(100)
    paid = await merchant.spend({"payment": {"points": points, "orderId": "o", "orderTotal": 10000}})
    assert (paid["points"], paid["value"]["amount"]) == (points, points)
    assert await merchant.available() == 100 - points


async def test_12_every_change_has_an_entry_that_stays(open_shop: OpenShop) -> None:
    shop = await open_shop()
    merchant = shop.live
    await merchant.open(CLUB)
    await merchant.buy(10000, order="o")
    await merchant.spend_on_reward(30)
    await merchant.refund("o")
    await merchant.buy(2000)
    query = "query($id: String) { member(externalId: $id) { entries(first: 100) { nodes { kind amount } } } }"
    entries = (await merchant.ask(query, id=MEMBER))["member"]["entries"]["nodes"]
    moved = [entry["amount"] for entry in entries if entry["kind"] in ("NOW", "POST")]
    assert (sum(moved), sorted(moved)) == (20, [-70, -30, 20, 100])
    with scope.of(shop.made.tenant):
        for statement in ("DELETE FROM transfer", "UPDATE transfer SET amount = 1"):
            with pytest.raises(Exception, match="append-only"):
                async with scope.writing():
                    await db.execute(f"{statement} WHERE tenant_id = $1", shop.made.tenant)


@pytest.mark.parametrize(
    ("lines", "tenders", "base", "earned"),
    [
        pytest.param([line(5000, kind="GIFT_CARD")], [], {}, 0, id="gift-card-bought"),
        pytest.param([line(5000, kind="GIFT_CARD")], [], {"giftCards": True}, 50, id="gift-card-bought-counts"),
        pytest.param([line(5000, kind="TOP_UP")], [], {}, 0, id="top-up"),
        pytest.param([line(5000)], [tender("POINTS", 5000)], {}, 0, id="paid-with-points"),
        pytest.param([line(5000)], [tender("POINTS", 5000)], {"paidWithPoints": True}, 50, id="points-count"),
        pytest.param([line(5000)], [tender("POINTS", 2000), tender("CARD", 3000)], {}, 30, id="half-paid-with-points"),
    ],
)
async def test_13_gift_cards_and_points_do_not_earn_by_default(
    merchant: Merchant, lines: list[Json], tenders: list[Json], base: Json, earned: int
) -> None:
    await merchant.open(rules(per_amount(), rule({"perOrder": {"points": 1}}, "visit", conditions={"codes": ["NO"]}),
                              base=base))  # fmt: skip
    await merchant.buy(*lines, tenders=tenders)
    assert await merchant.available() == earned
