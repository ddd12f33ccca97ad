"""Conditions in CEL: checked when the rules are, bounded in length and work, and never a reason to fail."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs import cel
from programs.activity import Activity, Line, Tender, TenderKind
from programs.kind import Standing, check
from programs.points.kind import PointsKind

from .points.factories import CONTEXT, decided, document, fixed, line, points, purchase, standing

DOCS = (Path(__file__).parents[2] / "docs" / "programs.md").read_text()
AT = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # a Saturday
ORDER = Activity(
    key="key", kind="purchase", member_id="member", occurred_at=AT, currency="USD", channel="web", codes=("NOV",),
    lines=(
        Line("1", 5000, sku="TEE-1", categories=("shirts",), tags=("red",), quantity=2, discount=500),
        Line("2", 700, sku="CAP-9"),
    ),
    tenders=(Tender(TenderKind.CARD, 5200),), payload={"gift": True, "note": "for mum", "nights": 3, "odd": None},
)  # fmt: skip
GOLD = Standing(tiers={"program": "gold"}, segments=frozenset({"vip"}))


def failure(text: str, activity: Activity = ORDER, of: Standing = GOLD) -> str | None:
    return cel.Holds(text).failure(activity, of, AT)


@pytest.mark.parametrize(
    "text",
    [
        'activity.kind == "purchase" && activity.channel == "web" && activity.line == "main"',
        'activity.amount == 5200 && activity.pieces == 3 && activity.currency == "USD"',
        'activity.source == "api"',
        'activity.skus.exists(sku, sku.startsWith("TEE-"))',
        'activity.skus.all(sku, size(sku) == 5) && activity.tags.exists(tag, tag == "red")',
        '"shirts" in activity.categories && "NOV" in activity.codes && "card" in activity.tenders',
        'activity.day == "2026-11-21" && activity.month == 11 && activity.weekday == 6 && activity.hour == 23',
        'activity.payload.gift && activity.payload.note.contains("mum") && activity.payload.nights >= 3',
        "has(activity.payload.gift) && !has(activity.payload.other) && activity.payload.odd == null",
        '"vip" in member.segments && "gold" in member.tiers',
        "activity.amount / 100 > 51 ? true : false",
    ],
)
def test_holds(text: str) -> None:
    assert cel.problem(text) is None
    assert failure(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("activity.amount > 9999", "it is false"),
        ('activity.payload.missing == "x"', 'Key not found in map : "missing"'),
        ("activity.payload.note > 3", "No matching overloads found : _>_(string, int64)"),
        ("activity.amount / (activity.pieces - 3) == 1", "divide by zero"),
    ],
)
def test_what_cannot_be_worked_out_does_not_hold(text: str, why: str) -> None:
    assert cel.problem(text) is None
    assert failure(text) == why


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ('activity.amount > "5"', 17, "found no matching overload for '_>_' applied to '(int, string)'"),
        ("activity.amont > 5", 9, "undeclared reference to 'activity.amont'"),
        ("member.email == 'x'", 7, "undeclared reference to 'member.email'"),
        ("activity.amount", None, "must answer true or false, this gives INT"),
        ("activity.amount >", 18, "Syntax error: mismatched input '<EOF>'"),
        ("now() > 3", 4, "undeclared reference to 'now'"),
        ("activity.channel + 'x' == 'y'", 18, "undeclared reference to '_+_'"),
        ("activity.skus.map(s, s) == []", 19, "undeclared reference to 's'"),
        ("activity.payload.gift", None, "must answer true or false, this gives DYN"),
        ("activity.channel.matches('(a+)+')", 25, "undeclared reference to 'matches'"),
        ("[1].all(a, [2].exists(b, a == b))", 16, "a loop inside a loop is not taken"),
        ("[1].all(a, true || ([2].exists (b, a == b)))", 25, "a loop inside a loop is not taken"),
        ('activity.channel == "a\\"b"', 21, "escapes, comments and open quotes are not taken"),
        ("true // always", 6, "escapes, comments and open quotes are not taken"),
        ("activity.channel == 'web", 21, "escapes, comments and open quotes are not taken"),
        ('activity.channel == """x"""', None, "texts in triple quotes are not taken"),
        ("(" * 60 + "true" + ")" * 60, None, "Expression recursion limit exceeded. limit: 32"),
        ("true" + " " * 500, None, "has more than 500 characters"),
    ],
)
def test_a_text_that_cannot_be_used_says_where(text: str, column: int | None, message: str) -> None:
    found = cel.problem(text)
    assert found is not None
    assert found.column == column
    assert found.message.startswith(message)


def test_two_loops_beside_each_other_are_fine() -> None:
    assert failure('activity.skus.exists(s, s == "CAP-9") && activity.tags.all(t, (t == "red"))') is None


@pytest.mark.parametrize(
    ("activity", "text", "why"),
    [
        (purchase(*(line(1, str(n), sku=f"S{n}") for n in range(201))), "'S1' in activity.skus",
         "there are more than 200 skus"),
        (purchase(line(1), payload={"x": "y" * 2000}), "activity.payload.x == 'y'",
         "the payload has more than 2000 characters"),
    ],
)  # fmt: skip
def test_more_than_may_be_looked_at_does_not_hold(activity: Activity, text: str, why: str) -> None:
    assert failure(text, activity) == why
    assert failure("activity.amount >= 0", activity) is None, "what is not named is not read"


HEAVY = "[" + ",".join(["1"] * 220) + "]"


def test_the_heaviest_texts_end() -> None:
    """That this ends is the test: without the bounds, these take minutes or all memory."""
    order = purchase(*(line(1, str(n), sku=f"S{n:03}") for n in range(200)), payload={"x": [1] * 990, "s": "x" * 4})
    same = "&&".join(["activity.payload.x==activity.payload.x"] * 11)
    for text in (
        f"activity.skus.all(s, {same})",
        "activity.skus.all(s, " + "&&".join(["activity.skus==activity.skus"] * 15) + ")",
        f"{HEAVY}.all(a, a in [0, 1])",
    ):
        assert cel.problem(text) is None
        assert cel.Holds(text).failure(order, GOLD, AT) is None


_PIECES = st.sampled_from(
    ["activity.", "member.", "amount", "skus", "payload", "segments", ".exists(", ".all(", "(", ")", "[", "]", "{", "}",
     ",", "?", ":", "&&", "||", "!", "-", "==", "<", " in ", '"a"', "'", "1", "2u", "3.5", "null", "true", "dyn",
     "\\", "@", "`", "é", "//", "x", "\ud800", "\n"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=25).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_text_is_used_or_refused(text: str) -> None:
    found = check(PointsKind(), document(fixed(1, conditions={"when": text})), CONTEXT)
    assert {each.path for each in found} <= {"rules[0].conditions.when"}
    if not found:
        failure(text)


def when(text: str) -> dict[str, Any]:
    return document(fixed(100, conditions={"when": text}))


def test_a_rule_goes_by_its_expression() -> None:
    rules = when('activity.amount >= 5000 && "gold" in member.tiers')
    assert points(decided(rules, purchase(line(5000)), standing("gold"))) == 100
    decision = decided(rules, purchase(line(4999)), standing("gold"))
    assert points(decision) == 0
    assert dict(decision.explanation[0].inputs) == {
        "condition": "when", "needed": 'activity.amount >= 5000 && "gold" in member.tiers', "found": "it is false",
    }  # fmt: skip


def test_the_finding_has_its_path_and_column() -> None:
    (finding,) = check(PointsKind(), when("activity.amont > 5"), CONTEXT)
    assert (finding.path, finding.code) == ("rules[0].conditions.when", "expression")
    assert finding.message == "column 9: undeclared reference to 'activity.amont'"


@pytest.mark.parametrize(("text", "asks"), [("'vip' in member.segments", True), ("activity.hour < 6", False)])
def test_only_a_text_about_the_member_asks_for_the_standing(text: str, asks: bool) -> None:
    assert cel.asks_standing(text) is asks


def test_docs_name_every_variable_and_bound() -> None:
    section = DOCS.partition("## Expressions")[2].partition("\n## ")[0]
    assert set(re.findall(r"`((?:activity|member)\.[a-z]+)`", section)) == set(cel.VARIABLES)
    for bound in (cel.TEXT_CHARACTERS_MAX, cel.LIST_ITEMS_MAX):
        assert f"{bound} " in section
    assert f"{cel.PAYLOAD_CHARACTERS_MAX:,} characters" in section
    for text in re.findall(r"^    (.+)$", section, re.MULTILINE):
        assert cel.problem(text) is None, text
