"""What a replay found: one world beside the other. Pure; the result is JSON, kept with `format`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from programs.decision import ProgramId
from programs.engine import Rulebook
from programs.replay_world import World
from programs.unplayed import ALWAYS, Unplayed
from rewards.payment import PaymentTerms

FORMAT = 1
MEMBERS_NAMED = 10


@dataclass(frozen=True, slots=True)
class Money:
    """What points are worth as payment, in minor units; points that pay nothing have no worth."""

    currency: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A member's points of a unit, by the live rules and by the draft."""

    member_id: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class UnitResult:
    """Points of a unit (its slug) given, less those taken back: in all, and the members with the largest differences.

    `more` and `less` count members.
    """

    unit: str
    before: int
    after: int
    more: int
    less: int
    money: Money | None = None
    gainers: tuple[Moved, ...] = ()
    losers: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class RewardResult:
    """How often a reward of the catalogue (its slug) was given, less what was taken back."""

    reward: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class TierMoves:
    """So many members end in the tier `after` by the draft, and in `before` by the live rules (slugs; None: none)."""

    program_id: ProgramId
    before: str | None
    after: str | None
    members: int


@dataclass(frozen=True, slots=True)
class Result:
    """The difference that a draft would have made to so many activities of so many members, less what is unplayed."""

    activities: int
    members: int
    units: tuple[UnitResult, ...] = ()
    tiers: tuple[TierMoves, ...] = ()
    rewards: tuple[RewardResult, ...] = ()
    unplayed: tuple[Unplayed, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "format": FORMAT,
            "activities": self.activities,
            "members": self.members,
            "units": [
                [
                    unit.unit, unit.before, unit.after, unit.more, unit.less,
                    None if unit.money is None else [unit.money.currency, unit.money.before, unit.money.after],
                    [[one.member_id, one.before, one.after] for one in unit.gainers],
                    [[one.member_id, one.before, one.after] for one in unit.losers],
                ]
                for unit in self.units
            ],
            "tiers": [[move.program_id, move.before, move.after, move.members] for move in self.tiers],
            "rewards": [[each.reward, each.before, each.after] for each in self.rewards],
            "unplayed": [each.value for each in self.unplayed],
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Result:
        """Read what `to_json` wrote."""
        assert document["format"] == FORMAT, "the result of a replay"
        return cls(
            document["activities"],
            document["members"],
            tuple(
                UnitResult(
                    unit,
                    before,
                    after,
                    more,
                    less,
                    None if money is None else Money(*money),
                    tuple(Moved(*one) for one in gainers),
                    tuple(Moved(*one) for one in losers),
                )
                for unit, before, after, more, less, money, gainers, losers in document["units"]
            ),
            tuple(TierMoves(*move) for move in document["tiers"]),
            tuple(RewardResult(*each) for each in document["rewards"]),
            tuple(map(Unplayed, document.get("unplayed", ()))),  # those of before it was told
        )


@dataclass(slots=True)
class Seen:
    """Whom the replay has counted so far, and how much happened to them."""

    activities: int = 0
    members: set[str] = field(default_factory=set)


def compare(live: World, draft: World, seen: Seen, until: datetime, money: Mapping[str, str]) -> Result:
    """Give the difference between two worlds that counted the same activities, until then.

    `money` are the currencies of the units that count money, by slug.
    """
    units = sorted(live.points.keys() | draft.points.keys())
    return Result(
        seen.activities,
        len(seen.members),
        tuple(_unit(unit, live, draft, until, money.get(unit)) for unit in units),
        tuple(_tiers(live, draft)),
        tuple(
            RewardResult(reward, live.rewards.get(reward, 0), draft.rewards.get(reward, 0))
            for reward in sorted(live.rewards.keys() | draft.rewards.keys())
        ),
        _unplayed((live.rulebook, draft.rulebook), until),
    )


def _unplayed(rulebooks: Iterable[Rulebook], until: datetime) -> tuple[Unplayed, ...]:
    """What the programs that run at the end would lead to, and was not played."""
    found = set(ALWAYS)
    for rulebook in rulebooks:
        for program in rulebook.programs:
            if program.live_at(until):
                found |= rulebook.version(program, until).traits.unplayed
    return tuple(each for each in Unplayed if each in found)


def _unit(unit: str, live: World, draft: World, until: datetime, currency: str | None) -> UnitResult:
    was, now = live.points.get(unit, {}), draft.points.get(unit, {})
    moved = [
        Moved(member_id, was.get(member_id, 0), now.get(member_id, 0))
        for member_id in was.keys() | now.keys()
        if was.get(member_id, 0) != now.get(member_id, 0)
    ]
    moved.sort(key=lambda one: (one.after - one.before, one.member_id))
    up = [one for one in reversed(moved) if one.after > one.before]
    down = [one for one in moved if one.after < one.before]
    before, after = sum(was.values()), sum(now.values())
    worth = None if currency is None else Money(currency, before, after)
    if worth is None:
        worth = _worth(before, after, _terms(live.rulebook, unit, until), _terms(draft.rulebook, unit, until))
    return UnitResult(
        unit, before, after, len(up), len(down), worth, tuple(up[:MEMBERS_NAMED]), tuple(down[:MEMBERS_NAMED])
    )


def _worth(before: int, after: int, old: PaymentTerms | None, new: PaymentTerms | None) -> Money | None:
    """What the points are worth, each side by its own terms; a side without any takes the other's."""
    old, new = old or new, new or old
    if old is None or new is None or old.currency != new.currency:
        return None
    return Money(new.currency, before * old.worth // old.points, after * new.worth // new.points)


def _terms(rulebook: Rulebook, unit: str, at: datetime) -> PaymentTerms | None:
    for program in rulebook.programs:
        traits = rulebook.version(program, at).traits
        if traits.payment is not None and traits.units[0].slug == unit:
            return traits.payment
    return None


def _tiers(live: World, draft: World) -> list[TierMoves]:
    moves: Counter[tuple[ProgramId, str | None, str | None]] = Counter()
    for program in sorted(live.players.keys() | draft.players.keys()):
        known = [world.players[program].members() for world in (live, draft) if program in world.players]
        for member_id in {member_id for members in known for member_id, _ in members}:
            was, now = live.tier(program, member_id), draft.tier(program, member_id)
            if was != now:
                moves[program, was, now] += 1
    return [TierMoves(*move, count) for move, count in sorted(moves.items(), key=lambda each: (-each[1], str(each[0])))]
