"""What a kind of program is: a pure wing that reads, checks and compiles its rules, and decides by them (DESIGN §6).

No kind knows the database, the clock or chance: what it needs is handed to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple, Protocol, TypeVar

from programs.activity import Activity
from programs.decision import (
    CounterKey,
    CounterUse,
    Decision,
    GivenOnce,
    Movement,
    ProgramId,
    RuleId,
    VersionId,
)
from programs.findings import Finding, RulesContext, RulesInvalid
from programs.named import Named
from programs.perks import Perk, PerkSet
from programs.unplayed import Unplayed
from rewards.payment import PaymentTerms


@dataclass(frozen=True, slots=True)
class OrderSoFar:
    """What an order has by now, when an amendment adds to it: the counters, by program and name, that count it as a
    whole, and the rules that gave it something once.
    """

    counts: frozenset[tuple[ProgramId, str]] = frozenset()
    rules: frozenset[GivenOnce] = frozenset()


NEW_ORDER = OrderSoFar()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the member when deciding: the slug of the tier and of the paid plan per program, segments,
    counters, facts; and of the order, if more comes to one.

    `counters` must hold the value of every key that `counters_needed` named; a missing one counts as 0.
    """

    tiers: Mapping[str, str] = field(default_factory=dict)
    segments: frozenset[str] = frozenset()
    counters: Mapping[CounterKey, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    plans: Mapping[str, str] = field(default_factory=dict)
    so_far: OrderSoFar = NEW_ORDER

    def among(self, everybody: Mapping[str, str]) -> "Standing":
        """Give the standing with the tiers, by program, that everybody has of whom nothing else is written."""
        # Field by field, which is quicker than `replace`: a member's first activities all come by here.
        tiers = {**everybody, **self.tiers}
        return Standing(tiers, self.segments, self.counters, self.facts, self.plans, self.so_far)

    def after(self, uses: tuple[CounterUse, ...]) -> "Standing":
        """Give the standing as the next activity of a batch must see it, with these uses added."""
        if not uses:
            return self
        counters = dict(self.counters)
        for use in uses:
            counters[use.key] = counters.get(use.key, 0) + use.amount
        return replace(self, counters=counters)


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """Whose rules are compiled: the program and version, the tenant's zone that its days and hours go by, and the
    tenant's programs by slug, which rules may name, as they may its `partners`, here with what people call them.
    """

    program_id: ProgramId
    version_id: VersionId
    zone: tzinfo
    programs: Mapping[str, ProgramId] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)

    def partner(self, slug: str) -> str:
        """Give what people call a partner; its slug where there is none by it."""
        return self.partners.get(slug, slug)

    def tiers(self, standing: Standing, program: str | None) -> frozenset[str]:
        """Give the tiers that a member has: in all programs, or in the one of this slug."""
        if program is None:
            return frozenset(standing.tiers.values())
        tier = standing.tiers.get(self.programs.get(program, program))
        return frozenset() if tier is None else frozenset((tier,))


@dataclass(frozen=True, slots=True)
class IssuedUnit:
    """A unit, by its slug, that a version's movements go to, and whether what they bring may have to wait."""

    slug: str
    may_wait: bool = False


@dataclass(frozen=True, slots=True)
class TransferTerms:
    """Members may give each other points: at least so many at once, and so many a local day at most.

    `keeps` tells from whose points, by their standing, inactivity takes nothing.
    """

    minimum: int
    maximum_per_day: int
    keeps: Callable[[Standing], bool]


@dataclass(frozen=True, slots=True)
class Modifier:
    """A factor that a program puts on what the others of its line give of `unit` (None: of any).

    `factor` as the merchant wrote it, `times` / `over` as it counts. `rule_id` and `rule_name` say what of the program
    it comes from, for the explanation.
    """

    program_id: ProgramId
    version_id: VersionId
    rule_id: RuleId
    rule_name: str
    factor: str
    times: int
    over: int
    unit: str | None = None


class Others(NamedTuple):
    """What a decision knows of the other live programs: what they multiply, and what was given before its turn."""

    modifiers: tuple[Modifier, ...] = ()
    movements: tuple[Movement, ...] = ()


ALONE = Others()


def _never(_active_on: date) -> datetime | None:
    return None


def _nobody(_standing: Standing) -> bool:
    return False


