"""A tenant's programs played in memory over what happened: the engine's decisions, and corrections by reference. Pure.

What is played is what rules give and take back. What members spend, what expires and what staff do by hand is the same
whatever the rules are, and is left out.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from kit.errors import Refusal
from members.standing import NOBODY, MemberStanding
from programs import engine
from programs.activity import CORRECTIONS, OCCASIONS, Activity, ActivityKind
from programs.decision import CounterKey, CounterOwner, ProgramId
from programs.engine import Program, Rulebook
from programs.kind import Standing
from programs.order_effects import Earning, GrantOf, RuleOf, Use
from programs.orders import Order
from programs.player import DidTask, Gave, Given, GivenReward, HearsOfTasks, Played, Player
from programs.players import PLAYERS

_NO_COUNTERS: dict[CounterKey, int] = {}
_EVER = datetime.min.replace(tzinfo=UTC)


Touched = list[tuple[Player, Played]]
"""The programs that keep something of a member, with their rules then."""


class Who(NamedTuple):
    """The member whom an activity is about, as the reader found them."""

    member_id: str
    joined_at: datetime
    known: MemberStanding = NOBODY


@dataclass(slots=True)
class PlayedOrder:
    """An order that something corrects: its state, how much of each earning is back, and what came too early."""

    who: Who
    order: Order = field(default_factory=Order)
    placed: bool = False
    reversed: list[int] = field(default_factory=list)
    parked: list[Activity] = field(default_factory=list)

    def copy(self) -> PlayedOrder:
        """One to go on from here."""
        return replace(self, order=self.order.copy(), reversed=list(self.reversed), parked=list(self.parked))


class World:
    """What members have by one rulebook.

    `corrected` are the orders that something corrects: of the others nothing needs to be kept. `points` are what was
    given, less what was taken back, by unit and member, and `rewards` by reward, since the counting began.
    """

    def __init__(self, rulebook: Rulebook, corrected: Collection[str]) -> None:
        self.rulebook = rulebook
        self.points: dict[str, dict[str, int]] = {}
        self.rewards: dict[str, int] = {}
        self.players: dict[ProgramId, Player] = {}
        self._corrected = corrected
        self._counters: dict[str, dict[CounterKey, int]] = {}
        self._balances: dict[str, dict[str, int]] = {}
        self._orders: dict[str, PlayedOrder] = {}
        self._active: dict[str, datetime] = {}
        self._read(rulebook)

    def fork(self, rulebook: Rulebook) -> World:
        """Another world with the same past, that goes on by another rulebook; both count from here on."""
        other = World(rulebook, self._corrected)
        other.players |= {id_: player.copy() for id_, player in self.players.items() if id_ in other.players}
        other._counters = {owner: dict(counters) for owner, counters in self._counters.items()}
        other._balances = {unit: dict(balances) for unit, balances in self._balances.items()}
        other._orders = {reference: order.copy() for reference, order in self._orders.items()}
        other._active = dict(self._active)
        self.points, self.rewards = {}, {}
        return other

    def play(self, activity: Activity, who: Who) -> None:
        """Play one activity, after those before it."""
        acts = _acts(activity)
        touched = self._touched(who, activity.occurred_at, activity.line, acts=acts)
        for player, played in touched:
            self._give(who.member_id, player.before(played))
        if acts:
            self._active[who.member_id] = max(activity.occurred_at, self._active.get(who.member_id, _EVER))
        reference = activity.order_id
        if reference is None or not self._about_order(activity):
            self._earn(activity, who, None, touched)
        elif activity.kind == ActivityKind.PURCHASE:
            self._purchase(activity, who, reference, touched)
        elif activity.kind in CORRECTIONS:
            order = self._orders.setdefault(reference, PlayedOrder(who))
            if order.placed:
                self._correct(activity, order)
            else:
                order.parked.append(activity)

    def finish(self, until: datetime) -> None:
        """Let time go on to the end."""
        for program in self._kept:
            for member_id, joined_at in self.players[program.id].members():
                for player, played in self._touched(Who(member_id, joined_at), until, program.line):
                    self._give(member_id, player.before(played))

    def tier(self, program: ProgramId, member_id: str) -> str | None:
        """The slug of the tier that a member has in a program."""
        player = self.players.get(program)
        return None if player is None else player.tier(member_id)

    def balance(self, member_id: str, unit: str) -> int:
        """What a member has of a unit, by what was given."""
        return self._balances.get(unit, {}).get(member_id, 0)

    # -- what happens ------------------------------------------------------------------------------------------------

    def _purchase(self, activity: Activity, who: Who, reference: str, touched: Touched) -> None:
        if reference not in self._corrected:
            self._earn(activity, who, None, touched)
            return
        order = self._orders.setdefault(reference, PlayedOrder(who))
        self._earn(activity, who, order, touched)
        order.order.place(activity.key, activity.lines)
        order.order.line, order.who, order.placed = activity.line, who, True
        parked, order.parked = order.parked, []
        for waiting in sorted(parked, key=lambda one: one.occurred_at):
            self._correct(waiting, order)

    def _correct(self, activity: Activity, order: PlayedOrder) -> None:
        """Reverse what left of the order's earnings, and decide on what came."""
        try:
            added = order.order.correct(activity)
        except Refusal:
            return  # refused then, too: what was parked was looked at only when its purchase came
        order.order.place(activity.key, added)
        self._take_back(order, 0)
        if added:
            earned = len(order.order.earnings)
            self._give_for(
                replace(activity, kind=ActivityKind.PURCHASE.value, lines=added, line=order.order.line),
                order.who,
                order,
            )
            self._take_back(order, earned)
        touched = self._touched(order.who, activity.occurred_at, order.order.line)
        self._after(order.who, touched, corrected=True)

    def _take_back(self, played: PlayedOrder, start: int) -> None:
        order, member_id = played.order, played.who.member_id
        for number, earning in enumerate(order.earnings[start:], start):
            back = max(0, order.up_to(earning) - played.reversed[number])
            played.reversed[number] += back
            self._give(member_id, (Given(earning.unit_id, -back),))
        for use in order.uses:
            amount = order.give_back(use)
            use.given_back += amount
            self._count(member_id, use, -amount)
        self._give(member_id, tuple(GivenReward(reward, -1) for reward in order.grants_back()))

    def _earn(self, activity: Activity, who: Who, played: PlayedOrder | None, touched: Touched) -> None:
        self._give_for(activity, who, played)
        self._after(who, touched, corrected=False)

    def _give_for(self, activity: Activity, who: Who, played: PlayedOrder | None) -> None:
        rulebook, member_id = self.rulebook, who.member_id
        order = Order() if played is None else played.order
        decision = engine.decide(activity, self._standing(who, order), rulebook, activity.occurred_at)
        for movement in decision.movements:
            self._give(member_id, (Given(movement.unit, movement.amount),))
        self._give(member_id, tuple(GivenReward(each.reward, 1) for each in decision.rewards))
        for use in order.use(activity.key, decision.counters):
            self._count(member_id, use, use.amount - use.given_back)
        if played is not None:
            order.earnings += [
                Earning(activity.key, "", each.unit, each.version_id, each.amount, each.shares)
                for each in decision.movements
            ]
            played.reversed += [0] * len(decision.movements)
            order.grants += [GrantOf(activity.key, each.reward) for each in decision.rewards]
            order.rules += [RuleOf(activity.key, given) for given in decision.given_once]

    def _standing(self, who: Who, order: Order) -> Standing:
        # What the member used is there as a whole: deciding asks for the counters that it needs.
        own, shared = self._counters.get(who.member_id, _NO_COUNTERS), self._counters.get("", _NO_COUNTERS)
        tiers: dict[str, str] = {
            id_: tier for id_, player in self.players.items() if (tier := player.tier(who.member_id)) is not None
        }
        counters = ChainMap(own, shared) if shared else own
        return Standing(tiers, who.known.segments, counters, plans=who.known.plans, so_far=order.so_far)

    # -- what follows ------------------------------------------------------------------------------------------------

    def _after(self, who: Who, touched: Touched, *, corrected: bool) -> None:
        for player, played in touched:
            self._give(who.member_id, player.after(played, corrected=corrected))

    def _touched(self, who: Who, at: datetime, line: str, *, acts: bool = False) -> Touched:
        """The programs of a line that keep something of a member, with the rules that count then."""
        member_id, joined_at, _ = who
        found, active_at = [], self._active.get(member_id)
        for program in self._kept_in(line):
            if program.live_at(at):
                version = self.rulebook.version(program, at)
                played = Played(
                    member_id, joined_at, at, version.compiled, version.live_from, self.balance, active_at, acts
                )  # fmt: skip
                found.append((self.players[program.id], played))
        return found

    def _kept_in(self, line: str) -> tuple[Program, ...]:
        kept = self._by_line.get(line)
        if kept is None:
            decide = self.rulebook.of_line(line)
            kept = self._by_line[line] = tuple(program for program in self._kept if program in decide)
        return kept

    def _give(self, member_id: str, given: Gave) -> None:
        for each in given:
            if isinstance(each, GivenReward):
                self.rewards[each.reward] = self.rewards.get(each.reward, 0) + each.times
                continue
            if isinstance(each, DidTask):
                self._tell(member_id, each)
                continue
            for kept in (self.points, self._balances):
                of = kept.setdefault(each.unit, {})
                of[member_id] = of.get(member_id, 0) + each.amount

    def _tell(self, member_id: str, did: DidTask) -> None:
        for player in self.players.values():
            if isinstance(player, HearsOfTasks):
                player.hear(member_id, did)

    def _count(self, member_id: str, use: Use, amount: int) -> None:
        if not amount:
            return
        was, now = self._add(member_id, use.key, amount)
        if use.heads is not None and (was > 0) != (now > 0):
            self._add(member_id, use.heads, 1 if now else -1)
        player = self.players.get(use.key.program_id)
        if player is not None:
            player.count(member_id, use.key, amount)

    def _add(self, member_id: str, key: CounterKey, amount: int) -> tuple[int, int]:
        """Add to a counter; answers what it was and is."""
        of = self._counters.setdefault(member_id if key.owner is CounterOwner.MEMBER else "", {})
        was = of.get(key, 0)
        of[key] = max(0, was + amount)
        return was, of[key]

    # -- the rulebook ------------------------------------------------------------------------------------------------

    def _read(self, rulebook: Rulebook) -> None:
        kept = [
            program
            for program in rulebook.programs
            if program.kind.name in PLAYERS and not all(version.traits.stateless for version in program.versions)
        ]
        self._by_line: dict[str, tuple[Program, ...]] = {}
        self._kept = tuple(sorted(kept, key=lambda program: _PLACES[program.kind.name]))
        self.players = {program.id: PLAYERS[program.kind.name]() for program in self._kept}
        versions = [version for program in rulebook.programs for version in program.versions]
        self._triggers = {version.traits.trigger for version in versions} - {None}

    def _about_order(self, activity: Activity) -> bool:
        kind = activity.kind
        return kind == ActivityKind.PURCHASE or kind in CORRECTIONS or kind in self._triggers


def _acts(activity: Activity) -> bool:
    """Whether it is something that the member did."""
    return activity.kind not in CORRECTIONS and activity.kind not in OCCASIONS


_PLACES = {kind: place for place, kind in enumerate(PLAYERS)}
