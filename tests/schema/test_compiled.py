"""Compiled inputs are what Strawberry would have made of the same values."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLInputObjectType
from graphql.utilities import coerce_input_value
from strawberry.types.arguments import InputContext, convert_argument

from schema.admin.schema import schema
from schema.admin.told import OrderAmendInput, RecordActivitiesInput, RecordActivityInput

LINE = {"id": "1", "amount": "4000", "kind": "SHIPPING", "tags": ["red"], "quantity": 2}
PURCHASE = {"orderId": "o-1", "currency": "EUR", "lines": [LINE, {"id": "2", "amount": 5}], "codes": ["A"]}
BASE = {"idempotencyKey": "k", "member": {"externalId": "c-1"}}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (RecordActivityInput, {**BASE, "activity": {"purchase": PURCHASE}, "channel": None}),
        (RecordActivityInput, {**BASE, "activity": {"purchase": {**PURCHASE, "tenders": [
            {"kind": "POINTS", "amount": 3},
        ]}}, "occurredAt": "2026-11-21T23:04:11Z", "source": "pos"}),
        (RecordActivityInput, {**BASE, "activity": {"refund": {"orderId": "o-1", "lines": [
            {"lineId": "1", "quantity": 1},
        ]}}}),
        (RecordActivityInput, {**BASE, "activity": {"refund": {"orderId": "o-1", "all": True}}}),
        (RecordActivityInput, {**BASE, "activity": {"cancel": {"orderId": "o-1"}}}),
        (RecordActivityInput, {**BASE, "activity": {"event": {"kind": "custom:walk", "reference": None}}}),
        (RecordActivityInput, {**BASE, "activity": {"trigger": {"orderId": "o-1", "trigger": "delivered"}}}),
        (RecordActivitiesInput, {"activities": [{**BASE, "activity": {"cancel": {"orderId": "o-1"}}}] * 2}),
        (OrderAmendInput, {**BASE, "orderId": "o-1", "currency": "EUR", "lines": [LINE]}),
    ],
)  # fmt: skip
def test_alike(kind: Any, value: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    type_ = schema._schema.type_map[kind.__name__]
    assert isinstance(type_, GraphQLInputObjectType)
    coerced = coerce_input_value(value, type_)
    converter = schema.schema_converter
    context = InputContext(None, schema.config, converter.scalar_registry, ())
    compiled = kind.__strawberry_definition__.from_input(kind, coerced, context)
    hot: list[Any] = [RecordActivityInput, RecordActivitiesInput, OrderAmendInput]
    for each in hot:
        monkeypatch.setattr(each.__strawberry_definition__, "from_input", None)
    plain = convert_argument(coerced, kind, converter.scalar_registry, schema.config)
    assert compiled == plain
    assert repr(compiled) == repr(plain)


def test_lists_are_not_shared_between_requests() -> None:
    kind: Any = RecordActivityInput
    type_ = schema._schema.type_map[kind.__name__]
    assert isinstance(type_, GraphQLInputObjectType)
    context = InputContext(None, schema.config, schema.schema_converter.scalar_registry, ())
    value = {**BASE, "activity": {"purchase": {"orderId": "o", "currency": "EUR", "lines": []}}}
    first, second = (
        kind.__strawberry_definition__.from_input(kind, coerce_input_value(value, type_), context) for _ in range(2)
    )
    assert first.activity.purchase.codes is not second.activity.purchase.codes
