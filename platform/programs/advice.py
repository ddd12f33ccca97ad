"""Is a draft a good idea? What it would mean to members as they are, or as the merchant expects them to be. Pure.

A sample holds what members did in a year, or would do, and what the draft gives them for it. Each check names the value
that it found, the bound, and why; what cannot be known is said to be skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from programs.activity import ActivityKind
from programs.findings import Finding, Severity
from rewards.payment import PaymentTerms

IN_REACH_PERCENT = 50
TOP_TIER_PERCENT = 10
GIVEN_BACK_PERCENT = 20
"""Of what members spend, in points that pay: more is doubtful unless the budget says otherwise."""
_BUYING = ActivityKind.PURCHASE.value


class Amount(NamedTuple):
    """Minor units of a currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the merchant expects of a year, in the place of what happened: how many active members there are, what the
    one in the middle spends, and what those spend who are above nine tenths. `budget` is what points may cost a year.
    """

    active_members: int | None = None
    median_spend: Amount | None = None
    top_spend: Amount | None = None
    budget: Amount | None = None


@dataclass(frozen=True, slots=True)
class Sampled:
    """A member of the sample, who stands for `weight` of them: points of each unit that they would get in a year, what
    they spent by currency, and the tier that they would come to by program.
    """

    weight: int
    points: Mapping[str, int]
    spent: Mapping[str, int]
    tiers: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Sample:
    """Members of a year, who stand for `active` active ones (None: not known); those `imagined` only buy."""

    members: Sequence[Sampled]
    active: int | None
    imagined: bool = False

    @property
    def weight(self) -> int:
        """How many the members stand for, in the sample's own measure."""
        return sum(member.weight for member in self.members)

    def percent(self, holds: Callable[[Sampled], bool]) -> int:
        """How many of a hundred this holds for."""
        return 100 * sum(member.weight for member in self.members if holds(member)) // max(1, self.weight)


@dataclass(frozen=True, slots=True)
class Subject:
    """The draft to be looked at: its program, the first unit that it issues with the terms at which that pays, the
    least that can be had for it (points, and what), the tiers that one can come to, the lowest first, and the kinds of
    activities that bring plays of a game, if none are free.
    """

    program_id: str
    unit: str
    payment: PaymentTerms | None = None
    first_reward: tuple[int, str] | None = None
    tiers: tuple[str, ...] = ()
    plays_for: frozenset[str] = frozenset()

    @property
    def asks(self) -> bool:
        """Whether there is anything to ask a sample of members."""
        return bool(self.payment or self.first_reward or self.tiers or self.plays_for)


@dataclass(slots=True)
class Advice:
    """What was found, and what could not be looked at: why, by the code of the finding that it might have been."""

    findings: list[Finding] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)


def advise(subject: Subject, sample: Sample | None, budget: Amount | None) -> Advice:
    """Look at a draft by a sample of members."""
    advice = Advice()
    checks = (
        ("first_reward_far", subject.first_reward is not None, _first_reward),
        ("first_tier_far", bool(subject.tiers), _first_tier),
        ("top_tier_common", bool(subject.tiers), _top_tier),
        ("too_generous", subject.payment is not None, _given_back),
        ("play_far", bool(subject.plays_for), _play),
    )
    for code, applies, look in checks:
        if applies and sample is None:
            advice.skipped[code] = "too few members were active in the last year: give the figures that you expect"
        elif applies and sample is not None and look is _play and sample.imagined and _BUYING not in subject.plays_for:
            advice.skipped[code] = "what members do beside buying is not known before they have done it"
        elif applies and sample is not None:
            advice.findings += look(subject, sample)
    _budget(subject, sample, budget, advice)
    return advice


def _first_reward(subject: Subject, sample: Sample) -> Iterator[Finding]:
    assert subject.first_reward is not None, "there is one"
    points, name = subject.first_reward
    found = sample.percent(lambda member: member.points.get(subject.unit, 0) >= points)
    if found < IN_REACH_PERCENT:
        message = f"in a year so many active members get the {points} points for the first reward, {name}"
        yield _warning("", "first_reward_far", message, f"{found} %", f"at least {IN_REACH_PERCENT} %")


def _play(subject: Subject, sample: Sample) -> Iterator[Finding]:
    found = sample.percent(lambda member: member.points.get(subject.unit, 0) > 0)
    if found < IN_REACH_PERCENT:
        message = "in a year so many active members come to a play"
        yield _warning("earn", "play_far", message, f"{found} %", f"at least {IN_REACH_PERCENT} %")


def _first_tier(subject: Subject, sample: Sample) -> Iterator[Finding]:
    found = sample.percent(lambda member: member.tiers.get(subject.program_id) in subject.tiers)
    if found < IN_REACH_PERCENT:
        message = f"in a year so many active members come to {subject.tiers[0]} or higher"
        yield _warning("tiers", "first_tier_far", message, f"{found} %", f"at least {IN_REACH_PERCENT} %")


def _top_tier(subject: Subject, sample: Sample) -> Iterator[Finding]:
    top = subject.tiers[-1]
    found = sample.percent(lambda member: member.tiers.get(subject.program_id) == top)
    if found >= TOP_TIER_PERCENT:
        message = f"in a year so many active members come to {top}, which is then nothing special"
        yield _warning("tiers", "top_tier_common", message, f"{found} %", f"below {TOP_TIER_PERCENT} %")


def _given_back(subject: Subject, sample: Sample) -> Iterator[Finding]:
    assert subject.payment is not None, "the points pay"
    spent = sum(member.weight * member.spent.get(subject.payment.currency, 0) for member in sample.members)
    percent = 100 * _cost(subject, subject.payment, sample) // max(1, spent)
    if percent > GIVEN_BACK_PERCENT:
        message = "so much of what members spend comes back to them as points"
        yield _warning("payment.worth", "too_generous", message, f"{percent} %", f"at most {GIVEN_BACK_PERCENT} %")


def _budget(subject: Subject, sample: Sample | None, budget: Amount | None, advice: Advice) -> None:
    if subject.payment is None:
        return
    if budget is None:
        advice.skipped["over_budget"] = "no budget was given"
    elif sample is None or sample.active is None:
        advice.skipped["over_budget"] = "how many members are active is not known: give the figures that you expect"
    elif budget.currency != subject.payment.currency:
        advice.skipped["over_budget"] = "the budget is in another currency than the points pay"
    else:
        cost = _cost(subject, subject.payment, sample) * sample.active // max(1, sample.weight)
        if cost > budget.amount:
            message = "what members would get in a year is worth more (minor units) than the program may cost"
            unit = budget.currency
            found = _warning("", "over_budget", message, f"{cost} {unit}", f"at most {budget.amount} {unit}")
            advice.findings.append(found)


def _cost(subject: Subject, pays: PaymentTerms, sample: Sample) -> int:
    points = sum(member.weight * member.points.get(subject.unit, 0) for member in sample.members)
    return points * pays.worth // pays.points


def _warning(path: str, code: str, message: str, value: str, bound: str) -> Finding:
    return Finding(path, code, message, value, bound, Severity.WARNING)
