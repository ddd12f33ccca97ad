"""What both schemas' quotes share: what a cart would earn, and the rewards that a quote speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ledger.state import UnitId
from programs import quote as domain
from programs.decision import Movement
from rewards.views import RewardView
from schema.shared.declare import field, output
from schema.shared.enums import PointsState
from schema.shared.scalars import BigInt
from schema.shared.values import Unit


@output
class QuoteEarning:
    """Points that the cart would earn."""

    unit: Unit = field(description="Points of which unit.")
    amount: BigInt = field(description="How many.")
    state: PointsState = field(description="Whether they could be spent at once.")
    matures_at: datetime | None = field(description="Until when they would wait.")
    expires_at: datetime | None = field(description="From when on they could not be spent.")


def show_earnings(found: domain.Quote, units: Mapping[UnitId, Unit]) -> list[QuoteEarning]:
    """What the cart would earn, program by program."""
    by_slug = {unit.slug: unit for unit in units.values()}
    return [_earning(movement, by_slug[movement.unit]) for each in found.programs for movement in each.earns]


def quoted_rewards(found: domain.Quote) -> list[RewardView]:
    """The rewards that a quote speaks of, each once: those that could be had, and the one asked for."""
    views = {quoted.reward.id: quoted.reward for quoted in found.rewards}
    if found.redeem is not None and found.redeem.reward is not None:
        views[found.redeem.reward.id] = found.redeem.reward
    return list(views.values())


def _earning(movement: Movement, unit: Unit) -> QuoteEarning:
    return QuoteEarning(
        unit=unit, amount=movement.amount, state=PointsState.PENDING if movement.pending else PointsState.AVAILABLE,
        matures_at=movement.matures_at, expires_at=movement.expires_at,
    )  # fmt: skip
