"""A state machine: stored value against a model in plain dicts; the books are verified as it goes.

Purses are `m0.money`, `m0.bonus` … of members and `c1`, `c2` … of cards. After each step every purse has what the model
says, nothing is below zero, no payment has given back more than it took, and what was put on is all somewhere.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kit import clock
from kit.errors import Refusal
from ledger.verify import verify
from members.views import MemberId
from programs.activity import Line
from programs.stored_value import cards, service, views
from programs.stored_value.card_records import CardRef
from programs.stored_value.cards import Issued
from programs.stored_value.funds import FromBalance, Pay
from programs.stored_value.views import PaymentView
from tenants import scope
from tests import sparing
from tests.conftest import DatabaseUrls
from tests.ledger.helpers import START
from tests.programs.stored_value.conftest import Purse, card, open_purse

AMOUNTS = st.integers(1, 15000)
PAID = st.integers(1, 6000)
EXAMPLES = int(os.environ.get("STORED_VALUE_MACHINE_EXAMPLES", "10"))


@dataclass
class Taken:
    """A payment in the model: what was set aside of each purse, then taken, then given back."""

    view: PaymentView
    legs: list[tuple[str, int]]
    captured: list[int] = field(default_factory=list)
    returned: int = 0
    refunded: int = 0
    order: str | None = None
    open: bool = True


class Machine(RuleBasedStateMachine):
    """Two members of one shop; each rule is one verb."""

    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.purse: Purse = self.loop.run_until_complete(open_purse(slug=f"shop-{os.urandom(6).hex()}"))
        self.now = START
        self.members: list[MemberId] = [self.purse.member, self.run(self.purse.join())]
        self.has = {f"m{n}.{unit}": 0 for n in range(2) for unit in ("money", "bonus")}
        self.put_on = 0
        self.gone = 0
        self.cards: dict[str, Issued] = {}
        self.given_up: dict[str, str] = {}
        self.payments: list[Taken] = []
        self.steps = 0
        for member in (0, 1):
            self.put_money_on(member, 10000)
            self.issue_card(3000)

    def run(self, work: Any) -> Any:
        async def within() -> Any:
            with scope.of(self.purse.tenant), clock.pinned(self.now):
                return await work

        self.now += timedelta(seconds=1)
        return self.loop.run_until_complete(within())

    def name(self, noun: str) -> str:
        self.steps += 1
        return f"{noun}{self.steps}"

    def usable(self) -> list[str]:
        return [name for name in sorted(self.cards) if name not in self.given_up]

    def give(self, purse: str, amount: int) -> None:
        """To the purse, or to the one that a card's money went to; `-` is nobody."""
        while purse in self.given_up:
            purse = self.given_up[purse]
        if purse == "-":
            self.gone += amount
        else:
            self.has[purse] += amount

    # -- money comes -------------------------------------------------------------------------------------------------

    @rule(member=st.integers(0, 1), amount=AMOUNTS)
    def top_up(self, member: int, amount: int) -> None:
        self.put_money_on(member, amount)

    @rule(amount=AMOUNTS)
    def issue(self, amount: int) -> None:
        self.issue_card(amount)

    def put_money_on(self, member: int, amount: int) -> None:
        self.run(self.purse.top_up(amount, order=self.name("top-up"), member=self.members[member]))
        bonus = amount // 10 if amount >= 10000 else 0
        self.has[f"m{member}.money"] += amount
        self.has[f"m{member}.bonus"] += bonus
        self.put_on += amount + bonus

    def issue_card(self, amount: int) -> None:
        name = self.name("c")
        self.cards[name] = self.run(self.purse.issue(amount))
        self.has[name] = amount
        self.put_on += amount

    # -- payments ----------------------------------------------------------------------------------------------------

    @rule(data=st.data(), member=st.integers(0, 1), amount=PAID, at_once=st.booleans(), up_to=st.booleans())
    def pay(self, data: st.DataObject, member: int, amount: int, at_once: bool, up_to: bool) -> None:
        named = data.draw(st.lists(st.sampled_from(["balance", *self.usable()]), min_size=1, max_size=3, unique=True))
        sources: list[Pay] = [FromBalance() if each == "balance" else card(self.cards[each]) for each in named]
        order = data.draw(st.none() | st.just(self.name("order")))
        wish = self.purse.wish(amount, *sources, member=self.members[member], up_to=up_to, order_reference=order)
        legs, rest = [], amount
        for purse in self.purses(named, member):
            part = min(rest, self.has[purse])
            rest -= part
            legs += [(purse, part)] if part else []
        verb = service.pay if at_once else service.authorize
        if not legs or (rest and not up_to):
            with pytest.raises(Refusal, match="INSUFFICIENT_FUNDS"):
                self.run(verb(self.name("pay"), wish))
            return
        taken = Taken(self.run(verb(self.name("pay"), wish)), legs, order=order)
        for purse, part in legs:
            self.has[purse] -= part
        self.payments.append(taken)
        if at_once:
            self.close(taken, [part for _, part in legs])

    def purses(self, named: list[str], member: int) -> Iterator[str]:
        for each in named:
            yield from (f"m{member}.bonus", f"m{member}.money") if each == "balance" else (each,)

    def close(self, taken: Taken, captured: list[int]) -> None:
        taken.open, taken.captured = False, captured
        for (purse, part), gone in zip(taken.legs, captured, strict=True):
            self.gone += gone
            self.give(purse, part - gone)

    @precondition(lambda self: any(taken.open for taken in self.payments))
    @rule(data=st.data())
    def capture(self, data: st.DataObject) -> None:
        taken = data.draw(st.sampled_from([taken for taken in self.payments if taken.open]))
        rest = amount = data.draw(st.integers(1, sum(part for _, part in taken.legs)))
        self.run(service.capture(self.name("capture"), taken.view.id, amount=amount))
        captured = []
        for _, part in taken.legs:
            captured.append(min(rest, part))
            rest -= captured[-1]
        self.close(taken, captured)

    @precondition(lambda self: any(taken.open for taken in self.payments))
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        taken = data.draw(st.sampled_from([taken for taken in self.payments if taken.open]))
        self.run(service.void(self.name("void"), taken.view.id))
        self.close(taken, [0] * len(taken.legs))

    @precondition(lambda self: any(taken.open for taken in self.payments))
    @rule()
    def expire(self) -> None:
        self.now += timedelta(minutes=16)
        waiting = [taken for taken in self.payments if taken.open]
        assert self.run(service.expire_due()) == len(waiting)
        for taken in waiting:
            self.close(taken, [0] * len(taken.legs))

    # -- and goes back -----------------------------------------------------------------------------------------------

    @precondition(lambda self: any(sum(taken.captured) for taken in self.payments))
    @rule(data=st.data())
    def refund(self, data: st.DataObject) -> None:
        taken = data.draw(st.sampled_from([taken for taken in self.payments if sum(taken.captured)]))
        most = sum(taken.captured) - taken.refunded
        amount = data.draw(st.integers(1, max(most, 1)) | st.integers(most + 1, most + 3))
        work = service.refund(self.name("refund"), taken.view.id, amount)
        if taken.refunded + amount > sum(taken.captured):
            with pytest.raises(Refusal, match="REFUND_EXCEEDS_PAYMENT"):
                self.run(work)
            return
        self.run(work)
        taken.refunded += amount
        self.back(taken, taken.refunded)

    @precondition(lambda self: any(taken.order and sum(taken.captured) for taken in self.payments))
    @rule(data=st.data(), pieces=st.integers(1, 3))
    def return_goods(self, data: st.DataObject, pieces: int) -> None:
        """The order of three pieces is recorded now, and so many of them come back."""
        taken = data.draw(st.sampled_from([t for t in self.payments if t.order and sum(t.captured)]))
        order, taken.order = str(taken.order), None
        self.run(self.purse.buy(Line("goods", 30000, quantity=3), order=order))
        self.run(self.purse.refund(order, key=self.name("return"), goods=pieces))
        self.back(taken, sum(taken.captured) * pieces // 3)

    def back(self, taken: Taken, in_all: int) -> None:
        """Who paid last is given back first."""
        more = max(0, in_all - taken.returned)
        skip = taken.returned
        taken.returned += more
        for (purse, _), captured in reversed(list(zip(taken.legs, taken.captured, strict=True))):
            part = min(more, max(0, captured - skip))
            skip = max(0, skip - captured)
            more -= part
            self.gone -= part
            self.give(purse, part)

    # -- cards change hands ------------------------------------------------------------------------------------------

    @precondition(lambda self: self.usable())
    @rule(data=st.data(), how=st.sampled_from(["balance", "code", "nobody"]), member=st.integers(0, 1))
    def give_up(self, data: st.DataObject, how: str, member: int) -> None:
        name = data.draw(st.sampled_from(self.usable()))
        ref, key = CardRef(str(self.cards[name].code)), self.name("card")
        if how == "nobody":
            self.run(cards.disable(key, ref, "lost"))
            to = "-"
        elif not self.has[name]:
            with pytest.raises(Refusal, match="WRONG_STATE"):
                self.run(cards.reissue(key, ref))
            return
        elif how == "balance":
            self.run(cards.transfer_to_balance(key, ref, self.members[member]))
            to = f"m{member}.money"
        else:
            to = self.name("c")
            self.cards[to] = self.run(cards.reissue(key, ref))
            self.has[to] = 0
        left, self.has[name] = self.has[name], 0
        self.given_up[name] = to
        self.give(name, left)

    # -- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def purses_agree(self) -> None:
        for number, member in enumerate(self.members):
            model = (self.has[f"m{number}.money"], self.has[f"m{number}.bonus"])
            assert self.run(self.purse.balance(member)) == model
        found = self.run(views.gift_cards([issued.card.id for issued in self.cards.values()]))
        assert {name: found[issued.card.id].balance for name, issued in self.cards.items()} == {
            name: self.has[name] for name in self.cards
        }

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        held = sum(part for taken in self.payments if taken.open for _, part in taken.legs)
        assert min(self.has.values()) >= 0
        assert sum(self.has.values()) + held + self.gone == self.put_on

    @invariant()
    def payments_agree(self) -> None:
        found = self.run(views.payments([taken.view.id for taken in self.payments]))
        for taken in self.payments:
            view = found[taken.view.id]
            assert (view.captured, view.returned) == (sum(taken.captured), taken.returned)
            assert view.returned <= view.captured <= view.amount

    @invariant()
    def books_hold(self) -> None:
        assert self.loop.run_until_complete(verify(self.purse.tenant, full=self.steps % 3 == 0)) == ()


@pytest.mark.slow
def test_stored_value_is_the_model(database_urls: DatabaseUrls, own_settings: None) -> None:
    with sparing.own_loop(database_urls.url) as own:

        class Own(Machine):
            loop = own

        run_state_machine_as_test(
            Own,
            settings=settings(
                max_examples=EXAMPLES, stateful_step_count=25, deadline=None, database=None,
                suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
            ),
        )  # fmt: skip
