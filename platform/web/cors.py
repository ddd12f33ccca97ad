"""Which pages may call an endpoint: a preflight carries no key, so it is answered, and the request itself is judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from kit.errors import Forbidden

ANY = "*"
_PREFLIGHT_SECONDS = 7_200
_HEADERS_ALLOWED = "authorization, content-type, x-request-id"


def preflight(headers: Headers) -> dict[str, str]:
    """The headers that answer an OPTIONS request: any origin may ask, since only the request names its key."""
    return {
        "access-control-allow-origin": headers.get("origin", ANY),
        "access-control-allow-methods": "POST, OPTIONS",
        "access-control-allow-headers": headers.get("access-control-request-headers", _HEADERS_ALLOWED),
        "access-control-max-age": str(_PREFLIGHT_SECONDS),
        "vary": "Origin, Access-Control-Request-Headers",
    }


def readable(headers: Headers) -> dict[str, str]:
    """The headers that let the calling page read an answer."""
    origin = headers.get("origin")
    if origin is None:
        return {"vary": "Origin"}
    return {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "x-request-id, retry-after",
        "vary": "Origin",
    }


def check_origin(headers: Headers, allowed: Collection[str]) -> None:
    """Let a request through that comes from an allowed origin, from our own pages or from no browser.

    Origins are `scheme://host[:port]`, compared as browsers write them; `*` allows all. Raises `Forbidden`.
    """
    origin = headers.get("origin")
    # Browsers send no origin with an image's or a link's GET, but they say where it comes from.
    foreign = origin is None and headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    if foreign and ANY not in allowed:
        raise Forbidden("This page is not allowed.")
    if origin is None or ANY in allowed or origin in allowed or _is_own(origin, headers):
        return
    raise Forbidden("This origin is not allowed.")


def _is_own(origin: str, headers: Mapping[str, str]) -> bool:
    try:
        return urlsplit(origin).netloc == headers.get("host") != ""
    except ValueError:
        return False
