"""How often passwords, codes and other members' names may be tried, and shops be made: counted in Redis if there is
one, else in this process.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import cast

import structlog
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from kit.errors import Throttled
from settings import settings
from tenants.tokens import hashed

PER_ACCOUNT = RateLimitItemPerMinute(10, 15, namespace="guerdon-sign-in-account")
PER_ADDRESS = RateLimitItemPerMinute(100, 15, namespace="guerdon-sign-in-address")
SIGN_UPS_PER_ADDRESS = RateLimitItemPerHour(30, namespace="guerdon-sign-up-address")
TRIES_PER_CARD = RateLimitItemPerMinute(10, 15, namespace="guerdon-gift-card")
WRONG_CARDS_PER_SHOPPER = RateLimitItemPerMinute(10, 15, namespace="guerdon-gift-cards-wrong")
NAMES_PER_SHOPPER = RateLimitItemPerMinute(10, 15, namespace="guerdon-names")
WRONG_CARDS_PER_SERVER = RateLimitItemPerMinute(300, 15, namespace="guerdon-gift-cards-wrong-server")
WRONG_LINKS_PER_PARTNER = RateLimitItemPerMinute(100, 15, namespace="guerdon-links-wrong")


class TooManyAttempts(Throttled):
    """Tried too often; `headers` tell when to come back."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts: try again in {seconds} seconds.")
        self.headers = {"retry-after": str(seconds)}


async def count_sign_in(email: str, address: str | None) -> None:
    """Count one try before it is judged, so that tries at the same time count too. Raises `TooManyAttempts`.

    `address` is the client's, `None` for tries that come from no network.
    """
    if address is not None:
        await _count(PER_ADDRESS, _network(address))
    await _count(PER_ACCOUNT, hashed(email))


async def forgive_account(email: str) -> None:
    """Start an account's count anew, after its password was right."""
    await _clear(PER_ACCOUNT, hashed(email))


async def count_card(tenant: str, actor: str, code: str) -> None:
    """Count one try of a gift card's code, before it is judged. Raises `TooManyAttempts`.

    Refused too is who was wrong too often of late: `actor` as the audit log names them, a shopper sooner than a shop's
    server, which brings everybody's codes.
    """
    await _peek(_wrong_cards(actor), hashed(f"{tenant} {actor}"))
    await _count(TRIES_PER_CARD, hashed(f"{tenant} {code}"))


async def count_wrong_card(tenant: str, actor: str) -> None:
    """Count one code or PIN that was wrong."""
    with suppress(TooManyAttempts):  # the next try is told
        await _count(_wrong_cards(actor), hashed(f"{tenant} {actor}"))


async def forgive_card(tenant: str, code: str) -> None:
    """Start a card's count anew, after code and PIN were right."""
    await _clear(TRIES_PER_CARD, hashed(f"{tenant} {code}"))


async def count_name(tenant: str, actor: str) -> None:
    """Count one try of a shopper to name another member (by a code, by an id), right or wrong, before it is judged.

    A shop's server knows its members, and is not counted. Raises `TooManyAttempts`.
    """
    if actor.startswith("member:"):
        await _count(NAMES_PER_SHOPPER, hashed(f"{tenant} {actor}"))


async def check_links(tenant: str, partner: str) -> None:
    """Refuse a partner which was wrong too often of late about the members to be linked. Raises `TooManyAttempts`."""
    await _peek(WRONG_LINKS_PER_PARTNER, hashed(f"{tenant} {partner}"))


async def count_wrong_link(tenant: str, partner: str) -> None:
    """Count one code, or one name, that let a partner link nobody."""
    with suppress(TooManyAttempts):  # the next try is told
        await _count(WRONG_LINKS_PER_PARTNER, hashed(f"{tenant} {partner}"))


async def count_sign_up(address: str | None) -> None:
    """Count one shop made from an address. Raises `TooManyAttempts`."""
    if address is not None:
        await _count(SIGN_UPS_PER_ADDRESS, _network(address))


_log = structlog.get_logger(__name__)


async def _count(item: RateLimitItem, name: str) -> None:
    shared, local = _limiters()
    try:
        await _hit(shared, item, name)
    except StorageError as error:  # people must still be able to sign in
        _say_without_redis(error)
        await _hit(local, item, name)


async def _clear(item: RateLimitItem, name: str) -> None:
    for limiter in set(_limiters()):
        try:
            await limiter.clear(item, name)
        except StorageError as error:
            _say_without_redis(error)


async def _peek(item: RateLimitItem, name: str) -> None:
    """Raises `TooManyAttempts` where the next one would be too much, and counts nothing."""
    shared, local = _limiters()
    for limiter in (shared, local):
        try:
            if not await limiter.test(item, name):
                window = await limiter.get_window_stats(item, name)
                raise TooManyAttempts(max(1, int(window.reset_time - time.time()) + 1))
            return
        except StorageError as error:
            _say_without_redis(error)


def _wrong_cards(actor: str) -> RateLimitItem:
    return WRONG_CARDS_PER_SHOPPER if actor.startswith("member:") else WRONG_CARDS_PER_SERVER


async def _hit(limiter: FixedWindowRateLimiter, item: RateLimitItem, name: str) -> None:
    if not await limiter.hit(item, name):
        window = await limiter.get_window_stats(item, name)
        raise TooManyAttempts(max(1, int(window.reset_time - time.time()) + 1))


def _say_without_redis(error: StorageError) -> None:
    _log.warning("attempts are counted in this process only", error=type(error.storage_error).__name__)


def _network(address: str) -> str:
    """An IPv4 address, or an IPv6 customer's whole network: they have 2⁶⁴ addresses to come from."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return hashed(address)
    return str(ip if ip.version == 4 else ip_network((ip, 64), strict=False))


def _limiters() -> tuple[FixedWindowRateLimiter, FixedWindowRateLimiter]:
    """The one to ask, and the one in this process to fall back on; without Redis they are the same."""
    return _of(settings().redis_url)


@lru_cache(1)
def _of(redis_url: str | None) -> tuple[FixedWindowRateLimiter, FixedWindowRateLimiter]:
    local = FixedWindowRateLimiter(MemoryStorage())
    if redis_url is None:
        return local, local
    shared = storage_from_string(
        f"async+{redis_url}",
        implementation="redispy",
        wrap_exceptions=True,
        socket_timeout=1.0,
        socket_connect_timeout=1.0,
    )
    return FixedWindowRateLimiter(cast(Storage, shared)), local
