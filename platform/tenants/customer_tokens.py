"""Customer tokens: for five minutes, this shopper is that member. HS256 JWTs that the merchant's server signs.

The secret is derived, never stored: from the root key, the tenant and its `token_generation`; raising the generation
makes a new one and ends the old at once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from kit import clock, db
from kit.errors import GuerdonError, InvalidId, Refusal
from kit.ids import decode, encode
from kit.secrets import derive, root_key
from settings import settings
from tenants import audit, scope
from tenants.roles import Action, require
from tenants.scope import TenantId

LIFETIME_MAX = timedelta(minutes=5)
LEEWAY = timedelta(seconds=30)  # between the merchant's clock and ours
SUBJECT_CHARACTERS_MAX = 255
_TOKEN_CHARACTERS_MAX = 2048


class InvalidToken(GuerdonError):
    """The token is not one we take; the text says why, for logs and never for the one who sent it."""


@dataclass(frozen=True, slots=True)
class CustomerToken:
    """A token for the shop's page, and until when it is good."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a token names: a member of ours, or the merchant's own id of a customer; exactly one of the two."""

    member_id: str | None
    external_id: str | None

    def name(self, tenant: TenantId) -> str:
        """The member's id, else a hash: what names a person to the merchant may be their e-mail, and not for logs."""
        named = f"{tenant} {self.external_id}".encode()
        return self.member_id or hashlib.sha256(named).hexdigest()[:32]


async def mint(subject: str) -> CustomerToken:
    """Sign a token for a customer, by the merchant's id or as `mem_…`. Raises `Forbidden`, `Refusal` INVALID."""
    require(Action.CREATE_CUSTOMER_TOKENS)
    if not _can_name(subject):
        raise Refusal("INVALID", f"Name the customer in 1 to {SUBJECT_CHARACTERS_MAX} characters.", ("subject",))
    now = clock.now()
    end = now.replace(microsecond=0) + LIFETIME_MAX
    claims = {
        "aud": audience(scope.tenant_id()), "sub": subject, "iat": int(now.timestamp()), "exp": int(end.timestamp())
    }  # fmt: skip
    key = _key(scope.tenant_id(), await _generation())
    if audit.by_staff():
        async with scope.writing():
            await audit.record("customer_token.created", f"member:{_subject(subject).name(scope.tenant_id())}")
    return CustomerToken(jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, key), end)


async def signing_secret() -> str:
    """The secret that the merchant's server signs with: the text's own bytes are the key. Raises `Forbidden`."""
    require(Action.WRITE_KEYS)
    return _secret(scope.tenant_id(), await _generation())


async def rotate_signing_secret() -> str:
    """Make a new secret; tokens signed with the old one are refused from now on. Raises `Forbidden`."""
    require(Action.WRITE_KEYS)
    tenant = scope.tenant_id()
    async with scope.writing():
        (row,) = await db.rows(
            "UPDATE tenant SET token_generation = token_generation + 1 WHERE id = $1 RETURNING token_generation", tenant
        )
        await audit.record("customer_tokens.secret_rotated", f"tenant:{tenant}")
    return _secret(tenant, row["token_generation"])


def audience(tenant: TenantId) -> str:
    """What `aud` must be: the tenant's id as the merchant knows it, `ten_…`."""
    return encode("ten", tenant)


def subject_of(token: str, tenant: TenantId, generation: int) -> Subject:
    """Whom a token names, if it is signed for this tenant, fresh, and short-lived. Raises `InvalidToken`."""
    if len(token) > _TOKEN_CHARACTERS_MAX:
        raise InvalidToken("too long")
    try:
        # The algorithm is ours to choose, not the token's: `none`, RS256 and the like are refused.
        decoded = jwt.decode(token, _key(tenant, generation), algorithms=["HS256"])
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise InvalidToken(f"not signed by this tenant: {type(error).__name__}") from None
    if "crit" in decoded.header or decoded.header.get("typ", "JWT") not in ("JWT", "jwt"):
        raise InvalidToken("asks for what we do not know")
    claims = decoded.claims
    if claims.get("aud") != audience(tenant):
        raise InvalidToken("for somebody else")
    _check_times(claims, clock.now().timestamp())
    return _subject(claims.get("sub"))


def _check_times(claims: dict[str, object], now: float) -> None:
    issued, ends, starts = (claims.get(name) for name in ("iat", "exp", "nbf"))
    if not _is_time(issued) or not _is_time(ends) or not (starts is None or _is_time(starts)):
        raise InvalidToken("without its times")
    assert isinstance(issued, int | float)
    assert isinstance(ends, int | float)
    leeway = LEEWAY.total_seconds()
    if not 0 < ends - issued <= LIFETIME_MAX.total_seconds():
        raise InvalidToken("good for too long")
    if issued > now + leeway or (isinstance(starts, int | float) and starts > now + leeway):
        raise InvalidToken("not yet good")
    if ends + leeway <= now:
        raise InvalidToken("expired")


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**40


def _subject(named: object) -> Subject:
    if not isinstance(named, str) or not _can_name(named):
        raise InvalidToken("names nobody")
    try:
        return Subject(decode("mem", named), None)
    except InvalidId:
        return Subject(None, named)


def _can_name(text: str) -> bool:
    """Whether it can be a customer's id: of a sensible length, and no lone surrogates, which JSON can write."""
    return 0 < len(text) <= SUBJECT_CHARACTERS_MAX and not any("\ud800" <= character <= "\udfff" for character in text)


async def _generation() -> int:
    async with scope.reading():
        (row,) = await db.rows("SELECT token_generation FROM tenant WHERE id = $1", scope.tenant_id())
    generation: int = row["token_generation"]
    return generation


def _key(tenant: TenantId, generation: int) -> OctKey:
    return _imported(_secret(tenant, generation))


def _secret(tenant: TenantId, generation: int) -> str:
    return "gcs_" + derive(_root(settings().secret_key, settings().data_dir), "customer token", tenant, str(generation))


@lru_cache(1)
def _root(configured: str | None, data_dir: Path) -> bytes:
    return root_key(configured, data_dir)


@lru_cache(1024)
def _imported(secret: str) -> OctKey:
    return OctKey.import_key(secret)
