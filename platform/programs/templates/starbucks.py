"""In the style of Starbucks Rewards: stars for what is paid with the preloaded card, a drink on the birthday."""

from programs.templates import pieces
from programs.templates.template import GUIDE, Document, ProgramOf, RewardOf, Template, UnitOf, described, ours, terms
from rewards.terms import AmountOff, FreeProduct, Money

UNIT, CARD, PLAYS = "stars", "starbucks-card", "starbucks-plays"
DOUBLE_STAR_DAY = 1  # Mondays


def _prize(id_: str, name: str, weight: int, stars: int) -> Document:
    gift = {"type": "points", "unit": UNIT, "points": stars, "expires_after_months": 6}
    return {"id": id_, "name": name, "weight": weight, "gift": gift}


STARBUCKS = Template(
    slug="starbucks-rewards",
    name="Starbucks Rewards",
    description=(
        "Two stars per dollar paid with the preloaded card, double-star days, a drink on the birthday, and a game. "
        "The game stays a draft until you give its dates and regions, and who looked at it for the law."
    ),
    source=f"{GUIDE}, on Starbucks Rewards",
    figures=(
        *described(
            "2 stars per $1 when paying with the preloaded card, in the shop or by mobile order",
            "any amount can be loaded", "double-star days", "a free drink on the birthday", "games",
            "stars for discounts, drinks and food",
        ),
        *terms(
            "2020", "stars of a month end six months after it", "25, 50, 150, 200 and 400 stars for an extra, "
            "a coffee, a drink, a lunch and a cup",
        ),
        *ours(
            "double stars on Mondays", "the money on the card has no end", "$4 off for 100 stars",
            "the game: a scratch card for each order from $5 on, and one a week free; four in ten win, 10 or 50 stars "
            "that can be used for six months", "players are 18 at least",
        ),
    ),
    units=(UnitOf(UNIT, "star", "stars"), UnitOf(CARD, "dollar", "dollars", "USD"), UnitOf(PLAYS, "card", "cards")),
    rewards=(
        RewardOf("stars-25", "An extra in a drink", UNIT, 25, FreeProduct("EXTRA")),
        RewardOf("stars-50", "A brewed coffee or a bakery item", UNIT, 50, FreeProduct("COFFEE")),
        RewardOf("stars-100", "$4 off", UNIT, 100, AmountOff(Money(4_00, "USD"))),
        RewardOf("stars-150", "A handcrafted drink", UNIT, 150, FreeProduct("DRINK")),
        RewardOf("stars-200", "A lunch", UNIT, 200, FreeProduct("LUNCH")),
        RewardOf("stars-400", "A cup", UNIT, 400, FreeProduct("CUP")),
        RewardOf("birthday-drink", "A drink on the birthday", UNIT, 150, FreeProduct("DRINK")),
    ),
    programs=(
        ProgramOf("stars", "Starbucks Rewards", "points", {
            "unit": UNIT,
            "rules": [
                pieces.per_amount("card", "2 stars per $1 with the card", 2, 100,
                           conditions={"tenders": ["stored_value"], "channels": ["store", "app"]}),
                {"id": "double", "name": "Double-star day", "earn": {"type": "multiplier", "factor": "2"},
                 "conditions": {"weekdays": [DOUBLE_STAR_DAY]}},
                pieces.reward("birthday", "A free drink on the birthday", "birthday-drink", "birthday"),
            ],
            "expiry": {"policies": [{"type": "end_of_month", "months": 6}], "warn_days": [30]},
        }),
        ProgramOf("card", "Starbucks Card", "stored_value", {
            "unit": CARD, "currency": "USD", "gift_cards": {"pin": True},
        }),
        ProgramOf("game", "Scratch and win", "game", {
            "unit": PLAYS,
            "game": {"type": "scratch_card", "out_of": 10, "prizes": [
                _prize("fifty", "50 stars", 1, 50), _prize("ten", "10 stars", 3, 10),
                {"id": "blank", "name": "Try again", "weight": 6},
            ]},
            "earn": [{"id": "order", "name": "An order from $5 on",
                      "earn": {"type": "per_order", "plays": 1, "currency": "USD", "minimum_amount": 5_00}}],
            "free": {"plays": 1, "every": "week"},
            "minimum_age": 18,
        }),
    ),
)  # fmt: skip
