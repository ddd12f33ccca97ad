"""Giving points to a cause, and calling a donation off: each one transaction under an idempotency key.

    donate   moves points from the member to `donated:<cause>`, and counts what the merchant adds       state made
    cancel   gives them back into their own lots, on the local day of the donation only              cancelled

The balance is checked by the ledger's move itself, under the account's lock (promise 4). Locks are taken in the order
member, what kinds keep of them, accounts, counters of caps. Causes have no running total: nobody waits for another's
donation, but for a cap that counts both.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.service import emit
from kit.ids import new_id
from kit.setbased import Change, Insert, Update
from ledger.book import Stamp
from ledger.errors import InsufficientBalance
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AMOUNT_MAX, AccountRef, TransferId, UnitId, system
from ledger.state import member as member_account
from members import store
from members.text import storable
from members.views import MemberId
from programs import lapses, rulebooks
from programs.counters import CounterRef, CounterValue, counter_changes, load_counters, ref
from programs.decision import ProgramId
from programs.giving import terms, views
from programs.giving.compiled import CompiledCause
from programs.giving.errors import GivingErrorCode, donation_not_found, final, refused
from programs.giving.receipts import new_number
from programs.giving.terms import Terms
from programs.giving.views import DonationId, DonationState, DonationView
from programs.settling import Settling
from rewards.offers import lock_member
from tenants import audit, commands, scope

DONATE, CANCEL = "donate", "donation_cancelled"
REASON_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class DonateInput:
    """Points for a cause, by its id; `program` says whose, where several have one of this id."""

    member: MemberId
    cause: str
    points: int
    program: ProgramId | None = None


async def donate(key: str, given: DonateInput) -> DonationView:
    """Give points.

    Raises `Refusal`: NOT_FOUND (member, program, cause), INVALID (which program), OUT_OF_RANGE (points); and kept under
    the key: NOT_ELIGIBLE (the cause has not begun), ENDED, INSUFFICIENT_POINTS.
    """
    stays = await lapses.after_activity_now()  # giving is a sign of life, as spending is

    async def work() -> commands.Result:
        await lock_member(given.member)
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        found, cause = terms.of_cause(rules, scope.now(), given.cause, given.program)
        return {"donation": await _donate(key, given, found, cause, stays.get(found.unit))}

    asked = {"member": given.member, "cause": given.cause, "points": given.points, "program": given.program}
    return await _once(key, "donation.make", asked, work)


async def cancel(key: str, donation: DonationId, reason: str) -> DonationView:
    """Call a donation off, on the local day on which it was made: afterwards it may have been paid out.

    Raises `Refusal`: INVALID (reason), NOT_FOUND; and kept under the key: ALREADY_CLOSED (cancelled before),
    WRONG_STATE (of another day).
    """
    if not reason.strip() or len(reason) > REASON_CHARACTERS_MAX or not storable(reason):
        raise refused(GivingErrorCode.INVALID, f"Say why in 1 to {REASON_CHARACTERS_MAX} characters.", "reason")

    async def work() -> commands.Result:
        found = (await views.donations([donation])).get(donation)
        if found is None or not await store.lock(found.member_id):
            raise donation_not_found()
        found = (await views.donations([donation]))[donation]  # as it is now that nobody else works on it
        if found.state is not DonationState.MADE:
            raise final(GivingErrorCode.ALREADY_CLOSED, "This donation was cancelled before.", "donation")
        zone = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()].zone
        if found.donated_at.astimezone(zone).date() != scope.now().astimezone(zone).date():
            message = "A donation can be cancelled on the day on which it was made."
            raise final(GivingErrorCode.WRONG_STATE, message, "donation")
        await _cancel(key, found, reason)
        return {"donation": donation}

    return await _once(key, "donation.cancel", {"donation": donation, "reason": reason}, work)


# -- one step each, under the member's lock ----------------------------------------------------------------------------


async def _donate(
    key: str, given: DonateInput, found: Terms, cause: CompiledCause, lapses_at: datetime | None
) -> DonationId:
    _check_points(given.points, found)
    tenant, now, rules = scope.tenant_id(), scope.now(), found.compiled.rules
    theirs = member_account(tenant, found.unit, given.member)
    ours = _donated(found.unit, cause.rules.id)
    wanted = Wanted(accounts={ours}, spending={theirs})
    settling = await Settling.begin(given.member)
    settling.want(wanted)
    book = await load(wanted, now)
    caps = found.compiled.caps(cause.rules.id, now)
    limits = {ref(tenant, given.member, counter): limit for counter, limit in caps.limits}
    counters = await load_counters(limits)
    await settling.count()
    stamp = Stamp(now, now)
    try:
        transfer = book.move(f"{key}/donate", DONATE, theirs, ours, given.points, stamp)
    except InsufficientBalance as error:
        message = f"This needs {given.points} points; {error.available} can be given."
        raise final(GivingErrorCode.INSUFFICIENT_POINTS, message, "points") from error
    if lapses_at is not None:
        book.extend_lapse(f"{key}/lapse", theirs, lapses_at, stamp)
    value = found.compiled.worth(given.points)
    matched = _count(counters, limits, found, value)
    id_ = DonationId(new_id())
    row = (
        tenant, id_, found.program_id, given.member, found.unit, cause.rules.id, cause.rules.name,
        new_number(id_, found.compiled.day(now)), given.points, value, matched, rules.currency,
        DonationState.MADE.value, caps.period, caps.in_total, transfer, now,
    )  # fmt: skip
    settled = settling.settle(book, key, stamp)
    await save(book, [*settled, *counter_changes(counters), Change(_INSERT, [row])])
    await settling.grant()
    body = {"points": given.points, "value": value, "matched": matched, "currency": rules.currency}
    await _tell("donation.made", id_, given.member, found.program_id, cause.rules.id, transfer, body)
    return id_


async def _cancel(key: str, donation: DonationView, reason: str) -> None:
    tenant, now = scope.tenant_id(), scope.now()
    theirs = member_account(tenant, donation.unit_id, donation.member_id)
    wanted = Wanted(spending={theirs}, entries={(tenant, donation.transfer_id)})
    settling = await Settling.begin(donation.member_id)
    settling.want(wanted)
    book = await load(wanted, now)
    counters = await load_counters(ref(tenant, donation.member_id, counter) for counter in donation.counted_by)
    await settling.count()
    stamp = Stamp(now, now, note=reason)
    book.reverse(f"{key}/cancel", donation.transfer_id, donation.points, key, stamp, reason=CANCEL)
    for counter in counters.values():
        counter.used -= donation.matched
    settled = settling.settle(book, key, Stamp(now, now))
    closed = Change(_CANCEL, [(tenant, donation.id, now, reason)])
    await save(book, [*settled, *counter_changes(counters), closed])
    await settling.grant()
    body = {"points": donation.points}
    await _tell(
        "donation.cancelled", donation.id, donation.member_id, donation.program_id, donation.cause,
        donation.transfer_id, body,
    )  # fmt: skip
    await audit.record(
        "donation.cancelled", f"donation:{donation.id}",
        {"member": f"member:{donation.member_id}", "points": donation.points},
    )  # fmt: skip


# -- around them -------------------------------------------------------------------------------------------------------


def _check_points(points: int, found: Terms) -> None:
    low, step = found.compiled.minimum, found.compiled.step
    if not low <= points <= AMOUNT_MAX or points % step:
        steps = f", in multiples of {step}" if step > 1 else ""
        raise refused(GivingErrorCode.OUT_OF_RANGE, f"Give {low} points or more{steps}.", "points")
    percent = found.compiled.rules.matching.percent if found.compiled.rules.matching is not None else 0
    if found.compiled.worth(points) * max(100, percent) // 100 > AMOUNT_MAX:
        raise refused(GivingErrorCode.OUT_OF_RANGE, "So many points are worth more than can be counted.", "points")


def _count(
    counters: dict[CounterRef, CounterValue], limits: dict[CounterRef, int], found: Terms, value: int
) -> int:  # fmt: skip
    """What the merchant adds, counted by every cap."""
    left = min((max(0, limit - counters[counter].used) for counter, limit in limits.items()), default=None)
    matched = found.compiled.matched(value, left)
    for counter in limits:
        counters[counter].used += matched
    return matched


def _donated(unit: UnitId, cause: str) -> AccountRef:
    return system(scope.tenant_id(), unit, f"donated:{cause}")


async def _tell(
    kind: str, donation: DonationId, member: MemberId, program: ProgramId, cause: str, transfer: TransferId,
    more: dict[str, Any],
) -> None:  # fmt: skip
    body = {"donation": donation, "member": member, "program": program, "cause": cause, "transfer": transfer, **more}
    await emit(kind, f"member:{member}", body)


async def _once(
    key: str, name: str, given: Mapping[str, Any], work: Callable[[], Awaitable[commands.Result]]
) -> DonationView:  # fmt: skip
    """Do it once; the donation is read again, so that a repeat shows it as it is now."""
    result = await commands.once(key, name, given, work)
    return (await views.donations([result["donation"]]))[result["donation"]]


_INSERT = Insert(
    "donation", tenant_id="uuid", id="uuid", program_id="uuid", member_id="uuid", unit_id="uuid", cause="text",
    cause_name="text", number="text", points="int", value="int", matched="int", currency="text", state="text",
    matched_period="text", matched_in_total="bool", transfer_id="uuid", donated_at="instant",
)  # fmt: skip
_CANCEL = Update(
    "donation", "state = 'cancelled', cancelled_at = x.cancelled_at, note = x.note", "t.state = 'made'",
    cancelled_at="instant", note="text",
)  # fmt: skip
