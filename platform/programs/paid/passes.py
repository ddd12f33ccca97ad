"""Passes: buy, use, give back. Under idempotency keys, as in `service`; locks in the order member, pass, charge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kit.ids import new_id
from members.views import MemberId
from programs.paid import charges, outcomes, pass_records, reading, terms
from programs.paid.errors import PaidErrorCode, final, invalid, not_found
from programs.paid.pass_records import PassRecord
from programs.paid.service import check_payment
from programs.paid.views import ChargeId, ChargeView, PassId, PassState, PassView, Purpose
from rewards.offers import lock_member
from tenants import commands, scope


@dataclass(frozen=True, slots=True)
class Buy:
    """A pass that a member is to have, paid like a plan that is joined."""

    member: MemberId
    program: str
    slug: str
    method: str | None = None
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class Bought:
    """The pass, if it was paid for; and the charge, with the page to pay on while it was not."""

    card: PassView | None
    charge: ChargeView


@dataclass(frozen=True, slots=True)
class Returned:
    """The pass, and what is given back; a refund that is still open will be made."""

    card: PassView
    refunds: tuple[ChargeView, ...]


async def buy(key: str, wish: Buy) -> Bought:
    """Sell a pass.

    Raises `Refusal`: INVALID, NOT_FOUND (member, program, pass), ENDED, PROVIDER_MISSING, DECLINED,
    PROVIDER_UNAVAILABLE (then a repeat asks again).
    """
    check_payment(wish.method, wish.return_url)

    async def work() -> commands.Result:
        await lock_member(wish.member)
        found = await terms.find_live(wish.program)
        card = found.rules.passes.get(wish.slug)
        if card is None:
            raise not_found("pass", "pass")
        account = await outcomes.account()
        if wish.method is None and wish.return_url is None:
            raise invalid("Say which card is charged, or where the page to pay on leads back to.", "return_url")
        charge = charges.draft(
            f"pass/{key}", Purpose.PASS, found.program_id, wish.member, card.id, card.price, card.currency,
            account.name, method=wish.method, return_url=wish.return_url, card=PassId(new_id()),
        )  # fmt: skip
        await charges.insert(charge)
        return {"charge": charge.id}

    given = {"member": wish.member, "program": wish.program, "pass": wish.slug, "method": wish.method,
             "return_url": wish.return_url}  # fmt: skip
    done = await commands.once(key, "pass.buy", given, work)
    charge = await outcomes.finish_or_refuse(ChargeId(done["charge"]))
    return Bought(await reading.find_pass(charge.pass_id), charge.view())


async def use(key: str, id_: str) -> PassView:
    """Count a visit. Raises `Refusal`: NOT_FOUND; and kept under the key: LIMIT_REACHED, ENDED, WRONG_STATE."""

    async def work() -> commands.Result:
        card = await _claim(id_)
        match card.state(scope.now()):
            case PassState.USED_UP:
                raise final(PaidErrorCode.LIMIT_REACHED, "No visits are left on this pass.", "id")
            case PassState.ENDED:
                raise final(PaidErrorCode.ENDED, "The pass has ended.", "id")
            case PassState.REFUNDED:
                raise final(PaidErrorCode.WRONG_STATE, "The pass was given back.", "id")
            case PassState.ACTIVE:
                await pass_records.use(card)
        return {"pass": card.id}

    return await _once(key, "pass.use", {"pass": id_}, work)


async def refund(key: str, id_: str) -> Returned:
    """Give a pass back for the worth of what is unused.

    Raises `Refusal`: NOT_FOUND; and kept under the key: NOT_ELIGIBLE (nothing can be given back), WRONG_STATE.
    """

    async def work() -> commands.Result:
        card = await _claim(id_)
        if card.refunded:
            raise final(PaidErrorCode.WRONG_STATE, "The pass was given back before.", "id")
        found = await terms.find(card.program_id)
        amount = card.unused(found.rules, scope.now())
        paid = await charges.claim(card.charge_id)
        if not amount or paid is None:
            raise final(PaidErrorCode.NOT_ELIGIBLE, "Nothing of this pass can be given back.", "id")
        refunds = await outcomes.give_back([paid], amount, f"pass/{key}")
        await pass_records.close(card)
        return {"pass": card.id, "refunds": [refund.id for refund in refunds]}

    done = await commands.once(key, "pass.refund", {"pass": id_}, work)
    refunds = tuple([await outcomes.finished(ChargeId(each)) for each in done["refunds"]])
    return Returned(await reading.one_pass(done["pass"]), refunds)


async def _claim(id_: str) -> PassRecord:
    """Lock a pass, its member first. Raises `Refusal` NOT_FOUND."""
    found = await reading.find_pass(id_)
    if found is None:
        raise not_found("pass", "id")
    await lock_member(found.member_id)
    return await pass_records.claim(id_)


async def _once(
    key: str, name: str, given: Mapping[str, Any], work: Callable[[], Awaitable[commands.Result]]
) -> PassView:  # fmt: skip
    """Do it once; the pass is read again, so that a repeat shows it as it is now."""
    return await reading.one_pass((await commands.once(key, name, given, work))["pass"])
