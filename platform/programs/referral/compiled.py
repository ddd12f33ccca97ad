"""Rules of referrals made ready: until when an order can come back, and which one makes a friend's first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from programs.days import add_months, end_of_day, start_of_day
from programs.kind import VersionFacts
from programs.periods import Period
from programs.referral.rules import CODE, ReferralRules


class Bought(NamedTuple):
    """An order of a friend: `kept` is what its products that did not come back are worth; `gone` if all came back."""

    reference: str
    occurred_at: datetime
    currency: str | None
    kept: int
    gone: bool


class Found(NamedTuple):
    """What a friend's orders say: the one that counts and since when, else when to look again (None: with the next
    order), or that it is too late.
    """

    reference: str | None = None
    kept_at: datetime | None = None
    look_at: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class CompiledReferral:
    """One version of referrals, ready to go by; made by `compile_rules`."""

    facts: VersionFacts
    rules: ReferralRules

    @property
    def zone(self) -> ZoneInfo:
        """The zone that days go by."""
        zone = self.facts.zone
        assert isinstance(zone, ZoneInfo)
        return zone

    def kept_from(self, ordered_at: datetime) -> datetime:
        """Give the instant from which on an order counts as kept."""
        return self._days_after(ordered_at, self.rules.return_days)

    def deadline(self, claimed_at: datetime) -> datetime | None:
        """Give the instant before which a friend must order; None: there is none."""
        return None if self.rules.within_days is None else self._days_after(claimed_at, self.rules.within_days)

    def first_look(self, claimed_at: datetime) -> datetime:
        """Give when to look first: an order may be under way beside the claim, and then nothing tells of it."""
        deadline, kept_from = self.deadline(claimed_at), self.kept_from(claimed_at)
        return kept_from if deadline is None else min(deadline, kept_from)

    def first_kept(self, claimed_at: datetime, orders: Iterable[Bought], now: datetime) -> Found:
        """Find the friend's first order that was kept: worth enough, in the currency, and its days are over."""
        deadline, rules = self.deadline(claimed_at), self.rules
        hopeful = sorted(
            (order.occurred_at, order.reference)
            for order in orders
            if not order.gone and order.currency == rules.currency and order.kept >= rules.minimum
            and order.occurred_at >= claimed_at and (deadline is None or order.occurred_at < deadline)
        )  # fmt: skip
        for occurred_at, reference in hopeful:
            if self.kept_from(occurred_at) <= now:
                return Found(reference, self.kept_from(occurred_at))
        if hopeful:
            return Found(look_at=self.kept_from(hopeful[0][0]))
        return Found(look_at=deadline) if deadline is None or now < deadline else Found(late=True)

    def period(self, period: Period, at: datetime) -> tuple[datetime, datetime] | None:
        """Give the start and the exclusive end of the period that an instant lies in; None: it has neither."""
        day = at.astimezone(self.zone).date()
        first, next_ = {
            Period.DAY: (day, day + timedelta(days=1)),
            Period.WEEK: (day - timedelta(days=day.weekday()), day + timedelta(days=7 - day.weekday())),
            Period.MONTH: (day.replace(day=1), add_months(day.replace(day=1), 1)),
            Period.YEAR: (day.replace(month=1, day=1), add_months(day.replace(month=1, day=1), 12)),
            Period.LIFETIME: (None, None),
        }[period]
        if first is None or next_ is None:
            return None
        return start_of_day(first, self.zone), start_of_day(next_, self.zone)

    def link(self, code: str) -> str | None:
        """Give the text to share."""
        return None if self.rules.link is None else self.rules.link.replace(CODE, code)

    def _days_after(self, at: datetime, days: int) -> datetime:
        return end_of_day(at.astimezone(self.zone).date() + timedelta(days=days), self.zone)


def compile_rules(rules: ReferralRules, facts: VersionFacts) -> CompiledReferral:
    """Prepare valid rules for deciding."""
    return CompiledReferral(facts, rules)
