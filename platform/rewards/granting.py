"""Rewards that programs give: a birthday's drink, a quest's prize. Each is a redemption of no points, with its code.

await give(grants)             within the transaction that they follow from, after its own locks
await take_back(tenant, keys)  likewise, when what they followed from is undone

A grant never fails what it follows from: what cannot be given now (no code left, out of stock, no longer offered) is
owed, and given by a job once it can be. Audience and limits of the reward do not apply: the program's rules said who.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from events.service import Happening, emit_many
from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from kit.setbased import Columns, Update
from rewards import offers, terms, vouchers
from rewards.views import RedemptionId, RewardId, RewardView, reward_columns, reward_view
from tenants import scope
from tenants.scope import TenantId


@dataclass(frozen=True, slots=True)
class Grant:
    """A reward, by its slug, for a member; `key` names the grant for ever in the tenant, `reason` says why in a word
    (`earn`, `tier_gift`, `prize`, …).
    """

    tenant: str
    key: str
    member_id: str
    reward: str
    reason: str
    program_id: str | None = None
    activity_id: str | None = None


async def give(grants: Sequence[Grant]) -> None:
    """Note these grants, of any tenants of the scope, and give what can be given; a key that is known changes nothing.

    In the caller's transaction.
    """
    for tenant in sorted({grant.tenant for grant in grants}):
        own = sorted((grant for grant in grants if grant.tenant == tenant), key=lambda grant: grant.key)
        with scope.of(TenantId(tenant)):
            now = scope.now()
            rows = [
                (tenant, new_id(), one.key, one.member_id, one.reward, one.reason, one.program_id, one.activity_id, now)
                for one in own
            ]
            noted = await db.rows(_NOTE.format(source=_GRANTS.source()), _GRANTS.payload(rows))
            await _give(sorted(map(_owed, noted)))


async def give_owed(limit: int) -> int:
    """Try to give up to `limit` of what the scope's tenant owes; answers how many were given.

    What still cannot be given stays owed, behind all others.
    """
    async with scope.writing():
        lock = "FOR NO KEY UPDATE SKIP LOCKED" if db.dialect() == "postgres" else ""
        found = await db.rows(_OWING.format(lock=lock), scope.tenant_id(), limit)
        return await _give(sorted(map(_owed, found)))


async def take_back(tenant: str, keys: Sequence[str]) -> None:
    """Take these grants back, in the caller's transaction: their codes are worth nothing.

    Of what is owed nothing is owed any more; a code that the shop has taken stays taken, and its grant `kept`.
    """
    if not keys:
        return
    with scope.of(TenantId(tenant)):
        given = _KEYS.payload([(key,) for key in sorted(set(keys))])
        lock = "FOR NO KEY UPDATE OF g" if db.dialect() == "postgres" else ""
        open_ = await db.rows(_OPEN.format(keys=_KEYS.source(2), lock=lock), tenant, given)
        ids = [RedemptionId(row["id"]) for row in open_]
        await vouchers.make_void(ids)
        gone = _IDS.payload([(id_,) for id_ in ids])
        used = {row["id"] for row in await db.rows(_USED.format(ids=_IDS.source(2)), tenant, gone)}
        now = scope.now()
        states = [(tenant, id_, "kept" if id_ in used else "taken_back", now) for id_ in ids]
        assert await _CLOSE(states) == len(ids), "a grant was taken back by somebody else"
        await _cancel([RedemptionId(row["id"]) for row in open_ if row["state"] == "given" and row["id"] not in used])


async def _cancel(redemptions: Sequence[RedemptionId]) -> None:
    """Call redemptions off that were confirmed when they were given; their rewards' stock is free again."""
    tenant, now = scope.tenant_id(), scope.now()
    ids = _IDS.payload([(id_,) for id_ in redemptions])
    found = await db.rows(_GIVEN_AS.format(ids=_IDS.source(2)), tenant, ids)
    assert await _CANCEL([(tenant, id_, now) for id_ in redemptions]) == len(redemptions), "one was not confirmed"
    bodies = [_body(row["id"], row["member_id"], row["reward_id"]) for row in found]
    await emit_many([
        Happening("reward.taken_back", f"redemption:{body['redemption']}", body)
        for body in sorted(bodies, key=lambda body: body["redemption"])
    ])  # fmt: skip
    await offers.give_stock_back(Counter(RewardId(row["reward_id"]) for row in found))


class _Owed(NamedTuple):
    """A grant that is still to be given; its `id` will be the redemption's."""

    id: RedemptionId
    member_id: str
    reward: str
    reason: str
    program_id: str | None


async def _give(grants: Sequence[_Owed]) -> int:
    """Give each as a redemption that is confirmed already; answers how many could be given."""
    given, rewards = 0, await _rewards({one.reward for one in grants})
    for one in sorted(grants, key=lambda one: (one.reward, one.id)):  # stock is locked in the same order by all
        reward = rewards.get(one.reward)
        if reward is None or reward.archived_at is not None or not await _set_aside(one.id, reward):
            continue
        await _confirm(one, reward)
        given += 1
    if given < len(grants):
        tried = _IDS.payload([(one.id,) for one in grants])
        await db.execute(_TRIED.format(ids=_IDS.source(2)), scope.tenant_id(), tried, scope.now())
    return given


