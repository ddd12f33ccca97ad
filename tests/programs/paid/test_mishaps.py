"""Memberships whose payment comes when things are no longer as they were: nothing is stuck, kept or given too much."""

from __future__ import annotations

import pytest

from connect.payments.accounts import find_in
from connect.payments.stripe import Stripe
from kit import clock
from members.erase import erase
from programs.paid import dividends, outcomes, provider, renewing, service
from programs.paid.life import State
from programs.paid.provider import Charge, Checkout, Impossible, Outcome, Page, Unavailable
from programs.paid.service import CancelWhen
from tenants import scope
from tests.connect.payments.fake_stripe import FakeStripe
from tests.programs.paid.conftest import BASE_URL, Club, code, open_club
from tests.programs.paid.factories import at, paid, plan
from tests.web.live import serving

TWO = paid(plan(period="month", price=10_00), plan("gold", 300_00))
GIFT = {"type": "points", "unit": "points", "points": 100}


async def charging(club: Club, when: str) -> None:
    """The next term is asked for, and nobody has answered yet."""
    club.now = at(when)
    with clock.pinned(club.now):
        assert await renewing.step_due() == 1


async def test_a_plan_that_goes_while_it_is_charged_ends_and_is_paid_back(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant):
        found = await club.joined()
        await charging(club, "2026-02-28 10:00")
        await club.republish(paid(plan("gold", 300_00)))
        await club.jobs(at("2026-02-28 10:01"))
        assert (await club.current()).state is State.ENDED
        assert (await club.money())[1:] == [("renew", 10_00, "succeeded"), ("refund", 10_00, "succeeded")]
        assert await code(club.cancel(found.id)) == "WRONG_STATE"


async def test_a_plan_that_goes_while_somebody_changes_to_it_leaves_the_old_one(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant):
        found = await club.joined()
        inner = await provider.provider_of()
        provider.connect(unanswered)
        assert await code(club.upgrade(found.id, "gold")) == "PROVIDER_UNAVAILABLE"
        assert await code(club.cancel(found.id)) == "PAYMENT_PENDING"
        await club.republish(paid(plan(period="month", price=10_00)))
        assert inner is not None
        provider.connect(find_in(b"root", BASE_URL, production=False))
        await club.jobs(at("2026-01-31 10:05"))
        now = await club.current()
        assert (now.plan_id, now.state) == ("prime", State.ACTIVE)
        assert [(what, state) for what, _, state in await club.money()] == [
            ("join", "succeeded"), ("upgrade", "succeeded"), ("refund", "succeeded"),
        ]  # fmt: skip
        await club.cancel(found.id)


async def unanswered(_name: str | None) -> provider.Provider | None:
    raise Unavailable("nobody is there")


@pytest.mark.parametrize("paid_before", [True, False])
async def test_who_goes_while_they_are_charged_is_paid_back_and_forgotten(club: Club, paid_before: bool) -> None:
    await club.joined()
    await charging(club, "2027-01-31 10:00")
    with clock.pinned(club.now):
        if paid_before:
            (open_,) = await club.rows("SELECT id FROM charge WHERE tenant_id = $1 AND state = 'open'")
            account = await provider.provider_of()
            assert account is not None
            await account.charge(Charge(open_["id"], 139_00, "USD", "card_succeeds", "Prime", club.now))
        await erase(club.member)
    await club.jobs(at("2027-01-31 10:01"))
    (row,) = await club.rows("SELECT state, method FROM membership WHERE tenant_id = $1")
    assert (row["state"], row["method"]) == ("ended", None)
    assert (await club.money())[1:] == (
        [("renew", 139_00, "succeeded"), ("refund", 139_00, "succeeded")] if paid_before
        else [("renew", 139_00, "declined")]
    )  # fmt: skip


