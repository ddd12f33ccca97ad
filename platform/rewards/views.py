"""Rewards, vouchers and redemptions as the rest of the house sees them, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

import orjson

from kit import db
from kit.setbased import Columns
from ledger.state import TransferId, UnitId
from members.views import MemberId
from rewards import payment, terms
from rewards.payment import PaymentTerms
from rewards.terms import Money, RewardKind, RewardTerms
from tenants import scope

RewardId = NewType("RewardId", str)
RedemptionId = NewType("RedemptionId", str)
VoucherId = NewType("VoucherId", str)

PAGE_MAX = 101  # a page of 100 and the one that tells whether there is another


class VoucherSource(StrEnum):
    """Where a reward's codes come from."""

    NONE = "none"
    GENERATED = "generated"
    UPLOADED = "uploaded"


class VoucherState(StrEnum):
    """What became of a code: free, set aside with a reservation, given to a member, taken by the shop, or worth nothing
    any more.
    """

    AVAILABLE = "available"
    RESERVED = "reserved"
    ISSUED = "issued"
    USED = "used"
    VOID = "void"


class RedemptionState(StrEnum):
    """Where a redemption is in its life: reserved first, then closed once."""

    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class RewardShops(StrEnum):
    """In whose shops a reward is redeemed: the tenant's own, those of its coalition's partners, or both."""

    OWN = "own"
    PARTNERS = "partners"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class PartnerShop:
    """The shop of a partner of a coalition, where points of the unit that it shares are spent."""

    partner_id: str
    unit_id: UnitId


@dataclass(frozen=True, slots=True)
class RewardView:
    """A reward of the catalogue. `points` in the unit's smallest part; `tiers` and `segments`: none means all.

    `stock` is how many there are in all (None: any number), `taken` how many are reserved or confirmed. It can be had
    from `starts_at` on until `ends_at` (exclusive) unless archived. `partners`: of those that share its unit, by their
    ids, if it is redeemed with partners at all; none means all.
    """

    id: RewardId
    slug: str
    name: str
    description: str
    kind: RewardKind
    unit_id: UnitId
    points: int
    terms: RewardTerms
    tiers: tuple[str, ...]
    segments: tuple[str, ...]
    stock: int | None
    taken: int
    limit_per_member: int | None
    voucher_source: VoucherSource
    image_url: str | None
    position: int
    starts_at: datetime | None
    ends_at: datetime | None
    archived_at: datetime | None
    created_at: datetime
    shops: RewardShops
    partners: tuple[str, ...]

    def is_in(self, shop: PartnerShop | None) -> bool:
        """Whether it is redeemed in this partner's shop, or (None) in the tenant's own."""
        if shop is None:
            return self.shops is not RewardShops.PARTNERS
        if self.shops is RewardShops.OWN or self.unit_id != shop.unit_id:
            return False
        return not self.partners or shop.partner_id in self.partners

    @property
    def stock_left(self) -> int | None:
        """How many can still be had; None: any number."""
        return None if self.stock is None else max(0, self.stock - self.taken)


@dataclass(frozen=True, slots=True)
class VoucherView:
    """A code that was issued; used once the shop has taken it, void if its redemption was refunded in full before."""

    id: VoucherId
    reward_id: RewardId
    code: str
    state: VoucherState
    issued_at: datetime | None
    expires_at: datetime | None
    used_at: datetime | None
    used_reference: str | None


@dataclass(frozen=True, slots=True)
class RedemptionView:
    """Points set aside or spent: for a reward, or as payment (`reward_id` None, `value` what they pay).

    `terms` are those of the moment it was reserved. `hold_id` and `transfer_id` name entries of the ledger, both None
    for a reward that costs nothing. `voucher` is there once the redemption is confirmed.
    `partner_id`: it is with this partner of a coalition.
    """

    id: RedemptionId
    member_id: MemberId
    reward_id: RewardId | None
    unit_id: UnitId
    program_id: str | None
    points: int
    points_returned: int
    state: RedemptionState
    terms: RewardTerms | PaymentTerms
    value: Money | None
    order_reference: str | None
    hold_id: TransferId | None
    transfer_id: TransferId | None
    voucher: VoucherView | None
    reserved_at: datetime
    ends_at: datetime
    closed_at: datetime | None
    partner_id: str | None = None


