"""API keys: made, shown once, rotated with overlap, revoked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson

from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from tenants import audit, principals, scope
from tenants.roles import Action, PartnerScope, Role, require, require_role
from tenants.tokens import KeyKind, hashed, hint, new_key

GRACE = timedelta(hours=24)
GRACE_MAX = timedelta(days=30)
KEYS_MAX = 100  # that are good at a time, per tenant
LISTED_MAX = 500
ORIGINS_MAX = 50
NAME_CHARACTERS_MAX = 100
_NO_ROLE = {KeyKind.PUBLISHABLE: "storefront", KeyKind.PARTNER: "partner"}  # no roles of the admin API


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it may be shown: `hint` is its head and tail. `role` is a secret key's, `origins` a publishable's,
    `partner_id` and `scopes` a partner's.
    """

    id: str
    kind: KeyKind
    name: str
    hint: str
    role: Role | None
    origins: tuple[str, ...]
    partner_id: str | None
    scopes: tuple[PartnerScope, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    rotated_from: str | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `text` is shown now and never again."""

    key: Key
    text: str


async def create(kind: KeyKind, name: str, role: Role = Role.ADMIN, origins: Sequence[str] = ()) -> NewKey:
    """Make a key: a secret one may do what `role` may, a publishable one is for the pages of `origins`.

    Raises `Forbidden`, also for a role above one's own; `Refusal` INVALID (also for a partner's), INVALID_ROLE,
    INVALID_ORIGIN, TOO_MANY (origins), LIMIT_REACHED (keys).
    """
    require(Action.WRITE_KEYS)
    if kind is KeyKind.PARTNER:
        raise Refusal("INVALID", "A partner's key is made for a partner: `partnerKeyCreate`.", ("kind",))
    if kind is KeyKind.SECRET:
        if role is Role.OWNER:
            raise Refusal("INVALID_ROLE", "A key cannot be an owner.", ("role",))
        require_role(role)
    async with scope.writing():
        await _lock()
        await _check_room()
        made = await insert(kind, name, role, origins, sandbox=await _is_sandbox())
        await audit.record("key.created", f"key:{made.key.id}", {"kind": kind, "role": made.key.role})
    return made


async def create_for_partner(partner_id: str, name: str, scopes: Sequence[PartnerScope]) -> NewKey:
    """Make a key of a partner, who is one of the tenant's, which may do what its scopes say.

    Raises `Forbidden`; `Refusal` INVALID (name, no scope), LIMIT_REACHED (keys).
    """
    require(Action.WRITE_KEYS)
    if not scopes:
        raise Refusal("INVALID", "Give the key at least one scope.", ("scopes",))
    allowed = tuple(scope_ for scope_ in PartnerScope if scope_ in scopes)
    async with scope.writing():
        await _lock()
        await _check_room()
        made = await insert(
            KeyKind.PARTNER, name, Role.ADMIN, (), sandbox=await _is_sandbox(), partner_id=partner_id, scopes=allowed
        )
        details = {"kind": KeyKind.PARTNER, "partner": f"partner:{partner_id}", "scopes": allowed}
        await audit.record("key.created", f"key:{made.key.id}", details)
    return made


async def rotate(key_id: str, grace: timedelta = GRACE) -> NewKey:
    """Make a key like this one, which stays good for `grace`.

    Raises `Forbidden`; `Refusal` INVALID (`grace`), NOT_FOUND, WRONG_STATE (rotated or revoked before), LIMIT_REACHED.
    """
    require(Action.WRITE_KEYS)
    if not timedelta(0) <= grace <= GRACE_MAX:
        raise Refusal("INVALID", f"The old key can stay good for up to {GRACE_MAX.days} days.", ("grace",))
    async with scope.writing():
        await _lock()
        old = await _get(key_id)
        if old["revoked_at"] is not None or old["expires_at"] is not None:
            raise Refusal("WRONG_STATE", "This key was rotated or revoked already.", ("id",))
        await _check_room()
        key = _key(old)
        if key.role is not None:
            require_role(key.role)
        made = await insert(
            key.kind, key.name, key.role or Role.ADMIN, key.origins, sandbox=await _is_sandbox(), rotated_from=key_id,
            partner_id=key.partner_id, scopes=key.scopes,
        )  # fmt: skip
        end = clock.now() + grace
        await db.execute("UPDATE api_key SET expires_at = $1 WHERE id = $2", end, key_id)
        details = {"by": made.key.id, "grace_seconds": grace.total_seconds()}
        await audit.record("key.rotated", f"key:{key_id}", details)
    principals.forget_key(old["key_hash"])
    return made


async def revoke(key_id: str, tell: Callable[[Key], Awaitable[None]] | None = None) -> Key:
    """End a key for good, within seconds everywhere; again does nothing. Raises `Forbidden`; `Refusal` NOT_FOUND.

    `tell`: done once, in the same transaction; events are a higher floor's.
    """
    require(Action.WRITE_KEYS)
    async with scope.writing():
        await _lock()
        row = await _get(key_id)
        if row["revoked_at"] is None:
            await db.execute("UPDATE api_key SET revoked_at = $1 WHERE id = $2", clock.now(), key_id)
            await audit.record("key.revoked", f"key:{key_id}")
            row = await _get(key_id)
            if tell is not None:
                await tell(_key(row))
    principals.forget_key(row["key_hash"])
    return _key(row)


async def allow_origins(key_id: str, origins: Sequence[str]) -> Key:
    """Say from which pages a publishable key works. Raises `Forbidden`; `Refusal` NOT_FOUND, INVALID_ORIGIN, …"""
    require(Action.WRITE_KEYS)
    async with scope.writing():
        await _lock()
        if (await _get(key_id))["kind"] != KeyKind.PUBLISHABLE:
            raise Refusal("INVALID", "Only publishable keys have origins.", ("origins",))
        allowed = _checked_origins(origins)
        await db.execute("UPDATE api_key SET origins = $1 WHERE id = $2", orjson.dumps(allowed).decode(), key_id)
        await audit.record("key.origins_changed", f"key:{key_id}", {"origins": allowed})
        row = await _get(key_id)
    principals.forget_key(row["key_hash"])
    return _key(row)


async def listed() -> Sequence[Key]:
    """The tenant's keys, newest first: all that are good, and the latest that have ended. Raises `Forbidden`."""
    require(Action.READ_KEYS)
    async with scope.reading():
        found = await db.rows(
            "SELECT * FROM api_key WHERE tenant_id = $1 ORDER BY "
            "CASE WHEN revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3) THEN 0 ELSE 1 END, "
            "created_at DESC, id DESC LIMIT $2",
            scope.tenant_id(), LISTED_MAX, clock.now(),
        )  # fmt: skip
    return sorted(map(_key, found), key=lambda key: (key.created_at, key.id), reverse=True)


