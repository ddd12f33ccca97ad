"""Whether a refusal's path leads to something that is in the input: asked of every answer that a test gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
)
from graphql.type import get_nullable_type


def strays(schema: GraphQLSchema, query: str, answer: Mapping[str, Any]) -> list[str]:
    """The paths of an answer's `userErrors` that lead to nothing in the inputs of its operations."""
    payloads = {
        name: payload
        for name, payload in (answer.get("data") or {}).items()
        if isinstance(payload, dict) and any("field" in error for error in payload.get("userErrors") or ())
    }
    return list(_strays(schema, query, payloads)) if payloads else []


def leads_somewhere(given: GraphQLInputType, path: Sequence[str]) -> bool:
    """Whether a path is one into this type: fields by their names, items by their places."""
    for step in path:
        type_ = get_nullable_type(given)
        if isinstance(type_, GraphQLList) and step.isdigit():
            given = type_.of_type
        elif isinstance(type_, GraphQLInputObjectType) and step in type_.fields:
            given = type_.fields[step].type
        else:
            return False
    return True


def _strays(schema: GraphQLSchema, query: str, payloads: Mapping[str, Any]) -> Iterator[str]:
    for definition in parse(query).definitions:
        assert isinstance(definition, OperationDefinitionNode)
        root = schema.get_root_type(definition.operation)
        assert root is not None
        for node in definition.selection_set.selections:
            assert isinstance(node, FieldNode)
            payload = payloads.get(node.alias.value if node.alias else node.name.value, {})
            for error in payload.get("userErrors", ()):
                if not leads_somewhere(root.fields[node.name.value].args["input"].type, error["field"]):
                    yield f"{node.name.value}: {'.'.join(error['field'])}"
