"""What an operation costs, before it runs and after, counted as Shopify does (DESIGN §8).

A scalar costs 0, an object 1, a mutation 10. A connection costs 2 and its lists `first` (or `last`) times their items;
any other list counts `LIST_SIZE` items. Where that is wrong, a field says so in its metadata:
`strawberry.field(metadata=weight(5))`, `field(metadata=sized(3))`,
`strawberry.mutation(metadata=per_item("input", "activities"))`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    value_from_ast_untyped,
)

from kit.errors import GuerdonError

OBJECT = 1
CONNECTION = 2
MUTATION = 10
INTROSPECTION = 10
PAGE = 20
LIST_SIZE = 10


def weight(cost: int) -> Mapping[str, object]:
    """Metadata of a field that costs `cost` itself, whatever it answers."""
    return {"cost": cost}


def sized(items: int) -> Mapping[str, object]:
    """Metadata of a list, not a page, that holds about so many items: it counts as that many."""
    return {"cost_size": items}


def per_item(*path: str) -> Mapping[str, object]:
    """Metadata of a field that costs 1 more for each item of the list argument at `path`, as `"input", "items"`."""
    return {"cost_items": path}


@dataclass(frozen=True, slots=True)
class Node:
    """One field of an operation, ready to be counted: `page` is its `first` or `last`, `items` its list argument."""

    key: str
    weight: int
    page: ValueNode | int | None
    page_name: str
    items: ValueNode | None
    items_path: tuple[str, ...]
    is_list: bool
    children: tuple[Node, ...]
    size: int | None = None


class PageTooLarge(GuerdonError):
    """`first` or `last` of the field at `path` is beyond the limit, or below 0."""

    code = "LIMIT_EXCEEDED"
    status = 400

    def __init__(self, path: tuple[str, ...], argument: str, value: int, allowed: int) -> None:
        super().__init__(f"'{argument}' of '{'.'.join(path)}' must be from 0 to {allowed}, not {value}.")
        self.extensions = {"limit": "page", "allowed": allowed, "found": value}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a document: what it is called and does, and how its cost is counted."""

    name: str | None
    kind: OperationType
    nodes: tuple[Node, ...]
    defaults: Mapping[str, Any]
    varies: bool
    _counted: dict[int, int] = field(default_factory=dict)

    def requested(self, variables: Mapping[str, Any], page_max: int) -> int:
        """The most that the operation can cost with `variables`. Raises `PageTooLarge`.

        Counted once unless it goes by the variables, as most do not.
        """
        known = self._counted.get(page_max)
        if known is not None:
            return known
        values = {**self.defaults, **variables} if self.defaults else variables
        counted = sum(_requested(node, values, page_max, LIST_SIZE, ()) for node in self.nodes)
        if not self.varies:
            self._counted[page_max] = counted
        return counted

    def actual(self, data: Mapping[str, Any] | None, variables: Mapping[str, Any]) -> int:
        """What the operation cost, going by the objects in its answer.

        May exceed `requested`: where types overlap, and where lists are longer than they mostly are.
        """
        values = {**self.defaults, **variables} if self.defaults else variables
        return sum(_actual(node, data, values) for node in self.nodes) if data is not None else 0


def _requested(node: Node, variables: Mapping[str, Any], page_max: int, list_size: int, path: tuple[str, ...]) -> int:
    path = (*path, node.key)
    inner_size = LIST_SIZE
    if node.page is not None:
        inner_size = _integer(node.page, variables)
        if not 0 <= inner_size <= page_max:
            raise PageTooLarge(path, node.page_name, inner_size, page_max)
    times = 1
    if node.is_list:
        times, inner_size = (node.size or list_size if node.page is None else inner_size), LIST_SIZE
    inner = sum(_requested(child, variables, page_max, inner_size, path) for child in node.children)
    return times * (node.weight + inner) + _item_count(node, variables)


def _actual(node: Node, parent: Mapping[str, Any], variables: Mapping[str, Any]) -> int:
    value = parent.get(node.key)
    if not node.children:
        return node.weight + _item_count(node, variables)
    total = _item_count(node, variables)
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            total += node.weight + sum(_actual(child, item, variables) for child in node.children)
    return total


def _integer(source: ValueNode | int, variables: Mapping[str, Any]) -> int:
    if isinstance(source, int):
        return source
    value = value_from_ast_untyped(source, dict(variables))
    # A value of another type is refused when the variables are coerced, before anything runs.
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return int(value) if whole else PAGE


def _item_count(node: Node, variables: Mapping[str, Any]) -> int:
    if node.items is None:
        return 0
    value = _at(node.items, node.items_path, variables)
    return len(value) if isinstance(value, list) else 1


