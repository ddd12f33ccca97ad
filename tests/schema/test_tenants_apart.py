"""What is another tenant's answers exactly as what does not exist: every id, through every way that takes one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from graphql import get_named_type, is_input_object_type

from events.models import Delivery, Event
from kit import clock
from kit.ids import decode, encode, new_id
from programs.coalition import settlement_views, settlements
from schema.admin.nodes import FINDERS
from schema.export import SCHEMAS
from tenants import scope
from tenants.scope import TenantId
from tests.schema.served import CREATE, MEMBER, PUBLISH, RECORD, RULES, Shop, points_program, purchase, signed_up

REWARD = {
    "slug": "mug", "name": "Mug", "unit": "points", "points": 1, "terms": {"freeProduct": {"sku": "MUG"}},
    "voucherSource": "UPLOADED",
}  # fmt: skip
CART = {"currency": "EUR", "lines": [{"id": "1", "amount": 100}]}
PAID = {"amount": 1, "currency": "EUR", "sources": [{"balance": True}]}
REDEEM = {"payment": {"points": 1, "orderId": "o-1", "orderTotal": 100}}


@dataclass(frozen=True)
class Two:
    """Two merchants, and the ids of what the second has, by prefix."""

    asking: Shop
    other: Shop
    ids: dict[str, str]


@pytest.fixture
async def two(served: httpx.AsyncClient) -> Two:
    asking, other = await signed_up(served, "Asking"), await signed_up(served, "Other")
    for shop in (asking, other):
        await points_program(shop.admin)
    api = other.admin
    member = await api.do(MEMBER, input={"externalId": "c-1"})
    bought = await api.do(RECORD, input=purchase("o-1", 10_000))
    reward = await api.do(
        "mutation ($input: RewardUpsertInput!) { rewardUpsert(input: $input) { reward { id } userErrors { code } } }",
        input={**REWARD, "voucherSource": "NONE"},
    )
    redemption = await api.do(
        "mutation ($id: ID!) { redemptionReserve(input: {idempotencyKey: \"r\", member: {externalId: \"c-1\"},"
        " redeem: {rewardId: $id}}) { redemption { id } userErrors { code } } }", id=reward["reward"]["id"],
    )  # fmt: skip
    invited = await api.do(
        "mutation { staffInvite(input: {email: \"new@other.example\", role: ANALYST})"
        " { invitation { id } userErrors { code } } }"
    )  # fmt: skip
    seen = await api.ask(
        "{ tenant { id } units { id } programs { nodes { id live { id } } } keys { id } staff { id }"
        " auditLog { nodes { id } } ledgerEntries { nodes { id } } }"
    )
    program = seen["programs"]["nodes"][0]
    replayed = await api.do(
        "mutation ($id: ID!, $version: ID!) { programReplay(input: {id: $id, versionId: $version,"
        " since: \"2026-01-01T00:00:00Z\"}) { replay { id } userErrors { code } } }",
        id=program["id"], version=program["live"]["id"],
    )  # fmt: skip
    ids = {
        "mem": member["member"]["id"], "act": bought["activity"]["id"], "rwd": reward["reward"]["id"],
        "red": redemption["redemption"]["id"], "inv": invited["invitation"]["id"], "ten": seen["tenant"]["id"],
        "unt": seen["units"][0]["id"], "prg": program["id"], "ver": program["live"]["id"],
        "key": seen["keys"][0]["id"], "stf": seen["staff"][0]["id"], "aud": seen["auditLog"]["nodes"][0]["id"],
        "tra": seen["ledgerEntries"]["nodes"][0]["id"], "del": await _delivery(other), **await _stored_value(other),
        "pku": await _perk_use(other),
        **await _giving(other), **await _memberships(other),
        **await _games(other),
        **await _referral(other),
        "rpl": replayed["replay"]["id"], **await _coalition(other),
        "pcp": await _participation(served, other),
    }  # fmt: skip
    return Two(asking, other, ids)


async def _stored_value(shop: Shop) -> dict[str, str]:
    """A gift card, and a payment with it."""
    api = shop.admin
    await api.do(
        'mutation { unitUpsert(input: {slug: "money", name: "euro", namePlural: "euros", currency: "EUR"})'
        " { userErrors { code } } }"
    )
    rules = {"storedValue": {"unit": "money", "currency": "EUR", "giftCards": {}}}
    made = await api.do(CREATE, input={"slug": "purse", "name": "Purse", "rules": rules})
    await api.do(PUBLISH, id=made["program"]["id"])
    issued = await api.do(
        'mutation { giftCardIssue(input: {idempotencyKey: "g", amount: 100, currency: "EUR"})'
        " { giftCard { id } code userErrors { code } } }"
    )
    paid = await api.do(
        "mutation ($code: String!) { storedValuePay(input: {idempotencyKey: \"p\", amount: 10, currency: \"EUR\","
        " sources: [{giftCard: {code: $code}}]}) { payment { id } userErrors { code } } }", code=issued["code"],
    )  # fmt: skip
    return {"gft": issued["giftCard"]["id"], "pay": paid["payment"]["id"]}


async def _perk_use(shop: Shop) -> str:
    """A perk that a member used."""
    perk = {"id": "lounge", "name": "Lounge", "perkClass": "ADDS_VALUE"}
    rules = {"tiered": {"unit": "points", "tiers": [{"id": "basic", "name": "Basic", "perks": [perk]}]}}
    made = await shop.admin.do(CREATE, input={"slug": "tiers", "name": "Tiers", "rules": rules})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    used = await shop.admin.do(
        'mutation { perkUse(input: {idempotencyKey: "u", member: {externalId: "c-1"}, perk: "lounge"})'
        " { perkUse { id } userErrors { code } } }"
    )
    found: str = used["perkUse"]["id"]
    return found


async def _giving(shop: Shop) -> dict[str, str]:
    """A donation."""
    rules = {"giving": {"unit": "points", "currency": "EUR", "causes": [{"id": "trees", "name": "Trees"}]}}
    made = await shop.admin.do(CREATE, input={"slug": "giving", "name": "Giving", "rules": rules})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    given = await shop.admin.do(
        'mutation { donate(input: {idempotencyKey: "d", member: {externalId: "c-1"}, cause: "trees", points: 1})'
        " { donation { id } userErrors { code } } }"
    )
    return {"don": given["donation"]["id"]}


async def _memberships(shop: Shop) -> dict[str, str]:
    """A membership, a pass, and what was paid for it."""
    api = shop.admin
    rules = {"paid": {
        "unit": "points",
        "plans": [{"id": "vip", "name": "VIP", "price": 100, "currency": "EUR", "period": "YEAR"}],
        "passes": [{"id": "ten", "name": "Ten", "price": 100, "currency": "EUR", "scope": {"visits": {"number": 10}}}],
    }}  # fmt: skip
    made = await api.do(CREATE, input={"slug": "vip", "name": "VIP", "rules": rules})
    await api.do(PUBLISH, id=made["program"]["id"])
    given = 'member: {externalId: "c-1"}, programId: $id, paymentMethod: "card_succeeds"'
    joined = await api.do(
        f'mutation ($id: ID!) {{ membershipJoin(input: {{idempotencyKey: "m", plan: "vip", {given}}})'
        " { membership { id } userErrors { code } } }", id=made["program"]["id"],
    )  # fmt: skip
    bought = await api.do(
        f'mutation ($id: ID!) {{ passBuy(input: {{idempotencyKey: "b", slug: "ten", {given}}})'
        " { memberPass { id } userErrors { code } } }", id=made["program"]["id"],
    )  # fmt: skip
    seen = await api.ask('{ member(externalId: "c-1") { charges { nodes { id } } } }')
    return {
        "mbs": joined["membership"]["id"], "pas": bought["memberPass"]["id"],
        "chg": seen["member"]["charges"]["nodes"][0]["id"],
    }  # fmt: skip


async def _games(shop: Shop) -> dict[str, str]:
    """A play of a wheel, and the round of a draw."""
    api, gift = shop.admin, {"points": {"unit": "points", "points": 1}}
    await api.do('mutation { unitUpsert(input: {slug: "plays", name: "play", namePlural: "plays"}) { unit { id }'
                 " userErrors { code } } }")  # fmt: skip
    prizes = {
        "wheel": {"outOf": 1, "prizes": [{"id": "a", "name": "A", "weight": 1, "gift": gift}]},
        "prizeDraw": {"entrantsMax": 1, "prizes": [{"id": "a", "name": "A", "gift": gift}]},
    }
    programs = {}
    for game, table in prizes.items():
        rules = {"game": {"unit": "plays", "game": {game: table}, "free": {}, **LAWFUL}}
        made = await api.do(CREATE, input={"slug": game.lower(), "name": game, "rules": rules})
        programs[game] = made["program"]["id"]
        await api.do(PUBLISH, id=programs[game])
    await api.do(
        "mutation ($game: ID!) { gameFreePlaysTake(input: {idempotencyKey: \"game-f\", member: {externalId: \"c-1\"},"
        " programId: $game}) { userErrors { code } } }", game=programs["wheel"],
    )  # fmt: skip
    played = await api.do(
        "mutation ($game: ID!) { gamePlay(input: {idempotencyKey: \"game-p\", member: {externalId: \"c-1\"},"
        " programId: $game, clientText: \"x\"}) { play { id } userErrors { code } } }", game=programs["wheel"],
    )  # fmt: skip
    stands = await api.ask("query ($game: ID!) { gameLeaderboard(programId: $game) { round { id } } }",
                           game=programs["prizeDraw"])  # fmt: skip
    return {"ply": played["play"]["id"], "rnd": stands["gameLeaderboard"]["round"]["id"]}


LAWFUL = {
    "startsOn": "2000-01-01", "endsOn": "2099-12-31", "regions": ["*"], "minimumAge": 0,
    "legalReview": {"by": "Counsel", "at": "2000-01-01"},
}  # fmt: skip


async def _coalition(shop: Shop) -> dict[str, str]:
    """A partner with terms, and the settlement of what it owes."""
    api = shop.admin
    made = await api.do(CREATE, input={"slug": "brands", "name": "Brands", "rules": {"coalition": {"unit": "points"}}})
    await api.do(PUBLISH, id=made["program"]["id"])
    added = await api.do(
        'mutation ($id: ID!) { partnerCreate(input: {programId: $id, slug: "harbour", name: "Harbour"})'
        " { partner { id } userErrors { code } } }", id=made["program"]["id"],
    )  # fmt: skip
    partner: str = added["partner"]["id"]
    terms = 'terms: {currency: "EUR", issuePriceMicros: 10000, reimbursementPriceMicros: 8000}'
    await api.do(
        f"mutation ($id: ID!) {{ partnerTermsSave(input: {{id: $id, {terms}}}) {{ userErrors {{ code }} }} }}",
        id=partner,
    )
    await api.do(
        "mutation ($id: ID!) { partnerAdjust(input: {idempotencyKey: \"adjust\", id: $id, currency: \"EUR\","
        ' amountMicros: -1, reason: "test"}) { userErrors { code } } }', id=partner,
    )  # fmt: skip
    with (
        scope.of(TenantId(decode("ten", shop.session["tenant"]["id"]))),
        clock.pinned(clock.now() + timedelta(days=40)),
    ):
        await settlements.close_due(1)
        (drafted,) = await settlement_views.page()
    return {"prt": partner, "stl": encode("stl", drafted.id)}


async def _participation(served: httpx.AsyncClient, shop: Shop) -> str:
    """The shop's part in the coalition of a third."""
    third = await signed_up(served, "Third")
    await points_program(third.admin)
    partner = (await _coalition(third))["prt"]
    invited = await third.admin.do(
        "mutation ($id: ID!) { partnerInvite(input: {id: $id}) { code userErrors { code } } }", id=partner
    )
    made = await shop.admin.do(
        "mutation ($code: String!) { participationJoin(input: {code: $code}) { participation { id }"
        " userErrors { code } } }", code=invited["code"],
    )  # fmt: skip
    found: str = made["participation"]["id"]
    return found


