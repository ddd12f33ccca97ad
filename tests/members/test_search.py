"""The list of members and the search in it."""

from __future__ import annotations

import re
from datetime import timedelta

import asyncpg
import pytest

from kit import db
from kit.errors import Refusal
from members.erase import erase
from members.inputs import MemberInput
from members.search import _statement, key, search
from members.service import upsert, upsert_many
from tenants import scope
from tenants.scope import TenantId
from tests.conftest import DatabaseUrls
from tests.members.conftest import NOON

PEOPLE = [
    MemberInput(external_id="zoe", name="Zoë Müller", email="ZOE@example.com", phone="+49 (30) 123-45", tags=["vip"]),
    MemberInput(external_id="Zoe-2", name="ZOË Meier", email="z_meier@example.com", phone="0171 55"),
    MemberInput(external_id="100%", name="100% Real", email="a%b@example.com", tags=["vip", "a_b"]),
    MemberInput(external_id="100x", name="100 times", email="axb@example.com", tags=["axb"]),
    MemberInput(external_id="party", name="🎉 Straße", email="ﬁne@example.com"),
    MemberInput(external_id="nobody"),
]


@pytest.fixture
async def people(tenant: TenantId) -> None:
    for number, person in enumerate(PEOPLE):
        await upsert(MemberInput(**{name: getattr(person, name) for name in person.__slots__}
                                 | {"joined_at": NOON - timedelta(days=number)}))  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["zoe", "Zoe-2", "100%", "100x", "party", "nobody"]),
        ("zoë", ["zoe", "Zoe-2"]),
        ("ZOË  M", ["zoe", "Zoe-2"]),
        ("Zoe\u0308 mü", ["zoe"]),
        ("zoe@", ["zoe"]),
        ("zoe", ["zoe"]),
        ("Zoe", ["zoe", "Zoe-2"]),  # the e-mail of one, the external id of the other: ids are compared exactly
        ("müller", []),
        ("%", []),
        ("_", []),
        ("100%", ["100%"]),
        ("100", ["100%", "100x"]),
        ("a%", ["100%"]),
        ("z_", ["Zoe-2"]),
        ("🎉", ["party"]),
        ("🎉 STRASSE", ["party"]),
        ("fine", ["party"]),
        ("+49 30", ["zoe"]),
        ("(49) 301234", ["zoe"]),
        ("0171", ["Zoe-2"]),
        ("49", []),  # two digits are too few for a phone number
        ("canary", []),
        ("' OR 1=1 --", []),
        ("\u200b", []),
        ("\U0010ffff", []),
    ],
)
async def test_prefix_search(people: None, query: str, expected: list[str]) -> None:
    assert [member.external_id for member in await search(query)] == expected


@pytest.mark.parametrize(
    ("query", "tag", "expected"),
    [("", "vip", ["zoe", "100%"]), ("zoë", "vip", ["zoe"]), ("", "a_b", ["100%"]), ("", "a%", []), ("", "canary", [])],
)
async def test_search_by_tag(people: None, query: str, tag: str, expected: list[str]) -> None:
    assert [member.external_id for member in await search(query, tag=tag)] == expected


async def test_pages_follow_each_other_without_gap(tenant: TenantId) -> None:
    # Two of each three joined at one instant: the id decides.
    await upsert_many([
        MemberInput(external_id=f"c-{n}", name=f"Anna {n}", joined_at=NOON - timedelta(days=n // 3)) for n in range(10)
    ])  # fmt: skip
    whole = await search("anna")
    assert len(whole) == 10
    assert list(whole) == sorted(whole, key=lambda member: (member.joined_at, member.id), reverse=True)
    pages, after = [], None
    for _ in range(4):
        page = await search("anna", first=3, after=after)
        pages.append(page)
        after = key(page[-1])
    assert [member for page in pages for member in page] == list(whole)
    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert await search("anna", after=after) == []


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"first": 0}, ("first",)),
        ({"first": 102}, ("first",)),
        ({"after": "nonsense"}, ("after",)),
        ({"after": "é"}, ("after",)),
        ({"after": "2026-11-21T12:00:00+00:00 0190"}, ("after",)),
        ({"after": "2026-11-21T12:00:00 01a2007f-e4ca-73d2-ad25-15959526b226"}, ("after",)),
        ({"query": "x" * 255}, ("query",)),
        ({"query": "a\x00"}, ("query",)),
        ({"query": "\ud800"}, ("query",)),
        ({"tag": "\x00"}, ("tag",)),
    ],
)
async def test_bad_arguments_are_refused(tenant: TenantId, arguments: dict[str, object], field: tuple[str]) -> None:
    with pytest.raises(Refusal) as caught:
        await search(**arguments)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.field) == ("INVALID", field)


async def test_changed_and_erased_members_are_found_as_they_are_now(people: None) -> None:
    (zoe, _) = await search("zoë")
    await upsert(MemberInput(external_id="Zoe-2", name="Mia Meier"))
    assert [member.external_id for member in await search("zoë")] == ["zoe"]
    await erase(zoe.id)
    assert await search("zoë") == await search("zoe@") == await search("+4930") == []
    assert len(await search()) == len(PEOPLE) - 1


async def test_longest_expanding_name_fits_the_index(tenant: TenantId) -> None:
    await upsert(MemberInput(external_id="x", name="\ufdfa" * 200))
    assert len(await search("\ufdfa" * 254)) == 1


async def test_indexes_answer_on_postgres(tenant: TenantId, database: DatabaseUrls) -> None:
    if db.dialect() != "postgres":
        pytest.skip("about PostgreSQL's planner")
    for start in range(0, 3000, 500):
        await upsert_many([
            MemberInput(external_id=f"c-{n}", name=f"Name {n}", email=f"e{n}@example.com", phone=f"0{n + 1000}")
            for n in range(start, start + 500)
        ])  # fmt: skip
    owner = await asyncpg.connect(database.admin_url)
    try:
        await owner.execute("ANALYZE member, member_profile, member_tag")
    finally:
        await owner.close()

    async def plan(query: str, after: str | None = None) -> str:
        statement, params = _statement(query, None, 50, after)
        # The role of the application, under row-level security: `LIKE` would not get its index here.
        async with scope.reading():
            return "\n".join(row["QUERY PLAN"] for row in await db.rows(f"EXPLAIN {statement}", *params))

    found = await plan("0123")
    for index in ("by_name", "by_email", "by_phone"):
        assert re.search(rf"Index Cond: .*{index.replace('by_', '')}_search >=", found), found
    assert re.search(r"Index Cond: .*external_id >=", found), found
    assert "Seq Scan on member_profile" not in found
    page = await search(first=50)
    assert "member_by_joining" in await plan("", after=key(page[-1]))
