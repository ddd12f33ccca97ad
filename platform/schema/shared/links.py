"""Links of members with partners, in every schema."""

from __future__ import annotations

from programs.coalition.links import LinkConsent
from schema.shared.declare import enum

enum(LinkConsent, {
    "BALANCE": "How many points of the shared unit they have, and when those end.",
    "TIER": "Their tiers in programs of the shared unit.",
    "HISTORY": "How their points of the shared unit came and went; of what they did with other partners never which "
               "order it was.",
    "PROFILE_NAME": "Their name.",
}, description="What a member lets a partner see.")  # fmt: skip


def consents(given: frozenset[LinkConsent]) -> list[LinkConsent]:
    """What was consented to, in the enum's order."""
    return [each for each in LinkConsent if each in given]
