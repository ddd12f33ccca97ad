"""Events are rows of the transaction that did what they tell of."""

from __future__ import annotations

import orjson
import pytest

from events.models import Event
from events.service import KINDS, Happening, emit, emit_many
from tenants import scope
from tests.ledger.helpers import open_shop


class _Changed(Exception):
    pass


async def test_events_are_kept_in_order_and_only_with_what_they_tell_of(database: object) -> None:
    shop, other = await open_shop("shop"), await open_shop("other")
    with scope.of(shop.tenant):
        async with scope.writing():
            await emit("redemption.reserved", "redemption:1", {"points": 5})
            await emit_many(
                [Happening(kind, "redemption:1", {}) for kind in ("redemption.confirmed", "voucher.issued")]
            )
        with pytest.raises(_Changed):
            async with scope.writing():
                await emit("redemption.expired", "redemption:2", {})
                raise _Changed
        async with scope.reading():
            rows = await Event.all().order_by("id")
    assert [(row.kind, row.subject, orjson.loads(row.body), row.relayed) for row in rows] == [
        ("redemption.reserved", "redemption:1", {"points": 5}, False),
        ("redemption.confirmed", "redemption:1", {}, False),
        ("voucher.issued", "redemption:1", {}, False),
    ]
    with scope.of(other.tenant):
        async with scope.reading():
            assert await Event.all().count() == 0


async def test_a_kind_that_nobody_documented_is_a_bug(database: object) -> None:
    shop = await open_shop()
    with scope.of(shop.tenant), pytest.raises(AssertionError, match=r"redemption\.lost"):
        async with scope.writing():
            await emit("redemption.lost", "redemption:1", {})


def test_kinds_say_what_happened_in_a_sentence() -> None:
    assert all(text.endswith(".") and "." in kind for kind, text in KINDS.items())
