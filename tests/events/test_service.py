"""Events are rows of the transaction that did what they tell of."""

from __future__ import annotations

import orjson
import pytest

from events.models import Event, WebhookEndpoint
from events.service import KINDS, Happening, emit, emit_many
from kit import clock
from kit.ids import new_id
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
    assert [(row.kind, row.subject, orjson.loads(row.body)) for row in rows] == [
        ("redemption.reserved", "redemption:1", {"points": 5}),
        ("redemption.confirmed", "redemption:1", {}),
        ("voucher.issued", "redemption:1", {}),
    ]
    with scope.of(other.tenant):
        async with scope.reading():
            assert await Event.all().count() == 0


@pytest.mark.parametrize(("endpoint", "waits"), [("none", False), ("there", True), ("disabled", False)])
async def test_only_what_an_endpoint_wants_waits_for_the_relay(database: object, endpoint: str, waits: bool) -> None:
    shop, now = await open_shop(), clock.now()
    with scope.of(shop.tenant):
        async with scope.writing():
            if endpoint != "none":
                disabled_at = now if endpoint == "disabled" else None
                await WebhookEndpoint.create(
                    id=new_id(), url="https://shop.example", kinds="[]", created_at=now, disabled_at=disabled_at
                )
            await emit("redemption.reserved", "redemption:1", {})
        async with scope.reading():
            assert [event.relayed for event in await Event.all()] == [not waits]


async def test_a_kind_that_nobody_documented_is_a_bug(database: object) -> None:
    shop = await open_shop()
    with scope.of(shop.tenant), pytest.raises(AssertionError, match=r"redemption\.lost"):
        async with scope.writing():
            await emit("redemption.lost", "redemption:1", {})


def test_kinds_say_what_happened_in_a_sentence() -> None:
    assert all(text.endswith(".") and "." in kind for kind, text in KINDS.items())
