"""Why something about a coalition is refused."""

from __future__ import annotations

from enum import StrEnum

from kit.errors import Refusal


class CoalitionErrorCode(StrEnum):
    """The `code` of every `Refusal` of this wing; docs/kinds/coalition.md says what each means."""

    INVALID = "INVALID"
    INVALID_CURRENCY = "INVALID_CURRENCY"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    TOO_MANY = "TOO_MANY"
    NOT_FOUND = "NOT_FOUND"
    TAKEN = "TAKEN"
    WRONG_STATE = "WRONG_STATE"
    LIMIT_REACHED = "LIMIT_REACHED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    PARTNER_FROZEN = "PARTNER_FROZEN"
    NO_TERMS = "NO_TERMS"
    EARN_NOT_ALLOWED = "EARN_NOT_ALLOWED"
    BURN_NOT_ALLOWED = "BURN_NOT_ALLOWED"
    CREDIT_LIMIT = "CREDIT_LIMIT"
    PREPAID_EMPTY = "PREPAID_EMPTY"
    CAP_REACHED = "CAP_REACHED"
    TOO_FRESH = "TOO_FRESH"
    INSUFFICIENT_POINTS = "INSUFFICIENT_POINTS"
    ALREADY_CLOSED = "ALREADY_CLOSED"
    ENDED = "ENDED"
    ALREADY_LINKED = "ALREADY_LINKED"
    CODE_INVALID = "CODE_INVALID"


def invalid(message: str, *field: str) -> Refusal:
    """The input is not usable as it is."""
    return Refusal(CoalitionErrorCode.INVALID, message, field)


def out_of_range(low: int, high: int, *field: str) -> Refusal:
    """A number that is not between `low` and `high`."""
    return Refusal(CoalitionErrorCode.OUT_OF_RANGE, f"Give a number from {low} to {high}.", field)


def partner_not_found(*field: str) -> Refusal:
    """No such partner; another tenant's answers exactly the same."""
    return Refusal(CoalitionErrorCode.NOT_FOUND, "There is no such partner.", field or ("partner",))


def final(code: CoalitionErrorCode, message: str, *field: str) -> Refusal:
    """A refusal by the business: kept under the idempotency key, so that a repeat answers the same."""
    return Refusal(code, message, field, final=True)
