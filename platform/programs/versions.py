"""Versions of a program's rules: drafted, checked, published, brought back. A published version is never changed.

All of it happens under the lock of the program's row: of two who publish at once, the second finds no draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import orjson
from tortoise.expressions import Q

from events.service import emit
from kit import db
from kit.errors import Refusal
from kit.ids import is_id
from ledger.models import Unit
from members.text import storable
from programs import hindrances
from programs.decision import ProgramId, VersionId
from programs.findings import Finding, RulesContext
from programs.kind import check
from programs.models import Program, ProgramVersion
from programs.registry import KINDS
from programs.rules_context import context_of
from tenants import audit, scope
from tenants.signup import checked_name

RULES_BYTES_MAX = 256 * 1024
NOTE_CHARACTERS_MAX = 1_000
SCHEDULED_AHEAD_MAX = timedelta(days=366)
HISTORY_MAX = 101  # a page of 100 and the one that tells whether there is another
_FINDINGS_NAMED = 20

Document = Mapping[str, Any]


class VersionState(StrEnum):
    """Where a version is in its life."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class VersionView:
    """Rules as they were saved. `live_from` until `live_until` (exclusive) activities are decided by them.

    `findings` is what stands against publishing a draft, checked when read; of a published version it is empty.
    `restores` is the number of the version that a rollback brought back with this one.
    """

    id: VersionId
    program_id: ProgramId
    number: int
    state: VersionState
    rules: Document
    note: str
    live_from: datetime | None
    live_until: datetime | None
    saved_at: datetime
    saved_by: str
    published_at: datetime | None
    published_by: str | None
    restores: int | None
    findings: tuple[Finding, ...] = ()


class RulesRefused(Refusal):
    """Rules of a kind that cannot be published: every finding, beside the message that names their paths."""

    def __init__(self, findings: tuple[Finding, ...], kind: str, rules: Document) -> None:
        paths = ", ".join(dict.fromkeys(finding.path or "the document" for finding in findings[:_FINDINGS_NAMED]))
        more = f" and {len(findings) - _FINDINGS_NAMED} more" if len(findings) > _FINDINGS_NAMED else ""
        super().__init__("RULES_INVALID", f"The rules do not hold together: {paths}{more}.", ("rules",))
        self.findings = findings
        self.kind = kind
        self.rules = rules


async def save_draft(program: ProgramId, document: object, note: str = "", name: str | None = None) -> VersionView:
    """Save the rules to work on, in the place of the draft that there was; what is live stays as it is.

    They may still have findings, which the answer holds. Every saving makes a new id: `publish` can be told which
    draft was looked at. `name` renames the program. Raises `Refusal`: NOT_FOUND, WRONG_STATE (archived), RULES_INVALID
    (no JSON object, or more than 256 KiB), INVALID (note, name).
    """
    rules, note = stored_rules(document), checked_note(note)
    async with scope.writing():
        row = await locked(program)
        if row.state == "archived":
            raise archived()
        if name is not None and checked_name(name, "name") != row.name:
            row.name = checked_name(name, "name")
            await row.save(update_fields=["name"])
            await raise_revision()
        draft = await add_draft(row, rules, note)
        await audit.record("program.draft_saved", f"program:{row.id}", {"number": draft.number})
        return (await views([draft]))[0]


async def validate(kind: str, document: object, unit: str | None = None) -> tuple[Finding, ...]:
    """Every reason why rules could not be published; none: they can. `unit` is the slug that the program issues.

    Raises `Refusal` INVALID for a kind that there is not.
    """
    if kind not in KINDS:
        raise Refusal("INVALID_KIND", "There is no such kind of program.", ("kind",))
    async with scope.reading():
        return _findings(kind, document, await context_of(await Unit.all()), unit)


