"""In the style of Swarm Perks: check-ins, a weekly draw and a weekly leaderboard; worked out by hand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from programs.templates.catalogue import TEMPLATES
from schema.shared.naming import camel
from tests.programs.templates.club import Club, OpenClub

pytestmark = pytest.mark.slow

COINS = "swarm-coins"
MEMBERS = ("ann", "bob", "cem")


async def with_games(club: Club) -> None:
    """Say what a template cannot know (when, where, from which age, who looked at it), and publish the games."""
    today = await club.now()
    known = {
        "startsOn": f"{today - timedelta(days=30):%Y-%m-%d}", "endsOn": f"{today + timedelta(days=300):%Y-%m-%d}",
        "regions": ["US"], "minimumAge": 18, "legalReview": {"by": "A lawyer", "at": f"{today:%Y-%m-%d}"},
    }  # fmt: skip
    save = "mutation($input: ProgramSaveDraftInput!) { programSaveDraft(input: $input) { userErrors { message } } }"
    for program in TEMPLATES["swarm-perks"].programs:
        if program.kind == "game":
            id_ = club.programs[f"swarm-perks-{program.slug}"]
            given = {"id": id_, "rules": {"game": {**as_input(program.rules), **known}}}
            assert (await club.merchant.ask(save, input=given))["programSaveDraft"]["userErrors"] == []
            await club.publish(id_)


def as_input(document: Any) -> Any:
    """A rules document as GraphQL takes it."""
    if isinstance(document, list):
        return [as_input(each) for each in document]
    if not isinstance(document, dict):
        return document
    fields = {
        camel(name): value.upper() if name == "every" else as_input(value)
        for name, value in document.items()
        if name != "type"
    }
    return {camel(document["type"]): fields} if "type" in document else fields


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
    for member in MEMBERS:
        await club.merchant.do("memberUpsert", externalId=member, birthday="1990-05-17", attributes=american)
    # A Monday noon, so that the week lies ahead.
    now = await club.now()
    await club.go_to((now + timedelta(days=7 - now.weekday())).replace(hour=17))
    await with_games(club)
    await club.wake()
    # 10 coins a check-in; too many at once earn nothing: the sixth of a day.
    assert [(await club.does("check_in")).get(COINS, 0) for _ in range(6)] == [10] * 5 + [0]
    # 20 % off at one shop for 50 coins.
    assert await club.redeem("swarm-discount") == 50
    await club.go_on(1)
    assert (await club.does("check_in"))[COINS] == 10
    for member in ("bob", "cem"):
        assert (await club.does("check_in", member=member))[COINS] == 10
    # The week ends: a holiday, a spa and a shopping trip among three who checked in, nobody twice in one draw; and
    # the first of the leaderboard, Ann with six check-ins that count, has a spa day.
    await club.go_on(7)
    await club.wake()
    theirs = {member: await prizes(club, member) for member in MEMBERS}
    won = Counter(prize for own in theirs.values() for prize in own)
    assert won == {"swarm-holiday": 1, "swarm-spa": 2, "swarm-shopping": 1}
    assert [len(own) for own in theirs.values()] == [2, 1, 1]
    assert "swarm-spa" in theirs["ann"]
