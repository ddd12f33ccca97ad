"""What time does: lots expire and mature, holds end. In chunks, for jobs; a run that does nothing answers 0.

Each works on the scope's tenant, in a transaction of its own or the one under way. What is due is derived, and counts
from the instant at which it was due: after a month without jobs the ledger says the same as if they had run.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from kit import db
from ledger.book import Book, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AccountRef, Lot, LotId, Side, TransferId, UnitId, by_spend_order, system
from tenants import scope

CHUNK_MAX = 1_000


async def expire_due(limit: int = CHUNK_MAX) -> int:
    """Expire lots that are due by their own end or their account's lapse; answers how many were."""
    return await _in_chunk(lambda: _expire(min(limit, CHUNK_MAX)))


async def mature_due(limit: int = CHUNK_MAX) -> int:
    """Move pending lots whose time has come into the available book; answers how many."""
    return await _in_chunk(lambda: _mature(min(limit, CHUNK_MAX)))


async def release_due_holds(limit: int = CHUNK_MAX) -> int:
    """Let go of holds that have ended; answers how many."""
    return await _in_chunk(lambda: _release(min(limit, CHUNK_MAX)))


async def _in_chunk(work: Callable[[], Awaitable[int]]) -> int:
    async def chunk() -> int:
        async with scope.writing():
            return await work()

    # Within a caller's transaction only the caller can start over.
    return await (chunk() if db.in_write_transaction() else db.retrying(chunk))


async def _expire(limit: int) -> int:
    tenant, now = scope.tenant_id(), scope.now()
    due = list(await db.rows(_ENDED, tenant, now, limit))
    if len(due) < limit:
        known = {row["id"] for row in due}
        lapsed = await db.rows(_LAPSED, tenant, now, limit)
        due += [row for row in lapsed if row["id"] not in known][: limit - len(due)]
    book = await _load(due)
    done = 0
    for lot in _lots(book, due):
        if lot.due(now):
            to = system(tenant, lot.account.ref.unit, "expired")
            book.expire(f"expire/{lot.id}/{lot.expired}", lot, to, Stamp(now, now))
            done += 1
    await save(book)
    return done


async def _mature(limit: int) -> int:
    now = scope.now()
    due = await db.rows(_MATURING, scope.tenant_id(), now, limit)
    book = await _load(due)
    done = 0
    for lot in _lots(book, due):
        assert lot.matures_at is not None and lot.matures_at <= now, "it was asked for what matures"
        book.mature(f"mature/{lot.id}", lot, Stamp(now, lot.matures_at))
        done += 1
    await save(book)
    return done


async def _release(limit: int) -> int:
    tenant, now = scope.tenant_id(), scope.now()
    ended = await db.rows(_ENDED_HOLDS, tenant, now, limit)
    if not ended:
        return 0
    book = await load(Wanted(holds={(tenant, TransferId(row["id"])) for row in ended}), now)
    done = 0
    for hold in sorted(book.holds.values(), key=lambda hold: (hold.ends_at, hold.id)):
        if hold.state == "open":
            book.void(f"release/{hold.id}", "release", hold.id, Stamp(now, hold.ends_at))
            done += 1
    await save(book)
    return done


async def _load(due: Sequence[db.Row]) -> Book:
    tenant = scope.tenant_id()
    refs = {AccountRef(tenant, UnitId(row["unit_id"]), row["owner"], Side(row["book"])) for row in due}
    both = {ref._replace(book=Side.AVAILABLE) for ref in refs}
    return await load(Wanted(accounts=both, spending=refs), scope.now()) if refs else Book()


def _lots(book: Book, due: Sequence[db.Row]) -> list[Lot]:
    """The lots asked for that are still open now that their accounts are locked."""
    ids = {LotId(row["id"]) for row in due}
    found = [lot for account in book.accounts.values() for lot in (account.lots or {}).values() if lot.id in ids]
    return sorted((lot for lot in found if lot.remaining), key=by_spend_order)


_LOT = "l.id, a.unit_id, a.owner, a.book FROM lot l JOIN account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id"

# What has matured meanwhile matures first, with the instant at which it did, and its child expires.
# Whole accounts rather than the next lots: an account is loaded with all its lots. The OR is the partial index's own.
_ENDED = f"""SELECT {_LOT} WHERE l.tenant_id = $1 AND (l.remaining > 0 OR l.held > 0) AND l.remaining > 0
    AND l.expires_at <= $2 AND (l.matures_at IS NULL OR l.matures_at > $2) AND l.account_id IN (
        SELECT d.account_id FROM (SELECT f.account_id FROM lot f WHERE f.tenant_id = $1 AND f.remaining > 0
            AND f.expires_at <= $2 AND (f.matures_at IS NULL OR f.matures_at > $2)
            ORDER BY f.expires_at LIMIT $3) AS d)
    ORDER BY l.account_id LIMIT $3"""

# posted + deficit - held is what remains in the lots: accounts that were swept before are passed over.
_LAPSED = """SELECT l.id, a.unit_id, a.owner, a.book FROM account a
    JOIN lot l ON l.tenant_id = a.tenant_id AND l.account_id = a.id
    WHERE a.tenant_id = $1 AND a.lapses_at <= $2 AND a.posted + a.deficit > a.held AND l.remaining > 0 LIMIT $3"""

_MATURING = f"""SELECT {_LOT} WHERE l.tenant_id = $1 AND l.remaining > 0 AND l.matures_at <= $2
    ORDER BY l.matures_at LIMIT $3"""

_ENDED_HOLDS = """SELECT h.id FROM hold h WHERE h.tenant_id = $1 AND h.state = 'open' AND h.ends_at <= $2
    ORDER BY h.ends_at LIMIT $3"""
