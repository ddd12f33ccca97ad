from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from settings import settings
from tenants import attempts, customer_tokens, principals
from tests.conftest import DatabaseUrls
from tests.schema.served import Shop, signed_up
from tests.web.live import serving
from web.main import application


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_urls: DatabaseUrls) -> Iterator[None]:
    """Settings of this test's own: its database, its secret, its data."""
    monkeypatch.setenv("GUERDON_SECRET_KEY", "a secret of the tests, 32 characters")
    monkeypatch.setenv("GUERDON_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("GUERDON_DATABASE_URL", database_urls.url)
    for cached in (settings, attempts._of, customer_tokens._root):
        cached.cache_clear()
    monkeypatch.setattr(principals, "_recent", principals.Recent())
    yield
    for cached in (settings, attempts._of, customer_tokens._root):
        cached.cache_clear()


@pytest.fixture
async def served(own_settings: None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of Guerdon itself, which listens on a port; no jobs run by themselves."""
    async with serving(application(settings(), jobs=False)) as client:
        yield client


@pytest.fixture
async def shop(served: httpx.AsyncClient) -> Shop:
    """A merchant who has just signed up."""
    return await signed_up(served)