async def insert(
    kind: KeyKind, name: str, role: Role, origins: Sequence[str], *, sandbox: bool, rotated_from: str | None = None,
    partner_id: str | None = None, scopes: Sequence[PartnerScope] = (),
) -> NewKey:  # fmt: skip
    """Write a new key in the transaction under way, without asking who does it: for `create` and for sign-up."""
    name = name.strip()
    if not 0 < len(name) <= NAME_CHARACTERS_MAX or not name.isprintable():
        raise Refusal("INVALID", f"Name the key in 1 to {NAME_CHARACTERS_MAX} printable characters.", ("name",))
    if kind is KeyKind.SECRET and origins:
        raise Refusal("INVALID", "Only publishable keys have origins.", ("origins",))
    text, allowed = new_key(kind, sandbox=sandbox), _checked_origins(origins)
    (row,) = await db.rows(
        "INSERT INTO api_key (id, tenant_id, kind, name, key_hash, hint, role, origins, created_at, rotated_from, "
        "partner_id, scopes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING *",
        new_id(), scope.tenant_id(), kind.value, name, hashed(text), hint(text),
        role.value if kind is KeyKind.SECRET else _NO_ROLE[kind], orjson.dumps(allowed).decode(), clock.now(),
        rotated_from, partner_id, orjson.dumps(list(scopes)).decode(),
    )  # fmt: skip
    return NewKey(_key(row), text)


def _checked_origins(origins: Sequence[str]) -> list[str]:
    if len(origins) > ORIGINS_MAX:
        raise Refusal("TOO_MANY", f"A key has at most {ORIGINS_MAX} origins.", ("origins",))
    return list(dict.fromkeys(_origin(text, number) for number, text in enumerate(origins)))


def _origin(text: str, number: int) -> str:
    """An origin as browsers write it: `https://shop.example`, or `http://localhost:3000` for development."""
    refusal = Refusal(
        "INVALID_ORIGIN", "Write an origin as https://shop.example, without a path.", ("origins", str(number))
    )  # fmt: skip
    try:
        parts = urlsplit(text.strip().removesuffix("/"))
        host, port = parts.hostname or "", parts.port
        name = host.encode("idna").decode("ascii") if ":" not in host else f"[{host}]"
    except (ValueError, UnicodeError):
        raise refusal from None
    local = host in ("localhost", "127.0.0.1", "::1")
    plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc or "*" in host)
    if not host or not plain or parts.scheme not in (("https", "http") if local else ("https",)):
        raise refusal
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{name}" + ("" if port in (None, usual) else f":{port}")


async def _lock() -> None:
    """Take turns with others who change this tenant's keys: the count and the state read next stay true."""
    await db.execute("UPDATE tenant SET token_generation = token_generation WHERE id = $1", scope.tenant_id())


async def _check_room() -> None:
    (row,) = await db.rows(
        "SELECT count(*) AS n FROM api_key WHERE tenant_id = $1 AND revoked_at IS NULL "
        "AND (expires_at IS NULL OR expires_at > $2)", scope.tenant_id(), clock.now(),
    )  # fmt: skip
    if row["n"] >= KEYS_MAX:
        raise Refusal("LIMIT_REACHED", f"There are {KEYS_MAX} keys already: revoke some first.")


async def _is_sandbox() -> bool:
    (row,) = await db.rows("SELECT sandbox_of FROM tenant WHERE id = $1", scope.tenant_id())
    return row["sandbox_of"] is not None


async def _get(key_id: str) -> db.Row:
    found = await db.rows("SELECT * FROM api_key WHERE tenant_id = $1 AND id = $2", scope.tenant_id(), key_id)
    if not found:
        raise Refusal("NOT_FOUND", "There is no such key.", ("id",))
    return found[0]


def _key(row: Mapping[str, Any]) -> Key:
    kind = KeyKind(row["kind"])
    return Key(
        id=row["id"], kind=kind, name=row["name"], hint=row["hint"],
        role=Role(row["role"]) if kind is KeyKind.SECRET else None, origins=tuple(orjson.loads(row["origins"])),
        partner_id=row["partner_id"], scopes=tuple(map(PartnerScope, orjson.loads(row["scopes"]))),
        created_at=db.instant(row["created_at"]), last_used_at=db.instant_or_none(row["last_used_at"]),
        expires_at=db.instant_or_none(row["expires_at"]), revoked_at=db.instant_or_none(row["revoked_at"]),
        rotated_from=row["rotated_from"],
    )  # fmt: skip
