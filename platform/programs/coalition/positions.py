"""What partners owe, and would owe: per currency, in micros; as of the ledger's last commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from programs.coalition import following
from programs.coalition.entries import Account
from programs.decision import ProgramId
from tenants import scope


@dataclass(frozen=True, slots=True)
class PositionView:
    """A partner's side in a currency. `owed`: recognised and not paid; below zero the operator owes it.

    `exposed`: what it would owe on top, were all points spent that it has issued and does not owe yet.
    """

    partner_id: str
    currency: str
    owed: int
    exposed: int


@dataclass(frozen=True, slots=True)
class BalanceView:
    """What is in an account of a coalition, in a currency: what came in less what went out. They sum to zero."""

    account: Account
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class ExposureView:
    """All positions of a coalition in a currency: what `partners_owing` owe, what `partners_owed` are owed (micros).

    `exposed`: what partners would owe on top, were all points spent that they have issued and do not owe yet.
    """

    currency: str
    receivable: int
    partners_owing: int
    payable: int
    partners_owed: int
    exposed: int


async def positions(partners: Iterable[str]) -> list[PositionView]:
    """The positions of these partners, in the order of partner and currency."""
    await following.catch_up()
    wanted = [(scope.tenant_id(), id_) for id_ in sorted(set(partners))]
    async with scope.reading():
        rows = await db.rows(_POSITIONS.format(source=_IDS.source()), _IDS.payload(wanted))
    return [PositionView(row["partner_id"], row["currency"], int(row["owed"]), int(row["exposed"])) for row in rows]


async def exposure(program: ProgramId) -> Sequence[ExposureView]:
    """What a coalition's partners and its operator owe each other as of now, by currency."""
    if not is_id(program):
        return []
    await following.catch_up()
    async with scope.reading():
        rows = await db.rows(_EXPOSURE, scope.tenant_id(), program)
    return [
        ExposureView(
            row["currency"], int(row["receivable"]), int(row["owing"]), int(row["payable"]), int(row["owed"]),
            int(row["exposed"]),
        )
        for row in rows
    ]  # fmt: skip


async def balances(program: ProgramId) -> Sequence[BalanceView]:
    """What is in each account of a coalition, all partners' together."""
    await following.catch_up()
    async with scope.reading():
        rows = await db.rows(_BALANCES, scope.tenant_id(), program)
    return [BalanceView(Account(row["account"]), row["currency"], int(row["amount"])) for row in rows]


_IDS = Columns(tenant_id="uuid", id="uuid")
_POSITIONS = """
SELECT p.partner_id, p.currency, p.owed, p.exposed FROM {source} AS x
JOIN partner_position p ON p.tenant_id = x.tenant_id AND p.partner_id = x.id ORDER BY p.partner_id, p.currency"""

_EXPOSURE = """
SELECT o.currency, sum(CASE WHEN o.owed > 0 THEN o.owed ELSE 0 END) AS receivable,
       sum(CASE WHEN o.owed > 0 THEN 1 ELSE 0 END) AS owing,
       sum(CASE WHEN o.owed < 0 THEN -o.owed ELSE 0 END) AS payable,
       sum(CASE WHEN o.owed < 0 THEN 1 ELSE 0 END) AS owed, sum(o.exposed) AS exposed
FROM partner p JOIN partner_position o ON o.tenant_id = p.tenant_id AND o.partner_id = p.id
WHERE p.tenant_id = $1 AND p.program_id = $2 GROUP BY o.currency ORDER BY o.currency"""

_BALANCES = """
SELECT account, currency, sum(amount) AS amount FROM (
    SELECT credit AS account, currency, amount FROM clearing_entry WHERE tenant_id = $1 AND program_id = $2
    UNION ALL
    SELECT debit, currency, -amount FROM clearing_entry WHERE tenant_id = $1 AND program_id = $2
) AS legs GROUP BY account, currency ORDER BY currency, account"""
