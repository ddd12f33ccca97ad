"""Payments on the web: the sandbox provider's own page, and where providers send their webhooks.

GET, POST /payments/sandbox/<tenant>/<page>     the page; any of the test cards
POST      /payments/webhooks/<provider>/<tenant>

A webhook is only a hint to ask the provider now; what it says of a payment is not believed, so one that comes twice,
late or out of order changes nothing. One with a bad signature is refused with 400.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from connect.payments import sandbox
from kit import db
from kit.errors import Refusal
from programs.explain import money
from programs.paid import outcomes, provider
from programs.paid.provider import BadSignature, Status, Unavailable
from programs.paid.views import ChargeId
from programs.rulebooks import currencies
from tenants import scope
from web import cors
from web.addressed import addressed, nothing_there
from web.errors import Code, error_body
from web.shop.markup import EMPTY, Html, html
from web.static import BuiltFiles

log = structlog.get_logger("payments")

ASSETS = Path(__file__).parent / "assets"
FORM_BYTES_MAX = 2_000
_REASONS = {"card_declined": "The card was declined.", "expired_card": "The card has expired."}


def payment_routes() -> list[BaseRoute]:
    """The routes of payments."""
    return [
        Mount("/payments/assets", BuiltFiles(ASSETS)),
        Route("/payments/sandbox/{tenant}/{page}", sandbox_page, methods=["GET", "POST"]),
        Route("/payments/webhooks/{provider}/{tenant}", webhook, methods=["POST"]),
    ]


async def sandbox_page(request: Request) -> Response:
    """Show a page to pay on, and take a test card."""
    if request.method == "POST":
        cors.check_origin(request.headers, ())
    async with addressed(request):
        row = await _page(request)
        reason: str | None = None
        if request.method == "POST" and row["status"] == Status.OPEN:
            form = dict(parse_qsl((await request.body())[:FORM_BYTES_MAX].decode("ascii", "replace")))
            paid = await sandbox.pay(row["id"], form.get("card", ""))
            reason = paid.reason
        await outcomes.finished(ChargeId(row["key"]))
        row = await _page(request)
    shown = _paid(row) if row["status"] == Status.SUCCEEDED else _form(row, reason)
    return Response(shown, headers={"cache-control": "no-store"}, media_type="text/html")


async def webhook(request: Request) -> Response:
    """Take a provider's hint that something happened to a payment."""
    async with addressed(request):
        try:
            account = await provider.provider_of(request.path_params["provider"])
        except Unavailable as error:
            log.warning("payments.webhook_put_off", error=str(error))
            return JSONResponse({"received": True})
        if account is None:
            raise nothing_there()
        try:
            charge = account.read_webhook(dict(request.headers), await request.body())
            if charge is not None:
                await outcomes.finish(ChargeId(charge))
        except BadSignature as error:
            log.warning("payments.bad_signature", provider=account.name)
            return Response(error_body(Code.BAD_REQUEST, f"Not signed as it should be: {error}."), 400,
                            media_type="application/json")  # fmt: skip
        except (Refusal, Unavailable) as error:
            log.warning("payments.webhook_put_off", provider=account.name, error=type(error).__name__)
    return JSONResponse({"received": True})


async def _page(request: Request) -> db.Row:
    async with scope.reading():
        row = await sandbox.find(request.path_params["page"])
    if row is None or row["kind"] != "page":
        raise nothing_there("There is no such page.")
    return row


def _form(row: db.Row, reason: str | None) -> Html:
    if row["status"] != Status.OPEN:
        return _document(row, html('<p class="error" role="alert">This page has expired.</p>'))
    return _document(row, html(
        """{error}<form method="post"><label for="card">Card number</label>
        <input id="card" name="card" inputmode="numeric" autocomplete="off" required maxlength="23"
        aria-describedby="cards"><button>Pay</button></form>
        <ul id="cards"><li><code>4242 4242 4242 4242</code> succeeds</li>
        <li><code>4000 0000 0000 0002</code> is declined</li>
        <li><code>4000 0000 0000 0069</code> succeeds, and expires after 60 days</li></ul>""",
        error=html('<p class="error" role="alert">{text}</p>', text=_REASONS.get(reason, reason)) if reason else EMPTY,
    ))  # fmt: skip


def _paid(row: db.Row) -> Html:
    return _document(row, html(
        '<p role="status">{thanks}</p><a class="button" href="{url}">Back to the shop</a>',
        thanks="Thank you: it is paid for." if row["amount"] else "Thank you. Nothing was charged yet.",
        url=row["return_url"],
    ))  # fmt: skip


def _document(row: db.Row, body: Html) -> Html:
    amount = money(row["amount"], row["currency"], currencies()) if row["amount"] else "Nothing to pay now"
    return html(
        """<!doctype html><html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1"><title>Pay · Guerdon’s sandbox</title>
        <link rel="stylesheet" href="/payments/assets/payments.css"></head><body><main>
        <p class="test">This is Guerdon’s sandbox: no money moves, and only test cards work.</p>
        <h1>{description}</h1><p class="amount">{amount}</p>{body}</main></body></html>""",
        description=row["description"] or "Payment", amount=amount, body=body,
    )  # fmt: skip
