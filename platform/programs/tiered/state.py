"""Members' tiers while a batch works on them: locked before the accounts, moved in memory, written with the rest.

A member without a row has what everybody has; the first thing that happens to them makes one. How much was done is
summed up from the counters of the days (`progress`), those of this batch included, so that nothing else is kept of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import orjson

from events import service as events_service
from kit import db
from kit.ids import new_id
from kit.setbased import Change, Columns, Insert, Update
from ledger.book import Book, LotTerms, Stamp
from ledger.load import Wanted
from ledger.state import UnitId, member, system
from members import facts
from members.standing import TIER
from programs.counters import CounterRef, CounterValue
from programs.days import add_months, end_of_day
from programs.decision import ExplanationCode, ExplanationLine, RuleId
from programs.perks import TERM, Term
from programs.store import Settled, Touch, Who
from programs.tiered import standing
from programs.tiered.compiled import NO_TIER, CompiledTiers, MetricKey
from programs.tiered.rows import Gift, Row, read_row, slug_of, stored
from programs.tiered.rules import Balance, EntryGift
from programs.tiered.standing import Held, Member, TierReason
from programs.tiered.windows import Days, counted_over

GIFT = "tier_gift"


class TierMove(NamedTuple):
    """A change that is to be written and told of."""

    row: Row
    was: str | None
    held: Held
    activity_id: str | None
    note: str | None
    stamp: Stamp
    term: Term


class TierState:
    """The tiers of a batch's members, of any tenants; `locked` unless they are only to be looked at."""

    def __init__(self, *, locked: bool = True) -> None:
        self._locked = locked
        self.rows: dict[Who, Row] = {}
        self.moves: list[TierMove] = []
        self._counters: Mapping[tuple[str, str, str], Sequence[tuple[CounterRef, CounterValue]]] = {}

    # -- before: what must be loaded ---------------------------------------------------------------------------------

    async def load(self, touches: Iterable[Touch]) -> None:
        """Lock and read what these members have; those that are not there are left out."""
        touched: dict[Who, list[Touch]] = {}
        for touch in touches:
            touched.setdefault(touch.who, []).append(touch)
        if not touched:
            return
        given = _WHO.payload(sorted(touched))
        lock = "FOR NO KEY UPDATE OF s" if self._locked and db.dialect() == "postgres" else ""
        stored = {
            Who(row["tenant_id"], row["program_id"], row["member_id"]): row
            for row in await db.rows(_STORED.format(source=_WHO.source(), lock=lock), given)
        }
        for found in await db.rows(_JOINED.format(source=_WHO.source()), given):
            who = Who(found["tenant_id"], found["program_id"], found["member_id"])
            last = touched[who][-1]
            row = read_row(who, last, db.instant(found["joined_at"]), stored.get(who))
            row.moments = {moment for touch in touched[who] for moment in touch.moments}
            self.rows[who] = row

    def want(self, wanted: Wanted) -> None:
        """Ask for the accounts that tiers go by, and the gifts that may be taken back."""
        for row in self.rows.values():
            tenant = row.who.tenant
            for unit in self._balance_units(row):
                wanted.accounts.add(member(tenant, unit, row.who.member_id))
            for gift in row.gifts:
                wanted.entries.add((tenant, gift.transfer_id))
                wanted.spending.add(member(tenant, gift.unit_id, row.who.member_id))
            for tier in row.tiers.tiers:
                for each in tier.rules.gifts:
                    wanted.accounts.add(member(tenant, row.units[each.unit], row.who.member_id))

    async def count(self, counters: Mapping[CounterRef, CounterValue]) -> None:
        """Read how much the members have done over the days that matter; `counters` are the batch's own, locked."""
        if not self.rows:
            return
        by_owner: dict[tuple[str, str, str], list[tuple[CounterRef, CounterValue]]] = {}
        for ref, value in counters.items():
            by_owner.setdefault((ref.tenant, ref.program_id, ref.owner), []).append((ref, value))
        self._counters = by_owner
        asked = [
            (row.who.tenant, row.who.program_id, f"member:{row.who.member_id}", *map(_period, days))
            for row in self.rows.values()
            for days in _days_that_matter(row)
        ]
        places = {
            (row.who.tenant, row.who.program_id, f"member:{row.who.member_id}"): row for row in self.rows.values()
        }
        for row in self.rows.values():
            row.totals = {days: {} for days in _days_that_matter(row)}
        for found in await db.rows(_TOTALS.format(source=_COUNTED.source()), _COUNTED.payload(asked)):
            row = places[found["tenant_id"], found["program_id"], found["owner"]]
            days = Days(_date(found["first"]), _date(found["last"]))
            row.totals[days][MetricKey(found["name"])] = int(found["used"])

    # -- what happens ------------------------------------------------------------------------------------------------

    def settle(self, touch: Touch, book: Book, key: str, stamp: Stamp, *, corrected: bool = False) -> Settled:
        """Move a member's tier after something was decided, or taken back; give entry gifts, or take them back."""
        row = self.rows.get(touch.who)
        if row is None:
            return Settled()
        moves: list[TierMove] = []
        if row.held is None and (first := standing.entered(row.tiers, row.joined_at)) is not None:
            moves.append(self._move(row, first, book, key, stamp))
        for at in touch.moments:
            known = self._known(row, book)
            if corrected and row.held is not None:
                new = standing.taken_back(row.tiers, row.held, row.before, known, at)
            else:
                new = standing.moved(row.tiers, row.held, known, at)
            if new is not None:
                moves.append(self._move(row, new, book, key, stamp))
        if not moves:
            return Settled()
        told = tuple(_told_of(move) for move in moves if move.held.reason is not TierReason.JOINED)
        return Settled(told, {f"{TIER}{touch.who.program_id}": row.slug})

    def review(self, row: Row, book: Book, stamp: Stamp) -> None:
        """Look at a tier that is due to be: once for each of its times that is over, then as it is now."""
        known = self._known(row, book)
        assert row.held is not None, "a row has a tier"
        if row.held.until is not None:
            over = standing.review_at(row.tiers, row.held.until)
            new, at = standing.reviewed(row.tiers, row.held, known), over
        else:
            new, at = standing.moved(row.tiers, row.held, known, stamp.recorded_at), stamp.recorded_at
        book.set(row, "moved", True)
        book.set(row, "now", stamp.recorded_at)
        if new is not None:
            self._move(row, new, book, f"tier:{row.id}/review/{at.isoformat()}", Stamp(stamp.recorded_at, at))

    def put(self, row: Row, held: Held, book: Book, key: str, stamp: Stamp, note: str) -> TierMove:
        """Put a member into a tier by hand."""
        return self._move(row, held, book, key, stamp, note)

    def _move(
        self, row: Row, held: Held, book: Book, key: str, stamp: Stamp, note: str | None = None
    ) -> TierMove:  # fmt: skip
        was, old = row.slug, row.held
        up = old is None or held.tier > old.tier
        taken = row.gifts if held.reason is TierReason.TAKEN_BACK else ()
        for number, gift in enumerate(taken):
            book.reverse(f"{key}/tier/{row.who.program_id}/back/{number}", gift.transfer_id, gift.amount, key, stamp,
                         reason="refund")  # fmt: skip
        gifts = tuple(self._give(row, held, book, key, stamp)) if up and held.tier > row.tiers.lowest else ()
        keeps = held.reason is TierReason.KEPT
        book.set(row, "before", row.before if keeps else old)
        book.set(row, "gifts", row.gifts if keeps else gifts)
        book.set(row, "held", held)
        book.set(row, "moved", True)
        book.set(row, "now", stamp.recorded_at)
        begins = old.until if keeps and old is not None and old.until is not None else held.since
        move = TierMove(row, was, held, stamp.activity_id, note, stamp, Term(begins, held.until))
        book.add(self.moves, move)
        return move

    def _give(self, row: Row, held: Held, book: Book, key: str, stamp: Stamp) -> Iterator[Gift]:
        for number, gift in enumerate(row.tiers.tiers[held.tier].rules.gifts):
            unit, tenant = row.units[gift.unit], row.who.tenant
            terms = LotTerms(stamp.effective_at, _gift_ends(row.tiers, gift, stamp.effective_at))
            transfer = book.move(
                f"{key}/tier/{row.who.program_id}/{held.tier}/{number}", GIFT, system(tenant, unit, "issued"),
                member(tenant, unit, row.who.member_id), gift.points, stamp, terms=terms,
            )  # fmt: skip
            yield Gift(transfer, unit, gift.points)

    def _known(self, row: Row, book: Book) -> Member:
        def balance(unit: UnitId) -> int:
            account = book.accounts.get(member(row.who.tenant, unit, row.who.member_id))
            return 0 if account is None else max(0, account.posted - account.held)

        return Member(row.tiers.day(row.joined_at), lambda days: self.totals(row, days, balance))

    def totals(self, row: Row, days: Days, balance: Callable[[UnitId], int]) -> Mapping[MetricKey, int]:
        """What was stored of these days, with what this batch has changed of it so far, and balances as they are now.

        The days must be some that matter to the row.
        """
        totals = dict(row.totals[days])
        for ref, value in self._counters.get(_owner(row), ()):
            if value.used != (value.was or 0) and _period(days.first) <= ref.period <= _period(days.last):
                key = MetricKey(ref.name)
                totals[key] = totals.get(key, 0) + value.used - (value.was or 0)
        for key, metric in row.tiers.metrics.items():
            if isinstance(metric, Balance):
                totals[key] = balance(row.units[metric.unit])
        return totals

    def _look_at(self, row: Row) -> datetime | None:
        assert row.held is not None, "it was moved"
        return standing.look_at(row.tiers, row.held, row.now, row.tiers.day(row.joined_at))

    @staticmethod
    def _balance_units(row: Row) -> set[UnitId]:
        metrics = row.tiers.metrics.values()
        return {row.units[metric.unit] for metric in metrics if isinstance(metric, Balance)}

    # -- after: what is written --------------------------------------------------------------------------------------

    def changes(self) -> list[Change]:
        """The members' tiers as they are now, how they came about, and the facts and events that tell of them."""
        moved = sorted((row for row in self.rows.values() if row.moved), key=lambda row: row.who)
        new = [(*row.who, row.id, stored(row), self._look_at(row), 1) for row in moved if not row.revision]
        old = [(row.who.tenant, row.id, stored(row), self._look_at(row), row.revision) for row in moved if row.revision]
        last = {move.row.who: move for move in self.moves}
        terms = {who: move.term.to_json() for who, move in last.items() if move.row.tiers.counts_terms}
        return [
            Change(_INSERT, new),
            Change(_UPDATE, old),
            Change(_INSERT_CHANGES, [_change_row(move) for move in self.moves]),
            facts.change([
                (who.tenant, who.member_id, f"{TIER}{who.program_id}", move.row.slug, move.stamp.recorded_at)
                for who, move in last.items()
            ] + [
                (who.tenant, who.member_id, f"{TERM}{who.program_id}", term, last[who].stamp.recorded_at)
                for who, term in terms.items()
            ]),
            Change(events_service.INSERT, [_event_row(move) for move in self.moves]),
        ]  # fmt: skip


