"""Which partner asks, and what no partner may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import strawberry
from strawberry import argument

from kit.errors import Refusal
from programs.activity import LineKind
from programs.coalition import links, partners
from programs.coalition.doings import Asked
from programs.coalition.links import LinkId
from programs.coalition.partners import PartnerId, PartnerView
from schema.shared.carts import LineInput
from schema.shared.connections import after_key
from schema.shared.context import Info
from schema.shared.ids import LINK
from schema.shared.periods import PeriodInput, read_period
from tenants.roles import PartnerScope

KEY = "1–200 characters, unique for ever among the partner's own."
"""What is said of an idempotency key."""


OWN: Mapping[str, Sequence[str]] = {"partner": [], "member": ["link"]}
"""Where the services' own fields are in the inputs: which partner it is says the key, and which member a link."""


OfLink = Annotated[strawberry.ID | None, argument(description="Of this member, by the link, `lnk_…`; null: of all.")]


def asking(info: Info) -> PartnerId:
    """The partner's id."""
    partner = info.context.principal.partner_id
    assert partner is not None, "who comes to this endpoint has a partner's key"
    return PartnerId(partner)


def scopes_of(info: Info) -> list[PartnerScope]:
    """What the partner's key may do."""
    may = info.context.principal.actions
    return [each for each in PartnerScope if each in may]


async def partner_of(info: Info) -> PartnerView:
    """The partner, with its terms."""
    return await partners.get(asking(info))


async def wanted(
    info: Info, linked_id: str | None, period: PeriodInput | None, after: str | None, first: int
) -> Asked | None:  # fmt: skip
    """Which of what happened is asked for, and one more; None: none, since there is no such link, or settlement.

    Raises `Refusal` INVALID (cursor, period's name).
    """
    partner = await partner_of(info)
    id_ = None if linked_id is None else LINK.find(linked_id) or ""
    link = None if id_ is None else await links.find(partner.id, LinkId(id_))
    days = await read_period(partner, period)
    if days is None or (id_ is not None and link is None):
        return None
    return Asked(None if link is None else link.member_id, days, after_key(after), first + 1)


def refuse_top_ups(lines: Sequence[LineInput], path: tuple[str, ...]) -> None:
    """Money is put on a balance with the operator alone, whose debt it is. Raises `Refusal` INVALID."""
    for number, line in enumerate(lines):
        if line.kind is LineKind.TOP_UP:
            raise Refusal("INVALID", "Partners sell no top-ups.", (*path, "lines", str(number), "kind"))
