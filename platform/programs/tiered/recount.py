"""Tiers counted again: each that was reached must still be met by the counters of its window (promise 9)."""

from __future__ import annotations

from collections.abc import Sequence

from kit import db
from ledger.book import Book
from ledger.findings import Finding
from members.views import MemberId
from programs import rulebooks
from programs.decision import ProgramId
from programs.engine import Program
from programs.rulebooks import TenantRules
from programs.store import Touch, Who
from programs.tiered import standing
from programs.tiered.rows import Row
from programs.tiered.rules import Balance
from programs.tiered.service import KIND
from programs.tiered.state import TierState
from tenants import scope

CHECK = "tier_counted"
PAGE_ROWS = 1000
FINDINGS_MAX = 100


async def verify() -> tuple[Finding, ...]:
    """The standings (at most 100) of the scope's tenant that their counters do not bear out.

    Rules may have asked for less when a tier was reached, so it stands if any version of them says so. A balance keeps
    no past and is left out; so are tiers that time has kept, and those that staff set; who was merged
    into another has given their counters to them.
    """
    findings: list[Finding] = []
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        for program in rules.rulebook.programs:
            if program.kind.name == KIND and len(findings) < FINDINGS_MAX:
                findings += await _of_program(rules, program)
    return tuple(findings[:FINDINGS_MAX])


async def _of_program(rules: TenantRules, program: Program) -> list[Finding]:
    findings: list[Finding] = []
    after = ""
    while len(findings) < FINDINGS_MAX:
        found = await db.rows(_PAGE, scope.tenant_id(), program.id, after or _FIRST, PAGE_ROWS)
        doubtful = [MemberId(row["member_id"]) for row in found]
        for version in reversed(program.versions):
            rows = await _fallen(rules, program.id, version.compiled, doubtful) if doubtful else []
            doubtful = [MemberId(row.who.member_id) for row in rows]
        findings += [Finding(CHECK, row.id, f"has {row.slug}, which its counters do not bear out") for row in rows]
        if len(found) < PAGE_ROWS:
            break
        after = found[-1]["member_id"]
    return findings


async def _fallen(
    rules: TenantRules, program: ProgramId, compiled: object, members: Sequence[MemberId]
) -> list[Row]:  # fmt: skip
    """Of these members, those whose tier would be taken back by a correction that corrects nothing."""
    state, tenant = TierState(locked=False), scope.tenant_id()
    await state.load([Touch(KIND, Who(tenant, program, member), compiled, rules.units, ()) for member in members])
    await state.count({})
    return [row for row in state.rows.values() if not _stands(state, row)]


def _stands(state: TierState, row: Row) -> bool:
    if row.held is None or any(isinstance(metric, Balance) for metric in row.tiers.metrics.values()):
        return True
    return standing.stands(row.tiers, row.held, state.known(row, Book()))


_FIRST = "00000000-0000-0000-0000-000000000000"
_PAGE = """
SELECT s.member_id FROM tier_standing s JOIN member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id
WHERE s.tenant_id = $1 AND s.program_id = $2 AND s.member_id > $3 AND m.state <> 'merged'
ORDER BY s.member_id LIMIT $4"""
