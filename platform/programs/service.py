"""Programs: made, found, paused, ended, and copied between a tenant and its sandbox. Rules are in `versions`.

A program decides what happened while it ran: a pause is kept with its dates, so that what happened in it earns nothing
even if it is recorded later.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from kit import db
from kit.errors import Refusal
from kit.ids import is_id, new_id
from ledger.models import Unit
from ledger.state import UnitId
from programs import units, versions
from programs.decision import ProgramId, VersionId
from programs.engine import EVERY_LINE
from programs.findings import RulesInvalid
from programs.kind import VersionFacts
from programs.models import Program, ProgramVersion
from programs.registry import KINDS
from programs.units import checked_slug
from programs.versions import VersionView, archived, checked_note, locked, not_found, raise_revision, stored_rules
from tenants import audit, scope
from tenants.models import Tenant
from tenants.scope import TenantId
from tenants.signup import checked_name

PROGRAMS_MAX = 200
PAUSES_MAX = 1_000
PAGE_MAX = 101  # a page of 100 and the one that tells whether there is another
SLUG_CHARACTERS_MAX = 64
_SLUGS_TRIED = 20


class ProgramState(StrEnum):
    """Where a program is in its life: not published yet, deciding, not for now, never again."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateInput:
    """A new program. `kind` is a key of the registry, `unit` the slug of what it issues; both stay.

    Without a `slug` it is made from the name; with `rules` (a document) the program has its first draft.
    """

    name: str
    kind: str
    unit: str
    slug: str | None = None
    line: str = "main"
    rules: object | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PauseView:
    """A time in which the program did not decide; without an end it still does not."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ProgramView:
    """A program with the version that counts now and the draft being worked on (with its findings)."""

    id: ProgramId
    slug: str
    name: str
    kind: str
    line: str
    unit_id: UnitId
    state: ProgramState
    pauses: tuple[PauseView, ...]
    created_at: datetime
    live: VersionView | None
    draft: VersionView | None


@dataclass(frozen=True, slots=True)
class Copied:
    """Where a copy went: the program there has the same slug, and `number` is its draft's."""

    tenant: TenantId
    program: ProgramId
    slug: str
    number: int


async def create(given: CreateInput) -> ProgramView:
    """Make a program. What stands against publishing its rules is in `draft.findings`, and refuses nothing yet.

    Raises `Refusal`: INVALID, INVALID_KIND, NOT_FOUND (unit), TAKEN (slug), RULES_INVALID (no JSON object, or too
    large), LIMIT_REACHED (200 programs).
    """
    if given.kind not in KINDS:
        raise Refusal("INVALID_KIND", "There is no such kind of program.", ("kind",))
    name, note = checked_name(given.name, "name"), checked_note(given.note)
    if given.line != EVERY_LINE and not units.SLUG.fullmatch(given.line):
        message = "Use 1 to 64 of a–z 0–9 _ -, a letter or digit first; or * for every line."
        raise Refusal("INVALID", message, ("line",))
    slugs = [checked_slug(given.slug)] if given.slug is not None else _slugs(name)
    rules = None if given.rules is None else stored_rules(given.rules)
    async with scope.writing():
        unit = await units.get(given.unit)
        program = await _insert(slugs, name, given.kind, given.line, unit.id)
        if rules is not None:
            await versions.add_draft(program, rules, note)
        await audit.record("program.created", f"program:{program.id}", {"slug": program.slug, "kind": program.kind})
        return (await _views([program]))[0]


async def get(id_: ProgramId | None = None, *, slug: str | None = None) -> ProgramView:
    """The program of this id, else of this slug. Raises `Refusal` NOT_FOUND, for another tenant's alike."""
    async with scope.reading():
        if id_ is not None:
            return (await _views([await versions.found(id_)]))[0]
        row = None if slug is None else await Program.get_or_none(slug=slug)
        if row is None:
            raise not_found("slug")
        return (await _views([row]))[0]


async def list_(
    state: ProgramState | None = None, after: ProgramId | None = None, first: int = 50, kind: str | None = None
) -> Sequence[ProgramView]:
    """Programs by name: `first` (at most 101) beyond the program `after`, in this state (else all but archived), of
    this kind (else of all).
    """
    if after is not None and not is_id(after):
        return []
    wanted = f"state = '{ProgramState(state)}'" if state else "state <> 'archived'"
    if kind is not None:
        wanted += f" AND kind = ${4 if after else 3}"
    beyond = "AND (name, id) > (SELECT name, id FROM program WHERE tenant_id = $1 AND id = $3)"
    sql = (
        f"SELECT id FROM program WHERE tenant_id = $1 AND {wanted} {beyond if after else ''} ORDER BY name, id LIMIT $2"
    )
    params = (scope.tenant_id(), max(0, min(first, PAGE_MAX)), *(each for each in (after, kind) if each is not None))
    async with scope.reading():
        ids = [row["id"] for row in await db.rows(sql, *params)]
        rows = {row.id: row for row in await Program.filter(id__in=ids)}
        return await _views([rows[id_] for id_ in ids])


