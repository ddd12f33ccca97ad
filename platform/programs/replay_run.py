"""A replay under way: two worlds, the live rules and the draft, over the same activities. Reads, and writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter

from programs.activity import Activity
from programs.engine import Pause, ProgramSource, Rulebook, compile_rulebook
from programs.replay_reading import Extent, extent, page
from programs.replay_tally import Result, Seen, compare
from programs.replay_world import Who, World
from programs.rulebooks import TenantRules

ACTIVITIES_MAX = 1_000_000
_AT_ONCE = 32  # activities, some milliseconds, for which nobody else has the loop
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` until before `until`: the draft counts as published at `since`."""

    since: datetime
    until: datetime


class Run:
    """A replay of one draft. What happened before the window is played once, by the live rules: so caps are as used,
    and tiers as reached, when it begins.
    """

    def __init__(self, rules: TenantRules, draft: ProgramSource, window: Window, found: Extent | None) -> None:
        self.activities = 0 if found is None else found.activities
        self.played = 0
        self.over = found is None
        self._window = window
        self._found = found or Extent("", "", 0, frozenset())
        self._money = {unit.slug: unit.currency for unit in rules.unit_views if unit.currency is not None}
        self._rulebook = drafted(rules.rulebook, draft, window.since)
        self._live = World(rules.rulebook, self._found.corrected)
        self._draft: World | None = None
        self._seen = Seen()
        self._after: str | None = None
        self._waiting: Sequence[tuple[str, Activity, Who]] = ()
        books = (rules.rulebook, self._rulebook)
        versions = [version for book in books for program in book.programs for version in program.versions]
        self._with_standings = any(version.traits.asks_standing for version in versions)

    async def play(self, seconds: float) -> None:
        """Go on for about that long, or to the end; others have the loop in between."""
        until = perf_counter() + seconds
        while not self.over and perf_counter() < until:
            if not self._waiting:
                self._waiting = await page(
                    self._found, self._after, self._window.until, with_standings=self._with_standings
                )
                if not self._waiting:
                    self._end()
                    return
            now, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            for id_, activity, who in now:
                self._play(activity, who)
                self._after = id_
            self.played += len(now)
            await asyncio.sleep(0)

    def result(self) -> Result:
        """What came of it, once it is over."""
        assert self.over, "it is not over"
        if self._draft is None:
            return Result(0, 0)
        return compare(self._live, self._draft, self._seen, self._window.until, self._money)

    def _play(self, activity: Activity, who: Who) -> None:
        counts = activity.occurred_at >= self._window.since
        if counts and self._draft is None:
            self._draft = self._live.fork(self._rulebook)
        self._live.play(activity, who)
        if self._draft is not None:
            self._draft.play(activity, who)
        if counts:
            self._seen.activities += 1
            self._seen.members.add(who.member_id)

    def _end(self) -> None:
        for world in (self._live, self._draft):
            if world is not None:
                world.finish(self._window.until)
        self.over = True


async def begin(rules: TenantRules, draft: ProgramSource, window: Window) -> Run:
    """Find what is to be played."""
    return Run(rules, draft, window, await extent(window.since, window.until, ACTIVITIES_MAX))


def drafted(rulebook: Rulebook, draft: ProgramSource, since: datetime) -> Rulebook:
    """Give the rulebook as it would be had the draft (the source's only version) been published at `since`.

    What was published for later would have been replaced. A program that never was live decides nothing before.
    """
    compiled = compile_rulebook(rulebook.zone, rulebook.currencies, [draft], rulebook.slugs).programs[0]
    known = next((program for program in rulebook.programs if program.id == draft.id), None)
    if known is None:
        program = replace(compiled, pauses=(Pause(_EVER, since),))
    else:
        before = tuple(version for version in known.versions if version.live_from < since) or known.versions[:1]
        program = replace(known, versions=(*before, *compiled.versions))
    programs = [*(each for each in rulebook.programs if each.id != draft.id), program]
    programs.sort(key=lambda each: (each.versions[-1].traits.turn, each.id))
    return replace(rulebook, programs=tuple(programs))
