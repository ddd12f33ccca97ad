"""What the tenant has that rules may name, or lead back to: what a rules document is checked against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kit.money import EXPONENTS
from ledger.models import Unit
from programs import rulebooks
from programs.engine import Version
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
    running = [] if isinstance(rules, Exception) else list(_running(rules))
    return RulesContext(
        frozenset(known), EXPONENTS, unit_currencies=money, rewards=await catalogue.slugs(), unit_scales=scales,
        turns=_turns(running),
        shared=frozenset(unit for version in running if version.traits.shares for unit in _units(version)),
        below_zero=frozenset(unit for version in running if version.traits.negative for unit in _units(version)),
    )  # fmt: skip


def _running(rules: TenantRules) -> Iterator[Version]:
    """The versions of programs that run, or will."""
    now = scope.now()
    for program in rules.rulebook.programs:
        current = [rules.rulebook.version(program, now)] if program.live_at(now) else []
        yield from (*current, *(each for each in program.versions if each.live_from > now))


def _units(version: Version) -> Iterator[str]:
    return (unit.slug for unit in version.traits.units)


def _turns(versions: Iterable[Version]) -> Mapping[str, frozenset[str]]:
    """Which points turn into which by themselves."""
    found = dict[str, frozenset[str]]()
    for version in versions:
        for unit, into in version.traits.turns:
            found[unit] = found.get(unit, frozenset()) | {into}
    return found
