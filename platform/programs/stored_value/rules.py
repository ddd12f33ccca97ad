"""The rules of stored value, typed and frozen: what a merchant edits, stored as JSON with `format` 1 (DESIGN §5–6).

Amounts are minor units of `currency`. Money and bonus are two units of that currency, and never mix: what was put on is
money, what the merchant adds is bonus. The bounds in the annotations are enforced by `programs.documents` when read.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from programs.clawback import Clawback
from programs.documents import Bound, Size, Text

FORMAT = 1
AMOUNT_MAX = 2**53 - 1
MONTHS_MAX = 1200

Amount = Annotated[int, Bound(1, AMOUNT_MAX)]
Months = Annotated[int, Bound(0, MONTHS_MAX)]
Slug = Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]


@dataclass(frozen=True, slots=True)
class FixedBonus:
    """So much on top, whatever was put on."""

    TYPE: ClassVar[str] = "fixed"
    amount: Amount


@dataclass(frozen=True, slots=True)
class PercentBonus:
    """So many percent of what was put on; a part of a minor unit is cut off."""

    TYPE: ClassVar[str] = "percent"
    percent: Annotated[int, Bound(1, 100)]


Bonus = FixedBonus | PercentBonus


@dataclass(frozen=True, slots=True)
class BonusBand:
    """The bonus from so much on, all top-ups of an order together; the highest band that is reached counts."""

    from_amount: Amount
    bonus: Bonus


@dataclass(frozen=True, slots=True)
class TopUp:
    """How much can be put on at once, and what comes on top.

    The limits are for shops to ask by a quote. Money that was paid outside of them is money all the same: it is put on,
    without a bonus.
    """

    minimum: Amount = 1
    maximum: Amount | None = None
    bands: Annotated[tuple[BonusBand, ...], Size(50)] = ()


@dataclass(frozen=True, slots=True)
class Expiry:
    """How many months money and bonus can be used, from the local day on which they came; None: without end."""

    money_months: Months | None = None
    bonus_months: Months | None = None


class SpendingOrder(StrEnum):
    """What pays first of a member's balance. Within a unit it is always the soonest expiring."""

    BONUS_FIRST = "bonus_first"
    MONEY_FIRST = "money_first"
    SOONEST_EXPIRING = "soonest_expiring"


@dataclass(frozen=True, slots=True)
class GiftCards:
    """Cards that can be issued: worth from `minimum` to `maximum`, usable so many months (None: without end).

    With `pin` each has a PIN beside its code, without which it cannot be used.
    """

    minimum: Amount = 1
    maximum: Amount | None = None
    expires_after_months: Months | None = None
    pin: bool = False


@dataclass(frozen=True, slots=True)
class StoredValueRules:
    """One version of the rules of stored value. `unit` and `bonus_unit` are slugs of money units of `currency`.

    `balance_maximum` is how much money a member may have; without `gift_cards` none can be issued.
    """

    unit: Slug
    currency: Annotated[str, Text(3, r"[A-Z]{3}")]
    bonus_unit: Slug | None = None
    top_up: TopUp = TopUp()
    expiry: Expiry = Expiry()
    spending_order: SpendingOrder = SpendingOrder.BONUS_FIRST
    balance_maximum: Amount | None = None
    gift_cards: GiftCards | None = None
    clawback: Clawback = Clawback.CLAMP
    format: Annotated[int, Bound(1, FORMAT)] = FORMAT
