"""A state machine: the ledger against a small model in plain dicts, with every equation after each step."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kit import clock
from ledger import sealing, sweeps
from ledger.errors import InsufficientBalance
from ledger.state import Policy, TransferId
from ledger.verify import verify
from tenants import scope
from tests import sparing
from tests.conftest import DatabaseUrls
from tests.ledger.helpers import START, Shop, open_shop
from tests.ledger.model import FOREVER, Model

DAY = timedelta(days=1)
AMOUNTS = st.integers(1, 60)
EXAMPLES = int(os.environ.get("LEDGER_MACHINE_EXAMPLES", "8"))


class LedgerMachine(RuleBasedStateMachine):
    """One member of one shop; each rule is one transaction. Names are numbers, so that order is order of birth."""

    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.ids: dict[str, TransferId] = {}
        self.shop: Shop = self.run(open_shop(f"shop-{os.urandom(6).hex()}"))
        self.steps = 0

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def name(self) -> str:
        self.steps += 1
        return str(self.steps)

    # -- rules -------------------------------------------------------------------------------------------------------

    @rule(amount=AMOUNTS, days=st.none() | st.integers(1, 12), matures=st.none() | st.integers(1, 6))
    def earn(self, amount: int, days: int | None, matures: int | None) -> None:
        name, now = self.name(), self.shop.now
        self.ids[name] = self.run(
            self.shop.earn(
                amount,
                expires_in=None if days is None else days * DAY,
                matures_in=None if matures is None else matures * DAY,
            )
        )
        day = self.model.today
        self.model.earn(
            name, amount, FOREVER if days is None else day + days, None if matures is None else day + matures,
            matures is not None,
        )  # fmt: skip
        assert now == START + day * DAY

    @rule(amount=AMOUNTS)
    def spend(self, amount: int) -> None:
        if self.model.available() < amount:
            with pytest.raises(InsufficientBalance):
                self.run(self.shop.spend(amount))
            return
        name = self.name()
        self.ids[name] = self.run(self.shop.spend(amount))
        self.model.spend(name, amount)

    @rule(amount=AMOUNTS, days=st.integers(1, 5))
    def hold(self, amount: int, days: int) -> None:
        if self.model.available() < amount:
            return
        name = self.name()
        self.ids[name] = self.run(self.shop.hold(amount, days * DAY))
        self.model.hold(name, amount, self.model.today + days)

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data(), post=st.booleans())
    def resolve(self, data: st.DataObject, post: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.holds)))
        hold = self.model.holds[name]
        if not post:
            self.run(self.shop.void(self.ids[name]))
            self.model.resolve(name, 0)
        elif hold["ends"] > self.model.today:
            amount = data.draw(st.integers(1, hold["amount"]))
            self.ids[name] = self.run(self.shop.post(self.ids[name], amount))
            self.model.resolve(name, amount)

    @precondition(lambda self: self.model.earned)
    @rule(data=st.data(), policy=st.sampled_from(list(Policy)))
    def take_back(self, data: st.DataObject, policy: Policy) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.earned)))
        up_to = data.draw(st.integers(0, self.model.earned[name]["amount"]))
        real = self.run(self.shop.reverse(self.ids[name], up_to, policy=policy))
        assert tuple(real) == self.model.take_back(name, up_to, policy is Policy.NEGATIVE)
        assert self.run(self.shop.reverse(self.ids[name], up_to, policy=policy)) == (0, 0)

    @precondition(lambda self: self.model.spent)
    @rule(data=st.data())
    def return_spending(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.spent)))
        up_to = data.draw(st.integers(0, self.model.spent[name]["amount"]))
        self.run(self.shop.reverse(self.ids[name], up_to))
        self.model.return_spending(name, up_to)

    @rule(days=st.integers(1, 8))
    def push_lapse(self, days: int) -> None:
        key, ends = self.shop.key(), self.shop.now + days * DAY
        self.run(self.shop.run(lambda book: book.push_lapse(key, self.shop.account(), ends, self.shop.stamp())))
        self.model.push(self.model.today + days)

    @rule(days=st.integers(1, 5))
    def advance(self, days: int) -> None:
        self.model.today += days
        self.shop.now += days * DAY

    @rule()
    def sweep(self) -> None:
        async def jobs() -> None:
            with scope.of(self.shop.tenant), clock.pinned(self.shop.now):
                await sweeps.release_due_holds()
                await sweeps.mature_due()
                await sweeps.expire_due()
                assert await sweeps.expire_due() == await sweeps.mature_due() == await sweeps.release_due_holds() == 0

        self.run(jobs())
        self.model.sweep()

    @rule()
    def seal(self) -> None:
        self.run(sealing.seal(self.shop.tenant))

    # -- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def balances_agree(self) -> None:
        real = self.run(self.shop.balance())
        assert (real.available, real.pending, real.held, real.deficit) == (
            self.model.available(), self.model.pending(), self.model.held(), self.model.deficit(),
        )  # fmt: skip

    @invariant()
    def equations_hold(self) -> None:
        assert self.run(verify(self.shop.tenant, full=self.steps % 3 == 0)) == ()


@pytest.mark.slow
def test_the_ledger_is_the_model(database_urls: DatabaseUrls) -> None:
    with sparing.own_loop(database_urls.url) as own:

        class Machine(LedgerMachine):
            loop = own

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=EXAMPLES, stateful_step_count=40, deadline=None, database=None,
                suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
            ),
        )  # fmt: skip
