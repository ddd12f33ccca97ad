"""In the style of Swarm Perks: check-ins, a weekly draw and a weekly leaderboard; worked out by hand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from programs.templates.swarm import AT_A_PARTNER
from tests.programs.templates.club import Club, OpenClub

pytestmark = pytest.mark.slow

COINS, ENTRIES = "swarm-coins", "swarm-entries"
MEMBERS = ("ann", "bob", "cem")


async def prizes(club: Club, member: str) -> list[str]:
    """What a member won."""
    found = await club.merchant.ask(
        "query($id: String!) { member(externalId: $id) { redemptions { nodes { points reward { slug } } } } }",
        id=member,
    )
    nodes = found["member"]["redemptions"]["nodes"]
    return [node["reward"]["slug"] for node in nodes if not node["points"]]


async def test_a_week_of_check_ins(open_club: OpenClub) -> None:
    club = await open_club("swarm-perks")
    american = [{"name": "country", "value": "US"}]
    for member in (*MEMBERS, "dan"):
        await club.merchant.do("memberUpsert", externalId=member, birthday="1990-05-17", attributes=american)
    # A Monday noon, so that the week lies ahead.
    now = await club.now()
    await club.go_to((now + timedelta(days=7 - now.weekday())).replace(hour=17))
    await club.open_games("swarm-perks")
    await club.wake()
    # 10 coins a check-in; too many at once earn nothing: the sixth of a day. Sharing one with friends brings 5, once.
    assert [(await club.does("check_in")).get(COINS, 0) for _ in range(6)] == [10] * 5 + [0]
    assert [(await club.does("share")).get(COINS, 0) for _ in range(2)] == [5, 0]
    # 20 % off at one shop for 50 coins.
    assert await club.redeem("swarm-discount") == 50
    assert await club.has(COINS) == 5
    await club.go_on(1)
    # Places that take part bring an entry to the draw; at other places Dan only checks in.
    for member in MEMBERS:
        assert (await club.does("check_in", member=member))[COINS] == 10
        assert await club.does(AT_A_PARTNER, member=member) == {ENTRIES: 1}
    for _ in range(3):
        assert (await club.does("check_in", member="dan")) == {COINS: 10}
    # The week ends: a holiday, a spa and a shopping trip among the three with entries, nobody twice in one draw; and
    # the first of the leaderboard, Ann with six check-ins that count, has a spa day.
    await club.go_on(7)
    await club.wake()
    theirs = {member: await prizes(club, member) for member in (*MEMBERS, "dan")}
    won = Counter(prize for own in theirs.values() for prize in own)
    assert won == {"swarm-holiday": 1, "swarm-spa": 2, "swarm-shopping": 1}
    assert [len(own) for own in theirs.values()] == [2, 1, 1, 0]
    assert "swarm-spa" in theirs["ann"]