def _no_perks(_standing: Standing) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Traits:
    """What a version's rules mean to those who know nothing of its kind.

    `negative` says that a clawback may leave a deficit; `trigger` is the kind of activity that ends the waiting of
    an order's points; `asks_standing` that deciding goes by tiers or segments; `payment` at what terms the first
    unit's points pay, and `transfers` at which members give them to each other; `lapses_at` until when they stay
    after a sign of life on a local day, and `keeps` of whom inactivity takes nothing; `modifies` that it multiplies
    what other programs give; `adds` that it gives more of what they gave, `decides_last` that it goes by what all
    gave; `stateless` that nothing is kept of members by these rules, though by others of the kind it may be.
    `perk_sets` are all the perks that there are, by what they come with, the lowest first; `perk_set` names the one
    that a member of this standing has. `tiers` are those that members can come to, the lowest first; `everybody` has
    that one of them, whom nothing happened to as well. `unplayed` is what a replay leaves out of them. `turns` are
    units whose points turn into those of another by themselves; `shares` that partners of a coalition share the units;
    `plays_for` the kinds of activities that bring plays of a game, where none are free.
    """

    units: tuple[IssuedUnit, ...] = ()
    negative: bool = False
    trigger: str | None = None
    asks_standing: bool = False
    payment: PaymentTerms | None = None
    transfers: TransferTerms | None = None
    lapses_at: Callable[[date], datetime | None] = _never
    keeps: Callable[[Standing], bool] = _nobody
    modifies: bool = False
    decides_last: bool = False
    adds: bool = False
    stateless: bool = False
    perk_sets: tuple[PerkSet, ...] = ()
    perk_set: Callable[[Standing], str | None] = _no_perks
    tiers: tuple[str, ...] = ()
    everybody: str | None = None
    unplayed: frozenset[Unplayed] = frozenset()
    turns: tuple[tuple[str, str], ...] = ()
    shares: bool = False
    plays_for: frozenset[str] = frozenset()

    @property
    def turn(self) -> int:
        """When the program decides: first of all, after those to whose points it adds, or last."""
        return 2 if self.decides_last else 1 if self.adds else 0

    def perks(self, standing: Standing) -> tuple[Perk, ...]:
        """Give the perks that a member of this standing has."""
        if not self.perk_sets:
            return ()
        named = self.perk_set(standing)
        return next((each.perks for each in self.perk_sets if each.id == named), ())


Rules = TypeVar("Rules")
Compiled = TypeVar("Compiled")


class Kind(Protocol[Rules, Compiled]):
    """A kind of program, of `Rules` (typed, frozen) that become `Compiled` (ready to decide, kept between activities).

    All of it is pure, and total: no JSON value makes `parse` raise anything but `RulesInvalid`.
    """

    name: str

    def parse(self, document: object) -> Rules:
        """Read a stored rules document (any older `format` is brought up to date); raises `RulesInvalid`."""
        ...

    def dump(self, rules: Rules) -> dict[str, Any]:
        """Give the rules as the document that `parse` reads, in the newest format."""
        ...

    def validate(self, rules: Rules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant; no finding means they may be published."""
        ...

    def advise(self, rules: Rules) -> tuple[Finding, ...]:
        """Tell what is doubtful in rules that may be published: warnings."""
        ...

    def named(self, rules: Rules) -> tuple[Named, ...]:
        """Name the partners and perks that rules count on."""
        ...

    def without(self, document: object, findings: tuple[Finding, ...]) -> Rules | None:
        """Give the rules of a document that does not parse without what the findings name (in the same places), so
        that the rest can be validated too; None if too little is left.
        """
        ...

    def compile(self, rules: Rules, facts: VersionFacts) -> Compiled:
        """Prepare valid rules for deciding."""
        ...

    def traits(self, compiled: Compiled) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        ...

    def counters(self, compiled: Compiled, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters that `decide` may read or add to for this activity."""
        ...

    def modifiers(self, compiled: Compiled, activity: Activity, standing: Standing) -> tuple[Modifier, ...]:
        """Tell what this program multiplies of what the others give; asked only if its traits say `modifies`."""
        ...

    def decide(
        self, compiled: Compiled, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide this program's part: same input, same answer; never raises for a well-formed activity."""
        ...


def check(kind: Kind[Any, Any], document: object, context: RulesContext) -> tuple[Finding, ...]:
    """Parse and validate in one: every bad path of any JSON value, and no exception."""
    try:
        rules = kind.parse(document)
    except RulesInvalid as invalid:
        sound = kind.without(document, invalid.findings)
        return invalid.findings if sound is None else (*invalid.findings, *kind.validate(sound, context))
    return kind.validate(rules, context)
