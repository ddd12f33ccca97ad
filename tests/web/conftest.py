from collections.abc import AsyncIterator, Iterator, MutableMapping
from typing import Any

import httpx
import pytest
import structlog

from tests.schema.conftest import own_settings, served, shop
from tests.web.live import application, connecting, serving

__all__ = ["client", "lines", "own_settings", "served", "shop"]


@pytest.fixture(scope="session")
async def _server() -> AsyncIterator[httpx.URL]:
    async with serving(application()) as client:
        yield client.base_url


@pytest.fixture
async def client(_server: httpx.URL) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the server that all tests share, with the tests' schema and the default limits."""
    async with connecting(_server) as client:
        yield client


@pytest.fixture
def lines() -> Iterator[list[MutableMapping[str, Any]]]:
    """The log lines that are written during a test, with what is bound to the request."""
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as captured:
        yield captured
