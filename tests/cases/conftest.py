"""The real application over HTTP on a fresh database, and merchants on it; afterwards every ledger is verified."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest

from jobs.job import Lane
from jobs.runner import Runner
from jobs.schedule import schedule_of
from kit import db
from ledger.load import forget_system_accounts
from ledger.verify import verify
from programs.intake import drain
from settings import Settings, settings
from tenants import attempts, scope, signup
from tenants.scope import TenantId
from tenants.signup import SignedUp, SignUp
from tests.cases.merchant import Merchant
from tests.conftest import DatabaseUrls
from tests.web.live import serving
from web.main import application

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Shop:
    """A tenant as sign-up made it, its merchant with the live key and with the sandbox's."""

    made: SignedUp
    live: Merchant
    sandbox: Merchant


OpenShop = Callable[..., Awaitable[Shop]]
Wake = Callable[[], Awaitable[int]]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_urls: DatabaseUrls) -> Iterator[Settings]:
    """The settings of the tests' server, for all that reads them."""
    monkeypatch.setenv("GUERDON_SECRET_KEY", "a secret of the tests, 32 characters")
    monkeypatch.setenv("GUERDON_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("GUERDON_DATABASE_URL", database_urls.url)
    settings.cache_clear()
    attempts._of.cache_clear()
    yield settings()
    settings.cache_clear()
    attempts._of.cache_clear()


@pytest.fixture
async def http(configured: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running application; when the test is done the ledgers of all tenants hold."""
    await drain()
    forget_system_accounts()
    async with serving(application(configured, jobs=False)) as client:
        yield client
        assert {tenant: findings for tenant in await tenants() if (findings := await verify(tenant, full=True))} == {}


@pytest.fixture
def open_shop(http: httpx.AsyncClient) -> OpenShop:
    """Signs a tenant up: in Chicago, in USD, unless told otherwise."""

    async def sign_up(zone: str = "America/Chicago", currency: str = "USD") -> Shop:
        number = next(_numbers)
        form = SignUp(
            shop=f"Shop {number}", zone=zone, currency=currency, name="Olga", email=f"olga{number}@example.com",
            password="correct horse battery",
        )  # fmt: skip
        made = await signup.create(form)
        keys = made.secret_key.text, made.sandbox_secret_key.text
        live, sandbox = (Merchant(http, key, currency) for key in keys)
        return Shop(made, live, sandbox)

    return sign_up


@pytest.fixture
async def merchant(open_shop: OpenShop) -> Merchant:
    """A merchant of a shop of its own."""
    return (await open_shop()).live


@pytest.fixture
def wake(configured: Settings) -> Wake:
    """Runs the jobs of points once, as a process does that has just started; how many rows were dealt with."""
    return lambda: Runner(Lane.POINTS, schedule_of(configured)).tick()


async def tenants() -> list[TenantId]:
    """All of them, sandboxes too."""
    with scope.unscoped("test"):
        async with scope.reading():
            return [TenantId(row["id"]) for row in await db.rows("SELECT id FROM tenant")]
