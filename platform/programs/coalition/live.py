"""The rules of a partner's coalition as they hold now."""

from __future__ import annotations

from programs import rulebooks
from programs.coalition.errors import CoalitionErrorCode, final
from programs.coalition.kind import CompiledCoalition
from programs.coalition.partners import PartnerView
from programs.coalition.rules import CoalitionRules
from tenants import scope


async def rules_of(partner: PartnerView) -> CoalitionRules | None:
    """The rules that hold now; None while the coalition is not live."""
    tenant, now = scope.tenant_id(), scope.now()
    async with scope.reading():
        rulebook = (await rulebooks.load([tenant]))[tenant].rulebook
    program = next((each for each in rulebook.programs if each.id == partner.program_id), None)
    if program is None or not program.live_at(now):
        return None
    compiled: CompiledCoalition = rulebook.version(program, now).compiled
    return compiled.rules


async def needed(partner: PartnerView) -> CoalitionRules:
    """Likewise. Raises `Refusal` NOT_ELIGIBLE, kept under the key, while the coalition is not live."""
    found = await rules_of(partner)
    if found is None:
        raise final(CoalitionErrorCode.NOT_ELIGIBLE, "The coalition is not live now.", "partner")
    return found
