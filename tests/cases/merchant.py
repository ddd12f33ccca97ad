"""A merchant that knows nothing but the public API: GraphQL over HTTP with a secret key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import httpx

Json = Mapping[str, Any]

ADMIN = "/graphql/admin"
UNIT, MEMBER = "points", "ann"

_BALANCES = "balances { unit { slug } available pending held deficit expiries { amount lastDay expiresAt } }"
_DECISION = (
    "decision { movements { entryId unit { slug } amount after state reason maturesAt expiresAt } "
    "explanation { code ruleId before after text } }"
)
_REDEMPTION = "redemption { id points pointsReturned state value { amount currency } voucher { code } orderId endsAt }"
_PROGRAM = "program { id slug state live { id number } draft { number } } findings { path code message value bound }"
_SELECTIONS = {
    "recordActivity": f"activity {{ id key state }} {_DECISION} {_BALANCES}",
    "recordActivities": f"results {{ activity {{ id state }} {_DECISION} userErrors {{ field code message }} }}",
    "orderAmend": f"activity {{ id key state }} {_DECISION} {_BALANCES}",
    "memberUpsert": "member { id externalId }",
    "memberErase": "member { id state }",
    "unitUpsert": "unit { id slug }",
    "pointsAdjust": f"entry {{ id amount }} {_BALANCES}",
    "programCreate": _PROGRAM,
    "programSaveDraft": _PROGRAM,
    "programPublish": _PROGRAM,
    "programArchive": "program { id state }",
    "programValidate": "valid findings { path code message value bound }",
    "rewardUpsert": "reward { id slug points stockLeft }",
    "vouchersImport": "imported known",
    "redemptionReserve": f"{_REDEMPTION} {_BALANCES}",
    "redemptionConfirm": f"{_REDEMPTION} {_BALANCES}",
    "redemptionCancel": f"{_REDEMPTION} {_BALANCES}",
    "sandboxClockAdvance": "tenant { now }",
    "tenantUpdate": "tenant { zone }",
}
_QUOTE = (
    "query($input: QuoteInput!) { quote(input: $input) { quote { token expiresAt earns { amount state } "
    "redeem { points value { amount currency } reward { slug } } rewards { reward { slug } points affordable "
    "pointsMissing } } userErrors { field code message } } }"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A userError: its code, and the path in the input, joined by dots."""

    code: str
    field: str


def problems(payload: Json) -> list[Problem]:
    """The userErrors of a payload; each has words for a person too."""
    assert all(error["message"].strip() for error in payload["userErrors"])
    return [Problem(error["code"], ".".join(error["field"])) for error in payload["userErrors"]]


