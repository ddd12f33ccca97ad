"""Memberships, charges and passes as others see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from members.views import MemberId
from programs.decision import ProgramId
from programs.paid.life import State
from programs.paid.rules import Plan

MembershipId = NewType("MembershipId", str)
ChargeId = NewType("ChargeId", str)
PassId = NewType("PassId", str)


class Purpose(StrEnum):
    """What money was asked for, or given back (`refund`)."""

    JOIN = "join"
    RENEW = "renew"
    UPGRADE = "upgrade"
    PASS = "pass"  # noqa: S105  # a card for visits, no password
    REFUND = "refund"


class ChargeState(StrEnum):
    """What became of it; `expired` is a page that nobody paid on."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ChargeView:
    """Money that was asked for, or given back; minor units. `page_url` is where it can be paid, while it is open."""

    id: ChargeId
    purpose: Purpose
    member_id: MemberId
    program_id: ProgramId
    membership_id: MembershipId | None
    pass_id: PassId | None
    of_id: ChargeId | None
    item: str
    amount: int
    credit: int
    refunded: int
    currency: str
    provider: str
    state: ChargeState
    reason: str | None
    page_url: str | None
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MembershipView:
    """A membership as it is now. `plan` is None once the rules no longer have it; `entitled` whether it has benefits.

    `refund_now` is what of the present term cancelling at once gives back, in minor units of `currency`.
    """

    id: MembershipId
    program_id: ProgramId
    member_id: MemberId
    plan_id: str
    plan: Plan | None
    state: State
    entitled: bool
    currency: str
    paid: int
    starts_at: datetime
    ends_at: datetime | None
    days_given: bool
    refund_now: int
    joined_at: datetime
    ended_at: datetime | None


class PassState(StrEnum):
    """Whether a pass can be used, is used up, over, or was given back."""

    ACTIVE = "active"
    USED_UP = "used_up"
    ENDED = "ended"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class PassView:
    """A pass that a member bought: `visits` in all (None: any number), `used` so far; `refund_now` minor units."""

    id: PassId
    program_id: ProgramId
    member_id: MemberId
    slug: str
    name: str
    state: PassState
    price: int
    currency: str
    visits: int | None
    used: int
    refund_now: int
    starts_at: datetime
    ends_at: datetime | None
