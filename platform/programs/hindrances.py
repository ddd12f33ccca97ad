"""What stands against publishing rules by what has happened under those before: the kinds that have such a thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from programs import rulebooks
from programs.decision import ProgramId
from programs.findings import Finding
from programs.game import reopening
from programs.registry import KINDS
from tenants import scope

_BY_KIND: Mapping[str, Callable[[ProgramId, Any, datetime, tzinfo], Awaitable[tuple[Finding, ...]]]] = {
    "game": reopening.findings,
}


async def find(kind: str, program: str, document: object, start: datetime) -> tuple[Finding, ...]:
    """What stands against letting valid rules of a program count from `start` on. Within the session under way."""
    if kind not in _BY_KIND:
        return ()
    zone = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()].zone
    return await _BY_KIND[kind](ProgramId(program), KINDS[kind].parse(document), start, zone)