async def _referral(shop: Shop) -> dict[str, str]:
    """A friend who came by the code of the other member."""
    gift = {"points": {"unit": "points", "points": 1}}
    rules = {"referral": {"unit": "points", "currency": "EUR", "friend": [gift]}}
    made = await shop.admin.do(CREATE, input={"slug": "friends", "name": "Friends", "rules": rules})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    seen = await shop.admin.ask('{ member(externalId: "c-1") { referralCodes { code } } }')
    await shop.admin.do(MEMBER, input={"externalId": "c-2"})
    claimed = await shop.admin.do(
        'mutation ($code: String!) { referralClaim(input: {idempotencyKey: "f", member: {externalId: "c-2"},'
        " code: $code}) { referral { id } userErrors { code } } }",
        code=seen["member"]["referralCodes"][0]["code"],
    )
    return {"rfl": claimed["referral"]["id"]}


async def _delivery(shop: Shop) -> str:
    """A delivery that failed."""
    with scope.of(TenantId(decode("ten", shop.session["tenant"]["id"]))):
        async with scope.writing():
            event = await Event.create(kind="voucher.issued", subject="-", body="{}", recorded_at=clock.now())
            failed = await Delivery.create(
                event_id=event.id, endpoint_id=new_id(), state="failed", recorded_at=clock.now(), due_at=clock.now(),
                closed_at=clock.now(),
            )  # fmt: skip
    return encode("del", failed.id)


