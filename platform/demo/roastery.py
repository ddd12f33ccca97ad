"""The demo's second shop: a coffee roastery whose members have points, tiers, a paid club, quests, a wheel and causes.

Everybody and everything here is made up, by one generator with one seed, so that it is the same each time; only the
dates move, so that the last day was yesterday. All of it came in through the services that the APIs call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, islice
from random import Random
from zoneinfo import ZoneInfo

from rich.progress import Progress

from connect.payments import accounts
from demo import opening, people
from demo import roastery_rules as rules
from kit import clock, db
from kit.errors import Refusal
from ledger import sweeps
from members import service as members
from members.inputs import MemberInput
from members.views import MemberId
from programs import occasions, redeeming
from programs.activity import Activity, ActivityKind, Line
from programs.game import service as games
from programs.giving import service as giving
from programs.intake import record_batch
from programs.paid import outcomes, renewing
from programs.paid import service as paid
from programs.records import MemberRef, Submission
from programs.tiered import service as tiered
from rewards.redemptions import ForReward
from rewards.views import RewardId
from settings import Settings
from tenants import scope
from tenants.scope import TenantId

SHOP = opening.Shop("harbour-roast", "Harbour Roast", "Noa Keller", ZoneInfo("America/Los_Angeles"))
SOURCE = "roastery"
SEED = 20
DAYS = 364
MEMBERS = 260
BATCH = 500
GOODS = (
    ("HR-201", 1600, "single-origin"), ("HR-202", 1800, "single-origin"), ("HR-203", 1750, "single-origin"),
    ("HR-204", 2200, "single-origin"), ("HR-205", 1400, "blend"), ("HR-206", 1500, "blend"),
    ("HR-207", 1450, "decaf"), ("HR-208", 3200, "gear"),
)  # fmt: skip
"""Article number, cents, and the tag that quests go by: what the demo shop sells."""

CARDS = ("card_succeeds", "card_succeeds", "card_succeeds", "card_expires_later")
_ALLOWED = frozenset({"INSUFFICIENT_POINTS", "NO_PLAYS", "ALREADY_MEMBER", "DECLINED", "ENDED", "GAME_PAUSED"})


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a customer did on a day, by its number in the whole story; `lines` are article numbers."""

    number: int
    customer: str
    day: date
    kind: ActivityKind
    lines: tuple[str, ...] = ()


async def load(settings: Settings, progress: Progress) -> bool:
    """Open the shop and live through its year; false if that is done already."""
    found = await opening.find(SHOP)
    if found is None:
        first = SHOP.today() - timedelta(days=DAYS)
        tenant = await opening.sign_up(settings, SHOP, first - timedelta(days=7))
    else:
        first = found.created_at.astimezone(SHOP.zone).date() + timedelta(days=7)
        tenant = TenantId(found.id)
    story = tell(first)
    with scope.of(tenant):
        done = await opening.recorded(SOURCE)
        if done == len(story):
            return False
        accounts.connect(settings)
        await _live_through(story, first, done, progress)
    return True


def tell(first: date) -> list[Happening]:
    """All that customers do from the first day on, in order: most come seldom, some every week."""
    chance = Random(SEED)  # noqa: S311 - a made-up story, always the same
    told: list[tuple[date, str, ActivityKind, tuple[str, ...]]] = []
    for number in range(MEMBERS):
        customer = f"hr-{number + 1:03}"
        joined = 0 if number < MEMBERS // 3 else chance.randrange(DAYS - 20)
        every = chance.choice((7, 14, 14, 21, 30, 30, 45, 60, 90))
        day = joined + chance.randrange(7)
        told.append((first + timedelta(days=joined), customer, ActivityKind.SIGNUP, ()))
        favourite = chance.choice(GOODS)[0]
        while day < DAYS:
            bags = chance.choices((1, 2, 3), (6, 3, 1))[0]
            lines = tuple(favourite if chance.random() < 0.5 else chance.choice(GOODS)[0] for _ in range(bags))
            told.append((first + timedelta(days=day), customer, ActivityKind.PURCHASE, lines))
            if chance.random() < 0.06:
                told.append((first + timedelta(days=day), customer, ActivityKind.REVIEW, ()))
            day += max(1, round(chance.gauss(every, every / 3)))
            if chance.random() < 0.01:
                break  # moved away, or drinks tea now
    told.sort(key=lambda each: each[0])
    return [Happening(number, customer, day, kind, lines) for number, (day, customer, kind, lines) in enumerate(told)]