async def publish(
    program: ProgramId, expected_draft: VersionId | None = None, at: datetime | None = None
) -> VersionView:
    """Let the draft decide from now on, or from `at` (at most 366 days ahead); the version before ends there.

    What had been published for that instant or later is replaced and never goes live. Raises `Refusal`: NOT_FOUND,
    WRONG_STATE (archived, no draft, another draft than expected), TOO_FAR_BACK, TOO_FAR, INVALID (`at`), and
    `RulesRefused`.
    """
    async with scope.writing():
        row = await locked(program)
        draft = await ProgramVersion.get_or_none(program_id=row.id, state="draft")
        if row.state == "archived":
            raise archived()
        if draft is None:
            raise Refusal("WRONG_STATE", "There is no draft to publish.", ("id",))
        if expected_draft is not None and draft.id != expected_draft:
            raise Refusal("WRONG_STATE", "Another draft was saved meanwhile.", ("version_id",))
        start = _start(at)
        await _go_live(row, draft, start)
        await _tell("published", row, draft, start)
        return (await views([draft]))[0]


async def rollback(program: ProgramId, to_number: int, note: str = "") -> VersionView:
    """Let an earlier version's rules decide again from now on, as a new version; a draft stays and moves up by one.

    Raises `Refusal`: NOT_FOUND (program, or no published version of this number), WRONG_STATE (archived), INVALID
    (note), and `RulesRefused` if the old rules no longer hold.
    """
    note = checked_note(note)
    async with scope.writing():
        row = await locked(program)
        if row.state == "archived":
            raise archived()
        old = await ProgramVersion.get_or_none(program_id=row.id, number=to_number, state="published")
        if old is None:
            raise Refusal("NOT_FOUND", "There is no published version of this number.", ("number",))
        number = await _number_before_draft(row)
        now = scope.now()
        back = ProgramVersion(
            program_id=row.id, number=number, state="draft", rules=old.rules, note=note, restores=old.number,
            saved_at=now, saved_by=scope.actor(),
        )  # fmt: skip
        await _go_live(row, back, now)
        await _tell("rolled_back", row, back, now)
        return (await views([back]))[0]


async def history(program: ProgramId, before: int | None = None, first: int = 50) -> Sequence[VersionView]:
    """All versions, the newest first: `first` (at most 101) with numbers below `before`. Raises `Refusal` NOT_FOUND."""
    async with scope.reading():
        await found(program)
        wanted = ProgramVersion.filter(program_id=program)
        if before is not None:
            wanted = wanted.filter(number__lt=before)
        return await views(await wanted.order_by("-number").limit(max(0, min(first, HISTORY_MAX))))


async def get(version: VersionId) -> VersionView:
    """The version of this id. Another tenant's and none are answered alike. Raises `Refusal` NOT_FOUND."""
    async with scope.reading():
        row = await ProgramVersion.get_or_none(id=version) if is_id(version) else None
        if row is None:
            raise Refusal("NOT_FOUND", "There is no such version.", ("id",))
        return (await views([row]))[0]


async def live(program: ProgramId, at: datetime | None = None) -> VersionView | None:
    """The version that counts at an instant (now unless given), paused or not. Raises `Refusal` NOT_FOUND."""
    async with scope.reading():
        await found(program)
        rows = await live_rows([program], at or scope.now())
        return (await views(rows))[0] if rows else None


# -- for the services beside this one ----------------------------------------------------------------------------------


async def locked(program: ProgramId) -> Program:
    """The program, locked by a write until the transaction ends. Raises `Refusal` NOT_FOUND."""
    if is_id(program):
        statement = "UPDATE program SET state = state WHERE tenant_id = $1 AND id = $2"
        await db.execute(statement, scope.tenant_id(), program)
    return await found(program)


async def found(program: ProgramId) -> Program:
    """The program. Another tenant's and none are answered alike. Raises `Refusal` NOT_FOUND."""
    row = await Program.get_or_none(id=program) if is_id(program) else None
    if row is None:
        raise not_found("id")
    return row


