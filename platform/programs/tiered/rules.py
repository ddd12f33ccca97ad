"""The rules of a tiered program, typed and frozen: what a merchant edits, stored as JSON with `format` 1 (DESIGN §5–6).

Tiers stand in order, the lowest first. What a tier asks for is counted over a window that ends on the day in question;
once reached, a tier is kept for its validity, and what keeping it asks for is looked at when that is over. Money is in
minor units, points in the unit's smallest part, days are the tenant's local ones.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from programs.documents import Bound, Size
from programs.gifts import Gift, PointsGift, RewardGift
from programs.lines import EarningBase
from programs.metrics import Counted, Label, Slug
from programs.multipliers import StandingMultiplier
from programs.perks import Perks

FORMAT = 1
AMOUNT_MAX = 2**53 - 1
DEFAULT_BASE = EarningBase()

Amount = Annotated[int, Bound(1, AMOUNT_MAX)]
Months = Annotated[int, Bound(1, 1200)]


# -- what is counted ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Balance:
    """Points of a unit that the member has and can spend: the only measure that spending lowers. Knows no window."""

    TYPE: ClassVar[str] = "balance"
    unit: Slug


@dataclass(frozen=True, slots=True)
class TasksDone:
    """How often the member did a task, by its id in a program of tasks; what is undone counts no longer."""

    TYPE: ClassVar[str] = "tasks_done"
    task: Slug


Metric = Counted | Balance | TasksDone


@dataclass(frozen=True, slots=True)
class Threshold:
    """At least so much of a metric."""

    metric: Metric
    at_least: Amount


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a tier: all of these thresholds together."""

    all_of: Annotated[tuple[Threshold, ...], Size(10, 1)]


Ways = Annotated[tuple[Way, ...], Size(10)]


# -- from when, until when ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """From the first of January."""

    TYPE: ClassVar[str] = "calendar_year"


@dataclass(frozen=True, slots=True)
class MembershipYear:
    """From the last anniversary of the member's joining."""

    TYPE: ClassVar[str] = "membership_year"


@dataclass(frozen=True, slots=True)
class RollingMonths:
    """The last so many months, up to and with the day in question."""

    TYPE: ClassVar[str] = "rolling_months"
    months: Months


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From the beginning."""

    TYPE: ClassVar[str] = "lifetime"


Window = CalendarYear | MembershipYear | RollingMonths | Lifetime


@dataclass(frozen=True, slots=True)
class EndOfYear:
    """To the end of the calendar year in which the tier was reached, or `years` later."""

    TYPE: ClassVar[str] = "end_of_year"
    years: Annotated[int, Bound(0, 50)] = 1


@dataclass(frozen=True, slots=True)
class ForMonths:
    """For so many months from the day on which it was reached, that day of the last month included."""

    TYPE: ClassVar[str] = "for_months"
    months: Months


@dataclass(frozen=True, slots=True)
class WhileMet:
    """As long as what reaching it asks for is met: it is lost as soon as that is not."""

    TYPE: ClassVar[str] = "while_met"


@dataclass(frozen=True, slots=True)
class ForGood:
    """For ever; only the reversal of what it was reached by takes it away."""

    TYPE: ClassVar[str] = "for_good"


Validity = EndOfYear | ForMonths | WhileMet | ForGood


class Downgrade(StrEnum):
    """Where a member goes who does not keep a tier: to what is met, one step down (or higher, if met), or nowhere."""

    TO_MET = "to_met"
    ONE_STEP = "one_step"
    NEVER = "never"


class Reopening(StrEnum):
    """What wakes a tier that rests, or lets a member begin anew whose tier was closed."""

    WITH_ACTIVITY = "with_activity"
    BY_STAFF = "by_staff"


@dataclass(frozen=True, slots=True)
class Dormancy:
    """What becomes of the tiers of members who do nothing for `after_months`.

    They are told `warn_days` ahead; then the tier is frozen: it brings nothing until they come back. After
    `close_after_months` more (None: never) it is gone.
    """

    after_months: Months = 12
    warn_days: Annotated[int, Bound(0, 366)] = 30
    close_after_months: Months | None = None
    reopening: Reopening = Reopening.WITH_ACTIVITY


# -- what a tier brings ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TierMultiplier(StandingMultiplier):
    """What being in the tier multiplies."""


@dataclass(frozen=True, slots=True)
class EntryGift:
    """Points given when a member comes up to the tier, once for each time; taken back if the tier is taken back."""

    unit: Slug
    points: Amount
    expires_after_months: Months | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier. `reach` are the ways up to it (none: everybody is in it, which only the lowest can say).

    `keep` are the ways to keep it, those of reaching it unless given. `perks` are all that it has, those of lower ones
    too; `rewards` of the catalogue are given like the points of `gifts`.
    """

    id: Slug
    name: Label
    reach: Ways = ()
    keep: Ways | None = None
    multipliers: Annotated[tuple[TierMultiplier, ...], Size(20)] = ()
    gifts: Annotated[tuple[EntryGift, ...], Size(20)] = ()
    perks: Perks = ()
    rewards: Annotated[tuple[RewardGift, ...], Size(20)] = ()

    def all_gifts(self) -> tuple[Gift, ...]:
        """Give what comes with the tier, points and rewards."""
        points = (PointsGift(gift.unit, gift.points, gift.expires_after_months) for gift in self.gifts)
        return (*points, *self.rewards)


@dataclass(frozen=True, slots=True)
class TieredRules:
    """One version of a tiered program's rules.

    `unit` is the slug of the points that the program is about: what its words speak of. `grace_days` are those after
    the validity in which a tier can still be kept.
    """

    unit: Slug
    tiers: Annotated[tuple[Tier, ...], Size(20, 1)]
    window: Window = RollingMonths(12)
    validity: Validity = EndOfYear()
    grace_days: Annotated[int, Bound(0, 366)] = 0
    downgrade: Downgrade = Downgrade.TO_MET
    base: EarningBase = DEFAULT_BASE
    dormancy: Dormancy | None = None
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