async def test_nodes(two: Two) -> None:
    assert set(two.ids) == {*FINDERS, "inv"}
    query = "query ($id: ID!) { node(id: $id) { __typename id } }"
    for prefix in FINDERS:
        id_ = two.ids[prefix]
        assert await two.asking.admin.ask(query, id=id_) == {"node": None}, prefix
        assert (await two.other.admin.ask(query, id=id_))["node"]["id"] == id_, prefix
    ids = [two.ids[prefix] for prefix in FINDERS]
    several = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert await two.asking.admin.ask(several, ids=ids) == {"nodes": [None for _ in ids]}
    assert await two.other.admin.ask(several, ids=ids) == {"nodes": [{"id": id_} for id_ in ids]}


async def test_who_has_what_of_a_program(two: Two) -> None:
    """Of each program of the other's the lists are empty for one, and hold its members for the other."""
    programs = (await two.other.admin.ask("{ programs { nodes { id slug } } }"))["programs"]["nodes"]
    ids = {program["slug"]: program["id"] for program in programs}
    query = """query ($tiers: ID!, $vip: ID!, $club: ID!) {
      tierMembers(programId: $tiers, tier: "basic") { nodes { memberId } }
      memberships(programId: $vip, plan: "vip") { nodes { memberId } }
      taskMembers(programId: $club, task: "none") { nodes { memberId } }
      replays(programId: $club) { nodes { programId } } }"""
    given = {"tiers": ids["tiers"], "vip": ids["vip"], "club": two.ids["prg"]}
    mine = {"nodes": [{"memberId": two.ids["mem"]}]}
    none: dict[str, Any] = {"nodes": []}
    assert await two.asking.admin.ask(query, **given) == dict.fromkeys(
        ("tierMembers", "memberships", "taskMembers", "replays"), none
    )
    assert await two.other.admin.ask(query, **given) == {
        "tierMembers": mine, "memberships": mine, "taskMembers": none,
        "replays": {"nodes": [{"programId": two.ids["prg"]}]},
    }  # fmt: skip


