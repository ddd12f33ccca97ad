"""Decide a batch: each activity in turn, on the same book, counters and orders, so that each sees the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kit.errors import Refusal
from ledger.book import Book, LotTerms, Stamp
from ledger.load import Wanted
from ledger.state import Side, TransferId, UnitId, member, system
from members.standing import NOBODY, MemberStanding
from programs import engine, explain_entries
from programs.activity import CORRECTIONS, Activity, ActivityKind
from programs.claims import Claimed
from programs.counters import CounterRef, CounterValue, ref
from programs.decision import CounterUse, Movement
from programs.kind import Standing
from programs.order_rows import OrderRow
from programs.orders import Earning, Order, Use, uses_of
from programs.records import Posted, Recorded
from programs.rulebooks import TenantRules
from rewards import returns
from tenants import scope
from tenants.scope import TenantId


@dataclass(slots=True)
class Outcome:
    """What became of one claimed activity, to be remembered and answered."""

    claimed: Claimed
    recorded: Recorded
    earnings: tuple[Earning, ...] = ()
    uses: tuple[Use, ...] = ()

    def answer(self) -> Recorded | Exception:
        """The answer for the caller: a refusal by the business is stored, and raised."""
        return self.recorded.refusal or self.recorded


class Batch:
    """The state that a batch of claimed activities is decided on."""

    def __init__(self, rules: Mapping[TenantId, TenantRules], orders: Mapping[tuple[str, str], OrderRow]) -> None:
        self.rules = rules
        self.orders = orders
        self.book = Book()
        self.counters: dict[CounterRef, CounterValue] = {}
        self.counters_wanted: set[CounterRef] = set()
        self.standings: dict[tuple[str, str], MemberStanding] = {}
        self.standings_wanted: set[tuple[str, str]] = set()
        self.outcomes: list[Outcome] = []

    # -- before: what must be loaded ---------------------------------------------------------------------------------

    def want(self, one: Claimed, wanted: Wanted) -> None:
        """Note the accounts, entries and counters that deciding this activity may touch."""
        rules, activity = self.rules[one.tenant], one.activity
        for unit, pending in rules.earning_units:
            wanted.accounts.add(member(one.tenant, unit, activity.member_id))
            if pending:
                wanted.accounts.add(member(one.tenant, unit, activity.member_id, Side.PENDING))
        self._want_counters(one.tenant, activity, rules)
        if rules.asks_standing:
            self.standings_wanted.add((one.tenant, activity.member_id))
        row = self._row(one)
        if row is None:
            return
        for parked in row.parked:
            self._want_counters(parked.tenant, parked.activity, rules)
        if activity.kind in CORRECTIONS or activity.kind in rules.triggers or row.parked:
            self._want_order(one, row, wanted)

    def _want_counters(self, tenant: TenantId, activity: Activity, rules: TenantRules) -> None:
        if activity.kind == ActivityKind.AMEND:
            activity = replace(activity, kind=ActivityKind.PURCHASE.value)
        keys = engine.counters_needed(activity, rules.rulebook)
        self.counters_wanted.update(ref(tenant, activity.member_id, key) for key in keys)

    def _want_order(self, one: Claimed, row: OrderRow, wanted: Wanted) -> None:
        # The purchase may be in this very batch, so that what it earns is not known yet: all units, both books.
        for unit, _ in self.rules[one.tenant].earning_units:
            wanted.spending.update(member(one.tenant, unit, row.member_id, book) for book in Side)
        for earning in row.order.earnings:
            wanted.entries.add((one.tenant, TransferId(earning.transfer_id)))
            for book in Side:
                wanted.spending.add(member(one.tenant, UnitId(earning.unit_id), row.member_id, book))
        with scope.of(one.tenant):
            for redemption in row.spendings:
                returns.add_wanted(wanted, redemption)
        self.counters_wanted.update(ref(one.tenant, row.member_id, use.key) for use in row.order.uses)

    # -- deciding ----------------------------------------------------------------------------------------------------

    def decide(self, one: Claimed) -> None:
        """Decide one activity, and after a purchase those that had come before it and waited."""
        mark = self.book.mark()
        try:
            outcome = self._decide(one)
        except Refusal as refusal:
            self.book.undo(mark)
            recorded = Recorded(one.id, one.activity.member_id, "refused", refusal=refusal)
            outcome = Outcome(one, recorded)
        self.outcomes.append(outcome)
        row = self._row(one)
        if row is not None and one.activity.kind == ActivityKind.PURCHASE and row.activity_id == one.id:
            parked, row.parked = row.parked, []
            for waiting in sorted(parked, key=lambda waiting: (waiting.activity.occurred_at, waiting.id)):
                self.decide(waiting)

    def _decide(self, one: Claimed) -> Outcome:
        row, activity = self._row(one), one.activity
        if row is None:
            return self._earn(one, activity, Order())
        if row.member_id != activity.member_id:
            raise Refusal("ORDER_NOT_FOUND", "This member has no such order.", ("order",), final=True)
        if activity.kind == ActivityKind.PURCHASE:
            if row.activity_id != one.id:
                raise Refusal("ORDER_EXISTS", "This order was recorded before.", ("order",), final=True)
            row.order.place(one.id, activity.lines)
            return self._earn(one, activity, row.order)
        if activity.kind in CORRECTIONS:
            if row.activity_id is None:
                row.park(one)
                return Outcome(
                    one, Recorded(one.id, activity.member_id, "parked", explanation=explain_entries.parked())
                )
            return self._correct(one, row)
        if activity.kind in self.rules[one.tenant].triggers and row.activity_id is not None:
            return self._mature(one, row)
        return self._earn(one, activity, row.order)

    def _earn(self, one: Claimed, activity: Activity, order: Order) -> Outcome:
        rules = self.rules[one.tenant]
        keys = engine.counters_needed(activity, rules.rulebook)
        values = {key: self.counters[ref(one.tenant, activity.member_id, key)].used for key in keys}
        known = self.standings.get((one.tenant, activity.member_id), NOBODY)
        standing = Standing(known.tiers, known.segments, values)
        decision = engine.decide(activity, standing, rules.rulebook, one.now)
        posted, earnings = [], []
        for number, movement in enumerate(decision.movements):
            entry = self._post(one, movement, number)
            posted.append(entry)
            earnings.append(
                Earning(one.id, entry.transfer_id, entry.unit_id, movement.version_id, movement.amount, movement.shares)
            )
        self._count(one, decision.counters)
        uses = uses_of(one.id, decision.counters)
        order.earnings += earnings
        order.uses += uses
        recorded = Recorded(one.id, activity.member_id, "decided", tuple(posted), decision.explanation)
        return Outcome(one, recorded, tuple(earnings), tuple(uses))

    def _post(self, one: Claimed, movement: Movement, number: int) -> Posted:
        rules, activity = self.rules[one.tenant], one.activity
        unit = rules.units[movement.unit]
        side = Side.PENDING if movement.pending else Side.AVAILABLE
        account = member(one.tenant, unit, activity.member_id, side)
        stamp, key = self._stamp(one), f"{activity.key}/earn/{number}"
        terms = LotTerms(activity.occurred_at, movement.expires_at, movement.matures_at)
        transfer = self.book.move(
            key, movement.reason, system(one.tenant, unit, "issued"), account, movement.amount, stamp, terms=terms
        )
        if movement.lapses_at is not None:
            self.book.push_lapse(key, account, movement.lapses_at, stamp)
        after = self.book.account(account).posted
        return Posted(
            transfer,
            unit,
            movement.reason,
            side.value,
            movement.amount,
            after,
            movement.matures_at,
            movement.expires_at,
        )

    def _correct(self, one: Claimed, row: OrderRow) -> Outcome:
        """A refund, cancellation or amendment: reverse by reference what left, decide on what came."""
        added = row.correct(one)
        first = len(self.book.transfers)
        rules, stamp = self.rules[one.tenant], self._stamp(one)
        short = 0
        for number, earning in enumerate(row.order.earnings):
            done = self.book.reverse(
                f"{one.activity.key}/reverse/{number}", TransferId(earning.transfer_id), row.order.up_to(earning),
                one.activity.key, stamp, reason=one.activity.kind, policy=rules.policies[earning.version_id],
            )  # fmt: skip
            short += done.shortfall
        for number, redemption in enumerate(row.spendings):
            given = returns.give_back(
                self.book, f"{one.activity.key}/return/{number}", redemption,
                row.order.spent_back(redemption.points), one.activity.key, stamp,
            )  # fmt: skip
            row.given_back.append(given)
        for use in row.order.uses:
            back = row.order.give_back(use)
            use.given_back += back
            counter = self.counters[ref(one.tenant, row.member_id, use.key)]
            counter.used = max(0, counter.used - back)
        entries = self._entries(first)
        lines = explain_entries.corrected(one.activity, entries, short)
        outcome = Outcome(one, Recorded(one.id, row.member_id, "decided", entries, lines))
        if not added:
            return outcome
        came = replace(one.activity, kind=ActivityKind.PURCHASE.value, lines=added)
        row.order.place(one.id, added)
        more = self._earn(one, came, row.order)
        recorded = replace(
            outcome.recorded, posted=entries + more.recorded.posted, explanation=lines + more.recorded.explanation
        )
        return Outcome(one, recorded, more.earnings, more.uses)

    def _mature(self, one: Claimed, row: OrderRow) -> Outcome:
        """The trigger that an order's points waited for."""
        first = len(self.book.transfers)
        for earning in row.order.earnings:
            entry = self.book.entries[TransferId(earning.transfer_id)]
            for lot in entry.lots:
                if lot.account.ref.book is Side.PENDING and lot.remaining:
                    self.book.mature(f"{one.activity.key}/mature/{lot.id}", lot, self._stamp(one))
        row.touched = True
        entries = self._entries(first)
        return Outcome(one, Recorded(one.id, row.member_id, "decided", entries, explain_entries.matured(entries)))

    # -- helpers -----------------------------------------------------------------------------------------------------

    def _entries(self, first: int) -> tuple[Posted, ...]:
        """The member's side of the transfers noted since `first`."""
        accounts = {account.id: account for account in self.book.accounts.values() if not account.ref.system}
        found = []
        for transfer in self.book.transfers[first:]:
            for account_id, sign, after in (
                (transfer.debit, -1, transfer.debit_after), (transfer.credit, 1, transfer.credit_after),
            ):  # fmt: skip
                account = accounts.get(account_id)
                if account is not None and after is not None:
                    book, amount = account.ref.book.value, sign * transfer.amount
                    found.append(Posted(transfer.id, transfer.unit_id, transfer.reason, book, amount, after))
        return tuple(found)

    def _count(self, one: Claimed, uses: Iterable[CounterUse]) -> None:
        for use in uses:
            self.counters[ref(one.tenant, one.activity.member_id, use.key)].used += use.amount

    def _row(self, one: Claimed) -> OrderRow | None:
        order_id = one.activity.order_id
        return None if order_id is None else self.orders.get((one.tenant, order_id))

    @staticmethod
    def _stamp(one: Claimed) -> Stamp:
        return Stamp(one.now, min(one.activity.occurred_at, one.now), one.id)
