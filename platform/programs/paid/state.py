"""Dividends while a batch works on their members: what comes back of a year takes its share of that year's back.

Nothing is kept but what the ledger has: of `points` that were given for `spent`, as much is back in all as what came
back since is of `spent`, cut off. So the last piece takes all the rest, and one that is told twice takes nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kit import db
from kit.setbased import Change, Columns
from ledger.book import Book, Stamp
from ledger.load import Wanted
from ledger.state import TransferId, UnitId, member
from programs import gift_posting
from programs.counters import CounterRef, CounterValue
from programs.decision import ExplanationCode, ExplanationLine
from programs.gift_posting import GivenPoints
from programs.paid.compiled import CompiledPaid
from programs.paid.counting import SPENT
from programs.store import Settled, Touch, Who
from programs.sums import Span, Sums
from tenants.scope import TenantId

_YEAR = "year:"


class Given(NamedTuple):
    """A dividend: points for what was spent in a year."""

    year: int
    spent: int
    points: GivenPoints


class DividendState:
    """The dividends that corrections of orders may take back, of any tenants' members."""

    def __init__(self) -> None:
        self._given: dict[Who, list[Given]] = {}
        self._counters: Mapping[CounterRef, CounterValue] = {}

    async def load(self, touches: Iterable[Touch]) -> None:
        """Read the dividends of the years in which the orders were counted that are corrected now."""
        asked = {
            (*touch.who, int(period.removeprefix(_YEAR)))
            for touch in touches
            if touch.corrects
            for period in touch.counted_in
            if period.startswith(_YEAR)
        }
        if not asked:
            return
        for row in await db.rows(_GIVEN.format(asked=_ASKED.source()), _ASKED.payload(sorted(asked))):
            who = Who(row["tenant_id"], row["program_id"], row["member_id"])
            points = GivenPoints(TransferId(row["transfer_id"]), UnitId(row["unit_id"]), row["points"])
            self._given.setdefault(who, []).append(Given(row["year"], row["spent"], points))

    def want(self, wanted: Wanted) -> None:
        """Ask for what taking these back needs."""
        for who, given in self._given.items():
            gift_posting.want_back(wanted, [each.points for each in given], who)

    def spans(self) -> Sequence[Span]:
        """No sums matter."""
        return ()

    async def count(self, counters: Mapping[CounterRef, CounterValue], found: Sequence[Sums]) -> None:
        """Take the batch's counters, locked, which tell what is left of each year's spending."""
        self._counters = counters

    def settle(self, touch: Touch, book: Book, key: str, stamp: Stamp, *, corrected: bool = False) -> Settled:
        """Take back what a correction leaves no spending for, as far as it is still there."""
        lines: list[ExplanationLine] = []
        years = {each.year for each in self._given.get(touch.who, ())} if corrected else ()
        for year in sorted(years):
            given = [each for each in self._given[touch.who] if each.year == year]
            lines += self._take_back(touch, year, given, book, key, stamp)
        return Settled(tuple(lines))

    def changes(self) -> Sequence[Change]:
        """Nothing but what the book writes."""
        return ()

    def _take_back(
        self, touch: Touch, year: int, given: Sequence[Given], book: Book, key: str, stamp: Stamp
    ) -> list[ExplanationLine]:
        who = touch.who
        left = self._counters.get(
            CounterRef(TenantId(who.tenant), who.program_id, f"member:{who.member_id}", SPENT, f"{_YEAR}{year}")
        )
        if left is None:
            return []
        spent, first, short = sum(each.spent for each in given), len(book.transfers), 0
        # Who became one with another may have two dividends of a year, and has one counter.
        back = sum(each.points.amount for each in given) * max(0, spent - left.used) // spent
        for number, each in enumerate(given):
            part = min(back, each.points.amount)
            back -= part
            name = f"{key}/dividend/{who.program_id}/{year}/{number}"
            short += book.reverse(name, each.points.transfer_id, part, key, stamp, reason="refund").shortfall
        return _told(touch, year, book, first, short)


def _told(touch: Touch, year: int, book: Book, first: int, short: int) -> list[ExplanationLine]:
    compiled: CompiledPaid = touch.compiled
    facts, rule = compiled.facts, f"the dividend for {year}"
    accounts = {
        account.id: ref.book.value
        for ref, account in book.accounts.items()
        if ref.owner == member(touch.who.tenant, ref.unit, touch.who.member_id).owner
    }
    lines = []
    for entry in book.transfers[first:]:
        if entry.debit in accounts and entry.debit_after is not None:
            inputs = (("amount", entry.amount), ("book", accounts[entry.debit]), ("transfer", entry.id))
            before, after = (entry.debit_after + entry.amount) * 1000, entry.debit_after * 1000
            lines.append(ExplanationLine(
                ExplanationCode.TAKEN_BACK, facts.program_id, facts.version_id, None, rule, inputs, before, after
            ))  # fmt: skip
    if short:
        lines.append(ExplanationLine(
            ExplanationCode.SHORTFALL, facts.program_id, facts.version_id, None, rule, (("amount", short),), 0, 0
        ))  # fmt: skip
    return lines


_ASKED = Columns(tenant_id="uuid", program_id="uuid", member_id="uuid", year="int")

_COLUMNS = "x.tenant_id, x.program_id, x.member_id, d.id, d.year, d.spent, d.points, d.transfer_id, t.unit_id"

_GIVEN = f"""
SELECT {_COLUMNS} FROM {{asked}} AS x
JOIN dividend d ON d.tenant_id = x.tenant_id AND d.program_id = x.program_id AND d.member_id = x.member_id
    AND d.year = x.year
JOIN transfer t ON t.tenant_id = d.tenant_id AND t.id = d.transfer_id
UNION ALL
SELECT {_COLUMNS} FROM {{asked}} AS x JOIN member m ON m.tenant_id = x.tenant_id AND m.merged_into = x.member_id
JOIN dividend d ON d.tenant_id = m.tenant_id AND d.program_id = x.program_id AND d.member_id = m.id AND d.year = x.year
JOIN transfer t ON t.tenant_id = d.tenant_id AND t.id = d.transfer_id
ORDER BY 4"""
