"""What is the partner's by its id. An id of another's, of another kind or of nothing answers alike: null."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from connect import deliveries
from programs.coalition import converting, happened, links, perks_across
from programs.coalition.converting import ConversionId
from programs.coalition.links import LinkId
from programs.perk_uses import PerkUseId
from rewards.views import RedemptionId
from schema.partner.clearing import show_partner
from schema.partner.exchange import show_conversion, show_use
from schema.partner.happened import show_activities, show_redemptions
from schema.partner.rewards import find_reward
from schema.partner.settling import own_settlement, show_settlement
from schema.partner.types import LinkedMember, show_member
from schema.partner.who import asking, partner_of, scopes_of
from schema.shared.context import Info
from schema.shared.ids import LINK, Node, Prefix
from schema.shared.webhooks import show_delivery
from tenants.roles import PartnerScope, require


async def find_node(info: Info, text: str) -> Node | None:
    """What is the partner's by this id. Raises `Forbidden` for a key without the scope that its kind needs."""
    prefix, _, _ = text.rpartition("_")
    if prefix not in FINDERS:
        return None
    needed, find = FINDERS[prefix]
    if needed is not None:
        require(needed)
    id_ = Prefix(prefix).find(text)
    return None if id_ is None else await find(info, id_)


async def find_member(info: Info, text: str) -> LinkedMember | None:
    """A linked member by the link's TypeID."""
    id_ = LINK.find(text)
    return None if id_ is None else await _member(info, id_)


async def _partner(info: Info, id_: str) -> Node | None:
    return show_partner(await partner_of(info), scopes_of(info)) if id_ == asking(info) else None


async def _member(info: Info, id_: str) -> LinkedMember | None:
    found = await links.find(asking(info), LinkId(id_))
    return None if found is None else await show_member(info, found)


async def _activity(info: Info, id_: str) -> Node | None:
    found = await happened.activity(asking(info), id_)
    return None if found is None else (await show_activities(info, [found]))[found.id]


async def _redemption(info: Info, id_: str) -> Node | None:
    found = await happened.redemption(asking(info), RedemptionId(id_))
    return None if found is None else (await show_redemptions(info, [found]))[found.id]


async def _settlement(info: Info, id_: str) -> Node | None:
    found = await own_settlement(info, id_)
    return None if found is None else show_settlement(found)


async def _delivery(info: Info, id_: str) -> Node | None:
    found = await deliveries.find(id_, asking(info))
    return None if found is None else show_delivery(found)


async def _conversion(info: Info, id_: str) -> Node | None:
    found = await converting.find(asking(info), ConversionId(id_))
    return None if found is None else await show_conversion(info, found)


async def _use(info: Info, id_: str) -> Node | None:
    found = await perks_across.find(asking(info), PerkUseId(id_))
    return None if found is None else await show_use(info, found)


Finder = Callable[[Info, str], Awaitable[Node | None]]

FINDERS: Mapping[str, tuple[PartnerScope | None, Finder]] = {
    "prt": (None, _partner),
    "lnk": (PartnerScope.READ, _member),
    "act": (PartnerScope.READ, _activity),
    "red": (PartnerScope.READ, _redemption),
    "cnv": (PartnerScope.READ, _conversion),
    "pku": (PartnerScope.READ, _use),
    "rwd": (PartnerScope.READ, find_reward),
    "stl": (PartnerScope.SETTLE, _settlement),
    "del": (PartnerScope.SETTLE, _delivery),
}
"""How each kind of thing is found, and which scope the key must have."""
