"""A tenant's own settings, and the names of those who act for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kit import clock, db
from kit.errors import Refusal
from kit.setbased import Columns
from tenants import audit, scope, signup
from tenants.roles import Action, require
from tenants.scope import TenantId

DAYS_BACK_MAX = 36_500


@dataclass(frozen=True, slots=True)
class TenantView:
    """A tenant, or its sandbox; `twin` is the other of the two, `now` what time it is there."""

    id: TenantId
    slug: str
    name: str
    zone: str
    currency: str
    sandbox: bool
    twin: TenantId | None
    now: datetime
    activity_days_back: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in to the console."""

    id: str
    name: str
    email: str


async def current() -> TenantView:
    """The scope's tenant."""
    return (await of([scope.tenant_id()]))[0]


async def of(tenants: Collection[TenantId]) -> Sequence[TenantView]:
    """These tenants, in no order; those that there are not are missing. Who may see them is the caller's to know."""
    async with scope.reading():
        found = await db.rows(_TENANTS.format(ids=_IDS.source(1)), _IDS.payload([(tenant,) for tenant in tenants]))
    return [_view(row) for row in found]


async def update(
    *,
    name: str | None = None,
    zone: str | None = None,
    currency: str | None = None,
    activity_days_back: int | None = None,
) -> TenantView:
    """Change what is given. Raises `Forbidden`; `Refusal` INVALID, INVALID_ZONE, INVALID_CURRENCY, OUT_OF_RANGE."""
    require(Action.WRITE_SETTINGS)
    changes: dict[str, object] = {}
    if name is not None:
        changes["name"] = signup.checked_name(name, "name")
    if zone is not None:
        changes["zone"] = signup.checked_zone(zone)
    if currency is not None:
        changes["currency"] = signup.checked_currency(currency)
    if activity_days_back is not None:
        if not 0 <= activity_days_back <= DAYS_BACK_MAX:
            raise Refusal("OUT_OF_RANGE", f"Give 0 to {DAYS_BACK_MAX} days.", ("activity_days_back",))
        changes["activity_days_back"] = activity_days_back
    async with scope.writing():
        if changes:
            sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(changes, 2))
            # Every process keeps the zone and the days with the rulebook: the revision tells them to read again.
            await db.execute(
                f"UPDATE tenant SET {sets}, programs_revision = programs_revision + 1 WHERE id = $1",
                scope.tenant_id(), *changes.values(),
            )  # fmt: skip
            await audit.record("tenant.updated", f"tenant:{scope.tenant_id()}", {"fields": sorted(changes)})
        return await current()


async def person(staff_id: str) -> Person:
    """Who signs in under this id."""
    with scope.unscoped("a person belongs to no tenant"):
        async with scope.reading():
            (row,) = await db.rows("SELECT id, name, email FROM staff WHERE id = $1", staff_id)
    return Person(row["id"], row["name"], row["email"])


async def names(actors: Collection[str]) -> dict[str, str]:
    """The names of actors (`staff:<id>`, `key:<id>`) that the scope's tenant still knows; others are missing."""
    known: dict[str, str] = {}
    async with scope.reading():
        for kind, sql in _NAMES.items():
            ids = [(actor.removeprefix(f"{kind}:"),) for actor in {*actors} if actor.startswith(f"{kind}:")]
            if ids:
                for row in await db.rows(sql.format(ids=_IDS.source(2)), scope.tenant_id(), _IDS.payload(ids)):
                    known[f"{kind}:{row['id']}"] = row["name"]
    return known


_IDS = Columns(id="uuid")

_TENANTS = """
SELECT t.id, t.slug, t.name, t.zone, t.currency, t.sandbox_of, t.clock_offset_us, t.activity_days_back, t.created_at,
       s.id AS sandbox
FROM {ids} AS x JOIN tenant t ON t.id = x.id LEFT JOIN tenant s ON s.sandbox_of = t.id"""

_NAMES = {
    "staff": "SELECT s.id, s.name FROM {ids} AS x JOIN staff s ON s.id = x.id "
    "JOIN staff_role r ON r.staff_id = s.id JOIN tenant t ON r.tenant_id = coalesce(t.sandbox_of, t.id) "
    "WHERE t.id = $1",
    "key": "SELECT k.id, k.name FROM {ids} AS x JOIN api_key k ON k.id = x.id WHERE k.tenant_id = $1",
}


def _view(row: db.Row) -> TenantView:
    return TenantView(
        TenantId(row["id"]), row["slug"], row["name"], row["zone"], row["currency"], row["sandbox_of"] is not None,
        row["sandbox_of"] or row["sandbox"], clock.now() + timedelta(microseconds=row["clock_offset_us"]),
        row["activity_days_back"], db.instant(row["created_at"]),
    )  # fmt: skip
