"""Decide a batch: each activity in turn, on the same book, counters and orders, so that each sees the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import structlog

from kit.errors import Refusal
from ledger.book import Book, LotTerms
from ledger.errors import Overflow
from ledger.load import Wanted
from ledger.reversal import entry_of
from ledger.state import Side, TransferId, UnitId, member, system
from members.standing import NOBODY, MemberStanding
from programs import engine, explain_entries, screening, spendings
from programs.activity import CORRECTIONS, Activity, ActivityKind
from programs.claims import Claimed
from programs.coalition.limits import Limits
from programs.counters import CounterRef, CounterValue, count, ref
from programs.decision import CounterKey, ExplanationLine, Movement, RewardEarned
from programs.explain_entries import Lines
from programs.kind import Standing
from programs.lapses import lift_of_exempt
from programs.order_effects import Earning, GrantOf, RuleOf
from programs.order_rows import OrderKey, OrderRow, about_order
from programs.orders import Order
from programs.outcome import Outcome
from programs.records import Posted, Recorded
from programs.rulebooks import TenantRules
from programs.store import Hears, Store, Touch
from programs.stores import STORES
from programs.touching import touches
from rewards import granting, returns
from rewards.granting import Grant
from tenants import scope
from tenants.scope import TenantId

EARN = "earn"
log = structlog.get_logger("intake")


Done = tuple[tuple[Posted, ...], Lines]
"""The entries that were made, and their explanation."""


class Batch:
    """The state that a batch of claimed activities is decided on."""

    def __init__(self, rules: Mapping[TenantId, TenantRules], orders: Mapping[OrderKey, OrderRow]) -> None:
        self.rules = rules
        self.orders = orders
        self.book = Book()
        self.counters: dict[CounterRef, CounterValue] = {}
        self.counters_wanted: set[CounterRef] = set()
        self._counters_of: dict[str, dict[CounterKey, CounterRef]] = {}
        self.standings: dict[tuple[str, str], MemberStanding] = {}
        self.standings_wanted: set[tuple[str, str]] = set()
        self.stores: dict[str, Store] = {}
        self._touches: dict[str, tuple[Touch, ...]] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.limits = Limits()
        self._screened: set[str] = set()
        self.grants: list[Grant] = []
        self.grants_back: list[tuple[TenantId, str]] = []

    # -- before: what must be loaded ---------------------------------------------------------------------------------

    async def load_stores(self, claimed: Iterable[Claimed]) -> None:
        """Lock and read what kinds keep of the members of these activities, and of those that waited for them."""
        for one in claimed:
            for each in (one, *(parked for row in (self._row(one),) if row is not None for parked in row.parked)):
                self._touches[each.id] = touches(each, self.rules[each.tenant], self._row(each))
        touched = [touch for several in self._touches.values() for touch in several]
        for kind in sorted({touch.kind for touch in touched}):
            self.stores[kind] = STORES[kind]()
            await self.stores[kind].load([touch for touch in touched if touch.kind == kind])

    def want(self, one: Claimed, wanted: Wanted) -> None:
        """Note the accounts, entries and counters that deciding this activity may touch."""
        rules, activity = self.rules[one.tenant], one.activity
        for unit, pending in rules.earning_units:
            wanted.accounts.add(member(one.tenant, unit, activity.member_id))
            if pending:
                wanted.accounts.add(member(one.tenant, unit, activity.member_id, Side.PENDING))
        self._want_standing(one, rules)
        row = self._row(one)
        if row is None:
            return
        for parked in row.parked:
            self._want_standing(parked, rules)
        if activity.kind != ActivityKind.PURCHASE or row.parked:
            self._want_order(one, row, wanted)

    def _want_standing(self, one: Claimed, rules: TenantRules) -> None:
        activity = one.activity
        if rules.asks_standing:
            self.standings_wanted.add((one.tenant, activity.member_id))
        decided = [activity]
        if activity.kind == ActivityKind.AMEND:  # what comes is decided as a purchase of the order's line, any perhaps
            lines = {program.line for program in rules.rulebook.programs}
            decided = [replace(activity, kind=ActivityKind.PURCHASE.value, line=line) for line in lines]
        keys = [key for each in decided for key in engine.counters_needed(each, rules.rulebook)]
        self._counters_of[one.id] = {key: ref(one.tenant, activity.member_id, key) for key in keys}
        self.counters_wanted.update(self._counters_of[one.id].values(), screening.counted(one, rules))

    def _want_order(self, one: Claimed, row: OrderRow, wanted: Wanted) -> None:
        # The purchase may be in this very batch, so that what it earns is not known yet: all units, both books.
        members = {row.member_id, one.activity.member_id}
        for unit, _ in self.rules[one.tenant].earning_units:
            wanted.spending.update(member(one.tenant, unit, id_, book) for id_ in members for book in Side)
        for earning in row.order.earnings:
            wanted.entries.add((one.tenant, TransferId(earning.transfer_id)))
            for book in Side:
                wanted.spending.add(member(one.tenant, UnitId(earning.unit_id), row.member_id, book))
        with scope.of(one.tenant):
            for redemption in (*row.spendings, *row.named.values()):
                if redemption.transfer_id is not None:
                    returns.add_wanted(wanted, redemption)
            for paid in row.paid:
                paid.add_wanted(wanted)
        keys = [key for use in row.order.uses for key in (use.key, use.heads) if key is not None]
        self.counters_wanted.update(ref(one.tenant, row.member_id, key) for key in keys)

    # -- deciding ----------------------------------------------------------------------------------------------------

    def decide(self, one: Claimed) -> None:
        """Decide one activity, and after a purchase those that had come before it and waited.

        Whatever goes wrong goes wrong for this activity alone: every change is journaled, and taken back.
        """
        mark, first = self.book.mark(), len(self.book.transfers)
        try:
            outcome = self._decide(one)
            self.limits.charge(one, self.book, first)
        except Exception as error:
            self.book.undo(mark)
            outcome = _failed(one, error)
        self.outcomes[one.id] = outcome
        row = self._row(one)
        if row is not None and row.activity_id == one.id and row.parked:
            parked, row.parked, row.order.parked = row.parked, [], []
            self._screened.update(waiting.id for waiting in parked)
            for waiting in sorted(parked, key=lambda waiting: (waiting.activity.occurred_at, waiting.id)):
                self.decide(waiting)

    def _decide(self, one: Claimed) -> Outcome:
        row, activity = self._row(one), one.activity
        rules, screened = self.rules[one.tenant], one.id in self._screened  # and so counted when it came
        if not screened and (held := screening.hold(one, rules, self.counters, self.book)) is not None:
            return Outcome(one, held)
        if row is None:
            return self._earn(one, activity, Order())
        if activity.kind == ActivityKind.PURCHASE:
            return self._purchase(one, row)
        if row.activity_id is None:
            return self._park(one, row)
        if row.member_id != activity.member_id:
            raise Refusal("ORDER_NOT_FOUND", "This member has no such order.", ("order",), final=True)
        if activity.kind in CORRECTIONS:
            return self._correct(one, row)
        return self._trigger(one, row)

    def _purchase(self, one: Claimed, row: OrderRow) -> Outcome:
        if row.activity_id is not None:
            raise Refusal("ORDER_EXISTS", "This order was recorded before.", ("order",), final=True)
        for redemption in spendings.unlinked(one, row):
            self.book.add(row.linked, redemption.id)
            if redemption.transfer_id is not None:
                self.book.add(row.spendings, redemption)
        order = row.order.copy()
        outcome = self._earn(one, one.activity, order)
        # Nothing below can fail. The order is the buyer's, whoever sent an event that came before.
        order.place(one.id, one.activity.lines)
        order.line = one.activity.line
        self.book.set(row, "order", order)
        row.activity_id, row.member_id = one.id, one.activity.member_id
        return outcome

    def _park(self, one: Claimed, row: OrderRow) -> Outcome:
        """The order's purchase has not come yet."""
        row.check_room()
        row.order.parked.append(one.id)
        row.parked.append(one)
        row.touched = True
        return Outcome(one, Recorded(one.id, one.activity.member_id, "parked", explanation=explain_entries.parked()))

    def _earn(self, one: Claimed, activity: Activity, order: Order) -> Outcome:
        """Give what the rules give for an activity, and let what is kept of the member follow."""
        given = self._give(one, activity, order)
        more, lines = self._settle(one)
        posted, explanation = given.recorded.posted + more, given.recorded.explanation + lines
        given.recorded = Recorded(one.id, activity.member_id, "decided", posted, explanation)
        return given

    def _give(self, one: Claimed, activity: Activity, order: Order) -> Outcome:
        rules = self.rules[one.tenant]
        values = {key: self.counters[stored].used for key, stored in self._counters_of[one.id].items()}
        known = self.standings.get((one.tenant, activity.member_id), NOBODY)
        standing = Standing(known.tiers, known.segments, values, plans=known.plans, so_far=order.so_far)
        decision = engine.decide(activity, standing, rules.rulebook, one.now)
        posted, earnings = [], []
        for number, movement in enumerate(decision.movements):
            entry = self._post(one, movement, number)
            posted.append(entry)
            earnings.append(
                Earning(one.id, entry.transfer_id, entry.unit_id, movement.version_id, movement.amount, movement.shares)
            )
        uses = order.use(one.id, decision.counters)
        for use in uses:
            count(self.book, self.counters, one.tenant, activity.member_id, use, use.amount - use.given_back)
        gave_once = [RuleOf(one.id, given) for given in decision.given_once]
        grants = [self._grant(one, reward, number) for number, reward in enumerate(decision.rewards)]
        order.earnings += earnings
        order.grants += grants
        order.rules += gave_once
        recorded = Recorded(one.id, activity.member_id, "decided", tuple(posted), decision.explanation)
        return Outcome(one, recorded, earnings, uses, grants, gave_once)

    def _grant(self, one: Claimed, reward: RewardEarned, number: int) -> GrantOf:
        key, member_id = f"{one.activity.key}/grant/{number}", one.activity.member_id
        self.book.add(self.grants, Grant(one.tenant, key, member_id, reward.reward, EARN, reward.program_id, one.id))
        return GrantOf(one.id, key)

    def _settle(self, one: Claimed, *, corrected: bool = False) -> Done:
        """Let kinds that keep something of members go by what was decided, or taken back."""
        first, lines, member_id = len(self.book.transfers), tuple[ExplanationLine, ...](), one.activity.member_id
        before = self.standings.get((one.tenant, member_id))
        for touch in self._touches.get(one.id, ()):
            store = self.stores[touch.kind]
            settled = store.settle(touch, self.book, one.activity.key, one.stamp, corrected=corrected)
            lines += settled.explanation
            for other in self.stores.values() if settled.done else ():
                if isinstance(other, Hears):
                    other.hear(touch.who, settled.done, self.book)
            for grant in settled.grants:
                self.book.add(self.grants, grant)
            for granted in settled.taken_back:
                self.book.add(self.grants_back, (one.tenant, granted))
            known = self.standings.get((one.tenant, member_id))
            if settled.facts and known is not None:
                self.book.replace(self.standings, (one.tenant, member_id), known.with_facts(settled.facts))
        if (now := self.standings.get((one.tenant, member_id))) is not None and now is not before:
            lift_of_exempt(self.book, self.rules[one.tenant], one.tenant, one.activity, now, one.stamp)
        return self._entries(first) if lines else (), lines

    def _post(self, one: Claimed, movement: Movement, number: int) -> Posted:
        rules, activity = self.rules[one.tenant], one.activity
        unit = rules.units[movement.unit]
        side = Side.PENDING if movement.pending else Side.AVAILABLE
        account = member(one.tenant, unit, activity.member_id, side)
        stamp, key = one.stamp, f"{activity.key}/earn/{number}"
        terms = LotTerms(activity.occurred_at, movement.expires_at, movement.matures_at)
        transfer = self.book.move(
            key, movement.reason, system(one.tenant, unit, "issued"), account, movement.amount, stamp, terms=terms
        )
        if movement.lapses_at is not None:
            self.book.push_lapse(key, account, movement.lapses_at, stamp)
        elif movement.lapses_never:
            self.book.lift_lapse(key, account, stamp)
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
        order = row.order.copy()
        self.book.set(row, "order", order)
        row.touched = True
        added = order.correct(one.activity)
        if order.all_gone and not added:
            self.book.set(row, "gone_at", one.now)
        # Before anything is given back of what paid: that goes by what the order is worth now.
        order.place(one.id, added)
        entries, lines = self._take_back(one, row, 0)
        if not added:
            more, told = self._settle(one, corrected=True)
            return Outcome(one, Recorded(one.id, row.member_id, "decided", entries + more, lines + told))
        earned = len(order.earnings)
        came = replace(
            one.activity, kind=ActivityKind.PURCHASE.value, lines=added, line=order.line
        )  # fmt: skip
        earned_more = self._give(one, came, order)
        entries, lines = entries + earned_more.recorded.posted, lines + earned_more.recorded.explanation
        # What was refunded, or has arrived, before the line came. What is kept of the member follows once, from all.
        for again in (
            self._take_back(one, row, earned), self._mature(one, order.earnings[earned:], order.triggers),
            self._settle(one, corrected=True),
        ):  # fmt: skip
            entries, lines = entries + again[0], lines + again[1]
        return Outcome(
            one, Recorded(one.id, row.member_id, "decided", entries, lines), earned_more.earnings, earned_more.uses,
            earned_more.grants, earned_more.rules,
        )  # fmt: skip

    def _take_back(self, one: Claimed, row: OrderRow, start: int) -> Done:
        """Reverse what left of the order's earnings from `start` on; give back the points and counters it used."""
        order, key, stamp = row.order, one.activity.key, one.stamp
        policies, first, short = self.rules[one.tenant].policies, len(self.book.transfers), 0
        for number, earning in enumerate(order.earnings[start:], start):
            done = self.book.reverse(
                f"{key}/reverse/{number}", TransferId(earning.transfer_id), order.up_to(earning), key, stamp,
                reason=one.activity.kind, policy=policies[earning.version_id],
            )  # fmt: skip
            short += done.shortfall
        for number, redemption in enumerate(() if start else row.spendings):
            back = order.spent_back(redemption.points)
            given = returns.give_back(self.book, f"{key}/return/{number}", redemption, back, key, stamp)
            self.book.add(row.given_back, given)
        with scope.of(one.tenant):
            for number, paid in enumerate(() if start else row.paid):
                paid.give_back(self.book, f"{key}/paid/{number}", order, stamp)
        for use in order.uses:
            amount = order.give_back(use)
            use.given_back += amount
            count(self.book, self.counters, one.tenant, row.member_id, use, -amount)
        for granted in order.grants_back():
            self.book.add(self.grants_back, (one.tenant, granted))
        entries = self._entries(first)
        if start and not entries:
            return (), ()
        told = self._entries(first, ("member:", "gift_card:"))
        return entries, explain_entries.corrected(one.activity, told, short)

    def _trigger(self, one: Claimed, row: OrderRow) -> Outcome:
        """The trigger that an order's points waited for."""
        order = row.order.copy()
        self.book.set(row, "order", order)
        row.touched = True
        if one.activity.kind not in order.triggers:
            order.triggers.append(one.activity.kind)
        entries, lines = self._mature(one, order.earnings, order.triggers)
        return Outcome(one, Recorded(one.id, row.member_id, "decided", entries, lines))

    def _mature(self, one: Claimed, earnings: Iterable[Earning], triggers: Sequence[str]) -> Done:
        """Make available what waited for one of these triggers."""
        first, waits = len(self.book.transfers), self.rules[one.tenant].waits
        for earning in earnings:
            if waits.get(earning.version_id) not in triggers:
                continue
            for lot in tuple(entry_of(self.book, TransferId(earning.transfer_id), 0).lots):
                if lot.account.ref.book is Side.PENDING and lot.remaining:
                    self.book.mature(f"{one.activity.key}/mature/{lot.id}", lot, one.stamp)
        entries = self._entries(first)
        return entries, explain_entries.matured(entries)

    async def grant(self) -> None:
        """Give the rewards that were earned, and take those back whose cause is gone, after all was posted."""
        await granting.give(self.grants)
        for tenant in sorted({tenant for tenant, _ in self.grants_back}):
            await granting.take_back(tenant, [key for other, key in self.grants_back if other == tenant])

    # -- helpers -----------------------------------------------------------------------------------------------------

    def _entries(self, first: int, owners: tuple[str, ...] = ("member:",)) -> tuple[Posted, ...]:
        """The side of members, or of these `owners`, of the transfers noted since `first`."""
        if first == len(self.book.transfers):
            return ()
        accounts = {
            account.id: account for account in self.book.accounts.values() if account.ref.owner.startswith(owners)
        }
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

    def _row(self, one: Claimed) -> OrderRow | None:
        if not about_order(one.activity, self.rules[one.tenant]):
            return None
        return self.orders[one.tenant, str(one.activity.order_id)]


def _failed(one: Claimed, error: Exception) -> Outcome:
    """A refusal by the business is an outcome to remember; by validation, or a bug, one that leaves nothing."""
    if isinstance(error, Overflow):
        error = Refusal("OUT_OF_RANGE", "The member would have more than 2⁵³ − 1 points.", ("lines",), final=True)
    if not isinstance(error, Refusal):
        log.error("activity not decided", tenant=one.tenant, activity=one.id, exc_info=error)
    refusal = error if isinstance(error, Refusal) and error.final else None
    recorded = Recorded(one.id, one.activity.member_id, "refused", refusal=refusal)
    return Outcome(one, recorded, failure=None if refusal else error)
