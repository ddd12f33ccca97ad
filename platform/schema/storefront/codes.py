"""The storefront's mutations and the codes of their `userErrors`; `shared.errors.CODES` says what each means."""

from __future__ import annotations

from enum import Enum

from schema.shared.errors import register_codes

QuoteErrorCode = Enum(
    "QuoteErrorCode",
    "INVALID NOT_FOUND ERASED CURRENCY_MISSING INVALID_CURRENCY TOO_MANY DUPLICATE_LINE OUT_OF_RANGE "
    "INSUFFICIENT_POINTS OUT_OF_STOCK NOT_ELIGIBLE LIMIT_REACHED ENDED",
)
RedeemErrorCode = Enum(
    "RedeemErrorCode",
    "INVALID NOT_FOUND OUT_OF_RANGE INSUFFICIENT_POINTS OUT_OF_STOCK NOT_ELIGIBLE LIMIT_REACHED ENDED HOLD_EXPIRED "
    "QUOTE_EXPIRED QUOTE_INVALID IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

GiftCardToBalanceErrorCode = Enum(
    "GiftCardToBalanceErrorCode",
    "INVALID NOT_FOUND WRONG_STATE ENDED LIMIT_REACHED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

DonateErrorCode = Enum(
    "DonateErrorCode",
    "INVALID NOT_FOUND OUT_OF_RANGE NOT_ELIGIBLE ENDED INSUFFICIENT_POINTS IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

TaskClaimErrorCode = Enum(
    "TaskClaimErrorCode",
    "INVALID NOT_FOUND NOT_CLAIMABLE NOT_ELIGIBLE ALREADY_BEGUN ENDED NO_SLOTS IDEMPOTENCY_MISMATCH "
    "IDEMPOTENCY_EXPIRED",
)

register_codes([TaskClaimErrorCode, QuoteErrorCode, RedeemErrorCode, GiftCardToBalanceErrorCode, DonateErrorCode])
