"""Seeds that nobody may know yet, as the database holds them: encrypted, so that a copy of it foresees no draw.

The key is derived from the root key and the tenant. After the root key was changed, seeds that are still in use are
read with the one before (`GUERDON_SECRET_KEY_PREVIOUS`), and new ones are sealed under the new one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from kit.errors import GuerdonError
from kit.secrets import derive, root_key
from settings import settings
from tenants import scope

_SEALED = "sealed:"


class SeedSealed(GuerdonError):
    """A seed in use was sealed under a root key that this process was not given."""

    def __init__(self) -> None:
        super().__init__("a game's seed is sealed under another key: give that as GUERDON_SECRET_KEY_PREVIOUS")


def seal(seed: bytes) -> str:
    """Encrypt a seed for the scope's tenant."""
    return _SEALED + _box().encrypt(seed).decode()


def unseal(stored: str) -> bytes:
    """Read what `seal` wrote, or a seed in hex from before seeds were sealed. Raises `SeedSealed`."""
    if not stored.startswith(_SEALED):
        return bytes.fromhex(stored)
    try:
        return _box().decrypt(stored.removeprefix(_SEALED))
    except InvalidToken as error:
        raise SeedSealed from error


def _box() -> MultiFernet:
    known = settings()
    previous = known.secret_key_previous
    roots = [_root(known.secret_key, known.data_dir), *([] if previous is None else [previous.encode()])]
    return MultiFernet([Fernet(derive(root, "game seed", scope.tenant_id()) + "=") for root in roots])


@lru_cache(1)
def _root(configured: str | None, data_dir: Path) -> bytes:
    return root_key(configured, data_dir)
