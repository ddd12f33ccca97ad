"""How types are declared: the class's docstring is its description in the schema, and each field brings its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar, dataclass_transform

import strawberry
from strawberry import UNSET
from strawberry.types.field import StrawberryField, field

T = TypeVar("T")
E = TypeVar("E", bound=type[Enum])

__all__ = ["UNSET", "asked", "choice", "enum", "field", "input_", "interface", "output"]


@dataclass_transform(kw_only_default=True, field_specifiers=(field, StrawberryField))
def output(cls: type[T]) -> type[T]:
    """An object type."""
    return strawberry.type(cls, description=_words(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(field, StrawberryField))
def interface(cls: type[T]) -> type[T]:
    """An interface."""
    return strawberry.interface(cls, description=_words(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(field, StrawberryField))
def input_(cls: type[T]) -> type[T]:
    """An input object."""
    return strawberry.input(cls, description=_words(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(field, StrawberryField))
def choice(cls: type[T]) -> type[T]:
    """An input object of which exactly one field is given; every field is `X | None` with the default `UNSET`."""
    return strawberry.input(cls, one_of=True, description=_words(cls))


def asked(description: str, metadata: Mapping[Any, Any] | None = None) -> Callable[[Callable[..., Any]], Any]:
    """A field with a resolver."""
    return strawberry.field(description=description, metadata=metadata)  # type: ignore[no-any-return]  # a field is one


def enum(cls: E, values: Mapping[str, str], *, name: str | None = None, description: str | None = None) -> E:
    """Show an enum, which may belong to the domain, under `name`; `values` describes each of its members by name."""
    strawberry.enum(cls, name=name, description=description or _words(cls))
    definition: Any = cls.__strawberry_definition__  # type: ignore[attr-defined]  # strawberry.enum added it
    for value in definition.values:
        value.description = values.get(value.name)  # a test finds what has no words
    return cls


def _words(cls: type) -> str:
    text = inspect.getdoc(cls)
    assert text, f"{cls.__name__} needs a docstring: it is the description"
    return text
