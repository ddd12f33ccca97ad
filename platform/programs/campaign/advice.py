"""What is doubtful in a campaign that may be published: to be confirmed, not refused."""

from programs import doubts
from programs.campaign.rules import CampaignRules, Multiply
from programs.findings import Finding


def advise(rules: CampaignRules) -> tuple[Finding, ...]:
    """Give the warnings on rules that hold together."""
    if isinstance(rules.benefit, Multiply) or rules.per_member or rules.budget is not None:
        return ()
    return tuple(doubts.uncapped("per_member", rules.on))
