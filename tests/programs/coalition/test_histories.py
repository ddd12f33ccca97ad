"""Random histories of a coalition: whatever happens, clearing is at zero, and settlements are what was cleared.

Three brands with terms of their own, members who buy, spend, get rewards, convert, use perks, give points and become
one, orders refunded in parts, terms and rules that change, brands frozen or gone, days that pass, settlements drafted
late, twice, or by a killed process, and paid. After each step clearing sums to zero; at the end `verify` has worked all
of it out again (tests/conftest.py does so after each test, too).

A history follows from its seed.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from programs.verify import verify
from tests.programs.coalition.histories import BRANDS, History

Draw = Callable[[Random], tuple[Any, ...]]
CURRENCIES = ("USD", "USD", "USD", "EUR", "JPY", "KWD")


def brand(draw: Random) -> str:
    return draw.choice(BRANDS)


def who(draw: Random) -> int:
    return draw.randrange(2)


def order(draw: Random) -> int:
    return draw.randrange(40)


def terms(draw: Random) -> dict[str, Any]:
    return {
        "currency": draw.choice(CURRENCIES),
        "issue_price": draw.choice([0, 1, 15_000, 29_999]),
        "reimbursement_price": draw.choice([0, 1, 10_000, 29_999]),
        "period": draw.choice(["day", "week", "month", "month", "quarter", "year"]),
        "prepaid": draw.random() < 0.3,
        "promotions": draw.choice(["operator", "partner"]),
        "fee": draw.choice([0, 0, 499]),
        "minimum_due": draw.choice([0, 1_000]),
        "caps": draw.choice([{}, {}, {"issued_per_day": 500, "taken_per_member_per_day": 100}]),
        "hold_hours_from_others": draw.choice([None, None, 6]),
    }


STEPS: dict[str, tuple[float, Draw]] = {
    "buy": (12, lambda r: (brand(r), who(r), order(r), r.randint(2_000, 40_000))),
    "refund": (8, lambda r: (brand(r), order(r), r.choice([None, 1, 2]))),
    "spend": (6, lambda r: (brand(r), who(r), order(r), r.randint(1, 80))),
    "reward": (3, lambda r: (brand(r), who(r), order(r))),
    "reserve": (2, lambda r: (brand(r), who(r), order(r), r.randint(1, 80))),
    "confirm": (2, lambda r: (r.random() < 0.3,)),
    "convert_in": (3, lambda r: (brand(r), who(r), r.randint(1, 60))),
    "convert_out": (3, lambda r: (brand(r), who(r), 2 * r.randint(1, 30))),
    "undo": (2, lambda _: ()),
    "use_perk": (3, lambda r: (brand(r), who(r), brand(r), order(r))),
    "perk_back": (2, lambda r: (r.random() < 0.5,)),
    "give": (3, lambda r: (who(r), r.randint(1, 60))),
    "merge": (1, lambda r: (who(r),)),
    "correct_points": (2, lambda r: (who(r), r.choice([-20, 20]))),
    "terms": (3, lambda r: (brand(r), terms(r))),
    "state": (2, lambda r: (brand(r), r.choice(["active"] * 4 + ["frozen"] * 3 + ["left"]))),
    "block": (2, lambda r: (brand(r), r.randint(50, 900))),
    "correct_money": (1, lambda r: (brand(r), r.choice(CURRENCIES), r.choice([-1_234_567, 1_234_567]))),
    "rules": (1, lambda r: (r.choice(["issuance", "redemption"]), r.choice([None, 1, 30, 99]))),
    "zone": (0.2, lambda r: (r.choice(["UTC", "Pacific/Auckland", "America/Los_Angeles"]),)),
    "wait": (6, lambda r: (r.choice([1, 5, 24, 24, 200, 840]),)),
    "settle": (4, lambda r: (r.random() < 0.3, r.choice([1, 1_000]))),
    "pay": (2, lambda r: (r.random() < 0.3,)),
    "follow": (2, lambda _: ()),
}
"""How often each is to come, and what with."""


async def lived(seed: int, length: int) -> History:
    """A history of so many steps."""
    draw = Random(seed)
    life = await History.begin(draw.choice(["issuance", "redemption"]), f"club-{seed}")
    for each in BRANDS:
        await life.step("terms", each, terms(draw))
    for name in draw.choices(list(STEPS), [often for often, _ in STEPS.values()], k=length):
        await life.step(name, *STEPS[name][1](draw))
    await life.step("wait", 840)
    await life.step("settle", False, 1_000)
    assert await verify(life.club.shop.tenant, full=True) == ()
    await life.as_capped()
    return life


@pytest.mark.parametrize("seed", range(3))
async def test_a_few_histories(database: object, seed: int) -> None:
    await lived(seed, 60)


@pytest.mark.slow
@pytest.mark.walk
@pytest.mark.parametrize("seed", range(100, 112))
async def test_many_histories(database: object, seed: int) -> None:
    await lived(seed, 120)
