"""Refusals as data: `userErrors`, a code enum per mutation, and the one place where a `Refusal` becomes one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import strawberry
from graphql import OperationType
from strawberry.extensions import FieldExtension
from strawberry.types import Info

from kit.errors import Refusal
from schema.shared.declare import NEEDS, enum, output
from schema.shared.naming import camel
from tenants.roles import Right, require

C = TypeVar("C", bound=Enum)
T = TypeVar("T")
Beside = Callable[[Refusal], Mapping[str, Any]]


@output
class UserError(Generic[C]):
    """Why an input or a wish was refused. Nothing was written unless the payload says what."""

    field: list[str] = strawberry.field(
        description="The path in the input that it is about; empty for the input as a whole."
    )
    message: str = strawberry.field(description="A sentence for a person.")
    code: C = strawberry.field(description="A stable code for programs.")


class RefusalsAsUserErrors(FieldExtension):
    """Turns a `Refusal` that a resolver raises into its payload with `userErrors` and what is told `beside` them.

    Before that it asks for the permission that the operation needs, if any, and notes in the context that it ran.
    """

    def __init__(
        self, payload: type[Any], codes: type[Enum], needs: Right | None, paths: Mapping[str, Sequence[str]],
        beside: Beside,
    ) -> None:  # fmt: skip
        self._payload = payload
        self._codes = codes
        self._needs = needs
        self._paths = paths
        self._beside = beside

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info[Any, Any], **kwargs: Any
    ) -> Any:
        """Run the resolver; what it refuses is its answer."""
        if self._needs is not None:
            require(self._needs)
        if info.operation.operation is OperationType.MUTATION:
            info.context.begin_write()
        try:
            return await next_(source, info, **kwargs)
        except Refusal as refusal:
            refused = user_error(self._codes, refusal, self._paths)
            return self._payload(user_errors=[refused], **self._beside(refusal))


def mutation(
    payload: type[Any],
    codes: type[Enum],
    description: str,
    metadata: Mapping[Any, Any] | None = None,
    needs: Right | None = None,
    paths: Mapping[str, Sequence[str]] | None = None,
    beside: Beside = lambda refusal: {},
) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Declares a mutation: what its resolver refuses becomes `userErrors` of `payload`, under `codes`.

    Who asks must be permitted what it `needs`. `paths` says where in the input the service's own fields are, by the
    beginning of their path (`amount`, `terms.fee`), if they are called otherwise; `beside` which more fields of the
    payload a refusal fills.
    """
    extensions: list[FieldExtension] = [RefusalsAsUserErrors(payload, codes, needs, paths or {}, beside)]
    declared = {**(metadata or {}), NEEDS: needs}
    return strawberry.mutation(description=description, extensions=extensions, metadata=declared)  # type: ignore[no-any-return]


