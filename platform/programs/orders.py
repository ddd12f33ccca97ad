"""An order as its events left it, pure: which lines came, which went, and so what is to be reversed (DESIGN §5).

An order's lines are its *parts*: those of the purchase, and those that amendments added. An amendment takes quantities
away from parts (what left) or adds a part (what came); refunds are counted per line beside that, in pieces and in
money. How much of each part is gone only ever grows, so reversals are cumulative and a repeat changes nothing.

Of a line is gone the exact sum of pieces / quantity and money / what the line cost without tax, at most 1. Money for
the order falls on its lines by what is left of each. Where such a line then comes back by itself, its part of that
money moves to the others, so that what may still come back does not depend on the order of events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from itertools import takewhile
from math import ceil, lcm
from typing import Any

from kit.errors import Refusal
from programs.activity import MAIN_LINE, Activity, ActivityKind, Line, line_from_json, line_to_json
from programs.decision import CounterUse, GivenOnce
from programs.kind import OrderSoFar
from programs.order_effects import Earning, GrantOf, RuleOf, Use
from programs.shares import apportion, split

FORMAT = 1
Field = tuple[str, ...]


@dataclass(slots=True)
class Part:
    """A line as one activity brought it; `removed` of its quantity left by amendments."""

    activity_id: str
    line: Line
    removed: int = 0


@dataclass(slots=True)
class Order:
    """The state of one order. `parked` are activities that came before the purchase, `triggers` the kinds that came.

    By line: `refunded` in pieces; `money` that came back for the line, `spread`, its part of what came back for the
    order as a whole, and `rest`, what rounding left of it when all the money was back: minor units without tax.
    """

    parts: list[Part] = field(default_factory=list)
    refunded: dict[str, int] = field(default_factory=dict)
    money: dict[str, int] = field(default_factory=dict)
    spread: dict[str, int] = field(default_factory=dict)
    rest: dict[str, int] = field(default_factory=dict)
    cancelled: bool = False
    amended_at: datetime | None = None
    earnings: list[Earning] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)
    triggers: list[str] = field(default_factory=list)
    grants: list[GrantOf] = field(default_factory=list)
    rules: list[RuleOf] = field(default_factory=list)
    line: str = MAIN_LINE

    def copy(self) -> Order:
        """One to work on, while this one stays as it is."""
        return replace(
            self, parts=list(map(replace, self.parts)), refunded=dict(self.refunded), money=dict(self.money),
            spread=dict(self.spread), rest=dict(self.rest), earnings=list(self.earnings),
            uses=list(map(replace, self.uses)), parked=list(self.parked), triggers=list(self.triggers),
            grants=list(self.grants), rules=list(self.rules),
        )  # fmt: skip

    def place(self, activity_id: str, lines: Iterable[Line]) -> None:
        """Take in the lines of the purchase, or those that an amendment added."""
        self.parts += [Part(activity_id, line) for line in lines]

    def correct(self, activity: Activity) -> tuple[Line, ...]:
        """Apply a refund, cancellation or amendment; answers the lines that came and are to be decided.

        Raises `Refusal` (final) for a line the order does not have, or for more than it has.
        """
        if activity.kind == ActivityKind.CANCEL:
            self.cancelled = True
            return ()
        if activity.kind == ActivityKind.REFUND:
            self._refund(activity)
            return ()
        return self._amend(activity)

    def up_to(self, earning: Earning) -> int:
        """How much of an earning is to be reversed in all."""
        if earning.shares:
            return self._gone_share(earning.activity_id, earning.shares)
        return earning.amount if self._all_gone(earning.activity_id) else 0

    @property
    def all_gone(self) -> bool:
        """Whether the order was cancelled, or all of it came back."""
        return self.cancelled or all(self.gone(part) == part.line.quantity for part in self.parts)

    def use(self, activity_id: str, counters: Iterable[CounterUse]) -> list[Use]:
        """Note the counters that the decision on an activity used; what counts the order by now counts no more."""
        uses = [Use(activity_id, each.key, each.amount, each.shares, 0, each.once, each.heads) for each in counters]
        self.uses += uses
        for use in uses:
            if use.once:
                use.given_back = self.give_back(use)
        return uses

    def give_back(self, use: Use) -> int:
        """How much of a counter is to be given back now; counts of times go back when all of the activity went.

        Below zero for what counts the order once: after what had counted it went, what an amendment added does.
        """
        shares = use.shares
        whole = use.amount if self._all_gone(use.activity_id) or self._counts_by_another(use) else 0
        back = (self._gone_share(use.activity_id, shares) if shares else whole) - use.given_back
        return back if use.once else max(0, back)

    @property
    def so_far(self) -> OrderSoFar:
        """What the order has by now, for the decision on what an amendment adds.

        What came back leaves the rules that gave once as they are: it does not matter whether it came back before.
        """
        counts = {(use.key.program_id, use.key.name) for use in self.uses if use.once and use.given_back < use.amount}
        rules = {rule for activity_id, rule in self.rules if not self._amended_away(activity_id)}
        return OrderSoFar(frozenset(counts), frozenset(rules))

    def grants_back(self) -> list[str]:
        """The grants, by key, whose activity is gone as a whole; they are the order's no longer."""
        gone = [grant for grant in self.grants if self._all_gone(grant.activity_id)]
        self.grants = [grant for grant in self.grants if grant not in gone]
        return [grant.key for grant in gone]

    def spent_back(self, points: int) -> int:
        """How much of the points that paid for this order is to come back in all, by the value that is left of it.

        An amendment that puts one line in another's place gives back what the order is worth less, not the old line.
        """
        if not self.parts:
            return points if self.cancelled else 0
        first = self.parts[0].activity_id
        paid = sum(part.line.amount - part.line.discount for part in self.parts if part.activity_id == first)
        weigh = _value if paid else _pieces
        paid = paid or sum(part.line.quantity for part in self.parts if part.activity_id == first)
        left = sum(weigh(part) - weigh(part) * self.gone(part) // part.line.quantity for part in self.parts)
        return points * max(0, paid - left) // paid

    def gone(self, part: Part) -> Fraction | int:
        """How many of a part's pieces went, by amendment, refund or cancellation; money takes fractions of pieces."""
        if self.cancelled:
            return part.line.quantity
        came_back = self.refunded.get(part.line.id, 0)
        money = Fraction(self._money(part.line.id))
        for other in self.parts:
            if other.line.id != part.line.id:
                continue
            mine = min(other.line.quantity - other.removed, came_back)
            came_back -= mine
            gone = other.removed + mine
            paid = min(money, _worth(other, gone)) if money else money
            money -= paid
            if other is part:
                return gone + paid * other.line.quantity / _value(other) if paid else gone
        raise AssertionError("the part is not of this order")

    # -- JSON --------------------------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """The stored form (`format` inside)."""
        return {
            "format": FORMAT,
            "parts": [[part.activity_id, line_to_json(part.line), part.removed] for part in self.parts],
            "refunded": self.refunded,
            "money": self.money,
            "spread": self.spread,
            "rest": self.rest,
            "cancelled": self.cancelled,
            "amended_at": None if self.amended_at is None else self.amended_at.isoformat(),
            "earnings": [
                [e.activity_id, e.transfer_id, e.unit_id, e.version_id, e.amount, dict(e.shares)] for e in self.earnings
            ],
            "uses": [use.to_json() for use in self.uses],
            "parked": self.parked,
            "triggers": self.triggers,
            "grants": [list(grant) for grant in self.grants],
            "rules": [[activity_id, list(rule)] for activity_id, rule in self.rules],
            "line": self.line,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Order:
        """Read what `to_json` wrote."""
        if document["format"] != FORMAT:
            raise ValueError(f"order of unknown format {document['format']!r}")
        return cls(
            parts=[Part(activity, line_from_json(line), removed) for activity, line, removed in document["parts"]],
            refunded=dict(document["refunded"]),
            money=dict(document.get("money", {})),
            spread=dict(document.get("spread", {})),
            rest=dict(document.get("rest", {})),
            cancelled=document["cancelled"],
            amended_at=None if document["amended_at"] is None else datetime.fromisoformat(document["amended_at"]),
            earnings=[Earning(*row) for row in document["earnings"]],
            uses=[Use.from_json(row) for row in document["uses"]],
            parked=list(document["parked"]),
            triggers=list(document.get("triggers", ())),
            grants=[GrantOf(*row) for row in document.get("grants", ())],
            rules=[RuleOf(activity_id, GivenOnce(*rule)) for activity_id, rule in document.get("rules", ())],
            line=document.get("line", MAIN_LINE),
        )

    # -- corrections -------------------------------------------------------------------------------------------------

    def _refund(self, activity: Activity) -> None:
        if activity.refunded is None and not activity.lines:
            self.cancelled = True
            return
        after = self.copy()
        field_: Field = ("amount",)
        if activity.refunded is not None:
            after._put(activity.refunded, field_)
        for line in activity.lines:
            field_ = ("lines", line.id)
            after._refund_line(line, field_)
        after._settle(field_)
        self.refunded, self.money, self.spread, self.rest = after.refunded, after.money, after.spread, after.rest

    def _refund_line(self, line: Line, field_: Field) -> None:
        own = [part for part in self.parts if part.line.id == line.id]
        ordered = sum(part.line.quantity - part.removed for part in own)
        if not ordered:
            raise Refusal("LINE_NOT_FOUND", f"The order has no line {line.id!r}.", field_, final=True)
        before = self._too_much(line.id, own)
        if line.refunded is None:
            pieces = self.refunded[line.id] = self.refunded.get(line.id, 0) + line.quantity
            if pieces > ordered:
                raise _exceeds(
                    f"Of line {line.id!r}, {ordered} were ordered and {pieces} would have come back.", field_
                )
        else:
            self.money[line.id] = self.money.get(line.id, 0) + line.refunded
        if line.id in self.money and self._left(own)[line.id] <= -1:
            raise _exceeds(f"More money would have come back than line {line.id!r} cost.", field_)
        # Now that the line came back by itself, the order's money that was put on it falls on the others.
        away = self._too_much(line.id, own) - before
        if away > 0:
            self.spread[line.id] -= away
            self._put(away, field_)

    def _put(self, amount: int, field_: Field) -> None:
        """Let money for the order fall on lines by what is left of each, largest remainder, no line beyond its end."""
        rooms = {id_: room for id_, room in sorted(self._rooms().items()) if room > 0}
        left = sum(rooms.values())
        if amount >= left + 1:
            raise _exceeds("More money would have come back than is left of the order.", field_)
        whole = lcm(*(room.denominator for room in rooms.values()))
        exact = [int(room * whole) for room in rooms.values()]
        falls = split(amount, exact) if amount < left else apportion(amount, exact, whole)
        for id_, part in zip(rooms, falls, strict=True):
            self.spread[id_] = self.spread.get(id_, 0) + part

    def _settle(self, field_: Field) -> None:
        """In all, less than a minor unit too much may come back; with all of it, no line keeps what rounding left."""
        if not self.money and not self.spread:
            return
        rooms = self._rooms()
        left = sum(room for room in rooms.values() if room > -1)  # beyond that it was amended away, and is no rounding
        if left <= -1:
            raise _exceeds("With the money, more would have come back than is left of the order.", field_)
        if left <= 0:
            for id_, room in rooms.items():
                self.rest[id_] = max(self.rest.get(id_, 0), ceil(room))

    def _rooms(self) -> dict[str, Fraction]:
        """What can still come back in money, by line; below zero for what came back too much."""
        return {id_: left - self.spread.get(id_, 0) for id_, left in self._left(self.parts).items()}

    def _left(self, parts: Iterable[Part]) -> dict[str, Fraction]:
        """What the pieces of these lines cost that did not come back, less the money that came back for each line."""
        left: dict[str, Fraction] = {}
        pieces: dict[str, int] = {}
        for part in parts:
            id_ = part.line.id
            if id_ not in left:
                left[id_], pieces[id_] = Fraction(-self.money.get(id_, 0)), self.refunded.get(id_, 0)
            mine = min(part.line.quantity - part.removed, pieces[id_])
            pieces[id_] -= mine
            left[id_] += _worth(part, part.removed + mine)
        return left

    def _too_much(self, line_id: str, own: Iterable[Part]) -> int:
        """How much of the order's money lies on a line beyond its end."""
        if line_id not in self.spread:
            return 0
        return max(0, self.spread[line_id] - max(0, ceil(self._left(own)[line_id])))

    def _money(self, line_id: str) -> int:
        return self.money.get(line_id, 0) + self.spread.get(line_id, 0) + self.rest.get(line_id, 0)

    def _amend(self, activity: Activity) -> tuple[Line, ...]:
        """Lines as the order now says. A line at another price left whole and came anew."""
        if self.cancelled:
            return ()  # nothing comes back into an order that is gone
        if self.amended_at is not None and activity.occurred_at < self.amended_at:
            return ()  # an older amendment that came late: the newer one says how the order is
        self.amended_at = activity.occurred_at
        now = {line.id: line for line in activity.lines}
        added = []
        for part in self.parts:
            line = now.get(part.line.id)
            if line is None or not _same_price(part.line, line):
                part.removed = part.line.quantity
        for line in activity.lines:
            alike = [part for part in self.parts if part.line.id == line.id and part.removed < part.line.quantity]
            there = sum(part.line.quantity - part.removed for part in alike)
            for part in reversed(alike):
                away = min(max(0, there - line.quantity), part.line.quantity - part.removed)
                part.removed += away
                there -= away
            if line.quantity > there:
                added.append(_portion(line, line.quantity - there))
        return tuple(added)

    # -- what went ---------------------------------------------------------------------------------------------------

    def _gone_share(self, activity_id: str, shares: Mapping[str, int]) -> int:
        return sum(
            shares.get(part.line.id, 0) * self.gone(part) // part.line.quantity
            for part in self.parts
            if part.activity_id == activity_id
        )

    def _all_gone(self, activity_id: str) -> bool:
        own = [part for part in self.parts if part.activity_id == activity_id]
        return self.cancelled or (bool(own) and all(self.gone(part) == part.line.quantity for part in own))

    def _amended_away(self, activity_id: str) -> bool:
        own = [part for part in self.parts if part.activity_id == activity_id]
        return bool(own) and all(part.removed == part.line.quantity for part in own)

    def _counts_by_another(self, use: Use) -> bool:
        """Whether what came before it to the order counts it, and is still there."""
        if not use.once:
            return False
        before = takewhile(lambda other: other.activity_id != use.activity_id, self.uses)
        earlier = {other.activity_id for other in before if other.once and other.key[:3] == use.key[:3]}
        return not all(map(self._all_gone, earlier))


def _exceeds(message: str, field_: Field) -> Refusal:
    return Refusal("REFUND_EXCEEDS_ORDER", message, field_, final=True)


def _value(part: Part) -> int:
    return part.line.amount - part.line.discount


def _worth(part: Part, gone: int) -> Fraction:
    """What the pieces cost that are not gone."""
    return Fraction(_value(part) * (part.line.quantity - gone), part.line.quantity)


def _pieces(part: Part) -> int:
    return part.line.quantity


def _same_price(old: Line, new: Line) -> bool:
    return all(
        getattr(old, name) * new.quantity == getattr(new, name) * old.quantity for name in ("amount", "discount", "tax")
    )


def _portion(line: Line, quantity: int) -> Line:
    """A line's share of `quantity` of its pieces; amounts are cut down to whole minor units."""
    if quantity == line.quantity:
        return line
    parts = {name: getattr(line, name) * quantity // line.quantity for name in ("amount", "discount", "tax")}
    return replace(line, quantity=quantity, **parts)
