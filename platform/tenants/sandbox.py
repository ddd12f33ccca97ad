"""A sandbox's clock, moved forward so that a merchant can watch points expire; the real one stays as it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from kit import db
from kit.errors import Refusal
from tenants import audit, scope
from tenants.roles import Action, require

AHEAD_MAX = timedelta(days=3653)  # ten years in all


async def advance_clock(by: timedelta) -> datetime:
    """Move the scope's sandbox clock forward and answer its new present, which holds from the next request on.

    Raises `Forbidden`, and `Refusal` `NOT_A_SANDBOX`, `NOT_FORWARD` or `TOO_FAR`.
    """
    require(Action.ADVANCE_SANDBOX_CLOCK)
    if by <= timedelta(0):
        raise Refusal("NOT_FORWARD", "A clock can be moved forward only.", ("by",))
    if by > AHEAD_MAX:
        raise _too_far()
    microseconds, most = by // timedelta(microseconds=1), AHEAD_MAX // timedelta(microseconds=1)
    async with scope.writing():
        moved = await db.rows(
            "UPDATE tenant SET clock_offset_us = clock_offset_us + $1 "
            "WHERE id = $2 AND sandbox_of IS NOT NULL AND clock_offset_us <= $3 RETURNING clock_offset_us",
            microseconds, scope.tenant_id(), most - microseconds,
        )  # fmt: skip
        if not moved:
            raise await _why_not()
        ahead = timedelta(microseconds=moved[0]["clock_offset_us"])
        with scope.of(scope.tenant_id(), ahead, scope.actor()):
            await audit.record("sandbox.clock_advanced", f"tenant:{scope.tenant_id()}", {"seconds": by.total_seconds()})
            return scope.now()


async def _why_not() -> Refusal:
    (tenant,) = await db.rows("SELECT sandbox_of FROM tenant WHERE id = $1", scope.tenant_id())
    if tenant["sandbox_of"] is None:
        return Refusal("NOT_A_SANDBOX", "Only a sandbox's clock can be moved.")
    return _too_far()


def _too_far() -> Refusal:
    return Refusal("TOO_FAR", "A sandbox's clock can be at most ten years ahead.", ("by",))
