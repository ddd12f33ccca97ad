"""By which program's rules points are given to a cause now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.state import UnitId
from programs.decision import ProgramId
from programs.giving.compiled import CompiledCause, CompiledGiving
from programs.giving.errors import GivingErrorCode, final, refused
from programs.rulebooks import TenantRules


@dataclass(frozen=True, slots=True)
class Terms:
    """A giving program that runs: its rules as they are now, and the unit whose points it takes."""

    program_id: ProgramId
    compiled: CompiledGiving
    unit: UnitId


def running(rules: TenantRules, now: datetime) -> list[Terms]:
    """The terms of the giving programs that run, the oldest first."""
    answer = []
    for program in rules.rulebook.programs:
        compiled = rules.rulebook.version(program, now).compiled
        if isinstance(compiled, CompiledGiving) and program.live_at(now):
            answer.append(Terms(program.id, compiled, rules.units[compiled.rules.unit]))
    return sorted(answer, key=lambda each: each.program_id)


def of_cause(rules: TenantRules, now: datetime, cause: str, program: ProgramId | None) -> tuple[Terms, CompiledCause]:
    """The cause of this id, of the program or of the only one that has it.

    Raises `Refusal`: NOT_FOUND, INVALID (several programs have it); final: NOT_ELIGIBLE (not yet), ENDED.
    """
    known = running(rules, now)
    if program is not None:
        known = [each for each in known if each.program_id == program]
        if not known:
            message = "There is no such giving program, or it does not run."
            raise refused(GivingErrorCode.NOT_FOUND, message, "program")
    found = [(each, own) for each in known if (own := each.compiled.causes.get(cause)) is not None]
    if not found:
        raise refused(GivingErrorCode.NOT_FOUND, "There is no such cause.", "cause")
    if len(found) > 1:
        raise refused(GivingErrorCode.INVALID, "Several programs have this cause: say which.", "program")
    if not found[0][1].begun(now):
        raise final(GivingErrorCode.NOT_ELIGIBLE, "This cause does not take donations yet.", "cause")
    if found[0][1].ended(now):
        raise final(GivingErrorCode.ENDED, "This cause no longer takes donations.", "cause")
    return found[0]
