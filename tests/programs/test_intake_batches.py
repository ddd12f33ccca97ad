"""Several activities in one transaction: each sees the one before, and what fails fails alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from kit import db
from kit.errors import GuerdonError, Refusal
from kit.ids import new_id
from members.models import Member
from programs import rulebooks
from programs.activity import Activity, Line
from programs.intake import record_batch
from programs.records import MemberRef, Recorded, Submission
from programs.rulebooks import TenantRules
from tenants import scope
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop, open_points_shop

Answer = Recorded | Exception


@pytest.fixture
async def shop(database: object) -> PointsShop:
    return await open_points_shop()


def item(shop: PointsShop, kind: str, key: str, order: str | None, *amounts: int, member: str = "ann",
         **given: Any) -> Submission:  # fmt: skip
    lines = tuple(Line(id=f"l{n}", amount=amount) for n, amount in enumerate(amounts, 1))
    currency = "USD" if lines else None
    activity = Activity(key, kind, "", shop.now, order_id=order, currency=currency, lines=lines, **given)
    return Submission(shop.tenant, MemberRef(external_id=member), activity, shop.now)


def bought(shop: PointsShop, key: str, *amounts: int, **given: Any) -> Submission:
    return item(shop, "purchase", key, given.pop("order", key), *(amounts or (5000,)), **given)


def codes(answers: list[Answer]) -> list[str]:
    return [a.code if isinstance(a, Refusal) else a.state if isinstance(a, Recorded) else repr(a) for a in answers]


async def add_member(shop: PointsShop, external_id: str) -> str:
    with scope.of(shop.tenant):
        async with scope.writing():
            member = await Member.create(external_id=external_id, joined_at=shop.now, created_at=shop.now)
    return member.id


async def stored(shop: PointsShop, table: str) -> int:
    with scope.of(shop.tenant):
        async with scope.reading():
            rows = await db.rows(f"SELECT count(*) AS n FROM {table} WHERE tenant_id = $1", shop.tenant)
    return int(rows[0]["n"])


@pytest.mark.parametrize("correction", ["refund", "cancel"])
@pytest.mark.parametrize("first", ["purchase", "correction"])
async def test_purchase_and_its_correction_in_one_batch(shop: PointsShop, correction: str, first: str) -> None:
    items = [bought(shop, "p", order="o"), item(shop, correction, "c", "o")]
    answers = await record_batch(items if first == "purchase" else items[::-1])
    assert codes(answers) == ["decided", "decided"]
    assert await shop.available() == 0
    again = await record_batch(items[::-1])
    assert [a.posted for a in again if isinstance(a, Recorded)] == [
        a.posted for a in (answers if first == "correction" else answers[::-1]) if isinstance(a, Recorded)
    ]


@pytest.mark.parametrize("apart", [True, False])
async def test_trigger_before_its_purchase_waits_for_it(database: object, *, apart: bool) -> None:
    shop = await open_points_shop({**ONE_PER_DOLLAR, "pending": {"type": "trigger", "trigger": "delivered"}})
    came, purchase = item(shop, "custom:delivered", "t", "o"), bought(shop, "p", order="o")
    if apart:
        assert codes(await record_batch([came])) == ["parked"]
        assert codes(await record_batch([purchase])) == ["decided"]
    else:
        assert codes(await record_batch([came, purchase])) == ["decided", "decided"]
    assert ((await shop.balance()).pending, await shop.available()) == (0, 50)


async def test_purchase_and_its_trigger_in_one_batch(database: object) -> None:
    shop = await open_points_shop({**ONE_PER_DOLLAR, "pending": {"type": "trigger", "trigger": "delivered"}})
    answers = await record_batch([bought(shop, "p", order="o"), item(shop, "custom:delivered", "t", "o")])
    assert codes(answers) == ["decided", "decided"]
    assert ((await shop.balance()).pending, await shop.available()) == (0, 50)


async def test_line_that_comes_after_the_trigger_does_not_wait(database: object) -> None:
    shop = await open_points_shop({**ONE_PER_DOLLAR, "pending": {"type": "trigger", "trigger": "delivered"}})
    await record_batch([bought(shop, "p", order="o"), item(shop, "custom:delivered", "t", "o")])
    await record_batch([item(shop, "amend", "a", "o", 5000, 3000)])
    assert ((await shop.balance()).pending, await shop.available()) == (0, 80)


async def test_event_of_another_member_that_came_first_does_not_take_the_order(shop: PointsShop) -> None:
    await add_member(shop, "bob")
    assert codes(await record_batch([item(shop, "refund", "bobs", "o", member="bob")])) == ["parked"]
    assert codes(await record_batch([bought(shop, "p", order="o")])) == ["decided"]
    assert await shop.available() == 50
    (answer,) = await record_batch([item(shop, "refund", "bobs", "o", member="bob")])
    assert codes([answer]) == ["ORDER_NOT_FOUND"]
    await shop.happen("cancel", order_id="o")
    assert await shop.available() == 0


async def test_bug_in_the_rules_fails_one_activity_alone(shop: PointsShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is stored: once the rules are mended, the same key goes through, and its early refund with it."""
    from programs import engine

    decide, runs = engine.decide, 0

    def buggy(activity: Activity, *rest: Any) -> Any:
        nonlocal runs
        runs += 1
        if activity.key == "bad":
            raise ZeroDivisionError("a bug")
        return decide(activity, *rest)

    monkeypatch.setattr(engine, "decide", buggy)
    items = [bought(shop, "a"), item(shop, "cancel", "early", "o"), bought(shop, "bad", order="o"), bought(shop, "b")]
    answers = await record_batch(items)
    assert codes(answers) == ["decided", "parked", "ZeroDivisionError('a bug')", "decided"]
    assert (runs, await shop.available()) == (3, 100)
    assert (await stored(shop, "activity"), await stored(shop, "decision")) == (3, 2)
    monkeypatch.undo()
    assert codes(await record_batch([items[2]])) == ["decided"]
    assert await shop.available() == 100, "the refund had come before"
    assert await stored(shop, "placed_order") == 3


