"""What may be said about a member, and the check of it: field by field, every problem named.

A field that is not given is `UNSET` and stays as it is; `None` clears it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Final, Literal

from kit.errors import Refusal
from kit.text import normalise_email
from members.dependants import DEPENDANTS_MAX, DependantInput
from members.dependants import NAME_CHARACTERS_MAX as DEPENDANT_CHARACTERS_MAX
from members.errors import MemberErrorCode, invalid
from members.text import storable
from members.views import Attribute, MemberId


class Unset(Enum):
    """The type of `UNSET`, so that a field can be told apart from one that is cleared."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
_Unset = Literal[Unset.UNSET]


@dataclass(frozen=True, slots=True)
class ConsentInput:
    """A consent given or withdrawn. `purpose` and `source` are words like `email.news`: not personal, so they stay."""

    purpose: str
    granted: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberInput:
    """A member as the merchant describes them; `external_id` or `id` says who.

    Both together give the member `id` that external id. `attributes` are merged key by key (a key's `None` removes it,
    `None` for all clears them). `tags` replaces them all; then `add_tags` and `remove_tags` apply.
    `dependants` replaces them all, too.
    """

    id: MemberId | None = None
    external_id: str | _Unset | None = UNSET
    name: str | _Unset | None = UNSET
    email: str | _Unset | None = UNSET
    phone: str | _Unset | None = UNSET
    birthday: date | _Unset | None = UNSET
    locale: str | _Unset | None = UNSET
    joined_at: datetime | _Unset = UNSET
    attributes: Mapping[str, Attribute | None] | _Unset | None = UNSET
    tags: Sequence[str] | _Unset | None = UNSET
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()
    consents: Sequence[ConsentInput] = ()
    dependants: Sequence[DependantInput] | _Unset | None = UNSET


def checked(given: MemberInput, now: datetime) -> tuple[MemberInput, list[Refusal]]:
    """The input in its stored form, and what is wrong with it; only to be used if that is nothing."""
    problems = []
    clean: dict[str, Any] = {}
    if given.id is None and (given.external_id is UNSET or given.external_id is None):
        problems.append(invalid("Say who: an external id, or the id of a member there is.", "external_id"))
    for name, check in _CHECKS.items():
        value = getattr(given, name)
        if value is UNSET or (value is None and name in _CLEARABLE):
            continue
        try:
            clean[name] = check(value, now)
        except _Wrong as wrong:
            problems.append(Refusal(wrong.code, wrong.message, (name, *wrong.path)))
    if len({*clean.get("tags", ()), *clean.get("add_tags", ())}) > TAGS_MAX:
        problems.append(invalid(f"At most {TAGS_MAX} tags.", "add_tags"))
    return replace(given, **clean), problems


EXTERNAL_ID_CHARACTERS_MAX = 128
NAME_CHARACTERS_MAX = 200
ATTRIBUTES_MAX = 50
ATTRIBUTE_CHARACTERS_MAX = 1000
TAGS_MAX = 100
TAG_CHARACTERS_MAX = 64
CONSENTS_MAX = 20
INTEGER_MAX = 2**53 - 1
CLOCK_TOLERANCE = timedelta(minutes=5)

_CLEARABLE = frozenset({"external_id", "name", "email", "phone", "birthday", "locale", "attributes", "tags",
                        "dependants"})  # fmt: skip
_PHONE = re.compile(r"\+?[0-9 ()./-]{3,40}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_WORD = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}")
_FIRST_BIRTHDAY = date(1880, 1, 1)


class _Wrong(Exception):
    code = MemberErrorCode.INVALID

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class _NoEmail(_Wrong):
    code = MemberErrorCode.INVALID_EMAIL


def _external_id(value: Any, _now: datetime) -> str:
    text = _text(value, EXTERNAL_ID_CHARACTERS_MAX)
    if text != text.strip():
        raise _Wrong("It may not begin or end with a space.")
    return text


def _name(value: Any, _now: datetime) -> str:
    return " ".join(_text(value, NAME_CHARACTERS_MAX).split())


def _email(value: Any, _now: datetime) -> str:
    email = _text(value, 254).strip()
    if normalise_email(email) is None:
        raise _NoEmail("This is not an e-mail address.")
    return email


def _phone(value: Any, _now: datetime) -> str:
    phone = " ".join(_text(value, 40).split())
    if not _PHONE.fullmatch(phone) or not 3 <= sum(map(str.isdigit, phone)) <= 20:
        raise _Wrong("This is not a phone number: 3 to 20 digits, with + ( ) . / - and spaces at most.")
    return phone


def _birthday(value: Any, now: datetime) -> date:
    if type(value) is not date:
        raise _Wrong("A birthday is a date.")
    if not _FIRST_BIRTHDAY <= value <= now.date():
        raise _Wrong("A birthday lies between 1880 and today.")
    return value


