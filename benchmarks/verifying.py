"""`guerdon verify --full` on a million transfers: written by the ledger itself, sealed and rolled up before."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter

from benchmarks.core import opened
from benchmarks.figures import Measured
from benchmarks.servers import Urls, folder, in_own_process
from benchmarks.serving import SECRET
from benchmarks.shop import MEMBERS, Shop, id_of, seed
from kit import clock
from ledger.book import LotTerms, Stamp
from ledger.load import Wanted, load
from ledger.rollup import roll_up
from ledger.save import save
from ledger.sealing import seal
from ledger.state import member, system
from tenants import scope

TRANSFERS = 1_000_000
TENANTS = 4
AT_ONCE = 5_000


async def verifying() -> Measured:
    """Seconds of the whole command."""
    with folder() as path:
        url = f"sqlite:///{path / 'guerdon.sqlite3'}"
        filling = perf_counter()
        await asyncio.to_thread(in_own_process, _prepare, url)
        filling = perf_counter() - filling
        seconds = await _verify(url, path)
        size = (path / "guerdon.sqlite3").stat().st_size / 1e6  # nothing else waits
        return Measured([seconds], note=f"SQLite, {TENANTS} tenants, {size:,.0f} MB; written in {filling:.0f} s")


async def _verify(url: str, path: Path) -> float:
    environ = {**os.environ, "GUERDON_DATABASE_URL": url, "GUERDON_DATA_DIR": str(path), "GUERDON_SECRET_KEY": SECRET}
    start = perf_counter()
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("guerdon")), "verify", "--full",
        env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0 and "Every book is right." in said, said[-2000:]
    return perf_counter() - start


def _prepare(url: str) -> None:
    asyncio.run(_write(url))


async def _write(url: str) -> None:
    async with opened(Urls(url, url)):
        for shop in await seed(TENANTS):
            with scope.of(shop.tenant):
                await _live_through(shop)
            while await seal(shop.tenant):
                pass
            while await roll_up(shop.tenant):
                pass


async def _live_through(shop: Shop) -> None:
    """Each member earns again and again, and spends some of it in the end."""
    owners = [member(shop.tenant, shop.unit, id_of(shop.number, number)) for number in range(MEMBERS)]
    each = TRANSFERS // TENANTS // MEMBERS
    earnings = ((owner, number) for number in range(each - 1) for owner in owners)
    issued, spent = (system(shop.tenant, shop.unit, name) for name in ("issued", "spent"))
    while batch := list(islice(earnings, AT_ONCE)):
        async with scope.writing():
            now = clock.now()
            book = await load(Wanted(accounts=set(owners)), now)
            terms = LotTerms(now, now + timedelta(days=365))
            for owner, number in batch:
                key = f"order:{owner.owner}:{number}/earn/0"
                book.move(key, "purchase", issued, owner, 10 + number % 90, Stamp(now, now), terms=terms)
            await save(book)
    async with scope.writing():
        now = clock.now()
        book = await load(Wanted(spending=set(owners)), now)
        for owner in owners:
            book.move(f"redemption:{owner.owner}", "redemption", owner, spent, 100, Stamp(now, now))
        await save(book)
