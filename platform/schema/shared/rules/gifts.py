"""The words of gifts, which rules of several kinds have."""

from __future__ import annotations

from programs import gifts
from schema.shared.rules.mirror import Words

GIFTS = {
    gifts.Gift: Words("Gift", "What is given; exactly one of these.", {}),
    gifts.PointsGift: Words("GiftPoints", "Points of a unit.", {
        "unit": "Their unit, by its slug.",
        "points": "How many, in the unit's smallest part.",
        "expires_after_months": "For how many months they can be used; null: without end.",
    }),
    gifts.RewardGift: Words("GiftReward", "A reward of the catalogue, for no points.", {
        "reward": "Its slug.",
    }),
}  # fmt: skip
