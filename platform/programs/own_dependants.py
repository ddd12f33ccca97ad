"""Dependants that a shopper adds, changes and takes away by themself, within a bound.

A birthday may bring a gift. So a year knows only so many birthdays that a shopper has told of, new ones and others for
those known: else somebody would have one every day. What the shop itself tells of is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from kit.errors import Refusal
from kit.setbased import write
from members import service
from members.dependants import DEPENDANTS_MAX, Dependant, DependantInput
from members.inputs import MemberInput, checked
from members.views import MemberId, load, views
from programs import rulebooks
from programs.counters import CounterRef, counter_changes, load_counters
from programs.decision import ProgramId
from rewards.offers import lock_member
from tenants import scope

BIRTHDAYS_A_YEAR_MAX = 5
COUNTER = "own_birthdays"


async def of(member: MemberId) -> tuple[Dependant, ...]:
    """Whom a member looks after, by kind and name."""
    found = await views([member])
    return found[member].dependants if member in found else ()


async def put(member: MemberId, given: DependantInput) -> tuple[Dependant, ...]:
    """Add a dependant, or change the one of this kind and name; answers all.

    Raises `Refusal`: NOT_FOUND (member), INVALID (kind, name, birthday), LIMIT_REACHED (dependants; birthdays, at
    `birthday`).
    """
    clean = _checked(member, given)
    async with scope.writing():
        before = await _locked(member)
        known = {(each.kind, each.name): each for each in before}
        was = known.get((clean.kind, clean.name))
        if was is None and len(before) >= DEPENDANTS_MAX:
            raise Refusal("LIMIT_REACHED", f"At most {DEPENDANTS_MAX} dependants.", ())
        if clean.birthday is not None and (was is None or was.birthday != clean.birthday):
            await _count(member)
        return await _replace(member, [*(each for each in before if each is not was), clean])


async def remove(member: MemberId, dependant: str) -> tuple[Dependant, ...]:
    """Take a dependant away; answers those that are left. Raises `Refusal` NOT_FOUND, for another's too."""
    async with scope.writing():
        before = await _locked(member)
        left = [each for each in before if each.id != dependant]
        if len(left) == len(before):
            raise Refusal("NOT_FOUND", "There is no such dependant.", ("id",))
        return await _replace(member, left)


def _checked(member: MemberId, given: DependantInput) -> DependantInput:
    clean, problems = checked(MemberInput(id=member, dependants=[given]), scope.now())
    if problems:
        raise Refusal(problems[0].code, problems[0].message, problems[0].field[2:])  # without `dependants`, its number
    assert isinstance(clean.dependants, tuple), "one was given"
    only: DependantInput = clean.dependants[0]
    return only


async def _locked(member: MemberId) -> tuple[Dependant, ...]:
    await lock_member(member)
    return (await load([member]))[member].dependants


async def _count(member: MemberId) -> None:
    tenant = scope.tenant_id()
    zone = (await rulebooks.load([tenant]))[tenant].zone
    # Of no program: the tenant's own id stands for all of them.
    year = f"year:{scope.now().astimezone(zone).year}"
    ref = CounterRef(tenant, ProgramId(tenant), f"member:{member}", COUNTER, year)
    counters = await load_counters([ref])
    if counters[ref].used >= BIRTHDAYS_A_YEAR_MAX:
        raise Refusal("LIMIT_REACHED", f"At most {BIRTHDAYS_A_YEAR_MAX} birthdays a year.", ("birthday",))
    counters[ref].used += 1
    await write(counter_changes(counters))


async def _replace(member: MemberId, after: Sequence[Dependant | DependantInput]) -> tuple[Dependant, ...]:
    given = [DependantInput(each.kind, each.name, each.birthday) for each in after]
    return (await service.upsert(MemberInput(id=member, dependants=given))).dependants
