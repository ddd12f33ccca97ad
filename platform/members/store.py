"""The writes of members: one statement per table (removed tags, dependants: per member), the first one locks.

Whoever writes a member's profile, tags or consents has claimed or locked the `member` row before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kit import db
from kit.ids import new_id
from kit.setbased import Columns, Insert, Update
from members import dependants
from members.changes import Changed
from members.inputs import UNSET, MemberInput
from members.models import MemberTag
from members.text import searchable, searchable_phone
from members.unlinking import end_links
from members.views import CONSENT_TO_COALITION, MemberId, MemberState, MemberView, stored
from tenants import scope


async def claim(given: Sequence[MemberInput], now: datetime) -> list[tuple[MemberView, bool]]:
    """Make or lock the members of these (different) external ids: each with whether it is new, in order.

    A new one's view is complete; of the others only the id is to be used. In the order of external ids, so that two
    batches cannot wait for each other.
    """
    if not given:
        return []
    tenant = scope.tenant_id()
    new = [_new(each, now) for each in given]
    wanted = [(tenant, view.id, view.external_id, view.state, view.joined_at, now) for view in new]
    order = 'external_id COLLATE "C"' if db.dialect() == "postgres" else "external_id"
    found = await db.rows(_CLAIM.format(source=_MEMBERS.source(), order=order), _MEMBERS.payload(wanted))
    ids = {row["external_id"]: MemberId(row["id"]) for row in found}
    return [(replace(view, id=ids[view.external_id]), ids[view.external_id] == view.id) for view in new]


def _new(given: MemberInput, now: datetime) -> MemberView:
    assert isinstance(given.external_id, str), "a member is claimed by an external id"
    joined_at = now if given.joined_at is UNSET else given.joined_at
    return MemberView(MemberId(new_id()), given.external_id, MemberState.ACTIVE, joined_at)


async def lock(member: MemberId) -> bool:
    """Lock one member by a write; False if there is none."""
    statement = "UPDATE member SET state = state WHERE tenant_id = $1 AND id = $2"
    return await db.execute(statement, scope.tenant_id(), member) == 1


async def write(changes: Sequence[Changed]) -> None:
    """Write what changed about members that were claimed or locked."""
    tenant = scope.tenant_id()
    if joined := [(tenant, change.view.id, change.view.joined_at) for change in changes if change.joined]:
        assert await _JOINED(joined) == len(joined), "a claimed member has gone"
    await _write_profiles([change.view for change in changes if change.profile])
    for change in changes:
        if change.tags_removed:
            await MemberTag.filter(member_id=change.view.id, tag__in=change.tags_removed).delete()
        if change.view.dependants != change.dependants_before:
            await dependants.write(change.view.id, change.dependants_before, change.view.dependants)
    await _TAGS([(tenant, new_id(), change.view.id, tag) for change in changes for tag in change.tags_added])
    await _CONSENTS([
        (tenant, new_id(), change.view.id, consent.purpose, consent.granted, consent.recorded_at, consent.source)
        for change in changes for consent in change.consents
    ])  # fmt: skip
    for change in changes:
        if any(each.purpose == CONSENT_TO_COALITION and not each.granted for each in change.consents):
            await end_links(change.view.id)


async def _write_profiles(views: Sequence[MemberView]) -> None:
    if not views:
        return
    tenant = scope.tenant_id()
    rows = [
        (tenant, view.id, view.name, view.email, view.phone, view.birthday, view.locale,
         stored(view.attributes), searchable(view.name),
         searchable(view.email), searchable_phone(view.phone), view.updated_at)
        for view in views
    ]  # fmt: skip
    birthday = "x.birthday::date" if db.dialect() == "postgres" else "x.birthday"
    await db.execute(_PROFILE.format(source=_PROFILES.source(), birthday=birthday), _PROFILES.payload(rows))


_MEMBERS = Columns(tenant_id="uuid", id="uuid", external_id="text", state="text", joined_at="instant",
                   created_at="instant")  # fmt: skip

# The update changes nothing: it locks the member that is there, and makes RETURNING name it.
_CLAIM = """
INSERT INTO member (tenant_id, id, external_id, state, joined_at, created_at)
SELECT tenant_id, id, external_id, state, joined_at, created_at FROM {source} AS x WHERE true ORDER BY {order}
ON CONFLICT (tenant_id, external_id) DO UPDATE SET state = member.state
RETURNING id, external_id"""

_PROFILES = Columns(tenant_id="uuid", id="uuid", name="text", email="text", phone="text", birthday="text",
                    locale="text", attributes="text", name_search="text", email_search="text", phone_search="text",
                    updated_at="instant")  # fmt: skip

_PROFILE = """
INSERT INTO member_profile (tenant_id, id, name, email, phone, birthday, locale, attributes, name_search, email_search,
                            phone_search, updated_at)
SELECT tenant_id, id, name, email, phone, {birthday}, locale, attributes, name_search, email_search, phone_search,
       updated_at
FROM {source} AS x WHERE true
ON CONFLICT (tenant_id, id) DO UPDATE SET
    name = excluded.name, email = excluded.email, phone = excluded.phone, birthday = excluded.birthday,
    locale = excluded.locale, attributes = excluded.attributes, name_search = excluded.name_search,
    email_search = excluded.email_search, phone_search = excluded.phone_search, updated_at = excluded.updated_at"""

_JOINED = Update("member", "joined_at = x.joined_at", joined_at="instant")
_TAGS = Insert("member_tag", tenant_id="uuid", id="uuid", member_id="uuid", tag="text")
_CONSENTS = Insert("member_consent", tenant_id="uuid", id="uuid", member_id="uuid", purpose="text", granted="bool",
                   recorded_at="instant", source="text")  # fmt: skip
