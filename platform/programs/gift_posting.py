"""Gifts given, and taken back: points through the book, rewards as grants that are made with the rest of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from ledger.book import Book, LotTerms, Stamp
from ledger.load import Wanted
from ledger.state import TransferId, UnitId, member, system
from programs.days import add_months, end_of_day
from programs.gifts import Gift, RewardGift, units_of
from programs.store import Who
from rewards.granting import Grant


class GivenPoints(NamedTuple):
    """Points that were given, so that they can be taken back."""

    transfer_id: TransferId
    unit_id: UnitId
    amount: int


class Given(NamedTuple):
    """What was given: points that are posted, and rewards that are to be granted in the same transaction."""

    points: tuple[GivenPoints, ...] = ()
    grants: tuple[Grant, ...] = ()


def want(wanted: Wanted, gifts: Sequence[Gift], who: Who, units: Mapping[str, UnitId]) -> None:
    """Ask for the accounts that giving these needs."""
    for unit in units_of(gifts):
        wanted.accounts.add(member(who.tenant, units[unit], who.member_id))


def want_back(wanted: Wanted, given: Sequence[GivenPoints], who: Who) -> None:
    """Ask for what taking these back needs."""
    for each in given:
        wanted.entries.add((who.tenant, each.transfer_id))
        wanted.spending.add(member(who.tenant, each.unit_id, who.member_id))


def give(
    gifts: Sequence[Gift], who: Who, units: Mapping[str, UnitId], zone: tzinfo, book: Book, key: str, reason: str,
    stamp: Stamp,
) -> Given:  # fmt: skip
    """Post the points of gifts, and tell which rewards are to be granted. `key` names the occasion for ever."""
    points, grants = [], []
    for number, gift in enumerate(gifts):
        name = f"{key}/{number}"
        if isinstance(gift, RewardGift):
            grants.append(
                Grant(who.tenant, name, who.member_id, gift.reward, reason, who.program_id, stamp.activity_id)
            )
            continue
        unit, months = units[gift.unit], gift.expires_after_months
        day = stamp.effective_at.astimezone(zone).date()
        ends = None if months is None else end_of_day(add_months(day, months), zone)
        transfer = book.move(
            name, reason, system(who.tenant, unit, "issued"), member(who.tenant, unit, who.member_id), gift.points,
            stamp, terms=LotTerms(stamp.effective_at, ends),
        )  # fmt: skip
        points.append(GivenPoints(transfer, unit, gift.points))
    return Given(tuple(points), tuple(grants))


def take_back(given: Sequence[GivenPoints], book: Book, key: str, stamp: Stamp) -> None:
    """Take points back that were given, as far as they are still there; the rest is a shortfall."""
    for number, each in enumerate(given):
        book.reverse(f"{key}/back/{number}", each.transfer_id, each.amount, key, stamp, reason="refund")
