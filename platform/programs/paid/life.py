"""The life of a membership, pure: what each event makes of it, and what time asks for next.

    (nothing) ── join ──▶ trial ── charged ──▶ active ── charged, term by term ──▶ active
                          trial, active ── declined ──▶ past_due ── charged ──▶ active
                                                        past_due ── tries are over ──▶ ended
                          trial, active ── cancel at the end ──▶ cancelling ── term over ──▶ ended
                          any ── cancel now ──▶ ended

A term that was paid for begins where the one before ended, however late the job is. Whether a renewal was declined in
time or late, its tries count from the first refusal.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from programs.paid.compiled import CompiledPaid
from programs.paid.rules import Otherwise, Plan


class State(StrEnum):
    """Where a membership is in its life."""

    TRIAL = "trial"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLING = "cancelling"
    ENDED = "ended"


class Step(StrEnum):
    """What time asks for: give the free days, charge the next term, end it."""

    GIVE_DAYS = "give_days"
    CHARGE = "charge"
    END = "end"


@dataclass(frozen=True, slots=True)
class Life:
    """A membership as it is now. `term` counts those paid for: 0 is the trial.

    `ends_at` is the end of the present term (exclusive; None: for life), counted as `anchor_terms` periods from
    `anchor_at`. `paid` is what the present term is worth: since `paid_at`, until `paid_until`, which no free days put
    off. `declined_at` is the first refusal of the next, after so many `tries`; while `charging` an answer is awaited.
    """

    plan: str
    state: State
    term: int
    starts_at: datetime
    ends_at: datetime | None
    anchor_at: datetime
    anchor_terms: int
    paid: int = 0
    paid_at: datetime | None = None
    paid_until: datetime | None = None
    days_given: bool = False
    declined_at: datetime | None = None
    tries: int = 0
    charging: bool = False
    ended_at: datetime | None = None

    def entitled(self, rules: CompiledPaid) -> bool:
        """Tell whether the member has the plan's benefits."""
        if self.state is State.PAST_DUE:
            return rules.rules.dunning.keeps_benefits
        return self.state is not State.ENDED

    def over(self, at: datetime) -> bool:
        """Tell whether it has ended, also where no job has written that yet."""
        due = self.state is State.CANCELLING and self.ends_at is not None and self.ends_at <= at
        return due or self.state is State.ENDED


def joined(rules: CompiledPaid, plan: Plan, at: datetime, paid: int | None) -> Life:
    """Begin: with the trial (`paid` None), or with the first term, paid for at `at`."""
    if paid is None:
        assert plan.trial is not None, "only a plan with a trial can be tried"
        over = rules.later(at, months=plan.trial.months)
        return Life(plan.id, State.TRIAL, 0, at, over, over, 0)
    ends_at = rules.ends(plan, at, 1)
    return Life(plan.id, State.ACTIVE, 1, at, ends_at, at, 1, paid, at, ends_at)


def charged(
    rules: CompiledPaid, life: Life, plan: Plan, price: int, at: datetime, *, paused: bool = False
) -> Life:  # fmt: skip
    """Go on with the next term, which was paid for at `at`: from where the last one ended.

    Who was without the benefits until now begins now: who was past due, or whose term ended in a pause of the program.
    """
    assert life.ends_at is not None and life.state is not State.ENDED, "only a term that ends is renewed"
    late = paused or (life.state is State.PAST_DUE and not rules.rules.dunning.keeps_benefits)
    starts_at = at if late else life.ends_at
    anchor, terms = (at, 1) if late else (life.anchor_at, life.anchor_terms + 1)
    ends_at = rules.ends(plan, anchor, terms)
    return replace(
        life, plan=plan.id, state=State.ACTIVE, term=life.term + 1, starts_at=starts_at,
        ends_at=ends_at, anchor_at=anchor, anchor_terms=terms, paid=price, paid_at=at, paid_until=ends_at,
        days_given=False, declined_at=None, tries=0, charging=False,
    )  # fmt: skip


def charging(life: Life) -> Life:
    """Wait for the answer to another try."""
    return replace(life, charging=True, tries=life.tries + 1)


def declined(life: Life, at: datetime) -> Life:
    """Note that the next term could not be charged."""
    return replace(life, state=State.PAST_DUE, declined_at=life.declined_at or at, charging=False)


def cancelled_at_end(life: Life) -> Life:
    """Renew no more; the benefits stay until the term is over."""
    assert life.state in (State.TRIAL, State.ACTIVE) and life.ends_at is not None
    return replace(life, state=State.CANCELLING)


