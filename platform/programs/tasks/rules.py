"""The rules of a task program, typed and frozen: what a merchant edits, stored as JSON with `format` 1 (DESIGN §5–6).

One model is under quests (several steps), streaks (so many days in a row), milestones (a metric reaches a number) and
tasks that are claimed, triggered or assigned. Money is in minor units, days are the tenant's local ones, weeks ISO
weeks.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from programs.documents import Bound, Size
from programs.gifts import Gifts
from programs.lines import EarningBase
from programs.metrics import Counted, Currency, Label, Slug

FORMAT = 1
AMOUNT_MAX = 2**53 - 1
TIMES_MAX = 1000
DEFAULT_BASE = EarningBase()

Amount = Annotated[int, Bound(1, AMOUNT_MAX)]
Days = Annotated[int, Bound(1, 3660)]


# -- what is to be done ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrdersFrom:
    """Purchases worth at least `minimum` by the program's base; one that came back whole counts no longer."""

    TYPE: ClassVar[str] = "orders_from"
    minimum: Amount
    currency: Currency


Behaviour = Counted | OrdersFrom


class StreakPeriod(StrEnum):
    """What a streak is counted in."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Streak:
    """So many days, or weeks, in a row, in each of which the step's target is met."""

    length: Annotated[int, Bound(2, 366)]
    period: StreakPeriod = StreakPeriod.DAY


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: so much of a behaviour, or with a streak so much in each of its days or weeks."""

    behaviour: Behaviour
    target: Amount = 1
    streak: Streak | None = None


# -- from when, until when ---------------------------------------------------------------------------------------------


class CalendarPeriod(StrEnum):
    """A piece of the tenant's calendar."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Within a local day, ISO week, month or year."""

    TYPE: ClassVar[str] = "calendar"
    period: CalendarPeriod


@dataclass(frozen=True, slots=True)
class RollingDays:
    """Within any so many days that follow each other."""

    TYPE: ClassVar[str] = "rolling_days"
    days: Days


@dataclass(frozen=True, slots=True)
class FromOffer:
    """To the end of the day so many days after the task began: by joining, claim, trigger or assignment."""

    TYPE: ClassVar[str] = "from_offer"
    days: Days


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Without end."""

    TYPE: ClassVar[str] = "lifetime"


Window = Calendar | RollingDays | FromOffer | Lifetime


@dataclass(frozen=True, slots=True)
class Once:
    """Once per member."""

    TYPE: ClassVar[str] = "once"


@dataclass(frozen=True, slots=True)
class PerWindow:
    """Once in each window; with rolling days again from the day after it was done."""

    TYPE: ClassVar[str] = "per_window"


@dataclass(frozen=True, slots=True)
class Every:
    """Each time the target is reached again within the window; the rest is carried on. At most `times_max` times."""

    TYPE: ClassVar[str] = "every"
    times_max: Annotated[int, Bound(1, TIMES_MAX)] | None = None


Repeat = Once | PerWindow | Every


# -- how it begins -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Automatic:
    """Everybody has it from the start: milestones, streaks, quests."""

    TYPE: ClassVar[str] = "automatic"


@dataclass(frozen=True, slots=True)
class Claimed:
    """Members claim it: the first `slots` of them (None: all), up to and with the local day `until`."""

    TYPE: ClassVar[str] = "claimed"
    slots: Annotated[int, Bound(1, 10_000_000)] | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class OnActivity:
    """An activity of this kind begins it, and counts nothing for it; it goes with that activity if that is undone."""

    TYPE: ClassVar[str] = "on_activity"
    kind: Label


@dataclass(frozen=True, slots=True)
class OnSegment:
    """The first thing that happens to a member of this segment begins it, and counts."""

    TYPE: ClassVar[str] = "on_segment"
    segment: Label


@dataclass(frozen=True, slots=True)
class Assigned:
    """Staff, or what they have automated, assign it."""

    TYPE: ClassVar[str] = "assigned"


Start = Automatic | Claimed | OnActivity | OnSegment | Assigned


# -- all of it ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Task:
    """A task: all of its steps within its window. Only what is done by members of one of its `tiers` and `segments`
    counts (none named: everybody's); for a minimum tier name it and those above.
    """

    id: Slug
    name: Label
    steps: Annotated[tuple[Step, ...], Size(10, 1)]
    start: Start = Automatic()
    window: Window = Lifetime()
    repeat: Repeat = Once()
    rewards: Gifts = ()
    badge: Slug | None = None
    tiers: Annotated[tuple[Label, ...], Size(50)] = ()
    segments: Annotated[tuple[Label, ...], Size(50)] = ()


@dataclass(frozen=True, slots=True)
class Badge:
    """A mark that is kept and shown, and worth nothing."""

    id: Slug
    name: Label


@dataclass(frozen=True, slots=True)
class TasksRules:
    """One version of a task program's rules; `unit` is the slug of the points that its words speak of."""

    unit: Slug
    tasks: Annotated[tuple[Task, ...], Size(100, 1)]
    badges: Annotated[tuple[Badge, ...], Size(100)] = ()
    base: EarningBase = DEFAULT_BASE
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
