"""What paid programs sell now: plans and passes, in the order of programs and rules."""

from __future__ import annotations

from dataclasses import dataclass

from members.views import MemberId
from programs.decision import ProgramId
from programs.paid import records, terms
from programs.paid.rules import Pass, Plan
from programs.paid.terms import Terms
from tenants import scope


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan that can be joined; `trial_months` None where it cannot be tried, or was by this member."""

    program_id: ProgramId
    plan: Plan
    trial_months: int | None


@dataclass(frozen=True, slots=True)
class PassOffer:
    """A pass that can be bought."""

    program_id: ProgramId
    card: Pass


async def plans(member: MemberId | None = None, program: str | None = None) -> list[Offer]:
    """The plans of the programs that run, or of one, as this member would have them."""
    async with scope.reading():
        found = []
        for each in await _live(program):
            had = member is not None and await records.has_been(each.program_id, member)
            found += [
                Offer(each.program_id, plan, plan.trial.months if plan.trial is not None and not had else None)
                for plan in each.rules.rules.plans
            ]
    return found


async def passes(program: str | None = None) -> list[PassOffer]:
    """The passes of the programs that run, or of one."""
    async with scope.reading():
        return [PassOffer(each.program_id, card) for each in await _live(program) for card in each.rules.rules.passes]


async def _live(program: str | None) -> list[Terms]:
    known = [each for each in (await terms.find_all()).values() if each.live]
    return [each for each in known if program in (None, each.program_id)]
