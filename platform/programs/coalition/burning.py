"""Spending points with a partner, as payment or on a reward, within what its terms allow: reserved, then confirmed or
cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence

from kit.setbased import Change
from ledger.book import Book, Stamp
from ledger.state import AccountRef, UnitId
from members.views import MemberId
from programs import redeeming
from programs.coalition import earning
from programs.coalition.errors import CoalitionErrorCode, final
from programs.coalition.freshness import refuse_fresh
from programs.coalition.limits import Limits
from programs.coalition.partners import PartnerView
from programs.quote import Redeem
from programs.redeeming import Spent
from rewards import redemptions
from rewards.views import PartnerShop, RedemptionId, RedemptionView
from tenants import scope


async def reserve(
    key: str, partner: PartnerView, member: MemberId, asked: Redeem, *, order_reference: str | None = None,
    order_total: int | None = None, currency: str | None = None,
    hold_minutes: int = redemptions.HOLD_MINUTES_DEFAULT,
) -> RedemptionView:  # fmt: skip
    """Set points aside, to be spent with a partner; a reward is one that is redeemed in the partner's shop.

    Raises what `redemptions.reserve` raises, and `Refusal`, kept under the key: PARTNER_FROZEN, NO_TERMS,
    BURN_NOT_ALLOWED, CAP_REACHED, TOO_FRESH, NOT_ELIGIBLE (points of another unit).
    """
    own, order = earning.key(partner.id, key), earning.read_order(partner.id, order_reference)
    wish = await redeeming.wish(own, asked, member, order_total=order_total, currency=currency)
    with_partner = _AtPartner(partner, counts=False)
    return await redemptions.reserve(
        own, member, wish, order_reference=order, hold_minutes=hold_minutes, partner=with_partner
    )


async def confirm(
    key: str, partner: PartnerView, redemption: RedemptionId, *, order_reference: str | None = None
) -> RedemptionView:
    """Take points that were set aside with this partner. Raises what `reserve` and `redemptions.confirm` raise."""
    order = earning.read_order(partner.id, order_reference)
    return await redemptions.confirm(
        earning.key(partner.id, key), redemption, Spent(), order_reference=order, partner=_AtPartner(partner)
    )


async def cancel(key: str, partner: PartnerView, redemption: RedemptionId) -> RedemptionView:
    """Let go of points that were set aside with this partner. Raises what `redemptions.cancel` raises."""
    return await redemptions.cancel(earning.key(partner.id, key), redemption, partner=_AtPartner(partner))


class _AtPartner:
    """The partner that a redemption is with (`redemptions.Partner`); it `counts` once points are spent."""

    def __init__(self, partner: PartnerView, *, counts: bool = True) -> None:
        self.id = str(partner.id)
        self._partner = partner
        self._counts = counts
        self._limits = Limits()

    async def begin(self, member: MemberId) -> None:
        """Lock the partner, before any account."""
        await self._limits.load([(scope.tenant_id(), self._partner.slug, member, scope.now())])

    @property
    def shop(self) -> PartnerShop:
        """Its shop, where the unit that its coalition shares is spent."""
        return PartnerShop(self.id, UnitId(self._limits.of(scope.tenant_id(), self._partner.slug).unit))

    async def admit(self, book: Book, spent_from: AccountRef, points: int, stamp: Stamp) -> None:
        """See that points may be set aside. Raises `Refusal` TOO_FRESH."""
        standing = self._limits.of(scope.tenant_id(), self._partner.slug)
        await refuse_fresh(standing, book, spent_from, points, stamp)

    def settle(self, book: Book, spent_from: AccountRef, points: int, stamp: Stamp) -> Sequence[Change]:
        """Count the points; the rows to be written with the book. Raises `Refusal`."""
        standing = self._limits.of(scope.tenant_id(), self._partner.slug)
        if spent_from.unit != standing.unit:
            raise final(
                CoalitionErrorCode.NOT_ELIGIBLE, "Only points that partners share are spent with them.", "partner"
            )
        member = spent_from.owner.removeprefix("member:")
        self._limits.take(standing, book, member, points, stamp.effective_at)
        return self._limits.changes() if self._counts else ()
