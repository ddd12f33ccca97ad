"""What every payment provider keeps: the sandbox, and Stripe against a small one of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from connect.payments import sandbox
from connect.payments.sandbox import Sandbox
from connect.payments.stripe import Stripe
from kit import clock
from kit.ids import new_id
from programs.paid.provider import (
    BadSignature,
    Charge,
    Checkout,
    Impossible,
    Page,
    Provider,
    Refund,
    Status,
    Unavailable,
)
from tenants import scope
from tests.connect.payments.fake_stripe import FakeStripe, signed
from tests.jobs.helpers import tenant
from tests.web.live import serving

SECRET = "whsec_test"


@dataclass
class Account:
    """A provider with its good and bad card, and what a payer does on its page."""

    provider: Provider
    good: str
    bad: str
    pay: Callable[[Page], Any]
    fake: FakeStripe | None = None

    def charge(self, method: str, key: str | None = None, amount: int = 1000) -> Charge:
        return Charge(key or new_id(), amount, "USD", method, "VIP", scope.now())


@pytest.fixture(params=["sandbox", "stripe"])
async def account(request: pytest.FixtureRequest, database: object) -> AsyncIterator[Account]:
    with scope.of(await tenant("shop")):
        if request.param == "sandbox":

            async def pay(page: Page) -> None:
                assert (await sandbox.pay(page.reference, "4242424242424242")).status is Status.SUCCEEDED

            yield Account(Sandbox("http://127.0.0.1"), sandbox.SUCCEEDS, sandbox.DECLINED, pay)
            return
        fake = FakeStripe()
        async with serving(fake.app()) as client:

            async def pay_there(page: Page) -> None:
                fake.pay(page.reference)

            provider = Stripe(fake.key, SECRET, str(client.base_url).rstrip("/"))
            yield Account(provider, "cus_1/pm_good", "cus_1/pm_bad", pay_there, fake)


@pytest.mark.parametrize("amount", [1000, 0])
async def test_a_page_is_one_and_paid_once(account: Account, amount: int) -> None:
    wish = Checkout(new_id(), amount, "USD", "VIP", "https://shop.example/")
    page = await account.provider.checkout(wish)
    assert await account.provider.checkout(wish) == page and page.url.startswith("http")
    assert (await account.provider.look(page.reference)).status is Status.OPEN
    await account.pay(page)
    paid = await account.provider.look(page.reference)
    assert (paid.status, await account.provider.look(page.reference)) == (Status.SUCCEEDED, paid)
    assert paid.method is not None
    again = await account.provider.charge(account.charge(paid.method))
    assert again.status is Status.SUCCEEDED, "the card is on file"


async def test_a_charge_is_made_once_however_often_it_is_asked(account: Account) -> None:
    wish = account.charge(account.good)
    first = await account.provider.charge(wish)
    assert first.status is Status.SUCCEEDED and first.reference is not None
    assert await account.provider.charge(wish) == first
    other = await account.provider.charge(account.charge(account.good))
    assert other.reference != first.reference


async def test_a_declined_card_says_why_and_stays_declined(account: Account) -> None:
    wish = account.charge(account.bad)
    for _ in range(2):
        outcome = await account.provider.charge(wish)
        assert (outcome.status, outcome.reason) == (Status.DECLINED, "card_declined")


async def test_a_card_that_nobody_knows_is_declined(account: Account) -> None:
    assert (await account.provider.charge(account.charge("nobody"))).status is Status.DECLINED


async def test_refunds_go_back_once_and_never_beyond(account: Account) -> None:
    paid = await account.provider.charge(account.charge(account.good))
    assert paid.reference is not None
    wish = Refund(new_id(), paid.reference, 700, "USD", scope.now())
    first = await account.provider.refund(wish)
    assert first.status is Status.SUCCEEDED
    assert await account.provider.refund(wish) == first
    beyond = await account.provider.refund(Refund(new_id(), paid.reference, 301, "USD", scope.now()))
    assert (beyond.status, beyond.reason) == (Status.DECLINED, "charge_already_refunded")
    rest = await account.provider.refund(Refund(new_id(), paid.reference, 300, "USD", scope.now()))
    assert rest.status is Status.SUCCEEDED


async def test_a_webhook_nobody_signed_is_refused(account: Account) -> None:
    with pytest.raises(BadSignature):
        account.provider.read_webhook({}, b"{}")


# -- the sandbox alone -------------------------------------------------------------------------------------------------


async def test_a_page_that_is_paid_on_while_it_expires_is_paid(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the money would be there, and nothing for it."""
    account, writing = Sandbox("http://127.0.0.1"), scope.writing

    @asynccontextmanager
    async def after_somebody_paid() -> AsyncIterator[None]:
        monkeypatch.setattr(scope, "writing", writing)
        await sandbox.pay(page.reference, "4242424242424242")
        async with scope.writing():
            yield

    with scope.of(await tenant("shop")):
        page = await account.checkout(Checkout(new_id(), 1000, "USD", "VIP", "https://shop.example/"))
        monkeypatch.setattr(scope, "writing", after_somebody_paid)
        with clock.pinned(clock.now() + timedelta(days=2)):
            outcome = await account.look(page.reference)
    assert outcome.status is Status.SUCCEEDED


