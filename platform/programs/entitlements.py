"""What members are entitled to: the perks that their tiers and plans bring, with how many uses of each are left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from kit import db
from kit.setbased import Columns
from members import facts
from members.standing import standings
from members.views import MemberId
from programs import rulebooks
from programs.decision import ProgramId
from programs.kind import Standing, Traits
from programs.perks import TERM, Perk, PerkSet, Term, period_end, period_of
from tenants import scope


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A perk that a member has: `used` times in the `period` that ends at `ends_at` (exclusive; None: it never does).

    `perk_set` is the tier or plan that brings it.
    """

    program_id: ProgramId
    perk_set: PerkSet
    perk: Perk
    period: str
    ends_at: datetime | None
    used: int = 0

    @property
    def left(self) -> int | None:
        """How many times more it can be used in the period; None: any number of times."""
        return None if self.perk.limit is None else max(0, self.perk.limit - self.used)


class Running(NamedTuple):
    """A program that runs now and has perks, with what the version that decides says of them."""

    program_id: ProgramId
    traits: Traits
    zone: tzinfo


async def of_members(members: Sequence[MemberId]) -> dict[MemberId, tuple[Entitlement, ...]]:
    """What each of these members is entitled to now, program by program; in as many statements as for one."""
    async with scope.reading():
        programs = await with_perks()
        if not programs or not members:
            return dict.fromkeys(members, ())
        known = await _standings(members, programs)
        found = {
            member: [each for program in programs for each in _entitled(program, known[member])] for member in members
        }
        used = await _used([(member, each) for member, own in found.items() for each in own])
    return {
        member: tuple(replace(each, used=used.get((member, *_key(each)), 0)) for each in own)
        for member, own in found.items()
    }


async def with_perks() -> list[Running]:
    """The tenant's programs that bring perks now."""
    tenant, now = scope.tenant_id(), scope.now()
    book = (await rulebooks.load([tenant]))[tenant].rulebook
    running = [
        Running(each.id, book.version(each, now).traits, book.zone) for each in book.programs if each.live_at(now)
    ]
    return [each for each in running if each.traits.perk_sets]


def _entitled(program: Running, standing: Standing) -> Iterator[Entitlement]:
    named = program.traits.perk_set(standing)
    own = next((each for each in program.traits.perk_sets if each.id == named), None)
    if own is None:
        return
    today: date = scope.now().astimezone(program.zone).date()
    fact = standing.facts.get(f"{TERM}{program.program_id}")
    term = None if fact is None else Term.from_json(fact)
    for perk in own.perks:
        ends_at = period_end(perk, today, term, program.zone)
        yield Entitlement(program.program_id, own, perk, period_of(perk, today, term), ends_at)


async def _standings(members: Sequence[MemberId], programs: Sequence[Running]) -> dict[MemberId, Standing]:
    tenant = scope.tenant_id()
    known = await standings([(tenant, member) for member in members])
    names = [f"{TERM}{each.program_id}" for each in programs]
    more = await facts.get_many(members, names)
    return {
        member: Standing(own.tiers, own.segments, facts=more[member], plans=own.plans)
        for member in members
        for own in (known[tenant, member],)
    }


_Key = tuple[str, str, str, str]


async def _used(asked: Sequence[tuple[MemberId, Entitlement]]) -> Mapping[_Key, int]:
    if not asked:
        return {}
    given = _ASKED.payload([(member, *_key(each)) for member, each in asked])
    rows = await db.rows(_COUNTS.format(asked=_ASKED.source(2)), scope.tenant_id(), given)
    return {(row["member_id"], row["program_id"], row["perk"], row["period"]): row["used"] for row in rows}


def _key(entitlement: Entitlement) -> tuple[str, str, str]:
    return entitlement.program_id, entitlement.perk.id, entitlement.period


_ASKED = Columns(member_id="uuid", program_id="uuid", perk="text", period="text")

_COUNTS = """
SELECT u.member_id, u.program_id, u.perk, u.period, count(*) AS used FROM {asked} AS x
JOIN perk_use u ON u.tenant_id = $1 AND u.member_id = x.member_id AND u.program_id = x.program_id AND u.perk = x.perk
    AND u.period = x.period AND u.state = 'used'
GROUP BY u.member_id, u.program_id, u.perk, u.period"""
