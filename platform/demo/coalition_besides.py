"""What happens in Harbour Club besides purchases: miles that become knots and back, a perk that one brand bears at
another, and a member who wants to be known no longer. Each once, on its day; points that came from miles end unused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from demo import coalition_story as story
from demo.coalition_rules import AIR, BRANDS, BREAKFAST, HOTELS, MARKET
from demo.coalition_story import Happening
from members import service as members
from members.views import MemberId
from programs.activity import ActivityKind
from programs.coalition import converting, links, perks_across
from programs.coalition.partners import PartnerView

MILES_IN, KNOTS_OUT = 2_000, 800
GUESTS = 3
"""How many of the hotel's guests have breakfast on the airline."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where all of it happens: the brands by slug, the whole story, and its first day."""

    partners: Mapping[str, PartnerView]
    told: Sequence[Happening]
    first: date

    async def happen(self, after: timedelta, until: timedelta) -> None:
        """Do what comes after so much time and until so much; what was done before is not done again."""
        for when, step in _STEPS:
            if after < when <= until:
                await step(self)

    def thrifty(self, brand: str, by: timedelta, knots: int = 0) -> Iterator[str]:
        """Customers of a brand who are members by then, never pay with knots, and have so many."""
        has: dict[str, int] = {}
        for each in self.told:
            if each.day < self.first + by:
                has[each.customer] = has.get(each.customer, 0) + self._brings(each)
        spending = {each.customer for each in self.told if each.points}
        known = story.customers()
        return (each for each in has if each not in spending and brand in known[each] and has[each] >= knots)

    def gone_from(self, brand: str, by: timedelta) -> Iterator[str]:
        """Customers who were at a brand before, and never come again."""
        then = self.first + by
        before = {each.customer for each in self.told if each.brand == brand and each.day < then}
        later = {each.customer for each in self.told if each.brand == brand and each.day >= then}
        return iter(sorted(before - later))

    def _brings(self, each: Happening) -> int:
        if each.kind is ActivityKind.SIGNUP:
            return story.WELCOME
        order = each if each.order is None else self.told[each.order]
        knots, dollars = BRANDS[each.brand or ""].per_dollar
        earned = order.cents * knots // (100 * dollars)
        return earned if each.kind is ActivityKind.PURCHASE else -earned


async def _member(customer: str) -> MemberId:
    return (await members.by_external_id(customer)).id


async def _miles_come_in(stage: Stage) -> None:
    for customer in list(stage.thrifty(AIR, _IN))[:2]:
        await converting.convert_in(
            f"demo:miles:{customer}", stage.partners[AIR], await _member(customer), MILES_IN
        )  # fmt: skip


async def _knots_go_out(stage: Stage) -> None:
    customer = next(stage.thrifty(AIR, _OUT, KNOTS_OUT), None)
    if customer is not None:
        member = await _member(customer)
        await converting.convert_out(f"demo:knots:{customer}", stage.partners[AIR], member, KNOTS_OUT)


async def _by_mistake(stage: Stage) -> None:
    """Twice what was wanted: undone, and done again as it should have been."""
    customer, partner = next(stage.thrifty(AIR, _MISTAKE), None), stage.partners[AIR]
    if customer is not None:
        member = await _member(customer)
        made = await converting.convert_in(f"demo:twice:{customer}", partner, member, 2 * MILES_IN)
        await converting.undo(f"demo:undo:{customer}", partner, made.id)
        await converting.convert_in(f"demo:once:{customer}", partner, member, MILES_IN)


async def _breakfast(stage: Stage) -> None:
    hotels, left = stage.partners[HOTELS], GUESTS
    stayed = sorted({each.customer for each in stage.told if each.brand == HOTELS and each.day < stage.first + _STAY})
    for customer in stayed:
        member = await _member(customer)
        if left and any(each.offer.id == BREAKFAST for each in await perks_across.entitlements(hotels, member)):
            await perks_across.use(f"demo:breakfast:{customer}", hotels, member, BREAKFAST)
            left -= 1


async def _unlink(stage: Stage) -> None:
    partner, customer = stage.partners[MARKET], next(stage.gone_from(MARKET, _PARTING), None)
    known = None
    if customer is not None:
        known = await links.of_customer(partner.id, f"{BRANDS[MARKET].prefix}-{customer}")
    if known is not None:
        await links.unlink_own(known.member_id, known.id)


_IN, _OUT, _MISTAKE, _STAY, _PARTING = (timedelta(days=days) for days in (6, 30, 32, 52, 54))
_STEPS: tuple[tuple[timedelta, Callable[[Stage], Awaitable[None]]], ...] = (
    (_IN, _miles_come_in),
    (_OUT, _knots_go_out),
    (_MISTAKE, _by_mistake),
    (_STAY, _breakfast),
    (_PARTING, _unlink),
)
