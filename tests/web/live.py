"""A real server for the tests: uvicorn on a free port of the loopback interface, and a small schema to ask."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request

from kit.errors import Forbidden, Refusal, Throttled, Unauthenticated
from schema.cost import per_item, weight
from schema.limits import Limits
from settings import Environment, Settings
from web.app import create_app
from web.graphql import Endpoint
from web.server import Server

GRAPHQL = "application/graphql-response+json"
SECRET_TEXT = "Key (email)=(ada@example.com) already exists"  # what a database would quote


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal of the tests; the bearer token is its key."""

    tenant_id: str
    key_id: str
    origins: tuple[str, ...] = ()


@dataclass
class Context:
    """What the tests' resolvers see."""

    caller: Caller


@strawberry.type
class Item:
    """Something in a list."""

    name: str

    @strawberry.field
    def parent(self) -> Item:
        return Item(name=f"{self.name}.parent")

    @strawberry.field
    def items(self, first: int | None = None) -> Connection:
        return Connection(nodes=[Item(name=str(n)) for n in range(first or 0)])


@strawberry.type
class PageInfo:
    """Where a page stands."""

    has_next_page: bool = False


@strawberry.type
class Connection:
    """A page."""

    nodes: list[Item]
    page_info: PageInfo = strawberry.field(default_factory=PageInfo)


@strawberry.type
class Query:
    """Questions."""

    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def tenant(self, info: strawberry.Info[Context, None]) -> str:
        return info.context.caller.tenant_id

    @strawberry.field
    def item(self, name: str = "a") -> Item:
        return Item(name=name)

    @strawberry.field
    def items(self, first: int | None = None, last: int | None = None) -> Connection:
        return Connection(nodes=[Item(name=str(n)) for n in range(min(first or 20, 3))])

    report: str = strawberry.field(resolver=lambda: "costly", metadata=weight(50))

    @strawberry.field
    def broken(self) -> str | None:
        raise KeyError(SECRET_TEXT)

    @strawberry.field
    def unserialisable(self) -> int | None:
        return SECRET_TEXT  # type: ignore[return-value]  # the bug under test

    @strawberry.field
    def many_broken(self) -> list[Broken | None]:
        return [Broken() for _ in range(40)]

    @strawberry.field
    def refused(self) -> str | None:
        raise Refusal("NO_SUCH_MEMBER", "There is no such member.")

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden("Analysts may not do this.")

    @strawberry.field
    def full(self) -> str | None:
        raise Throttled

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.Event().wait()
        return "never"


@strawberry.type
class Broken:
    """Its field always fails."""

    @strawberry.field
    def value(self) -> str | None:
        raise KeyError(SECRET_TEXT)


@strawberry.input
class ManyInput:
    """A batch."""

    names: list[str]
    inner: ManyInput | None = None


def _add(input: ManyInput) -> int:  # noqa: A002 - the name that clients write
    return len(input.names)


@strawberry.type
class Mutation:
    """Commands."""

    add: int = strawberry.mutation(resolver=_add, metadata=per_item("input", "names"))


SCHEMA = strawberry.Schema(query=Query, mutation=Mutation)


async def by_bearer(request: Request) -> Caller:
    """Accept `Bearer <tenant>`; the tenant's allowed page is `https://<tenant>.example`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise Unauthenticated("Send a key as a bearer token.")
    return Caller(token, f"key-{token}", (f"https://{token}.example",))


@asynccontextmanager
async def enter(request: Request, caller: Caller) -> AsyncIterator[Context]:
    """The scene of one operation."""
    yield Context(caller)


def endpoint(**changes: Any) -> Endpoint[Caller]:
    """An endpoint of the tests' schema."""
    given: dict[str, Any] = {"name": "test", "schema": SCHEMA, "authenticate": by_bearer, "enter": enter}
    return Endpoint(**{**given, **changes})


def settings(*, production: bool = False, metrics_token: str | None = None) -> Settings:
    """Settings that do not depend on the environment of the tests."""
    env = Environment.PRODUCTION if production else Environment.DEVELOPMENT
    changed = {"env": env, "secret_key": "0123456789abcdefghijklmnopqrstuv", "metrics_token": metrics_token}
    return Settings.model_validate(changed)


def application(limits: Limits | None = None, *, production: bool = False, **changes: Any) -> Starlette:
    """The application with the tests' schema at `/graphql`."""
    limits = limits or Limits()
    return create_app(settings(production=production), {"/graphql": endpoint(limits=limits, **changes)}, limits=limits)


@asynccontextmanager
async def serving(app: Starlette, trusted_proxies: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    """Serve `app` by uvicorn for as long as the block lasts; the client knows its address."""
    listening = listening_socket()
    port = listening.getsockname()[1]
    server = Server(app, host="127.0.0.1", port=port, trusted_proxies=trusted_proxies)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with connecting(httpx.URL(f"http://127.0.0.1:{port}")) as client:
            yield client
    finally:
        server.should_exit = True
        await running
        listening.close()


def listening_socket() -> socket.socket:
    """A free port of the loopback interface.

    Only of a socket that says it speaks TCP does asyncio turn Nagle's algorithm off; with it each answer, whose head is
    sent before its body, waits 40 ms. uvloop, which Guerdon is served with, asks nothing and turns it off.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    return listening


# Else each client reads all authorities of the system, for 30 ms; nothing here speaks TLS.
_TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def connecting(address: httpx.URL) -> httpx.AsyncClient:
    """A client that talks to the server at `address` and to no proxy."""
    return httpx.AsyncClient(base_url=address, timeout=20, trust_env=False, verify=_TRUSTS_NOBODY)


async def ask(
    client: httpx.AsyncClient, query: str, variables: Mapping[str, Any] | None = None, **headers: str
) -> httpx.Response:
    """Send a query as a client of tenant `acme` that knows the newer media type."""
    sent = {"authorization": "Bearer acme", "accept": GRAPHQL, **headers}
    return await client.post("/graphql", json={"query": query, "variables": dict(variables or {})}, headers=sent)


def codes(response: httpx.Response) -> Sequence[str]:
    """The codes of an answer's errors."""
    return [error["extensions"]["code"] for error in response.json()["errors"]]
