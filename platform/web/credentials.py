"""Whose request it is: the admin endpoint's keys and sessions, partners' keys, the storefront's keys and customer
tokens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from starlette.requests import Request

from kit.errors import Unauthenticated
from tenants import principals
from tenants.principals import Principal
from web.auth import Auth
from web.cors import ANY

KEY_HEADER = "x-guerdon-key"


class StaffOrKey:
    """A secret key as `Authorization: Bearer gsk_…`, else the session of the console."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    async def __call__(self, request: Request) -> Principal:
        """Who asks. Raises `Unauthenticated`."""
        key = _bearer(request)
        if key is not None:
            return await principals.by_secret_key(key)
        token = self._auth.token(request)
        if token is None:
            raise Unauthenticated("Send a secret key as 'Authorization: Bearer gsk_…', or sign in.")
        return await principals.by_session(token)


async def partner(request: Request) -> Principal:
    """A partner of a coalition by its key, as `Authorization: Bearer gpt_…`. Raises `Unauthenticated`."""
    key = _bearer(request)
    if key is None:
        raise Unauthenticated("Send a partner's key as 'Authorization: Bearer gpt_…'.")
    return await principals.by_partner_key(key)


async def shopper(request: Request) -> Principal:
    """A shop's page by its publishable key (`X-Guerdon-Key`), and its customer if it sends their token as a bearer.

    Raises `Unauthenticated`, also for a token that is not valid: a guest sends none.
    """
    key = request.headers.get(KEY_HEADER)
    if key is None:
        raise Unauthenticated("Send the shop's publishable key as 'X-Guerdon-Key: gpk_…'.")
    shop = await principals.by_publishable_key(key)
    token = _bearer(request)
    if token is None:
        return shop
    customer = await principals.by_customer_token(token, shop.tenant)
    return replace(customer, origins=shop.origins)


def origins_of(principal: Principal) -> Collection[str]:
    """The pages that may call with this principal's key: those that the key names."""
    return principal.origins


def origins_in_development(principal: Principal) -> Collection[str]:
    """Likewise, but a key that names none may be used from anywhere."""
    return principal.origins or (ANY,)


def _bearer(request: Request) -> str | None:
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else None
