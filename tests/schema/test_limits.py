"""What a document may ask for, tried on a small schema without HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, get_introspection_query

from schema.cost import PageTooLarge, per_item, weight
from schema.limits import Gate, InvalidDocument, LimitExceeded, Limits, Prepared
from tests.effort import calls


@strawberry.interface
class Named:
    """Anything with a name."""

    name: str


@strawberry.type
class Tag(Named):
    """A word on a shelf."""

    shelf: Shelf


@strawberry.type
class ShelfPage:
    """Some shelves."""

    nodes: list[Shelf]
    total: int


@strawberry.type
class Shelf(Named):
    """A shelf."""

    tags: list[Tag]
    named: Named
    shelf: Shelf

    @strawberry.field
    def shelves(self, first: int | None = None, last: int | None = None) -> ShelfPage:
        return ShelfPage(nodes=[], total=0)

    @strawberry.field
    def newest(self, first: int = 7) -> list[Shelf]:
        return []


@strawberry.input
class BooksInput:
    """Some books."""

    titles: list[str]


def _put(input: BooksInput) -> Shelf | None:  # noqa: A002 - the name that clients write
    return None


def _shelf() -> Shelf | None:
    return None


@strawberry.type
class Query:
    """Questions."""

    shelf: Shelf | None = strawberry.field(resolver=_shelf)
    audit: str = strawberry.field(resolver=lambda: "", metadata=weight(40))


@strawberry.type
class Mutation:
    """Commands."""

    put: Shelf | None = strawberry.mutation(resolver=_put, metadata=per_item("input", "titles"))


@strawberry.type
class Subscription:
    """News."""

    @strawberry.subscription
    async def news(self) -> AsyncIterator[str]:
        yield ""


SCHEMA: GraphQLSchema = strawberry.Schema(query=Query, mutation=Mutation)._schema


def prepare(text: str, **limits: Any) -> Prepared:
    return Gate(SCHEMA, Limits(**limits)).prepare(text)


def cost(text: str, name: str | None = None, /, **variables: Any) -> int:
    return prepare(text).operation(name).requested(variables, 100)


def nested(levels: int) -> str:
    return "{ " + "shelf { " * levels + "name" + " }" * levels + " }"


@pytest.mark.parametrize(
    ("limit", "allowed", "within", "beyond"),
    [
        ("document_chars", 100, "{ audit }" + " " * 91, "{ audit }" + " " * 92),
        ("tokens", 10, "{ " + "audit " * 8 + "}", "{ " + "audit " * 9 + "}"),
        ("tokens", 10, "# a\n" * 10 + "{ audit }", "# a\n" * 11 + "{ audit }"),
        ("depth", 5, nested(4), nested(5)),
        (
            "depth",
            4,
            "{ shelf { ...A } } fragment A on Shelf { shelf { ...B } } fragment B on Shelf { tags { name } }",
            "{ shelf { ...A } } fragment A on Shelf { shelf { ...B } } fragment B on Shelf { tags { shelf { name } } }",
        ),
        ("aliases", 2, "{ a: audit b: audit audit: audit }", "{ a: audit b: audit c: audit }"),
        (
            "aliases",
            2,
            "{ shelf { ...A } } fragment A on Shelf { a: name b: name }",
            "{ shelf { ...A shelf { ...A } } } fragment A on Shelf { a: name b: name }",
        ),
        (
            "directives",
            2,
            "{ audit @skip(if: true) ... @include(if: true) { audit } }",
            "{ audit @skip(if: true) ... @include(if: true) { audit @skip(if: true) } }",
        ),
        ("repeats", 2, "{ audit audit ... { audit } }", "{ audit audit ... { audit audit } }"),
        (
            "fields",
            5,
            "{ shelf { ...A ...A } } fragment A on Shelf { name total: name }",
            "{ shelf { ...A ...A name } } fragment A on Shelf { name total: name }",
        ),
    ],
)
def test_a_document_at_and_beyond_a_limit(limit: str, allowed: int, within: str, beyond: str) -> None:
    prepare(within, **{limit: allowed})
    with pytest.raises(LimitExceeded) as refusal:
        prepare(beyond, **{limit: allowed})
    assert (refusal.value.limit, refusal.value.allowed) == (limit, allowed)


FRAGMENT_BOMB = "{ shelf { ...F0 } } " + " ".join(
    f"fragment F{n} on Shelf {{ a: shelf {{ ...F{n + 1} }} b: shelf {{ ...F{n + 1} }} }}" for n in range(60)
)
HOSTILE = {
    "fragment bomb": (FRAGMENT_BOMB + " fragment F60 on Shelf { name }", "depth"),
    "wide fragment bomb": (
        "{ shelf { ...F0 } } "
        + " ".join(f"fragment F{n} on Shelf {{ {f'...F{n + 1} ' * 30} }}" for n in range(12))
        + " fragment F12 on Shelf { name }",
        "fields",
    ),
    "alias bomb": ("{ " + " ".join(f"a{n}: audit" for n in range(600)) + " }", "aliases"),
    "repeated field with a selection": ("{ " + "shelf { name } " * 400 + "}", "repeats"),
    "deep inline fragments": ("{ " + "... { " * 90 + "audit" + " }" * 90 + " }", None),
    "very deep": (nested(600), "GRAPHQL_PARSE_FAILED"),
    "deep list literal": ("{ shelf(x: " + "[" * 900 + "]" * 900 + ") { name } }", "GRAPHQL_PARSE_FAILED"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_cheaply(name: str) -> None:
    text, expected = HOSTILE[name]

    def found() -> str | None:
        try:
            prepare(text)
        except LimitExceeded as refusal:
            return refusal.limit
        except InvalidDocument as refusal:
            return refusal.code
        return None

    answer, work = calls(found)
    assert answer == expected
    assert work < 150_000, "an honest question of one field takes 9,000 calls"


def test_a_cycle_of_fragments_is_told_as_invalid() -> None:
    with pytest.raises(InvalidDocument) as refusal:
        prepare("{ shelf { ...A } } fragment A on Shelf { shelf { ...B } } fragment B on Shelf { ...A }")
    assert refusal.value.code == "GRAPHQL_VALIDATION_FAILED"
    assert [e.message for e in refusal.value.errors] == ["Cannot spread fragment 'A' within itself via 'B'."]


def test_errors_of_validation_are_bounded() -> None:
    with pytest.raises(InvalidDocument) as refusal:
        prepare("{ " + " ".join(f"x{n}" for n in range(50)) + " }", errors=5)
    assert len(refusal.value.errors) == 6
    assert refusal.value.errors[-1].message.startswith("Too many validation errors")


def test_introspection_is_within_the_limits() -> None:
    prepared = prepare(get_introspection_query(input_value_deprecation=True))
    assert prepared.operation("IntrospectionQuery").requested({}, 100) == 10


def test_nested_introspection_is_refused() -> None:
    with pytest.raises(InvalidDocument, match="GRAPHQL_VALIDATION_FAILED"):
        prepare("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }")


def test_subscriptions_are_refused() -> None:
    schema = strawberry.Schema(query=Query, subscription=Subscription)._schema
    with pytest.raises(InvalidDocument) as refusal:
        Gate(schema, Limits()).prepare("subscription { news }")
    assert [e.message for e in refusal.value.errors] == ["Subscriptions are not served here."]


@pytest.mark.parametrize("text", ["fragment A on Shelf { name }", "query A { audit } query B { audit }"])
def test_no_operation_to_choose_is_refused(text: str) -> None:
    with pytest.raises(InvalidDocument):
        prepare(text).operation(None)


def test_an_unknown_operation_name_is_refused() -> None:
    with pytest.raises(InvalidDocument) as refusal:
        prepare("query A { audit }").operation("B")
    assert [e.message for e in refusal.value.errors] == ["Unknown operation named 'B'."]


def test_a_document_is_remembered_until_others_push_it_out() -> None:
    gate = Gate(SCHEMA, Limits(), remembered=2)
    first = gate.prepare("{ audit }")
    gate.prepare("{ a: audit }")
    assert gate.recall("{ audit }") is first
    gate.prepare("{ b: audit }")
    assert gate.recall("{ a: audit }") is None
    assert gate.recall("{ audit }") is first


def test_a_refused_document_is_not_remembered() -> None:
    gate = Gate(SCHEMA, Limits())
    with pytest.raises(InvalidDocument):
        gate.prepare("{ nothing }")
    assert gate.recall("{ nothing }") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", 0),
        ("{ audit }", 40),
        ("{ shelf { name } }", 1),
        ("{ shelf { shelf { name } } }", 2),
        ("{ shelf { tags { name } } }", 1 + 10),
        ("{ shelf { shelves(first: 30) { total nodes { name } } } }", 1 + 2 + 30),
        ("{ shelf { shelves(last: 5) { nodes { name } } } }", 1 + 2 + 5),
        ("{ shelf { shelves { nodes { name } } } }", 1 + 2 + 20),
        ("{ shelf { shelves(first: null) { nodes { name } } } }", 1 + 2 + 20),
        ("{ shelf { shelves(first: 0) { nodes { name } } } }", 1 + 2),
        ("{ shelf { shelves(first: 10) { nodes { shelves(first: 10) { nodes { name } } } } } }", 1 + 2 + 10 * (1 + 12)),
        ("{ shelf { shelves(first: 10) { nodes { tags { name } } } } }", 1 + 2 + 10 * (1 + 10)),
        ("{ shelf { newest { name } } }", 1 + 7 * 2),
        ("{ shelf { newest(first: 3) { tags { name } } } }", 1 + 3 * (2 + 10)),
        ("{ shelf { ...A ...A } } fragment A on Shelf { shelf { name } }", 2),
        ("{ shelf { named { name ... on Tag { shelf { name } } ... on Shelf { shelf { name } } } } }", 1 + 1 + 1 + 1),
        ("{ shelf { shelf { name } shelf { shelf { name } } } }", 3),
        ('mutation { put(input: {titles: ["a", "b"]}) { name } }', 10 + 1 + 2),
        ("mutation { put(input: {titles: []}) { name } }", 10 + 1),
    ],
)
def test_cost_of_a_document(text: str, expected: int) -> None:
    assert cost(text) == expected


def test_cost_goes_by_the_variables_and_their_defaults() -> None:
    text = "query($n: Int = 4) { shelf { shelves(first: $n) { nodes { name } } } }"
    assert cost(text) == 1 + 2 + 4
    assert cost(text, n=50) == 1 + 2 + 50
    assert cost(text, n=5.0) == 1 + 2 + 5


def test_cost_counts_the_items_of_a_variable() -> None:
    text = "mutation($i: BooksInput!) { put(input: $i) { name } }"
    assert cost(text, i={"titles": ["x"] * 500}) == 10 + 1 + 500
    inner = "mutation($t: [String!]!) { put(input: {titles: $t}) { name } }"
    assert cost(inner, t=["x"] * 7) == 10 + 1 + 7


@pytest.mark.parametrize("variables", [{"i": None}, {"i": 3}, {"i": {"titles": 3}}, {"i": {"titles": None}}, {}])
def test_cost_of_variables_that_will_not_fit_is_no_crash(variables: dict[str, Any]) -> None:
    assert cost("mutation($i: BooksInput!) { put(input: $i) { name } }", **variables) in (11, 12)


@pytest.mark.parametrize("asked", [101, -1, 10**30])
def test_a_page_too_large_or_below_zero_is_refused(asked: int) -> None:
    with pytest.raises(PageTooLarge, match=r"'first' of 'shelf\.shelves' must be from 0 to 100"):
        cost("query($n: Int) { shelf { shelves(first: $n) { nodes { name } } } }", n=asked)


def test_actual_cost_goes_by_the_answer() -> None:
    operation = prepare("{ shelf { shelves(first: 50) { total nodes { tags { name } } } } }").operation(None)
    answer = {"shelf": {"shelves": {"total": 2, "nodes": [{"tags": [{"name": "a"}, {"name": "b"}]}, {"tags": []}]}}}
    assert operation.actual(answer, {}) == 1 + 2 + 2 + 2
    assert operation.actual({"shelf": None}, {}) == 0
    assert operation.actual(None, {}) == 0


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUERDON_LIMIT_DEPTH", "7")
    assert Limits().depth == 7
