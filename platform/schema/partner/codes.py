"""The partner API's mutations and the codes of their `userErrors`; `shared.errors.CODES` says what each means."""

from __future__ import annotations

from enum import Enum

from schema.shared.errors import register_codes

MemberLinkErrorCode = Enum(
    "MemberLinkErrorCode",
    "INVALID NOT_FOUND CODE_INVALID ALREADY_LINKED PARTNER_FROZEN IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED",
)
MemberUnlinkErrorCode = Enum("MemberUnlinkErrorCode", "INVALID NOT_FOUND IDEMPOTENCY_MISMATCH IDEMPOTENCY_EXPIRED")

register_codes([MemberLinkErrorCode, MemberUnlinkErrorCode])
