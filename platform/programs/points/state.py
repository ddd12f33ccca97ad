"""Points that turn themselves into gifts, while a batch works on them (`rules.Conversion`).

After an activity, as often as the member's points are enough, so many of them are spent on the gift; the rest stays.
When a correction takes back more than is left, conversions whose gift nobody used are undone, the latest first: the
points come back and pay for it. What is kept is a row per conversion, so that each is undone once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from kit import db
from kit.ids import new_id
from kit.setbased import Change, Columns, Insert, Update
from ledger.book import Book, Stamp
from ledger.load import Wanted
from ledger.reversal import entry_of
from ledger.state import Account, AccountRef, TransferId, UnitId, member, system
from programs import gift_posting
from programs.counters import CounterRef, CounterValue
from programs.decision import ExplanationCode, ExplanationLine
from programs.gift_posting import GivenPoints
from programs.points.compiled import CompiledPoints
from programs.points.rules import Conversion
from programs.store import Settled, Touch, Who
from programs.sums import Span, Sums
from rewards.granting import Grant

REASON = "convert"
CONVERSIONS_MAX = 100
"""Of one activity; what is left over turns with the next."""

UNDONE_MAX = CONVERSIONS_MAX
"""So many conversions back, the latest, can a correction undo."""


@dataclass(slots=True)
class Made:
    """A conversion: the entry that spent the points, and what was given for them; `used` if nothing can be undone."""

    id: str
    transfer_id: TransferId
    points: int
    given: tuple[GivenPoints, ...]
    grants: tuple[str, ...]
    stored: bool = False
    used: bool = False
    undone: bool = False


@dataclass(slots=True)
class Row:
    """What is known of a member's conversions in a program, the latest last."""

    who: Who
    compiled: CompiledPoints
    units: Mapping[str, UnitId]
    made: list[Made] = field(default_factory=list)
    stamps: dict[str, Stamp] = field(default_factory=dict)

    @property
    def unit(self) -> UnitId:
        """Which points turn."""
        return self.units[self.compiled.rules.unit]

    @property
    def account(self) -> AccountRef:
        """Whose points turn."""
        return member(self.who.tenant, self.unit, self.who.member_id)

    @property
    def conversion(self) -> Conversion | None:
        """The rule; None where new rules have none, but what older ones turned may have to be undone."""
        return self.compiled.rules.conversion


