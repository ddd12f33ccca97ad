"""Why something about rewards is refused."""

from __future__ import annotations

from enum import StrEnum

from kit.errors import Refusal


class RewardErrorCode(StrEnum):
    """The `code` of every `Refusal` of this package; docs/rewards.md says what each means."""

    INVALID = "INVALID"
    INVALID_CURRENCY = "INVALID_CURRENCY"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    TOO_MANY = "TOO_MANY"
    TOO_FAR_BACK = "TOO_FAR_BACK"
    TAKEN = "TAKEN"
    NOT_FOUND = "NOT_FOUND"
    WRONG_STATE = "WRONG_STATE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    ENDED = "ENDED"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    LIMIT_REACHED = "LIMIT_REACHED"
    INSUFFICIENT_POINTS = "INSUFFICIENT_POINTS"
    HOLD_EXPIRED = "HOLD_EXPIRED"
    ALREADY_CLOSED = "ALREADY_CLOSED"


def invalid(message: str, *field: str) -> Refusal:
    """The input is not usable as it is."""
    return Refusal(RewardErrorCode.INVALID, message, field)


def out_of_range(low: int, high: int, *field: str) -> Refusal:
    """A number that is not between `low` and `high`."""
    return Refusal(RewardErrorCode.OUT_OF_RANGE, f"Give a number from {low} to {high}.", field)


def redemption_not_found() -> Refusal:
    """No such redemption; another tenant's answers exactly the same."""
    return Refusal(RewardErrorCode.NOT_FOUND, "There is no such redemption.", ("redemption",))


def reward_not_found(*field: str) -> Refusal:
    """No such reward; another tenant's answers exactly the same."""
    return Refusal(RewardErrorCode.NOT_FOUND, "There is no such reward.", field)


def member_not_found() -> Refusal:
    """Nobody who may redeem: unknown, another tenant's, closed, merged or erased."""
    return Refusal(RewardErrorCode.NOT_FOUND, "There is no such member.", ("member",))


def final(code: RewardErrorCode, message: str, *field: str) -> Refusal:
    """A refusal by the business: kept under the idempotency key, so that a repeat answers the same."""
    return Refusal(code, message, field, final=True)
