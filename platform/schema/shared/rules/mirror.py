"""Makes a GraphQL type and an input from a kind's frozen rules: what the engine reads is what the schema shows.

A union of dataclasses told apart by `TYPE` becomes an object with one nullable field per member, of which exactly one
is set, and a `@oneOf` input of the same shape; so what a client read can be edited and sent back. A member without
fields of its own (say, *never*) becomes a Boolean that is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

import strawberry

from kit.errors import Refusal
from programs.documents import Bound
from schema.cost import sized
from schema.shared.scalars import BigInt

INT_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Words:
    """How a dataclass, or a union of them, is called in the schema, and what each of its fields says.

    `types` overrules the type of a field; `left_out` are fields that the schema does not show.
    """

    name: str
    description: str
    fields: Mapping[str, str]
    types: Mapping[str, Any] | None = None
    left_out: frozenset[str] = frozenset()


class Mirror:
    """The types of one kind's rules. `words` has an entry for every dataclass and every union in them.

    What several kinds have in common is made once, for the first of them.
    """

    _made: ClassVar[dict[tuple[Any, bool], Any]] = {}

    def __init__(self, words: Mapping[Any, Words]) -> None:
        self._words = words

    def output(self, shape: Any) -> Any:
        """The object type of a dataclass or union."""
        return self._type(shape, as_input=False)

    def input(self, shape: Any) -> Any:
        """The input of a dataclass or union."""
        return self._type(shape, as_input=True)

    def show(self, value: Any) -> Any:
        """Rules as an instance of the object type."""
        if isinstance(value, tuple):
            return [self.show(item) for item in value]
        if not is_dataclass(value):
            return value
        shape = type(value)
        words = self._words.get(shape)
        inner = True if words is None or not words.fields else self._shown(value, words)
        wrapper = self._wrapper_of(shape)
        if wrapper is None:
            return inner
        made = self.output(wrapper)
        return made(**{member.TYPE: None for member in _members(wrapper)} | {_tag(shape): inner})

    def document(self, value: Any) -> Any:
        """An instance of an input as the document that the kind parses; what was not given is not in it."""
        if isinstance(value, list):
            return [self.document(item) for item in value]
        if not is_dataclass(value):
            return value.value if isinstance(value, StrEnum) else value.isoformat() if _is_date(value) else value
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        present = {name: self.document(item) for name, item in given.items() if item not in (None, strawberry.UNSET)}
        if not _definition(value).is_one_of:
            return present
        ((tag, inner),) = present.items()
        if inner is False:
            raise Refusal("INVALID", "This is true or not given.", ("rules", tag))
        return {"type": tag, **(inner if isinstance(inner, dict) else {})}

    def _shown(self, value: Any, words: Words) -> Any:
        names = [field.name for field in fields(value) if field.name not in words.left_out]
        return self.output(type(value))(**{name: self.show(getattr(value, name)) for name in names})

    def _wrapper_of(self, shape: type) -> Any:
        return next((union for union in self._words if not isinstance(union, type) and shape in get_args(union)), None)

    def _type(self, shape: Any, *, as_input: bool) -> Any:
        key = shape, as_input
        if key not in self._made:
            make = self._object if isinstance(shape, type) else self._union
            self._made[key] = make(shape, as_input)
        return self._made[key]

    def _object(self, shape: type, as_input: bool) -> Any:
        words = self._words[shape]
        hints = get_type_hints(shape, include_extras=True)
        shown = [field for field in fields(shape) if field.name not in words.left_out]
        assert {field.name for field in shown} == set(words.fields), f"words of {shape.__name__} do not fit its fields"
        body = {}
        for field in shown:
            type_ = (words.types or {}).get(field.name) or self._hint(hints[field.name], as_input)
            default = self._default(field) if as_input else {}
            nullable = as_input and "default" in default and default["default"] is None
            body[field.name] = (type_ | None if nullable else type_, words.fields[field.name], default)
        return _declare(words, body, as_input=as_input)

    def _union(self, union: Any, as_input: bool) -> Any:
        words = self._words[union]
        body = {}
        for member in _members(union):
            inner = self._type(member, as_input=as_input) if self._words[member].fields else bool
            default = {"default": strawberry.UNSET} if as_input else {}
            body[_tag(member)] = (inner | None, self._words[member].description, default)
        return _declare(words, body, as_input=as_input, one_of=as_input)

    def _hint(self, hint: Any, as_input: bool, bound: Bound | None = None) -> Any:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            found = next((note for note in arguments[1:] if isinstance(note, Bound)), None)
            return self._hint(arguments[0], as_input, found)
        if origin in (Union, UnionType):
            present = [argument for argument in arguments if argument is not NoneType]
            union = present[0] if len(present) == 1 else next(u for u in self._words if _same(u, present))
            inner = self._hint(union, as_input) if len(present) == 1 else self._type(union, as_input=as_input)
            return inner | None if NoneType in arguments else inner
        if origin is tuple:
            return list[self._hint(arguments[0], as_input)]  # type: ignore[misc]  # made at run time
        if is_dataclass(hint):
            return self._type(hint, as_input=as_input)
        if hint is int:
            return int if bound is not None and bound.high <= INT_MAX else BigInt
        return hint

    @staticmethod
    def _default(field: Field[Any]) -> dict[str, Any]:
        if field.default is MISSING:
            return {}
        if is_dataclass(field.default):
            return {"default": None}
        if isinstance(field.default, tuple):
            return {"default_factory": lambda value=field.default: list(value)}
        return {"default": field.default}


def _declare(words: Words, body: Mapping[str, Any], *, as_input: bool, one_of: bool = False) -> Any:
    name = words.name + ("Input" if as_input else "")
    namespace: dict[str, Any] = {"__module__": __name__, "__doc__": words.description}
    namespace["__annotations__"] = {field: type_ for field, (type_, _, _) in body.items()}
    for field, (_, description, default) in body.items():
        # Rules are read as one document, so what they list costs no more than what they hold once.
        namespace[field] = strawberry.field(description=description, metadata=None if as_input else sized(1), **default)
    declare: Any = strawberry.input if as_input else strawberry.type
    extra = {"one_of": True} if one_of else {}
    return declare(type(name, (), namespace), name=name, description=words.description, **extra)


def _members(union: Any) -> tuple[Any, ...]:
    return tuple(member for member in get_args(union) if member is not NoneType)


def _same(union: Any, members: list[Any]) -> bool:
    return not isinstance(union, type) and set(_members(union)) == set(members)


def _tag(member: Any) -> str:
    return str(member.TYPE)


def _definition(value: Any) -> Any:
    return value.__strawberry_definition__


def _is_date(value: object) -> bool:
    return hasattr(value, "isoformat")
