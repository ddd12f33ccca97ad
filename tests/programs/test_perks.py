"""The rules of perks: periods, what one set has over another, and what is wrong with them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from programs.findings import Finding, RulesContext
from programs.kind import Standing, Traits
from programs.perks import Perk, PerkClass, PerkCost, PerkPeriod, PerkSet, Term, find, in_words, period_end, period_of

BERLIN = ZoneInfo("Europe/Berlin")
TERM = Term(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def perk(id_: str = "delivery", limit: int | None = 2, period: PerkPeriod = PerkPeriod.MONTH, cost: str = "") -> Perk:
    price = PerkCost(500, cost) if cost else None
    return Perk(id_, id_.title(), PerkClass.LOWERS_COST, price, limit, period)


@pytest.mark.parametrize(
    ("period", "day", "name", "end"),
    [
        (PerkPeriod.DAY, "2026-03-28", "day:2026-03-28", "2026-03-28T23:00:00+00:00"),
        (PerkPeriod.WEEK, "2026-03-23", "week:2026-W13", "2026-03-29T22:00:00+00:00"),  # the clock changes on Sunday
        (PerkPeriod.WEEK, "2026-01-01", "week:2026-W01", "2026-01-04T23:00:00+00:00"),
        (PerkPeriod.MONTH, "2026-03-31", "month:2026-03", "2026-03-31T22:00:00+00:00"),
        (PerkPeriod.MONTH, "2026-12-01", "month:2026-12", "2026-12-31T23:00:00+00:00"),
        (PerkPeriod.YEAR, "2026-03-28", "year:2026", "2026-12-31T23:00:00+00:00"),
        (PerkPeriod.LIFETIME, "2026-03-28", "lifetime", None),
        (PerkPeriod.TERM, "2026-03-28", "term:2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
    ],
)
def test_a_period_has_a_name_and_an_end(period: PerkPeriod, day: str, name: str, end: str | None) -> None:
    one, on = perk(period=period), date.fromisoformat(day)
    assert period_of(one, on, TERM) == name
    found = period_end(one, on, TERM, BERLIN)
    assert (found.isoformat() if found else None) == end


def test_without_a_term_it_is_a_lifetime() -> None:
    one = perk(period=PerkPeriod.TERM)
    assert period_of(one, date(2026, 3, 28), None) == "lifetime"
    assert period_end(one, date(2026, 3, 28), None, BERLIN) is None


@pytest.mark.parametrize(("term"), [TERM, Term(TERM.since, None)])
def test_a_term_is_read_back(term: Term) -> None:
    assert Term.from_json(term.to_json()) == term


def test_what_a_higher_set_lacks_and_adds() -> None:
    silver = PerkSet("silver", "Silver", (perk(limit=2), perk("lounge", limit=None)))
    gold = PerkSet("gold", "Gold", (perk(limit=5), perk("lounge", limit=3), perk("gift")))
    assert [each.id for each in gold.lacks(silver)] == ["lounge"]
    assert [each.id for each in gold.adds(silver)] == ["delivery", "gift"]
    assert silver.lacks(silver) == silver.adds(silver) == ()


def test_findings_name_each_path() -> None:
    context = RulesContext(units=frozenset(), currencies={"USD": 2})
    sets = ((perk(cost="USD"), perk()), (perk(period=PerkPeriod.YEAR, cost="XXX"),))
    assert [(each.path, each.code) for each in find("tiers[{}].perks", sets, context)] == [
        ("tiers[0].perks[1].id", "duplicate"),
        ("tiers[1].perks[0].unit_cost.currency", "unknown_value"),
        ("tiers[1].perks[0].period", "contradiction"),
    ]
    assert isinstance(next(find("x[{}]", sets, context)), Finding)


def test_traits_give_the_perks_of_a_standing() -> None:
    gold = PerkSet("gold", "Gold", (perk(),))
    traits = Traits(perk_sets=(gold,), perk_set=lambda standing: standing.tiers.get("p"))
    assert traits.perks(Standing({"p": "gold"})) == gold.perks
    assert traits.perks(Standing()) == Traits().perks(Standing()) == ()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (perk(), "Delivery (2 × a month)"),
        (perk(period=PerkPeriod.LIFETIME), "Delivery (2 × in all)"),
        (perk(limit=None), "Delivery"),
    ],
)
def test_a_perk_in_words(given: Perk, words: str) -> None:
    assert in_words(given) == words
