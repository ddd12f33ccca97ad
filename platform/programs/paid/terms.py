"""The rules that hold now in a paid program, whether it runs or not; who has a membership keeps it in a pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ledger.state import UnitId
from programs import rulebooks
from programs.decision import ProgramId
from programs.engine import Program
from programs.paid.compiled import CompiledPaid
from programs.paid.errors import PaidErrorCode, not_found, refused
from programs.rulebooks import TenantRules
from tenants import scope

KIND = "paid"


@dataclass(frozen=True, slots=True)
class Terms:
    """A program's rules as they are now, and the tenant's units by slug."""

    program_id: ProgramId
    name: str
    rules: CompiledPaid
    units: Mapping[str, UnitId]
    zone: ZoneInfo
    program: Program

    @property
    def live(self) -> bool:
        """Whether it runs now."""
        return self.program.live_at(scope.now())

    def at(self, instant: datetime) -> CompiledPaid:
        """The rules that held then; before the first version, that one's."""
        versions = [each for each in self.program.versions if each.live_from <= instant]
        rules: CompiledPaid = (versions[-1] if versions else self.program.versions[0]).compiled
        return rules

    def paused(self, at: datetime) -> bool:
        """Whether it did not run then."""
        return not self.program.live_at(at)


async def find(program: str) -> Terms:
    """The terms of a paid program that was published, within the session under way. Raises `Refusal` NOT_FOUND."""
    found = (await find_all()).get(ProgramId(program))
    if found is None:
        raise not_found("paid program", "program_id")
    return found


async def find_live(program: str) -> Terms:
    """Likewise, of one that runs. Raises `Refusal`: NOT_FOUND, ENDED."""
    found = await find(program)
    if not found.live:
        raise refused(PaidErrorCode.ENDED, "This program does not run now.", "program_id")
    return found


async def find_all() -> dict[ProgramId, Terms]:
    """The terms of all paid programs that were published, by program."""
    known = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
    programs = [program for program in known.rulebook.programs if program.kind.name == KIND]
    return {program.id: _terms(known, program) for program in programs}


def _terms(known: TenantRules, program: Program) -> Terms:
    now = scope.now()
    rules = known.rulebook.version(program, now).compiled
    return Terms(program.id, program.name, rules, known.units, known.zone, program)
