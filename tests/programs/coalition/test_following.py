"""Following the ledger: once, whatever fails, whoever else follows, and whatever commits late."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from jobs.coalitions import FOLLOW_DUE
from kit import clock, db
from programs import intake
from programs.activity import Activity, Line
from programs.coalition import earning, following, moves, partners
from programs.coalition.models import ClearingBatch, ClearingEntry, Coalition
from programs.coalition.terms import MICROS
from programs.records import MemberRef, Submission
from tenants import scope
from tests.programs.coalition.club import Club, open_club


async def entries(club: Club) -> int:
    async with club.here(), scope.reading():
        return await ClearingEntry.all().count()


async def test_following_again_posts_nothing(database: object) -> None:
    club = await open_club()
    await club.buy("a", 10_000)
    async with club.here():
        assert await following.catch_up() == 1
        assert await following.catch_up() == 0
    assert await entries(club) == 1


async def test_many_follow_at_once(database: object) -> None:
    club = await open_club()
    for _ in range(5):
        await club.buy("a", 10_000)

    async def follow() -> int:
        async with club.here():
            return await following.catch_up()

    assert sum(await asyncio.gather(*(follow() for _ in range(6)))) == 5
    assert await club.balances() == {"partner:a": -7_500_000, "float": 7_500_000}


async def test_what_fails_leaves_nothing(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    club = await open_club()
    await club.buy("a", 10_000)
    with monkeypatch.context() as patch:
        patch.setattr(following, "book", _fails)
        async with club.here():
            with pytest.raises(RuntimeError, match="the disk is full"):
                await following.catch_up()
    assert await entries(club) == 0
    assert await club.balances() == {"partner:a": -1_500_000, "float": 1_500_000}


async def _fails(*_: object) -> None:
    raise RuntimeError("the disk is full")


async def test_points_from_before_the_coalition_have_no_price(database: object) -> None:
    club = await open_club()
    await club.shop.buy(10_000)  # 100 points of the operator's own shop
    await club.spend("b", 100)
    assert await club.balances() == {"partner:b": MICROS, "margin": -MICROS}


async def test_what_commits_late_is_followed(database: object) -> None:
    if db.dialect() == "sqlite":
        pytest.skip("there one transaction writes at a time")
    club = await open_club()
    another = await club.another_member("bob")  # whose rows nobody locks
    await club.buy("b", 10_000, member=another)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def late() -> None:
        async with club.here(), scope.writing():
            await intake.record_batch([await _bought(club, "late")])
            begun.set()
            await go_on.wait()

    waiting = asyncio.create_task(late())
    await begun.wait()
    await club.buy("b", 20_000, member=another)
    before = {"partner:b": -4_500_000, "float": 4_500_000}
    assert await club.balances() == before
    go_on.set()
    await waiting
    assert await club.balances() == {**before, "partner:a": -1_500_000, "float": 6_000_000}


async def _bought(club: Club, key: str) -> Submission:
    view = await partners.of_slug("a")
    activity = Activity(
        key, "purchase", "", club.shop.now, currency="USD", lines=(Line(id="l1", amount=10_000),)
    )  # fmt: skip
    return earning.submission(view, activity, MemberRef(id=club.shop.member_id))


async def test_what_was_followed_is_forgotten_once_nothing_older_can_come(database: object) -> None:
    club = await open_club()
    await club.buy("a", 10_000)
    await club.balances()
    async with club.here():
        async with scope.reading():
            (row,) = await Coalition.all()
            assert await ClearingBatch.all().count() == 1
        assert row.followed_to is not None and moves.since(row.followed_to) < row.followed_to
        assert await moves_since_is_a_quarter_of_an_hour(row.followed_to)


async def moves_since_is_a_quarter_of_an_hour(id_: str) -> bool:
    milliseconds = [int(each.replace("-", ""), 16) >> 80 for each in (moves.since(id_), id_)]
    return milliseconds[1] - milliseconds[0] == moves.LATE_MS


async def test_job_is_due_as_long_as_there_is_something_to_follow(database: object) -> None:
    club = await open_club()

    async def due() -> bool:
        sql = f"SELECT ({FOLLOW_DUE}) AS due FROM (SELECT CAST($1 AS {_uuid()}) AS tenant_id) AS x"
        async with club.here(), scope.reading():
            return (await db.rows(sql, club.shop.tenant))[0]["due"] is not None

    assert not await due()
    with clock.pinned(club.shop.now):
        await club.buy("a", 10_000)
    assert await due()
    await club.balances()
    assert not await due()


def _uuid() -> str:
    return "uuid" if db.dialect() == "postgres" else "text"


@pytest.mark.parametrize("recognition", ["issuance", "redemption"])
async def test_it_comes_to_the_same_rows_whenever_it_is_followed(database: object, recognition: str) -> None:
    if db.dialect() == "postgres":
        pytest.skip("the application may not take the triggers away there")
    club = await open_club(rules={"recognition": recognition})
    await club.buy("a", 10_000, order="o1")
    await club.buy("b", 10_000, order="o2")
    await club.spend("b", 150, order="o3")
    await club.buy("b", 20_000, order="o3")
    await club.refund("a", "o1", pieces=3)
    await club.refund("b", "o3")
    await club.balances()
    first = await _rows(club)
    async with club.here(), scope.writing():
        for table in ("clearing_entry", "clearing_issue"):
            for verb in ("update", "delete"):
                await db.execute(f"DROP TRIGGER {table}_no_{verb}")
        for table in ("clearing_entry", "clearing_issue", "clearing_batch"):
            await db.execute(f"DELETE FROM {table}")
        for slug, issued in (("a", 100), ("b", 300)):  # as it was when nothing was followed yet
            sql = "UPDATE partner_position SET owed = 0, exposed = $2 WHERE partner_id = $1"
            await db.execute(sql, club.partners[slug].id, issued * 15_000)
        await db.execute("UPDATE coalition SET followed_to = NULL")
    club.shop.now += timedelta(days=40)
    await club.balances()
    assert await _rows(club) == first != []


async def _rows(club: Club) -> list[dict[str, object]]:
    """All that was posted, by its ids."""
    async with club.here(), scope.reading():
        return [dict(row) for row in await db.rows("SELECT * FROM clearing_entry ORDER BY id")]
