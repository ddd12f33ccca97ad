"""The partner API's mutations and the codes of their `userErrors`; `shared.errors.CODES` says what each means."""

from __future__ import annotations

from enum import Enum

from schema.shared.errors import register_codes

MemberLinkErrorCode = Enum(
    "MemberLinkErrorCode",
    "INVALID NOT_FOUND CODE_INVALID ALREADY_LINKED PARTNER_FROZEN IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
MemberUnlinkErrorCode = Enum("MemberUnlinkErrorCode", "INVALID NOT_FOUND IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED")

PartnerQuoteErrorCode = Enum(
    "PartnerQuoteErrorCode",
    "INVALID NOT_FOUND ERASED CURRENCY_MISSING INVALID_CURRENCY TOO_MANY DUPLICATE_LINE OUT_OF_RANGE "
    "INSUFFICIENT_POINTS NOT_ELIGIBLE LIMIT_REACHED ENDED OUT_OF_STOCK PARTNER_FROZEN NO_TERMS BURN_NOT_ALLOWED "
    "TOO_FRESH",
)
PartnerRecordActivityErrorCode = Enum(
    "PartnerRecordActivityErrorCode",
    "INVALID NOT_FOUND INVALID_KIND CURRENCY_MISSING INVALID_CURRENCY TOO_MANY DUPLICATE_LINE OUT_OF_RANGE "
    "OCCURRED_IN_FUTURE OCCURRED_TOO_LONG_AGO ORDER_EXISTS ORDER_NOT_FOUND LINE_NOT_FOUND REFUND_EXCEEDS_ORDER "
    "LIMIT_REACHED REJECTED PARTNER_FROZEN NO_TERMS EARN_NOT_ALLOWED CAP_REACHED CREDIT_LIMIT PREPAID_EMPTY "
    "IDEMPOTENCY_MISMATCH",
)
PartnerRedeemReserveErrorCode = Enum(
    "PartnerRedeemReserveErrorCode",
    "INVALID NOT_FOUND ERASED OUT_OF_RANGE INSUFFICIENT_POINTS NOT_ELIGIBLE LIMIT_REACHED ENDED OUT_OF_STOCK "
    "INVALID_CURRENCY PARTNER_FROZEN NO_TERMS BURN_NOT_ALLOWED CAP_REACHED TOO_FRESH IDEMPOTENCY_MISMATCH "
    "IDEMPOTENCY_EXPIRED",
)
PartnerRedeemConfirmErrorCode = Enum(
    "PartnerRedeemConfirmErrorCode",
    "INVALID NOT_FOUND ALREADY_CLOSED HOLD_EXPIRED NOT_ELIGIBLE PARTNER_FROZEN NO_TERMS BURN_NOT_ALLOWED CAP_REACHED "
    "OUT_OF_RANGE IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PartnerRedeemCancelErrorCode = Enum(
    "PartnerRedeemCancelErrorCode",
    "INVALID NOT_FOUND ALREADY_CLOSED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
WebhookEndpointSetErrorCode = Enum("WebhookEndpointSetErrorCode", "INVALID INVALID_KIND NOT_FOUND WRONG_STATE")
WebhookEndpointTryErrorCode = Enum("WebhookEndpointTryErrorCode", "NOT_FOUND WRONG_STATE")
WebhookDeliveryResendErrorCode = Enum("WebhookDeliveryResendErrorCode", "NOT_FOUND WRONG_STATE")

PartnerConvertInErrorCode = Enum(
    "PartnerConvertInErrorCode",
    "INVALID NOT_FOUND OUT_OF_RANGE NOT_ELIGIBLE INSUFFICIENT_POINTS PARTNER_FROZEN NO_TERMS EARN_NOT_ALLOWED "
    "CAP_REACHED CREDIT_LIMIT PREPAID_EMPTY IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PartnerConvertOutErrorCode = Enum(
    "PartnerConvertOutErrorCode",
    "INVALID NOT_FOUND OUT_OF_RANGE NOT_ELIGIBLE INSUFFICIENT_POINTS PARTNER_FROZEN NO_TERMS BURN_NOT_ALLOWED "
    "CAP_REACHED TOO_FRESH IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PartnerConvertUndoErrorCode = Enum(
    "PartnerConvertUndoErrorCode",
    "INVALID NOT_FOUND ALREADY_CLOSED ENDED INSUFFICIENT_POINTS IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PartnerOfferUseErrorCode = Enum(
    "PartnerOfferUseErrorCode",
    "INVALID NOT_FOUND NOT_ELIGIBLE LIMIT_REACHED PARTNER_FROZEN NO_TERMS INVALID_CURRENCY CREDIT_LIMIT "
    "IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PartnerOfferGiveBackErrorCode = Enum(
    "PartnerOfferGiveBackErrorCode",
    "INVALID NOT_FOUND ALREADY_CLOSED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

register_codes([
    MemberLinkErrorCode, MemberUnlinkErrorCode, PartnerQuoteErrorCode, PartnerRecordActivityErrorCode,
    PartnerRedeemReserveErrorCode, PartnerRedeemConfirmErrorCode, PartnerRedeemCancelErrorCode,
    WebhookEndpointSetErrorCode, WebhookEndpointTryErrorCode, WebhookDeliveryResendErrorCode,
    PartnerConvertInErrorCode, PartnerConvertOutErrorCode, PartnerConvertUndoErrorCode, PartnerOfferUseErrorCode,
    PartnerOfferGiveBackErrorCode,
])  # fmt: skip
