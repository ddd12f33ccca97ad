"""Guerdon as one application: the database, the GraphQL endpoints, sign-in, the built faces, and the jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request

from connect.payments import accounts
from jobs.wake import WakeUps, wake_ups
from kit import db
from kit.errors import SettingsError
from members.service import MemberRef, resolve_many
from members.views import MemberId, MemberState
from programs import intake
from schema.admin.schema import schema as admin
from schema.limits import Limits
from schema.partner.schema import schema as partner
from schema.shared.context import Context
from schema.storefront.schema import schema as storefront
from settings import Settings
from tenants import principals, scope
from tenants.principals import Principal
from web.app import Hook, create_app
from web.auth import Auth
from web.credentials import StaffOrKey, origins_in_development, origins_of, shopper
from web.credentials import partner as partner_by_key
from web.documents import Documents
from web.games.routes import game_routes
from web.graphql import Endpoint
from web.payments.routes import payment_routes
from web.shop import shop_routes
from web.statements import statement_routes

ADMIN = "/graphql/admin"
STOREFRONT = "/graphql/storefront"
PARTNER = "/graphql/partner"
ROOT = Path(__file__).parents[2]
CONSOLE = ROOT / "console" / "dist"
WIDGETS = ROOT / "widgets" / "dist"
DOCUMENTS = WIDGETS / "documents.json"


def application(settings: Settings, *, jobs: bool = True) -> Starlette:
    """The application of these settings; without `jobs` nothing runs by itself (tests). Raises `SettingsError`."""
    accounts.connect(settings)
    limits, auth = _limits(), Auth(production=settings.production)
    wake = wake_ups(settings) if jobs else None
    bell = wake.wake if wake is not None else _silent
    open_to_try = not settings.production
    return create_app(
        settings,
        {
            ADMIN: Endpoint(
                name="admin", schema=admin, authenticate=StaffOrKey(auth), enter=_server(bell), limits=limits,
                ide=open_to_try,
            ),
            PARTNER: Endpoint(
                name="partner", schema=partner, authenticate=partner_by_key, enter=_server(bell), limits=limits,
                ide=open_to_try,
            ),
            STOREFRONT: Endpoint(
                name="storefront", schema=storefront, authenticate=shopper, enter=_storefront(bell), limits=limits,
                origins=origins_in_development if open_to_try else origins_of,
                documents=Documents.load(DOCUMENTS) if DOCUMENTS.is_file() else None,
                ad_hoc=open_to_try, ide=open_to_try,
            ),
        },
        hooks=[_database(settings), Hook("intake", _nothing, intake.drain), *_jobs(wake)],
        probes={"database": _ask_database},
        routes=[*auth.routes(), *shop_routes(settings), *payment_routes(), *game_routes(), *statement_routes(auth)],
        console=CONSOLE,
        widgets=WIDGETS,
        limits=limits,
    )  # fmt: skip


def _limits() -> Limits:
    """The limits from the environment. Raises `SettingsError`, one line that names the variable."""
    try:
        return Limits()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(step) for step in first["loc"]).upper()
        raise SettingsError(f"GUERDON_LIMIT_{name}: {first['msg']}") from None


Enter = Callable[[Request, Principal], AbstractAsyncContextManager[Any]]


def _server(bell: Callable[[], None]) -> Enter:
    @asynccontextmanager
    async def enter(_: Request, principal: Principal) -> AsyncIterator[Context]:
        with principals.acting(principal):
            context = Context(principal)
            try:
                yield context
            finally:
                if context.wrote:
                    bell()

    return enter


def _storefront(bell: Callable[[], None]) -> Enter:
    @asynccontextmanager
    async def enter(_: Request, principal: Principal) -> AsyncIterator[Context]:
        member = await _member_of(principal)
        with principals.acting(principal), scope.of(
            principal.tenant, principal.clock_offset, f"member:{member}" if member else principal.actor
        ):  # fmt: skip
            context = Context(principal, member)
            try:
                yield context
            finally:
                if context.wrote:
                    bell()

    return enter


async def _member_of(principal: Principal) -> MemberId | None:
    """The member that a customer's token names; a customer who is no member yet, or no more, is a guest."""
    if principal.member_id is None and principal.external_id is None:
        return None
    named = MemberId(principal.member_id) if principal.member_id is not None else None
    ref = MemberRef(named, principal.external_id)
    with scope.of(principal.tenant, principal.clock_offset):
        found = (await resolve_many([ref]))[ref]
    return found.id if found is not None and found.state is MemberState.ACTIVE else None


def _database(settings: Settings) -> Hook:
    async def start() -> None:
        await db.open_database(settings.database, settings.database_pool_size)
        if settings.production:
            await db.refuse_powerful_role()

    return Hook("database", start, db.close_database)


def _jobs(wake: WakeUps | None) -> list[Hook]:
    return [] if wake is None else [Hook("jobs", wake.start, wake.stop)]


async def _ask_database() -> None:
    with scope.unscoped("whether the database answers"):
        async with scope.reading():
            await db.rows("SELECT id FROM tenant LIMIT 1")


async def _nothing() -> None:
    return None


def _silent() -> None:
    return None
