"""Load the demo: two shops and a coalition, each as if its time had been lived through. This one is CDNOW's, with
purchases in order and expiry week by week; the others are `roastery`'s and `coalition`'s.

The purchases are the customary one-tenth sample of CDNOW's customers who first bought in the first quarter of 1997
(2,357 people, 6,919 purchases until June 1998), published for research by P. Fader and B. Hardie:
https://www.brucehardie.com/datasets/. All dates are moved by one constant, so that the last one was yesterday. The
people's names are made up.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, islice
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.progress import Progress

from demo import catalogue, coalition, coalition_shop, opening, people, roastery
from kit import clock, db
from kit.errors import Refusal
from ledger import sweeps
from members import service as members
from members.inputs import MemberInput
from members.views import MemberId
from programs import redeeming, service, units, versions
from programs.activity import Activity, ActivityKind, Line
from programs.intake import drain, record_batch
from programs.records import MemberRef, Submission
from rewards.redemptions import ForReward
from rewards.views import RewardId
from settings import Settings
from tenants import scope
from tenants.scope import TenantId

SLUG = "cdnow"
ZONE = ZoneInfo("America/New_York")
SHOP = opening.Shop(SLUG, "CDNOW", "Robin Vale", ZONE)
BATCH = 500
SOURCE = Path(__file__).with_name("cdnow_sample.txt.gz")
_SOURCE_NAME = "cdnow"
_BEFORE = timedelta(days=7)  # the shop opens so long before its first purchase


@dataclass(frozen=True, slots=True)
class Purchase:
    """A line of the data: who bought when, how many records, for how many cents."""

    customer: str
    day: date
    records: int
    cents: int


async def load(settings: Settings, progress: Progress) -> bool:
    """Make the demo's tenants and live through their history; false if all is there already. Writes `demo.json`.

    Broken off, it goes on where it stopped the next time.
    """
    loaded = [await each(settings, progress) for each in (_load, roastery.load, coalition.load)]
    loaded.append(await coalition_shop.load())
    await drain()
    return any(loaded)


async def _load(settings: Settings, progress: Progress) -> bool:
    purchases = read(SOURCE)
    found = await opening.find(SHOP)
    if found is None:
        moved = SHOP.today() - timedelta(days=1) - purchases[-1].day
        tenant = await opening.sign_up(settings, SHOP, purchases[0].day + moved - _BEFORE)
    else:
        moved = found.created_at.astimezone(ZONE).date() + _BEFORE - purchases[0].day
        tenant = TenantId(found.id)
    with scope.of(tenant):
        done = await opening.recorded(_SOURCE_NAME)
        if done == len(purchases):
            return False
        moved_up = [Purchase(p.customer, p.day + moved, p.records, p.cents) for p in purchases]
        await _live_through(moved_up, done, progress)
    return True


def read(path: Path) -> list[Purchase]:
    """The purchases of a CDNOW file, oldest first: customer, (the number in the sample,) date, records, dollars."""
    found = []
    with gzip.open(path, "rt", encoding="ascii") as lines:
        for line in lines:
            customer, *_, day, records, dollars = line.split()
            if customer.isdecimal():
                found.append(Purchase(customer, date.fromisoformat(day), int(records), int(Decimal(dollars) * 100)))
    return sorted(found, key=lambda purchase: purchase.day)


async def _live_through(purchases: Sequence[Purchase], done: int, progress: Progress) -> None:
    with clock.pinned(_noon(purchases[0].day - _BEFORE)):
        rewards = await _open_shop()
    await _enrol(purchases)
    task = progress.add_task("Loading CDNOW", total=len(purchases), completed=done)
    number = done
    for week, group in groupby(purchases[done:], key=lambda each: each.day - timedelta(days=each.day.weekday())):
        bought = iter(list(group))
        while batch := list(islice(bought, BATCH)):
            await _record(batch, number)
            number += len(batch)
            progress.advance(task, len(batch))
        with clock.pinned(min(_noon(week + timedelta(days=7)), clock.now())):
            while await sweeps.expire_due():
                pass
            await _redeem_some(rewards, week)


async def _open_shop() -> list[RewardId]:
    """The unit, the program, and what its points buy; opened before, they stay as they are."""
    async with scope.writing():
        unit = await units.upsert("points", "point", "points", 0)
        if not await service.list_():
            given = service.CreateInput(name="CDNOW Points", kind="points", unit="points", rules=RULES)
            await versions.publish((await service.create(given)).id)
        return await catalogue.make(unit.id)


RULES = {
    "format": 1,
    "unit": "points",
    "rules": [
        {"id": "dollar", "name": "1 point per dollar",
         "earn": {"type": "per_amount", "points": 1, "per": 100, "currency": "USD"}},
        {"id": "review", "name": "Write a review", "on": ["review"], "earn": {"type": "fixed", "points": 10},
         "caps": [{"limit": 3, "counts": "times", "period": "month"}]},
        {"id": "birthday", "name": "Happy birthday", "on": ["birthday"], "earn": {"type": "fixed", "points": 25},
         "caps": [{"limit": 1, "counts": "times", "period": "year"}]},
    ],
    "expiry": {"policies": [{"type": "months_after_earning", "months": 12}], "warn_days": [30, 7]},
    "payment": {"points": 1, "worth": 5, "currency": "USD", "minimum": 20, "maximum_share_percent": 50},
}  # fmt: skip


async def _enrol(purchases: Sequence[Purchase]) -> None:
    joined: dict[str, date] = {}
    for purchase in purchases:
        joined.setdefault(purchase.customer, purchase.day)
    waiting = iter(joined.items())
    while batch := list(islice(waiting, BATCH)):
        await members.upsert_many(
            [
                MemberInput(external_id=customer, joined_at=_noon(day), **people.person(customer))
                for customer, day in batch
            ]
        )


async def _record(batch: Sequence[Purchase], number: int) -> None:
    tenant = scope.tenant_id()
    items = [_submission(tenant, purchase, number + place) for place, purchase in enumerate(batch)]
    for answer in await db.retrying(lambda: record_batch(items)):
        if isinstance(answer, Exception):
            raise answer


def _submission(tenant: TenantId, purchase: Purchase, number: int) -> Submission:
    """A purchase at some time of its day, between 9 and 21 o'clock, by its number."""
    at = _noon(purchase.day) + timedelta(minutes=(number * 137) % 720 - 180)
    line = Line(id="1", amount=purchase.cents, quantity=max(1, purchase.records), categories=("music",))
    order = f"CD-{number + 1:05}"
    activity = Activity(
        key=f"order:{order}", kind=ActivityKind.PURCHASE.value, member_id="", occurred_at=at, source=_SOURCE_NAME,
        order_id=order, currency="USD", lines=(line,), channel="web",
    )  # fmt: skip
    return Submission(tenant, MemberRef(external_id=purchase.customer), activity, at, imported=True)


async def _redeem_some(rewards: Sequence[RewardId], week: date) -> None:
    """Each week one in forty of those who have the points redeems a reward: the data knows purchases only."""
    async with scope.reading():
        rich = await db.rows(
            "SELECT owner FROM account WHERE tenant_id = $1 AND book = 'available' AND posted >= 120 "
            "AND owner >= 'member:' AND owner < 'member;' ORDER BY owner",
            scope.tenant_id(),
        )
    for place, row in enumerate(rich):
        if (place + week.toordinal() // 7) % 40 == 0:
            member = MemberId(row["owner"].removeprefix("member:"))
            await _try_redeem(f"demo:{week}:{member}", member, rewards[place % len(rewards)])


async def _try_redeem(key: str, member: MemberId, reward: RewardId) -> None:
    try:
        await redeeming.redeem(key, member, ForReward(reward))
    except Refusal as refusal:
        if refusal.code != "INSUFFICIENT_POINTS":
            raise


def _noon(day: date) -> datetime:
    return SHOP.noon(day)
