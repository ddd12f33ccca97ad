"""Points of a partner's own programme for shared ones, and back, at the rate of the rules; each once per key.

    in    shared points are issued to the member; the partner owes their issue price, and takes its own points itself
    out   shared points are spent; the partner gets the reimbursement price, and gives its own points itself

What the partner does in its own system is its own affair: here is only what it is to take or give. Where it is a tenant
that takes part with a unit of its own, that side is moved too, in the same transaction (`own_side`). A conversion is
undone on its local day, whole: what came in is taken back while the member has as much, what went out goes back into
the lots that paid for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from events.service import emit
from kit import db
from kit.errors import Refusal
from kit.ids import is_id
from ledger.book import Book, LotTerms, Stamp
from ledger.errors import InsufficientBalance, Overflow
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AccountRef, Policy, TransferId, UnitId, system
from ledger.state import member as member_account
from members.views import MemberId
from programs.coalition import doings, earning, links, live, own_side
from programs.coalition.deriving import CONVERT_IN, CONVERT_OUT
from programs.coalition.doings import Asked, Doing
from programs.coalition.errors import CoalitionErrorCode, final, out_of_range
from programs.coalition.freshness import refuse_fresh
from programs.coalition.limits import GIVEN_AND_TAKEN, Limits, Standing, one_day
from programs.coalition.models import PartnerConversion
from programs.coalition.own_side import Converted, OwnSide
from programs.coalition.partners import PartnerId, PartnerView
from programs.coalition.rules import AMOUNT_MAX, Conversion
from programs.days import add_months, end_of_day, local_day
from programs.redeeming import Received, Spent
from rewards.offers import lock_member
from tenants import audit, commands, elsewhere, profile, scope
from tenants.elsewhere import Elsewhere
from tenants.scope import TenantId

ConversionId = NewType("ConversionId", str)


class Direction(StrEnum):
    """Whether points came in from a partner's own programme, or went out to it."""

    IN = "in"
    OUT = "out"

    @property
    def reason(self) -> str:
        """Why the ledger moved the points."""
        return CONVERT_IN if self is Direction.IN else CONVERT_OUT

    @property
    def cap(self) -> str:
        """What a member's daily cap counts them as."""
        return f"converted {self}"


@dataclass(frozen=True, slots=True)
class ConversionView:
    """`own_points` of the partner's own programme for `points` shared ones, or the other way; undone if `undone_at`.

    `own_transfer_id` moved the own ones in the ledger of `own_tenant_id`; None: the partner moved them itself.
    """

    id: ConversionId
    partner_id: PartnerId
    member_id: MemberId
    direction: Direction
    own_points: int
    points: int
    converted_at: datetime
    undone_at: datetime | None
    own_tenant_id: TenantId | None
    own_transfer_id: TransferId | None


async def convert_in(key: str, partner: PartnerView, member: MemberId, own_points: int) -> ConversionView:
    """Give a member shared points for so many of the partner's own.

    Raises `Refusal`: OUT_OF_RANGE, NOT_FOUND (member); and kept under the key: NOT_ELIGIBLE (nothing is converted so),
    PARTNER_FROZEN, NO_TERMS, EARN_NOT_ALLOWED, CAP_REACHED, CREDIT_LIMIT, PREPAID_EMPTY; what `own_side.move` raises.
    """
    _check(own_points, "own_points")
    own, side = earning.key(partner.id, key), await own_side.of(partner, member)

    async def work() -> commands.Result:
        rate = await _rate(partner, Direction.IN)
        points = rate.shared(_whole(rate, own_points, "own_points"))
        if points > AMOUNT_MAX:
            raise out_of_range(1, AMOUNT_MAX, "own_points")
        if side is not None:
            await own_side.take_turns(side)
        under_way = await _Converting.begin(partner, member, Direction.IN)
        moved = await under_way.give(own, rate, own_points, points)
        await _other_side(side, own, moved)
        return {"conversion": moved}

    given = {"member": member, "own_points": own_points}
    return await _once(own, partner, "partner.convert_in", given, work, None if side is None else side.at)