async def test_what_is_over_cannot_be_changed_before_a_job_has_seen_it(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant):
        found = await club.joined()
        await club.cancel(found.id, CancelWhen.AT_PERIOD_END)
        club.now = at("2026-02-28 10:00")
        with clock.pinned(club.now):
            for work in (
                service.upgrade(club.key(), found.id, "gold"), service.give_days(club.key(), found.id, 7),
                service.resume(club.key(), found.id), service.cancel(club.key(), found.id, CancelWhen.NOW),
            ):  # fmt: skip
                assert await code(work) == "WRONG_STATE"
        assert await club.money() == [("join", 10_00, "succeeded")]


@pytest.mark.parametrize(("upgraded", "left"), [("2026-02-01", 0), ("2026-06-01", 100)])
async def test_an_upgrade_is_no_way_to_keep_gifts_for_nothing(database: object, upgraded: str, left: int) -> None:
    club = await open_club(paid(plan(gifts=[GIFT]), plan("gold", 300_00), refund={"full_within_days": 3}))
    with scope.of(club.tenant):
        found = await club.joined()
        club.now = at(f"{upgraded} 10:00")
        await club.upgrade(found.id, "gold")
        done = await club.cancel(found.id)
        assert sum(each.amount for each in done.refunds) == 300_00
        assert await club.balance() == left


async def test_a_plan_that_changes_its_currency_is_refunded_in_what_was_paid_last(database: object) -> None:
    dollars, euros = plan(period="month", price=10_00), plan(period="month", price=9_00, currency="EUR")
    club = await open_club(paid(dollars, refund={"full_within_days": 3}))
    with scope.of(club.tenant):
        found = await club.joined()
        await club.republish(paid(euros, refund={"full_within_days": 3}))
        await club.jobs(at("2026-02-28 10:00"))
        now = await club.current()
        assert (now.paid, now.currency, now.refund_now) == (9_00, "EUR", 9_00)
        done = await club.cancel(found.id)
        assert [(each.amount, each.currency) for each in done.refunds] == [(9_00, "EUR")]


async def test_what_is_for_life_is_given_back_within_the_window_only(database: object) -> None:
    policy = {"full_within_days": 14, "otherwise": "prorated"}
    club = await open_club(paid(plan(period="once", price=20_00), refund=policy))
    with scope.of(club.tenant):
        await club.joined()
        assert (await club.current()).refund_now == 20_00
        club.now = at("2036-01-31 10:00")
        found = await club.current()
        assert found.refund_now == 0
        assert (await club.cancel(found.id)).refunds == ()


async def test_nobody_pays_for_the_months_of_a_pause(database: object) -> None:
    club = await open_club(TWO)
    with scope.of(club.tenant):
        await club.joined()
        await club.pause("2026-02-10 00:00", None)
        await club.jobs(at("2026-05-20 12:00"))
        await club.pause("2026-02-10 00:00", "2026-05-20 12:00")
        await club.jobs(at("2026-05-21 12:00"))
        now = await club.current()
        assert (now.starts_at, now.ends_at) == (at("2026-05-21 12:00"), at("2026-06-21 12:00"))
        assert await club.money() == [("join", 10_00, "succeeded"), ("renew", 10_00, "succeeded")]


async def test_a_pause_ends_nobody_who_could_not_pay_in_it(database: object) -> None:
    club = await open_club(paid(plan(period="month", price=10_00)))
    with scope.of(club.tenant):
        found = await club.joined(method="card_expires_later")
        await club.jobs(at("2026-03-31 10:00"))
        await club.jobs(at("2026-04-30 10:00"))
        assert (await club.current()).state is State.PAST_DUE
        await club.pause("2026-04-30 12:00", None)
        await club.jobs(at("2026-06-30 10:00"))
        assert (await club.current()).state is State.PAST_DUE
        await club.pay(found.id, "card_succeeds")
        assert (await club.current()).state is State.ACTIVE


async def test_who_cancelled_a_trial_and_changes_the_plan_goes_on(database: object) -> None:
    club = await open_club(paid(plan(period="month", price=10_00, trial={}), plan("gold", 300_00)))
    with scope.of(club.tenant):
        found = await club.joined()
        await club.cancel(found.id, CancelWhen.AT_PERIOD_END)
        now = await club.upgrade(found.id, "gold")
        assert (now.plan_id, now.state) == ("gold", State.TRIAL)


