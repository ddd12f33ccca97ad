"""The staff: who lets whom in, and that a shop never loses its last owner."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kit import clock, db
from kit.errors import Forbidden, Refusal, Unauthenticated
from kit.ids import new_id
from tenants import audit, principals, scope, sessions, staff
from tenants.principals import Principal, acting
from tenants.roles import Role
from tests.tenants.shops import PASSWORD, hire, make_shop, owner_in_sandbox, owner_of

EMAIL = "mona@example.com"


async def refusal(attempt: object) -> str:
    with pytest.raises(Refusal) as refused:
        await attempt  # type: ignore[misc]
    return refused.value.code


async def test_invited_person_joins_with_a_new_account(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        invited = await staff.invite(" Mona@Example.com ", Role.MANAGER)
        assert [each.email for each in await staff.invitations()] == [EMAIL]
    signed_in = await staff.accept(invited.token, "Mona Manager", PASSWORD, "192.0.2.1")
    mona = await principals.by_session(signed_in.token)
    assert (mona.tenant, mona.role) == (shop.tenant, Role.MANAGER)
    with acting(await owner_of(shop)):
        assert [(each.name, each.role) for each in await staff.listed()] == [
            ("Olga Owner", Role.OWNER), ("Mona Manager", Role.MANAGER)
        ]  # fmt: skip
        assert await staff.invitations() == []
        log = [(entry.actor, entry.action) for entry in await audit.entries()]
        assert log[:2] == [(f"staff:{mona.id}", "staff.joined"), (f"staff:{shop.session.staff_id}", "staff.invited")]
        assert EMAIL not in repr(await audit.entries())
    assert (await sessions.sign_in(EMAIL, PASSWORD, None)).tenant == shop.tenant


async def test_person_with_an_account_joins_with_their_password(database: object) -> None:
    theirs, ours = await make_shop(email=EMAIL, shop="Theirs"), await make_shop(shop="Ours")
    with acting(await owner_of(ours)):
        invited = await staff.invite(EMAIL, Role.SUPPORT)
    with pytest.raises(Unauthenticated):
        await staff.accept(invited.token, "Somebody", "another password", None)
    signed_in = await staff.accept(invited.token, "", PASSWORD, None)
    assert signed_in.staff_id == theirs.session.staff_id
    assert (await principals.by_session(signed_in.token)).tenant == ours.tenant
    assert [place.slug for place in await sessions.places(signed_in.staff_id)][:2] == ["theirs", "ours"]


async def test_invitation_is_good_once_for_a_week_and_until_withdrawn_or_replaced(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        replaced = await staff.invite(EMAIL, Role.ADMIN)
        expired = await staff.invite(EMAIL, Role.ANALYST)
        withdrawn = await staff.invite("other@example.com", Role.ANALYST)
        await staff.withdraw_invitation(withdrawn.invitation.id)
        assert await refusal(staff.withdraw_invitation(withdrawn.invitation.id)) == "NOT_FOUND"
    for token in (replaced.token, withdrawn.token, "", "guess"):
        assert await refusal(staff.accept(token, "Mona", PASSWORD, None)) == "INVITATION_INVALID"
    with clock.pinned(clock.now() + timedelta(days=7)):
        assert await refusal(staff.accept(expired.token, "Mona", PASSWORD, None)) == "INVITATION_INVALID"
    taken = await asyncio.gather(
        *(staff.accept(expired.token, "Mona", PASSWORD, None) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(each, sessions.SignedIn) for each in taken) == 1
    with acting(await owner_of(shop)):
        assert len(await staff.listed()) == 2


async def test_new_account_needs_a_name_and_a_good_password(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        invited = await staff.invite(EMAIL, Role.ADMIN)
    assert await refusal(staff.accept(invited.token, " ", PASSWORD, None)) == "INVALID"
    assert await refusal(staff.accept(invited.token, "Mona", "short", None)) == "WEAK_PASSWORD"
    await staff.accept(invited.token, "Mona", PASSWORD, None)


async def test_who_is_on_the_staff_or_has_no_address_is_not_invited(database: object) -> None:
    shop = await make_shop(email=EMAIL)
    with acting(await owner_of(shop)):
        assert await refusal(staff.invite(EMAIL, Role.ADMIN)) == "ALREADY_STAFF"
        assert await refusal(staff.invite("nobody", Role.ADMIN)) == "INVALID_EMAIL"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SUPPORT, Role.ANALYST])
async def test_roles_below_admin_change_nothing(database: object, role: Role) -> None:
    shop = await make_shop()
    other = await hire(shop, Role.ANALYST)
    with acting(await hire(shop, role)):
        for attempt in (
            staff.invite(EMAIL, Role.ANALYST),
            staff.change_role(other.id, Role.ANALYST),
            staff.remove(other.id),
            staff.withdraw_invitation(new_id()),
        ):
            with pytest.raises(Forbidden):
                await attempt
        assert len(await staff.listed()) == 3


async def test_admin_cannot_make_change_or_remove_an_owner(database: object) -> None:
    shop = await make_shop()
    second = await hire(shop, Role.OWNER)
    with acting(await hire(shop, Role.ADMIN)):
        for attempt in (
            staff.invite(EMAIL, Role.OWNER),
            staff.change_role(second.id, Role.ADMIN),
            staff.change_role(principals.current().id, Role.OWNER),
            staff.remove(second.id),
        ):
            with pytest.raises(Forbidden):
                await attempt


async def test_last_owner_can_neither_leave_nor_step_down(database: object) -> None:
    shop = await make_shop()
    owner = await owner_of(shop)
    with acting(owner):
        assert await refusal(staff.remove(owner.id)) == "LAST_OWNER"
        assert await refusal(staff.change_role(owner.id, Role.ADMIN)) == "LAST_OWNER"
        await staff.change_role(owner.id, Role.OWNER)
    second = await hire(shop, Role.OWNER)
    with acting(owner):
        await staff.change_role(owner.id, Role.ADMIN)
    with acting(second):
        assert await refusal(staff.remove(second.id)) == "LAST_OWNER"


async def test_owners_who_all_remove_each_other_leave_one(database: object) -> None:
    shop = await make_shop()
    owners = [await owner_of(shop), *[await hire(shop, Role.OWNER) for _ in range(3)]]

    async def remove(actor: Principal, other: Principal) -> None:
        with acting(actor):
            await staff.remove(other.id)

    async def keep(actor: Principal) -> None:
        with acting(actor):
            await staff.change_role(actor.id, Role.OWNER)

    await asyncio.gather(*map(keep, owners))  # opens the connections, so that the next do meet
    ring = zip(owners, owners[1:] + owners[:1], strict=True)
    done = await asyncio.gather(*(remove(*pair) for pair in ring), return_exceptions=True)
    assert [each.code for each in done if isinstance(each, Refusal)] == ["LAST_OWNER"]
    assert sum(each is None for each in done) == 3
    with scope.unscoped("test"):
        async with scope.reading():
            assert len(await db.rows("SELECT 1 FROM staff_role")) == 1


async def test_removed_person_is_out_at_once_from_the_sandbox_too(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        invited = await staff.invite(EMAIL, Role.ADMIN)
    tokens = [(await staff.accept(invited.token, "Mona", PASSWORD, None)).token]
    tokens.append((await sessions.sign_in(EMAIL, PASSWORD, None)).token)
    await sessions.switch_tenant(tokens[1], shop.sandbox)
    mona = (await principals.by_session(tokens[1])).id
    with acting(await owner_of(shop)):
        await staff.remove(mona)
        assert await refusal(staff.remove(mona)) == "NOT_FOUND"
        (entry,) = await audit.entries(action="staff.removed")
        assert (entry.target, entry.details) == (f"staff:{mona}", {"role": "admin"})
    for token in tokens:
        with pytest.raises(Unauthenticated):
            await principals.by_session(token)


async def test_sandbox_lets_nobody_into_the_shop(database: object) -> None:
    shop = await make_shop()
    other = await hire(shop, Role.ANALYST)
    for principal in (
        await principals.by_secret_key(shop.sandbox_secret_key.text),
        await owner_in_sandbox(shop),
    ):
        with acting(principal):
            assert await refusal(staff.invite(EMAIL, Role.ADMIN)) == "SANDBOX_STAFF"
            assert await refusal(staff.change_role(other.id, Role.ADMIN)) == "SANDBOX_STAFF"
            assert await refusal(staff.remove(other.id)) == "SANDBOX_STAFF"
            assert len(await staff.listed()) == 2


async def test_other_shops_staff_does_not_exist(database: object) -> None:
    mine, theirs = await make_shop(), await make_shop()
    stranger = await hire(theirs, Role.ANALYST)
    with acting(await owner_of(mine)):
        assert await refusal(staff.change_role(stranger.id, Role.ADMIN)) == "NOT_FOUND"
        assert await refusal(staff.remove(stranger.id)) == "NOT_FOUND"
        assert len(await staff.listed()) == 1


async def test_staff_is_bounded(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "STAFF_MAX", 2)
    shop = await make_shop()
    with acting(await owner_of(shop)):
        await staff.invite(EMAIL, Role.ADMIN)
        assert await refusal(staff.invite("other@example.com", Role.ADMIN)) == "LIMIT_REACHED"
        await staff.invite(EMAIL, Role.ANALYST)
