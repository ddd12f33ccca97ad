"""Sign-up: a tenant with everything it needs, or nothing at all."""

from __future__ import annotations

import asyncio

import pytest

from kit import db
from kit.errors import Forbidden, Refusal
from settings import settings
from tenants import audit, keys, principals, scope, sessions, signup, staff
from tenants.attempts import SIGN_UPS_PER_ADDRESS, TooManyAttempts
from tenants.models import Tenant
from tenants.principals import acting
from tenants.roles import Role
from tenants.tokens import KeyKind
from tests.tenants.shops import PASSWORD, form, make_shop, owner_in_sandbox, owner_of


async def tenant_rows() -> list[Tenant]:
    with scope.unscoped("test"):
        async with scope.reading():
            return await Tenant.all().order_by("created_at", "slug")


async def test_shop_gets_an_owner_a_sandbox_and_four_keys_that_work(database: object) -> None:
    shop = await make_shop(shop="  Café   Müller & Söhne ", email="Anna@Example.com", name=" Anna  M. ")
    live, twin = await tenant_rows()
    assert (live.id, live.slug, live.name) == (shop.tenant, "cafe-muller-sohne", "Café Müller & Söhne")
    assert not live.sandbox_of
    assert (twin.id, twin.slug, twin.sandbox_of) == (shop.sandbox, "cafe-muller-sohne-sandbox", shop.tenant)
    assert (live.zone, live.currency, twin.zone, twin.currency) == ("Europe/Berlin", "EUR", "Europe/Berlin", "EUR")
    owner = await owner_of(shop)
    assert (owner.tenant, owner.role, owner.sandbox) == (shop.tenant, Role.OWNER, False)
    with acting(owner):
        (colleague,) = await staff.listed()
        assert (colleague.email, colleague.name, colleague.role) == ("anna@example.com", "Anna M.", Role.OWNER)
        assert {key.kind for key in await keys.listed()} == {KeyKind.SECRET, KeyKind.PUBLISHABLE}
        assert [entry.action for entry in await audit.entries()] == ["tenant.created"]
    for key, tenant in ((shop.secret_key, shop.tenant), (shop.sandbox_secret_key, shop.sandbox)):
        assert (await principals.by_secret_key(key.text)).tenant == tenant
    for key, tenant in ((shop.publishable_key, shop.tenant), (shop.sandbox_publishable_key, shop.sandbox)):
        assert (await principals.by_publishable_key(key.text)).tenant == tenant
    assert shop.secret_key.text.startswith("gsk_live_")
    assert shop.sandbox_secret_key.text.startswith("gsk_test_")
    assert shop.publishable_key.text.startswith("gpk_live_")
    assert shop.sandbox_publishable_key.text.startswith("gpk_test_")


async def test_owner_may_go_into_the_sandbox_with_the_same_role(database: object) -> None:
    shop = await make_shop()
    owner = await owner_in_sandbox(shop)
    assert (owner.tenant, owner.role, owner.sandbox) == (shop.sandbox, Role.OWNER, True)
    with acting(owner):
        assert [entry.action for entry in await audit.entries()] == ["tenant.created"]
        assert len(await staff.listed()) == 1


WRONG_FIELDS = [
    ({"shop": "   "}, "INVALID", "shop"),
    ({"shop": "x" * 201}, "INVALID", "shop"),
    ({"shop": "a\x00b"}, "INVALID", "shop"),
    ({"name": ""}, "INVALID", "name"),
    ({"zone": "Mars/Olympus"}, "INVALID_ZONE", "zone"),
    ({"zone": "../../etc/passwd"}, "INVALID_ZONE", "zone"),
    ({"currency": "eur"}, "INVALID_CURRENCY", "currency"),
    ({"currency": "XXX"}, "INVALID_CURRENCY", "currency"),
    ({"currency": "EURO"}, "INVALID_CURRENCY", "currency"),
    ({"email": "nobody"}, "INVALID_EMAIL", "email"),
    ({"password": "short"}, "WEAK_PASSWORD", "password"),
    ({"email": "long.enough@example.com", "password": "Long.Enough@example.com"}, "WEAK_PASSWORD", "password"),
]


async def test_wrong_field_is_named_and_nothing_written(database: object) -> None:
    for changes, code, field in WRONG_FIELDS:
        with pytest.raises(Refusal) as refused:
            await signup.sign_up(form(**changes), "192.0.2.1")
        assert (refused.value.code, refused.value.field) == (code, (field,))
    assert await tenant_rows() == []


async def test_shops_of_one_name_get_slugs_of_their_own(database: object) -> None:
    shops = [await make_shop(shop=name) for name in ("Shop", "shop!", "SHOP", "日本", "Shop", "Shop", "Shop", "Shop")]
    slugs = [shop.slug for shop in shops]
    assert slugs[:6] == ["shop", "shop-2", "shop-3", "shop-4", "shop-5", slugs[5]]
    assert len(set(slugs)) == len(slugs)
    assert len({row.slug for row in await tenant_rows()}) == 16


async def test_taken_email_with_another_password_is_refused_and_leaves_nothing(database: object) -> None:
    await make_shop(email="anna@example.com")
    with pytest.raises(Refusal) as refused:
        await make_shop(email="ANNA@example.com", password="another password")
    assert refused.value.code == "EMAIL_TAKEN"
    assert len(await tenant_rows()) == 2


async def test_same_person_may_have_a_second_shop(database: object) -> None:
    first = await make_shop(email="anna@example.com", shop="First")
    second = await make_shop(email="anna@example.com", shop="Second")
    assert second.session.staff_id == first.session.staff_id
    places = await sessions.places(first.session.staff_id)
    assert [place.slug for place in places] == ["first", "second", "first-sandbox", "second-sandbox"]
    assert {place.role for place in places} == {Role.OWNER}


async def test_two_sign_ups_with_one_email_at_once_make_one_account(database: object) -> None:
    made = await asyncio.gather(
        *(make_shop(email="anna@example.com", shop=f"Shop {number}") for number in range(4)), return_exceptions=True
    )
    refused = [each for each in made if isinstance(each, BaseException)]
    assert all(isinstance(each, Refusal) and each.code == "EMAIL_TAKEN" for each in refused)
    with scope.unscoped("test"):
        async with scope.reading():
            assert len(await db.rows("SELECT 1 FROM staff")) == 1
    assert len(await tenant_rows()) == 2 * (4 - len(refused))


async def test_closed_sign_up_lets_nobody_in_but_the_operator(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUERDON_SIGNUP_OPEN", "false")
    settings.cache_clear()
    with pytest.raises(Forbidden, match="closed"):
        await signup.sign_up(form(), "192.0.2.1")
    assert (await signup.create(form())).slug == "record-shop"


async def test_one_address_cannot_make_shops_without_end(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SIGN_UPS_PER_ADDRESS, "amount", 1)
    await signup.sign_up(form(), "2001:db8::1")
    with pytest.raises(TooManyAttempts):
        await signup.sign_up(form(), "2001:db8::2")
    await signup.sign_up(form(), "2001:db8:1::1")
    assert len(await tenant_rows()) == 4


async def test_guessing_a_password_by_signing_up_is_counted(database: object) -> None:
    await make_shop(email="anna@example.com", shop="First")
    for number in range(10):
        with pytest.raises(Refusal):
            await signup.sign_up(form(email="anna@example.com", password=f"guess number {number}"), f"192.0.2.{number}")
    with pytest.raises(TooManyAttempts):
        await signup.sign_up(form(email="anna@example.com", password=PASSWORD), "192.0.2.99")
