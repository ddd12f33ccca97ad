"""What the roastery offers: six programs that live together, and what its beans buy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from ledger.state import UnitId
from programs import service, units, versions
from programs.decision import ProgramId
from rewards import catalogue
from rewards.inputs import RewardInput
from rewards.terms import AmountOff, Experience, FreeProduct, FreeShipping, Money, RewardTerms
from rewards.views import RewardId, VoucherSource
from tenants import scope

BEANS, SPINS = "beans", "spins"
SEASON = timedelta(days=70)
"""For how long the wheel has been turning; before there was none."""

POINTS: Mapping[str, Any] = {
    "unit": BEANS,
    "rules": [
        {"id": "dollar", "name": "2 beans per dollar",
         "earn": {"type": "per_amount", "points": 2, "per": 100, "currency": "USD"}},
        {"id": "signup", "name": "Welcome", "on": ["signup"], "earn": {"type": "fixed", "points": 50},
         "caps": [{"limit": 1, "counts": "times", "period": "lifetime"}]},
        {"id": "review", "name": "Write a review", "on": ["review"], "earn": {"type": "fixed", "points": 25},
         "caps": [{"limit": 2, "counts": "times", "period": "month"}]},
        {"id": "birthday", "name": "Happy birthday", "on": ["birthday"], "earn": {"type": "fixed", "points": 100},
         "caps": [{"limit": 1, "counts": "times", "period": "year"}]},
    ],
    "expiry": {"policies": [{"type": "months_inactive", "months": 12}], "warn_days": [30]},
    "payment": {"points": 1, "worth": 2, "currency": "USD", "minimum": 20, "maximum_share_percent": 50},
}  # fmt: skip


def _spent(dollars: int) -> list[dict[str, Any]]:
    return [{"all_of": [{"metric": {"type": "spend", "currency": "USD"}, "at_least": dollars * 100}]}]


_REFILL = {"id": "refill", "name": "Free refill at the bar", "perk_class": "adds_value", "period": "week",
           "unit_cost": {"amount": 60, "currency": "USD"}}  # fmt: skip
_EARLY = {"id": "early", "name": "First pick of rare lots", "perk_class": "adds_value", "period": "month"}

TIERS: Mapping[str, Any] = {
    "unit": BEANS,
    "tiers": [
        {"id": "taster", "name": "Taster"},
        {"id": "barista", "name": "Barista", "reach": _spent(150), "multipliers": [{"factor": "1.25", "unit": BEANS}],
         "gifts": [{"unit": BEANS, "points": 50}], "perks": [{**_REFILL, "limit": 1}]},
        {"id": "roaster", "name": "Roaster", "reach": _spent(400), "multipliers": [{"factor": "1.5", "unit": BEANS}],
         "gifts": [{"unit": BEANS, "points": 150}], "perks": [{**_REFILL, "limit": 3}, {**_EARLY, "limit": 1}]},
    ],
    "window": {"type": "rolling_months", "months": 12},
    "validity": {"type": "for_months", "months": 12},
    "grace_days": 14,
    "downgrade": "one_step",
}  # fmt: skip

CLUB: Mapping[str, Any] = {
    "unit": BEANS,
    "plans": [
        {"id": "club-month", "name": "Harbour Club, monthly", "price": 500, "currency": "USD", "period": "month",
         "trial": {"months": 1}, "multipliers": [{"factor": "2", "unit": BEANS}]},
        {"id": "club-year", "name": "Harbour Club, yearly", "price": 4800, "currency": "USD", "period": "year",
         "multipliers": [{"factor": "2", "unit": BEANS}]},
    ],
    "refund": {"full_within_days": 14, "otherwise": "prorated"},
}  # fmt: skip

TASKS: Mapping[str, Any] = {
    "unit": BEANS,
    "badges": [{"id": "regular", "name": "Regular"}, {"id": "explorer", "name": "Explorer"}],
    "tasks": [
        {"id": "three-a-month", "name": "Three orders in a month",
         "steps": [{"behaviour": {"type": "orders"}, "target": 3}],
         "window": {"type": "calendar", "period": "month"}, "repeat": {"type": "per_window"},
         "rewards": [{"type": "points", "unit": BEANS, "points": 60}], "badge": "regular"},
        {"id": "four-origins", "name": "Four bags of single origin",
         "steps": [{"behaviour": {"type": "pieces", "tags": ["single-origin"]}, "target": 4}],
         "rewards": [{"type": "points", "unit": BEANS, "points": 80}], "badge": "explorer"},
    ],
}  # fmt: skip

GIVING: Mapping[str, Any] = {
    "unit": BEANS,
    "currency": "USD",
    "points": 10,
    "worth": 10,
    "minimum": 50,
    "multiple": 10,
    "causes": [
        {"id": "school-meals", "name": "School meals at origin",
         "description": "A warm lunch at two schools in Huehuetenango, Guatemala.", "goal": 250_000},
        {"id": "shade-trees", "name": "Shade trees",
         "description": "Trees that cool coffee farms and keep their soil.", "goal": 120_000},
    ],
    "matching": {"percent": 100, "per_cause": 100_000},
}  # fmt: skip


def wheel(opened: date, ends: date) -> Mapping[str, Any]:
    """The game of the season, from one day to another."""

    def beans(id_: str, points: int, weight: int) -> dict[str, Any]:
        gift = {"type": "points", "unit": BEANS, "points": points}
        return {"id": id_, "name": f"{points} beans", "weight": weight, "gift": gift}

    return {
        "unit": SPINS,
        "game": {
            "type": "wheel", "out_of": 100,
            "prizes": [
                {**beans("jackpot", 500, 2), "stock": 40, "becomes": {"type": "consolation", "prize": "handful"}},
                beans("scoop", 100, 10), beans("handful", 25, 28),
                {"id": "blank", "name": "An empty cup", "weight": 60},
            ],
        },
        "earn": [{"id": "order", "name": "An order of $20 or more", "per_day": 2,
                  "earn": {"type": "per_order", "plays": 1, "currency": "USD", "minimum_amount": 2000}}],
        "free": {"plays": 1, "every": "week"},
        "starts_on": opened.isoformat(), "ends_on": ends.isoformat(), "regions": ["*"], "minimum_age": 0,
        "legal_review": {"by": "Nobody: this is a demo", "at": opened.isoformat()},
    }  # fmt: skip


REWARDS: tuple[tuple[str, str, str, int, RewardTerms], ...] = (
    ("free-shipping", "Free shipping", "Your next bag travels on us.", 150, FreeShipping()),
    ("five-off", "$5 off", "On orders of $20 or more.", 300, AmountOff(Money(500, "USD"), Money(2000, "USD"))),
    ("bag-of-the-month", "Bag of the month", "Whatever we like best right now.", 800, FreeProduct("HR-MONTH", 1)),
    ("tasting", "Tasting for two", "An hour at the cupping table.", 1500, Experience("An hour at the cupping table.")),
)


async def open_first() -> list[RewardId]:
    """The units, the programs that were there from the first day, and the rewards; opened before, they stay."""
    beans = await units.upsert(BEANS, "bean", "beans", 0)
    await units.upsert(SPINS, "spin", "spins", 0)
    have = {program.slug for program in await service.list_()}
    for name, kind, unit, rules in (
        ("Beans", "points", BEANS, POINTS), ("Harbour Tiers", "tiered", BEANS, TIERS),
        ("Harbour Club", "paid", BEANS, CLUB), ("Quests", "tasks", BEANS, TASKS),
        ("Give beans", "giving", BEANS, GIVING),
    ):  # fmt: skip
        if name.lower().replace(" ", "-") not in have:
            await _live(name, kind, unit, rules)
    return await _rewards(beans.id)


async def open_wheel(day: date) -> ProgramId:
    """The wheel, from a day on for half a year."""
    return await _live("Harvest Wheel", "game", SPINS, wheel(day, day + timedelta(days=180)))


async def program_of(slug: str) -> ProgramId | None:
    """The program of this slug, if it was opened."""
    async with scope.reading():
        return next((program.id for program in await service.list_() if program.slug == slug), None)


async def _live(name: str, kind: str, unit: str, rules: Mapping[str, Any]) -> ProgramId:
    made = await service.create(service.CreateInput(name=name, kind=kind, unit=unit, rules={"format": 1, **rules}))
    await versions.publish(made.id)
    return made.id


async def _rewards(unit: UnitId) -> list[RewardId]:
    made = []
    for position, (slug, name, description, points, terms) in enumerate(REWARDS, 1):
        reward = RewardInput(
            slug=slug, name=name, description=description, unit_id=unit, points=points, terms=terms,
            position=position, voucher_source=VoucherSource.GENERATED,
        )  # fmt: skip
        made.append((await catalogue.upsert(reward)).id)
    return made
