"""Which provider a tenant has, and that its secrets are sealed."""

from __future__ import annotations

import pytest

from connect.payments.accounts import StripeKeys, choose, find_in, seal, unseal
from connect.payments.stripe import Stripe
from kit import db
from kit.errors import Forbidden, Refusal
from programs.paid.provider import Unavailable
from tenants import scope
from tenants.roles import Action, permitting
from tests.jobs.helpers import tenant

ROOT = b"a root key of the tests"
KEYS = StripeKeys("sk_test_51", "whsec_1")
MAY = frozenset({Action.WRITE_SETTINGS})


async def test_the_sandbox_until_stripe_is_set_up_and_kept_for_what_was_paid_there(database: object) -> None:
    find = find_in(ROOT, "http://localhost", production=False)
    with scope.of(await tenant("shop")), permitting(MAY):
        assert (first := await find(None)) is not None and first.name == "sandbox"
        assert await find("stripe") is None
        assert await choose(ROOT, KEYS) == "stripe"
        assert isinstance(await find(None), Stripe)
        assert (old := await find("sandbox")) is not None and old.name == "sandbox"
        async with scope.reading():
            (row,) = await db.rows("SELECT secrets FROM payment_account WHERE tenant_id = $1", scope.tenant_id())
        assert "sk_test" not in row["secrets"]
        await choose(ROOT, None)
        assert (last := await find(None)) is not None and last.name == "sandbox"


async def test_in_production_test_cards_pay_for_nothing(database: object) -> None:
    find = find_in(ROOT, "https://guerdon.example", production=True)
    with scope.of(await tenant("shop")):
        assert await find(None) is None and await find("sandbox") is None


async def test_secrets_open_for_their_tenant_and_root_only(database: object) -> None:
    mine, theirs = await tenant("mine"), await tenant("theirs")
    with scope.of(mine):
        sealed = seal(ROOT, KEYS)
        assert unseal(ROOT, sealed) == KEYS
        with pytest.raises(Unavailable):
            unseal(b"another root", sealed)
    with scope.of(theirs), pytest.raises(Unavailable):
        unseal(ROOT, sealed)


@pytest.mark.parametrize("keys", [StripeKeys("pk_live_1", "whsec_1"), StripeKeys("sk_live_1", "secret")])
async def test_what_are_no_keys_is_refused(database: object, keys: StripeKeys) -> None:
    with scope.of(await tenant("shop")):
        with pytest.raises(Forbidden):
            await choose(ROOT, keys)
        with permitting(MAY), pytest.raises(Refusal) as refused:
            await choose(ROOT, keys)
        assert refused.value.code == "INVALID"
