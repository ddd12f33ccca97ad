"""Draws and leaderboards by time: opened with a commitment, drawn once, whenever the job comes by."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kit import clock
from kit.ids import encode
from ledger.verify import verify
from programs.activity import Line
from programs.days import end_of_day
from programs.decision import ExplanationCode
from programs.game import closing, round_views, service, standings
from programs.game.drawing import commitment, winners
from programs.game.round_views import RoundView
from programs.game.standings import Stand
from programs.versions import RulesRefused
from rewards.models import Reward, RewardGrant
from tenants import scope
from tests.programs.game.conftest import START, Arcade, code, open_arcade
from tests.programs.game.factories import AMOUNT, CHECK_IN, COFFEE, ORDER, Document, at, board, document, draw
from tests.programs.giving.conftest import add_program

WEEK = "week:2026-W11"
BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = at("2026-03-16T00:00")


async def closed(arcade: Arcade, when: datetime = SUNDAY) -> RoundView:
    """The week's round after the jobs of an instant, at which it can be closed."""
    with clock.pinned(when + closing.AFTER):
        while await closing.open_due() or await closing.close_due():
            pass
        return next(each for each in await round_views.page(arcade.program) if each.key == WEEK)


async def test_a_weekly_draw(at_start: None) -> None:
    arcade = await open_arcade(document(draw(entrants_max=12, winners=3)))
    with scope.of(arcade.tenant):
        assert await closing.open_due() == 3  # the first of March was a Sunday
        open_now = await round_views.running(arcade.program)
        assert open_now is not None and (open_now.key, open_now.closes_at, open_now.seed) == (WEEK, SUNDAY, None)
        members = [await arcade.join() for _ in range(5)]
        for times, member in enumerate(members):
            await arcade.check_in(times, member)
        found = await closed(arcade)
        assert (found.entrants, found.entries, len(found.wins)) == (4, 10, 3)
        assert found.seed is not None and commitment(bytes.fromhex(found.seed)) == open_now.commitment
        # Anybody who has the entries can draw again.
        stands = [Stand(each.member_id, each.entries) for each in await round_views.entries(found.id)]
        assert stands == [Stand(member, times) for times, member in enumerate(members) if times]
        assert closing.digest_of(stands) == found.entries_digest
        drawn = winners(
            bytes.fromhex(found.seed), encode("rnd", found.id), str(found.entries_digest),
            [stand.score for stand in stands], 3,
        )  # fmt: skip
        assert [(stands[each.holder].member_id, each.ticket) for each in drawn] == [
            (win.member_id, win.ticket) for win in found.wins
        ]
        assert len({win.member_id for win in found.wins}) == 3
        for member in members:
            won = member in {win.member_id for win in found.wins}
            assert await arcade.has(arcade.points, member) == (100 if won else 0)
        (told,) = [body for body in await arcade.told("game.drawn") if body["key"] == WEEK]
        assert (told["entrants"], told["winners"], len(await arcade.told("game.prize_won"))) == (4, 3, 3)
        assert await verify(arcade.tenant, full=True) == ()


async def test_a_draw_is_drawn_once_by_however_many(at_start: None) -> None:
    arcade = await open_arcade(document(draw()))
    with scope.of(arcade.tenant):
        await arcade.check_in()
        await closing.open_due()
        with clock.pinned(SUNDAY + closing.AFTER):
            handled = await asyncio.gather(*(closing.close_due(5) for _ in range(4)))
            assert sum(handled) == 3 and await closing.close_due() == 0
        assert await arcade.has(arcade.points) == 100


async def test_a_round_waits_for_what_came_in_time_but_is_not_committed_yet(at_start: None) -> None:
    arcade = await open_arcade(document(draw(), starts_on="2026-03-09"))
    with scope.of(arcade.tenant):
        await closing.open_due()
        with clock.pinned(SUNDAY):
            assert await closing.close_due() == 0
        with clock.pinned(SUNDAY + closing.AFTER):
            assert await closing.close_due() == 1


