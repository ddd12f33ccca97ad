"""What parsed rules of a game must still fulfil: among themselves, for the law, and against the tenant."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from programs import gifts
from programs.activity import CORRECTIONS, ActivityKind, is_activity_kind
from programs.findings import NEEDED_TO_PUBLISH, Finding, RulesContext
from programs.game.compiled import FREE_KIND
from programs.game.odds import chance_of_winning, percent
from programs.game.rules import (
    EVERYWHERE,
    GUIDELINE_PERCENT,
    WINNERS_MAX,
    Consolation,
    DrawPrize,
    Earn,
    GameRules,
    Leaderboard,
    PlaysPerActivity,
    PlaysPerAmount,
    PlaysPerOrder,
    Prize,
    PrizeDraw,
    RankPrize,
    ScratchCard,
    Wheel,
)
from programs.gifts import PointsGift


def find(rules: GameRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def _findings(rules: GameRules, context: RulesContext) -> Iterator[Finding]:
    if rules.unit not in context.units:
        yield Finding("unit", "unknown_value", "there is no such unit", rules.unit)
    elif scale := (context.unit_scales or {}).get(rules.unit, 0):
        message = "plays are counted whole: use a unit without digits after the point"
        yield Finding("unit", "contradiction", message, str(scale), "0")
    yield from _duplicates("earn", rules.earn)
    for place, rule in enumerate(rules.earn):
        yield from _earn(f"earn[{place}].earn", rule.earn, context)
    yield from _ways(rules)
    prizes: Sequence[Prize | DrawPrize | RankPrize] = rules.game.prizes
    yield from _duplicates("game.prizes", prizes)
    for place, prize in enumerate(prizes):
        if prize.gift is not None:
            for found in gifts.findings([prize.gift], "", context):
                yield Finding(f"game.prizes[{place}].gift{found.path[3:]}", found.code, found.message, found.value)
    yield from _game(rules)
    yield from _law(rules)
    yield from _odds(rules)


def _earn(path: str, earn: Earn, context: RulesContext) -> Iterator[Finding]:
    match earn:
        case PlaysPerAmount() | PlaysPerOrder():
            if earn.currency not in context.currencies:
                yield Finding(f"{path}.currency", "unknown_value", "there is no such currency", earn.currency)
        case PlaysPerActivity(_, kind):
            if kind == ActivityKind.PURCHASE:
                yield Finding(f"{path}.kind", "contradiction", "orders earn by `per_order` or `per_amount`", kind)
            elif not is_activity_kind(kind) or kind in CORRECTIONS or kind == FREE_KIND:
                yield Finding(f"{path}.kind", "unknown_value", "plays cannot be earned by such an activity", kind)


def _ways(rules: GameRules) -> Iterator[Finding]:
    """There is a way to play, and one that costs nothing wherever chance decides."""
    if not rules.earn and rules.free is None:
        yield Finding("earn", "missing", "nobody could play: say how plays are earned, or that they are free")
    elif isinstance(rules.game, Leaderboard):
        if rules.free is not None:
            yield Finding("free", "contradiction", "a leaderboard has no plays that could be free")
    elif rules.free is None and not any(isinstance(rule.earn, PlaysPerActivity) for rule in rules.earn):
        yield Finding("free", "no_free_way", "where plays come from buying, there must be a free way to take part")


def _game(rules: GameRules) -> Iterator[Finding]:
    match rules.game:
        case Wheel(out_of, prizes) | ScratchCard(out_of, prizes):
            yield from _table(out_of, prizes)
            yield from _endless(rules.unit, out_of, prizes)
        case PrizeDraw(prizes):
            winners = sum(prize.winners for prize in prizes)
            if winners > WINNERS_MAX:
                message = f"a draw has at most {WINNERS_MAX} winners"
                yield Finding("game.prizes", "out_of_range", message, str(winners), str(WINNERS_MAX))
        case Leaderboard(prizes):
            yield from _ranks(prizes)


def _table(out_of: int, prizes: Sequence[Prize]) -> Iterator[Finding]:
    total = sum(prize.weight for prize in prizes)
    if total != out_of:
        message = f"the weights add up to {total}, not to {out_of}"
        yield Finding("game.prizes", "contradiction", message, str(total), str(out_of))
    known = {prize.id: prize for prize in prizes}
    for place, prize in enumerate(prizes):
        path = f"game.prizes[{place}]"
        if prize.limited and prize.gift is None:
            yield Finding(f"{path}.gift", "missing", "a blank cannot be used up: leave its stock and limits out")
        if prize.limited and prize.becomes is None:
            yield Finding(f"{path}.becomes", "missing", "say what happens when it is used up")
        if not prize.limited and prize.becomes is not None:
            yield Finding(f"{path}.becomes", "contradiction", "it is never used up: it has neither stock nor limits")
        if isinstance(prize.becomes, Consolation):
            yield from _consoles(f"{path}.becomes.prize", prize, known)


def _consoles(path: str, prize: Prize, known: dict[str, Prize]) -> Iterator[Finding]:
    """Who goes from consolation to consolation ends at a prize that is always there, or where the game pauses."""
    seen, at = {prize.id}, prize
    while isinstance(at.becomes, Consolation):
        name = at.becomes.prize
        if name not in known:
            if at is prize:
                yield Finding(path, "unknown_value", "the table has no such prize", name)
            return
        if name in seen:
            yield Finding(path, "contradiction", "the consolations go round in a circle", name)
            return
        seen.add(name)
        at = known[name]


def _endless(unit: str, out_of: int, prizes: Sequence[Prize]) -> Iterator[Finding]:
    """A play brings less than one play on average, also once all that has a stock is gone."""
    known = {prize.id: prize for prize in prizes}
    plays = sum(prize.weight * _plays(unit, _left(prize, known)) for prize in prizes)
    if plays >= out_of:
        message = "each play would bring a play or more: a loop of grants"
        yield Finding("game.prizes", "loop", message, f"{plays / out_of:.4g}", "below 1")


def _left(prize: Prize, known: dict[str, Prize]) -> Prize | None:
    """What a prize is in the end, when all that can be used up is; None where the game pauses."""
    seen = set[str]()
    while prize.limited:
        if not isinstance(prize.becomes, Consolation) or prize.becomes.prize not in known or prize.id in seen:
            return None
        seen.add(prize.id)
        prize = known[prize.becomes.prize]
    return prize


def _plays(unit: str, prize: Prize | None) -> int:
    gift = None if prize is None else prize.gift
    return gift.points if isinstance(gift, PointsGift) and gift.unit == unit else 0


def _ranks(prizes: Sequence[RankPrize]) -> Iterator[Finding]:
    taken: dict[int, str] = {}
    for place, prize in enumerate(prizes):
        path = f"game.prizes[{place}].to_rank"
        if prize.to_rank < prize.from_rank:
            message = "the last rank comes before the first"
            yield Finding(path, "contradiction", message, str(prize.to_rank), str(prize.from_rank))
        ranks = range(prize.from_rank, prize.to_rank + 1)
        clash = next((rank for rank in ranks if rank in taken), None)
        if clash is not None:
            yield Finding(path, "duplicate", f"rank {clash} has “{taken[clash]}” already", str(clash))
        taken |= dict.fromkeys(ranks, prize.name)


def _law(rules: GameRules) -> Iterator[Finding]:
    """What must be known before a game goes live."""
    needed = (
        ("starts_on", rules.starts_on), ("ends_on", rules.ends_on), ("regions", rules.regions or None),
        ("minimum_age", rules.minimum_age), ("legal_review", rules.legal_review),
    )  # fmt: skip
    for name, value in needed:
        if value is None:
            yield Finding(name, NEEDED_TO_PUBLISH, "must be given before a game goes live")
    if rules.starts_on is not None and rules.ends_on is not None and rules.ends_on < rules.starts_on:
        message = "the game would end before it starts"
        yield Finding("ends_on", "contradiction", message, rules.ends_on.isoformat(), rules.starts_on.isoformat())
    if EVERYWHERE in rules.regions and len(rules.regions) > 1:
        yield Finding("regions", "contradiction", "everywhere is in no need of other regions", EVERYWHERE)


def _odds(rules: GameRules) -> Iterator[Finding]:
    if isinstance(rules.game, Leaderboard) or rules.odds_below_guideline_reason is not None:
        return
    chance, bound = chance_of_winning(rules.game), f"{GUIDELINE_PERCENT} %"
    path = "odds_below_guideline_reason"
    if chance is None:
        message = "how many can enter is open, so the chance of winning may be below the guideline: say why"
        yield Finding(path, "odds_below_guideline", message, None, bound)
    elif chance < Fraction(GUIDELINE_PERCENT, 100):
        message = "the chance of winning is below the guideline: say why"
        yield Finding(path, "odds_below_guideline", message, percent(chance), bound)


def _duplicates(path: str, items: Sequence[object]) -> Iterator[Finding]:
    for name in ("id", "name"):
        seen = set()
        for place, item in enumerate(items):
            value = getattr(item, name)
            if value in seen:
                yield Finding(f"{path}[{place}].{name}", "duplicate", f"another one has this {name}", value)
            seen.add(value)
