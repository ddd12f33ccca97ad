"""The rules of a coalition, typed and frozen: what its operator edits, stored as JSON with `format` 1 (DESIGN §5–6).

What partners pay and get is in their terms (`terms`), which each has its own.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from programs.documents import Bound, Size, Text
from programs.factor import FACTOR, fraction

FORMAT = 1

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
class CoalitionRules:
    """One version of a coalition's rules: `unit` is the slug of the points that its partners share."""

    unit: Slug
    recognition: Recognition = Recognition.ISSUANCE
    breakage: Breakage = AtExpiry()
    multipliers: Annotated[tuple[PartnerMultiplier, ...], Size(500)] = ()
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
