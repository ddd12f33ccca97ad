"""Members made, changed and found again."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from members.changes import Changed
from members.dependants import DependantInput
from members.erase import erase
from members.inputs import ConsentInput, MemberInput
from members.models import Member, MemberConsent
from members.service import MemberRef, by_external_id, get, resolve, resolve_many, upsert, upsert_many
from members.views import Consent, MemberId, MemberState, MemberView, views
from tenants import scope
from tenants.models import AuditEntry
from tenants.scope import TenantId
from tests.members.conftest import CANARY, NOON

FULL = MemberInput(
    external_id="c-1",
    name="  Zoë   Müller ",
    email="Zoe@Example.com",
    phone="+49 (30) 1234-5",
    birthday=date(1990, 2, 28),
    locale="de_DE",
    joined_at=datetime(2020, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    attributes={"shoe": 42, "half": 0.5, "vip": True, "colour": "grün"},
    tags=["vip", "berlin"],
    consents=[ConsentInput("email", True, "checkout")],
)


async def count(model: Any) -> int:
    async with scope.reading():
        return int(await model.all().count())


async def refused(given: MemberInput) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(Refusal) as caught:
        await upsert(given)
    return caught.value.code, caught.value.field


async def test_everything_given_is_kept(tenant: TenantId) -> None:
    made = await upsert(FULL)
    assert made == MemberView(
        id=made.id,
        external_id="c-1",
        state=MemberState.ACTIVE,
        joined_at=datetime(2020, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        name="Zoë Müller",
        email="Zoe@Example.com",
        phone="+49 (30) 1234-5",
        birthday=date(1990, 2, 28),
        locale="de-DE",
        attributes={"shoe": 42, "half": 0.5, "vip": True, "colour": "grün"},
        tags=("berlin", "vip"),
        consents=(Consent("email", True, "checkout", NOON),),
        updated_at=NOON,
    )
    assert await get(made.id) == made
    assert await by_external_id("c-1") == made


async def test_only_what_is_given_changes(tenant: TenantId) -> None:
    made = await upsert(FULL)
    with clock.pinned(NOON + timedelta(days=1)):
        again = await upsert(MemberInput(external_id="c-1", email=None, attributes={"shoe": None, "half": 1}))
    assert again.id == made.id
    assert (again.email, again.name, again.tags, again.consents) == (None, made.name, made.tags, made.consents)
    assert again.attributes == {"half": 1, "vip": True, "colour": "grün"}
    assert again.updated_at == NOON + timedelta(days=1)
    assert await get(made.id) == again


async def test_the_same_again_changes_nothing(tenant: TenantId) -> None:
    made = await upsert(FULL)
    with clock.pinned(NOON + timedelta(days=1)):
        assert await upsert(FULL) == made
    assert await count(MemberConsent) == 1


async def test_one_and_true_are_two_attributes(tenant: TenantId) -> None:
    member = (await upsert(MemberInput(external_id="c-1", attributes={"vip": 1}))).id
    await upsert(MemberInput(id=member, attributes={"vip": True}))
    assert (await get(member)).attributes["vip"] is True


async def test_tags_are_set_added_and_removed(tenant: TenantId) -> None:
    member = (await upsert(MemberInput(external_id="c-1", tags=["b", "a"]))).id
    assert (await upsert(MemberInput(id=member, add_tags=["c", "a"], remove_tags=["b"]))).tags == ("a", "c")
    assert (await upsert(MemberInput(id=member, tags=["x"], add_tags=["y"]))).tags == ("x", "y")
    assert (await upsert(MemberInput(id=member, tags=None))).tags == ()
    assert (await get(member)).tags == ()


async def test_consents_are_a_history_of_which_the_last_counts(tenant: TenantId) -> None:
    for hour, (granted, source) in enumerate([(True, "web"), (True, "till"), (False, "mail"), (True, "web")]):
        with clock.pinned(NOON + timedelta(hours=hour)):
            view = await upsert(MemberInput(external_id="c-1", consents=[ConsentInput("email", granted, source)]))
    assert view.consents == (Consent("email", True, "web", NOON + timedelta(hours=3)),)
    assert await get(view.id) == view
    assert await count(MemberConsent) == 3


async def test_birthday_and_locale_can_be_cleared(tenant: TenantId) -> None:
    member = (await upsert(FULL)).id
    await upsert(MemberInput(id=member, birthday=None, locale=None, attributes=None))
    view = await get(member)
    assert (view.birthday, view.locale, view.attributes) == (None, None, {})


async def test_parallel_upserts_make_one_member(tenant: TenantId) -> None:
    made = await asyncio.gather(
        *(upsert(MemberInput(external_id="c-1", add_tags=[f"t{n}"], attributes={f"a{n}": n})) for n in range(20))
    )
    assert len({view.id for view in made}) == 1
    view = await by_external_id("c-1")
    assert len(view.tags) == 20 and len(view.attributes) == 20
    assert await count(Member) == 1


async def test_parallel_renames_to_one_external_id_give_it_once(tenant: TenantId) -> None:
    members = [(await upsert(MemberInput(external_id=f"c-{n}"))).id for n in range(5)]
    answers = await asyncio.gather(
        *(upsert(MemberInput(id=member, external_id="wanted")) for member in members), return_exceptions=True
    )
    assert sum(isinstance(answer, MemberView) for answer in answers) == 1
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["TAKEN"] * 4


async def test_external_id_can_be_changed_and_cleared_by_id(tenant: TenantId) -> None:
    member = (await upsert(FULL)).id
    assert (await upsert(MemberInput(id=member, external_id="c-2"))).external_id == "c-2"
    assert (await by_external_id("c-2")).id == member
    assert (await upsert(MemberInput(id=member, external_id=None))).external_id is None
    assert (await get(member)).external_id is None


async def test_dependants_are_replaced_and_stay_the_same_by_kind_and_name(tenant: TenantId) -> None:
    rex, ida = DependantInput("pet", "Rex", date(2020, 5, 4)), DependantInput("child", " Ida  M ")
    made = await upsert(MemberInput(external_id="c-1", dependants=[rex, ida]))
    assert [(d.kind, d.name, d.birthday) for d in made.dependants] == [
        ("child", "Ida M", None), ("pet", "Rex", date(2020, 5, 4)),
    ]  # fmt: skip
    assert await upsert(MemberInput(external_id="c-1", name="Zoë")) == await get(made.id)
    changed = await upsert(MemberInput(external_id="c-1", dependants=[DependantInput("pet", "Rex")]))
    assert [(d.id, d.name, d.birthday) for d in changed.dependants] == [(made.dependants[1].id, "Rex", None)]
    assert await get(made.id) == changed
    assert (await upsert(MemberInput(external_id="c-1", dependants=None))).dependants == ()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"external_id": ""}, ("external_id",)),
        ({"external_id": " c"}, ("external_id",)),
        ({"external_id": "x" * 129}, ("external_id",)),
        ({"external_id": "a\x00b"}, ("external_id",)),
        ({"external_id": None}, ("external_id",)),
        ({"name": "x" * 201}, ("name",)),
        ({"name": "\ud800"}, ("name",)),
        ({"name": " "}, ("name",)),
        ({"email": "no address"}, ("email",)),
        ({"email": "a@b"}, ("email",)),
        ({"email": "a@example.com, b@example.com"}, ("email",)),
        ({"phone": "call me"}, ("phone",)),
        ({"phone": "12"}, ("phone",)),
        ({"phone": "1" * 21}, ("phone",)),
        ({"birthday": date(2026, 11, 22)}, ("birthday",)),
        ({"birthday": date(1879, 12, 31)}, ("birthday",)),
        ({"birthday": NOON}, ("birthday",)),
        ({"locale": "german"}, ("locale",)),
        ({"joined_at": datetime(2026, 1, 1)}, ("joined_at",)),  # noqa: DTZ001
        ({"joined_at": NOON + timedelta(minutes=6)}, ("joined_at",)),
        ({"joined_at": datetime.fromisoformat("0001-01-01T00:00:00+01:00")}, ("joined_at",)),
        ({"joined_at": None}, ("joined_at",)),
        ({"attributes": {f"a{n}": n for n in range(51)}}, ("attributes",)),
        ({"attributes": {"a b": 1}}, ("attributes",)),
        ({"attributes": ["a"]}, ("attributes",)),
        ({"attributes": {"a": {"nested": 1}}}, ("attributes", "a")),
        ({"attributes": {"a": 2**53}}, ("attributes", "a")),
        ({"attributes": {"a": float("nan")}}, ("attributes", "a")),
        ({"attributes": {"a": "x" * 1001}}, ("attributes", "a")),
        ({"attributes": {"a": "\x00"}}, ("attributes", "a")),
        ({"tags": ["ok", "x" * 65]}, ("tags", "1")),
        ({"tags": "vip"}, ("tags",)),
        ({"tags": [f"t{n}" for n in range(101)]}, ("tags",)),
        ({"tags": [f"t{n}" for n in range(100)], "add_tags": ["one more"]}, ("add_tags",)),
        ({"add_tags": [""]}, ("add_tags", "0")),
        ({"consents": [ConsentInput("E-mail!", True, "web")]}, ("consents", "0", "purpose")),
        ({"consents": [ConsentInput("email", True, "zoe@example.com")]}, ("consents", "0", "source")),
        ({"consents": [ConsentInput("email", g, "web") for g in (True, False)]}, ("consents", "1", "purpose")),
        ({"consents": [ConsentInput(f"p{n}", True, "web") for n in range(21)]}, ("consents",)),
        ({"dependants": [DependantInput("Pet!", "Rex")]}, ("dependants", "0", "kind")),
        ({"dependants": [DependantInput("pet", "Rex"), DependantInput("pet", " ")]}, ("dependants", "1", "name")),
        ({"dependants": [DependantInput("pet", "x" * 101)]}, ("dependants", "0", "name")),
        ({"dependants": [DependantInput("pet", "Rex", date(2026, 11, 22))]}, ("dependants", "0", "birthday")),
        ({"dependants": [DependantInput("pet", name) for name in ("Rex", " Rex ")]}, ("dependants", "1", "name")),
        ({"dependants": [DependantInput("pet", f"p{n}") for n in range(21)]}, ("dependants",)),
    ],
)
async def test_bad_input_is_refused_by_field(tenant: TenantId, given: dict[str, Any], field: tuple[str, ...]) -> None:
    assert await refused(MemberInput(**{"external_id": "c-1", **given})) == (
        "INVALID_EMAIL" if "email" in given else "INVALID",
        field,
    )
    assert await count(Member) == 0


async def test_nobody_named_is_refused(tenant: TenantId) -> None:
    assert await refused(MemberInput(name="Zoë")) == ("INVALID", ("external_id",))


async def test_limits_hold_over_several_upserts(tenant: TenantId) -> None:
    await upsert(MemberInput(external_id="c-1", tags=[f"t{n}" for n in range(100)],
                             attributes={f"a{n}": n for n in range(50)}))  # fmt: skip
    assert await refused(MemberInput(external_id="c-1", add_tags=["x"])) == ("INVALID", ("add_tags",))
    assert await refused(MemberInput(external_id="c-1", attributes={"x": 1})) == ("INVALID", ("attributes",))
    swapped = await upsert(MemberInput(external_id="c-1", add_tags=["x"], remove_tags=["t0"]))
    assert len(swapped.tags) == 100


async def test_another_members_external_id_is_taken(tenant: TenantId) -> None:
    await upsert(MemberInput(external_id="c-1"))
    second = (await upsert(MemberInput(external_id="c-2", name="Second"))).id
    assert await refused(MemberInput(id=second, external_id="c-1", name="First")) == ("TAKEN", ("external_id",))
    assert (await get(second)).name == "Second"


async def test_another_tenants_member_is_as_if_it_did_not_exist(tenant: TenantId, other: TenantId) -> None:
    with scope.of(other):
        theirs = (await by_external_id(CANARY)).id
    for id_ in (theirs, MemberId(new_id()), MemberId("no id")):
        with pytest.raises(Refusal, match="NOT_FOUND"):
            await get(id_)
        with pytest.raises(Refusal, match="NOT_FOUND"):
            await resolve(MemberRef(id=id_))
        assert await refused(MemberInput(id=id_, name="Mine now")) == ("NOT_FOUND", ("id",))
        with pytest.raises(Refusal, match="NOT_FOUND"):
            await erase(id_)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        await by_external_id(CANARY)
    assert await views([theirs]) == {}
    mine = await upsert(MemberInput(external_id=CANARY))
    assert mine.id != theirs and mine.name is None
    with scope.of(other):
        assert (await get(theirs)).name == "Canary"


async def test_references_are_resolved_many_at_once(tenant: TenantId, other: TenantId) -> None:
    first = (await upsert(MemberInput(external_id="c-1"))).id
    gone = (await upsert(MemberInput(external_id="c-2"))).id
    await erase(gone)
    refs = [MemberRef(external_id="c-1"), MemberRef(id=first), MemberRef(external_id=CANARY), MemberRef(id=gone),
            MemberRef(external_id="c-2"), MemberRef(external_id="\x00"), MemberRef()]  # fmt: skip
    assert await resolve_many(refs) == {
        refs[0]: (first, "active", None), refs[1]: (first, "active", None), refs[2]: None,
        refs[3]: (gone, "erased", None),
        refs[4]: None, refs[5]: None, refs[6]: None,
    }  # fmt: skip
    with pytest.raises(Refusal) as caught:
        await resolve(MemberRef(id=gone), field=("activities", "0", "member"))
    assert (caught.value.code, caught.value.field) == ("ERASED", ("activities", "0", "member"))


async def test_many_at_once_answer_each_for_itself(tenant: TenantId) -> None:
    known = await upsert(MemberInput(external_id="b", name="Before"))
    given = [MemberInput(external_id="c", name="C"), MemberInput(external_id="a", phone="x"),
             MemberInput(external_id="b", name="After", consents=[ConsentInput("email", False, "import")])]  # fmt: skip
    made, bad, changed = await upsert_many(given)
    assert isinstance(made, Changed) and isinstance(bad, Refusal) and isinstance(changed, Changed)
    assert (made.created, made.view.name, bad.field) == (True, "C", ("phone",))
    assert (changed.created, changed.view.id, changed.fields) == (False, known.id, ("name", "consents"))
    assert await views([made.view.id, known.id]) == {made.view.id: made.view, known.id: changed.view}


async def test_staff_actions_are_in_the_audit_log_without_personal_data(tenant: TenantId) -> None:
    await upsert(MemberInput(external_id="c-0"))  # by the system: not logged
    with scope.of(tenant, actor="staff:1"):
        member = (await upsert(FULL)).id
        await upsert(FULL)
        await upsert(MemberInput(id=member, external_id="c-2", name="Zoë M.", tags=[]))
        await erase(member)
        await erase(member)
    async with scope.reading():
        logged = [(one.actor, one.action, one.target, one.details) for one in await AuditEntry.all().order_by("id")]
    everything = '["name","email","phone","birthday","locale","attributes","tags","consents"]'
    assert logged == [
        ("staff:1", "member.created", f"member:{member}", f'{{"fields":{everything}}}'),
        ("staff:1", "member.updated", f"member:{member}", '{"fields":["external_id","name","tags"]}'),
        ("staff:1", "member.erased", f"member:{member}", "{}"),
    ]


async def test_failed_transaction_around_leaves_nothing(tenant: TenantId) -> None:
    with pytest.raises(RuntimeError):
        async with scope.writing():
            await upsert(FULL)
            raise RuntimeError("stop")
    assert await count(Member) == 0


async def test_profile_is_stored_apart_from_what_the_ledger_knows(tenant: TenantId) -> None:
    await upsert(FULL)
    async with scope.reading():
        (row,) = await db.rows("SELECT * FROM member WHERE tenant_id = $1", tenant)
    assert set(row.keys()) == {"tenant_id", "id", "external_id", "state", "merged_into", "joined_at", "created_at",
                               "erased_at"}  # fmt: skip
