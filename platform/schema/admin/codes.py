"""Every mutation of the admin schema and the codes of its `userErrors`; `shared.errors.CODES` says what each means.

Codes may be added; taking one away, or using another for the same refusal, breaks clients.
"""

from __future__ import annotations

from enum import Enum

from schema.shared.errors import register_codes

RecordActivityErrorCode = Enum(
    "RecordActivityErrorCode",
    "INVALID NOT_FOUND INVALID_KIND CURRENCY_MISSING INVALID_CURRENCY TOO_MANY DUPLICATE_LINE OUT_OF_RANGE "
    "OCCURRED_IN_FUTURE OCCURRED_TOO_LONG_AGO ORDER_EXISTS ORDER_NOT_FOUND LINE_NOT_FOUND REFUND_EXCEEDS_ORDER "
    "LIMIT_REACHED REJECTED IDEMPOTENCY_MISMATCH",
)
RecordActivitiesErrorCode = Enum("RecordActivitiesErrorCode", "TOO_MANY")
ActivityLimitsSetErrorCode = Enum(
    "ActivityLimitsSetErrorCode", "TOO_MANY INVALID_KIND INVALID OUT_OF_RANGE CURRENCY_MISSING INVALID_CURRENCY"
)
ActivityReviewErrorCode = Enum(
    "ActivityReviewErrorCode", "INVALID NOT_FOUND ALREADY_CLOSED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)
OrderAmendErrorCode = Enum(
    "OrderAmendErrorCode",
    "INVALID NOT_FOUND INVALID_KIND CURRENCY_MISSING INVALID_CURRENCY TOO_MANY DUPLICATE_LINE OUT_OF_RANGE "
    "OCCURRED_IN_FUTURE OCCURRED_TOO_LONG_AGO ORDER_EXISTS ORDER_NOT_FOUND LINE_NOT_FOUND REFUND_EXCEEDS_ORDER "
    "LIMIT_REACHED REJECTED IDEMPOTENCY_MISMATCH",
)
QuoteErrorCode = Enum(
    "QuoteErrorCode",
    "INVALID NOT_FOUND ERASED CURRENCY_MISSING INVALID_CURRENCY TOO_MANY DUPLICATE_LINE OUT_OF_RANGE "
    "INSUFFICIENT_POINTS OUT_OF_STOCK NOT_ELIGIBLE LIMIT_REACHED ENDED",
)

PartnerKeyCreateErrorCode = Enum("PartnerKeyCreateErrorCode", "INVALID NOT_FOUND LIMIT_REACHED")

UnitUpsertErrorCode = Enum("UnitUpsertErrorCode", "INVALID INVALID_CURRENCY OUT_OF_RANGE LIMIT_REACHED WRONG_STATE")
PointsAdjustErrorCode = Enum(
    "PointsAdjustErrorCode",
    "INVALID NOT_FOUND ERASED OUT_OF_RANGE TOO_FAR_BACK INSUFFICIENT_POINTS IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

PointsTransferErrorCode = Enum(
    "PointsTransferErrorCode",
    "INVALID NOT_FOUND ERASED OUT_OF_RANGE NOT_ELIGIBLE LIMIT_REACHED INSUFFICIENT_POINTS IDEMPOTENCY_MISMATCH "
    "IDEMPOTENCY_EXPIRED",
)

MemberTierSetErrorCode = Enum(
    "MemberTierSetErrorCode", "INVALID NOT_FOUND ERASED TOO_FAR_BACK IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)

TaskClaimErrorCode = Enum(
    "TaskClaimErrorCode",
    "INVALID NOT_FOUND ERASED NOT_CLAIMABLE NOT_ELIGIBLE ALREADY_BEGUN ENDED NO_SLOTS IDEMPOTENCY_MISMATCH "
    "IDEMPOTENCY_EXPIRED",
)
TaskAssignErrorCode = Enum(
    "TaskAssignErrorCode",
    "INVALID NOT_FOUND ERASED NOT_ASSIGNABLE NOT_ELIGIBLE ALREADY_BEGUN IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
TaskWithdrawErrorCode = Enum(
    "TaskWithdrawErrorCode", "INVALID NOT_FOUND ERASED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)

PerkUseErrorCode = Enum(
    "PerkUseErrorCode", "INVALID NOT_FOUND ERASED NOT_ELIGIBLE LIMIT_REACHED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)
PerkUseCancelErrorCode = Enum(
    "PerkUseCancelErrorCode", "INVALID NOT_FOUND ALREADY_CLOSED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)

MemberUpsertErrorCode = Enum("MemberUpsertErrorCode", "INVALID INVALID_EMAIL NOT_FOUND TAKEN ERASED MERGED")
MemberEraseErrorCode = Enum("MemberEraseErrorCode", "NOT_FOUND MERGED")
MemberMergeErrorCode = Enum(
    "MemberMergeErrorCode",
    "INVALID NOT_FOUND ERASED MERGED WRONG_STATE INSUFFICIENT_POINTS IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
MemberExportErrorCode = Enum("MemberExportErrorCode", "NOT_FOUND")

ProgramCreateErrorCode = Enum(
    "ProgramCreateErrorCode", "INVALID NOT_FOUND TAKEN RULES_INVALID WRONG_STATE LIMIT_REACHED"
)
ProgramSaveDraftErrorCode = Enum("ProgramSaveDraftErrorCode", "INVALID NOT_FOUND RULES_INVALID WRONG_STATE")
ProgramValidateErrorCode = Enum("ProgramValidateErrorCode", "INVALID NOT_FOUND WRONG_STATE")
ProgramPublishErrorCode = Enum(
    "ProgramPublishErrorCode",
    "INVALID NOT_FOUND RULES_INVALID WARNINGS_UNCONFIRMED WRONG_STATE TOO_FAR_BACK TOO_FAR",
)
ProgramRollbackErrorCode = Enum("ProgramRollbackErrorCode", "INVALID NOT_FOUND RULES_INVALID WRONG_STATE")
ProgramPauseErrorCode = Enum("ProgramPauseErrorCode", "INVALID NOT_FOUND WRONG_STATE LIMIT_REACHED")
ProgramResumeErrorCode = Enum("ProgramResumeErrorCode", "INVALID NOT_FOUND WRONG_STATE")
ProgramArchiveErrorCode = Enum("ProgramArchiveErrorCode", "INVALID NOT_FOUND WRONG_STATE")
ProgramReplayErrorCode = Enum(
    "ProgramReplayErrorCode", "INVALID NOT_FOUND RULES_INVALID WRONG_STATE TOO_FAR TOO_MANY LIMIT_REACHED"
)
ProgramReplayCancelErrorCode = Enum("ProgramReplayCancelErrorCode", "INVALID NOT_FOUND WRONG_STATE")
ProgramCopyErrorCode = Enum("ProgramCopyErrorCode", "INVALID NOT_FOUND WRONG_STATE LIMIT_REACHED")

RewardUpsertErrorCode = Enum("RewardUpsertErrorCode", "INVALID INVALID_CURRENCY NOT_FOUND TAKEN OUT_OF_RANGE TOO_MANY")
RewardArchiveErrorCode = Enum("RewardArchiveErrorCode", "NOT_FOUND")
VouchersImportErrorCode = Enum("VouchersImportErrorCode", "INVALID NOT_FOUND TOO_MANY WRONG_STATE TOO_FAR_BACK")

RedemptionReserveErrorCode = Enum(
    "RedemptionReserveErrorCode",
    "INVALID NOT_FOUND ERASED OUT_OF_RANGE INSUFFICIENT_POINTS OUT_OF_STOCK NOT_ELIGIBLE LIMIT_REACHED ENDED "
    "QUOTE_EXPIRED QUOTE_INVALID IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
RedemptionConfirmErrorCode = Enum(
    "RedemptionConfirmErrorCode",
    "INVALID NOT_FOUND ALREADY_CLOSED HOLD_EXPIRED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
RedemptionCancelErrorCode = Enum(
    "RedemptionCancelErrorCode",
    "INVALID NOT_FOUND ALREADY_CLOSED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
VoucherUseErrorCode = Enum(
    "VoucherUseErrorCode", "INVALID NOT_FOUND ALREADY_CLOSED ENDED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)

StoredValueAuthorizeErrorCode = Enum(
    "StoredValueAuthorizeErrorCode",
    "INVALID INVALID_CURRENCY NOT_FOUND ERASED OUT_OF_RANGE TOO_MANY NOT_ELIGIBLE ENDED INSUFFICIENT_FUNDS "
    "IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
StoredValuePayErrorCode = Enum(
    "StoredValuePayErrorCode",
    "INVALID INVALID_CURRENCY NOT_FOUND ERASED OUT_OF_RANGE TOO_MANY NOT_ELIGIBLE ENDED INSUFFICIENT_FUNDS "
    "IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
StoredValueCaptureErrorCode = Enum(
    "StoredValueCaptureErrorCode",
    "INVALID NOT_FOUND OUT_OF_RANGE ALREADY_CLOSED HOLD_EXPIRED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
StoredValueVoidErrorCode = Enum(
    "StoredValueVoidErrorCode", "INVALID NOT_FOUND ALREADY_CLOSED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)
StoredValueRefundErrorCode = Enum(
    "StoredValueRefundErrorCode",
    "INVALID NOT_FOUND OUT_OF_RANGE WRONG_STATE REFUND_EXCEEDS_PAYMENT IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
StoredValueCreditErrorCode = Enum(
    "StoredValueCreditErrorCode",
    "INVALID INVALID_CURRENCY NOT_FOUND ERASED OUT_OF_RANGE NOT_ELIGIBLE ORDER_NOT_FOUND REFUND_EXCEEDS_ORDER "
    "IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

GiftCardIssueErrorCode = Enum(
    "GiftCardIssueErrorCode",
    "INVALID INVALID_CURRENCY NOT_FOUND ERASED OUT_OF_RANGE TOO_FAR_BACK NOT_ELIGIBLE IDEMPOTENCY_MISMATCH "
    "IDEMPOTENCY_EXPIRED",
)
GiftCardTransferToBalanceErrorCode = Enum(
    "GiftCardTransferToBalanceErrorCode",
    "INVALID NOT_FOUND ERASED WRONG_STATE ENDED LIMIT_REACHED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
GiftCardReissueErrorCode = Enum(
    "GiftCardReissueErrorCode", "INVALID NOT_FOUND WRONG_STATE ENDED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)
GiftCardDisableErrorCode = Enum(
    "GiftCardDisableErrorCode", "INVALID NOT_FOUND ENDED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)

MembershipJoinErrorCode = Enum(
    "MembershipJoinErrorCode",
    "INVALID NOT_FOUND ENDED ALREADY_MEMBER DECLINED PAYMENT_PENDING PROVIDER_MISSING PROVIDER_UNAVAILABLE ERASED "
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
MembershipGiveDaysErrorCode = Enum(
    "MembershipGiveDaysErrorCode",
    "INVALID OUT_OF_RANGE NOT_FOUND WRONG_STATE LIMIT_REACHED PAYMENT_PENDING IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
MembershipPayErrorCode = Enum(
    "MembershipPayErrorCode",
    "INVALID NOT_FOUND WRONG_STATE DECLINED PAYMENT_PENDING PROVIDER_MISSING PROVIDER_UNAVAILABLE "
    "IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PassBuyErrorCode = Enum(
    "PassBuyErrorCode",
    "INVALID NOT_FOUND ENDED DECLINED PROVIDER_MISSING PROVIDER_UNAVAILABLE ERASED "
    "IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PassUseErrorCode = Enum(
    "PassUseErrorCode",
    "INVALID NOT_FOUND WRONG_STATE ENDED LIMIT_REACHED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PassRefundErrorCode = Enum(
    "PassRefundErrorCode",
    "INVALID NOT_FOUND WRONG_STATE NOT_ELIGIBLE IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

PaymentProviderSetErrorCode = Enum("PaymentProviderSetErrorCode", "INVALID")

DonateErrorCode = Enum(
    "DonateErrorCode",
    "INVALID NOT_FOUND ERASED OUT_OF_RANGE NOT_ELIGIBLE ENDED INSUFFICIENT_POINTS IDEMPOTENCY_MISMATCH "
    "IDEMPOTENCY_EXPIRED",
)
DonationCancelErrorCode = Enum(
    "DonationCancelErrorCode",
    "INVALID NOT_FOUND ALREADY_CLOSED WRONG_STATE IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)

GamePlayErrorCode = Enum(
    "GamePlayErrorCode",
    "INVALID NOT_FOUND ERASED WRONG_STATE GAME_CLOSED GAME_PAUSED TOO_YOUNG WRONG_REGION NO_PLAYS ALREADY_PLAYED "
    "LIMIT_REACHED IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
GameFreePlaysTakeErrorCode = Enum(
    "GameFreePlaysTakeErrorCode",
    "INVALID NOT_FOUND ERASED WRONG_STATE GAME_CLOSED TOO_YOUNG WRONG_REGION LIMIT_REACHED IDEMPOTENCY_MISMATCH",
)
GameSeedRotateErrorCode = Enum(
    "GameSeedRotateErrorCode", "INVALID NOT_FOUND WRONG_STATE IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)
ReferralClaimErrorCode = Enum(
    "ReferralClaimErrorCode", "INVALID NOT_FOUND ERASED NOT_ELIGIBLE TAKEN IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)
ReferralReviewErrorCode = Enum(
    "ReferralReviewErrorCode", "INVALID NOT_FOUND WRONG_STATE IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)

PartnerCreateErrorCode = Enum("PartnerCreateErrorCode", "INVALID NOT_FOUND TAKEN LIMIT_REACHED")
PartnerRenameErrorCode = Enum("PartnerRenameErrorCode", "INVALID NOT_FOUND")
PartnerFreezeErrorCode = Enum("PartnerFreezeErrorCode", "INVALID NOT_FOUND WRONG_STATE")
PartnerUnfreezeErrorCode = Enum("PartnerUnfreezeErrorCode", "INVALID NOT_FOUND WRONG_STATE")
PartnerLeaveErrorCode = Enum("PartnerLeaveErrorCode", "INVALID NOT_FOUND WRONG_STATE")
PartnerInviteErrorCode = Enum("PartnerInviteErrorCode", "NOT_FOUND WRONG_STATE")
PartnerShopUnlinkErrorCode = Enum("PartnerShopUnlinkErrorCode", "NOT_FOUND WRONG_STATE")
ParticipationJoinErrorCode = Enum(
    "ParticipationJoinErrorCode", "CODE_INVALID INVALID OUT_OF_RANGE NOT_FOUND WRONG_STATE"
)
ParticipationUpdateErrorCode = Enum("ParticipationUpdateErrorCode", "INVALID OUT_OF_RANGE NOT_FOUND WRONG_STATE")
ParticipationEndErrorCode = Enum("ParticipationEndErrorCode", "NOT_FOUND WRONG_STATE")
PartnerTermsSaveErrorCode = Enum("PartnerTermsSaveErrorCode", "INVALID INVALID_CURRENCY NOT_FOUND WRONG_STATE")
PartnerWebhookDisableErrorCode = Enum("PartnerWebhookDisableErrorCode", "NOT_FOUND WRONG_STATE")
PartnerWebhookEnableErrorCode = Enum("PartnerWebhookEnableErrorCode", "NOT_FOUND WRONG_STATE")
PartnerWebhookRemoveErrorCode = Enum("PartnerWebhookRemoveErrorCode", "NOT_FOUND")
PartnerAdjustErrorCode = Enum(
    "PartnerAdjustErrorCode",
    "INVALID INVALID_CURRENCY OUT_OF_RANGE NOT_FOUND IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
PartnerBlockBuyErrorCode = Enum(
    "PartnerBlockBuyErrorCode",
    "INVALID OUT_OF_RANGE NOT_FOUND NO_TERMS NOT_ELIGIBLE PARTNER_FROZEN IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
SettlementApproveErrorCode = Enum(
    "SettlementApproveErrorCode", "INVALID NOT_FOUND WRONG_STATE IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)
SettlementPayErrorCode = Enum(
    "SettlementPayErrorCode", "INVALID NOT_FOUND WRONG_STATE IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED"
)

CustomerTokenCreateErrorCode = Enum("CustomerTokenCreateErrorCode", "INVALID NOT_FOUND ERASED")
KeyCreateErrorCode = Enum("KeyCreateErrorCode", "INVALID INVALID_ROLE INVALID_ORIGIN TOO_MANY LIMIT_REACHED")
KeyRotateErrorCode = Enum("KeyRotateErrorCode", "INVALID NOT_FOUND WRONG_STATE LIMIT_REACHED")
KeyRevokeErrorCode = Enum("KeyRevokeErrorCode", "INVALID NOT_FOUND")
StaffInviteErrorCode = Enum("StaffInviteErrorCode", "INVALID INVALID_EMAIL ALREADY_STAFF SANDBOX_STAFF LIMIT_REACHED")
StaffRoleChangeErrorCode = Enum("StaffRoleChangeErrorCode", "INVALID NOT_FOUND LAST_OWNER SANDBOX_STAFF")
StaffRemoveErrorCode = Enum("StaffRemoveErrorCode", "INVALID NOT_FOUND LAST_OWNER SANDBOX_STAFF")
TenantUpdateErrorCode = Enum("TenantUpdateErrorCode", "INVALID INVALID_ZONE INVALID_CURRENCY OUT_OF_RANGE")
SandboxClockAdvanceErrorCode = Enum("SandboxClockAdvanceErrorCode", "INVALID NOT_A_SANDBOX NOT_FORWARD TOO_FAR")
WebhookEndpointSetErrorCode = Enum("WebhookEndpointSetErrorCode", "INVALID INVALID_KIND NOT_FOUND")
WebhookEndpointTryErrorCode = Enum("WebhookEndpointTryErrorCode", "NOT_FOUND WRONG_STATE")
WebhookDeliveryResendErrorCode = Enum("WebhookDeliveryResendErrorCode", "NOT_FOUND WRONG_STATE")

register_codes([found for found in list(vars().values()) if isinstance(found, type) and issubclass(found, Enum)
                and found is not Enum])  # fmt: skip
