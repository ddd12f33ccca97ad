"""The limit: pgbench writes, as the owner, the very rows that one purchase writes, in a transaction of its own.

One statement per row, as plain code would do it: the activity, its order, the account, a batch, the transfer, the lot,
the decision with its explanation, and the event. Prepared; texts are those of a real purchase, ids as the clock gives
them, so that the indexes grow at their right end here as there.
"""

from __future__ import annotations

import asyncio
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from benchmarks.rounds import SLOT_S
from benchmarks.servers import pgbench
from benchmarks.shop import MEMBERS, POINTS, Shop
from kit import db
from programs.records import Recorded
from tenants import scope
from tenants.scope import TenantId

TEXTS = ("fingerprint", "body", "hash", "result", "explanation", "event")


@dataclass(frozen=True, slots=True)
class Payload:
    """The texts of a real purchase, by the names that the script calls them."""

    texts: dict[str, str]


async def capture(tenant: TenantId, recorded: Recorded) -> Payload:
    """Read back what a purchase wrote. Raises if it wrote other tables or more rows than the script does."""
    with scope.of(tenant):
        async with scope.reading():
            for table in ("activity", "placed_order", "transfer", "lot", "decision", "batch"):
                count = await db.rows(f"SELECT count(*) AS n FROM {table} WHERE tenant_id = $1", tenant)
                assert count[0]["n"] == 1, f"a purchase writes {count[0]['n']} rows of {table}"
            events = await db.rows("SELECT kind FROM event WHERE tenant_id = $1 ORDER BY id", tenant)
            kinds = [event["kind"] for event in events]
            assert kinds == ["program.published", "activity.decided"], f"a purchase writes the events {kinds}"
            for table in ("counter", "lot_use", "hold", "shortfall"):
                count = await db.rows(f"SELECT count(*) AS n FROM {table} WHERE tenant_id = $1", tenant)
                assert not count[0]["n"], f"a purchase writes rows of {table}"
            rows = await db.rows(
                "SELECT a.fingerprint, a.body, b.hash, d.result, d.explanation, e.body AS event FROM activity a "
                "JOIN decision d ON d.tenant_id = a.tenant_id AND d.id = a.id "
                "JOIN batch b ON b.tenant_id = a.tenant_id JOIN event e ON e.tenant_id = a.tenant_id "
                "WHERE a.tenant_id = $1 AND a.id = $2 AND e.kind = 'activity.decided'",
                tenant, recorded.activity_id,
            )  # fmt: skip
    return Payload({name: rows[0][name] for name in TEXTS})


class Limit:
    """pgbench on a database whose schema and first rows are a copy of ours."""

    def __init__(self, url: str, folder: Path, shops: Sequence[Shop], payload: Payload) -> None:
        self._url, self._folder, self._payload = url, folder, payload
        self._scripts = [folder / f"shop{shop.number}.sql" for shop in shops]
        for path, shop in zip(self._scripts, shops, strict=True):
            path.write_text(_script(shop))

    async def per_second(self, seconds: int = SLOT_S) -> float:
        """Transactions per second with eight clients."""
        said = await self._run("-c", "8", "-j", "2", "-T", str(seconds))
        found = re.search(r"tps = ([\d.]+)", said)
        assert found and "number of failed transactions: 0 " in said, said
        return float(found[1])

    async def latency_us(self, seconds: int = SLOT_S) -> float:
        """The median time of a transaction with one client, in microseconds."""
        for old in self._folder.glob("latency.*"):
            old.unlink()
        await self._run("-c", "1", "-j", "1", "-T", str(seconds), "-l", f"--log-prefix={self._folder / 'latency'}")
        log = next(iter(self._folder.glob("latency.*"))).read_text()
        return statistics.median(float(line.split()[2]) for line in log.splitlines())

    async def _run(self, *options: str) -> str:
        parts = urlsplit(self._url)
        host = parts.hostname or parse_qs(parts.query)["host"][0]
        address = ["-h", host, "-U", parts.username or "postgres", *(["-p", str(parts.port)] if parts.port else [])]
        texts = [part for name, text in self._payload.texts.items() for part in ("-D", f"{name}={text}")]
        scripts = [part for path in self._scripts for part in ("-f", str(path))]
        process = await asyncio.create_subprocess_exec(
            pgbench(), "-n", "-M", "prepared", *address, *options, *texts, *scripts, unquote(parts.path[1:]),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said = (await process.communicate())[0].decode()
        assert process.returncode == 0, said
        return said


def _script(shop: Shop) -> str:
    tenant = f"'{shop.tenant}'"
    member = f"('00000000-0000-7000-8000-{shop.number:04x}' || lpad(to_hex(:n::int), 8, '0'))::uuid"
    return f"""
\\set n random(0, {MEMBERS - 1})
BEGIN;
INSERT INTO activity (tenant_id, id, key, fingerprint, kind, member_id, order_reference, state, occurred_at,
    recorded_at, source, body)
VALUES ({tenant}, uuidv7(), 'order:' || uuidv7(), :fingerprint, 'purchase', {member}, uuidv7()::text, 'decided', now(),
    now(), 'api', :body)
RETURNING id AS activity, key, order_reference AS reference, member_id AS member
\\gset
INSERT INTO placed_order (tenant_id, id, reference, member_id, activity_id, revision, recorded_at)
VALUES ({tenant}, uuidv7(), :reference, :member, :activity, 1, now());
UPDATE account SET posted = posted + {POINTS}, seq = seq + 1 WHERE tenant_id = {tenant} AND id = :member
RETURNING seq, posted AS after
\\gset
INSERT INTO batch (tenant_id, id, transfers, hash, recorded_at) VALUES ({tenant}, uuidv7(), 1, :hash, now())
RETURNING id AS batch
\\gset
INSERT INTO transfer (tenant_id, id, key, kind, reason, unit_id, debit, credit, amount, activity_id, batch_id,
    effective_at, recorded_at, credit_seq, credit_after)
VALUES ({tenant}, uuidv7(), :key::text || '/earn/0', 'now', 'purchase', '{shop.unit}', '{shop.issued}', :member,
    {POINTS}, :activity, :batch, now(), now(), :seq, :after)
RETURNING id AS transfer
\\gset
INSERT INTO lot (tenant_id, id, account_id, transfer_id, amount, remaining, earned_at, expires_at)
VALUES ({tenant}, uuidv7(), :member, :transfer, {POINTS}, {POINTS}, now(), now() + interval '12 months');
INSERT INTO decision (tenant_id, id, result, explanation, recorded_at)
VALUES ({tenant}, :activity, :result, :explanation, now());
INSERT INTO event (tenant_id, id, kind, subject, body, recorded_at, relayed)
VALUES ({tenant}, uuidv7(), 'activity.decided', :member::uuid, :event, now(), true);
COMMIT;
"""
