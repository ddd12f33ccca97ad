"""Who has which plan of a paid program: how many, and one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kit import db
from kit.ids import is_id
from programs.decision import ProgramId
from programs.paid import reading, terms
from programs.paid.life import State
from programs.paid.views import MembershipId, MembershipView
from tenants import scope

PAGE_MAX = 101


@dataclass(frozen=True, slots=True)
class PlanCount:
    """A plan, and how many memberships of it are in each state that is no end."""

    plan: str
    name: str
    by_state: Mapping[State, int]


async def counts_of(program: ProgramId) -> tuple[PlanCount, ...]:
    """The plans of the rules as they are now, then those that somebody still has; none for another kind of program."""
    async with scope.reading():
        found = (await terms.find_all()).get(program)
        if found is None:
            return ()
        rows = await db.rows(_COUNTS, scope.tenant_id(), program)
    plans: dict[str, dict[State, int]] = {plan: {} for plan in found.rules.plans}
    for row in rows:
        plans.setdefault(row["plan"], {})[State(row["state"])] = int(row["n"])
    return tuple(
        PlanCount(plan, found.rules.plans[plan].name if plan in found.rules.plans else plan, by_state)
        for plan, by_state in plans.items()
    )


async def page_of_memberships(
    program: ProgramId, plan: str, after: MembershipId | None = None, first: int = 50
) -> list[MembershipView]:
    """The memberships of a plan that have not ended, the latest first: `first` (at most 101) beyond the id `after`."""
    if not all(is_id(id_) for id_ in (program, after) if id_ is not None):
        return []
    beyond = "" if after is None else "AND id < $5 "
    async with scope.reading():
        rows = await db.rows(
            _PAGE.format(beyond=beyond), scope.tenant_id(), program, plan, max(0, min(first, PAGE_MAX)),
            *([] if after is None else [after]),
        )  # fmt: skip
        return await reading.views_of(rows)


_COUNTS = """
SELECT plan, state, count(*) AS n FROM membership
WHERE tenant_id = $1 AND program_id = $2 AND state <> 'ended' GROUP BY plan, state ORDER BY plan"""

_PAGE = """
SELECT * FROM membership WHERE tenant_id = $1 AND program_id = $2 AND plan = $3 AND state <> 'ended'
{beyond}ORDER BY id DESC LIMIT $4"""
