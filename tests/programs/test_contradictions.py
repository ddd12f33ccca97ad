"""Rules of any kind that contradict themselves, or each other, are refused, and the path says where."""

from __future__ import annotations

from typing import Any

import pytest

from programs import service, units, versions
from programs.findings import RulesContext, Severity
from programs.kind import check
from programs.registry import KINDS
from programs.versions import RulesRefused
from tests.programs.factories import at, open_shop, publish_program
from tests.programs.points.factories import document, multiplier, per_amount

Document = dict[str, Any]
CONTEXT = RulesContext(frozenset({"points", "miles", "money"}), {"USD": 2}, unit_currencies={"money": "USD"})
SPEND = {"type": "spend", "currency": "USD"}
EARNED = {"type": "earned", "unit": "points"}
GIFT = {"type": "points", "unit": "points", "points": 5}


def tier(id_: str, at_least: int | None = None, **more: Any) -> Document:
    reach = [] if at_least is None else [{"all_of": [{"metric": SPEND, "at_least": at_least}]}]
    return {"id": id_, "name": id_, "reach": reach, **more}


def tiers(*found: Document) -> Document:
    return {"unit": "points", "tiers": list(found)}


def wheel(*weights: int, gift: Document = GIFT) -> Document:
    prizes = [{"id": f"p{n}", "name": f"P{n}", "weight": weight, "gift": gift} for n, weight in enumerate(weights)]
    return {"unit": "points", "game": {"type": "wheel", "out_of": 100, "prizes": prizes}, "free": {"plays": 1}}


def ranks(*found: tuple[int, int]) -> Document:
    prizes = [
        {"id": f"p{n}", "name": f"P{n}", "gift": GIFT, "from_rank": first, "to_rank": last}
        for n, (first, last) in enumerate(found)
    ]
    earn = {"type": "per_activity", "plays": 1, "kind": "check_in"}
    return {"unit": "points", "game": {"type": "leaderboard", "prizes": prizes},
            "earn": [{"id": "a", "name": "A", "earn": earn, "per_day": 1}]}  # fmt: skip


def plan(**more: Any) -> Document:
    one = {"id": "club", "name": "Club", "price": 10_00, "currency": "USD", "period": "year"}
    return {"unit": "points", "plans": [one | more]}


def task(**more: Any) -> Document:
    return {"unit": "points", "tasks": [{"id": "a", "name": "A", "steps": [{"behaviour": EARNED}], **more}]}


def turning(into: str) -> Document:
    return document(per_amount(), conversion={"points": 10, "gift": {"type": "points", "unit": into, "points": 9}})


@pytest.mark.parametrize(
    ("kind", "rules", "path", "code"),
    [
        # Thresholds that overlap.
        ("tiered", tiers(tier("a"), tier("b", 100), tier("c", 100)), "tiers[2].reach[0]", "contradiction"),
        ("tiered", tiers(tier("a"), tier("b", 100), tier("c", 90)), "tiers[2].reach[0]", "contradiction"),
        ("tiered", tiers(tier("a"), tier("b")), "tiers[1].reach", "missing"),
        ("points", document({"id": "a", "name": "A", "earn": {"type": "quantity_breaks", "breaks": [
            {"quantity": 3, "points": 1}, {"quantity": 3, "points": 2},
        ]}}), "rules[0].earn.breaks[1].quantity", "duplicate"),
        ("stored_value", {"unit": "money", "currency": "USD", "bonus_unit": "money", "top_up": {"bands": [
            {"from_amount": 10, "bonus": {"type": "fixed", "amount": 1}},
            {"from_amount": 10, "bonus": {"type": "fixed", "amount": 2}},
        ]}}, "top_up.bands[1].from_amount", "duplicate"),
        ("game", ranks((1, 3), (3, 5)), "game.prizes[1].to_rank", "duplicate"),
        # Probabilities that are none.
        ("game", wheel(60, 50), "game.prizes", "contradiction"),
        ("game", wheel(60, 30), "game.prizes", "contradiction"),
        # Multipliers below 1, without saying so.
        ("points", document(per_amount(), multiplier("0.5")), "rules[1].earn.factor", "below_one"),
        ("tiered", tiers(tier("a", multipliers=[{"factor": "0.9"}])), "tiers[0].multipliers[0].factor", "below_one"),
        ("paid", plan(multipliers=[{"factor": "1/2"}]), "plans[0].multipliers[0].factor", "below_one"),
        ("campaign", {"unit": "points", "name": "A", "benefit": {"type": "multiply", "factor": "0.5"}},
         "benefit.factor", "out_of_range"),
        # Loops of grants.
        ("points", turning("points"), "conversion.gift.unit", "contradiction"),
        ("tasks", task(rewards=[GIFT]), "tasks[0].rewards[0].unit", "loop"),
        ("game", wheel(100), "game.prizes", "loop"),
    ],
)  # fmt: skip
def test_a_contradiction_names_its_path(kind: str, rules: Document, path: str, code: str) -> None:
    found = [each for each in check(KINDS[kind], rules, CONTEXT) if each.code != "needed_to_publish"]
    assert (path, code) in [(each.path, each.code) for each in found], found
    assert all(each.severity is Severity.ERROR and each.message for each in found)


async def test_programs_whose_points_turn_into_each_others_are_refused(database: object) -> None:
    shop = await open_shop()
    with at(shop):
        for unit in ("miles", "stars"):
            await units.upsert(unit, unit, unit)
        await publish_program(turning("miles"), name="One")
        await publish_program(turning("stars") | {"unit": "miles"}, name="Two", unit="miles")
        third = await service.create(
            service.CreateInput(name="Three", kind="points", unit="stars", rules=turning("points") | {"unit": "stars"})
        )  # fmt: skip
        with pytest.raises(RulesRefused) as refused:
            await versions.publish(third.id)
        assert [(each.path, each.code) for each in refused.value.findings] == [("conversion.gift.unit", "loop")]
        # What turns into something else again, and does not come back, may.
        await units.upsert("gems", "gem", "gems")
        await versions.save_draft(third.id, turning("gems") | {"unit": "stars"})
        await versions.publish(third.id)
