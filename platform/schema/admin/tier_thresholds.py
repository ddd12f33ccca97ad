"""Thresholds of tiers that fit the members as they are."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry
from strawberry import argument

from programs.decision import ProgramId
from programs.tiered.suggesting import suggest
from schema.cost import sized
from schema.shared.declare import asked, field, output
from schema.shared.errors import known
from schema.shared.ids import PROGRAM
from schema.shared.scalars import BigInt
from tenants.roles import Action


@output
class TierThresholdPercentile:
    """So many percent of the members have at most this amount."""

    percent: int = field(description="How many percent.")
    amount: BigInt = field(description="Of the metric.")


@output
class SuggestedTierThreshold:
    """A threshold."""

    at_least: BigInt = field(description="How much of the metric is asked for.")
    members: int = field(description="How many of the members have it.")


@output
class TierThresholdSuggestion:
    """Thresholds by what members did: half of them reach the first, less than a tenth the last."""

    metric: str = field(description="What is counted: the first that the rules ask for, such as `spend:USD`.")
    since: date = field(description="The first day that counts; the last is today.")
    members: int = field(description="How many members were active since.")
    percentiles: list[TierThresholdPercentile] = field(
        description="How the amounts are spread; none if nobody was active.", metadata=sized(7)
    )
    thresholds: list[SuggestedTierThreshold] = field(
        description="The thresholds, the lowest first; none if half of the members did nothing that counts.",
        metadata=sized(4),
    )


@strawberry.type
class TierQueries:
    """Queries on tiers."""

    @asked(
        "Thresholds that fit the members as they are; null if there is no such tiered program, or no such number.",
        Action.READ_PROGRAMS,
    )
    async def tier_threshold_suggestion(
        self,
        program_id: Annotated[strawberry.ID, argument(description="A tiered program: its draft, else its live rules.")],
        tiers: Annotated[
            int | None, argument(description="For so many tiers, 1–20; as many as the rules have unless given.")
        ] = None,
    ) -> TierThresholdSuggestion | None:
        program = PROGRAM.find(program_id)
        found = None if program is None else await known(suggest(ProgramId(program), tiers))
        return None if found is None else TierThresholdSuggestion(
            metric=found.metric, since=found.since, members=found.members,
            percentiles=[
                TierThresholdPercentile(percent=percent, amount=amount) for percent, amount in found.percentiles
            ],
            thresholds=[
                SuggestedTierThreshold(at_least=each.at_least, members=each.members) for each in found.thresholds
            ],
        )  # fmt: skip
