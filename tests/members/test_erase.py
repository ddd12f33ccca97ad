"""A person is forgotten, the books stay."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from ledger.models import Account
from members import facts
from members.dependants import DependantInput
from members.erase import erase
from members.inputs import MemberInput
from members.service import by_external_id, get, upsert
from members.views import MemberId, MemberState, MemberView
from tenants import scope
from tenants.scope import TenantId
from tests.members.conftest import NOON
from tests.members.test_service import FULL

# Nothing here may stand by chance in an id or an instant.
PERSONAL = ("Zoë", "Müller", "Zoe@", "zoe@", "1234-5", "+493012345", "1990-02-28", "date(1990", "grün", "berlin",
            "gold", "'c-1'", "Rex the", "2020-05-04", "date(2020")  # fmt: skip


async def everything(member: MemberId) -> str:
    """All rows of all tables of members about one of them, as text."""
    tables = {"member": "id", "member_profile": "id", "member_tag": "member_id", "member_consent": "member_id",
              "member_fact": "member_id", "member_dependant": "member_id"}  # fmt: skip
    found = []
    async with scope.reading():
        for table, column in tables.items():
            statement = f"SELECT * FROM {table} WHERE tenant_id = $1 AND {column} = $2"
            found += [tuple(row) for row in await db.rows(statement, scope.tenant_id(), member)]
    return repr(found)


async def test_nothing_personal_remains(tenant: TenantId) -> None:
    before = await upsert(replace(FULL, dependants=[DependantInput("pet", "Rex the Dog", date(2020, 5, 4))]))
    await facts.put(before.id, "tier", "gold")
    known = await everything(before.id)
    assert all(word in known for word in ("Rex the Dog", "Zoë", "Zoe@", "gr", "berlin", "gold", "c-1"))
    with clock.pinned(NOON + timedelta(days=1)):
        view = await erase(before.id)
    assert (
        view
        == await get(before.id)
        == MemberView(
            before.id, None, MemberState.ERASED, before.joined_at, NOON + timedelta(days=1), consents=before.consents
        )
    )
    rest = await everything(before.id)
    assert not [word for word in PERSONAL if word in rest]
    assert await facts.get_many([before.id], ["tier"]) == {before.id: {}}


async def test_erasing_again_changes_nothing(tenant: TenantId) -> None:
    member = (await upsert(FULL)).id
    first = await erase(member)
    with clock.pinned(NOON + timedelta(days=1)):
        assert await erase(member) == first


async def test_same_external_id_makes_a_new_member(tenant: TenantId) -> None:
    before = await upsert(FULL)
    await erase(before.id)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        await by_external_id("c-1")
    after = await upsert(MemberInput(external_id="c-1"))
    assert after.id != before.id
    assert (after.name, after.tags, after.consents, after.attributes) == (None, (), (), {})
    assert (await get(before.id)).state is MemberState.ERASED


async def test_erased_member_cannot_be_changed(tenant: TenantId) -> None:
    member = (await upsert(FULL)).id
    await erase(member)
    with pytest.raises(Refusal) as caught:
        await upsert(MemberInput(id=member, name="Back"))
    assert (caught.value.code, caught.value.field) == ("ERASED", ("id",))
    await facts.put(member, "tier", "gold")
    assert "Back" not in await everything(member) and "gold" not in await everything(member)


async def test_accounts_are_not_touched(tenant: TenantId) -> None:
    member = (await upsert(FULL)).id
    async with scope.writing():
        account = await Account.create(unit_id=new_id(), owner=f"member:{member}", book="available", posted=5,
                                       created_at=NOON)  # fmt: skip
    await erase(member)
    async with scope.reading():
        kept = await Account.get(id=account.id)
    assert (kept.posted, kept.owner) == (5, f"member:{member}")


async def test_erasing_while_others_write_leaves_nothing_personal(tenant: TenantId) -> None:
    member = (await upsert(FULL)).id
    await asyncio.gather(
        *(upsert(MemberInput(id=member, name=f"Zoë {n}", add_tags=[f"berlin{n}"])) for n in range(5)),
        *(facts.put(member, f"tier{n}", "gold") for n in range(5)),
        erase(member),
        *(upsert(MemberInput(id=member, name=f"Zoë {n}")) for n in range(5)),
        *(facts.put(member, f"tier{n}", "gold") for n in range(5, 10)),
        return_exceptions=True,
    )
    assert (await get(member)).state is MemberState.ERASED
    rest = await everything(member)
    assert not [word for word in PERSONAL if word in rest]


async def test_erasing_waits_for_a_fact_under_way(tenant: TenantId) -> None:
    member = (await upsert(FULL)).id
    await upsert(MemberInput(id=member, external_id=None))  # else the foreign key alone would make it wait
    put = asyncio.Event()

    async def erase_meanwhile() -> None:
        await put.wait()
        await erase(member)

    erasing = asyncio.create_task(erase_meanwhile())
    async with scope.writing():
        await facts.put(member, "tier", "gold")
        put.set()
        done, _ = await asyncio.wait({erasing}, timeout=0.3)
        assert not done
    await erasing
    assert "gold" not in await everything(member)
