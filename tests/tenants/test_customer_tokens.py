"""Customer tokens: signed by this tenant, for it, now, for five minutes, by the one algorithm; else refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from kit import clock
from kit.errors import Forbidden, Refusal, Unauthenticated
from kit.ids import encode, new_id
from tenants import audit, customer_tokens, principals
from tenants.customer_tokens import audience
from tenants.principals import Kind, acting
from tenants.roles import Role
from tenants.scope import TenantId
from tenants.signup import SignedUp
from tests.tenants.shops import hire, make_shop, owner_of


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims: object, secret: str, **header: object) -> str:
    """A JWT as a merchant's server makes it, with nothing but the standard library."""
    signed = b64(json.dumps({"alg": "HS256", "typ": "JWT"} | header).encode()) + "." + b64(json.dumps(claims).encode())
    return signed + "." + b64(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))


async def secret_of(shop: SignedUp) -> str:
    with acting(await owner_of(shop)):
        return await customer_tokens.signing_secret()


def claims(tenant: TenantId, **changes: object) -> dict[str, object]:
    now = int(clock.now().timestamp())
    all_claims = {"aud": audience(tenant), "sub": "customer-7", "iat": now, "exp": now + 300} | changes
    return {name: value for name, value in all_claims.items() if value is not None}


async def test_token_of_the_merchants_server_names_its_customer(database: object) -> None:
    shop = await make_shop()
    token = sign(claims(shop.tenant), await secret_of(shop))
    principal = await principals.by_customer_token(token, shop.tenant)
    assert (principal.kind, principal.tenant) == (Kind.CUSTOMER, shop.tenant)
    assert (principal.external_id, principal.member_id) == ("customer-7", None)
    assert principal.actions == frozenset()
    assert "customer-7" not in principal.key_id + principal.id + principal.actor


async def test_token_may_name_the_member(database: object) -> None:
    shop, member = await make_shop(), new_id()
    token = sign(claims(shop.tenant, sub=encode("mem", member)), await secret_of(shop))
    principal = await principals.by_customer_token(token, shop.tenant)
    assert (principal.external_id, principal.member_id, principal.actor) == (None, member, f"member:{member}")


async def test_minted_token_is_good_for_five_minutes(database: object) -> None:
    shop = await make_shop()
    with acting(await principals.by_secret_key(shop.secret_key.text)):
        minted = await customer_tokens.mint("customer-7")
        assert timedelta(seconds=298) < minted.expires_at - clock.now() <= timedelta(minutes=5)
        for subject in ("", "x" * 256, "\ud800"):
            with pytest.raises(Refusal, match="INVALID"):
                await customer_tokens.mint(subject)
    assert (await principals.by_customer_token(minted.token, shop.tenant)).external_id == "customer-7"
    with clock.pinned(minted.expires_at + timedelta(seconds=29)):
        await principals.by_customer_token(minted.token, shop.tenant)
    with clock.pinned(minted.expires_at + timedelta(seconds=30)), pytest.raises(Unauthenticated):
        await principals.by_customer_token(minted.token, shop.tenant)


async def test_token_that_a_person_asks_for_is_in_the_audit_log_without_a_name(database: object) -> None:
    shop, member = await make_shop(), new_id()
    for principal in (await owner_of(shop), await principals.by_secret_key(shop.secret_key.text)):
        with acting(principal):
            for subject in ("ann@example.com", encode("mem", member)):
                await customer_tokens.mint(subject)
    with acting(await owner_of(shop)):
        by_id, by_name = await audit.entries(action="customer_token.created")
    assert by_id.actor == by_name.actor == f"staff:{shop.session.staff_id}"
    assert (by_id.target, by_id.details) == (f"member:{member}", {})
    assert by_name.target.startswith("member:") and "ann" not in by_name.target


async def test_clocks_may_differ_by_half_a_minute(database: object) -> None:
    shop = await make_shop()
    token = sign(claims(shop.tenant), await secret_of(shop))
    now = clock.now().replace(microsecond=0)
    with clock.pinned(now - timedelta(seconds=28)):
        await principals.by_customer_token(token, shop.tenant)
    with clock.pinned(now - timedelta(seconds=32)), pytest.raises(Unauthenticated):
        await principals.by_customer_token(token, shop.tenant)


