"""Points that a shopper gives another member, where a program lets them."""

from __future__ import annotations

import strawberry

from programs import transferring
from programs.transferring import Receiver
from schema.shared.context import Info, asks_for
from schema.shared.declare import UNSET, choice, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.scalars import BigInt
from schema.storefront.codes import PointsTransferErrorCode
from schema.storefront.shopper import KEY, with_key
from schema.storefront.show import show_balances
from schema.storefront.types import Balance


@choice
class PointsReceiverInput:
    """Who gets the points."""

    external_id: str | None = field(default=UNSET, description="By the shop's own id for them.")
    code: str | None = field(
        default=UNSET, description="By their code for friends; case, spaces and dashes make no difference."
    )


@input_
class PointsTransferInput:
    """Points for another member."""

    idempotency_key: str = field(description=KEY)
    to: PointsReceiverInput = field(description="Who gets them. Tries are limited.")
    unit: str = field(description="Of which unit, by its slug.")
    points: BigInt = field(description="How many.")


@output
class PointsTransferPayload:
    """What the shopper has left."""

    balances: list[Balance] = field(default_factory=list, description="The shopper's points afterwards.")
    user_errors: list[UserError[PointsTransferErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class TransferMutations:
    """The storefront's mutation on giving points away."""

    @mutation(
        PointsTransferPayload,
        PointsTransferErrorCode,
        "Give points to another member. Whether there is such a one is told last of all.",
    )
    async def points_transfer(self, info: Info, input: PointsTransferInput) -> PointsTransferPayload:
        member, key = with_key(info, input.idempotency_key)
        to = Receiver(external_id=input.to.external_id or None, code=input.to.code or None)
        await transferring.give(key, member, to, input.unit, input.points)
        return PointsTransferPayload(balances=await show_balances(info, member) if asks_for(info, "balances") else [])
