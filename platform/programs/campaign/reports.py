"""Campaigns that run, with what is left of their budgets: read, for staff and for shoppers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit import db
from kit.setbased import Columns
from members.standing import standings
from members.views import MemberId
from programs import rulebooks
from programs.campaign.compiled import BUDGET, EVER, CompiledCampaign
from programs.campaign.rules import WhenSpent
from programs.decision import ProgramId
from tenants import scope


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign whose program runs. `open` says that this is one of its days and something is left of the budget, of
    which `given` are used: points, or rewards (None: it has no budget).
    """

    program_id: ProgramId
    compiled: CompiledCampaign
    given: int | None
    open: bool


async def campaigns() -> list[CampaignView]:
    """All of them, those too whose days have not come or are over, the oldest first."""
    async with scope.reading():
        now, rules = scope.now(), (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        running = [
            (program.id, compiled)
            for program in rules.rulebook.programs
            if program.live_at(now)
            and isinstance(compiled := rules.rulebook.version(program, now).compiled, CompiledCampaign)
        ]
        used = await _used(running)
    return [_view(program, compiled, used, compiled.day(now).isoformat()) for program, compiled in sorted(running)]


async def offered(member: MemberId | None) -> list[CampaignView]:
    """Those that are open to a shopper now; never one that asks for a code: who has it knows."""
    found = [each for each in await campaigns() if each.open and not each.compiled.rules.codes]
    segments: frozenset[str] = frozenset()
    if member is not None and any(each.compiled.rules.segments for each in found):
        async with scope.reading():
            key = (scope.tenant_id(), member)
            segments = (await standings([key]))[key].segments
    return [
        each
        for each in found
        if not each.compiled.rules.segments or not segments.isdisjoint(each.compiled.rules.segments)
    ]


async def _used(running: Sequence[tuple[ProgramId, CompiledCampaign]]) -> dict[ProgramId, int]:
    asked = [
        (program, EVER if compiled.rules.budget.when_spent is WhenSpent.END else BUDGET)
        for program, compiled in running
        if compiled.rules.budget is not None
    ]
    found = await db.rows(_USED.format(asked=_ASKED.source(2)), scope.tenant_id(), _ASKED.payload(asked))
    return {ProgramId(row["program_id"]): int(row["used"]) for row in found}


def _view(program: ProgramId, compiled: CompiledCampaign, used: dict[ProgramId, int], today: str) -> CampaignView:
    rules = compiled.rules
    given = None if rules.budget is None else used.get(program, 0)
    begun = rules.starts_on is None or rules.starts_on.isoformat() <= today
    over = rules.ends_on is not None and rules.ends_on.isoformat() < today
    left = rules.budget is None or used.get(program, 0) < rules.budget.amount
    return CampaignView(program, compiled, given, begun and not over and left)


_ASKED = Columns(program_id="uuid", name="text")

_USED = """
SELECT c.program_id, c.used FROM {asked} AS x JOIN counter c ON c.tenant_id = $1 AND c.program_id = x.program_id
    AND c.owner = 'program' AND c.name = x.name AND c.period = 'lifetime'"""
