"""Redemptions read back: one, several, or a page of them, the latest first."""

from __future__ import annotations

from collections.abc import Sequence

from kit import db
from kit.ids import is_id
from members.text import storable
from members.views import MemberId
from rewards.errors import redemption_not_found
from rewards.models import Redemption
from rewards.views import PAGE_MAX, RedemptionId, RedemptionState, RedemptionView, RewardId, load_redemptions
from tenants import scope


async def get(redemption: RedemptionId) -> RedemptionView:
    """The redemption of this id. Raises `Refusal` NOT_FOUND."""
    if found := await get_many([redemption]):
        return found[redemption]
    raise redemption_not_found()


async def by_code(code: str) -> RedemptionView | None:
    """The redemption that gave a member this code; None if nobody has it."""
    async with scope.reading():
        found = await db.rows(_BY_CODE, scope.tenant_id(), code) if storable(code) else []
        redemptions = await load_redemptions([row["redemption_id"] for row in found])
    return next(iter(redemptions.values()), None)


_BY_CODE = """
SELECT redemption_id FROM voucher WHERE tenant_id = $1 AND code = $2 AND state IN ('issued', 'void')
AND redemption_id IS NOT NULL"""


async def get_many(redemptions: Sequence[RedemptionId]) -> dict[RedemptionId, RedemptionView]:
    """The redemptions of these ids that this tenant has; others are missing from the answer. At most a page."""
    async with scope.reading():
        return await load_redemptions([id_ for id_ in redemptions if is_id(id_)])


async def list_(
    *, member: MemberId | None = None, reward: RewardId | None = None, state: RedemptionState | None = None,
    after: RedemptionId | None = None, first: int = 50,
) -> list[RedemptionView]:  # fmt: skip
    """The latest first: `first` redemptions beyond the id `after`, all or those of a member, reward or state.

    At most 101. Ids that are none, or another tenant's, have no redemptions.
    """
    wanted = {"member_id": member, "reward_id": reward, "state": state, "id__lt": after}
    given = {name: value for name, value in wanted.items() if value is not None}
    if not all(is_id(value) for name, value in given.items() if name != "state"):
        return []
    async with scope.reading():
        page = Redemption.filter(**given).order_by("-id").limit(max(0, min(first, PAGE_MAX)))
        ids = [RedemptionId(row.id) for row in await page]
        views = await load_redemptions(ids)
    return [views[id_] for id_ in ids]
