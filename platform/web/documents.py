"""Trusted documents: what a publishable key may run, registered by hash when the widgets are built (DESIGN §8)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType

import orjson

from kit.errors import SettingsError
from web.errors import Code, RequestRefused


class Documents:
    """Documents by the lower-case hexadecimal SHA-256 of their UTF-8 text."""

    def __init__(self, by_hash: Mapping[str, str]) -> None:
        self._by_hash = MappingProxyType(dict(by_hash))

    @classmethod
    def load(cls, path: Path) -> Documents:
        """Read `{hash: document}` from a JSON file. Raises `SettingsError` if it is none, or a hash is wrong."""
        try:
            found = orjson.loads(path.read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise SettingsError(f"trusted documents: cannot read {path.name}: {error}") from None
        if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
            raise SettingsError(f"trusted documents: {path.name} is not a map from hash to document")
        for key, text in found.items():
            if digest(text) != key:
                raise SettingsError(f"trusted documents: the document under {key} has another hash")
        return cls(found)

    def __len__(self) -> int:
        return len(self._by_hash)

    def text(self, document_id: str) -> str:
        """The document of `document_id`, with or without `sha256:` before it. Raises `RequestRefused`."""
        try:
            return self._by_hash[document_id.removeprefix("sha256:").lower()]
        except KeyError:
            message = "No document is registered under this id."
            raise RequestRefused(HTTPStatus.BAD_REQUEST, message, Code.DOCUMENT_NOT_FOUND) from None


def digest(text: str) -> str:
    """The id of a document."""
    return hashlib.sha256(text.encode()).hexdigest()
