from collections.abc import AsyncIterator

import httpx
import pytest

from tests.web.live import application, serving


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a fresh server with the tests' schema and the default limits."""
    async with serving(application()) as client:
        yield client