async def convert_out(key: str, partner: PartnerView, member: MemberId, points: int) -> ConversionView:
    """Spend so many shared points of a member; the answer says how many of its own the partner is to give.

    Raises `Refusal`: OUT_OF_RANGE, NOT_FOUND (member); and kept under the key: NOT_ELIGIBLE (nothing is converted so),
    INSUFFICIENT_POINTS, PARTNER_FROZEN, NO_TERMS, BURN_NOT_ALLOWED, CAP_REACHED, TOO_FRESH; what `own_side.move`
    raises.
    """
    _check(points, "points")
    own, side = earning.key(partner.id, key), await own_side.of(partner, member)

    async def work() -> commands.Result:
        rate = await _rate(partner, Direction.OUT)
        own_points = rate.own(points)
        if own_points is None or own_points > AMOUNT_MAX:
            every = rate.shared(rate.step)
            raise _refused_amount(f"These are no whole points of the partner's: give a multiple of {every}.", "points")
        _whole(rate, own_points, "points")
        if side is not None:
            await own_side.take_turns(side)
        under_way = await _Converting.begin(partner, member, Direction.OUT)
        moved = await under_way.take(own, rate, own_points, points)
        await _other_side(side, own, moved)
        return {"conversion": moved}

    given = {"member": member, "points": points}
    return await _once(own, partner, "partner.convert_out", given, work, None if side is None else side.at)


async def undo(key: str, partner: PartnerView, conversion: ConversionId) -> ConversionView:
    """Take a conversion back, on its local day.

    Raises `Refusal`: NOT_FOUND; and kept under the key: ALREADY_CLOSED, ENDED (its day is over), INSUFFICIENT_POINTS
    (what came was spent). Possible in any state of the partner.
    """
    own, view = earning.key(partner.id, key), await get(partner.id, conversion)
    side = None if view.own_tenant_id is None else await elsewhere.find(view.own_tenant_id)

    async def work() -> commands.Result:
        if side is None or view.own_transfer_id is None:
            await _undo(own, view)
        else:
            await own_side.take_turns_back(side, view.own_transfer_id)
            await _undo(own, view)
            await own_side.undo(side, own, view.own_transfer_id, _converted(view))
        return {"conversion": conversion}

    given = {"conversion": conversion}
    return await _once(own, partner, "partner.convert_undo", given, work, side)


async def get(partner: PartnerId, conversion: ConversionId) -> ConversionView:
    """A partner's conversion. Raises `Refusal` NOT_FOUND, for another's alike."""
    found = await find(partner, conversion)
    if found is None:
        raise Refusal(CoalitionErrorCode.NOT_FOUND, "There is no such conversion.", ("conversion",))
    return found


async def find(partner: PartnerId, conversion: ConversionId) -> ConversionView | None:
    """A partner's conversion, if there is one by this id."""
    async with scope.reading():
        row = await PartnerConversion.get_or_none(id=conversion, partner_id=partner) if is_id(conversion) else None
    return None if row is None else _view(row)


async def page(partner: PartnerId, asked: Asked) -> list[ConversionView]:
    """A partner's conversions, the latest first. Raises what `doings.page` raises."""
    ids = await doings.page(Doing.CONVERSION, partner, asked)
    async with scope.reading():
        found = {row.id: _view(row) for row in await PartnerConversion.filter(id__in=ids)}
    return [found[id_] for id_ in ids]


