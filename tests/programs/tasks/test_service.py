"""Tasks that are claimed, assigned, withdrawn, and whose time is over; and how members and merchants see them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from members.models import Member
from members.views import MemberId
from programs.decision import ProgramId
from programs.tasks import service, views
from programs.tasks.views import TaskView
from programs.verify import verify
from tenants import scope
from tests.programs.shop import START
from tests.programs.tasks.factories import EVERY, MONTH, ORDERS, PER_WINDOW, SPEND, TEN, VISITS, program, step, task
from tests.programs.tasks.shop import DAY, TaskShop, given, open_task_shop, told
from tests.programs.tasks.test_state import BADGES, into_segment, only

CLAIMED: dict[str, Any] = {"type": "claimed"}
ASSIGNED = {"type": "assigned"}
WEEK = {"type": "from_offer", "days": 7}
GONE = ProgramId("0190a7a0-0000-7000-8000-0000000000ff")


async def claim(shop: TaskShop, key: str = "c", at: datetime | None = None, **other: Any) -> None:
    with shop.now(at):
        member = MemberId(other.get("member", shop.points.member_id))
        await service.claim(key, member, other.get("program", shop.program), other.get("task", "quest"))


async def assign(shop: TaskShop, key: str = "a", at: datetime | None = None) -> None:
    with shop.now(at):
        await service.assign(key, MemberId(shop.points.member_id), shop.program, "quest")


async def withdraw(shop: TaskShop, key: str = "w", reason: str = "A mistake") -> None:
    with shop.now():
        await service.withdraw(key, MemberId(shop.points.member_id), shop.program, "quest", reason)


async def seen(shop: TaskShop, at: datetime | None = None) -> list[TaskView]:
    with shop.now(at):
        return list((await views.of_members([shop.points.member_id]))[shop.points.member_id])


async def expire(shop: TaskShop, at: datetime) -> int:
    with shop.now(at):
        return await service.expire_due()


async def new_member(shop: TaskShop, external_id: str) -> str:
    with scope.of(shop.points.tenant):
        async with scope.writing():
            return (await Member.create(id=new_id(), external_id=external_id, joined_at=START, created_at=START)).id


async def test_what_is_done_after_the_claim_counts(database: object) -> None:
    shop = await open_task_shop(only(step(ORDERS), start=CLAIMED, window=WEEK))
    await shop.points.buy(1_00)
    (offered,) = await seen(shop)
    assert (offered.state, offered.slots_left, offered.steps) == ("offered", None, ((0, 1),))
    shop.points.now += timedelta(hours=1)
    for _ in range(2):
        await claim(shop)
    (active,) = await seen(shop)
    assert (active.state, active.began, active.ends_at) == ("active", "claimed", datetime(2026, 3, 10, tzinfo=UTC))
    done = await shop.points.buy(1_00)
    assert (told(done), given(done)) == (["Quest is done."], [10])
    (view,) = await seen(shop)
    assert (view.state, view.times, view.done_at) == ("done", 1, shop.points.now)
    assert await shop.events() == ["task.begun", "task.done"]


@pytest.mark.parametrize(
    ("rules", "at", "changed", "code"),
    [
        ({"start": ASSIGNED}, START, {}, "NOT_CLAIMABLE"),
        ({"start": CLAIMED | {"until": "2026-03-01"}}, START, {}, "ENDED"),
        ({"start": CLAIMED, "tiers": ["gold"]}, START, {}, "NOT_ELIGIBLE"),
        ({"start": CLAIMED, "segments": ["vip"]}, START, {}, "NOT_ELIGIBLE"),
        ({"start": CLAIMED}, START, {"task": "other"}, "NOT_FOUND"),
        ({"start": CLAIMED}, START, {"program": GONE}, "NOT_FOUND"),
        ({"start": CLAIMED}, START, {"member": GONE}, "NOT_FOUND"),
    ],
)
async def test_what_cannot_be_claimed_leaves_nothing(
    database: object, rules: dict[str, Any], at: datetime, changed: dict[str, Any], code: str
) -> None:
    shop = await open_task_shop(only(**rules))
    with pytest.raises(Refusal) as refused:
        await claim(shop, at=at, **changed)
    assert refused.value.code == code
    assert (await shop.runs(), await shop.events()) == ([], [])


async def test_the_last_day_is_the_tenants(database: object) -> None:
    shop = await open_task_shop(only(start=CLAIMED | {"until": "2026-03-02"}))
    await claim(shop, at=datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC))
    assert await shop.runs() == [("quest", "active", 0)]


async def test_a_task_is_claimed_once_in_its_time(database: object) -> None:
    shop = await open_task_shop(only(step(ORDERS), start=CLAIMED, window=WEEK, repeat=PER_WINDOW))
    await claim(shop, "c1")
    for key in ("c2", "c2"):
        with pytest.raises(Refusal, match="ALREADY_BEGUN"):
            await claim(shop, key)
    await claim(shop, "c3", at=START + 9 * DAY)
    assert await shop.runs() == [("quest", "active", 0), ("quest", "active", 0)]
    once = await open_task_shop(only(step(ORDERS), start=CLAIMED, window=WEEK), "once")
    await claim(once, "c1")
    with pytest.raises(Refusal, match="ALREADY_BEGUN"):
        await claim(once, "c2", at=START + 9 * DAY)


async def test_there_are_only_so_many_places(database: object) -> None:
    shop = await open_task_shop(only(start=CLAIMED | {"slots": 2}))
    members = [await new_member(shop, f"m{n}") for n in range(5)]
    assert [view.slots_left for view in await seen(shop)] == [2]
    answers = await asyncio.gather(
        *(claim(shop, f"c{n}", member=member) for n, member in enumerate(members)), return_exceptions=True
    )
    codes = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert codes == ["NO_SLOTS"] * 3
    assert await seen(shop) == []
    with shop.now():
        (counts,) = await views.counts_of(shop.program)
    assert (counts.active, counts.slots_taken) == (2, 2)
    taken = members[next(n for n, answer in enumerate(answers) if answer is None)]
    with shop.now():
        await service.withdraw("w", MemberId(taken), shop.program, "quest", "A mistake")
    await claim(shop, "again")
    assert sorted(state for _, state, _ in await shop.runs()) == ["active", "active", "withdrawn"]


async def test_what_is_assigned_can_be_withdrawn(database: object) -> None:
    shop = await open_task_shop(only(step(ORDERS, 2), start=ASSIGNED))
    assert await seen(shop) == []
    await assign(shop)
    with pytest.raises(Refusal, match="ALREADY_BEGUN"):
        await assign(shop, "again")
    await shop.points.buy(1_00)
    for _ in range(2):
        await withdraw(shop)
    assert await shop.runs() == [("quest", "withdrawn", 0)]
    await shop.points.buy(1_00)
    assert await shop.points.available() == 2
    with pytest.raises(Refusal, match="NOT_FOUND"):
        await withdraw(shop, "w2")
    with pytest.raises(Refusal, match="INVALID"):
        await withdraw(shop, "w3", reason=" ")
    assert await shop.events() == ["task.begun", "task.withdrawn"]


async def test_what_is_over_is_not_withdrawn_whether_the_job_came_by_or_not(database: object) -> None:
    start, window = {"type": "claimed", "slots": 1}, {"type": "from_offer", "days": 7}
    shop = await open_task_shop(program(task(step(VISITS), start=start, window=window)))
    await claim(shop)
    shop.points.now += 8 * DAY
    for ended in (0, 1):
        with pytest.raises(Refusal, match="NOT_FOUND"):
            await withdraw(shop, key=f"w{ended}")
        with shop.now():
            assert [each.slots_taken for each in await views.counts_of(shop.program)] == [1]
        await expire(shop, shop.points.now)


async def test_what_was_done_stays_when_a_task_is_withdrawn(database: object) -> None:
    shop = await open_task_shop(only(step(SPEND, 10_00), start=ASSIGNED, repeat=EVERY))
    await assign(shop)
    await shop.points.buy(25_00)
    shop.points.now += DAY
    await withdraw(shop)
    await shop.points.buy(25_00)
    assert (await shop.runs(), await shop.points.available()) == ([("quest", "done", 2)], 70)


async def test_a_task_cannot_be_assigned_if_members_claim_it(database: object) -> None:
    shop = await open_task_shop(only(start=CLAIMED))
    with pytest.raises(Refusal, match="NOT_ASSIGNABLE"):
        await assign(shop)


async def test_what_was_not_done_in_time_has_expired(database: object) -> None:
    shop = await open_task_shop(program(
        task(step(VISITS, 2), window=MONTH, repeat=PER_WINDOW, rewards=[TEN]),
        task(step(VISITS), id_="every", window=MONTH, repeat=EVERY),
    ))  # fmt: skip
    await shop.points.happen("visit")
    april = datetime(2026, 4, 1, tzinfo=UTC)
    assert await expire(shop, april - timedelta(microseconds=1)) == 0
    for expected in (2, 0):
        assert await expire(shop, april) == expected
    assert await shop.runs() == [("every", "done", 1), ("quest", "expired", 0)]
    assert await shop.events() == ["task.done", "task.expired"]
    shop.points.now = april
    late = await shop.points.happen("visit", at=april - DAY)
    assert (told(late)[0], given(late)) == ("Quest is done.", [10])
    again, _ = await seen(shop)
    assert (again.state, again.steps, again.starts_at) == ("offered", ((0, 2),), april)


async def test_how_far_a_member_is(database: object) -> None:
    shop = await open_task_shop(program(
        task(step(SPEND, 20_00), {"behaviour": VISITS, "target": 1, "streak": {"length": 3}}, id_="both"),
        task(step(SPEND, 20_00), id_="carry", repeat=EVERY),
        task(step(VISITS, 3), id_="week", window={"type": "rolling_days", "days": 7}),
        task(step(VISITS), id_="early", window={"type": "from_offer", "days": 1}),
        task(step(VISITS), id_="wakes", start={"type": "on_segment", "segment": "asleep"}),
        task(step(VISITS), id_="hidden", segments=["vip"]),
    ))  # fmt: skip
    await into_segment(shop, "asleep")
    before = {view.task.id: view.state for view in await seen(shop)}
    assert before == {"both": "offered", "carry": "offered", "week": "offered", "early": "offered", "wakes": "offered"}
    await shop.points.buy(50_00)
    for day in (2, 3):
        shop.points.now = START + day * DAY
        await shop.points.happen("visit")
    found = {view.task.id: (view.state, view.times, view.steps) for view in await seen(shop)}
    assert found == {
        "both": ("active", 0, ((50_00, 20_00), (2, 3))),
        "carry": ("active", 2, ((10_00, 20_00),)),
        "week": ("active", 0, ((2, 3),)),
        "wakes": ("done", 1, ((2, 1),)),
    }
    gone = {view.task.id: view.steps for view in await seen(shop, START + 30 * DAY)}
    assert (gone["both"][1].has, gone["week"][0].has) == (0, 0)


async def test_badges_stay_and_are_named(database: object) -> None:
    shop = await open_task_shop(program(
        task(step(VISITS), badge="fan"), task(step(VISITS, 2), id_="two", badge="fan"), badges=BADGES,
    ))  # fmt: skip
    await shop.points.happen("visit")
    shop.points.now += DAY
    await shop.points.happen("visit")
    with shop.now():
        (badge,) = (await views.badges_of([shop.points.member_id]))[shop.points.member_id]
    assert (badge.badge, badge.name, badge.earned_at, badge.times) == ("fan", "Fan", START, 2)
    assert await shop.events() == ["task.done", "badge.earned", "task.done"]


async def test_a_member_of_another_tenant_is_not_there(database: object) -> None:
    shop, other = await open_task_shop(only(start=CLAIMED)), await open_task_shop(only(start=CLAIMED), "other")
    with pytest.raises(Refusal, match="NOT_FOUND"):
        await claim(shop, member=other.points.member_id)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        await claim(shop, program=other.program)


@pytest.mark.broken_books
@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE member_task SET times = times + 1 WHERE times > 0", "task_times"),
        ("UPDATE member_task SET task = 'other' WHERE times > 0", "task_completion"),
        ("UPDATE counter SET used = used + 1 WHERE name LIKE 'slots:%'", "task_slots"),
        ("UPDATE counter SET used = used - 1 WHERE name LIKE 'task:%'", "task_counted"),
    ],
)
async def test_a_row_that_was_changed_is_found(database: object, statement: str, check: str) -> None:
    shop = await open_task_shop(only(step(ORDERS), start=CLAIMED))
    await claim(shop, at=START - DAY)
    await shop.points.buy(1_00)
    tenant = shop.points.tenant
    assert await verify(tenant, full=True) == ()
    with shop.now():
        async with scope.writing():
            assert await db.execute(f"{statement} AND tenant_id = $1", tenant) >= 1
    assert check in {finding.check for finding in await verify(tenant, full=True)}