async def test_downtime_catches_up_with_every_round(at_start: None) -> None:
    arcade = await open_arcade(document(draw(), free={"plays": 1, "every": "week"}))
    with scope.of(arcade.tenant):
        for week in range(3):
            with clock.pinned(START + timedelta(days=7 * week)):
                await arcade.check_in(1)
        with clock.pinned(at("2026-04-02T00:01")):
            assert await closing.open_due() == 6
            assert await closing.open_due() == 0
            assert sum([await closing.close_due() for _ in range(7)]) == 6
        by_key = {each.key: each for each in await round_views.page(arcade.program)}
        assert [len(by_key[f"week:2026-W{week:02}"].wins) for week in range(9, 15)] == [0, 0, 1, 1, 1, 0]
        assert await arcade.has(arcade.points) == 300


async def test_what_came_back_takes_no_part(at_start: None) -> None:
    arcade = await open_arcade(document(draw(entrants_max=1), earn=[ORDER, CHECK_IN]))
    with scope.of(arcade.tenant):
        other = await arcade.join()
        await arcade.buy(10_00, "o1")
        assert (await arcade.buy(10_00, "o2", other)).posted == ()  # the draw is full
        await arcade.refund("o1")
        assert await arcade.has(arcade.plays) == 0
        assert (await arcade.buy(10_00, "o3", other)).posted != ()  # there is room again
        found = await closed(arcade)
        assert [(win.member_id, found.entries) for win in found.wins] == [(other, 2)]
        with clock.pinned(SUNDAY):
            assert await arcade.has(arcade.plays, other) == 0  # entries end with their draw


async def test_no_more_members_than_fit_stand_in_a_draw_whatever_comes_back(at_start: None) -> None:
    """A member is in as long as anything of theirs counts, not only what they entered with."""
    arcade = await open_arcade(document(draw(entrants_max=1), earn=[ORDER, CHECK_IN]))
    with scope.of(arcade.tenant):
        other = await arcade.join()
        await arcade.buy(10_00, "o1")
        await arcade.buy(10_00, "o2")
        await arcade.refund("o1")
        assert (await arcade.buy(10_00, "p1", other)).posted == (), "o2 is still in"
        await arcade.refund("o2")
        assert (await arcade.buy(10_00, "p2", other)).posted != (), "nothing is left of what was in"
        assert (await arcade.buy(10_00, "o3")).posted == ()
        found = await closed(arcade)
        assert [(win.member_id, found.entrants) for win in found.wins] == [(other, 1)]


async def test_an_order_that_is_amended_plays_once(at_start: None) -> None:
    arcade = await open_arcade(document(draw(), earn=[ORDER]))
    with scope.of(arcade.tenant):
        await arcade.buy(10_00, "o1")
        lines = (Line("l1", 10_00), Line("l2", 10_00))
        told = await arcade.happen("amend", order_id="o1", currency="EUR", lines=lines)
        assert (await arcade.has(arcade.plays), told.posted) == (2, ())
        assert ExplanationCode.CAP in [line.code for line in told.explanation]
        await arcade.happen("cancel", order_id="o1")
        assert await arcade.has(arcade.plays) == 0


async def test_free_entries(at_start: None) -> None:
    arcade = await open_arcade(document(draw(), earn=[ORDER], free={"plays": 2, "every": "week"}))
    with scope.of(arcade.tenant):
        await service.take_free("f", arcade.member, arcade.program)
        assert await code(service.take_free("g", arcade.member, arcade.program)) == "LIMIT_REACHED"
        assert [win.ticket in (0, 1) for win in (await closed(arcade)).wins] == [True]


