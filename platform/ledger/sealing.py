"""Seals: a hash over the batches not yet sealed, chained to the seal before. Its head can be anchored outside.

What is sealed is asked for by "not yet sealed", never by time or id: a batch that commits late is in the next seal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import orjson

from kit import clock, db
from kit.ids import new_id
from kit.setbased import Columns
from ledger.errors import Stale
from ledger.findings import Finding
from ledger.snapshot import Snapshot
from tenants import scope
from tenants.scope import TenantId

BATCHES_MAX = 10_000
GENESIS = "0" * 64
"""The hash before the first seal."""
_IDS = Columns(id="uuid")
SealedBatch = tuple[str, int, str]
"""A batch in its seal: id, number of transfers, hash."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One link: `hash` covers `batches` batches and the hash of the link before."""

    id: str
    number: int
    previous_hash: str
    hash: str
    batches: int
    transfers: int
    recorded_at: datetime


async def seal(tenant: TenantId) -> Seal | None:
    """Seal what is not sealed yet, at most 10,000 batches; `None` if there is nothing. Raises `Stale`."""
    with scope.of(tenant):
        async with scope.writing():
            batches = await db.rows(
                "SELECT id, transfers, hash FROM batch WHERE tenant_id = $1 AND seal_id IS NULL ORDER BY id LIMIT $2",
                tenant, BATCHES_MAX,
            )  # fmt: skip
            if not batches:
                return None
            head = await db.rows(
                "SELECT number, hash FROM seal WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1", tenant
            )
            number, previous = (head[0]["number"] + 1, head[0]["hash"]) if head else (1, GENESIS)
            covered = [(row["id"], row["transfers"], row["hash"]) for row in batches]
            made = Seal(
                new_id(), number, previous, seal_hash(tenant, number, previous, covered), len(covered),
                sum(transfers for _, transfers, _ in covered), clock.now(),
            )  # fmt: skip
            await _write(tenant, made, covered)
            return made


def seal_hash(tenant: str, number: int, previous: str, batches: Iterable[SealedBatch]) -> str:
    """SHA-256 (hex) over the tenant, the link's number, the hash before and the batches in order of their ids."""
    digest = hashlib.sha256(orjson.dumps([tenant, number, previous]))
    for batch in batches:
        digest.update(orjson.dumps(batch))
    return digest.hexdigest()


async def _write(tenant: TenantId, made: Seal, covered: list[SealedBatch]) -> None:
    marked = await db.execute(
        "UPDATE batch SET seal_id = $2 WHERE tenant_id = $1 AND seal_id IS NULL "
        f"AND id IN (SELECT x.id FROM {_IDS.source(3)} AS x)",
        tenant, made.id, _IDS.payload([(batch,) for batch, _, _ in covered]),
    )  # fmt: skip
    written = await db.execute(
        "INSERT INTO seal (tenant_id, id, number, previous_hash, hash, batches, transfers, recorded_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, number) DO NOTHING",
        tenant, made.id, made.number, made.previous_hash, made.hash, made.batches, made.transfers, made.recorded_at,
    )  # fmt: skip
    if marked != len(covered) or written != 1:
        raise Stale("somebody else is sealing")


async def check_seals(view: Snapshot, tenant: str, after: int = 0) -> list[Finding]:
    """Every link after number `after`: in order, chained, and its batches as they were."""
    seals = await view.rows(
        "SELECT id, number, previous_hash, hash, batches, transfers FROM seal WHERE tenant_id = $1 AND number >= $2 "
        "ORDER BY number",
        tenant, after,
    )  # fmt: skip
    findings = []
    previous, expected = None if after else GENESIS, max(after, 1)
    for link in seals:
        covered = await view.rows(
            "SELECT id, transfers, hash FROM batch WHERE tenant_id = $1 AND seal_id = $2 ORDER BY id",
            tenant, link["id"],
        )  # fmt: skip
        batches = [(row["id"], row["transfers"], row["hash"]) for row in covered]
        if link["number"] != expected or previous not in (None, link["previous_hash"]):
            findings.append(Finding("seal_chain", link["id"], f"seal {link['number']} does not follow"))
        if (len(batches), sum(n for _, n, _ in batches)) != (link["batches"], link["transfers"]):
            findings.append(Finding("seal_batches", link["id"], f"{len(batches)} batches, sealed {link['batches']}"))
        elif seal_hash(tenant, link["number"], link["previous_hash"], batches) != link["hash"]:
            findings.append(Finding("seal_hash", link["id"], f"seal {link['number']} is broken"))
        previous, expected = link["hash"], link["number"] + 1
    return findings
