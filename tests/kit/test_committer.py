"""Group commit without a database: who waits for whom, who goes together, and who fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

import pytest

from kit.committer import Committer
from kit.errors import Refusal, Throttled, TryAgain


class Item(NamedTuple):
    group: str
    key: str


Answers = Sequence[str | Exception]
Run = Callable[[Sequence[Item]], Awaitable[Answers]]


class Batches:
    """Remembers the batches that it was given; each waits until it is let go, if `held`."""

    def __init__(self, *, held: bool = False) -> None:
        self.seen: list[list[str]] = []
        self.gate = asyncio.Event()
        if not held:
            self.gate.set()

    async def run(self, items: Sequence[Item]) -> Answers:
        self.seen.append([item.key for item in items])
        await self.gate.wait()
        return [f"did {item.key}" for item in items]


def committer(run: Run, **given: Any) -> Committer[Item, str]:
    return Committer(run, key=lambda item: item.key, group=lambda item: item.group, **given)


async def settled() -> None:
    """Let every task that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)


async def submit(target: Committer[Item, str], *names: str) -> list[asyncio.Task[str]]:
    """`a1` is of the group `a`."""
    tasks = [asyncio.create_task(target.submit(Item(name[0], name))) for name in names]
    await settled()
    return tasks


async def test_what_waits_while_one_commits_goes_together() -> None:
    batches = Batches(held=True)
    target = committer(batches.run)
    first = await submit(target, "a1")
    rest = await submit(target, "a2", "a3", "b1")
    batches.gate.set()
    assert await asyncio.gather(*first, *rest) == ["did a1", "did a2", "did a3", "did b1"]
    assert [sorted(batch) for batch in batches.seen] == [["a1"], ["a2", "a3", "b1"]]


async def test_groups_take_turns() -> None:
    batches = Batches(held=True)
    target = committer(batches.run, batch_max=4)
    tasks = await submit(target, "x1", *(f"a{n}" for n in range(8)), "b1", "c1", "c2")
    batches.gate.set()
    await asyncio.gather(*tasks)
    assert batches.seen[:2] == [["x1", "a0", "b1", "c1"], ["a1", "c2", "a2", "a3"]]


async def test_groups_that_may_not_mix() -> None:
    batches = Batches(held=True)
    target = committer(batches.run, mixed=False)
    tasks = await submit(target, "a1", "b1", "a2", "b2")
    batches.gate.set()
    await asyncio.gather(*tasks)
    assert batches.seen == [["a1", "a2"], ["b1", "b2"]]


async def test_same_key_waits_for_the_first() -> None:
    batches = Batches(held=True)
    target = committer(batches.run)
    tasks = await submit(target, "a1", "a1", "a1")
    assert batches.seen == [["a1"]]
    batches.gate.set()
    assert await asyncio.gather(*tasks) == ["did a1"] * 3
    assert batches.seen == [["a1"]] * 3


async def test_client_that_goes_away_cancels_nothing() -> None:
    batches = Batches(held=True)
    target = committer(batches.run)
    gone, stays = await submit(target, "a1", "a2")
    gone.cancel()
    await settled()
    batches.gate.set()
    assert await stays == "did a2"
    assert batches.seen == [["a1", "a2"]]
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_full_queue_throttles() -> None:
    batches = Batches(held=True)
    target = committer(batches.run, waiting_max=2)
    tasks = await submit(target, "a0")
    tasks += await submit(target, "a1", "a2")
    (over,) = await submit(target, "a3")
    with pytest.raises(Throttled):
        await over
    batches.gate.set()
    await asyncio.gather(*tasks)
    assert batches.seen == [["a0"], ["a1", "a2"]]
    assert await target.submit(Item("a", "a3")) == "did a3"


async def test_one_group_fills_its_share_of_the_queue_and_no_more() -> None:
    batches = Batches(held=True)
    target = committer(batches.run, waiting_max=4, group_waiting_max=2)
    tasks = await submit(target, "a0")
    tasks += await submit(target, "a1", "a2", "b1")
    (over,) = await submit(target, "a3")
    assert over.done()
    with pytest.raises(Throttled, match="2 of these"):
        await over
    tasks += await submit(target, "b2")
    (beyond,) = await submit(target, "c1")
    assert beyond.done()
    with pytest.raises(Throttled, match="4 are waiting"):
        await beyond
    batches.gate.set()
    await asyncio.gather(*tasks)
    assert batches.seen == [["a0"], ["a1", "b1", "a2", "b2"]]
    assert await asyncio.gather(*await submit(target, "a3", "a4")) == ["did a3", "did a4"], "there is room again"


async def test_failed_batch_is_run_one_by_one() -> None:
    async def run(items: Sequence[Item]) -> Answers:
        if any(item.key == "a2" for item in items):
            raise ValueError("the database did not like it")
        return [f"did {item.key}" for item in items]

    tasks = await submit(committer(run), "a1", "a2", "a3")
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(answer) for answer in answers] == ["did a1", "the database did not like it", "did a3"]


async def test_refusal_is_that_items_own() -> None:
    async def run(items: Sequence[Item]) -> Answers:
        return [Refusal("NO", "no") if item.key == "a2" else f"did {item.key}" for item in items]

    one, two = await submit(committer(run), "a1", "a2")
    assert await one == "did a1"
    with pytest.raises(Refusal):
        await two


@pytest.mark.parametrize(("conflicts", "ends"), [(2, "did a1"), (3, "conflict"), (9, "conflict")])
async def test_conflict_is_tried_again_a_few_times(conflicts: int, ends: str) -> None:
    runs = 0

    async def run(items: Sequence[Item]) -> Answers:
        nonlocal runs
        runs += 1
        if runs <= conflicts:
            raise TryAgain("conflict")
        return [f"did {item.key}" for item in items]

    (answer,) = await asyncio.gather(*await submit(committer(run, attempts=3), "a1"), return_exceptions=True)
    assert (str(answer), runs) == (ends, min(conflicts + 1, 3))


async def test_two_in_flight_share_what_waits() -> None:
    batches = Batches(held=True)
    target = committer(batches.run, in_flight_max=2)
    tasks = await submit(target, *(f"a{n}" for n in range(8)))
    assert [len(batch) for batch in batches.seen] == [4, 4]
    batches.gate.set()
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("turns", range(12))
async def test_item_that_comes_as_the_worker_ends_is_taken(turns: int) -> None:
    """In whichever turn of the loop it comes: between the last answer and the worker's end too."""
    target = committer(Batches().run)

    async def later() -> str:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await target.submit(Item("a", "late"))

    async with asyncio.timeout(2):
        answers = await asyncio.gather(target.submit(Item("a", "first")), later())
    assert list(answers) == ["did first", "did late"]


async def test_drain_waits_for_all_that_was_submitted() -> None:
    batches = Batches(held=True)
    target = committer(batches.run)
    tasks = await submit(target, "a1", "a2")
    draining = asyncio.create_task(target.drain())
    await settled()
    assert not draining.done()
    batches.gate.set()
    await draining
    await settled()
    assert all(task.done() for task in tasks)


async def test_batch_that_is_cancelled_leaves_nobody_waiting() -> None:
    async def run(items: Sequence[Item]) -> Answers:
        raise asyncio.CancelledError

    (task,) = await submit(committer(run), "a1")
    with pytest.raises(RuntimeError, match="without an answer"):
        await task
