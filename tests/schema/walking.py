"""Questions that ask for all there is: every field below a root, every kind of thing behind an interface."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)


def everything(schema: GraphQLSchema, type_: Any, depth: int) -> str:
    """A selection of all fields that take no argument that must be given, so many levels deep."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if is_abstract_type(named):
        assert isinstance(named, GraphQLInterfaceType | GraphQLUnionType)
        # Fields of one name may be of different types there: each goes under a name of its own.
        parts = [
            f"... on {each.name} {{ {' '.join(_fields(schema, each, depth, f'{each.name}__'))} }}"
            for each in schema.get_possible_types(named)
        ]
        return f"{{ __typename {' '.join(parts)} }}"
    assert isinstance(named, GraphQLObjectType)
    return f"{{ __typename {' '.join(_fields(schema, named, depth, ''))} }}"


def _fields(schema: GraphQLSchema, type_: GraphQLObjectType, depth: int, prefix: str) -> Iterator[str]:
    for name, field in type_.fields.items():
        if any(is_required_argument(given) for given in field.args.values()):
            continue
        below = "" if is_leaf_type(get_named_type(field.type)) else everything(schema, field.type, depth - 1)
        if below and depth <= 1:
            continue
        yield f"{prefix and f'{prefix}{name}: '}{name} {below}".strip()


def answered(schema: GraphQLSchema, field: GraphQLField, data: Any) -> Iterator[str]:
    """`Type.field` of each field in an answer that holds something."""
    yield from _answered(schema, get_named_type(field.type), data)


def _answered(schema: GraphQLSchema, type_: Any, data: Any) -> Iterator[str]:
    if isinstance(data, list):
        for each in data:
            yield from _answered(schema, type_, each)
    elif isinstance(data, dict):
        concrete: Any = schema.type_map[data["__typename"]] if is_abstract_type(type_) else type_
        for key, value in data.items():
            name = key.rpartition("__")[2] or key
            if name in concrete.fields and value is not None and value != []:
                yield f"{concrete.name}.{name}"
                yield from _answered(schema, get_named_type(concrete.fields[name].type), value)


def roots(schema: GraphQLSchema) -> Mapping[str, tuple[str, GraphQLField]]:
    """All queries and mutations: which of both, and the field."""
    assert schema.query_type is not None and schema.mutation_type is not None
    queries = {name: ("query", field) for name, field in schema.query_type.fields.items()}
    return queries | {name: ("mutation", field) for name, field in schema.mutation_type.fields.items()}


def question(schema: GraphQLSchema, name: str, given: Collection[str], depth: int = 8) -> str:
    """A document that asks a root for everything, its arguments that are `given` as variables of their names."""
    operation, field = roots(schema)[name]
    declared = ", ".join(f"${arg}: {found.type}" for arg, found in field.args.items() if arg in given)
    passed = ", ".join(f"{arg}: ${arg}" for arg in field.args if arg in given)
    head = f"{operation} {f'({declared})' if declared else ''}"
    return f"{head} {{ {name}{f'({passed})' if passed else ''} {everything(schema, field.type, depth)} }}"
