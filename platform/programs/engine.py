"""The engine: one activity and the member's standing in, one decision out. A pure function (DESIGN §5).

Each program decides for itself, on its own unit, by the version of its rules that was live when the activity occurred.
What one multiplies of another's (a tier, a campaign) is asked of all before the first decides, and those that go by
what the others gave decide last.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any, NamedTuple

from programs.activity import CORRECTIONS, MAIN_LINE, Activity
from programs.decision import (
    CounterKey,
    CounterUse,
    Decision,
    ExplanationCode,
    ExplanationLine,
    GivenOnce,
    Movement,
    ProgramId,
    RewardEarned,
    VersionId,
)
from programs.kind import ALONE, Kind, Modifier, Others, Standing, Traits, VersionFacts
from programs.registry import KINDS

EVERY_LINE = "*"
"""The line of a program that all lines of business share, and of an activity that concerns them all: a birthday."""


def decide(activity: Activity, standing: Standing, rulebook: "Rulebook", now: datetime) -> Decision:
    """Decide what an activity leads to in all programs: same input, same answer.

    Corrections of orders (refund, cancel, amend) lead to nothing here: they are reversals by reference, not by rules.
    """
    if activity.kind in CORRECTIONS:
        return Decision()
    moment = rulebook.at(activity.line, activity.occurred_at)
    if not moment.turns and rulebook.programs:
        return Decision(explanation=(_nothing_of_line(activity.line),))
    if len(rulebook.programs) > 1:
        standing = _with_tiers_of_everybody(activity, standing, rulebook)
    if len(moment.turns) == 1:
        return _decide_in(moment.turns[0], activity, standing, rulebook, now, ALONE)
    modifiers = _modifiers(activity, standing, moment)
    movements, counters, told = tuple[Movement, ...](), list[CounterUse](), list[ExplanationLine]()
    rewards, once = list[RewardEarned](), list[GivenOnce]()
    for turn in moment.turns:
        own = tuple([modifier for line, modifier in modifiers if line == EVERY_LINE or line == turn.program.line])
        part = _decide_in(turn, activity, standing, rulebook, now, Others(own, movements))
        movements += part.movements
        counters += part.counters
        told += part.explanation
        rewards += part.rewards
        once += part.once
    return Decision(movements, tuple(counters), tuple(told), tuple(rewards), tuple(once))


def _with_tiers_of_everybody(activity: Activity, standing: Standing, rulebook: "Rulebook") -> Standing:
    """Give the standing with the tiers that everybody has, of whom nothing is written before they do something."""
    everybody = rulebook.tiers_of_everybody(activity.occurred_at)
    if everybody.keys() <= standing.tiers.keys():
        return standing
    return standing.among(everybody)


def _modifiers(activity: Activity, standing: Standing, moment: "Moment") -> list[tuple[str, Modifier]]:
    """What programs put on what others of their line give, with that line."""
    return [
        (program.line, modifier)
        for program, version in moment.modifying
        for modifier in program.kind.modifiers(version.compiled, activity, standing)
    ]


def counters_needed(activity: Activity, rulebook: "Rulebook") -> tuple[CounterKey, ...]:
    """Name the counters whose values `Standing.counters` must hold when this activity is decided."""
    if activity.kind in CORRECTIONS:
        return ()
    keys = list[CounterKey]()
    for program, version in rulebook.at(activity.line, activity.occurred_at).live:
        keys += program.kind.counters(version.compiled, activity)
    return tuple(keys)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a program's rules, compiled; live from `live_from` until the next one's."""

    id: VersionId
    live_from: datetime
    compiled: Any
    traits: Traits


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a program does not decide: from `since` until before `until`, or for good (archived)."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A program with its published versions (at least one, sorted by `live_from`) and its pauses.

    It decides activities of its line of business, or of every line (`EVERY_LINE`).
    """

    id: ProgramId
    name: str
    kind: Kind[Any, Any]
    versions: tuple[Version, ...]
    pauses: tuple[Pause, ...] = ()
    line: str = MAIN_LINE

    def live_at(self, instant: datetime) -> bool:
        """Tell whether the program was running then; before its first version it counts as running by that one."""
        return not any(
            pause.since <= instant and (pause.until is None or instant < pause.until) for pause in self.pauses
        )


class Turn(NamedTuple):
    """A program that decides, by this version; None: it does not run then."""

    program: Program
    version: Version | None


class Live(NamedTuple):
    """A program that runs, with the version that decides."""

    program: Program
    version: Version


@dataclass(frozen=True, slots=True)
class Moment:
    """Who decides activities of a line of business at an instant, in their order; the same until a version or a pause.

    `live` are those of them that run, `modifying` those that multiply what the others give; `everybody` is the tier, by
    program, of whom nothing happened to.
    """

    turns: tuple[Turn, ...]
    live: tuple[Live, ...]
    modifying: tuple[Live, ...]
    everybody: Mapping[str, str]

    @classmethod
    def of(cls, turns: Iterable[Turn]) -> "Moment":
        """Sort out who does what."""
        known = tuple(turns)
        live = tuple(Live(turn.program, turn.version) for turn in known if turn.version is not None)
        tiers = ((program.id, version.traits.everybody) for program, version in live)
        return cls(
            known, live, tuple(one for one in live if one.version.traits.modifies),
            {program: tier for program, tier in tiers if tier is not None},
        )  # fmt: skip


MOMENTS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All that a tenant's programs decide by: its zone, its currencies with their exponents, and compiled programs.

    `pinned` names the version that decides whatever the date, per program: an import may, and a quote does. `slugs` are
    the tenant's programs by slug, also those that were never published.
    """

    zone: tzinfo
    currencies: Mapping[str, int]
    programs: tuple[Program, ...]
    pinned: Mapping[ProgramId, VersionId] = field(default_factory=dict)
    slugs: Mapping[str, ProgramId] = field(default_factory=dict)
    _borders: tuple[datetime, ...] = field(init=False, repr=False, compare=False)
    _moments: dict[tuple[str, int], Moment] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        starts = {version.live_from for program in self.programs for version in program.versions}
        pauses = [pause for program in self.programs for pause in program.pauses]
        borders = starts | {pause.since for pause in pauses} | {pause.until for pause in pauses if pause.until}
        object.__setattr__(self, "_borders", tuple(sorted(borders)))

    def at(self, line: str, instant: datetime) -> Moment:
        """Give who decides activities of a line of business at an instant, and by what; worked out once per border."""
        key = line, bisect_right(self._borders, instant)
        found = self._moments.get(key)
        if found is None:
            if len(self._moments) >= MOMENTS_MAX:
                self._moments.clear()  # a line is whatever an activity says
            found = self._moments[key] = Moment.of(
                Turn(program, self.version(program, instant) if program.live_at(instant) else None)
                for program in self.of_line(line)
            )
        return found

    def pin(self, versions: Mapping[ProgramId, VersionId]) -> "Rulebook":
        """Give the same rulebook with versions pinned; raises `KeyError` for one that it does not have."""
        known = {(program.id, version.id) for program in self.programs for version in program.versions}
        for pinned in versions.items():
            if pinned not in known:
                raise KeyError(pinned)
        return replace(self, pinned=dict(versions))

    def of_line(self, line: str) -> tuple[Program, ...]:
        """Give the programs that decide activities of a line of business, in their order."""
        if line == EVERY_LINE:
            return self.programs
        return tuple([program for program in self.programs if program.line == line or program.line == EVERY_LINE])

    def tiers_of_everybody(self, instant: datetime) -> Mapping[str, str]:
        """Give the tiers, by program, that members had at an instant of whom nothing else is written; of every line."""
        return self.at(EVERY_LINE, instant).everybody

    def version(self, program: Program, instant: datetime) -> Version:
        """Give the version that decides: the pinned one, else the one live at that instant, else the first."""
        pinned = self.pinned.get(program.id)
        if pinned is not None:
            return next(version for version in program.versions if version.id == pinned)
        for version in reversed(program.versions):
            if version.live_from <= instant:
                return version
        return program.versions[0]


