"""Why something about referrals is refused."""

from __future__ import annotations

from enum import StrEnum

from kit.errors import Refusal


class ReferralErrorCode(StrEnum):
    """The `code` of every `Refusal` of this wing; docs/kinds/referral.md says what each means."""

    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    TAKEN = "TAKEN"
    WRONG_STATE = "WRONG_STATE"


def refused(code: ReferralErrorCode, message: str, *field: str) -> Refusal:
    """The input is not usable as it is; nothing is kept of it."""
    return Refusal(code, message, field)


def final(code: ReferralErrorCode, message: str, *field: str) -> Refusal:
    """A refusal by the business: kept under the idempotency key, so that a repeat answers the same."""
    return Refusal(code, message, field, final=True)


def referral_not_found() -> Refusal:
    """No such referral; another tenant's answers exactly the same."""
    return Refusal(ReferralErrorCode.NOT_FOUND, "There is no such referral.", ("referral",))
