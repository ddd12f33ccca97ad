"""The draw itself, pure and provable: a committed seed and what was known before decide, and anybody can recompute it.

    commitment   SHA-256(seed), hex, shown before the first draw; the seed is shown when it is used no more
    number       the first 8 bytes of HMAC-SHA-256(seed, "<id>:<text>:<nonce>"), big-endian, modulo `below`

A number in the last, incomplete stretch of `below` is rejected and the next nonce is tried, from 0 on: else the first
prizes would be a little likelier. The id is fixed before the player says the text, and the seed before both.
"""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

SEED_BYTES = 32
_SPAN = 2**64


class Number(NamedTuple):
    """A number from 0 to below the bound, and the nonce that gave it."""

    value: int
    nonce: int


def commitment(seed: bytes) -> str:
    """Give what is published of a seed before it is used: its SHA-256, in hex."""
    return hashlib.sha256(seed).hexdigest()


def number(seed: bytes, id_: str, text: str, below: int, nonce: int = 0) -> Number:
    """Draw a number from 0 to `below` − 1 (at most 2⁶⁴ − 1), all alike; nonces before `nonce` are left out."""
    assert 0 < below < _SPAN, "a bound from 1 to 2⁶⁴ − 1"
    end = _SPAN - _SPAN % below
    while True:
        digest = hmac.digest(seed, f"{id_}:{text}:{nonce}".encode(), "sha256")
        drawn = int.from_bytes(digest[:8], "big")
        if drawn < end:
            return Number(drawn % below, nonce)
        nonce += 1


def pick(weights: Sequence[int], drawn: int) -> int:
    """Give the place of the prize on which a number falls: the first `weights[0]` numbers are the first's, and so on.

    >>> [pick([2, 0, 1], drawn) for drawn in range(3)]
    [0, 0, 2]
    """
    for place, weight in enumerate(weights):
        if drawn < weight:
            return place
        drawn -= weight
    raise ValueError("the number is not below the weights' sum")


def table_odds(weights: Sequence[int], wins: Sequence[bool], out_of: int) -> Fraction:
    """Give the chance that a draw from the table wins something."""
    return Fraction(sum(weight for weight, win in zip(weights, wins, strict=True) if win), out_of)


class Ticket(NamedTuple):
    """A winning ticket: `holder` is the place in the list of those with entries, `nonce` gave its number."""

    holder: int
    ticket: int
    nonce: int


def winners(seed: bytes, id_: str, text: str, entries: Sequence[int], wanted: int) -> list[Ticket]:
    """Draw up to `wanted` tickets, each entry one; who has won is out for the rest, with all of their entries.

    The n-th (from 1) is the number for the text `<text>:<n>` below the tickets that are left, counted in their order:
    `entries[0]` tickets from 0 on are the first holder's, and so on.
    """
    firsts, total = [], 0
    for each in entries:
        firsts.append(total)
        total += each
    drawn, out = list[Ticket](), list[tuple[int, int]]()
    while len(drawn) < min(wanted, len(entries)):
        left = total - sum(size for _, size in out)
        ticket, nonce = number(seed, id_, f"{text}:{len(drawn) + 1}", left)
        for first, size in sorted(out):
            if ticket >= first:
                ticket += size
        holder = bisect_right(firsts, ticket) - 1
        out.append((firsts[holder], entries[holder]))
        drawn.append(Ticket(holder, ticket, nonce))
    return drawn
