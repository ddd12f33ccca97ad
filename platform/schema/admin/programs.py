"""Mutations on programs: draft, check, publish, and the way back."""

from __future__ import annotations

from datetime import datetime

import strawberry

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
from schema.admin.types.programs import Program, RulesFinding
from schema.admin.types.tenants import Tenant
from schema.shared.declare import field, input_, output
from schema.shared.errors import NotServed, UserError, mutation
from schema.shared.rules.union import ProgramRulesInput


@input_
class ProgramCreateInput:
    """A new program with its first draft."""

    slug: str = field(description="1–64 of a–z 0–9 _ -; it stays.")
    name: str = field(description="Its name, as members read it: 1–200 characters.")
    line: str = field(default="main", description="The business line: 1–64 of a–z 0–9 _ -")
    rules: ProgramRulesInput = field(description="Its rules; which kind they are of is the program's kind.")
    note: str = field(default="", description="About this version, up to 1,000 characters.")


@output
class ProgramCreatePayload:
    """The program."""

    program: Program | None = field(default=None, description="The program.")
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


@strawberry.type
class ProgramMutations:
    """Mutations on programs."""

    @mutation(ProgramCreatePayload, ProgramCreateErrorCode, "Make a program with its first draft.")
    async def program_create(self, input: ProgramCreateInput) -> ProgramCreatePayload:  # noqa: A002
        raise NotServed("programCreate")

    @mutation(ProgramSaveDraftPayload, ProgramSaveDraftErrorCode, "Save rules to work on.")
    async def program_save_draft(self, input: ProgramSaveDraftInput) -> ProgramSaveDraftPayload:  # noqa: A002
        raise NotServed("programSaveDraft")

    @mutation(ProgramValidatePayload, ProgramValidateErrorCode, "Check rules without saving them.")
    async def program_validate(self, input: ProgramValidateInput) -> ProgramValidatePayload:  # noqa: A002
        raise NotServed("programValidate")

    @mutation(ProgramPublishPayload, ProgramPublishErrorCode, "Let the draft count.")
    async def program_publish(self, input: ProgramPublishInput) -> ProgramPublishPayload:  # noqa: A002
        raise NotServed("programPublish")

    @mutation(ProgramRollbackPayload, ProgramRollbackErrorCode, "Let an earlier version's rules count again.")
    async def program_rollback(self, input: ProgramRollbackInput) -> ProgramRollbackPayload:  # noqa: A002
        raise NotServed("programRollback")

    @mutation(ProgramPausePayload, ProgramPauseErrorCode, "Let a program not count for now.")
    async def program_pause(self, input: ProgramPauseInput) -> ProgramPausePayload:  # noqa: A002
        raise NotServed("programPause")

    @mutation(ProgramResumePayload, ProgramResumeErrorCode, "Let a paused program count again.")
    async def program_resume(self, input: ProgramResumeInput) -> ProgramResumePayload:  # noqa: A002
        raise NotServed("programResume")

    @mutation(ProgramArchivePayload, ProgramArchiveErrorCode, "End a program; points stay.")
    async def program_archive(self, input: ProgramArchiveInput) -> ProgramArchivePayload:  # noqa: A002
        raise NotServed("programArchive")

    @mutation(ProgramCopyPayload, ProgramCopyErrorCode, "Copy a program's rules to the sandbox, or from it.")
    async def program_copy(self, input: ProgramCopyInput) -> ProgramCopyPayload:  # noqa: A002
        raise NotServed("programCopy")