# -- one conversion ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Converting:
    """A conversion under way: member, partner and accounts are locked, in this order, as when points are spent."""

    member: MemberId
    direction: Direction
    standing: Standing
    limits: Limits
    spent: Spent
    book: Book
    theirs: AccountRef
    stamp: Stamp

    @classmethod
    async def begin(cls, partner: PartnerView, member: MemberId, direction: Direction) -> _Converting:
        """Lock and read all that it is about. Raises `Refusal`: NOT_FOUND; PARTNER_FROZEN, kept under the key."""
        tenant, now = scope.tenant_id(), scope.now()
        await lock_member(member)
        spent, limits = Received() if direction is Direction.IN else Spent(), Limits()
        await spent.begin(member)
        await limits.load([(tenant, partner.slug, member, now)], (*GIVEN_AND_TAKEN, direction.cap))
        standing = limits.of(tenant, partner.slug)
        standing.check()
        theirs = member_account(tenant, UnitId(standing.unit), member)
        wanted = Wanted(spending={theirs})
        spent.want(wanted)
        book = await load(wanted, now)
        await spent.count()
        return cls(member, direction, standing, limits, spent, book, theirs, Stamp(now, now))

    async def give(self, key: str, rate: Conversion, own_points: int, points: int) -> TransferId:
        """Issue the points, charged to the partner."""
        now, first = self.stamp.recorded_at, len(self.book.transfers)
        terms = LotTerms(now, None if rate.months is None else _end(now, rate.months, self.standing.zone))
        issued = system(scope.tenant_id(), self.theirs.unit, "issued")
        try:
            moved = self.book.move(f"{key}/in", CONVERT_IN, issued, self.theirs, points, self.stamp, terms=terms)
        except Overflow as error:
            raise _refused_amount("The member would have more than 2⁵³ − 1.", "own_points") from error
        given = [transfer for transfer in self.book.transfers[first:] if transfer.id == moved]
        self.limits.issue(self.standing, self.book, self.member, given, self.stamp.effective_at, now)
        return await self._finish(key, rate, moved, own_points, points)

    async def take(self, key: str, rate: Conversion, own_points: int, points: int) -> TransferId:
        """Spend the points, which the partner is paid for."""
        self.limits.take(self.standing, self.book, self.member, points, self.stamp.effective_at)
        await refuse_fresh(self.standing, self.book, self.theirs, points, self.stamp)
        to = system(scope.tenant_id(), self.theirs.unit, "spent")
        try:
            moved = self.book.move(f"{key}/out", CONVERT_OUT, self.theirs, to, points, self.stamp)
        except InsufficientBalance as error:
            raise _insufficient() from error
        return await self._finish(key, rate, moved, own_points, points)

    async def _finish(
        self, key: str, rate: Conversion, moved: TransferId, own_points: int, points: int
    ) -> TransferId:  # fmt: skip
        now = self.stamp.recorded_at
        day = one_day(self.standing, now)
        self.limits.cap(self.book, self.standing, self.direction.cap, self.member, day, points, rate.daily_cap)
        followed = self.spent.settle(self.book, key, self.theirs, self.stamp)
        await save(self.book, [*followed, *self.limits.changes()])
        await PartnerConversion.create(
            id=moved, partner_id=self.standing.id, member_id=self.member, direction=self.direction.value,
            own_points=own_points, points=points, converted_at=now,
        )  # fmt: skip
        await self.spent.finish()
        await _tell("points.converted", await PartnerConversion.get(id=moved), self.theirs.unit)
        return moved


async def _undo(key: str, view: ConversionView) -> None:
    tenant, now, id_ = scope.tenant_id(), scope.now(), TransferId(view.id)
    await lock_member(view.member_id)
    if not await db.execute(_UNDONE, tenant, view.id, now):
        raise final(CoalitionErrorCode.ALREADY_CLOSED, "This conversion was undone before.", "conversion")
    zone = ZoneInfo((await profile.current()).zone)
    if local_day(view.converted_at, zone) != local_day(now, zone):
        raise final(CoalitionErrorCode.ENDED, "A conversion is undone on its own day only.", "conversion")
    spent, wanted = Spent(), Wanted(entries={(tenant, id_)})
    await spent.begin(view.member_id)
    spent.want(wanted)
    book, stamp = await load(wanted, now), Stamp(now, now)
    await spent.count()
    reason, entry = view.direction.reason, book.entries[id_]
    back = book.reverse(f"{key}/undo", id_, view.points, key, stamp, reason=reason, policy=Policy.CLAMP)
    if back.amount != view.points:
        raise _insufficient()
    theirs = entry.credit if view.direction is Direction.IN else entry.debit
    await save(book, spent.settle(book, key, theirs, stamp))
    await spent.finish()
    await _tell("points.conversion_undone", await PartnerConversion.get(id=view.id), theirs.unit)


