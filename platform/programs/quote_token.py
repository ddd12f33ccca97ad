"""The token of a quote: what it pins, signed, so that it holds until it expires (promise 6). Nothing is stored.

`gq1.<payload>.<signature>`: JSON and HMAC-SHA256 in base64url, by a key that is derived for the tenant. It is no
credential: it gives nobody anything that they could not have without it, but at the prices of the quote.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from kit.errors import Refusal
from kit.secrets import derive, root_key
from ledger.state import UnitId
from members.views import MemberId
from programs.decision import ProgramId, VersionId
from rewards.views import RewardId
from settings import settings
from tenants import scope

LIFETIME = timedelta(minutes=15)
FORMAT = 1
_PREFIX = f"gq{FORMAT}"
_CHARACTERS_MAX = 32_768  # 200 programs' versions fit


@dataclass(frozen=True, slots=True)
class PinnedReward:
    """A reward at the price that was quoted."""

    reward_id: RewardId
    unit_id: UnitId
    points: int


@dataclass(frozen=True, slots=True)
class PinnedPayment:
    """`points` that pay `amount` minor units, by the terms of a program's pinned version."""

    program_id: ProgramId
    unit_id: UnitId
    points: int
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a quote holds until `expires_at` (exclusive): for `engine.Rulebook.pin`, and for a redemption.

    `member_id` is None for a guest's; `cart` is the cart's fingerprint.
    """

    member_id: MemberId | None
    cart: str
    versions: Mapping[ProgramId, VersionId]
    redeem: PinnedReward | PinnedPayment | None
    expires_at: datetime


def expiry(now: datetime) -> datetime:
    """When a quote of this instant expires: in 15 minutes, in whole seconds."""
    return now.replace(microsecond=0) + LIFETIME


def sign(pinned: Pinned) -> str:
    """The token of the scope's tenant for what is pinned."""
    payload = orjson.dumps(_document(pinned))
    return f"{_PREFIX}.{_text(payload)}.{_text(_signature(payload))}"


def open_token(token: str, cart: str | None, member: MemberId | None) -> Pinned:
    """What a token pins, for a cart (its fingerprint; None where there is none to compare) and who brings it.

    A guest's quote may be brought by anybody, a member's by that member only. Raises `Refusal`: QUOTE_INVALID (not
    signed by us for this tenant, or another member's), QUOTE_EXPIRED, QUOTE_FOR_ANOTHER_CART.
    """
    pinned = _pinned(_verified(token))
    if pinned.member_id is not None and pinned.member_id != member:
        raise _invalid()
    if pinned.expires_at <= scope.now():
        raise Refusal("QUOTE_EXPIRED", "This quote has expired: ask for a new one.", ("quote_token",))
    if cart is not None and cart != pinned.cart:
        raise Refusal("QUOTE_FOR_ANOTHER_CART", "This quote is for another cart.", ("quote_token",))
    return pinned


# -- signing -----------------------------------------------------------------------------------------------------------


def _verified(token: str) -> bytes:
    prefix, _, rest = token.partition(".")
    payload_text, dot, signature_text = rest.partition(".")
    if prefix != _PREFIX or not dot or len(token) > _CHARACTERS_MAX:
        raise _invalid()
    try:
        payload, signature = _bytes(payload_text), _bytes(signature_text)
    except ValueError:
        raise _invalid() from None
    if not hmac.compare_digest(signature, _signature(payload)):
        raise _invalid()
    return payload


def _signature(payload: bytes) -> bytes:
    root = _root(settings().secret_key, settings().data_dir)
    key = derive(root, "quote token", scope.tenant_id())
    return hmac.digest(key.encode(), _PREFIX.encode() + b"." + payload, hashlib.sha256)


@lru_cache(1)
def _root(configured: str | None, data_dir: Path) -> bytes:
    return root_key(configured, data_dir)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Raises `ValueError`, also for what base64 would overlook, so that no token can be written in two ways."""
    value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(value) != text:
        raise ValueError("not canonical")
    return value


def _invalid() -> Refusal:
    return Refusal("QUOTE_INVALID", "This is no quote of ours for you.", ("quote_token",))


# -- the payload: short names and short ids, since tokens travel -------------------------------------------------------


def _document(pinned: Pinned) -> dict[str, Any]:
    return {
        "f": FORMAT,
        "t": _short(scope.tenant_id()),
        "m": None if pinned.member_id is None else _short(pinned.member_id),
        "c": pinned.cart,
        "v": {_short(program): _short(version) for program, version in pinned.versions.items()},
        "r": _redeem_document(pinned.redeem),
        "e": int(pinned.expires_at.timestamp()),
    }


def _pinned(payload: bytes) -> Pinned:
    document = orjson.loads(payload)
    assert document["f"] == FORMAT and _long(document["t"]) == scope.tenant_id(), "we signed it for this tenant"
    return Pinned(
        None if document["m"] is None else MemberId(_long(document["m"])),
        document["c"],
        {ProgramId(_long(program)): VersionId(_long(version)) for program, version in document["v"].items()},
        _redeem(document["r"]),
        datetime.fromtimestamp(document["e"], UTC),
    )


def _redeem_document(redeem: PinnedReward | PinnedPayment | None) -> list[Any] | None:
    match redeem:
        case PinnedReward(reward, unit, points):
            return [_short(reward), _short(unit), points]
        case PinnedPayment(program, unit, points, amount, currency):
            return [_short(program), _short(unit), points, amount, currency]
        case None:
            return None


def _redeem(row: list[Any] | None) -> PinnedReward | PinnedPayment | None:
    match row:
        case [reward, unit, points]:
            return PinnedReward(RewardId(_long(reward)), UnitId(_long(unit)), points)
        case [program, unit, points, amount, currency]:
            return PinnedPayment(ProgramId(_long(program)), UnitId(_long(unit)), points, amount, currency)
        case _:
            return None


def _short(id_: str) -> str:
    return _text(UUID(id_).bytes)


def _long(text: str) -> str:
    return str(UUID(bytes=_bytes(text)))
