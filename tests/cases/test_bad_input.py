"""What a merchant gets wrong: each is told by field and code, and nothing is written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit import db
from kit.ids import encode, new_id
from tenants import scope
from tests.cases.conftest import OpenShop, tenants
from tests.cases.merchant import (
    MEMBER,
    UNIT,
    Json,
    Merchant,
    Problem,
    fixed,
    line,
    multiplier,
    per_amount,
    problems,
    rule,
    rules,
    tender,
)

pytestmark = pytest.mark.slow

RULES = rules(per_amount(), payment={"points": 1, "worth": 1, "currency": "USD"})
MOST = 2**53 - 1
NOW = datetime.now(UTC)
ANN = {"externalId": MEMBER}
KEPT_OF_A_REFUSAL = frozenset({"command", "activity", "decision"})
"""What the business refused is stored under its key, so that a repeat is refused alike."""


BY_THE_BUSINESS = {"ORDER_EXISTS", "LINE_NOT_FOUND", "REFUND_EXCEEDS_ORDER"}


async def rows() -> Mapping[str, int]:
    """How many rows each table has."""
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        if db.dialect() == "sqlite"
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    )
    with scope.spanning(await tenants(), "test"):
        async with scope.reading():
            return {
                row["name"]: (await db.rows(f"SELECT count(*) AS rows FROM {row['name']}"))[0]["rows"]
                for row in await db.rows(sql)
                if row["name"] != "tortoise_migrations"
            }


@asynccontextmanager
async def nothing_written(merchant: Merchant, but: frozenset[str] = frozenset()) -> AsyncIterator[None]:
    """No table has another number of rows after the block, nor has the member other points."""
    before, points = await rows(), await merchant.balance()
    yield
    after = await rows()
    assert {table for table in after if after[table] != before[table]} <= but
    assert await merchant.balance() == points


@pytest.fixture
async def shop(merchant: Merchant) -> Merchant:
    """A live program; ann has 150 points, of which the order `o` earned 100."""
    await merchant.open(RULES)
    await merchant.give(50)
    await merchant.buy(5000, 5000, order="o", key="taken")
    return merchant


def bought(*lines: Json, **order: Any) -> Json:
    """An activity input of a purchase."""
    return {"purchase": {"orderId": "new", "currency": "USD", "lines": list(lines) or [line(100)], **order}}


def refunded(*lines: tuple[str, int], order: str = "o") -> Json:
    """An activity input of a refund."""
    returned = [{"lineId": id_, "quantity": quantity} for id_, quantity in lines]
    return {"refund": {"orderId": order, "lines": returned}}


ACTIVITIES = {
    "unknown-member": ({"member": {"externalId": "nobody"}}, bought(), Problem("NOT_FOUND", "member")),
    "unknown-member-by-id": (
        {"member": {"id": encode("mem", new_id())}}, bought(), Problem("NOT_FOUND", "member"),
    ),
    "another-noun's-id": (
        {"member": {"id": encode("prg", new_id())}}, bought(), Problem("NOT_FOUND", "member.id"),
    ),
    "negative-amount": ({}, bought(line(-1)), Problem("OUT_OF_RANGE", "activity.purchase.lines.0.amount")),
    "negative-tax": ({}, bought(line(1, tax=-1)), Problem("OUT_OF_RANGE", "activity.purchase.lines.0.tax")),
    "discount-above-amount": (
        {}, bought(line(1, discount=2)), Problem("OUT_OF_RANGE", "activity.purchase.lines.0.discount"),
    ),
    "order-overflows": (
        {}, bought(line(MOST), line(MOST, "l2")), Problem("OUT_OF_RANGE", "activity.purchase.lines"),
    ),
    "no-pieces": ({}, bought(line(1, quantity=0)), Problem("OUT_OF_RANGE", "activity.purchase.lines.0.quantity")),
    "negative-tender": (
        {}, bought(line(1), tenders=[tender("CARD", -1)]),
        Problem("OUT_OF_RANGE", "activity.purchase.tenders.0.amount"),
    ),
    "no-lines": ({}, bought(lines=[]), Problem("INVALID", "activity.purchase.lines")),
    "same-line-twice": ({}, bought(line(1), line(2)), Problem("DUPLICATE_LINE", "activity.purchase.lines.1.id")),
    "unknown-currency": ({}, bought(currency="XQX"), Problem("INVALID_CURRENCY", "activity.purchase.currency")),
    "too-far-ahead": (
        {"occurredAt": (NOW + timedelta(hours=1)).isoformat()}, bought(), Problem("OCCURRED_IN_FUTURE", "occurredAt"),
    ),
    "too-far-back": (
        {"occurredAt": (NOW - timedelta(days=800)).isoformat()}, bought(),
        Problem("OCCURRED_TOO_LONG_AGO", "occurredAt"),
    ),
    "no-key": ({"idempotencyKey": ""}, bought(), Problem("INVALID", "idempotencyKey")),
    "reused-key": ({"idempotencyKey": "taken"}, bought(), Problem("IDEMPOTENCY_MISMATCH", "idempotencyKey")),
    "order-again": ({}, bought(orderId="o"), Problem("ORDER_EXISTS", "activity.purchase.orderId")),
    "unknown-line": ({}, refunded(("nothing", 1)), Problem("LINE_NOT_FOUND", "activity.refund.lines.0.lineId")),
    "more-than-ordered": (
        {}, refunded(("l1", 2)), Problem("REFUND_EXCEEDS_ORDER", "activity.refund.lines.0.quantity"),
    ),
    "nothing-refunded": ({}, refunded(), Problem("INVALID", "activity.refund.lines")),
    "no-such-kind": ({}, {"event": {"kind": "purchase"}}, Problem("INVALID", "activity.event.kind")),
}  # fmt: skip


@pytest.mark.parametrize(("given", "activity", "says"), ACTIVITIES.values(), ids=list(ACTIVITIES))
async def test_activity_is_refused(shop: Merchant, given: Json, activity: Json, says: Problem) -> None:
    asked = {"idempotencyKey": "fresh", "member": ANN, "activity": activity, **given}
    async with nothing_written(shop, but=KEPT_OF_A_REFUSAL if says.code in BY_THE_BUSINESS else frozenset()):
        told = [await shop.tell("recordActivity", **asked) for _ in range(2)]
    assert told[0] == told[1] and told[0]["activity"] is None
    assert problems(told[0]) == [says]


@pytest.mark.parametrize("amount", [2**53, -(2**53), "12.5", 1.5, True, ""])
async def test_what_is_no_whole_number_is_refused_before_anything(shop: Merchant, amount: Any) -> None:
    async with nothing_written(shop):
        answer = await shop.post(
            "mutation($input: RecordActivityInput!) { recordActivity(input: $input) { userErrors { code } } }",
            {"input": {"idempotencyKey": "k", "member": ANN, "activity": bought(line(amount))}},
        )
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] and "lines[0].amount" in error["message"]


Context = dict[str, str]
Given = Callable[[Context], Json]

COMMANDS: dict[str, tuple[str, Given, Problem]] = {
    "adjust-unknown-member": (
        "pointsAdjust", lambda c: adjusting(member={"externalId": "nobody"}), Problem("NOT_FOUND", "member"),
    ),
    "adjust-unknown-unit": ("pointsAdjust", lambda c: adjusting(unit="stars"), Problem("NOT_FOUND", "unit")),
    "adjust-nothing": ("pointsAdjust", lambda c: adjusting(amount=0), Problem("OUT_OF_RANGE", "amount")),
    "adjust-overflow": ("pointsAdjust", lambda c: adjusting(amount=MOST), Problem("OUT_OF_RANGE", "amount")),
    "adjust-more-than-there": (
        "pointsAdjust", lambda c: adjusting(amount=-151), Problem("INSUFFICIENT_POINTS", "amount"),
    ),
    "adjust-without-reason": ("pointsAdjust", lambda c: adjusting(reason=" "), Problem("INVALID", "reason")),
    "adjust-expired": (
        "pointsAdjust", lambda c: adjusting(expiresAt="2020-01-01T00:00:00Z"), Problem("TOO_FAR_BACK", "expiresAt"),
    ),
    "publish-unknown-program": (
        "programPublish", lambda c: {"id": encode("prg", new_id())}, Problem("NOT_FOUND", "id"),
    ),
    "publish-no-id": ("programPublish", lambda c: {"id": "club"}, Problem("NOT_FOUND", "id")),
    "publish-twice": ("programPublish", lambda c: {"id": c["program"]}, Problem("WRONG_STATE", "id")),
    "program-slug-taken": (
        "programCreate", lambda c: {"slug": "club", "name": "Club", "rules": {"points": RULES}},
        Problem("TAKEN", "slug"),
    ),
    "reward-negative": (
        "rewardUpsert",
        lambda c: {"slug": "s", "name": "S", "unit": UNIT, "points": -1, "terms": {"freeShipping": {}}},
        Problem("OUT_OF_RANGE", "points"),
    ),
    "reward-unknown-currency": (
        "rewardUpsert",
        lambda c: {"slug": "s", "name": "S", "unit": UNIT, "points": 1,
                   "terms": {"amountOff": {"amount": {"amount": 100, "currency": "XQX"}}}},
        Problem("INVALID_CURRENCY", "terms.amountOff.amount.currency"),
    ),
    "reserve-unknown-member": (
        "redemptionReserve", lambda c: reserving({"rewardId": c["reward"]}, member={"externalId": "nobody"}),
        Problem("NOT_FOUND", "member"),
    ),
    "reserve-unknown-reward": (
        "redemptionReserve", lambda c: reserving({"rewardId": encode("rwd", new_id())}),
        Problem("NOT_FOUND", "redeem.rewardId"),
    ),
    "reserve-too-dear": (
        "redemptionReserve", lambda c: reserving({"rewardId": c["dear"]}), Problem("INSUFFICIENT_POINTS", "member"),
    ),
    "reserve-out-of-stock": (
        "redemptionReserve", lambda c: reserving({"rewardId": c["gone"]}), Problem("OUT_OF_STOCK", "redeem.rewardId"),
    ),
    "reserve-negative-payment": (
        "redemptionReserve", lambda c: reserving({"payment": {"points": -5, "orderId": "new"}}),
        Problem("OUT_OF_RANGE", "redeem.payment.points"),
    ),
    "reserve-for-no-time": (
        "redemptionReserve", lambda c: reserving({"rewardId": c["reward"]}, minutes=0),
        Problem("OUT_OF_RANGE", "minutes"),
    ),
    "reserve-with-a-forged-quote": (
        "redemptionReserve", lambda c: reserving({"rewardId": c["reward"]}, quoteToken="v1.forged"),
        Problem("QUOTE_INVALID", "quoteToken"),
    ),
    "reserve-reused-key": (
        "redemptionReserve", lambda c: {**reserving({"rewardId": c["reward"]}), "idempotencyKey": "sold"},
        Problem("IDEMPOTENCY_MISMATCH", "idempotencyKey"),
    ),
    "confirm-unknown": (
        "redemptionConfirm", lambda c: {"idempotencyKey": "c", "id": encode("red", new_id())},
        Problem("NOT_FOUND", "id"),
    ),
    "unit-scale": (
        "unitUpsert", lambda c: {"slug": "s", "name": "s", "namePlural": "s", "scale": -1},
        Problem("OUT_OF_RANGE", "scale"),
    ),
    "clock-of-no-sandbox": (
        "sandboxClockAdvance", lambda c: {"to": (NOW + timedelta(days=1)).isoformat()}, Problem("NOT_A_SANDBOX", ""),
    ),
}  # fmt: skip


def adjusting(**given: Any) -> Json:
    """An adjustment that is in order but for what is given."""
    return {"idempotencyKey": "fresh", "member": ANN, "unit": UNIT, "amount": 1, "reason": "because", **given}


def reserving(redeem: Json, **given: Any) -> Json:
    """A reservation that is in order but for what is given."""
    return {"idempotencyKey": "fresh", "member": ANN, "redeem": redeem, **given}


@pytest.mark.parametrize(("command", "given", "says"), COMMANDS.values(), ids=list(COMMANDS))
async def test_command_is_refused(merchant: Merchant, command: str, given: Given, says: Problem) -> None:
    context = {"program": await merchant.open(RULES)}
    await merchant.give(200)
    for slug, points, stock in (("reward", 10, None), ("dear", 151, None), ("gone", 50, 1)):
        context[slug] = await merchant.reward(points, slug, stock=stock)
    await merchant.spend({"rewardId": context["gone"]}, key="sold")
    async with nothing_written(merchant, but=KEPT_OF_A_REFUSAL):
        assert await merchant.refusal(command, **given(context)) == [says]


async def test_rules_that_do_not_hold_are_named_path_by_path(merchant: Merchant) -> None:
    bad = rules(
        per_amount(currency="XQX"), fixed(0, "base"), multiplier("0.5"),
        rule({"quantityBreaks": {"breaks": []}}, "breaks"), fixed(1, "refunds", on=["refund"]),
        fixed(1, "hours", conditions={"hours": [{"fromTime": "18:00", "untilTime": "16:00"}]}),
        caps=[{"limit": -1}], expiry={"policies": [{"never": True}, {"monthsAfterEarning": {"months": 1}}]},
        payment={"points": 3, "worth": 1, "currency": "XQX"},
    )  # fmt: skip
    await merchant.open()
    async with nothing_written(merchant):
        told = await merchant.tell(
            "programCreate", slug="club", name="Club", rules={"points": {**bad, "unit": "stars"}}
        )
        checked = await merchant.tell("programValidate", rules={"points": {**bad, "unit": "stars"}})
    assert [problem.code for problem in problems(told)] == ["RULES_INVALID"]
    assert (checked["valid"], checked["findings"]) == (False, told["findings"])
    assert all(finding["message"] and finding["code"] for finding in told["findings"])
    assert {finding["path"] for finding in told["findings"]} >= {
        "points.unit", "points.rules[0].earn.perAmount.currency", "points.rules[1].earn.fixed.points",
        "points.rules[2].earn.multiplier.factor", "points.rules[3].earn.quantityBreaks.breaks",
        "points.rules[4].on[0]", "points.rules[5].conditions.hours[0]", "points.caps[0].limit",
        "points.expiry.policies[0]",
        "points.payment.currency", "points.payment.multiple",
    }  # fmt: skip


async def test_wrong_keys_open_nothing(merchant: Merchant) -> None:
    await merchant.open(RULES)
    for key in ("nothing", "gsk_live_nothing", merchant.key[:-1], merchant.key.replace("live", "test")):
        answer = await Merchant(merchant.http, key).post("{ me { role } }", {})
        assert (answer.status_code, [e["extensions"]["code"] for e in answer.json()["errors"]]) == (
            401, ["UNAUTHENTICATED"],
        ), key  # fmt: skip


async def test_ids_of_another_tenant_are_as_if_they_did_not_exist(open_shop: OpenShop) -> None:
    theirs, mine = (await open_shop()).live, (await open_shop()).live
    context: Context = {}
    for merchant in (mine, theirs):
        program = await merchant.open(RULES)
        await merchant.give(100)
        reward = await merchant.reward(10)
        reserved = (await merchant.reserve({"rewardId": reward}))["redemption"]["id"]
        context = {"prg": program, "rwd": reward, "red": reserved}
    context["mem"] = (await theirs.ask('{ member(externalId: "ann") { id } }'))["member"]["id"]
    asked: dict[str, tuple[str, Callable[[str], Json]]] = {
        "programPublish": ("prg", lambda id_: {"id": id_}),
        "programArchive": ("prg", lambda id_: {"id": id_}),
        "programSaveDraft": ("prg", lambda id_: {"id": id_, "rules": {"points": RULES}}),
        "redemptionReserve": ("rwd", lambda id_: reserving({"rewardId": id_})),
        "vouchersImport": ("rwd", lambda id_: {"rewardId": id_, "codes": ["A"]}),
        "redemptionConfirm": ("red", lambda id_: {"idempotencyKey": "c", "id": id_}),
        "redemptionCancel": ("red", lambda id_: {"idempotencyKey": "x", "id": id_}),
        "memberErase": ("mem", lambda id_: {"member": {"id": id_}}),
        "pointsAdjust": ("mem", lambda id_: adjusting(member={"id": id_})),
        "recordActivity": (
            "mem", lambda id_: {"idempotencyKey": "k", "member": {"id": id_}, "activity": bought()},
        ),
    }  # fmt: skip
    async with nothing_written(theirs), nothing_written(mine):
        for command, (prefix, given) in asked.items():
            told = await mine.tell(command, **given(context[prefix]))
            assert told == await mine.tell(command, **given(encode(prefix, new_id())))
            assert [problem.code for problem in problems(told)] in (
                ["NOT_FOUND"],
                ["NOT_FOUND"],
                ["NOT_FOUND"],
            )
        for id_ in context.values():
            assert await mine.ask("query($id: ID!) { node(id: $id) { id } }", id=id_) == {"node": None}


async def test_quote_and_hold_end(open_shop: OpenShop) -> None:
    merchant = (await open_shop()).sandbox
    await merchant.open(RULES)
    await merchant.give(100)
    redeem = {"rewardId": await merchant.reward(10)}
    quote = (await merchant.quote(5000, redeem=redeem))["quote"]
    reserved = await merchant.reserve(redeem, "first", quoteToken=quote["token"], minutes=1)
    end = max(datetime.fromisoformat(each) for each in (quote["expiresAt"], reserved["redemption"]["endsAt"]))
    await merchant.advance(end)
    async with nothing_written(merchant, but=KEPT_OF_A_REFUSAL):
        late = await merchant.reserve(redeem, quoteToken=quote["token"])
        assert problems(late) == [Problem("QUOTE_EXPIRED", "quoteToken")]
        again = await merchant.reserve(redeem, "first", quoteToken=quote["token"], minutes=1)
        assert again["redemption"]["id"] == reserved["redemption"]["id"]
        assert problems(await merchant.confirm(reserved["redemption"]["id"])) == [Problem("HOLD_EXPIRED", "id")]
