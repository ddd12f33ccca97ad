"""The rules of a campaign, typed and frozen: what a merchant edits, stored as JSON with `format` 1 (DESIGN §5–6).

Points are in the unit's smallest part, money in minor units, days are the tenant's local ones.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from programs.documents import Bound, Size, Text
from programs.factor import FACTOR, fraction
from programs.periods import Period

FORMAT = 1
AMOUNT_MAX = 2**53 - 1

Amount = Annotated[int, Bound(1, AMOUNT_MAX)]
Label = Annotated[str, Text(200)]
Labels = Annotated[tuple[Label, ...], Size(50)]
Slug = Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]


@dataclass(frozen=True, slots=True)
class Multiply:
    """Multiplies the points of the campaign's unit that other programs of its line give; above 1."""

    TYPE: ClassVar[str] = "multiply"
    factor: Annotated[str, FACTOR]

    def fraction(self) -> tuple[int, int]:
        """Give the factor as (numerator, denominator)."""
        return fraction(self.factor)


@dataclass(frozen=True, slots=True)
class Bonus:
    """So many points for each activity, for so many months (None: without end)."""

    TYPE: ClassVar[str] = "bonus"
    points: Amount
    expires_after_months: Annotated[int, Bound(1, 1200)] | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A reward of the catalogue, by its slug, for each activity: its code is a discount at the shop."""

    TYPE: ClassVar[str] = "code"
    reward: Slug


Benefit = Multiply | Bonus | Code


class WhenSpent(StrEnum):
    """What happens when the budget is used up: it stops until something comes back, or it has ended for good."""

    STOP = "stop"
    END = "end"


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many points, or rewards, for all members together; never more."""

    amount: Amount
    when_spent: WhenSpent = WhenSpent.STOP


@dataclass(frozen=True, slots=True)
class MemberCap:
    """At most so many points, or rewards, for each member in a period."""

    amount: Amount
    period: Period = Period.LIFETIME


@dataclass(frozen=True, slots=True)
class Minimum:
    """Only orders whose products are worth at least so much, after discounts and without tax."""

    amount: Amount
    currency: Annotated[str, Text(3, r"[A-Z]{3}")]


@dataclass(frozen=True, slots=True)
class CampaignRules:
    """One version of a campaign's rules: the `benefit` for activities of the kinds `on`, under conditions.

    `name` is what explanations call it. The first and the last day are included. Of `segments` (the merchant's tags
    too), `channels`, `partners` and `codes` one is enough; an empty list asks for nothing.
    """

    unit: Slug
    name: Label
    benefit: Benefit
    on: Annotated[tuple[Label, ...], Size(50, 1)] = ("purchase",)
    starts_on: date | None = None
    ends_on: date | None = None
    segments: Labels = ()
    channels: Labels = ()
    partners: Labels = ()
    codes: Labels = ()
    minimum: Minimum | None = None
    budget: Budget | None = None
    per_member: Annotated[tuple[MemberCap, ...], Size(5)] = ()
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
