"""What a GraphQL document may ask for: every limit is checked before the work that it limits (DESIGN §8)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Token,
    parse,
    validate,
)
from graphql.validation import specified_rules
from graphql.validation.rules.max_introspection_depth_rule import MaxIntrospectionDepthRule
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.errors import GuerdonError
from schema.cost import Operation, compile_operation


class Limits(BaseSettings):
    """The limits of one GraphQL endpoint, as `GUERDON_LIMIT_<NAME>` in the environment.

    Counts of aliases, directives and fields are taken after fragments are spread: that is what would be executed.
    Costs are those of `schema.cost`; a bucket holds `bucket_size` and refills by `bucket_restore` a second.
    """

    model_config = SettingsConfigDict(env_prefix="GUERDON_LIMIT_", frozen=True, extra="ignore")

    body_bytes: int = Field(default=1_048_576, ge=1_024, description="Bytes of a request body")
    body_seconds: float = Field(default=15, gt=0, description="Seconds that a body may take to arrive")
    json_depth: int = Field(default=64, ge=4, description="Levels of arrays and objects in a JSON body")
    document_chars: int = Field(default=50_000, ge=100, description="Characters of a GraphQL document")
    tokens: int = Field(default=2_000, ge=10, description="Tokens of a document, comments counted likewise")
    depth: int = Field(default=15, ge=1, description="Levels of fields, introspection not counted")
    aliases: int = Field(default=30, ge=0, description="Aliased fields of one operation")
    directives: int = Field(default=30, ge=0, description="Directives of one operation")
    repeats: int = Field(default=20, ge=0, description="Times that a field stands again in the same selection set")
    fields: int = Field(default=1_000, ge=1, description="Fields of one operation")
    errors: int = Field(default=10, ge=1, description="Errors that one response tells")
    page: int = Field(default=100, ge=1, description="What `first` and `last` may ask for")
    cost: int = Field(default=2_000, ge=1, description="Cost of one operation")
    items: int = Field(default=50_000, ge=1, description="Items of all lists of one answer")
    bucket_size: int = Field(default=20_000, ge=1, description="Cost that a key may spend at once")
    bucket_restore: int = Field(default=2_000, ge=1, description="Cost that a key gets back per second")
    seconds: float = Field(default=10, gt=0, description="Seconds that an operation may run")


class LimitExceeded(GuerdonError):
    """A document or request is beyond a limit: `limit` names it, as in `Limits`; `found` may be a lower bound."""

    code = "LIMIT_EXCEEDED"
    status = 400

    def __init__(self, limit: str, allowed: float, found: float | None = None) -> None:
        of_it = "" if found is None else f", this has {found}"
        super().__init__(f"The limit of {limit.replace('_', ' ')} is {allowed}{of_it}.")
        self.limit = limit
        self.allowed = allowed
        self.found = found

    @property
    def extensions(self) -> dict[str, Any]:
        """What goes into the error's `extensions` beside the code."""
        found = {} if self.found is None else {"found": self.found}
        return {"limit": self.limit, "allowed": self.allowed, **found}


