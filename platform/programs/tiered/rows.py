"""A member's row of tiers, read and written: how they came to what they have, step by step, with the gifts of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from kit import db
from kit.ids import new_id
from ledger.state import UnitId
from programs.gift_posting import GivenPoints
from programs.store import Touch, Who
from programs.tiered import standing
from programs.tiered.compiled import NO_TIER, CompiledTiers, MetricKey
from programs.tiered.standing import Held, TierReason
from programs.tiered.windows import Days, counted_over

FORMAT = 2
_NEVER = datetime.min.replace(tzinfo=UTC)


class Rest(StrEnum):
    """How far the tier of a member is who does nothing."""

    WARNED = "warned"
    FROZEN = "frozen"
    CLOSED = "closed"


class Step(NamedTuple):
    """A tier as it is, or was, had, with what was given for it: points, and the keys of granted rewards."""

    held: Held
    points: tuple[GivenPoints, ...] = ()
    grants: tuple[str, ...] = ()


@dataclass(slots=True)
class Row:
    """What a member has: the last of `steps`; those before it are what they go back to if it is taken back.

    `revision` is 0 for a row that is not there yet, `moments` are those that something happens at in this batch, `now`
    when it was moved or looked at last; `told` is the tier that the last change named,
    and `rest` since `rest_at` says that they did nothing for long.
    """

    who: Who
    id: str
    tiers: CompiledTiers
    units: Mapping[str, UnitId]
    joined_at: datetime
    steps: tuple[Step, ...]
    revision: int
    moments: set[datetime] = field(default_factory=set)
    now: datetime = _NEVER
    totals: dict[Days, dict[MetricKey, int]] = field(default_factory=dict)
    moved: bool = False
    told: str | None = None
    rest: Rest | None = None
    rest_at: datetime | None = None

    @property
    def owner(self) -> tuple[str, str, str]:
        """Whose counters are counted."""
        return self.who.tenant, self.who.program_id, f"member:{self.who.member_id}"

    @property
    def asleep(self) -> bool:
        """Whether the tier brings nothing, and does not move."""
        return self.rest in (Rest.FROZEN, Rest.CLOSED)

    @property
    def shown(self) -> Held | None:
        """What they have the good of: of a tier that is frozen, what everybody has."""
        if self.rest is not Rest.FROZEN or self.held is None:
            return self.held
        return Held(self.tiers.lowest, self.rest_at or self.held.since, None, TierReason.FROZEN)

    @property
    def held(self) -> Held | None:
        """What they have."""
        return self.steps[-1].held if self.steps else None

    @property
    def slug(self) -> str | None:
        """The tier's id in the rules."""
        return slug_of(self.tiers, self.shown)


def read_row(who: Who, touch: Touch, joined_at: datetime, found: db.Row | None) -> Row:
    """Read a member's row, or give an empty one, by the rules of the touch."""
    tiers: CompiledTiers = touch.compiled
    if found is None:
        return Row(who, new_id(), tiers, touch.units, joined_at, (), 0)
    steps = tuple(_step(tiers, step) for step in _steps(orjson.loads(found["body"])))
    rest = None if found["rest"] is None else Rest(found["rest"])
    return Row(
        who, found["id"], tiers, touch.units, joined_at, steps, found["revision"], told=found["tier"], rest=rest,
        rest_at=db.instant_or_none(found["rest_at"]),
    )  # fmt: skip


def _steps(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What is stored, in the newest form; format 1 knew one step before the one that is had."""
    if body["format"] == FORMAT:
        stored: list[Mapping[str, Any]] = body["steps"]
        return stored
    held, before = body["held"], body["before"]
    goes_back = before is not None and held["reason"] in (TierReason.REACHED, TierReason.SET)
    return [*([before] if goes_back else []), {**held, "points": body["gifts"]}]


def _step(tiers: CompiledTiers, stored: Mapping[str, Any]) -> Step:
    """What is stored, by the rules as they are now: a tier that is no longer there has become none."""
    tier = tiers.named(stored["tier"] or "")
    until = None if stored["until"] is None else datetime.fromisoformat(stored["until"])
    held = Held(
        NO_TIER if tier is None else tier.place, datetime.fromisoformat(stored["since"]), until,
        TierReason(stored["reason"]),
    )  # fmt: skip
    points = tuple(GivenPoints(*each) for each in stored.get("points", ()))
    return Step(held, points, tuple(stored.get("grants", ())))


def united(steps: Sequence[Step], others: Iterable[Step]) -> tuple[Step, ...]:
    """Give steps with those of others that are higher on top; the lowest that is as high bears what was given for the
    rest of them, to go with it.
    """
    found, top = list(steps), steps[-1].held.tier if steps else None
    for other in others:
        as_high = (place for place, step in enumerate(found) if step.held.tier >= other.held.tier)
        if top is None or other.held.tier > top:
            found.append(other)
        elif (place := next(as_high, None)) is not None:
            mine = found[place]
            found[place] = Step(mine.held, mine.points + other.points, mine.grants + other.grants)
    return tuple(found)


def stored(row: Row) -> str:
    """Give the body that `read_row` reads."""
    steps = [
        {
            "tier": slug_of(row.tiers, held), "since": held.since, "until": held.until, "reason": held.reason.value,
            "points": [tuple(each) for each in points], "grants": grants,
        }
        for held, points, grants in row.steps
    ]  # fmt: skip
    return orjson.dumps({"format": FORMAT, "steps": steps}).decode()


def days_that_matter(row: Row) -> set[Days]:
    """Give the windows that a member's tier may be counted over in this batch."""
    moments = {*row.moments, *(step.held.since for step in row.steps if step.held.reason in standing.UNDONE)}
    joined_on, window = row.tiers.day(row.joined_at), row.tiers.rules.window
    found = {counted_over(window, row.tiers.day(moment), joined_on) for moment in moments}
    if row.held is not None and row.held.until is not None:
        found.add(standing.review_days(row.tiers, row.held, joined_on))
    return found


def slug_of(tiers: CompiledTiers, held: Held | None) -> str | None:
    """Give the id in the rules of the tier that is held, if there is one."""
    return None if held is None or held.tier == NO_TIER else tiers.tiers[held.tier].rules.id
