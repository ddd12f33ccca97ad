"""What a shopper's browser may do: trusted documents from allowed pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from kit.errors import SettingsError
from tests.web.live import application, ask, codes, serving
from web.documents import Documents, digest

HELLO = "query Hello($n: String!) { hello(name: $n) }"
TRUSTED = Documents({digest(HELLO): HELLO})


def storefront(**changes: Any) -> Starlette:
    """An endpoint as publishable keys have it."""
    given = {"origins": lambda caller: caller.origins, "documents": TRUSTED, "ad_hoc": False}
    return application(**{**given, **changes})


async def send(client: httpx.AsyncClient, body: dict[str, Any], **headers: str) -> httpx.Response:
    return await client.post("/graphql", json=body, headers={"authorization": "Bearer acme", **headers})


@pytest.mark.parametrize(
    "named",
    [
        {"documentId": digest(HELLO)},
        {"documentId": f"sha256:{digest(HELLO)}"},
        {"documentId": digest(HELLO).upper()},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(HELLO)}}},
        {"documentId": digest(HELLO), "query": "{ tenant }"},
    ],
)
async def test_a_registered_document_runs(named: dict[str, Any]) -> None:
    async with serving(storefront()) as client:
        response = await send(client, {**named, "variables": {"n": "Ada"}})
    assert (response.status_code, response.json()["data"]) == (200, {"hello": "hello Ada"})


async def test_a_query_of_ones_own_is_forbidden() -> None:
    async with serving(storefront()) as client:
        response = await send(client, {"query": HELLO, "variables": {"n": "Ada"}})
        introspection = await send(client, {"query": "{ __schema { types { name } } }"})
    assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])
    assert (introspection.status_code, codes(introspection)) == (403, ["FORBIDDEN"])


async def test_an_unknown_document_is_refused() -> None:
    async with serving(storefront()) as client:
        response = await send(client, {"documentId": digest("{ tenant }"), "query": "{ tenant }"})
    assert (response.status_code, codes(response)) == (400, ["DOCUMENT_NOT_FOUND"])


async def test_ad_hoc_queries_run_where_they_are_allowed() -> None:
    async with serving(storefront(ad_hoc=True)) as client:
        assert (await send(client, {"query": "{ tenant }"})).json()["data"] == {"tenant": "acme"}
        assert (await send(client, {"documentId": digest(HELLO), "variables": {"n": "x"}})).status_code == 200


async def test_a_preflight_is_answered_without_a_key() -> None:
    asked = {
        "origin": "https://acme.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    async with serving(storefront()) as client:
        response = await client.options("/graphql", headers=asked)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "https://acme.example"
    assert response.headers["access-control-allow-headers"] == "authorization,content-type"
    assert "POST" in response.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in response.headers
    assert "Origin" in response.headers["vary"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://acme.example", 200),
        ("https://other.example", 403),
        ("http://acme.example", 403),
        ("https://acme.example.evil.test", 403),
        ("https://acme.example:8443", 403),
        ("null", 403),
        ("https://[", 403),
    ],
)
async def test_only_allowed_pages_are_answered(origin: str, status: int) -> None:
    async with serving(storefront(ad_hoc=True)) as client:
        response = await send(client, {"query": "{ hello }"}, origin=origin)
    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == origin
    assert response.headers["vary"] == "Origin"


async def test_a_key_that_allows_all_pages() -> None:
    async with serving(storefront(ad_hoc=True, origins=lambda _: ["*"])) as client:
        assert (await send(client, {"query": "{ hello }"}, origin="https://any.example")).status_code == 200


async def test_our_own_pages_and_clients_without_a_page_are_answered() -> None:
    async with serving(storefront(ad_hoc=True)) as client:
        own = str(client.base_url).rstrip("/")
        assert (await send(client, {"query": "{ hello }"}, origin=own)).status_code == 200
        assert (await send(client, {"query": "{ hello }"})).status_code == 200


async def test_without_foreign_origins_no_other_page_may_use_a_signed_in_browser(client: httpx.AsyncClient) -> None:
    response = await ask(client, "{ hello }", origin="https://acme.example")
    assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])
    assert "access-control-allow-origin" not in response.headers
    image = await client.get(
        "/graphql",
        params={"query": "{ hello }"},
        headers={"authorization": "Bearer acme", "sec-fetch-site": "cross-site"},
    )
    assert image.status_code == 403
    assert (await client.options("/graphql", headers={"origin": "https://acme.example"})).status_code == 405


def test_documents_are_read_from_the_build(tmp_path: Path) -> None:
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({digest(HELLO): HELLO}))
    documents = Documents.load(file)
    assert (len(documents), documents.text(digest(HELLO))) == (1, HELLO)


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', json.dumps({digest("other"): HELLO})])
def test_a_broken_file_of_documents_stops_the_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "documents.json"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"^trusted documents: "):
        Documents.load(file)


def test_a_missing_file_of_documents_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read documents\.json"):
        Documents.load(tmp_path / "documents.json")
