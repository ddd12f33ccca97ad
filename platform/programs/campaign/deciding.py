"""What a campaign gives for an activity, within its budget and caps. Pure.

Its movements carry the shares of the order's lines, and so do its counters: what comes back takes its part back, and
frees the budget, unless the campaign has ended for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from programs.activity import Activity
from programs.campaign.compiled import RULE, CompiledCampaign, Inputs
from programs.campaign.rules import Bonus, Code, Multiply
from programs.decision import (
    ONCE_AN_ORDER,
    CounterUse,
    Decision,
    ExplanationCode,
    ExplanationLine,
    Movement,
    RewardEarned,
)
from programs.kind import Others, Standing
from programs.shares import split

REASON = "campaign"
_KEPT = ""
"""The id of no line: a counter whose shares are its own is never given back."""


def decide(compiled: CompiledCampaign, activity: Activity, standing: Standing, others: Others) -> Decision:
    """Decide what the campaign gives; nothing, without a word, for kinds of activities that it is not about."""
    if activity.kind not in compiled.rules.on:
        return Decision()
    against = compiled.against(activity, standing)
    if against is not None:
        return Decision(explanation=(_told(compiled, ExplanationCode.NOT_ELIGIBLE, against, 0, 0),))
    if compiled.once in standing.so_far.rules:
        return Decision(explanation=(_told(compiled, ExplanationCode.CAP, ONCE_AN_ORDER, 0, 0),))
    match compiled.rules.benefit:
        case Multiply():
            return Decision() if compiled.modifier is not None else _multiplied(compiled, activity, standing, others)
        case Bonus(points, months):
            return _added(compiled, activity, standing, points, months)
        case Code(reward):
            return _given(compiled, activity, standing, reward)


def _multiplied(compiled: CompiledCampaign, activity: Activity, standing: Standing, others: Others) -> Decision:
    benefit = compiled.rules.benefit
    assert isinstance(benefit, Multiply), "only asked for one"
    times, over = benefit.fraction()
    given = [movement for movement in others.movements if movement.unit == compiled.rules.unit]
    wanted = [movement.amount * (times - over) // over for movement in given]
    base, extra = sum(movement.amount for movement in given), sum(wanted)
    if not extra:
        return Decision()
    inputs: Inputs = (("earn", "multiplier"), ("factor", benefit.factor))
    told = [_told(compiled, ExplanationCode.MULTIPLIER, inputs, base, base + extra)]
    granted = _within(compiled, activity, standing, extra, base, told)
    movements = [
        # By the version that gave the points: they wait, end, and are taken back as those do.
        replace(movement, reason=REASON, amount=part, shares=_shares(part, movement.shares))
        for movement, part in zip(given, split(granted, wanted), strict=True)
        if part
    ]
    return _decision(compiled, activity, movements, granted, told)


def _added(
    compiled: CompiledCampaign, activity: Activity, standing: Standing, points: int, months: int | None
) -> Decision:
    told = [_told(compiled, ExplanationCode.BONUS, (("earn", "fixed"),), 0, points)]
    granted = _within(compiled, activity, standing, points, 0, told)
    facts, worth = compiled.facts, {line.id: line.amount - line.discount for line in activity.lines}
    movement = Movement(
        REASON, compiled.rules.unit, granted, facts.program_id, facts.version_id,
        expires_at=compiled.ends(activity.occurred_at, months), shares=_shares(granted, worth),
    )  # fmt: skip
    return _decision(compiled, activity, [movement] if granted else [], granted, told)


def _given(compiled: CompiledCampaign, activity: Activity, standing: Standing, reward: str) -> Decision:
    told = [_told(compiled, ExplanationCode.REWARD, (("reward", reward),), 0, 0)]
    granted = _within(compiled, activity, standing, 1, 0, told)
    if not granted:
        return Decision(explanation=tuple(told[1:]))
    uses = tuple(CounterUse(limit.key, 1, _kept(1) if limit.keeps else {}) for limit in compiled.limits(activity))
    rewards = (RewardEarned(reward, compiled.facts.program_id, RULE),)
    return Decision(counters=uses, explanation=tuple(told), rewards=rewards)


def _within(
    compiled: CompiledCampaign, activity: Activity, standing: Standing, wanted: int, base: int,
    told: list[ExplanationLine],
) -> int:  # fmt: skip
    """What budget and caps still allow of so much; tells of those that allow less."""
    granted = wanted
    for limit in compiled.limits(activity):
        used = standing.counters.get(limit.key, 0)
        left = max(0, limit.amount - used)
        if left < granted:
            inputs: Inputs = (
                ("counts", "points"), ("limit", limit.amount), ("used", used), ("period", limit.period),
                ("per", limit.key.owner.value),
            )  # fmt: skip
            told.append(_told(compiled, ExplanationCode.CAP, inputs, base + granted, base + left))
            granted = left
    return granted


def _decision(
    compiled: CompiledCampaign, activity: Activity, movements: list[Movement], granted: int,
    told: Iterable[ExplanationLine],
) -> Decision:  # fmt: skip
    shares: dict[str, int] = {}
    for movement in movements:
        for line, part in movement.shares.items():
            shares[line] = shares.get(line, 0) + part
    uses = tuple(
        CounterUse(limit.key, granted, _kept(granted) if limit.keeps else shares)
        for limit in (compiled.limits(activity) if granted else ())
    )
    once = (compiled.once,) if granted and not isinstance(compiled.rules.benefit, Multiply) else ()
    return Decision(tuple(movements), uses, tuple(told), once=once)


def _kept(amount: int) -> Mapping[str, int]:
    return {_KEPT: amount}


def _shares(amount: int, by: Mapping[str, int]) -> dict[str, int]:
    """Points by line, as the weights stand; those of lines that are worth nothing fall on all alike."""
    if not by:
        return {}
    weights = list(by.values()) if any(by.values()) else [1] * len(by)
    return dict(zip(by, split(amount, weights), strict=True))


def _told(
    compiled: CompiledCampaign, code: ExplanationCode, inputs: Inputs, before: int, after: int
) -> ExplanationLine:  # fmt: skip
    facts = compiled.facts
    return ExplanationLine(
        code, facts.program_id, facts.version_id, RULE, compiled.rules.name, inputs, before * 1000, after * 1000
    )
