"""How much a partner's terms still allow today."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from programs.coalition import positions
from programs.coalition.models import PartnerBlock, PartnerUse
from programs.coalition.partners import PartnerView
from programs.coalition.terms import micros_of_minor
from programs.days import local_day
from tenants import profile, scope


@dataclass(frozen=True, slots=True)
class Room:
    """What is left by the terms of now; None: they set no such bound. Points in their smallest part.

    `credit`: how many micros of `currency` the partner may owe on top; below zero it owes too much. `prepaid`: points
    of its blocks in that currency. `issue_today` and `take_today`: points, by the operator's local day.
    """

    currency: str
    credit: int | None
    prepaid: int | None
    issue_today: int | None
    take_today: int | None


async def left(partner: PartnerView) -> Room | None:
    """What is left to a partner; None without terms."""
    live = partner.terms_at(scope.now())
    if live is None:
        return None
    terms = live.terms
    owed = [each for each in await positions.positions([partner.id]) if each.currency == terms.currency]
    day = local_day(scope.now(), ZoneInfo((await profile.current()).zone))
    async with scope.reading():
        used = await PartnerUse.filter(partner_id=partner.id, owner="", period=f"day:{day.isoformat()}")
        ahead = PartnerBlock.filter(partner_id=partner.id, remaining__gt=0, currency=terms.currency)
        blocks = await ahead if terms.prepaid else []
    today = {row.name: row.used for row in used}
    credit = None
    if terms.credit_limit is not None:
        credit = terms.credit_limit * micros_of_minor(terms.currency) - sum(each.owed + each.exposed for each in owed)
    prepaid = sum(block.remaining for block in blocks) if terms.prepaid else None
    issue, take = terms.caps.issued_per_day, terms.caps.taken_per_day
    return Room(
        terms.currency, credit, prepaid, _rest(issue, today.get("issued", 0)), _rest(take, today.get("taken", 0))
    )


def _rest(cap: int | None, used: int) -> int | None:
    return None if cap is None else max(0, cap - used)
