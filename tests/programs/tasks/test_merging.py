"""Tasks of two members who become one."""

from __future__ import annotations

from kit.ids import new_id
from members.models import Member
from members.views import MemberId
from programs import merging
from programs.activity import Activity, Line
from programs.records import MemberRef
from programs.tasks import views
from tenants import scope
from tests.programs.shop import START
from tests.programs.tasks.factories import ORDERS, TEN, VISITS, program, step, task
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