@pytest.mark.parametrize(("every", "key"), [("once", "lifetime"), ("week", WEEK)])
@pytest.mark.parametrize(("was", "ends_on"), [("2026-03-15", "2026-03-12"), ("2026-03-11", "2026-03-15")])
async def test_an_open_round_goes_on_as_long_as_new_rules_say(
    at_start: None, every: str, key: str, was: str, ends_on: str
) -> None:
    """Shorter or longer, also where no job came by before the old end."""
    closes = end_of_day(date.fromisoformat(ends_on), BERLIN)
    rules = document(draw(every), ends_on=was)
    arcade = await open_arcade(rules)
    with scope.of(arcade.tenant):
        await arcade.check_in()
        await closing.open_due()
        await arcade.publish({**rules, "ends_on": ends_on})
        with clock.pinned(closes - timedelta(minutes=1)):
            while await closing.close_due():
                pass
            assert (await round_views.running(arcade.program)) is not None
            await arcade.check_in()
            by_key = {each.key: each for each in await round_views.page(arcade.program)}
            assert (by_key[key].closes_at, by_key[key].closed_at) == (closes, None)
        with clock.pinned(closes + closing.AFTER):
            while await closing.close_due():
                pass
            by_key = {each.key: each for each in await round_views.page(arcade.program)}
            assert (by_key[key].entries, len(by_key[key].wins)) == (2, 1)


@pytest.mark.parametrize(
    ("every", "starts_on", "ends_on", "refused"),
    [
        ("once", "2026-03-13", "2026-03-31", True),
        ("once", "2026-03-01", "2026-03-31", True),
        ("week", "2026-03-01", "2026-03-31", True),
        ("week", "2026-03-16", "2026-03-31", False),
        ("day", "2026-03-01", "2026-03-31", False),
    ],
)
async def test_a_round_that_was_closed_takes_no_entries_by_new_rules(
    at_start: None, every: str, starts_on: str, ends_on: str, refused: bool
) -> None:
    """They would count in no draw: so such rules are refused."""
    rules = document(draw(every), ends_on="2026-03-12")
    arcade = await open_arcade(rules)
    with scope.of(arcade.tenant), clock.pinned(at("2026-03-13T08:00")):
        while await closing.open_due() or await closing.close_due():
            pass
        again = {**rules, "starts_on": starts_on, "ends_on": ends_on}
        if not refused:
            await arcade.publish(again)
            return
        with pytest.raises(RulesRefused) as caught:
            await arcade.publish(again)
        assert [(each.path, each.code) for each in caught.value.findings] == [("starts_on", "round_closed")]


@pytest.mark.parametrize("game", [draw(winners=2), board()])
async def test_who_may_not_play_wins_nothing(at_start: None, game: Document) -> None:
    arcade = await open_arcade(document(game, earn=[CHECK_IN], minimum_age=18, regions=["DE"]))
    with scope.of(arcade.tenant):
        born, here = date(2000, 1, 1), {"country": "DE"}
        members = [
            await arcade.join(birthday=date(2008, 3, 17), attributes=here), await arcade.join(birthday=born),
            await arcade.join(attributes=here), await arcade.join(birthday=born, attributes=here),
        ]  # fmt: skip
        for member in members:
            await arcade.check_in(1, member)
        found = await closed(arcade)
        assert ([win.member_id for win in found.wins], found.entrants) == ([members[3]], 1)
        assert [rank.stand.member_id for rank in await standings.ranks(arcade.program, WEEK, 10)] == [members[3]]


async def test_what_several_winners_get_may_turn_into_something_else_at_once(at_start: None) -> None:
    arcade = await open_arcade(document(draw(winners=3)))
    turned = {
        "format": 1, "unit": "points",
        "rules": [{"id": "base", "name": "A point", "earn": {"type": "fixed", "points": 1}, "on": ["visit"]}],
        "conversion": {"points": 60, "gift": {"type": "points", "unit": "plays", "points": 1}},
    }  # fmt: skip
    with scope.of(arcade.tenant):
        await add_program(turned, slug="points", kind="points")
        members = [await arcade.join() for _ in range(3)]
        for member in members:
            await arcade.check_in(1, member)
        assert len((await closed(arcade)).wins) == 3
        for member in members:
            assert await arcade.has(arcade.points, member) == 40


async def test_the_seed_of_a_round_is_sealed_until_it_is_drawn(at_start: None) -> None:
    arcade = await open_arcade(document(draw()))
    with scope.of(arcade.tenant):
        await closing.open_due()
        before = await arcade.rows("SELECT seed FROM game_round WHERE tenant_id = $1 ORDER BY id")
        found = await closed(arcade)
        assert found.seed is not None
        assert not any(found.seed in row["seed"] or not row["seed"].startswith("sealed:") for row in before)


