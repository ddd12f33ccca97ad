"""Programs, their versions, and what is wrong with a draft."""

from __future__ import annotations

from datetime import datetime

from schema.admin.types.tenants import Actor
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First
from schema.shared.declare import asked, field, output
from schema.shared.enums import ProgramKind, ProgramState, VersionState
from schema.shared.errors import NotServed
from schema.shared.ids import Node
from schema.shared.rules.union import ProgramRules
from schema.shared.values import Unit


@output
class RulesFinding:
    """One thing wrong with a draft's rules."""

    path: str = field(description="Where, such as `points.rules[2].earn.perAmount.per`.")
    code: str = field(description="What: `missing`, `out_of_range`, `unknown_value`, `duplicate`, …")
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
    line: str = field(description="The business line.")
    unit: Unit = field(description="What it issues.")
    state: ProgramState = field(description="Where it is in its life.")
    created_at: datetime = field(description="Since when it is here.")
    live: ProgramVersion | None = field(description="The version that counts now.")
    draft: ProgramVersion | None = field(description="The version being worked on.")
    summary: list[str] = field(description="The live version, else the draft, in words: one sentence per rule.")

    @asked("All versions, the newest first.")
    async def versions(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[ProgramVersion]:
        """Needs `programs.versions`."""
        raise NotServed("Program.versions")
