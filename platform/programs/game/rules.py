"""The rules of a game, typed and frozen: what a merchant edits, stored as JSON with `format` 1 (DESIGN §5–6).

One program is one game. Plays are points of its unit: earned by rules, given freely, taken one by one. For a prize draw
they are entries, for a leaderboard what counts for the rank. Days are the tenant's local ones.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from programs.documents import Bound, Size, Text
from programs.gifts import Gift
from programs.lines import EarningBase

FORMAT = 1
COUNT_MAX = 2**53 - 1
OUT_OF_MAX = 10**9
GUIDELINE_PERCENT = 25
WINNERS_MAX = 1000
DEFAULT_BASE = EarningBase()
EVERYWHERE = "*"

Count = Annotated[int, Bound(1, COUNT_MAX)]
Few = Annotated[int, Bound(1, 1000)]
Currency = Annotated[str, Text(3, r"[A-Z]{3}")]
Label = Annotated[str, Text(200)]
Slug = Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]
Region = Annotated[str, Text(6, r"\*|[A-Z]{2}(-[A-Z0-9]{1,3})?")]


# -- how plays come ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlaysPerAmount:
    """`plays` for every `per` minor units of `currency` that an order's lines count for; the rest is dropped."""

    TYPE: ClassVar[str] = "per_amount"
    plays: Few
    per: Count
    currency: Currency


@dataclass(frozen=True, slots=True)
class PlaysPerOrder:
    """`plays` once for an order in `currency` that counts for at least `minimum_amount` minor units."""

    TYPE: ClassVar[str] = "per_order"
    plays: Few
    currency: Currency
    minimum_amount: Annotated[int, Bound(0, COUNT_MAX)] = 0


@dataclass(frozen=True, slots=True)
class PlaysPerActivity:
    """`plays` for each activity of a kind: `check_in`, `visit`, `custom:survey`."""

    TYPE: ClassVar[str] = "per_activity"
    plays: Few
    kind: Label


Earn = PlaysPerAmount | PlaysPerOrder | PlaysPerActivity


@dataclass(frozen=True, slots=True)
class PlayRule:
    """One way to earn plays; by it a member gets at most `per_day` of them on a local day."""

    id: Slug
    name: Label
    earn: Earn
    per_day: Count | None = None


class FreeEvery(StrEnum):
    """How often plays are free."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class FreePlays:
    """`plays` for every member who asks, once each local day or ISO week: the way to take part without buying."""

    plays: Few = 1
    every: FreeEvery = FreeEvery.DAY


# -- what is won -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consolation:
    """Another prize of the table is given instead."""

    TYPE: ClassVar[str] = "consolation"
    prize: Slug


@dataclass(frozen=True, slots=True)
class Pause:
    """Nobody whom it concerns can play, and no play is taken, until the prize can be won again."""

    TYPE: ClassVar[str] = "pause"


Becomes = Consolation | Pause


@dataclass(frozen=True, slots=True)
class Prize:
    """A prize of a table, drawn `weight` times out of the table's `out_of`; no gift: the blank.

    `stock` are all there ever are, `per_day` those of a local day, `per_member` what one member can win of it, in all
    and on a local day. `becomes` says what happens when one of these is used up. A prize of weight 0 only consoles.
    """

    id: Slug
    name: Label
    weight: Annotated[int, Bound(0, OUT_OF_MAX)]
    gift: Gift | None = None
    stock: Count | None = None
    per_day: Count | None = None
    per_member: Count | None = None
    per_member_per_day: Count | None = None
    becomes: Becomes | None = None

    @property
    def limited(self) -> bool:
        """Whether it can be used up for somebody."""
        return any(limit is not None for limit in (self.stock, self.per_day, self.per_member, self.per_member_per_day))


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel: each play draws one prize of the table at once; the weights add up to `out_of`."""

    TYPE: ClassVar[str] = "wheel"
    out_of: Annotated[int, Bound(1, OUT_OF_MAX)]
    prizes: Annotated[tuple[Prize, ...], Size(50, 1)]


@dataclass(frozen=True, slots=True)
class ScratchCard:
    """A scratch card: drawn like a wheel, and uncovered by the member."""

    TYPE: ClassVar[str] = "scratch_card"
    out_of: Annotated[int, Bound(1, OUT_OF_MAX)]
    prizes: Annotated[tuple[Prize, ...], Size(50, 1)]


class Every(StrEnum):
    """How often a draw is drawn or a leaderboard closed: at the end of the game, or of each local calendar period."""

    ONCE = "once"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class DrawPrize:
    """A prize that so many winners get in each draw; nobody wins twice in one draw."""

    id: Slug
    name: Label
    gift: Gift
    winners: Annotated[int, Bound(1, WINNERS_MAX)] = 1


@dataclass(frozen=True, slots=True)
class PrizeDraw:
    """A draw among all who have entries, each entry with the same chance; entries end with their draw.

    `entrants_max`: so many members can enter one draw; it makes the chance of winning known.
    """

    TYPE: ClassVar[str] = "prize_draw"
    prizes: Annotated[tuple[DrawPrize, ...], Size(50, 1)]
    every: Every = Every.ONCE
    entrants_max: Count | None = None


@dataclass(frozen=True, slots=True)
class RankPrize:
    """A prize for each rank from `from_rank` to `to_rank`."""

    id: Slug
    name: Label
    gift: Gift
    from_rank: Annotated[int, Bound(1, WINNERS_MAX)]
    to_rank: Annotated[int, Bound(1, WINNERS_MAX)]


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Members ranked by what they earned in a period, ties by who began first; prizes for the first ranks."""

    TYPE: ClassVar[str] = "leaderboard"
    prizes: Annotated[tuple[RankPrize, ...], Size(50, 1)]
    every: Every = Every.WEEK


Game = Wheel | ScratchCard | PrizeDraw | Leaderboard


# -- the whole ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LegalReview:
    """Who looked at the game's terms for the law, and on which day."""

    by: Label
    at: date


@dataclass(frozen=True, slots=True)
class GameRules:
    """One version of a game's rules. `unit` is the slug of its plays.

    Both days are in. `regions` are ISO 3166 codes (`US`, `US-CA`; `*` is everywhere), `minimum_age` is in years. They
    may be missing in a draft, as may the review: nothing is published without them.
    """

    unit: Slug
    game: Game
    earn: Annotated[tuple[PlayRule, ...], Size(20)] = ()
    free: FreePlays | None = None
    base: EarningBase = DEFAULT_BASE
    starts_on: date | None = None
    ends_on: date | None = None
    regions: Annotated[tuple[Region, ...], Size(300)] = ()
    minimum_age: Annotated[int, Bound(0, 120)] | None = None
    legal_review: LegalReview | None = None
    odds_below_guideline_reason: Annotated[str, Text(500)] | None = None
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
