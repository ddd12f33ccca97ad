"""Signing in to the console, as a browser does it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from settings import settings
from tests.schema.served import PASSWORD, Shop
from tests.web.live import serving
from web.auth import Auth
from web.main import application

EMAIL = "owner@records.example"
ME = {"query": "{ me { email } }"}


async def sign_in(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    return await client.post("/auth/sign-in", json={"email": EMAIL, "password": PASSWORD, **changes})


def codes(response: httpx.Response) -> list[tuple[str, list[str]]]:
    errors = response.json()["errors"]
    return [(error["extensions"]["code"], error["extensions"].get("field", [])) for error in errors]


async def test_nobody_is_signed_in_at_first(served: httpx.AsyncClient) -> None:
    response = await served.get("/auth/session")
    assert (response.status_code, response.json()) == (200, None)


async def test_sign_in_answers_who_and_where_and_sets_a_cookie_for_this_server_only(shop: Shop) -> None:
    response = await sign_in(shop.client, email=f"  {EMAIL.upper()} ")
    told = response.json()
    assert (told["name"], told["email"], told["tenant"]["slug"], told["tenant"]["role"]) == (
        "Ada", EMAIL, "records", "owner"
    )  # fmt: skip
    assert [(place["slug"], place["sandbox"]) for place in told["tenants"]] == [
        ("records", False), ("records-sandbox", True)
    ]  # fmt: skip
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("guerdon=")
    assert all(part in cookie for part in ("HttpOnly", "Path=/", "SameSite=strict", "Max-Age="))
    assert "Domain" not in cookie
    assert (await shop.client.get("/auth/session")).json() == told


async def test_in_production_the_cookie_is_for_https_and_this_host_alone() -> None:
    assert (Auth(production=True).cookie, Auth(production=False).cookie) == ("__Host-guerdon", "guerdon")


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"email": "nobody@records.example"}, {"email": ""}])
async def test_a_wrong_password_and_an_unknown_address_answer_alike(shop: Shop, changes: Any) -> None:
    response = await sign_in(shop.client, **changes)
    assert (response.status_code, codes(response)) == (401, [("UNAUTHENTICATED", [])])
    assert "set-cookie" not in response.headers


async def test_too_many_tries_are_throttled(shop: Shop) -> None:
    statuses = [(await sign_in(shop.client, password="wrong")).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    throttled = await sign_in(shop.client)
    assert throttled.status_code == 429
    assert int(throttled.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"shop": ""}, ("INVALID", ["shop"])),
        ({"shop": 7}, ("INVALID", ["shop"])),
        ({"zone": "Mars/Olympus"}, ("INVALID_ZONE", ["zone"])),
        ({"currency": "ZZZ"}, ("INVALID_CURRENCY", ["currency"])),
        ({"email": "nonsense"}, ("INVALID_EMAIL", ["email"])),
        ({"password": "short"}, ("WEAK_PASSWORD", ["password"])),
    ],
)
async def test_sign_up_names_the_field_that_is_wrong(
    served: httpx.AsyncClient, changes: Any, refusal: tuple[str, list[str]]
) -> None:  # fmt: skip
    form = {
        "shop": "Records", "zone": "Europe/Berlin", "currency": "EUR", "name": "Ada", "email": EMAIL,
        "password": PASSWORD,
    }  # fmt: skip
    response = await served.post("/auth/sign-up", json={**form, **changes})
    assert (response.status_code, codes(response)) == (400, [refusal])


async def test_sign_up_can_be_closed(
    own_settings: None, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("GUERDON_SIGNUP_OPEN", "false")
    settings.cache_clear()
    async with serving(application(settings(), jobs=False)) as client:
        response = await client.post("/auth/sign-up", json={
            "shop": "Records", "zone": "UTC", "currency": "EUR", "name": "Ada", "email": EMAIL, "password": PASSWORD,
        })  # fmt: skip
        told = await client.get("/auth/sign-up")
    assert (response.status_code, codes(response)) == (403, [("FORBIDDEN", [])])
    assert told.json() == {"open": False}


async def test_whether_sign_up_is_open_is_told_to_everybody(served: httpx.AsyncClient) -> None:
    response = await served.get("/auth/sign-up")
    assert (response.status_code, response.json()) == (200, {"open": True})


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_another_page_can_neither_sign_in_nor_use_the_session(shop: Shop, origin: str) -> None:
    foreign = {"origin": origin}
    response = await shop.client.post("/auth/sign-in", json={"email": EMAIL, "password": PASSWORD}, headers=foreign)
    assert response.status_code == 403
    await sign_in(shop.client)
    assert (await shop.client.post("/auth/sign-out", json={}, headers=foreign)).status_code == 403
    assert (await shop.client.post("/graphql/admin", json=ME, headers=foreign)).status_code == 403
    own = {"origin": str(shop.client.base_url).rstrip("/")}
    assert (await shop.client.post("/graphql/admin", json=ME, headers=own)).json()["data"]["me"]["email"] == EMAIL


async def test_a_foreign_link_cannot_read_by_the_session(shop: Shop) -> None:
    await sign_in(shop.client)
    headers = {"sec-fetch-site": "cross-site"}
    response = await shop.client.get("/graphql/admin", params={"query": "{ me { email } }"}, headers=headers)
    assert response.status_code == 403


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
async def test_only_json_is_taken(served: httpx.AsyncClient, content_type: str) -> None:
    sent = {"content": b'{"email": "a", "password": "b"}', "headers": {"content-type": content_type}}
    assert (await served.post("/auth/sign-in", **sent)).status_code == 415  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"7"])
async def test_what_is_no_object_is_refused(served: httpx.AsyncClient, body: bytes) -> None:
    response = await served.post("/auth/sign-in", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, codes(response)) == (400, [("BAD_REQUEST", [])])


async def test_a_session_ends_when_signed_out_wherever_it_is_kept(shop: Shop) -> None:
    await sign_in(shop.client)
    kept = shop.client.cookies["guerdon"]
    assert (await shop.client.post("/auth/sign-out", json={})).status_code == 204
    shop.client.cookies.clear()
    shop.client.cookies.set("guerdon", kept)
    assert (await shop.client.post("/graphql/admin", json=ME)).json()["errors"][0]["extensions"]["code"] == (
        "UNAUTHENTICATED"
    )
    gone = await shop.client.get("/auth/session")
    assert gone.json() is None
    assert gone.headers["set-cookie"].startswith('guerdon=""')


@pytest.mark.parametrize("tenant", ["ten_01h455vb4pex5vsknk084sn02q", "nonsense", ""])
async def test_one_switches_to_ones_own_shops_only(shop: Shop, tenant: str) -> None:
    await sign_in(shop.client)
    response = await shop.client.post("/auth/switch", json={"tenantId": tenant})
    assert (response.status_code, codes(response)[0][0]) == (400, "NOT_FOUND")
    shop.client.cookies.clear()
    assert (await shop.client.post("/auth/switch", json={"tenantId": tenant})).status_code == 401


async def test_an_invitation_that_is_none(served: httpx.AsyncClient) -> None:
    sent = {"token": "nonsense", "name": "New", "password": PASSWORD}
    response = await served.post("/auth/accept-invitation", json=sent)
    assert codes(response) == [("INVITATION_INVALID", ["token"])]


async def test_ready_asks_the_database(served: httpx.AsyncClient) -> None:
    assert (await served.get("/readyz")).json() == {"status": "ready"}
