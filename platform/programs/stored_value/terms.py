"""By which program's rules stored value is paid, given and issued now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kit.errors import Refusal
from kit.money import EXPONENTS
from ledger.state import UnitId
from programs import rulebooks
from programs.decision import ProgramId
from programs.rulebooks import TenantRules
from programs.stored_value.compiled import CompiledStoredValue
from programs.stored_value.errors import StoredValueErrorCode, invalid
from programs.stored_value.rules import StoredValueRules
from tenants import scope


@dataclass(frozen=True, slots=True)
class Terms:
    """A program's rules as they are now, with its units; `live` says that it runs."""

    program_id: ProgramId
    compiled: CompiledStoredValue
    unit: UnitId
    bonus_unit: UnitId | None
    live: bool

    @property
    def rules(self) -> StoredValueRules:
        """The rules themselves."""
        return self.compiled.rules

    def today(self) -> date:
        """The tenant's local day."""
        return scope.now().astimezone(self.compiled.facts.zone).date()


async def of_currency(currency: str, program: ProgramId | None = None) -> Terms:
    """The stored value of this currency: that of the program, else the only one; what runs before what does not.

    Raises `Refusal`: INVALID_CURRENCY, NOT_ELIGIBLE (there is none), INVALID (say which of several).
    """
    if currency not in EXPONENTS:
        raise Refusal(StoredValueErrorCode.INVALID_CURRENCY, "There is no such currency.", ("currency",))
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
    found = [each for each in every(rules, scope.now()) if each.rules.currency == currency]
    if program is not None:
        found = [each for each in found if each.program_id == program]
    if not found:
        message = f"There is no stored value in {currency}."
        raise Refusal(StoredValueErrorCode.NOT_ELIGIBLE, message, ("currency",) if program is None else ("program",))
    running = [each for each in found if each.live] or found
    if len({each.unit for each in running}) > 1:
        raise invalid("There are several programs of this currency: say which.", "program")
    return running[0]


def every(rules: TenantRules, now: datetime) -> list[Terms]:
    """The terms of all of the tenant's programs of stored value, the oldest first; of those too that are paused."""
    answer = []
    for program in rules.rulebook.programs:
        compiled = rules.rulebook.version(program, now).compiled
        if isinstance(compiled, CompiledStoredValue):
            own = compiled.rules
            bonus = None if own.bonus_unit is None else rules.units[own.bonus_unit]
            answer.append(Terms(program.id, compiled, rules.units[own.unit], bonus, program.live_at(now)))
    return answer
