"""What a partner is told of an event: kind by kind, and nothing beside."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from connect.partner_events import TOLD, Knowing, told
from connect.webhooks import Message
from events.service import KINDS
from kit.ids import encode, new_id
from ledger.state import UnitId
from members.views import MemberId
from programs.coalition import earning
from programs.coalition.links import LinkId, LinkView
from programs.coalition.partners import PartnerId

PARTNER, RIVAL = PartnerId(new_id()), PartnerId(new_id())
SHARED, OTHER = UnitId(new_id()), UnitId(new_id())
MEMBER, STRANGER = MemberId(new_id()), MemberId(new_id())
LINK = LinkView(
    LinkId(new_id()), PARTNER, MEMBER, "customer 7", frozenset(), "key", datetime(2026, 3, 1, tzinfo=UTC), "Air",
    "CANARY", SHARED,
)  # fmt: skip
KNOWING = Knowing(PARTNER, SHARED, {MEMBER: LINK}, {LINK.id: "customer 7"})
THEM = {"link": LINK.id, "customer_id": "customer 7"}
NOBODY = {"link": None, "customer_id": None}
ACTIVITY_ID, REDEMPTION_ID, SETTLEMENT_ID, CONVERSION_ID = (new_id() for _ in range(4))
CANARY = "CANARY"
"""Stands in every field that a partner is not told."""


def entry(unit: str, **more: str) -> dict[str, Any]:
    return {"unit": unit, "reason": "earn", "book": "available", "amount": 5, **more}


ACTIVITY: dict[str, Any] = {
    "activity": ACTIVITY_ID, "key": CANARY, "kind": "purchase", "member": MEMBER, CANARY: CANARY,
    "order_reference": earning.reference(PARTNER, "o-1"),
    "entries": [entry(SHARED, shares=CANARY), entry(OTHER, reason=CANARY)],
}  # fmt: skip
HELD = {name: ACTIVITY[name] for name in ("activity", "key", "kind", "member", "order_reference", CANARY)}
HELD_TOLD = {"activity": ACTIVITY_ID, "kind": "purchase", **THEM, "order_reference": "o-1"}
PERK_USE_ID, KEY_ID = new_id(), new_id()
PERK_GIVEN = {
    "perk_use": PERK_USE_ID, "offer": "rest", "partner": PARTNER, "member": MEMBER, CANARY: CANARY,
    "order_reference": earning.reference(PARTNER, "o-3"),
}  # fmt: skip
PERK_GIVEN_TOLD = {"perk_use": PERK_USE_ID, "offer": "rest", **THEM, "order_reference": "o-3"}
PERK_BORNE = {
    "perk_use": PERK_USE_ID, "offer": "rest", "partner": CANARY, "amount_micros": 4, "currency": "EUR",
    "giver": CANARY, "customer": CANARY,
}  # fmt: skip
PERK_BORNE_TOLD = {"perk_use": PERK_USE_ID, "offer": "rest", "amount_micros": 4, "currency": "EUR"}
TERMS = {"partner": PARTNER, "number": 2, "valid_from": "2026-03-01T00:00:00Z", "valid_until": None}
REDEMPTION = {
    "redemption": REDEMPTION_ID, "member": MEMBER, "reward": CANARY, "unit": SHARED, "points": 5,
    "order_reference": earning.reference(PARTNER, "o-2"), CANARY: 1,
}  # fmt: skip
REDEMPTION_TOLD = {"redemption": REDEMPTION_ID, **THEM, "unit": SHARED, "points": 5, "order_reference": "o-2"}
SETTLEMENT = {
    "settlement": SETTLEMENT_ID, "program": CANARY, "partner": PARTNER, "number": 3, "period": "month",
    "currency": "EUR", "due": -7, "approved_by": CANARY,
}  # fmt: skip
SETTLEMENT_TOLD = {name: SETTLEMENT[name] for name in SETTLEMENT if SETTLEMENT[name] != CANARY}
CONVERSION = {
    "conversion": CONVERSION_ID, "member": MEMBER, "partner": CANARY, "unit": SHARED, "direction": "in",
    "own_points": 9, "points": 3, CANARY: CANARY,
}  # fmt: skip
CONVERSION_TOLD = {
    "conversion": CONVERSION_ID, **THEM, "unit": SHARED, "direction": "in", "own_points": 9, "points": 3,
}  # fmt: skip
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "activity.decided": (
        ACTIVITY,
        {"activity": ACTIVITY_ID, "kind": "purchase", **THEM, "order_reference": "o-1", "entries": [entry(SHARED)]},
    ),
    **dict.fromkeys([kind for kind in TOLD if kind.startswith("redemption.")], (REDEMPTION, REDEMPTION_TOLD)),
    **dict.fromkeys([kind for kind in TOLD if kind.startswith("settlement.")], (SETTLEMENT, SETTLEMENT_TOLD)),
    **dict.fromkeys(["points.converted", "points.conversion_undone"], (CONVERSION, CONVERSION_TOLD)),
    **dict.fromkeys(["activity.held", "activity.rejected"], (HELD, HELD_TOLD)),
    **dict.fromkeys(["partner.perk_given", "partner.perk_given_back"], (PERK_GIVEN, PERK_GIVEN_TOLD)),
    **dict.fromkeys(["partner.perk_borne", "partner.perk_borne_back"], (PERK_BORNE, PERK_BORNE_TOLD)),
    **dict.fromkeys(
        ["partner.frozen", "partner.unfrozen", "partner.left"],
        ({"partner": PARTNER, "reason": CANARY}, {"partner": PARTNER}),
    ),
    "partner.key_revoked": (
        {"partner": PARTNER, "api_key": KEY_ID, "by": CANARY},
        {"partner": PARTNER, "api_key": KEY_ID},
    ),
    "partner.terms_announced": ({**TERMS, "saved_by": CANARY}, TERMS),
    "partner.block_empty": (
        {"partner": PARTNER, "currency": "EUR", "price": CANARY},
        {"partner": PARTNER, "currency": "EUR"},
    ),
    "link.ended": ({"link": LINK.id, "partner": PARTNER, "member": CANARY}, THEM),
    "partner.block_low": (
        {"partner": PARTNER, "points": 9, "price": CANARY},
        {"partner": PARTNER, "points": 9},
    ),
    **dict.fromkeys(
        ["partner.joined", "partner.shop_unlinked"], ({"partner": PARTNER, "shop": CANARY}, {"partner": PARTNER})
    ),
}


@pytest.mark.parametrize("kind", TOLD)
def test_a_partner_is_told_what_is_its_own(kind: str) -> None:
    body, expected = CASES[kind]
    shown = told(kind, body, KNOWING)
    assert shown == expected
    text = Message(new_id(), kind, datetime.now(UTC), orjson.dumps(shown).decode()).text()
    assert CANARY not in text
    assert not {MEMBER, encode("mem", MEMBER), encode("unt", OTHER)} & set(re.findall(r'"([^"]*)"', text))
    assert (encode("lnk", LINK.id) in text) is (expected.keys() >= THEM.keys())


@pytest.mark.parametrize("kind", TOLD)
def test_a_body_of_before_a_field_was_there_tells_null(kind: str) -> None:
    shown = told(kind, {}, KNOWING)
    assert shown.keys() == told(kind, CASES[kind][0], KNOWING).keys()
    assert not any(shown.values())


@pytest.mark.parametrize("order", [None, "o-9", earning.reference(RIVAL, "o-9")])
def test_an_order_that_is_not_its_own_is_not_told(order: str | None) -> None:
    for kind, body in (("activity.decided", ACTIVITY), ("redemption.confirmed", REDEMPTION)):
        assert told(kind, {**body, "order_reference": order}, KNOWING)["order_reference"] is None


def test_who_is_not_linked_with_it_is_nobody() -> None:
    for kind, body in (("activity.decided", ACTIVITY), ("redemption.expired", REDEMPTION)):
        shown = told(kind, {**body, "member": STRANGER}, KNOWING)
        assert {name: shown[name] for name in NOBODY} == NOBODY


def test_page_lists_what_partners_are_told() -> None:
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    _, _, section = page.partition("## A partner's webhooks")
    assert {
        kind: tuple(re.findall(r"`(\w+)`", fields))
        for kinds, fields in re.findall(r"^- (`[^:]+): (.+)$", section, re.MULTILINE)
        for kind in re.findall(r"`([\w.]+)`", kinds)
    } == {kind: _shown(fields) for kind, fields in TOLD.items()}
    assert TOLD.keys() <= KINDS.keys()


def _shown(fields: tuple[str, ...]) -> tuple[str, ...]:
    """The fields of a kind as a partner reads them."""
    return tuple(
        name for field in fields for name in (("link", "customer_id") if field in ("member", "link") else (field,))
    )  # fmt: skip