def _given(name: str, id_: str) -> dict[str, Any]:
    """An input of every mutation and quote that takes an id, with nothing wrong in it but that id."""
    program = encode("prg", "0190a7a0-0000-7000-8000-0000000000ff")
    member, redemption = {"id": id_}, {"idempotencyKey": new_id(), "id": id_}
    return {
        "recordActivity": {**purchase(new_id(), 100), "member": member},
        "orderAmend": {"idempotencyKey": new_id(), "member": member, "orderId": "o-1", **CART},
        "quote": {"member": member, "cart": CART},
        "memberUpsert": {"id": id_, "name": "X"},
        "memberErase": {"member": member},
        "memberExport": {"member": member},
        "activityReview": {"idempotencyKey": "k", "id": id_, "release": True, "note": "x"},
        "pointsTransfer": {"idempotencyKey": "k", "from": member, "to": member, "unit": "points", "points": 1},
        "memberMerge": {"idempotencyKey": "k", "from": member, "into": member},
        "pointsAdjust": {
            "idempotencyKey": new_id(), "member": member, "unit": "points", "amount": 1, "reason": "test",
        },
        "memberTierSet": {
            "idempotencyKey": new_id(), "member": {"externalId": "c-1"}, "programId": id_, "tier": "gold",
            "reason": "test",
        },
        "taskClaim": {"idempotencyKey": new_id(), "member": member, "programId": program, "task": "quest"},
        "taskAssign": {"idempotencyKey": new_id(), "member": member, "programId": program, "task": "quest"},
        "taskWithdraw": {
            "idempotencyKey": new_id(), "member": {"externalId": "c-1"}, "programId": id_, "task": "quest",
            "reason": "test",
        },
        "perkUse": {"idempotencyKey": new_id(), "member": member, "perk": "lounge"},
        "perkUseCancel": {"idempotencyKey": new_id(), "id": id_},
        "programSaveDraft": {"id": id_, "rules": RULES},
        "programValidate": {"id": id_, "rules": RULES},
        "programPublish": {"id": id_},
        "programRollback": {"id": id_, "number": 1},
        "programPause": {"id": id_},
        "programResume": {"id": id_},
        "programArchive": {"id": id_},
        "programCopy": {"id": id_},
        "programReplay": {"id": id_, "since": "2026-01-01T00:00:00Z"},
        "programReplayCancel": {"id": id_},
        "rewardArchive": {"id": id_},
        "vouchersImport": {"rewardId": id_, "codes": ["A"]},
        "redemptionReserve": {"idempotencyKey": new_id(), "member": member, "redeem": REDEEM},
        "redemptionConfirm": redemption,
        "redemptionCancel": redemption,
        "storedValueAuthorize": {"idempotencyKey": new_id(), "member": member, **PAID},
        "storedValuePay": {"idempotencyKey": new_id(), "member": member, **PAID},
        "storedValueCapture": {"idempotencyKey": new_id(), "id": id_},
        "storedValueVoid": {"idempotencyKey": new_id(), "id": id_},
        "storedValueRefund": {"idempotencyKey": new_id(), "id": id_, "amount": 1},
        "storedValueCredit": {
            "idempotencyKey": new_id(), "member": member, "amount": 1, "currency": "EUR", "orderId": "o-1",
            "reason": "test",
        },
        "giftCardIssue": {"idempotencyKey": new_id(), "purchaser": member, "amount": 1, "currency": "EUR"},
        "giftCardTransferToBalance": {
            "idempotencyKey": new_id(), "giftCard": {"id": id_}, "member": {"externalId": "c-1"},
        },
        "giftCardReissue": {"idempotencyKey": new_id(), "giftCard": {"id": id_}},
        "giftCardDisable": {"idempotencyKey": new_id(), "giftCard": {"id": id_}, "reason": "test"},
        "donate": {"idempotencyKey": new_id(), "member": member, "cause": "trees", "points": 1},
        "donationCancel": {"idempotencyKey": new_id(), "id": id_, "reason": "test"},
        "membershipJoin": {
            "idempotencyKey": new_id(), "member": {"externalId": "c-1"}, "programId": id_, "plan": "vip",
            "paymentMethod": "card_succeeds",
        },
        "membershipCancel": {"idempotencyKey": new_id(), "id": id_, "when": "NOW"},
        "membershipResume": {"idempotencyKey": new_id(), "id": id_},
        "membershipUpgrade": {"idempotencyKey": new_id(), "id": id_, "plan": "vip"},
        "membershipPay": {"idempotencyKey": new_id(), "id": id_, "paymentMethod": "card_succeeds"},
        "membershipGiveDays": {"idempotencyKey": new_id(), "id": id_, "days": 1},
        "passBuy": {
            "idempotencyKey": new_id(), "member": {"externalId": "c-1"}, "programId": id_, "slug": "ten",
            "paymentMethod": "card_succeeds",
        },
        "passUse": {"idempotencyKey": new_id(), "id": id_},
        "passRefund": {"idempotencyKey": new_id(), "id": id_},
        "gamePlay": {"idempotencyKey": new_id(), "member": member, "programId": A_PROGRAM, "clientText": "x"},
        "gameFreePlaysTake": {"idempotencyKey": new_id(), "member": member, "programId": A_PROGRAM},
        "gameSeedRotate": {"idempotencyKey": new_id(), "programId": id_},
        "referralClaim": {"idempotencyKey": new_id(), "member": member, "code": "ABCD1234"},
        "referralReview": {"idempotencyKey": new_id(), "id": id_, "approve": True, "note": "test"},
        "partnerCreate": {"programId": id_, "slug": "x", "name": "X"},
        "partnerRename": {"id": id_, "name": "X"},
        "partnerFreeze": {"id": id_, "reason": "x"},
        "partnerUnfreeze": {"id": id_},
        "partnerInvite": {"id": id_},
        "partnerShopUnlink": {"id": id_},
        "participationUpdate": {"id": id_},
        "participationEnd": {"id": id_},
        "partnerLeave": {"id": id_, "reason": "x"},
        "partnerTermsSave": {
            "id": id_, "terms": {"currency": "EUR", "issuePriceMicros": 1, "reimbursementPriceMicros": 1},
        },
        "partnerAdjust": {
            "idempotencyKey": new_id(), "id": id_, "currency": "EUR", "amountMicros": 1, "reason": "x",
        },
        "settlementApprove": {"idempotencyKey": new_id(), "id": id_},
        "settlementPay": {"idempotencyKey": new_id(), "id": id_},
        "partnerBlockBuy": {"idempotencyKey": new_id(), "id": id_, "points": 1},
        "customerTokenCreate": {"member": member},
        "partnerKeyCreate": {"partner": id_, "name": "Till", "scopes": ["READ"]},
        "keyRotate": {"id": id_},
        "keyRevoke": {"id": id_},
        "staffRoleChange": {"id": id_, "role": "ANALYST"},
        "staffRemove": {"id": id_},
        "webhookDeliveryResend": {"id": id_},
        "partnerWebhookDisable": {"id": id_},
        "partnerWebhookEnable": {"id": id_},
        "partnerWebhookRemove": {"id": id_},
    }[name]  # fmt: skip


