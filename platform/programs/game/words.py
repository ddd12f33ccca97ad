"""Rules of a game in sentences, for merchants who check them and for members who want to know their chances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from programs.game import rules as r
from programs.game.odds import chance_of_winning, percent, table_of
from programs.gifts import Gift, PointsGift
from programs.wording import Words

_EVERY = {
    r.Every.ONCE: "once, when the game ends",
    r.Every.DAY: "every day",
    r.Every.WEEK: "every week",
    r.Every.MONTH: "every month",
}


def summary(rules: r.GameRules, words: Words) -> list[str]:
    """The game, one sentence per prize and per way to play, then who may and until when."""
    sentences = [*prizes(rules, words), *(f"{text}." for _, _, text in _ways(rules, words))]
    chance = chance_of_winning(rules.game)
    if chance is not None:
        sentences.append(f"The chance of winning is {percent(chance)}.")
    if rules.odds_below_guideline_reason is not None:
        sentences.append(f"Why the chance may be below {r.GUIDELINE_PERCENT} %: {rules.odds_below_guideline_reason}")
    return [*sentences, *who(rules), expiry(rules, words)]


def ways(rules: r.GameRules, words: Words) -> list[tuple[str, str, str]]:
    """The ways to play: an id, a name, a sentence."""
    return [(id_, name, f"{text}.") for id_, name, text in _ways(rules, words)]


def expiry(rules: r.GameRules, _words: Words) -> str:
    """From when until when the game runs."""
    if rules.starts_on is None or rules.ends_on is None:
        return "It is not said yet when the game runs."
    return f"The game runs from {_day(rules.starts_on)} to {_day(rules.ends_on)}; plays end with it."


def who(rules: r.GameRules) -> list[str]:
    """Who may play."""
    sentences = []
    if rules.minimum_age:
        sentences.append(f"Only for members of {rules.minimum_age} years or more.")
    if rules.regions and r.EVERYWHERE not in rules.regions:
        sentences.append(f"Only for members in {', '.join(rules.regions)}.")
    return sentences


def prizes(rules: r.GameRules, words: Words) -> list[str]:
    """What can be won, one sentence per prize."""
    game = rules.game
    match game:
        case r.Wheel() | r.ScratchCard():
            return [
                f"{each.prize.name}: {gift(each.prize.gift, words)}, {percent(each.chance)}"
                f"{_limits(each.prize, {other.id: other.name for other in game.prizes})}."
                for each in table_of(game)
            ]
        case r.PrizeDraw():
            drawn = f"Drawn {_EVERY[game.every]}."
            open_to = "" if game.entrants_max is None else f" At most {game.entrants_max} members can enter."
            return [f"{each.name}: {gift(each.gift, words)}, × {each.winners}." for each in game.prizes] + [
                f"{drawn}{open_to}"
            ]
        case r.Leaderboard():
            ranked = [f"{_rank(each)}: {each.name}, {gift(each.gift, words)}." for each in game.prizes]
            return [*ranked, f"The leaderboard is closed {_EVERY[game.every]}."]
        case _:
            assert_never(game)


def gift(given: Gift | None, words: Words) -> str:
    """What is given, in a few words."""
    if given is None:
        return "nothing"
    if isinstance(given, PointsGift):
        own = given.unit in (words.name, words.name_plural)
        return words.amount(given.points) if own else f"{given.points} {given.unit}"
    return f"the reward “{given.reward}”"


def _ways(rules: r.GameRules, words: Words) -> list[tuple[str, str, str]]:
    noun = "point" if isinstance(rules.game, r.Leaderboard) else _noun(rules)
    found = [(rule.id, rule.name, _way(rule, noun, words)) for rule in rules.earn]
    if rules.free is not None:
        found.append(("free", "Free", f"{_count(rules.free.plays, noun)} free every {rules.free.every}"))
    return found


def _noun(rules: r.GameRules) -> str:
    return "entry" if isinstance(rules.game, r.PrizeDraw) else "play"


def _way(rule: r.PlayRule, noun: str, words: Words) -> str:
    earn = rule.earn
    limit = "" if rule.per_day is None else f", at most {rule.per_day} a day"
    match earn:
        case r.PlaysPerAmount():
            what = f"for every {words.money(earn.per, earn.currency)}"
        case r.PlaysPerOrder():
            least = f" of at least {words.money(earn.minimum_amount, earn.currency)}" if earn.minimum_amount else ""
            what = f"for an order in {earn.currency}{least}"
        case r.PlaysPerActivity():
            what = f"for each {earn.kind.removeprefix('custom:').replace('_', '-')}"
        case _:
            assert_never(earn)
    return f"{_count(earn.plays, noun)} {what}{limit}"


def _limits(prize: r.Prize, names: Mapping[str, str]) -> str:
    limits = [
        f"{limit} {what}"
        for limit, what in (
            (prize.stock, "in all"), (prize.per_day, "a day"), (prize.per_member, "per member"),
            (prize.per_member_per_day, "per member and day"),
        )
        if limit is not None
    ]  # fmt: skip
    if not limits:
        return ""
    becomes = prize.becomes
    then = names.get(becomes.prize, becomes.prize) if isinstance(becomes, r.Consolation) else "the game pauses"
    return f"; at most {', '.join(limits)}, then {then}"


def _rank(prize: r.RankPrize) -> str:
    return f"Rank {prize.from_rank}" + ("" if prize.to_rank == prize.from_rank else f" to {prize.to_rank}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun[:-1]}ies" if noun == "entry" else f"{number} {noun}s"


def _day(day: object) -> str:
    return f"{day:%-d %B %Y}"
