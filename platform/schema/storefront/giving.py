"""Causes that a shopper can give points to."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from programs.decision import ProgramId
from programs.giving import service, views
from programs.giving.service import DonateInput as Given
from schema.shared.context import Info, asks_for
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.giving import Cause, show_causes
from schema.shared.ids import PROGRAM
from schema.shared.scalars import BigInt
from schema.storefront.codes import DonateErrorCode
from schema.storefront.donations import PointsDonation, show_donations
from schema.storefront.shopper import KEY, with_key
from schema.storefront.show import show_balances
from schema.storefront.types import Balance


@input_
class DonateInput:
    """Points to give."""

    idempotency_key: str = field(description=KEY)
    cause: str = field(description="The cause, by its slug.")
    points: BigInt = field(description="How many, in the unit's smallest part.")
    program_id: strawberry.ID | None = field(
        default=None, description="Whose cause, where several programs have one of this slug."
    )


@output
class DonatePayload:
    """The donation."""

    donation: PointsDonation | None = field(default=None, description="The donation.")
    balances: list[Balance] = field(default_factory=list, description="The shopper's points afterwards.")
    user_errors: list[UserError[DonateErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type
class GivingQueries:
    """What a shop's page can ask about giving."""

    @asked("The causes of the giving programs that run, with what was raised.")
    async def causes(
        self,
        info: Info,
        program_id: Annotated[strawberry.ID | None, argument(description="Of this program.")] = None,
    ) -> list[Cause]:
        program = None if program_id is None else ProgramId(PROGRAM.find(program_id) or "")
        return await show_causes(info, await views.causes(program))


@strawberry.type
class GivingMutations:
    """The storefront's mutations on donations."""

    @mutation(DonatePayload, DonateErrorCode, "Give points to a cause.", paths={"program": ["programId"]})
    async def donate(self, info: Info, input: DonateInput) -> DonatePayload:
        member, key = with_key(info, input.idempotency_key)
        program = None if input.program_id is None else ProgramId(PROGRAM.read(input.program_id, "programId"))
        made = await service.donate(key, Given(member, input.cause, input.points, program))
        balances = await show_balances(info, member) if asks_for(info, "balances") else []
        return DonatePayload(donation=(await show_donations(info, [made]))[made.id], balances=balances)
