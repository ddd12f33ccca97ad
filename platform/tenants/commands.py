"""Idempotency of every mutation that moves value, but for activities, which are their own claim.

The key is claimed by an INSERT in the transaction that does the work, so a repeat waits for the first one's commit and
then answers what it did. Keys are kept for ever, results 90 days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson

from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from tenants import scope
from tenants.scope import TenantId

Result = dict[str, Any]
Work = Callable[[], Awaitable[Result]]
KEY_CHARACTERS_MAX = 200


async def once(
    key: str, name: str, given: Mapping[str, Any], work: Work, also: Sequence[TenantId] = ()
) -> Result:  # fmt: skip
    """Do `work` once for this key, in one write transaction, and answer its result, now or again.

    `given` is the canonical coerced input: other input raises `IDEMPOTENCY_MISMATCH`. A final `Refusal` by
    `work` is kept and raised again for a repeat; any other leaves nothing. `work` may be run again after a conflict.
    `also` are tenants in whose scopes a part of it is done. Raises `Refusal` INVALID for a key that is empty, too
    long or not printable.
    """
    checked(key)

    async def attempt() -> Result:
        async with scope.writing(also):
            return await _attempt(key, name, fingerprint(name, given), work)

    result = await db.retrying(attempt)
    if refusal := result.get("refusal"):
        raise Refusal(refusal["code"], refusal["message"], tuple(refusal["field"]), final=True)
    return result


async def known(key: str) -> bool:
    """Whether this key was claimed before. Raises `Refusal` INVALID for one that no key can be."""
    checked(key)
    async with scope.reading():
        found = await db.rows("SELECT 1 FROM command WHERE tenant_id = $1 AND key = $2", scope.tenant_id(), key)
    return bool(found)


def fingerprint(name: str, given: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a mutation's name and canonical input."""
    return hashlib.sha256(name.encode() + b"\0" + orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).hexdigest()


def own(key: str, member: str) -> str:
    """A shopper's key as it is kept: apart from those of the shop's server, which no shopper can so use up, and of
    other shoppers. Raises `Refusal` INVALID.
    """
    return f"shopper/{fingerprint(checked(key), {'member': member})}"


def of_partner(key: str, partner: str) -> str:
    """A partner's key as it is kept: apart from the tenant's and other partners'. Raises `Refusal` INVALID."""
    return f"partner/{fingerprint(checked(key), {'partner': partner})}"


def checked(key: str) -> str:
    """The key. Raises `Refusal` INVALID for one that no key can be."""
    # What cannot be stored as it is (U+0000) would be another key in the ledger than in the hash over its entries.
    if not 0 < len(key) <= KEY_CHARACTERS_MAX or not key.isprintable():
        message = f"An idempotency key has 1 to {KEY_CHARACTERS_MAX} printable characters."
        raise Refusal("INVALID", message, ("idempotencyKey",))
    return key


async def _attempt(key: str, name: str, print_: str, work: Callable[[], Awaitable[Result]]) -> Result:
    tenant, id_ = scope.tenant_id(), new_id()
    claimed = await db.execute(
        "INSERT INTO command (tenant_id, id, key, name, fingerprint, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (tenant_id, key) DO NOTHING",
        tenant, id_, key, name, print_, clock.now(),  # not the tenant's: days to keep a result go by the real clock
    )  # fmt: skip
    if not claimed:
        return await _replay(key, print_)
    try:
        async with db.savepoint():
            result = await work()
    except Refusal as refusal:
        if not refusal.final:
            raise
        result = {"refusal": {"code": refusal.code, "message": refusal.message, "field": refusal.field}}
    await db.execute(
        "UPDATE command SET result = $3 WHERE tenant_id = $1 AND id = $2", tenant, id_, orjson.dumps(result).decode()
    )
    return result


async def _replay(key: str, print_: str) -> Result:
    (row,) = await db.rows(
        "SELECT fingerprint, result FROM command WHERE tenant_id = $1 AND key = $2", scope.tenant_id(), key
    )
    if row["fingerprint"] != print_:
        raise Refusal("IDEMPOTENCY_MISMATCH", "This key was used before with other input.", ("idempotencyKey",))
    if row["result"] is None:
        raise Refusal("IDEMPOTENCY_EXPIRED", "This was done more than 90 days ago.", ("idempotencyKey",))
    result: Result = orjson.loads(row["result"])
    return result
