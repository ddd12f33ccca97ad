"""GraphQL over HTTP as clients meet it, against a running server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest

from schema.limits import Limits
from tests.web.auditing import audit
from tests.web.live import GRAPHQL, application, ask, codes, serving

JSON = "application/json"
BEARER = {"authorization": "Bearer acme"}


@pytest.mark.slow
async def test_the_audit_of_graphql_over_http_is_complete(client: httpx.AsyncClient) -> None:
    assert await audit(f"{client.base_url}/graphql", "authorization: Bearer acme") == ["61 of 61"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON}", JSON),
        (f"{GRAPHQL}, */*;q=0.1", GRAPHQL),
        (f"text/html, {GRAPHQL}; charset=utf-8", GRAPHQL),
        (f"{JSON};q=0, */*", GRAPHQL),
    ],
)
async def test_the_answer_has_the_media_type_that_is_preferred(
    client: httpx.AsyncClient, accept: str | None, expected: str
) -> None:
    del client.headers["accept"]
    headers = BEARER if accept is None else {**BEARER, "accept": accept}
    response = await client.post("/graphql", json={"query": "{ hello }"}, headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (200, f"{expected}; charset=utf-8")
    assert response.json()["data"] == {"hello": "hello world"}


@pytest.mark.parametrize("accept", ["text/html", f"{JSON};q=0", "nonsense"])
async def test_no_media_type_in_common_is_406(client: httpx.AsyncClient, accept: str) -> None:
    response = await ask(client, "{ hello }", accept=accept)
    assert (response.status_code, codes(response)) == (406, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=latin-1",
        "application/jsonp",
    ],
)
async def test_another_content_type_is_415(client: httpx.AsyncClient, content_type: str | None) -> None:
    headers = BEARER if content_type is None else {**BEARER, "content-type": content_type}
    response = await client.post("/graphql", content=b'{"query":"{ hello }"}', headers=headers)
    assert (response.status_code, codes(response)) == (415, ["BAD_REQUEST"])
    assert response.headers["accept-post"] == JSON


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_another_method_is_405(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql", headers=BEARER)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


async def test_a_query_may_be_sent_by_get(client: httpx.AsyncClient) -> None:
    parameters = {"query": "query($n: String!) { hello(name: $n) }", "variables": '{"n": "Ada"}'}
    response = await client.get("/graphql", params=parameters, headers=BEARER)
    assert (response.status_code, response.json()["data"]) == (200, {"hello": "hello Ada"})
    assert response.headers["cache-control"] == "no-store"


async def test_a_mutation_sent_by_get_is_405_and_not_run(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": "mutation { add(input: {names: []}) }"}, headers=BEARER)
    assert (response.status_code, codes(response)) == (405, ["METHOD_NOT_ALLOWED"])
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "parameters", [{}, {"query": "{ hello }", "variables": "{"}, {"query": "{ hello }", "variables": "[]"}]
)
async def test_a_malformed_get_is_400(client: httpx.AsyncClient, parameters: dict[str, str]) -> None:
    response = await client.get("/graphql", params=parameters, headers=BEARER)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"query": "{ hello }"',
        b'{"query": "\xff"}',
        b'{"query": NaN}',
        b"[]",
        b'[{"query": "{ hello }"}]',
        b'"{ hello }"',
        b"null",
        b"{}",
        b'{"query": null}',
        b'{"query": 1}',
        b'{"query": "{ hello }", "variables": []}',
        b'{"query": "{ hello }", "variables": "{}"}',
        b'{"query": "{ hello }", "operationName": 1}',
        b'{"query": "{ hello }", "extensions": 1}',
        b'{"query": "{ hello }", "documentId": 1}',
    ],
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_malformed_body_is_400(client: httpx.AsyncClient, body: bytes, accept: str) -> None:
    headers = {**BEARER, "content-type": JSON, "accept": accept}
    response = await client.post("/graphql", content=body, headers=headers)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
    assert response.headers["content-type"].startswith(accept)
    assert "data" not in response.json()


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("{", "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED", "Cannot query field 'nope' on type 'Query'."),
        ("{ hello(name: 3) }", "GRAPHQL_VALIDATION_FAILED", "String cannot represent a non string value: 3"),
        (
            "query A { hello } query B { hello }",
            "BAD_REQUEST",
            "Must provide operation name if query contains multiple operations.",
        ),
        (
            "query($n: String!) { hello(name: $n) }",
            "BAD_REQUEST",
            "Variable '$n' has invalid value: Expected a value of non-null type 'String!' to be provided.",
        ),
    ],
)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL, 400)])
async def test_a_refused_document_is_told_readably(
    client: httpx.AsyncClient, query: str, code: str, message: str, accept: str, status: int
) -> None:
    response = await ask(client, query, accept=accept)
    assert (response.status_code, codes(response)) == (status, [code])
    assert response.json()["errors"][0]["message"] == message
    assert "data" not in response.json()


async def test_a_null_for_an_argument_that_needs_a_value_is_told_readably(client: httpx.AsyncClient) -> None:
    response = await ask(client, 'query($n: String = "x") { hello(name: $n) }', {"n": None})
    assert (response.status_code, codes(response)) == (200, ["BAD_REQUEST"])
    assert "null" in response.json()["errors"][0]["message"]


async def test_errors_of_variables_are_bounded() -> None:
    async with serving(application(Limits(errors=3))) as client:
        query = "mutation($i: ManyInput!) { add(input: $i) }"
        response = await ask(client, query, {"i": {"names": list(range(50))}})
    assert (response.status_code, set(codes(response))) == (400, {"BAD_REQUEST", "LIMIT_EXCEEDED"})
    assert len(response.json()["errors"]) == 4


async def test_the_caller_is_known_to_the_resolvers(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(ask(client, "{ tenant }", authorization=f"Bearer t{n}") for n in range(20)))
    assert [answer.json()["data"]["tenant"] for answer in answers] == [f"t{n}" for n in range(20)]


async def test_a_chosen_operation_runs(client: httpx.AsyncClient) -> None:
    body = {"query": "query A { hello } query B { tenant }", "operationName": "B"}
    response = await client.post("/graphql", json=body, headers=BEARER)
    assert response.json()["data"] == {"tenant": "acme"}


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_no_credential_is_401(client: httpx.AsyncClient, accept: str) -> None:
    response = await client.post("/graphql", json={"query": "{ hello }"}, headers={"accept": accept})
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])


async def test_the_page_to_try_queries_is_there_only_when_asked_for() -> None:
    async with serving(application(ide=True)) as client:
        page = await client.get("/graphql", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "<script>" not in page.text
        assert "style=" not in page.text
        for asset in ("/_ide/ide.js", "/_ide/ide.css"):
            assert asset in page.text
            assert (await client.get(asset)).status_code == 200
    async with serving(application()) as client:
        assert (await client.get("/graphql", headers={"accept": "text/html"})).status_code == 406
        assert (await client.get("/_ide/ide.js")).status_code == 404


async def test_a_long_answer_of_errors_is_cut_and_logged_as_one(
    client: httpx.AsyncClient, lines: list[MutableMapping[str, Any]]
) -> None:
    response = await ask(client, "{ manyBroken { value } }")
    errors = response.json()["errors"]
    assert len(errors) == 11
    assert errors[-1] == {"message": "30 more errors.", "extensions": {"code": "LIMIT_EXCEEDED"}}
    [line] = [line for line in lines if line["log_level"] == "error"]
    assert (line["path"], line["times"], line["error"]) == ("manyBroken.*.value", 40, "KeyError")


@pytest.mark.parametrize("field", ["broken", "unserialisable"])
async def test_a_bug_is_masked_and_logged_once_without_its_text(
    client: httpx.AsyncClient, lines: list[MutableMapping[str, Any]], field: str
) -> None:
    response = await ask(client, f"{{ hello {field} }}", None, **{"x-request-id": "request-12345678"})
    assert (response.status_code, response.json()["data"]) == (200, {"hello": "hello world", field: None})
    assert response.json()["errors"] == [
        {
            "message": "Internal error",
            "locations": [{"line": 1, "column": 9}],
            "path": [field],
            "extensions": {"code": "INTERNAL", "requestId": "request-12345678"},
        }
    ]
    assert "ada@example.com" not in response.text
    [line] = [line for line in lines if line["log_level"] == "error"]
    assert (line["event"], line["path"], line["times"]) == ("graphql.internal_error", field, 1)
    assert "ada@example.com" not in str(line)


@pytest.mark.parametrize(
    ("field", "code", "message"),
    [
        ("refused", "NO_SUCH_MEMBER", "There is no such member."),
        ("forbidden", "FORBIDDEN", "Analysts may not do this."),
        ("full", "THROTTLED", "Too much at once; nothing was written."),
    ],
)
async def test_an_error_of_ours_is_told_as_it_is(
    client: httpx.AsyncClient, field: str, code: str, message: str
) -> None:
    response = await ask(client, f"{{ {field} }}")
    assert (response.status_code, response.json()["data"]) == (200, {field: None})
    assert [(e["message"], e["extensions"]) for e in response.json()["errors"]] == [(message, {"code": code})]


async def test_unicode_and_big_numbers_travel(client: httpx.AsyncClient) -> None:
    body = json.dumps({"query": "query($n: String!) { hello(name: $n) }", "variables": {"n": "Zoë 🎁 \u202e \u0001"}})
    response = await client.post("/graphql", content=body, headers={**BEARER, "content-type": JSON})
    assert response.json()["data"] == {"hello": "hello Zoë 🎁 \u202e \u0001"}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query($n: String!) { hello(name: $n) }", {"n": "a\0b"}),
        ("mutation($i: ManyInput!) { add(input: $i) }", {"i": {"names": ["a", "b\0"], "inner": None}}),
        ("mutation($i: ManyInput!) { add(input: $i) }", {"i": {"names": [], "inner": {"names": ["\0"]}}}),
        ('{ hello(name: "a\\u0000b") }', {}),
        ('{ hello(name: "a\\u{0}b") }', {}),
        ('query($n: String! = "\\u{000}") { hello(name: $n) }', {}),
    ],
)
async def test_no_text_holds_what_postgresql_cannot(
    client: httpx.AsyncClient, query: str, variables: dict[str, object]
) -> None:
    response = await ask(client, query, variables)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
    assert response.json()["errors"][0]["message"] == "No text may hold U+0000."


async def test_what_only_looks_like_it_is_a_text_like_any_other(client: httpx.AsyncClient) -> None:
    response = await ask(client, '{ hello(name: "a\\\\u0000b \\u0030") }')
    assert response.json()["data"] == {"hello": "hello a\\u0000b 0"}