async def add_draft(program: Program, rules: str, note: str) -> ProgramVersion:
    """Write the draft of a locked program, in the place of the one before and with its number."""
    before = await ProgramVersion.get_or_none(program_id=program.id, state="draft")
    number = before.number if before is not None else await _last_number(program) + 1
    if before is not None:
        await before.delete()
    return await ProgramVersion.create(
        program_id=program.id, number=number, state="draft", rules=rules, note=note, saved_at=scope.now(),
        saved_by=scope.actor(),
    )  # fmt: skip


async def live_rows(programs: Sequence[str], at: datetime) -> list[ProgramVersion]:
    """The version of each of these programs that counts at an instant, inside the session under way."""
    still = Q(live_until=None) | Q(live_until__gt=at)
    return await ProgramVersion.filter(still, program_id__in=programs, state="published", live_from__lte=at)


async def views(rows: Sequence[ProgramVersion]) -> list[VersionView]:
    """Versions as they are shown, inside the session under way; drafts with their findings."""
    drafts = {row.program_id for row in rows if row.state == "draft"}
    programs = {program.id: program for program in await Program.filter(id__in=drafts)} if drafts else {}
    units = {unit.id: unit for unit in await Unit.all()} if drafts else {}
    context = await context_of(units.values()) if drafts else None
    now, answer = scope.now(), []
    for row in rows:
        document = orjson.loads(row.rules)
        findings: tuple[Finding, ...] = ()
        if row.state == "draft" and context is not None:
            program = programs[row.program_id]
            findings = _findings(program.kind, document, context, units[program.unit_id].slug)
        answer.append(_view(row, document, findings, now))
    return answer


async def raise_revision() -> None:
    """Tell every process, with this transaction's commit, to load the tenant's programs again."""
    tenant = scope.tenant_id()
    await db.execute("UPDATE tenant SET programs_revision = programs_revision + 1 WHERE id = $1", tenant)


def stored_rules(document: object) -> str:
    """A rules document as it is stored. Raises `Refusal` RULES_INVALID unless it is a JSON object of bounded size."""
    if not isinstance(document, Mapping):
        raise Refusal("RULES_INVALID", "Rules are a JSON object.", ("rules",))
    try:
        text = orjson.dumps(dict(document))
    except TypeError as error:  # also too deep, a key that is no text, an integer of more than 64 bits
        raise Refusal("RULES_INVALID", f"Rules are a JSON object: {error}.", ("rules",)) from None
    if len(text) > RULES_BYTES_MAX:
        raise Refusal("RULES_INVALID", f"Rules have at most {RULES_BYTES_MAX // 1024} KiB.", ("rules",))
    return text.decode()


def checked_note(note: str) -> str:
    """A note about a version. Raises `Refusal` INVALID."""
    if len(note) > NOTE_CHARACTERS_MAX or not all(map(storable, note.splitlines())):
        raise Refusal("INVALID", f"A note has at most {NOTE_CHARACTERS_MAX} visible characters.", ("note",))
    return note


def not_found(*field: str) -> Refusal:
    """No such program; another tenant's answers exactly the same."""
    return Refusal("NOT_FOUND", "There is no such program.", field)


def archived() -> Refusal:
    """An archived program stays as it is."""
    return Refusal("WRONG_STATE", "This program is archived.", ("id",))


# -- helpers -----------------------------------------------------------------------------------------------------------


def _findings(kind: str, document: object, context: RulesContext, unit: str | None) -> tuple[Finding, ...]:
    findings = check(KINDS[kind], document, context)
    issued = document.get("unit") if isinstance(document, Mapping) else None
    if unit is None or issued == unit or any(finding.path == "unit" for finding in findings):
        return findings
    return (*findings, Finding("unit", "contradiction", f"the program issues {unit}", str(issued), unit))


