"""Shops and people to test with."""

from __future__ import annotations

from itertools import count

from tenants import principals, sessions, signup, staff
from tenants.principals import Principal, acting
from tenants.roles import Role
from tenants.signup import SignedUp, SignUp

PASSWORD = "correct horse battery"
_numbers = count(1)


def form(**changes: str) -> SignUp:
    """A sign-up that is in order, but for `changes`."""
    fields = {
        "shop": "Record Shop", "zone": "Europe/Berlin", "currency": "EUR", "name": "Olga Owner",
        "email": f"owner{next(_numbers)}@example.com", "password": PASSWORD,
    }  # fmt: skip
    return SignUp(**(fields | changes))


async def make_shop(**changes: str) -> SignedUp:
    """A shop with its owner, signed in."""
    return await signup.create(form(**changes))


async def owner_of(shop: SignedUp) -> Principal:
    """The owner, in the live shop."""
    return await principals.by_session(shop.session.token)


async def owner_in_sandbox(shop: SignedUp) -> Principal:
    """The owner, in the sandbox, by the session that sign-up began."""
    await sessions.switch_tenant(shop.session.token, shop.sandbox)
    return await principals.by_session(shop.session.token)


async def hire(shop: SignedUp, role: Role) -> Principal:
    """Somebody of this role, invited by the owner and signed in."""
    email = f"{role.value}{next(_numbers)}@example.com"
    with acting(await owner_of(shop)):
        invited = await staff.invite(email, role)
    signed_in = await staff.accept(invited.token, f"A {role.value}", PASSWORD, None)
    return await principals.by_session(signed_in.token)
