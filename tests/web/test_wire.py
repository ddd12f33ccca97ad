"""No input makes the edge fail: bytes, headers and documents at random end in an answer or in a refusal of ours."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schema.cost import PageTooLarge
from schema.limits import Gate, InvalidDocument, LimitExceeded, Limits
from tests.web.live import SCHEMA
from web.errors import RequestRefused, tell
from web.graphql_http import Asked, check_content_type, negotiate, parse_body, parse_parameters

GATE = Gate(SCHEMA._schema, Limits())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
NAMES = ["query", "variables", "operationName", "extensions", "documentId", "other"]
WORDS = st.sampled_from(
    [
        *'{}()[]:!$@#,=|&"\n',
        '"""',
        "...",
        "1",
        "-1",
        "1e9",
        "true",
        "null",
        "query",
        "mutation",
        "subscription",
        "fragment",
        "on",
        "F",
        "Query",
        "Item",
        "hello",
        "name",
        "item",
        "items",
        "nodes",
        "parent",
        "first",
        "last",
        "$n",
        "Int",
        "String",
        "@skip",
        "@include",
        "if",
        "__typename",
        "__schema",
        "{ hello }",
        "{ item { name } }",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.binary())
@example(b"\xef\xbb\xbf{}")
@example(b'{"query":"\\ud800"}')
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        assert isinstance(parse_body(body, 64), Asked)
    except RequestRefused as refusal:
        assert refusal.status == 400


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_object_is_read_or_refused(sent: dict[str, Any]) -> None:
    try:
        asked = parse_body(orjson.dumps(sent), 64)
    except RequestRefused as refusal:
        assert refusal.status == 400
    except TypeError:
        return  # beyond 64 bits: not to be sent
    else:
        assert asked.query is not None or asked.document_id is not None


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.text()))
@example({"query": "{ hello }", "variables": "\ud800"})
def test_any_parameters_are_read_or_refused(sent: dict[str, str]) -> None:
    try:
        assert parse_parameters(sent, 64).read_only
    except RequestRefused as refusal:
        assert refusal.status == 400


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_any_headers_are_understood_or_refused(value: str) -> None:
    for read in (negotiate, check_content_type):
        try:
            read(value)
        except RequestRefused as refusal:
            assert refusal.status in (406, 415)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join), st.dictionaries(st.just("n"), VALUES))
@example("query($n: Int) { items(first: $n) { nodes { name } } }", {"n": float("inf")})
@example("query($n: Int) { items(first: $n) { nodes { name } } }", {"n": float("nan")})
def test_any_document_is_prepared_or_refused(text: str, variables: dict[str, Any]) -> None:
    try:
        operation = GATE.prepare(text).operation(None)
        assert operation.requested(variables, 100) >= 0
    except (LimitExceeded, InvalidDocument, PageTooLarge) as refusal:
        assert not tell(refusal).internal


@pytest.mark.parametrize("error", [KeyError("x"), RuntimeError("x"), TimeoutError("x"), ValueError("secret")])
def test_what_is_not_ours_is_internal(error: Exception) -> None:
    told = tell(error)
    assert (told.status, told.code, told.message, told.internal) == (500, "INTERNAL", "Internal error", True)