def _start(at: datetime | None) -> datetime:
    now = scope.now()
    if at is None:
        return now
    if at.tzinfo is None:
        raise Refusal("INVALID", "An instant needs its offset from UTC.", ("live_from",))
    if at < now:
        raise Refusal("TOO_FAR_BACK", "A version cannot go live in the past.", ("live_from",))
    if at > now + SCHEDULED_AHEAD_MAX:
        raise Refusal("TOO_FAR", f"A version goes live within {SCHEDULED_AHEAD_MAX.days} days.", ("live_from",))
    return at


async def _go_live(program: Program, version: ProgramVersion, start: datetime) -> None:
    """Publish a version of a locked program from `start` on; raises `RulesRefused`."""
    units = {unit.id: unit for unit in await Unit.all()}
    context = await context_of(units.values())
    rules = orjson.loads(version.rules)
    findings = _findings(program.kind, rules, context, units[program.unit_id].slug)
    if findings := findings or await hindrances.find(program.kind, program.id, rules, start):
        raise RulesRefused(findings, program.kind, rules)
    now, published = scope.now(), ProgramVersion.filter(program_id=program.id, state="published")
    # What was to go live then or later never does: it ends where it begins. The engine takes the higher number.
    await published.filter(live_from__gte=start).update(live_from=start, live_until=start)
    ends = Q(live_until=None) | Q(live_until__gt=start)
    await published.filter(ends, live_from__lt=start).update(live_until=start)
    _wait_for_first(program, now, start, is_first=not await published.filter(live_from__lt=start).exists())
    version.state, version.live_from = "published", start
    version.published_at, version.published_by = now, scope.actor()
    await version.save()
    if program.state == "draft":
        program.state = "live"
    await program.save(update_fields=["state", "pauses"])
    await raise_revision()


def _wait_for_first(program: Program, now: datetime, start: datetime, *, is_first: bool) -> None:
    """Until its first version goes live a program does not decide: the engine would take the first one's rules.

    What happened before it was published at all is decided by the first version: an import of old orders earns.
    """
    pauses = orjson.loads(program.pauses)
    waiting = next((pause for pause in pauses if pause.get("first")), None)
    if waiting is not None and is_first:
        waiting["until"] = start.isoformat()
    elif is_first and start > now:
        pauses.append({"since": now.isoformat(), "until": start.isoformat(), "first": True})
    program.pauses = orjson.dumps(pauses).decode()


async def _last_number(program: Program) -> int:
    newest = await ProgramVersion.filter(program_id=program.id).order_by("-number").first()
    return 0 if newest is None else int(newest.number)


async def _number_before_draft(program: Program) -> int:
    """A new version's number; the draft, which will be published later, makes room."""
    draft = await ProgramVersion.get_or_none(program_id=program.id, state="draft")
    if draft is None:
        return await _last_number(program) + 1
    await ProgramVersion.filter(id=draft.id).update(number=draft.number + 1)
    return int(draft.number)


async def _tell(what: str, program: Program, version: ProgramVersion, start: datetime) -> None:
    details = {"number": version.number, "live_from": start.isoformat(), "restores": version.restores}
    await audit.record(f"program.{what}", f"program:{program.id}", details)
    await tell("published", program, {**details, "version": version.id})


async def tell(what: str, program: Program, more: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Write the event `program.<what>` in the transaction under way."""
    body = {"program": program.id, "slug": program.slug, "kind": program.kind, **more}
    await emit(f"program.{what}", f"program:{program.id}", body)


def _view(row: ProgramVersion, document: Document, findings: tuple[Finding, ...], now: datetime) -> VersionView:
    return VersionView(
        VersionId(row.id), ProgramId(row.program_id), row.number, _state(row, now), document, row.note, row.live_from,
        row.live_until, row.saved_at, row.saved_by, row.published_at, row.published_by, row.restores, findings,
    )  # fmt: skip


def _state(row: ProgramVersion, now: datetime) -> VersionState:
    if row.live_from is None:
        return VersionState.DRAFT
    if row.live_until is not None and (row.live_until <= now or row.live_until == row.live_from):
        return VersionState.RETIRED
    return VersionState.SCHEDULED if row.live_from > now else VersionState.LIVE
