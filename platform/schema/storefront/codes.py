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
ReferralClaimErrorCode = Enum(
    "ReferralClaimErrorCode", "INVALID NOT_FOUND NOT_ELIGIBLE TAKEN IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)

MembershipJoinErrorCode = Enum(
    "MembershipJoinErrorCode",
    "INVALID NOT_FOUND ENDED ALREADY_MEMBER DECLINED PAYMENT_PENDING PROVIDER_MISSING PROVIDER_UNAVAILABLE "
    "IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
MembershipCancelErrorCode = Enum(
    "MembershipCancelErrorCode",
    "INVALID NOT_FOUND WRONG_STATE PAYMENT_PENDING IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
MembershipResumeErrorCode = Enum(
    "MembershipResumeErrorCode",
    "INVALID NOT_FOUND WRONG_STATE PAYMENT_PENDING IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
MembershipUpgradeErrorCode = Enum(
    "MembershipUpgradeErrorCode",
    "INVALID NOT_FOUND ENDED WRONG_STATE NOT_ELIGIBLE DECLINED PAYMENT_PENDING PROVIDER_UNAVAILABLE "
    "IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
MembershipPayErrorCode = Enum(
    "MembershipPayErrorCode",
    "INVALID NOT_FOUND WRONG_STATE DECLINED PAYMENT_PENDING PROVIDER_MISSING PROVIDER_UNAVAILABLE "
    "IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PassBuyErrorCode = Enum(
    "PassBuyErrorCode",
    "INVALID NOT_FOUND ENDED DECLINED PROVIDER_MISSING PROVIDER_UNAVAILABLE IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

TaskClaimErrorCode = Enum(
    "TaskClaimErrorCode",
    "INVALID NOT_FOUND NOT_CLAIMABLE NOT_ELIGIBLE ALREADY_BEGUN ENDED NO_SLOTS IDEMPOTENCY_MISMATCH "
    "IDEMPOTENCY_EXPIRED",
)

GamePlayErrorCode = Enum(
    "GamePlayErrorCode",
    "INVALID NOT_FOUND WRONG_STATE GAME_CLOSED GAME_PAUSED TOO_YOUNG WRONG_REGION NO_PLAYS ALREADY_PLAYED "
    "LIMIT_REACHED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
GameFreePlaysTakeErrorCode = Enum(
    "GameFreePlaysTakeErrorCode",
    "INVALID NOT_FOUND WRONG_STATE GAME_CLOSED TOO_YOUNG WRONG_REGION LIMIT_REACHED IDEMPOTENCY_MISMATCH",
)

PointsTransferErrorCode = Enum(
    "PointsTransferErrorCode",
    "INVALID NOT_FOUND OUT_OF_RANGE NOT_ELIGIBLE LIMIT_REACHED INSUFFICIENT_POINTS IDEMPOTENCY_MISMATCH "
    "IDEMPOTENCY_EXPIRED",
)
CoalitionLinkCodeCreateErrorCode = Enum("CoalitionLinkCodeCreateErrorCode", "INVALID NOT_FOUND LIMIT_REACHED")
CoalitionUnlinkErrorCode = Enum("CoalitionUnlinkErrorCode", "NOT_FOUND")
DependantUpsertErrorCode = Enum("DependantUpsertErrorCode", "INVALID NOT_FOUND LIMIT_REACHED")
DependantRemoveErrorCode = Enum("DependantRemoveErrorCode", "NOT_FOUND")

register_codes([
    CoalitionLinkCodeCreateErrorCode, CoalitionUnlinkErrorCode,
    PointsTransferErrorCode, DependantUpsertErrorCode, DependantRemoveErrorCode,
    QuoteErrorCode, RedeemErrorCode, GiftCardToBalanceErrorCode, DonateErrorCode, MembershipJoinErrorCode,
    MembershipCancelErrorCode, MembershipResumeErrorCode, MembershipUpgradeErrorCode, MembershipPayErrorCode,
    PassBuyErrorCode,
    TaskClaimErrorCode,
    GamePlayErrorCode, GameFreePlaysTakeErrorCode,
    ReferralClaimErrorCode,
])  # fmt: skip
