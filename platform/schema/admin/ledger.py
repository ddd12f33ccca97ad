"""Mutations on units, and on points by hand."""

from __future__ import annotations

from datetime import datetime

import strawberry

from ledger import searching
from programs import adjusting, transferring, units
from schema.admin.codes import PointsAdjustErrorCode, PointsTransferErrorCode, UnitUpsertErrorCode
from schema.admin.types.ledger import Balance, LedgerEntry, balances_after, show_entries
from schema.shared.context import Info, unit_type
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.references import MemberReferenceInput, find_member
from schema.shared.scalars import BigInt
from schema.shared.values import Unit
from tenants.roles import Action


@input_
class UnitUpsertInput:
    """A unit, by its slug: made if there is none, changed if there is."""

    slug: str = field(description="1–64 of a–z 0–9 _ -; it stays.")
    name: str = field(description="One of them: point.")
    name_plural: str = field(description="Several: points.")
    scale: int | None = field(
        default=None, description="Digits after the point, 0–6; unless given 0, or the currency's. Fixed once it moved."
    )
    currency: str | None = field(
        default=None, description="Of a unit of money its ISO 4217 code; null: it counts no money. Fixed once it moved."
    )


@output
class UnitUpsertPayload:
    """The unit."""

    unit: Unit | None = field(default=None, description="The unit.")
    user_errors: list[UserError[UnitUpsertErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class PointsAdjustInput:
    """Points given or taken by hand."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="To or from whom.")
    unit: str = field(description="Of which unit, by its slug.")
    amount: BigInt = field(description="How many: above zero to give, below zero to take.")
    reason: str = field(description="Why, for the audit log and the member's timeline: 1–500 characters.")
    expires_at: datetime | None = field(
        default=None, description="From when on points given cannot be spent; null: never."
    )


@output
class PointsAdjustPayload:
    """The adjustment."""

    entry: LedgerEntry | None = field(default=None, description="What was written.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[PointsAdjustErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class PointsTransferInput:
    """Points that a member gives another."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    from_: MemberReferenceInput = field(name="from", description="Who gives.")
    to: MemberReferenceInput = field(description="Who gets.")
    unit: str = field(description="Of which unit, by its slug.")
    points: BigInt = field(description="How many.")


@output
class PointsTransferPayload:
    """Both afterwards."""

    from_balances: list[Balance] = field(default_factory=list, description="The points of who gave.")
    to_balances: list[Balance] = field(default_factory=list, description="The points of who got them.")
    user_errors: list[UserError[PointsTransferErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class LedgerMutations:
    """Mutations on units and points."""

    @mutation(UnitUpsertPayload, UnitUpsertErrorCode, "Make or change a unit.", needs=Action.WRITE_PROGRAMS)
    async def unit_upsert(self, input: UnitUpsertInput) -> UnitUpsertPayload:
        unit = await units.upsert(input.slug, input.name, input.name_plural, input.scale, input.currency)
        return UnitUpsertPayload(unit=unit_type(unit))

    @mutation(
        PointsAdjustPayload,
        PointsAdjustErrorCode,
        "Give or take points by hand, with a reason.",
        needs=Action.ADJUST_POINTS,
    )
    async def points_adjust(self, info: Info, input: PointsAdjustInput) -> PointsAdjustPayload:
        member = await find_member(input.member)
        made = await adjusting.adjust(
            input.idempotency_key, member, input.unit, input.amount, input.reason, input.expires_at
        )
        found = await searching.by_ids([made.transfer_id])
        (shown,) = (await show_entries(info, list(found.values()))).values()
        return PointsAdjustPayload(entry=shown, balances=await balances_after(info, member))

    @mutation(
        PointsTransferPayload,
        PointsTransferErrorCode,
        "Let a member give points to another, where the program's rules have `transfers`.",
        needs=Action.ADJUST_POINTS,
    )
    async def points_transfer(self, info: Info, input: PointsTransferInput) -> PointsTransferPayload:
        from_, to = await find_member(input.from_, "from"), await find_member(input.to, "to")
        await transferring.transfer(input.idempotency_key, from_, to, input.unit, input.points)
        return PointsTransferPayload(
            from_balances=await balances_after(info, from_), to_balances=await balances_after(info, to)
        )