def _told_of(move: TierMove) -> ExplanationLine:
    tiers, held = move.row.tiers, move.held
    tier = None if held.tier == NO_TIER else tiers.tiers[held.tier].rules
    until = "" if held.until is None else held.until.astimezone(tiers.zone).isoformat()
    inputs = (("reason", held.reason.value), ("tier", "" if tier is None else tier.name), ("until", until))
    rule, name = (None, None) if tier is None else (RuleId(tier.id), tier.name)
    facts = tiers.facts
    return ExplanationLine(ExplanationCode.TIER, facts.program_id, facts.version_id, rule, name, inputs, 0, 0)


def _change_row(move: TierMove) -> tuple[object, ...]:
    held, stamp = move.held, move.stamp
    at = held.since if held.reason in (TierReason.LOST, TierReason.SET_ENDED) else stamp.effective_at
    return (
        *move.row.who, new_id(), move.was, slug_of(move.row.tiers, held), held.reason.value, held.until,
        move.activity_id, move.note, at, stamp.recorded_at,
    )  # fmt: skip


def _event_row(move: TierMove) -> tuple[object, ...]:
    who = move.row.who
    body = {
        "member": who.member_id, "program": who.program_id, "from": move.was, "to": slug_of(move.row.tiers, move.held),
        "reason": move.held.reason.value, "until": move.held.until, "activity": move.activity_id,
    }  # fmt: skip
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
    return (who.tenant, new_id(), "tier.changed", f"member:{who.member_id}", text, move.stamp.recorded_at)


