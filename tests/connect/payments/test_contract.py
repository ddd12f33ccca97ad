"""What every payment provider keeps: the sandbox, and Stripe against a small one of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from connect.payments import sandbox
from connect.payments.sandbox import Sandbox
from connect.payments.stripe import Stripe
from kit import clock
from kit.ids import new_id
from programs.paid.provider import BadSignature, Charge, Checkout, Page, Provider, Refund, Status, Unavailable
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
