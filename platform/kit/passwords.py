"""Passwords: argon2id in a thread, hashes brought up to date, and the same time for accounts that do not exist."""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from passlib.context import CryptContext  # type: ignore[import-untyped]  # libpass brings no types

from kit.text import normalise

CHARACTERS_MIN = 10
CHARACTERS_MAX = 1024  # nobody types more, and hashing it costs

# OWASP's second choice for argon2id: 19 MiB, two passes, one lane; about 32 ms.
_context = CryptContext(
    schemes=["argon2"], argon2__type="ID", argon2__time_cost=2, argon2__memory_cost=19 * 1024, argon2__parallelism=1
)
# Of a random password that nobody knows; verified against where there is no account.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$1noPwdh7b621dk4JAeCckw$x722ENMi4iklE/sZHXrwK6uKRJmkn9lwM3K3yYpZdqE"
# Two at a time: more would take memory and the processor from everything else.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password is right, and the hash to store instead if the stored one is not up to date."""

    right: bool
    upgraded_hash: str | None = None


async def hash_password(password: str) -> str:
    """The hash to store."""
    hashed: str = await asyncio.get_running_loop().run_in_executor(_threads, _context.hash, _form(password))
    return hashed


async def verify_password(password: str, stored_hash: str | None) -> Verdict:
    """Whether `password` is the one of `stored_hash`; without a hash it never is, and that takes as long to say."""
    tried = _form(password) if len(password) <= CHARACTERS_MAX else ""
    right, upgraded = await asyncio.get_running_loop().run_in_executor(
        _threads, _context.verify_and_update, tried, stored_hash or _NOBODY
    )
    return Verdict(right, upgraded) if stored_hash is not None else Verdict(False)


def objection(password: str, email: str) -> str | None:
    """Why a new password will not do, as a sentence; `None` if it will.

    Length is what counts (NIST SP 800-63B): no rules on what it is made of.
    """
    if len(password) < CHARACTERS_MIN:
        return f"Use at least {CHARACTERS_MIN} characters."
    if len(password) > CHARACTERS_MAX:
        return f"Use at most {CHARACTERS_MAX} characters."
    if normalise(password) in (normalise(email), normalise(email).partition("@")[0]):
        return "Use something else than your e-mail address."
    if len(set(password)) < 3:
        return "Use more than one or two different characters."
    return None


def _form(password: str) -> bytes:
    """One form for the same keys pressed on different systems; lone surrogates, which JSON can carry, hash too."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
