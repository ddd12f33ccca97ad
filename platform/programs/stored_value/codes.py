"""Codes and PINs of gift cards: derived from the server's secret and the card's id, kept as hashes only.

So the database never holds what a card can be used with, and a repeat of the mutation that issued it shows it again. A
code is 15 letters and digits of Crockford's alphabet (75 bits that nobody guesses) and one that checks them, written in
groups of four: `7KQM-3FXW-9TRD-0HZ2`. Lower case, spaces and dashes make no difference, and O, I and L read as 0 and 1.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode
from functools import lru_cache
from pathlib import Path

from kit.secrets import derive, root_key
from settings import settings
from tenants import scope

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
PIN_DIGITS = 6
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def code_of(card_id: str) -> str:
    """The code of a card of the scope's tenant, without the dashes."""
    bits = _number("gift card code", card_id)
    data = "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(LENGTH - 1))
    return data + ALPHABET[_check(data)]


def pin_of(card_id: str) -> str:
    """The PIN of a card of the scope's tenant."""
    return f"{_number('gift card PIN', card_id) % 10**PIN_DIGITS:0{PIN_DIGITS}}"


def read(text: str) -> str | None:
    """The code that a person has typed, without the dashes; None if no card has such a code."""
    code = text.strip().upper().translate(_READ_AS)
    if len(code) != LENGTH or any(letter not in _VALUES for letter in code):
        return None
    return code if ALPHABET[_check(code[:-1])] == code[-1] else None


def shown(code: str) -> str:
    """A code in groups of four."""
    return "-".join(code[place : place + 4] for place in range(0, LENGTH, 4))


def code_hash(code: str) -> str:
    """What a card is found by: SHA-256 (hex) of its code."""
    return hashlib.sha256(code.encode()).hexdigest()


def pin_hash(card_id: str, pin: str) -> str:
    """What a PIN is compared by. It is short, but of no use to anybody without the code, which is not."""
    return hashlib.sha256(f"{card_id} {pin}".encode()).hexdigest()


def pin_fits(card_id: str, stored: str | None, pin: str | None) -> bool:
    """Whether this is the card's PIN; a card without one takes any."""
    return stored is None or hmac.compare_digest(stored, pin_hash(card_id, pin or ""))


def _check(data: str) -> int:
    """Luhn's sum in base 32: one wrong letter, and almost every pair that changed places, is noticed."""
    total = 0
    for place, letter in enumerate(reversed(data)):
        value = _VALUES[letter] * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return -total % 32


def _number(purpose: str, card_id: str) -> int:
    root = _root(settings().secret_key, settings().data_dir)
    secret = derive(root, purpose, scope.tenant_id(), card_id)
    return int.from_bytes(urlsafe_b64decode(secret + "="))


@lru_cache(1)
def _root(configured: str | None, data_dir: Path) -> bytes:
    return root_key(configured, data_dir)
