"""Whoever asks whatever of any endpoint finds nothing of another tenant's, and a partner nothing of another partner's.

Each schema is walked as a whole: every root with every id that the others have, every field below. Each field of the
partner schema is first seen with something in it by who may see it, so a new one with nothing to be found is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)

from kit import clock
from kit.ids import decode, encode, new_id
from programs.coalition import partners, settlement_views, settlements
from programs.coalition.partners import PartnerId
from schema.export import SCHEMAS
from schema.partner.nodes import FINDERS
from tenants import scope
from tests.schema.club import TERMS, Brand, coalition, failed_delivery, tenant_of, token_of
from tests.schema.served import CREATE, MEMBER, PUBLISH, Api, signed_up
from tests.schema.test_end_to_end import REWARD
from tests.schema.test_tenants_apart import Two, two
from tests.schema.walking import answered, question, roots

__all__ = ["two"]

PARTNER = SCHEMAS["partner"]._schema
KINDS = ("admin", "storefront", "partner")


@pytest.fixture
def own_settings(own_settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks for everything asks for more than anybody may."""
    for name in ("COST", "FIELDS", "ALIASES", "TOKENS", "DOCUMENT_CHARS", "REPEATS", "BUCKET_SIZE"):
        monkeypatch.setenv(f"GUERDON_LIMIT_{name}", "100000000")


# -- partners ----------------------------------------------------------------------------------------------------------


