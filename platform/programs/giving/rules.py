"""The rules of giving, typed and frozen: what a merchant edits, stored as JSON with `format` 1 (DESIGN §5–6).

Points are in the unit's smallest part, money in minor units of `currency`, days are the tenant's local ones.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from programs.documents import Bound, Size, Text
from programs.periods import Period

FORMAT = 1
AMOUNT_MAX = 2**53 - 1

Amount = Annotated[int, Bound(1, AMOUNT_MAX)]
Slug = Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]


@dataclass(frozen=True, slots=True)
class Cause:
    """What members can give to, from the day `starts_on` to the day `ends_on`, both included.

    `id` names the ledger's account `donated:<id>`, and stays over versions. `goal` is what is to be raised, matching
    included; more may come.
    """

    id: Slug
    name: Annotated[str, Text(200)]
    description: Annotated[str, Text(1000)] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    goal: Amount | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """What the merchant adds: so many percent of what is given, a part of a minor unit cut off.

    At most `per_cause` for each cause and `period`, and `total` for all causes and times together.
    """

    percent: Annotated[int, Bound(1, 1000)]
    per_cause: Amount | None = None
    period: Period = Period.LIFETIME
    total: Amount | None = None


@dataclass(frozen=True, slots=True)
class GivingRules:
    """One version of the rules of giving: every `points` points of `unit` are worth `worth` minor units of `currency`.

    A donation has at least `minimum` points, in multiples of `multiple` and of `points`, so that its worth is exact.
    """

    unit: Slug
    currency: Annotated[str, Text(3, r"[A-Z]{3}")]
    causes: Annotated[tuple[Cause, ...], Size(100, 1)]
    points: Amount = 1
    worth: Amount = 1
    minimum: Amount = 1
    multiple: Amount = 1
    matching: Matching | None = None
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