async def test_a_round_nobody_entered(at_start: None) -> None:
    arcade = await open_arcade(document(draw()))
    with scope.of(arcade.tenant):
        found = await closed(arcade)
        assert (found.entrants, found.entries, found.wins) == (0, 0, ())


async def test_a_reward_that_is_won_is_granted(at_start: None) -> None:
    game = draw()
    game["prizes"][0]["gift"] = COFFEE
    arcade = await open_arcade(document(game))
    with scope.of(arcade.tenant):
        await arcade.check_in()
        found = await closed(arcade)
        (win,) = found.wins
        assert win.credit_id is None
        async with scope.reading():
            (grant,) = await RewardGrant.all()
            assert await Reward.all().count() == 0
        assert (grant.key, grant.state) == (f"round:{found.id}/1/0", "owed")


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([3, 1, 2, 0], [0, 2, 1]), ([2, 2, 2, 2], [0, 1, 2]), ([0, 0, 0, 0], []), ([1, 5, 5, 1], [1, 2, 0])],
)
async def test_a_leaderboard_is_closed_by_rank(at_start: None, scores: list[int], expected: list[int]) -> None:
    arcade = await open_arcade(document(board(), earn=[CHECK_IN]))
    with scope.of(arcade.tenant):
        members = [await arcade.join() for _ in scores]
        for member, score in zip(members, scores, strict=True):
            await arcade.check_in(score, member)
        live = await standings.ranks(arcade.program, WEEK, 10)
        found = await closed(arcade)
        assert [members.index(win.member_id) for win in found.wins] == expected
        assert [win.prize for win in found.wins] == ["gold", "silver", "silver"][: len(expected)]
        assert [rank.stand.member_id for rank in live][:3] == [win.member_id for win in found.wins]
        assert found.entrants == sum(score > 0 for score in scores) and found.entries is None
        for place, member in enumerate(members):
            assert await arcade.has(arcade.points, member) == (100 if place in expected else 0)
            own = await standings.rank_of(arcade.program, WEEK, member)
            assert (own is None) == (not scores[place])
            assert own is None or live[own.rank - 1].stand.member_id == member


async def test_a_leaderboard_starts_anew_and_follows_refunds(at_start: None) -> None:
    arcade = await open_arcade(document(board(), earn=[AMOUNT]))
    with scope.of(arcade.tenant):
        other = await arcade.join()
        await arcade.buy(100_00, "o1")
        await arcade.buy(50_00, "o2", other)
        await arcade.refund("o1")
        assert [(each.rank, each.stand) for each in await standings.ranks(arcade.program, WEEK, 10)] == [
            (1, Stand(other, 5))
        ]
        with clock.pinned(SUNDAY):
            assert await standings.rank_of(arcade.program, "week:2026-W12", other) is None


async def test_the_current_round_is_committed_to_before_any_job(at_start: None) -> None:
    arcade = await open_arcade(document(draw()))
    with scope.of(arcade.tenant):
        found = await closing.current(arcade.program)
        assert found is not None and found.key == WEEK and await closing.current(arcade.program) == found


def test_who_has_more_entries_wins_more_often() -> None:
    entries = [1, 2, 7]
    won = Counter(winners(b"seed", str(number), "", entries, 1)[0].holder for number in range(4000))
    assert all(abs(won[holder] - 400 * each) < 120 for holder, each in enumerate(entries))


def test_who_has_won_is_out_for_the_rest() -> None:
    drawn = winners(b"seed", "r", "", [1_000_000, 1, 1], 5)
    assert sorted(each.holder for each in drawn) == [0, 1, 2]
    for each in drawn:
        first, last = [(0, 999_999), (1_000_000, 1_000_000), (1_000_001, 1_000_001)][each.holder]
        assert first <= each.ticket <= last
    assert winners(b"seed", "r", "", [], 5) == []
