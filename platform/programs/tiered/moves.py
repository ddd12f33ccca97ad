"""A member's change of tier, told: as a row of its history, as a line of an explanation, as an event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import orjson

from kit.ids import new_id
from kit.setbased import Insert
from ledger.book import Book, Stamp
from programs.decision import ExplanationCode, ExplanationLine, RuleId
from programs.perks import Term
from programs.tiered.compiled import NO_TIER
from programs.tiered.rows import Row, slug_of
from programs.tiered.standing import Held, TierReason
from rewards.granting import Grant


class TierMove(NamedTuple):
    """A change that is to be written and told of: from the tier `was` to what is held now, effective at an instant.

    `term` is the time for which the tier is had now, which perks may go by.
    """

    row: Row
    was: str | None
    held: Held
    reason: TierReason
    at: datetime
    note: str | None
    stamp: Stamp
    term: Term

    @property
    def slug(self) -> str | None:
        """The tier's id in the rules."""
        return slug_of(self.row.tiers, self.held)

    @property
    def is_news(self) -> bool:
        """Whether it is told: that a member has what everybody has was so before, and has only been written down."""
        return self.reason is not TierReason.JOINED

    def explained(self) -> ExplanationLine:
        """The line of the activity's explanation."""
        tiers, held = self.row.tiers, self.held
        tier = None if held.tier == NO_TIER else tiers.tiers[held.tier].rules
        until = "" if held.until is None else held.until.astimezone(tiers.zone).isoformat()
        inputs = (("reason", self.reason.value), ("tier", "" if tier is None else tier.name), ("until", until))
        rule, name = (None, None) if tier is None else (RuleId(tier.id), tier.name)
        facts = tiers.facts
        return ExplanationLine(ExplanationCode.TIER, facts.program_id, facts.version_id, rule, name, inputs, 0, 0)

    def change_row(self) -> tuple[object, ...]:
        """The row of `CHANGES`."""
        return (
            *self.row.who, new_id(), self.was, self.slug, self.reason.value, self.held.until, self.stamp.activity_id,
            self.note, self.at, self.stamp.recorded_at,
        )  # fmt: skip

    def event_row(self) -> tuple[object, ...]:
        """The row of the outbox."""
        who = self.row.who
        body = {
            "member": who.member_id, "program": who.program_id, "from": self.was, "to": self.slug,
            "reason": self.reason.value, "until": self.held.until, "activity": self.stamp.activity_id,
        }  # fmt: skip
        text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
        return (who.tenant, new_id(), "tier.changed", f"member:{who.member_id}", text, self.stamp.recorded_at)


@dataclass(slots=True)
class Effects:
    """What one thing that happened did to a member's tier; `key` begins the names of what is posted for it."""

    book: Book
    key: str
    stamp: Stamp
    moves: list[TierMove] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)


CHANGES = Insert(
    "tier_change", tenant_id="uuid", program_id="uuid", member_id="uuid", id="uuid", from_tier="text", to_tier="text",
    reason="text", until="instant", activity_id="uuid", note="text", effective_at="instant", recorded_at="instant",
)  # fmt: skip
