"""A small Stripe: exactly the calls that the adapter makes, with idempotency keys, in memory.

pm_good      succeeds                pm_bad       is declined            pm_slow   is processing, then succeeds

Less than 50 minor units cannot be paid, as with Stripe.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]


@dataclass
class FakeStripe:
    """What it knows: pages, intents, refunds by id; answers by idempotency key. `down` answers 500 to everything,
    `lost` does what is asked and answers 500, as a line that breaks; where searches are `unsearched` they are refused.
    Refunds are `refunded` at once, or later.
    """

    key: str = "sk_test_1"
    sessions: dict[str, Json] = field(default_factory=dict)
    intents: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, tuple[int, Json]] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))
    down: bool = False
    lost: bool = False
    unsearched: bool = False
    refunded: str = "succeeded"

    def app(self) -> Starlette:
        return Starlette(routes=[
            Route("/v1/checkout/sessions", self.create_session, methods=["POST"]),
            Route("/v1/checkout/sessions/{id}", self.get_session),
            Route("/v1/payment_intents", self.create_intent, methods=["POST"]),
            Route("/v1/payment_intents/search", self.search),
            Route("/v1/payment_intents/{id}", self.get_intent),
            Route("/v1/refunds", self.create_refund, methods=["POST"]),
            Route("/v1/refunds", self.list_refunds),
            Route("/v1/refunds/{id}", self.get_refund),
        ])  # fmt: skip

    def forget_keys(self) -> None:
        """A day goes by."""
        self.answers.clear()

    def pay(self, session: str, method: str = "pm_good") -> None:
        """What a payer does on the page."""
        found = self.sessions[session]
        found |= {"status": "complete", "customer": "cus_1"}
        if found["mode"] == "setup":
            found |= {"payment_status": "no_payment_required"}
            found["setup_intent"] = {"id": "seti_1", "object": "setup_intent", "payment_method": method}
            return
        of = {"amount": found["amount_total"], "payment_method": method, "metadata": found["metadata"]}
        intent = self._intent(of)
        found |= {"payment_status": "paid", "payment_intent": intent["id"]}

    async def create_session(self, request: Request) -> Response:
        def work(given: Json) -> tuple[int, Json]:
            id_ = f"cs_{next(self.numbers)}"
            amount = int(given.get("line_items[0][price_data][unit_amount]", 0))
            if given["mode"] == "payment" and amount < 50:
                return 400, {"error": {"type": "invalid_request_error", "code": "amount_too_small", "message": "No."}}
            self.sessions[id_] = {
                "id": id_, "object": "checkout.session", "mode": given["mode"], "status": "open",
                "payment_status": "unpaid", "url": f"https://checkout.example/{id_}", "amount_total": amount,
                "metadata": {"charge": given["metadata[charge]"]}, "payment_intent": None, "setup_intent": None,
                "customer": None,
            }  # fmt: skip
            return 200, self.sessions[id_]

        return await self._once(request, work)

    async def get_session(self, request: Request) -> Response:
        found = self.sessions.get(request.path_params["id"])
        if found is None:
            error = {"type": "invalid_request_error", "code": "resource_missing", "message": "No."}
            return self._answer(request, 404, {"error": error})
        assert request.query_params["expand[0]"] == "payment_intent"
        intent = self.intents.get(found["payment_intent"] or "")
        return self._answer(request, 200, found | {"payment_intent": intent})

    async def create_intent(self, request: Request) -> Response:
        def work(given: Json) -> tuple[int, Json]:
            assert (given["off_session"], given["confirm"]) == ("true", "true")
            given = {**given, "metadata": {"charge": given["metadata[charge]"]}}
            if given.get("payment_method") == "pm_bad":
                return 402, {"error": {"type": "card_error", "code": "card_declined", "message": "Declined."}}
            if given["customer"] != "cus_1" or given.get("payment_method") not in ("pm_good", "pm_slow"):
                return 400, {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No."}}
            return 200, dict(self._intent(given))

        return await self._once(request, work)

    async def get_intent(self, request: Request) -> Response:
        return self._answer(request, 200, self.intents[request.path_params["id"]])

    async def search(self, request: Request) -> Response:
        if self.unsearched:
            error = {"type": "invalid_request_error", "message": "The search feature is not available in your region."}
            return self._answer(request, 400, {"error": error})
        wanted = request.query_params["query"]
        found = [each for each in self.intents.values() if each["metadata"]["charge"] in wanted]
        return self._answer(request, 200, {"object": "search_result", "data": found, "has_more": False})

    async def create_refund(self, request: Request) -> Response:
        def work(given: Json) -> tuple[int, Json]:
            intent = self.intents[given["payment_intent"]]
            back = sum(each["amount"] for each in self.refunds.values() if each["payment_intent"] == intent["id"])
            if back + int(given["amount"]) > intent["amount"]:
                error = {"type": "invalid_request_error", "code": "charge_already_refunded", "message": "No."}
                return 400, {"error": error}
            id_ = f"re_{next(self.numbers)}"
            self.refunds[id_] = {
                "id": id_, "object": "refund", "amount": int(given["amount"]), "payment_intent": intent["id"],
                "status": self.refunded, "metadata": {"charge": given["metadata[charge]"]}, "failure_reason": None,
            }  # fmt: skip
            return 200, dict(self.refunds[id_])

        return await self._once(request, work)

    async def get_refund(self, request: Request) -> Response:
        return self._answer(request, 200, self.refunds[request.path_params["id"]])

    async def list_refunds(self, request: Request) -> Response:
        of = request.query_params["payment_intent"]
        found = [each for each in self.refunds.values() if each["payment_intent"] == of]
        return self._answer(request, 200, {"object": "list", "data": found, "has_more": False})

    def _intent(self, given: Json) -> Json:
        id_ = f"pi_{next(self.numbers)}"
        status = "processing" if given["payment_method"] == "pm_slow" else "succeeded"
        self.intents[id_] = {
            "id": id_, "object": "payment_intent", "amount": int(given["amount"]), "status": status,
            "payment_method": given["payment_method"], "metadata": given["metadata"], "last_payment_error": None,
        }  # fmt: skip
        return self.intents[id_]

    async def _once(self, request: Request, work: Any) -> Response:
        key = request.headers["idempotency-key"]
        if not self.down and key not in self.answers:
            self.answers[key] = work(dict(parse_qsl((await request.body()).decode())))
        return self._answer(request, *self.answers.get(key, (500, {})))

    def _answer(self, request: Request, status: int, body: Json) -> Response:
        if request.headers["authorization"] != f"Bearer {self.key}":
            error = {"type": "invalid_request_error", "message": "Invalid API Key"}
            return JSONResponse({"error": error}, 401)
        if self.down or self.lost:
            return JSONResponse({"error": {"type": "api_error", "message": "Broken."}}, 500)
        return JSONResponse(body, status)


def signed(secret: str, charge: str, at: int | None = None) -> tuple[bytes, dict[str, str]]:
    """An event about a charge, and its headers, signed as Stripe does."""
    about = {"id": "cs_1", "object": "checkout.session", "metadata": {"charge": charge}}
    event = {"id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {"object": about}}
    body, time_ = json.dumps(event).encode(), int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{time_}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"stripe-signature": f"t={time_},v1={digest}"}
