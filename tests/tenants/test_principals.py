"""Credentials become principals; whatever is wrong with one, the answer is the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from kit import clock, db
from kit.errors import Unauthenticated
from tenants import keys, principals, scope, sessions, staff
from tenants.principals import KEY_CACHE_SECONDS, Kind, Principal, Recent, acting
from tenants.roles import ACTIONS, Action, Role, may
from tenants.tokens import KeyKind, new_key, new_token
from tests.tenants.shops import hire, make_shop, owner_in_sandbox, owner_of


class Stopwatch:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def behind_our_back(sql: str, *params: object) -> int:
    """What another process does, which this one's memory does not know of."""
    with scope.unscoped("test"):
        async with scope.writing():
            return await db.execute(sql, *params)


async def refused(by: Callable[[str], Awaitable[Principal]], credential: str) -> str:
    with pytest.raises(Unauthenticated) as error:
        await by(credential)
    return str(error.value)


async def test_secret_key_may_do_what_its_role_may(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        made = await keys.create(KeyKind.SECRET, "Till", Role.SUPPORT)
    principal = await principals.by_secret_key(made.text)
    assert principal == Principal(
        kind=Kind.SECRET_KEY, id=made.key.id, tenant=shop.tenant, key_id=f"key:{made.key.id}", role=Role.SUPPORT,
        actions=ACTIONS[Role.SUPPORT],
    )  # fmt: skip
    with acting(principal):
        assert scope.tenant_id() == shop.tenant
        assert scope.actor() == f"key:{made.key.id}"
        assert principals.current() is principal
        assert may(Action.ADJUST_POINTS)
        assert not may(Action.WRITE_KEYS)
    with pytest.raises(Unauthenticated):
        principals.current()


async def test_publishable_key_may_do_nothing_on_the_admin_api_and_knows_its_pages(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        made = await keys.create(KeyKind.PUBLISHABLE, "Shop", origins=["https://shop.example"])
    principal = await principals.by_publishable_key(made.text)
    assert (principal.kind, principal.role, principal.actions) == (Kind.PUBLISHABLE_KEY, None, frozenset())
    assert principal.origins == ("https://shop.example",)


async def test_every_bad_key_gets_the_same_answer(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        gone = await keys.create(KeyKind.SECRET, "Old", Role.ANALYST)
        await keys.revoke(gone.key.id)
        ending = await keys.create(KeyKind.SECRET, "Ending", Role.ANALYST)
        await keys.rotate(ending.key.id, timedelta(0))
    good = shop.secret_key.text
    bad = [
        "", "x", "gsk_live_", good[:-1], good + "A", good.lower(), good.replace("live", "test"), "ключ", "\ud800",
        good[:20] + ("A" if good[20] != "A" else "B") + good[21:], new_key(KeyKind.SECRET, sandbox=False), gone.text,
        ending.text, shop.publishable_key.text, "x" * 1_000_000,
    ]  # fmt: skip
    answers = {await refused(principals.by_secret_key, key) for key in bad}
    assert len(answers) == 1
    publishable = {await refused(principals.by_publishable_key, key) for key in (good, new_token())}
    assert publishable == answers


async def test_malformed_key_is_refused_without_a_database() -> None:
    good = new_key(KeyKind.SECRET, sandbox=False)
    await refused(principals.by_secret_key, good[:-1] + ("A" if good[-1] != "A" else "B"))


async def test_revoked_key_stops_at_once_here_and_within_seconds_elsewhere(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Stopwatch()
    monkeypatch.setattr(principals, "_recent", Recent(monotonic=watch))
    shop = await make_shop()
    await principals.by_secret_key(shop.secret_key.text)
    await behind_our_back("UPDATE api_key SET revoked_at = $1 WHERE id = $2", clock.now(), shop.secret_key.key.id)
    watch.seconds = KEY_CACHE_SECONDS - 0.01
    await principals.by_secret_key(shop.secret_key.text)
    watch.seconds = KEY_CACHE_SECONDS
    await refused(principals.by_secret_key, shop.secret_key.text)

    await principals.by_publishable_key(shop.publishable_key.text)
    with acting(await owner_of(shop)):
        await keys.revoke(shop.publishable_key.key.id)
    await refused(principals.by_publishable_key, shop.publishable_key.text)


async def test_key_revoked_while_it_is_looked_up_is_not_remembered(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await make_shop()
    owner, look = await owner_of(shop), db.rows
    looked, revoked = asyncio.Event(), asyncio.Event()

    async def wait_when_found(sql: str, *params: object) -> Sequence[db.Row]:
        found = await look(sql, *params)
        if sql == principals._KEY:
            looked.set()
            await revoked.wait()
        return found

    async def revoke() -> None:
        await looked.wait()
        with acting(owner):
            await keys.revoke(shop.secret_key.key.id)
        revoked.set()

    monkeypatch.setattr(db, "rows", wait_when_found)
    await asyncio.gather(principals.by_secret_key(shop.secret_key.text), revoke())  # it was good when it was asked
    await refused(principals.by_secret_key, shop.secret_key.text)


async def test_rotated_key_ends_on_time_though_it_is_remembered(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        await keys.rotate(shop.secret_key.key.id, timedelta(hours=24))
    await principals.by_secret_key(shop.secret_key.text)
    with clock.pinned(clock.now() + timedelta(hours=24)):
        await refused(principals.by_secret_key, shop.secret_key.text)


async def test_sandbox_clock_is_right_in_the_next_request(database: object) -> None:
    shop = await make_shop()
    assert (await principals.by_secret_key(shop.sandbox_secret_key.text)).clock_offset == timedelta(0)
    await behind_our_back("UPDATE tenant SET clock_offset_us = 3600000000 WHERE id = $1", shop.sandbox)
    principal = await principals.by_secret_key(shop.sandbox_secret_key.text)
    assert (principal.clock_offset, principal.sandbox) == (timedelta(hours=1), True)
    with acting(principal), clock.pinned(clock.now()):
        assert scope.now() == clock.now() + timedelta(hours=1)


async def test_memory_of_keys_is_bounded() -> None:
    watch = Stopwatch()
    recent = Recent(kept_max=2, monotonic=watch)
    known = principals._Known(Principal(kind=Kind.SECRET_KEY, id="k", tenant=scope.TenantId("t"), key_id="k"), None)
    for name in ("a", "b", "a", "c"):
        recent.keep(name, known)
    assert [recent.get(name) for name in "abc"] == [known, None, known]
    recent.drop("a")
    assert recent.get("a") is None


async def test_use_of_a_key_is_written_down_now_and_then(database: object) -> None:
    shop = await make_shop()
    start = clock.now()
    for minutes, noted in ((0, 0), (9, 0), (10, 10)):
        with clock.pinned(start + timedelta(minutes=minutes)):
            await principals.by_secret_key(shop.sandbox_secret_key.text)
        with acting(await owner_in_sandbox(shop)):
            (key,) = [key for key in await keys.listed() if key.id == shop.sandbox_secret_key.key.id]
        assert key.last_used_at == start + timedelta(minutes=noted)


async def test_session_knows_the_role_of_this_moment(database: object) -> None:
    shop = await make_shop()
    manager = await hire(shop, Role.MANAGER)
    assert (manager.kind, manager.role, manager.actions) == (Kind.STAFF, Role.MANAGER, ACTIONS[Role.MANAGER])
    assert manager.actor == f"staff:{manager.id}"
    signed_in = await sessions.sign_in((await people())[manager.id], "correct horse battery", None)
    with acting(await owner_of(shop)):
        await staff.change_role(manager.id, Role.ANALYST)
        assert (await principals.by_session(signed_in.token)).role is Role.ANALYST
        await staff.remove(manager.id)
    answer = await refused(principals.by_session, signed_in.token)
    assert answer == await refused(principals.by_session, new_token()) == await refused(principals.by_session, "")


async def people() -> dict[str, str]:
    """Every e-mail, by the person's id."""
    with scope.unscoped("test"):
        async with scope.reading():
            return {row["id"]: row["email"] for row in await db.rows("SELECT id, email FROM staff")}


async def test_session_ends_after_a_week_unseen_and_a_month_in_all(database: object) -> None:
    shop = await make_shop()
    token, start = shop.session.token, clock.now()
    for day in (6, 12, 18, 24, 29):
        with clock.pinned(start + timedelta(days=day)):
            await principals.by_session(token)
    with clock.pinned(start + timedelta(days=30)):
        await refused(principals.by_session, token)

    unseen = await make_shop()
    with clock.pinned(clock.now() + timedelta(days=7)):
        await refused(principals.by_session, unseen.session.token)
