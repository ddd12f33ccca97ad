"""Which local days of the operator's are meant: those of a settlement, or those that a day is settled with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from programs.coalition import periods
from programs.coalition.models import Settlement
from programs.coalition.partners import PartnerId, PartnerView
from programs.coalition.periods import Period, period_of
from programs.coalition.settlement_views import SettlementId
from programs.coalition.terms import SettlementPeriod, live_at
from programs.days import end_of_day, start_of_day
from tenants import profile, scope


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last, both included; None: there is no bound."""

    first: date | None = None
    last: date | None = None


ALL_DAYS = Days()


async def of_settlement(partner: PartnerId, settlement: SettlementId) -> Days | None:
    """The days of a partner's settlement; None if it has no such one."""
    async with scope.reading():
        row = await Settlement.get_or_none(id=settlement, partner_id=partner)
    return None if row is None else Days(date.fromisoformat(row.first_day), date.fromisoformat(row.last_day))


async def around(partner: PartnerView, day: date) -> Days:
    """The days that a day is settled with: those of its settlement, of the open period, or of one to come."""
    async with scope.reading():
        settled = await Settlement.filter(
            partner_id=partner.id, first_day__lte=day.isoformat(), last_day__gte=day.isoformat()
        ).first()
    if settled is not None:
        return Days(date.fromisoformat(settled.first_day), date.fromisoformat(settled.last_day))
    zone = await _zone()
    opened, _ = periods.open_period(date.fromisoformat(partner.open_from), partner.terms, zone)
    found = opened if opened.first <= day <= opened.last else _calendar(partner, day, zone)
    return Days(found.first, found.last)


async def instants(days: Days) -> tuple[datetime | None, datetime | None]:
    """When these days begin, and when they are over, in UTC; None: there is no bound."""
    if days == ALL_DAYS:
        return None, None
    zone = await _zone()
    return (
        None if days.first is None else start_of_day(days.first, zone),
        None if days.last is None or days.last == date.max else end_of_day(days.last, zone),
    )


def _calendar(partner: PartnerView, day: date, zone: ZoneInfo) -> Period:
    terms = live_at(list(partner.terms), start_of_day(day, zone))
    return period_of(SettlementPeriod.MONTH if terms is None else terms.terms.period, day)


async def _zone() -> ZoneInfo:
    return ZoneInfo((await profile.current()).zone)
