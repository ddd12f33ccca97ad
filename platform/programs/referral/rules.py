"""The rules of referrals, typed and frozen: what a merchant edits, stored as JSON with `format` 1 (DESIGN §5–6).

Money is in minor units of `currency`, points in the unit's smallest part, days are the tenant's local ones.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from programs.documents import Bound, Size, Text
from programs.gifts import Gifts
from programs.periods import Period

FORMAT = 1
AMOUNT_MAX = 2**53 - 1
CODE = "{code}"

Label = Annotated[str, Text(64)]


class Suspicion(StrEnum):
    """What becomes of a referral whose two sides look like one person: staff decide, or it is rejected."""

    REVIEW = "review"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class ReferralCap:
    """At most so many friends in a period bring a member something; those beyond still get theirs."""

    friends: Annotated[int, Bound(1, 1_000_000)]
    period: Period


@dataclass(frozen=True, slots=True)
class ReferralRules:
    """One version of the rules of referrals.

    `unit` is the slug of the points that the program is about. Both sides get their gifts once an order of the friend
    was kept for `return_days` after its day, worth at least `minimum` of `currency` then; placed within `within_days`
    after the code was used, if that is given. `same_attributes` are attributes of members, such as the hash of an
    address, that no two people have alike. `link` is a text with `{code}` in it.
    """

    unit: Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]
    currency: Annotated[str, Text(3, r"[A-Z]{3}")]
    referrer: Gifts = ()
    friend: Gifts = ()
    minimum: Annotated[int, Bound(1, AMOUNT_MAX)] = 1
    return_days: Annotated[int, Bound(0, 366)] = 14
    within_days: Annotated[int, Bound(1, 3660)] | None = None
    caps: Annotated[tuple[ReferralCap, ...], Size(5)] = ()
    suspicion: Suspicion = Suspicion.REVIEW
    same_attributes: Annotated[tuple[Label, ...], Size(10)] = ()
    link: Annotated[str, Text(500)] | None = None
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
