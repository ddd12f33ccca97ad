"""Passwords: argon2id, brought up to date, refused for their own sake only when too easy."""

from __future__ import annotations

import asyncio
import threading

import pytest
from passlib.hash import argon2  # type: ignore[import-untyped]

from kit import passwords
from kit.passwords import hash_password, objection, verify_password

pytestmark = pytest.mark.usefixtures("hashing")

GOOD = "correct horse battery"


async def test_right_and_wrong_password() -> None:
    stored = await hash_password(GOOD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await verify_password(GOOD, stored) == passwords.Verdict(True)
    assert not (await verify_password(GOOD + "!", stored)).right
    assert stored != await hash_password(GOOD)


async def test_outdated_hash_comes_back_renewed() -> None:
    old = argon2.using(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    verdict = await verify_password(GOOD, old)
    assert verdict.right
    assert verdict.upgraded_hash is not None
    assert await verify_password(GOOD, verdict.upgraded_hash) == passwords.Verdict(True)
    assert await verify_password("wrong", old) == passwords.Verdict(False)


async def test_without_an_account_nothing_is_right_and_the_same_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    work = passwords._context.verify_and_update

    def verify_and_update(password: bytes, stored: str) -> tuple[bool, str | None]:
        tried.append(stored)
        answer: tuple[bool, str | None] = work(password, stored)
        return answer

    monkeypatch.setattr(passwords._context, "verify_and_update", verify_and_update)
    stored = await hash_password(GOOD)
    assert not (await verify_password("wrong password", stored)).right
    assert not (await verify_password("wrong password", None)).right
    assert len(tried) == 2
    known, unknown = (hashed.split("$")[:4] for hashed in tried)  # the scheme, its version and what it costs
    assert known == unknown
    assert not passwords._context.needs_update(passwords._NOBODY)


async def test_hashing_leaves_the_loop_free() -> None:
    hashing = asyncio.create_task(hash_password(GOOD))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10
    assert any(thread.name.startswith("passwords") for thread in threading.enumerate())


async def test_odd_characters_neither_fail_nor_differ_by_keyboard() -> None:
    stored = await hash_password("Müller\x00 and \ud800 more")
    assert (await verify_password("Mu\u0308ller\x00 and \ud800 more", stored)).right
    assert not (await verify_password("Müller", stored)).right
    assert not (await verify_password("x" * 1_000_000, stored)).right


@pytest.mark.parametrize(
    ("password", "because"),
    [
        (GOOD, None),
        ("tencharact", None),
        ("ninechars", "at least 10"),
        ("x" * 1025, "at most 1024"),
        ("Anna.Long@Example.com", "e-mail"),
        ("anna.long", "at least 10"),
        ("anna.long@example.com ", "e-mail"),
        ("abababababab", "different"),
    ],
)
def test_policy(password: str, because: str | None) -> None:
    said = objection(password, "anna.long@example.com")
    assert (said is None) == (because is None)
    if because is not None:
        assert said is not None
        assert because in said
