"""Programs: made, found, listed, paused, ended, and copied between a tenant and its sandbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest

from events.models import Event
from kit.errors import Refusal
from kit.ids import new_id
from programs import engine, rulebooks, service, units, versions
from programs.decision import ProgramId
from programs.kind import Standing
from programs.service import ProgramState
from tenants import audit, scope
from tenants.models import Tenant
from tenants.roles import Action, permitting
from tenants.scope import TenantId
from tests.programs.factories import START, at, make_program, open_shop, publish_program
from tests.programs.points.factories import document, line, per_amount, points, purchase

DAY = timedelta(days=1)


async def earned(tenant: TenantId, days: float) -> int:
    """What a purchase of 10 dollars so many days after the start earns by the tenant's rulebook."""
    when = START + days * DAY
    async with scope.reading():
        rulebook = (await rulebooks.load([tenant]))[tenant].rulebook
    return points(engine.decide(purchase(line(1000), at=when), Standing(), rulebook, when))


async def revision(tenant: TenantId) -> int:
    async with scope.reading():
        return int((await Tenant.get(id=tenant)).programs_revision)


async def actions(tenant: TenantId) -> list[tuple[str, str]]:
    with permitting(frozenset({Action.READ_AUDIT_LOG})):
        return [(entry.action, entry.actor) for entry in reversed(await audit.entries(first=100))]


async def events() -> list[tuple[str, str, dict[str, Any]]]:
    async with scope.reading():
        return [(row.kind, row.subject, orjson.loads(row.body)) for row in await Event.all().order_by("id")]


async def test_what_becomes_of_a_program_is_told(database: object) -> None:
    with at(await open_shop()):
        program = await publish_program(slug="club")
        first = program.live
        await versions.save_draft(program.id, document(per_amount(2)))
        ahead = await versions.publish(program.id, at=START + DAY)
        back = await versions.rollback(program.id, 1)
        await service.pause(program.id)
        await service.resume(program.id)
        await service.archive(program.id)
        told = await events()
    assert first is not None
    about = {"program": program.id, "slug": "club", "kind": "points"}
    day = (START + DAY).isoformat()
    assert told == [
        (f"program.{what}", f"program:{program.id}", {**about, **more})
        for what, more in (
            ("published", {"version": first.id, "number": 1, "live_from": START.isoformat(), "restores": None}),
            ("published", {"version": ahead.id, "number": 2, "live_from": day, "restores": None}),
            ("published", {"version": back.id, "number": 3, "live_from": START.isoformat(), "restores": 1}),
            ("paused", {}),
            ("resumed", {}),
            ("archived", {}),
        )
    ]


async def test_what_was_refused_or_undone_is_not_told(database: object) -> None:
    with at(await open_shop()):
        program = await publish_program()
        with pytest.raises(Refusal, match="WRONG_STATE"):
            await service.resume(program.id)
        with pytest.raises(ZeroDivisionError):
            async with scope.writing():
                await service.pause(program.id)
                raise ZeroDivisionError
        assert [kind for kind, _, _ in await events()] == ["program.published"]


async def test_program_is_made_with_a_slug_of_its_name(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        made = [await make_program(name="  Café   Club "), await make_program(name="Café Club")]
        assert [(program.slug, program.name) for program in made] == [
            ("cafe-club", "Café Club"), ("cafe-club-2", "Café Club")
        ]  # fmt: skip
        program = await service.get(slug="cafe-club")
        assert program == made[0] == await service.get(made[0].id)
        assert (program.state, program.line, program.kind, program.pauses) == (ProgramState.DRAFT, "main", "points", ())
        assert program.draft is not None and program.draft.findings == ()
        assert await actions(tenant) == [
            ("unit.created", "system"), ("program.created", "staff:0190"), ("program.created", "staff:0190")
        ]  # fmt: skip


async def test_program_without_rules_has_no_draft(database: object) -> None:
    with at(await open_shop()):
        program = await service.create(service.CreateInput(name="☕", kind="points", unit="points"))
        assert (program.slug, program.draft, program.live) == ("program", None, None)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"kind": "lottery"}, "INVALID_KIND", "kind"),
        ({"name": ""}, "INVALID", "name"),
        ({"slug": "A"}, "INVALID", "slug"),
        ({"slug": "taken"}, "TAKEN", "slug"),
        ({"line": "two lines"}, "INVALID", "line"),
        ({"unit": "stars"}, "NOT_FOUND", "unit"),
        ({"note": "n" * 1_001}, "INVALID", "note"),
        ({"rules": ["no object"]}, "RULES_INVALID", "rules"),
    ],
)
async def test_bad_program_is_refused_and_nothing_written(
    database: object, changes: dict[str, Any], code: str, field: str
) -> None:
    with at(await open_shop()):
        await make_program(slug="taken")
        with pytest.raises(Refusal) as refused:
            await make_program(**changes)
        assert (refused.value.code, refused.value.field) == (code, (field,))
        assert [program.slug for program in await service.list_()] == ["taken"]


