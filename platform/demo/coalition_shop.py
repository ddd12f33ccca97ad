"""The demo's roastery is a partner of Harbour Club itself: it has joined, and one of its regulars turned beans into
knots, and some of them back.
"""

from __future__ import annotations

from typing import Any

from demo import coalition, opening, roastery
from demo.coalition_rules import CENT, COALITION
from demo.roastery_rules import BEANS
from kit import db
from members import service as members
from members.inputs import ConsentInput, MemberInput
from members.views import CONSENT_TO_COALITION
from programs import service, versions
from programs.coalition import converting, invitations, links, partners
from programs.coalition.links import LinkConsent
from programs.coalition.partners import PartnerView
from tenants import scope
from tenants.scope import TenantId

SLUG = "harbour-roast"
TERMS = {"format": 1, "currency": "USD", "issue_price": 12 * CENT // 10, "reimbursement_price": CENT}
RATE: dict[str, Any] = {"partner": SLUG, "own_points": 2, "points": 1, "minimum": 100, "multiple": 50}
"""Two beans are a knot."""
BEANS_IN, KNOTS_OUT, MONTHS = 400, 50, 12


async def load() -> bool:
    """Let the roastery join the club, when both are there; false if it has done so already."""
    club, shop = await _tenant(coalition.SHOP), await _tenant(roastery.SHOP)
    with scope.of(club):
        partner = await _partner()
        if await links.page_of_partner(partner.id):
            return False
        code = await invitations.invite(partner.id) if partner.own_tenant_id is None else None
    with scope.of(shop):
        if code is not None:
            await invitations.join(code.code, BEANS, MONTHS)
        regular = await _regular()
    with scope.of(club):
        async with scope.writing(also=[shop]):  # all of it, or none if it is broken off
            await _convert(await partners.get(partner.id), regular)
    return True


async def _tenant(shop: opening.Shop) -> TenantId:
    found = await opening.find(shop)
    assert found is not None, "the shops are opened before"
    return TenantId(found.id)


async def _regular() -> str:
    """Who of the roastery's members has the most beans."""
    async with scope.reading():
        (row,) = await db.rows(_REGULAR, scope.tenant_id(), BEANS)
    found: str = row["external_id"]
    return found


async def _partner() -> PartnerView:
    """The roastery among the club's partners, and the rate at which its beans are converted."""
    (program,) = [each for each in await service.list_() if each.kind == "coalition"]
    found = next((each for each in await partners.page(program.id) if each.slug == SLUG), None)
    if found is None:
        made = await partners.create(program.id, SLUG, roastery.SHOP.name)
        found = await partners.save_terms(made.id, TERMS)
        rates = [*COALITION["conversions"], RATE]
        await versions.save_draft(program.id, {"format": 1, **COALITION, "conversions": rates})
        await versions.publish(program.id)
    return found


async def _convert(partner: PartnerView, customer: str) -> None:
    """The regular joins the club, is linked by a code, and converts both ways."""
    consent = (ConsentInput(CONSENT_TO_COALITION, True, "harbour-roast"),)
    member = (await members.upsert(MemberInput(external_id=f"roast-{customer}", consents=consent))).id
    code = await links.make_code(member, LinkConsent)
    await links.link_by_code("demo:link", partner, code.code, customer)
    await converting.convert_in("demo:beans", partner, member, BEANS_IN)
    await converting.convert_out("demo:knots back", partner, member, KNOTS_OUT)


_REGULAR = """
SELECT m.external_id FROM unit u
JOIN account a ON a.tenant_id = u.tenant_id AND a.unit_id = u.id AND a.book = 'available' AND a.owner LIKE 'member:%'
JOIN member m ON m.tenant_id = a.tenant_id AND 'member:' || m.id = a.owner
WHERE u.tenant_id = $1 AND u.slug = $2 AND m.state = 'active' ORDER BY a.posted DESC, m.external_id LIMIT 1"""
