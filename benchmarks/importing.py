"""CDNOW's purchases in full through `guerdon import activities`, into the SQLite file that Guerdon comes with."""

from __future__ import annotations

import asyncio
import csv
import gzip
import os
import sys
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from benchmarks.core import opened
from benchmarks.figures import Measured
from benchmarks.servers import Urls, folder, in_own_process
from benchmarks.serving import SECRET
from benchmarks.shop import seed

PURCHASES = 69_659
ROUNDS = 3
SOURCE = Path(__file__).parent / "data" / "cdnow.txt.gz"


async def importing() -> Measured:
    """Purchases per second, of the whole command: from its start until it has ended."""
    with folder() as path:
        purchases = path / "purchases.csv"
        write_csv(Path(os.environ.get("CDNOW_FULL", SOURCE)), purchases)
        return Measured([await _round(path / str(number), purchases) for number in range(ROUNDS)],
                        note=f"{PURCHASES:,} purchases of 23,570 people, SQLite FULL")  # fmt: skip


async def _round(path: Path, purchases: Path) -> float:
    url = f"sqlite:///{path / 'guerdon.sqlite3'}"
    await asyncio.to_thread(in_own_process, _prepare, url)
    start = perf_counter()
    await import_into(path, url, purchases)
    return PURCHASES / (perf_counter() - start)


async def import_into(path: Path, url: str, purchases: Path) -> None:
    """Run the command into a migrated database with the first shop, and check what it says."""
    environ = {**os.environ, "GUERDON_DATABASE_URL": url, "GUERDON_DATA_DIR": str(path), "GUERDON_SECRET_KEY": SECRET}
    program = Path(sys.executable).with_name("guerdon")
    process = await asyncio.create_subprocess_exec(
        str(program), "import", "activities", str(purchases), "--tenant", "shop-0", "--create-members",
        env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said[-2000:]
    assert f"{PURCHASES} recorded, 0 known" in said, said[-2000:]


def write_csv(source: Path, to: Path) -> None:
    """CDNOW's file (customer, date, records, dollars) as the CSV that the command reads; each line an order."""
    with gzip.open(source, "rt", encoding="ascii") as lines, to.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("key", "member", "occurred_at", "amount", "currency", "quantity", "category"))
        for number, line in enumerate(text for text in lines if text.split() and text.split()[0].isdecimal()):
            customer, *_, day, records, dollars = line.split()
            date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
            row = (f"cdnow:{number}", customer, date, Decimal(dollars), "USD", max(1, int(records)), "music")
            writer.writerow(row)


def _prepare(url: str) -> None:
    asyncio.run(_open(url))


async def _open(url: str) -> None:
    async with opened(Urls(url, url)):
        await seed(1)
