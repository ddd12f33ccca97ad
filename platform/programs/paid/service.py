"""Memberships: join, cancel, take that back, upgrade, free days.

Each verb is a transaction under an idempotency key. Where money moves, that transaction only notes what is asked for;
then the provider is asked, outside of any, and a second transaction writes what it said (`outcomes`). Whoever repeats
the key brings to an end what was left in between, and so does a job.

Locks are taken in the order member, membership, charge, accounts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from members.views import MemberId
from programs.paid import charges, giving, life, outcomes, reading, records, terms
from programs.paid.charges import Charge
from programs.paid.errors import PaidErrorCode, final, invalid, not_found, refused
from programs.paid.life import State
from programs.paid.records import Change, Record
from programs.paid.rules import Plan
from programs.paid.terms import Terms
from programs.paid.views import ChargeId, ChargeView, MembershipView, Purpose
from rewards.offers import lock_member
from tenants import audit, commands, scope

URL_CHARACTERS_MAX = 2000
METHOD_CHARACTERS_MAX = 200


class CancelWhen(StrEnum):
    """When a membership ends that is cancelled."""

    NOW = "now"
    AT_PERIOD_END = "at_period_end"


@dataclass(frozen=True, slots=True)
class Join:
    """A plan that a member is to have. Paid by a card that the provider knows (`method`), or else on its page, which
    leads back to `return_url`; a plan that costs nothing needs neither.
    """

    member: MemberId
    program: str
    plan: str
    method: str | None = None
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """The membership, if it has begun; else the charge that it waits for, with the page to pay on."""

    membership: MembershipView | None
    charge: ChargeView | None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The membership, and what is given back; a refund that is still open will be made."""

    membership: MembershipView
    refunds: tuple[ChargeView, ...]


async def join(key: str, wish: Join) -> Joined:
    """Begin a membership, with the plan's trial if the member never had one in the program.

    Raises `Refusal`: INVALID (method, return_url), NOT_FOUND (member, program, plan), ENDED, ALREADY_MEMBER,
    PAYMENT_PENDING, PROVIDER_MISSING, DECLINED, PROVIDER_UNAVAILABLE (then a repeat asks again).
    """
    check_payment(wish.method, wish.return_url)

    async def work() -> commands.Result:
        await lock_member(wish.member)
        found = await terms.find_live(wish.program)
        plan = found.rules.plans.get(wish.plan)
        if plan is None:
            raise not_found("plan", "plan")
        if await records.current(found.program_id, wish.member):
            raise final(PaidErrorCode.ALREADY_MEMBER, "The member has a plan of this program.", "plan")
        if await records.is_joining(found.program_id, wish.member):
            raise refused(PaidErrorCode.PAYMENT_PENDING, "A card is being charged for joining already.", "plan")
        return await _join(key, wish, found, plan)

    given = {"member": wish.member, "program": wish.program, "plan": wish.plan, "method": wish.method,
             "return_url": wish.return_url}  # fmt: skip
    done = await commands.once(key, "membership.join", given, work)
    if "membership" in done:
        return Joined(await reading.membership(done["membership"]), None)
    charge = await outcomes.finish_or_refuse(ChargeId(done["charge"]))
    begun = None if charge.membership_id is None else await reading.membership(charge.membership_id)
    return Joined(begun, charge.view())


async def _join(key: str, wish: Join, found: Terms, plan: Plan) -> commands.Result:
    tried = plan.trial is not None and not await records.has_been(found.program_id, wish.member)
    amount, now = 0 if tried else plan.price, scope.now()
    account = await outcomes.account() if plan.price else None
    if plan.price and wish.method is None and wish.return_url is None:
        raise invalid("Say which card is charged, or where the page to pay on leads back to.", "return_url")
    if amount == 0 and (wish.method is not None or account is None):
        begun = life.joined(found.rules, plan, now, None if tried else 0)
        row = Record(found.program_id, wish.member, plan.currency, None, wish.method, now, begun)
        row.provider = None if account is None else account.name
        await records.write(found.rules, row, begun, Change.JOINED, now)
        if not tried:
            await giving.give(found, row, plan.gifts)
        return {"membership": row.id}
    assert account is not None, "what costs something has a provider"
    charge = charges.draft(
        f"join/{key}", Purpose.JOIN, found.program_id, wish.member, plan.id, amount, plan.currency, account.name,
        method=wish.method, return_url=wish.return_url,
    )  # fmt: skip
    await charges.insert(charge)
    return {"charge": charge.id}


