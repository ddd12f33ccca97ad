"""The words of a game's rules in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.game import rules, words
from schema.shared.rules.base import BASE
from schema.shared.rules.face import Face
from schema.shared.rules.gifts import GIFTS
from schema.shared.rules.mirror import Mirror, Words
from schema.shared.scalars import ActivityKindName

_TABLE = {
    "out_of": "What the weights add up to, 1–1,000,000,000: a weight of 5 out of 100 is a chance of 5 %.",
    "prizes": "1–50 prizes, blanks too.",
}
_PRIZE = {
    "id": "Unique in the game: 1–64 of a–z 0–9 _ -. It stays over versions: what was given counts by it.",
    "name": "What members read.",
}

WORDS = BASE | GIFTS | {
    rules.GameRules: Words("GameRules", "The rules of a game.", {
        "unit": "The slug of the unit that its plays are counted in.",
        "game": "Which game it is.",
        "earn": "The ways to earn plays (entries of a draw, points on a leaderboard), at most 20.",
        "free": "Plays that cost nothing, for who asks; needed where plays come from buying alone.",
        "base": "Which parts of an order count.",
        "starts_on": "The first local day; needed to publish.",
        "ends_on": "The last local day; needed to publish. Plays end with it.",
        "regions": "Where members may be: ISO 3166 codes, `US` or `US-CA`, or `*` alone for everywhere; needed to "
        "publish. A member's own are the attributes `country` and `region`.",
        "minimum_age": "How old members must be, 0–120; needed to publish.",
        "legal_review": "Who has looked at it for the law; needed to publish.",
        "odds_below_guideline_reason": "Why the chance of winning may be below 25 %, or is not known; shown to all.",
    }, left_out=frozenset({"format"})),
    rules.Game: Words("Game", "The game; exactly one of these.", {}),
    rules.Wheel: Words("GameWheel", "A wheel: each play draws a prize at once.", _TABLE),
    rules.ScratchCard: Words("GameScratchCard", "A scratch card: drawn like a wheel.", _TABLE),
    rules.PrizeDraw: Words("GamePrizeDraw", "A draw among all who have entries, each with the same chance.", {
        "prizes": "1–50 prizes, drawn in this order; nobody wins twice in one draw.",
        "every": "How often it is drawn.",
        "entrants_max": "So many members can enter one draw; null: any number, so the chance is not known.",
    }),
    rules.Leaderboard: Words("GameLeaderboard", "Members ranked by what they earned; ties by who began first.", {
        "prizes": "1–50 prizes, by rank.",
        "every": "How often it is closed and starts anew.",
    }),
    rules.Prize: Words("GamePrize", "A prize of a table.", {
        **_PRIZE,
        "weight": "How many times out of `outOf` it is drawn; 0: it only consoles.",
        "gift": "What is won; null: nothing, a blank.",
        "stock": "How many there are in all; null: any number.",
        "per_day": "How many can be won on a local day.",
        "per_member": "How many one member can win.",
        "per_member_per_day": "How many one member can win on a local day.",
        "becomes": "What happens when it is used up; needed if it can be.",
    }),
    rules.Becomes: Words("GamePrizeBecomes", "What happens when a prize is used up; exactly one of these.", {}),
    rules.Consolation: Words("GameConsolation", "Another prize is given instead.", {"prize": "Its id."}),
    rules.Pause: Words("GamePause", "Nobody whom it concerns can play until it can be won again.", {}),
    rules.DrawPrize: Words("GameDrawPrize", "A prize of a draw.", {
        **_PRIZE,
        "gift": "What is won.",
        "winners": "How many win it in each draw; all prizes together at most 1,000.",
    }),
    rules.RankPrize: Words("GameRankPrize", "A prize for ranks.", {
        **_PRIZE,
        "gift": "What is won.",
        "from_rank": "The first rank, from 1.",
        "to_rank": "The last rank, at most 1,000.",
    }),
    rules.PlayRule: Words("GamePlayRule", "One way to earn plays.", {
        "id": "Unique in the game: 1–64 of a–z 0–9 _ -. It stays over versions, since its limit goes on counting.",
        "name": "What the merchant calls it.",
        "earn": "What it gives.",
        "per_day": "At most so many plays per member and local day; null: any number.",
    }),
    rules.Earn: Words("GameEarn", "What a way gives; exactly one of these.", {}),
    rules.PlaysPerAmount: Words("GamePlaysPerAmount", "Plays for every so much money spent; the rest is dropped.", {
        "plays": "How many, 1–1000.",
        "per": "For every so many minor units of `currency`.",
        "currency": "The ISO 4217 code.",
    }),
    rules.PlaysPerOrder: Words("GamePlaysPerOrder", "Plays once per order.", {
        "plays": "How many, 1–1000.",
        "currency": "The ISO 4217 code.",
        "minimum_amount": "What the order must count for at least, in minor units.",
    }),
    rules.PlaysPerActivity: Words("GamePlaysPerActivity", "Plays for each activity of a kind.", {
        "plays": "How many, 1–1000.",
        "kind": "Which, such as `check_in`; purchases earn by order or amount.",
    }, types={"kind": ActivityKindName}),
    rules.FreePlays: Words("GameFreePlays", "Plays for every member who asks, once in each period.", {
        "plays": "How many, 1–1000.",
        "every": "In each local day or ISO week.",
    }),
    rules.LegalReview: Words("GameLegalReview", "A look at the game for the law.", {
        "by": "Who looked.",
        "at": "On which day.",
    }),
}  # fmt: skip

mirror = Mirror(WORDS)

GameRules = mirror.output(rules.GameRules)
GameRulesInput = mirror.input(rules.GameRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
