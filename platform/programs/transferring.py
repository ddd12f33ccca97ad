"""Members give each other points, where a program lets them: one transaction under an idempotency key.

Each lot that pays arrives with its age and its end, so nothing lives longer by going round. It is a gift: a refund of
what the giver earned is taken from what the giver still has, as if the points had been spent.

A shopper names the other by the shop's own id for them, or by their code for friends. What is refused for a reason of
the giver's is refused first, so that nobody learns who else is a member but by giving them points; tries are limited.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from events.service import emit
from kit.errors import Refusal
from ledger.book import Book, LotTerms, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AMOUNT_MAX, AccountRef, Lot, UnitId
from ledger.state import member as member_account
from members.errors import not_found
from members.service import MemberRef, resolve_many
from members.standing import standings
from members.views import MemberId
from programs import lapses, rulebooks
from programs.counters import counter_changes, load_counters, ref, used_now
from programs.decision import CounterKey, CounterOwner, ProgramId
from programs.kind import Standing, TransferTerms
from programs.referral import codes
from programs.rulebooks import TenantRules
from programs.settling import Settling
from rewards.offers import lock_member
from tenants import attempts, audit, commands, scope

REASON = "transfer"
COUNTER = "transfers"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets points, as a shopper names them: by the shop's own id, or by their code for friends."""

    external_id: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Giveable:
    """Points that a member may give others: at least so many at once, at most so many a day, of which some are left."""

    unit_id: UnitId
    minimum: int
    maximum_per_day: int
    left_today: int


class _Terms(NamedTuple):
    program_id: ProgramId
    unit: UnitId
    terms: TransferTerms
    counter: CounterKey


async def transfer(key: str, from_: MemberId, to: MemberId, unit: str, points: int) -> None:
    """Move points of the unit with this slug from one member to another.

    Raises `Refusal`: INVALID (to oneself), NOT_FOUND (member), OUT_OF_RANGE (points); and kept under the key:
    NOT_ELIGIBLE (no live program lets these points be given), LIMIT_REACHED (today), INSUFFICIENT_POINTS.
    """

    async def find() -> MemberId | None:
        return to

    await _once(key, from_, find, {"to": to}, unit, points)


async def give(key: str, from_: MemberId, to: Receiver, unit: str, points: int) -> None:
    """`transfer`, as a shopper asks for it. Raises what that raises, and `TooManyAttempts`."""
    await attempts.count_name(scope.tenant_id(), scope.actor())

    async def find() -> MemberId | None:
        if to.code is not None:
            return await codes.owner(to.code)
        named = MemberRef(external_id=to.external_id)
        found = (await resolve_many([named]))[named]
        return None if found is None else found.merged_into or found.id

    await _once(key, from_, find, {"receiver": asdict(to)}, unit, points)


async def giveable(member: MemberId) -> tuple[Giveable, ...]:
    """What this member may give others now, by the rules; one for each unit."""
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        known = _all_terms(rules, scope.now())
        used = await used_now([each.counter for each in known.values()], member)
    return tuple(
        Giveable(
            each.unit, each.terms.minimum, each.terms.maximum_per_day,
            max(0, each.terms.maximum_per_day - used[each.counter]),
        )
        for each in known.values()
    )  # fmt: skip


async def _once(
    key: str, from_: MemberId, find: Callable[[], Awaitable[MemberId | None]], to: Mapping[str, object], unit: str,
    points: int,
) -> None:  # fmt: skip
    if not 1 <= points <= AMOUNT_MAX:
        raise Refusal("OUT_OF_RANGE", "Give a number from 1 to 2⁵³ − 1.", ("points",))
    stays = await lapses.after_activity_now()

    async def work() -> commands.Result:
        found = await _lock(from_, await find())
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        terms = _all_terms(rules, scope.now()).get(unit)
        if terms is None:
            message = "Members cannot give each other points of this unit."
            raise Refusal("NOT_ELIGIBLE", message, ("unit",), final=True)
        await _transfer(key, from_, found, terms, points, stays.get(terms.unit))
        return {}

    await commands.once(key, "points.transfer", {"from": from_, **to, "unit": unit, "points": points}, work)