def user_error(
    codes: type[C], refusal: Refusal, paths: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> UserError[C]:
    """A refusal under the mutation's own codes. A code that the mutation does not know is a bug: `KeyError`."""
    path = _renamed(refusal.field, paths)
    return UserError(field=[camel(step) for step in path], message=refusal.message, code=codes[refusal.code])


def _renamed(path: Sequence[str], paths: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """A path with its longest beginning that `paths` knows, as `terms` or `terms.issue_price`, called as that says."""
    for steps in range(len(path), 0, -1):
        if (beginning := ".".join(path[:steps])) in paths:
            return (*paths[beginning], *path[steps:])
    return path


async def known(work: Awaitable[T]) -> T | None:
    """What a service finds, or None where it refuses an id or a name as unknown: to a query that is no error."""
    try:
        return await work
    except Refusal:
        return None


CODES = {
    "ALREADY_BEGUN": "The member has this task already.",
    "ALREADY_CLOSED": "It was confirmed, cancelled or expired before.",
    "ALREADY_LINKED": "The member is linked as another customer, or the customer as another member.",
    "ALREADY_MEMBER": "The member has a plan of this program already.",
    "ALREADY_PLAYED": "This play was played; each can be played once.",
    "ALREADY_STAFF": "This person is on the staff already.",
    "BURN_NOT_ALLOWED": "The partner's terms do not let points be spent with it.",
    "CAP_REACHED": "A cap of the partner's terms would be passed.",
    "TOO_FRESH": "Other partners gave these points too short a time ago for this partner's terms.",
    "CODE_INVALID": "No open code is like this: it was used, its time is over, or there never was one.",
    "CREDIT_LIMIT": "The partner would owe more than its credit limit.",
    "CURRENCY_MISSING": "Money needs its currency.",
    "DECLINED": "The payment was declined.",
    "DUPLICATE_LINE": "The order has another line of this id.",
    "EARN_NOT_ALLOWED": "The partner's terms do not let it give points.",
    "ENDED": "Its time is over.",
    "ERASED": "The member was erased, and cannot be changed or act any more.",
    "GAME_CLOSED": "The game has not begun, is over, or does not run now.",
    "GAME_PAUSED": "A prize is used up, and the game pauses until it can be won again; no play was taken.",
    "HOLD_EXPIRED": "The points were held until an instant that has passed.",
    "IDEMPOTENCY_EXPIRED": "The key was used so long ago that its result is no longer kept.",
    "IDEMPOTENCY_MISMATCH": "The key was used before with another input.",
    "INSUFFICIENT_FUNDS": "There is less money on the balance and the gift cards than this needs.",
    "INSUFFICIENT_POINTS": "The member has fewer points available than this needs.",
    "INVALID": "The value is not one that this field takes.",
    "INVALID_CURRENCY": "Not the code of a currency.",
    "INVALID_EMAIL": "Not an e-mail address.",
    "INVALID_KIND": "Not a kind that there is, of activities, events or programs.",
    "INVALID_ORIGIN": "Not the origin of a page, which looks like `https://shop.example`.",
    "INVALID_ROLE": "Not a role that this can have.",
    "INVALID_ZONE": "Not an IANA time zone.",
    "LAST_OWNER": "A tenant keeps at least one owner.",
    "LIMIT_REACHED": "As many as there may be: a limit per member, tenant, reward, perk or order.",
    "LINE_NOT_FOUND": "The order has no such line.",
    "MERGED": "The member was merged into another, who is the one to change.",
    "NO_TERMS": "The partner has no terms that hold now.",
    "NOT_A_SANDBOX": "Only a sandbox can do this.",
    "NO_SLOTS": "All places are taken.",
    "NOT_ASSIGNABLE": "The task is not one to assign.",
    "NOT_CLAIMABLE": "The task is not one to claim.",
    "NOT_ELIGIBLE": "The reward, perk, cause, task, or this way to pay, is not for this member or order, or not yet.",
    "NOT_FORWARD": "A clock can be moved forward only.",
    "NOT_FOUND": "There is nothing by this id or name; `field` says what was looked for.",
    "NO_PLAYS": "The member has no plays left.",
    "OCCURRED_IN_FUTURE": "The instant lies more than five minutes in the future.",
    "OCCURRED_TOO_LONG_AGO": "The instant lies further back than the tenant's setting allows.",
    "ORDER_EXISTS": "The order was recorded before, under another key.",
    "ORDER_NOT_FOUND": "The member has no such order.",
    "OUT_OF_RANGE": "The number is below or above what is possible.",
    "OUT_OF_STOCK": "The reward, or its pool of codes, is used up.",
    "PARTNER_FROZEN": "The partner is frozen, or has left.",
    "PAYMENT_PENDING": "A payment is under way; try again when it is done.",
    "PREPAID_EMPTY": "The partner has paid ahead for fewer points than this gives.",
    "PROVIDER_MISSING": "No payment provider is set up.",
    "PROVIDER_UNAVAILABLE": "The payment provider does not answer; a repeat with the same key asks it again.",
    "QUOTE_EXPIRED": "The quote's token has expired; ask for a new quote.",
    "QUOTE_INVALID": "The quote's token is not one of ours, or belongs to another member.",
    "REFUND_EXCEEDS_ORDER": "More would have come back than was ordered.",
    "REJECTED": "It was held, since it was too much at once; a person looked at it, and rejected it.",
    "REFUND_EXCEEDS_PAYMENT": "More would be given back than was taken.",
    "RULES_INVALID": "The rules do not hold together: `findings` names each path.",
    "SANDBOX_STAFF": "A sandbox shares its tenant's staff: change it there.",
    "TAKEN": "Another one has this name already, or this member another friend.",
    "TOO_FAR": "The instant lies further ahead than may be.",
    "TOO_FAR_BACK": "The instant lies in the past.",
    "TOO_MANY": "The list is longer than it may be.",
    "TOO_YOUNG": "The member is younger than the game asks for, or the birthday is not known.",
    "WARNINGS_UNCONFIRMED": "The rules are doubtful: `findings` says why; confirm their codes to go on.",
    "WRONG_REGION": "The game is not for members there, or it is not known where the member is.",
    "WRONG_STATE": "Its present state does not allow this.",
}
"""Every code of every mutation, and what it says."""


def register_codes(enums: Iterable[type[Enum]]) -> None:
    """Show the code enums in the schema, each value with its words from `CODES`."""
    for codes in enums:
        mutation = codes.__name__.removesuffix("ErrorCode")
        enum(codes, CODES, description=f"Why `{mutation[0].lower()}{mutation[1:]}` refused.")