@dataclass
class Merchant:
    """The API with one key. Keys of idempotency and of orders are made up where none is given."""

    http: httpx.AsyncClient
    key: str
    currency: str = "USD"
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def post(self, query: str, variables: Json) -> httpx.Response:
        """Send a document."""
        headers = {"authorization": f"Bearer {self.key}", "accept": "application/graphql-response+json"}
        return await self.http.post(ADMIN, json={"query": query, "variables": variables}, headers=headers)

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        response = await self.post(query, variables)
        answer = response.json()
        assert response.status_code == 200 and "errors" not in answer, answer
        return answer["data"]

    async def tell(self, mutation: str, **given: Any) -> Any:
        """A mutation's payload, whatever it says."""
        shape = f"{mutation[0].upper()}{mutation[1:]}Input"
        selection = f"{_SELECTIONS[mutation]} userErrors {{ field code message }}"
        query = f"mutation($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} }} }}"
        return (await self.ask(query, input=given))[mutation]

    async def do(self, mutation: str, **given: Any) -> Any:
        """The payload of a mutation that is not refused."""
        payload = await self.tell(mutation, **given)
        assert payload["userErrors"] == [], payload
        return payload

    async def refusal(self, mutation: str, **given: Any) -> list[Problem]:
        """Why a mutation was refused."""
        return problems(await self.tell(mutation, **given))

    def new_key(self, noun: str = "key") -> str:
        """An idempotency key, or an order's number, that was not there before."""
        return f"{noun}-{next(self.numbers)}"

    # What a merchant sets up.

    async def open(self, rules: Json | None = None) -> str:
        """A unit, a member and, with rules, a live program: its id."""
        await self.do("unitUpsert", slug=UNIT, name="point", namePlural="points")
        await self.do("memberUpsert", externalId=MEMBER)
        return await self.publish(rules) if rules is not None else ""

    async def publish(self, rules: Json, slug: str = "club") -> str:
        """A live program: made, saved once more as a merchant does, and published."""
        made = await self.do("programCreate", slug=slug, name="Club", rules={"points": rules})
        await self.do("programSaveDraft", id=made["program"]["id"], rules={"points": rules})
        # Cases come from elsewhere, and what they earn and pay with is doubtful at times.
        confirm = ["not_round", "uncapped"]
        live = await self.do("programPublish", id=made["program"]["id"], confirm=confirm)
        assert live["program"]["state"] == "LIVE"
        return str(live["program"]["id"])

    async def reward(self, points: int, slug: str = "mug", **given: Any) -> str:
        """A reward; a free product unless told otherwise."""
        given.setdefault("terms", {"freeProduct": {"sku": slug.upper()}})
        made = await self.do("rewardUpsert", slug=slug, name=slug, unit=UNIT, points=points, **given)
        return str(made["reward"]["id"])

    async def adjust(self, amount: int, member: str = MEMBER, **given: Any) -> Any:
        """Points by hand."""
        key = given.pop("key", None) or self.new_key("adjust")
        return await self.tell(
            "pointsAdjust", idempotencyKey=key, member={"externalId": member}, unit=UNIT, amount=amount,
            reason="case", **given,
        )  # fmt: skip

    async def give(self, amount: int, **given: Any) -> None:
        """Points by hand that are not refused."""
        assert problems(await self.adjust(amount, **given)) == []

    # What its customers do.

    async def record(self, kind: str, what: Json, *, member: str = MEMBER, key: str | None = None, **given: Any) -> Any:
        """What happened, whatever is said to it."""
        return await self.tell(
            "recordActivity", idempotencyKey=key or self.new_key(kind), member={"externalId": member},
            activity={kind: what}, **given,
        )  # fmt: skip

    async def buy(
        self, *lines: int | Json, order: str | None = None, tenders: Sequence[Json] = (), codes: Sequence[str] = (),
        key: str | None = None, **given: Any,
    ) -> Any:  # fmt: skip
        """A purchase that is accepted; a line that is a number is so many minor units, its id `l1`, `l2`, …."""
        payload = await self.try_to_buy(*lines, order=order, tenders=tenders, codes=codes, key=key, **given)
        assert payload["userErrors"] == [], payload
        return payload

    async def try_to_buy(
        self, *lines: int | Json, order: str | None = None, tenders: Sequence[Json] = (), codes: Sequence[str] = (),
        key: str | None = None, **given: Any,
    ) -> Any:  # fmt: skip
        """A purchase, whatever is said to it."""
        what = {"orderId": order or self.new_key("order"), "currency": given.pop("currency", self.currency),
                "lines": lines_of(lines), "tenders": list(tenders), "codes": list(codes)}  # fmt: skip
        return await self.record("purchase", what, key=key, **given)

    async def refund(self, order: str, returned: Mapping[str, int] | None = None, key: str | None = None) -> Any:
        """What came back by line, or all that is left."""
        lines = [{"lineId": line, "quantity": quantity} for line, quantity in (returned or {}).items()]
        payload = await self.record("refund", {"orderId": order, "lines": lines, "all": not lines}, key=key)
        assert payload["userErrors"] == [], payload
        return payload

    async def reserve(self, redeem: Json, key: str | None = None, member: str = MEMBER, **given: Any) -> Any:
        """Points set aside, whatever is said to it."""
        key = key or self.new_key("reserve")
        return await self.tell(
            "redemptionReserve", idempotencyKey=key, member={"externalId": member}, redeem=redeem, **given
        )

    async def confirm(self, redemption: str, key: str | None = None) -> Any:
        """Points spent that were set aside, whatever is said to it."""
        return await self.tell("redemptionConfirm", idempotencyKey=key or self.new_key("confirm"), id=redemption)

    async def cancel(self, redemption: str, key: str | None = None) -> Any:
        """Points let go, whatever is said to it."""
        return await self.tell("redemptionCancel", idempotencyKey=key or self.new_key("cancel"), id=redemption)

    async def spend(self, redeem: Json, **given: Any) -> Any:
        """Points set aside and spent: the redemption."""
        reserved = await self.reserve(redeem, **given)
        assert reserved["userErrors"] == [], reserved
        confirmed = await self.confirm(reserved["redemption"]["id"])
        assert confirmed["userErrors"] == [], confirmed
        return confirmed["redemption"]

    async def spend_on_reward(self, points: int, slug: str | None = None) -> Any:
        """So many points spent on a reward that costs as many."""
        return await self.spend({"rewardId": await self.reward(points, slug or f"worth-{points}")})

    async def quote(self, *lines: int | Json, redeem: Json | None = None, **cart: Any) -> Any:
        """The quote's payload."""
        given = {"member": {"externalId": MEMBER}, "redeem": redeem,
                 "cart": {"currency": self.currency, "lines": lines_of(lines), **cart}}  # fmt: skip
        return (await self.ask(_QUOTE, input=given))["quote"]

    async def advance(self, to: datetime) -> None:
        """A sandbox's clock moved to an instant."""
        await self.do("sandboxClockAdvance", to=to.isoformat())

    # What it reads.

    async def balance(self, member: str = MEMBER, as_of: str | None = None) -> Any:
        """The member's points of the unit, as of an instant or now."""
        query = f"query($id: String, $at: DateTime) {{ member(externalId: $id) {{ {_BALANCES} }} }}".replace(
            "balances {", "balances(asOf: $at) {"
        )
        found = await self.ask(query, id=member, at=as_of)
        (balance,) = [each for each in found["member"]["balances"] if each["unit"]["slug"] == UNIT] or [None]
        return balance

    async def schedule(self) -> list[tuple[int, str]]:
        """How the points will end: amounts with their last days."""
        return [(step["amount"], step["lastDay"]) for step in (await self.balance())["expiries"]]

    async def available(self, member: str = MEMBER, as_of: str | None = None) -> int:
        """What the member can spend."""
        balance = await self.balance(member, as_of)
        return balance["available"] if balance is not None else 0

    async def entries(self, reason: str) -> list[Any]:
        """The ledger's entries of a reason that moved points: setting them aside is none."""
        query = (
            "query($filter: LedgerEntryFilter) { ledgerEntries(filter: $filter, first: 100) { nodes { id kind "
            "amount activityId effectiveAt } } }"
        )
        nodes = (await self.ask(query, filter={"reason": reason}))["ledgerEntries"]["nodes"]
        return [each for each in nodes if each["kind"] in ("NOW", "POST")]