# -- Stripe alone ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def stripe(database: object) -> AsyncIterator[Account]:
    fake = FakeStripe()
    with scope.of(await tenant("shop")):
        async with serving(fake.app()) as client:
            provider = Stripe(fake.key, SECRET, str(client.base_url).rstrip("/"))
            yield Account(provider, "cus_1/pm_good", "cus_1/pm_bad", None, fake)  # type: ignore[arg-type]  # no page


@contextmanager
def broken(account: Account, what: str) -> Iterator[None]:
    setattr(account.fake, what, True)
    yield
    setattr(account.fake, what, False)


async def test_a_line_that_breaks_is_unavailable_and_made_good(stripe: Account) -> None:
    assert stripe.fake is not None
    wish = stripe.charge(stripe.good)
    for what in ("down", "lost"):
        with broken(stripe, what), pytest.raises(Unavailable):
            await stripe.provider.charge(wish)
    assert (await stripe.provider.charge(wish)).status is Status.SUCCEEDED
    assert len(stripe.fake.intents) == 1


async def test_a_day_later_nothing_is_charged_or_refunded_twice(stripe: Account) -> None:
    assert stripe.fake is not None
    wish = stripe.charge(stripe.good)
    paid = await stripe.provider.charge(wish)
    assert paid.reference is not None
    refund = Refund(new_id(), paid.reference, 400, "USD", scope.now())
    back = await stripe.provider.refund(refund)
    stripe.fake.forget_keys()
    with clock.pinned(clock.now() + timedelta(days=2)):
        assert await stripe.provider.charge(wish) == paid
        assert await stripe.provider.refund(refund) == back
    assert (len(stripe.fake.intents), len(stripe.fake.refunds)) == (1, 1)


async def test_what_takes_its_time_is_open_until_it_is_done(stripe: Account) -> None:
    assert stripe.fake is not None
    wish = stripe.charge("cus_1/pm_slow")
    assert (await stripe.provider.charge(wish)).status is Status.OPEN
    for intent in stripe.fake.intents.values():
        intent["status"] = "succeeded"
    assert (await stripe.provider.charge(wish)).status is Status.SUCCEEDED
    assert len(stripe.fake.intents) == 1


@pytest.mark.parametrize(
    ("currency", "ours", "theirs"),
    [("USD", 1234, "1234"), ("JPY", 1234, "1234"), ("ISK", 1234, "123400"), ("UGX", 5000, "500000"),
     ("KWD", 1230, "1230"), ("IQD", 500, "50000")],
)  # fmt: skip
async def test_amounts_are_in_stripes_own_units(stripe: Account, currency: str, ours: int, theirs: str) -> None:
    assert stripe.fake is not None
    page = await stripe.provider.checkout(Checkout(new_id(), ours, currency, "VIP", "https://shop.example/"))
    paid = await stripe.provider.charge(Charge(new_id(), ours, currency, stripe.good, "VIP", scope.now()))
    assert paid.reference is not None
    await stripe.provider.refund(Refund(new_id(), paid.reference, ours, currency, scope.now()))
    assert {
        str(stripe.fake.sessions[page.reference]["amount_total"]),
        *(str(each["amount"]) for each in (*stripe.fake.intents.values(), *stripe.fake.refunds.values())),
    } == {theirs}


