"""The life of a membership, without a database: terms by the calendar, dunning, refunds, and any order of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.paid import life
from programs.paid.compiled import CompiledPaid
from programs.paid.life import Life, State, Step
from tests.programs.paid.factories import at, compiled, paid, plan

MONTHLY = compiled(paid(plan(period="month", price=10_00, trial={}, free_days={})))
YEARLY = compiled(paid(refund={"full_within_days": 3, "otherwise": "prorated"}))
JOINED = at("2026-01-31 10:00")


def begin(rules: CompiledPaid, *, trial: bool = False, joined: datetime = JOINED) -> Life:
    plan = rules.plans["prime"]
    return life.joined(rules, plan, joined, None if trial else plan.price)


def renew(rules: CompiledPaid, was: Life, now: datetime) -> Life:
    return life.charged(rules, life.charging(was), rules.plans["prime"], 10_00, now)


def test_terms_follow_the_calendar_from_the_first() -> None:
    rules = compiled(paid(plan(period="month")))
    now = begin(rules)
    ends = []
    for _ in range(4):
        ends.append(now.ends_at)
        assert now.ends_at is not None
        now = renew(rules, now, now.ends_at)
    assert ends == [at(f"2026-{day} 10:00") for day in ("02-28", "03-31", "04-30", "05-31")]


def test_a_late_job_loses_no_days_and_gives_none() -> None:
    rules = compiled(paid(plan(period="month")))
    now = renew(rules, begin(rules), at("2026-03-20 00:00"))
    assert (now.starts_at, now.ends_at) == (at("2026-02-28 10:00"), at("2026-03-31 10:00"))


def test_a_trial_is_charged_when_it_is_over() -> None:
    now = begin(MONTHLY, trial=True)
    assert (now.state, now.paid) == (State.TRIAL, 0)
    assert life.next_step(MONTHLY, now) == (at("2026-02-28 10:00"), Step.CHARGE)
    now = renew(MONTHLY, now, at("2026-02-28 10:01"))
    assert (now.state, now.term, now.ends_at) == (State.ACTIVE, 1, at("2026-03-28 10:00"))


def test_free_days_are_given_once_a_term_and_move_what_follows() -> None:
    now = begin(MONTHLY)
    assert life.next_step(MONTHLY, now) == (at("2026-02-21 10:00"), Step.GIVE_DAYS)
    now = life.given_days(MONTHLY, now, 7)
    assert life.next_step(MONTHLY, now) == (at("2026-03-07 10:00"), Step.CHARGE)
    now = renew(MONTHLY, now, at("2026-03-07 10:00"))
    assert (now.ends_at, now.days_given) == (at("2026-04-07 10:00"), False)


def test_a_declined_renewal_is_tried_again_then_ends() -> None:
    now, refused = begin(YEARLY), at("2027-01-31 12:00")
    seen = []
    for _ in range(4):
        now = life.declined(life.charging(now), refused)
        step = life.next_step(YEARLY, now)
        assert step is not None
        seen.append((step[0], step[1].value))
    assert seen == [
        (at("2027-02-01 12:00"), "charge"), (at("2027-02-03 12:00"), "charge"), (at("2027-02-07 12:00"), "charge"),
        (at("2027-02-14 12:00"), "end"),
    ]  # fmt: skip
    assert now.entitled(YEARLY)
    recovered = renew(YEARLY, now, at("2027-02-08 12:00"))
    assert (recovered.state, recovered.starts_at) == (State.ACTIVE, at("2027-01-31 10:00"))
    assert (recovered.tries, recovered.declined_at) == (0, None)


def test_who_was_without_benefits_begins_anew_when_paying() -> None:
    rules = compiled(paid(dunning={"keeps_benefits": False}))
    now = life.declined(life.charging(begin(rules)), at("2027-01-31 12:00"))
    assert not now.entitled(rules)
    assert renew(rules, now, at("2027-02-05 12:00")).ends_at == at("2028-02-05 12:00")


@pytest.mark.parametrize(
    ("when", "used", "amount"),
    [
        ("2026-02-01 10:00", False, 139_00),  # within three days, unused: all
        ("2026-02-03 10:00", True, 137_47),  # used: 361 of 365 days are left after the 3rd; 13900 × 361 / 365
        ("2026-02-03 09:59", False, 139_00),
        ("2026-02-03 10:00", False, 137_47),
        ("2027-01-30 09:00", False, 0),  # the last day: none is left after it
    ],
)
def test_what_goes_back(when: str, used: bool, amount: int) -> None:
    assert life.refundable(YEARLY, begin(YEARLY), at(when), used=used) == amount


def test_nothing_goes_back_of_a_trial_or_by_a_policy_of_none() -> None:
    assert life.refundable(MONTHLY, begin(MONTHLY, trial=True), JOINED, used=False) == 0
    assert life.refundable(MONTHLY, begin(MONTHLY), JOINED, used=False) == 0


def test_free_days_are_not_refunded() -> None:
    rules = compiled(paid(refund={"otherwise": "prorated"}))
    given_days = life.given_days(rules, begin(rules), 7)
    assert life.refundable(rules, given_days, at("2027-02-05 09:00"), used=False) == 0


def test_a_plan_that_is_gone_is_not_renewed() -> None:
    assert life.next_step(YEARLY, replace(begin(YEARLY), plan="gone")) == (at("2027-01-31 10:00"), Step.END)


def test_a_lifelong_plan_asks_for_nothing() -> None:
    rules = compiled(paid(plan(period="once")))
    now = begin(rules)
    assert (now.ends_at, life.next_step(rules, now)) == (None, None)


EVENTS = st.lists(st.sampled_from(["time", "decline", "cancel", "resume", "upgrade"]), max_size=40)


@settings(max_examples=200, deadline=None)
@given(EVENTS, st.booleans())
def test_any_life_goes_on_in_time_and_comes_to_an_end(events: list[str], trial: bool) -> None:
    """Terms never overlap nor leave a gap unless changed; time always asks for something until the end."""
    rules = compiled(paid(plan(period="month", trial={}, free_days={}), plan("gold", 300_00)))
    now, clock = begin(rules, trial=trial), JOINED
    for event in events:
        step = life.next_step(rules, now)
        if now.state is State.ENDED:
            assert step is None
            break
        assert step is not None, "time asks for something as long as it lives"
        before = now
        if event in ("time", "decline"):
            clock = max(clock, step[0])
            now = _stepped(rules, now, step[1], clock, declined=event == "decline")
        elif event == "cancel" and now.state in (State.TRIAL, State.ACTIVE):
            now = life.cancelled_at_end(now)
        elif event == "resume" and now.state is State.CANCELLING:
            now = life.resumed(now)
        elif event == "upgrade" and now.state in (State.TRIAL, State.ACTIVE) and now.plan == "prime":
            now = life.upgraded(rules, now, rules.plans["gold"], 300_00, clock)
        assert now.term >= before.term
        assert now.ends_at is not None and before.ends_at is not None
        assert now.term == before.term or now.ends_at > before.starts_at
        assert (now.state is State.PAST_DUE) == (now.declined_at is not None) or now.state is State.ENDED


def _stepped(rules: CompiledPaid, now: Life, step: Step, clock: datetime, *, declined: bool) -> Life:
    if step is Step.END:
        return life.ended(now, clock)
    if step is Step.GIVE_DAYS:
        return life.given_days(rules, now, 7)
    asked = life.charging(now)
    assert life.next_step(rules, asked) is None, "an answer is awaited"
    return life.declined(asked, clock) if declined else life.charged(rules, asked, rules.plans[now.plan], 1, clock)