async def cancel(key: str, membership: str, when: CancelWhen, *, member: MemberId | None = None) -> Cancelled:
    """End a membership: at the end of what is paid for, or now, with what the policy gives back.

    With `member` it must be theirs. Raises `Refusal`: NOT_FOUND, PAYMENT_PENDING; and kept under the key: WRONG_STATE.
    """
    await _finish_pending(membership)

    async def work() -> commands.Result:
        row, found = await _claim(membership, member)
        ends_now = when is CancelWhen.NOW or row.life.state is State.PAST_DUE or row.life.ends_at is None
        if not ends_now and row.life.state is State.CANCELLING:
            raise final(PaidErrorCode.WRONG_STATE, "The membership is cancelled already.", "id")
        now, refunds = scope.now(), list[Charge]()
        if ends_now:
            refunds = await _refund(key, found, row)
            await records.write(found.rules, row, life.ended(row.life, now), Change.ENDED, now)
        else:
            await records.write(found.rules, row, life.cancelled_at_end(row.life), Change.CANCELLING, now)
        return {"membership": row.id, "refunds": [refund.id for refund in refunds]}

    given = {"membership": membership, "when": when, "member": member}
    done = await commands.once(key, "membership.cancel", given, work)
    refunds = tuple([await outcomes.finished(ChargeId(id_)) for id_ in done["refunds"]])
    return Cancelled(await reading.membership(done["membership"]), refunds)


async def _refund(key: str, found: Terms, row: Record) -> list[Charge]:
    """Note what goes back of the present term, from the charges that paid for it.

    With all of it go the gifts, unless a term was kept before: an upgrade begins a new one, but no new window for them.
    """
    now, used = scope.now(), row.id in await reading.used([row])
    amount = life.refundable(found.rules, row.life, now, used=used)
    if not amount:
        return []
    brought = [each for each in await charges.of_membership(row.id) if each.currency == row.currency]
    if amount == row.life.paid and life.in_window(found.rules, charges.first_paid_at(brought), now):
        await giving.take_back(row)
    return await outcomes.give_back(brought, amount, f"cancel/{key}")


async def resume(key: str, membership: str, *, member: MemberId | None = None) -> MembershipView:
    """Take a cancellation at the end of the period back. Raises `Refusal`: NOT_FOUND; under the key: WRONG_STATE."""

    async def work() -> commands.Result:
        row, found = await _claim(membership, member)
        if row.life.state is not State.CANCELLING:
            raise final(PaidErrorCode.WRONG_STATE, "The membership is not on its way to its end.", "id")
        await records.write(found.rules, row, life.resumed(row.life), Change.RESUMED, scope.now())
        return {"membership": row.id}

    return await _once(key, "membership.resume", {"membership": membership, "member": member}, work)


async def upgrade(key: str, membership: str, plan: str, *, member: MemberId | None = None) -> MembershipView:
    """Change to a plan that costs more than what is left of the present one, which is taken off; a new term begins.

    Raises `Refusal`: NOT_FOUND (membership, plan), ENDED, PAYMENT_PENDING, DECLINED, PROVIDER_UNAVAILABLE; and kept
    under the key: WRONG_STATE, NOT_ELIGIBLE (no upgrade).
    """
    await _finish_pending(membership)

    async def work() -> commands.Result:
        row, found = await _claim(membership, member)
        if not found.live:
            raise refused(PaidErrorCode.ENDED, "This program does not run now.", "plan")
        wanted = found.rules.plans.get(plan)
        if wanted is None:
            raise not_found("plan", "plan")
        return await _upgrade(key, found, row, wanted)

    given = {"membership": membership, "plan": plan, "member": member}
    done = await commands.once(key, "membership.upgrade", given, work)
    if "charge" in done:
        await outcomes.finish_or_refuse(ChargeId(done["charge"]))
    return await reading.membership(done["membership"])


async def _upgrade(key: str, found: Terms, row: Record, plan: Plan) -> commands.Result:
    was, now = row.life, scope.now()
    if was.state is State.PAST_DUE:
        raise final(PaidErrorCode.WRONG_STATE, "The present term is not paid for yet.", "id")
    credit = life.unused(found.rules, was, now) if was.term else 0
    due = plan.price - credit
    if plan.id == was.plan or plan.currency != row.currency or (was.term and due < 0):
        raise final(PaidErrorCode.NOT_ELIGIBLE, "This plan is no upgrade from the present one.", "plan")
    if was.term == 0 or not due:
        changed = life.upgraded(found.rules, was, plan, plan.price, now)
        await records.write(found.rules, row, changed, Change.UPGRADED, now)
        return {"membership": row.id}
    if row.provider is None or row.method is None:
        raise final(PaidErrorCode.WRONG_STATE, "No card is on file that could be charged.", "id")
    charge = charges.draft(
        f"upgrade/{key}", Purpose.UPGRADE, row.program_id, row.member_id, plan.id, due, row.currency, row.provider,
        method=row.method, membership=row.id, credit=credit,
    )  # fmt: skip
    await charges.insert(charge)
    await records.write(found.rules, row, life.asked(was), Change.CHARGING, now, charge.id)
    return {"membership": row.id, "charge": charge.id}


