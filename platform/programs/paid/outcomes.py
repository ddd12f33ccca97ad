"""What follows from what a provider said: asked outside of any transaction, then written once, in one.

    finish(charge)    ask the provider, by the charge's own id, and settle; again after a crash, with the same answer
    settle            close the charge; begin, renew or upgrade the membership, make the pass, or count the refund

A payment that comes when it is no longer wanted (two pages paid for one membership, a member who has gone) is given
back by itself.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from events.service import emit
from kit import db
from kit.errors import Refusal
from kit.money import EXPONENTS
from members.store import lock
from programs.paid import charges, giving, life, pass_records, provider, records, terms, words
from programs.paid.charges import Charge
from programs.paid.errors import PaidErrorCode, not_found, refused
from programs.paid.life import Life, State
from programs.paid.provider import Impossible, Outcome, Provider, Status, Unavailable
from programs.paid.records import Change, Record
from programs.paid.rules import Plan
from programs.paid.terms import Terms
from programs.paid.views import ChargeId, ChargeState, ChargeView, Purpose
from rewards.offers import lock_member
from tenants import scope

log = structlog.get_logger("payments")


async def account() -> Provider:
    """The provider that new payments go to. Raises `Refusal`: PROVIDER_MISSING, PROVIDER_UNAVAILABLE."""
    try:
        found = await provider.provider_of()
    except Unavailable as error:
        log.warning("payments.unavailable", error=str(error))
        message = "The payment provider cannot be used now."
        raise refused(PaidErrorCode.PROVIDER_UNAVAILABLE, message) from error
    if found is None:
        raise refused(PaidErrorCode.PROVIDER_MISSING, "No payment provider is set up.")
    return found


async def finish(id_: ChargeId) -> Charge:
    """Bring a charge to its end, as far as the provider knows one; answers it as it is then. Raises `Unavailable`."""
    async with scope.reading():
        charge = await charges.get(id_)
    if charge is None:
        raise not_found("charge", "id")
    if charge.state is ChargeState.OPEN:
        outcome = await _ask(charge)
        await db.retrying(lambda: _settle(id_, outcome))
        async with scope.reading():
            charge = await charges.get(id_)
        assert charge is not None, "charges stay"
    return charge


async def finish_or_refuse(id_: ChargeId) -> Charge:
    """Likewise, for who waits for it. Raises `Refusal`: DECLINED, PROVIDER_UNAVAILABLE (a repeat asks again)."""
    try:
        charge = await finish(id_)
    except Unavailable as error:
        log.warning("payments.unavailable", charge=id_, error=str(error))
        message = "The payment provider does not answer; it will be asked again, and a repeat of this, too."
        raise refused(PaidErrorCode.PROVIDER_UNAVAILABLE, message) from error
    if charge.state in (ChargeState.DECLINED, ChargeState.EXPIRED):
        raise refused(PaidErrorCode.DECLINED, f"The payment was declined: {charge.reason or charge.state}.", "payment")
    return charge


async def finished(id_: ChargeId) -> ChargeView:
    """A charge after its provider was asked, if that could be: else a job asks again. Raises `Refusal` NOT_FOUND."""
    try:
        return (await finish(id_)).view()
    except Unavailable as error:
        log.warning("payments.unavailable", charge=id_, error=str(error))
        async with scope.reading():
            charge = await charges.get(id_)
        if charge is None:
            raise not_found("charge", "id") from error
        return charge.view()


async def finish_due(limit: int = 100) -> int:
    """Ask for up to `limit` charges that are open and due; answers how many. Outside of any transaction."""
    async with scope.reading():
        ids = await charges.due(limit)
    for id_ in ids:
        try:
            charge = await finish(id_)
        except Unavailable as error:
            log.warning("payments.unavailable", charge=id_, error=str(error))
            await _put_off(id_)
        else:
            if charge.state is ChargeState.OPEN:
                await _put_off(id_)
    return len(ids)


async def _put_off(id_: ChargeId) -> None:
    async def attempt() -> None:
        async with scope.writing():
            charge = await charges.claim(id_)
            if charge is not None and charge.state is ChargeState.OPEN:
                await charges.put_off(charge)

    await db.retrying(attempt)


async def _ask(charge: Charge) -> Outcome:
    account = await provider.provider_of(charge.provider)
    if account is None:
        raise Unavailable(f"the tenant has no account with {charge.provider}")
    asked_at = charge.created_at
    assert asked_at is not None, "it was written"
    if charge.of_id is not None:
        async with scope.reading():
            paid = await charges.get(charge.of_id)
        assert paid is not None and paid.reference is not None, "only what was paid is given back"
        return await account.refund(
            provider.Refund(charge.id, paid.reference, charge.amount, charge.currency, asked_at)
        )
    if charge.method is not None:
        name = await _name(charge)
        return await account.charge(
            provider.Charge(charge.id, charge.amount, charge.currency, charge.method, name, asked_at)
        )
    if charge.page is None:
        assert charge.return_url is not None, "what is paid on a page leads back"
        wish = provider.Checkout(charge.id, charge.amount, charge.currency, await _name(charge), charge.return_url)
        try:
            page = await account.checkout(wish)
        except Impossible as error:
            return Outcome(Status.DECLINED, reason=str(error))
        async with scope.writing():
            await charges.note_page(charge.id, page)
        return Outcome(Status.OPEN)
    return await account.look(charge.page)


async def _name(charge: Charge) -> str:
    """What is paid for, as the payer reads it."""
    async with scope.reading():
        found = await terms.find(charge.program_id)
    if charge.purpose is Purpose.PASS:
        card = found.rules.passes.get(charge.item)
        return found.name if card is None else words.titled(found.name, card.name)
    plan = found.rules.plans.get(charge.item)
    if plan is None:
        return found.name
    title = words.titled(found.name, plan.name)
    return title if charge.amount else f"{title}: {words.on_trial(plan, EXPONENTS)}"


async def _settle(id_: ChargeId, outcome: Outcome) -> None:
    if outcome.status is Status.OPEN:
        return
    async with scope.writing():
        known = await charges.get(id_)
        assert known is not None, "charges stay"
        await lock(known.member_id)
        charge = await charges.claim(id_)
        assert charge is not None, "charges stay"
        if charge.state is not ChargeState.OPEN:
            return  # another worker, or a webhook, was first
        await charges.close(charge, outcome)
        await emit(f"charge.{charge.state}", f"charge:{charge.id}", {
            "charge": charge.id, "member": charge.member_id, "membership": charge.membership_id,
            "purpose": charge.purpose, "amount": charge.amount, "currency": charge.currency, "reason": charge.reason,
        })  # fmt: skip
        await _follow(charge)


async def _follow(charge: Charge) -> None:
    paid = charge.state is ChargeState.SUCCEEDED
    if charge.purpose is Purpose.REFUND:
        if not paid and charge.of_id is not None:
            await charges.add_refunded(charge.of_id, -charge.amount)
        return
    found = await terms.find(charge.program_id)
    match charge.purpose:
        case Purpose.JOIN if paid:
            await begin(found, charge)
        case Purpose.PASS if paid:
            card = found.rules.passes.get(charge.item)
            if card is None or not await _active(charge):
                await give_back([charge], charge.amount, f"charge:{charge.id}")
            else:
                await pass_records.make(found.rules, card, charge)
        case Purpose.RENEW | Purpose.UPGRADE:
            assert charge.membership_id is not None, "they are about one"
            await _go_on(found, await records.claim(charge.membership_id), charge, paid=paid)


async def begin(found: Terms, charge: Charge) -> None:
    """Begin a membership that was paid for; what can no longer begin is given back."""
    plan, now = found.rules.plans.get(charge.item), scope.now()
    if plan is None or not await _active(charge) or await _too_late(plan, charge):
        await give_back([charge], charge.amount, f"charge:{charge.id}")
        return
    trial = bool(plan.price) and not charge.amount
    begun = life.joined(found.rules, plan, now, None if trial else charge.amount)
    row = Record(charge.program_id, charge.member_id, charge.currency, charge.provider, charge.method, now, begun)
    await records.write(found.rules, row, row.life, Change.JOINED, now, charge.id)
    await db.execute(_OF, scope.tenant_id(), charge.id, row.id)
    if not trial:
        await giving.give(found, row, plan.gifts)


async def _too_late(plan: Plan, charge: Charge) -> bool:
    """Whether another page was paid on before, or the trial that was asked for is no longer to be had."""
    if await records.current(charge.program_id, charge.member_id):
        return True
    trial = bool(plan.price) and not charge.amount
    return trial and (plan.trial is None or await records.has_been(charge.program_id, charge.member_id))


async def _go_on(found: Terms, row: Record, charge: Charge, *, paid: bool) -> None:
    now, plan, first = scope.now(), found.rules.plans.get(charge.item), row.life.term == 0
    waits = row.life.state is State.PAST_DUE and not row.life.charging if charge.on_page else row.life.charging
    waits, active = waits and row.life.state is not State.ENDED, await _active(charge)
    if paid and not (waits and active and plan is not None):
        await give_back([charge], charge.amount, f"charge:{charge.id}")
    if not waits:
        return
    if not active:
        await records.write(found.rules, row, life.ended(row.life, now), Change.ENDED, now, charge.id)
        return
    if paid and plan is None:  # nothing renews it any more: it ends with its term
        await records.write(found.rules, row, life.answered(row.life), Change.CHARGING, now, charge.id)
        return
    if charge.purpose is Purpose.UPGRADE:
        done = life.answered(row.life)
        if paid and plan is not None:
            done = life.upgraded(found.rules, row.life, plan, charge.amount + charge.credit, now)
        await records.write(found.rules, row, done, Change.UPGRADED if paid else Change.CHARGING, now, charge.id)
    elif plan is not None and paid:
        row.provider, row.method, row.currency = charge.provider, charge.method, charge.currency
        renewed = next_term(found, row, plan, charge.amount)
        await records.write(found.rules, row, renewed, Change.RENEWED, renewed.starts_at, charge.id)
        if first:
            await giving.give(found, row, plan.gifts)
    elif not charge.on_page:
        await records.write(found.rules, row, life.declined(row.life, now), Change.DECLINED, now, charge.id)


def next_term(found: Terms, row: Record, plan: Plan, price: int) -> Life:
    """The life of a membership whose next term was paid for now."""
    assert row.life.ends_at is not None, "only a term that ends is renewed"
    return life.charged(found.rules, row.life, plan, price, scope.now(), paused=found.paused(row.life.ends_at))


async def give_back(paid: list[Charge], amount: int, key: str) -> list[Charge]:
    """Note that so much of what was paid is to go back; the provider is asked after the transaction, or by the job."""
    refunds = charges.refunds_of(paid, amount, key)
    for refund in refunds:
        assert refund.of_id is not None, "a refund gives something back"
        await charges.add_refunded(refund.of_id, refund.amount)
        await charges.insert(refund, wait=timedelta(0))
    return refunds


async def _active(charge: Charge) -> bool:
    try:
        await lock_member(charge.member_id)
    except Refusal:
        return False
    return True


_OF = "UPDATE charge SET membership_id = $3 WHERE tenant_id = $1 AND id = $2"
