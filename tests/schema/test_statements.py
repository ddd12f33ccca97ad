"""A page costs as many statements with many rows as with few: whatever belongs to its rows is asked for together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tortoise.connection import get_connection

from tenants import principals
from tests.schema.served import CREATE, MEMBER, PUBLISH, RECORD, RULES, UNIT, Shop, purchase

REWARD = """mutation ($input: RewardUpsertInput!) {
  rewardUpsert(input: $input) { reward { id } userErrors { code field } }
}"""
RESERVE = """mutation ($input: RedemptionReserveInput!) {
  redemptionReserve(input: $input) { redemption { id } userErrors { code field } }
}"""
CONFIRM = """mutation ($input: RedemptionConfirmInput!) {
  redemptionConfirm(input: $input) { redemption { id } userErrors { code field } }
}"""
ADJUST = (
    """mutation ($input: PointsAdjustInput!) { pointsAdjust(input: $input) { entry { id } userErrors { code } } }"""
)
ROWS = 6

PAGES = {
    "members": "nodes { id name tags attributes { name } consents { purpose } balances { available unit { id } } }",
    "programs": "nodes { id unit { id } live { number publishedBy { name } } draft { savedBy { name } } summary }",
    "rewards": "nodes { id unit { id } vouchers { available } terms { amountOff { amount { amount } } } }",
    "redemptions": "nodes { id unit { id } reward { id vouchers { issued } } voucher { code } }",
    "ledgerEntries": "nodes { id cause unit { id } debit { owner } credit { memberId } }",
    "auditLog": "nodes { id actor { name } target details { name } }",
}  # fmt: skip
OF_A_MEMBER = {
    "timeline": """nodes {
      id text changes { unit { id } } adjustment { actor { name } } redemption { reward { id } voucher { code } }
      activity { id lines { id } decision { movements { unit { id } } explanation { text } } }
    }""",
    "entries": "nodes { id unit { id } activityId }",
    "redemptions": "nodes { id unit { id } reward { id } voucher { code } }",
}


@asynccontextmanager
async def counted() -> AsyncIterator[list[str]]:
    """The statements that SQLite ran inside the block."""
    connections: list[Any] = [get_connection(name) for name in ("reader", "writer")]
    seen: list[str] = []
    for connection in connections:
        await connection._connection.set_trace_callback(seen.append)
    try:
        yield seen
    finally:
        for connection in connections:
            await connection._connection.set_trace_callback(None)


@pytest.fixture
async def busy(shop: Shop, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop with several of everything."""
    if request.config.getoption("--postgres"):
        pytest.skip("the statements are the same, and SQLite tells which it ran")
    monkeypatch.setattr(principals, "_recent", principals.Recent(seconds=3_600))  # so that no page looks the key up
    api = shop.admin
    await api.do(UNIT)
    for number in range(ROWS):
        program = await api.do(CREATE, input={"slug": f"club-{number}", "name": f"Club {number}", "rules": RULES})
        await api.do(PUBLISH, id=program["program"]["id"])
        terms = {"amountOff": {"amount": {"amount": 100, "currency": "EUR"}}}
        reward = {"slug": f"reward-{number}", "name": "Off", "unit": "points", "points": 1, "terms": terms}
        made = await api.do(REWARD, input=reward)
        member = {"externalId": f"c-{number}"}
        consents = [{"purpose": "email.news", "granted": True, "source": "checkout"}]
        await api.do(MEMBER, input={**member, "name": f"Grace {number}", "tags": ["new"], "consents": consents})
        for key in (f"o-{number}", f"p-{number}"):
            await api.do(RECORD, input=purchase(key, 5_000, f"c-{number if key[0] == 'o' else 0}"))
        await api.do(ADJUST, input={
            "idempotencyKey": f"a-{number}", "member": {"externalId": "c-0"}, "unit": "points", "amount": 5,
            "reason": "A late parcel",
        })  # fmt: skip
        redeem = {"rewardId": made["reward"]["id"]}
        reserve = {"idempotencyKey": f"r-{number}", "member": {"externalId": "c-0"}, "redeem": redeem}
        redemption = (await api.do(RESERVE, input=reserve))["redemption"]["id"]
        await api.do(CONFIRM, input={"idempotencyKey": f"c-{number}", "id": redemption})
    return shop


async def test_pages_need_no_more_statements_for_more_rows(busy: Shop) -> None:
    asked = [(name, f"{{ {name}(first: $n) {{ {nodes} }} }}") for name, nodes in PAGES.items()]
    asked += [
        (f"member.{name}", f'{{ member(externalId: "c-0") {{ {name}(first: $n) {{ {nodes} }} }} }}')
        for name, nodes in OF_A_MEMBER.items()
    ]
    found = {name: [await _statements(busy, query, rows) for rows in (2, ROWS)] for name, query in asked}
    assert {name: counts for name, counts in found.items() if counts[0] != counts[1]} == {}
    assert all(0 < few <= 16 for few, _ in found.values()), found


async def _statements(shop: Shop, query: str, rows: int) -> int:
    await shop.admin.ask("query ($n: Int!) " + query, n=1)  # what is remembered from then on is read now
    async with counted() as statements:
        data: Any = await shop.admin.ask("query ($n: Int!) " + query, n=rows)
    while "nodes" not in data:
        (data,) = data.values()
    assert len(data["nodes"]) == rows
    return len(statements)
