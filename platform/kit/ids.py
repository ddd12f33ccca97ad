"""Ids: UUIDv7 as canonical text inside, TypeIDs (`mem_01h…`, jetify's specification) towards the outside."""

from __future__ import annotations

import re
from uuid import UUID

import uuid_utils

from kit.errors import InvalidId

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {letter: value for value, letter in enumerate(_ALPHABET)}
_SUFFIX = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHIFTS = tuple(range(125, -1, -5))


def new_id() -> str:
    """A new time-ordered id (UUIDv7) as canonical lower-case text."""
    return str(uuid_utils.uuid7())


def encode(prefix: str, id_: str) -> str:
    """The TypeID of an id: `encode("mem", "0190…") == "mem_01j…"`."""
    number = int(id_.replace("-", ""), 16)
    return prefix + "_" + "".join([_ALPHABET[(number >> shift) & 31] for shift in _SHIFTS])


def decode(prefix: str, text: str) -> str:
    """The id in a TypeID. Raises `InvalidId` unless it is well formed and of this prefix."""
    head, _, suffix = text.rpartition("_")
    if head != prefix or not _SUFFIX.fullmatch(suffix):
        raise InvalidId(f"not an id of the form {prefix}_…: {text[:40]!r}")
    number = 0
    for letter in suffix:
        number = number << 5 | _VALUE[letter]
    return str(UUID(int=number))


def is_id(text: str) -> bool:
    """Whether a text is a canonical id, safe to stand in a statement."""
    return _UUID.fullmatch(text) is not None
