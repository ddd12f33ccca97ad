"""What Harbour Club is: its points, its four brands with terms of each sort, and what its points buy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ledger.state import UnitId
from programs import service, units, versions
from programs.coalition import blocks, partners
from programs.coalition.partners import PartnerView
from programs.decision import ProgramId
from rewards import catalogue
from rewards.inputs import RewardInput
from rewards.terms import Experience, PartnerReward, RewardTerms
from rewards.views import RewardShops, VoucherSource

KNOTS = "knots"
AIR, HOTELS, MARKET, BOOKS = "harbour-air", "quay-hotels", "tide-market", "lantern-books"
CENT = 10_000
"""Micros: prices of points are told in them."""


@dataclass(frozen=True, slots=True)
class Brand:
    """A partner. `per_dollar` are the knots that so many dollars give, multiplier and all; `goods` are cents by SKU."""

    slug: str
    name: str
    prefix: str
    category: str
    per_dollar: tuple[int, int]
    goods: Mapping[str, int]
    terms: Mapping[str, Any]


BRANDS: Mapping[str, Brand] = {
    brand.slug: brand
    for brand in (
        Brand(AIR, "Harbour Air", "HA", "travel", (2, 1),
              {"HA-BOS": 18900, "HA-HFX": 24900, "HA-KEF": 41900, "HA-LIS": 48900},
              {"issue_price": 15 * CENT // 10, "reimbursement_price": CENT, "period": "month", "fee": 2500}),
        Brand(HOTELS, "Quay Hotels", "QH", "stays", (3, 1),
              {"QH-CABIN": 14900, "QH-HARBOUR": 18900, "QH-LOFT": 23900, "QH-LIGHTHOUSE": 32900},
              {"issue_price": 15 * CENT // 10, "reimbursement_price": CENT, "period": "week",
               "credit_limit": 150_000}),
        Brand(MARKET, "Tide Market", "TM", "groceries", (1, 1),
              {"TM-FISH": 3400, "TM-BREAD": 900, "TM-GREENS": 1850, "TM-CHEESE": 2250, "TM-BOX": 4900},
              {"issue_price": 12 * CENT // 10, "reimbursement_price": CENT, "period": "month", "prepaid": True,
               "block_alert": 2_000}),
        Brand(BOOKS, "Lantern Books", "LB", "books", (1, 2),
              {"LB-TIDES": 1800, "LB-ATLAS": 4200, "LB-POEMS": 1400, "LB-NOVEL": 1600, "LB-COOK": 3600},
              {"issue_price": 16 * CENT // 10, "reimbursement_price": 9 * CENT // 10, "period": "month",
               "minimum_due": 1000, "caps": {"taken_per_member_per_day": 5_000}}),
    )
}  # fmt: skip
"""By slug, in the order in which they came."""

BLOCKS: tuple[tuple[str, int, timedelta], ...] = (
    ("first", 5_000, timedelta(0)),
    ("second", 3_500, timedelta(days=30)),
)
"""What the market pays ahead: a name, points, and how long after the first day."""

NEW_TERMS = AIR, timedelta(days=28), {"issue_price": 14 * CENT // 10}
"""Who was given better terms, how long after the first day, and what is different in them."""


def _rule(brand: Brand, points: int, dollars: int) -> dict[str, Any]:
    return {"id": brand.slug, "name": f"At {brand.name}", "conditions": {"partners": [brand.slug]},
            "earn": {"type": "per_amount", "points": points, "per": 100 * dollars, "currency": "USD"}}  # fmt: skip


POINTS: Mapping[str, Any] = {
    "unit": KNOTS,
    "rules": [
        _rule(BRANDS[AIR], 2, 1), _rule(BRANDS[HOTELS], 2, 1), _rule(BRANDS[MARKET], 1, 1), _rule(BRANDS[BOOKS], 1, 2),
        {"id": "welcome", "name": "Welcome aboard", "on": ["signup"], "earn": {"type": "fixed", "points": 100},
         "caps": [{"limit": 1, "counts": "times", "period": "lifetime"}]},
    ],
    "expiry": {"policies": [{"type": "months_inactive", "months": 18}], "warn_days": [60, 14]},
    "payment": {"points": 1, "worth": 1, "currency": "USD", "minimum": 100},
}  # fmt: skip

BREAKFAST = "breakfast"

TIERS: Mapping[str, Any] = {
    "unit": KNOTS,
    "tiers": [
        {"id": "crew", "name": "Crew"},
        {"id": "mate", "name": "First mate",
         "reach": [{"all_of": [{"metric": {"type": "spend", "currency": "USD"}, "at_least": 60_000}]}],
         "perks": [{"id": BREAKFAST, "name": "Breakfast at the quay", "perk_class": "adds_value", "period": "month",
                    "limit": 4, "unit_cost": {"amount": 1200, "currency": "USD"}}]},
    ],
    "validity": {"type": "for_months", "months": 12},
}  # fmt: skip

COALITION: Mapping[str, Any] = {
    "unit": KNOTS,
    "recognition": "issuance",
    "breakage": {"type": "estimated", "percent": 8},
    "multipliers": [{"partner": HOTELS, "factor": "1.5"}],
    # Two of the airline's miles are a knot.
    "conversions": [{"partner": AIR, "own_points": 2, "points": 1, "minimum": 500, "multiple": 100, "daily_cap": 5_000,
                     "months": 1}],
    "offers": [{"id": BREAKFAST, "name": "Breakfast at the quay", "perk": BREAKFAST, "offered_by": AIR,
                "price": 1_200 * CENT, "at": [HOTELS]}],
}  # fmt: skip

REWARDS: tuple[tuple[str, str, str, int, RewardTerms, RewardShops, str | None], ...] = (
    ("late-checkout", "Late checkout", "Stay until four o’clock at Quay Hotels.", 400,
     PartnerReward("Quay Hotels", "Show the code at the desk when you arrive."), RewardShops.PARTNERS, HOTELS),
    ("lounge", "Lounge pass", "One visit to the Harbour Air lounge, with a guest.", 900,
     PartnerReward("Harbour Air", "Show the code at the lounge’s door."), RewardShops.BOTH, AIR),
    ("sunset-sail", "Sunset sail for two", "Two hours on the water with the club’s skipper.", 3000,
     Experience("The skipper writes to you with three evenings to choose from."), RewardShops.OWN, None),
)  # fmt: skip
"""What knots buy, and where: with which brand, if not in the club's own shop alone."""