def _at(source: ValueNode, path: tuple[str, ...], variables: Mapping[str, Any]) -> Any:
    """The value at `path` below `source`, without turning the rest of a big literal into values."""
    if isinstance(source, VariableNode):
        value = variables.get(source.name.value)
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value
    if path and isinstance(source, ObjectValueNode):
        inner = next((f.value for f in source.fields if f.name.value == path[0]), None)
        return None if inner is None else _at(inner, path[1:], variables)
    return list(source.values) if isinstance(source, ListValueNode) else None


def compile_operation(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Operation:
    """The cost of a *valid* operation as a tree that is counted without looking at the schema again."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise ValueError("a valid operation has a root type")
    defaults = {
        d.variable.name.value: value_from_ast_untyped(d.default_value)
        for d in operation.variable_definitions or ()
        if d.default_value is not None
    }
    nodes = _Compiler(schema, fragments).nodes([(root, operation.selection_set)])
    if operation.operation is OperationType.MUTATION:
        nodes = tuple(replace(node, weight=node.weight + MUTATION) for node in nodes)
    name = operation.name.value if operation.name else None
    return Operation(name, operation.operation, nodes, defaults, any(map(_varies, nodes)))


def _varies(node: Node) -> bool:
    """Whether the node's cost, or that of one below it, goes by variables."""
    return isinstance(node.page, ValueNode) or node.items is not None or any(map(_varies, node.children))


class _Compiler:
    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments

    def nodes(self, sets: list[tuple[GraphQLNamedType, SelectionSetNode]]) -> tuple[Node, ...]:
        """One node per response key, as execution merges them; those of types that exclude each other are added up."""
        grouped: dict[tuple[str, str], list[tuple[GraphQLNamedType, FieldNode]]] = {}
        seen: set[str] = set()
        for parent, selections in sets:
            for owner, node in self._fields(parent, selections, seen):
                key = node.alias.value if node.alias else node.name.value
                grouped.setdefault((key, owner.name), []).append((owner, node))
        return tuple(self._node(key, fields) for (key, _), fields in grouped.items())

    def _fields(
        self, parent: GraphQLNamedType, selections: SelectionSetNode, seen: set[str]
    ) -> Iterator[tuple[GraphQLNamedType, FieldNode]]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield parent, node
                continue
            if isinstance(node, InlineFragmentNode):
                condition, inner = node.type_condition, node.selection_set
            else:
                name = node.name.value  # type: ignore[attr-defined]  # a FragmentSpreadNode: the only kind left
                if name in seen:
                    continue
                seen.add(name)
                condition, inner = self._fragments[name].type_condition, self._fragments[name].selection_set
            narrowed = self._schema.get_type(condition.name.value) if condition else None
            yield from self._fields(narrowed or parent, inner, seen)

    def _node(self, key: str, fields: list[tuple[GraphQLNamedType, FieldNode]]) -> Node:
        owner, node = fields[0]
        name = node.name.value
        if name.startswith("__"):
            return Node(key, 0 if name == "__typename" else INTROSPECTION, None, "", None, (), False, ())
        definition: GraphQLField = owner.fields[name]  # type: ignore[attr-defined]  # valid: it has fields
        named = get_named_type(definition.type)
        below = [(self._named(o, f), f.selection_set) for o, f in fields if f.selection_set]
        page_name, page = _page_of(definition, node)
        declared = _metadata(definition)
        own = 0 if is_leaf_type(named) else OBJECT if page is None else CONNECTION
        path = declared.get("cost_items", ())
        items = next((a.value for a in node.arguments or () if path and a.name.value == path[0]), None)
        return Node(
            key,
            declared.get("cost", own),
            page,
            page_name,
            items,
            tuple(path[1:]),
            _is_list(definition) and is_composite_type(named),
            self.nodes(below),
            declared.get("cost_size"),
        )

    @staticmethod
    def _named(owner: GraphQLNamedType, node: FieldNode) -> GraphQLNamedType:
        named: GraphQLNamedType = get_named_type(owner.fields[node.name.value].type)  # type: ignore[attr-defined, assignment]
        return named


def _page_of(definition: GraphQLField, node: FieldNode) -> tuple[str, ValueNode | int | None]:
    sizes = [name for name in ("first", "last") if name in definition.args]
    if not sizes:
        return "", None
    given = {a.name.value: a.value for a in node.arguments or ()}
    for name in sizes:
        if name in given and given[name].kind != "null_value":
            return name, given[name]
    default = definition.args[sizes[0]].default_value
    return sizes[0], default if default is not Undefined and isinstance(default, int) else PAGE


def _is_list(definition: GraphQLField) -> bool:
    kind = definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type
    return isinstance(kind, GraphQLList)


def _metadata(definition: GraphQLField) -> Mapping[str, Any]:
    source = definition.extensions.get("strawberry-definition")
    return getattr(source, "metadata", None) or {}
