"""A partner's terms: what it pays for points and gets for them, within which bounds. Versions, typed and frozen.

Prices are micros (millionths of the currency's major unit) for one whole point, other money is in minor units, points
are in the unit's smallest part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from kit.money import EXPONENTS
from programs.documents import Bound, Text

FORMAT = 1
AMOUNT_MAX = 2**53 - 1
SUM_MAX = 2**62
"""Micros that a partner owes and is exposed to, at most: databases count to twice that."""
MICROS = 1_000_000
HOURS_MAX = 24 * 366
PRICE_MAX = 1_000_000 * MICROS

TermsId = NewType("TermsId", str)

Points = Annotated[int, Bound(1, AMOUNT_MAX)]
Price = Annotated[int, Bound(0, PRICE_MAX)]
Minor = Annotated[int, Bound(0, AMOUNT_MAX)]


class SettlementPeriod(StrEnum):
    """How often a partner is settled with: local calendar periods; weeks are ISO weeks."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Bearer(StrEnum):
    """Who pays for points."""

    PARTNER = "partner"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Caps:
    """How many points at most on a local day: that the partner issues or takes, in all or of one member. None: any."""

    issued_per_day: Points | None = None
    issued_per_member_per_day: Points | None = None
    taken_per_day: Points | None = None
    taken_per_member_per_day: Points | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds between the operator and a partner.

    The partner pays `issue_price` for a point it issues and gets `reimbursement_price` for one that is spent with it.
    `promotions`: who pays for points that campaigns, tiers, tasks and the like give on top of what points programs do.
    With `prepaid` it issues only what it has paid ahead, in blocks, and is told when less than `block_alert` points are
    left; else it may owe up to `credit_limit` in all. What others gave less than `hold_hours_from_others` ago is not
    spent with it. A settlement that comes to less than `minimum_due` is carried on; `fee` is due once a period.
    """

    currency: Annotated[str, Text(3, r"[A-Z]{3}")]
    issue_price: Price
    reimbursement_price: Price
    period: SettlementPeriod = SettlementPeriod.MONTH
    prepaid: bool = False
    block_alert: Points | None = None
    credit_limit: Minor | None = None
    earn: bool = True
    burn: bool = True
    promotions: Bearer = Bearer.OPERATOR
    caps: Caps = Caps()
    hold_hours_from_others: Annotated[int, Bound(1, HOURS_MAX)] | None = None
    minimum_due: Minor = 0
    fee: Minor = 0
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT


@dataclass(frozen=True, slots=True)
class TermsView:
    """A version of a partner's terms, live from `valid_from` on until the next one's, and before `valid_until`."""

    id: TermsId
    partner_id: str
    number: int
    valid_from: datetime
    valid_until: datetime | None
    terms: Terms
    saved_at: datetime
    saved_by: str


def micros_of_minor(currency: str) -> int:
    """How many micros a minor unit of the currency has: 10,000 for USD, a million for JPY."""
    micros: int = 10 ** (6 - EXPONENTS[currency])
    return micros


def due_of(micros: int, of_minor: int, minimum: int) -> int:
    """What is due of so many micros, in minor units: cut off towards zero, and nothing below the minimum."""
    due = abs(micros) // of_minor
    if due < minimum:
        return 0
    return due if micros > 0 else -due


def live_at(versions: list[TermsView], instant: datetime) -> TermsView | None:
    """The terms of an instant among a partner's versions, in the order of their numbers; None: none hold then."""
    begun = [version for version in versions if version.valid_from <= instant]
    if not begun:
        return None
    newest = max(begun, key=lambda version: (version.valid_from, version.number))
    return None if newest.valid_until is not None and newest.valid_until <= instant else newest