async def test_programs_have_a_limit(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PROGRAMS_MAX", 1)
    with at(await open_shop()):
        await make_program()
        with pytest.raises(Refusal, match="LIMIT_REACHED"):
            await make_program()
        assert len(await service.list_()) == 1


async def test_programs_are_listed_by_name_in_pages(database: object) -> None:
    with at(await open_shop()):
        made = {name: await publish_program(name=name) for name in ("C", "A", "B", "A")}
        await service.archive(made["C"].id)
        page = await service.list_(first=2)
        rest = await service.list_(after=page[-1].id)
        assert [program.name for program in [*page, *rest]] == ["A", "A", "B"]
        assert [program.name for program in await service.list_(ProgramState.ARCHIVED)] == ["C"]
        assert await service.list_(ProgramState.PAUSED) == []
        assert await service.list_(after=ProgramId("no id")) == []
        live = page[0].live
        assert live is not None and live.number == 1


async def test_what_happened_in_a_pause_earns_nothing_even_if_recorded_later(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await publish_program()
    with at(tenant, START + DAY):
        assert (await service.pause(program.id)).state is ProgramState.PAUSED
    with at(tenant, START + 3 * DAY):
        assert [await earned(tenant, days) for days in (0.9, 1, 2, 9)] == [10, 0, 0, 0]
        resumed = await service.resume(program.id)
        assert resumed.state is ProgramState.LIVE
        assert [(pause.since, pause.until) for pause in resumed.pauses] == [(START + DAY, START + 3 * DAY)]
        assert [await earned(tenant, days) for days in (0.9, 1, 2.9, 3, 9)] == [10, 0, 0, 10, 10]


async def test_archived_program_keeps_its_past_and_has_no_future(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await publish_program()
    with at(tenant, START + DAY):
        await service.archive(program.id)
        assert [await earned(tenant, days) for days in (0.9, 1, 300)] == [10, 0, 0]
        for verb in (
            service.pause(program.id), service.resume(program.id), service.archive(program.id),
            versions.save_draft(program.id, {}), versions.publish(program.id), versions.rollback(program.id, 1),
        ):  # fmt: skip
            with pytest.raises(Refusal) as refused:
                await verb
            assert (refused.value.code, refused.value.field) == ("WRONG_STATE", ("id",))


async def test_program_archived_in_a_pause_stays_paused_for_good(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await publish_program()
        await service.pause(program.id)
    with at(tenant, START + DAY):
        archived = await service.archive(program.id)
        assert [(pause.since, pause.until) for pause in archived.pauses] == [(START, None)]
        assert await earned(tenant, 0.5) == 0


async def test_only_what_runs_is_paused_and_only_what_is_paused_resumes(database: object) -> None:
    with at(await open_shop()):
        draft, live = await make_program(), await publish_program()
        for verb in (service.pause(draft.id), service.resume(draft.id), service.resume(live.id)):
            with pytest.raises(Refusal) as refused:
                await verb
            assert (refused.value.code, refused.value.field) == ("WRONG_STATE", ("id",))
        await service.pause(live.id)
        with pytest.raises(Refusal, match="WRONG_STATE"):
            await service.pause(live.id)
        await versions.save_draft(live.id, document(per_amount(2)))
        await versions.publish(live.id)
        assert (await service.get(live.id)).state is ProgramState.PAUSED, "publishing does not resume"


async def test_every_change_that_counts_raises_the_revision_by_one(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await make_program()
        steps: list[tuple[Callable[[], Awaitable[object]], int]] = [
            (lambda: versions.save_draft(program.id, document(per_amount())), 0),
            (lambda: versions.save_draft(program.id, document(per_amount()), name="New name"), 1),
            (lambda: versions.publish(program.id), 1),
            (lambda: versions.rollback(program.id, 1), 1),
            (lambda: service.pause(program.id), 1),
            (lambda: service.resume(program.id), 1),
            (lambda: service.archive(program.id), 1),
        ]
        for step, raised in steps:
            before = await revision(tenant)
            await step()
            assert await revision(tenant) == before + raised
        assert [action for action, _ in await actions(tenant)] == [
            "unit.created", "program.created", "program.draft_saved", "program.draft_saved", "program.published",
            "program.rolled_back", "program.paused", "program.resumed", "program.archived",
        ]  # fmt: skip


async def test_another_tenants_program_is_unknown(database: object) -> None:
    with at(await open_shop("theirs")):
        theirs = await publish_program()
    with at(await open_shop("mine")):
        for verb in (
            service.get(theirs.id), service.get(ProgramId(new_id())), service.get(ProgramId("no id")),
            service.pause(theirs.id), service.resume(theirs.id), service.archive(theirs.id),
        ):  # fmt: skip
            with pytest.raises(Refusal) as refused:
                await verb
            assert (refused.value.code, refused.value.field) == ("NOT_FOUND", ("id",))
        with pytest.raises(Refusal) as refused:
            await service.get(slug=theirs.slug)
        assert (refused.value.code, refused.value.field) == ("NOT_FOUND", ("slug",))
        assert await service.list_(after=theirs.id) == []


async def twins() -> tuple[TenantId, TenantId]:
    live = await open_shop("live")
    return live, await open_shop("sandbox", sandbox_of=live)


@pytest.mark.parametrize("to_sandbox", [True, False])
async def test_copy_makes_the_program_on_the_other_side(database: object, to_sandbox: bool) -> None:
    here, there = await twins() if to_sandbox else reversed(await twins())
    rules = document(per_amount(5), unit="stars")
    with at(here):
        await units.upsert("stars", "star", "stars", 2)
        program = await publish_program(rules, unit="stars", line="coffee")
        await versions.save_draft(program.id, document(per_amount(9), unit="stars"))
        assert await service.twin() == there
        copied = await service.copy(program.id, there)
        assert (copied.tenant, copied.slug, copied.number) == (there, program.slug, 1)
        assert scope.tenant_id() == here
    with at(there):
        copy = await service.get(copied.program)
        assert (copy.slug, copy.name, copy.line, copy.state) == ("club", "Club", "coffee", ProgramState.DRAFT)
        assert copy.draft is not None and (copy.draft.rules, copy.draft.findings) == (rules, ())
        assert copy.draft.saved_by == "staff:0190"
        assert (await units.get("stars")).scale == 2
        assert ("program.copied", "staff:0190") in await actions(there)


async def test_copy_onto_the_same_program_saves_a_draft_there(database: object) -> None:
    live, sandbox = await twins()
    with at(live):
        await publish_program()
    with at(sandbox):
        tried = await publish_program(document(per_amount(2)))
        copied = await service.copy(tried.id, live)
    with at(live):
        (program,) = await service.list_()
        assert (program.id, program.state) == (copied.program, ProgramState.LIVE)
        assert program.live is not None and program.live.rules == document(per_amount())
        assert program.draft is not None and (program.draft.number, program.draft.rules) == (2, tried.live.rules)  # type: ignore[union-attr]


async def test_copy_takes_the_draft_of_what_was_never_live(database: object) -> None:
    live, sandbox = await twins()
    with at(live):
        program = await make_program(document(per_amount(4)))
        copied = await service.copy(program.id, sandbox)
    with at(sandbox):
        draft = (await service.get(copied.program)).draft
        assert draft is not None and draft.rules == document(per_amount(4))


async def test_copy_by_the_other_sides_clock(database: object) -> None:
    live, sandbox = await twins()
    ahead = timedelta(days=400)
    with scope.of(sandbox):
        async with scope.writing():
            await Tenant.filter(id=sandbox).update(clock_offset_us=ahead // timedelta(microseconds=1))
    with at(live):
        copied = await service.copy((await publish_program()).id, sandbox)
    with at(sandbox):
        draft = (await service.get(copied.program)).draft
        assert draft is not None and draft.saved_at == START + ahead


async def test_copy_to_who_is_no_twin_is_refused(database: object) -> None:
    live, _ = await twins()
    stranger = await open_shop("stranger")
    strangers_sandbox = await open_shop("their-sandbox", sandbox_of=stranger)
    with at(live):
        program = await publish_program()
        for other in (live, stranger, strangers_sandbox, TenantId(new_id()), TenantId("no id")):
            with pytest.raises(Refusal) as refused:
                await service.copy(program.id, other)
            assert (refused.value.code, refused.value.field) == ("INVALID", ("to_tenant",))
    with at(stranger):
        assert await service.list_() == []


async def test_copy_of_another_tenants_program_is_refused(database: object) -> None:
    live, sandbox = await twins()
    with at(await open_shop("stranger")):
        theirs = await publish_program()
    with at(sandbox):
        own = await publish_program(slug="there-only")
    with at(live):
        for program in (theirs.id, own.id):
            with pytest.raises(Refusal, match="NOT_FOUND"):
                await service.copy(program, sandbox)


async def test_copy_onto_something_else_is_refused_and_changes_nothing(database: object) -> None:
    live, sandbox = await twins()
    with at(live):
        bare = await service.create(service.CreateInput(name="bare", kind="points", unit="points"))
        await units.upsert("stars", "star", "stars", 2)
        other_unit = await publish_program(document(per_amount(), unit="stars"), slug="other-unit", unit="stars")
        ended = await publish_program(slug="ended")
        other_scale = await publish_program(document(per_amount(), unit="stars"), slug="other-scale", unit="stars")
    with at(sandbox):
        await publish_program(slug="other-unit")
        await service.archive((await publish_program(slug="ended")).id)
        await units.upsert("stars", "star", "stars", 3)
    with at(live):
        for program in (bare, other_unit, ended, other_scale):
            with pytest.raises(Refusal) as refused:
                await service.copy(program.id, sandbox)
            assert (refused.value.code, refused.value.field) == ("WRONG_STATE", ("id",))
    with at(sandbox):
        assert {program.slug: program.draft for program in await service.list_()} == {"other-unit": None}
