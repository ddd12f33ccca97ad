"""Members give each other points, where a program lets them: one transaction under an idempotency key.

Each lot that pays arrives with its age and its end, so nothing lives longer by going round. It is a gift: a refund of
what the giver earned is taken from what the giver still has, as if the points had been spent.
"""

from __future__ import annotations

from typing import NamedTuple

from events.service import emit
from kit.errors import Refusal
from ledger.book import Book, LotTerms, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AMOUNT_MAX, AccountRef, UnitId
from ledger.state import member as member_account
from members.views import MemberId
from programs import lapses, rulebooks
from programs.counters import counter_changes, load_counters, ref
from programs.decision import CounterKey, CounterOwner, ProgramId
from programs.kind import TransferTerms
from programs.settling import Settling
from rewards.offers import lock_member
from tenants import audit, commands, scope

REASON = "transfer"
COUNTER = "transfers"


class _Terms(NamedTuple):
    program_id: ProgramId
    unit: UnitId
    terms: TransferTerms
    period: str


async def transfer(key: str, from_: MemberId, to: MemberId, unit: str, points: int) -> None:
    """Move points of the unit with this slug from one member to another.

    Raises `Refusal`: INVALID (to oneself), NOT_FOUND (member), OUT_OF_RANGE (points); and kept under the key:
    NOT_ELIGIBLE (no live program lets these points be given), LIMIT_REACHED (today), INSUFFICIENT_POINTS.
    """
    if from_ == to:
        raise Refusal("INVALID", "A member gives points to somebody else.", ("to",))
    if not 1 <= points <= AMOUNT_MAX:
        raise Refusal("OUT_OF_RANGE", "Give a number from 1 to 2⁵³ − 1.", ("points",))
    stays = await lapses.after_activity_now()

    async def work() -> commands.Result:
        for member in sorted((from_, to)):
            await lock_member(member)
        found = await _terms(unit)
        if points < found.terms.minimum:
            raise Refusal("OUT_OF_RANGE", f"At least {found.terms.minimum} points at once.", ("points",))
        tenant, now = scope.tenant_id(), scope.now()
        theirs, others = (member_account(tenant, found.unit, member) for member in (from_, to))
        settlings = [await Settling.begin(member) for member in sorted((from_, to))]
        wanted = Wanted(spending={theirs, others})
        for settling in settlings:
            settling.want(wanted)
        book = await load(wanted, now)
        today = ref(tenant, from_, CounterKey(found.program_id, CounterOwner.MEMBER, COUNTER, found.period))
        counters = await load_counters([today])
        for settling in settlings:
            await settling.count()
        left = found.terms.maximum_per_day - counters[today].used
        if points > left:
            message = f"They can give {max(0, left)} points more today."
            raise Refusal("LIMIT_REACHED", message, ("points",), final=True)
        counters[today].used += points
        stamp = Stamp(now, now)
        _move(book, key, theirs, others, points, stamp)
        if (at := stays.get(found.unit)) is not None:
            for number, account in enumerate((theirs, others)):
                book.extend_lapse(f"{key}/lapse/{number}", account, at, stamp)
        changes = [change for settling in settlings for change in settling.settle(book, key, stamp)]
        await save(book, [*changes, *counter_changes(counters)])
        for settling in settlings:
            await settling.grant()
        await audit.record_staff("points.transferred", f"member:{from_}", {"to": f"member:{to}", "points": points})
        body = {"member": from_, "receiver": to, "unit": found.unit, "points": points}
        await emit("points.transferred", f"member:{from_}", body)
        return {}

    given = {"from": from_, "to": to, "unit": unit, "points": points}
    await commands.once(key, "points.transfer", given, work)


async def _terms(unit: str) -> _Terms:
    """The terms of the first live program that issues this unit and lets members give it to each other."""
    tenant, now = scope.tenant_id(), scope.now()
    rules = (await rulebooks.load([tenant]))[tenant]
    period = f"day:{now.astimezone(rules.zone).date().isoformat()}"
    for program in rules.rulebook.programs:
        traits = rules.rulebook.version(program, now).traits
        if program.live_at(now) and traits.transfers is not None and traits.units[0].slug == unit:
            return _Terms(program.id, rules.units[unit], traits.transfers, period)
    raise Refusal("NOT_ELIGIBLE", "Members cannot give each other points of this unit.", ("unit",), final=True)


def _move(book: Book, key: str, theirs: AccountRef, others: AccountRef, points: int, stamp: Stamp) -> None:
    picked, missing = book.pick_up_to(book.account(theirs).spendable(stamp.recorded_at), points)
    if missing:
        message = f"This needs {points} points; {points - missing} can be given."
        raise Refusal("INSUFFICIENT_POINTS", message, ("points",), final=True)
    for number, (lot, part) in enumerate(picked):
        terms = LotTerms(lot.earned_at, lot.expires_at)
        book.move(f"{key}/transfer/{number}", REASON, theirs, others, part, stamp, terms=terms, lots=(lot,))
