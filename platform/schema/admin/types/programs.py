"""Programs, their versions, and what is wrong with a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from strawberry import argument

from programs import perk_costs, versions
from programs.decision import ProgramId
from programs.findings import Finding
from programs.paid import rosters as paid
from programs.service import ProgramView
from programs.tasks import views as tasks
from programs.tiered import rosters as tiered
from programs.versions import VersionView
from schema.admin.types.perks import PerkCosts, show_perk_costs
from schema.admin.types.rosters import ProgramPlan, ProgramTier, show_plan_counts, show_tier_counts
from schema.admin.types.tasks import ProgramTask, show_counts
from schema.admin.types.tenants import Actor, show_actors
from schema.cost import sized
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_number, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.enums import FindingSeverity, ProgramKind, ProgramState, VersionState
from schema.shared.ids import PROGRAM, VERSION, Node
from schema.shared.naming import camel
from schema.shared.rules.union import ProgramRules, show_path, show_rules, summary_of
from schema.shared.values import Unit
from tenants.roles import Action


@output
class RulesFinding:
    """One thing wrong with a draft's rules."""

    path: str = field(description="Where, such as `points.rules[2].earn.perAmount.per`.")
    code: str = field(description="What: `missing`, `out_of_range`, `unknown_value`, `duplicate`, …")
    severity: FindingSeverity = field(description="Whether it refuses publishing, or is to be confirmed.")
    message: str = field(description="A sentence for a person.")
    value: str | None = field(description="The value, shortened.")
    bound: str | None = field(description="The bound that it broke.")


@output
class ProgramVersion(Node):
    """Rules as they were saved; once published they never change."""

    number: int = field(description="1, 2, 3 … in a program.")
    state: VersionState = field(description="Where it is in its life.")
    rules: ProgramRules = field(description="The rules.")
    note: str = field(description="What the merchant wrote about it.")
    live_from: datetime | None = field(description="Since when activities are decided by it.")
    live_until: datetime | None = field(description="Until when, not included.")
    saved_at: datetime = field(description="When it was last saved.")
    saved_by: Actor = field(description="By whom.")
    published_at: datetime | None = field(description="When it was published.")
    published_by: Actor | None = field(description="By whom.")
    restores: int | None = field(description="The number of the version that a rollback brought back with it.")


@output
class Program(Node):
    """A program on one business line; its rules are in its versions."""

    slug: str = field(description="Its name in addresses and copies.")
    name: str = field(description="Its name, as members read it.")
    kind: ProgramKind = field(description="Its kind; it stays.")
    line: str = field(description="The line of business whose activities it decides; * for all.")
    unit: Unit = field(description="What it issues.")
    state: ProgramState = field(description="Where it is in its life.")
    created_at: datetime = field(description="Since when it is here.")
    live: ProgramVersion | None = field(description="The version that counts now.")
    draft: ProgramVersion | None = field(description="The version being worked on.")
    summary: list[str] = field(description="The live version, else the draft, in words: one sentence per rule.")

    @asked("What its perks cost, for each tier or plan that brings them.", Action.READ_REDEMPTIONS)
    async def perk_costs(
        self, days: Annotated[int, argument(description="How many local days, today included: 1–366.")] = 30
    ) -> list[PerkCosts]:
        """All perks of the live rules, and what else was used."""
        return show_perk_costs(await perk_costs.spent(ProgramId(PROGRAM.read(self.id)), days))

    @asked("Its tasks, and how they are doing; none of a program of another kind.", Action.READ_MEMBERS, sized(10))
    async def tasks(self) -> list[ProgramTask]:
        """Those of the live rules."""
        return show_counts(await tasks.counts_of(ProgramId(PROGRAM.read(self.id))))

    @asked("Its tiers, the lowest first; none of a program of another kind.", Action.READ_MEMBERS, sized(5))
    async def tiers(self) -> list[ProgramTier]:
        """Those of the live rules."""
        return show_tier_counts(await tiered.counts_of(ProgramId(PROGRAM.read(self.id))))

    @asked("Its plans; none of a program of another kind.", Action.READ_MEMBERSHIPS, sized(3))
    async def plans(self) -> list[ProgramPlan]:
        """Those of the live rules, and those that somebody still has."""
        return show_plan_counts(await paid.counts_of(ProgramId(PROGRAM.read(self.id))))

    @asked("All versions, the newest first.", Action.READ_PROGRAMS)
    async def versions(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[ProgramVersion]:
        """A page of them."""
        program = ProgramId(PROGRAM.read(self.id))
        rows = await versions.history(program, after_number(after), first + 1)
        shown = await show_versions(rows, self.kind)
        return page(rows, first, after, lambda row: str(row.number), lambda row: shown[row.id])


async def show_programs(info: Info, programs: Sequence[ProgramView]) -> dict[ProgramId, Program]:
    """Programs in the schema, by id."""
    units = await info.context.units()
    await info.context.load_rules()
    actors = await _actors([version for program in programs for version in (program.live, program.draft) if version])
    answer = {}
    for program in programs:
        kind, unit = ProgramKind(program.kind), units[program.unit_id]
        read = program.live or program.draft
        answer[program.id] = Program(
            id=PROGRAM.show(program.id), slug=program.slug, name=program.name, kind=kind, line=program.line,
            unit=unit, state=program.state, created_at=program.created_at,
            live=_version(program.live, kind, actors) if program.live else None,
            draft=_version(program.draft, kind, actors) if program.draft else None,
            summary=summary_of(program.kind, read.rules, unit) if read else [],
        )  # fmt: skip
    return answer


async def show_program(info: Info, program: ProgramView) -> Program:
    """A program in the schema."""
    return (await show_programs(info, [program]))[program.id]


async def show_versions(rows: Sequence[VersionView], kind: ProgramKind) -> dict[str, ProgramVersion]:
    """Versions of a program of this kind in the schema, by id."""
    actors = await _actors(rows)
    return {row.id: _version(row, kind, actors) for row in rows}


def show_findings(findings: Sequence[Finding], kind: str, document: Mapping[str, object]) -> list[RulesFinding]:
    """What is wrong with a document of rules, with paths as the schema has them."""
    return [
        RulesFinding(
            path=show_path(finding.path, kind, document), code=finding.code, severity=finding.severity,
            message=_FIELD.sub(lambda name: f"`{camel(name[1])}`", finding.message),
            value=finding.value, bound=finding.bound,
        )
        for finding in findings
    ]  # fmt: skip


_FIELD = re.compile(r"`([a-z_]+)`")


async def _actors(rows: Sequence[VersionView]) -> dict[str, Actor]:
    return await show_actors(actor for row in rows for actor in (row.saved_by, row.published_by))


def _version(row: VersionView, kind: ProgramKind, actors: Mapping[str, Actor]) -> ProgramVersion:
    return ProgramVersion(
        id=VERSION.show(row.id), number=row.number, state=row.state, rules=show_rules(kind, row.rules), note=row.note,
        live_from=row.live_from, live_until=row.live_until, saved_at=row.saved_at, saved_by=actors[row.saved_by],
        published_at=row.published_at, published_by=actors[row.published_by] if row.published_by else None,
        restores=row.restores,
    )  # fmt: skip
