"""What joining brings, and what comes back of it when the first term is refunded."""

from __future__ import annotations

from collections.abc import Sequence

from kit import db
from kit.setbased import Columns
from ledger.book import Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import TransferId
from programs import gift_posting
from programs.gift_posting import GivenPoints
from programs.gifts import Gift
from programs.paid.records import Record
from programs.paid.terms import Terms
from programs.settling import Settling
from programs.store import Who
from rewards import granting
from tenants import scope

REASON = "membership_gift"


async def give(terms: Terms, row: Record, gifts: Sequence[Gift]) -> None:
    """Give a plan's gifts, in the transaction under way, whose member and membership are locked.

    Whoever kept those of an earlier membership in the program gets none: else joining and cancelling would mint points.
    """
    if not gifts or await _kept_before(row):
        return
    who, now, wanted = Who(scope.tenant_id(), row.program_id, row.member_id), scope.now(), Wanted()
    settling = await Settling.begin(row.member_id)
    settling.want(wanted)
    gift_posting.want(wanted, gifts, who, terms.units)
    book = await load(wanted, now)
    await settling.count()
    stamp, key = Stamp(now, now), _key(row)
    given = gift_posting.give(gifts, who, terms.units, terms.zone, book, key, REASON, stamp)
    await save(book, settling.settle(book, key, stamp))
    await granting.give(given.grants)
    await settling.grant()


async def take_back(row: Record) -> None:
    """Take back what joining brought, as far as it is still there."""
    tenant, now = scope.tenant_id(), scope.now()
    keys = [f"{_key(row)}/{number}" for number in range(GIFTS_MAX)]
    found = await db.rows(_GIVEN.format(keys=_KEYS.source(2)), tenant, _KEYS.payload([(key,) for key in keys]))
    given = [GivenPoints(TransferId(each["id"]), each["unit_id"], each["amount"]) for each in found]
    if given:
        who, wanted = Who(tenant, row.program_id, row.member_id), Wanted()
        settling = await Settling.begin(row.member_id)
        settling.want(wanted)
        gift_posting.want_back(wanted, given, who)
        book = await load(wanted, now)
        await settling.count()
        stamp, key = Stamp(now, now), f"{_key(row)}/back"
        gift_posting.take_back(given, book, key, stamp)
        await save(book, settling.settle(book, key, stamp))
        await settling.grant()
    await granting.take_back(tenant, keys)


async def _kept_before(row: Record) -> bool:
    """Whether the member has gifts of another membership in the program, points or rewards, that did not go back."""
    tenant = scope.tenant_id()
    others = await db.rows(_OTHERS, tenant, row.program_id, row.member_id, row.id)
    keys = [(f"membership:{other['id']}/gift/{number}",) for other in others for number in range(GIFTS_MAX)]
    return bool(keys and await db.rows(_KEPT.format(keys=_KEYS.source(2)), tenant, _KEYS.payload(keys)))


def _key(row: Record) -> str:
    return f"membership:{row.id}/gift"


GIFTS_MAX = 20
_OTHERS = "SELECT id FROM membership WHERE tenant_id = $1 AND program_id = $2 AND member_id = $3 AND id <> $4"
_KEPT = """
SELECT 1 FROM {keys} AS x
LEFT JOIN transfer t ON t.tenant_id = $1 AND t.key = x.key
AND NOT EXISTS (SELECT 1 FROM transfer r WHERE r.tenant_id = $1 AND r.reverses_id = t.id)
AND NOT EXISTS (SELECT 1 FROM shortfall s WHERE s.tenant_id = $1 AND s.reverses_id = t.id)
LEFT JOIN reward_grant g ON g.tenant_id = $1 AND g.key = x.key AND g.state <> 'taken_back'
WHERE t.id IS NOT NULL OR g.id IS NOT NULL LIMIT 1"""
_KEYS = Columns(key="text")
_GIVEN = """
SELECT t.id, t.unit_id, t.amount FROM {keys} AS x JOIN transfer t ON t.tenant_id = $1 AND t.key = x.key
ORDER BY t.id"""
