"""Opens the demo's shops: a tenant each, and how to sign in written into `demo.json` at once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from kit import clock, db
from programs.coalition.partners import PartnerView
from settings import Settings
from tenants import keys, scope
from tenants.models import Tenant
from tenants.roles import PartnerScope, Role
from tenants.scope import TenantId
from tenants.signup import SignedUp, SignUp, create
from tenants.tokens import KeyKind


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop of the demo; `slug` is what its name becomes."""

    slug: str
    name: str
    owner: str
    zone: ZoneInfo
    currency: str = "USD"

    @property
    def email(self) -> str:
        """Its owner's address."""
        return f"owner@{self.slug}.example"

    def noon(self, day: date) -> datetime:
        """Twelve o'clock there, in UTC."""
        return datetime.combine(day, time(12), self.zone).astimezone(UTC)

    def today(self) -> date:
        """The day that it is there now."""
        return clock.now().astimezone(self.zone).date()


async def find(shop: Shop) -> Tenant | None:
    """The shop's tenant, if it was opened before."""
    with scope.unscoped("whether the demo is there already"):
        async with scope.reading():
            return await Tenant.get_or_none(slug=shop.slug)


async def sign_up(settings: Settings, shop: Shop, day: date) -> TenantId:
    """Make the tenant on a day, and write down at once how to sign in."""
    password = secrets.token_urlsafe(12)
    asked = SignUp(shop=shop.name, zone=shop.zone.key, currency=shop.currency, name=shop.owner, email=shop.email,
                   password=password)  # fmt: skip
    with clock.pinned(shop.noon(day)):
        made = await create(asked)
    assert made.slug == shop.slug, "the demo's names are its own"
    _write(settings, shop, made, password)
    return made.tenant


async def give_partners_keys(settings: Settings, shop: Shop, partners: Iterable[PartnerView]) -> None:
    """Give the partners of the scope's tenant a key each, and write them down at once; who has one keeps it."""
    told = next(one for one in tenants_told(settings) if one["slug"] == shop.slug)
    have = {one["slug"]: one for one in told.get("partners", ())}
    for partner in partners:
        if partner.slug not in have:
            async with scope.writing():
                made = await keys.insert(
                    KeyKind.PARTNER, f"{partner.name}’s server", Role.ADMIN, (), sandbox=False, partner_id=partner.id,
                    scopes=tuple(PartnerScope),
                )  # fmt: skip
            have[partner.slug] = {"slug": partner.slug, "name": partner.name, "key": made.text}
            _tell(settings, {**told, "partners": list(have.values())})


async def recorded(source: str) -> int:
    """How many activities of a source the scope's tenant has."""
    async with scope.reading():
        (row,) = await db.rows(
            "SELECT count(*) AS n FROM activity WHERE tenant_id = $1 AND source = $2", scope.tenant_id(), source
        )
    return int(row["n"])


def _write(settings: Settings, shop: Shop, made: SignedUp, password: str) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    tenant = {
        "slug": made.slug, "name": shop.name, "secretKey": made.secret_key.text,
        "publishableKey": made.publishable_key.text, "staff": {"email": shop.email, "password": password},
        "sandbox": {"secretKey": made.sandbox_secret_key.text, "publishableKey": made.sandbox_publishable_key.text},
    }  # fmt: skip
    _tell(settings, tenant)


def _tell(settings: Settings, tenant: dict[str, Any]) -> None:
    path = settings.data_dir / "demo.json"
    path.touch(mode=0o600)
    told = [one for one in tenants_told(settings) if one["slug"] != tenant["slug"]]
    document = {"baseUrl": settings.public_url, "tenants": [*told, tenant]}
    path.write_text(json.dumps(document, indent=2) + "\n")


def tenants_told(settings: Settings) -> list[dict[str, Any]]:
    """The tenants of `demo.json`, in the order in which they were opened; none if it is not there."""
    try:
        found: list[dict[str, Any]] = json.loads((settings.data_dir / "demo.json").read_text())["tenants"]
    except (OSError, ValueError, LookupError):
        return []
    return found


def demo_file(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """How to get in, as (name, the shop's address, address / password) of each shop; none if the demo is not there."""
    for place, tenant in enumerate(tenants_told(settings)):
        address = f"{settings.public_url}/shop" + (f"/{tenant['slug']}" if place else "")
        yield tenant["name"], address, f"{tenant['staff']['email']} / {tenant['staff']['password']}"


def partner_told(settings: Settings) -> dict[str, str] | None:
    """The first partner of `demo.json`, with its key; None if there is none."""
    return next((partner for tenant in tenants_told(settings) for partner in tenant.get("partners", ())), None)
