"""What perks cost: uses and money of the last days, for each tier or plan that brings them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kit import db
from kit.errors import Refusal
from programs import rulebooks
from programs.days import start_of_day
from programs.decision import ProgramId
from programs.perks import Perk, PerkCost, PerkSet
from tenants import scope

DAYS_MAX = 366


@dataclass(frozen=True, slots=True)
class PerkSpending:
    """How often the perk of a tier or plan was used, and what that cost, by currency; names are as in the live rules.

    `unit_cost` is what one use costs by them. What they no longer have is called by its id.
    """

    perk_set: str
    perk_set_name: str
    perk: str
    perk_name: str
    unit_cost: PerkCost | None
    uses: int
    costs: tuple[PerkCost, ...]


async def spent(program: ProgramId, days: int) -> tuple[PerkSpending, ...]:
    """What each perk of the program cost in so many local days (1 to 366), today included, in the order of the rules.

    Perks that nobody used are there with nothing; those that only earlier rules had stand at the end. Raises `Refusal`
    OUT_OF_RANGE (days).
    """
    if not 1 <= days <= DAYS_MAX:
        raise Refusal("OUT_OF_RANGE", f"Give a number from 1 to {DAYS_MAX}.", ("days",))
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        since = start_of_day(scope.now().astimezone(rules.zone).date() - timedelta(days=days - 1), rules.zone)
        rows = await db.rows(_SPENT, scope.tenant_id(), program, since)
    own = next((each for each in rules.rulebook.programs if each.id == program), None)
    sets = () if own is None else rules.rulebook.version(own, scope.now()).traits.perk_sets
    uses: dict[tuple[str, str], int] = {}
    costs: dict[tuple[str, str], tuple[PerkCost, ...]] = {}
    for row in rows:
        key = (row["perk_set"], row["perk"])
        uses[key] = uses.get(key, 0) + row["uses"]
        if row["cost_currency"] is not None:
            costs[key] = (*costs.get(key, ()), PerkCost(int(row["cost"]), row["cost_currency"]))
    known = {(of.id, perk.id): (of, perk) for of in sets for perk in of.perks}
    return tuple(_spending(key, known, uses, costs) for key in dict.fromkeys((*known, *uses)))


def _spending(
    key: tuple[str, str], known: Mapping[tuple[str, str], tuple[PerkSet, Perk]], uses: Mapping[tuple[str, str], int],
    costs: Mapping[tuple[str, str], Sequence[PerkCost]],
) -> PerkSpending:  # fmt: skip
    of, perk = known.get(key, (None, None))
    return PerkSpending(
        perk_set=key[0], perk_set_name=key[0] if of is None else of.name, perk=key[1],
        perk_name=key[1] if perk is None else perk.name, unit_cost=None if perk is None else perk.unit_cost,
        uses=uses.get(key, 0), costs=tuple(costs.get(key, ())),
    )  # fmt: skip


_SPENT = """
SELECT perk_set, perk, cost_currency, count(*) AS uses, sum(cost_amount) AS cost FROM perk_use
WHERE tenant_id = $1 AND program_id = $2 AND used_at >= $3 AND state = 'used'
GROUP BY perk_set, perk, cost_currency ORDER BY perk_set, perk, cost_currency"""
