"""Outgoing HTTP to addresses that others choose: resolved once, checked, and connected to that very address.

A merchant's webhook URL could name our own network (SSRF), or a name whose answer changes between the check and the
connection (DNS rebinding). So the name is resolved here, every answer must be public, and the connection goes to the
checked address, with the name in `Host`, in SNI and in the certificate's check. No redirects, no proxies.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from kit.errors import GuerdonError

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


class OutboundError(GuerdonError):
    """A request to the outside could not be made, or its answer not be taken; the text may be shown to the merchant."""


class NotAllowed(OutboundError):
    """The URL leads where we do not go."""


class Unreachable(OutboundError):
    """No answer: the name, the connection, the certificate or the time."""


class TooLarge(OutboundError):
    """The answer is larger than allowed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; `body` as it came, not decoded. Redirects are answers like any other."""

    status: int
    headers: Mapping[str, str]
    body: bytes


# Threads of its own: a name whose server does not answer holds one for as long as the system waits, which may be longer
# than we do, and whoever chooses the name must not take those that passwords and files need.
_RESOLVING = ThreadPoolExecutor(32, "resolving")


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, from the system's resolver, best first."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_RESOLVING, ask)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """Sends requests within limits.

    `allow_private` lets them go to this machine and its network, and without TLS: for development only. `tls` replaces
    the trusted authorities.
    """

    allow_private: bool = False
    resolver: Resolver = resolve
    seconds_max: float = 10.0
    body_bytes_max: int = 65_536
    tls: ssl.SSLContext | None = None

    async def send(self, method: str, url: str, headers: Mapping[str, str], content: bytes = b"") -> Answer:
        """Send one request and read the whole answer. Raises `OutboundError`."""
        try:
            async with asyncio.timeout(self.seconds_max):
                target, addresses = await self._checked(url)
                return await self._exchange(method, target, addresses[0], headers, content)
        except TimeoutError:
            raise Unreachable(f"no answer within {self.seconds_max:g} seconds") from None
        except httpx.HTTPError as error:
            raise Unreachable(str(error) or type(error).__name__) from None

    async def check(self, url: str) -> None:
        """Whether requests may go there at all, to tell a merchant while saving. Raises `OutboundError`."""
        try:
            async with asyncio.timeout(self.seconds_max):
                await self._checked(url)
        except TimeoutError:
            raise Unreachable(f"the name does not resolve within {self.seconds_max:g} seconds") from None

    async def _checked(self, url: str) -> tuple[httpx.URL, list[str]]:
        target = _parsed(url, ("https", "http") if self.allow_private else ("https",))
        try:
            found = await self.resolver(_ascii_host(target), _port(target))
        except (OSError, UnicodeError):
            raise Unreachable(f"the name {target.host} does not resolve") from None
        addresses = list(dict.fromkeys(found))
        if not addresses:
            raise Unreachable(f"the name {target.host} does not resolve")
        # All of them: an answer that mixes public and private addresses is an attempt, not a set-up.
        if not self.allow_private and not all(map(is_public, addresses)):
            raise NotAllowed(f"{target.host} is not on the public internet")
        return target, addresses

    async def _exchange(
        self, method: str, target: httpx.URL, address: str, headers: Mapping[str, str], content: bytes
    ) -> Answer:
        sent = {**headers, "host": target.netloc.decode("ascii"), "accept-encoding": "identity"}
        # A client of its own: a pooled connection goes by address, and would carry one name's TLS to another's.
        async with httpx.AsyncClient(
            verify=self.tls or _authorities(), trust_env=False, timeout=self.seconds_max, follow_redirects=False
        ) as client, client.stream(
            method, target.copy_with(host=address), headers=sent, content=content,
            extensions={"sni_hostname": _ascii_host(target)},
        ) as response:  # fmt: skip
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > self.body_bytes_max:
                    raise TooLarge(f"the answer has more than {self.body_bytes_max} bytes")
            return Answer(response.status_code, dict(response.headers), bytes(body))


def is_public(address: str) -> bool:
    """Whether an IP address is an ordinary one of the public internet, also where it wraps an IPv4 one."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _wrapped(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if any(ip in network for network in _NOT_PUBLIC) or (isinstance(ip, IPv6Address) and ip not in _UNICAST):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)


# Python calls these global, or some of it: protocols (RFC 6890), relays of 6to4 (RFC 7526), documentation (RFC 9637).
_NOT_PUBLIC = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv6Network("3fff::/20"))
_UNICAST = IPv6Network("2000::/3")  # all that IANA gives out; not fec0::/10, which sites used within
# Translators answer for these (NAT64, RFC 6052 and 8215), and 6to4's relays for theirs.
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    if ip in _NAT64_LOCAL or ip.teredo is not None or int(ip) >> 32 == 0:
        return IPv4Address(0)  # never public
    return None


def _parsed(url: str, schemes: Sequence[str]) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, UnicodeError):
        raise NotAllowed("this is not a URL") from None
    if target.scheme not in schemes:
        raise NotAllowed(f"use {' or '.join(schemes)}")
    if not target.host or "%" in target.host or target.userinfo:
        raise NotAllowed("a URL needs a host, and no user or password")
    if not 0 < _port(target) < 65_536:
        raise NotAllowed("a port is at most 65535")
    return target


def _ascii_host(target: httpx.URL) -> str:
    return target.raw_host.decode("ascii")


def _port(target: httpx.URL) -> int:
    return target.port if target.port is not None else (443 if target.scheme == "https" else 80)


@lru_cache
def _authorities() -> ssl.SSLContext:
    """Made once: reading the authorities takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)
