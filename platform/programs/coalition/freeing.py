"""What came back frees the caps that it used: as many points as were taken back, on the day that they were counted on.

The follower does so, whoever took them back: the partner, the operator, or a conversion that is undone. Points that the
member has spent and that a refund therefore leaves them, or that expired, free nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from kit import db
from kit.setbased import Columns, Update
from programs.coalition.deriving import CONVERT_IN, CONVERT_OUT, MEMBER, Moved
from programs.coalition.limits import ALL, GIVEN_AND_TAKEN, Use
from programs.days import local_day

_ISSUED, _TAKEN = GIVEN_AND_TAKEN
_CONVERTED = {CONVERT_IN: "converted in", CONVERT_OUT: "converted out"}


def freed(tenant: str, moved: Moved, partner: str, zone: ZoneInfo) -> list[Use]:
    """The caps that a transfer frees by its amount, which takes back what was done with a partner."""
    assert moved.original_at is not None, "it takes something back"
    owner = (moved.debit if moved.takes_back else moved.credit).removeprefix(MEMBER)
    name, period = _ISSUED if moved.takes_back else _TAKEN, f"day:{local_day(moved.original_at, zone).isoformat()}"
    uses = [(tenant, partner, each, name, period) for each in (ALL, owner)]
    if moved.reason in _CONVERTED:
        uses.append((tenant, partner, owner, _CONVERTED[moved.reason], period))
    return uses


async def free(points: Mapping[Use, int]) -> None:
    """Let so many points count no longer, in the transaction under way."""
    if not points:
        return
    lock = "FOR UPDATE OF u" if db.dialect() == "postgres" else ""
    rows = await db.rows(_FIND.format(source=_USES.source(), lock=lock), _USES.payload(sorted(points)))
    await _FREE([
        (row["tenant_id"], row["id"],
         points[row["tenant_id"], row["partner_id"], row["owner"], row["name"], row["period"]])
        for row in rows
    ])  # fmt: skip


_USES = Columns(tenant_id="uuid", partner_id="uuid", owner="text", name="text", period="text")
_FIND = """
SELECT u.tenant_id, u.id, u.partner_id, u.owner, u.name, u.period FROM {source} AS x
JOIN partner_use u ON u.tenant_id = x.tenant_id AND u.partner_id = x.partner_id AND u.owner = x.owner
    AND u.name = x.name AND u.period = x.period
ORDER BY u.tenant_id, u.partner_id, u.owner, u.name, u.period {lock}"""
_FREE = Update("partner_use", "used = CASE WHEN t.used > x.back THEN t.used - x.back ELSE 0 END", back="int")
