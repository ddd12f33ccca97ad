"""What a replay leaves out, so that its answer can say so."""

from enum import StrEnum


class Unplayed(StrEnum):
    """Something that happens to members and is not played, though the rules may lead to it."""

    SPENDING = "spending"
    BY_HAND = "by_hand"
    EXPIRY = "expiry"
    PRIZES = "prizes"
    REFERRALS = "referrals"
    MEMBERSHIPS = "memberships"
    SEGMENTS = "segments"
    CLAIMED_TASKS = "claimed_tasks"


ALWAYS = frozenset({Unplayed.SPENDING, Unplayed.BY_HAND})
"""What no replay plays, whatever the rules are."""


def unplayed(**found: bool) -> frozenset[Unplayed]:
    """Give those that are found: `unplayed(prizes=True, expiry=False)`."""
    return frozenset(Unplayed(name) for name, is_there in found.items() if is_there)
