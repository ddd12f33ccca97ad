"""Referrals in both schemas: their states, and why one was rejected."""

from __future__ import annotations

from programs.referral.views import ReferralState, Rejection
from schema.shared.declare import enum

__all__ = ["ReferralState", "Rejection"]

enum(ReferralState, {
    "INVITED": "The code was used; the friend's order is waited for, and whether it is kept.",
    "QUALIFIED": "An order was kept, but both look like one person: staff decide.",
    "REWARDED": "Both sides got their gifts.",
    "REJECTED": "It brings nothing.",
    "TAKEN_BACK": "The order came back whole, and the gifts went with it.",
}, description="Where a referral is in its life.")  # fmt: skip

enum(Rejection, {
    "SAME_PERSON": "Both looked like one person.",
    "CUSTOMER": "The friend had bought before.",
    "LATE": "The friend did not order in time.",
    "GONE": "One of both takes part no more.",
    "STAFF": "Staff decided so.",
}, name="ReferralRejection", description="Why a referral was rejected.")  # fmt: skip
