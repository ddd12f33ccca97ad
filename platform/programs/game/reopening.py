"""Whether rules may be published by what has happened: a round that was closed takes no entries any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from kit import db
from programs.decision import ProgramId
from programs.findings import Finding
from programs.game.rounds import Round, Span, round_of
from programs.game.rules import Every, GameRules, Leaderboard, PrizeDraw
from tenants import scope


async def findings(program: ProgramId, rules: GameRules, start: datetime, zone: tzinfo) -> tuple[Finding, ...]:
    """What stands against letting these rules count from `start` on. Within the session under way."""
    found = list[Finding]()
    for every, first in _first_round(rules, start, zone):
        closed = await db.rows(_CLOSED, scope.tenant_id(), program, first.key, first.closes_at)
        if closed:
            again = (first.closes_at + timedelta(microseconds=1)).astimezone(zone).date().isoformat()
            message = "a draw that is drawn once was drawn already: make another game for another draw"
            if every is not Every.ONCE:
                message = f"this {every} was closed already: start with the next, on {again}"
            found.append(Finding("starts_on", "round_closed", message, first.key))
    return tuple(found)


def _first_round(rules: GameRules, start: datetime, zone: tzinfo) -> Iterator[tuple[Every, Round]]:
    """The first round that entries would count in."""
    if not isinstance(rules.game, PrizeDraw | Leaderboard) or rules.starts_on is None or rules.ends_on is None:
        return
    span = Span(rules.starts_on, rules.ends_on, zone)
    day = max(start.astimezone(zone).date(), span.first)
    if span.holds(day):
        yield rules.game.every, round_of(rules.game.every, day, span)


_CLOSED = """
SELECT 1 FROM game_round
WHERE tenant_id = $1 AND program_id = $2 AND key = $3 AND state = 'closed' AND closes_at < $4"""
