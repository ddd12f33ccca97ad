"""What members do, as something to count: shared by the kinds that go by how much was done (tiers, tasks).

A count comes with its shares per line, like a cap's, so that a refund takes back exactly what came from the lines that
came back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from programs.activity import Activity, ActivityKind, LineKind, TenderKind
from programs.decision import Movement
from programs.documents import Size, Text
from programs.lines import EarningBase, counted

Currency = Annotated[str, Text(3, r"[A-Z]{3}")]
Label = Annotated[str, Text(200)]
Labels = Annotated[tuple[Label, ...], Size(50, 1)]
Slug = Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]
Shares = dict[str, int]


@dataclass(frozen=True, slots=True)
class Spend:
    """What was paid in `currency`, by the program's base; what comes back counts no longer."""

    TYPE: ClassVar[str] = "spend"
    currency: Currency


@dataclass(frozen=True, slots=True)
class Earned:
    """Points of a unit that the programs of this line gave; spending them takes nothing away."""

    TYPE: ClassVar[str] = "earned"
    unit: Slug


@dataclass(frozen=True, slots=True)
class Orders:
    """Purchases; one that came back whole counts no longer."""

    TYPE: ClassVar[str] = "orders"


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of lines that carry one of these tags: nights, flights, classes."""

    TYPE: ClassVar[str] = "pieces"
    tags: Labels


@dataclass(frozen=True, slots=True)
class Times:
    """Activities of a kind: `visit`, `check_in`, `custom:ride`."""

    TYPE: ClassVar[str] = "times"
    kind: Label


Counted = Spend | Earned | Orders | Pieces | Times
Whole = Orders | Times
"""Those that count an order as a whole, once."""


@dataclass(frozen=True, slots=True)
class Base:
    """The earning base that spending goes by, ready to use."""

    rules: EarningBase
    line_kinds: frozenset[LineKind]
    tenders_left_out: frozenset[TenderKind]

    @classmethod
    def of(cls, rules: EarningBase) -> "Base":
        """Make a base ready."""
        return cls(rules, rules.line_kinds(), rules.tenders_left_out())


def name_of(metric: Counted) -> str:
    """Give the name that a metric is counted under: `spend:USD`, `orders`, `pieces:flight,night`."""
    match metric:
        case Spend(of) | Earned(of) | Times(of):
            return f"{metric.TYPE}:{of}"
        case Pieces(tags):
            return f"{metric.TYPE}:{','.join(sorted(tags))}"
        case Orders():
            return metric.TYPE


def is_about(metric: Counted, kind: str) -> bool:
    """Tell whether activities of a kind may count."""
    match metric:
        case Earned():
            return True
        case Times(of):
            return kind == of
        case Spend() | Orders() | Pieces():
            return kind == ActivityKind.PURCHASE


def count(
    metric: Counted, activity: Activity, movements: tuple[Movement, ...], base: Base
) -> tuple[int, Shares]:  # fmt: skip
    """Count an activity that a metric is about, given what it led to in the other programs; with shares per line."""
    match metric:
        case Spend(currency):
            return spent(activity, base) if currency == activity.currency else (0, {})
        case Pieces(tags):
            return _sum((line.id, line.quantity) for line in activity.lines if not set(tags).isdisjoint(line.tags))
        case Earned(unit):
            return _earned([movement for movement in movements if movement.unit == unit])
        case Orders() | Times():
            return 1, {}


def spent(activity: Activity, base: Base) -> tuple[int, Shares]:
    """Give what an order is worth by the base, in minor units cut off line by line."""
    order = counted(activity.lines, activity.tenders, base.rules, base.line_kinds, base.tenders_left_out)
    return _sum((line.line.id, line.amount * order.numerator // order.denominator) for line in order.lines)


def _earned(movements: list[Movement]) -> tuple[int, Shares]:
    shares: Shares = {}
    for movement in movements:
        for line, points in movement.shares.items():
            shares[line] = shares.get(line, 0) + points
    return sum(movement.amount for movement in movements), shares


def _sum(amounts: Iterable[tuple[str, int]]) -> tuple[int, Shares]:
    counts = {line: amount for line, amount in amounts if amount}
    return sum(counts.values()), counts
