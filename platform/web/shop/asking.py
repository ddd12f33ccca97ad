"""Asks Guerdon's endpoints over HTTP, as any merchant's or partner's server would."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

import httpx

from kit.errors import GuerdonError, Refusal

TIMEOUT_SECONDS = 10


class ShopError(GuerdonError):
    """Guerdon did not answer the shop as it should."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A file as Guerdon gives it, with the headers that say what it is and is called."""

    content: bytes
    media_type: str
    disposition: str


class Endpoint:
    """One of the endpoints, by its address, with what says who asks."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        self._address = address
        self._headers = headers

    async def do(self, mutation: str, **variables: Any) -> dict[str, Any]:
        """Run a document of one mutation, or question, that may be refused. Raises `Refusal`, `ShopError`."""
        (payload,) = (await self.ask(mutation, **variables)).values()
        return accepted(payload)

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Run a document; its data. Raises `ShopError`."""
        headers = {**self._headers, "accept": "application/graphql-response+json"}
        async with _client() as client:
            try:
                response = await client.post(
                    self._address, json={"query": query, "variables": variables}, headers=headers
                )  # fmt: skip
                answer = response.json()
            except (httpx.HTTPError, ValueError) as error:
                raise ShopError(f"Guerdon cannot be reached: {type(error).__name__}") from None
        if answer.get("errors") or not answer.get("data"):
            raise ShopError(f"Guerdon answered {response.status_code}: {answer.get('errors')}")
        found: dict[str, Any] = answer["data"]
        return found

    async def fetch(self, path: str) -> Statement:
        """Get a file from a path at the same address. Raises `ShopError`."""
        async with _client() as client:
            try:
                response = await client.get(urljoin(self._address, path), headers=self._headers)
            except httpx.HTTPError as error:
                raise ShopError(f"Guerdon cannot be reached: {type(error).__name__}") from None
        if response.status_code != HTTPStatus.OK:
            raise ShopError(f"Guerdon answered {response.status_code}")
        told = response.headers
        return Statement(response.content, told["content-type"], told["content-disposition"])


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=_tls(), trust_env=False, timeout=TIMEOUT_SECONDS)


def accepted(payload: dict[str, Any]) -> dict[str, Any]:
    """A payload that has no errors. Raises `Refusal`."""
    for error in payload["userErrors"]:
        raise Refusal(error["code"], error["message"], tuple(error["field"]))
    return payload


@lru_cache(1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
