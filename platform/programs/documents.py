"""JSON documents to frozen dataclasses and back, with every bad path named: how each kind reads its rules.

The type hints are the grammar. A field without a default must be there; `null` stands for the default of an optional
one; a union of dataclasses is told apart by `"type"`, their `TYPE`. Total: any JSON value gives a value or findings.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from programs.findings import Finding, RulesInvalid

T = TypeVar("T")
NUMBER_MAX = 2**53 - 1  # what the numbers of JSON carry


@dataclass(frozen=True, slots=True)
class Bound:
    """An integer lies in low … high, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text has 1 … `longest` characters, no control characters, and matches `pattern` in full if there is one."""

    longest: int
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """A list has `fewest` … `most` items."""

    most: int
    fewest: int = 0


def load(shape: type[T], document: object) -> T:
    """Read a document as `shape`; raises `RulesInvalid` with a finding for every bad path."""
    findings: list[Finding] = []
    value = _decoder(cast(Hashable, shape))(document, "", findings)
    if findings:
        raise RulesInvalid(tuple(findings))
    return cast(T, value)


def dump(value: Any) -> Any:
    """Give the JSON form of a dataclass that `load` reads back as an equal one."""
    if is_dataclass(value):
        tag = {"type": value.TYPE} if hasattr(value, "TYPE") else {}
        return {**tag, **{field.name: dump(getattr(value, field.name)) for field in fields(value)}}
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


_Decoder = Callable[[object, str, list[Finding]], Any]
_NOTHING = object()  # what a decoder answers beside its finding; never reaches a caller of `load`


@cache
def _decoder(hint: Any, *notes: Any) -> _Decoder:
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *inner_notes = get_args(hint)
        return _decoder(inner, *inner_notes)
    if origin in (Union, UnionType):
        return _union(get_args(hint))
    if origin is tuple:
        return _tuple(_decoder(get_args(hint)[0]), _note(notes, Size, Size(1000)))
    if is_dataclass(hint):
        return _object(cast(type, hint))
    if hint is bool:
        return _boolean
    if hint is int:
        return _integer(_note(notes, Bound, Bound(-NUMBER_MAX, NUMBER_MAX)))
    if hint is str:
        return _text(_note(notes, Text, Text(1000)))
    if hint is date:
        return _date
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(hint)
    raise TypeError(f"no way to read {hint!r} from a document")


def _note(notes: tuple[Any, ...], kind: type[T], default: T) -> T:
    return next((note for note in notes if isinstance(note, kind)), default)


def _object(shape: type) -> _Decoder:
    hints = get_type_hints(shape, include_extras=True)
    by_name: dict[str, Field[Any]] = {field.name: field for field in fields(shape)}
    decoders = {name: _decoder(hints[name]) for name in by_name}
    required = [name for name, field in by_name.items() if field.default is MISSING]
    tagged = hasattr(shape, "TYPE")

    def decode(value: object, path: str, findings: list[Finding]) -> Any:
        if not isinstance(value, Mapping):
            return _wrong(findings, path, value, "an object")
        before = len(findings)
        findings += [
            Finding(_join(path, shown(name)), "unknown_field", "there is no such field")
            for name in value
            if name not in by_name and not (tagged and name == "type")
        ]
        findings += [Finding(_join(path, name), "missing", "must be given") for name in required if name not in value]
        read = {
            name: decoders[name](value[name], _join(path, name), findings)
            for name, field in by_name.items()
            if name in value and not (value[name] is None and field.default is not MISSING)
        }
        return shape(**read) if len(findings) == before else _NOTHING

    return decode


def _union(members: tuple[Any, ...]) -> _Decoder:
    optional = NoneType in members
    present = tuple(member for member in members if member is not NoneType)
    decode_present = _decoder(present[0]) if len(present) == 1 else _tagged(present)

    def decode(value: object, path: str, findings: list[Finding]) -> Any:
        return None if optional and value is None else decode_present(value, path, findings)

    return decode


def _tagged(shapes: tuple[Any, ...]) -> _Decoder:
    by_tag = {shape.TYPE: _decoder(shape) for shape in shapes}

    def decode(value: object, path: str, findings: list[Finding]) -> Any:
        if not isinstance(value, Mapping):
            return _wrong(findings, path, value, "an object")
        if "type" not in value:
            findings.append(Finding(_join(path, "type"), "missing", "must be given", bound=", ".join(by_tag)))
            return _NOTHING
        tag = value["type"]
        if not isinstance(tag, str) or tag not in by_tag:
            return _unknown(findings, _join(path, "type"), tag, by_tag)
        return by_tag[tag](value, path, findings)

    return decode


def _tuple(item: _Decoder, size: Size) -> _Decoder:
    def decode(value: object, path: str, findings: list[Finding]) -> Any:
        if not isinstance(value, list | tuple):
            return _wrong(findings, path, value, "a list")
        if not size.fewest <= len(value) <= size.most:
            bound = f"{size.fewest} … {size.most}"
            findings.append(
                Finding(path, "wrong_size", f"must have {bound} items, has {len(value)}", str(len(value)), bound)
            )
            return _NOTHING
        return tuple(item(element, f"{path}[{index}]", findings) for index, element in enumerate(value))

    return decode


def _boolean(value: object, path: str, findings: list[Finding]) -> Any:
    return value if isinstance(value, bool) else _wrong(findings, path, value, "true or false")


def _integer(bound: Bound) -> _Decoder:
    def decode(value: object, path: str, findings: list[Finding]) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            return _wrong(findings, path, value, "an integer")
        if not bound.low <= value <= bound.high:
            message, limits = _limits(bound, too_large=value > bound.high)
            findings.append(Finding(path, "out_of_range", message, shown(value), limits))
        return value

    return decode


def _limits(bound: Bound, *, too_large: bool) -> tuple[str, str]:
    """What to say of a number out of bounds, and the bounds; those that only the numbers of JSON set are no news."""
    if bound.high >= NUMBER_MAX:
        return ("is too large", "") if too_large else (f"must be at least {bound.low}", f"{bound.low} …")
    return f"must lie in {bound.low} … {bound.high}", f"{bound.low} … {bound.high}"


def _text(text: Text) -> _Decoder:
    pattern = re.compile(text.pattern, re.ASCII) if text.pattern else None

    def decode(value: object, path: str, findings: list[Finding]) -> Any:
        if not isinstance(value, str):
            return _wrong(findings, path, value, "text")
        if not 1 <= len(value) <= text.longest:
            bound = f"1 … {text.longest}"
            findings.append(Finding(path, "wrong_size", f"must have {bound} characters", shown(value), bound))
        elif not value.isprintable() or (pattern and not pattern.fullmatch(value)):
            findings.append(Finding(path, "malformed", "is not of the form expected", shown(value), text.pattern))
        return value

    return decode


def _date(value: object, path: str, findings: list[Finding]) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    findings.append(Finding(path, "malformed", "must be a date such as 2026-11-21", shown(value)))
    return _NOTHING


def _choice(choices: type[StrEnum]) -> _Decoder:
    by_value = {choice.value: choice for choice in choices}

    def decode(value: object, path: str, findings: list[Finding]) -> Any:
        if isinstance(value, str) and value in by_value:
            return by_value[value]
        return _unknown(findings, path, value, by_value)

    return decode


def _wrong(findings: list[Finding], path: str, value: object, expected: str) -> Any:
    findings.append(Finding(path, "wrong_type", f"must be {expected}", shown(value), expected))
    return _NOTHING


def _unknown(findings: list[Finding], path: str, value: object, known: Mapping[str, object]) -> Any:
    choices = ", ".join(known)
    findings.append(Finding(path, "unknown_value", f"must be one of {choices}", shown(value), choices))
    return _NOTHING


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def shown(value: object) -> str:
    """Give a short text of a value from outside; never raises (a long integer or deep list would in `str`)."""
    if isinstance(value, str):
        return value if len(value) <= 80 else value[:79] + "…"
    if value is None or isinstance(value, bool | float):
        return str(value)
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 256 else f"an integer of {value.bit_length()} bits"
    return "a list" if isinstance(value, list | tuple) else "an object" if isinstance(value, Mapping) else "a value"