async def _set_aside(redemption: RedemptionId, reward: RewardView) -> bool:
    """Take a code, then the stock, as every redemption does; whether there were both."""
    try:
        await vouchers.set_aside(reward.id, reward.voucher_source, redemption, scope.now())
    except Refusal:  # no code is left
        return False
    if await offers.taken_of_stock(reward.id):
        return True
    await vouchers.release([redemption])
    return False


async def _confirm(one: _Owed, reward: RewardView) -> None:
    tenant, now = scope.tenant_id(), scope.now()
    kept_terms = terms.to_json(reward.terms)
    await db.execute(
        _INSERT, tenant, one.id, one.member_id, reward.id, reward.unit_id, one.program_id, kept_terms, now
    )  # fmt: skip
    voucher = await vouchers.issue(one.id)
    changed = await db.execute(_GIVEN, tenant, one.id, now)
    assert changed == 1, "a grant was given by somebody else"
    subject, body = f"redemption:{one.id}", _body(one.id, one.member_id, reward.id) | {"reason": one.reason}
    happenings = [Happening("reward.given", subject, body)]
    if voucher is not None:
        happenings.append(Happening("voucher.issued", subject, body | {"voucher": voucher}))
    await emit_many(happenings)


async def _rewards(slugs: set[str]) -> dict[str, RewardView]:
    given = _KEYS.payload([(slug,) for slug in sorted(slugs)])
    sql = _REWARDS.format(columns=reward_columns("r"), slugs=_KEYS.source(2))
    found = await db.rows(sql, scope.tenant_id(), given) if slugs else []
    return {row["slug"]: reward_view(row) for row in found}


def _owed(row: db.Row) -> _Owed:
    return _Owed(RedemptionId(row["id"]), row["member_id"], row["reward"], row["reason"], row["program_id"])


def _body(redemption: str, member: str, reward: str) -> dict[str, str]:
    return {"redemption": redemption, "member": member, "reward": reward}


_KEYS = Columns(key="text")
_IDS = Columns(id="uuid")
_GRANTS = Columns(
    tenant_id="uuid", id="uuid", key="text", member_id="uuid", reward="text", reason="text", program_id="uuid",
    activity_id="uuid", granted_at="instant",
)  # fmt: skip

_NOTE = """
INSERT INTO reward_grant (tenant_id, id, key, member_id, reward, reason, program_id, activity_id, state, granted_at,
                          tried_at)
SELECT x.tenant_id, x.id, x.key, x.member_id, x.reward, x.reason, x.program_id, x.activity_id, 'owed', x.granted_at,
       x.granted_at FROM {source} AS x WHERE true
ON CONFLICT (tenant_id, key) DO NOTHING RETURNING id, member_id, reward, reason, program_id"""

_OWING = """
SELECT id, member_id, reward, reason, program_id FROM reward_grant WHERE tenant_id = $1 AND state = 'owed'
ORDER BY tried_at, id LIMIT $2 {lock}"""

_REWARDS = "SELECT {columns} FROM {slugs} AS x JOIN reward r ON r.tenant_id = $1 AND r.slug = x.key"

_INSERT = """
INSERT INTO redemption (tenant_id, id, member_id, reward_id, unit_id, program_id, points, state, terms, reserved_at,
                        ends_at, closed_at)
VALUES ($1, $2, $3, $4, $5, $6, 0, 'confirmed', $7, $8, $8, $8)"""

_GIVEN = "UPDATE reward_grant SET state = 'given', closed_at = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'owed'"

_TRIED = """
UPDATE reward_grant SET tried_at = $3
WHERE tenant_id = $1 AND state = 'owed' AND id IN (SELECT x.id FROM {ids} AS x)"""

_OPEN = """
SELECT g.id, g.state FROM {keys} AS x JOIN reward_grant g ON g.tenant_id = $1 AND g.key = x.key
WHERE g.state IN ('owed', 'given') ORDER BY g.id {lock}"""

# After the codes were locked by making the unused ones void.
_USED = """
SELECT x.id FROM {ids} AS x JOIN voucher v ON v.tenant_id = $1 AND v.redemption_id = x.id
WHERE v.used_at IS NOT NULL"""

_GIVEN_AS = (
    "SELECT r.id, r.member_id, r.reward_id FROM {ids} AS x JOIN redemption r ON r.tenant_id = $1 AND r.id = x.id"
)

_CLOSE = Update(
    "reward_grant", "state = x.state, closed_at = x.closed_at", "t.state IN ('owed', 'given')", state="text",
    closed_at="instant",
)  # fmt: skip
_CANCEL = Update(
    "redemption", "state = 'cancelled', closed_at = x.closed_at", "t.state = 'confirmed'", closed_at="instant"
)  # fmt: skip
