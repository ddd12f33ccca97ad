"""Referrals while a batch works on their friends: a code that was used is noted, and orders are to be looked at.

What follows from an order follows later, by `service.settle_due`: it touches another member, for whom no purchase is
to wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from events import service as events_service
from kit import db
from kit.ids import new_id
from kit.setbased import Change, Columns, Insert, Update
from ledger.book import Book, Stamp
from ledger.load import Wanted
from programs.activity import ActivityKind
from programs.counters import CounterRef, CounterValue
from programs.decision import ExplanationCode, ExplanationLine
from programs.referral import claiming
from programs.referral.claiming import Against, Invitation
from programs.referral.compiled import CompiledReferral
from programs.referral.rules import Suspicion
from programs.store import Settled, Touch, Who
from programs.sums import Span, Sums
from tenants import scope
from tenants.scope import TenantId

OPEN = frozenset({"invited", "qualified", "rewarded"})
"""States in which an order of the friend may change something."""


@dataclass(slots=True)
class Row:
    """A friend's referral in a program, as it is stored or to be stored."""

    id: str
    state: str
    look_at: datetime | None
    touched: bool = False


class ReferralState:
    """The referrals of a batch's members as friends, of any tenants."""

    def __init__(self) -> None:
        self.rows: dict[Who, Row] = {}
        self._old: dict[Who, list[Row]] = {}
        self._examined: dict[tuple[Who, str], Invitation | Against] = {}
        self._new: list[tuple[object, ...]] = []
        self._told: list[tuple[object, ...]] = []

    async def load(self, touches: Iterable[Touch]) -> None:
        """Lock and read the referrals of these members, and examine the codes with which they signed up."""
        given = list(touches)
        members = sorted({touch.who for touch in given})
        if not members:
            return
        lock = "FOR NO KEY UPDATE OF r" if db.dialect() == "postgres" else ""
        for row in await db.rows(_STORED.format(source=_WHO.source(), lock=lock), _WHO.payload(members)):
            who = Who(row["tenant_id"], row["program_id"], row["member_id"])
            found = Row(row["id"], row["state"], db.instant_or_none(row["look_at"]))
            if row["old"]:
                self._old.setdefault(who, []).append(found)
            else:
                self.rows[who] = found
        for touch in given:
            for code in _codes(touch):
                with scope.of(TenantId(touch.who.tenant)):
                    self._examined[touch.who, code] = await claiming.examine(
                        touch.who, touch.compiled.rules, code, touch.moments[0]
                    )

    def want(self, wanted: Wanted) -> None:
        """Ask for nothing: no points move here."""

    def spans(self) -> Sequence[Span]:
        """No counters matter."""
        return ()

    async def count(self, counters: Mapping[CounterRef, CounterValue], found: Sequence[Sums]) -> None:
        """Need nothing else."""

    def settle(self, touch: Touch, book: Book, key: str, stamp: Stamp, *, corrected: bool = False) -> Settled:
        """Note a code that was used; let the referral be looked at when an order was placed, or something came back."""
        told = tuple(
            self._claim(touch, code, book, stamp)
            for code in _codes(touch)
            if self._examined[touch.who, code] is not Against.UNKNOWN  # a code of something else
        )
        for old in self._old.get(touch.who, ()) if corrected else ():
            if old.state in OPEN:
                self._look_at(old, stamp.recorded_at, book)
        row = self.rows.get(touch.who)
        if row is not None and row.state in OPEN and touch.activity is not None:
            if corrected:
                self._look_at(row, stamp.recorded_at, book)
            elif touch.activity.kind == ActivityKind.PURCHASE and row.state == "invited":
                compiled: CompiledReferral = touch.compiled
                self._look_at(row, compiled.kept_from(touch.activity.occurred_at), book)
        return Settled(told)

    def _claim(self, touch: Touch, code: str, book: Book, stamp: Stamp) -> ExplanationLine:
        found = self._examined[touch.who, code]
        if isinstance(found, Invitation) and touch.who in self.rows:
            found = Against.TAKEN
        if isinstance(found, Against):
            return _told_of(touch, found.value)
        id_, at = new_id(), touch.moments[0]
        rejected = bool(found.signs) and touch.compiled.rules.suspicion is Suspicion.REJECT
        state, look_at = ("rejected", None) if rejected else ("invited", touch.compiled.first_look(at))
        book.put(self.rows, touch.who, Row(id_, state, look_at))
        book.add(self._new, new_row(id_, touch.who, found, state, at, stamp.recorded_at))
        book.add(self._told, claimed_event(id_, touch.who, found, state, stamp.recorded_at))
        return _told_of(touch, state)

    def _look_at(self, row: Row, at: datetime, book: Book) -> None:
        if row.look_at is None or at < row.look_at:
            book.set(row, "look_at", at)
            book.set(row, "touched", True)

    def changes(self) -> list[Change]:
        """New referrals with what tells of them, and when the others are to be looked at."""
        looked_at = [
            (who.tenant, row.id, row.look_at)
            for who, row in (*self.rows.items(), *((who, row) for who, old in self._old.items() for row in old))
            if row.touched and not any(new[1] == row.id for new in self._new)
        ]  # fmt: skip
        due = {row.id: row.look_at for row in self.rows.values()}
        new = [(*row, due[str(row[1])]) for row in self._new]
        return [Change(INSERT, new), Change(_LOOK_AT, looked_at), Change(events_service.INSERT, self._told)]