async def open_club() -> dict[str, PartnerView]:
    """The unit, the programs, the rewards and the partners with their terms; opened before, they stay."""
    knots = await units.upsert(KNOTS, "knot", "knots", 0)
    have = {program.slug: program.id for program in await service.list_()}
    if "knots" not in have:
        await _live("Knots", "points", POINTS)
    if "harbour-tiers" not in have:
        await _live("Harbour Tiers", "tiered", TIERS)
    coalition = have.get("harbour-club") or await _live("Harbour Club", "coalition", COALITION)
    known = {partner.slug: partner for partner in await partners.page(coalition)}
    found = {slug: known.get(slug) or await _join(coalition, brand) for slug, brand in BRANDS.items()}
    await _rewards(knots.id, found)
    return found


async def renew(first_days_ago: timedelta, found: Mapping[str, PartnerView]) -> None:
    """What is agreed later, so long after the first day: blocks that are bought, terms that are new. Again: nothing."""
    for name, points, after in BLOCKS:
        if first_days_ago >= after:
            await blocks.buy(f"demo:block:{name}", found[MARKET].id, points, f"The {name} block")
    slug, after, change = NEW_TERMS
    if first_days_ago >= after and len((await partners.of_slug(slug)).terms) == 1:
        await partners.save_terms(found[slug].id, {**_terms(BRANDS[slug]), **change})


async def _join(coalition: ProgramId, brand: Brand) -> PartnerView:
    made = await partners.create(coalition, brand.slug, brand.name)
    return await partners.save_terms(made.id, _terms(brand))


def _terms(brand: Brand) -> dict[str, Any]:
    return {"format": 1, "currency": "USD", **brand.terms}


async def _live(name: str, kind: str, rules: Mapping[str, Any]) -> ProgramId:
    made = await service.create(service.CreateInput(name=name, kind=kind, unit=KNOTS, rules={"format": 1, **rules}))
    await versions.publish(made.id)
    return made.id


async def _rewards(unit: UnitId, found: Mapping[str, PartnerView]) -> None:
    for position, (slug, name, description, points, terms, shops, partner) in enumerate(REWARDS, 1):
        reward = RewardInput(
            slug=slug, name=name, description=description, unit_id=unit, points=points, terms=terms,
            position=position, voucher_source=VoucherSource.GENERATED, shops=shops,
            partners=() if partner is None else (found[partner].id,),
        )  # fmt: skip
        await catalogue.upsert(reward)
