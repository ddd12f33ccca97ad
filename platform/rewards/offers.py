"""What a wish comes to: the server's own price and terms for this member now, or why they cannot have it (S3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kit import db
from kit.ids import is_id
from ledger.state import AMOUNT_MAX, UnitId
from members.service import MemberRef, resolve_many
from members.standing import NOBODY
from members.store import lock
from members.views import MemberId, MemberState
from rewards import catalogue, payment, terms
from rewards.eligibility import ended, out_of_stock, standing_of, why_not
from rewards.errors import RewardErrorCode, final, invalid, member_not_found, out_of_range, reward_not_found
from rewards.payment import PaymentTerms, quote_payment
from rewards.terms import Money
from rewards.views import PartnerShop, RewardId, RewardView
from tenants import scope

NO_TIERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Offer:
    """So many points of a unit for a reward, or (`reward` None) as payment of `value`; `terms` as they are kept."""

    member_id: MemberId
    unit_id: UnitId
    points: int
    terms: str
    reward: RewardView | None = None
    value: Money | None = None
    program_id: str | None = None


async def lock_member(member: MemberId) -> None:
    """Let one transaction at a time redeem for a member: limits are counted under this lock.

    Raises `Refusal` NOT_FOUND also for who is closed, merged or erased.
    """
    if is_id(member) and await lock(member):
        ref = MemberRef(member)
        found = (await resolve_many([ref]))[ref]
        if found is not None and found.state is MemberState.ACTIVE:
            return
    raise member_not_found()


async def of_reward(
    member: MemberId, reward: RewardId, pinned: int | None = None, everybody: Mapping[str, str] = NO_TIERS,
    shop: PartnerShop | None = None,
) -> Offer:  # fmt: skip
    """A reward at its own price, or at the one that was pinned, if this member (locked) can have it now in this shop.

    Raises `Refusal`: NOT_FOUND, ENDED, NOT_ELIGIBLE, OUT_OF_STOCK, LIMIT_REACHED.
    """
    view = (await catalogue.get_many([reward])).get(reward)
    if view is None:
        raise reward_not_found("reward")
    standing = (await standing_of(member)).among(everybody) if view.tiers or view.segments else NOBODY
    if refusal := why_not(view, standing, scope.now(), shop):
        raise refusal
    if view.limit_per_member is not None and await _number_had(member, reward) >= view.limit_per_member:
        raise final(RewardErrorCode.LIMIT_REACHED, f"A member may have this {view.limit_per_member} times.", "reward")
    points = view.points if pinned is None else pinned
    return Offer(member, view.unit_id, points, terms.to_json(view.terms), view)


def of_payment(
    member: MemberId, unit: UnitId, asked: int, order_amount: int | None, settings: PaymentTerms,
    program_id: str | None,
) -> Offer:  # fmt: skip
    """Points as payment, as many of those asked for as the settings let pay for this order.

    Raises `Refusal`: OUT_OF_RANGE, INVALID (the order's amount is needed), NOT_ELIGIBLE (they cannot pay at all).
    """
    if not 1 <= asked <= AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX, "points")
    if order_amount is None and settings.maximum_share_percent < 100:
        raise invalid("Say what the order comes to: points pay a part of it only.", "order_amount")
    if order_amount is not None and not 0 <= order_amount <= AMOUNT_MAX:
        raise out_of_range(0, AMOUNT_MAX, "order_amount")
    points, amount = quote_payment(settings, asked, asked, order_amount)
    if not points:
        raise final(RewardErrorCode.NOT_ELIGIBLE, "So many points cannot pay for this order.", "points")
    if amount > AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX, "points")
    value = Money(amount, settings.currency)
    return Offer(member, unit, points, payment.to_json(settings), value=value, program_id=program_id)


async def take_stock(reward: RewardId) -> None:
    """Count one more as taken; check and count are one statement. Raises `Refusal` OUT_OF_STOCK or ENDED (archived)."""
    if not await taken_of_stock(reward):
        raise out_of_stock() if (await catalogue.get(reward)).archived_at is None else ended()


async def taken_of_stock(reward: RewardId) -> bool:
    """Count one more as taken, if there is one left and the reward is still offered."""
    return bool(await db.execute(_TAKE_STOCK, scope.tenant_id(), reward))


async def give_stock_back(rewards: dict[RewardId, int]) -> None:
    """Count so many fewer as taken, reward by reward in the order of their ids, so that two sweeps cannot deadlock."""
    for reward, number in sorted(rewards.items()):
        changed = await db.execute(_GIVE_STOCK_BACK, scope.tenant_id(), reward, number)
        assert changed == 1, "less was taken than is given back"


async def _number_had(member: MemberId, reward: RewardId) -> int:
    """How many of a reward a member has or has reserved; reservations that have ended no longer count."""
    (row,) = await db.rows(_HAD, scope.tenant_id(), reward, member, scope.now())
    return int(row["had"])


_HAD = """
SELECT count(*) AS had FROM redemption WHERE tenant_id = $1 AND reward_id = $2 AND member_id = $3
AND (state = 'confirmed' OR (state = 'reserved' AND ends_at > $4))"""

_TAKE_STOCK = """
UPDATE reward SET taken = taken + 1
WHERE tenant_id = $1 AND id = $2 AND archived_at IS NULL AND (stock IS NULL OR taken < stock)"""

_GIVE_STOCK_BACK = "UPDATE reward SET taken = taken - $3 WHERE tenant_id = $1 AND id = $2 AND taken >= $3"