async def _live_through(story: Sequence[Happening], first: date, done: int, progress: Progress) -> None:
    with clock.pinned(SHOP.noon(first - timedelta(days=7))):
        async with scope.writing():
            rewards = await rules.open_first()
    wheel_from = first + timedelta(days=DAYS) - rules.SEASON
    task = progress.add_task("Loading Harbour Roast", total=len(story), completed=done)
    for week, group in groupby(story[done:], key=lambda each: (each.day - first).days // 7):
        begins = first + timedelta(days=week * 7)
        if begins >= wheel_from and await rules.program_of("harvest-wheel") is None:
            with clock.pinned(SHOP.noon(begins)):
                async with scope.writing():
                    await rules.open_wheel(begins)
        happened = iter(list(group))
        while batch := list(islice(happened, BATCH)):
            await _enrol(batch)
            await _record(batch)
            progress.advance(task, len(batch))
        with clock.pinned(min(SHOP.noon(begins + timedelta(days=7)), clock.now())):
            await _week_ends(rewards, week)


async def _enrol(batch: Sequence[Happening]) -> None:
    """Make those members who sign up now: nobody has a birthday with us before."""
    joined = {int(each.customer[3:]): each for each in batch if each.kind is ActivityKind.SIGNUP}
    await members.upsert_many(
        [
            MemberInput(external_id=each.customer, joined_at=SHOP.noon(each.day), birthday=_birthday(number),
                        **_person(number))
            for number, each in joined.items()
        ]
    )  # fmt: skip


def _person(number: int) -> people.Person:
    """Another walk through the same names than the first shop's."""
    known = people.person(str(number * 17 + 5))
    return {"name": known["name"], "email": f"guest{number}@harbour-roast.example"}


def _birthday(number: int) -> date:
    return date(1960 + number * 7 % 45, 1 + number * 5 % 12, 1 + number * 11 % 28)


async def _record(batch: Sequence[Happening]) -> None:
    tenant = scope.tenant_id()
    items = [_submission(tenant, each) for each in batch]
    for answer in await db.retrying(lambda: record_batch(items)):
        if isinstance(answer, Exception):
            raise answer


def _submission(tenant: TenantId, each: Happening) -> Submission:
    """At some time of the day between 8 and 18 o'clock, by its number."""
    at = SHOP.noon(each.day) + timedelta(minutes=(each.number * 137) % 600 - 240)
    bought = each.kind is ActivityKind.PURCHASE
    activity = Activity(
        key=f"{SOURCE}:{each.number}", kind=each.kind.value, member_id="", occurred_at=at, source=SOURCE,
        order_id=f"HR-{each.number + 1:05}" if bought else None, currency="USD" if bought else None,
        lines=tuple(_lines(each.lines)), channel="web" if bought else None,
    )  # fmt: skip
    return Submission(tenant, MemberRef(external_id=each.customer), activity, at, imported=True)


def _lines(articles: Sequence[str]) -> Iterator[Line]:
    for sku, cents, tag in GOODS:
        if pieces := articles.count(sku):
            yield Line(id=sku, sku=sku, amount=cents * pieces, quantity=pieces, categories=("coffee",), tags=(tag,))


# -- what happens at the end of each week ------------------------------------------------------------------------------


async def _week_ends(rewards: Sequence[RewardId], week: int) -> None:
    """Time's own work, then what some members do with what they have."""
    for step in (sweeps.expire_due, tiered.review_due, renewing.step_due, occasions.celebrate_due):
        while await _in_transaction(step):
            pass
    while await outcomes.finish_due(20):
        pass
    chance = Random(SEED * 1000 + week)  # noqa: S311 - a made-up story, always the same
    rich = await _holders(rules.BEANS, 200)
    for member in chance.sample(rich, len(rich) // 25):
        reward = chance.choice(rewards)
        await _try(redeeming.redeem(f"demo:{week}:redeem:{member}", member, ForReward(reward)))
    for member in chance.sample(rich, min(len(rich), 4)):
        given = giving.DonateInput(member, chance.choice(("school-meals", "school-meals", "shade-trees")),
                                   chance.choice((50, 100, 150)))  # fmt: skip
        await _try(giving.donate(f"demo:{week}:give:{member}", given))
    club = await rules.program_of("harbour-club")
    assert club is not None, "opened on the first day"
    for member in chance.sample(rich, min(len(rich), 2)) if week % 2 == 0 else []:
        wish = paid.Join(member, club, chance.choice(("club-month", "club-year")), method=chance.choice(CARDS))
        await _try(paid.join(f"demo:{week}:join:{member}", wish))
    await _spin(chance, week)


async def _in_transaction(step: Callable[[int], Awaitable[int]]) -> int:
    """One chunk of a job's work."""
    async with scope.writing():
        return await step(100)


async def _spin(chance: Random, week: int) -> None:
    wheel = await rules.program_of("harvest-wheel")
    if wheel is None:
        return
    for member in await _holders(rules.SPINS, 1):
        if chance.random() < 0.7:
            await _try(games.play(f"demo:{week}:spin:{member}", member, wheel, f"lucky-{week}"))


async def _holders(unit: str, least: int) -> list[MemberId]:
    """Members who have so much of a unit, in the order of their numbers in the shop."""
    async with scope.reading():
        rows = await db.rows(
            "SELECT m.id FROM account a JOIN unit u ON u.tenant_id = a.tenant_id AND u.id = a.unit_id AND u.slug = $2 "
            "JOIN member m ON m.tenant_id = a.tenant_id AND a.owner = 'member:' || m.id "
            "WHERE a.tenant_id = $1 AND a.book = 'available' AND a.posted >= $3 ORDER BY m.external_id",
            scope.tenant_id(), unit, least,
        )  # fmt: skip
    return [MemberId(row["id"]) for row in rows]


async def _try(work: Awaitable[object]) -> None:
    """Do something that a member may be refused; the first answer under its key stays, so a repeat changes nothing."""
    try:
        await work
    except Refusal as refusal:
        if refusal.code not in _ALLOWED:
            raise
