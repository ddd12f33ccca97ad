"""The check of a draft: what stands against it, what is doubtful, and what could not be looked at."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from programs import checking, service
from programs.advice import Amount, Figures
from programs.decision import ProgramId
from schema.admin.types.programs import RulesFinding, show_findings
from schema.cost import sized
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import known
from schema.shared.ids import PROGRAM
from schema.shared.values import MoneyInput
from tenants.roles import Action


@input_
class ProgramFiguresInput:
    """What a merchant expects of a year; what members do counts instead, once there are enough of them."""

    active_members: int | None = field(default=None, description="How many members are active.")
    median_spend: MoneyInput | None = field(
        default=None, description="What the member in the middle spends: half of them spend at least as much."
    )
    top_spend: MoneyInput | None = field(default=None, description="What the top tenth spend at least.")
    budget: MoneyInput | None = field(default=None, description="What points may cost.")


@output
class SkippedCheck:
    """A check that could not be made."""

    code: str = field(description="The code of the finding that it might have been.")
    reason: str = field(description="Why, in a sentence.")


@output
class ProgramCheck:
    """What was found about a program's draft."""

    findings: list[RulesFinding] = field(
        description="Errors refuse publishing, warnings are to be confirmed.", metadata=sized(5)
    )
    skipped: list[SkippedCheck] = field(description="What could not be looked at.", metadata=sized(5))


@strawberry.type
class CheckQueries:
    """Questions about drafts."""

    @asked("The check of a program's draft; null if there is none.", Action.READ_PROGRAMS)
    async def program_check(
        self,
        id: Annotated[strawberry.ID, argument(description="The program.")],
        figures: Annotated[ProgramFiguresInput | None, argument(description="What is expected of a year.")] = None,
    ) -> ProgramCheck | None:
        found = PROGRAM.find(id)
        checked = None if found is None else await known(checking.check(ProgramId(found), read_figures(figures)))
        if checked is None:
            return None
        view = await service.get(ProgramId(str(found)))
        rules = {} if view.draft is None else view.draft.rules
        return ProgramCheck(
            findings=show_findings(checked.findings, view.kind, rules),
            skipped=[SkippedCheck(code=code, reason=reason) for code, reason in sorted(checked.skipped.items())],
        )


def read_figures(given: ProgramFiguresInput | None) -> Figures:
    """The merchant's figures, as far as they are given."""
    if given is None:
        return Figures()
    return Figures(given.active_members, _amount(given.median_spend), _amount(given.top_spend), _amount(given.budget))


def _amount(given: MoneyInput | None) -> Amount | None:
    return None if given is None else Amount(given.amount, given.currency)