def _locale(value: Any, _now: datetime) -> str:
    locale = _text(value, 35).replace("_", "-")
    if not _LOCALE.fullmatch(locale):
        raise _Wrong("A locale looks like `de` or `de-CH`.")
    return locale


def _joined_at(value: Any, now: datetime) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _Wrong("An instant with its zone is needed.")
    if value > now + CLOCK_TOLERANCE:
        raise _Wrong("It lies in the future.")
    try:
        return value.astimezone(now.tzinfo)
    except OverflowError:
        raise _Wrong("It lies before the year 1.") from None


def _attributes(value: Any, _now: datetime) -> Mapping[str, Attribute | None]:
    if not isinstance(value, Mapping):
        raise _Wrong("A flat JSON object is needed.")
    if len(value) > ATTRIBUTES_MAX:
        raise _Wrong(f"At most {ATTRIBUTES_MAX} attributes.")
    return {_attribute_name(name): _attribute(name, content) for name, content in value.items()}


def _attribute_name(name: Any) -> str:
    if not isinstance(name, str) or not _ATTRIBUTE_NAME.fullmatch(name):
        raise _Wrong("An attribute's name has 1 to 64 of the characters A-Z a-z 0-9 _ . : -")
    return name


def _attribute(name: str, value: Any) -> Attribute | None:
    if isinstance(value, str):
        if len(value) > ATTRIBUTE_CHARACTERS_MAX or not storable(value):
            raise _Wrong(f"At most {ATTRIBUTE_CHARACTERS_MAX} characters, none of them control characters.", name)
        return value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= INTEGER_MAX:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise _Wrong("An attribute is a text, a number of at most 2⁵³ − 1, or true or false.", name)


def _tags(value: Any, _now: datetime) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _Wrong("A list of tags is needed.")
    if len(value) > TAGS_MAX:
        raise _Wrong(f"At most {TAGS_MAX} tags.")
    return tuple(_tag(number, tag) for number, tag in enumerate(value))


def _tag(number: int, value: Any) -> str:
    try:
        return " ".join(_text(value, TAG_CHARACTERS_MAX).split())
    except _Wrong as wrong:
        raise _Wrong(wrong.message, str(number)) from None


def _consents(value: Any, _now: datetime) -> tuple[ConsentInput, ...]:
    if len(value) > CONSENTS_MAX:
        raise _Wrong(f"At most {CONSENTS_MAX} consents at once.")
    seen = set()
    for number, consent in enumerate(value):
        for part in ("purpose", "source"):
            if not _WORD.fullmatch(getattr(consent, part)):
                raise _Wrong("A word of 1 to 64 of the characters a-z 0-9 _ . : -", str(number), part)
        if consent.purpose in seen:
            raise _Wrong("This purpose stands here twice.", str(number), "purpose")
        seen.add(consent.purpose)
    return tuple(value)


def _dependants(value: Any, now: datetime) -> tuple[DependantInput, ...]:
    if len(value) > DEPENDANTS_MAX:
        raise _Wrong(f"At most {DEPENDANTS_MAX} dependants.")
    clean: list[DependantInput] = []
    for number, each in enumerate(value):
        if not _WORD.fullmatch(each.kind):
            raise _Wrong("A word of 1 to 64 of the characters a-z 0-9 _ . : -", str(number), "kind")
        try:
            name = " ".join(_text(each.name, DEPENDANT_CHARACTERS_MAX).split())
        except _Wrong as wrong:
            raise _Wrong(wrong.message, str(number), "name") from None
        try:
            birthday = None if each.birthday is None else _birthday(each.birthday, now)
        except _Wrong as wrong:
            raise _Wrong(wrong.message, str(number), "birthday") from None
        if any((each.kind, name) == (other.kind, other.name) for other in clean):
            raise _Wrong("One of this kind and name stands here already.", str(number), "name")
        clean.append(DependantInput(each.kind, name, birthday))
    return tuple(clean)


def _text(value: Any, characters_max: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong("It is empty.")
    if len(value) > characters_max:
        raise _Wrong(f"At most {characters_max} characters.")
    if not storable(value):
        raise _Wrong("It contains a control character.")
    return value


_CHECKS: Mapping[str, Callable[[Any, datetime], Any]] = {
    "external_id": _external_id,
    "name": _name,
    "email": _email,
    "phone": _phone,
    "birthday": _birthday,
    "locale": _locale,
    "joined_at": _joined_at,
    "attributes": _attributes,
    "tags": _tags,
    "add_tags": _tags,
    "remove_tags": _tags,
    "consents": _consents,
    "dependants": _dependants,
}
