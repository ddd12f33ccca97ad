"""The form of credentials: API keys with a checksum, opaque tokens, and the hash under which both are stored."""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib
from enum import StrEnum

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_CHARACTERS = 30  # 178 bits
_CHECK_CHARACTERS = 6
_KEY = re.compile(r"(?:gsk|gpk|gpt)_(?:live|test)_[0-9A-Za-z]{36}")


class KeyKind(StrEnum):
    """What a key is for: a merchant's servers, the pages of its shop, or the servers of a partner of its coalition."""

    SECRET = "secret"  # noqa: S105  # no secret, its name
    PUBLISHABLE = "publishable"
    PARTNER = "partner"


_PREFIX = {KeyKind.SECRET: "gsk", KeyKind.PUBLISHABLE: "gpk", KeyKind.PARTNER: "gpt"}


def new_key(kind: KeyKind, *, sandbox: bool) -> str:
    """A new key: `gsk_`, `gpk_` or `gpt_`, then `live_` or `test_`, 30 random base62 characters, 6 of CRC-32."""
    head = f"{_PREFIX[kind]}_{'test' if sandbox else 'live'}_"
    body = head + "".join(secrets.choice(_BASE62) for _ in range(_RANDOM_CHARACTERS))
    return body + _check(body)


def is_key(text: str, kind: KeyKind) -> bool:
    """Whether a text is a well-formed key of this kind, its checksum right: most wrong ones need no database."""
    if not text.startswith(_PREFIX[kind]) or not _KEY.fullmatch(text):
        return False
    return _check(text[:-_CHECK_CHARACTERS]) == text[-_CHECK_CHARACTERS:]


def hint(key: str) -> str:
    """What may be shown of a key once it was made: `gsk_live_…4fQ2`."""
    return f"{key[:9]}…{key[-4:]}"


def new_token() -> str:
    """A new opaque token (256 bits), for sessions and invitations."""
    return secrets.token_urlsafe(32)


def hashed(credential: str) -> str:
    """The SHA-256 under which a credential is stored; it is random and long, so it needs no salt and no slow hash."""
    return hashlib.sha256(credential.encode("utf-8", "surrogatepass")).hexdigest()


def _check(body: str) -> str:
    number = zlib.crc32(body.encode())
    digits = []
    for _ in range(_CHECK_CHARACTERS):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return "".join(reversed(digits))
