"""Why something about stored value is refused."""

from __future__ import annotations

from enum import StrEnum

from kit.errors import Refusal


class StoredValueErrorCode(StrEnum):
    """The `code` of every `Refusal` of this wing; docs/kinds/stored-value.md says what each means."""

    INVALID = "INVALID"
    INVALID_CURRENCY = "INVALID_CURRENCY"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    TOO_MANY = "TOO_MANY"
    TOO_FAR_BACK = "TOO_FAR_BACK"
    NOT_FOUND = "NOT_FOUND"
    ORDER_NOT_FOUND = "ORDER_NOT_FOUND"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    WRONG_STATE = "WRONG_STATE"
    ENDED = "ENDED"
    INSUFFICIENT_FUNDS = "INSUFFICIENT_FUNDS"
    LIMIT_REACHED = "LIMIT_REACHED"
    HOLD_EXPIRED = "HOLD_EXPIRED"
    ALREADY_CLOSED = "ALREADY_CLOSED"
    REFUND_EXCEEDS_PAYMENT = "REFUND_EXCEEDS_PAYMENT"
    REFUND_EXCEEDS_ORDER = "REFUND_EXCEEDS_ORDER"


def invalid(message: str, *field: str) -> Refusal:
    """The input is not usable as it is."""
    return Refusal(StoredValueErrorCode.INVALID, message, field)


def out_of_range(low: int, high: int, *field: str) -> Refusal:
    """A number that is not between `low` and `high`."""
    return Refusal(StoredValueErrorCode.OUT_OF_RANGE, f"Give a number from {low} to {high}.", field)


def payment_not_found() -> Refusal:
    """No such payment; another tenant's answers exactly the same."""
    return Refusal(StoredValueErrorCode.NOT_FOUND, "There is no such payment.", ("payment",))


def card_not_found(*field: str) -> Refusal:
    """No such card, or one with another PIN: both answer exactly the same."""
    message = "There is no gift card of this code, or its PIN is another."
    return Refusal(StoredValueErrorCode.NOT_FOUND, message, field)


def final(code: StoredValueErrorCode, message: str, *field: str) -> Refusal:
    """A refusal by the business: kept under the idempotency key, so that a repeat answers the same."""
    return Refusal(code, message, field, final=True)
