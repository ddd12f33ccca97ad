"""What time does to memberships: free days are given, terms are charged again, dunned or ended.

All of it is derived from the rows (`life.next_step`), one step of a membership at a time, so a job that was down for a
month goes through the steps in turn, and one that runs twice finds nothing to do. A charge is only noted here; asking
the provider is for `outcomes.finish_due`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kit import db
from kit.setbased import Columns
from members.views import MemberId, MemberState
from programs.paid import charges, giving, life, outcomes, records, terms
from programs.paid.charges import Charge
from programs.paid.life import State, Step
from programs.paid.provider import Outcome, Status
from programs.paid.records import Change, Record
from programs.paid.rules import Plan
from programs.paid.terms import Terms
from programs.paid.views import Purpose
from tenants import scope

STEPPED_MAX = 200


async def step_due(limit: int = 100) -> int:
    """Take the next step of up to `limit` memberships of the scope's tenant that are due; answers how many."""
    async with scope.writing():
        now = scope.now()
        due = await db.rows(_DUE, scope.tenant_id(), now, min(limit, STEPPED_MAX))
        states = await lock_members([row["member_id"] for row in due])
        known = await terms.find_all() if due else {}
        for row in due:
            claimed = await records.claim(row["id"])
            await _step(known[claimed.program_id], claimed, states[claimed.member_id], archived=row["archived"])
    return len(due)


async def _step(found: Terms, row: Record, member: MemberState, *, archived: bool) -> None:
    now, step = scope.now(), life.next_step(found.rules, row.life)
    if member is not MemberState.ACTIVE and not row.life.charging and row.life.state is not State.ENDED:
        await records.write(found.rules, row, life.ended(row.life, now), Change.ENDED, now)
    elif step is None or step[0] > now:
        await _look_at(row, step and step[0])  # others were here meanwhile, or the rules changed
    elif archived and step[1] is Step.GIVE_DAYS:
        await _look_at(row, row.life.ends_at)
    elif not found.live and not archived and row.life.state is State.PAST_DUE:
        await _look_at(row, now + timedelta(days=1))  # whom a pause keeps from being charged, it does not end
    elif step[1] is Step.END or archived:
        await records.write(found.rules, row, life.ended(row.life, now), Change.ENDED, step[0])
    elif not found.live:
        await _look_at(row, now + timedelta(days=1))  # a pause renews nothing
    elif step[1] is Step.GIVE_DAYS:
        free = found.rules.plans[row.life.plan].free_days
        assert free is not None, "the step says that there are some"
        await records.write(
            found.rules, row, life.given_days(found.rules, row.life, free.days), Change.DAYS_GIVEN, step[0]
        )
    else:
        await _charge(found, row, found.rules.plans[row.life.plan])


async def _charge(found: Terms, row: Record, plan: Plan) -> None:
    now, first = scope.now(), row.life.term == 0
    asked = life.charging(row.life)
    if not plan.price:
        row.currency, renewed = plan.currency, outcomes.next_term(found, row, plan, 0)
        await records.write(found.rules, row, renewed, Change.RENEWED, renewed.starts_at)
        if first:
            await giving.give(found, row, plan.gifts)
        return
    charge = charges.draft(
        f"membership:{row.id}/term/{row.life.term + 1}/try/{asked.tries}", Purpose.RENEW, row.program_id, row.member_id,
        plan.id, plan.price, plan.currency, row.provider or "none", method=row.method or "none", membership=row.id,
    )  # fmt: skip
    await charges.insert(charge, wait=timedelta(0))
    await records.write(found.rules, row, asked, Change.CHARGING, now, charge.id)
    if row.provider is None or row.method is None:
        await _without_card(found, row, charge)


async def _without_card(found: Terms, row: Record, charge: Charge) -> None:
    """What cost nothing until now has no card: that is as good as declined."""
    await charges.close(charge, Outcome(Status.DECLINED, reason="no_method"))
    await records.write(found.rules, row, life.declined(row.life, scope.now()), Change.DECLINED, scope.now(), charge.id)


async def _look_at(row: Record, later: datetime | None) -> None:
    sql = "UPDATE membership SET look_at = $3 WHERE tenant_id = $1 AND id = $2"
    await db.execute(sql, scope.tenant_id(), row.id, later)


async def lock_members(members: Sequence[str]) -> dict[MemberId, MemberState]:
    """Lock members in the order in which everybody does; their states.

    Nothing of theirs is being recorded meanwhile, so that what is counted stays as it is.
    """
    if not members:
        return {}
    order = 'ORDER BY m.external_id COLLATE "C", m.id FOR UPDATE OF m' if db.dialect() == "postgres" else ""
    sql = f"SELECT m.id, m.state FROM {_IDS.source(2)} AS x JOIN member m ON m.tenant_id = $1 AND m.id = x.id {order}"
    found = await db.rows(sql, scope.tenant_id(), _IDS.payload([(member,) for member in sorted(set(members))]))
    return {MemberId(row["id"]): MemberState(row["state"]) for row in found}


_IDS = Columns(id="uuid")
_DUE = """
SELECT m.id, m.member_id, p.state = 'archived' AS archived FROM membership m
JOIN program p ON p.tenant_id = m.tenant_id AND p.id = m.program_id
WHERE m.tenant_id = $1 AND m.look_at <= $2 ORDER BY m.look_at, m.id LIMIT $3"""
