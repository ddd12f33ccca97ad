"""Gifts of a referral, given to both sides or taken back from both, in the transaction of the one who decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from events.service import emit
from kit.ids import new_id
from kit.setbased import Change
from ledger.book import Book, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from members.views import MemberId
from programs import gift_posting
from programs.gift_posting import Given
from programs.referral import records
from programs.referral.compiled import CompiledReferral
from programs.referral.records import Claimed, Gift
from programs.referral.views import ReferralState, Rejection
from programs.rulebooks import TenantRules
from programs.settling import Settling
from programs.store import Who
from rewards import granting
from tenants import scope

REASON, TAKEN_BACK = "referral", "referral_taken_back"


async def reward(claimed: Claimed, compiled: CompiledReferral, rules: TenantRules, now: datetime) -> None:
    """Give both sides their gifts; the referrer only within the caps. Both members are locked."""
    tenant, key = scope.tenant_id(), f"referral:{claimed.id}"
    claimed.capped = await _beyond_caps(claimed, compiled)
    sides = {
        "referrer": (Who(tenant, claimed.program_id, claimed.referrer_id),
                     () if claimed.capped else compiled.rules.referrer),
        "friend": (Who(tenant, claimed.program_id, claimed.friend_id), compiled.rules.friend),
    }  # fmt: skip
    wanted = Wanted()
    settlings = await _settlings(claimed, wanted)
    for who, gifts in sides.values():
        gift_posting.want(wanted, gifts, who, rules.units)
    book = await load(wanted, now)
    stamp, given = Stamp(now, now), dict[str, Given]()
    for side, (who, gifts) in sides.items():
        given[side] = gift_posting.give(
            gifts, who, rules.units, compiled.zone, book, f"{key}/{side}", REASON, stamp
        )  # fmt: skip
    claimed.state, claimed.closed_at, claimed.look_at = ReferralState.REWARDED, now, None
    claimed.grants = tuple(grant.key for each in given.values() for grant in each.grants)
    gift_rows = [
        (tenant, new_id(), claimed.id, side, points.unit_id, points.amount, points.transfer_id)
        for side, each in given.items()
        for points in each.points
    ]
    settled = await _settled(settlings, book, key, stamp)
    await save(book, [*settled, Change(records.UPDATE, [records.row_of(claimed)]),
                      Change(records.INSERT_GIFTS, gift_rows)])  # fmt: skip
    await granting.give([grant for each in given.values() for grant in each.grants])
    for each in settlings:
        await each.grant()
    await tell("referral.rewarded", claimed)


async def take_back(claimed: Claimed, now: datetime) -> None:
    """Take back what both sides got, since the order came back whole. What is spent is a shortfall."""
    tenant, key = scope.tenant_id(), f"referral:{claimed.id}/back"
    gifts = await records.gifts_of(claimed.id)
    wanted = Wanted()
    settlings = await _settlings(claimed, wanted)
    for gift in gifts:
        gift_posting.want_back(wanted, [gift.points], Who(tenant, claimed.program_id, _member(claimed, gift)))
    book = await load(wanted, now)
    stamp = Stamp(now, now)
    for number, gift in enumerate(gifts):
        transfer, amount = gift.points.transfer_id, gift.points.amount
        book.reverse(f"{key}/{number}", transfer, amount, key, stamp, reason=TAKEN_BACK)
    claimed.state, claimed.closed_at, claimed.look_at = ReferralState.TAKEN_BACK, now, None
    settled = await _settled(settlings, book, key, stamp)
    await save(book, [*settled, Change(records.UPDATE, [records.row_of(claimed)])])
    await granting.take_back(tenant, claimed.grants)
    for each in settlings:
        await each.grant()
    await tell("referral.taken_back", claimed)


async def reject(claimed: Claimed, reason: Rejection, now: datetime, note: str | None = None) -> None:
    """Close a referral that brings nothing."""
    claimed.state, claimed.reason, claimed.note = ReferralState.REJECTED, reason.value, note
    claimed.closed_at, claimed.look_at = now, None
    await keep(claimed)
    await tell("referral.rejected", claimed)


async def keep(claimed: Claimed) -> None:
    """Write a referral of which no points move."""
    done = await records.UPDATE([records.row_of(claimed)])
    assert done == 1, "a referral that is locked is there"


async def tell(kind: str, claimed: Claimed) -> None:
    """Tell of it."""
    body = {
        "referral": claimed.id, "program": claimed.program_id, "referrer": claimed.referrer_id,
        "friend": claimed.friend_id,
    }  # fmt: skip
    if kind == "referral.rejected":
        body["reason"] = str(claimed.reason)
    await emit(kind, f"member:{claimed.friend_id}", body)


async def _beyond_caps(claimed: Claimed, compiled: CompiledReferral) -> bool:
    assert claimed.qualified_at is not None, "an order was kept"
    for cap in compiled.rules.caps:
        period = compiled.period(cap.period, claimed.qualified_at)
        if await records.rewarded_in(claimed, period) >= cap.friends:
            return True
    return False


async def _settlings(claimed: Claimed, wanted: Wanted) -> list[Settling]:
    """What kinds keep of both members, locked."""
    settlings = [await Settling.begin(member) for member in sorted((claimed.referrer_id, claimed.friend_id))]
    for settling in settlings:
        settling.want(wanted)
    return settlings


async def _settled(settlings: Sequence[Settling], book: Book, key: str, stamp: Stamp) -> list[Change]:
    for settling in settlings:
        await settling.count()
    return [
        change
        for number, settling in enumerate(settlings)
        for change in settling.settle(book, f"{key}/{number}", stamp)
    ]


def _member(claimed: Claimed, gift: Gift) -> MemberId:
    return claimed.referrer_id if gift.side == "referrer" else claimed.friend_id
