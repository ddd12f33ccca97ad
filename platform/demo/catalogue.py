"""What the demo's points buy."""

from __future__ import annotations

from ledger.state import UnitId
from rewards import catalogue
from rewards.inputs import RewardInput
from rewards.terms import AmountOff, FreeProduct, FreeShipping, Money, PercentOff, RewardTerms
from rewards.views import RewardId, VoucherSource

REWARDS: tuple[tuple[str, str, str, int, RewardTerms], ...] = (
    ("free-shipping", "Free shipping", "Your next order travels on us.", 50, FreeShipping()),
    ("five-off", "$5 off", "On orders of $15 or more.", 100, AmountOff(Money(500, "USD"), Money(1500, "USD"))),
    ("free-record", "Record of the month", "Picked by our buyers.", 250, FreeProduct("CD-MONTH", 1)),
    ("quarter-off", "25 % off", "One whole order, up to $50 off.", 400, PercentOff(25, at_most=Money(5000, "USD"))),
)
"""Slug, name, description, price in points, and what it gives; the dearest last."""


async def make(unit: UnitId) -> list[RewardId]:
    """Make the rewards, with generated codes."""
    made = []
    for position, (slug, name, description, points, terms) in enumerate(REWARDS, 1):
        reward = RewardInput(
            slug=slug, name=name, description=description, unit_id=unit, points=points, terms=terms,
            position=position, voucher_source=VoucherSource.GENERATED,
        )  # fmt: skip
        made.append((await catalogue.upsert(reward)).id)
    return made
