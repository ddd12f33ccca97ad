"""Members' tiers while a batch works on them: locked before the accounts, moved in memory, written with the rest.

A member without a row has what everybody has; the first thing that happens to them makes one. How much was done is
summed up from the counters of the days (`progress`), those of this batch included, so that nothing else is kept of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from events import service as events_service
from kit import db
from kit.setbased import Change
from ledger.book import Book, Stamp
from ledger.load import Wanted
from ledger.state import UnitId, member
from members import facts
from members.standing import TIER
from programs import gift_posting
from programs.activity import OCCASIONS
from programs.counters import CounterRef, CounterValue
from programs.periods import AFTER
from programs.perks import TERM, Term
from programs.store import Done, Settled, Touch, Who, joined
from programs.sums import ALL, Span, Sums
from programs.tiered import standing
from programs.tiered.compiled import NO_TIER, MetricKey
from programs.tiered.moves import CHANGES, Effects, TierMove
from programs.tiered.rows import Rest, Row, Step, days_that_matter, read_row, stored
from programs.tiered.rules import Reopening
from programs.tiered.standing import Held, Member, TierReason
from programs.tiered.statements import INSERT, STORED, UPDATE, WHO
from programs.tiered.tasks_done import TasksOfMembers
from programs.tiered.windows import Days, period_of

GIFT = "tier_gift"
_NONE = Held(NO_TIER, datetime.min.replace(tzinfo=UTC), None, TierReason.LOST)


class TierState:
    """The tiers of a batch's members, of any tenants; `locked` unless they are only to be looked at."""

    def __init__(self, *, locked: bool = True) -> None:
        self._locked = locked
        self.rows: dict[Who, Row] = {}
        self.moves: list[TierMove] = []
        self._tasks = TasksOfMembers()
        self._counters: Mapping[tuple[str, str, str], Sequence[tuple[CounterRef, CounterValue]]] = {}

    # -- before: what must be loaded ---------------------------------------------------------------------------------

    async def load(self, touches: Iterable[Touch]) -> None:
        """Lock and read what these members have; those that are not there are left out."""
        touched: dict[Who, list[Touch]] = {}
        for touch in touches:
            touched.setdefault(touch.who, []).append(touch)
        if not touched:
            return
        lock = "FOR NO KEY UPDATE OF s" if self._locked and db.dialect() == "postgres" else ""
        stored = {
            Who(row["tenant_id"], row["program_id"], row["member_id"]): row
            for row in await db.rows(STORED.format(source=WHO.source(), lock=lock), WHO.payload(sorted(touched)))
        }
        joined_at = await joined([touch for several in touched.values() for touch in several])
        for who, several in touched.items():
            if (who.tenant, who.member_id) in joined_at:
                row = read_row(who, several[-1], joined_at[who.tenant, who.member_id], stored.get(who))
                row.moments = {moment for touch in several for moment in touch.moments}
                self.rows[who] = row

    def want(self, wanted: Wanted) -> None:
        """Ask for the accounts that tiers go by, and the gifts that may be taken back."""
        for row in self.rows.values():
            tenant = row.who.tenant
            for unit in self._balance_units(row):
                wanted.accounts.add(member(tenant, unit, row.who.member_id))
            for step in row.steps:
                gift_posting.want_back(wanted, step.points, row.who)
            for tier in row.tiers.tiers:
                if tier.gifts:
                    gift_posting.want(wanted, tier.gifts, row.who, row.units)

    def spans(self) -> Sequence[Span]:
        """Name what the members have done over the days that matter."""
        for row in self.rows.values():
            row.totals = {days: {} for days in days_that_matter(row)}
        return [
            Span(*row.owner, key, period_of(days.first), period_of(days.last) + AFTER)
            for row, days, key in self._counted()
        ]

    async def count(self, counters: Mapping[CounterRef, CounterValue], found: Sequence[Sums]) -> None:
        """Know how much the members have done over the days that matter; `counters` are the batch's own, locked."""
        self._counters = by_owner = dict[tuple[str, str, str], list[tuple[CounterRef, CounterValue]]]()
        for ref, value in counters.items():
            by_owner.setdefault((ref.tenant, ref.program_id, ref.owner), []).append((ref, value))
        for (row, days, key), sums in zip(self._counted(), found, strict=True):
            row.totals[days][key] = sums.get(ALL, 0)
        await self._tasks.load(self.rows.values())

    def _counted(self) -> Iterator[tuple[Row, Days, MetricKey]]:
        return ((row, days, key) for row in self.rows.values() for days in row.totals for key, _ in row.tiers.counted)

    def hear(self, who: Who, done: Sequence[Done], book: Book) -> None:
        """Let tasks that were done in this batch count."""
        self._tasks.hear(who, done, book)

    # -- what happens ------------------------------------------------------------------------------------------------

    def settle(self, touch: Touch, book: Book, key: str, stamp: Stamp, *, corrected: bool = False) -> Settled:
        """Move a member's tier after something was decided, or taken back; give entry gifts, or take them back."""
        row = self.rows.get(touch.who)
        if row is None:
            return Settled()
        done = Effects(book, f"{key}/tier/{row.who.program_id}", stamp)
        self._enter(row, done)
        if not corrected and (touch.activity is None or touch.activity.kind not in OCCASIONS):
            self._wake(row, done)
        for at in touch.moments:
            if corrected:
                self._undo(row, at, done)
            self._follow(row, at, done)
        told = tuple([move.explained() for move in done.moves if move.is_news])
        facts = {f"{TIER}{touch.who.program_id}": row.slug} if done.moves else {}
        return Settled(told, facts, tuple(done.grants), tuple(done.taken_back))

    def review(self, row: Row, book: Book, stamp: Stamp) -> Effects:
        """Look at a tier that is due to be: when its time is over once for that, else as things are now."""
        held = row.held
        assert held is not None, "a row has a tier"
        over = standing.over_at(row.tiers, held)
        at = stamp.recorded_at if over is None else min(over, stamp.recorded_at)
        done = Effects(book, f"tier:{row.id}/review/{at.isoformat()}/tier/{row.who.program_id}",
                       Stamp(stamp.recorded_at, at))  # fmt: skip
        self._touched(row, done)
        self._enter(row, done)
        if over is None or over > at:
            self._follow(row, at, done)
        elif held.reason is TierReason.SET:
            self._end(row, held, done)
        elif (new := standing.reviewed(row.tiers, held, self.known(row, book))) is not None:
            self._keep_or_lose(row, new, done)
        return done

    def put(self, row: Row, held: Held, book: Book, key: str, stamp: Stamp, note: str) -> Effects:
        """Put a member into a tier by hand; what they had stays below it."""
        done = Effects(book, f"{key}/tier/{row.who.program_id}", stamp)
        self._enter(row, done)
        self._wake(row, done, by_staff=True)
        below = tuple(step for step in row.steps if step.held.reason is not TierReason.SET)
        self._come(row, held, done, below=below, note=note)
        return done

    def take(self, row: Row, steps: tuple[Step, ...], book: Book, key: str, stamp: Stamp, note: str) -> Effects:
        """Put a member into a higher tier as another came to it, with what it brought: nothing is given again."""
        done = Effects(book, f"{key}/tier/{row.who.program_id}", stamp)
        self._wake(row, done, by_staff=True)
        was = row.slug
        book.set(row, "steps", steps)
        self._tell(row, was, TierReason.SET, stamp.effective_at, done, note=note)
        return done

    def let_go(self, row: Row, held: Held, book: Book, key: str, stamp: Stamp) -> Effects:
        """Let what a member was put into end now, and take back what came with it; the review then ends it."""
        done, steps = Effects(book, f"{key}/tier/{row.who.program_id}", stamp), list[Step]()
        for place, step in enumerate(row.steps):
            if step.held != held:
                steps.append(step)
                continue
            self._take_back(step, done)
            if place == len(row.steps) - 1:
                steps.append(Step(replace(held, until=stamp.recorded_at)))
        book.set(row, "steps", tuple(steps))
        self._touched(row, done)
        return done

    def sleep(self, row: Row, rest: Rest | None, book: Book, stamp: Stamp) -> Effects:
        """Let a tier rest because its member did nothing for long, or only note that they were told so."""
        done, was = Effects(book, f"tier:{row.id}/rest", stamp), row.slug
        book.set(row, "rest", rest)
        book.set(row, "rest_at", None if rest is None else stamp.recorded_at)
        if rest is Rest.CLOSED:
            held = Held(row.tiers.lowest, stamp.effective_at, None, TierReason.CLOSED)
            book.set(row, "steps", (Step(held),))
        self._touched(row, done)
        if rest in (Rest.FROZEN, Rest.CLOSED):
            self._tell(row, was, TierReason(rest.value), stamp.effective_at, done)
        return done

    def _wake(self, row: Row, done: Effects, *, by_staff: bool = False) -> None:
        """Let a tier that rests bring something again, if its member or staff can."""
        dormancy = row.tiers.rules.dormancy
        if row.rest is None or (
            row.asleep and not by_staff and dormancy is not None and dormancy.reopening is Reopening.BY_STAFF
        ):
            return
        was = row.slug
        done.book.set(row, "rest", None)
        done.book.set(row, "rest_at", None)
        self._touched(row, done)
        if was != row.slug:
            self._tell(row, was, TierReason.REOPENED, done.stamp.effective_at, done)

    def _enter(self, row: Row, done: Effects) -> None:
        """To whom nothing happened yet has what everybody has; a tier that the rules no longer have is lost."""
        if row.revision and row.told != row.slug:
            self._tell(row, row.told, TierReason.LOST, done.stamp.effective_at, done)
        if row.held is None and (first := standing.entered(row.tiers, row.joined_at)) is not None:
            self._come(row, first, done)

    def _follow(self, row: Row, at: datetime, done: Effects) -> None:
        """Go up to what is met, or down where tiers are kept while they are met; also beneath what staff set."""
        if row.asleep:
            return
        known, last = self.known(row, done.book), row.steps[-1] if row.steps else None
        if last is not None and last.held.reason is TierReason.SET:
            below = row.steps[:-1]
            new = standing.moved(row.tiers, below[-1].held if below else None, known, at)
            if new is not None and new.tier <= last.held.tier:
                kept = below if new.reason is TierReason.REACHED else ()
                done.book.set(row, "steps", (*kept, Step(new), last))
                self._touched(row, done)
        new = standing.moved(row.tiers, row.held, known, at)
        if new is not None and new.reason is TierReason.REACHED:
            self._come(row, new, done, below=row.steps)
        elif new is not None:
            self._keep_or_lose(row, new, done)

    def _keep_or_lose(self, row: Row, new: Held, done: Effects) -> None:
        """Have a tier for another time, or go down, but not below what staff have set and is not over."""
        now = done.stamp.recorded_at
        kept = tuple(
            step for step in row.steps[:-1]
            if step.held.reason is TierReason.SET and (step.held.until is None or step.held.until > now)
        )  # fmt: skip
        if new.reason is TierReason.KEPT:
            self._come(row, new, done, below=kept)
        elif kept and kept[-1].held.tier >= new.tier:
            was = row.slug
            done.book.set(row, "steps", kept)
            self._tell(row, was, new.reason, new.since, done)
        else:
            self._come(row, new, done)

    def _undo(self, row: Row, at: datetime, done: Effects) -> None:
        """Take back the tiers that what is left would not have been enough for, the highest first, with their gifts."""
        gone = set[int]()
        for place in reversed(range(len(row.steps))):
            held = row.steps[place].held
            if held.reason is TierReason.SET:
                continue
            # Points that came with a tier do not count for it: else a gift could hold the tier that it came with.
            known = self.known(row, done.book, row.steps[place:])
            if held.reason not in standing.UNDONE or standing.stands(row.tiers, held, known):
                break
            gone.add(place)
        if not gone:
            return
        was, last = row.slug, row.steps[-1].held
        for place in sorted(gone, reverse=True):
            self._take_back(row.steps[place], done)
        left = tuple(step for place, step in enumerate(row.steps) if place not in gone)
        done.book.set(row, "steps", left)
        self._touched(row, done)
        if len(row.steps) and row.steps[-1].held is last:
            return
        more = standing.left_with(row.tiers, last, row.held, self.known(row, done.book), at)
        if more is not None:
            done.book.set(row, "steps", (*left, Step(more)))
        self._tell(row, was, TierReason.TAKEN_BACK, done.stamp.effective_at, done)

    def _end(self, row: Row, held: Held, done: Effects) -> None:
        """What staff had set is over."""
        was, below = row.slug, row.steps[:-1]
        known = self.known(row, done.book)
        new = standing.ended(row.tiers, held, below[-1].held if below else None, known)
        done.book.set(row, "steps", below if new is None else (*below, Step(new)))
        self._tell(row, was, TierReason.SET_ENDED, done.stamp.effective_at, done)

    def _come(
        self, row: Row, held: Held, done: Effects, *, below: tuple[Step, ...] = (), note: str | None = None
    ) -> None:
        old, was = row.held, row.slug
        up = (old is None or held.tier > old.tier) and held.tier > row.tiers.lowest
        if held.reason is TierReason.KEPT:
            step = row.steps[-1]._replace(held=held)
        else:
            step = self._give(row, held, done) if up else Step(held)
        done.book.set(row, "steps", (*below, step))
        begins = old.until if held.reason is TierReason.KEPT and old is not None else None
        at = held.since if held.reason is TierReason.LOST else done.stamp.effective_at
        self._tell(row, was, held.reason, at, done, note=note, begins=begins)

    def _give(self, row: Row, held: Held, done: Effects) -> Step:
        zone = row.tiers.facts.zone
        assert isinstance(zone, ZoneInfo), "a tenant's zone has a name"
        given = gift_posting.give(
            row.tiers.tiers[held.tier].gifts, row.who, row.units, zone, done.book, f"{done.key}/{held.tier}", GIFT,
            done.stamp,
        )  # fmt: skip
        done.grants += given.grants
        return Step(held, given.points, tuple(grant.key for grant in given.grants))

    def _take_back(self, step: Step, done: Effects) -> None:
        gift_posting.take_back(step.points, done.book, f"{done.key}/{step.held.tier}", done.stamp)
        done.taken_back += step.grants

    def _tell(
        self, row: Row, was: str | None, reason: TierReason, at: datetime, done: Effects, *, note: str | None = None,
        begins: datetime | None = None,
    ) -> None:  # fmt: skip
        self._touched(row, done)
        if row.rest is Rest.FROZEN and was == row.slug and reason is not TierReason.FROZEN:
            return  # what moved is not seen before it wakes
        held = row.shown or _NONE
        term = Term(begins or held.since, held.until)
        move = TierMove(row, was, held, reason, at, note, done.stamp, term)
        done.book.set(row, "told", row.slug)
        done.moves.append(move)
        done.book.add(self.moves, move)

    @staticmethod
    def _touched(row: Row, done: Effects) -> None:
        done.book.set(row, "moved", True)
        done.book.set(row, "now", done.stamp.recorded_at)

    def known(self, row: Row, book: Book, without: Sequence[Step] = ()) -> Member:
        """What is known of a member, without the points that came with these steps."""
        given: dict[UnitId, int] = {}
        for step in without:
            for each in step.points:
                given[each.unit_id] = given.get(each.unit_id, 0) + each.amount

        def balance(unit: UnitId) -> int:
            account = book.accounts.get(member(row.who.tenant, unit, row.who.member_id))
            return 0 if account is None else max(0, account.posted - account.held - given.get(unit, 0))

        return Member(row.tiers.day(row.joined_at), lambda days: self.totals(row, days, balance))

    def totals(self, row: Row, days: Days, balance: Callable[[UnitId], int]) -> Mapping[MetricKey, int]:
        """What was stored of these days, with what this batch has changed of it so far, and balances as they are now.

        The days must be some that matter to the row.
        """
        totals = dict(row.totals[days])
        totals.update(self._tasks.totals(row, days))
        first, last = period_of(days.first), period_of(days.last)
        for ref, value in self._counters.get(row.owner, ()):
            if value.used != (value.was or 0) and first <= ref.period <= last:
                key = MetricKey(ref.name)
                totals[key] = totals.get(key, 0) + value.used - (value.was or 0)
        for key, metric in row.tiers.balances:
            totals[key] = balance(row.units[metric.unit])
        return totals

    def _look_at(self, row: Row) -> datetime | None:
        assert row.held is not None, "it was moved"
        return standing.look_at(row.tiers, row.held, row.now, row.tiers.day(row.joined_at))

    @staticmethod
    def _balance_units(row: Row) -> set[UnitId]:
        return {row.units[metric.unit] for _, metric in row.tiers.balances}

    # -- after: what is written --------------------------------------------------------------------------------------

    def _values(self, row: Row) -> tuple[object, ...]:
        return stored(row), row.slug, row.rest, row.rest_at, self._look_at(row)

    def changes(self) -> list[Change]:
        """The members' tiers as they are now, how they came about, and the facts and events that tell of them."""
        moved = sorted((row for row in self.rows.values() if row.moved), key=lambda row: row.who)
        new = [(*row.who, row.id, *self._values(row), 1) for row in moved if not row.revision]
        old = [(row.who.tenant, row.id, *self._values(row), row.revision) for row in moved if row.revision]
        last = {move.row.who: move for move in self.moves}
        known = [
            (who.tenant, who.member_id, name, value, move.stamp.recorded_at)
            for who, move in last.items()
            for name, value in (
                (f"{TIER}{who.program_id}", move.row.slug),
                *(((f"{TERM}{who.program_id}", move.term.to_json()),) if move.row.tiers.counts_terms else ()),
            )
        ]  # fmt: skip
        return [
            Change(INSERT, new),
            Change(UPDATE, old),
            Change(CHANGES, [move.change_row() for move in self.moves]),
            facts.change(known),
            Change(events_service.INSERT, [move.event_row() for move in self.moves if move.is_news]),
        ]
