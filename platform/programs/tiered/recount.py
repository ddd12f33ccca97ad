"""Tiers counted again (promise 9): counters from what was decided, and each tier that was reached from its counters."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from kit import db
from kit.setbased import Columns
from ledger.book import Book
from ledger.findings import Finding
from members.views import MemberId
from programs import rulebooks
from programs.activity import ActivityKind
from programs.decision import ProgramId
from programs.engine import Program
from programs.order_effects import Use
from programs.orders import Order
from programs.rulebooks import TenantRules
from programs.store import Touch, Who, count_for
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
        findings += await _miscounted(program.id, doubtful)
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
    await count_for([state], {})
    return [row for row in state.rows.values() if not _stands(state, row)]


# -- counters ----------------------------------------------------------------------------------------------------------

_Day = tuple[str, str, str]


async def _miscounted(program: ProgramId, members: Sequence[MemberId]) -> list[Finding]:
    """The counters of these members that are not what their activities counted, less what came back."""
    if not members:
        return []
    tenant, given = scope.tenant_id(), _IDS.payload([(member,) for member in members])
    sums: dict[_Day, int] = {}
    corrected = set[str]()  # orders that keep all that was counted for them, and how much of it came back
    for row in await db.rows(_ORDERS.format(ids=_IDS.source(2)), tenant, given):
        corrected.add(row["reference"])
        for use in Order.from_json(orjson.loads(row["body"])).uses:
            _add(sums, program, row["member_id"], use)
    for row in await db.rows(_DECIDED.format(ids=_IDS.source(2)), tenant, given):
        if row["kind"] not in _OF_ORDERS or row["order_reference"] not in corrected:
            for stored in orjson.loads(row["result"]).get("uses", ()):
                _add(sums, program, row["member_id"], Use.from_json(stored))
    owners = _OWNERS.payload([(f"member:{member}",) for member in members])
    findings = []
    for row in await db.rows(_STORED.format(owners=_OWNERS.source(3)), tenant, program, owners):
        counted = sums.pop((row["owner"], row["name"], row["period"]), 0)
        if counted != row["used"]:
            findings.append(Finding("tier_counter", row["id"], f"is {row['used']}, its activities count {counted}"))
    missing = [key for key, amount in sums.items() if amount]
    return findings + [Finding("tier_counter", owner, f"has no {name} of {period}") for owner, name, period in missing]


def _add(sums: dict[_Day, int], program: ProgramId, member: str, use: Use) -> None:
    if use.key.program_id == program and use.key.name.startswith("tier:"):
        key = (f"member:{member}", use.key.name, use.key.period)
        sums[key] = sums.get(key, 0) + use.amount - use.given_back


_OF_ORDERS = (ActivityKind.PURCHASE.value, ActivityKind.AMEND.value)
_IDS = Columns(id="uuid")
_OWNERS = Columns(owner="text")

_DECIDED = """
SELECT a.member_id, a.kind, a.order_reference, d.result FROM {ids} AS x
JOIN activity a ON a.tenant_id = $1 AND a.member_id = x.id AND a.state = 'decided'
JOIN decision d ON d.tenant_id = a.tenant_id AND d.id = a.id"""

_ORDERS = """
SELECT DISTINCT o.reference, o.member_id, o.body FROM {ids} AS x
JOIN activity a ON a.tenant_id = $1 AND a.member_id = x.id AND a.order_reference IS NOT NULL
JOIN placed_order o ON o.tenant_id = a.tenant_id AND o.reference = a.order_reference AND o.member_id = a.member_id
WHERE o.body IS NOT NULL"""

_STORED = """
SELECT c.id, c.owner, c.name, c.period, c.used FROM {owners} AS x
JOIN counter c ON c.tenant_id = $1 AND c.program_id = $2 AND c.owner = x.owner
WHERE c.name >= 'tier:' AND c.name < 'tier;'"""


def _stands(state: TierState, row: Row) -> bool:
    if row.held is None or any(isinstance(metric, Balance) for metric in row.tiers.metrics.values()):
        return True
    return standing.stands(row.tiers, row.held, state.known(row, Book()))


_FIRST = "00000000-0000-0000-0000-000000000000"
_PAGE = """
SELECT s.member_id FROM tier_standing s JOIN member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id
WHERE s.tenant_id = $1 AND s.program_id = $2 AND s.member_id > $3 AND m.state <> 'merged'
ORDER BY s.member_id LIMIT $4"""