async def pause(program: ProgramId) -> ProgramView:
    """Let a live program decide nothing from now on. Raises `Refusal` NOT_FOUND, WRONG_STATE, LIMIT_REACHED."""

    def begin(row: Program, pauses: list[dict[str, Any]]) -> None:
        if row.state != ProgramState.LIVE:
            raise Refusal("WRONG_STATE", "Only a live program can be paused.", ("id",))
        if len(pauses) >= PAUSES_MAX:
            raise Refusal("LIMIT_REACHED", f"A program can be paused {PAUSES_MAX} times.", ("id",))
        pauses.append({"since": scope.now().isoformat(), "until": None})

    return await _change(program, ProgramState.PAUSED, "paused", begin)


async def resume(program: ProgramId) -> ProgramView:
    """Let a paused program decide again from now on. Raises `Refusal` NOT_FOUND, WRONG_STATE."""

    def end(row: Program, pauses: list[dict[str, Any]]) -> None:
        if row.state != ProgramState.PAUSED:
            raise Refusal("WRONG_STATE", "Only a paused program can be resumed.", ("id",))
        (running,) = (pause for pause in pauses if pause["until"] is None)
        running["until"] = scope.now().isoformat()

    return await _change(program, ProgramState.LIVE, "resumed", end)


async def archive(program: ProgramId) -> ProgramView:
    """End a program for good: a pause without end. What was earned stays. Raises `Refusal` NOT_FOUND, WRONG_STATE."""

    def close(row: Program, pauses: list[dict[str, Any]]) -> None:
        if row.state == ProgramState.ARCHIVED:
            raise archived()
        if row.state != ProgramState.PAUSED:
            pauses.append({"since": scope.now().isoformat(), "until": None})

    return await _change(program, ProgramState.ARCHIVED, "archived", close)


async def copy(program: ProgramId, to_tenant: TenantId) -> Copied:
    """Copy a program's rules (the live ones, else the draft) to the tenant's sandbox, or back, as a draft there.

    There the program of the same slug gets the draft, in the place of the one it had; it, and its units, are made if
    missing. Raises `Refusal`: NOT_FOUND, INVALID (`to_tenant` is no twin), WRONG_STATE (nothing to copy; there it is
    archived, of another kind or with another unit), LIMIT_REACHED.
    """
    source, actor = scope.tenant_id(), scope.actor()
    here = scope.current().clock_offset
    if not is_id(to_tenant):
        raise _no_twin()
    with scope.spanning([source, to_tenant], "a program is copied between a tenant and its sandbox"):
        async with scope.writing():
            there = await _twin_offset(source, to_tenant)
            with scope.of(source, here, actor):
                original = await locked(program)
                version = await _copied_version(original)
                unit = await Unit.get(id=original.unit_id)
                others = await Unit.filter(slug__in=_issued(original, version)).exclude(id=unit.id)
            with scope.of(to_tenant, there, actor):
                for other in others:
                    await _copy_unit(other)
                return await _paste(original, version, unit)


async def twin() -> TenantId | None:
    """The scope's other side: of a tenant its sandbox, of a sandbox its tenant; None if there is none."""
    tenant = scope.tenant_id()
    async with scope.reading():
        row = await db.rows("SELECT id FROM tenant WHERE sandbox_of = $1", tenant) or await db.rows(
            "SELECT sandbox_of AS id FROM tenant WHERE id = $1 AND sandbox_of IS NOT NULL", tenant
        )
    return TenantId(row[0]["id"]) if row else None


# -- helpers -----------------------------------------------------------------------------------------------------------


async def _change(
    program: ProgramId, state: ProgramState, action: str, work: Callable[[Program, list[dict[str, Any]]], None]
) -> ProgramView:
    """Bring a program into another state under its lock; `work` checks, and changes its pauses."""
    async with scope.writing():
        row = await locked(program)
        pauses = orjson.loads(row.pauses)
        work(row, pauses)
        row.state, row.pauses = str(state), orjson.dumps(pauses).decode()
        await row.save(update_fields=["state", "pauses"])
        await raise_revision()
        await audit.record(f"program.{action}", f"program:{row.id}")
        await versions.tell(action, row)
        return (await _views([row]))[0]


async def _views(rows: Sequence[Program]) -> list[ProgramView]:
    ids = [row.id for row in rows]
    counting = await versions.live_rows(ids, scope.now()) if ids else []
    drafts = await ProgramVersion.filter(program_id__in=ids, state="draft") if ids else []
    shown = await versions.views([*counting, *drafts])
    live = {view.program_id: view for view in shown[: len(counting)]}
    draft = {view.program_id: view for view in shown[len(counting) :]}
    return [
        ProgramView(
            ProgramId(row.id), row.slug, row.name, row.kind, row.line, UnitId(row.unit_id), ProgramState(row.state),
            _pauses(row), row.created_at, live.get(ProgramId(row.id)), draft.get(ProgramId(row.id)),
        )
        for row in rows
    ]  # fmt: skip


