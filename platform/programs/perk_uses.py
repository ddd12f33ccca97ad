"""Perks used: one row for each use, once per key, never more than the limit; what was used can be given back.

A use is written under the member's lock, and only if fewer than the limit stand in the period: so the limit holds
whoever asks at the same time. It is given back by hand, or with its order: when that is cancelled, or all of it came
back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from events.service import Happening, emit_many
from kit import db
from kit.errors import Refusal
from kit.ids import is_id, new_id
from kit.setbased import Insert
from members.views import MemberId
from programs import entitlements
from programs.coalition import returns
from programs.decision import ProgramId
from programs.entitlements import Entitlement
from programs.models import PerkUse
from programs.perks import PerkCost
from rewards.offers import lock_member
from tenants import commands, scope

PerkUseId = NewType("PerkUseId", str)
REFERENCE_CHARACTERS_MAX = 200
PAGE_MAX = 101


class PerkUseState(StrEnum):
    """Whether a use counts."""

    USED = "used"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PerkUseView:
    """A use: of which perk of which tier or plan (`perk_set`), by whom, for which order; what it cost then."""

    id: PerkUseId
    program_id: ProgramId
    member_id: MemberId
    perk: str
    perk_set: str
    cost: PerkCost | None
    order_reference: str | None
    state: PerkUseState
    used_at: datetime
    closed_at: datetime | None


async def use(
    key: str, member: MemberId, perk: str, *, program: ProgramId | None = None, order_reference: str | None = None
) -> PerkUseView:  # fmt: skip
    """Use a perk once; of several programs that bring it, the first with a use left, unless one is named.

    Raises `Refusal`: INVALID (order), NOT_FOUND (member, or no program that runs has such a perk); and kept under the
    key: NOT_ELIGIBLE (this member does not have it), LIMIT_REACHED.
    """
    if order_reference is not None:
        check_reference(order_reference)

    async def work() -> commands.Result:
        return {"use": await record(member, perk, program, order_reference)}

    given = {"member": member, "perk": perk, "program": program, "order_reference": order_reference}
    result = await commands.once(key, "perk.use", given, work)
    return await _get(result["use"])


def check_reference(order: str) -> None:
    """Raises `Refusal` INVALID for what no order's id can be."""
    if not 0 < len(order) <= REFERENCE_CHARACTERS_MAX or not order.isprintable():
        message = f"An order's id has 1 to {REFERENCE_CHARACTERS_MAX} printable characters."
        raise Refusal("INVALID", message, ("order_reference",))


async def record(member: MemberId, perk: str, program: ProgramId | None, order_reference: str | None) -> PerkUseId:
    """Use a perk once, in the transaction under way. Raises what `use` raises of it."""
    await lock_member(member)
    has = await _chosen(member, perk, program)
    id_, now, cost = new_id(), scope.now(), has.perk.unit_cost
    written = await _USE([(
        scope.tenant_id(), id_, has.program_id, member, perk, has.perk_set.id, has.period, has.perk.limit,
        None if cost is None else cost.amount, None if cost is None else cost.currency, order_reference,
        PerkUseState.USED, now,
    )])  # fmt: skip
    if not written:
        raise _limit_reached(has)
    await _tell("perk.used", [await _get(id_)])
    return PerkUseId(id_)


async def cancel(key: str, use_id: PerkUseId) -> PerkUseView:
    """Give a use back, so that it counts no longer.

    Raises `Refusal`: NOT_FOUND; and kept under the key: ALREADY_CLOSED (it was given back before).
    """

    async def work() -> commands.Result:
        await take_back(use_id)
        return {"use": use_id}

    result = await commands.once(key, "perk.cancel", {"use": use_id}, work)
    return await _get(result["use"])


async def take_back(use_id: PerkUseId) -> None:
    """Give a use back, and what it cost a partner, in the transaction under way. Raises what `cancel` raises of it."""
    if not is_id(use_id):
        raise _not_found()
    if not await db.execute(_CANCEL, scope.tenant_id(), use_id, scope.now()):
        await _get(use_id)
        raise Refusal("ALREADY_CLOSED", "This use was given back before.", ("use",), final=True)
    await returns.give_back([use_id])
    await _tell("perk.given_back", [await _get(use_id)])


