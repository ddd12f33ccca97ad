"""Rules of referrals that hold together, and those that do not; which order is a friend's first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.activity import Activity
from programs.decision import Decision, ProgramId, VersionId
from programs.findings import RulesContext
from programs.kind import ALONE, Standing, VersionFacts, check
from programs.periods import Period
from programs.referral import words
from programs.referral.compiled import Bought, CompiledReferral, Found
from programs.referral.kind import ReferralKind
from programs.wording import Words
from tests.programs.referral.conftest import document, points

KIND = ReferralKind()
CONTEXT = RulesContext(frozenset({"points"}), {"USD": 2}, rewards=frozenset({"mug"}))
FACTS = VersionFacts(ProgramId("p"), VersionId("v"), ZoneInfo("America/Chicago"))
CLAIMED = datetime(2026, 3, 2, 18, tzinfo=UTC)
KEPT = datetime(2026, 3, 18, 5, tzinfo=UTC)
"""The end, in Chicago, of the fourteenth day after 3 March."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["friend", "unit", "caps", "type"]), inner)
    ),
    max_leaves=10,
)


def compiled(**given: Any) -> CompiledReferral:
    return KIND.compile(KIND.parse(document(**given)), FACTS)


def order(days: float = 1, kept: int = 2000, currency: str = "USD", gone: bool = False, name: str = "o") -> Bought:
    return Bought(name, CLAIMED + timedelta(days=days), currency, kept, gone)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (document(), []),
        (document(unit="gems"), [("unit", "unknown_value")]),
        (document(currency="XXY"), [("currency", "unknown_value")]),
        (document(referrer=[], friend=[]), [("referrer", "missing")]),
        (document(referrer=[]), []),
        (document(friend=[{"type": "points", "unit": "gems", "points": 1}]), [("friend[0].unit", "unknown_value")]),
        (document(friend=[{"type": "reward", "reward": "car"}]), [("friend[0].reward", "unknown_value")]),
        (document(friend=[{"type": "reward", "reward": "mug"}]), []),
        (document(caps=[{"friends": 1, "period": "day"}, {"friends": 2, "period": "day"}]),
         [("caps[1].period", "duplicate")]),
        (document(link="https://shop.example"), [("link", "malformed")]),
        (document(link="https://shop.example/?r={code}"), []),
        (document(return_days=-1), [("return_days", "out_of_range")]),
    ],
)  # fmt: skip
def test_every_bad_path_is_named(rules: object, expected: list[tuple[str, str]]) -> None:
    assert [(finding.path, finding.code) for finding in check(KIND, rules, CONTEXT)] == expected


@given(JSON)
def test_no_document_is_more_than_refused(rules: object) -> None:
    check(KIND, rules, CONTEXT)


def test_rules_are_read_back_as_they_were() -> None:
    rules = KIND.parse(document(caps=[{"friends": 5, "period": "month"}], suspicion="reject", within_days=30,
                                same_attributes=["address_hash"], link="x {code}"))  # fmt: skip
    assert KIND.parse(KIND.dump(rules)) == rules


@pytest.mark.parametrize(
    ("orders", "now", "expected"),
    [
        ([], CLAIMED, Found()),
        ([order()], KEPT - timedelta(seconds=1), Found(look_at=KEPT)),
        ([order()], KEPT, Found("o", KEPT)),
        ([order(kept=1999)], KEPT, Found()),
        ([order(gone=True, kept=0)], KEPT, Found()),
        ([order(currency="EUR")], KEPT, Found()),
        ([order(days=-1)], KEPT, Found()),
        ([order(2, name="second"), order(1, gone=True)], KEPT, Found(look_at=KEPT + timedelta(days=1))),
        ([order(2, name="second"), order(1)], KEPT + timedelta(days=9), Found("o", KEPT)),
        ([order(1, kept=10), order(2, name="second")], KEPT + timedelta(days=9),
         Found("second", KEPT + timedelta(days=1))),
    ],
)  # fmt: skip
def test_the_first_order_that_was_kept(orders: list[Bought], now: datetime, expected: Found) -> None:
    assert compiled().first_kept(CLAIMED, orders, now) == expected


def test_who_is_late() -> None:
    rules = compiled(within_days=3)
    deadline = datetime(2026, 3, 6, 6, tzinfo=UTC)
    assert rules.first_kept(CLAIMED, [], deadline - timedelta(seconds=1)) == Found(look_at=deadline)
    assert rules.first_kept(CLAIMED, [], deadline) == Found(late=True)
    assert rules.first_kept(CLAIMED, [order(9)], deadline + timedelta(days=99)) == Found(late=True)
    assert rules.first_kept(CLAIMED, [order(1)], deadline) == Found(look_at=KEPT)


@pytest.mark.parametrize(
    ("period", "first", "next_"),
    [
        (Period.DAY, datetime(2026, 3, 2, 6, tzinfo=UTC), datetime(2026, 3, 3, 6, tzinfo=UTC)),
        (Period.WEEK, datetime(2026, 3, 2, 6, tzinfo=UTC), datetime(2026, 3, 9, 5, tzinfo=UTC)),
        (Period.MONTH, datetime(2026, 3, 1, 6, tzinfo=UTC), datetime(2026, 4, 1, 5, tzinfo=UTC)),
        (Period.YEAR, datetime(2026, 1, 1, 6, tzinfo=UTC), datetime(2027, 1, 1, 6, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_periods_are_local(period: Period, first: datetime, next_: datetime) -> None:
    assert compiled().period(period, CLAIMED) == (first, next_)
    assert compiled().period(Period.LIFETIME, CLAIMED) is None


def test_no_activity_is_decided() -> None:
    activity = Activity("a", "purchase", "m", CLAIMED)
    assert KIND.counters(compiled(), activity) == ()
    assert KIND.decide(compiled(), activity, Standing(), CLAIMED, ALONE) == Decision()


def test_words() -> None:
    rules = KIND.parse(document(
        caps=[{"friends": 5, "period": "month"}, {"friends": 1, "period": "lifetime"}], within_days=30,
        friend=[points(1), {"type": "reward", "reward": "mug"}],
    ))  # fmt: skip
    assert words.summary(rules, Words("point", "points", 0, {"USD": 2})) == [
        "Invite a friend: 500 points.",
        "Be invited: 1 point and the reward mug.",
        "It is given once an order of 20.00 USD or more, placed within 30 days of using the code, was kept for "
        "14 days.",
        "At most 5 friends a month bring something.",
        "At most 1 friend in all bring something.",
        "If both look like one person, staff decide.",
    ]