def resumed(life: Life) -> Life:
    """Renew after all."""
    assert life.state is State.CANCELLING
    return replace(life, state=State.ACTIVE if life.term else State.TRIAL)


def ended(life: Life, at: datetime) -> Life:
    """End for good."""
    return replace(life, state=State.ENDED, ended_at=at, charging=False)


def given_days(rules: CompiledPaid, life: Life, days: int) -> Life:
    """Put the end off by so many days; later terms count from there."""
    assert life.ends_at is not None and not life.days_given
    ends_at = rules.later(life.ends_at, days=days)
    return replace(life, ends_at=ends_at, anchor_at=ends_at, anchor_terms=0, days_given=True)


def asked(life: Life) -> Life:
    """Wait for the answer to a charge that is no renewal."""
    return replace(life, charging=True)


def answered(life: Life) -> Life:
    """Go on as before: the answer was no."""
    return replace(life, charging=False)


def upgraded(rules: CompiledPaid, life: Life, plan: Plan, worth: int, at: datetime) -> Life:
    """Change the plan: a trial goes on with the new one, what is paid for begins a new term now, worth so much.

    Who had cancelled goes on after all.
    """
    if life.term == 0:
        return replace(life, plan=plan.id, state=State.TRIAL)
    ends_at = rules.ends(plan, at, 1)
    return replace(
        life, plan=plan.id, state=State.ACTIVE, term=life.term + 1, starts_at=at, ends_at=ends_at, anchor_at=at,
        anchor_terms=1, paid=worth, paid_at=at, paid_until=ends_at, days_given=False, charging=False,
    )  # fmt: skip


# -- what time asks for ------------------------------------------------------------------------------------------------


def next_step(rules: CompiledPaid, life: Life) -> tuple[datetime, Step] | None:
    """Tell what is to be done next, and when; None if time changes nothing, or an answer is awaited."""
    if life.state is State.ENDED or life.charging or life.ends_at is None:
        return None
    if life.state is State.PAST_DUE:
        return _dunned(rules, life)
    over = life.ends_at, Step.END if life.state is State.CANCELLING else Step.CHARGE
    plan = rules.plans.get(life.plan)
    if plan is None:
        return life.ends_at, Step.END
    if plan.free_days is not None and not life.days_given and life.term:
        return max(life.starts_at, rules.later(life.ends_at, days=-plan.free_days.before_days)), Step.GIVE_DAYS
    return over


def _dunned(rules: CompiledPaid, life: Life) -> tuple[datetime, Step]:
    assert life.declined_at is not None, "it was declined"
    dunning = rules.rules.dunning
    if life.tries <= len(dunning.retry_days) and life.plan in rules.plans:
        return rules.later(life.declined_at, days=dunning.retry_days[life.tries - 1]), Step.CHARGE
    return rules.later(life.declined_at, days=dunning.ends_after_days), Step.END


# -- money -------------------------------------------------------------------------------------------------------------


def refundable(rules: CompiledPaid, life: Life, at: datetime, *, used: bool) -> int:
    """Tell what of the present term who cancels now gets back, by the policy (M1).

    What is for life has no days that are left: beyond the window nothing of it goes back.
    """
    if life.paid_at is None or not life.paid or life.state is State.PAST_DUE:
        return 0
    if not used and in_window(rules, life.paid_at, at):
        return life.paid
    prorated = rules.rules.refund.otherwise is Otherwise.PRORATED and life.paid_until is not None
    return unused(rules, life, at) if prorated else 0


def in_window(rules: CompiledPaid, paid_at: datetime, at: datetime) -> bool:
    """Tell whether what was paid at `paid_at` can still go back in full."""
    days = rules.rules.refund.full_within_days
    return days > 0 and at < rules.later(paid_at, days=days)


def unused(rules: CompiledPaid, life: Life, at: datetime) -> int:
    """Tell the worth of the days of the term that are left, today not counted; part of a minor unit is cut off.

    Free days were not paid for: they are no part of the term. What is for life counts in full towards another plan.
    """
    if life.paid_until is None:
        return life.paid
    return share(rules, life.paid, life.starts_at, life.paid_until, at)


def share(rules: CompiledPaid, paid: int, starts_at: datetime, ends_at: datetime, at: datetime) -> int:
    """Tell the worth of the days that are left of a time that was paid for, today not counted."""
    days = (rules.day(ends_at) - rules.day(starts_at)).days
    left = (rules.day(ends_at) - rules.day(at)).days - 1
    return paid * max(0, min(left, days)) // max(1, days)
