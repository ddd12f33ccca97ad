"""Members' tasks while a batch works on them: locked before the accounts, moved in memory, written with the rest.

How much was done is summed up from the counters (`progress`), those of this batch included. A task that begins by
itself has no row before something counts for it. What is done less often than it was, since what counted was taken
back, loses what it brought, the last time first; without a correction nothing is lost, whatever the rules say now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kit.ids import new_id
from kit.setbased import Change
from ledger.book import Book, Stamp
from ledger.load import Wanted
from programs import gift_posting
from programs.counters import CounterRef, CounterValue
from programs.days import end_of_day
from programs.decision import ExplanationLine
from programs.gift_posting import GivenPoints
from programs.gifts import PointsGift, RewardGift
from programs.store import Done, Settled, Touch, Who
from programs.sums import Span, Sums
from programs.tasks import running, telling, writing
from programs.tasks.counting import Counted
from programs.tasks.loading import load_members
from programs.tasks.rows import Completion, Granted, Member, Points, Run, new_run
from programs.tasks.rules import Automatic, PerWindow
from programs.tasks.running import Began, TaskState, Within
from rewards.granting import Grant

REWARD = "task_reward"


@dataclass(slots=True)
class Settling:
    """One activity's effect: what it is journaled and keyed by, and what follows beside the ledger."""

    book: Book
    key: str
    stamp: Stamp
    corrected: bool
    grants: list[Grant] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)


class TasksState:
    """The tasks of a batch's members, of any tenants; `locked` unless they are only to be looked at."""

    def __init__(self, *, locked: bool = True) -> None:
        self._locked = locked
        self.members: dict[Who, Member] = {}
        self.counted = Counted()
        self._written: list[writing.Written] = []
        self._told: list[writing.Told] = []

    # -- before: what must be loaded ---------------------------------------------------------------------------------

    async def load(self, touches: Iterable[Touch]) -> None:
        """Lock and read what these members have; those that are not there are left out."""
        self.members = await load_members(touches, locked=self._locked)

    def want(self, wanted: Wanted) -> None:
        """Ask for the accounts of rewards, and for those rewards that may be taken back."""
        for member in self.members.values():
            for task in member.tasks.tasks.values():
                gift_posting.want(wanted, task.rules.rewards, member.who, member.units)
            for run in member.runs.values():
                points = [each for completion in run.completions for each in completion.points]
                given = [GivenPoints(each.transfer_id, each.unit_id, each.each) for each in points]
                gift_posting.want_back(wanted, given, member.who)

    def spans(self) -> Sequence[Span]:
        """Name what was done in the time of each run."""
        return self.counted.spans(self.members.values())

    async def count(self, counters: Mapping[CounterRef, CounterValue], found: Sequence[Sums]) -> None:
        """Know how much was done in the time of each run; `counters` are the batch's own, locked."""
        self.counted.take(self.members.values(), counters, found)

    # -- what happens ------------------------------------------------------------------------------------------------

    def settle(self, touch: Touch, book: Book, key: str, stamp: Stamp, *, corrected: bool = False) -> Settled:
        """Let what was decided, or taken back, move the member's tasks; give what they bring, or take it back."""
        member = self.members.get(touch.who)
        if member is None:
            return Settled()
        work = Settling(book, key, stamp, corrected)
        self._begin(member, touch.moments[0], work)
        lines = [line for run in _in_order(member) for line in self._look(member, run, work)]
        return Settled(tuple(lines), {}, tuple(work.grants), tuple(work.back), tuple(work.done))

    def _begin(self, member: Member, at: datetime, work: Settling) -> None:
        """Begin what this activity triggers, unless it runs already."""
        for run in list(member.runs.values()):
            if run.real or run.starts_at != at or not self.counted.triggered(member, run):
                continue
            own = member.of(run.task)
            if any(other.covers(at) for other in own) or (run.task.once and own):
                continue
            work.book.set(run, "real", True)
            work.book.set(run, "changed", True)
            work.book.set(run, "activity_id", work.stamp.activity_id)
            work.book.add(self._told, writing.told("task.begun", run, 0, work.stamp))

    def _look(self, member: Member, run: Run, work: Settling) -> Iterator[ExplanationLine]:
        """See how often a run is done now, and give or take back what differs."""
        if run.task.once and not run.times and any(other.times for other in member.of(run.task)):
            return
        counts = self.counted.counts(member, run)
        done = running.total(counts)
        gone = work.corrected and not self.counted.triggered(member, run)
        found = running.Outcome(0) if gone else running.outcome(run.task, counts)
        less = gone or (work.corrected and done < run.seen)
        # Members who became one may have done it more often than one can: that stands while it is still done in full.
        full = not gone and run.task.times_max is not None and found.times >= run.task.times_max
        was, times = run.times, found.times if less and not full else max(found.times, run.times)
        if not (run.revision or run.changed or done):
            return
        work.book.set(run, "seen", done)
        if times > was:
            self._complete(member, run, times, found.done_on, work)
        elif times < was:
            self._undo(member, run, times, work)
        over = run.ends_at is not None and run.ends_at <= work.stamp.recorded_at
        state = TaskState.WITHDRAWN if gone else running.state(run.task, run.began, times, over=over, begun=done > 0)
        if state is not run.state:
            work.book.set(run, "state", state)
            work.book.set(run, "changed", True)
        shown = running.progress(run.task, counts, times, member.today)
        tells = times != was or gone or (telling.differ(run.shown, shown) and state is not TaskState.DONE)
        work.book.set(run, "shown", shown)
        if tells:
            yield telling.line(member.tasks, run, was)

    def _complete(self, member: Member, run: Run, times: int, done_on: date | None, work: Settling) -> None:
        completion = _give(member, run, times, work)
        work.book.add(run.completions, completion)
        work.book.add(self._written, writing.done(run, completion, work.stamp))
        work.book.add(self._told, writing.told("task.done", run, times, work.stamp))
        self._earn_badge(member, run, completion.badge, times - run.times, work)
        work.done.append(Done(run.task.rules.id, completion.effective_at, times - run.times))
        work.book.set(run, "times", times)
        work.book.set(run, "done_at", work.stamp.effective_at)
        work.book.set(run, "changed", True)
        if done_on is not None and isinstance(run.task.rules.repeat, PerWindow) and run.ends_at is None:
            _roll_on(member, run, end_of_day(done_on, member.zone), work.book)

    def _undo(self, member: Member, run: Run, times: int, work: Settling) -> None:
        work.book.add(self._told, writing.told("task.undone", run, times, work.stamp))
        top = run.times
        for completion in reversed(run.completions):
            if top <= times or not completion.first <= top <= completion.last:
                continue  # its times were taken back before, and done again since
            low = max(completion.first - 1, times)
            gone = [GivenPoints(p.transfer_id, p.unit_id, p.each * (completion.last - low)) for p in completion.points]
            gift_posting.take_back(gone, work.book, f"{work.key}/task/{completion.id}/{low}", work.stamp)
            work.back += [granted.key for granted in completion.grants if low < granted.number <= top]
            work.book.add(self._written, writing.undone(run, completion, low + 1, top, work.stamp))
            self._earn_badge(member, run, completion.badge, low - top, work)
            work.done.append(Done(run.task.rules.id, completion.effective_at, low - top))
            top = low
        assert top == times, f"task {run.id}: done {run.times} times, of which {top} cannot be taken back"
        work.book.set(run, "times", times)
        work.book.set(run, "done_at", run.done_at if times else None)
        work.book.set(run, "changed", True)

    def _earn_badge(self, member: Member, run: Run, badge: str | None, more: int, work: Settling) -> None:
        if badge is None:
            return
        was = member.badges.get(badge, 0)
        if badge in member.badges:
            work.book.replace(member.badges, badge, was + more)
        else:
            work.book.put(member.badges, badge, was + more)
        if (was > 0) != (was + more > 0):
            kind = "badge.lost" if was > 0 else "badge.earned"
            work.book.add(self._told, writing.told_of_badge(kind, run, badge, work.stamp))

    # -- after: what is written --------------------------------------------------------------------------------------

    def changes(self) -> list[Change]:
        """The members' tasks as they are now, how they came about, and the events that tell of them."""
        runs = [run for member in self.members.values() for run in member.runs.values() if run.real and run.changed]
        return writing.changes(runs, self._written, self._told)


