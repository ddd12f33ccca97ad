"""Keys: shown once, checked before any database, rotated with overlap, revoked for good."""

from __future__ import annotations

import asyncio
import hashlib
import re
from datetime import timedelta

import pytest

from kit import clock, db
from kit.errors import Forbidden, Refusal
from kit.ids import new_id
from tenants import audit, keys, principals, scope
from tenants.principals import acting
from tenants.roles import Role
from tenants.tokens import KeyKind, hint, is_key, new_key
from tests.tenants.shops import hire, make_shop, owner_in_sandbox, owner_of


@pytest.mark.parametrize("kind", KeyKind)
@pytest.mark.parametrize("sandbox", [False, True])
def test_key_has_its_form_and_its_checksum(kind: KeyKind, sandbox: bool) -> None:
    made = {new_key(kind, sandbox=sandbox) for _ in range(200)}
    assert len(made) == 200
    head = {KeyKind.SECRET: "gsk_", KeyKind.PUBLISHABLE: "gpk_", KeyKind.PARTNER: "gpt_"}[kind] + (
        "test_" if sandbox else "live_"
    )
    for key in made:
        assert re.fullmatch(head + "[0-9A-Za-z]{36}", key)
        assert is_key(key, kind)
        assert not any(is_key(key, other) for other in KeyKind if other is not kind)
        assert not is_key(key + "\n", kind)


def test_one_wrong_character_is_seen_wherever_it_stands() -> None:
    key = new_key(KeyKind.SECRET, sandbox=False)
    for place in range(len(key)):
        assert not is_key(key[:place] + ("x" if key[place] != "x" else "y") + key[place + 1 :], KeyKind.SECRET)
    assert not is_key(key.replace("live", "test"), KeyKind.SECRET)


def test_checksum_is_the_documented_one() -> None:
    # docs/tenancy.md gives this example, for scanners of leaked keys.
    assert is_key("gsk_live_0123456789ABCDEFGHIJKLMNOPQRST" + "22fpDf", KeyKind.SECRET)


async def test_only_the_hash_is_stored_and_only_the_hint_is_shown(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        made = await keys.create(KeyKind.SECRET, " Server 2 ", Role.MANAGER)
        newest = (await keys.listed())[0]
        async with scope.reading():
            (row,) = await db.rows("SELECT * FROM api_key WHERE id = $1", made.key.id)
    assert newest == made.key
    assert (newest.name, newest.role, newest.hint) == ("Server 2", Role.MANAGER, hint(made.text))
    assert row["key_hash"] == hashlib.sha256(made.text.encode()).hexdigest()
    assert made.text not in repr(dict(row))
    assert newest.hint == f"gsk_live_…{made.text[-4:]}"


async def test_rotated_key_and_its_successor_overlap(database: object) -> None:
    shop = await make_shop()
    start = clock.now()
    with acting(await owner_of(shop)), clock.pinned(start):
        made = await keys.rotate(shop.secret_key.key.id)
    assert (made.key.name, made.key.role, made.key.rotated_from) == ("Server", Role.ADMIN, shop.secret_key.key.id)
    with clock.pinned(start + timedelta(hours=24) - timedelta(microseconds=1)):
        assert (await principals.by_secret_key(shop.secret_key.text)).id == shop.secret_key.key.id
        assert (await principals.by_secret_key(made.text)).id == made.key.id


async def test_rotated_key_keeps_its_origins_and_its_kind_of_tenant(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_in_sandbox(shop)):
        await keys.allow_origins(shop.sandbox_publishable_key.key.id, ["https://shop.example"])
        made = await keys.rotate(shop.sandbox_publishable_key.key.id)
    assert made.text.startswith("gpk_test_")
    assert made.key.origins == ("https://shop.example",)


async def test_key_is_rotated_once_also_by_two_at_a_time(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        made = await asyncio.gather(*(keys.rotate(shop.secret_key.key.id) for _ in range(4)), return_exceptions=True)
        codes = [each.code for each in made if isinstance(each, Refusal)]
        assert codes == ["WRONG_STATE"] * 3
        await keys.revoke(shop.publishable_key.key.id)
        with pytest.raises(Refusal, match="WRONG_STATE"):
            await keys.rotate(shop.publishable_key.key.id)
        assert len(await keys.listed()) == 3


async def test_revoking_twice_does_nothing_the_second_time(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        first = await keys.revoke(shop.secret_key.key.id)
        assert first.revoked_at is not None
        assert await keys.revoke(shop.secret_key.key.id) == first
        assert [entry.action for entry in await audit.entries(action="key.revoked")] == ["key.revoked"]


async def test_other_shops_keys_do_not_exist(database: object) -> None:
    mine, theirs = await make_shop(), await make_shop()
    with acting(await owner_of(mine)):
        for foreign in (theirs.secret_key.key.id, mine.sandbox_secret_key.key.id, new_id()):
            for attempt in (keys.revoke, keys.rotate):
                with pytest.raises(Refusal) as refused:
                    await attempt(foreign)
                assert (refused.value.code, refused.value.field) == ("NOT_FOUND", ("id",))
        assert len(await keys.listed()) == 2
    await principals.by_secret_key(theirs.secret_key.text)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SUPPORT, Role.ANALYST])
async def test_roles_without_keys_see_and_change_none(database: object, role: Role) -> None:
    shop = await make_shop()
    with acting(await hire(shop, role)):
        with pytest.raises(Forbidden):
            await keys.listed()
        with pytest.raises(Forbidden):
            await keys.create(KeyKind.SECRET, "Mine", Role.ANALYST)
        with pytest.raises(Forbidden):
            await keys.rotate(shop.secret_key.key.id)
        with pytest.raises(Forbidden):
            await keys.revoke(shop.secret_key.key.id)
        with pytest.raises(Forbidden):
            await keys.allow_origins(shop.publishable_key.key.id, [])


async def test_key_is_never_an_owner(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)), pytest.raises(Refusal, match="INVALID_ROLE"):
        await keys.create(KeyKind.SECRET, "Master", Role.OWNER)


