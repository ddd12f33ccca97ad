"""Until when points stay after a sign of life, for the programs whose points lapse by inactivity."""

from __future__ import annotations

from datetime import datetime

from ledger.book import Book, Stamp
from ledger.state import UnitId
from ledger.state import member as member_account
from members.standing import MemberStanding, standings
from members.views import MemberId
from programs import rulebooks
from programs.activity import Activity
from programs.engine import EVERY_LINE
from programs.kind import Standing
from programs.rulebooks import TenantRules
from tenants import scope


def lift_of_exempt(
    book: Book, rules: TenantRules, tenant: str, activity: Activity, known: MemberStanding, stamp: Stamp
) -> None:  # fmt: skip
    """Let inactivity take nothing of a member who has come to a tier that keeps points, of the units in the book."""
    standing = Standing(known.tiers, known.segments, {}, plans=known.plans)
    for program, version in rules.rulebook.at(activity.line, activity.occurred_at).live:
        if not version.traits.keeps(standing):
            continue
        for issued in version.traits.units:
            account = book.accounts.get(member_account(tenant, rules.units[issued.slug], activity.member_id))
            if account is not None and account.lapses_at is not None:
                book.lift_lapse(f"{activity.key}/exempt/{program.id}", account.ref, stamp)


async def after_activity_now() -> dict[UnitId, datetime]:
    """The same for the scope's tenant now, outside of a transaction."""
    tenant = scope.tenant_id()
    async with scope.reading():
        rules = (await rulebooks.load([tenant]))[tenant]
    return after_activity(rules, scope.now())


def after_activity(rules: TenantRules, now: datetime) -> dict[UnitId, datetime]:
    """By unit: when a member's points lapse if nothing follows what they do now. Units without such a rule are missing.

    With several programs on one unit the latest counts, as it does when they are earned.
    """
    found: dict[UnitId, datetime] = {}
    today = now.astimezone(rules.zone).date()
    for program in rules.rulebook.programs:
        traits = rules.rulebook.version(program, now).traits
        at = traits.lapses_at(today)
        if at is not None:
            for issued in traits.units:
                unit = rules.units[issued.slug]
                found[unit] = max(at, found.get(unit, at))
    return found


async def kept(member: MemberId) -> frozenset[UnitId]:
    """The units of which inactivity takes nothing from this member: they have come to a tier that keeps points."""
    place, now = (scope.tenant_id(), member), scope.now()
    rules = (await rulebooks.load([place[0]]))[place[0]]
    known = (await standings([place]))[place].among(rules.rulebook.tiers_of_everybody(now))
    standing = Standing(known.tiers, known.segments, {}, plans=known.plans)
    return frozenset(
        rules.units[issued.slug]
        for program, version in rules.rulebook.at(EVERY_LINE, now).live
        if version.traits.keeps(standing)
        for issued in version.traits.units
    )
