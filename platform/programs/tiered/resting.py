"""Tiers of members who do nothing for long: they are told, then the tier is frozen, then it is gone (`Dormancy`).

Who that is follows from what they did last, so it can be worked out late, or after the rules began to ask for it; even
then nobody's tier is frozen without the warning, or closed without having been frozen for its time.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from events.service import Happening, emit_many
from kit import db
from ledger.book import Stamp
from programs import rulebooks
from programs.activity import CORRECTIONS, OCCASIONS
from programs.days import add_months, start_of_day
from programs.store import Touch
from programs.tiered import service
from programs.tiered.rows import Rest
from programs.tiered.rules import Dormancy
from tenants import scope

RESTED_MAX = 500


async def rest_due(limit: int = RESTED_MAX) -> int:
    """Let up to `limit` tiers of the scope's tenant rest that are to; answers how many."""
    done = 0
    async with scope.writing():
        now = scope.now()
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        for touch in service.member_touches(rules, now, ""):
            dormancy: Dormancy | None = touch.compiled.rules.dormancy
            if dormancy is not None and done < limit:
                done += await _rest(touch, _Bounds.of(dormancy, now, rules.zone), limit - done)
    return done


class _Bounds(NamedTuple):
    """Who did nothing since `warn` is warned; since `freeze`, if warned by `warned`, frozen; then closed.

    That is if frozen by `frozen`: None if tiers are never closed. Who is warned now is frozen from `freezes_at` on.
    """

    warn: datetime
    freeze: datetime
    warned: datetime
    frozen: datetime | None
    freezes_at: datetime

    @classmethod
    def of(cls, dormancy: Dormancy, now: datetime, zone: tzinfo) -> _Bounds:
        today, ahead = now.astimezone(zone).date(), timedelta(days=dormancy.warn_days)
        months = dormancy.close_after_months
        return cls(
            warn=start_of_day(add_months(today + ahead, -dormancy.after_months), zone),
            freeze=start_of_day(add_months(today, -dormancy.after_months), zone),
            warned=now - ahead,
            frozen=None if months is None else start_of_day(add_months(today, -months), zone),
            freezes_at=start_of_day(today + ahead, zone),
        )


async def _rest(known: Touch, bounds: _Bounds, limit: int) -> int:
    """In one program."""
    tenant, now, program = scope.tenant_id(), scope.now(), known.who.program_id
    rows = await db.rows(
        _DUE, tenant, program, bounds.warn, bounds.freeze, bounds.warned, bounds.frozen or _NEVER, limit
    )
    becomes = {row["member_id"]: Rest(row["becomes"]) if row["becomes"] != "awake" else None for row in rows}
    touches = [known_of(known, member) for member in becomes]
    state, book = await service.locked(touches)
    found = sorted((row.who.member_id, row) for row in state.rows.values())
    done = [state.sleep(row, becomes[member], book, Stamp(now, now)) for member, row in found]
    await service.save_tiers(state, book, done)
    await emit_many([
        Happening("tier.dormancy_warned", f"member:{member}", {
            "member": member, "program": program, "tier": row.slug, "freezes_at": bounds.freezes_at,
        })
        for member, row in found if becomes[member] is Rest.WARNED
    ])  # fmt: skip
    return len(rows)


def known_of(known: Touch, member: str) -> Touch:
    """The touch of a member, given that of anybody in the program."""
    who = known.who._replace(member_id=member)
    return Touch(known.kind, who, known.compiled, known.units, known.moments)


_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

_SILENT = ", ".join(f"'{kind}'" for kind in sorted(CORRECTIONS | OCCASIONS))

_DUE = f"""
SELECT x.member_id, x.becomes FROM (
    SELECT s.member_id, CASE
        WHEN s.rest = 'warned' AND s.last >= $3 THEN 'awake'
        WHEN s.rest IS NULL AND s.last < $3 THEN 'warned'
        WHEN s.rest = 'warned' AND s.last < $4 AND s.rest_at <= $5 THEN 'frozen'
        WHEN s.rest = 'frozen' AND s.rest_at < $6 THEN 'closed' END AS becomes
    FROM (
        SELECT t.member_id, t.rest, t.rest_at, COALESCE((
            SELECT max(a.occurred_at) FROM activity a WHERE a.tenant_id = t.tenant_id AND a.member_id = t.member_id
            AND a.state = 'decided' AND a.kind NOT IN ({_SILENT})), m.joined_at) AS last
        FROM tier_standing t JOIN member m ON m.tenant_id = t.tenant_id AND m.id = t.member_id AND m.state = 'active'
        WHERE t.tenant_id = $1 AND t.program_id = $2 AND (t.rest IS NULL OR t.rest <> 'closed')) AS s) AS x
WHERE x.becomes IS NOT NULL ORDER BY x.member_id LIMIT $7"""
