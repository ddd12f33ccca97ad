"""The rules of a coalition, typed and frozen: what its operator edits, stored as JSON with `format` 1 (DESIGN §5–6).

What partners pay and get is in their terms (`terms`), which each has its own.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import gcd, lcm
from typing import Annotated, ClassVar

from programs.documents import Bound, Size, Text
from programs.factor import FACTOR, fraction

FORMAT = 1

AMOUNT_MAX = 2**53 - 1
RATE_MAX = 1_000_000
PRICE_MAX = 10**12
MONTHS_MAX = 1_200

Slug = Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]


class Recognition(StrEnum):
    """When the issuer of points owes their price: as soon as they are issued, or once they are spent."""

    ISSUANCE = "issuance"
    REDEMPTION = "redemption"


@dataclass(frozen=True, slots=True)
class AtExpiry:
    """What was paid for points is the operator's when they expire."""

    TYPE: ClassVar[str] = "at_expiry"


@dataclass(frozen=True, slots=True)
class Estimated:
    """So many percent of what was paid for points that are out are taken to be never spent, trued up at every close."""

    TYPE: ClassVar[str] = "estimated"
    percent: Annotated[int, Bound(1, 99)]


Breakage = AtExpiry | Estimated


@dataclass(frozen=True, slots=True)
class PartnerMultiplier:
    """What is earned at this partner, by its slug, times `factor`: a decimal ("1.5") or a fraction ("7/5")."""

    partner: Slug
    factor: Annotated[str, FACTOR]

    def fraction(self) -> tuple[int, int]:
        """Give the factor as (numerator, denominator)."""
        return fraction(self.factor)


@dataclass(frozen=True, slots=True)
class Conversion:
    """At a partner, `own_points` of its own programme are `points` (the shared unit's smallest parts), in and out.

    Only what comes out whole is converted: at least `minimum` of its own points, in multiples of `multiple`; at most
    `daily_cap` shared points of a member on a local day, each way. What comes in lives for `months`; None: without end.
    """

    partner: Slug
    own_points: Annotated[int, Bound(1, RATE_MAX)]
    points: Annotated[int, Bound(1, RATE_MAX)]
    minimum: Annotated[int, Bound(1, AMOUNT_MAX)] = 1
    multiple: Annotated[int, Bound(1, RATE_MAX)] = 1
    daily_cap: Annotated[int, Bound(1, AMOUNT_MAX)] | None = None
    allow_in: bool = True
    allow_out: bool = True
    months: Annotated[int, Bound(1, MONTHS_MAX)] | None = None

    @property
    def step(self) -> int:
        """How many of the partner's own points can be converted at once: this many, or a multiple of it."""
        return lcm(self.multiple, self.own_points // gcd(self.own_points, self.points))

    def shared(self, own: int) -> int:
        """What so many of its own points, a multiple of `step`, are in shared ones."""
        return own * self.points // self.own_points

    def own(self, shared: int) -> int | None:
        """What so many shared points are in its own; None if it is no whole number of them."""
        own, rest = divmod(shared * self.own_points, self.points)
        return None if rest else own


@dataclass(frozen=True, slots=True)
class JointOffer:
    """A perk of the operator's tiers and plans, by its id, that members use at partners, at `at` (none: at any).

    `offered_by` bears it: it pays `price` micros of its currency for each use to the partner where it is used.
    """

    id: Slug
    name: Annotated[str, Text(200)]
    perk: Slug
    offered_by: Slug
    price: Annotated[int, Bound(0, PRICE_MAX)]
    at: Annotated[tuple[Slug, ...], Size(500)] = ()

    def used_at(self, partner: str) -> bool:
        """Whether it is for a partner's customers."""
        return not self.at or partner in self.at


@dataclass(frozen=True, slots=True)
class CoalitionRules:
    """One version of a coalition's rules: `unit` is the slug of the points that its partners share."""

    unit: Slug
    recognition: Recognition = Recognition.ISSUANCE
    breakage: Breakage = AtExpiry()
    multipliers: Annotated[tuple[PartnerMultiplier, ...], Size(500)] = ()
    conversions: Annotated[tuple[Conversion, ...], Size(500)] = ()
    offers: Annotated[tuple[JointOffer, ...], Size(100)] = ()
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
