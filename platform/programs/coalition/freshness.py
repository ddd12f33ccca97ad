"""Points that other partners gave a moment ago, which terms may keep from being spent (`hold_hours_from_others`).

Who steals one partner's key, or finds a hole in its shop, wants the points spent elsewhere before anybody looks: the
hours are the time to look. They count from the ledger's record, since when something happened is the partner's to say;
points that members were given by another count from then on.

Which points are spent is the ledger's to say, the ones that end soonest first: fresh ones are not passed over for
others, or a member would lose by where they spend. So what can be spent here is what comes before the first fresh ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kit import db
from kit.errors import Refusal
from kit.setbased import Columns
from ledger.book import Book, Stamp
from ledger.state import NEVER, AccountRef, Side, UnitId, member
from members.views import MemberId
from programs.coalition import links
from programs.coalition.errors import CoalitionErrorCode, final
from programs.coalition.limits import Standing
from programs.coalition.links import LinkConsent
from programs.coalition.partners import PartnerId, PartnerState, PartnerView
from tenants import scope


@dataclass(frozen=True, slots=True)
class Spendable:
    """How many points a member can spend at a partner `now`; the rest from `rest_from` on (None: that is all)."""

    now: int
    rest_from: datetime | None = None


async def refuse_fresh(partner: Standing, book: Book, account: AccountRef, points: int, stamp: Stamp) -> None:
    """See that of the points that would be spent now, from a locked account, none are too fresh for this partner.

    Raises `Refusal` TOO_FRESH, kept under the key; what is not there at all is the ledger's to refuse.
    """
    hours = partner.terms_at(stamp.effective_at).terms.hold_hours_from_others
    if hours is None or not points:
        return
    _, missing = book.pick_up_to(book.account(account).spendable(stamp.recorded_at), points)
    if missing:
        return
    here = (await _spendable(partner.id, [account], hours, stamp.recorded_at))[account]
    if points > here.now:
        who = MemberId(account.owner.removeprefix("member:"))
        raise await too_fresh(PartnerId(partner.id), who, hours, here)


async def too_fresh(partner: PartnerId, who: MemberId, hours: int, here: Spendable, field: str = "points") -> Refusal:
    """The refusal TOO_FRESH, which says what can be spent to a partner that may see the balance."""
    message = f"Points that were given elsewhere less than {hours} hours ago cannot be spent here yet"
    link = (await links.of_members(partner, [who])).get(who)
    if link is not None and LinkConsent.BALANCE in link.consent and here.rest_from is not None:
        at = here.rest_from.astimezone(UTC) + timedelta(seconds=1, microseconds=-1)  # cut off to the second below
        message += f": {here.now} points can now, the rest from {at:%Y-%m-%dT%H:%M:%SZ} on"
    return final(CoalitionErrorCode.TOO_FRESH, f"{message}.", field)


async def spendable(partner: PartnerView, unit: UnitId, members: Sequence[MemberId]) -> dict[MemberId, Spendable]:
    """What each of these members can spend at a partner now by the age of their points; nothing if none are taken."""
    now = scope.now()
    live = partner.terms_at(now)
    if partner.state is not PartnerState.ACTIVE or live is None or not live.terms.burn:
        return dict.fromkeys(members, Spendable(0))
    accounts = {who: member(scope.tenant_id(), unit, who) for who in members}
    async with scope.reading():
        found = await _spendable(partner.id, list(accounts.values()), live.terms.hold_hours_from_others or 0, now)
    return {who: found[account] for who, account in accounts.items()}


async def _spendable(
    partner: str, accounts: Sequence[AccountRef], hours: int, now: datetime
) -> dict[AccountRef, Spendable]:  # fmt: skip
    found: dict[AccountRef, list[_Lot]] = {each: [] for each in accounts}
    asked = [(each.tenant, each.unit, each.owner) for each in found]
    for row in await db.rows(_LOTS.format(source=_ACCOUNTS.source()), _ACCOUNTS.payload(asked), now):
        others = row["partner_id"] not in (None, partner) or row["unknown"]
        free_at = db.instant(row["recorded_at"]) + timedelta(hours=hours)
        order = db.instant_or_none(row["expires_at"]) or NEVER, db.instant(row["earned_at"]), str(row["id"])
        account = AccountRef(row["tenant_id"], UnitId(row["unit_id"]), row["owner"], Side.AVAILABLE)
        found[account].append((order, int(row["remaining"]), free_at if others and free_at > now else None))
    return {account: _before_fresh(lots) for account, lots in found.items()}


def _before_fresh(lots: Sequence[_Lot]) -> Spendable:
    """What lots have, in the order in which they are spent, before the first that is fresh."""
    points = 0
    for _, remaining, free_at in sorted(lots, key=lambda lot: lot[0]):
        if free_at is not None:
            return Spendable(points, max(each for _, _, each in lots if each is not None))
        points += remaining
    return Spendable(points)


_Lot = tuple[tuple[datetime, datetime, str], int, datetime | None]
"""Its place in the order of spending (`ledger.state.Lot.spend_order`), what remains, and until when it is fresh."""

_ACCOUNTS = Columns(tenant_id="uuid", unit_id="uuid", owner="text")

# Whose points these are is known of what was followed; of the last moment, of all but what members gave each other.
_LOTS = """
SELECT a.tenant_id, a.unit_id, a.owner, l.id, l.remaining, l.expires_at, l.earned_at, t.recorded_at,
    CASE WHEN i.id IS NULL THEN COALESCE(v.partner_id, p.partner_id) ELSE i.partner_id END AS partner_id,
    CASE WHEN i.id IS NULL AND d.owner LIKE 'member:%' THEN 1 ELSE 0 END AS unknown
FROM {source} AS x
JOIN account a ON a.tenant_id = x.tenant_id AND a.unit_id = x.unit_id AND a.owner = x.owner AND a.book = 'available'
    AND (a.lapses_at IS NULL OR a.lapses_at > $2)
JOIN lot l ON l.tenant_id = a.tenant_id AND l.account_id = a.id AND l.remaining > 0
    AND (l.expires_at IS NULL OR l.expires_at > $2)
JOIN transfer t ON t.tenant_id = l.tenant_id AND t.id = CASE WHEN l.origin_id IS NULL THEN l.transfer_id
    ELSE l.origin_id END
JOIN account d ON d.tenant_id = t.tenant_id AND d.id = t.debit
LEFT JOIN clearing_issue i ON i.tenant_id = t.tenant_id AND i.id = t.id
LEFT JOIN partner_conversion v ON v.tenant_id = t.tenant_id AND v.id = t.id
LEFT JOIN activity p ON p.tenant_id = t.tenant_id AND p.id = t.activity_id"""
