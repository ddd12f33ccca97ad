"""Replays of drafts, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import strawberry

from programs.replay import ReplayId, ReplayState, ReplayView
from programs.replay_tally import Moved, Result, UnitResult
from programs.unplayed import Unplayed
from schema.admin.types.tenants import Actor, show_actors
from schema.cost import sized
from schema.shared.context import Info
from schema.shared.declare import enum, field, output
from schema.shared.ids import MEMBER, PROGRAM, REPLAY, Node
from schema.shared.scalars import BigInt
from schema.shared.values import Money, Unit

enum(ReplayState, {
    "WAITING": "It waits for its turn.",
    "RUNNING": "It is played.",
    "DONE": "It was played to the end.",
    "CANCELLED": "Somebody ended it.",
    "FAILED": "It could not be played.",
}, name="ProgramReplayState", description="Where a replay is in its life.")  # fmt: skip

enum(Unplayed, {
    "SPENDING": "What members spend, give on or donate: they have by each rules what was given, less what came back.",
    "BY_HAND": "Points, tiers and tasks that staff gave or took.",
    "EXPIRY": "Points that end.",
    "PRIZES": "What games bring: plays and entries are given, and not played.",
    "REFERRALS": "What both sides get for a friend's first order.",
    "MEMBERSHIPS": "Paid plans come and go, their gifts and dividends: members have the plan of now all the time.",
    "SEGMENTS": "Segments and tags as they were: members have those of now all the time.",
    "CLAIMED_TASKS": "Tasks that members claim, that staff assign, or that begin with a segment.",
}, name="ReplayUnplayed", description="Something that a replay leaves out.")  # fmt: skip


@output
class ReplayMember:
    """A member's points by the live rules and by the draft."""

    member_id: strawberry.ID = field(description="Who.")
    before: BigInt = field(description="By the live rules.")
    after: BigInt = field(description="By the draft.")
    difference: BigInt = field(description="How many more; below zero, how many fewer.")


@output
class ReplayUnit:
    """Points of a unit that were given, less those that refunds took back."""

    unit: Unit = field(description="The unit.")
    before: BigInt = field(description="By the live rules.")
    after: BigInt = field(description="By the draft.")
    difference: BigInt = field(description="How many more; below zero, how many fewer.")
    worth_before: Money | None = field(
        description="What the first pay, by the live rules; null: they pay nothing, or in another currency."
    )
    worth_after: Money | None = field(description="What the second pay, by the draft.")
    members_more: int = field(description="How many members have more.")
    members_less: int = field(description="How many have less.")
    gainers: list[ReplayMember] = field(description="Up to ten with the most more.", metadata=sized(10))
    losers: list[ReplayMember] = field(description="Up to ten with the most less.", metadata=sized(10))


@output
class ReplayTierMoves:
    """Members who end in another tier."""

    program_id: strawberry.ID = field(description="The tiered program.")
    before: str | None = field(description="Their tier by the live rules, by its id in them; null: none.")
    after: str | None = field(description="Their tier by the draft.")
    members: int = field(description="How many they are.")


@output
class ReplayReward:
    """A reward of the catalogue that rules gave, less what refunds took back."""

    reward: str = field(description="Its slug.")
    before: BigInt = field(description="How often by the live rules.")
    after: BigInt = field(description="How often by the draft.")


@output
class ReplayResult:
    """What the draft would have changed."""

    activities: BigInt = field(description="How many activities occurred in the window.")
    members: int = field(description="Of how many members.")
    units: list[ReplayUnit] = field(description="Each unit that was given.", metadata=sized(2))
    tier_moves: list[ReplayTierMoves] = field(description="Who ends in another tier.", metadata=sized(10))
    rewards: list[ReplayReward] = field(description="Each reward that was given.", metadata=sized(2))
    unplayed: list[Unplayed] = field(
        description="What was left out, of all that the rules could have led to: the difference is without it.",
        metadata=sized(8),
    )


@output
class ProgramReplay(Node):
    """A version of a program's rules run over what happened, as if it had been published when the window began."""

    program_id: strawberry.ID = field(description="The program.")
    version_number: int = field(description="The version's number.")
    since: datetime = field(description="When the window begins.")
    until: datetime = field(description="When it ends, not included.")
    state: ReplayState = field(description="Where it is in its life.")
    activities: BigInt = field(description="How many activities are to be played; 0 before it begins.")
    played: BigInt = field(description="How many of them are.")
    result: ReplayResult | None = field(description="What came of it, once it is done.")
    asked_at: datetime = field(description="When it was asked for.")
    asked_by: Actor = field(description="By whom.")
    finished_at: datetime | None = field(description="When it was over.")


async def show_replay(info: Info, view: ReplayView) -> ProgramReplay:
    """A replay in the schema."""
    return (await show_replays(info, [view]))[view.id]


async def show_replays(info: Info, views: Sequence[ReplayView]) -> dict[ReplayId, ProgramReplay]:
    """Replays in the schema, by id."""
    units = {unit.slug: unit for unit in (await info.context.units()).values()}
    actors = await show_actors([view.asked_by for view in views])
    return {view.id: _replay(view, units, actors[view.asked_by]) for view in views}


def _replay(view: ReplayView, units: Mapping[str, Unit], asked_by: Actor) -> ProgramReplay:
    return ProgramReplay(
        id=REPLAY.show(view.id), program_id=PROGRAM.show(view.program_id), version_number=view.number,
        since=view.since, until=view.until, state=view.state, activities=view.activities, played=view.played,
        result=None if view.result is None else _result(view.result, units), asked_at=view.asked_at,
        asked_by=asked_by, finished_at=view.finished_at,
    )  # fmt: skip


def _result(result: Result, units: Mapping[str, Unit]) -> ReplayResult:
    return ReplayResult(
        activities=result.activities,
        members=result.members,
        units=[_unit(each, units[each.unit]) for each in result.units],
        tier_moves=[
            ReplayTierMoves(
                program_id=PROGRAM.show(move.program_id), before=move.before, after=move.after, members=move.members
            )
            for move in result.tiers
        ],
        rewards=[ReplayReward(reward=each.reward, before=each.before, after=each.after) for each in result.rewards],
        unplayed=list(result.unplayed),
    )


def _unit(each: UnitResult, unit: Unit) -> ReplayUnit:
    money = each.money
    return ReplayUnit(
        unit=unit, before=each.before, after=each.after, difference=each.after - each.before,
        worth_before=None if money is None else Money(amount=money.before, currency=money.currency),
        worth_after=None if money is None else Money(amount=money.after, currency=money.currency),
        members_more=each.more, members_less=each.less, gainers=[_member(one) for one in each.gainers],
        losers=[_member(one) for one in each.losers],
    )  # fmt: skip


def _member(one: Moved) -> ReplayMember:
    return ReplayMember(
        member_id=MEMBER.show(one.member_id), before=one.before, after=one.after, difference=one.after - one.before
    )  # fmt: skip
