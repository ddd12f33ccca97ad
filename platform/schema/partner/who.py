"""Which partner asks, and what no partner may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kit.errors import Refusal
from programs.activity import LineKind
from programs.coalition import partners
from programs.coalition.partners import PartnerId, PartnerView
from schema.shared.carts import LineInput
from schema.shared.context import Info
from tenants.roles import PartnerScope

KEY = "1–200 characters, unique for ever among the partner's own."
"""What is said of an idempotency key."""


OWN: Mapping[str, Sequence[str]] = {"partner": [], "member": ["link"]}
"""Where the services' own fields are in the inputs: which partner it is says the key, and which member a link."""


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


def refuse_top_ups(lines: Sequence[LineInput], path: tuple[str, ...]) -> None:
    """Money is put on a balance with the operator alone, whose debt it is. Raises `Refusal` INVALID."""
    for number, line in enumerate(lines):
        if line.kind is LineKind.TOP_UP:
            raise Refusal("INVALID", "Partners sell no top-ups.", (*path, "lines", str(number), "kind"))
