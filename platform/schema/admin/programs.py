"""Mutations on programs: draft, check, publish, and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from kit.errors import Refusal
from programs import checking, service, templating, versions
from programs.checking import WarningsUnconfirmed
from programs.decision import ProgramId, VersionId
from programs.findings import NEEDED_TO_PUBLISH, Finding
from programs.service import CreateInput
from programs.versions import RulesRefused
from schema.admin.checks import ProgramFiguresInput, read_figures
from schema.admin.codes import (
    ProgramArchiveErrorCode,
    ProgramCopyErrorCode,
    ProgramCreateErrorCode,
    ProgramPauseErrorCode,
    ProgramPublishErrorCode,
    ProgramResumeErrorCode,
    ProgramRollbackErrorCode,
    ProgramSaveDraftErrorCode,
    ProgramValidateErrorCode,
)
from schema.admin.types.programs import Program, RulesFinding, show_findings, show_program, show_programs
from schema.admin.types.tenants import Tenant, show_tenant
from schema.shared.context import Info
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation, user_error
from schema.shared.ids import PROGRAM, VERSION
from schema.shared.rules.union import ProgramRulesInput, read_rules, summary_of
from schema.shared.values import Unit
from tenants import profile
from tenants.roles import Action


@input_
class ProgramCreateInput:
    """A new program with its first draft: by rules, with a slug and a name, or by a template."""

    slug: str | None = field(
        default=None, description="1–64 of a–z 0–9 _ -; it stays. Of a template its own slug unless given."
    )
    name: str | None = field(default=None, description="Its name, as members read it: 1–200 characters.")
    line: str = field(
        default="main", description="The line of business whose activities it decides: 1–64 of a–z 0–9 _ -; * for all."
    )
    rules: ProgramRulesInput | None = field(
        default=None, description="Its rules; which kind they are of is the program's kind."
    )
    template: str | None = field(default=None, description="The slug of one of `programTemplates`, instead of rules.")
    note: str = field(default="", description="About this version, up to 1,000 characters.")


@output
class ProgramCreatePayload:
    """The program."""

    program: Program | None = field(default=None, description="The program; of a template the first.")
    programs: list[Program] = field(default_factory=list, description="All programs that were made.")
    findings: list[RulesFinding] = field(default_factory=list, description="What is wrong with the rules.")
    user_errors: list[UserError[ProgramCreateErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ProgramSaveDraftInput:
    """Rules to work on; the live version stays as it is."""

    id: strawberry.ID = field(description="The program.")
    rules: ProgramRulesInput = field(description="The rules, of the program's kind.")
    name: str | None = field(default=None, description="Another name for the program.")
    note: str = field(default="", description="About this version, up to 1,000 characters.")


@output
class ProgramSaveDraftPayload:
    """The program with its draft."""

    program: Program | None = field(default=None, description="The program.")
    findings: list[RulesFinding] = field(
        default_factory=list, description="What is wrong with the rules; a draft is only saved if nothing is."
    )
    user_errors: list[UserError[ProgramSaveDraftErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ProgramValidateInput:
    """Rules to check without saving anything."""

    id: strawberry.ID | None = field(default=None, description="The program that they are for; null for a new one.")
    rules: ProgramRulesInput = field(description="The rules.")


@output
class ProgramValidatePayload:
    """What is wrong with the rules."""

    valid: bool = field(default=False, description="Whether they may be published.")
    findings: list[RulesFinding] = field(default_factory=list, description="What is wrong, path by path.")
    summary: list[str] = field(default_factory=list, description="The rules in words.")
    user_errors: list[UserError[ProgramValidateErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ProgramPublishInput:
    """A draft that is to count."""

    id: strawberry.ID = field(description="The program.")
    version_id: strawberry.ID | None = field(
        default=None, description="The draft that was looked at: refused if another was saved meanwhile."
    )
    live_from: datetime | None = field(default=None, description="From when on; now unless given.")
    confirm: list[str] = field(default_factory=list, description="The codes of the warnings that are confirmed.")
    figures: ProgramFiguresInput | None = field(
        default=None, description="What is expected of a year, for the check of the draft."
    )


@output
class ProgramPublishPayload:
    """The program with its live version."""

    program: Program | None = field(default=None, description="The program.")
    findings: list[RulesFinding] = field(default_factory=list, description="What is wrong with the draft.")
    user_errors: list[UserError[ProgramPublishErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ProgramRollbackInput:
    """An earlier version whose rules are to count again, as a new version."""

    id: strawberry.ID = field(description="The program.")
    number: int = field(description="The earlier version's number.")
    note: str = field(default="", description="About it, up to 1,000 characters.")


@output
class ProgramRollbackPayload:
    """The program with its live version."""

    program: Program | None = field(default=None, description="The program.")
    findings: list[RulesFinding] = field(
        default_factory=list, description="What no longer holds in the earlier version's rules."
    )
    user_errors: list[UserError[ProgramRollbackErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ProgramPauseInput:
    """A program that is not to count for now."""

    id: strawberry.ID = field(description="The program.")


@output
class ProgramPausePayload:
    """The program."""

    program: Program | None = field(default=None, description="The program.")
    user_errors: list[UserError[ProgramPauseErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class ProgramResumeInput:
    """A program that is to count again."""

    id: strawberry.ID = field(description="The program.")


@output
class ProgramResumePayload:
    """The program."""

    program: Program | None = field(default=None, description="The program.")
    user_errors: list[UserError[ProgramResumeErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ProgramArchiveInput:
    """A program that is to end."""

    id: strawberry.ID = field(description="The program.")


@output
class ProgramArchivePayload:
    """The program."""

    program: Program | None = field(default=None, description="The program.")
    user_errors: list[UserError[ProgramArchiveErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ProgramCopyInput:
    """A program whose live rules, else its draft, are to become a draft on the other side: sandbox, or live."""

    id: strawberry.ID = field(description="The program, of the tenant that asks.")


@output
class ProgramCopy:
    """A program on the other side."""

    tenant: Tenant = field(description="The twin: of a tenant its sandbox, of a sandbox its tenant.")
    program_id: strawberry.ID = field(description="The program there; it has the same slug.")
    slug: str = field(description="The slug of both.")
    version_number: int = field(description="The draft's number there.")


@output
class ProgramCopyPayload:
    """The copy."""

    copy: ProgramCopy | None = field(default=None, description="The copy.")
    findings: list[RulesFinding] = field(default_factory=list, description="What does not hold on the other side.")
    user_errors: list[UserError[ProgramCopyErrorCode]] = field(default_factory=list, description="Why it was refused.")


def _beside(refusal: Refusal) -> dict[str, Any]:
    """What a payload tells beside a refusal of rules: each finding."""
    if not isinstance(refusal, RulesRefused):
        return {}
    return {"findings": show_findings(refusal.findings, refusal.kind, refusal.rules)}


@strawberry.type
class ProgramMutations:
    """Mutations on programs."""

    @mutation(
        ProgramCreatePayload,
        ProgramCreateErrorCode,
        "Make a program with its first draft.",
        needs=Action.WRITE_PROGRAMS,
        paths={"unit": ["rules", "points", "unit"]},
        beside=_beside,
    )
    async def program_create(self, info: Info, input: ProgramCreateInput) -> ProgramCreatePayload:
        if input.template is not None:
            made = await templating.make(input.template, input.slug, input.line)
            shown = await show_programs(info, made)
            return ProgramCreatePayload(program=shown[made[0].id], programs=[shown[one.id] for one in made])
        if input.rules is None or input.slug is None or input.name is None:
            missing = next(name for name in ("slug", "name", "rules") if getattr(input, name) is None)
            raise Refusal("INVALID", "A program has a slug, a name and rules, or is made by a template.", (missing,))
        kind, document = read_rules(input.rules)
        unit = str(document.get("unit", ""))
        findings = await versions.validate(kind, document, unit)
        _check(findings, kind, document)
        given = CreateInput(
            name=input.name, kind=kind, unit=unit, slug=input.slug, line=input.line, rules=document, note=input.note
        )
        program = await show_program(info, await service.create(given))
        return ProgramCreatePayload(
            program=program, programs=[program], findings=show_findings(findings, kind, document)
        )

    @mutation(
        ProgramSaveDraftPayload,
        ProgramSaveDraftErrorCode,
        "Save rules to work on.",
        needs=Action.WRITE_PROGRAMS,
        beside=_beside,
    )
    async def program_save_draft(self, info: Info, input: ProgramSaveDraftInput) -> ProgramSaveDraftPayload:
        program = ProgramId(PROGRAM.read(input.id, "id"))
        kind, document = read_rules(input.rules)
        findings = await _findings(info, program, kind, document)
        _check(findings, kind, document)
        await versions.save_draft(program, document, input.note, input.name)
        saved = await show_program(info, await service.get(program))
        return ProgramSaveDraftPayload(program=saved, findings=show_findings(findings, kind, document))

    @mutation(
        ProgramValidatePayload,
        ProgramValidateErrorCode,
        "Check rules without saving them.",
        needs=Action.READ_PROGRAMS,
    )
    async def program_validate(self, info: Info, input: ProgramValidateInput) -> ProgramValidatePayload:
        program = ProgramId(PROGRAM.read(input.id, "id")) if input.id is not None else None
        kind, document = read_rules(input.rules)
        findings = await _findings(info, program, kind, document)
        if findings:
            return ProgramValidatePayload(findings=show_findings(findings, kind, document))
        units = {unit.slug: unit for unit in (await info.context.units()).values()}
        return ProgramValidatePayload(valid=True, summary=summary_of(kind, document, units[document["unit"]]))

    @mutation(
        ProgramPublishPayload, ProgramPublishErrorCode, "Let the draft count.", needs=Action.PUBLISH_PROGRAMS,
        beside=_beside, paths={"rules": ["id"]},
    )  # fmt: skip
    async def program_publish(self, info: Info, input: ProgramPublishInput) -> ProgramPublishPayload:
        program = ProgramId(PROGRAM.read(input.id, "id"))
        draft = VersionId(VERSION.read(input.version_id, "version_id")) if input.version_id is not None else None
        figures = read_figures(input.figures)
        doubts = await checking.doubts(program, figures, input.confirm)
        if doubts:
            view = await service.get(program)
            assert view.draft is not None, "it was checked"
            refused = user_error(ProgramPublishErrorCode, WarningsUnconfirmed(doubts))
            return ProgramPublishPayload(
                findings=show_findings(doubts, view.kind, view.draft.rules), user_errors=[refused]
            )
        await versions.publish(program, draft, input.live_from)
        return ProgramPublishPayload(program=await show_program(info, await service.get(program)))

    @mutation(
        ProgramRollbackPayload,
        ProgramRollbackErrorCode,
        "Let an earlier version's rules count again.",
        needs=Action.PUBLISH_PROGRAMS,
        beside=_beside,
    )
    async def program_rollback(self, info: Info, input: ProgramRollbackInput) -> ProgramRollbackPayload:
        program = ProgramId(PROGRAM.read(input.id, "id"))
        await versions.rollback(program, input.number, input.note)
        return ProgramRollbackPayload(program=await show_program(info, await service.get(program)))

    @mutation(
        ProgramPausePayload, ProgramPauseErrorCode, "Let a program not count for now.", needs=Action.PUBLISH_PROGRAMS
    )
    async def program_pause(self, info: Info, input: ProgramPauseInput) -> ProgramPausePayload:
        paused = await service.pause(ProgramId(PROGRAM.read(input.id, "id")))
        return ProgramPausePayload(program=await show_program(info, paused))

    @mutation(
        ProgramResumePayload, ProgramResumeErrorCode, "Let a paused program count again.", needs=Action.PUBLISH_PROGRAMS
    )
    async def program_resume(self, info: Info, input: ProgramResumeInput) -> ProgramResumePayload:
        resumed = await service.resume(ProgramId(PROGRAM.read(input.id, "id")))
        return ProgramResumePayload(program=await show_program(info, resumed))

    @mutation(
        ProgramArchivePayload, ProgramArchiveErrorCode, "End a program; points stay.", needs=Action.PUBLISH_PROGRAMS
    )
    async def program_archive(self, info: Info, input: ProgramArchiveInput) -> ProgramArchivePayload:
        archived = await service.archive(ProgramId(PROGRAM.read(input.id, "id")))
        return ProgramArchivePayload(program=await show_program(info, archived))

    @mutation(
        ProgramCopyPayload,
        ProgramCopyErrorCode,
        "Copy a program's rules to the sandbox, or from it.",
        needs=Action.WRITE_PROGRAMS,
        paths={"to_tenant": []},
    )
    async def program_copy(self, input: ProgramCopyInput) -> ProgramCopyPayload:
        program = ProgramId(PROGRAM.read(input.id, "id"))
        twin = await service.twin()
        if twin is None:
            raise Refusal("WRONG_STATE", "There is no sandbox to copy to.")
        copied = await service.copy(program, twin)
        (there,) = await profile.of([twin])
        return ProgramCopyPayload(
            copy=ProgramCopy(
                tenant=show_tenant(there), program_id=PROGRAM.show(copied.program), slug=copied.slug,
                version_number=copied.number,
            )
        )  # fmt: skip


async def _findings(
    info: Info, program: ProgramId | None, kind: str, document: dict[str, Any]
) -> tuple[Finding, ...]:  # fmt: skip
    """What stands against rules; those of a program are of its kind and issue its unit."""
    if program is None:
        return await versions.validate(kind, document, str(document.get("unit", "")))
    found = await service.get(program)
    if found.kind != kind:
        raise Refusal("WRONG_STATE", "The program is of another kind.", ("rules",))
    unit: Unit = (await info.context.units())[found.unit_id]
    return await versions.validate(kind, document, unit.slug)


def _check(findings: tuple[Finding, ...], kind: str, document: dict[str, Any]) -> None:
    """Raise `RulesRefused` if rules cannot even be saved as a draft."""
    if any(finding.code != NEEDED_TO_PUBLISH for finding in findings):
        raise RulesRefused(findings, kind, document)