ORIGINS = [
    ("https://shop.example", "https://shop.example"),
    ("https://Shop.Example/", "https://shop.example"),
    ("https://shop.example:443", "https://shop.example"),
    ("https://shop.example:8443", "https://shop.example:8443"),
    ("https://bücher.example", "https://xn--bcher-kva.example"),
    ("http://localhost:3000", "http://localhost:3000"),
    ("http://[::1]:3000", "http://[::1]:3000"),
    ("http://shop.example", None),
    ("https://shop.example/path", None),
    ("https://u@shop.example", None),
    ("https://*.shop.example", None),
    ("https://shop.example:port", None),
    ("https://", None),
    ("shop.example", None),
    ("*", None),
    ("null", None),
    ("", None),
]


async def test_origins_are_kept_as_browsers_write_them(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        for written, kept in ORIGINS:
            if kept is None:
                with pytest.raises(Refusal) as refused:
                    await keys.allow_origins(shop.publishable_key.key.id, ["https://good.example", written])
                assert (refused.value.code, refused.value.field) == ("INVALID_ORIGIN", ("origins", "1")), written
            else:
                key = await keys.allow_origins(shop.publishable_key.key.id, [written, written])
                assert key.origins == (kept,)
    known = await principals.by_publishable_key(shop.publishable_key.text)
    assert known.origins == ("http://[::1]:3000",)


async def test_what_does_not_fit_is_refused(database: object) -> None:
    shop = await make_shop()
    many = [f"https://shop{number}.example" for number in range(51)]
    with acting(await owner_of(shop)):
        for attempt, code in (
            (keys.create(KeyKind.SECRET, "  ", Role.ADMIN), "INVALID"),
            (keys.create(KeyKind.SECRET, "x" * 101, Role.ADMIN), "INVALID"),
            (keys.create(KeyKind.SECRET, "a\x00b", Role.ADMIN), "INVALID"),
            (keys.create(KeyKind.SECRET, "Server", Role.ADMIN, ["https://shop.example"]), "INVALID"),
            (keys.create(KeyKind.PUBLISHABLE, "Shop", origins=many), "TOO_MANY"),
            (keys.allow_origins(shop.secret_key.key.id, ["https://shop.example"]), "INVALID"),
            (keys.rotate(shop.secret_key.key.id, timedelta(days=31)), "INVALID"),
            (keys.rotate(shop.secret_key.key.id, timedelta(seconds=-1)), "INVALID"),
        ):
            with pytest.raises(Refusal) as refused:
                await attempt
            assert refused.value.code == code
        assert len(await keys.listed()) == 2


async def test_keys_are_bounded_by_those_that_are_good(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "KEYS_MAX", 3)
    shop = await make_shop()
    with acting(await owner_of(shop)):
        await keys.create(KeyKind.SECRET, "Third", Role.ADMIN)
        with pytest.raises(Refusal, match="LIMIT_REACHED"):
            await keys.create(KeyKind.SECRET, "Fourth", Role.ADMIN)
        await keys.revoke(shop.secret_key.key.id)
        await keys.create(KeyKind.SECRET, "Fourth", Role.ADMIN)


async def test_key_that_is_good_is_listed_however_many_have_ended_since(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "LISTED_MAX", 3)
    shop = await make_shop()
    with acting(await owner_of(shop)):
        ended = [await keys.create(KeyKind.SECRET, f"Old {number}", Role.ADMIN) for number in range(3)]
        for each in ended:
            await keys.revoke(each.key.id)
        listed = [key.id for key in await keys.listed()]
    assert listed == [ended[2].key.id, shop.publishable_key.key.id, shop.secret_key.key.id]