def _gift_ends(tiers: CompiledTiers, gift: EntryGift, at: datetime) -> datetime | None:
    if gift.expires_after_months is None:
        return None
    return end_of_day(add_months(tiers.day(at), gift.expires_after_months), tiers.zone)


def _days_that_matter(row: Row) -> set[Days]:
    """The windows that the member's tier may be counted over in this batch."""
    moments = {*row.moments, *([row.held.since] if row.held is not None else [])}
    joined_on, window = row.tiers.day(row.joined_at), row.tiers.rules.window
    found = {counted_over(window, row.tiers.day(moment), joined_on) for moment in moments}
    if row.held is not None and row.held.until is not None:
        found.add(standing.review_days(row.tiers, row.held.until, joined_on))
    return found


def _owner(row: Row) -> tuple[str, str, str]:
    """Whose counters are counted."""
    return row.who.tenant, row.who.program_id, f"member:{row.who.member_id}"


def _period(day: date) -> str:
    return f"day:{day.isoformat()}"


def _date(period: str) -> date:
    return date.fromisoformat(period.removeprefix("day:"))


_WHO = Columns(tenant_id="uuid", program_id="uuid", member_id="uuid")
_COUNTED = Columns(tenant_id="uuid", program_id="uuid", owner="text", first="text", last="text")

