"""What happened comes in here: record a purchase, a refund, a visit, and answer what it led to.

The way of one activity, readable straight through: it is checked (`submission`), waits with others for the transaction
under way (`kit.committer`), and then goes with them through one transaction (`record_batch`):

    claim      INSERT activity … ON CONFLICT DO NOTHING: a repeat is answered with what was done the first time
    load       orders, accounts with lots, counters: locked, sorted, one statement per table
    decide     the engine for what earns, the order's own entries for what is taken back; each sees the one before
    post       the ledger's verbs in memory; then its rows, set-based,
    remember   with decisions, orders, counters and events in the same statement
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from kit import db
from kit.committer import Committer
from kit.errors import Refusal
from kit.setbased import Columns
from ledger.load import Wanted, load
from ledger.save import save
from members.standing import standings
from programs import rulebooks
from programs.batch import Batch
from programs.claims import Claimed, claim, replays, unclaim
from programs.counters import counter_changes, load_counters
from programs.order_rows import about_order, delete_empty, load_orders, order_changes
from programs.records import Recorded, Submission
from programs.remember import told
from programs.screening import held
from programs.spendings import load_spendings, save_spendings
from programs.store import count_for
from tenants import scope
from tenants.scope import TenantId

AHEAD_MAX = timedelta(minutes=5)
BATCH_MAX = 128

_running: list[Committer[Submission, Recorded]] = []
_TENANTS = Columns(id="uuid")


async def record(submission: Submission) -> Recorded:
    """Record one activity, once, and answer what it led to; a repeat of its key answers the same again.

    Raises `Refusal` (unknown member, a date out of bounds, other input under the key, …) and `Throttled`.
    """
    submission.check()
    return await _committer().submit(submission)


async def drain() -> None:
    """Wait until all that was submitted is answered; what is remembered of the database is forgotten with it."""
    while _running:
        await _running.pop().drain()
    rulebooks.forget()


async def record_batch(items: Sequence[Submission]) -> list[Recorded | Exception]:
    """Record these, of any tenants, in one transaction; each has its own answer, and fails alone.

    No two of one key: `record` sees to that.
    """
    tenants = sorted({item.tenant for item in items})
    with scope.spanning(tenants, "a group commit holds several tenants' activities"):
        async with scope.writing():
            return await _record(items, tenants)


async def _record(items: Sequence[Submission], tenants: Sequence[TenantId]) -> list[Recorded | Exception]:
    found = await rulebooks.load_each(tenants)
    rules = {tenant: own for tenant, own in found.items() if not isinstance(own, Exception)}
    answers: dict[int, Recorded | Exception] = {}
    timely = []
    for item in items:
        own = found[item.tenant]
        refusal = own if isinstance(own, Exception) else _untimely(item, own.days_back)
        if refusal is None:
            timely.append(item)
        else:
            answers[id(item)] = refusal
    claimed = await claim(timely)
    if len(claimed) < len(timely):
        fresh = {id(one.item) for one in claimed}
        rest = [item for item in timely if id(item) not in fresh]
        answers.update(await replays(rest))
        # Whose member became another while the claim waited for that, is found now.
        claimed += await claim([item for item in rest if _unknown(answers[id(item)])])
    if claimed:
        answers.update(await _decide(claimed, rules))
    return [answers[id(item)] for item in items]


async def _decide(
    claimed: list[Claimed], rules: dict[TenantId, rulebooks.TenantRules]
) -> dict[int, Recorded | Exception]:
    orders = await load_orders([one for one in claimed if about_order(one.activity, rules[one.tenant])])
    await load_spendings(orders, claimed)
    batch = Batch(rules, orders)
    now = max(one.now for one in claimed)
    wanted = Wanted()
    await batch.load_stores(claimed)
    waited = [parked for row in orders.values() for parked in row.parked]
    await batch.limits.load(
        (one.tenant, one.activity.partner, one.activity.member_id, one.stamp.effective_at)
        for one in (*claimed, *waited)
        if one.activity.partner is not None
    )
    for one in claimed:
        batch.want(one, wanted)
    for store in batch.stores.values():
        store.want(wanted)
    batch.book = await load(wanted, now)
    batch.counters = await load_counters(batch.counters_wanted)
    await count_for(batch.stores.values(), batch.counters)
    batch.standings = await standings(batch.standings_wanted)
    for one in claimed:
        batch.decide(one)
    outcomes = batch.outcomes.values()
    remember = told([outcome for outcome in outcomes if outcome.failure is None])
    kept = [change for store in batch.stores.values() for change in store.changes()] + list(held(outcomes))
    kept += batch.limits.changes()
    await save(batch.book, [*remember, *counter_changes(batch.counters), order_changes(orders), *kept])
    await batch.grant()
    await save_spendings(orders)
    await unclaim([outcome.claimed for outcome in outcomes if outcome.failure is not None and outcome.claimed.item])
    await delete_empty(orders)
    return {id(outcome.claimed.item): outcome.answer() for outcome in outcomes}


async def decide_held(claimed: Claimed) -> Recorded:
    """Decide an activity that was held, within the transaction under way; a refusal by the business is its outcome.

    Raises whatever else keeps it from being decided.
    """
    rules = await rulebooks.load([claimed.tenant])
    (answer,) = (await _decide([claimed], rules)).values()
    if isinstance(answer, Refusal) and answer.final:
        return Recorded(claimed.id, claimed.activity.member_id, "refused", refusal=answer)
    if isinstance(answer, Exception):
        raise answer
    return answer


def _untimely(item: Submission, days_back: timedelta) -> Refusal | None:
    occurred = item.activity.occurred_at
    if occurred > item.now + AHEAD_MAX:
        return Refusal("OCCURRED_IN_FUTURE", "An activity may be at most 5 minutes ahead.", ("occurredAt",))
    if not item.imported and occurred < item.now - days_back:
        message = f"An activity may be at most {days_back.days} days back; imports may be older."
        return Refusal("OCCURRED_TOO_LONG_AGO", message, ("occurredAt",))
    return None


def _unknown(answer: Recorded | Exception) -> bool:
    return isinstance(answer, Refusal) and answer.code == "NOT_FOUND"


def _committer() -> Committer[Submission, Recorded]:
    if not _running:
        _running.append(
            Committer(
                record_batch,
                key=lambda item: (item.tenant, item.activity.key),
                group=lambda item: item.tenant,
                batch_max=BATCH_MAX,
                in_flight_max=2 if db.dialect() == "postgres" else 1,
            )
        )
    return _running[0]
