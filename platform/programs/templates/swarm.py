"""In the style of Swarm Perks: check-ins, discounts bound to places, a weekly draw and a weekly leaderboard."""

from programs.templates import pieces
from programs.templates.template import GUIDE, Document, ProgramOf, RewardOf, Template, UnitOf, described, ours
from rewards.terms import Experience, PercentOff

COINS, ENTRIES, SCORE = "swarm-coins", "swarm-entries", "swarm-score"
AT_A_PARTNER = "custom:partner_check_in"
"""What the app records beside the check-in where a place takes part in the draw."""


def _plays(on: str, name: str) -> list[Document]:
    earn = {"type": "per_activity", "plays": 1, "kind": on}
    return [{"id": "check-in", "name": name, "earn": earn, "per_day": 5}]


def _prize(id_: str, name: str, **more: object) -> Document:
    return {"id": id_, "name": name, "gift": {"type": "reward", "reward": f"swarm-{id_}"}, **more}


SWARM = Template(
    slug="swarm-perks",
    name="Perks",
    description=(
        "Check-ins earn coins for discounts at places, enter a weekly draw, and count on a weekly leaderboard. "
        "The two games stay drafts until you give their dates and regions, and who looked at them for the law."
    ),
    source=f"{GUIDE}, on Swarm Perks",
    figures=(
        *described(
            "check-ins, shared with friends", "discounts bound to places: 20 % at one shop",
            "a weekly draw entered by checking in at places that take part",
            "prizes: a holiday, a spa, a shopping trip", "too many check-ins at once earn nothing",
            "a weekly leaderboard",
        ),
        *ours(
            "10 coins a check-in, five a day", "5 coins for sharing one, once a day", "the discount for 50 coins",
            "one winner for each prize", "the first of the week has a spa day", "players are 18 at least",
        ),
    ),
    units=(
        UnitOf(COINS, "coin", "coins"), UnitOf(ENTRIES, "entry", "entries"), UnitOf(SCORE, "check-in", "check-ins"),
    ),
    rewards=(
        RewardOf("swarm-discount", "20 % off at one shop", COINS, 50, PercentOff(20)),
        RewardOf("swarm-holiday", "A holiday", COINS, 100_000, Experience("We write to you.")),
        RewardOf("swarm-spa", "A spa day", COINS, 10_000, Experience("Show the code at the spa.")),
        RewardOf("swarm-shopping", "A shopping trip", COINS, 20_000, Experience("We write to you.")),
    ),
    programs=(
        ProgramOf("coins", "Coins", "points", {
            "unit": COINS,
            "rules": [
                {"id": "check-in", "name": "A check-in", "on": ["check_in"],
                 "earn": {"type": "per_visit", "points": 10}, "caps": pieces.once_a("day", 5)},
                pieces.fixed("share", "A check-in shared with friends", 5, "share", caps=pieces.once_a("day")),
            ],
        }),
        ProgramOf("draw", "Weekly draw", "game", {
            "unit": ENTRIES,
            "game": {"type": "prize_draw", "every": "week", "prizes": [
                _prize("holiday", "A holiday"), _prize("spa", "A spa day"), _prize("shopping", "A shopping trip"),
            ]},
            "earn": _plays(AT_A_PARTNER, "A check-in at a place that takes part"),
            "minimum_age": 18,
            "odds_below_guideline_reason": "Three prizes a week among all who check in: taking part costs nothing.",
        }),
        ProgramOf("leaderboard", "Weekly leaderboard", "game", {
            "unit": SCORE,
            "game": {"type": "leaderboard", "every": "week", "prizes": [
                _prize("spa", "A spa day", from_rank=1, to_rank=1),
            ]},
            "earn": _plays("check_in", "A check-in"),
            "minimum_age": 18,
        }),
    ),
)  # fmt: skip
