"""Every operation does over GraphQL what its service does: read back, page by page, and refused as data."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.models import Delivery, Event
from kit import clock
from kit.ids import decode, new_id
from tenants import scope
from tenants.scope import TenantId
from tests.schema.served import CREATE, MEMBER, PUBLISH, RECORD, RULES, UNIT, Shop, points_program, purchase

ADJUST = """mutation ($input: PointsAdjustInput!) {
  pointsAdjust(input: $input) {
    entry { id amount reason note debit { owner } credit { memberId } } balances { available } userErrors { code field }
  }
}"""
TIMELINE = """query ($first: Int!, $after: String) {
  member(externalId: "c-1") {
    timeline(first: $first, after: $after) {
      nodes {
        id kind at text changes { available pending unit { slug } }
        activity {
          id kind orderId lines { id amount } tenders { amount }
          decision { movements { amount reason } explanation { code text inputs { name values } } }
        }
        redemption { id reward { slug } }
        adjustment { reason actor { kind name } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""


@pytest.fixture
async def club(shop: Shop) -> Shop:
    """A shop with a live points program and one member."""
    await points_program(shop.admin)
    await shop.admin.do(MEMBER, input={"externalId": "c-1", "name": "Grace Hopper", "email": "grace@example.com"})
    return shop


async def test_points_by_hand(club: Shop) -> None:
    api, member = club.admin, {"externalId": "c-1"}
    given = {"idempotencyKey": "a-1", "member": member, "unit": "points", "amount": 50, "reason": "A late parcel"}
    made = await api.do(ADJUST, input=given)
    assert (made["entry"]["note"], made["entry"]["debit"]["owner"]) == ("A late parcel", "adjusted")
    assert made["balances"] == [{"available": 50}]
    assert await api.do(ADJUST, input=given) == made
    assert await api.refused(ADJUST, input={**given, "amount": 60}) == [("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])]
    taken = await api.do(ADJUST, input={**given, "idempotencyKey": "a-2", "amount": -20})
    assert taken["balances"] == [{"available": 30}]
    too_many = {**given, "idempotencyKey": "a-3", "amount": -31}
    assert await api.refused(ADJUST, input=too_many) == [("INSUFFICIENT_POINTS", ["amount"])]
    for changed, refusal in (
        ({"amount": 0}, ("OUT_OF_RANGE", ["amount"])),
        ({"reason": " "}, ("INVALID", ["reason"])),
        ({"unit": "miles"}, ("NOT_FOUND", ["unit"])),
        ({"expiresAt": "2001-01-01T00:00:00Z"}, ("TOO_FAR_BACK", ["expiresAt"])),
        ({"member": {"externalId": "nobody"}}, ("NOT_FOUND", ["member"])),
    ):
        assert await api.refused(ADJUST, input={**given, "idempotencyKey": "a-4", **changed}) == [refusal]


async def test_a_timeline_tells_all_of_it_page_by_page(club: Shop) -> None:
    api = club.admin
    await api.do(RECORD, input=purchase("o-1", 5_000))
    await api.do(ADJUST, input={
        "idempotencyKey": "a-1", "member": {"externalId": "c-1"}, "unit": "points", "amount": 5, "reason": "Sorry",
    })  # fmt: skip
    refund = {"refund": {"orderId": "o-1", "lines": [{"lineId": "1", "quantity": 1}]}}
    await api.do(RECORD, input={"idempotencyKey": "o-1/r", "member": {"externalId": "c-1"}, "activity": refund})
    first = (await api.ask(TIMELINE, first=2))["member"]["timeline"]
    rest = (await api.ask(TIMELINE, first=25, after=first["pageInfo"]["endCursor"]))["member"]["timeline"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    entries = [*first["nodes"], *rest["nodes"]]
    assert [(entry["kind"], entry["text"]) for entry in entries] == [
        ("ACTIVITY", "Refund of order o-1: −50 points."),
        ("ADJUSTMENT", "5 points given by hand: Sorry"),
        ("ACTIVITY", "Purchase of order o-1: +50 points."),
    ]
    assert entries[1]["adjustment"] == {"reason": "Sorry", "actor": {"kind": "KEY", "name": "Server"}}
    lines = entries[2]["activity"]["decision"]["explanation"]
    assert [line["code"] for line in lines] == ["BASE", "EXPIRY"]
    assert lines[0]["text"] == "Points per euro gives 50: 1 for every 1.00 EUR of 50.00 EUR."


async def test_a_page_of_25_with_all_its_explanations_is_within_the_cost(club: Shop) -> None:
    answer = await club.admin.answer(TIMELINE, first=25)
    assert "errors" not in answer
    assert answer["extensions"]["cost"]["requestedQueryCost"] <= 2_000


async def test_many_activities_each_for_itself(club: Shop) -> None:
    query = """mutation ($input: RecordActivitiesInput!) {
      recordActivities(input: $input) {
        results { activity { key } decision { movements { amount } } balances { available } userErrors { code field } }
        userErrors { code field }
      }
    }"""
    sent = [purchase(f"o-{number}", 1_000) for number in range(20)]
    sent[3]["member"] = {"externalId": "nobody"}
    sent[4]["activity"]["purchase"]["currency"] = "ZZZ"
    sent[5]["activity"]["purchase"]["lines"][0]["amount"] = -1
    results = (await club.admin.do(query, input={"activities": sent}))["results"]
    assert [result["userErrors"] for result in results[3:6]] == [
        [{"code": "NOT_FOUND", "field": ["member"]}],
        [{"code": "INVALID_CURRENCY", "field": ["activity", "purchase", "currency"]}],
        [{"code": "OUT_OF_RANGE", "field": ["activity", "purchase", "lines", "0", "amount"]}],
    ]
    good = [result for result in results if not result["userErrors"]]
    assert len(good) == 17
    assert good[0]["decision"]["movements"] == [{"amount": 10}]
    assert good[-1]["balances"] == [{"available": 170}]
    assert await club.admin.refused(query, input={"activities": []}) == [("TOO_MANY", ["activities"])]


@pytest.mark.parametrize(
    ("activity", "refusal"),
    [
        ({"refund": {"orderId": "o-1"}}, ("INVALID", ["activity", "refund", "lines"])),
        ({"event": {"kind": "purchase"}}, ("INVALID", ["activity", "event", "kind"])),
        ({"refund": {"orderId": "o-1", "all": True, "amount": 1}}, ("INVALID", ["activity", "refund", "lines"])),
        ({"refund": {"orderId": "o-1", "lines": [{"lineId": "1"}]}},
         ("INVALID", ["activity", "refund", "lines", "0"])),
        ({"refund": {"orderId": "o-1", "lines": [{"lineId": "1", "quantity": 1, "amount": 1}]}},
         ("INVALID", ["activity", "refund", "lines", "0"])),
        ({"refund": {"orderId": "o-1", "amount": 0}}, ("OUT_OF_RANGE", ["activity", "refund", "amount"])),
        ({"refund": {"orderId": "o-1", "amount": 5_001}}, ("REFUND_EXCEEDS_ORDER", ["activity", "refund", "amount"])),
        ({"refund": {"orderId": "o-1", "lines": [{"lineId": "1", "amount": 0}]}},
         ("OUT_OF_RANGE", ["activity", "refund", "lines", "0", "amount"])),
        ({"refund": {"orderId": "o-1", "lines": [{"lineId": "1", "amount": 5_001}]}},
         ("REFUND_EXCEEDS_ORDER", ["activity", "refund", "lines", "0", "amount"])),
        ({"refund": {"orderId": "o-1", "lines": [{"lineId": "9", "amount": 1}]}},
         ("LINE_NOT_FOUND", ["activity", "refund", "lines", "0", "lineId"])),
        ({"refund": {"orderId": "o-1", "lines": [{"lineId": "9", "quantity": 1}]}},
         ("LINE_NOT_FOUND", ["activity", "refund", "lines", "0", "lineId"])),
        ({"refund": {"orderId": "o-1", "lines": [{"lineId": "1", "quantity": 2}]}},
         ("REFUND_EXCEEDS_ORDER", ["activity", "refund", "lines", "0", "quantity"])),
        ({"purchase": {"orderId": "o-1", "currency": "EUR", "lines": [{"id": "1", "amount": 1}]}},
         ("ORDER_EXISTS", ["activity", "purchase", "orderId"])),
        ({"purchase": {"orderId": "x", "currency": "EUR", "lines": []}},
         ("INVALID", ["activity", "purchase", "lines"])),
        ({"trigger": {"orderId": "o-1", "trigger": "Not This"}}, ("INVALID_KIND", ["activity", "trigger", "trigger"])),
    ],
)  # fmt: skip
async def test_activities_that_are_refused(
    club: Shop, activity: dict[str, Any], refusal: tuple[str, list[str]]
) -> None:
    await club.admin.do(RECORD, input=purchase("o-1", 5_000))
    given = {"idempotencyKey": "x-1", "member": {"externalId": "c-1"}, "activity": activity}
    assert await club.admin.refused(RECORD, input=given) == [refusal]


async def test_money_comes_back_for_a_line_and_for_the_order(club: Shop) -> None:
    await club.admin.do(RECORD, input=purchase("o-1", 5_000))
    record = (
        "mutation ($input: RecordActivityInput!) { recordActivity(input: $input) {"
        " activity { refunded lines { id refunded } } balances { available } userErrors { code } } }"
    )
    refunds: tuple[dict[str, Any], ...] = ({"lines": [{"lineId": "1", "amount": 1_000}]}, {"amount": 500})
    answers = [
        await club.admin.do(record, input={
            "idempotencyKey": str(number), "member": {"externalId": "c-1"},
            "activity": {"refund": {"orderId": "o-1", **refund}},
        })
        for number, refund in enumerate(refunds)
    ]  # fmt: skip
    assert [answer["activity"] for answer in answers] == [
        {"refunded": None, "lines": [{"id": "1", "refunded": 1_000}]}, {"refunded": 500, "lines": []}
    ]  # fmt: skip
    assert [answer["balances"] for answer in answers] == [[{"available": 40}], [{"available": 35}]]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"idempotencyKey": ""}, ("INVALID", ["idempotencyKey"])),
        ({"occurredAt": "2099-01-01T00:00:00Z"}, ("OCCURRED_IN_FUTURE", ["occurredAt"])),
        ({"occurredAt": "2001-01-01T00:00:00Z"}, ("OCCURRED_TOO_LONG_AGO", ["occurredAt"])),
        ({"member": {"id": "mem_nonsense"}}, ("NOT_FOUND", ["member", "id"])),
        ({"source": "s" * 65}, ("INVALID", ["source"])),
    ],
)
async def test_what_is_wrong_around_an_activity(
    club: Shop, changed: dict[str, Any], refusal: tuple[str, list[str]]
) -> None:
    assert await club.admin.refused(RECORD, input={**purchase("o-1", 100), **changed}) == [refusal]


AMEND = """mutation ($input: OrderAmendInput!) {
  orderAmend(input: $input) { activity { kind orderId } balances { available } userErrors { code field } }
}"""
AMENDED: dict[str, Any] = {
    "idempotencyKey": "o-1/a", "member": {"externalId": "c-1"}, "orderId": "o-1", "currency": "EUR",
    "lines": [{"id": "1", "amount": 5_000}, {"id": "2", "amount": 1_000}],
}  # fmt: skip


@pytest.mark.parametrize("key", ["", "k" * 201, "a\nb"])
async def test_an_amendment_needs_a_key_that_can_be_stored(club: Shop, key: str) -> None:
    refused = await club.admin.refused(AMEND, input={**AMENDED, "idempotencyKey": key})
    assert refused == [("INVALID", ["idempotencyKey"])]


async def test_an_order_is_amended(club: Shop) -> None:
    await club.admin.do(RECORD, input=purchase("o-1", 5_000))
    amended = await club.admin.do(AMEND, input=AMENDED)
    assert amended["activity"] == {"kind": "amend", "orderId": "o-1"}
    assert amended["balances"] == [{"available": 60}]


async def test_a_program_through_its_life(shop: Shop) -> None:
    api = shop.admin
    await api.do(UNIT)
    bad = {"points": {**RULES["points"], "unit": "stars", "rules": [
        {"id": "base", "name": "Base", "earn": {"perAmount": {"points": 0, "per": 100, "currency": "EUR"}}},
    ]}}  # fmt: skip
    refused = await api.payload(CREATE, input={"slug": "club", "name": "Club", "rules": bad})
    assert [error["code"] for error in refused["userErrors"]] == ["RULES_INVALID"]
    assert {finding["path"] for finding in refused["findings"]} == {
        "points.rules[0].earn.perAmount.points", "points.unit"
    }  # fmt: skip
    made = (await api.do(CREATE, input={"slug": "club", "name": "Club", "rules": RULES}))["program"]
    assert made["summary"] == [
        "Points per euro: 1 point for every 1.00 EUR.",
        "Points expire 12 months after they were earned.",
        "1 point pays 0.01 EUR, up to 50 % of the order.",
    ]
    id_ = made["id"]
    assert (made["state"], made["draft"]["number"], made["live"]) == ("DRAFT", 1, None)
    live = (await api.do(PUBLISH, id=id_))["program"]
    assert (live["state"], live["live"], live["draft"]) == ("LIVE", {"number": 1}, None)
    assert await api.refused(PUBLISH, id=id_) == [("WRONG_STATE", ["id"])]
    saved = await api.do(
        "mutation ($input: ProgramSaveDraftInput!) { programSaveDraft(input: $input)"
        " { program { draft { number note rules { points { rules { earn { perAmount { points } } } } } } }"
        " findings { path } userErrors { code field } } }",
        input={"id": id_, "note": "Doubled", "rules": {"points": {**RULES["points"], "rules": [
            {"id": "base", "name": "Base", "earn": {"perAmount": {"points": 2, "per": 100, "currency": "EUR"}}},
        ]}}},
    )  # fmt: skip
    assert saved["program"]["draft"]["rules"]["points"]["rules"] == [{"earn": {"perAmount": {"points": 2}}}]
    await api.do(PUBLISH, id=id_)
    back = await api.do(
        "mutation ($id: ID!) { programRollback(input: {id: $id, number: 1})"
        " { program { live { number restores } } userErrors { code field } } }", id=id_,
    )  # fmt: skip
    assert back["program"]["live"] == {"number": 3, "restores": 1}
    seen = await api.ask(
        "query ($id: ID!) { program(id: $id) { versions(first: 2) { nodes { number state savedBy { kind name } }"
        " pageInfo { hasNextPage endCursor } } } }", id=id_,
    )  # fmt: skip
    assert [(v["number"], v["state"]) for v in seen["program"]["versions"]["nodes"]] == [(3, "LIVE"), (2, "RETIRED")]
    for name, state in (("Pause", "PAUSED"), ("Resume", "LIVE"), ("Archive", "ARCHIVED")):
        changed = await api.do(
            f"mutation ($id: ID!) {{ program{name}(input: {{id: $id}})"
            " { program { state } userErrors { code field } } }", id=id_,
        )  # fmt: skip
        assert changed["program"]["state"] == state
    listed = await api.ask("{ programs { nodes { id } } archived: programs(state: ARCHIVED) { nodes { id } } }")
    assert listed == {"programs": {"nodes": []}, "archived": {"nodes": [{"id": id_}]}}


async def test_a_program_is_copied_to_the_sandbox_and_watched_through_time(club: Shop) -> None:
    id_ = (await club.admin.ask('{ program(slug: "club") { id } }'))["program"]["id"]
    copied = (await club.admin.do(
        "mutation ($id: ID!) { programCopy(input: {id: $id})"
        " { copy { programId slug versionNumber tenant { isSandbox } } userErrors { code field } } }", id=id_,
    ))["copy"]  # fmt: skip
    assert (copied["slug"], copied["versionNumber"], copied["tenant"]) == ("club", 1, {"isSandbox": True})
    sandbox = club.sandbox
    await sandbox.do(PUBLISH, id=copied["programId"])
    await sandbox.do(MEMBER, input={"externalId": "c-1"})
    await sandbox.do(RECORD, input=purchase("o-1", 10_000))
    clock = "mutation ($to: DateTime!) { sandboxClockAdvance(input: {to: $to})" \
            " { tenant { now } userErrors { code field } } }"  # fmt: skip
    later = datetime.now(UTC).replace(year=datetime.now(UTC).year + 2, day=1).isoformat()
    await sandbox.do(clock, to=later)
    seen = await sandbox.ask(
        "query ($then: DateTime!) { member(externalId: \"c-1\") { balances { available }"
        " past: balances(asOf: $then) { available } } }", then=datetime.now(UTC).isoformat(),
    )  # fmt: skip
    assert seen["member"] == {"balances": [{"available": 0}], "past": [{"available": 100}]}
    assert await sandbox.refused(clock, to="2001-01-01T00:00:00Z") == [("NOT_FORWARD", ["to"])]
    assert await club.admin.refused(clock, to=later) == [("NOT_A_SANDBOX", [])]


async def test_members_are_changed_found_exported_and_erased(club: Shop) -> None:
    api = club.admin
    upsert = """mutation ($input: MemberUpsertInput!) { memberUpsert(input: $input) {
      member { name email tags attributes { name value } consents { purpose granted } birthday
        dependants { kind name birthday } }
      userErrors { code field }
    } }"""
    changed = await api.do(upsert, input={
        "externalId": "c-1", "tags": ["vip"], "attributes": [{"name": "size", "value": 42}], "birthday": "1906-12-09",
        "consents": [{"purpose": "email.news", "granted": True, "source": "checkout"}],
        "dependants": [{"kind": "pet", "name": "Rex", "birthday": "2020-05-04"}],
    })  # fmt: skip
    assert changed["member"] == {
        "name": "Grace Hopper", "email": "grace@example.com", "tags": ["vip"], "birthday": "1906-12-09",
        "attributes": [{"name": "size", "value": 42}], "consents": [{"purpose": "email.news", "granted": True}],
        "dependants": [{"kind": "pet", "name": "Rex", "birthday": "2020-05-04"}],
    }  # fmt: skip
    cleared = await api.do(upsert, input={"externalId": "c-1", "name": None})
    assert (cleared["member"]["name"], cleared["member"]["tags"]) == (None, ["vip"])
    assert await api.refused(upsert, input={"externalId": "c-1", "email": "nonsense"}) == [("INVALID_EMAIL", ["email"])]
    for number in range(3):
        await api.do(upsert, input={"externalId": f"m-{number}", "name": f"Ada {number}"})
    page = "query ($after: String) { members(query: \"ada\", first: 2, after: $after)" \
           " { nodes { name } pageInfo { hasNextPage endCursor } } }"  # fmt: skip
    first = (await api.ask(page))["members"]
    rest = (await api.ask(page, after=first["pageInfo"]["endCursor"]))["members"]
    assert [node["name"] for node in first["nodes"] + rest["nodes"]] == ["Ada 2", "Ada 1", "Ada 0"]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    exported = await api.do(
        'mutation { memberExport(input: {member: {externalId: "c-1"}}) { export { document } userErrors { code } } }'
    )
    assert json.loads(exported["export"]["document"])["member"]["external_id"] == "c-1"
    assert json.loads(exported["export"]["document"])["member"]["dependants"][0]["name"] == "Rex"
    erased = await api.do(
        "mutation { memberErase(input: {member: {externalId: \"c-1\"}})"
        " { member { state externalId email } userErrors { code } } }"
    )  # fmt: skip
    assert erased["member"] == {"state": "ERASED", "externalId": None, "email": None}


async def test_points_pay_for_a_part_of_an_order(club: Shop) -> None:
    api = club.admin
    await api.do(RECORD, input=purchase("o-1", 100_000))
    reserve = """mutation ($input: RedemptionReserveInput!) { redemptionReserve(input: $input) {
      redemption { id points value { amount currency } orderId reward { id } } balances { available held }
      userErrors { code field }
    } }"""
    payment = {"points": 800, "orderId": "o-2", "orderTotal": 1_000}
    given = {"idempotencyKey": "p-1", "member": {"externalId": "c-1"}, "redeem": {"payment": payment}}
    made = await api.do(reserve, input=given)
    assert made["redemption"] | {"id": ""} == {
        "id": "", "points": 500, "value": {"amount": 500, "currency": "EUR"}, "orderId": "o-2", "reward": None,
    }  # fmt: skip
    cancel = "mutation ($input: RedemptionCancelInput!) { redemptionCancel(input: $input)" \
             " { redemption { state } balances { available held } userErrors { code field } } }"  # fmt: skip
    cancelled = await api.do(cancel, input={"idempotencyKey": "p-2", "id": made["redemption"]["id"]})
    assert (cancelled["redemption"]["state"], cancelled["balances"]) == ("CANCELLED", [{"available": 1000, "held": 0}])
    again = await api.refused(cancel, input={"idempotencyKey": "p-3", "id": made["redemption"]["id"]})
    assert again == [("ALREADY_CLOSED", ["id"])]
    without = {**given, "idempotencyKey": "p-4", "redeem": {"payment": {"points": 800, "orderId": "o-2"}}}
    assert await api.refused(reserve, input=without) == [("INVALID", ["redeem", "payment", "orderTotal"])]
    listed = await api.ask("{ redemptions(state: CANCELLED) { nodes { id points } } }")
    assert listed["redemptions"]["nodes"] == [{"id": made["redemption"]["id"], "points": 500}]


async def test_a_quote_holds_when_the_price_goes_up(club: Shop) -> None:
    api = club.admin
    await api.do(RECORD, input=purchase("o-1", 10_000))
    upsert = "mutation ($input: RewardUpsertInput!) { rewardUpsert(input: $input)" \
             " { reward { id } userErrors { code field } } }"  # fmt: skip
    mug = {"slug": "mug", "name": "Mug", "unit": "points", "points": 40, "terms": {"freeProduct": {"sku": "MUG"}}}
    reward = (await api.do(upsert, input=mug))["reward"]["id"]
    quoted = await api.do(
        "query ($input: QuoteInput!) { quote(input: $input) { quote { token } userErrors { code field } } }",
        input={
            "member": {"externalId": "c-1"}, "cart": {"currency": "EUR", "lines": [{"id": "1", "amount": 100}]},
            "redeem": {"rewardId": reward},
        },
    )  # fmt: skip
    await api.do(upsert, input={**mug, "points": 60})
    reserve = "mutation ($input: RedemptionReserveInput!) { redemptionReserve(input: $input)" \
              " { redemption { points } userErrors { code field } } }"  # fmt: skip
    given = {"idempotencyKey": "r-1", "member": {"externalId": "c-1"}, "redeem": {"rewardId": reward}}
    token = quoted["quote"]["token"]
    assert (await api.do(reserve, input={**given, "quoteToken": token}))["redemption"] == {"points": 40}
    assert (await api.do(reserve, input={**given, "idempotencyKey": "r-2"}))["redemption"] == {"points": 60}
    forged = {**given, "idempotencyKey": "r-3", "quoteToken": token[:-1] + ("A" if token[-1] != "A" else "B")}
    assert await api.refused(reserve, input=forged) == [("QUOTE_INVALID", ["quoteToken"])]


async def test_rewards_and_their_codes(club: Shop) -> None:
    api = club.admin
    upsert = """mutation ($input: RewardUpsertInput!) { rewardUpsert(input: $input) {
      reward { id terms { percentOff { percent atMost { amount } } } voucherSource } userErrors { code field }
    } }"""
    terms = {"percentOff": {"percent": 10, "atMost": {"amount": 500, "currency": "EUR"}}}
    given = {"slug": "ten", "name": "10 %", "unit": "points", "points": 5, "terms": terms, "voucherSource": "UPLOADED"}
    reward = (await api.do(upsert, input=given))["reward"]
    assert reward["terms"] == {"percentOff": {"percent": 10, "atMost": {"amount": 500}}}
    wrong = {**given, "terms": {"percentOff": {"percent": 200}}}
    assert await api.refused(upsert, input=wrong) == [("OUT_OF_RANGE", ["terms", "percentOff", "percent"])]
    codes = """mutation ($id: ID!, $codes: [String!]!) { vouchersImport(input: {rewardId: $id, codes: $codes}) {
      imported known reward { vouchers { available } } userErrors { code field } } }"""
    put = await api.do(codes, id=reward["id"], codes=["AAA", "BBB", "AAA"])
    assert (put["imported"], put["known"], put["reward"]["vouchers"]) == (2, ["AAA"], {"available": 2})
    assert await api.refused(codes, id=reward["id"], codes=["A A"]) == [("INVALID", ["codes", "0"])]
    archive = "mutation ($id: ID!) { rewardArchive(input: {id: $id}) { reward { archivedAt } userErrors { code } } }"
    assert (await api.do(archive, id=reward["id"]))["reward"]["archivedAt"] is not None
    seen = await api.ask("{ rewards { nodes { slug } } all: rewards(archived: true) { nodes { slug } } }")
    assert seen == {"rewards": {"nodes": []}, "all": {"nodes": [{"slug": "ten"}]}}


async def test_the_tenant_at_a_glance(club: Shop) -> None:
    await club.admin.do(RECORD, input=purchase("o-1", 10_000))
    seen = (await club.admin.ask(
        "{ overview(days: 7) { members membersActive activities redemptions units { unit { slug } outstanding"
        " liability { amount currency } days { date issued redeemed expired } } } }"
    ))["overview"]  # fmt: skip
    (unit,) = seen["units"]
    assert (seen["members"], seen["membersActive"], seen["activities"], seen["redemptions"]) == (1, 1, 1, 0)
    assert (unit["outstanding"], unit["liability"]) == (100, {"amount": 100, "currency": "EUR"})
    assert [day["issued"] for day in unit["days"]] == [0, 0, 0, 0, 0, 0, 100]
    refused = await club.admin.answer("{ overview(days: 0) { members } }")
    assert [error["extensions"] for error in refused["errors"]] == [{"code": "OUT_OF_RANGE", "field": ["days"]}]


async def test_keys_staff_settings_and_what_the_audit_log_says(shop: Shop) -> None:
    api = shop.admin
    made = await api.do(
        "mutation { keyCreate(input: {kind: SECRET, name: \"Till\", role: SUPPORT})"
        " { key { id hint role } secret userErrors { code } } }"
    )  # fmt: skip
    rotated = await api.do(
        "mutation ($id: ID!) { keyRotate(input: {id: $id, overlapHours: 0})"
        " { key { id rotatedFromId } secret userErrors { code field } } }", id=made["key"]["id"],
    )  # fmt: skip
    assert rotated["key"]["rotatedFromId"] == made["key"]["id"]
    gone = await shop.admin_by(made["secret"]).answer("{ me { role } }")
    assert gone["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await shop.admin_by(rotated["secret"]).ask("{ me { role actor { kind } tenants { role } } }"))["me"] == {
        "role": "SUPPORT", "actor": {"kind": "KEY"}, "tenants": [],
    }  # fmt: skip
    changed = await api.do(
        "mutation { tenantUpdate(input: {zone: \"America/New_York\", activityDaysBack: 10})"
        " { tenant { zone activityDaysBack } userErrors { code field } } }"
    )  # fmt: skip
    assert changed["tenant"] == {"zone": "America/New_York", "activityDaysBack": 10}
    invited = await api.do(
        "mutation { staffInvite(input: {email: \"new@records.example\", role: ANALYST})"
        " { invitation { id email } token userErrors { code } } }"
    )  # fmt: skip
    joined = await shop.client.post(
        "/auth/accept-invitation",
        json={"token": invited["token"], "name": "New", "password": "another long pass phrase 7"},
    )
    assert joined.json()["tenant"]["role"] == "analyst"
    shop.client.cookies.clear()
    staff = await api.ask("{ staff { email role } staffInvitations { id } }")
    assert staff == {
        "staff": [
            {"email": "owner@records.example", "role": "OWNER"}, {"email": "new@records.example", "role": "ANALYST"},
        ],
        "staffInvitations": [],
    }  # fmt: skip
    page = "query ($after: String) { auditLog(first: 3, after: $after) { nodes { action actor { kind } target }" \
           " pageInfo { hasNextPage endCursor } } }"  # fmt: skip
    first = (await api.ask(page))["auditLog"]
    rest = (await api.ask(page, after=first["pageInfo"]["endCursor"]))["auditLog"]
    actions = [node["action"] for node in first["nodes"] + rest["nodes"]]
    assert actions == [
        "staff.joined", "staff.invited", "tenant.updated", "key.rotated", "key.created", "tenant.created"
    ]  # fmt: skip
    secret = await api.ask("{ customerTokenSecret }")
    assert secret["customerTokenSecret"].startswith("gcs_")


async def test_where_events_are_sent(shop: Shop) -> None:
    api = shop.admin
    put = """mutation ($url: String, $kinds: [String!]! = []) {
      webhookEndpointSet(input: {url: $url, kinds: $kinds}) { endpoint { url } secret userErrors { code field } } }"""
    made = await api.do(put, url="http://127.0.0.1:9/hooks")
    assert made["secret"].startswith("whsec_")
    assert await api.refused(put, url="ftp://example.com") == [("INVALID", ["url"])]
    assert await api.refused(put, url="http://127.0.0.1:9/", kinds=["no.such"]) == [("INVALID_KIND", ["kinds"])]
    assert await api.ask("{ webhookEndpoint { url } }") == {"webhookEndpoint": {"url": "http://127.0.0.1:9/hooks"}}
    await api.do(put, url=None)
    assert await api.ask("{ webhookEndpoint { url } }") == {"webhookEndpoint": None}


async def test_deliveries_are_listed_and_a_failed_one_is_sent_again(shop: Shop) -> None:
    api = shop.admin
    with scope.of(TenantId(decode("ten", shop.session["tenant"]["id"]))):
        async with scope.writing():
            for state in ("failed", "waiting"):
                event = await Event.create(kind="voucher.issued", subject="-", body="{}", recorded_at=clock.now())
                await Delivery.create(
                    event_id=event.id, endpoint_id=new_id(), state=state, recorded_at=clock.now(), status=500,
                    due_at=clock.now() + timedelta(days=1), closed_at=clock.now() if state == "failed" else None,
                    error="the endpoint answered 500", attempt=2,
                )  # fmt: skip
    listed = (
        "query ($state: DeliveryState) { webhookDeliveries(state: $state, first: 1) { nodes { id kind state attempts"
        " nextAttemptAt status error } pageInfo { hasNextPage } } }"
    )
    again = """mutation ($id: ID!) { webhookDeliveryResend(input: {id: $id}) {
      delivery { id state attempts nextAttemptAt } userErrors { code field } } }"""
    everything = (await api.ask(listed))["webhookDeliveries"]
    assert everything["pageInfo"] == {"hasNextPage": True}
    assert (everything["nodes"][0]["state"], everything["nodes"][0]["nextAttemptAt"] is None) == ("WAITING", False)
    (failed,) = (await api.ask(listed, state="FAILED"))["webhookDeliveries"]["nodes"]
    assert failed | {"id": "-"} == {
        "id": "-", "kind": "voucher.issued", "state": "FAILED", "attempts": 2, "nextAttemptAt": None, "status": 500,
        "error": "the endpoint answered 500",
    }  # fmt: skip
    assert await api.refused(again, id=failed["id"]) == [("WRONG_STATE", [])], "there is no endpoint"
    await api.do('mutation { webhookEndpointSet(input: {url: "http://127.0.0.1:9/"}) { secret userErrors { code } } }')
    sent = (await api.do(again, id=failed["id"]))["delivery"]
    assert (sent["id"], sent["state"], sent["attempts"]) == (failed["id"], "WAITING", 0)
    node = await api.ask("query ($id: ID!) { node(id: $id) { ... on WebhookDelivery { kind } } }", id=failed["id"])
    assert node == {"node": {"kind": "voucher.issued"}}
    (logged,) = (await api.ask("{ auditLog(first: 1) { nodes { action target } } }"))["auditLog"]["nodes"]
    assert logged == {"action": "webhook.resent", "target": f"delivery:{failed['id']}"}


async def test_the_ledger_as_it_was_written(club: Shop) -> None:
    bought = await club.admin.do(RECORD, input=purchase("o-1", 10_000))
    await club.admin.do(RECORD, input=purchase("o-2", 20_000))
    seen = await club.admin.ask(
        "query ($activity: ID!) { ledgerEntries(filter: {activityId: $activity, unit: \"points\", reason: \"earn\"})"
        " { nodes { id amount debit { owner } credit { state memberId } creditAfter activityId } }"
        " all: ledgerEntries(first: 1) { nodes { amount } pageInfo { hasNextPage endCursor } }"
        " member(externalId: \"c-1\") { id entries { nodes { amount after reason } } } }",
        activity=bought["activity"]["id"],
    )  # fmt: skip
    (entry,) = seen["ledgerEntries"]["nodes"]
    assert (entry["amount"], entry["debit"], entry["creditAfter"]) == (100, {"owner": "issued"}, 100)
    assert entry["credit"] == {"state": "AVAILABLE", "memberId": seen["member"]["id"]}
    assert seen["all"]["nodes"] == [{"amount": 200}]
    assert [(e["amount"], e["after"]) for e in seen["member"]["entries"]["nodes"]] == [(200, 300), (100, 100)]
    node = await club.admin.ask("query ($id: ID!) { node(id: $id) { ... on LedgerEntry { amount } } }", id=entry["id"])
    assert node == {"node": {"amount": 100}}


async def test_a_reversal_names_its_cause_by_the_key_that_was_given(club: Shop) -> None:
    """Also where it is taken from other lots, whose entries have longer keys; and nothing else has a cause."""
    for order in ("o/1", "o/2"):
        await club.admin.do(RECORD, input=purchase(order, 10_000))
    taken = {
        "member": {"externalId": "c-1"},
        "unit": "points",
        "amount": -150,
        "reason": "Spent",
        "idempotencyKey": "a",
    }
    await club.admin.do(ADJUST, input=taken)
    for order in ("o/1", "o/2"):
        refund = {"refund": {"orderId": order, "all": True}}
        await club.admin.do(RECORD, input={
            "idempotencyKey": f"{order}/back", "member": {"externalId": "c-1"}, "activity": refund
        })  # fmt: skip
    seen = await club.admin.ask("{ ledgerEntries { nodes { id key reason cause reversesId } } }")
    causes = {entry["key"]: entry["cause"] for entry in seen["ledgerEntries"]["nodes"] if entry["reversesId"]}
    assert causes and all(cause == "/".join(key.split("/")[:3]) for key, cause in causes.items())
    assert any(key.endswith("/rest") for key in causes)
    others = {entry["cause"] for entry in seen["ledgerEntries"]["nodes"] if not entry["reversesId"]}
    assert others == {None}
    first = next(entry for entry in seen["ledgerEntries"]["nodes"] if entry["reversesId"])
    node = await club.admin.ask("query ($id: ID!) { node(id: $id) { ... on LedgerEntry { cause } } }", id=first["id"])
    assert node == {"node": {"cause": first["cause"]}}


@pytest.mark.parametrize("list_", ["members", "programs", "rewards", "redemptions", "ledgerEntries", "auditLog"])
async def test_a_cursor_of_nothing_is_refused(shop: Shop, list_: str) -> None:
    answer = await shop.admin.answer(f'{{ {list_}(after: "bm9uc2Vuc2U") {{ nodes {{ id }} }} }}')
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID"]


async def test_members_are_merged(club: Shop) -> None:
    api = club.admin
    await api.do(
        'mutation { memberUpsert(input: {externalId: "c-9", tags: ["old"]}) { member { id } userErrors { code } } }'
    )
    before = (await api.ask('{ member(externalId: "c-1") { id balances { available } } }'))["member"]
    merge = """mutation ($key: String!, $from: String!) { memberMerge(input: {idempotencyKey: $key,
      from: {externalId: $from}, into: {externalId: "c-9"}}) {
        member { externalId tags balances { available } mergedInto } userErrors { code field } } }"""
    for _ in range(2):
        merged = await api.do(merge, key="m-1", **{"from": "c-1"})
        assert merged["member"] == {
            "externalId": "c-9", "tags": ["old"], "balances": before["balances"], "mergedInto": None,
        }  # fmt: skip
    assert await api.refused(merge, key="m-2", **{"from": "c-1"}) == [("MERGED", ["from"])]
    assert await api.refused(merge, key="m-3", **{"from": "nobody"}) == [("NOT_FOUND", ["from"])]
    seen = await api.ask(
        'query ($id: ID!) { member(id: $id) { state mergedInto } who: member(externalId: "c-1") { externalId } }',
        id=before["id"],
    )
    assert seen["member"]["state"] == "MERGED" and seen["who"] == {"externalId": "c-9"}


async def test_members_give_each_other_points(club: Shop) -> None:
    api = club.admin
    member = "mutation ($id: String!) { memberUpsert(input: {externalId: $id}) { member { id } userErrors { code } } }"
    other = (await api.do(member, id="c-9"))["member"]["id"]
    giver = (await api.do(member, id="c-1"))["member"]["id"]
    await api.do(RECORD, input=purchase("o-gift", 10_000))
    transfer = """mutation ($points: BigInt!, $key: String!) { pointsTransfer(input: {
      idempotencyKey: $key, unit: "points", points: $points, from: {externalId: "c-1"}, to: {externalId: "c-9"}}) {
        fromBalances { available } toBalances { available } userErrors { code field } } }"""
    assert await api.refused(transfer, points=10, key="a") == [("NOT_ELIGIBLE", ["unit"])]
    program = (await api.ask("{ programs(first: 5) { nodes { id slug } } }"))["programs"]["nodes"][0]["id"]
    await api.do(
        "mutation ($input: ProgramSaveDraftInput!) { programSaveDraft(input: $input) { userErrors { code field } } }",
        input={"id": program, "rules": {"points": {**RULES["points"], "transfers": {"maximumPerDay": 50}}}},
    )  # fmt: skip
    await api.do(PUBLISH, id=program)
    before = (await api.ask('{ member(externalId: "c-1") { balances { available } } }'))["member"]["balances"]
    given = await api.do(transfer, points=10, key="b")
    assert given == {
        "fromBalances": [{"available": before[0]["available"] - 10}], "toBalances": [{"available": 10}],
        "userErrors": [],
    }  # fmt: skip
    timeline = (
        "query ($id: ID!) { member(id: $id) { timeline(first: 1) { nodes { kind text changes { available } } } } }"
    )
    for id_, text, change in (
        (giver, f"10 points went to member:{other}.", -10),
        (other, f"10 points came from member:{giver}.", 10),
    ):
        (entry,) = (await api.ask(timeline, id=id_))["member"]["timeline"]["nodes"]
        assert entry == {"kind": "TRANSFER", "text": text, "changes": [{"available": change}]}


async def test_too_much_at_once_waits_for_a_person(club: Shop) -> None:
    api = club.admin
    limits = """mutation ($limits: [ActivityLimitInput!]!) { activityLimitsSet(input: {limits: $limits}) {
      limits { kind per times amount currency } userErrors { code field } } }"""
    limit = {"kind": "visit", "per": "DAY", "times": 1, "amount": None, "currency": None}
    assert (await api.do(limits, limits=[limit]))["limits"] == [limit]
    assert (await api.ask("{ activityLimits { kind } }"))["activityLimits"] == [{"kind": "visit"}]
    assert await api.refused(limits, limits=[{"kind": "visit", "per": "DAY"}]) == [("INVALID", ["limits", "0"])]
    visit = {"member": {"externalId": "c-1"}, "activity": {"event": {"kind": "visit"}}}
    for number in range(3):
        await api.do(RECORD, input={**visit, "idempotencyKey": f"v-{number}"})
    seen = await api.ask("{ activityReviews(first: 5) { nodes { text heldAt activity { id key state } } } }")
    nodes = seen["activityReviews"]["nodes"]
    assert [(node["activity"]["key"], node["activity"]["state"]) for node in nodes] == [
        ("v-2", "PARKED"), ("v-1", "PARKED"),
    ]  # fmt: skip
    assert nodes[0]["text"] == ("Held for review: the limit is 1 “visit” activities per member and day; 1 came before.")
    review = """mutation ($key: String!, $id: ID!, $release: Boolean!) { activityReview(input: {
      idempotencyKey: $key, id: $id, release: $release, note: "known"}) {
        activity { state } userErrors { code field } } }"""
    first, second = (node["activity"]["id"] for node in nodes)
    assert (await api.do(review, key="a", id=first, release=True))["activity"] == {"state": "DECIDED"}
    assert (await api.do(review, key="b", id=second, release=False))["activity"] == {"state": "REFUSED"}
    assert await api.refused(review, key="c", id=second, release=True) == [("ALREADY_CLOSED", ["id"])]
    assert await api.refused(RECORD, input={**visit, "idempotencyKey": "v-1"}) == [("REJECTED", [])]
