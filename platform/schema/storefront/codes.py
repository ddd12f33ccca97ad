"""The storefront's mutations and the codes of their `userErrors`; `shared.errors.CODES` says what each means."""

from __future__ import annotations

from enum import Enum

from schema.shared.errors import register_codes

QuoteErrorCode = Enum(
    "QuoteErrorCode",
    "INVALID NOT_FOUND ERASED CURRENCY_MISSING UNKNOWN_CURRENCY TOO_MANY DUPLICATE_LINE INVALID_QUANTITY "
    "INVALID_AMOUNT OUT_OF_RANGE REWARD_NOT_FOUND INSUFFICIENT_POINTS OUT_OF_STOCK NOT_ELIGIBLE LIMIT_REACHED ENDED",
)
RedeemErrorCode = Enum(
    "RedeemErrorCode",
    "INVALID MEMBER_NOT_FOUND REWARD_NOT_FOUND OUT_OF_RANGE INSUFFICIENT_POINTS OUT_OF_STOCK NOT_ELIGIBLE "
    "LIMIT_REACHED ENDED HOLD_EXPIRED QUOTE_EXPIRED QUOTE_INVALID IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

register_codes([QuoteErrorCode, RedeemErrorCode])
