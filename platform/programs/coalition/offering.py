"""With which partners rewards of the operator's catalogue are redeemed: found for a reward, and named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.state import UnitId
from members.text import storable
from programs.coalition.errors import invalid, partner_not_found
from programs.coalition.models import Coalition, Partner
from programs.coalition.partners import PartnerId, PartnerView
from rewards.views import PartnerShop, RewardShops, RewardView
from tenants import scope


class PartnerName(NamedTuple):
    """What a partner is called, by rules and by people."""

    slug: str
    name: str


async def partners_for(unit: UnitId, shops: RewardShops, slugs: Sequence[str]) -> tuple[PartnerId, ...]:
    """The ids of the partners that a reward for points of this unit is to be redeemed with.

    Raises `Refusal`: NOT_FOUND (no such partner), INVALID (it shares another unit, or no partners share this one).
    """
    async with scope.reading():
        coalition = await Coalition.get_or_none(unit_id=unit)
        known = {row.slug: row for row in await Partner.filter(slug__in=sorted(set(filter(storable, slugs))))}
    if shops is not RewardShops.OWN and coalition is None:
        raise invalid("No partners share these points.", "shops")
    for number, slug in enumerate(slugs):
        if slug not in known:
            raise partner_not_found("partners", str(number))
        if coalition is None or known[slug].program_id != coalition.id:
            raise invalid("This partner does not share these points.", "partners", str(number))
    return tuple(PartnerId(known[slug].id) for slug in slugs)


async def shop_of(partner: PartnerView) -> PartnerShop:
    """The partner's shop."""
    async with scope.reading():
        return PartnerShop(partner.id, UnitId((await Coalition.get(id=partner.program_id)).unit_id))


async def names_of(rewards: Iterable[RewardView]) -> dict[str, PartnerName]:
    """What the partners are called that these rewards name, by their ids."""
    named = {partner for reward in rewards for partner in reward.partners}
    if not named:
        return {}
    async with scope.reading():
        return {row.id: PartnerName(row.slug, row.name) for row in await Partner.filter(id__in=sorted(named))}
