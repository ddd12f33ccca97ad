"""Referrals: a code is used, the friend's order is kept, both are rewarded; taken back if that order comes back whole.

    invited ──▶ qualified ──▶ rewarded ──▶ taken_back
       │            └── staff reject ──▶ rejected      an order was kept, but both look like one person: staff decide
       └── never a customer before, in time, … ──▶ rejected

What follows from orders is done by a job (`settle_due`), one referral in a transaction: a purchase never waits for the
account of the one who invited, whom many friends may have. Locks: referral, members, what kinds keep of them, accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from events import service as events_service
from kit.ids import new_id
from members import store
from members.text import storable
from members.views import MemberId, MemberState, views
from programs import rulebooks
from programs.referral import claiming, records, rewarding
from programs.referral import state as states
from programs.referral import views as reading
from programs.referral.claiming import Against
from programs.referral.compiled import Bought, CompiledReferral
from programs.referral.errors import ReferralErrorCode, final, referral_not_found, refused
from programs.referral.records import Claimed
from programs.referral.rules import Suspicion
from programs.referral.views import ReferralId, ReferralState, ReferralView, Rejection
from programs.rulebooks import TenantRules
from programs.store import Who
from rewards.offers import lock_member
from tenants import attempts, audit, commands, scope

REASON_CHARACTERS_MAX = 500
_AGAINST = {
    Against.SELF: (ReferralErrorCode.NOT_ELIGIBLE, "Nobody comes by their own code."),
    Against.TAKEN: (ReferralErrorCode.TAKEN, "This member came by a code before."),
    Against.CUSTOMER: (ReferralErrorCode.NOT_ELIGIBLE, "A code is for new customers."),
    Against.CIRCLE: (ReferralErrorCode.NOT_ELIGIBLE, "Whose code this is came by this member's own."),
}


async def claim(key: str, friend: MemberId, code: str) -> ReferralView:
    """Let a member come by a friend's code.

    Raises `Refusal`: NOT_FOUND (member, code); and kept under the key: NOT_ELIGIBLE, TAKEN. Raises `TooManyAttempts`
    for a shopper who tries many codes.
    """
    await attempts.count_name(scope.tenant_id(), scope.actor())

    async def work() -> commands.Result:
        await lock_member(friend)
        rules, now = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()], scope.now()
        against = Against.UNKNOWN
        for running in reading.running(rules, now):
            who = Who(scope.tenant_id(), running.program_id, friend)
            found = await claiming.examine(who, running.compiled.rules, code, now)
            if not isinstance(found, Against):
                return {"referral": await _note(who, running.compiled, found, now)}
            against = found if against is Against.UNKNOWN else against
        if against is Against.UNKNOWN:
            raise refused(ReferralErrorCode.NOT_FOUND, "Nobody has this code.", "code")
        raise final(*_AGAINST[against], "code")

    result = await commands.once(key, "referral.claim", {"friend": friend, "code": code}, work)
    return (await reading.referrals([result["referral"]]))[result["referral"]]


async def review(key: str, referral: ReferralId, approve: bool, note: str) -> ReferralView:
    """Decide on a referral whose order was kept, but whose two sides look like one person.

    Raises `Refusal`: INVALID (note), NOT_FOUND; and kept under the key: WRONG_STATE (nothing is to be decided).
    """
    if not note.strip() or len(note) > REASON_CHARACTERS_MAX or not storable(note):
        raise refused(ReferralErrorCode.INVALID, f"Say why in 1 to {REASON_CHARACTERS_MAX} characters.", "note")

    async def work() -> commands.Result:
        claimed = await records.claim(referral)
        if claimed.state is not ReferralState.QUALIFIED:
            message = f"This referral is {claimed.state}: there is nothing to decide."
            raise final(ReferralErrorCode.WRONG_STATE, message, "referral")
        await _lock(claimed)
        rules, now = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()], scope.now()
        compiled = _compiled(rules, claimed, now)
        if compiled is None:
            raise final(ReferralErrorCode.WRONG_STATE, "Its program does not run.", "referral")
        claimed.note = note
        kept = compiled.first_kept(claimed.claimed_at, await records.orders_of(claimed), now)
        if approve and kept.reference is None:
            raise final(ReferralErrorCode.WRONG_STATE, "The order came back.", "referral")
        if approve and await _reason_against(claimed) is Rejection.GONE:
            raise final(ReferralErrorCode.WRONG_STATE, "One of the two is no longer a member.", "referral")
        if approve:
            claimed.order_reference, claimed.qualified_at = kept.reference, kept.kept_at
            await rewarding.reward(claimed, compiled, rules, now)
        else:
            await rewarding.reject(claimed, Rejection.STAFF, now, note)
        await audit.record("referral.reviewed", f"referral:{referral}", {"state": claimed.state.value})
        return {"referral": referral}

    asked = {"referral": referral, "approve": approve, "note": note}
    result = await commands.once(key, "referral.review", asked, work)
    return (await reading.referrals([result["referral"]]))[result["referral"]]


async def settle_due(limit: int = 1) -> int:
    """Look at up to `limit` referrals of the scope's tenant that are to be; answers how many.

    Which ones is derived from the rows, so it can run late, twice, or in several places at once.
    """
    async with scope.writing():
        due = await records.claim_due(limit)
        rules, now = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()], scope.now()
        for claimed in due:
            compiled = _compiled(rules, claimed, now)
            if compiled is None:  # it does not run now: asked again in a day
                claimed.look_at = now + timedelta(days=1)
                await rewarding.keep(claimed)
            else:
                await _settle(claimed, compiled, rules, now)
    return len(due)


# -- one step each, on a referral that is locked -----------------------------------------------------------------------


async def _settle(claimed: Claimed, compiled: CompiledReferral, rules: TenantRules, now: datetime) -> None:
    await _lock(claimed)
    orders = await records.orders_of(claimed)
    if claimed.state is ReferralState.REWARDED:
        back = any(order.reference == claimed.order_reference and order.gone for order in orders)
        if back or await _one_person(claimed):
            await rewarding.take_back(claimed, now)
            return
    elif claimed.state in (ReferralState.INVITED, ReferralState.QUALIFIED):
        await _look(claimed, compiled, rules, orders, now)
        return
    claimed.look_at = None
    await rewarding.keep(claimed)


async def _look(
    claimed: Claimed, compiled: CompiledReferral, rules: TenantRules, orders: Sequence[Bought], now: datetime
) -> None:
    """Look whether an order was kept by now."""
    found = compiled.first_kept(claimed.claimed_at, orders, now)
    reason = Rejection.LATE if found.late else await _reason_against(claimed)
    if reason is not None:
        await rewarding.reject(claimed, reason, now)
        return
    was = claimed.state
    claimed.order_reference, claimed.qualified_at, claimed.look_at = found.reference, found.kept_at, found.look_at
    claimed.signs = tuple(dict.fromkeys((*claimed.signs, *await _signs(claimed, compiled))))
    if found.reference is None:
        claimed.state = ReferralState.INVITED
        await rewarding.keep(claimed)
    elif not claimed.signs:
        await rewarding.reward(claimed, compiled, rules, now)
    elif compiled.rules.suspicion is Suspicion.REJECT:
        await rewarding.reject(claimed, Rejection.SAME_PERSON, now)
    else:
        claimed.state = ReferralState.QUALIFIED
        await rewarding.keep(claimed)
        if was is not ReferralState.QUALIFIED:
            await rewarding.tell("referral.qualified", claimed)


async def _signs(claimed: Claimed, compiled: CompiledReferral) -> tuple[str, ...]:
    """What says by now that both are one person; that each came by the other's code, when both used them at once."""
    who = Who(scope.tenant_id(), claimed.program_id, claimed.friend_id)
    alike = await claiming.signs(compiled.rules, claimed.referrer_id, claimed.friend_id)
    return (*alike, "circle") if await claiming.leads_to(who, claimed.referrer_id) else alike