async def pay(
    key: str, membership: str, method: str | None, return_url: str | None, *, member: MemberId | None = None
) -> Joined:  # fmt: skip
    """Pay for the term that was declined, by another card or on a page; later terms are charged to that card.

    Raises `Refusal`: INVALID, NOT_FOUND, PAYMENT_PENDING, PROVIDER_MISSING, DECLINED, PROVIDER_UNAVAILABLE; and kept
    under the key: WRONG_STATE (nothing is to be paid).
    """
    check_payment(method, return_url)
    await _finish_pending(membership)

    async def work() -> commands.Result:
        row, found = await _claim(membership, member)
        plan = found.rules.plans.get(row.life.plan)
        if row.life.state is not State.PAST_DUE or plan is None:
            raise final(PaidErrorCode.WRONG_STATE, "Nothing is to be paid for this membership now.", "id")
        account = await outcomes.account()
        if method is None and return_url is None:
            raise invalid("Say which card is charged, or where the page to pay on leads back to.", "return_url")
        charge = charges.draft(
            f"pay/{key}", Purpose.RENEW, row.program_id, row.member_id, plan.id, plan.price, plan.currency,
            account.name, method=method, return_url=return_url, membership=row.id,
        )  # fmt: skip
        await charges.insert(charge)
        if method is not None:
            await records.write(found.rules, row, life.asked(row.life), Change.CHARGING, scope.now(), charge.id)
        return {"membership": row.id, "charge": charge.id}

    given = {"membership": membership, "method": method, "return_url": return_url, "member": member}
    done = await commands.once(key, "membership.pay", given, work)
    charge = await outcomes.finish_or_refuse(ChargeId(done["charge"]))
    return Joined(await reading.membership(done["membership"]), charge.view())


async def give_days(key: str, membership: str, days: int) -> MembershipView:
    """Put the end of the present term off by hand, 1 to 366 days, once per term.

    Raises `Refusal`: OUT_OF_RANGE, NOT_FOUND; and kept under the key: WRONG_STATE, LIMIT_REACHED (given before).
    """
    if not 1 <= days <= 366:
        raise refused(PaidErrorCode.OUT_OF_RANGE, "Give a number from 1 to 366.", "days")

    async def work() -> commands.Result:
        row, found = await _claim(membership)
        if row.life.ends_at is None or row.life.state is State.PAST_DUE or row.life.charging:
            raise final(PaidErrorCode.WRONG_STATE, "There is no end to put off.", "id")
        if row.life.days_given:
            raise final(PaidErrorCode.LIMIT_REACHED, "Free days were given in this term before.", "id")
        changed = life.given_days(found.rules, row.life, days)
        await records.write(found.rules, row, changed, Change.DAYS_GIVEN, scope.now())
        await audit.record("membership.days_given", f"membership:{row.id}", {"days": days})
        return {"membership": row.id}

    return await _once(key, "membership.give_days", {"membership": membership, "days": days}, work)


# -- around them -------------------------------------------------------------------------------------------------------


async def _claim(membership: str, member: MemberId | None = None) -> tuple[Record, Terms]:
    """Lock a membership that has not ended, its member first. Raises `Refusal`: NOT_FOUND; final: WRONG_STATE."""
    owner = await reading.owner(membership)
    if owner is None or member not in (None, owner):
        raise not_found("membership", "id")
    await lock_member(owner)
    row = await records.claim(membership)
    if row.life.charging:
        raise refused(PaidErrorCode.PAYMENT_PENDING, "A payment for it is under way; try again when it is done.", "id")
    if row.life.over(scope.now()):
        raise final(PaidErrorCode.WRONG_STATE, "The membership has ended.", "id")
    return row, await terms.find(row.program_id)


async def _finish_pending(membership: str) -> None:
    """Bring charges to an end that are under way, so that they need not be waited for; what stays open is refused."""
    for id_ in await reading.open_charges(membership):
        await outcomes.finished(id_)


def check_payment(method: str | None, return_url: str | None) -> None:
    """Raises `Refusal` INVALID for what is no reference to a card, or no address to lead back to."""
    if method is not None and not (0 < len(method) <= METHOD_CHARACTERS_MAX and method.isascii()):
        raise invalid("This is no payment method of the provider.", "method")
    if return_url is not None and not (
        len(return_url) <= URL_CHARACTERS_MAX and return_url.isprintable()
        and return_url.startswith(("https://", "http://localhost", "http://127.0.0.1"))
    ):  # fmt: skip
        raise invalid("Give an address that begins with https://.", "return_url")


async def _once(
    key: str, name: str, given: Mapping[str, Any], work: Callable[[], Awaitable[commands.Result]]
) -> MembershipView:  # fmt: skip
    """Do it once; the membership is read again, so that a repeat shows it as it is now."""
    return await reading.membership((await commands.once(key, name, given, work))["membership"])
