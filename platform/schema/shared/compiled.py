"""Inputs of the hot paths, converted by functions that are put together once.

Strawberry looks at every field's annotation for every value: a third of the time that a `recordActivity` takes. The
answer is the same (a test compares them), field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any

from strawberry import UNSET
from strawberry.schema.name_converter import NameConverter
from strawberry.types.arguments import InputContext
from strawberry.types.base import StrawberryList, StrawberryOptional, has_object_definition

Convert = Callable[[Any], Any]


def compile_input(*inputs: type) -> None:
    """Let these inputs, with all that is nested in them, be converted by compiled functions."""
    for cls in inputs:
        definition: Any = cls.__strawberry_definition__  # type: ignore[attr-defined]  # strawberry.input added it
        definition.from_input = _Lazy()


class _Lazy:
    """Compiles at the first use, when every type of the schema is known."""

    def __init__(self) -> None:
        self._convert: Convert | None = None

    def __call__(self, cls: type, value: Mapping[str, Any], context: InputContext) -> Any:
        if self._convert is None:
            self._convert = _of_input(cls, context.config.name_converter)
        return self._convert(value)


def _of_input(cls: type, names: NameConverter) -> Convert:
    definition: Any = cls.__strawberry_definition__  # type: ignore[attr-defined]  # likewise
    plain, others, required = [], [], []
    for field in definition.fields:
        convert = _of_type(field.resolve_type(type_definition=definition), names)
        name = names.from_field(field)
        if convert is None:
            plain.append((name, field.python_name))
        else:
            others.append((name, field.python_name, convert))
        if field.default_value is MISSING and field.default_factory is MISSING:
            required.append(field.python_name)

    def convert_input(value: Mapping[str, Any]) -> Any:
        given = dict.fromkeys(required)
        for name, python_name in plain:
            if name in value:
                given[python_name] = value[name]
        for name, python_name, convert in others:
            if name in value:
                given[python_name] = convert(value[name])
        return cls(**given)

    return convert_input


def _of_type(type_: Any, names: NameConverter) -> Convert | None:
    """How values of a type are converted; None: they are as they should be."""
    if isinstance(type_, StrawberryOptional):
        inner = _of_type(type_.of_type, names)
        return None if inner is None else _unless_missing(inner)
    if isinstance(type_, StrawberryList):
        # Copied, since graphql-core gives the same default to every request.
        inner = _of_type(type_.of_type, names)
        return list if inner is None else lambda values: [inner(value) for value in values]
    return _of_input(type_, names) if has_object_definition(type_) else None


def _unless_missing(convert: Convert) -> Convert:
    return lambda value: value if value is None or value is UNSET else convert(value)
