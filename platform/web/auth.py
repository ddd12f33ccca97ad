"""Sign-in to the console: plain JSON over POST, answered with who is signed in and a cookie that scripts cannot read.

    GET  /auth/session              who is signed in, or null
    GET  /auth/sign-up              {open}: whether anybody may sign up here
    POST /auth/sign-in              {email, password}
    POST /auth/sign-up              {shop, zone, currency, name, email, password}
    POST /auth/accept-invitation    {token, name, password}
    POST /auth/switch               {tenantId}: `ten_…` of another shop, of the sandbox, or back
    POST /auth/sign-out

A page of another origin can neither send these (they must be JSON, and `Origin` must be ours) nor read the answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kit import ids
from kit.errors import InvalidId, Refusal, Unauthenticated
from settings import settings
from tenants import principals, profile, sessions, signup, staff
from tenants.principals import SESSION_LIFETIME, Principal
from tenants.scope import TenantId
from tenants.sessions import SignedIn
from web import cors
from web.errors import RequestRefused
from web.graphql_http import check_content_type

TEXT_CHARACTERS_MAX = 2_000


class Auth:
    """The routes. In production the cookie is `__Host-`: https only, for our host alone."""

    def __init__(self, *, production: bool) -> None:
        self._production = production
        self.cookie = "__Host-guerdon" if production else "guerdon"

    def routes(self) -> list[Route]:
        """All of them."""
        posts = {
            "sign-in": self._sign_in,
            "sign-up": self._sign_up,
            "accept-invitation": self._accept,
            "switch": self._switch,
            "sign-out": self._sign_out,
        }
        served = [Route(f"/auth/{name}", self._guarded(handler), methods=["POST"]) for name, handler in posts.items()]
        asked = [
            Route("/auth/session", self._session, methods=["GET"]),
            Route("/auth/sign-up", self._sign_up_open, methods=["GET"]),
        ]
        return [*asked, *served]

    def token(self, request: Request) -> str | None:
        """The session's token that a browser sent."""
        return request.cookies.get(self.cookie)

    async def _session(self, request: Request) -> Response:
        cors.check_origin(request.headers, ())
        token = self.token(request)
        if token is None:
            return _json(None)
        try:
            return _json(await _told(await principals.by_session(token)))
        except Unauthenticated:
            return self._without_cookie(_json(None))

    async def _sign_in(self, request: Request, sent: _Sent) -> Response:
        signed_in = await sessions.sign_in(sent.text("email"), sent.text("password"), _address(request))
        return await self._begun(signed_in)

    async def _sign_up_open(self, _: Request) -> Response:
        return _json({"open": settings().signup_open})

    async def _sign_up(self, request: Request, sent: _Sent) -> Response:
        form = signup.SignUp(
            shop=sent.text("shop"), zone=sent.text("zone"), currency=sent.text("currency"), name=sent.text("name"),
            email=sent.text("email"), password=sent.text("password"),
        )  # fmt: skip
        made = await signup.sign_up(form, _address(request))
        keys = {
            "secretKey": made.secret_key.text,
            "publishableKey": made.publishable_key.text,
            "sandboxSecretKey": made.sandbox_secret_key.text,
            "sandboxPublishableKey": made.sandbox_publishable_key.text,
        }
        return await self._begun(made.session, {"keys": keys})

    async def _accept(self, request: Request, sent: _Sent) -> Response:
        name = sent.text("name", "")
        signed_in = await staff.accept(sent.text("token"), name, sent.text("password"), _address(request))
        return await self._begun(signed_in)

    async def _switch(self, request: Request, sent: _Sent) -> Response:
        token = self.token(request)
        if token is None:
            raise Unauthenticated("You are not signed in.")
        try:
            tenant = TenantId(ids.decode("ten", sent.text("tenantId")))
        except InvalidId:
            raise Refusal("NOT_FOUND", "There is no such shop.", ("tenantId",)) from None
        await sessions.switch_tenant(token, tenant)
        return _json(await _told(await principals.by_session(token)))

    async def _sign_out(self, request: Request, _: _Sent) -> Response:
        token = self.token(request)
        if token is not None:
            await sessions.sign_out(token)
        return self._without_cookie(Response(status_code=HTTPStatus.NO_CONTENT, headers=_NOT_KEPT))

    def _guarded(
        self, handler: Callable[[Request, _Sent], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            check_content_type(request.headers.get("content-type"))
            cors.check_origin(request.headers, ())
            return await handler(request, _Sent.of(await request.body()))

        return guarded

    async def _begun(self, signed_in: SignedIn, more: Mapping[str, Any] | None = None) -> Response:
        told = await _told(await principals.by_session(signed_in.token))
        response = _json({**told, **(more or {})})
        response.set_cookie(
            self.cookie, signed_in.token, max_age=int(SESSION_LIFETIME.total_seconds()), secure=self._production,
            httponly=True, samesite="strict",
        )  # fmt: skip
        return response

    def _without_cookie(self, response: Response) -> Response:
        response.delete_cookie(self.cookie, secure=self._production, httponly=True, samesite="strict")
        return response


@dataclass(frozen=True, slots=True)
class _Sent:
    """The fields of a body."""

    fields: Mapping[str, Any]

    @classmethod
    def of(cls, body: bytes) -> _Sent:
        """Read a body. Raises `RequestRefused` unless it is a JSON object; nothing is one too."""
        try:
            found = orjson.loads(body) if body else {}
        except orjson.JSONDecodeError:
            raise RequestRefused(HTTPStatus.BAD_REQUEST, "The body is not valid JSON.") from None
        if not isinstance(found, dict):
            raise RequestRefused(HTTPStatus.BAD_REQUEST, "The body must be a JSON object.")
        return cls(found)

    def text(self, name: str, default: str | None = None) -> str:
        """A field. Raises `Refusal` INVALID unless it is a text of bounded length."""
        value = self.fields.get(name, default)
        if not isinstance(value, str) or len(value) > TEXT_CHARACTERS_MAX:
            raise Refusal("INVALID", f"Give a text of at most {TEXT_CHARACTERS_MAX} characters.", (name,))
        return value


async def _told(principal: Principal) -> dict[str, Any]:
    """Who is signed in, where, and where else they could be, as the console reads it."""
    person = await profile.person(principal.id)
    places = [
        {
            "id": ids.encode("ten", place.tenant),
            "slug": place.slug,
            "name": place.name,
            "role": place.role.value,
            "sandbox": place.sandbox_of is not None,
        }
        for place in await sessions.places(principal.id)
    ]
    here = ids.encode("ten", principal.tenant)
    return {
        "name": person.name,
        "email": person.email,
        "tenant": next((place for place in places if place["id"] == here), None),
        "tenants": places,
    }


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


_NOT_KEPT = {"cache-control": "no-store"}


def _json(body: object) -> Response:
    return Response(orjson.dumps(body), headers=_NOT_KEPT, media_type="application/json")
