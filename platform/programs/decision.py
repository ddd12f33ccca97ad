"""What an activity leads to: movements for the ledger, counters to add to, and why, line by line (DESIGN §5).

Amounts are integers in the unit's smallest part; instants are aware and in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, NewType

ProgramId = NewType("ProgramId", str)
VersionId = NewType("VersionId", str)
RuleId = NewType("RuleId", str)


class CounterOwner(StrEnum):
    """Whom a counter counts for: this member, or all members of the program together."""

    MEMBER = "member"
    PROGRAM = "program"


class CounterKey(NamedTuple):
    """Names one counter of a cap: what is counted, for whom and in which period.

    `name` is `rule:<id>:<points, times or first>` or `program:<points or times>`; `period` is `day:2026-11-21`,
    `week:2026-W47`, `month:2026-11`, `year:2026` or `lifetime`, by the tenant's local date of the activity. A counter
    of the owner `member` belongs to the activity's member, whose id is not repeated here.
    """

    program_id: ProgramId
    owner: CounterOwner
    name: str
    period: str


@dataclass(frozen=True, slots=True)
class CounterUse:
    """Adds `amount` to a counter. A reversal adds the negative share: `shares` are points per line id (they sum to
    `amount`); empty where times are counted or the activity has no lines: then it goes back when all goes back.

    `once`: an order counts so much as a whole, whatever amendments add to it. `heads` names the counter of those who
    have anything in this one: it goes up by one when this one leaves 0, and down by one when it comes back there.
    """

    key: CounterKey
    amount: int
    shares: Mapping[str, int] = field(default_factory=dict)
    once: bool = False
    heads: CounterKey | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A transfer the engine asks the ledger for: `amount` > 0 of `unit` (its slug) to the activity's member.

    At most one of `matures_at` and `matures_on` is set; then the points wait in the pending book until that instant,
    or until the trigger of that name. `expires_at` (exclusive) is the end of the lot in the available book: for
    waiting points that of the child, since it counts from the original date. `lapses_at` is inactivity: all lots of
    the account end then unless a later activity pushes it; the account keeps the latest it was told. `lapses_never`
    lifts that: the member is exempt. `shares` are points per line id and sum to `amount`; empty if the activity has no
    lines.
    """

    reason: str
    unit: str
    amount: int
    program_id: ProgramId
    version_id: VersionId
    matures_at: datetime | None = None
    matures_on: str | None = None
    expires_at: datetime | None = None
    lapses_at: datetime | None = None
    shares: Mapping[str, int] = field(default_factory=dict)
    lapses_never: bool = False

    @property
    def pending(self) -> bool:
        """Whether the points wait in the pending book."""
        return self.matures_at is not None or self.matures_on is not None


@dataclass(frozen=True, slots=True)
class RewardEarned:
    """A reward of the catalogue, by its slug, that the activity's member is to be given; whole or not at all."""

    reward: str
    program_id: ProgramId
    rule_id: RuleId


class GivenOnce(NamedTuple):
    """A rule that gave an order something as a whole: to what amendments add it gives nothing more."""

    program_id: ProgramId
    rule_id: RuleId


class ExplanationCode(StrEnum):
    """What kind of step an explanation line tells of; `explain.py` has the words and the inputs of each."""

    NO_PROGRAM = "no_program"
    PROGRAM_NOT_LIVE = "program_not_live"
    NOT_ELIGIBLE = "not_eligible"
    BASE = "base"
    MULTIPLIER = "multiplier"
    BONUS = "bonus"
    CAP = "cap"
    ROUNDING = "rounding"
    PENDING = "pending"
    EXPIRY = "expiry"
    NOTHING_EARNED = "nothing_earned"
    PARKED = "parked"
    HELD = "held"
    TAKEN_BACK = "taken_back"
    GIVEN_BACK = "given_back"
    SHORTFALL = "shortfall"
    NOTHING_TO_REVERSE = "nothing_to_reverse"
    MATURED = "matured"
    TOP_UP = "top_up"
    TOP_UP_BONUS = "top_up_bonus"
    TIER = "tier"
    TASK = "task"
    REFERRAL = "referral"
    REWARD = "reward"
    CONVERTED = "converted"
    CONVERSION_UNDONE = "conversion_undone"
    PLAYED = "played"
    PRIZE_REPLACED = "prize_replaced"
    PRIZE = "prize"


ExplanationValue = int | str | bool | tuple[str, ...]


ONCE_AN_ORDER: tuple[tuple[str, ExplanationValue], ...] = (
    ("counts", "times"), ("limit", 1), ("used", 1), ("period", "order"), ("per", "member"),
)  # fmt: skip
"""The inputs of a cap: the rule gave this order something already."""


class ExplanationLine(NamedTuple):
    """One step of a decision. A named tuple, since a decision makes a dozen and must stay under 60 µs.

    `inputs` are the facts the step used. `before_milli` and `after_milli` are the program's running total in
    thousandths of the unit's smallest part (cut off, for display only: the arithmetic itself is exact).
    """

    code: ExplanationCode
    program_id: ProgramId | None
    version_id: VersionId | None
    rule_id: RuleId | None
    rule_name: str | None
    inputs: tuple[tuple[str, ExplanationValue], ...]
    before_milli: int
    after_milli: int


@dataclass(frozen=True, slots=True)
class Decision:
    """All that one activity leads to. Empty movements are an answer too: the explanation says why."""

    movements: tuple[Movement, ...] = ()
    counters: tuple[CounterUse, ...] = ()
    explanation: tuple[ExplanationLine, ...] = ()
    rewards: tuple[RewardEarned, ...] = ()
    once: tuple[GivenOnce, ...] = ()

    @property
    def given_once(self) -> tuple[GivenOnce, ...]:
        """The rules that gave points (`once`) or rewards for an order as a whole."""
        return (*self.once, *(GivenOnce(each.program_id, each.rule_id) for each in self.rewards))


def explanation_to_json(lines: tuple[ExplanationLine, ...]) -> list[dict[str, Any]]:
    """Give explanation lines as JSON objects."""
    return [{**line._asdict(), "inputs": dict(line.inputs)} for line in lines]


def explanation_from_json(rows: list[dict[str, Any]]) -> tuple[ExplanationLine, ...]:
    """Read explanation lines back from their JSON objects."""
    return tuple(
        ExplanationLine(
            **{
                **row,
                "code": ExplanationCode(row["code"]),
                "inputs": tuple(
                    (name, tuple(value) if isinstance(value, list) else value) for name, value in row["inputs"].items()
                ),
            }
        )
        for row in rows
    )
