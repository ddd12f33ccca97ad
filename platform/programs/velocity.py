"""How much one member may do of a kind within an hour or a day before a person looks at it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from programs.activity import Activity


class Per(StrEnum):
    """The time that a limit is about, local."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` activities of a kind, or `amount` minor units of `currency` in them, per member and time."""

    kind: str
    per: Per
    times: int | None = None
    amount: int | None = None
    currency: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {"kind": self.kind, "per": self.per.value, "times": self.times, "amount": self.amount,
                "currency": self.currency}  # fmt: skip

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Limit:
        """Read what `to_json` wrote."""
        return cls(**{**document, "per": Per(document["per"])})

    def counts(self, activity: Activity) -> int:
        """How much of the limit an activity uses up; 0 if it is not about it."""
        if activity.kind != self.kind:
            return 0
        if self.times is not None:
            return 1
        if activity.currency != self.currency:
            return 0
        return sum(line.amount - line.discount for line in activity.lines)

    @property
    def most(self) -> int:
        """The limit itself."""
        return self.times if self.times is not None else self.amount or 0
