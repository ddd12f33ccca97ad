"""Every test of tenancy has a root key of its own and starts with no attempts counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import settings
from tenants import attempts


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("GUERDON_SECRET_KEY", "a secret of the tests, 32 characters")
    monkeypatch.setenv("GUERDON_DATA_DIR", str(tmp_path / "var"))
    settings.cache_clear()
    attempts._of.cache_clear()
    yield
    settings.cache_clear()
    attempts._of.cache_clear()
