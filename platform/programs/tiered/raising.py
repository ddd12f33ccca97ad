"""Tiers that a reward raises: who had one is in the tier for so many months, as if staff had set it with an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kit import db
from kit.setbased import Insert, Update
from ledger.book import Stamp
from ledger.load import Wanted
from programs import rulebooks
from programs.days import add_months, end_of_day
from programs.store import Touch
from programs.tiered import service
from programs.tiered.moves import Effects
from programs.tiered.rows import Row
from programs.tiered.standing import Held, TierReason
from rewards import returns, terms
from rewards.returns import GivenBack
from rewards.terms import TierRaise
from rewards.views import RedemptionId
from tenants import scope

RAISED_MAX = 100


async def raise_due(limit: int = RAISED_MAX) -> int:
    """Raise the tiers of up to `limit` redemptions of the scope's tenant that were confirmed; answers how many.

    Each once: what became of it is written under its id. It is `refused` where no program that runs has the tier, or
    the member has it, or a higher one, for as long; then they have the points back that it cost.
    """
    async with scope.writing():
        tenant, now = scope.tenant_id(), scope.now()
        lock = "FOR NO KEY UPDATE OF r SKIP LOCKED" if db.dialect() == "postgres" else ""
        due = await db.rows(_DUE.format(lock=lock), tenant, min(limit, RAISED_MAX))
        rules = (await rulebooks.load([tenant]))[tenant]
        asked = {row["id"]: _asked(row) for row in due}
        touches = {row["id"]: _touches(rules, row["member_id"], asked[row["id"]].tier) for row in due}
        redemptions, wanted = await returns.locked([RedemptionId(row["id"]) for row in due]), Wanted()
        for redemption in redemptions.values():
            if redemption.transfer_id is not None:
                returns.add_wanted(wanted, redemption)
        state, book = await service.locked([touch for several in touches.values() for touch in several], wanted)
        done, rows, given_back = list[Effects](), list[tuple[object, ...]](), list[GivenBack]()
        for row in due:
            wish = asked[row["id"]]
            until = end_of_day(add_months(now.astimezone(rules.zone).date(), wish.months), rules.zone)
            found = [state.rows[touch.who] for touch in touches[row["id"]] if touch.who in state.rows]
            held = {each.who: _raised(each, wish.tier, Held(0, now, until, TierReason.SET)) for each in found}
            each = next((each for each in found if held[each.who] is not None), None)
            if each is not None and (new := held[each.who]) is not None:
                key = f"redemption:{row['id']}/raise"
                done.append(state.put(each, new, book, key, Stamp(now, now), f"redemption:{row['id']}"))
            elif (redemption := redemptions[row["id"]]).transfer_id is not None:
                key, points = f"redemption:{row['id']}/refused", redemption.points
                given_back.append(returns.give_back(book, key, redemption, points, key, Stamp(now, now)))
            program = None if each is None else each.who.program_id
            became = "refused" if each is None else "raised"
            rows.append((tenant, row["id"], program, row["member_id"], wish.tier, until, became, now))
        await service.save_tiers(state, book, done)
        await returns.save_given_back(given_back)
        await _INSERT(rows)
    return len(due)


async def lower_due(limit: int = RAISED_MAX) -> int:
    """End up to `limit` raises of the scope's tenant whose redemption was taken back; answers how many.

    What came with the tier goes with it. Who has come to more by now keeps that.
    """
    async with scope.writing():
        tenant, now = scope.tenant_id(), scope.now()
        lock = "FOR NO KEY UPDATE OF t SKIP LOCKED" if db.dialect() == "postgres" else ""
        gone = await db.rows(_GONE.format(lock=lock), tenant, now, min(limit, RAISED_MAX))
        rules = (await rulebooks.load([tenant]))[tenant]
        touches = {row["id"]: _touches(rules, row["member_id"], row["tier"]) for row in gone}
        state, book = await service.locked([touch for several in touches.values() for touch in several])
        done = list[Effects]()
        for row in gone:
            until = db.instant(row["until"])
            for each in (state.rows[touch.who] for touch in touches[row["id"]] if touch.who in state.rows):
                held = _had_by(each, row["tier"], until)
                if held is not None and each.who.program_id == row["program_id"]:
                    done.append(state.let_go(each, held, book, f"redemption:{row['id']}/lower", Stamp(now, now)))
        await service.save_tiers(state, book, done)
        await _END([(tenant, row["id"], now) for row in gone])
    return len(gone)


def _had_by(row: Row, tier: str, until: datetime) -> Held | None:
    """What a raise to a tier until then put the member into, if they still have it."""
    found = row.tiers.named(tier)
    for held in (step.held for step in row.steps):
        if found is not None and (held.tier, held.until, held.reason) == (found.place, until, TierReason.SET):
            return held
    return None


def _asked(row: db.Row) -> TierRaise:
    found = terms.from_json(row["terms"])
    assert isinstance(found, TierRaise), "the reward is of this kind"
    return found


def _touches(rules: rulebooks.TenantRules, member: str, tier: str) -> Sequence[Touch]:
    """The member in each program that runs and has the tier."""
    found = service.member_touches(rules, scope.now(), member)
    return [touch for touch in found if touch.compiled.named(tier) is not None]


def _raised(row: Row, tier: str, wanted: Held) -> Held | None:
    """What the member is to have, or None if they have as much already."""
    found = row.tiers.named(tier)
    assert found is not None and wanted.until is not None, "its program has the tier, and a raise has an end"
    has = row.held
    if has is not None and has.tier > found.place:
        return None
    if has is not None and has.tier == found.place and (has.until is None or has.until >= wanted.until):
        return None
    return Held(found.place, wanted.since, wanted.until, wanted.reason)


# What is confirmed stays so, or is taken back with what it was given for; nothing is raised twice.
_DUE = """
SELECT r.id, r.member_id, r.terms FROM reward w
JOIN redemption r ON r.tenant_id = w.tenant_id AND r.reward_id = w.id AND r.state = 'confirmed'
WHERE w.tenant_id = $1 AND w.kind = 'tier_raise'
    AND NOT EXISTS (SELECT 1 FROM tier_raise t WHERE t.tenant_id = r.tenant_id AND t.id = r.id)
ORDER BY r.id LIMIT $2 {lock}"""

_GONE = """
SELECT t.id, t.program_id, t.member_id, t.tier, t.until FROM tier_raise t
JOIN redemption r ON r.tenant_id = t.tenant_id AND r.id = t.id
    AND (r.state = 'cancelled' OR (r.points > 0 AND r.points_returned = r.points))
WHERE t.tenant_id = $1 AND t.state = 'raised' AND t.ended_at IS NULL AND t.until > $2 ORDER BY t.id LIMIT $3 {lock}"""

_END = Update("tier_raise", "ended_at = x.ended_at", "t.ended_at IS NULL", ended_at="instant")

_INSERT = Insert(
    "tier_raise", tenant_id="uuid", id="uuid", program_id="uuid", member_id="uuid", tier="text", until="instant",
    state="text", recorded_at="instant",
)  # fmt: skip
