"""A conversion's other side: where the partner is a tenant of its own, its members' points move with the shared ones.

Both ledgers are written in one transaction, the operator's first. Each keeps a row of the conversion, by the transfer
of its own points; `guerdon verify` holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from events.service import emit
from kit import db
from kit.errors import Refusal
from ledger.book import Book, LotTerms, Stamp
from ledger.errors import InsufficientBalance, Overflow
from ledger.load import Wanted, load
from ledger.models import Transfer
from ledger.save import save
from ledger.state import AccountRef, Policy, TransferId, UnitId, system
from ledger.state import member as member_account
from members import store
from members.service import MemberRef, resolve_many
from members.views import MemberId
from programs.coalition import links
from programs.coalition.errors import CoalitionErrorCode, final
from programs.coalition.models import Participation, ParticipationConversion
from programs.coalition.partners import PartnerView
from programs.days import add_months, end_of_day, local_day
from programs.redeeming import Received, Spent
from rewards.offers import lock_member
from tenants import audit, elsewhere, profile, scope
from tenants.elsewhere import Elsewhere

PAGE_MAX = 101
LEFT, CAME = "exchange_out", "exchange_in"
"""Why the partner's own ledger moved points: they left for shared ones, or came for them."""


@dataclass(frozen=True, slots=True)
class OwnSide:
    """The tenant that a partner is itself, its `customer`, and the unit that they convert."""

    at: Elsewhere
    participation_id: str
    customer: str
    unit_id: UnitId
    months: int | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Converted:
    """What the operator's side did: `own_points` leave the partner's programme (`leaving`), or come to it."""

    conversion_id: str
    leaving: bool
    own_points: int
    points: int


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """A conversion on the shop's side, by the transfer of its own points. `direction`: as the coalition names it."""

    id: TransferId
    member_id: MemberId
    unit_id: UnitId
    direction: str
    own_points: int
    points: int
    converted_at: datetime
    undone_at: datetime | None


async def page(participation: str, before: TransferId | None = None, first: int = 50) -> list[ExchangeView]:
    """What a participation moved, the latest first: `first` (at most 101) of those before `before`."""
    async with scope.reading():
        wanted = ParticipationConversion.filter(participation_id=participation)
        if before is not None:
            wanted = wanted.filter(id__lt=before)
        rows = await wanted.order_by("-id").limit(max(0, min(first, PAGE_MAX)))
        # The shop may have chosen another unit since.
        moved = await Transfer.filter(id__in=[row.id for row in rows]).values_list("id", "unit_id")
    units = {id_: UnitId(unit) for id_, unit in moved}
    return [
        ExchangeView(
            TransferId(row.id), MemberId(row.member_id), units[row.id], row.direction, row.own_points, row.points,
            row.converted_at, row.undone_at,
        )
        for row in rows
    ]  # fmt: skip


async def of(partner: PartnerView, member: MemberId) -> OwnSide | None:
    """The other side, if the partner is a tenant whose members' points are moved. To be asked before a transaction.

    Raises `Refusal` NOT_FOUND if the member is not linked with it.
    """
    at = None if partner.own_tenant_id is None else await elsewhere.find(partner.own_tenant_id)
    if at is None:
        return None
    operator, link = scope.tenant_id(), (await links.of_members(partner.id, [member])).get(member)
    if link is None:
        raise links.link_not_found()
    with at.entered():
        async with scope.reading():
            row = await Participation.get_or_none(operator_id=operator, partner_id=partner.id, ended_at=None)
            if row is None or row.unit_id is None:
                return None
            zone = ZoneInfo((await profile.current()).zone)
    return OwnSide(at, row.id, link.customer_id, UnitId(row.unit_id), row.months, zone)


async def take_turns(side: OwnSide) -> None:
    """Lock the shop's member ahead of the operator's where its tenant comes first, so that all lock in one order.

    Else two shops that are partners of each other would wait in a circle whenever both convert for the same people.
    """
    if side.at.tenant < scope.tenant_id():
        with side.at.entered():
            await _lock(await _find(side.customer))


