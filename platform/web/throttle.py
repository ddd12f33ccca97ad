"""The leaky bucket: what a key may still spend, reported as Shopify does in `extensions.cost.throttleStatus`."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol


class BucketKey(NamedTuple):
    """Whose bucket: one of each key of each tenant."""

    tenant_id: str
    key_id: str


@dataclass(frozen=True, slots=True)
class ThrottleStatus:
    """A bucket after a request, in points of cost; `restore_rate` is per second."""

    maximum_available: int
    currently_available: int
    restore_rate: int

    def as_extension(self) -> dict[str, Any]:
        """The shape that Shopify's clients know."""
        return {
            "maximumAvailable": self.maximum_available,
            "currentlyAvailable": self.currently_available,
            "restoreRate": self.restore_rate,
        }


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to `take`: whether the cost was there (else nothing was taken), and the bucket after it."""

    allowed: bool
    status: ThrottleStatus


class Buckets(Protocol):
    """Where buckets are kept. A bucket never seen is full."""

    async def take(self, key: BucketKey, cost: int) -> Taken:
        """Take `cost` if it is there; all or nothing."""

    async def give_back(self, key: BucketKey, cost: int) -> ThrottleStatus:
        """Return what a request did not use; a bucket never holds more than its size. Below zero: what it owes."""


@dataclass(slots=True)
class _Level:
    available: float
    at: float


class LocalBuckets:
    """Buckets in this process: with n web processes a key may spend up to n times as much."""

    def __init__(
        self, size: int, restore_rate: int, kept: int = 100_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._size = size
        self._restore_rate = restore_rate
        self._kept = kept
        self._clock = clock
        self._levels: OrderedDict[BucketKey, _Level] = OrderedDict()

    async def take(self, key: BucketKey, cost: int) -> Taken:
        """Take `cost` if it is there; all or nothing."""
        level = self._level(key)
        allowed = level.available >= cost
        if allowed:
            level.available -= cost
        return Taken(allowed, self._status(level))

    async def give_back(self, key: BucketKey, cost: int) -> ThrottleStatus:
        """Return what a request did not use, or, below zero, take what it owes."""
        level = self._level(key)
        level.available = min(self._size, level.available + cost)
        return self._status(level)

    def _level(self, key: BucketKey) -> _Level:
        now = self._clock()
        level = self._levels.get(key)
        if level is None:
            level = self._levels[key] = _Level(self._size, now)
            if len(self._levels) > self._kept:
                self._levels.popitem(last=False)
            return level
        level.available = min(self._size, level.available + (now - level.at) * self._restore_rate)
        level.at = now
        self._levels.move_to_end(key)
        return level

    def _status(self, level: _Level) -> ThrottleStatus:
        return ThrottleStatus(self._size, int(level.available), self._restore_rate)