async def test_a_part_that_stripe_cannot_tell_is_declined(stripe: Account) -> None:
    wish = Charge(new_id(), 1234, "CLF", stripe.good, "VIP", scope.now())  # 0.1234, and Stripe takes hundredths
    assert (await stripe.provider.charge(wish)).reason == "amount_not_payable"


async def test_a_page_that_stripe_refuses_is_impossible_and_one_it_does_not_know_unavailable(stripe: Account) -> None:
    with pytest.raises(Impossible, match="amount_too_small"):
        await stripe.provider.checkout(Checkout(new_id(), 49, "USD", "VIP", "https://shop.example/"))
    with pytest.raises(Unavailable):
        await stripe.provider.look("cs_of_another_account")


async def test_a_page_paid_by_a_bank_that_fails_is_declined(stripe: Account) -> None:
    assert stripe.fake is not None
    page = await stripe.provider.checkout(Checkout(new_id(), 1000, "USD", "VIP", "https://shop.example/"))
    stripe.fake.pay(page.reference, "pm_slow")
    session = stripe.fake.sessions[page.reference]
    session["payment_status"] = "unpaid"
    assert (await stripe.provider.look(page.reference)).status is Status.OPEN
    stripe.fake.intents[session["payment_intent"]]["status"] = "requires_payment_method"
    assert (await stripe.provider.look(page.reference)).status is Status.DECLINED


async def test_where_nothing_can_be_searched_nothing_is_declined_for_it(stripe: Account) -> None:
    assert stripe.fake is not None
    wish = stripe.charge(stripe.good)
    await stripe.provider.charge(wish)
    stripe.fake.unsearched = True
    with clock.pinned(clock.now() + timedelta(days=2)), pytest.raises(Unavailable):
        await stripe.provider.charge(wish)


@pytest.mark.parametrize(("then", "status"), [("succeeded", Status.SUCCEEDED), ("failed", Status.DECLINED)])
async def test_a_refund_that_waits_is_open_until_it_is_done_or_fails(
    stripe: Account, then: str, status: Status
) -> None:
    assert stripe.fake is not None
    paid = await stripe.provider.charge(stripe.charge(stripe.good))
    assert paid.reference is not None
    stripe.fake.refunded = "pending"
    wish = Refund(new_id(), paid.reference, 400, "USD", scope.now())
    assert (await stripe.provider.refund(wish)).status is Status.OPEN
    for refund in stripe.fake.refunds.values():
        refund["status"] = then
    assert (await stripe.provider.refund(wish)).status is status
    assert len(stripe.fake.refunds) == 1


async def test_a_wrong_key_is_unavailable(stripe: Account) -> None:
    assert stripe.fake is not None
    stripe.fake.key = "sk_test_2"
    with pytest.raises(Unavailable):
        await stripe.provider.charge(stripe.charge(stripe.good))


async def test_webhooks_name_their_charge_and_are_checked(stripe: Account) -> None:
    charge = new_id()
    body, headers = signed(SECRET, charge)
    assert stripe.provider.read_webhook(headers, body) == charge
    assert stripe.provider.read_webhook(*reversed(signed(SECRET, "not ours"))) is None  # type: ignore[arg-type]  # two values, unpacked
    for bad_body, bad_headers in (
        (body + b" ", headers), (body, {}), (body, {"stripe-signature": "nonsense"}), signed("whsec_other", charge),
        signed(SECRET, charge, at=1_000_000_000),
    ):  # fmt: skip
        with pytest.raises(BadSignature):
            stripe.provider.read_webhook(bad_headers, bad_body)