A_PROGRAM = encode("prg", new_id())

PREFIX = {
    "activityReview": "act",
    "gameSeed": "prg",
    "program": "prg",
    "reward": "rwd",
    "vouchers": "rwd",
    "key": "key",
    "staff": "stf",
    "webhook": "del",
    "partner": "prt",
    "participation": "pcp",
}


def _takes_an_id(type_: Any, seen: frozenset[str] = frozenset()) -> bool:
    named: Any = get_named_type(type_)
    if not is_input_object_type(named) or named.name in seen:
        return str(named.name) == "ID"
    return any(_takes_an_id(field.type, seen | {named.name}) for field in named.fields.values())


async def test_mutations(two: Two) -> None:
    schema = SCHEMAS["admin"]._schema
    assert schema.mutation_type is not None
    assert schema.query_type is not None
    fields = {**schema.mutation_type.fields, "quote": schema.query_type.fields["quote"]}
    checked = set()
    for name, field in fields.items():
        if not _takes_an_id(field.args["input"].type) or name in ("recordActivities", "programCreate"):
            continue
        prefix = next((found for noun, found in PREFIX.items() if name.startswith(noun)), "mem")
        prefix = "red" if name in ("redemptionConfirm", "redemptionCancel") else prefix
        prefix = "pay" if name in ("storedValueCapture", "storedValueVoid", "storedValueRefund") else prefix
        prefix = "gft" if name in ("giftCardTransferToBalance", "giftCardReissue", "giftCardDisable") else prefix
        prefix = "prg" if name in ("memberTierSet", "taskWithdraw") else prefix
        prefix = "pku" if name == "perkUseCancel" else prefix
        prefix = "mbs" if name.startswith("membership") else "pas" if name.startswith("pass") else prefix
        prefix = "prg" if name in ("membershipJoin", "passBuy") else prefix
        prefix = "don" if name == "donationCancel" else prefix
        prefix = "rpl" if name == "programReplayCancel" else prefix
        prefix = "rfl" if name == "referralReview" else prefix
        prefix = "prg" if name == "partnerCreate" else prefix
        prefix = "stl" if name.startswith("settlement") else prefix
        operation = "query" if name == "quote" else "mutation"
        query = (
            f"{operation} ($input: {field.args['input'].type})"
            f" {{ {name}(input: $input) {{ __typename userErrors {{ code field message }} }} }}"
        )
        theirs = await two.asking.admin.ask(query, input=_given(name, two.ids[prefix]))
        nobodys = await two.asking.admin.ask(query, input=_given(name, encode(prefix, new_id())))
        assert theirs == nobodys, name
        assert theirs[name]["userErrors"], name
        checked.add(name)
    assert len(checked) == 81