@dataclass(frozen=True, slots=True)
class VersionSource:
    """A published version as it is stored: `rules` is the document that the kind's `parse` reads."""

    id: VersionId
    live_from: datetime
    rules: object


@dataclass(frozen=True, slots=True)
class ProgramSource:
    """A program as it is stored; `kind` is a key of the registry, `slug` what other programs' rules call it."""

    id: ProgramId
    name: str
    kind: str
    versions: tuple[VersionSource, ...]
    pauses: tuple[Pause, ...] = ()
    line: str = MAIN_LINE
    slug: str = ""


def compile_rulebook(
    zone: tzinfo, currencies: Mapping[str, int], sources: Iterable[ProgramSource],
    others: Mapping[str, ProgramId] = MappingProxyType({}), partners: Mapping[str, str] = MappingProxyType({}),
) -> Rulebook:  # fmt: skip
    """Compile a tenant's programs (those without a published version are left out); keep the answer until one changes.

    They stand in the order in which they decide. Raises `RulesInvalid` for stored rules that do not parse, `KeyError`
    for an unknown kind. `others` are programs that are not compiled here, but may be named, by slug,
    and `partners` what partners of coalitions are called.
    """
    known = list(sources)
    slugs = {**others, **{source.slug: source.id for source in known}}
    programs = [_compile(source, zone, slugs, partners) for source in known if source.versions]
    programs.sort(key=lambda program: program.versions[-1].traits.turn)
    return Rulebook(zone, dict(currencies), tuple(programs), slugs=slugs)


def _compile(
    source: ProgramSource, zone: tzinfo, slugs: Mapping[str, ProgramId], partners: Mapping[str, str]
) -> Program:  # fmt: skip
    kind = KINDS[source.kind]
    versions = sorted(source.versions, key=lambda version: version.live_from)
    return Program(
        id=source.id,
        name=source.name,
        kind=kind,
        versions=tuple(
            _version(kind, version, VersionFacts(source.id, version.id, zone, slugs, partners)) for version in versions
        ),
        pauses=source.pauses,
        line=source.line,
    )


def _version(kind: Kind[Any, Any], source: VersionSource, facts: VersionFacts) -> Version:
    compiled = kind.compile(kind.parse(source.rules), facts)
    return Version(source.id, source.live_from, compiled, kind.traits(compiled))


def _nothing_of_line(line: str) -> ExplanationLine:
    return ExplanationLine(ExplanationCode.NO_PROGRAM, None, None, None, None, (("line", line),), 0, 0)


def _decide_in(
    turn: Turn, activity: Activity, standing: Standing, rulebook: Rulebook, now: datetime, others: Others
) -> Decision:  # fmt: skip
    program, version = turn
    if version is None:
        inputs = (
            ("program", program.name),
            ("occurred_at", activity.occurred_at.astimezone(rulebook.zone).isoformat()),
        )
        line = ExplanationLine(ExplanationCode.PROGRAM_NOT_LIVE, program.id, None, None, None, inputs, 0, 0)
        return Decision(explanation=(line,))
    return program.kind.decide(version.compiled, activity, standing, now, others)
