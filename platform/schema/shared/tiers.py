"""A member's tiers in both schemas: what they have, and how far it is to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import strawberry

from programs.tiered.service import MemberTier as View
from programs.tiered.service import Need
from programs.tiered.standing import TierReason
from schema.cost import sized
from schema.shared.declare import enum, field, output
from schema.shared.ids import PROGRAM
from schema.shared.scalars import BigInt

enum(TierReason, {
    "JOINED": "Everybody has it.",
    "REACHED": "It was reached.",
    "KEPT": "It was kept for another time.",
    "LOST": "A higher one was not kept.",
    "TAKEN_BACK": "A higher one was taken back with what it had been reached by.",
    "SET": "Staff set it.",
    "SET_ENDED": "What staff had set came to its end.",
    "FROZEN": "Theirs rests, since they did nothing for long.",
    "CLOSED": "Theirs was closed, since they did nothing for longer.",
    "REOPENED": "Theirs rested and does so no longer.",
}, description="Why a member has a tier.")  # fmt: skip


@output
class TierNeed:
    """One threshold on a way to a tier."""

    metric: str = field(description="What is counted, such as `spend:USD`, `earned:stars`, `orders`, `pieces:night`.")
    at_least: BigInt = field(description="How much is asked for.")
    has: BigInt = field(description="How much counts now.")
    missing: BigInt = field(description="How much is missing.")


@output
class TierProgressWay:
    """One way to a tier: all of its thresholds together."""

    all_of: list[TierNeed] = field(description="Its thresholds.", metadata=sized(2))


@output
class MemberTier:
    """The tier that a member has in a program."""

    program_id: strawberry.ID = field(description="The program.")
    tier: str | None = field(description="The tier's id in the rules; null: none.")
    name: str | None = field(description="What members read.")
    since: datetime | None = field(description="Since when they have it.")
    until: datetime | None = field(description="When it is looked at again, not included; null: it has no end.")
    reason: TierReason | None = field(description="Why they have it.")
    next_tier: str | None = field(description="The tier above it, by its id; null: it is the highest.")
    next_name: str | None = field(description="What members read of that.")
    ways: list[TierProgressWay] = field(description="The ways to the tier above, any of them.", metadata=sized(2))
    counts_until: date | None = field(
        description="The last day on which what is done counts with the rest; null: there is none."
    )


def show_tiers(views: Sequence[View]) -> list[MemberTier]:
    """Tiers in the schema."""
    return [_tier(view) for view in views]


def _tier(view: View) -> MemberTier:
    tier, name = (None, None) if view.tier is None else (view.tier.id, view.tier.name)
    next_tier, next_name = (None, None) if view.next is None else (view.next.id, view.next.name)
    return MemberTier(
        program_id=PROGRAM.show(view.program_id), tier=tier, name=name, since=view.since, until=view.until,
        reason=view.reason, next_tier=next_tier, next_name=next_name,
        ways=[TierProgressWay(all_of=[_need(need) for need in way]) for way in view.ways],
        counts_until=view.counts_until,
    )  # fmt: skip


def _need(need: Need) -> TierNeed:
    metric = need.metric.removeprefix("tier:")
    return TierNeed(metric=metric, at_least=need.at_least, has=need.has, missing=need.missing)
