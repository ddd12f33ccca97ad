"""The rules of a points program, typed and frozen: what a merchant edits, stored as JSON with `format` 1 (DESIGN §5–6).

Points are integers in the unit's smallest part, money in minor units of the named currency. Days, hours and weekdays
are the tenant's local ones. The bounds in the annotations are enforced by `programs.documents` when read.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from programs.activity import ActivityKind, LineKind, TenderKind
from programs.cel import TEXT_CHARACTERS_MAX
from programs.clawback import Clawback
from programs.decision import CounterOwner
from programs.documents import Bound, Size, Text
from programs.factor import FACTOR, fraction
from programs.gifts import Gift
from programs.lines import EarningBase
from programs.periods import Period
from programs.rounding import Rounding

FORMAT = 1
POINTS_MAX = 2**53 - 1
DEFAULT_BASE = EarningBase()

Count = Annotated[int, Bound(1, POINTS_MAX)]
Currency = Annotated[str, Text(3, r"[A-Z]{3}")]
Label = Annotated[str, Text(200)]
Slug = Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]
Labels = Annotated[tuple[Label, ...], Size(500)]
LineKinds = Annotated[tuple[LineKind, ...], Size(10)]


@dataclass(frozen=True, slots=True)
class PerAmount:
    """`points` for every `per` minor units of `currency` that the selected lines count for. Fractions add up."""

    TYPE: ClassVar[str] = "per_amount"
    points: Count
    per: Count
    currency: Currency


@dataclass(frozen=True, slots=True)
class PerItem:
    """`points` for every piece of the selected lines."""

    TYPE: ClassVar[str] = "per_item"
    points: Count


@dataclass(frozen=True, slots=True)
class PerOrder:
    """`points` once for an order with a selected line; multipliers apply, unlike to `Fixed`."""

    TYPE: ClassVar[str] = "per_order"
    points: Count


@dataclass(frozen=True, slots=True)
class PerVisit:
    """`points` once for a visit (`on` must name `visit` or `check_in`); multipliers apply."""

    TYPE: ClassVar[str] = "per_visit"
    points: Count


@dataclass(frozen=True, slots=True)
class Fixed:
    """`points` once for the activity, added after all multipliers: a bonus."""

    TYPE: ClassVar[str] = "fixed"
    points: Count


@dataclass(frozen=True, slots=True)
class QuantityBreak:
    """From `quantity` pieces on, `points` once (instead of those of the break before)."""

    quantity: Count
    points: Count


@dataclass(frozen=True, slots=True)
class QuantityBreaks:
    """The points of the highest break that the pieces of the selected lines together reach."""

    TYPE: ClassVar[str] = "quantity_breaks"
    breaks: Annotated[tuple[QuantityBreak, ...], Size(50, 1)]


@dataclass(frozen=True, slots=True)
class Multiplier:
    """Multiplies what base rules gave on the selected lines; several multiply each other, in the order of the rules.

    `factor` is a decimal ("1.5") or a fraction ("7/5"), kept exactly. Below 1 it takes points away: say so.
    """

    TYPE: ClassVar[str] = "multiplier"
    factor: Annotated[str, FACTOR]
    allow_below_one: bool = False

    def fraction(self) -> tuple[int, int]:
        """Give the factor as (numerator, denominator)."""
        return fraction(self.factor)


@dataclass(frozen=True, slots=True)
class RewardEarn:
    """Gives a reward of the catalogue, by its slug, instead of points; it is taken back when the whole order is."""

    TYPE: ClassVar[str] = "reward"
    reward: Slug


Earn = PerAmount | PerItem | PerOrder | PerVisit | Fixed | QuantityBreaks | Multiplier | RewardEarn


@dataclass(frozen=True, slots=True)
class Selector:
    """Lines that carry any one of these; an empty selector selects none."""

    skus: Labels = ()
    categories: Labels = ()
    tags: Labels = ()
    kinds: LineKinds = ()

    def __bool__(self) -> bool:
        return bool(self.skus or self.categories or self.tags or self.kinds)


@dataclass(frozen=True, slots=True)
class Items:
    """Which lines a rule is about: those included (an empty `include` means all), less those excluded.

    Only lines that count by the program's earning base are ever selected.
    """

    include: Selector = Selector()
    exclude: Selector = Selector()


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the local day, "16:00" to "18:00": from is in it, until is not; "24:00" is the end of the day."""

    from_time: Annotated[str, Text(5, r"([01]\d|2[0-3]):[0-5]\d")]
    until_time: Annotated[str, Text(5, r"([01]\d|2[0-3]):[0-5]\d|24:00")]

    def minutes(self) -> tuple[int, int]:
        """Give both ends in minutes since local midnight."""
        return _minutes(self.from_time), _minutes(self.until_time)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold, all of it, for a rule to apply; a list holds if any one of it does, an empty one always.

    `minimum_amount` and `maximum_amount` (minor units of `currency`, both inclusive) are about what the rule's
    selected lines count for. `weekdays` are ISO (1 is Monday). `starts_on` and `ends_on` are local days, both in.
    `tiers` are those of any program, or of the one with the slug `tier_program`. `first_time_only`: once per
    member, for ever. `when` is an expression in CEL, for what no field says (`programs.cel`). A rule per amount
    counts only the part of the order that was paid with its `tenders`.
    """

    minimum_amount: Annotated[int, Bound(0, POINTS_MAX)] | None = None
    maximum_amount: Annotated[int, Bound(0, POINTS_MAX)] | None = None
    currency: Currency | None = None
    channels: Labels = ()
    partners: Labels = ()
    weekdays: Annotated[tuple[Annotated[int, Bound(1, 7)], ...], Size(7)] = ()
    hours: Annotated[tuple[Hours, ...], Size(24)] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    segments: Labels = ()
    tiers: Labels = ()
    tier_program: Label | None = None
    first_time_only: bool = False
    codes: Labels = ()
    tenders: Annotated[tuple[TenderKind, ...], Size(10)] = ()
    when: Annotated[str, Text(TEXT_CHARACTERS_MAX)] | None = None


class CapCounts(StrEnum):
    """What a cap counts: points given, or activities that got some."""

    POINTS = "points"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` points or times per `period`, for each member or for all of the program together.

    A points cap of a base rule or bonus limits what came of it with multipliers; that of a multiplier what it added.
    """

    limit: Annotated[int, Bound(0, POINTS_MAX)]
    counts: CapCounts = CapCounts.POINTS
    period: Period = Period.DAY
    per: CounterOwner = CounterOwner.MEMBER