def new_row(
    id_: str, who: Who, found: Invitation, state: str, at: datetime, now: datetime
) -> tuple[object, ...]:  # fmt: skip
    """A referral as it is inserted, but for `look_at`, the last column."""
    rejected = state == "rejected"
    return (
        who.tenant, id_, who.program_id, found.referrer, who.member_id, state, ",".join(found.signs) or None,
        "same_person" if rejected else None, at, now if rejected else None,
    )  # fmt: skip


def claimed_event(
    id_: str, who: Who, found: Invitation, state: str, now: datetime
) -> tuple[object, ...]:  # fmt: skip
    """The event that tells of a new referral."""
    kind = "referral.rejected" if state == "rejected" else "referral.claimed"
    body = {"referral": id_, "program": who.program_id, "referrer": found.referrer, "friend": who.member_id}
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
    return (who.tenant, new_id(), kind, f"member:{who.member_id}", text, now)


def _codes(touch: Touch) -> tuple[str, ...]:
    """The codes with which somebody signed up; one of them may be a friend's."""
    activity = touch.activity
    return activity.codes if activity is not None and activity.kind == ActivityKind.SIGNUP else ()


def _told_of(touch: Touch, outcome: str) -> ExplanationLine:
    facts = touch.compiled.facts
    inputs = (("outcome", outcome),)
    return ExplanationLine(ExplanationCode.REFERRAL, facts.program_id, facts.version_id, None, None, inputs, 0, 0)


_WHO = Columns(tenant_id="uuid", program_id="uuid", member_id="uuid")

# Of two friends who became one, each may have come by a code: the other's referral stays under the old name.
_STORED = """
SELECT r.tenant_id, r.program_id, f.member_id, r.id, r.state, r.look_at, f.old FROM (
    SELECT x.tenant_id, x.program_id, x.member_id, x.member_id AS friend_id, 0 AS old FROM {source} AS x
    UNION ALL SELECT x.tenant_id, x.program_id, x.member_id, n.id, 1 FROM {source} AS x
    JOIN member n ON n.tenant_id = x.tenant_id AND n.merged_into = x.member_id) AS f
JOIN referral r ON r.tenant_id = f.tenant_id AND r.program_id = f.program_id AND r.friend_id = f.friend_id
ORDER BY r.tenant_id, r.id {lock}"""

INSERT = Insert(
    "referral", tenant_id="uuid", id="uuid", program_id="uuid", referrer_id="uuid", friend_id="uuid", state="text",
    signs="text", reason="text", claimed_at="instant", closed_at="instant", look_at="instant",
    suffix="ON CONFLICT (tenant_id, program_id, friend_id) DO NOTHING",
)  # fmt: skip
"""Makes referrals; one that is there already makes the count short."""

_LOOK_AT = Update("referral", "look_at = x.look_at", look_at="instant")
