"""What parsed rules of a campaign must still fulfil: among themselves, and against the tenant."""

from collections.abc import Iterator

from programs.activity import CORRECTIONS, ActivityKind, is_activity_kind
from programs.campaign.rules import Budget, CampaignRules, Code, Multiply
from programs.factor import FACTOR_MAX
from programs.findings import Finding, RulesContext


def find(rules: CampaignRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def _findings(rules: CampaignRules, context: RulesContext) -> Iterator[Finding]:
    if rules.unit not in context.units:
        yield Finding("unit", "unknown_value", "there is no such unit", rules.unit)
    if isinstance(rules.benefit, Multiply):
        yield from _factor(rules.benefit)
    if isinstance(rules.benefit, Code) and context.rewards is not None and rules.benefit.reward not in context.rewards:
        yield Finding("benefit.reward", "unknown_value", "there is no such reward", rules.benefit.reward)
    for index, kind in enumerate(rules.on):
        if not is_activity_kind(kind) or kind in CORRECTIONS:
            yield Finding(f"on[{index}]", "unknown_value", "there is no such kind of activity", kind)
    if rules.starts_on is not None and rules.ends_on is not None and rules.ends_on < rules.starts_on:
        message = "lies before `starts_on`"
        yield Finding("ends_on", "contradiction", message, rules.ends_on.isoformat(), rules.starts_on.isoformat())
    for index, segment in enumerate(rules.segments):
        if context.segments is not None and segment not in context.segments:
            yield Finding(f"segments[{index}]", "unknown_value", "no member has this segment or tag", segment)
    yield from _minimum(rules, context)
    yield from _caps(rules, rules.budget)


def _factor(benefit: Multiply) -> Iterator[Finding]:
    times, over = benefit.fraction()
    if not over:
        yield Finding("benefit.factor", "out_of_range", "must not divide by 0", benefit.factor, "1 … 999999")
    elif not over < times <= FACTOR_MAX * over:
        message = f"must be above 1 and at most {FACTOR_MAX}"
        yield Finding("benefit.factor", "out_of_range", message, benefit.factor)


def _minimum(rules: CampaignRules, context: RulesContext) -> Iterator[Finding]:
    if rules.minimum is None:
        return
    if rules.minimum.currency not in context.currencies:
        yield Finding("minimum.currency", "unknown_value", "there is no such currency", rules.minimum.currency)
    if set(rules.on) != {ActivityKind.PURCHASE.value}:
        yield Finding("minimum", "contradiction", "only purchases are worth something: leave out the other kinds")


def _caps(rules: CampaignRules, budget: Budget | None) -> Iterator[Finding]:
    seen = set()
    for index, cap in enumerate(rules.per_member):
        if cap.period in seen:
            message = "there is a cap of this period already"
            yield Finding(f"per_member[{index}].period", "duplicate", message, cap.period.value)
        seen.add(cap.period)
        if budget is not None and cap.amount > budget.amount:
            message = "is more than all members together may get"
            yield Finding(
                f"per_member[{index}].amount", "contradiction", message, str(cap.amount), str(budget.amount)
            )  # fmt: skip
