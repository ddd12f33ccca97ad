"""What a shopper is shown, from what the services know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any

from babel.dates import format_date

from ledger import reading
from ledger.state import UnitId
from members.views import MemberId
from programs.coalition import earning, offering
from programs.coalition.offering import PartnerName
from programs.registry import KINDS
from programs.service import ProgramView
from rewards import catalogue
from rewards.views import RedemptionView, RewardId, RewardView
from schema.shared.amounts import points_text
from schema.shared.context import Info
from schema.shared.enums import PointsState
from schema.shared.history import history_kind
from schema.shared.ids import PROGRAM, REDEMPTION, REWARD, TRANSFER
from schema.shared.rewards import show_money, show_terms
from schema.shared.rules.union import FACES, words_of
from schema.shared.values import Money, Unit, last_day, show_expiries
from schema.storefront.types import (
    Balance,
    EarningWay,
    HistoryEntry,
    PaymentOffer,
    Program,
    Redemption,
    Reward,
    Voucher,
)

Units = Mapping[UnitId, Unit]


async def show_balances(info: Info, member: MemberId) -> list[Balance]:
    """A shopper's points, for each of the shop's units, by the unit's slug."""
    found = {balance.unit_id: balance for balance in await info.context.balances.load(member)}
    units = await info.context.units()
    zone = await info.context.zone() if any(balance.schedule for balance in found.values()) else UTC
    answer = []
    for id_, unit in sorted(units.items(), key=lambda item: item[1].slug):
        balance = found.get(id_) or reading.Balance(id_)
        soonest = balance.schedule[0] if balance.schedule else None
        answer.append(
            Balance(
                unit=unit, available=balance.available, pending=balance.pending, held=balance.held,
                expiries=show_expiries(balance.schedule, zone),
                next_expiry=_ends(soonest.amount, unit, last_day(soonest.at, zone)) if soonest else None,
                lapses_at=balance.lapses_at,
            )
        )  # fmt: skip
    return answer


async def show_rewards(info: Info, rewards: Sequence[RewardView]) -> dict[RewardId, Reward]:
    """Rewards, by id, and whether the shopper has the points for them."""
    units, member = await info.context.units(), info.context.member
    available: dict[str, int] | None = None
    if member is not None:
        available = {found.unit_id: found.available for found in await info.context.balances.load(member)}
    names = await offering.names_of(rewards)
    return {reward.id: _reward(reward, units[reward.unit_id], available, names) for reward in rewards}


async def show_redemptions(info: Info, redemptions: Sequence[RedemptionView]) -> dict[str, Redemption]:
    """Redemptions, by id, with their rewards as they are now."""
    named = {redemption.reward_id for redemption in redemptions if redemption.reward_id is not None}
    rewards = await show_rewards(info, list((await catalogue.get_many(sorted(named))).values()))
    units = await info.context.units()
    return {redemption.id: _redemption(redemption, rewards, units) for redemption in redemptions}


def show_history(entry: reading.LedgerEntry, orders: Mapping[str, str], units: Units) -> HistoryEntry:
    """An entry of the ledger as the shopper reads it; what is set aside and let go does not change what they have."""
    unit, kind = units[entry.unit_id], history_kind(entry)
    return HistoryEntry(
        id=TRANSFER.show(entry.id), kind=kind, at=entry.effective_at, unit=unit, points=entry.amount,
        state=PointsState(entry.book), order_id=_own_number(orders.get(entry.activity_id or "")),
        text=f"{points_text(entry.amount, unit, signed=True)}, {kind.value}",
    )  # fmt: skip


def _own_number(order: str | None) -> str | None:
    """An order by the number that the shopper has from who sold it, which may be a partner."""
    return None if order is None else earning.read_reference(order)


def show_program(program: ProgramView, unit: Unit) -> Program:
    """A live program in the words of its rules."""
    assert program.live is not None, "only live programs are shown"
    rules, face = KINDS[program.kind].parse(program.live.rules), FACES[program.kind]
    used, payment = words_of(unit), face.payment(rules)
    return Program(
        id=PROGRAM.show(program.id), slug=program.slug, name=program.name, unit=unit,
        ways_to_earn=[
            EarningWay(rule_id=rule, name=name, text=text) for rule, name, text in face.ways(rules, used)
        ],
        expiry=face.expiry(rules, used), payment=None if payment is None else _payment(payment),
    )  # fmt: skip


def _payment(payment: Any) -> PaymentOffer:
    return PaymentOffer(
        points=payment.points, worth=Money(amount=payment.worth, currency=payment.currency), minimum=payment.minimum,
        multiple=payment.multiple, maximum=payment.maximum, maximum_share_percent=payment.maximum_share_percent,
    )  # fmt: skip


def _reward(
    reward: RewardView, unit: Unit, available: Mapping[str, int] | None, names: Mapping[str, PartnerName]
) -> Reward:  # fmt: skip
    missing = None if available is None else max(0, reward.points - available.get(reward.unit_id, 0))
    return Reward(
        id=REWARD.show(reward.id), slug=reward.slug, name=reward.name, description=reward.description,
        kind=reward.kind, unit=unit, points=reward.points, terms=show_terms(reward.terms), image_url=reward.image_url,
        ends_at=reward.ends_at, in_stock=reward.stock_left != 0, affordable=None if missing is None else not missing,
        points_missing=missing, shops=reward.shops,
        partners=sorted(names[partner].name for partner in reward.partners),
    )  # fmt: skip


def _redemption(view: RedemptionView, rewards: Mapping[RewardId, Reward], units: Units) -> Redemption:
    voucher = view.voucher
    return Redemption(
        id=REDEMPTION.show(view.id), reward=rewards[view.reward_id] if view.reward_id is not None else None,
        unit=units[view.unit_id], points=view.points, state=view.state,
        value=show_money(view.value) if view.value is not None else None,
        voucher=Voucher(code=voucher.code, expires_at=voucher.expires_at) if voucher is not None else None,
        order_id=_own_number(view.order_reference), reserved_at=view.reserved_at, ends_at=view.ends_at,
    )  # fmt: skip


def _ends(amount: int, unit: Unit, day: date) -> str:
    return f"{points_text(amount, unit)} until {format_date(day, 'd MMMM y', locale='en')}"