@dataclass
class Party:
    """A partner with one of each thing, and words that are its own."""

    brand: Brand
    word: str
    ids: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    async def ask(self, name: str, **given: Any) -> Any:
        """A root's whole answer, remembered as seen."""
        _, root = roots(PARTNER)[name]
        data = (await self.brand.api.ask(question(PARTNER, name, given), **given))[name]
        if data is not None and data != []:
            self.seen |= {f"{'Query' if name in _queries() else 'Mutation'}.{name}", *answered(PARTNER, root, data)}
        return data

    def given(
        self, name: str, ids: Mapping[str, str] | None = None, wish: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """The arguments of a root, with nothing wrong in them but the ids; what has none yet is none.

        `wish`: what points are spent on, if not ten of them as payment.
        """
        ids = {**_nobodys(), **(self.ids if ids is None else ids)}
        cart = {"currency": "EUR", "lines": [{"id": "1", "amount": 10_000}]}
        key, link = {"idempotencyKey": new_id()}, {"link": ids["lnk"]}
        known: dict[str, dict[str, Any]] = {
            "member": {"linkedId": ids["lnk"]}, "memberByCustomer": {"customerId": f"{self.word}-customer"},
            "node": {"id": ids["lnk"]}, "settlement": {"id": ids["stl"]}, "statement": {"settlement": ids["stl"]},
            "partnerQuote": {"input": {**link, "cart": cart, **(wish or {"points": 10})}},
            "memberLink": {"input": {
                **key, "member": {"externalId": f"{self.word}-member"}, "customerId": f"{self.word}-customer",
            }},
            "memberUnlink": {"input": {**key, **link}},
            "partnerRecordActivity": {"input": {
                **key, **link, "activity": {"purchase": {**cart, "orderId": f"{self.word}-{new_id()}"}},
            }},
            "partnerRedeemReserve": {"input": {
                **key, **link, **(wish or {"points": 10}), "orderTotal": 1_000, "orderId": f"{self.word}-order",
            }},
            "partnerRedeemConfirm": {"input": {**key, "id": ids["red"]}},
            "partnerRedeemCancel": {"input": {**key, "id": ids["red"]}},
            "webhookEndpointSet": {"input": {"url": f"http://127.0.0.1:9/{self.word}", "kinds": ["settlement.paid"]}},
            "webhookEndpointTry": {"input": {}},
            "webhookDeliveryResend": {"input": {"id": ids["del"]}},
            "memberOffers": {"linkedId": ids["lnk"]},
            "partnerConvertIn": {"input": {**key, **link, "ownPoints": 20}},
            "partnerConvertOut": {"input": {**key, **link, "points": 10}},
            "partnerConvertUndo": {"input": {**key, "id": ids["cnv"]}},
            "partnerOfferUse": {"input": {**key, **link, "offer": "rest", "orderId": f"{self.word}-order"}},
            "partnerOfferGiveBack": {"input": {**key, "id": ids["pku"]}},
        }  # fmt: skip
        return known.get(name, {})

    async def do(self, name: str, wish: Mapping[str, Any] | None = None) -> Any:
        """A mutation on what is the party's own."""
        answer = await self.ask(name, **self.given(name, wish=wish))
        assert answer["userErrors"] == [], (name, answer)
        return answer


def _queries() -> Mapping[str, Any]:
    return {name: root for name, (operation, root) in roots(PARTNER).items() if operation == "query"}


async def live(party: Party) -> None:
    """One of each: a link, activities, redemptions, conversions, perks, clearing, terms ahead, an event on its way."""
    brand, shop, word = party.brand, party.brand.shop, party.word
    await shop.admin.do(MEMBER, input={
        "externalId": f"{word}-member", "name": f"{word} Person",
        "consents": [{"purpose": "coalition", "granted": True, "source": "app"}],
    })  # fmt: skip
    linked = await brand.link(f"{word}-customer", f"{word}-member")
    party.ids |= {"prt": brand.id, "lnk": linked["id"]}
    await party.do("memberLink")
    await brand.link(f"{word}-customer", f"{word}-member")  # all is consented to again
    party.ids["act"] = (await party.do("partnerRecordActivity"))["activity"]["id"]
    for done in ("partnerRedeemCancel", "partnerRedeemConfirm"):
        party.ids["red"] = (await party.do("partnerRedeemReserve"))["redemption"]["id"]
        await party.do(done)
    party.ids["rwd"] = await reward_of(party)
    bought = (await party.do("partnerRedeemReserve", {"reward": party.ids["rwd"]}))["redemption"]["id"]
    party.ids["red"], paid = bought, party.ids["red"]
    await party.do("partnerRedeemConfirm")
    party.ids["red"] = paid
    for done in ("partnerConvertOut", "partnerConvertIn", "partnerConvertUndo"):
        party.ids["cnv"] = (await party.do(done))["conversion"]["id"]
    for done in ("partnerOfferUse", "partnerOfferGiveBack"):
        party.ids["pku"] = (await party.do(done))["use"]["id"]
    with scope.of(tenant_of(shop)):
        id_ = PartnerId(decode("prt", brand.id))
        caps = {"issued_per_day": 10**6, "taken_per_day": 10**6}
        await partners.save_terms(id_, {**TERMS, "credit_limit": 10**6, "caps": caps, "hold_hours_from_others": 1})
        await partners.save_terms(id_, TERMS, clock.now() + timedelta(days=400))
    await party.do("webhookEndpointSet")
    party.ids["del"] = await failed_delivery(brand)
    await party.ask("webhookDeliveries")
    await party.do("webhookDeliveryResend")
    await party.do("webhookEndpointTry")


async def reward_of(party: Party) -> str:
    """A reward of each kind that is redeemed with this partner alone; the last of them."""
    word, at = party.word, clock.now()
    money = {"amount": 5, "currency": "EUR"}
    kinds: dict[str, Any] = {
        "amountOff": {"amount": money, "minimumOrder": money}, "freeShipping": {"minimumOrder": money},
        "percentOff": {"percent": 5, "atMost": money, "minimumOrder": money}, "freeProduct": {"sku": word},
        "giftCard": {"amount": money}, "storeCredit": {"amount": money}, "donation": {"cause": word, "amount": money},
        "partnerReward": {"partner": word, "instructions": word}, "pointsAndCash": {"sku": word, "cash": money},
        "tierRaise": {"tier": word, "months": 1}, "experience": {"instructions": word},
    }  # fmt: skip
    for position, (kind, terms) in enumerate(kinds.items()):
        made = await party.brand.shop.admin.do(REWARD, input={
            "slug": f"{word}-{position}", "name": f"{word} reward", "description": word, "unit": "points", "points": 5,
            "terms": {kind: terms}, "shops": "PARTNERS", "partners": [word.removesuffix("word")], "position": position,
            "limitPerMember": 100, "imageUrl": f"https://{word}.example/picture.png",
            "startsAt": (at - timedelta(days=1)).isoformat(), "endsAt": (at + timedelta(days=90)).isoformat(),
        })  # fmt: skip
    return str(made["reward"]["id"])


async def settle(party: Party) -> None:
    """The party's first period is over, and what was due is paid."""
    with scope.of(tenant_of(party.brand.shop)), clock.pinned(clock.now() + timedelta(days=40)):
        await settlements.close_due(100)
        (made,) = await settlement_views.page(partner=PartnerId(decode("prt", party.brand.id)))
        await settlements.approve(f"{party.word} approve", made.id)
        await settlements.pay(f"{party.word} pay", made.id, f"{party.word}-payment")
    party.ids["stl"] = encode("stl", made.id)


def _nobodys() -> dict[str, str]:
    """Ids of nothing."""
    return {prefix: encode(prefix, new_id()) for prefix in FINDERS}


@pytest.fixture
async def parties(served: httpx.AsyncClient) -> tuple[Party, Party, Party]:
    """Who asks; another partner of the same coalition; and one of another tenant's."""
    here, there = await signed_up(served, "Here"), await signed_up(served, "There")
    acme, rival = await coalition(here, "acme", "rival")
    tiers = {"tiered": {"unit": "points", "tiers": [{"id": "basic", "name": "Basic", "perks": [
        {"id": "lounge", "name": "Lounge", "perkClass": "ADDS_VALUE", "limit": 100}
    ]}]}}  # fmt: skip
    (far,) = await coalition(there, "far")
    for shop in (here, there):
        made = await shop.admin.do(CREATE, input={"slug": "tiers", "name": "Tiers", "rules": tiers})
        await shop.admin.do(PUBLISH, id=made["program"]["id"])
    found = Party(acme, "acmeword"), Party(rival, "rivalword"), Party(far, "farword")
    for party in found:
        await live(party)
    for party in found:
        await settle(party)
    return found


# Where there is nothing in this scene; none of it names anything.
EMPTY = frozenset({
    "Unit.currency", "Balance.lapsesAt", "MemberTier.until", "Movement.maturesAt", "QuoteEarning.maturesAt",
    "ClearingEntry.originalId", "ClearingEntry.originalOn", "SettlementLine.originalOn", "PartnerTerms.validUntil",
    "PartnerTerms.blockAlert", "PartnerCaps.issuedPerMemberPerDay", "PartnerCaps.takenPerMemberPerDay",
    "PartnerRoom.prepaidPoints", "WebhookEndpoint.disabledAt", "Balance.spendableFrom",
    "PartnerQuoteRedemption.moreFrom", "Voucher.expiresAt",
    "WebhookEndpoint.disabledReason", "WebhookEndpoint.lastSuccessAt", "WebhookEndpoint.failingSince",
    "WebhookEndpoint.pausedUntil",
})  # fmt: skip


async def test_each_field_of_the_partner_schema_is_seen_by_who_may_see_it(parties: tuple[Party, Party, Party]) -> None:
    _, rival, _ = parties
    for name in _queries():
        if name == "node":
            continue
        await rival.ask(name, **rival.given(name))
    await rival.ask("partnerQuote", **rival.given("partnerQuote", wish={"reward": rival.ids["rwd"]}))
    for prefix in FINDERS:
        found = await rival.ask("node", id=rival.ids[prefix])
        assert found["__typename"], prefix
    await rival.ask("partnerRedeemCancel", **rival.given("partnerRedeemCancel"))  # refused: it is spent
    await rival.do("memberUnlink")
    expected = {
        f"{type_.name}.{name}"
        for type_ in PARTNER.type_map.values()
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__")
        for name in type_.fields
    }
    missing = {name for name in expected - rival.seen - EMPTY if ".userErrors" not in name and "UserError." not in name}
    assert not missing, " ".join(sorted(missing))


async def test_a_partner_finds_nothing_of_anothers(parties: tuple[Party, Party, Party]) -> None:
    acme, *others = parties
    for other in others:
        canaries = {*other.ids.values(), other.word, other.brand.id}
        for name, (_, root) in roots(PARTNER).items():
            for ids in _mixed(root, other.ids):
                given = {**acme.given(name, ids), **_renamed(name, other, ids)}
                answer = _answer(await acme.brand.api.answer(question(PARTNER, name, given), **given))
                assert [canary for canary in canaries if canary in answer] == [], (name, answer)


async def test_what_is_anothers_is_refused_as_what_there_is_not(parties: tuple[Party, Party, Party]) -> None:
    acme, *others = parties
    checked = set()
    for name, (operation, root) in roots(PARTNER).items():
        if not _takes_an_id(root):
            continue
        query = question(PARTNER, name, acme.given(name))
        nobodys = await acme.brand.api.answer(query, **acme.given(name, _nobodys()))
        for other in others:
            theirs = await acme.brand.api.answer(query, **acme.given(name, other.ids))
            assert theirs["data"] == nobodys["data"], name
        if operation == "mutation":
            assert nobodys["data"][name]["userErrors"], name
        checked.add(name)
    assert len(checked) == 23


def _answer(answer: Any) -> str:
    """The text of an answer to what was asked well, and who asks may ask."""
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= {"UNAUTHENTICATED"}, answer
    return json.dumps(answer)


def _mixed(root: Any, ids: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    """The others' ids; where one id is taken, each of them in its place, of whatever kind it is."""
    if not _takes_an_id(root):
        return [ids]
    return [dict.fromkeys(ids, id_) for id_ in ids.values()]


def _renamed(name: str, other: Party, ids: Mapping[str, str]) -> dict[str, Any]:
    """Arguments that name the others' things by words."""
    if name == "memberByCustomer":
        return {"customerId": f"{other.word}-customer"}
    return {}


def _takes_an_id(root: Any) -> bool:
    return any(_has_id(given.type) for given in root.args.values())


def _has_id(type_: Any, seen: frozenset[str] = frozenset()) -> bool:
    named: Any = get_named_type(type_)
    if not hasattr(named, "fields"):
        return str(named) == "ID"
    if named.name in seen | {"LineInput", "ReturnedLineInput"}:
        return False
    return any(_has_id(each.type, seen | {named.name}) for each in named.fields.values())


# -- every endpoint, every kind of key ---------------------------------------------------------------------------------


async def test_a_key_opens_its_own_endpoint_and_no_other(parties: tuple[Party, Party, Party]) -> None:
    shop, partner = parties[0].brand.shop, parties[0].brand.api.headers["authorization"].removeprefix("Bearer ")
    token = await token_of(shop, "c-1")
    keys = {"admin": shop.keys["secretKey"], "storefront": shop.keys["publishableKey"], "partner": partner}
    for endpoint in KINDS:
        for kind, key in {**keys, "token": token, "none": "-", "wrong": partner[:-1] + "x"}.items():
            for headers in ({"authorization": f"Bearer {key}"}, {"x-guerdon-key": key}):
                answer = await Api(shop.client, f"/graphql/{endpoint}", headers).answer("{ me { __typename } }")
                header = "x-guerdon-key" if endpoint == "storefront" else "authorization"
                opens = kind == endpoint and header in headers
                assert ("data" in answer) is opens, (endpoint, kind)


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ["admin", "storefront"])
async def test_nobody_finds_anything_of_another_tenants(two: Two, endpoint: str) -> None:  # the fixture
    shop = two.asking
    await shop.admin.do(MEMBER, input={"externalId": "c-0", "name": "Own"})
    apis = {"admin": [shop.admin], "storefront": [shop.storefront(), shop.storefront(await token_of(shop, "c-0"))]}
    schema = SCHEMAS[endpoint]._schema
    canaries = set(two.ids.values())
    for name, (operation, root) in roots(schema).items():
        if operation == "mutation":
            continue  # `test_tenants_apart` has each of them
        for id_ in canaries if _takes_an_id(root) else [encode("mem", new_id())]:
            given = {
                arg: _literal(found.type, id_) for arg, found in root.args.items() if arg not in ("first", "after")
            }
            for api in apis[endpoint]:
                answer = _answer(await api.answer(question(schema, name, given, 4), **given))
                assert [canary for canary in canaries if canary in answer] == [], (name, answer)


def _literal(type_: Any, id_: str) -> Any:
    """A value that fits a type, which names the id wherever an id can stand."""
    if isinstance(type_, GraphQLNonNull):
        return _literal(type_.of_type, id_)
    if isinstance(type_, GraphQLList):
        return [_literal(type_.of_type, id_)]
    if isinstance(type_, GraphQLInputObjectType):
        fields = list(type_.fields.items())
        if type_.extensions["strawberry-definition"].is_one_of:
            name, chosen = next((pair for pair in fields if _has_id(pair[1].type)), fields[0])
            return {name: _literal(chosen.type, id_)}
        return {
            name: _literal(each.type, id_)
            for name, each in fields
            if isinstance(each.type, GraphQLNonNull) or _has_id(each.type)
        }
    named = str(type_)
    return {"ID": id_, "Int": 1, "BigInt": 1, "Boolean": True, "Date": "2026-01-01",
            "DateTime": "2026-01-01T00:00:00Z", "String": "x"}.get(named, _first(type_))  # fmt: skip


def _first(type_: Any) -> Any:
    return next(iter(type_.values)) if isinstance(type_, GraphQLEnumType) else "x"
