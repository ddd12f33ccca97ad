"""Why something about giving is refused."""

from __future__ import annotations

from enum import StrEnum

from kit.errors import Refusal


class GivingErrorCode(StrEnum):
    """The `code` of every `Refusal` of this wing; docs/kinds/giving.md says what each means."""

    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    ENDED = "ENDED"
    INSUFFICIENT_POINTS = "INSUFFICIENT_POINTS"
    ALREADY_CLOSED = "ALREADY_CLOSED"
    WRONG_STATE = "WRONG_STATE"


def refused(code: GivingErrorCode, message: str, *field: str) -> Refusal:
    """The input is not usable as it is; nothing is kept of it."""
    return Refusal(code, message, field)


def final(code: GivingErrorCode, message: str, *field: str) -> Refusal:
    """A refusal by the business: kept under the idempotency key, so that a repeat answers the same."""
    return Refusal(code, message, field, final=True)


def donation_not_found() -> Refusal:
    """No such donation; another tenant's answers exactly the same."""
    return Refusal(GivingErrorCode.NOT_FOUND, "There is no such donation.", ("donation",))
