"""Until when points stay after a sign of life, for the programs whose points lapse by inactivity."""

from __future__ import annotations

from datetime import datetime

from ledger.state import UnitId
from programs import rulebooks
from tenants import scope


async def after_activity_now() -> dict[UnitId, datetime]:
    """By unit: when a member's points lapse if nothing follows what they do now. Units without such a rule are missing.

    With several programs on one unit the latest counts, as it does when they are earned.
    """
    now, tenant = scope.now(), scope.tenant_id()
    async with scope.reading():
        rules = (await rulebooks.load([tenant]))[tenant]
    found: dict[UnitId, datetime] = {}
    today = now.astimezone(rules.zone).date()
    for program in rules.rulebook.programs:
        traits = rules.rulebook.version(program, now).traits
        at = traits.lapses_at(today)
        if at is not None:
            for issued in traits.units:
                unit = rules.units[issued.slug]
                found[unit] = max(at, found.get(unit, at))
    return found
