"""Members' tiers in the past: at an instant, and as it was known at one; read from the changes, which stay for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kit import db
from members.views import MemberId
from programs import rulebooks
from programs.engine import Program
from programs.tiered.rules import Tier
from programs.tiered.service import KIND, MemberTier
from programs.tiered.standing import TierReason, entered
from tenants import scope


async def of_member(
    member: MemberId, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> tuple[MemberTier, ...]:
    """The tiers of a member at `as_of` (now), by when changes took effect, as it was known at `known_at` (now).

    One for each tiered program that ran then; without what leads to the next tier. A program that was published later
    is not there.
    """
    at, known = as_of or scope.now(), known_at or scope.now()
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        rows = await db.rows(_CHANGES, scope.tenant_id(), member, at, known)
        joined = await db.rows(_JOINED, scope.tenant_id(), member, at)
    if not joined:
        return ()
    programs = [
        program
        for program in rules.rulebook.programs
        if program.kind.name == KIND and program.live_at(at) and program.versions[0].live_from <= at
    ]
    joined_at = db.instant(joined[0]["joined_at"])
    return tuple(
        _tier(program, at, joined_at, [row for row in rows if row["program_id"] == program.id]) for program in programs
    )


def _tier(program: Program, at: datetime, joined_at: datetime, changes: Sequence[db.Row]) -> MemberTier:
    slug, since, until, reason = None, None, None, None
    for row in changes:
        reason = TierReason(row["reason"])
        if reason is not TierReason.KEPT:
            since = db.instant(row["effective_at"])
        slug, until = row["to_tier"], db.instant_or_none(row["until"])
    tier = None if slug is None else _named(program, at, slug)
    if not changes:
        tiers = next(each for each in reversed(program.versions) if each.live_from <= at).compiled
        if (first := entered(tiers, joined_at)) is not None:
            tier, since, reason = tiers.tiers[first.tier].rules, joined_at, first.reason
    if tier is None:
        since = until = reason = None
    return MemberTier(program.id, tier, since, until, reason, None, (), None)


def _named(program: Program, at: datetime, slug: str) -> Tier | None:
    """The tier as the rules had it then, else as any had it."""
    versions = sorted(program.versions, key=lambda version: (version.live_from <= at, version.live_from), reverse=True)
    found = (version.compiled.named(slug) for version in versions)
    return next((tier.rules for tier in found if tier is not None), None)


# A change that was recorded late is told after those that it comes before: what is told last counts.
_CHANGES = """
SELECT program_id, to_tier, reason, until, effective_at FROM tier_change
WHERE tenant_id = $1 AND member_id = $2 AND effective_at <= $3 AND recorded_at <= $4 ORDER BY id"""

_JOINED = "SELECT joined_at FROM member WHERE tenant_id = $1 AND id = $2 AND joined_at <= $3"
