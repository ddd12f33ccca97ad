"""Payments on the web: the sandbox provider's own page, and where providers send their webhooks.

GET, POST /payments/sandbox/<tenant>/<page>     the page; any of the test cards
POST      /payments/webhooks/<provider>/<tenant>

A webhook is only a hint to ask the provider now; what it says of a payment is not believed, so one that comes twice,
late or out of order changes nothing. One with a bad signature is refused with 400.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from connect.payments import sandbox
from kit import db
from kit.errors import Refusal
from kit.money import EXPONENTS
from programs.explain import money
from programs.paid import outcomes, provider
from programs.paid.provider import BadSignature, Status, Unavailable
from programs.paid.views import ChargeId, ChargeView
from tenants import scope
from web import cors
from web.addressed import addressed, nothing_there
from web.errors import Code, error_body
from web.shop.markup import EMPTY, Html, html, join
from web.static import BuiltFiles

log = structlog.get_logger("payments")

ASSETS = Path(__file__).parent / "assets"
FORM_BYTES_MAX = 2_000
_REASONS = {"card_declined": "The card was declined. Try another one.", "expired_card": "The card has expired."}
_CARDS = (
    ("4242 4242 4242 4242", "succeeds"), ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 0069", "succeeds, and expires after 60 days"),
)  # fmt: skip
_CARD = '<li><button class="card" name="card" value="{number}"><code>{number}</code></button> {what}</li>'


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as the payer sees it; `amount` is in words, empty where there is nothing to pay now."""

    row: db.Row
    shop: str
    amount: str


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
        shown = await _page(request)
        reason: str | None = None
        if request.method == "POST" and shown.row["status"] == Status.OPEN:
            form = dict(parse_qsl((await request.body())[:FORM_BYTES_MAX].decode("ascii", "replace")))
            reason = (await sandbox.pay(shown.row["id"], form.get("card", ""))).reason
        charge = await outcomes.finished(ChargeId(shown.row["key"]))
        shown = await _page(request)
    page = _form(shown, reason) if shown.row["status"] == Status.OPEN else _over(shown, charge)
    return Response(page, headers={"cache-control": "no-store"}, media_type="text/html")


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


async def _page(request: Request) -> Shown:
    async with scope.reading():
        row = await sandbox.find(request.path_params["page"])
        (tenant,) = await db.rows("SELECT name FROM tenant WHERE id = $1", scope.tenant_id())
    if row is None or row["kind"] != "page":
        raise nothing_there("There is no such page.")
    return Shown(row, tenant["name"], money(row["amount"], row["currency"], EXPONENTS) if row["amount"] else "")


def _form(shown: Shown, reason: str | None) -> Html:
    error = html('<p class="error" id="error" role="alert">{text}</p>', text=_REASONS.get(reason or "", reason))
    return _document(shown, html(
        """<form method="post"><label for="card">Card number</label>
        <input id="card" name="card" inputmode="numeric" autocomplete="off" required maxlength="23"
        aria-describedby="{describedby}" aria-invalid="{invalid}">{error}<button>{pay}</button></form>
        <form method="post"><h2 id="cards">Test cards</h2><ul>{cards}</ul></form>
        <a href="{url}">Back to the shop without paying</a>""",
        describedby="error cards" if reason else "cards", invalid="true" if reason else "false",
        error=error if reason else EMPTY, pay=f"Pay {shown.amount}" if shown.amount else "Keep this card",
        cards=join(html(_CARD, number=number, what=what) for number, what in _CARDS), url=shown.row["return_url"],
    ))  # fmt: skip


def _over(shown: Shown, charge: ChargeView) -> Html:
    """What became of the page."""
    told, role = "This page has expired. Nothing was paid.", "alert"
    if shown.row["status"] == Status.SUCCEEDED:
        done = "It is paid." if shown.amount else "The card is kept, and nothing was charged yet."
        told, role = f"Thank you. {done}", "status"
    if charge.refunded:
        told = "It cannot be had any more, or was paid for before. Your money goes back to the card."
    return _document(shown, html(
        '<p class="{role}" role="{role}">{told}</p><a class="button" href="{url}">Back to the shop</a>',
        told=told, role=role, url=shown.row["return_url"],
    ))  # fmt: skip


def _document(shown: Shown, body: Html) -> Html:
    return html(
        """<!doctype html><html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1"><title>Pay {shop} · test mode</title>
        <link rel="icon" href="data:,"><link rel="stylesheet" href="/payments/assets/payments.css"></head><body><main>
        <p class="test"><strong>Test mode.</strong> No money moves, and only test cards work.</p>
        <p class="shop">{shop}</p><h1>{what}</h1><p class="amount">{amount}</p>{body}</main></body></html>""",
        shop=shown.shop, what=shown.row["description"] or "Payment", amount=shown.amount or "Nothing to pay now",
        body=body,
    )  # fmt: skip
