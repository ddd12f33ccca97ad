"""What the edge refuses before any work, against a running server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from schema.limits import Limits
from tests.web.live import GRAPHQL, application, ask, codes, serving

HEADERS = {"authorization": "Bearer acme", "content-type": "application/json", "accept": GRAPHQL}
MEGABYTE = 1_048_576


async def test_a_body_of_20_megabytes_is_413_before_it_is_sent(client: httpx.AsyncClient) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    writer.write(f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: {20 * MEGABYTE}\r\n{head}\r\n".encode())
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    assert answer.split()[1] == b"413"
    length = next(int(line.split()[1]) for line in answer.lower().splitlines() if line.startswith(b"content-length"))
    (error,) = json.loads(await reader.readexactly(length))["errors"]
    assert error["extensions"] == {
        "code": "LIMIT_EXCEEDED",
        "limit": "body_bytes",
        "allowed": MEGABYTE,
        "found": 20 * MEGABYTE,
    }
    writer.close()
    sent = await client.post("/graphql", content=b" " * 20 * MEGABYTE, headers=HEADERS)
    assert (sent.status_code, codes(sent)) == (413, ["LIMIT_EXCEEDED"])
    assert (await ask(client, "{ hello }")).status_code == 200


async def test_a_body_that_does_not_say_its_size_is_413_when_it_is_too_large(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * MEGABYTE

    response = await client.post("/graphql", content=endless(), headers=HEADERS)
    assert (response.status_code, codes(response)) == (413, ["LIMIT_EXCEEDED"])


@pytest.mark.parametrize(("padding", "status"), [(0, 200), (1, 413)])
async def test_a_body_at_and_beyond_the_limit(padding: int, status: int) -> None:
    body = b'{"query": "{ hello }"}'.ljust(1_024 + padding)
    async with serving(application(Limits(body_bytes=1_024))) as client:
        assert (await client.post("/graphql", content=body, headers=HEADERS)).status_code == status


async def test_a_body_that_lies_about_its_size_is_no_crash(client: httpx.AsyncClient) -> None:
    port = client.base_url.port
    for declared in ("-1", "1e3", "abc", "99999999999999999999"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: {declared}\r\n\r\n{{}}".encode())
        status = int((await asyncio.wait_for(reader.readline(), 5)).split()[1])
        assert 400 <= status < 500
        writer.close()


async def test_a_slow_body_is_408() -> None:
    async with serving(application(Limits(body_seconds=0.2))) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        writer.write(f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n{head}\r\n{{".encode())
        assert (await asyncio.wait_for(reader.readline(), 5)).split()[1] == b"408"
        assert (await ask(client, "{ hello }")).status_code == 200
        writer.close()


@pytest.mark.parametrize(
    "body",
    [
        b'{"query":"{ hello }","variables":{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}}",
        b'{"query":"{ hello }","variables":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"}",
        b"[" * 20_000,
        b'{"query":"{ hello }","variables":{"a":' + b"[" * 63 + b"]" * 63 + b"}}",
    ],
)
async def test_deeply_nested_json_is_400(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/graphql", content=body, headers=HEADERS)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


async def test_many_brackets_that_are_not_deep_are_fine(client: httpx.AsyncClient) -> None:
    response = await ask(client, "mutation($i: ManyInput!) { add(input: $i) }", {"i": {"names": ["[{" * 50] * 50}})
    assert response.json()["data"] == {"add": 50}


async def test_nested_input_within_the_limit_is_no_crash(client: httpx.AsyncClient) -> None:
    value: dict[str, object] = {"names": []}
    for _ in range(58):
        value = {"names": [], "inner": value}
    response = await ask(client, "mutation($i: ManyInput!) { add(input: $i) }", {"i": value})
    assert response.json()["data"] == {"add": 0}


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("{ " + " ".join(f"a{n}: hello" for n in range(100)) + " }", "aliases"),
        ("{ " + "item { parent " * 1 + "{ parent " * 20 + "{ name } " + "} " * 21 + "}", "depth"),
        ("{ " + "hello " * 3_000 + "}", "tokens"),
        ("{ hello #" + " " * 60_000 + "\n}", "document_chars"),
        (
            "{ hello "
            + "@skip(if: false) " * 1
            + " ".join("... @include(if: true) { hello }" for _ in range(40))
            + "}",
            "directives",
        ),
        ("{ items(first: 100) { nodes { items(first: 100) { nodes { name } } } } }", "cost"),
        ("{ items(first: 101) { nodes { name } } }", "page"),
        ("{ items(last: -1) { nodes { name } } }", "page"),
    ],
)
@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (GRAPHQL, 400)])
async def test_a_document_beyond_a_limit_names_it(
    client: httpx.AsyncClient, query: str, limit: str, accept: str, status: int
) -> None:
    response = await ask(client, query, accept=accept)
    assert (response.status_code, codes(response)) == (status, ["LIMIT_EXCEEDED"])
    assert response.json()["errors"][0]["extensions"]["limit"] == limit


async def test_an_operation_that_takes_too_long_is_ended() -> None:
    async with serving(application(Limits(seconds=0.1))) as client:
        response = await ask(client, "{ slow }")
        assert (response.status_code, codes(response)) == (503, ["TIMEOUT"])
        assert (await ask(client, "{ hello }")).status_code == 200


LISTS = "{ item { items(first: 10) { nodes { items(first: 9) { nodes { name } } } } } }"


@pytest.mark.parametrize(
    ("items", "told"), [(100, None), (99, {"code": "LIMIT_EXCEEDED", "limit": "items", "allowed": 99})]
)
async def test_an_answer_ends_at_so_many_items_of_all_its_lists(items: int, told: dict[str, object] | None) -> None:
    async with serving(application(Limits(items=items))) as client:
        answer = (await ask(client, LISTS)).json()
        assert [error["extensions"] for error in answer.get("errors", [])] == ([] if told is None else [told])
        assert (answer["data"] is None) == (told is not None)
        assert (await ask(client, LISTS)).json()["data"] == answer["data"]  # each operation counts its own


async def test_an_answer_with_too_many_items_costs_as_many() -> None:
    async with serving(application(Limits(items=39))) as client:
        answer = (await ask(client, "{ manyBroken { __typename } }")).json()
    assert answer["data"] is None
    assert [answer["extensions"]["cost"][name] for name in ("requestedQueryCost", "actualQueryCost")] == [10, 39]