async def _reason_against(claimed: Claimed) -> Rejection | None:
    """What became known since the code was used: orders from before, or that a member is gone."""
    found = await views([claimed.referrer_id, claimed.friend_id])
    if len(found) < 2 or any(member.state is not MemberState.ACTIVE for member in found.values()):
        return Rejection.GONE
    who = Who(scope.tenant_id(), claimed.program_id, claimed.friend_id)
    return Rejection.CUSTOMER if await claiming.bought_before(who, claimed.claimed_at) else None


async def _one_person(claimed: Claimed) -> bool:
    """Whether the two were merged since."""
    found = await views([claimed.referrer_id, claimed.friend_id])
    return len({member.merged_into or member.id for member in found.values()}) == 1


async def _lock(claimed: Claimed) -> None:
    for member in sorted((claimed.referrer_id, claimed.friend_id)):
        if not await store.lock(member):
            raise referral_not_found()


async def _note(who: Who, compiled: CompiledReferral, found: claiming.Invitation, now: datetime) -> ReferralId:
    """Write a referral that was claimed by mutation; one of another transaction is waited for, and there first."""
    id_ = ReferralId(new_id())
    state = "rejected" if found.signs and compiled.rules.suspicion is Suspicion.REJECT else "invited"
    look_at = None if state == "rejected" else compiled.first_look(now)
    if not await states.INSERT([(*states.new_row(id_, who, found, state, now, now), look_at)]):
        raise final(*_AGAINST[Against.TAKEN], "code")
    await events_service.INSERT([states.claimed_event(id_, who, found, state, now)])
    return id_


def _compiled(rules: TenantRules, claimed: Claimed, now: datetime) -> CompiledReferral | None:
    return next(
        (each.compiled for each in reading.running(rules, now) if each.program_id == claimed.program_id), None
    )  # fmt: skip
