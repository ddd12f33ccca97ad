"""What the tenant has that rules may name, or lead back to: what a rules document is checked against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kit.money import EXPONENTS
from ledger.models import Unit
from programs import rulebooks
from programs.findings import RulesContext
from programs.rulebooks import TenantRules
from rewards import catalogue
from tenants import scope


async def context_of(units: Iterable[Unit]) -> RulesContext:
    """The context of a tenant with these units, inside the session under way."""
    known = {unit.slug: unit for unit in units}
    money = {slug: unit.currency for slug, unit in known.items() if unit.currency is not None}
    scales = {slug: unit.scale for slug, unit in known.items()}
    (rules,) = (await rulebooks.load_each([scope.tenant_id()])).values()
    return RulesContext(
        frozenset(known), EXPONENTS, unit_currencies=money, rewards=await catalogue.slugs(),
        unit_scales=scales, turns={} if isinstance(rules, Exception) else _turns(rules),
    )  # fmt: skip


def _turns(rules: TenantRules) -> Mapping[str, frozenset[str]]:
    """Which points turn into which by themselves, by programs that run, or will."""
    now, found = scope.now(), dict[str, frozenset[str]]()
    for program in rules.rulebook.programs:
        current = [rules.rulebook.version(program, now)] if program.live_at(now) else []
        for version in (*current, *(each for each in program.versions if each.live_from > now)):
            for unit, into in version.traits.turns:
                found[unit] = found.get(unit, frozenset()) | {into}
    return found