async def load_redemptions(ids: Sequence[RedemptionId]) -> dict[RedemptionId, RedemptionView]:
    """The redemptions of these ids that this tenant has, inside the session under way."""
    wanted = _IDS.payload([(id_,) for id_ in ids])
    found = await db.rows(_REDEMPTIONS.format(ids=_IDS.source(2)), scope.tenant_id(), wanted)
    return {row["id"]: _redemption(row) for row in found}


def reward_columns(reward: str) -> str:
    """What to select of a reward, by the name that the table has in the statement.

    Its partners come in the same statement: a reward that was withdrawn in between would seem to be with all of them.
    """
    listed = "string_agg" if db.dialect() == "postgres" else "group_concat"
    return (
        f"{reward}.*, (SELECT {listed}(CAST(p.partner_id AS text), ',') FROM reward_partner p "
        f"WHERE p.tenant_id = {reward}.tenant_id AND p.reward_id = {reward}.id) AS partners"
    )


def reward_view(row: db.Row) -> RewardView:
    """A row of `reward_columns`."""
    audience = orjson.loads(row["audience"])
    partners = (row["partners"] or "").split(",")
    return RewardView(
        row["id"], row["slug"], row["name"], row["description"], RewardKind(row["kind"]), row["unit_id"],
        row["points"], terms.from_json(row["terms"]), tuple(audience["tiers"]), tuple(audience["segments"]),
        row["stock"], row["taken"], row["limit_per_member"], VoucherSource(row["voucher_source"]), row["image_url"],
        row["position"], db.instant_or_none(row["starts_at"]), db.instant_or_none(row["ends_at"]),
        db.instant_or_none(row["archived_at"]), db.instant(row["created_at"]),
        RewardShops(row["shops"]), tuple(sorted(filter(None, partners))),
    )  # fmt: skip


_IDS = Columns(id="uuid")

_REDEMPTIONS = """
SELECT r.*, v.id AS voucher_id, v.code, v.state AS voucher_state, v.issued_at, v.expires_at AS voucher_expires_at,
       v.used_at, v.used_reference
FROM {ids} AS x JOIN redemption r ON r.tenant_id = $1 AND r.id = x.id
LEFT JOIN voucher v ON v.tenant_id = r.tenant_id AND v.redemption_id = r.id AND v.state IN ('issued', 'void')"""


def _redemption(row: db.Row) -> RedemptionView:
    return RedemptionView(
        row["id"], row["member_id"], row["reward_id"], row["unit_id"], row["program_id"], row["points"],
        row["points_returned"], RedemptionState(row["state"]), _terms(row), _value(row), row["order_reference"],
        row["hold_id"], row["transfer_id"], _voucher(row), db.instant(row["reserved_at"]), db.instant(row["ends_at"]),
        db.instant_or_none(row["closed_at"]), row["partner_id"],
    )  # fmt: skip


def _terms(row: db.Row) -> RewardTerms | PaymentTerms:
    return payment.from_json(row["terms"]) if row["reward_id"] is None else terms.from_json(row["terms"])


def _value(row: Mapping[str, int | str]) -> Money | None:
    amount, currency = row["value_amount"], row["value_currency"]
    return Money(amount, currency) if isinstance(amount, int) and isinstance(currency, str) else None


def _voucher(row: db.Row) -> VoucherView | None:
    if row["voucher_id"] is None:
        return None
    used_at = db.instant_or_none(row["used_at"])
    state = VoucherState(row["voucher_state"]) if used_at is None else VoucherState.USED
    return VoucherView(
        row["voucher_id"], row["reward_id"], row["code"], state, db.instant_or_none(row["issued_at"]),
        db.instant_or_none(row["voucher_expires_at"]), used_at, row["used_reference"],
    )  # fmt: skip
