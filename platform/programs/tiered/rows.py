"""A member's row of tiers, read and written: what they have, with what they had before it and the gifts of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

from kit import db
from kit.ids import new_id
from ledger.state import TransferId, UnitId
from programs.store import Touch, Who
from programs.tiered.compiled import NO_TIER, CompiledTiers, MetricKey
from programs.tiered.standing import Held, TierReason
from programs.tiered.windows import Days

FORMAT = 1
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Gift:
    """An entry gift that was given with the tier."""

    transfer_id: TransferId
    unit_id: UnitId
    amount: int


@dataclass(slots=True)
class Row:
    """What a member has, with what they had before it; `revision` 0 for a row that is not there yet.

    `moments` are those that something happens at in this batch, `now` when it was moved or looked at last.
    """

    who: Who
    id: str
    tiers: CompiledTiers
    units: Mapping[str, UnitId]
    joined_at: datetime
    held: Held | None
    before: Held | None
    gifts: tuple[Gift, ...]
    revision: int
    moments: set[datetime] = field(default_factory=set)
    now: datetime = _NEVER
    totals: dict[Days, dict[MetricKey, int]] = field(default_factory=dict)
    moved: bool = False

    @property
    def slug(self) -> str | None:
        """The tier's id in the rules."""
        return slug_of(self.tiers, self.held)


def read_row(who: Who, touch: Touch, joined_at: datetime, found: db.Row | None) -> Row:
    """Read a member's row, or give an empty one, by the rules of the touch."""
    tiers: CompiledTiers = touch.compiled
    if found is None:
        return Row(who, new_id(), tiers, touch.units, joined_at, None, None, (), 0)
    body = orjson.loads(found["body"])
    gifts = tuple(Gift(*gift) for gift in body["gifts"])
    held, before = _held(tiers, body["held"]), _held(tiers, body["before"])
    return Row(who, found["id"], tiers, touch.units, joined_at, held, before, gifts, found["revision"])


def _held(tiers: CompiledTiers, stored: Mapping[str, str | None] | None) -> Held | None:
    """What is stored, by the rules as they are now: a tier that is no longer there has become none."""
    if stored is None:
        return None
    tier = tiers.named(stored["tier"] or "")
    since, reason = datetime.fromisoformat(str(stored["since"])), TierReason(str(stored["reason"]))
    until = None if stored["until"] is None else datetime.fromisoformat(stored["until"])
    return Held(NO_TIER if tier is None else tier.place, since, until, reason)


def stored(row: Row) -> str:
    """Give the body that `read_row` reads."""
    document = {
        "format": FORMAT, "held": _told(row.tiers, row.held), "before": _told(row.tiers, row.before),
        "gifts": [[gift.transfer_id, gift.unit_id, gift.amount] for gift in row.gifts],
    }  # fmt: skip
    return orjson.dumps(document).decode()


def _told(tiers: CompiledTiers, held: Held | None) -> dict[str, object] | None:
    if held is None:
        return None
    return {"tier": slug_of(tiers, held), "since": held.since, "until": held.until, "reason": held.reason.value}


def slug_of(tiers: CompiledTiers, held: Held | None) -> str | None:
    """Give the id in the rules of the tier that is held, if there is one."""
    return None if held is None or held.tier == NO_TIER else tiers.tiers[held.tier].rules.id