async def test_a_version_an_invitation_and_a_wish_of_another(two: Two) -> None:
    """Ids that stand beside the one that the mutation is about."""
    own = (await two.asking.admin.ask("{ programs { nodes { id } } }"))["programs"]["nodes"][0]["id"]
    publish = (
        "mutation ($id: ID!, $version: ID!) { programPublish(input: {id: $id, versionId: $version})"
        " { userErrors { code field } } }"
    )
    reserve = (
        "mutation ($reward: ID!) { redemptionReserve(input: {idempotencyKey: \"k\", member: {externalId: \"c-1\"},"
        " redeem: {rewardId: $reward}}) { userErrors { code field } } }"
    )  # fmt: skip
    remove = "mutation ($id: ID!) { staffRemove(input: {id: $id}) { userErrors { code field } } }"
    api = two.asking.admin
    await api.do(MEMBER, input={"externalId": "c-1"})
    for query, name, prefix, more in (
        (publish, "version", "ver", {"id": own}), (reserve, "reward", "rwd", {}), (remove, "id", "inv", {}),
    ):  # fmt: skip
        theirs = await api.ask(query, **more, **{name: two.ids[prefix]})
        assert theirs == await api.ask(query, **more, **{name: encode(prefix, new_id())})
        assert next(iter(theirs.values()))["userErrors"], prefix


