"""Points that other partners gave a moment ago, which terms may keep from being spent (`hold_hours_from_others`).

Who steals one partner's key, or finds a hole in its shop, wants the points spent elsewhere before anybody looks: the
hours are the time to look. They count from the ledger's record, since when something happened is the partner's to say;
points that members were given by another count from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from kit import db
from kit.setbased import Columns
from ledger.book import Book, Stamp
from ledger.state import AccountRef
from programs.coalition.errors import CoalitionErrorCode, final
from programs.coalition.limits import Standing


async def refuse_fresh(partner: Standing, book: Book, account: AccountRef, points: int, stamp: Stamp) -> None:
    """See that of the points that would be spent now, from a locked account, none are too fresh for this partner.

    Raises `Refusal` TOO_FRESH, kept under the key; what is not there at all is the ledger's to refuse.
    """
    hours = partner.terms_at(stamp.effective_at).terms.hold_hours_from_others
    if hours is None or not points:
        return
    picked, missing = book.pick_up_to(book.account(account).spendable(stamp.recorded_at), points)
    if missing:
        return
    since = stamp.recorded_at - timedelta(hours=hours)
    for row in await db.rows(_GIVEN.format(source=_IDS.source()), _payload(partner, (lot.origin for lot, _ in picked))):
        others = row["partner_id"] not in (None, partner.id) or row["unknown"]
        if others and db.instant(row["recorded_at"]) > since:
            message = f"Points that were given elsewhere less than {hours} hours ago cannot be spent here yet."
            raise final(CoalitionErrorCode.TOO_FRESH, message, "points")


def _payload(partner: Standing, transfers: Iterable[str]) -> str:
    return _IDS.payload([(partner.tenant, id_) for id_ in sorted(set(transfers))])


_IDS = Columns(tenant_id="uuid", id="uuid")

# Whose points these are is known of what was followed; of the last moment, of all but what members gave each other.
_GIVEN = """
SELECT t.recorded_at, CASE WHEN i.id IS NULL THEN COALESCE(v.partner_id, a.partner_id) ELSE i.partner_id END
    AS partner_id, CASE WHEN i.id IS NULL AND d.owner LIKE 'member:%' THEN 1 ELSE 0 END AS unknown
FROM {source} AS x JOIN transfer t ON t.tenant_id = x.tenant_id AND t.id = x.id
JOIN account d ON d.tenant_id = t.tenant_id AND d.id = t.debit
LEFT JOIN clearing_issue i ON i.tenant_id = t.tenant_id AND i.id = t.id
LEFT JOIN partner_conversion v ON v.tenant_id = t.tenant_id AND v.id = t.id
LEFT JOIN activity a ON a.tenant_id = t.tenant_id AND a.id = t.activity_id"""
