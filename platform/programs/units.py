"""Units: what a tenant's programs count (points, stars, money of a currency), named by a slug that stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from kit.money import EXPONENTS
from ledger.models import Unit
from ledger.opening import open_unit
from ledger.state import UnitId
from tenants import audit, scope
from tenants.signup import checked_name

UNITS_MAX = 100
SCALE_MAX = 6
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class UnitView:
    """What is counted. Amounts are in its smallest part, 10⁻ˢᶜᵃˡᵉ of one: at scale 2, 150 is one and a half.

    A money unit has a `currency` (ISO 4217), and amounts are its minor units.
    """

    id: UnitId
    slug: str
    name: str
    name_plural: str
    scale: int
    created_at: datetime
    currency: str | None = None


async def upsert(
    slug: str, name: str, name_plural: str, scale: int | None = None, currency: str | None = None
) -> UnitView:  # fmt: skip
    """Make the unit of this slug, or change its names; scale and currency too, as long as none of it has ever moved.

    A unit with a `currency` counts money; its scale is the currency's exponent (0, 2 or 3), and may be left out. Raises
    `Refusal`: INVALID (slug, names, a scale that is not the currency's), INVALID_CURRENCY, OUT_OF_RANGE (scale 0 … 6),
    WRONG_STATE (another scale or currency after the first transfer), LIMIT_REACHED (100 units).
    """
    slug, name, name_plural = checked_slug(slug), checked_name(name, "name"), checked_name(name_plural, "name_plural")
    scale = _checked_scale(scale, currency)
    async with scope.writing():
        tenant, id_ = scope.tenant_id(), new_id()
        # Makes the unit or locks it; scale and currency are still the old ones, to be compared under the lock.
        given = (tenant, id_, slug, name, name_plural, scale, currency, scope.now())
        (row,) = await db.rows(_UPSERT, *given)
        created = row["id"] == id_
        if created:
            await _made(tenant, UnitId(id_))
        elif (row["scale"], row["currency"]) != (scale, currency):
            await _remeasure(row, scale, currency)
        # Every process keeps the units with the rulebook.
        await db.execute("UPDATE tenant SET programs_revision = programs_revision + 1 WHERE id = $1", tenant)
        await audit.record("unit.created" if created else "unit.updated", f"unit:{row['id']}", {"slug": slug})
        return await get(slug)


async def get(slug: str) -> UnitView:
    """The unit of this slug. Raises `Refusal` NOT_FOUND."""
    async with scope.reading():
        unit = await Unit.get_or_none(slug=slug)
    if unit is None:
        raise Refusal("NOT_FOUND", "There is no such unit.", ("unit",))
    return _view(unit)


async def list_() -> Sequence[UnitView]:
    """All of the tenant's units (at most 100) by slug."""
    async with scope.reading():
        found = await db.rows(_LIST, scope.tenant_id(), UNITS_MAX)
    return [
        UnitView(
            UnitId(row["id"]), row["slug"], row["name"], row["name_plural"], row["scale"],
            db.instant(row["created_at"]), row["currency"],
        )
        for row in found
    ]  # fmt: skip


def checked_slug(slug: str) -> str:
    """The slug. Raises `Refusal` INVALID."""
    if not SLUG.fullmatch(slug):
        raise Refusal("INVALID", "Use 1 to 64 of a–z 0–9 _ -, a letter or digit first.", ("slug",))
    return slug


# Not by the ORM: almost every answer of the API needs a unit's name, that of `recordActivity` too.
_LIST = """
SELECT id, slug, name, name_plural, scale, created_at, currency FROM unit WHERE tenant_id = $1 ORDER BY slug LIMIT $2"""

_UPSERT = """
INSERT INTO unit (tenant_id, id, slug, name, name_plural, scale, currency, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id, slug) DO UPDATE SET name = excluded.name, name_plural = excluded.name_plural
RETURNING id, scale, currency"""


def _checked_scale(scale: int | None, currency: str | None) -> int:
    if currency is not None:
        exponent = EXPONENTS.get(currency)
        if exponent is None:
            raise Refusal("INVALID_CURRENCY", "There is no such currency.", ("currency",))
        if scale not in (None, exponent):
            raise Refusal("INVALID", f"{currency} has {exponent} digits after the point.", ("scale",))
        return exponent
    if scale is not None and not 0 <= scale <= SCALE_MAX:
        raise Refusal("OUT_OF_RANGE", f"A unit has 0 to {SCALE_MAX} digits after the point.", ("scale",))
    return scale or 0


async def _made(tenant: scope.TenantId, unit: UnitId) -> None:
    if await Unit.all().count() > UNITS_MAX:
        raise Refusal("LIMIT_REACHED", f"A tenant has at most {UNITS_MAX} units.")
    await open_unit(tenant, unit)


async def _remeasure(row: db.Row, scale: int, currency: str | None) -> None:
    # Every transfer counts on an account of a member, a partner or a gift card.
    moved = await db.rows(
        "SELECT 1 FROM account WHERE tenant_id = $1 AND unit_id = $2 AND seq > 0 LIMIT 1", scope.tenant_id(), row["id"]
    )
    if moved:
        message = "This unit has moved: what its amounts mean cannot change any more."
        raise Refusal("WRONG_STATE", message, ("scale" if row["scale"] != scale else "currency",))
    await Unit.filter(id=row["id"]).update(scale=scale, currency=currency)


def _view(unit: Unit) -> UnitView:
    return UnitView(UnitId(unit.id), unit.slug, unit.name, unit.name_plural, unit.scale, unit.created_at, unit.currency)
