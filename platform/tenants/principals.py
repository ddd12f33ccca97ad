"""Who asks: a credential becomes a `Principal`, and `acting(principal)` sets the scene for what it asks for.

Whatever is wrong with a credential (unknown, malformed, revoked, expired, its person gone), the answer is the same.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import orjson

from kit import clock, db
from kit.errors import Unauthenticated
from tenants import customer_tokens, scope, tokens
from tenants.roles import ACTIONS, PartnerScope, Right, Role, permitting
from tenants.scope import TenantId

# How long a revoked key, or a list of origins as it was, may still work: in the process that made the change it ends at
# once, in others within this. Sessions and sandboxes' keys are looked up each time: a role ends at once, and a clock
# that was moved is right in the next request.
KEY_CACHE_SECONDS = 5.0
_KEYS_CACHED_MAX = 10_000
# A key's last use and a session's are written down this often at most.
_SEEN_EVERY = timedelta(minutes=10)

SESSION_IDLE = timedelta(days=7)
SESSION_LIFETIME = timedelta(days=30)


class Kind(StrEnum):
    """How somebody came."""

    STAFF = "staff"
    SECRET_KEY = "secret_key"  # noqa: S105  # no secret, its name
    PUBLISHABLE_KEY = "publishable_key"
    PARTNER_KEY = "partner_key"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, for which tenant, and what they may do there.

    `id` is the person's, the key's or the member's; `key_id` is what requests are charged to (the session, the key,
    the customer). A customer is named by exactly one of `member_id` and `external_id`, neither yet looked up: who
    finds the member goes on with `dataclasses.replace(principal, id=…, member_id=…)`. `origins` are the pages that a
    publishable key may be used from, `partner_id` whose a partner's key is.
    """

    kind: Kind
    id: str
    tenant: TenantId
    key_id: str
    role: Role | None = None
    actions: frozenset[Right] = frozenset()
    clock_offset: timedelta = timedelta(0)
    member_id: str | None = None
    external_id: str | None = None
    origins: tuple[str, ...] = ()
    partner_id: str | None = None
    sandbox: bool = False

    @property
    def tenant_id(self) -> TenantId:
        """The tenant, as the edge names it."""
        return self.tenant

    @property
    def actor(self) -> str:
        """How the audit log names who acts: `staff:<id>`, `key:<id>` or `member:<id>`."""
        return {Kind.STAFF: "staff:", Kind.CUSTOMER: "member:"}.get(self.kind, "key:") + self.id


_current: ContextVar[Principal | None] = ContextVar("guerdon_principal", default=None)


@contextmanager
def acting(principal: Principal) -> Iterator[None]:
    """Work as this principal inside the block: its tenant's scope and clock, its name, its permissions."""
    with scope.of(principal.tenant, principal.clock_offset, principal.actor), permitting(principal.actions):
        token = _current.set(principal)
        try:
            yield
        finally:
            _current.reset(token)


def current() -> Principal:
    """Who acts. Raises `Unauthenticated` if nobody in particular does."""
    principal = _current.get()
    if principal is None:
        raise Unauthenticated(_SAME_ANSWER)
    return principal


async def by_secret_key(key: str) -> Principal:
    """Who holds a secret key (`gsk_…`). Raises `Unauthenticated`."""
    return await _by_key(key, Kind.SECRET_KEY)


async def by_publishable_key(key: str) -> Principal:
    """Which shop's pages use a publishable key (`gpk_…`). Raises `Unauthenticated`."""
    return await _by_key(key, Kind.PUBLISHABLE_KEY)


async def by_partner_key(key: str) -> Principal:
    """Which partner holds a partner's key (`gpt_…`); its actions are the key's scopes. Raises `Unauthenticated`."""
    return await _by_key(key, Kind.PARTNER_KEY)


async def by_session(token: str) -> Principal:
    """Who is signed in, with the role of this moment. Raises `Unauthenticated`."""
    now = clock.now()
    with scope.unscoped("sign-in is asked before the tenant is known"):
        async with scope.reading():
            found = await db.rows(_SESSION, tokens.hashed(token))
        if not found or db.instant(found[0]["expires_at"]) <= now:
            raise Unauthenticated(_SAME_ANSWER)
        row = found[0]
        if now - db.instant(row["seen_at"]) >= _SEEN_EVERY:
            end = min(now + SESSION_IDLE, db.instant(row["created_at"]) + SESSION_LIFETIME)
            async with scope.writing():
                await db.execute("UPDATE session SET seen_at = $1, expires_at = $2 WHERE id = $3", now, end, row["id"])
    role = Role(row["role"])
    return Principal(
        kind=Kind.STAFF, id=row["staff_id"], tenant=TenantId(row["tenant_id"]), key_id=f"session:{row['id']}",
        role=role, actions=ACTIONS[role], clock_offset=_offset(row), sandbox=row["sandbox_of"] is not None,
    )  # fmt: skip


