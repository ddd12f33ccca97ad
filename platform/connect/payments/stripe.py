"""Stripe: checkout pages, charges to a card on file, refunds, webhooks; for an account whose keys the merchant gave us.

A payment method is kept as `cus_…/pm_…`. Stripe remembers idempotency keys for a day; what was first asked for longer
ago is looked for by its key in the metadata before it is asked for again. Cards are Stripe's alone to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import Any

import stripe

from kit.ids import is_id
from kit.money import EXPONENTS
from programs.paid.provider import (
    BadSignature,
    Charge,
    Checkout,
    Impossible,
    Outcome,
    Page,
    Refund,
    Status,
    Unavailable,
)
from tenants import scope

API = "https://api.stripe.com"
SECONDS_MAX = 20
TOLERANCE_SECONDS = 300
REMEMBERED = timedelta(hours=12)
"""Half of how long Stripe keeps an idempotency key."""
WITHOUT_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
WITH_THREE = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
"""All other amounts have two decimals for Stripe, also krónur and shillings, which have none."""


class Stripe:
    """A merchant's account; `api` is where Stripe is."""

    name = "stripe"

    def __init__(self, secret_key: str, webhook_secret: str, api: str = API) -> None:
        self._client = _client(secret_key, api)
        self._webhook_secret = webhook_secret

    async def checkout(self, wish: Checkout) -> Page:
        """Open a page of Stripe Checkout."""
        common: dict[str, Any] = {
            "success_url": wish.return_url, "cancel_url": wish.return_url, "client_reference_id": wish.key,
            "metadata": {"charge": wish.key}, "customer_creation": "always",
        }  # fmt: skip
        if wish.amount:
            price = {"currency": wish.currency.lower(), "unit_amount": _amount(wish.amount, wish.currency),
                     "product_data": {"name": wish.description}}  # fmt: skip
            given: Any = common | {
                "mode": "payment", "line_items": [{"quantity": 1, "price_data": price}],
                "payment_intent_data": {"setup_future_usage": "off_session", "metadata": {"charge": wish.key}},
            }  # fmt: skip
        else:
            given = common | {"mode": "setup", "currency": wish.currency.lower()}
        try:
            with _told():
                made = await self._client.v1.checkout.sessions.create_async(given, _once(wish.key))
        except stripe.InvalidRequestError as error:
            raise Impossible(error.code or "invalid_request") from error
        return Page(made.id, made.url or "")

    async def look(self, reference: str) -> Outcome:
        """Ask what became of a page."""
        with _asking():
            found = await self._client.v1.checkout.sessions.retrieve_async(
                reference, {"expand": ["payment_intent", "setup_intent"]}
            )
        if found.status == "expired":
            return Outcome(Status.EXPIRED, reason="page_expired")
        intent: Any = found.payment_intent or found.setup_intent
        if found.status != "complete" or found.payment_status == "unpaid" or intent is None:
            # What is not paid at once, as by a bank, may fail long after the page was closed.
            failed = found.status == "complete" and getattr(intent, "status", None) in _FAILED
            return _of_intent(intent, None) if failed else Outcome(Status.OPEN)
        return Outcome(Status.SUCCEEDED, intent.id, f"{_id(found.customer)}/{_id(intent.payment_method)}")

    async def charge(self, wish: Charge) -> Outcome:
        """Charge a card on file, off session."""
        customer, _, method = wish.method.partition("/")
        made = await self._known_intent(wish)
        try:
            if made is None:
                given: Any = {
                    "amount": _amount(wish.amount, wish.currency), "currency": wish.currency.lower(),
                    "customer": customer, "payment_method": method, "off_session": True, "confirm": True,
                    "description": wish.description, "metadata": {"charge": wish.key},
                }  # fmt: skip
                with _told():
                    made = await self._client.v1.payment_intents.create_async(given, _once(wish.key))
        except stripe.CardError as error:
            return Outcome(Status.DECLINED, method=wish.method, reason=error.code or "card_declined")
        except stripe.InvalidRequestError as error:
            return Outcome(Status.DECLINED, method=wish.method, reason=error.code or "invalid_request")
        except Impossible as error:
            return Outcome(Status.DECLINED, method=wish.method, reason=str(error))
        if made.status == "processing":  # a repeat answers what was said at first
            with _asking():
                made = await self._client.v1.payment_intents.retrieve_async(made.id)
        return _of_intent(made, wish.method)

    async def refund(self, wish: Refund) -> Outcome:
        """Give back."""
        made = await self._known_refund(wish)
        try:
            if made is None:
                given: Any = {
                    "payment_intent": wish.reference, "amount": _amount(wish.amount, wish.currency),
                    "metadata": {"charge": wish.key},
                }  # fmt: skip
                with _told():
                    made = await self._client.v1.refunds.create_async(given, _once(wish.key))
        except stripe.InvalidRequestError as error:
            return Outcome(Status.DECLINED, reason=error.code or "invalid_request")
        except Impossible as error:
            return Outcome(Status.DECLINED, reason=str(error))
        if made.status in _WAITING:  # a repeat answers what was said at first
            with _asking():
                made = await self._client.v1.refunds.retrieve_async(made.id)
        if made.status in _WAITING:
            return Outcome(Status.OPEN)
        if made.status in ("failed", "canceled"):
            return Outcome(Status.DECLINED, made.id, reason=made.failure_reason or made.status)
        return Outcome(Status.SUCCEEDED, made.id)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The charge that an event is about, by the metadata that we put on everything of ours."""
        try:
            event = stripe.Webhook.construct_event(
                body, headers.get("stripe-signature"), self._webhook_secret, tolerance=TOLERANCE_SECONDS
            )
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise BadSignature(type(error).__name__) from error
        return _key(event.data.object)

    async def _known_intent(self, wish: Charge) -> stripe.PaymentIntent | None:
        if scope.now() - wish.asked_at < REMEMBERED:
            return None
        with _asking():
            found = await self._client.v1.payment_intents.search_async({"query": f"metadata['charge']:'{wish.key}'"})
        return next(iter(found.data), None)

    async def _known_refund(self, wish: Refund) -> stripe.Refund | None:
        if scope.now() - wish.asked_at < REMEMBERED:
            return None
        with _asking():
            found = await self._client.v1.refunds.list_async({"payment_intent": wish.reference, "limit": 100})
        return next((each for each in found.data if _key(each) == wish.key), None)


_FAILED = ("requires_payment_method", "canceled")
_WAITING = ("pending", "requires_action")
_TENS = (1, 10, 100, 1_000, 10_000)


def _amount(amount: int, currency: str) -> int:
    """Our minor units in Stripe's. Raises `Impossible` for a part that Stripe's cannot tell."""
    theirs = 0 if currency in WITHOUT_DECIMALS else 3 if currency in WITH_THREE else 2
    whole, rest = divmod(amount * _TENS[theirs], _TENS[EXPONENTS[currency]])
    if rest:
        raise Impossible("amount_not_payable")
    return whole


def _of_intent(made: stripe.PaymentIntent, method: str | None) -> Outcome:
    if made.status == "succeeded":
        return Outcome(Status.SUCCEEDED, made.id, method)
    if made.status == "processing":
        return Outcome(Status.OPEN)
    error = made.last_payment_error
    return Outcome(Status.DECLINED, made.id, method, (error.code if error is not None else None) or made.status)


@contextmanager
def _told() -> Iterator[None]:
    """What says nothing of the payment is `Unavailable`: asked again later, under the same key."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError):
        raise
    except stripe.StripeError as error:
        raise Unavailable(f"Stripe: {type(error).__name__}") from error


@contextmanager
def _asking() -> Iterator[None]:
    """Around a question, which moves no money: a refusal of it says nothing of the payment either."""
    try:
        with _told():
            yield
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        raise Unavailable(f"Stripe: {type(error).__name__}") from error


def _key(about: Any) -> str | None:
    """The charge that something of Stripe's is about, by the metadata that we gave it."""
    metadata = about.get("metadata") if isinstance(about, Mapping) else getattr(about, "metadata", None)
    key = metadata["charge"] if metadata and "charge" in metadata else None
    return key if isinstance(key, str) and is_id(key) else None


def _once(key: str) -> Any:
    return {"idempotency_key": key}


def _id(value: Any) -> str:
    """An id that may have been expanded."""
    return value if isinstance(value, str) else str(value.id)


@lru_cache(maxsize=256)
def _client(secret_key: str, api: str) -> stripe.StripeClient:
    """One per account, since each keeps connections."""
    return stripe.StripeClient(
        secret_key, http_client=stripe.HTTPXClient(timeout=SECONDS_MAX), base_addresses={"api": api},
        max_network_retries=0,
    )  # fmt: skip
