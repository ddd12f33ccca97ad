"""Idempotency keys: once, again, with other input, refused, and in parallel."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kit import clock
from kit.errors import Refusal
from tenants import commands, scope
from tenants.models import Command
from tests.kit.test_db import make_tenant


async def test_same_key_twice_does_the_work_once(database: object) -> None:
    calls = 0

    async def work() -> commands.Result:
        nonlocal calls
        calls += 1
        return {"n": calls}

    with scope.of(await make_tenant()):
        answers = [await commands.once("k", "add", {"a": 1}, work) for _ in range(2)]
        with pytest.raises(Refusal) as refused:
            await commands.once("k", "add", {"a": 2}, work)
    assert answers == [{"n": 1}, {"n": 1}]
    assert refused.value.code == "IDEMPOTENCY_MISMATCH"


async def test_same_key_in_parallel_does_the_work_once(database: object) -> None:
    calls = 0

    async def work() -> commands.Result:
        nonlocal calls
        calls += 1
        return {"n": calls}

    with scope.of(await make_tenant()):
        answers = await asyncio.gather(*(commands.once("k", "add", {}, work) for _ in range(5)))
    assert answers == [{"n": 1}] * 5


@pytest.mark.parametrize(("final", "calls_expected"), [(True, 1), (False, 2)])
async def test_final_refusal_is_kept_and_another_is_not(database: object, final: bool, calls_expected: int) -> None:
    calls = 0

    async def work() -> commands.Result:
        nonlocal calls
        calls += 1
        raise Refusal("NO", "No.", ("x",), final=final)

    with scope.of(await make_tenant()):
        for _ in range(2):
            with pytest.raises(Refusal, match="NO"):
                await commands.once("k", "add", {}, work)
    assert calls == calls_expected


@pytest.mark.parametrize("key", ["", "k" * 201, "a\0b", "a\nb", "\ud800"])
async def test_key_that_cannot_be_kept_is_refused(database: object, key: str) -> None:
    async def work() -> commands.Result:
        raise AssertionError("not to be done")

    with scope.of(await make_tenant()):
        for asked in (commands.once(key, "add", {}, work), commands.known(key)):
            with pytest.raises(Refusal) as refused:
                await asked
            assert (refused.value.code, refused.value.field) == ("INVALID", ("idempotencyKey",))


async def test_result_is_dated_by_the_real_clock_by_which_it_is_pruned(database: object) -> None:
    async def work() -> commands.Result:
        return {}

    with scope.of(await make_tenant(), clock_offset=timedelta(days=365)):
        before = clock.now()
        await commands.once("k", "add", {}, work)
        async with scope.reading():
            (command,) = await Command.all()
    assert before <= command.recorded_at <= clock.now()
