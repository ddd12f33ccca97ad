"""How many members have what of a program, and who."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from programs.paid.life import State
from programs.paid.rosters import PlanCount
from programs.tiered.rosters import InTier, TierCount
from programs.tiered.standing import TierReason
from schema.shared.declare import field, output
from schema.shared.ids import MEMBER
from schema.shared.scalars import BigInt


@output
class ProgramTier:
    """A tier of a program, and how many members are in it."""

    tier: str = field(description="The tier's id in the rules.")
    name: str = field(description="What members read.")
    members: BigInt = field(
        description="How many are in it; who did nothing since the program runs is in none of these numbers."
    )


@output
class TierMember:
    """A member in a tier."""

    member_id: strawberry.ID = field(description="Who.")
    since: datetime | None = field(description="Since when; null: the program does not run now.")
    until: datetime | None = field(description="When it is looked at again, not included; null: it has no end.")
    reason: TierReason | None = field(description="Why they have it.")


@output
class ProgramPlan:
    """A plan of a program, and how many memberships of it there are in each state that is no end."""

    plan: str = field(description="The plan's id in the rules.")
    name: str = field(description="Its name; of one that the rules no longer have, its id.")
    trial: BigInt = field(description="That are tried.")
    active: BigInt = field(description="That are paid for.")
    past_due: BigInt = field(description="Whose next term could not be charged.")
    cancelling: BigInt = field(description="That end when their term is over.")


def show_tier_counts(counts: Sequence[TierCount]) -> list[ProgramTier]:
    """Tiers with their numbers in the schema."""
    return [ProgramTier(tier=each.tier.id, name=each.tier.name, members=each.members) for each in counts]


def show_in_tier(row: InTier) -> TierMember:
    """A member in a tier in the schema."""
    return TierMember(member_id=MEMBER.show(row.member_id), since=row.since, until=row.until, reason=row.reason)


def show_plan_counts(counts: Sequence[PlanCount]) -> list[ProgramPlan]:
    """Plans with their numbers in the schema."""
    return [
        ProgramPlan(
            plan=each.plan, name=each.name, trial=each.by_state.get(State.TRIAL, 0),
            active=each.by_state.get(State.ACTIVE, 0), past_due=each.by_state.get(State.PAST_DUE, 0),
            cancelling=each.by_state.get(State.CANCELLING, 0),
        )
        for each in counts
    ]  # fmt: skip
