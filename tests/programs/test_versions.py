"""Versions of rules: drafts with findings, publishing now or later, races, and the way back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from kit.errors import Refusal
from kit.ids import new_id
from programs import engine, rulebooks, service, units, versions
from programs.decision import ProgramId
from programs.kind import Standing
from programs.versions import RulesRefused, VersionState
from tenants import scope
from tenants.scope import TenantId
from tests.programs.factories import START, at, make_program, open_shop, publish_program
from tests.programs.points.factories import document, line, per_amount, points, purchase

DAY = timedelta(days=1)
DOUBLE = document(per_amount(2))
TRIPLE = document(per_amount(3))


async def earned(tenant: TenantId, when: Any) -> int:
    """What a purchase of 10 dollars at that instant earns by the tenant's rulebook."""
    async with scope.reading():
        rulebook = (await rulebooks.load([tenant]))[tenant].rulebook
    return points(engine.decide(purchase(line(1000), at=when), Standing(), rulebook, when))


async def numbers(program: ProgramId) -> list[tuple[int, VersionState]]:
    return [(version.number, version.state) for version in await versions.history(program)]


async def test_draft_counts_only_once_published(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await make_program()
        assert await earned(tenant, START) == 0
        assert program.state == "draft" and program.live is None and program.draft is not None
        published = await versions.publish(program.id, expected_draft=program.draft.id)
        assert (published.number, published.state, published.live_from) == (1, VersionState.LIVE, START)
        assert (published.published_by, published.published_at) == ("staff:0190", START)
        assert await earned(tenant, START) == 10
        assert (await service.get(program.id)).state == "live"


async def test_draft_is_replaced_and_keeps_its_number(database: object) -> None:
    with at(await open_shop()):
        program = await publish_program()
        first = await versions.save_draft(program.id, DOUBLE)
        second = await versions.save_draft(program.id, TRIPLE, "three", name="Big club")
        assert (first.number, second.number, second.rules, second.note) == (2, 2, TRIPLE, "three")
        assert await numbers(program.id) == [(2, VersionState.DRAFT), (1, VersionState.LIVE)]
        assert (await service.get(program.id)).name == "Big club"
        with pytest.raises(Refusal) as refused:
            await versions.publish(program.id, expected_draft=first.id)
        assert (refused.value.code, refused.value.field) == ("WRONG_STATE", ("version_id",))


async def test_draft_with_findings_is_saved_and_not_published(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await make_program()
        bad = document(per_amount(0, per=0), per_amount(currency="XYZ"), unit="stars")
        draft = await versions.save_draft(program.id, bad)
        paths = {finding.path for finding in draft.findings}
        assert {"unit", "rules[0].earn.points", "rules[0].earn.per", "rules[1].earn.currency"} <= paths
        with pytest.raises(RulesRefused) as refused:
            await versions.publish(program.id)
        assert refused.value.code == "RULES_INVALID"
        assert refused.value.findings == draft.findings
        assert all(path in refused.value.message for path in paths)
        assert await numbers(program.id) == [(1, VersionState.DRAFT)]
        assert await earned(tenant, START) == 0


async def test_rules_for_another_unit_of_the_tenant_are_a_finding(database: object) -> None:
    with at(await open_shop()):
        await units.upsert("stars", "star", "stars")
        program = await make_program(document(per_amount(), unit="stars"))
        assert program.draft is not None
        assert [(f.path, f.code, f.value, f.bound) for f in program.draft.findings] == [
            ("unit", "contradiction", "stars", "points")
        ]
        assert await versions.validate("points", document(per_amount(), unit="stars")) == ()


@pytest.mark.parametrize(
    "rules",
    [[], "rules", None, 1, {"unit": "x" * versions.RULES_BYTES_MAX}, {1: 2}, {"a": 2**64}, {"a": object()}],
)
async def test_what_is_no_bounded_object_is_refused(database: object, rules: Any) -> None:
    with at(await open_shop()):
        program = await make_program()
        with pytest.raises(Refusal) as refused:
            await versions.save_draft(program.id, rules)
        assert (refused.value.code, refused.value.field) == ("RULES_INVALID", ("rules",))


async def test_rules_nested_too_deep_are_refused(database: object) -> None:
    deep: dict[str, Any] = {}
    for _ in range(2_000):
        deep = {"a": deep}
    with at(await open_shop()):
        program = await make_program()
        with pytest.raises(Refusal, match="RULES_INVALID"):
            await versions.save_draft(program.id, deep)


async def test_unknown_kind_cannot_be_validated(database: object) -> None:
    with at(await open_shop()), pytest.raises(Refusal, match="INVALID_KIND"):
        await versions.validate("lottery", {})


async def test_two_who_publish_at_once_publish_once(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await publish_program()
        await versions.save_draft(program.id, DOUBLE)
        answers = await asyncio.gather(*(versions.publish(program.id) for _ in range(8)), return_exceptions=True)
        refusals = [answer for answer in answers if isinstance(answer, Refusal)]
        assert len(refusals) == 7 and {refusal.code for refusal in refusals} == {"WRONG_STATE"}
        assert await numbers(program.id) == [(2, VersionState.LIVE), (1, VersionState.RETIRED)]


async def test_two_who_save_drafts_at_once_leave_one(database: object) -> None:
    with at(await open_shop()):
        program = await publish_program()
        await asyncio.gather(*(versions.save_draft(program.id, DOUBLE) for _ in range(8)))
        assert await numbers(program.id) == [(2, VersionState.DRAFT), (1, VersionState.LIVE)]


async def test_version_published_for_later_is_not_live_before(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await publish_program()
        await versions.save_draft(program.id, DOUBLE)
        later = await versions.publish(program.id, at=START + DAY)
        assert later.state is VersionState.SCHEDULED
        now_live, then_live = await versions.live(program.id), await versions.live(program.id, START + DAY)
        assert now_live is not None and (now_live.number, now_live.live_until) == (1, START + DAY)
        assert then_live is not None and then_live.number == 2
        assert await earned(tenant, START + DAY - timedelta(microseconds=1)) == 10
        assert await earned(tenant, START + DAY) == 20
    with at(tenant, START + DAY):
        assert await numbers(program.id) == [(2, VersionState.LIVE), (1, VersionState.RETIRED)]


async def test_first_version_published_for_later_decides_nothing_before(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await make_program()
        await versions.publish(program.id, at=START + 2 * DAY)
        assert await versions.live(program.id) is None
        assert await earned(tenant, START + DAY) == 0
        assert await earned(tenant, START + 2 * DAY) == 10
    with at(tenant, START + DAY / 2):  # now it shall begin earlier
        await versions.save_draft(program.id, DOUBLE)
        await versions.publish(program.id, at=START + DAY)
        assert await earned(tenant, START + DAY - timedelta(seconds=1)) == 0
        assert await earned(tenant, START + DAY) == 20
        assert await earned(tenant, START + 3 * DAY) == 20, "the one it replaced never goes live"


async def test_publishing_now_replaces_what_was_to_come(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await publish_program()
        await versions.save_draft(program.id, DOUBLE)
        await versions.publish(program.id, at=START + DAY)
    with at(tenant, START + DAY / 2):
        await versions.save_draft(program.id, TRIPLE)
        await versions.publish(program.id)
        states = [(3, VersionState.LIVE), (2, VersionState.RETIRED), (1, VersionState.RETIRED)]
        assert await numbers(program.id) == states
        assert [await earned(tenant, START + days * DAY / 2) for days in (0, 1, 2, 4)] == [10, 30, 30, 30]


async def test_publishing_twice_in_one_instant_lets_the_newer_count(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await publish_program()
        await versions.save_draft(program.id, DOUBLE)
        await versions.publish(program.id)
        assert await earned(tenant, START) == 20
        live = await versions.live(program.id)
        assert live is not None and live.number == 2


@pytest.mark.parametrize(
    ("when", "code"),
    [
        (START - timedelta(microseconds=1), "TOO_FAR_BACK"),
        (START + timedelta(days=366, microseconds=1), "TOO_FAR"),
        ((START + DAY).replace(tzinfo=None), "INVALID"),
    ],
)
async def test_publishing_for_an_impossible_instant_is_refused(database: object, when: Any, code: str) -> None:
    with at(await open_shop()):
        program = await make_program()
        with pytest.raises(Refusal) as refused:
            await versions.publish(program.id, at=when)
        assert (refused.value.code, refused.value.field) == (code, ("live_from",))


async def test_rollback_is_a_new_version_with_the_old_rules(database: object) -> None:
    tenant = await open_shop()
    with at(tenant):
        program = await publish_program()
        await versions.save_draft(program.id, DOUBLE)
        await versions.publish(program.id)
        await versions.save_draft(program.id, TRIPLE, "in the works")
        back = await versions.rollback(program.id, 1, "double was too much")
        assert (back.number, back.restores, back.state, back.rules) == (3, 1, VersionState.LIVE, document(per_amount()))
        assert await earned(tenant, START) == 10
        history = await versions.history(program.id)
        assert [(version.number, version.note) for version in history] == [
            (4, "in the works"), (3, "double was too much"), (2, ""), (1, "")
        ]  # fmt: skip
        await versions.publish(program.id)
        assert await earned(tenant, START) == 30
        assert [version.number for version in await versions.history(program.id, before=3, first=1)] == [2]


async def test_rollback_to_what_was_never_published_is_refused(database: object) -> None:
    with at(await open_shop()):
        program = await publish_program()
        await versions.save_draft(program.id, DOUBLE)
        for number in (0, 2, 3):
            with pytest.raises(Refusal) as refused:
                await versions.rollback(program.id, number)
            assert (refused.value.code, refused.value.field) == ("NOT_FOUND", ("number",))


async def test_nothing_to_publish_is_refused(database: object) -> None:
    with at(await open_shop()):
        program = await publish_program()
        with pytest.raises(Refusal) as refused:
            await versions.publish(program.id)
        assert (refused.value.code, refused.value.field) == ("WRONG_STATE", ("id",))


async def test_another_tenants_program_is_unknown_to_every_verb(database: object) -> None:
    with at(await open_shop("theirs")):
        theirs = await publish_program()
    with at(await open_shop("mine")):
        for program in (theirs.id, ProgramId(new_id()), ProgramId("no id")):
            for verb in (
                versions.save_draft(program, DOUBLE), versions.publish(program), versions.rollback(program, 1),
                versions.history(program), versions.live(program),
            ):  # fmt: skip
                with pytest.raises(Refusal) as refused:
                    await verb
                assert (refused.value.code, refused.value.message, refused.value.field) == (
                    "NOT_FOUND", "There is no such program.", ("id",)
                )  # fmt: skip


async def test_note_has_a_limit(database: object) -> None:
    with at(await open_shop()):
        program = await make_program()
        for note in ("n" * 1_001, "n\0"):
            with pytest.raises(Refusal) as refused:
                await versions.save_draft(program.id, DOUBLE, note)
            assert (refused.value.code, refused.value.field) == ("INVALID", ("note",))
        assert (await versions.save_draft(program.id, DOUBLE, "two\nlines")).note == "two\nlines"