_STORED = """
SELECT s.tenant_id, s.program_id, s.member_id, s.id, s.body, s.revision FROM {source} AS x
JOIN tier_standing s ON s.tenant_id = x.tenant_id AND s.program_id = x.program_id AND s.member_id = x.member_id
ORDER BY s.tenant_id, s.id {lock}"""

_JOINED = """
SELECT x.tenant_id, x.program_id, x.member_id, m.joined_at FROM {source} AS x
JOIN member m ON m.tenant_id = x.tenant_id AND m.id = x.member_id"""

_TOTALS = """
SELECT x.tenant_id, x.program_id, x.owner, x.first, x.last, c.name, sum(c.used) AS used FROM {source} AS x
JOIN counter c ON c.tenant_id = x.tenant_id AND c.program_id = x.program_id AND c.owner = x.owner
AND c.name >= 'tier:' AND c.name < 'tier;' AND c.period >= x.first AND c.period <= x.last
GROUP BY x.tenant_id, x.program_id, x.owner, x.first, x.last, c.name"""

_INSERT = Insert(
    "tier_standing", tenant_id="uuid", program_id="uuid", member_id="uuid", id="uuid", body="text",
    review_at="instant", revision="int", suffix="ON CONFLICT (tenant_id, program_id, member_id) DO NOTHING",
)  # fmt: skip
_UPDATE = Update(
    "tier_standing", "body = x.body, review_at = x.review_at, revision = t.revision + 1", "t.revision = x.revision",
    body="text", review_at="instant", revision="int",
)  # fmt: skip
_INSERT_CHANGES = Insert(
    "tier_change", tenant_id="uuid", program_id="uuid", member_id="uuid", id="uuid", from_tier="text", to_tier="text",
    reason="text", until="instant", activity_id="uuid", note="text", effective_at="instant", recorded_at="instant",
)  # fmt: skip
