"""What parsed rules of referrals must still fulfil: among themselves, and against the tenant."""

from collections.abc import Iterator

from programs import gifts
from programs.findings import Finding, RulesContext
from programs.referral.rules import CODE, ReferralRules


def find(rules: ReferralRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def _findings(rules: ReferralRules, context: RulesContext) -> Iterator[Finding]:
    if rules.unit not in context.units:
        yield Finding("unit", "unknown_value", "there is no such unit", rules.unit)
    if rules.currency not in context.currencies:
        yield Finding("currency", "unknown_value", "there is no such currency", rules.currency)
    if not rules.referrer and not rules.friend:
        yield Finding("referrer", "missing", "nobody gets anything: give a gift to one of the two")
    yield from gifts.findings(rules.referrer, "referrer", context)
    yield from gifts.findings(rules.friend, "friend", context)
    seen = set()
    for index, cap in enumerate(rules.caps):
        if cap.period in seen:
            message = "there is a cap of this period already"
            yield Finding(f"caps[{index}].period", "duplicate", message, cap.period.value)
        seen.add(cap.period)
    if rules.link is not None and rules.link.count(CODE) != 1:
        yield Finding("link", "malformed", f"needs {CODE} in it, once", rules.link)