def _in_order(member: Member) -> list[Run]:
    """The runs that something may happen to: in the order of the rules, and of their names."""
    runs = [run for run in member.runs.values() if run.real and run.state is not TaskState.WITHDRAWN]
    if len(runs) < 2:
        return runs
    places = {id_: place for place, id_ in enumerate(member.tasks.tasks)}
    return sorted(runs, key=lambda run: (places[run.task.rules.id], run.name))


def _give(member: Member, run: Run, times: int, work: Settling) -> Completion:
    """Give what the times from the next to this one bring: points at once for all of them, rewards one by one."""
    id_, first, rules = new_id(), run.times + 1, run.task.rules
    points = [replace(g, points=g.points * (times - run.times)) for g in rules.rewards if isinstance(g, PointsGift)]
    rewards = [gift for gift in rules.rewards if isinstance(gift, RewardGift)]

    def give(gifts: list[PointsGift] | list[RewardGift], key: str) -> gift_posting.Given:
        return gift_posting.give(
            gifts, member.who, member.units, member.zone, work.book, key, REWARD, work.stamp
        )  # fmt: skip

    given, granted = give(points, f"{work.key}/task/{id_}"), list[Granted]()
    for number in range(first, times + 1) if rewards else ():
        grants = give(rewards, f"task/{id_}/{number}").grants
        work.grants += grants
        granted += [Granted(number, grant.key) for grant in grants]
    each = tuple(Points(p.transfer_id, p.unit_id, p.amount // (times - run.times)) for p in given.points)
    return Completion(id_, first, times, work.stamp.effective_at, rules.badge, each, tuple(granted))


def _roll_on(member: Member, run: Run, end: datetime, book: Book) -> None:
    """What counted for a rolling window counts for no other: the next begins with the day after it."""
    book.set(run, "ends_at", end)
    if not isinstance(run.task.rules.start, Automatic):
        return
    within = Within(member.tasks.day(end).isoformat(), end, None)
    following = new_run(member.who, run.task, within, Began.AUTOMATIC, TaskState.OFFERED)
    following.changed = True
    if following.key not in member.runs:
        book.put(member.runs, following.key, following)
