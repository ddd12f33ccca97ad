"""The end of a member's links with a coalition's partners, whom it is told. Their table is a higher floor's."""

from __future__ import annotations

from collections.abc import Iterable

from events.service import Happening, emit_many
from kit import db
from members.views import MemberId
from tenants import scope

ERASED = "erased"
"""How partners call who was erased."""


async def end_links(member: MemberId) -> None:
    """End all links of a member, in the transaction under way."""
    rows = await db.rows(_END, scope.tenant_id(), member, scope.now())
    await tell_ended(member, [(row["id"], row["partner_id"]) for row in rows])


async def tell_ended(member: str, ended: Iterable[tuple[str, str]]) -> None:
    """Tell of links of a member that have just ended, each an id and its partner's."""
    await emit_many([
        Happening("link.ended", f"link:{link}", {"link": link, "partner": partner, "member": member}, partner)
        for link, partner in sorted(ended)
    ])  # fmt: skip


_END = """UPDATE member_link SET unlinked_at = $3
WHERE tenant_id = $1 AND member_id = $2 AND unlinked_at IS NULL RETURNING id, partner_id"""
