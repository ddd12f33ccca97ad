"""Points given or taken by hand, with a reason: one entry of the ledger, once per key, and a line of the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kit import db
from kit.errors import Refusal
from kit.setbased import Columns
from ledger.book import LotTerms, Stamp
from ledger.errors import InsufficientBalance, Overflow
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AMOUNT_MAX, TransferId, system
from ledger.state import member as member_account
from members.text import storable
from members.views import MemberId
from programs import units
from programs.settling import Settling
from tenants import audit, commands, scope

REASON_CHARACTERS_MAX = 500
REASON = "adjust"


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The entry that was written."""

    transfer_id: TransferId
    member_id: MemberId


async def adjust(
    key: str, member: MemberId, unit: str, amount: int, reason: str, expires_at: datetime | None = None
) -> Adjusted:
    """Give (above zero) or take (below zero) points of the unit with this slug; given ones may have an end.

    Raises `Refusal`: INVALID (reason), TOO_FAR_BACK (`expires_at`), OUT_OF_RANGE (amount), NOT_FOUND (unit); and
    kept under the key: INSUFFICIENT_POINTS.
    """
    _check(amount, reason, expires_at)
    given = {"member": member, "unit": unit, "amount": amount, "reason": reason, "expires_at": expires_at}

    async def work() -> commands.Result:
        unit_id = (await units.get(unit)).id
        tenant, now = scope.tenant_id(), scope.now()
        if expires_at is not None and expires_at <= now:  # here, since a repeat may come after that end
            raise Refusal("TOO_FAR_BACK", "These points would have ended already.", ("expires_at",))
        theirs, ours = member_account(tenant, unit_id, member), system(tenant, unit_id, "adjusted")
        wanted = Wanted(accounts={theirs, ours}, spending={theirs} if amount < 0 else set())
        settling = await Settling.begin(member)
        settling.want(wanted)
        book = await load(wanted, now)
        await settling.count()
        stamp = Stamp(now, now, note=reason)
        try:
            if amount > 0:
                entry = book.move(
                    f"{key}/adjust", REASON, ours, theirs, amount, stamp, terms=LotTerms(now, expires_at)
                )  # fmt: skip
            else:
                entry = book.move(f"{key}/adjust", REASON, theirs, ours, -amount, stamp)
        except InsufficientBalance as error:
            message = f"The member has {error.available} points available."
            raise Refusal("INSUFFICIENT_POINTS", message, ("amount",), final=True) from error
        except Overflow as error:
            raise Refusal("OUT_OF_RANGE", "The member would have more than 2⁵³ − 1.", ("amount",)) from error
        await save(book, settling.settle(book, key, Stamp(now, now)))
        await settling.grant()
        await audit.record("points.adjusted", f"transfer:{entry}", {"member": f"member:{member}", "amount": amount})
        return {"transfer": entry}

    result = await commands.once(key, "points.adjust", given, work)
    return Adjusted(TransferId(result["transfer"]), member)


async def actors(transfers: list[str]) -> dict[str, str]:
    """Who made these adjustments, as the audit log names them; what it does not know is missing."""
    if not transfers:
        return {}
    async with scope.reading():
        found = await db.rows(
            _ACTORS.format(ids=_IDS.source(2)), scope.tenant_id(), _IDS.payload([(id_,) for id_ in transfers])
        )
    return {row["id"]: row["actor"] for row in found if row["actor"] is not None}


_IDS = Columns(id="uuid")

# The audit entry is written right after the transfer, in its transaction: its id is among the next.
_ACTORS = """
SELECT x.id, (SELECT a.actor FROM audit_entry a WHERE a.tenant_id = $1 AND a.id > x.id
              AND a.target = 'transfer:' || CAST(x.id AS TEXT) ORDER BY a.id LIMIT 1) AS actor
FROM {ids} AS x"""


def _check(amount: int, reason: str, expires_at: datetime | None) -> None:
    if not 0 < abs(amount) <= AMOUNT_MAX:
        raise Refusal("OUT_OF_RANGE", "Give a number other than 0, within ±(2⁵³ − 1).", ("amount",))
    if not reason.strip() or len(reason) > REASON_CHARACTERS_MAX or not storable(reason):
        raise Refusal("INVALID", f"Say why in 1 to {REASON_CHARACTERS_MAX} characters.", ("reason",))
    if expires_at is not None and amount < 0:
        raise Refusal("INVALID", "Points that are taken have no end.", ("expires_at",))
