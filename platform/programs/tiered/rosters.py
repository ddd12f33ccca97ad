"""Who is in which tier of a program: how many, and one by one.

A member who did nothing since the program runs has no row, and is in neither: theirs is what everybody has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kit import db
from kit.ids import is_id
from members.views import MemberId
from programs import rulebooks
from programs.decision import ProgramId
from programs.tiered.rules import Tier
from programs.tiered.service import KIND, MemberTier, of_members
from programs.tiered.standing import TierReason
from tenants import scope

PAGE_MAX = 101


@dataclass(frozen=True, slots=True)
class TierCount:
    """A tier of the rules as they are now, and how many members are in it."""

    tier: Tier
    members: int


@dataclass(frozen=True, slots=True)
class InTier:
    """A member in a tier: since when, until when (exclusive; None: without end), and why."""

    member_id: MemberId
    since: datetime | None
    until: datetime | None
    reason: TierReason | None


async def counts_of(program: ProgramId) -> tuple[TierCount, ...]:
    """How many are in each tier of a program, the lowest first; none for a program of another kind."""
    async with scope.reading():
        tenant = scope.tenant_id()
        rulebook = (await rulebooks.load([tenant]))[tenant].rulebook
        found = next((each for each in rulebook.programs if each.id == program and each.kind.name == KIND), None)
        if found is None:
            return ()
        rows = await db.rows(_COUNTS, tenant, program)
    members = {row["tier"]: int(row["n"]) for row in rows}
    tiers = rulebook.version(found, scope.now()).compiled.rules.tiers
    return tuple(TierCount(tier, members.get(tier.id, 0)) for tier in tiers)


async def page_of_members(
    program: ProgramId, tier: str, after: MemberId | None = None, first: int = 50
) -> list[InTier]:  # fmt: skip
    """Who is in a tier, who came last first: `first` (at most 101) beyond the member `after`."""
    if not all(is_id(id_) for id_ in (program, after) if id_ is not None):
        return []
    beyond = "" if after is None else "AND s.member_id < $5 "
    async with scope.reading():
        rows = await db.rows(
            _PAGE.format(beyond=beyond), scope.tenant_id(), program, tier, max(0, min(first, PAGE_MAX)),
            *([] if after is None else [after]),
        )  # fmt: skip
    members = [MemberId(row["member_id"]) for row in rows]
    known = await of_members(members)
    return [_in_tier(member, next((each for each in known[member] if each.program_id == program), None))
            for member in members]  # fmt: skip


def _in_tier(member: MemberId, held: MemberTier | None) -> InTier:
    """Of a program that does not run now nothing more is known."""
    return InTier(member, None, None, None) if held is None else InTier(member, held.since, held.until, held.reason)


_COUNTS = """
SELECT s.tier, count(*) AS n FROM tier_standing s
JOIN member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id AND m.state = 'active'
WHERE s.tenant_id = $1 AND s.program_id = $2 AND s.tier IS NOT NULL GROUP BY s.tier"""

_PAGE = """
SELECT s.member_id FROM tier_standing s
JOIN member m ON m.tenant_id = s.tenant_id AND m.id = s.member_id AND m.state = 'active'
WHERE s.tenant_id = $1 AND s.program_id = $2 AND s.tier = $3 {beyond}ORDER BY s.member_id DESC LIMIT $4"""