def _pauses(row: Program) -> tuple[PauseView, ...]:
    return tuple(
        PauseView(db.instant(pause["since"]), db.instant_or_none(pause["until"])) for pause in orjson.loads(row.pauses)
    )


async def _insert(slugs: Sequence[str], name: str, kind: str, line: str, unit: UnitId) -> Program:
    """Write a program under the first of these slugs that is free."""
    for slug in slugs:
        added = await db.execute(
            "INSERT INTO program (tenant_id, id, slug, name, kind, line, unit_id, state, created_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, 'draft', $8) ON CONFLICT (tenant_id, slug) DO NOTHING",
            scope.tenant_id(), new_id(), slug, name, kind, line, unit, scope.now(),
        )  # fmt: skip
        if added:
            if await Program.all().count() > PROGRAMS_MAX:
                raise Refusal("LIMIT_REACHED", f"A tenant has at most {PROGRAMS_MAX} programs.")
            return await Program.get(slug=slug)
    raise Refusal("TAKEN", "Another program has this slug.", ("slug",))


def _slugs(name: str) -> list[str]:
    """Names for addresses: `Café Club` is `cafe-club`, else `cafe-club-2`, …"""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: SLUG_CHARACTERS_MAX - 3].strip("-") or "program"
    return [slug, *(f"{slug}-{number}" for number in range(2, _SLUGS_TRIED))]


async def _twin_offset(one: TenantId, other: TenantId) -> timedelta:
    """How far the other tenant's clock is ahead. Raises `Refusal` unless one is the other's sandbox."""
    tenants = {tenant.id: tenant for tenant in await Tenant.filter(id__in=[one, other])}
    if other not in tenants or (tenants[one].sandbox_of != other and tenants[other].sandbox_of != one):
        raise _no_twin()
    return tenants[other].clock_offset


def _no_twin() -> Refusal:
    return Refusal("INVALID", "A program is copied between a tenant and its own sandbox only.", ("to_tenant",))


async def _copied_version(program: Program) -> ProgramVersion:
    live = await versions.live_rows([program.id], scope.now())
    newest = ProgramVersion.filter(program_id=program.id).order_by("-number")
    version = live[0] if live else await newest.filter(state="draft").first() or await newest.first()
    if version is None:
        raise Refusal("WRONG_STATE", "This program has no rules yet.", ("id",))
    return version


async def _paste(original: Program, version: ProgramVersion, unit: Unit) -> Copied:
    program = await Program.get_or_none(slug=original.slug)
    if program is None:
        to_unit = await _copy_unit(unit)
        program = await _insert([original.slug], original.name, original.kind, original.line, to_unit.id)
        await audit.record("program.created", f"program:{program.id}", {"slug": program.slug, "kind": program.kind})
    else:
        await _check_target(await locked(ProgramId(program.id)), original, unit)
    draft = await versions.add_draft(program, version.rules, version.note)
    details = {"from": f"program:{original.id}", "number": draft.number}
    await audit.record("program.copied", f"program:{program.id}", details)
    return Copied(scope.tenant_id(), ProgramId(program.id), program.slug, draft.number)


def _issued(program: Program, version: ProgramVersion) -> list[str]:
    """The slugs of the units that the rules issue; none of a draft that does not parse."""
    kind = KINDS[program.kind]
    facts = VersionFacts(ProgramId(program.id), VersionId(version.id), ZoneInfo("UTC"))
    try:
        traits = kind.traits(kind.compile(kind.parse(orjson.loads(version.rules)), facts))
    except RulesInvalid:
        return []
    return [unit.slug for unit in traits.units]


async def _copy_unit(unit: Unit) -> units.UnitView:
    """The unit of the same slug here, made if it is missing. Raises `Refusal` WRONG_STATE if it has another measure."""
    if not await Unit.filter(slug=unit.slug).exists():
        await units.upsert(unit.slug, unit.name, unit.name_plural, unit.scale, unit.currency)
    here = await units.get(unit.slug)
    _check_measure(here, unit)
    return here


async def _check_target(target: Program, original: Program, unit: Unit) -> None:
    if target.state == ProgramState.ARCHIVED:
        raise Refusal("WRONG_STATE", "The program of this slug there is archived.", ("id",))
    to_unit = await Unit.get(id=target.unit_id)
    if target.kind != original.kind or to_unit.slug != unit.slug:
        raise Refusal("WRONG_STATE", "The program of this slug there is of another kind or unit.", ("id",))
    _check_measure(to_unit, unit)


def _check_measure(there: Unit | units.UnitView, unit: Unit) -> None:
    # Rules are in smallest parts: in a unit of another scale, or money of another currency, they would mean another.
    if there.currency != unit.currency:
        raise Refusal("WRONG_STATE", f"The unit {unit.slug} there has another currency.", ("id",))
    if there.scale != unit.scale:
        raise Refusal("WRONG_STATE", f"The unit {unit.slug} there has another number of digits.", ("id",))
