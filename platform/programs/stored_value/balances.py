"""A member's money and bonus: read with their ends, kept below the maximum, and credited with refunds of orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from events.service import emit
from kit import db
from kit.ids import new_id
from ledger import reading
from ledger.book import LotTerms, Stamp
from ledger.load import Wanted, load
from ledger.reading import Expiring
from ledger.save import save
from ledger.state import AMOUNT_MAX, TransferId, UnitId, system
from ledger.state import member as member_account
from members.text import storable
from members.views import MemberId
from programs import rulebooks
from programs.activity import Line, line_from_json
from programs.decision import ProgramId
from programs.stored_value import terms
from programs.stored_value.errors import StoredValueErrorCode, final, invalid, out_of_range
from rewards.offers import lock_member
from tenants import audit, commands, scope

REASON_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class StoredBalance:
    """What a member has of one program: amounts that can be paid with now, with their ends, the soonest first."""

    program_id: ProgramId
    currency: str
    money: int
    bonus: int
    money_ends: tuple[Expiring, ...]
    bonus_ends: tuple[Expiring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditInput:
    """So much of an order that was paid otherwise, refunded to the member's balance."""

    member: MemberId
    amount: int
    currency: str
    order_reference: str
    reason: str
    program: ProgramId | None = None


@dataclass(frozen=True, slots=True)
class Credited:
    """The entry that was written."""

    transfer_id: TransferId
    member_id: MemberId


async def of_member(member: MemberId) -> Sequence[StoredBalance]:
    """A member's balances, one for each program of stored value that runs or of which there is something left."""
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        found = {each.unit_id: each for each in (await reading.balances([member]))[member]}
    answer, seen = [], set()
    for each in terms.every(rules, scope.now()):
        money = found.get(each.unit, reading.Balance(each.unit))
        bonus = reading.Balance(each.unit) if each.bonus_unit is None else found.get(
            each.bonus_unit, reading.Balance(each.bonus_unit)
        )  # fmt: skip
        if each.unit not in seen and (each.live or money.available or bonus.available):
            answer.append(StoredBalance(
                each.program_id, each.rules.currency, money.available, bonus.available, money.schedule, bonus.schedule
            ))  # fmt: skip
        seen.add(each.unit)
    return answer


async def check_maximum(member: MemberId, unit: UnitId, more: int) -> None:
    """Raises `Refusal` LIMIT_REACHED if a member, to whom `more` has just come, has more money than they may."""
    rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
    limits = [each.rules.balance_maximum for each in terms.every(rules, scope.now()) if each.unit == unit]
    most = min((limit for limit in limits if limit is not None), default=None)
    if most is None or not more:
        return
    found = {each.unit_id: each for each in (await reading.balances([member]))[member]}
    has = found[unit].available + found[unit].held
    if has > most:
        message = f"A member may have {most}; with {more} more it would be {has}."
        raise final(StoredValueErrorCode.LIMIT_REACHED, message, "member")


async def credit(key: str, given: CreditInput) -> Credited:
    """Refund an order, or a part of it, to the balance of the member who placed it.

    All credits of an order together are at most what it came to, less what stored value paid of it, or is about to:
    that goes back by refunds. Raises `Refusal`: INVALID, INVALID_CURRENCY, OUT_OF_RANGE, NOT_FOUND (member),
    NOT_ELIGIBLE; and kept under the key: ORDER_NOT_FOUND, REFUND_EXCEEDS_ORDER.
    """
    if not 1 <= given.amount <= AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX, "amount")
    reason = checked_reason(given.reason)

    async def work() -> commands.Result:
        await lock_member(given.member)
        found = await terms.of_currency(given.currency, given.program)
        left = await _creditable(given)
        if given.amount > left:
            message = f"Of this order {left} can still be refunded to the balance."
            raise final(StoredValueErrorCode.REFUND_EXCEEDS_ORDER, message, "amount")
        tenant, now = scope.tenant_id(), scope.now()
        theirs, ours = member_account(tenant, found.unit, given.member), system(tenant, found.unit, "credited")
        book = await load(Wanted(accounts={theirs, ours}), now)
        ends = found.compiled.money_ends(found.today())
        stamp = Stamp(now, now, note=reason)
        transfer = book.move(f"{key}/credit", "credit", ours, theirs, given.amount, stamp, terms=LotTerms(now, ends))
        await save(book)
        await _insert(given, reason, found.unit, transfer)
        return {"transfer": transfer}

    asked = {
        "member": given.member, "amount": given.amount, "currency": given.currency, "order": given.order_reference,
        "reason": reason, "program": given.program,
    }  # fmt: skip
    result = await commands.once(key, "stored_value.credit", asked, work)
    return Credited(TransferId(result["transfer"]), given.member)


def checked_reason(reason: str) -> str:
    """A reason, for the books. Raises `Refusal` INVALID."""
    if not reason.strip() or len(reason) > REASON_CHARACTERS_MAX or not storable(reason):
        raise invalid(f"Say why in 1 to {REASON_CHARACTERS_MAX} characters.", "reason")
    return reason


async def _creditable(given: CreditInput) -> int:
    """What of the order can still be refunded to the balance. Locks the order. Raises `Refusal` ORDER_NOT_FOUND."""
    tenant = scope.tenant_id()
    await db.execute(_LOCK_ORDER, tenant, given.order_reference)
    found = await db.rows(_ORDER, tenant, given.order_reference, given.member)
    document = orjson.loads(found[0]["body"]) if found else {}
    if not found or document.get("currency") != given.currency:
        message = f"This member has no such order in {given.currency}."
        raise final(StoredValueErrorCode.ORDER_NOT_FOUND, message, "order_reference")
    lines: list[Line] = [line_from_json(line) for line in document.get("lines", ())]
    total = sum(line.amount - line.discount + line.tax for line in lines)
    (row,) = await db.rows(_TAKEN, tenant, given.order_reference)
    return max(0, total - int(row["taken"]))


async def _insert(given: CreditInput, reason: str, unit: UnitId, transfer: TransferId) -> None:
    tenant, id_ = scope.tenant_id(), new_id()
    await db.execute(
        _INSERT, tenant, id_, given.member, unit, given.amount, given.currency, given.order_reference, reason, transfer,
        scope.now(),
    )  # fmt: skip
    body = {
        "member": given.member, "amount": given.amount, "currency": given.currency,
        "order_reference": given.order_reference, "transfer": transfer,
    }  # fmt: skip
    await emit("stored_value.credited", f"member:{given.member}", body)
    await audit.record("stored_value.credited", f"transfer:{transfer}", body | {"member": f"member:{given.member}"})


# A write first: two credits of one order wait for each other.
_LOCK_ORDER = "UPDATE placed_order SET member_id = member_id WHERE tenant_id = $1 AND reference = $2"

_ORDER = """
SELECT a.body FROM placed_order o JOIN activity a ON a.tenant_id = o.tenant_id AND a.id = o.activity_id
WHERE o.tenant_id = $1 AND o.reference = $2 AND o.member_id = $3"""

_TAKEN = """
SELECT COALESCE((SELECT sum(c.amount) FROM balance_credit c WHERE c.tenant_id = $1 AND c.order_reference = $2), 0)
    + COALESCE((SELECT sum(CASE p.state WHEN 'authorized' THEN p.amount ELSE p.captured END) FROM payment p
        WHERE p.tenant_id = $1 AND p.order_reference = $2), 0) AS taken"""

_INSERT = """
INSERT INTO balance_credit (tenant_id, id, member_id, unit_id, amount, currency, order_reference, reason, transfer_id,
                            recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
