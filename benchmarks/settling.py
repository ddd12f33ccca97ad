"""The settlement of a month of 1,000,000 clearing entries of 50 partners, as the job does it, beside bare SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from time import perf_counter

import asyncpg

from benchmarks.core import opened
from benchmarks.figures import Measured
from benchmarks.rounds import ROUNDS
from benchmarks.servers import Urls, new_database, postgres
from benchmarks.shop import Shop, seed
from jobs import coalitions
from jobs.job import Job, Lane
from jobs.runner import Runner
from kit import clock
from programs import service, versions
from programs.coalition import partners
from programs.coalition.settlement_views import netting
from programs.decision import ProgramId
from tenants import scope

ENTRIES = 1_000_000
PARTNERS = 50
BEGUN = datetime(2026, 11, 1, 6, tzinfo=UTC)
OVER = datetime(2026, 12, 1, 1, tzinfo=UTC)
SETTLE = Job("settle", coalitions.SETTLE_DUE, coalitions.settle, Lane.UPKEEP)
NOTE = f"PostgreSQL, {PARTNERS} partners, a month, four fifths issued and a fifth taken, every tenth comes back"


async def settling() -> Measured:
    """Seconds until all partners of the month are settled."""
    with postgres() as server:
        return Measured((await _rounds(await new_database(server, "ours")))[0], note=NOTE)


async def settling_beside_sql() -> Measured:
    """How many times as long it takes as one statement of the owner's that sums the same rows."""
    with postgres() as server:
        ours, bare = await _rounds(await new_database(server, "ours"))
        ratios = [job / sql for job, sql in zip(ours, bare, strict=True)]
        return Measured(ratios, ours, bare, "s", NOTE)


async def _rounds(urls: Urls) -> tuple[list[float], list[float]]:
    """Seconds of the job and of the bare statement, in turns, the first of each to warm up."""
    async with opened(urls):
        (shop,) = await seed(1)
        owner = await asyncpg.connect(urls.owner)
        try:
            program = await _fill(shop, owner)
            ours, bare = [], []
            for _ in range(ROUNDS + 1):
                bare.append(await _sum_up(shop, owner))
                ours.append(await _settle(shop, program))
                await owner.execute(_AGAIN)
        finally:
            await owner.close()
    return ours[1:], bare[1:]


async def _settle(shop: Shop, program: ProgramId) -> float:
    with clock.pinned(OVER):
        start = perf_counter()
        closed = await Runner(Lane.UPKEEP, [SETTLE]).tick()
        seconds = perf_counter() - start
    with scope.of(shop.tenant):
        (found,) = await netting(program, date(2026, 11, 30), date(2026, 11, 30))
    assert closed == PARTNERS + 1 and found.settlements == PARTNERS and found.receivable > 0, (closed, found)
    return seconds


async def _sum_up(shop: Shop, owner: asyncpg.Connection) -> float:
    start = perf_counter()
    rows = await owner.fetch(_SUM, shop.tenant)
    seconds = perf_counter() - start
    assert sum(row["entries"] for row in rows) == ENTRIES
    return seconds


async def _fill(shop: Shop, owner: asyncpg.Connection) -> ProgramId:
    with scope.of(shop.tenant), clock.pinned(BEGUN):
        made = await service.create(
            service.CreateInput(name="Club", kind="coalition", unit="points", rules={"unit": "points"})
        )
        await versions.publish(made.id)
        terms = {"currency": "USD", "issue_price": 15_000, "reimbursement_price": 10_000}
        for number in range(PARTNERS):
            partner = await partners.create(made.id, f"partner-{number}", f"Partner {number}")
            await partners.save_terms(partner.id, terms)
    await owner.execute(_ENTRIES.format(last=ENTRIES - 1), shop.tenant, made.id)
    await owner.execute("VACUUM ANALYZE")
    return made.id


_ENTRIES = """
INSERT INTO clearing_entry (tenant_id, id, program_id, partner_id, kind, debit, credit, points, price, amount, currency,
    terms_id, original_on, effective_at, recorded_at, booked_on)
SELECT $1, uuidv7(), $2, p.id, x.kind, CASE WHEN x.back THEN x.credit ELSE x.debit END,
    CASE WHEN x.back THEN x.debit ELSE x.credit END, x.points, x.price, x.points * x.price, 'USD', p.terms_id,
    CASE WHEN x.back THEN CASE WHEN x.n % 30 = 9 THEN '2026-10-' || (10 + x.n % 20) ELSE x.day END END,
    x.day::timestamptz, x.day::timestamptz, x.day
FROM (
    SELECT n, CASE WHEN n % 5 = 0 THEN 'reimbursement' ELSE 'issue' END AS kind,
        CASE WHEN n % 5 = 0 THEN 'margin' ELSE 'partner' END AS debit,
        CASE WHEN n % 5 = 0 THEN 'partner' ELSE 'float' END AS credit, n % 10 = 9 AS back, 1 + n % 900 AS points,
        CASE WHEN n % 5 = 0 THEN 10000 ELSE 15000 END AS price, to_char(date '2026-11-01' + n * 30 / ({last} + 1),
        'YYYY-MM-DD') AS day
    FROM generate_series(0, {last}) AS n
) AS x
JOIN (
    SELECT p.id, t.id AS terms_id, row_number() OVER (ORDER BY p.slug) - 1 AS place
    FROM partner p JOIN partner_terms t ON t.tenant_id = p.tenant_id AND t.partner_id = p.id WHERE p.tenant_id = $1
) AS p ON p.place = x.n / 7 % 50"""
_SUM = """
SELECT partner_id, currency, kind, terms_id, CASE WHEN original_on < '2026-11-01' THEN original_on END AS original_on,
    COUNT(*) AS entries, SUM(CASE WHEN credit = 'partner' THEN points ELSE -points END) AS points,
    SUM(CASE WHEN credit = 'partner' THEN amount ELSE -amount END) AS amount
FROM clearing_entry
WHERE tenant_id = $1 AND booked_on BETWEEN '2026-11-01' AND '2026-11-30' AND kind <> 'payment'
    AND (debit = 'partner' OR credit = 'partner')
GROUP BY 1, 2, 3, 4, 5"""
# Past the triggers that keep lines as they are.
_AGAIN = """
SET session_replication_role = replica;
DELETE FROM settlement_line; DELETE FROM settlement; DELETE FROM job_run; DELETE FROM event;
UPDATE partner SET open_from = '2026-11-01', look_at = '2026-11-02';
UPDATE coalition SET estimated_to = NULL, look_at = '2026-11-02'"""
