"""In the style of REI Co-op: $20 once, and a tenth of last year's net spending; worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "rei-dividend"


async def test_the_yearly_dividend(open_club: OpenClub) -> None:
    club = await open_club("rei-co-op")
    year = (await club.new_year()).year
    joined = await club.join("rei-co-op", "co-op")
    seen = await club.merchant.ask(
        "query($id: ID!) { node(id: $id) { ... on Membership { paid endsAt plan } } }", id=joined["id"]
    )
    assert seen["node"] == {"paid": 20_00, "endsAt": None, "plan": "co-op"}  # $20 once, for life
    assert await club.perks() == {"garage-sale", "classes", "offers"}
    # $100, $250.50, $80 (which comes back), $40 less $5 off, a class of $30 and a map of $4.50: $420.00 net.
    await club.buy(100_00)
    await club.buy(250_50)
    await club.buy(80_00, order="tent")
    await club.buy({"id": "rope", "amount": 40_00, "discount": 5_00})
    await club.buy({"id": "class", "amount": 30_00})
    await club.buy({"id": "map", "amount": 4_50})
    await club.use("classes")
    await club.use("garage-sale")
    await club.back("tent")
    assert await club.has(UNIT) == 0
    # The dividend of the year comes on 1 March: 10 % are $42.00.
    await club.go_to(datetime(year + 1, 2, 28, 17, tzinfo=UTC))
    assert await club.has(UNIT) == 0
    await club.go_to(datetime(year + 1, 3, 1, 17, tzinfo=UTC))
    assert await club.has(UNIT) == 42_00
    # Next year's goes by next year's spending, and the first is there for 24 months.
    await club.buy(200_00)
    await club.go_to(datetime(year + 2, 3, 1, 17, tzinfo=UTC))
    assert await club.has(UNIT) == 62_00
    await club.go_to(datetime(year + 3, 3, 3, 17, tzinfo=UTC))
    assert await club.has(UNIT) == 20_00