async def by_customer_token(token: str, tenant: TenantId) -> Principal:
    """Which customer a token names; `tenant` is that of the publishable key. Raises `Unauthenticated`."""
    with scope.unscoped("a token is judged before the tenant's scope is entered"):
        async with scope.reading():
            found = await db.rows(_TENANT, tenant)
    if not found:
        raise Unauthenticated(_SAME_ANSWER)
    try:
        subject = customer_tokens.subject_of(token, tenant, found[0]["token_generation"])
    except customer_tokens.InvalidToken:
        raise Unauthenticated(_SAME_ANSWER) from None
    name = subject.name(tenant)
    return Principal(
        kind=Kind.CUSTOMER, id=name, tenant=tenant, key_id=f"customer:{name}", member_id=subject.member_id,
        external_id=subject.external_id, clock_offset=_offset(found[0]), sandbox=found[0]["sandbox_of"] is not None,
    )  # fmt: skip


def forget_key(key_hash: str) -> None:
    """Drop a key that was changed from this process's memory."""
    _recent.drop(key_hash)


_KEY_KIND = {
    Kind.SECRET_KEY: tokens.KeyKind.SECRET,
    Kind.PUBLISHABLE_KEY: tokens.KeyKind.PUBLISHABLE,
    Kind.PARTNER_KEY: tokens.KeyKind.PARTNER,
}

_SAME_ANSWER = "The credential is missing or not valid."

_KEY = """
SELECT k.id, k.tenant_id, k.role, k.origins, k.partner_id, k.scopes, k.expires_at, k.last_used_at, t.clock_offset_us,
    t.sandbox_of
FROM api_key k JOIN tenant t ON t.id = k.tenant_id
WHERE k.key_hash = $1 AND k.kind = $2 AND k.revoked_at IS NULL"""

# A sandbox shares the staff of its tenant.
_SESSION = """
SELECT s.id, s.staff_id, s.tenant_id, s.seen_at, s.expires_at, s.created_at, r.role, t.clock_offset_us, t.sandbox_of
FROM session s JOIN tenant t ON t.id = s.tenant_id
JOIN staff_role r ON r.tenant_id = coalesce(t.sandbox_of, t.id) AND r.staff_id = s.staff_id
WHERE s.token_hash = $1"""

_TENANT = "SELECT token_generation, clock_offset_us, sandbox_of FROM tenant WHERE id = $1"


class _Known(NamedTuple):
    principal: Principal
    expires_at: datetime | None


class Recent:
    """The keys asked for in the last seconds, at most so many; only those that were found."""

    def __init__(
        self, seconds: float = KEY_CACHE_SECONDS, kept_max: int = _KEYS_CACHED_MAX,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._seconds = seconds
        self._kept_max = kept_max
        self._monotonic = monotonic
        self._known: OrderedDict[str, tuple[_Known, float]] = OrderedDict()
        self.changes = 0

    def get(self, key_hash: str) -> _Known | None:
        """What was found at most so many seconds ago."""
        found = self._known.get(key_hash)
        if found is None:
            return None
        if found[1] <= self._monotonic():
            del self._known[key_hash]
            return None
        return found[0]

    def keep(self, key_hash: str, known: _Known) -> None:
        """Remember for so many seconds from now, in the place of the oldest if it must be."""
        self._known.pop(key_hash, None)
        self._known[key_hash] = (known, self._monotonic() + self._seconds)
        if len(self._known) > self._kept_max:
            self._known.popitem(last=False)

    def drop(self, key_hash: str) -> None:
        """Forget at once, and count that something changed."""
        self.changes += 1
        self._known.pop(key_hash, None)


_recent = Recent()


async def _by_key(key: str, kind: Kind) -> Principal:
    if not tokens.is_key(key, _KEY_KIND[kind]):
        raise Unauthenticated(_SAME_ANSWER)
    key_hash = tokens.hashed(key)
    known = _recent.get(key_hash) or await _look_up(key_hash, kind)
    if known is None or (known.expires_at is not None and known.expires_at <= clock.now()):
        raise Unauthenticated(_SAME_ANSWER)
    return known.principal


async def _look_up(key_hash: str, kind: Kind) -> _Known | None:
    now, changes = clock.now(), _recent.changes
    with scope.unscoped("a key is asked before the tenant is known"):
        async with scope.reading():
            found = await db.rows(_KEY, key_hash, _KEY_KIND[kind].value)
        if not found:
            return None
        row = found[0]
        seen = db.instant_or_none(row["last_used_at"])
        if seen is None or now - seen >= _SEEN_EVERY:
            async with scope.writing():
                await db.execute("UPDATE api_key SET last_used_at = $1 WHERE id = $2", now, row["id"])
    role = Role(row["role"]) if kind is Kind.SECRET_KEY else None
    scopes = frozenset(map(PartnerScope, orjson.loads(row["scopes"])))
    principal = Principal(
        kind=kind, id=row["id"], tenant=TenantId(row["tenant_id"]), key_id=f"key:{row['id']}", role=role,
        actions=ACTIONS[role] if role else scopes, clock_offset=_offset(row),
        origins=tuple(orjson.loads(row["origins"])), partner_id=row["partner_id"],
        sandbox=row["sandbox_of"] is not None,
    )  # fmt: skip
    known = _Known(principal, db.instant_or_none(row["expires_at"]))
    if not principal.sandbox and changes == _recent.changes:  # else it may be the one that was changed meanwhile
        _recent.keep(key_hash, known)
    return known


def _offset(row: db.Row) -> timedelta:
    return timedelta(microseconds=row["clock_offset_us"])
