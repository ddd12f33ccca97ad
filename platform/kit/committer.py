"""Group commit: what waits becomes one transaction.

While one batch commits, new items wait and then go together: the more load, the larger the batch, and each item still
gets its own answer. An item that fails does so alone; a client that goes away cancels nothing.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from time import perf_counter
from typing import Generic, TypeVar, cast

from prometheus_client import Counter, Histogram

from kit import db
from kit.errors import Throttled

Item = TypeVar("Item")
Answer = TypeVar("Answer")

BATCH_SIZE = Histogram("guerdon_batch_items", "Items of one group commit", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256))
QUEUE_WAIT = Histogram("guerdon_queue_wait_seconds", "From submission to the start of the transaction")
COMMIT_TIME = Histogram("guerdon_commit_seconds", "One group commit, from BEGIN to COMMIT")
RETRIES = Counter("guerdon_commit_retries", "Batches run again after a conflict", ("how",))


@dataclass(slots=True)
class _Waiting(Generic[Item, Answer]):
    item: Item
    key: Hashable
    answer: asyncio.Future[Answer]
    since: float = field(default_factory=perf_counter)


class Committer(Generic[Item, Answer]):
    """Runs waiting items in batches: `run_batch(items)` does one transaction and answers each (an exception refuses).

    An item may be run again, also when its COMMIT may have happened (the connection broke before the answer came): its
    key must make that harmless.

    `key(item)`: two items of one key never run at the same time, the second waits for the first. `group(item)`: groups
    take turns (tenants, so that none starves another); with `mixed=False` a batch holds one group only. At most
    `waiting_max` items wait in all, of one group at most `group_waiting_max`: no group fills the queue alone.
    """

    def __init__(
        self, run_batch: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Exception]]], *,
        key: Callable[[Item], Hashable], group: Callable[[Item], Hashable], batch_max: int = 128,
        waiting_max: int = 4096, group_waiting_max: int = 1024, in_flight_max: int = 1, mixed: bool = True,
        attempts: int = 6,
    ) -> None:  # fmt: skip
        self._run_batch, self._key, self._group = run_batch, key, group
        self._batch_max, self._waiting_max, self._in_flight_max = batch_max, waiting_max, in_flight_max
        self._group_waiting_max, self._mixed, self._attempts = group_waiting_max, mixed, attempts
        self._groups: OrderedDict[Hashable, deque[_Waiting[Item, Answer]]] = OrderedDict()
        self._keys: dict[Hashable, asyncio.Future[Answer]] = {}
        self._count = 0
        self._in_flight = 0
        self._workers: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item) -> Answer:
        """Wait for this item's answer. Raises `Throttled`, nothing written, when too many wait, or of its group."""
        key = self._key(item)
        while (same := self._keys.get(key)) is not None:
            await asyncio.wait([same])
        if self._count >= self._waiting_max:
            raise Throttled(f"{self._count} are waiting already")
        group = self._group(item)
        if len(self._groups.get(group, ())) >= self._group_waiting_max:
            raise Throttled(f"{self._group_waiting_max} of these are waiting already")
        waiting = _Waiting[Item, Answer](item, key, asyncio.get_running_loop().create_future())
        self._keys[key] = waiting.answer
        self._groups.setdefault(group, deque()).append(waiting)
        self._count += 1
        if len(self._workers) < self._in_flight_max:
            # A context of its own: the submitter's scope and transaction are not the batch's.
            self._workers.add(asyncio.get_running_loop().create_task(self._work(), context=Context()))
        return await asyncio.shield(waiting.answer)

    async def drain(self) -> None:
        """Wait until nothing waits and nothing is under way."""
        while self._workers:
            await asyncio.wait(set(self._workers))

    async def _work(self) -> None:
        try:
            while self._count:
                await asyncio.sleep(0)  # let the requests that are ready join this batch
                await self._run(self._take())
        finally:
            # Not in a callback, which runs later: an item that is submitted in between would find nobody to take it.
            self._workers.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _run(self, batch: list[_Waiting[Item, Answer]]) -> None:
        self._in_flight += len(batch)
        try:
            await self._commit(batch)
        finally:
            self._in_flight -= len(batch)
            for waiting in batch:
                self._keys.pop(waiting.key, None)
                if not waiting.answer.done():
                    _settle(waiting.answer, RuntimeError("the batch ended without an answer"))

    def _take(self) -> list[_Waiting[Item, Answer]]:
        """The next batch, one item of each group in turn; with two in flight half of what there is: no convoy."""
        room = min(self._batch_max, -(-(self._count + self._in_flight) // self._in_flight_max))
        batch: list[_Waiting[Item, Answer]] = []
        while self._groups and len(batch) < room:
            group, queue = self._groups.popitem(last=False)
            while queue and len(batch) < room:
                batch.append(queue.popleft())
                if self._mixed:
                    break
            if queue:
                self._groups[group] = queue
            if not self._mixed:
                break
        self._count -= len(batch)
        return batch

    async def _commit(self, batch: list[_Waiting[Item, Answer]]) -> None:
        if not batch:
            return  # the other worker has taken them
        start = perf_counter()
        BATCH_SIZE.observe(len(batch))
        for waiting in batch:
            QUEUE_WAIT.observe(start - waiting.since)
        try:
            answers = await self._attempt([waiting.item for waiting in batch])
        except Exception as error:
            if len(batch) == 1:
                _settle(batch[0].answer, error)
                return
            RETRIES.labels("alone").inc()
            for waiting in batch:
                await self._commit([waiting])
            return
        COMMIT_TIME.observe(perf_counter() - start)
        for waiting, answer in zip(batch, answers, strict=True):
            _settle(waiting.answer, answer)

    async def _attempt(self, items: list[Item]) -> Sequence[Answer | Exception]:
        for left in reversed(range(self._attempts)):
            try:
                return await self._run_batch(items)
            except Exception as error:
                if not left or not (db.try_again(error) or db.connection_lost(error)):
                    raise
                RETRIES.labels("batch").inc()
        raise AssertionError("unreachable")


def _settle(future: asyncio.Future[Answer], answer: Answer | Exception) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
        future.exception()  # the client may have gone: then nobody else will look at it
    else:
        future.set_result(answer)
