"""Which partner asks."""

from __future__ import annotations

from programs.coalition import partners
from programs.coalition.partners import PartnerId, PartnerView
from schema.shared.context import Info

KEY = "1–200 characters, unique for ever among the partner's own."
"""What is said of an idempotency key."""


def asking(info: Info) -> PartnerId:
    """The partner's id."""
    partner = info.context.principal.partner_id
    assert partner is not None, "who comes to this endpoint has a partner's key"
    return PartnerId(partner)


async def partner_of(info: Info) -> PartnerView:
    """The partner, with its terms."""
    return await partners.get(asking(info))
