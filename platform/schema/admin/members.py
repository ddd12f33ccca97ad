"""Mutations on members."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from members import dependants, erase, export, inputs, service
from members.views import MemberId
from programs import merging
from schema.admin.codes import (
    MemberEraseErrorCode,
    MemberExportErrorCode,
    MemberMergeErrorCode,
    MemberUpsertErrorCode,
)
from schema.admin.types.members import Member, show_member
from schema.admin.types.overview import MemberExport
from schema.shared.declare import UNSET, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import MEMBER
from schema.shared.references import MemberReferenceInput, find_any_member
from schema.shared.values import AttributeInput
from tenants.roles import Action


@input_
class ConsentInput:
    """A consent that was given or withdrawn."""

    purpose: str = field(description="To what, such as `email.news`: 1–64 of a–z 0–9 _ . : -")
    granted: bool = field(description="Whether it is given.")
    source: str = field(description="Where it was said, such as `checkout`: 1–64 of a–z 0–9 _ . : -")


@input_
class DependantInput:
    """Whom the member looks after. Told again under the same kind and name, it stays the same one."""

    kind: str = field(description="A word, such as `pet` or `child`: 1–64 of a–z 0–9 _ . : -")
    name: str = field(description="Its name, up to 100 characters.")
    birthday: date | None = field(default=None, description="The day that it was born on.")


@input_
class MemberUpsertInput:
    """A member, by `externalId` or `id`; both together give the member that external id.

    What is not given stays as it is; null clears it.
    """

    id: strawberry.ID | None = field(default=None, description="A member that there is.")
    external_id: str | None = field(default=UNSET, description="The merchant's own id: 1–128 characters.")
    name: str | None = field(default=UNSET, description="Their name, up to 200 characters.")
    email: str | None = field(default=UNSET, description="Their e-mail address.")
    phone: str | None = field(default=UNSET, description="Their phone number.")
    birthday: date | None = field(default=UNSET, description="The day that they were born on.")
    locale: str | None = field(default=UNSET, description="Their language, such as `de-AT`.")
    attributes: list[AttributeInput] | None = field(
        default=UNSET, description="What else to keep of them, at most 50; those not named stay; null clears all."
    )
    tags: list[str] | None = field(default=UNSET, description="All their tags, at most 100; null clears them.")
    add_tags: list[str] = field(default_factory=list, description="Tags to add.")
    remove_tags: list[str] = field(default_factory=list, description="Tags to take away.")
    consents: list[ConsentInput] = field(default_factory=list, description="Consents given or withdrawn, at most 20.")
    joined_at: datetime | None = field(default=UNSET, description="Since when they take part.")
    dependants: list[DependantInput] | None = field(
        default=UNSET, description="All whom they look after, at most 20; null clears them."
    )


@output
class MemberUpsertPayload:
    """The member."""

    member: Member | None = field(default=None, description="The member.")
    user_errors: list[UserError[MemberUpsertErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class MemberEraseInput:
    """Whose personal data is to go, for good."""

    member: MemberReferenceInput = field(description="Who.")


@output
class MemberErasePayload:
    """The member without what was personal."""

    member: Member | None = field(default=None, description="What is left.")
    user_errors: list[UserError[MemberEraseErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class MemberExportInput:
    """Whose data is wanted."""

    member: MemberReferenceInput = field(description="Who.")


@output
class MemberExportPayload:
    """All that is kept of a member."""

    export: MemberExport | None = field(default=None, description="The export.")
    user_errors: list[UserError[MemberExportErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class MemberMergeInput:
    """Two members who are one person."""

    idempotency_key: str = field(description="Names this merge, for ever: the same again answers the same.")
    from_: MemberReferenceInput = field(name="from", description="Who goes.")
    into: MemberReferenceInput = field(description="Who stays, and has what both had.")


@output
class MemberMergePayload:
    """Who stays."""

    member: Member | None = field(default=None, description="Who stays.")
    user_errors: list[UserError[MemberMergeErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type
class MemberMutations:
    """Mutations on members."""

    @mutation(MemberUpsertPayload, MemberUpsertErrorCode, "Make a member, or change one.", needs=Action.WRITE_MEMBERS)
    async def member_upsert(self, input: MemberUpsertInput) -> MemberUpsertPayload:
        return MemberUpsertPayload(member=show_member(await service.upsert(_read(input))))

    @mutation(
        MemberErasePayload,
        MemberEraseErrorCode,
        "Erase what is personal; the ledger stays.",
        needs=Action.ERASE_MEMBERS,
    )
    async def member_erase(self, input: MemberEraseInput) -> MemberErasePayload:
        member = await find_any_member(input.member)
        return MemberErasePayload(member=show_member(await erase.erase(member)))

    @mutation(
        MemberMergePayload,
        MemberMergeErrorCode,
        "Make two members one: points, orders, tags, consents and counters go to the one who stays.",
        needs=Action.MERGE_MEMBERS,
    )
    async def member_merge(self, input: MemberMergeInput) -> MemberMergePayload:
        from_, into = await find_any_member(input.from_, "from"), await find_any_member(input.into, "into")
        stays = await merging.merge(input.idempotency_key, from_, into)
        return MemberMergePayload(member=show_member(await service.get(stays)))

    @mutation(
        MemberExportPayload,
        MemberExportErrorCode,
        "Hand out all that is kept of a member.",
        needs=Action.EXPORT_MEMBERS,
    )
    async def member_export(self, input: MemberExportInput) -> MemberExportPayload:
        member = await find_any_member(input.member)
        pieces = [piece async for piece in await export.export(member)]
        shown = MemberExport(file_name=f"{MEMBER.show(member)}.json", document=b"".join(pieces).decode())
        return MemberExportPayload(export=shown)


def _read(given: MemberUpsertInput) -> inputs.MemberInput:
    """What was given, in the members' own words: not given is not null."""
    values = {name: getattr(given, name) for name in _PLAIN if getattr(given, name) is not UNSET}
    if given.attributes is not UNSET:
        values["attributes"] = given.attributes and {attribute.name: attribute.value for attribute in given.attributes}
    if given.joined_at is not UNSET and given.joined_at is not None:
        values["joined_at"] = given.joined_at
    if given.dependants is not UNSET:
        values["dependants"] = given.dependants and [
            dependants.DependantInput(each.kind, each.name, each.birthday) for each in given.dependants
        ]
    return inputs.MemberInput(
        id=None if given.id is None else MemberId(MEMBER.read(given.id, "id")),
        add_tags=given.add_tags, remove_tags=given.remove_tags,
        consents=[inputs.ConsentInput(each.purpose, each.granted, each.source) for each in given.consents],
        **values,
    )  # fmt: skip


_PLAIN = ("external_id", "name", "email", "phone", "birthday", "locale", "tags")
