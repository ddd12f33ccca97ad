"""The example of docs/ledger.md, run line by line."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from kit import clock
from ledger import sweeps
from ledger.state import TransferId
from ledger.verify import verify
from tenants import scope
from tests.ledger.helpers import START, Shop, open_shop

DAY = timedelta(days=1)
LINE = re.compile(r"^\| (\d+) \| ([^|]+) \| (-?\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


async def test_the_example(database: object) -> None:
    text = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
    lines = LINE.findall(text)
    assert len(lines) == 10
    shop, names = await open_shop(), dict[str, TransferId]()
    for day, step, *expected in lines:
        shop.now = START + int(day) * DAY
        await run(shop, step.strip(), names)
        balance = await shop.balance()
        assert [balance.available, balance.pending, balance.held] == [int(n) for n in expected], step
        assert await verify(shop.tenant, full=True) == ()


async def run(shop: Shop, step: str, names: dict[str, TransferId]) -> None:
    """One step, as the table writes it: `earn A 100 until 10`, `hold H 9 until 3`, `void H`, `reverse B 30`."""
    verb, name, amount, *_ = [*step.split(), "", ""]
    times = {word: START + int(day) * DAY - shop.now for word, day in re.findall(r"(until|from) (\d+)", step)}
    if verb == "earn":
        names[name] = await shop.earn(int(amount), expires_in=times.get("until"), matures_in=times.get("from"))
    elif verb == "spend":
        names[name] = await shop.spend(int(amount))
    elif verb == "hold":
        names[name] = await shop.hold(int(amount), times["until"])
    elif verb == "void":
        await shop.void(names[name])
    elif verb == "reverse":
        await shop.reverse(names[name], int(amount))
    else:
        assert verb == "sweep"
        with scope.of(shop.tenant), clock.pinned(shop.now):
            await sweeps.mature_due()
            await sweeps.expire_due()
