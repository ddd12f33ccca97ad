"""Templates made: the units and rewards that their programs need, and the programs, each with its first draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kit.errors import Refusal
from ledger.models import Unit
from programs import service, units
from programs.engine import EVERY_LINE
from programs.service import CreateInput, ProgramView
from programs.templates.catalogue import TEMPLATES
from programs.templates.template import ProgramOf, RewardOf, Template, UnitOf
from programs.units import checked_slug
from rewards import catalogue
from rewards.inputs import RewardInput
from rewards.models import Reward
from tenants import scope


def get(slug: str) -> Template:
    """The template of this slug. Raises `Refusal` NOT_FOUND."""
    found = TEMPLATES.get(slug)
    if found is None:
        raise Refusal("NOT_FOUND", "There is no such template.", ("template",))
    return found


async def make(template: str, slug: str | None = None, line: str = "main") -> Sequence[ProgramView]:
    """Make a template's programs, in their order, as drafts; all or nothing.

    Their slugs begin with that of the template unless another is given. Units and rewards that are there already by
    their slugs are left as they are. Raises `Refusal`: NOT_FOUND (template), INVALID (slug, line), TAKEN, WRONG_STATE
    (a unit is there with another measure), LIMIT_REACHED.
    """
    found = get(template)
    prefix = found.slug if slug is None else checked_slug(slug)
    async with scope.writing():
        for unit in found.units:
            await _unit(unit)
        for reward in found.rewards:
            await _reward(reward)
        return [await _program(program, prefix, line, number) for number, program in enumerate(found.programs)]


async def _unit(given: UnitOf) -> None:
    known = await Unit.get_or_none(slug=given.slug)
    if known is None:
        await units.upsert(given.slug, given.name, given.name_plural, given.scale, given.currency)
    elif known.currency != given.currency or known.scale != (given.scale or known.scale):
        raise Refusal("WRONG_STATE", f"The unit {given.slug} is there, and counts something else.", ("template",))


async def _reward(given: RewardOf) -> None:
    if not await Reward.filter(slug=given.slug).exists():
        unit = await units.get(given.unit)
        await catalogue.upsert(
            RewardInput(slug=given.slug, name=given.name, unit_id=unit.id, points=given.points, terms=given.terms)
        )


async def _program(given: ProgramOf, prefix: str, line: str, number: int) -> ProgramView:
    rules: dict[str, Any] = dict(given.rules)
    return await service.create(
        CreateInput(
            name=given.name, kind=given.kind, unit=rules["unit"],
            line=EVERY_LINE if given.every_line else line, rules=rules,
            slug=prefix if not number else f"{prefix}-{given.slug}",
        )
    )  # fmt: skip