class ConversionState:
    """The conversions of a batch's members, of any tenants."""

    def __init__(self) -> None:
        self.rows: dict[Who, Row] = {}

    async def load(self, touches: Iterable[Touch]) -> None:
        """Read what a correction may undo: the latest conversions, and whether what was given for them was used."""
        corrected = set[Who]()
        for touch in touches:
            self.rows[touch.who] = Row(touch.who, touch.compiled, touch.units)
            if touch.corrects:
                corrected.add(touch.who)
        if not corrected:
            return
        given = _WHO.payload(sorted(corrected))
        for found in await db.rows(_LATEST.format(source=_WHO.source()), given):
            body = orjson.loads(found["given"])
            who = Who(found["tenant_id"], found["program_id"], found["member_id"])
            points, grants = tuple(GivenPoints(*each) for each in body["points"]), tuple(body["grants"])
            made = Made(found["id"], TransferId(found["transfer_id"]), found["points"], points, grants, stored=True)
            self.rows[who].made.append(made)
        keys = [(row.who.tenant, key) for row in self.rows.values() for made in row.made for key in made.grants]
        used = {
            (found["tenant_id"], found["key"])
            for found in await db.rows(_USED.format(source=_KEYS.source()), _KEYS.payload(keys))
        }
        for row in self.rows.values():
            for made in row.made:
                made.used = any((row.who.tenant, key) in used for key in made.grants)

    def want(self, wanted: Wanted) -> None:
        """Ask for the points, and for what undoing may touch."""
        for row in self.rows.values():
            wanted.spending.add(row.account)
            if row.conversion is not None:
                gift_posting.want(wanted, (row.conversion.gift,), row.who, row.units)
            for made in row.made:
                wanted.entries.add((row.who.tenant, made.transfer_id))
                gift_posting.want_back(wanted, made.given, row.who)

    def spans(self) -> Sequence[Span]:
        """No counters matter."""
        return ()

    async def count(self, counters: Mapping[CounterRef, CounterValue], found: Sequence[Sums]) -> None:
        """Nothing more must be known."""

    def settle(self, touch: Touch, book: Book, key: str, stamp: Stamp, *, corrected: bool = False) -> Settled:
        """Undo what a correction needs back, and turn what there is enough of."""
        row = self.rows[touch.who]
        account = book.account(row.account)
        undone = self._undo(row, account, book, key, stamp) if corrected else []
        made, grants = self._convert(row, account, book, key, stamp)
        lines = [*_told(row, undone, ExplanationCode.CONVERSION_UNDONE), *_told(row, made, ExplanationCode.CONVERTED)]
        return Settled(tuple(lines), grants=grants, taken_back=tuple(key for one in undone for key in one.grants))

    def changes(self) -> Sequence[Change]:
        """The conversions that were made, and those that were undone."""
        made = [(row, one) for _, row in sorted(self.rows.items()) for one in row.made]
        new = [
            (*row.who, one.id, one.transfer_id, one.points, _body(one), one.undone, row.stamps[one.id].recorded_at)
            for row, one in made
            if not one.stored
        ]
        undone = [(row.who.tenant, one.id) for row, one in made if one.stored and one.undone]
        return [Change(_INSERT, new), Change(_UNDO, undone)]

    def _undo(self, row: Row, account: Account, book: Book, key: str, stamp: Stamp) -> list[Made]:
        """Undo the latest conversions whose gifts nobody used, until what this cause could not take is there."""
        undone = []
        for one in reversed(row.made):
            if not sum(each.amount - each.paid for each in account.shortfalls if each.cause_key == key):
                break
            if one.undone or one.used or not all(_untouched(book, each) for each in one.given):
                continue
            name = f"{key}/unconvert/{one.id}"
            gift_posting.take_back(one.given, book, name, stamp)
            book.reverse(name, one.transfer_id, one.points, name, stamp, reason=REASON)
            book.set(one, "undone", True)
            undone.append(one)
        return undone

    def _convert(
        self, row: Row, account: Account, book: Book, key: str, stamp: Stamp
    ) -> tuple[list[Made], tuple[Grant, ...]]:
        rule, who = row.conversion, row.who
        if rule is None:
            return [], ()
        enough = sum(lot.remaining for lot in account.spendable(stamp.recorded_at)) // rule.points
        made, grants = list[Made](), tuple[Grant, ...]()
        zone = row.compiled.facts.zone
        for _ in range(min(enough, CONVERSIONS_MAX)):
            name = f"{key}/convert/{who.program_id}/{len(row.made)}"
            spent = system(who.tenant, row.unit, "spent")
            transfer = book.move(name, REASON, row.account, spent, rule.points, stamp)
            given = gift_posting.give((rule.gift,), who, row.units, zone, book, f"{name}/gift", REASON, stamp)
            one = Made(new_id(), transfer, rule.points, given.points, tuple(grant.key for grant in given.grants))
            book.add(row.made, one)
            row.stamps[one.id] = stamp
            made.append(one)
            grants += given.grants
        return made, grants


def _untouched(book: Book, given: GivenPoints) -> bool:
    """Whether points that were given are all still there, wherever they were carried on to."""
    entry = entry_of(book, given.transfer_id, 0)
    return sum(lot.remaining for lot in entry.lots) == entry.amount


def _told(row: Row, conversions: Sequence[Made], code: ExplanationCode) -> list[ExplanationLine]:
    facts, times = row.compiled.facts, Counter(one.points for one in conversions)
    return [
        ExplanationLine(
            code, facts.program_id, facts.version_id, None, None, (("points", points), ("times", number)), 0, 0
        )
        for points, number in times.items()
    ]


def _body(one: Made) -> str:
    return orjson.dumps({"points": [list(each) for each in one.given], "grants": list(one.grants)}).decode()


_WHO = Columns(tenant_id="uuid", program_id="uuid", member_id="uuid")
_KEYS = Columns(tenant_id="uuid", key="text")

_LATEST = f"""
SELECT * FROM (
    SELECT c.tenant_id, c.program_id, c.member_id, c.id, c.transfer_id, c.points, c.given,
           row_number() OVER (PARTITION BY c.tenant_id, c.program_id, c.member_id ORDER BY c.id DESC) AS place
    FROM {{source}} AS x JOIN points_conversion c
    ON c.tenant_id = x.tenant_id AND c.program_id = x.program_id AND c.member_id = x.member_id AND NOT c.undone
) AS latest WHERE place <= {UNDONE_MAX} ORDER BY id"""

_USED = """
SELECT x.tenant_id, x.key FROM {source} AS x
JOIN reward_grant g ON g.tenant_id = x.tenant_id AND g.key = x.key
JOIN voucher v ON v.tenant_id = g.tenant_id AND v.redemption_id = g.id AND v.used_at IS NOT NULL"""

_INSERT = Insert(
    "points_conversion", tenant_id="uuid", program_id="uuid", member_id="uuid", id="uuid", transfer_id="uuid",
    points="int", given="text", undone="bool", converted_at="instant",
)  # fmt: skip
_UNDO = Update("points_conversion", "undone = true", "NOT t.undone")
