"""Playing: one play for one draw, whatever comes between."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kit import clock, db
from kit.ids import new_id
from programs.decision import ProgramId
from programs.explain import words
from programs.game import seeds, service, views
from programs.game.drawing import commitment, number
from programs.game.views import PlayId
from programs.merging import merge
from tenants import scope
from tests.programs.game.conftest import START, code, open_arcade, refusal
from tests.programs.game.factories import CHECK_IN, ORDER, POINTS, Document, document, draw, prize, wheel
from tests.rewards.test_races import outcomes

ALWAYS = wheel(prize("hundred", 100, POINTS))
NEVER = wheel(prize("hundred", 0, POINTS), prize("blank", 100))


def limited(**limits: Any) -> Document:
    """Every play draws the cup, which is limited; the tea consoles."""
    cup = prize("cup", 100, POINTS, becomes={"type": "consolation", "prize": "tea"}, **limits)
    return wheel(cup, prize("tea", 0, {**POINTS, "points": 5}))


@pytest.mark.parametrize(("game", "points", "won"), [(ALWAYS, 100, True), (NEVER, 0, False)])
async def test_a_play_is_taken_and_its_prize_given(at_start: None, game: Document, points: int, won: bool) -> None:
    arcade = await open_arcade(document(game, odds_below_guideline_reason="test"))
    with scope.of(arcade.tenant):
        await arcade.check_in(2)
        made = await arcade.play()
        assert (made.won, await arcade.has(arcade.points), await arcade.has(arcade.plays)) == (won, points, 1)
        assert made.drawn == made.prize and (made.credit_id is not None) == won
        assert [line.code for line in made.explanation] == ["played", "prize"]
        assert all(words(line, {}) for line in made.explanation)
        assert len(await arcade.told("game.played")) == 1 and len(await arcade.told("game.prize_won")) == won
        assert [each.id for each in await views.page_of_plays(arcade.member)] == [made.id]


async def test_the_same_key_plays_once(at_start: None) -> None:
    arcade = await open_arcade(document(ALWAYS))
    with scope.of(arcade.tenant):
        await arcade.check_in(2)
        first, again = await arcade.play(key="k"), await arcade.play(key="k")
        assert first == again and await arcade.has(arcade.plays) == 1
        assert await code(arcade.play(key="k", text="other")) == "IDEMPOTENCY_MISMATCH"


async def test_a_second_spin_on_one_play(at_start: None) -> None:
    arcade = await open_arcade(document(ALWAYS))
    with scope.of(arcade.tenant):
        await arcade.check_in(2)
        first = await arcade.play()
        assert await code(arcade.play(play_id=first.id)) == "ALREADY_PLAYED"
        assert await code(arcade.play(play_id=PlayId(new_id()))) == "NOT_FOUND"
        assert await arcade.has(arcade.plays) == 1 and await arcade.has(arcade.points) == 100
        shown = await service.next_play(arcade.member, arcade.program)
        assert (await arcade.play(play_id=shown)).id == shown


async def test_without_a_play_nothing_is_drawn(at_start: None) -> None:
    arcade = await open_arcade(document(limited(stock=1)))
    with scope.of(arcade.tenant):
        assert await code(arcade.play(key="k")) == "NO_PLAYS"
        await arcade.check_in()
        assert await code(arcade.play(key="k")) == "NO_PLAYS"  # that key was answered
        assert (await arcade.play()).prize.id == "cup"  # and the stock was not touched
        assert await arcade.rows("SELECT issued FROM game_stock WHERE tenant_id = $1") == [{"issued": 1}]


@pytest.mark.parametrize(
    ("limits", "days", "prizes"),
    [
        ({"stock": 2}, [0, 0, 0, 1], "cup cup tea tea"),
        ({"per_day": 1}, [0, 0, 1, 1], "cup tea cup tea"),
        ({"per_day": 1, "stock": 1}, [0, 0, 1, 1], "cup tea tea tea"),
        ({"per_member": 1}, [0, 1], "cup tea"),
        ({"per_member_per_day": 1}, [0, 0, 1, 1], "cup tea cup tea"),
    ],
)
async def test_a_prize_that_is_used_up_becomes_another(
    at_start: None, limits: Any, days: list[int], prizes: str
) -> None:
    arcade = await open_arcade(document(limited(**limits)))
    with scope.of(arcade.tenant):
        await arcade.check_in(len(days))
        made = []
        for day in days:
            with clock.pinned(START + timedelta(days=day)):
                made.append(await arcade.play())
        assert " ".join(each.prize.id for each in made) == prizes
        assert {each.drawn.id for each in made} == {"cup"}  # the raw result is kept beside it
        last = made[-1]
        assert [line.code for line in last.explanation] == ["played", "prize_replaced", "prize"]
        assert words(last.explanation[1], {}).startswith("Cup becomes Tea: ")


@pytest.mark.parametrize("limits", [{"stock": 1}, {"per_day": 1}, {"per_member": 1}])
async def test_a_prize_that_pauses_takes_no_play(at_start: None, limits: Any) -> None:
    cup = prize("cup", 100, POINTS, becomes={"type": "pause"}, **limits)
    arcade = await open_arcade(document(wheel(cup)))
    with scope.of(arcade.tenant):
        await arcade.check_in(2)
        await arcade.play()
        assert await code(arcade.play()) == "GAME_PAUSED"
        assert await arcade.has(arcade.plays) == 1
        with clock.pinned(START + timedelta(days=1)):
            if "per_day" in limits:
                await arcade.play()
            else:
                assert await code(arcade.play()) == "GAME_PAUSED"


async def test_more_stock_lets_it_be_won_again(at_start: None) -> None:
    arcade = await open_arcade(document(limited(stock=1)))
    with scope.of(arcade.tenant):
        await arcade.check_in(4)
        assert [(await arcade.play()).prize.id for _ in range(2)] == ["cup", "tea"]
        await arcade.publish(document(limited(stock=2)))
        assert [(await arcade.play()).prize.id for _ in range(2)] == ["cup", "tea"]


@pytest.mark.parametrize(("at", "expected"), [("2026-03-31T21:59", None), ("2026-03-31T22:00", "GAME_CLOSED")])
async def test_a_game_is_closed_after_its_last_day(at_start: None, at: str, expected: str | None) -> None:
    arcade = await open_arcade(document(ALWAYS))
    with scope.of(arcade.tenant):
        await arcade.check_in()
        with clock.pinned(datetime.fromisoformat(at).replace(tzinfo=UTC)):
            if expected is None:
                assert (await arcade.play()).won
            else:
                assert await code(arcade.play()) == expected


@pytest.mark.parametrize(
    ("rules", "member", "expected"),
    [
        ({"minimum_age": 18}, {}, "TOO_YOUNG"),
        ({"minimum_age": 18}, {"birthday": date(2008, 3, 11)}, "TOO_YOUNG"),
        ({"minimum_age": 18}, {"birthday": date(2008, 3, 10)}, None),
        ({"regions": ["US-CA", "DE"]}, {}, "WRONG_REGION"),
        ({"regions": ["US-CA", "DE"]}, {"attributes": {"country": "de"}}, None),
        ({"regions": ["US-CA", "DE"]}, {"attributes": {"country": "US", "region": "CA"}}, None),
        ({"regions": ["US-CA", "DE"]}, {"attributes": {"region": "US-CA"}}, None),
        ({"regions": ["US-CA", "DE"]}, {"attributes": {"country": "US"}}, "WRONG_REGION"),
        ({"regions": ["US"]}, {"attributes": {"region": "US-NY"}}, None),
    ],
)
async def test_who_may_play(at_start: None, rules: Any, member: Any, expected: str | None) -> None:
    arcade = await open_arcade(document(ALWAYS, free={}, **rules))
    with scope.of(arcade.tenant):
        who = await arcade.join(**member)
        await arcade.check_in(member=who)
        for work in (arcade.play(who), service.take_free(arcade.key(), who, arcade.program)):
            if expected is None:
                await work
            else:
                assert await code(work) == expected


async def test_what_is_not_there(at_start: None) -> None:
    arcade = await open_arcade(document(draw()))
    with scope.of(arcade.tenant):
        await arcade.check_in()
        assert await code(arcade.play()) == "WRONG_STATE"
        assert await code(arcade.play(text="a b")) == "INVALID"
        nobody = await refusal(service.play("k", arcade.member, ProgramId(new_id()), "x"))
        assert (nobody.code, nobody.field) == ("NOT_FOUND", ("program",))
        assert await code(service.take_free("f", arcade.member, arcade.program)) == "WRONG_STATE"


async def test_free_plays_are_had_once_a_day(at_start: None) -> None:
    arcade = await open_arcade(document(ALWAYS, earn=[], free={"plays": 2}))
    with scope.of(arcade.tenant):
        await service.take_free("f", arcade.member, arcade.program)
        again = await service.take_free("f", arcade.member, arcade.program)
        assert again.replayed and await arcade.has(arcade.plays) == 2
        refused = await refusal(service.take_free("g", arcade.member, arcade.program))
        assert (refused.code, await arcade.has(arcade.plays)) == ("LIMIT_REACHED", 2)
        await arcade.play()
        with clock.pinned(START + timedelta(hours=12)):  # past midnight in Berlin
            await service.take_free("h", arcade.member, arcade.program)
            assert await arcade.has(arcade.plays) == 3
        with clock.pinned(START + timedelta(days=60)):
            assert (await service.take_free("h", arcade.member, arcade.program)).replayed
            assert await code(service.take_free("i", arcade.member, arcade.program)) == "GAME_CLOSED"


async def test_plays_go_back_with_their_order(at_start: None) -> None:
    arcade = await open_arcade(document(ALWAYS, earn=[ORDER, CHECK_IN]))
    with scope.of(arcade.tenant):
        await arcade.buy(50_00, "o1")
        assert await arcade.has(arcade.plays) == 2
        await arcade.refund("o1")
        assert await arcade.has(arcade.plays) == 0
        assert await code(arcade.play()) == "NO_PLAYS"
        # What was played stays played; the rest is remembered and the next plays pay it.
        await arcade.buy(50_00, "o2")
        await arcade.play()
        await arcade.refund("o2")
        assert await arcade.has(arcade.plays) == 0 and await arcade.has(arcade.points) == 100


async def test_plays_end_with_the_game(at_start: None) -> None:
    arcade = await open_arcade(document(ALWAYS))
    with scope.of(arcade.tenant):
        await arcade.check_in()
        with clock.pinned(datetime(2026, 3, 31, 22, tzinfo=UTC)):
            assert await arcade.has(arcade.plays) == 0


async def test_anybody_can_recompute_a_play_once_its_seed_is_shown(at_start: None) -> None:
    arcade = await open_arcade(document(wheel()))
    with scope.of(arcade.tenant):
        committed = await seeds.commit_to(arcade.program)
        await arcade.check_in(3)
        next_id = await service.next_play(arcade.member, arcade.program)
        made = await arcade.play(text="my-text")
        assert (made.id, made.commitment, made.seed) == (next_id, committed.commitment, None)
        assert (await views.verify(made.id)).holds is None
        shown = await seeds.rotate("r", arcade.program)
        assert (await seeds.rotate("r", arcade.program)).id == shown.id  # once
        checked = await views.verify(made.id)
        assert checked.holds and checked.play.seed is not None
        seed = bytes.fromhex(checked.play.seed)
        assert commitment(seed) == committed.commitment
        assert number(seed, made.public_id, "my-text", 100).value == made.number
        after = await arcade.play()
        assert (after.commitment, after.seed) == (shown.commitment, None)
        assert (await views.verify(after.id)).holds is None
        assert [each.seed is None for each in await seeds.page(arcade.program)] == [True, False]
        assert await code(views.verify(new_id())) == "NOT_FOUND"


async def test_a_play_that_was_changed_does_not_hold(at_start: None) -> None:
    arcade = await open_arcade(document(wheel()))
    with scope.of(arcade.tenant):
        await arcade.check_in()
        made = await arcade.play()
        await seeds.rotate("r", arcade.program)
        async with scope.writing():
            await db.execute("UPDATE game_play SET number = (number + 1) % 100 WHERE tenant_id = $1", arcade.tenant)
        assert (await views.verify(made.id)).holds is False


async def test_many_plays_never_exceed_the_stock(at_start: None) -> None:
    """Side by side on PostgreSQL: twelve members with two plays each, for five cups."""
    arcade = await open_arcade(document(limited(stock=5, per_day=4)))
    with scope.of(arcade.tenant):
        members = [await arcade.join() for _ in range(12)]
        for member in members:
            await arcade.check_in(2, member)
        await asyncio.gather(*(seeds.commit_to(arcade.program) for _ in range(3)))
        assert await outcomes([arcade.play(member) for member in members for _ in range(2)]) == {"done": 24}
        issued = await arcade.rows("SELECT prize, period, issued FROM game_stock WHERE tenant_id = $1 ORDER BY 1, 2")
        assert issued == [
            {"prize": "cup", "period": "day:2026-03-10", "issued": 4},
            {"prize": "cup", "period": "lifetime", "issued": 4},
            {"prize": "tea", "period": "lifetime", "issued": 20},
        ]
        with clock.pinned(START + timedelta(days=1)):
            for member in members[:3]:
                await arcade.check_in(1, member)
            assert await outcomes([arcade.play(member) for member in members[:3]]) == {"done": 3}
        (cups,) = await arcade.rows("SELECT count(*) AS n FROM game_play WHERE tenant_id = $1 AND prize = 'cup'")
        assert cups == {"n": 5}


async def test_one_play_spun_by_many_at_once(at_start: None) -> None:
    arcade = await open_arcade(document(ALWAYS))
    with scope.of(arcade.tenant):
        await arcade.check_in()
        assert await outcomes([arcade.play() for _ in range(8)]) == {"done": 1, "NO_PLAYS": 7}
        assert await arcade.has(arcade.points) == 100


async def test_plays_go_with_a_member_who_becomes_another(at_start: None) -> None:
    arcade = await open_arcade(document(limited(per_member=1)))
    with scope.of(arcade.tenant):
        other = await arcade.join()
        await arcade.check_in(1, other)
        await arcade.check_in(2)
        won = await arcade.play(other)
        await merge("m", other, arcade.member)
        assert [each.id for each in await views.page_of_plays(arcade.member)] == [won.id]
        assert (won.prize.id, (await arcade.play()).prize.id) == ("cup", "tea")