async def give_back(member: str, order_reference: str) -> None:
    """Give back what a member used for an order, within the transaction under way."""
    used = await PerkUse.filter(member_id=member, order_reference=order_reference, state=PerkUseState.USED.value)
    given = [
        each
        for each in sorted(used, key=lambda each: each.id)
        if await db.execute(_CANCEL, scope.tenant_id(), each.id, scope.now())
    ]
    if given:
        await returns.give_back([each.id for each in given])
    await _tell("perk.given_back", [_view(each) for each in given])


async def list_(member: MemberId, *, after: PerkUseId | None = None, first: int = 50) -> list[PerkUseView]:
    """What a member used, the latest first: `first` (at most 101) beyond the id `after`."""
    if not all(is_id(id_) for id_ in (member, after) if id_ is not None):
        return []
    async with scope.reading():
        page = PerkUse.filter(member_id=member, **({} if after is None else {"id__lt": after}))
        return [_view(row) for row in await page.order_by("-id").limit(max(0, min(first, PAGE_MAX)))]


async def find(use_id: str) -> PerkUseView | None:
    """The use of this id, if there is one."""
    async with scope.reading():
        row = await PerkUse.get_or_none(id=use_id) if is_id(use_id) else None
    return None if row is None else _view(row)


async def of_ids(ids: Sequence[str]) -> dict[str, PerkUseView]:
    """The uses of these ids, a page of them at most."""
    async with scope.reading():
        return {row.id: _view(row) for row in await PerkUse.filter(id__in=list(ids))}


# -- around them -------------------------------------------------------------------------------------------------------


async def _chosen(member: MemberId, perk: str, program: ProgramId | None) -> Entitlement:
    """The member's perk of this id that a use is to count for."""
    running = [each for each in await entitlements.with_perks() if program in (None, each.program_id)]
    if not any(each.id == perk for one in running for of in one.traits.perk_sets for each in of.perks):
        raise Refusal("NOT_FOUND", "No program that runs has such a perk.", ("perk",))
    found = [
        each
        for each in (await entitlements.of_members([member]))[member]
        if each.perk.id == perk and program in (None, each.program_id)
    ]
    if not found:
        raise Refusal("NOT_ELIGIBLE", "The member does not have this perk.", ("perk",), final=True)
    return next((each for each in found if each.left != 0), found[0])


def _limit_reached(has: Entitlement) -> Refusal:
    message = f"{has.perk.name}: at most {has.perk.limit} in this period, and all of them are used."
    return Refusal("LIMIT_REACHED", message, ("perk",), final=True)


async def _get(use_id: str) -> PerkUseView:
    found = await find(use_id)
    if found is None:
        raise _not_found()
    return found


def _not_found() -> Refusal:
    return Refusal("NOT_FOUND", "There is no such use of a perk.", ("use",))


async def _tell(kind: str, uses: Sequence[PerkUseView]) -> None:
    await emit_many([
        Happening(kind, f"member:{each.member_id}", {
            "perk_use": each.id, "member": each.member_id, "program": each.program_id, "perk": each.perk,
            "perk_set": each.perk_set, "order_reference": each.order_reference,
        })
        for each in uses
    ])  # fmt: skip


def _view(row: PerkUse) -> PerkUseView:
    cost = None if row.cost_amount is None else PerkCost(row.cost_amount, row.cost_currency)
    return PerkUseView(
        PerkUseId(row.id), ProgramId(row.program_id), MemberId(row.member_id), row.perk, row.perk_set, cost,
        row.order_reference, PerkUseState(row.state), row.used_at, row.closed_at,
    )  # fmt: skip


_USE = Insert(
    "perk_use", tenant_id="uuid", id="uuid", program_id="uuid", member_id="uuid", perk="text", perk_set="text",
    period="text", most="int", cost_amount="int", cost_currency="text", order_reference="text", state="text",
    used_at="instant",
    suffix="AND (x.most IS NULL OR x.most > (SELECT count(*) FROM perk_use u WHERE u.tenant_id = x.tenant_id "
    "AND u.member_id = x.member_id AND u.program_id = x.program_id AND u.perk = x.perk AND u.period = x.period "
    "AND u.state = 'used'))",
)  # fmt: skip
_CANCEL = "UPDATE perk_use SET state = 'cancelled', closed_at = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'used'"