WRONG_CLAIMS: list[dict[str, object]] = [
    {"aud": "ten_00000000000000000000000000"}, {"aud": None}, {"aud": []}, {"aud": ""}, {"sub": None}, {"sub": ""},
    {"sub": 7}, {"sub": "x" * 256}, {"sub": ["customer-7"]}, {"iat": None}, {"exp": None}, {"exp": "soon"},
    {"exp": True}, {"exp": float("inf")}, {"exp": float("nan")}, {"exp": 2**80}, {"iat": -1}, {"nbf": 2**39},
    {"nbf": "later"}, {"iat": {"$gt": 0}}, {"sub": "\ud800"},
]  # fmt: skip


async def test_claims_that_do_not_fit_are_refused(database: object) -> None:
    shop = await make_shop()
    secret = await secret_of(shop)
    await principals.by_customer_token(sign(claims(shop.tenant), secret), shop.tenant)
    for changes in WRONG_CLAIMS:
        with pytest.raises(Unauthenticated):
            await principals.by_customer_token(sign(claims(shop.tenant, **changes), secret), shop.tenant)


async def test_token_for_longer_than_five_minutes_is_refused(database: object) -> None:
    shop, now = await make_shop(), int(clock.now().timestamp())
    secret = await secret_of(shop)
    await principals.by_customer_token(sign(claims(shop.tenant, iat=now, exp=now + 300), secret), shop.tenant)
    for issued, ends in ((now, now + 301), (now - 86400, now + 60), (now, now), (now + 10, now + 5)):
        with pytest.raises(Unauthenticated):
            await principals.by_customer_token(sign(claims(shop.tenant, iat=issued, exp=ends), secret), shop.tenant)


async def test_other_algorithms_and_headers_are_refused(database: object) -> None:
    shop = await make_shop()
    secret = await secret_of(shop)
    good = claims(shop.tenant)
    head, body, _ = sign(good, secret).split(".")
    unsigned = b64(b'{"alg":"none","typ":"JWT"}') + "." + body + "."
    hs512 = b64(b'{"alg":"HS512","typ":"JWT"}') + "." + body
    forged = [
        unsigned, unsigned + b64(b"x"), hs512 + "." + b64(hmac.digest(secret.encode(), hs512.encode(), hashlib.sha512)),
        sign(good, secret, alg="RS256"), sign(good, secret, alg="none"), sign(good, secret, crit=["exp"]),
        sign(good, secret, typ="secret"), sign(good, secret, b64=False, crit=["b64"]), sign(good, secret)[:-3] + "AAA",
        head + "." + b64(json.dumps(claims(shop.tenant, sub="admin")).encode()) + "." + sign(good, secret)[-43:],
        sign([good], secret), sign("x", secret), sign(good, "gcs_guess"), sign(good, ""), "", ".", "..", "a.b.c",
        "x" * 100_000, sign(claims(shop.tenant, pad="x" * 3000), secret), "[" * 2000, "\ud800.a.b",
    ]  # fmt: skip
    for token in forged:
        with pytest.raises(Unauthenticated):
            await principals.by_customer_token(token, shop.tenant)


async def test_other_tenants_token_is_refused(database: object) -> None:
    mine, theirs = await make_shop(), await make_shop()
    secret = await secret_of(theirs)
    for tenant in (mine.tenant, theirs.sandbox):
        for audience_of in (mine.tenant, theirs.tenant, theirs.sandbox):
            with pytest.raises(Unauthenticated):
                await principals.by_customer_token(sign(claims(audience_of), secret), tenant)
    with pytest.raises(Unauthenticated):
        await principals.by_customer_token(sign(claims(theirs.tenant), secret), TenantId(new_id()))


async def test_new_secret_ends_the_old_one(database: object) -> None:
    shop = await make_shop()
    old = await secret_of(shop)
    with acting(await owner_of(shop)):
        new = await customer_tokens.rotate_signing_secret()
        assert new == await customer_tokens.signing_secret() != old
        (entry,) = await audit.entries(action="customer_tokens.secret_rotated")
        assert (entry.target, entry.details) == (f"tenant:{shop.tenant}", {})
    await principals.by_customer_token(sign(claims(shop.tenant), new), shop.tenant)
    with pytest.raises(Unauthenticated):
        await principals.by_customer_token(sign(claims(shop.tenant), old), shop.tenant)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SUPPORT, Role.ANALYST])
async def test_secret_is_for_those_who_may_write_keys(database: object, role: Role) -> None:
    shop = await make_shop()
    with acting(await hire(shop, role)):
        with pytest.raises(Forbidden):
            await customer_tokens.signing_secret()
        with pytest.raises(Forbidden):
            await customer_tokens.rotate_signing_secret()
        if role is not Role.MANAGER:
            with pytest.raises(Forbidden):
                await customer_tokens.mint("customer-7")
