"""How inputs say who: a member by our id or by the merchant's."""

from __future__ import annotations

import strawberry

from members.errors import not_found
from members.service import MemberRef, resolve, resolve_many
from members.views import MemberId
from schema.shared.declare import UNSET, choice, field
from schema.shared.ids import MEMBER


@choice
class MemberReferenceInput:
    """A member."""

    id: strawberry.ID | None = field(default=UNSET, description="By our id, `mem_…`.")
    external_id: str | None = field(default=UNSET, description="By the merchant's own id.")


def read_member(given: MemberReferenceInput, at: str = "member") -> MemberRef:
    """Who is meant; an id that is none of ours is refused as unknown."""
    if given.id is not None and given.id is not UNSET:
        return MemberRef(id=MemberId(MEMBER.read(given.id, at, "id")))
    return MemberRef(external_id=given.external_id)


async def find_member(given: MemberReferenceInput, at: str = "member") -> MemberId:
    """The member who is meant; of one who was merged, who they are now. Raises `Refusal` NOT_FOUND, ERASED, at `at`."""
    return await resolve(read_member(given, at), (at,))


async def find_any_member(given: MemberReferenceInput, at: str = "member") -> MemberId:
    """Likewise, erased and merged ones too, as themselves. Raises `Refusal` NOT_FOUND, at `at`."""
    ref = read_member(given, at)
    found = (await resolve_many([ref]))[ref]
    if found is None:
        raise not_found(at)
    return found.id
