"""What every request passes: ids, log lines, headers, health and metrics, against a running server."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from kit.errors import Forbidden
from schema.limits import Limits
from tests.web.live import SECRET_TEXT, application, ask, endpoint, serving, settings
from web import logs
from web.app import create_app

Lines = list[MutableMapping[str, Any]]


async def _boom(_: Request) -> Response:
    raise KeyError(SECRET_TEXT)


async def _member(_: Request) -> Response:
    raise Forbidden("Not yours.")


async def _sum(request: Request) -> Response:
    return Response(str(len(await request.body())))


ROUTES = [Route("/boom", _boom), Route("/members/{email}", _member), Route("/sum", _sum, methods=["POST"])]


async def test_a_valid_request_id_is_kept(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz", headers={"x-request-id": "abc-123_DEF.456"})
    assert response.headers["x-request-id"] == "abc-123_DEF.456"


@pytest.mark.parametrize(
    "sent", ["", "short", "x" * 129, "with space here", 'quote"quote"quote', "-leading-dash", "ünïcödé-id"]
)
async def test_another_request_id_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    response = await client.get("/healthz", headers=[(b"x-request-id", sent.encode())])
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])


@pytest.mark.parametrize(
    ("trusted", "client"),
    [
        ("127.0.0.1", "198.51.100.7"),
        ("10.1.2.3,127.0.0.0/8", "198.51.100.7"),
        ("10.1.2.3", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
async def test_only_a_trusted_proxy_says_for_whom_it_asks(trusted: str, client: str) -> None:
    async def address(request: Request) -> Response:
        return Response(request.client.host if request.client else "nobody")

    app = create_app(settings(), {}, routes=[Route("/address", address)])
    async with serving(app, trusted) as asking:
        assert (await asking.get("/address", headers={"x-forwarded-for": "198.51.100.7"})).text == client


async def test_a_request_writes_one_line_without_personal_data(lines: Lines) -> None:
    async with serving(create_app(settings(), {"/graphql": endpoint()}, routes=ROUTES)) as client:
        headers = {"x-request-id": "request-12345678", "authorization": "Bearer acme", "cookie": "session=secret"}
        response = await client.get("/members/ada@example.com?token=secret", headers=headers)
    assert response.status_code == 403
    assert response.json() == {"errors": [{"message": "Not yours.", "extensions": {"code": "FORBIDDEN"}}]}
    [line] = [line for line in lines if line["event"] == "http.request"]
    assert line.pop("ms") >= 0
    assert line == {
        "event": "http.request",
        "method": "GET",
        "route": "/members/{email}",
        "status": 403,
        "request_id": "request-12345678",
        "log_level": "info",
    }


async def test_a_client_that_goes_away_while_it_sends_is_no_error_of_ours(lines: Lines) -> None:
    begun: Message = {"type": "http.request", "body": b"{", "more_body": True}
    parts = iter([begun, {"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(parts)

    async def send(_: Message) -> None:
        pytest.fail("there is nobody to answer")

    headers = [(b"authorization", b"Bearer acme"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await application()(scope, receive, send)
    assert [(line["event"], line.get("status")) for line in lines] == [("http.request", 499)]


async def test_lines_of_concurrent_requests_keep_their_own_ids(client: httpx.AsyncClient, lines: Lines) -> None:
    await asyncio.gather(
        *(
            ask(client, "{ broken }", None, **{"authorization": f"Bearer t{n}", "x-request-id": f"request-{n:08}"})
            for n in range(20)
        )
    )
    bound = {(line["request_id"], line["tenant"], line["key"]) for line in lines if "tenant" in line}
    assert bound == {(f"request-{n:08}", f"t{n}", f"key-t{n}") for n in range(20)}
    assert len([line for line in lines if line["event"] == "http.request"]) == 20


async def test_what_nobody_caught_is_500_without_its_text(lines: Lines) -> None:
    async with serving(create_app(settings(), {}, routes=ROUTES)) as client:
        response = await client.get("/boom", headers={"x-request-id": "request-12345678"})
    assert response.status_code == 500
    extensions = {"code": "INTERNAL", "requestId": "request-12345678"}
    assert response.json() == {"errors": [{"message": "Internal error", "extensions": extensions}]}
    [line] = [line for line in lines if line["log_level"] == "error"]
    assert line["error"] == "KeyError"
    assert "ada@example.com" not in str(lines)


async def test_every_route_is_behind_the_body_limit() -> None:
    async with serving(create_app(settings(), {}, routes=ROUTES, limits=Limits(body_bytes=1_024))) as client:
        assert (await client.post("/sum", content=b"x" * 1_024)).text == "1024"

        async def chunks() -> Any:
            for _ in range(3):
                yield b"x" * 512

        response = await client.post("/sum", content=chunks())
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["limit"] == "body_bytes"


@pytest.mark.parametrize("path", ["/nowhere", "/healthz/", "/graphql", "/boom"])
async def test_every_answer_has_the_security_headers(path: str) -> None:
    async with serving(create_app(settings(), {"/graphql": endpoint()}, routes=ROUTES)) as client:
        headers = (await client.get(path)).headers
    policy = dict(item.split(" ", 1) for item in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "strict-transport-security" not in headers
    assert "server" not in headers


async def test_production_insists_on_https() -> None:
    async with serving(application(production=True)) as client:
        response = await client.get("/healthz")
    assert response.headers["strict-transport-security"].startswith("max-age=63072000")


async def test_an_unknown_path_is_404_and_its_line_does_not_quote_it(client: httpx.AsyncClient, lines: Lines) -> None:
    response = await client.get("/ada@example.com")
    assert response.json() == {"errors": [{"message": "Not Found", "extensions": {"code": "NOT_FOUND"}}]}
    assert [line["route"] for line in lines if line["event"] == "http.request"] == ["unmatched"]


async def _fine() -> None:
    return None


async def _fails() -> None:
    raise ConnectionError("postgres://user:password@host")


async def _hangs() -> None:
    await asyncio.Event().wait()


async def test_ready_when_every_probe_answers() -> None:
    async with serving(create_app(settings(), {}, probes={"database": _fine})) as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


async def test_not_ready_names_the_probes_that_fail(lines: Lines) -> None:
    app = create_app(settings(), {}, probes={"database": _fails, "cache": _fine, "queue": _hangs})
    app.state.health.probe_seconds = 0.05
    async with serving(app) as client:
        response = await client.get("/readyz")
        assert (response.status_code, response.json()) == (
            503,
            {"status": "unavailable", "failing": ["database", "queue"]},
        )
        assert (await client.get("/healthz")).status_code == 200
    assert "password" not in str(lines)


async def test_not_ready_while_draining(client: httpx.AsyncClient) -> None:
    app = application()
    async with serving(app) as other:
        app.state.health.draining = True
        response = await other.get("/readyz")
        assert (response.status_code, response.json()) == (503, {"status": "draining"})
    assert (await client.get("/readyz")).status_code == 200


async def test_metrics_are_for_this_machine_only(client: httpx.AsyncClient) -> None:
    await ask(client, "{ hello }")
    response = await client.get("/metrics")
    assert response.status_code == 200
    assert 'guerdon_http_requests_total{method="POST",route="/graphql",status="200"}' in response.text
    assert 'guerdon_graphql_operations_total{outcome="OK",schema="test"}' in response.text
    proxied = await client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})
    assert proxied.status_code == 403


@pytest.mark.parametrize(("token", "status"), [("right", 200), ("wrong", 403), ("", 403)])
async def test_metrics_with_a_token_want_it(token: str, status: int) -> None:
    async with serving(create_app(settings(metrics_token="right"), {})) as client:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        assert (await client.get("/metrics", headers=headers)).status_code == status


@contextmanager
def configured(*, production: bool) -> Iterator[None]:
    """Logs as the server writes them, for as long as the block lasts."""
    root, config = logging.getLogger(), structlog.get_config()
    before = root.handlers[:], root.level
    try:
        logs.configure(production=production)
        yield
    finally:
        root.handlers[:], level = before
        root.setLevel(level)
        structlog.configure(**config)


@pytest.mark.parametrize("production", [True, False])
def test_a_line_that_cannot_be_written_stops_nothing(production: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    into, out = os.pipe()
    os.close(into)
    with os.fdopen(out, "w") as broken:
        monkeypatch.setattr(sys, "stdout", broken)
        with configured(production=production):
            structlog.get_logger("a").info("own.said", count=3)
            structlog.get_logger("a").error("own.failed")
        with pytest.raises(BrokenPipeError):
            broken.flush()  # the lines did go there
        os.dup2(os.open(os.devnull, os.O_WRONLY), out)  # where what is left of them can go


def test_lines_for_people_have_no_colours_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with configured(production=False):
        structlog.get_logger("a").warning("own.said", count=3)
    written = capsys.readouterr().out
    assert "own.said" in written
    assert "\x1b" not in written


def test_production_logs_json_without_the_text_of_exceptions(capsys: pytest.CaptureFixture[str]) -> None:
    with configured(production=True):
        try:
            raise ValueError(SECRET_TEXT)
        except ValueError:
            structlog.get_logger("a").exception("own.failed", count=3)
            logging.getLogger("library").exception("library failed")
        written = capsys.readouterr().out
    own, library = [json.loads(line) for line in written.splitlines()]
    assert (own["event"], own["level"], own["count"], own["error"]) == ("own.failed", "error", 3, "ValueError")
    assert (library["event"], library["error"]) == ("library failed", "ValueError")
    assert own["frames"][-1].startswith("test_edge.py:")
    assert "ada@example.com" not in written
