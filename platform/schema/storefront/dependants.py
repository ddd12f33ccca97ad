"""Whom a shopper looks after: shown, added, changed and taken away by the shopper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import strawberry

from members import dependants
from programs import own_dependants
from schema.shared.context import Info
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import DEPENDANT, Node
from schema.storefront.codes import DependantRemoveErrorCode, DependantUpsertErrorCode
from schema.storefront.shopper import signed_in


@output
class Dependant(Node):
    """Whom the shopper looks after."""

    kind: str = field(description="Such as `pet` or `child`.")
    name: str = field(description="Its name.")
    birthday: date | None = field(description="The day that it was born on.")


@input_
class DependantUpsertInput:
    """A dependant: the one of this kind and name, or a new one."""

    kind: str = field(description="A word, such as `pet` or `child`: 1–64 of a–z 0–9 _ . : -")
    name: str = field(description="Its name, up to 100 characters.")
    birthday: date | None = field(default=None, description="The day that it was born on; null: not known.")


@output
class DependantUpsertPayload:
    """All whom the shopper looks after."""

    dependants: list[Dependant] = field(default_factory=list, description="All of them, by kind and name.")
    user_errors: list[UserError[DependantUpsertErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class DependantRemoveInput:
    """A dependant to take away."""

    id: strawberry.ID = field(description="Which one.")


@output
class DependantRemovePayload:
    """All whom the shopper looks after."""

    dependants: list[Dependant] = field(default_factory=list, description="Those that are left, by kind and name.")
    user_errors: list[UserError[DependantRemoveErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class DependantMutations:
    """What a shopper can do about dependants."""

    @mutation(
        DependantUpsertPayload,
        DependantUpsertErrorCode,
        "Add one whom the shopper looks after, or change the birthday: at most 20, and 5 birthdays told of a year.",
    )
    async def dependant_upsert(self, info: Info, input: DependantUpsertInput) -> DependantUpsertPayload:
        given = dependants.DependantInput(input.kind, input.name, input.birthday)
        return DependantUpsertPayload(dependants=show_dependants(await own_dependants.put(signed_in(info), given)))

    @mutation(DependantRemovePayload, DependantRemoveErrorCode, "Take one away.")
    async def dependant_remove(self, info: Info, input: DependantRemoveInput) -> DependantRemovePayload:
        member, id_ = signed_in(info), DEPENDANT.read(input.id, "id")
        return DependantRemovePayload(dependants=show_dependants(await own_dependants.remove(member, id_)))


def show_dependants(found: Iterable[dependants.Dependant]) -> list[Dependant]:
    """A shopper's dependants."""
    return [
        Dependant(id=DEPENDANT.show(each.id), kind=each.kind, name=each.name, birthday=each.birthday) for each in found
    ]
