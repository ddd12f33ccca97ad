"""Tasks of two members who become one."""

from __future__ import annotations

from kit.ids import new_id
from members.models import Member
from members.views import MemberId
from programs import merging
from programs.activity import Activity, Line
from programs.records import MemberRef
from programs.tasks import service, views
from tenants import scope
from tests.programs.shop import START
from tests.programs.tasks.factories import EVERY, MONTH, ORDERS, PER_WINDOW, TEN, VISITS, program, step, task
from tests.programs.tasks.shop import DAY, TaskShop, open_task_shop
from tests.programs.tasks.test_state import BADGES

RULES = program(
    task(step(ORDERS), id_="first", rewards=[TEN], badge="fan"), task(step(VISITS, 2), id_="visits", rewards=[TEN]),
    badges=BADGES,
)  # fmt: skip


async def buy(shop: TaskShop, member: str, order: str) -> None:
    activity = Activity(key=f"buy-{order}", kind="purchase", member_id="", occurred_at=shop.points.now, order_id=order,
                        currency="USD", lines=(Line(id="l1", amount=1_00),))  # fmt: skip
    await shop.points.record(activity, MemberRef(external_id=member))


async def test_a_task_that_the_other_has_done_is_not_done_again(database: object) -> None:
    shop = await open_task_shop(RULES)
    with scope.of(shop.points.tenant):
        async with scope.writing():
            bob = await Member.create(id=new_id(), external_id="bob", joined_at=START, created_at=START)
    await buy(shop, "bob", "o1")
    await shop.points.happen("visit")
    shop.points.now += DAY
    with shop.now():
        await merging.merge("m", MemberId(bob.id), MemberId(shop.points.member_id))
        seen = (await views.of_members([shop.points.member_id]))[shop.points.member_id]
        (badge,) = (await views.badges_of([shop.points.member_id]))[shop.points.member_id]
    assert [(view.task.id, view.state, view.times) for view in seen] == [("first", "done", 1), ("visits", "active", 0)]
    assert (badge.badge, badge.times) == ("fan", 1)
    assert await shop.points.available() == 11
    await buy(shop, "ann", "o2")
    assert await shop.points.available() == 12
    for order in ("o1", "o2"):
        await shop.points.happen("cancel", order_id=order)
    assert (await shop.points.available(), await shop.badges()) == (0, {})
    assert ("first", "offered", 0) in await shop.runs()


async def test_what_both_did_together_is_enough(database: object) -> None:
    shop = await open_task_shop(RULES)
    with scope.of(shop.points.tenant):
        async with scope.writing():
            bob = await Member.create(id=new_id(), external_id="bob", joined_at=START, created_at=START)
    await shop.points.happen("visit")
    visit = Activity(key="visit-bob", kind="visit", member_id="", occurred_at=shop.points.now + DAY / 2)
    shop.points.now += DAY
    await shop.points.record(visit, MemberRef(external_id="bob"))
    with shop.now():
        await merging.merge("m", MemberId(bob.id), MemberId(shop.points.member_id))
    await shop.points.happen("visit")
    assert ("visits", "done", 1) in await shop.runs()
    assert await shop.points.available() == 10


async def second_member(shop: TaskShop, name: str = "bob") -> MemberId:
    with scope.of(shop.points.tenant):
        async with scope.writing():
            made = await Member.create(id=new_id(), external_id=name, joined_at=START, created_at=START)
    return MemberId(made.id)


async def merged(shop: TaskShop, from_: str, into: str, key: str = "m") -> None:
    with shop.now():
        await merging.merge(key, MemberId(from_), MemberId(into))


async def test_times_that_both_were_rewarded_for_are_not_rewarded_again(database: object) -> None:
    shop = await open_task_shop(program(task(step(ORDERS), repeat=EVERY, rewards=[TEN], badge="fan"), badges=BADGES))
    bob = await second_member(shop)
    for number, name in enumerate(("ann", "ann", "bob", "bob", "bob")):
        await buy(shop, name, f"o{number}")
        shop.points.now += DAY
    await merged(shop, bob, shop.points.member_id)
    assert await shop.points.available() == 55
    await buy(shop, "ann", "o5")
    assert (await shop.points.available(), await shop.runs()) == (
        66, [("quest", "active", 6), ("quest", "withdrawn", 0)],
    )  # fmt: skip
    for number in range(5):
        await shop.points.happen("cancel", order_id=f"o{number}")
        assert await shop.points.available() == 55 - 11 * number
    assert await shop.badges() == {"fan": 1}
    await shop.points.happen("cancel", order_id="o5")
    assert (await shop.points.available(), await shop.badges()) == (0, {})


async def test_what_both_did_once_is_kept_as_long_as_it_is_done_and_then_goes_for_both(database: object) -> None:
    shop = await open_task_shop(program(task(step(ORDERS), rewards=[TEN], window=MONTH, repeat=PER_WINDOW)))
    bob = await second_member(shop)
    await buy(shop, "ann", "o1")
    await buy(shop, "bob", "o2")
    await merged(shop, bob, shop.points.member_id)
    carol = await second_member(shop, "carol")
    await buy(shop, "carol", "o3")
    await merged(shop, carol, shop.points.member_id, "m2")
    for order, left in (("o1", 32), ("o3", 31), ("o2", 0)):
        await shop.points.happen("cancel", order_id=order)
        assert await shop.points.available() == left, order
    await buy(shop, "ann", "o4")
    assert await shop.points.available() == 11


async def test_a_task_that_both_have_claimed_takes_one_place(database: object) -> None:
    shop = await open_task_shop(program(task(step(VISITS), start={"type": "claimed", "slots": 2})))
    bob, carol = await second_member(shop), await second_member(shop, "carol")
    with shop.now():
        for number, member in enumerate((MemberId(shop.points.member_id), bob)):
            await service.claim(f"c{number}", member, shop.program, "quest")
    await merged(shop, bob, shop.points.member_id)
    assert await shop.runs() == [("quest", "active", 0), ("quest", "withdrawn", 0)]
    with shop.now():
        await service.claim("c3", carol, shop.program, "quest")
        counts = await views.counts_of(shop.program)
    assert [each.slots_taken for each in counts] == [2]


async def test_windows_that_roll_on_do_not_run_twice(database: object) -> None:
    rolling = task(step(VISITS, 2), window={"type": "rolling_days", "days": 7}, repeat=PER_WINDOW, rewards=[TEN])
    shop = await open_task_shop(program(rolling))
    bob = await second_member(shop)
    for name in ("ann", "ann", "bob", "bob"):
        await visit(shop, name)
        shop.points.now += DAY
    assert await shop.runs() == [("quest", "done", 1), ("quest", "offered", 0)] * 2
    await merged(shop, bob, shop.points.member_id)
    await visit(shop, "ann")
    assert await shop.points.available() == 20
    await visit(shop, "ann")
    assert await shop.points.available() == 30


async def visit(shop: TaskShop, name: str) -> None:
    shop.points.count += 1
    activity = Activity(key=f"v-{shop.points.count}", kind="visit", member_id="", occurred_at=shop.points.now)
    shop.points.now += DAY / 24
    await shop.points.record(activity, MemberRef(external_id=name))