async def test_a_page_that_the_provider_refuses_is_declined_and_stops_no_other(database: object) -> None:
    """Stripe takes no 49 cents: who joins is told, and the job goes on."""
    club, fake = await open_club(paid(plan(price=49), plan("gold", 300_00))), FakeStripe()
    async with serving(fake.app()) as client:
        stripe = Stripe(fake.key, "whsec_test", str(client.base_url).rstrip("/"))

        async def find(_name: str | None) -> provider.Provider | None:
            return stripe

        provider.connect(unanswered_after(find))
        with scope.of(club.tenant):
            for wanted in ("prime", "gold"):
                joining = club.join(wanted, method=None, return_url="https://shop.example/")
                assert await code(joining) == "PROVIDER_UNAVAILABLE"
            provider.connect(find)
            with clock.pinned(at("2026-01-31 10:05")):
                assert await outcomes.finish_due() == 2
            assert [state for _, _, state in await club.money()] == ["declined", "open"]
            assert len(fake.sessions) == 1
            refused = club.join(method=None, return_url="https://shop.example/")
            assert await code(refused) == "DECLINED"


class Refusing:
    """A provider that makes no pages, and does not answer what it is asked to charge."""

    name = "sandbox"

    async def checkout(self, _wish: Checkout) -> Page:
        raise Impossible("amount_too_small")

    async def charge(self, _wish: Charge) -> Outcome:
        raise Unavailable("nobody is there")


async def test_a_page_that_is_refused_says_nothing_of_the_card_that_is_charged(database: object) -> None:
    club = await open_club(paid(plan(period="month", price=10_00)))
    with scope.of(club.tenant):
        found = await club.joined(method="card_expires_later")
        await club.jobs(at("2026-03-31 10:00"))
        await club.jobs(at("2026-04-30 10:00"))
        provider.connect(unanswered_after(chosen))
        assert await code(club.pay(found.id, None, "https://shop.example/")) == "PROVIDER_UNAVAILABLE"
        await charging(club, "2026-05-01 10:00")
        provider.connect(refusing)
        with clock.pinned(club.now):
            assert await outcomes.finish_due() == 2
        assert [state for _, _, state in await club.money()][-2:] == ["declined", "open"]
        assert await code(club.cancel(found.id)) == "PAYMENT_PENDING", "the card's answer is awaited"
        provider.connect(find_in(b"root", BASE_URL, production=False))
        await club.jobs(at("2026-05-01 10:05"))
        assert (await club.current()).state is State.PAST_DUE


async def refusing(_name: str | None) -> provider.Provider | None:
    return Refusing()  # type: ignore[return-value]  # what is asked for here


async def chosen(name: str | None) -> provider.Provider | None:
    return await find_in(b"root", BASE_URL, production=False)(name)


def unanswered_after(find: provider.Find) -> provider.Find:
    """A provider that is chosen, and then not to be reached."""

    async def first_only(name: str | None) -> provider.Provider | None:
        return await (unanswered(name) if name else find(name))

    return first_only


async def test_a_provider_that_cannot_be_used_is_told(club: Club) -> None:
    provider.connect(unanswered)
    assert await code(club.join()) == "PROVIDER_UNAVAILABLE"
    assert await club.money() == []


async def test_no_dividend_for_who_left_before_its_day(database: object) -> None:
    dividend = {"unit": "points", "currency": "USD", "percent": 10, "month": 3, "day": 1}
    club = await open_club(paid(plan(period="month", price=10_00), dividend=dividend))
    with scope.of(club.tenant):
        found = await club.joined()
        await club.buy(100_00)
        await club.jobs(at("2027-02-20 10:00"))
        await club.cancel(found.id, CancelWhen.AT_PERIOD_END)
        club.now = at("2027-03-02 10:00")  # it ended on 28 February
        with clock.pinned(club.now):
            assert await dividends.give_due() == 1
        await club.jobs()
        assert await club.balance() == 0
