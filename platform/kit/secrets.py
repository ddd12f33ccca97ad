"""Secrets that are derived rather than stored: one root key, and from it a key for each purpose and context."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

import orjson

from kit.errors import SettingsError


def derive(root: bytes, purpose: str, *context: str) -> str:
    """A secret of 256 bits as 43 characters of base64url; another purpose or context gives one that is unrelated.

    The names are joined as a JSON list, so that no two contexts can read alike.
    """
    message = orjson.dumps(["guerdon", purpose, *context])
    return base64.urlsafe_b64encode(hmac.digest(root, message, hashlib.sha256)).rstrip(b"=").decode()


def root_key(configured: str | None, data_dir: Path) -> bytes:
    """The root key: `GUERDON_SECRET_KEY`, else (in development) a random one kept in `<data_dir>/secret`, mode 0600.

    Production never comes to the second: `settings` refuses to start without the first. Raises `SettingsError` if the
    file cannot be used.
    """
    if configured is not None:
        return configured.encode()
    path = data_dir / "secret"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(48))
        kept = path.read_text("ascii").strip()
    except OSError as error:
        raise SettingsError(f"GUERDON_DATA_DIR: {path} cannot be used ({error.strerror})") from None
    if len(kept) < 32:
        raise SettingsError(f"GUERDON_DATA_DIR: {path} holds no secret; remove it to have a new one made")
    return kept.encode()


def _write_once(path: Path, text: str) -> None:
    """Write a file that appears at once and whole: two processes that start together must agree on one secret."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process was first: its secret is the one
    finally:
        draft.unlink()