async def _lock(from_: MemberId, to: MemberId | None) -> MemberId | None:
    """Lock both, in the order of their ids; answers who gets the points, if there is such an active member."""
    if from_ == to:
        raise Refusal("INVALID", "A member gives points to somebody else.", ("to",))
    there = to
    for member in sorted({from_, to or from_}):
        try:
            await lock_member(member)
        except Refusal:
            if member == from_:
                raise
            there = None
    return there


async def _transfer(
    key: str, from_: MemberId, to: MemberId | None, found: _Terms, points: int, stays: datetime | None
) -> None:
    """Move the points, both locked; that there is nobody `to` get them is told after all that speaks against giving."""
    if points < found.terms.minimum:
        raise Refusal("OUT_OF_RANGE", f"At least {found.terms.minimum} points at once.", ("points",))
    tenant, now = scope.tenant_id(), scope.now()
    members = sorted({from_, to or from_})
    theirs, others = (member_account(tenant, found.unit, member) for member in (from_, to or from_))
    settlings = [await Settling.begin(member) for member in members]
    wanted = Wanted(spending={theirs, others})
    for settling in settlings:
        settling.want(wanted)
    book = await load(wanted, now)
    today = ref(tenant, from_, found.counter)
    counters = await load_counters([today])
    for settling in settlings:
        await settling.count()
    left = found.terms.maximum_per_day - counters[today].used
    if points > left:
        raise Refusal("LIMIT_REACHED", f"They can give {max(0, left)} points more today.", ("points",), final=True)
    counters[today].used += points
    stamp = Stamp(now, now)
    picked = _pick(book, theirs, points, stamp)
    if to is None:
        raise not_found("to")
    for number, (lot, part) in enumerate(picked):
        terms = LotTerms(lot.earned_at, lot.expires_at)
        book.move(f"{key}/transfer/{number}", REASON, theirs, others, part, stamp, terms=terms, lots=(lot,))
    if stays is not None:
        book.extend_lapse(f"{key}/lapse/0", theirs, stays, stamp)
        if not await _keeps(to, found):  # whose points never lapsed so far, since they had none, begins now
            book.push_lapse(f"{key}/lapse/1", others, stays, stamp)
    changes = [
        change
        for number, settling in enumerate(settlings)
        for change in settling.settle(book, f"{key}/{number}", stamp)
    ]
    await save(book, [*changes, *counter_changes(counters)])
    for settling in settlings:
        await settling.grant()
    await audit.record_staff("points.transferred", f"member:{from_}", {"to": f"member:{to}", "points": points})
    body = {"member": from_, "receiver": to, "unit": found.unit, "points": points}
    await emit("points.transferred", f"member:{from_}", body)


async def _keeps(member: MemberId, found: _Terms) -> bool:
    place = scope.tenant_id(), member
    rules = (await rulebooks.load([place[0]]))[place[0]]
    known = (await standings([place]))[place].among(rules.rulebook.tiers_of_everybody(scope.now()))
    return found.terms.keeps(Standing(known.tiers, known.segments, plans=known.plans))


def _all_terms(rules: TenantRules, now: datetime) -> dict[str, _Terms]:
    """By slug, the terms of the first live program that issues a unit and lets members give it to each other."""
    period = f"day:{now.astimezone(rules.zone).date().isoformat()}"
    known: dict[str, _Terms] = {}
    for program in rules.rulebook.programs:
        traits = rules.rulebook.version(program, now).traits
        if program.live_at(now) and traits.transfers is not None:
            slug = traits.units[0].slug
            counter = CounterKey(program.id, CounterOwner.MEMBER, COUNTER, period)
            known.setdefault(slug, _Terms(program.id, rules.units[slug], traits.transfers, counter))
    return known


def _pick(book: Book, theirs: AccountRef, points: int, stamp: Stamp) -> list[tuple[Lot, int]]:
    picked, missing = book.pick_up_to(book.account(theirs).spendable(stamp.recorded_at), points)
    if missing:
        message = f"This needs {points} points; {points - missing} can be given."
        raise Refusal("INSUFFICIENT_POINTS", message, ("points",), final=True)
    return picked
