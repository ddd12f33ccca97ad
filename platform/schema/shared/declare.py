"""How types are declared: the class's docstring is its description in the schema, and each field brings its own."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import Any, TypeVar, dataclass_transform

import strawberry
from strawberry import UNSET
from strawberry.extensions import FieldExtension
from strawberry.types import Info
from strawberry.types.field import StrawberryField, field

from tenants.roles import Right, require

T = TypeVar("T")
E = TypeVar("E", bound=type[Enum])

__all__ = ["NEEDS", "UNSET", "asked", "choice", "enum", "field", "input_", "interface", "output"]


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


def asked(
    description: str, needs: Right | None = None, metadata: Mapping[Any, Any] | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """A field with a resolver; who asks must be permitted what it `needs`."""
    extensions: list[FieldExtension] = [] if needs is None else [Needs(needs)]
    declared = {**(metadata or {}), NEEDS: needs}
    return strawberry.field(description=description, extensions=extensions, metadata=declared)  # type: ignore[no-any-return]


NEEDS = "needs"
"""The metadata of a field that says which permission it needs; None: none."""


class Needs(FieldExtension):
    """Lets only those ask who may; raises `Forbidden`."""

    def __init__(self, action: Right) -> None:
        self._action = action

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info[Any, Any], **kwargs: Any
    ) -> Any:
        """Run the resolver for those who may."""
        require(self._action)
        return await next_(source, info, **kwargs)


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
