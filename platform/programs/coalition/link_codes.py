"""A member's one-time codes for a partner to link them by: eight characters, for a quarter of an hour, kept as
keyed hashes.

They are short enough to be read out at a till, so whoever tries them is counted, and the hash is of no use without the
server's secret. Lower case, spaces and dashes make no difference, and O, I and L read as 0 and 1.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from kit.secrets import derive, root_key
from settings import settings
from tenants import scope

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
LIFETIME = timedelta(minutes=15)
OPEN_MAX = 5
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code just made, as it is shown (`7KQM-3FXW`), now and never again; good before `ends_at`, once."""

    code: str
    ends_at: datetime


def new_code() -> str:
    """A code, without its dash: 40 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read(text: str) -> str | None:
    """The code that a person has typed, without its dash; None if there is no such code."""
    code = text.strip().upper().translate(_READ_AS)
    return code if len(code) == LENGTH and all(letter in ALPHABET for letter in code) else None


def shown(code: str) -> str:
    """A code in groups of four."""
    return f"{code[:4]}-{code[4:]}"


def hashed(code: str) -> str:
    """What a code of the scope's tenant is found by."""
    return derive(_root(settings().secret_key, settings().data_dir), "coalition link code", scope.tenant_id(), code)


@lru_cache(1)
def _root(configured: str | None, data_dir: Path) -> bytes:
    return root_key(configured, data_dir)
