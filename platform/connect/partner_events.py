"""What a partner of a coalition is told of an event: of its own things, in its own words, and nothing of others'.

`TOLD` names what comes through, kind by kind; all else of a body stays here, so that what is added to a body one day is
not told by accident. Members are told as the partner knows them, orders as it calls them, points of the shared unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from ledger.state import UnitId
from members.views import MemberId
from programs.coalition import earning, happened, links, partners
from programs.coalition.links import LinkId, LinkView
from programs.coalition.partners import PartnerId

_ACTIVITY = ("activity", "kind", "member", "order_reference")
_PERK_GIVEN = ("perk_use", "offer", "member", "order_reference")
_PERK_BORNE = ("perk_use", "offer", "amount_micros", "currency")
_REDEMPTION = ("redemption", "member", "unit", "points", "order_reference")
_SETTLEMENT = ("settlement", "partner", "number", "period", "currency", "due")
_CONVERSION = ("conversion", "member", "unit", "direction", "own_points", "points")

TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "activity.decided": (*_ACTIVITY, "entries"),
    "activity.held": _ACTIVITY,
    "activity.rejected": _ACTIVITY,
    "link.ended": ("link",),
    "redemption.reserved": _REDEMPTION,
    "redemption.confirmed": _REDEMPTION,
    "redemption.cancelled": _REDEMPTION,
    "redemption.expired": _REDEMPTION,
    "points.converted": _CONVERSION,
    "points.conversion_undone": _CONVERSION,
    "partner.block_low": ("partner", "points"),
    "partner.block_empty": ("partner", "currency"),
    "partner.frozen": ("partner",),
    "partner.unfrozen": ("partner",),
    "partner.left": ("partner",),
    "partner.key_revoked": ("partner", "api_key"),
    "partner.perk_given": _PERK_GIVEN,
    "partner.perk_given_back": _PERK_GIVEN,
    "partner.perk_borne": _PERK_BORNE,
    "partner.perk_borne_back": _PERK_BORNE,
    "partner.terms_announced": ("partner", "number", "valid_from", "valid_until"),
    "partner.joined": ("partner",),
    "partner.shop_unlinked": ("partner",),
    "settlement.drafted": _SETTLEMENT,
    "settlement.approved": _SETTLEMENT,
    "settlement.paid": _SETTLEMENT,
}
"""The kinds that partners are told of, and the fields of each that they are told."""


@dataclass(frozen=True, slots=True)
class Knowing:
    """In whose words a partner is told: itself, the unit that its coalition shares, and the members linked with it.

    `customers`: how it called members whose link has ended, until they are erased.
    """

    partner: PartnerId
    unit: UnitId
    links: Mapping[MemberId, LinkView]
    customers: Mapping[LinkId, str]


def told(kind: str, body: Mapping[str, Any], knowing: Knowing) -> dict[str, Any]:
    """What the partner is told of an event with it, of a kind in `TOLD`; ids are plain, as in `body`."""
    shown: dict[str, Any] = {}
    for name in TOLD[kind]:
        # A body that was stored before it had the field tells null.
        value = body.get(name)
        shown |= _READERS[name](value, knowing) if name in _READERS else {name: value}
    return shown


async def tell(partner: PartnerId, events: Sequence[tuple[str, str]]) -> list[str]:
    """The bodies that a partner is sent of events with it, each a kind and its own body (JSON), in that order."""
    read = [(kind, orjson.loads(body)) for kind, body in events]
    members = {MemberId(body["member"]) for _, body in read if "member" in body}
    knowing = Knowing(
        partner, await happened.shared_unit(await partners.get(partner)),
        await links.of_members(partner, sorted(members)),
        await links.customers(partner, [LinkId(body["link"]) for kind, body in read if kind == "link.ended"]),
    )  # fmt: skip
    return [orjson.dumps(told(kind, body, knowing)).decode() for kind, body in read]


def _member(member: str | None, knowing: Knowing) -> dict[str, Any]:
    """By the link that they have now; null: none, as after they ended it or were erased."""
    link = None if member is None else knowing.links.get(MemberId(member))
    return {"link": link and link.id, "customer_id": link and link.customer_id}


def _ended(link: str | None, knowing: Knowing) -> dict[str, Any]:
    """By the link that there was; the customer is null once they are erased."""
    return {"link": link, "customer_id": None if link is None else knowing.customers.get(LinkId(link))}


def _order(order: str | None, knowing: Knowing) -> dict[str, Any]:
    return {"order_reference": earning.own_reference(knowing.partner, order)}


def _entries(entries: Sequence[Mapping[str, Any]] | None, knowing: Knowing) -> dict[str, Any]:
    return {
        "entries": [
            {name: entry[name] for name in ("unit", "reason", "book", "amount")}
            for entry in entries or ()
            if entry["unit"] == knowing.unit
        ]
    }


_READERS: Mapping[str, Callable[[Any, Knowing], Mapping[str, Any]]] = {
    "link": _ended,
    "member": _member,
    "order_reference": _order,
    "entries": _entries,
}
"""The fields that a partner is told in other words."""
