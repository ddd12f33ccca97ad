"""A statement as a PDF, to be filed: the settlement's lines, what is due, and the hash of the statement with entries.

The same bytes whenever it is asked for, unless somebody was renamed meanwhile: names are shown here.
"""

from __future__ import annotations

import asyncio

from ledger.models import Unit
from programs.coalition import statements
from programs.coalition.models import Coalition, Partner
from programs.coalition.settlement_views import SettlementId, SettlementView, get
from programs.coalition.statements import Sheet
from programs.models import Program
from tenants import profile, scope


async def render(settlement: SettlementId) -> bytes:
    """The PDF of a settlement's statement. Raises `Refusal` NOT_FOUND."""
    view = await get(settlement)
    digest = view.statement_hash or await statements.digest(view)
    async with scope.reading():
        program = await Program.get(id=view.program_id)
        partner = await Partner.get(id=view.partner_id)
        unit = await Unit.get(id=(await Coalition.get(id=view.program_id)).unit_id)
        operator = (await profile.current()).name
    sheet = Sheet(operator, program.name, partner.name, unit.name_plural, unit.scale, digest)
    return await asyncio.to_thread(_drawn, view, sheet)


def _drawn(settlement: SettlementView, sheet: Sheet) -> bytes:
    # The library takes a second and 27 MB: only processes that print statements have it.
    from programs.coalition.statement_page import draw

    return draw(settlement, sheet)
