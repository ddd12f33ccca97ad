"""The rules of a paid program, typed and frozen: what a merchant edits, stored as JSON with `format` 1 (DESIGN §5–6).

Plans are bought for life, by the month or by the year, and charged again at the end of each term; passes are bought
once. Money is in minor units, points in the unit's smallest part, days are the tenant's local ones.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from programs.documents import Bound, Size, Text
from programs.gifts import Gifts
from programs.lines import EarningBase
from programs.multipliers import StandingMultiplier
from programs.perks import Perks

FORMAT = 1
AMOUNT_MAX = 2**53 - 1
DEFAULT_BASE = EarningBase()

Amount = Annotated[int, Bound(1, AMOUNT_MAX)]
Currency = Annotated[str, Text(3, r"[A-Z]{3}")]
Days = Annotated[int, Bound(1, 366)]
Label = Annotated[str, Text(200)]
Months = Annotated[int, Bound(1, 1200)]
Slug = Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]


# -- plans -------------------------------------------------------------------------------------------------------------


class Period(StrEnum):
    """How long what was paid for lasts; `once` is for life."""

    ONCE = "once"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Trial:
    """The first so many months cost nothing; a member has it once in a program."""

    months: Annotated[int, Bound(1, 24)] = 1


@dataclass(frozen=True, slots=True)
class FreeDays:
    """`days` that are given once per paid term: `before_days` before its end, it is put off by so many."""

    days: Days = 7
    before_days: Annotated[int, Bound(0, 366)] = 7


@dataclass(frozen=True, slots=True)
class PlanMultiplier(StandingMultiplier):
    """What having the plan multiplies."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What can be bought: `price` per `period`, in `currency`. Who has it is in the segment `plan:<id>`.

    `gifts` are given once, when the first term is paid for (so never for a trial), and taken back if it is refunded.
    """

    id: Slug
    name: Label
    price: Annotated[int, Bound(0, AMOUNT_MAX)]
    currency: Currency
    period: Period
    trial: Trial | None = None
    free_days: FreeDays | None = None
    multipliers: Annotated[tuple[PlanMultiplier, ...], Size(20)] = ()
    gifts: Gifts = ()
    perks: Perks = ()


# -- money that does not come, and money that goes back ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dunning:
    """What happens when a renewal is declined: it is tried again so many days later, each; then the membership ends.

    Days count from the first refusal. `keeps_benefits`: whether members have theirs in that time.
    """

    retry_days: Annotated[tuple[Annotated[int, Bound(1, 366)], ...], Size(10)] = (1, 3, 7)
    ends_after_days: Days = 14
    keeps_benefits: bool = True


class Otherwise(StrEnum):
    """What is refunded to who cannot have all back: nothing, or the share of the days that are left."""

    NONE = "none"
    PRORATED = "prorated"


@dataclass(frozen=True, slots=True)
class RefundPolicy:
    """What who cancels at once gets back of the present term.

    All of it within `full_within_days` of the charge (0: never), if no benefit was used since; else `otherwise`.
    """

    full_within_days: Annotated[int, Bound(0, 3660)] = 0
    otherwise: Otherwise = Otherwise.NONE


# -- what comes back, and passes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dividend:
    """So many percent of what a member paid in the last calendar year, net of what came back, as points.

    One for each minor unit of `currency`, the rest cut off, given on a day of the year to who has a plan then.
    """

    unit: Slug
    currency: Currency
    percent: Annotated[int, Bound(1, 100)]
    month: Annotated[int, Bound(1, 12)] = 3
    day: Annotated[int, Bound(1, 31)] = 1
    expires_after_months: Months | None = None


@dataclass(frozen=True, slots=True)
class Visits:
    """So many uses; with `months`, within so many from the day of buying."""

    TYPE: ClassVar[str] = "visits"
    number: Annotated[int, Bound(1, 10_000)]
    months: Months | None = None


@dataclass(frozen=True, slots=True)
class Unlimited:
    """Any number of uses for so many months from the day of buying."""

    TYPE: ClassVar[str] = "unlimited"
    months: Months


Scope = Visits | Unlimited


@dataclass(frozen=True, slots=True)
class Pass:
    """A card that is bought once. `refundable`: its unused share, of visits or of days, is given back on demand."""

    id: Slug
    name: Label
    price: Amount
    currency: Currency
    scope: Scope
    refundable: bool = True


@dataclass(frozen=True, slots=True)
class PaidRules:
    """One version of a paid program's rules.

    `unit` is the slug of the points that the program is about: what its words speak of. `base` says which parts of an
    order count as paid, for the dividend.
    """

    unit: Slug
    plans: Annotated[tuple[Plan, ...], Size(20)] = ()
    passes: Annotated[tuple[Pass, ...], Size(20)] = ()
    dunning: Dunning = Dunning()
    refund: RefundPolicy = RefundPolicy()
    dividend: Dividend | None = None
    base: EarningBase = DEFAULT_BASE
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
