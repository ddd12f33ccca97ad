"""Why something about paid memberships is refused."""

from __future__ import annotations

from enum import StrEnum

from kit.errors import Refusal


class PaidErrorCode(StrEnum):
    """The `code` of every `Refusal` of this wing; docs/kinds/paid.md says what each means."""

    INVALID = "INVALID"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    NOT_FOUND = "NOT_FOUND"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    WRONG_STATE = "WRONG_STATE"
    ALREADY_MEMBER = "ALREADY_MEMBER"
    DECLINED = "DECLINED"
    ENDED = "ENDED"
    LIMIT_REACHED = "LIMIT_REACHED"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    PROVIDER_MISSING = "PROVIDER_MISSING"
    PROVIDER_UNAVAILABLE = "PROVIDER_UNAVAILABLE"


def invalid(message: str, *field: str) -> Refusal:
    """The input is not usable as it is."""
    return Refusal(PaidErrorCode.INVALID, message, field)


def not_found(what: str, *field: str) -> Refusal:
    """No such thing; another tenant's answers exactly the same."""
    return Refusal(PaidErrorCode.NOT_FOUND, f"There is no such {what}.", field)


def refused(code: PaidErrorCode, message: str, *field: str) -> Refusal:
    """A refusal that another try, later, may not meet: not kept under the key."""
    return Refusal(code, message, field)


def final(code: PaidErrorCode, message: str, *field: str) -> Refusal:
    """A refusal by the business: kept under the idempotency key, so that a repeat answers the same."""
    return Refusal(code, message, field, final=True)
