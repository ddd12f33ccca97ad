"""What members of Harbour Club do: who joins, which brands know them, what they buy, give back, and pay with points.

Made up by one generator with one seed, so that it is the same each time. Points are counted along with it, so that
nobody pays with more than they have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from demo.coalition_rules import AIR, BOOKS, BRANDS, HOTELS, MARKET, Brand
from programs.activity import ActivityKind

SEED = 4
DAYS = 66  # so that at least two months end within them, whatever day it is
JOINING_DAYS = 40
MEMBERS = 60
WELCOME = 100


@dataclass(frozen=True, slots=True)
class Habit:
    """How many know a brand, how many days pass between their purchases there, how often points pay for one, from how
    many on, and how often an order comes back.
    """

    known: float
    every: int
    pays: float
    least: int
    back: float


HABITS = {AIR: Habit(0.45, 40, 0.3, 1500, 0.1), HOTELS: Habit(0.5, 34, 0.3, 1200, 0.14),
          MARKET: Habit(0.5, 12, 0.06, 600, 0.03), BOOKS: Habit(0.65, 15, 0.9, 200, 0.05)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a customer did on a day, by its number in the whole story.

    A purchase is of pieces by article number, `points` paid of it; a refund is of the whole order of that number.
    """

    number: int
    customer: str
    day: date
    kind: ActivityKind
    brand: str | None = None
    pieces: tuple[tuple[str, int], ...] = ()
    points: int = 0
    order: int | None = None

    @property
    def cents(self) -> int:
        """What the pieces come to."""
        goods = BRANDS[self.brand].goods if self.brand is not None else {}
        return sum(goods[sku] * pieces for sku, pieces in self.pieces)


def customers() -> dict[str, tuple[str, ...]]:
    """All members, each with the brands that know them: at least one."""
    found = {}
    for number in range(MEMBERS):
        chance = Random(SEED * 1000 + number)  # noqa: S311 - a made-up story, always the same
        brands = tuple(slug for slug, habit in HABITS.items() if chance.random() < habit.known)
        found[f"hc-{number + 1:03}"] = brands or (chance.choice(tuple(BRANDS)),)
    return found


def tell(first: date) -> list[Happening]:
    """All that happens from the first day on; what is paid with points comes last on its day."""
    told: list[Happening] = []
    people = [_Customer(name, brands, number) for number, (name, brands) in enumerate(customers().items())]
    for day in range(DAYS):
        today = [(customer, done) for customer in people for done in customer.live(day)]
        today.sort(key=lambda each: each[1].points > 0)
        for customer, done in today:
            made = Happening(
                len(told), customer.name, first + timedelta(days=day), done.kind, done.brand, done.pieces, done.points,
                done.order.number if done.order is not None else None,
            )  # fmt: skip
            done.number = made.number
            told.append(made)
    return told


@dataclass(slots=True)
class _Doing:
    kind: ActivityKind
    brand: str | None = None
    pieces: tuple[tuple[str, int], ...] = ()
    points: int = 0
    earned: int = 0
    order: _Doing | None = None
    number: int = 0


@dataclass(slots=True)
class _Customer:
    name: str
    brands: tuple[str, ...]
    number: int
    has: int = 0
    back: list[tuple[int, _Doing]] = field(default_factory=list)
    chance: Random = field(init=False)
    joins: int = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(SEED * 10_000 + self.number)  # noqa: S311 - a made-up story, always the same
        self.joins = 0 if self.number < MEMBERS // 2 else self.chance.randrange(JOINING_DAYS)

    def live(self, day: int) -> Iterator[_Doing]:
        if day == self.joins:
            self.has = WELCOME
            yield _Doing(ActivityKind.SIGNUP)
        if day < self.joins:
            return
        for due, order in self.back:
            if due == day:
                self.has = max(0, self.has - order.earned) + order.points
                yield _Doing(ActivityKind.REFUND, order.brand, order=order)
        for slug in self.brands:
            if self.chance.random() < 1 / HABITS[slug].every:
                yield self._buy(day, BRANDS[slug], HABITS[slug])

    def _buy(self, day: int, brand: Brand, habit: Habit) -> _Doing:
        skus = self.chance.sample(list(brand.goods), self.chance.choice((1, 1, 2)) if len(brand.goods) > 4 else 1)
        pieces = tuple((sku, self.chance.choices((1, 2, 3), (6, 3, 1))[0]) for sku in skus)
        cents = sum(brand.goods[sku] * number for sku, number in pieces)
        pays = self.has >= habit.least and self.chance.random() < habit.pays
        points = min(self.has, cents, 5_000) // 100 * 100 if pays else 0
        knots, dollars = brand.per_dollar
        earned = (cents - points) * knots // (100 * dollars)
        self.has += earned - points
        done = _Doing(ActivityKind.PURCHASE, brand.slug, pieces, points, earned)
        if self.chance.random() < habit.back:
            self.back.append((day + self.chance.randrange(3, 21), done))
        return done