# -- helpers -----------------------------------------------------------------------------------------------------------


async def _once(
    key: str, partner: PartnerView, name: str, given: commands.Result, work: commands.Work, side: Elsewhere | None
) -> ConversionView:  # fmt: skip
    result = await commands.once(key, name, given, work, also=() if side is None else (side.tenant,))
    return await get(partner.id, ConversionId(result["conversion"]))


async def _other_side(side: OwnSide | None, key: str, conversion: TransferId) -> None:
    """Move the partner's own points, where that is a tenant which takes part with them."""
    if side is None:
        return
    row = await PartnerConversion.get(id=conversion)
    # Whose customer this is was read before the transaction: by now it may be another member.
    await links.hold(PartnerId(row.partner_id), MemberId(row.member_id), side.customer)
    row.own_transfer_id = await own_side.move(side, key, _converted(_view(row)))
    row.own_tenant_id = side.at.tenant
    await row.save(update_fields=["own_tenant_id", "own_transfer_id"])


def _converted(view: ConversionView) -> Converted:
    return Converted(view.id, view.direction is Direction.IN, view.own_points, view.points)


async def _rate(partner: PartnerView, direction: Direction) -> Conversion:
    rules = await live.needed(partner)
    found = next((each for each in rules.conversions if each.partner == partner.slug), None)
    if found is None or not (found.allow_in if direction is Direction.IN else found.allow_out):
        message = f"Points of this partner are not converted {direction}."
        raise final(CoalitionErrorCode.NOT_ELIGIBLE, message, "partner")
    return found


def _whole(rate: Conversion, own_points: int, field: str) -> int:
    """The partner's own points, if they can be converted at once."""
    if own_points < rate.minimum or own_points % rate.step:
        message = f"At least {rate.minimum} of the partner's own points, in multiples of {rate.step}: not {own_points}."
        raise _refused_amount(message, field)
    return own_points


def _refused_amount(message: str, field: str) -> Refusal:
    return Refusal(CoalitionErrorCode.OUT_OF_RANGE, message, (field,))


def _check(amount: int, field: str) -> None:
    if not 1 <= amount <= AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX, field)


def _insufficient() -> Refusal:
    """Without a number: the partner may not be one that sees the balance."""
    return final(CoalitionErrorCode.INSUFFICIENT_POINTS, "The member has fewer points than that.", "points")


def _end(now: datetime, months: int, zone: ZoneInfo) -> datetime:
    return end_of_day(add_months(local_day(now, zone), months), zone)


async def _tell(kind: str, row: PartnerConversion, unit: str) -> None:
    told = {"direction": row.direction, "own_points": row.own_points, "points": row.points}
    details = {"member": f"member:{row.member_id}", "partner": f"partner:{row.partner_id}", **told}
    await audit.record(kind, f"conversion:{row.id}", details)
    body = {"conversion": row.id, "member": row.member_id, "partner": row.partner_id, "unit": unit, **told}
    await emit(kind, f"member:{row.member_id}", body, row.partner_id)


def _view(row: PartnerConversion) -> ConversionView:
    return ConversionView(
        ConversionId(row.id), PartnerId(row.partner_id), MemberId(row.member_id), Direction(row.direction),
        row.own_points, row.points, row.converted_at, row.undone_at,
        None if row.own_tenant_id is None else TenantId(row.own_tenant_id),
        None if row.own_transfer_id is None else TransferId(row.own_transfer_id),
    )  # fmt: skip


_UNDONE = "UPDATE partner_conversion SET undone_at = $3 WHERE tenant_id = $1 AND id = $2 AND undone_at IS NULL"
