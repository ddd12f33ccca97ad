"""A reward as the merchant describes it, and the check of it: every problem named by its field's path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from kit.errors import Refusal
from kit.ids import is_id
from ledger.state import AMOUNT_MAX, UnitId
from rewards.errors import RewardErrorCode, invalid, out_of_range
from rewards.terms import RewardTerms, problems
from rewards.views import RewardId, RewardShops, VoucherSource


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardInput:
    """A whole reward: what is not given takes its default, also when the reward is there already.

    `id` changes the reward of that id (its slug too), else `slug` says which. `partners` are ids of partners that share
    its unit, as `programs.coalition.offering` finds them. The rest is as in `RewardView`.
    """

    slug: str
    name: str
    unit_id: UnitId
    points: int
    terms: RewardTerms
    id: RewardId | None = None
    description: str = ""
    tiers: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    stock: int | None = None
    limit_per_member: int | None = None
    voucher_source: VoucherSource = VoucherSource.NONE
    image_url: str | None = None
    position: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    shops: RewardShops = RewardShops.OWN
    partners: tuple[str, ...] = ()


def check(given: RewardInput) -> None:
    """Raise the first problem of the input: `Refusal` INVALID, OUT_OF_RANGE or TOO_MANY."""
    for problem in _problems(given):
        raise problem


NAME_CHARACTERS_MAX = 200
DESCRIPTION_CHARACTERS_MAX = 5000
URL_CHARACTERS_MAX = 2000
AUDIENCE_MAX = 100
POSITION_MAX = 1_000_000
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def _problems(given: RewardInput) -> Iterator[Refusal]:
    if not _SLUG.fullmatch(given.slug):
        yield invalid("A slug is 1 to 64 of a–z 0–9 _ -, the first a letter or digit.", "slug")
    if not given.name.strip() or not _storable(given.name, NAME_CHARACTERS_MAX):
        yield invalid(f"Give 1 to {NAME_CHARACTERS_MAX} characters.", "name")
    if not _storable(given.description, DESCRIPTION_CHARACTERS_MAX):
        yield invalid(f"At most {DESCRIPTION_CHARACTERS_MAX} characters.", "description")
    yield from _number(given.points, 0, AMOUNT_MAX, "points")
    yield from _number(given.stock, 0, AMOUNT_MAX, "stock")
    yield from _number(given.limit_per_member, 1, 1_000_000, "limit_per_member")
    yield from _number(given.position, -POSITION_MAX, POSITION_MAX, "position")
    yield from _audience(given.tiers, "tiers")
    yield from _audience(given.segments, "segments")
    if len(given.partners) > AUDIENCE_MAX:
        yield Refusal(RewardErrorCode.TOO_MANY, f"At most {AUDIENCE_MAX}.", ("partners",))
    if given.partners and given.shops is RewardShops.OWN:
        yield invalid("It is not redeemed with partners: name none, or say so in `shops`.", "partners")
    yield from problems(given.terms)
    if given.image_url is not None and not _is_web_address(given.image_url):
        yield invalid("Give an address that begins with https://, or none.", "image_url")
    if given.starts_at is not None and given.ends_at is not None and given.ends_at <= given.starts_at:
        yield invalid("It must end after it starts.", "ends_at")
    if not is_id(given.unit_id):
        yield Refusal(RewardErrorCode.NOT_FOUND, "There is no such unit.", ("unit",))


def _number(value: int | None, low: int, high: int, field: str) -> Iterator[Refusal]:
    if value is not None and not low <= value <= high:
        yield out_of_range(low, high, field)


def _audience(names: tuple[str, ...], field: str) -> Iterator[Refusal]:
    if len(names) > AUDIENCE_MAX:
        yield Refusal(RewardErrorCode.TOO_MANY, f"At most {AUDIENCE_MAX}.", (field,))
    for number, name in enumerate(names[:AUDIENCE_MAX]):
        if not name.strip() or not _storable(name, NAME_CHARACTERS_MAX):
            yield invalid(f"Give 1 to {NAME_CHARACTERS_MAX} characters.", field, str(number))


def _is_web_address(text: str) -> bool:
    """Whether a browser can show it: https, or http on this very machine (development)."""
    if not _storable(text, URL_CHARACTERS_MAX) or any(character.isspace() for character in text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in ("localhost", "127.0.0.1")))


def _storable(text: str, characters_max: int) -> bool:
    """Whether it is short enough and both databases keep it: no NUL, no lone surrogates."""
    return len(text) <= characters_max and "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