def lines_of(lines: Sequence[int | Json]) -> list[Json]:
    """Lines from amounts; those written out stay as they are."""
    return [{"id": f"l{n}", "amount": each} if isinstance(each, int) else each for n, each in enumerate(lines, 1)]


# Rules as a merchant writes them.


def rules(*earning: Json, **given: Any) -> Json:
    """A program's rules."""
    return {"unit": UNIT, "rules": list(earning), **given}


def rule(earn: Json, id_: str, **given: Any) -> Json:
    """One way to earn."""
    return {"id": id_, "name": id_, "earn": earn, **given}


def per_amount(points: int = 1, per: int = 100, id_: str = "base", currency: str = "USD", **given: Any) -> Json:
    """Points for money; one for a dollar unless told otherwise."""
    return rule({"perAmount": {"points": points, "per": per, "currency": currency}}, id_, **given)


def multiplier(factor: str, id_: str = "more", **given: Any) -> Json:
    """A factor on what was earned."""
    return rule({"multiplier": {"factor": factor}}, id_, **given)


def fixed(points: int, id_: str = "bonus", **given: Any) -> Json:
    """Points on top."""
    return rule({"fixed": {"points": points}}, id_, **given)


def line(amount: int, id_: str = "l1", **given: Any) -> Json:
    """A line of an order."""
    return {"id": id_, "amount": amount, **given}


def tender(kind: str, amount: int) -> Json:
    """A part of the payment."""
    return {"kind": kind, "amount": amount}
