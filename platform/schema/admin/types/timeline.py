"""A member's timeline: each thing with its change of the points, in words, and with what lies behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import strawberry

from ledger.searching import WrittenEntry
from ledger.state import UnitId
from programs import adjusting
from programs.activities import ActivityView, TimelineItem
from programs.activity import ActivityKind
from programs.coalition import earning
from programs.game.compiled import FREE_KIND
from rewards.views import RedemptionState, RedemptionView
from schema.admin.types.activities import Activity, show_activity
from schema.admin.types.rewards import Redemption, show_redemptions
from schema.admin.types.tenants import Actor, show_actor, show_actors
from schema.cost import sized
from schema.shared.amounts import points_text
from schema.shared.context import Info
from schema.shared.declare import enum, field, output
from schema.shared.ids import ACTIVITY, REDEMPTION, TRANSFER, show_named
from schema.shared.scalars import BigInt
from schema.shared.values import Unit


class TimelineKind(StrEnum):
    """What kind of thing a timeline tells of."""

    ACTIVITY = "activity"
    REDEMPTION = "redemption"
    ADJUSTMENT = "adjustment"
    MATURITY = "maturity"
    EXPIRY = "expiry"
    STORED_VALUE = "stored_value"
    TRANSFER = "transfer"
    DONATION = "donation"
    REFERRAL = "referral"
    GAME = "game"
    GIFT = "gift"
    CONVERSION = "conversion"


enum(TimelineKind, {
    "ACTIVITY": "They did something.",
    "REDEMPTION": "They spent points.",
    "ADJUSTMENT": "Somebody gave or took points by hand.",
    "MATURITY": "Points that waited can be spent.",
    "EXPIRY": "Points ended.",
    "TRANSFER": "They gave points to another member, or got some: given, or as one of two who became one.",
    "STORED_VALUE": "They paid with stored value, or got some: from a payment, a gift card, or for an order.",
    "REFERRAL": "A friend's order brought them points, or they went back with it.",
    "DONATION": "They gave points to a cause, or got them back.",
    "GAME": "They played, or won points.",
    "GIFT": "A program gave them points beside an activity, as for joining or for a tier, or took them back.",
    "CONVERSION": "Points of a partner's own programme became points, or went back.",
})  # fmt: skip


@output
class Adjustment:
    """Points that somebody gave or took by hand."""

    reason: str = field(description="What they wrote.")
    actor: Actor = field(description="Who did it.")


@output
class PointsChange:
    """What an entry of the timeline changed."""

    unit: Unit = field(description="Points of which unit.")
    available: BigInt = field(description="Change of what can be spent.")
    pending: BigInt = field(description="Change of what waits.")


@output
class TimelineEntry:
    """One thing that happened to a member; of the three details at most one is set."""

    id: strawberry.ID = field(description="Of the activity, the redemption, or the ledger's entry.")
    kind: TimelineKind = field(description="What kind of thing.")
    at: datetime = field(description="When it took effect.")
    changes: list[PointsChange] = field(description="What it did to the points.", metadata=sized(2))
    text: str = field(description="The entry in words.")
    activity: Activity | None = field(description="The activity, with its decision and why.")
    redemption: Redemption | None = field(description="The redemption.")
    adjustment: Adjustment | None = field(description="The adjustment.")


Units = Mapping[UnitId, Unit]


async def show_timeline(info: Info, items: Sequence[TimelineItem], member: str) -> dict[str, TimelineEntry]:
    """A page of a member's timeline in the schema, by the items' ids: one statement per kind of thing."""
    units = await info.context.units()
    redemptions = await show_redemptions(info, [item.redemption for item in items if item.redemption is not None])
    adjusted = [item.id for item in items if item.entry is not None and item.entry.reason == adjusting.REASON]
    by = await adjusting.actors(adjusted)
    actors = await show_actors(by.values())
    answer = {}
    for item in items:
        if item.activity is not None:
            answer[item.id] = _activity(item.activity, units)
        elif item.redemption is not None:
            answer[item.id] = _redemption(item.redemption, redemptions[item.id], units)
        elif item.entry is not None:
            actor = actors[by[item.id]] if item.id in by else show_actor("system", {})
            answer[item.id] = _entry(item.entry, actor, units, f"member:{member}")
    return answer


def _activity(view: ActivityView, units: Units) -> TimelineEntry:
    changes: dict[str, PointsChange] = {}
    for posted in view.recorded.posted if view.recorded is not None else ():
        unit = units[UnitId(posted.unit_id)]
        change = changes.setdefault(posted.unit_id, PointsChange(unit=unit, available=0, pending=0))
        setattr(change, posted.book, getattr(change, posted.book) + posted.amount)
    shown = [changes[unit] for unit in sorted(changes)]
    return _timeline_entry(
        ACTIVITY.show(view.id), TimelineKind.ACTIVITY, view.activity.occurred_at, shown,
        f"{_what(view)}: {_changed(view, shown)}.", activity=show_activity(view, units),
    )  # fmt: skip


def _redemption(view: RedemptionView, shown: Redemption, units: Units) -> TimelineEntry:
    taken = view.points - view.points_returned if view.state in _TAKES else 0
    changes = [PointsChange(unit=units[view.unit_id], available=-taken, pending=0)] if taken else []
    name = shown.reward.name if shown.reward is not None else "points as payment"
    how = points_text(view.points, units[view.unit_id]) if view.points else "given"
    text = f"{name}: {how}, {view.state.value}."
    return _timeline_entry(
        REDEMPTION.show(view.id), TimelineKind.REDEMPTION, view.reserved_at, changes, text, redemption=shown
    )


_TAKES = (RedemptionState.RESERVED, RedemptionState.CONFIRMED)


def _entry(entry: WrittenEntry, actor: Actor, units: Units, owner: str) -> TimelineEntry:
    unit = units[UnitId(entry.unit_id)]
    change = PointsChange(unit=unit, available=0, pending=0)
    for side, sign in ((entry.debit, -1), (entry.credit, 1)):
        if side.owner == owner:
            setattr(change, side.book, getattr(change, side.book) + sign * entry.amount)
    id_, amount = TRANSFER.show(entry.id), points_text(entry.amount, unit)
    match entry.reason:
        case "expire":
            return _timeline_entry(id_, TimelineKind.EXPIRY, entry.effective_at, [change], f"{amount} expired.")
        case "mature":
            text = f"{amount} can be spent now."
            return _timeline_entry(id_, TimelineKind.MATURITY, entry.effective_at, [change], text)
        case "play" | "prize":
            text = f"{amount} {'played' if entry.reason == 'play' else 'won'}."
            return _timeline_entry(id_, TimelineKind.GAME, entry.effective_at, [change], text)
        case reason if reason in _GIFTS or (reason == "refund" and entry.debit.owner == owner):
            text = f"{amount} {_gift(entry, owner)}."
            return _timeline_entry(id_, TimelineKind.GIFT, entry.effective_at, [change], text)
        case "pay" | "refund" | "credit" | "gift_card_moved":
            text = _STORED_VALUE[entry.reason].format(amount=amount, note=entry.note)
            return _timeline_entry(id_, TimelineKind.STORED_VALUE, entry.effective_at, [change], text)
        case "transfer" | "carry" | "carry_debt":
            other = entry.credit if entry.debit.owner == owner else entry.debit
            who = show_named(other.owner)
            text = f"{amount} {'came from' if other is entry.debit else 'went to'} {who}."
            return _timeline_entry(id_, TimelineKind.TRANSFER, entry.effective_at, [change], text)
        case "convert_in" | "convert_out" | "exchange_in" | "exchange_out":
            text = f"{amount} {_CONVERSIONS[entry.reason, entry.reverses_id is not None]}."
            return _timeline_entry(id_, TimelineKind.CONVERSION, entry.effective_at, [change], text)
        case "donate":
            text = f"{amount} given to “{entry.credit.owner.removeprefix('donated:')}”."
            return _timeline_entry(id_, TimelineKind.DONATION, entry.effective_at, [change], text)
        case "referral" | "referral_taken_back":
            text = f"{amount} {'for an invitation' if entry.reason == 'referral' else 'taken back with an order'}."
            return _timeline_entry(id_, TimelineKind.REFERRAL, entry.effective_at, [change], text)
        case "donation_cancelled":
            text = f"{amount} came back: {entry.note}"
            return _timeline_entry(id_, TimelineKind.DONATION, entry.effective_at, [change], text)
        case _:
            text = f"{amount} {'given' if change.available > 0 else 'taken'} by hand: {entry.note or ''}"
            return _timeline_entry(
                id_, TimelineKind.ADJUSTMENT, entry.effective_at, [change], text,
                adjustment=Adjustment(reason=entry.note or "", actor=actor),
            )  # fmt: skip


_GIFTS = {
    "membership_gift": "for joining",
    "dividend": "as the yearly dividend",
    "tier_gift": "for a tier",
    "task_reward": "for a task",
    "convert": "came from points that turned into a gift",
    "shortfall": "went to what was missing",
}


def _gift(entry: WrittenEntry, owner: str) -> str:
    """What a program gave or took, after how much; whatever else is taken is a gift that goes back."""
    if entry.reason == "convert" and entry.reverses_id is not None and entry.credit.owner == owner:
        return "came back from a gift"
    if entry.reason == "convert" and entry.reverses_id is None and entry.debit.owner == owner:
        return "turned into a gift"
    if entry.reason != "shortfall" and entry.debit.owner == owner:
        return "of a gift taken back"
    return _GIFTS[entry.reason]


_CONVERSIONS = {
    ("convert_in", False): "came for points of a partner's own programme",
    ("convert_in", True): "went back for points of a partner's own programme",
    ("convert_out", False): "became points of a partner's own programme",
    ("convert_out", True): "came back from points of a partner's own programme",
    ("exchange_out", False): "became points of a coalition",
    ("exchange_out", True): "came back from points of a coalition",
    ("exchange_in", False): "came for points of a coalition",
    ("exchange_in", True): "went back for points of a coalition",
}
"""What a conversion did, or taking one back."""

_STORED_VALUE = {
    "pay": "{amount} paid.",
    "refund": "{amount} of a payment came back.",
    "credit": "{amount} of an order refunded to the balance: {note}",
    "gift_card_moved": "{amount} came from a gift card.",
}


def _timeline_entry(
    id_: strawberry.ID, kind: TimelineKind, at: object, changes: list[PointsChange], text: str, **behind: object
) -> TimelineEntry:
    parts = {"activity": None, "redemption": None, "adjustment": None, **behind}
    return TimelineEntry(id=id_, kind=kind, at=at, changes=changes, text=text, **parts)  # type: ignore[arg-type]


def _what(view: ActivityView) -> str:
    if view.activity.kind == FREE_KIND:
        return "Free plays"
    kind = view.activity.kind.removeprefix("custom:").replace("_", " ").replace("-", " ")
    order = f" of order {earning.read_reference(view.activity.order_id)}" if view.activity.order_id else ""
    partner = f" at {view.activity.partner}" if view.activity.partner else ""
    return f"{kind.capitalize()}{order}{partner}"


def _changed(view: ActivityView, changes: Sequence[PointsChange]) -> str:
    if view.state == "parked":
        # A purchase waits for nobody but a person, nor does what is about no order.
        held = view.activity.kind == ActivityKind.PURCHASE or view.activity.order_id is None
        return "waits to be looked at" if held else "waits for the purchase of its order"
    if view.recorded is not None and view.recorded.refusal is not None:
        return f"refused, {view.recorded.refusal.message.rstrip('.')}"
    parts = [
        points_text(amount, change.unit, signed=True) + waits
        for change in changes
        for amount, waits in ((change.available, ""), (change.pending, " pending"))
        if amount
    ]
    return ", ".join(parts) or "no points"