async def take_turns_back(at: Elsewhere, moved: TransferId) -> None:
    """Likewise, ahead of `undo`."""
    if at.tenant < scope.tenant_id():
        with at.entered():
            await _lock(MemberId((await ParticipationConversion.get(id=moved)).member_id))


async def move(side: OwnSide, key: str, done: Converted) -> TransferId:
    """Move the own points of the partner's customer, in the transaction under way; `key`: as the operator's transfer.

    Raises `Refusal`, kept under the key: NOT_FOUND (the shop has no such member), INSUFFICIENT_POINTS, OUT_OF_RANGE
    (they would have more than can be counted), NOT_ELIGIBLE (the shop converts these points no longer), CAP_REACHED.
    """
    with side.at.entered():
        await _hold(side)
        await _count(side, done)
        member = await _member(side.customer)
        theirs = member_account(side.at.tenant, side.unit_id, member)
        moving = await _Moving.begin(member, Wanted(spending={theirs}), Spent() if done.leaving else Received())
        moved = (
            moving.out(key, theirs, done.own_points)
            if done.leaving
            else moving.back(key, theirs, done.own_points, side)
        )
        await moving.finish(key, theirs)
        now = moving.stamp.recorded_at
        await ParticipationConversion.create(
            id=moved, participation_id=side.participation_id, conversion_id=done.conversion_id, member_id=member,
            direction=_direction(done), own_points=done.own_points, points=done.points, converted_at=now,
        )  # fmt: skip
        await _tell("points.exchanged", moved, member, side.unit_id, done)
        return moved


async def undo(at: Elsewhere, key: str, moved: TransferId, done: Converted) -> None:
    """Take back what `move` moved, whole; also after the shop has stopped taking part.

    Raises `Refusal`: NOT_FOUND (the member is closed or erased); and kept under the key: INSUFFICIENT_POINTS.
    """
    with at.entered():
        await db.execute(_UNDONE, at.tenant, moved, scope.now())
        row = await ParticipationConversion.get(id=moved)
        await db.execute(
            _UNCOUNT[done.leaving], at.tenant, row.participation_id, await _day_of(row.converted_at), done.own_points
        )
        member = MemberId(row.member_id)
        await lock_member(member)
        moving = await _Moving.begin(member, Wanted(entries={(at.tenant, moved)}), Spent())
        entry, reason = moving.book.entries[moved], LEFT if done.leaving else CAME
        back = moving.book.reverse(
            f"{key}/undo", moved, done.own_points, key, moving.stamp, reason=reason, policy=Policy.CLAMP
        )
        if back.amount != done.own_points:
            raise _insufficient()
        theirs = entry.debit if done.leaving else entry.credit
        await moving.finish(key, theirs)
        await _tell("points.exchange_undone", moved, member, theirs.unit, done)


# -- helpers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Moving:
    """A movement under way: the member and their accounts are locked."""

    book: Book
    spent: Spent
    stamp: Stamp

    @classmethod
    async def begin(cls, member: MemberId, wanted: Wanted, spent: Spent) -> _Moving:
        now = scope.now()
        await spent.begin(member)
        spent.want(wanted)
        book = await load(wanted, now)
        await spent.count()
        return cls(book, spent, Stamp(now, now))

    def out(self, key: str, theirs: AccountRef, points: int) -> TransferId:
        """Points leave the programme."""
        to = system(theirs.tenant, theirs.unit, "spent")
        try:
            return self.book.move(f"{key}/own", LEFT, theirs, to, points, self.stamp)
        except InsufficientBalance as error:
            raise _insufficient() from error

    def back(self, key: str, theirs: AccountRef, points: int, side: OwnSide) -> TransferId:
        """Points come to the programme, to end as the shop has said."""
        now = self.stamp.recorded_at
        ends = (
            None if side.months is None else end_of_day(add_months(local_day(now, side.zone), side.months), side.zone)
        )
        issued = system(theirs.tenant, theirs.unit, "issued")
        try:
            return self.book.move(f"{key}/own", CAME, issued, theirs, points, self.stamp, terms=LotTerms(now, ends))
        except Overflow as error:
            message = "The member would have more than 2⁵³ − 1 of the partner's own points."
            raise final(CoalitionErrorCode.OUT_OF_RANGE, message, "own_points") from error

    async def finish(self, key: str, theirs: AccountRef) -> None:
        """Write all of it."""
        await save(self.book, self.spent.settle(self.book, key, theirs, self.stamp))
        await self.spent.finish()