class InvalidDocument(GuerdonError):
    """A document does not parse or does not fit the schema; `errors` are fit to be read by its author."""

    status = 400

    def __init__(self, code: str, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that parsed, is within the limits and fits the schema, with its operations by name."""

    document: DocumentNode
    operations: Mapping[str | None, Operation]

    def operation(self, name: str | None) -> Operation:
        """The operation to run. Raises `InvalidDocument` as the GraphQL specification says (GetOperation)."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is not None and name in self.operations:
            return self.operations[name]
        message = (
            f"Unknown operation named '{name}'."
            if name is not None
            else "Must provide operation name if query contains multiple operations."
        )
        raise InvalidDocument("BAD_REQUEST", [GraphQLError(message)])


class Gate:
    """Turns the text of a document into a `Prepared` for one schema, and remembers the last `remembered` texts.

    Only documents that passed are remembered; what is refused is worked out again each time, and charged for.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits, remembered: int = 512) -> None:
        self._schema = schema
        self._limits = limits
        self._remembered = remembered
        self._known: OrderedDict[str, Prepared] = OrderedDict()

    def recall(self, text: str) -> Prepared | None:
        """The document of `text` if it is remembered."""
        if text in self._known:
            self._known.move_to_end(text)
            return self._known[text]
        return None

    def prepare(self, text: str) -> Prepared:
        """The document of `text`, worked out and remembered. Raises `LimitExceeded` or `InvalidDocument`."""
        prepared = self._known[text] = self._work_out(text)
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return prepared

    def _work_out(self, text: str) -> Prepared:
        document = _parse(text, self._limits)
        if _has_nul(document):
            raise InvalidDocument("BAD_REQUEST", [GraphQLError("No text may hold U+0000.")])
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        _check_size(operations, fragments, self._limits)
        errors = validate(self._schema, document, RULES, max_errors=self._limits.errors)
        if errors:
            raise InvalidDocument("GRAPHQL_VALIDATION_FAILED", errors)
        for operation in operations:
            if operation.operation is OperationType.SUBSCRIPTION:
                refusal = GraphQLError("Subscriptions are not served here.", [operation])
                raise InvalidDocument("BAD_REQUEST", [refusal])
        if not operations:
            raise InvalidDocument("BAD_REQUEST", [GraphQLError("Must provide an operation.")])
        compiled = [compile_operation(self._schema, operation, fragments) for operation in operations]
        return Prepared(document, {operation.name: operation for operation in compiled})


RULES = (*specified_rules, *(() if MaxIntrospectionDepthRule in specified_rules else (MaxIntrospectionDepthRule,)))


def _parse(text: str, limits: Limits) -> DocumentNode:
    if len(text) > limits.document_chars:
        raise LimitExceeded("document_chars", limits.document_chars, len(text))
    try:
        return parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
    except GraphQLSyntaxError as error:
        if "Document contains more" in error.message:
            raise LimitExceeded("tokens", limits.tokens) from None
        raise InvalidDocument("GRAPHQL_PARSE_FAILED", [error]) from None


def _has_nul(document: DocumentNode) -> bool:
    """Whether a text in the document has the one character that PostgreSQL cannot hold; it takes an escape to write."""
    if document.loc is None or "\\u" not in document.loc.source.body:
        return False
    token: Token | None = document.loc.start_token
    while token is not None:
        if token.value is not None and "\0" in token.value:
            return True
        token = token.next
    return False


def _check_size(
    operations: Collection[OperationDefinitionNode], fragments: Mapping[str, FragmentDefinitionNode], limits: Limits
) -> None:
    for operation in operations:
        try:
            size = _Measure(fragments).of(operation.selection_set)
        except RecursionError:
            raise LimitExceeded("depth", limits.depth) from None
        found = {
            "depth": size.depth,
            "fields": size.fields,
            "aliases": size.aliases,
            "directives": size.directives + len(operation.directives or ()),
            "repeats": size.repeats,
        }
        for limit, count in found.items():
            allowed = getattr(limits, limit)
            if count > allowed:
                raise LimitExceeded(limit, allowed, count)


@dataclass(frozen=True, slots=True)
class _Size:
    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    repeats: int = 0

    def beside(self, other: _Size) -> _Size:
        return _Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.repeats + other.repeats,
        )


class _Measure:
    """Adds up a document's size with each fragment measured once, so that a bomb of fragments costs nothing."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._measured: dict[str, _Size] = {}

    def of(self, selection_set: SelectionSetNode) -> _Size:
        names = [_response_key(field) for field in _fields_here(selection_set)]
        total = _Size(repeats=len(names) - len(set(names)))
        for selection in selection_set.selections:
            total = total.beside(self._of_selection(selection))
        return total

    def _of_selection(self, node: Any) -> _Size:
        directives = len(node.directives or ())
        if isinstance(node, FieldNode):
            inner = self.of(node.selection_set) if node.selection_set else _Size()
            aliased = node.alias is not None and node.alias.value != node.name.value
            depth = 0 if node.name.value.startswith("__") else 1 + inner.depth
            own = _Size(0, 1, aliased, directives)
            total = own.beside(inner)
            return _Size(depth, total.fields, total.aliases, total.directives, total.repeats)
        if isinstance(node, InlineFragmentNode):
            return _Size(directives=directives).beside(self.of(node.selection_set))
        return _Size(directives=directives).beside(self._of_fragment(node))

    def _of_fragment(self, spread: FragmentSpreadNode) -> _Size:
        name = spread.name.value
        if name not in self._measured:
            # A cycle or an unknown name counts nothing here: validation refuses both.
            self._measured[name] = _Size()
            if name in self._fragments:
                self._measured[name] = self.of(self._fragments[name].selection_set)
        return self._measured[name]


def _fields_here(selection_set: SelectionSetNode) -> Iterator[FieldNode]:
    for selection in selection_set.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields_here(selection.selection_set)


def _response_key(field: FieldNode) -> str:
    return field.alias.value if field.alias else field.name.value