async def test_lists_of_what_was_done_at_a_partner(two: Two) -> None:
    """Of another's partner; and of an own partner, by another's member."""
    own, lists = (await _coalition(two.asking))["prt"], ("Activities", "Redemptions", "Conversions", "OfferUses")
    query = "query ($id: ID!, $member: ID) {" + " ".join(
        f"partner{name}(partnerId: $id, memberId: $member) {{ nodes {{ id }} }}" for name in lists
    ) + "}"  # fmt: skip
    for asked in ({"id": two.ids["prt"]}, {"id": own, "member": two.ids["mem"]}, {"id": encode("prt", new_id())}):
        seen = await two.asking.admin.ask(query, **asked)
        assert seen == {f"partner{name}": {"nodes": []} for name in lists}, asked


async def test_lists_and_filters(two: Two) -> None:
    member, activity, reward = two.ids["mem"], two.ids["act"], two.ids["rwd"]
    seen = await two.asking.admin.ask(
        "query ($member: ID!, $activity: ID!, $reward: ID!) {"
        " ledgerEntries(filter: {memberId: $member, activityId: $activity}) { nodes { id } }"
        " redemptions(memberId: $member) { nodes { id } } ofReward: redemptions(rewardId: $reward) { nodes { id } }"
        " member(id: $member) { id } activity(id: $activity) { id } reward(id: $reward) { id }"
        " members { nodes { id } } rewards { nodes { id } } }",
        member=member, activity=activity, reward=reward,
    )  # fmt: skip
    empty: dict[str, Any] = {"nodes": []}
    assert seen == {
        "ledgerEntries": empty, "redemptions": empty, "ofReward": empty, "member": None, "activity": None,
        "reward": None, "members": empty, "rewards": empty,
    }  # fmt: skip