async def _hold(side: OwnSide) -> None:
    """Keep the shop from ending it meanwhile."""
    if not await db.execute(_HOLD, side.at.tenant, side.participation_id, side.unit_id):
        raise final(
            CoalitionErrorCode.NOT_ELIGIBLE, "The partner's shop does not convert these points any more.", "link"
        )


async def _count(side: OwnSide, done: Converted) -> None:
    """Count what is moved on the shop's local day; the row is locked."""
    day = local_day(scope.now(), side.zone).isoformat()
    if not await db.execute(_COUNT[done.leaving], side.at.tenant, side.participation_id, day, done.own_points):
        message = "The partner's shop lets no more of its own points be converted today."
        raise final(CoalitionErrorCode.CAP_REACHED, message, "own_points")


async def _member(customer: str) -> MemberId:
    """The shop's member, locked: the partner's customer ids are the shop's own."""
    member = await _find(customer)
    try:
        if member is not None:
            await lock_member(member)
            return member
    except Refusal:  # closed or erased
        pass
    raise final(CoalitionErrorCode.NOT_FOUND, "The partner's own shop has no such member.", "link")


async def _day_of(at: datetime) -> str:
    return local_day(at, ZoneInfo((await profile.current()).zone)).isoformat()


async def _find(customer: str) -> MemberId | None:
    ref = MemberRef(external_id=customer)
    found = (await resolve_many([ref]))[ref]
    return None if found is None else found.merged_into or found.id


async def _lock(member: MemberId | None) -> None:
    """Whether they can convert is asked later."""
    if member is not None:
        await store.lock(member)


def _direction(done: Converted) -> str:
    """As the coalition names it: in, when own points left for shared ones."""
    return "in" if done.leaving else "out"


def _insufficient() -> Refusal:
    return final(
        CoalitionErrorCode.INSUFFICIENT_POINTS, "The member has fewer of the partner's own points.", "own_points"
    )


async def _tell(kind: str, moved: TransferId, member: MemberId, unit: UnitId, done: Converted) -> None:
    told = {"direction": _direction(done), "own_points": done.own_points, "points": done.points}
    await audit.record(kind, f"member:{member}", {"transfer": f"transfer:{moved}", **told})
    await emit(kind, f"member:{member}", {"member": member, "transfer": moved, "unit": unit, **told})


# What was chosen as points of the shop's alone may have become money, or be shared in a coalition of its own, since.
_HOLD = """
UPDATE participation SET joined_at = joined_at
WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL AND unit_id = $3
    AND EXISTS (SELECT 1 FROM unit u WHERE u.tenant_id = $1 AND u.id = $3 AND u.currency IS NULL)
    AND NOT EXISTS (SELECT 1 FROM coalition c WHERE c.tenant_id = $1 AND c.unit_id = $3)"""

_COUNTING = """
UPDATE participation SET counted_on = $3, {more} = CASE WHEN counted_on = $3 THEN {more} ELSE 0 END + $4,
    {other} = CASE WHEN counted_on = $3 THEN {other} ELSE 0 END
WHERE tenant_id = $1 AND id = $2
    AND (daily_cap IS NULL OR CASE WHEN counted_on = $3 THEN {more} ELSE 0 END + $4 <= daily_cap)"""
_COUNT = {
    True: _COUNTING.format(more="went", other="came"),
    False: _COUNTING.format(more="came", other="went"),
}
"""By whether own points leave."""

_UNCOUNTING = """
UPDATE participation SET {less} = {less} - $4 WHERE tenant_id = $1 AND id = $2 AND counted_on = $3 AND {less} >= $4"""
_UNCOUNT = {True: _UNCOUNTING.format(less="went"), False: _UNCOUNTING.format(less="came")}

_UNDONE = "UPDATE participation_conversion SET undone_at = $3 WHERE tenant_id = $1 AND id = $2"