@dataclass(frozen=True, slots=True)
class EarningRule:
    """One way to earn: on activities of the kinds `on` (also `custom:…`), under conditions, up to caps.

    `id` is unique in the program and stays over its versions: caps go on counting by it.
    """

    id: Slug
    name: Label
    earn: Earn
    on: Annotated[tuple[Annotated[str, Text(71)], ...], Size(20, 1)] = (ActivityKind.PURCHASE.value,)
    items: Items = Items()
    conditions: Conditions = Conditions()
    caps: Annotated[tuple[Cap, ...], Size(20)] = ()


@dataclass(frozen=True, slots=True)
class PendingDays:
    """Points wait until the same local time `days` days later."""

    TYPE: ClassVar[str] = "days"
    days: Annotated[int, Bound(1, 3650)]


@dataclass(frozen=True, slots=True)
class PendingTrigger:
    """Points wait until the merchant reports this trigger for the order (say, `delivered`)."""

    TYPE: ClassVar[str] = "trigger"
    trigger: Slug


@dataclass(frozen=True, slots=True)
class NeverExpires:
    """Points stay for ever; stands alone."""

    TYPE: ClassVar[str] = "never"


@dataclass(frozen=True, slots=True)
class MonthsAfterEarning:
    """The last day is the same day `months` months after the local day of earning, or that month's last."""

    TYPE: ClassVar[str] = "months_after_earning"
    months: Annotated[int, Bound(0, 1200)]


@dataclass(frozen=True, slots=True)
class EndOfMonth:
    """The last day is the last of the month `months` months after that of earning: 0 is the month itself."""

    TYPE: ClassVar[str] = "end_of_month"
    months: Annotated[int, Bound(0, 1200)]


@dataclass(frozen=True, slots=True)
class MonthsInactive:
    """All points of the account go after `months` months without earning or spending."""

    TYPE: ClassVar[str] = "months_inactive"
    months: Annotated[int, Bound(1, 1200)]


@dataclass(frozen=True, slots=True)
class FixedDate:
    """The last day is the next such day of a year, the day of earning included; 29 February is the month's last."""

    TYPE: ClassVar[str] = "fixed_date"
    month: Annotated[int, Bound(1, 12)]
    day: Annotated[int, Bound(1, 31)]


@dataclass(frozen=True, slots=True)
class EndOfCalendarYear:
    """The last day is 31 December of the year of earning, or `years` years later."""

    TYPE: ClassVar[str] = "end_of_calendar_year"
    years: Annotated[int, Bound(0, 100)] = 0


ExpiryPolicy = NeverExpires | MonthsAfterEarning | EndOfMonth | MonthsInactive | FixedDate | EndOfCalendarYear


@dataclass(frozen=True, slots=True)
class Expiry:
    """When points end: the earliest of the policies (none: never); members of `exempt_tiers` keep theirs.

    `warn_days`: how many days ahead members are told.
    """

    policies: Annotated[tuple[ExpiryPolicy, ...], Size(10)] = ()
    exempt_tiers: Labels = ()
    tier_program: Label | None = None
    warn_days: Annotated[tuple[Annotated[int, Bound(1, 3650)], ...], Size(10)] = ()


@dataclass(frozen=True, slots=True)
class PointsPayment:
    """Points as payment: `points` of them are worth `worth` minor units of `currency`.

    At least `minimum` points, in multiples of `multiple`, at most `maximum` and `maximum_share_percent` of the order.
    """

    points: Count
    worth: Count
    currency: Currency
    minimum: Annotated[int, Bound(0, POINTS_MAX)] = 0
    multiple: Count = 1
    maximum: Count | None = None
    maximum_share_percent: Annotated[int, Bound(1, 100)] = 100


@dataclass(frozen=True, slots=True)
class Conversion:
    """As often as a member has `points`, they turn into the gift by themselves, and the rest is carried on.

    A return that takes back more than is left undoes the latest conversions whose gift nobody used.
    """

    points: Count
    gift: Gift


@dataclass(frozen=True, slots=True)
class PointsTransfers:
    """Members may give each other points: at least `minimum` at once, `maximum_per_day` of a giver's local day."""

    maximum_per_day: Count
    minimum: Count = 1


@dataclass(frozen=True, slots=True)
class PointsRules:
    """One version of a points program's rules. `unit` is the slug of the unit it issues."""

    unit: Slug
    rules: Annotated[tuple[EarningRule, ...], Size(100)] = ()
    base: EarningBase = DEFAULT_BASE
    rounding: Rounding = Rounding.FLOOR
    pending: PendingDays | PendingTrigger | None = None
    expiry: Expiry = Expiry()
    clawback: Clawback = Clawback.CLAMP
    caps: Annotated[tuple[Cap, ...], Size(20)] = ()
    payment: PointsPayment | None = None
    transfers: PointsTransfers | None = None
    conversion: Conversion | None = None
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