async def test_failed_purchase_leaves_no_order(shop: PointsShop, monkeypatch: pytest.MonkeyPatch) -> None:
    def buggy(*_: Any) -> Any:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("programs.engine.decide", buggy)
    await record_batch([bought(shop, "p")])
    assert (await stored(shop, "activity"), await stored(shop, "placed_order")) == (0, 0)


async def test_points_beyond_what_can_be_counted_are_refused_for_good(shop: PointsShop) -> None:
    rich = bought(shop, "rich", *(2**53 - 1,) * 1)
    with_many = {**ONE_PER_DOLLAR, "rules": [{**ONE_PER_DOLLAR["rules"][0], "earn": {
        "type": "per_amount", "points": 1000, "per": 1, "currency": "USD"}}]}  # fmt: skip
    shop = await open_points_shop(with_many, slug="generous")
    rich = replace(rich, tenant=shop.tenant)
    answers = await record_batch([rich, bought(shop, "b", 1)])
    assert codes(answers) == ["OUT_OF_RANGE", "decided"]
    assert await shop.available() == 1000
    (again,) = await record_batch([rich])
    assert codes([again]) == ["OUT_OF_RANGE"]
    assert await stored(shop, "activity") == 2, "it is kept, as a refusal"


async def test_refused_in_the_middle_takes_back_what_it_had_done(database: object) -> None:
    """The cap's counter too: the amendment gave some back before what came could not be counted."""
    cap = {"limit": 60, "counts": "points", "period": "day", "per": "member"}
    rule = {"type": "per_amount", "points": 1, "per": 100, "currency": "USD"}
    rules = {**ONE_PER_DOLLAR, "rules": [{**ONE_PER_DOLLAR["rules"][0], "earn": rule}], "caps": [cap]}
    shop = await open_points_shop(rules)
    await shop.buy(5000, order="o")
    with_bug = item(shop, "amend", "a", "o", 4000)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("programs.batch.Batch._give", lambda *_: 1 // 0)
        (answer,) = await record_batch([with_bug])
    assert isinstance(answer, ZeroDivisionError)
    assert await shop.available() == 50
    await shop.buy(5000, order="o2")
    assert await shop.available() == 60, "fifty are used of sixty, as before"
    await shop.happen("cancel", order_id="o")
    assert await shop.available() == 10


async def test_tenant_whose_rules_cannot_be_read_harms_no_other(shop: PointsShop) -> None:
    broken = await open_points_shop({**ONE_PER_DOLLAR, "unit": "nowhere"}, slug="broken")
    answers = await record_batch([bought(broken, "x"), bought(shop, "y")])
    assert isinstance(answers[0], LookupError)
    assert codes(answers[1:]) == ["decided"]
    assert await stored(broken, "activity") == 0


async def test_text_that_no_database_stores_is_refused_before_it_waits(shop: PointsShop) -> None:
    for text in ("nul \0", "half \ud800"):
        with pytest.raises(Refusal) as refused:
            await shop.buy(5000, key=text)
        assert (refused.value.code, refused.value.final) == ("INVALID", False)


async def test_two_activities_of_a_batch_share_a_cap(database: object) -> None:
    cap = {"limit": 60, "counts": "points", "period": "day", "per": "program"}
    shop = await open_points_shop({**ONE_PER_DOLLAR, "caps": [cap]})
    await add_member(shop, "bob")
    answers = await record_batch([bought(shop, "a"), bought(shop, "b", member="bob"), item(shop, "cancel", "c", "a")])
    assert [p.amount for a in answers if isinstance(a, Recorded) for p in a.posted] == [50, 10, -50]
    (last,) = await record_batch([bought(shop, "d", 9000)])
    assert isinstance(last, Recorded)
    assert [p.amount for p in last.posted] == [50]


async def test_program_cap_holds_under_many_batches_at_once(database: object) -> None:
    cap = {"limit": 1000, "counts": "points", "period": "day", "per": "program"}
    shop = await open_points_shop({**ONE_PER_DOLLAR, "caps": [cap]})
    members = [f"m{n}" for n in range(40)]
    for member in members:
        await add_member(shop, member)
    items = [bought(shop, f"{member}-{n}", member=member) for member in members for n in range(2)]

    async def submit(chunk: list[Submission]) -> list[Answer]:
        return await db.retrying(lambda: record_batch(chunk), attempts=30)

    answers = await asyncio.gather(*(submit(items[n : n + 8]) for n in range(0, len(items), 8)))
    posted = [p.amount for chunk in answers for a in chunk if isinstance(a, Recorded) for p in a.posted]
    assert sum(posted) == 1000


async def test_members_by_our_id_and_by_theirs_in_one_batch(shop: PointsShop) -> None:
    bob = await add_member(shop, "bob")
    by_id = replace(bought(shop, "b"), member=MemberRef(id=bob))
    unknown = replace(bought(shop, "c"), member=MemberRef(id=new_id()))
    answers = await record_batch([bought(shop, "a"), by_id, unknown])
    assert codes(answers) == ["decided", "decided", "NOT_FOUND"]
    assert [a.member_id for a in answers if isinstance(a, Recorded)] == [shop.member_id, bob]


async def test_repeat_of_what_waits_answers_alike(shop: PointsShop) -> None:
    refund = item(shop, "refund", "r", "o")
    (first,), (second,) = await record_batch([refund]), await record_batch([refund])
    assert isinstance(first, Recorded)
    assert second == replace(first, replayed=True)


@pytest.mark.parametrize("state", ["erased", "closed", "merged"])
async def test_member_who_is_gone_does_nothing_new_but_a_repeat_is_answered(shop: PointsShop, state: str) -> None:
    await record_batch([bought(shop, "a")])
    with scope.of(shop.tenant):
        async with scope.writing():
            changed = await db.execute("UPDATE member SET state = $1 WHERE tenant_id = $2", state, shop.tenant)
    assert changed == 1
    answers = await record_batch([bought(shop, "a"), bought(shop, "b")])
    assert codes(answers) == ["decided", "NOT_FOUND"]


async def test_publish_is_seen_by_the_next_batch_and_the_cache_is_bounded(
    shop: PointsShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was used last stays longest."""
    monkeypatch.setattr(rulebooks, "CACHE_MAX", 2)
    other, third = await open_points_shop(slug="other"), await open_points_shop(slug="third")
    rulebooks.forget()

    async def rules(of: PointsShop) -> TenantRules:
        with scope.of(of.tenant):
            async with scope.reading():
                return (await rulebooks.load([of.tenant]))[of.tenant]

    kept, dropped = await rules(shop), await rules(other)
    assert await rules(shop) is kept
    await rules(third)
    assert await rules(shop) is kept
    assert await rules(other) is not dropped
    with scope.of(shop.tenant):
        async with scope.writing():
            await db.execute("UPDATE tenant SET programs_revision = programs_revision + 1 WHERE id = $1", shop.tenant)
    assert await rules(shop) is not kept


async def test_rules_that_cannot_be_used_are_an_error_to_who_asks_for_them_alone(shop: PointsShop) -> None:
    broken = await open_points_shop({**ONE_PER_DOLLAR, "rules": "none"}, slug="broken")
    with scope.of(broken.tenant):
        async with scope.reading():
            with pytest.raises(GuerdonError):
                await rulebooks.load([broken.tenant])
