"""Two members become one: what is kept of the one as a person goes to the other, who keeps what both had said.

`programs.merging` calls it in the transaction that moves the points too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kit import db
from members import store
from members.changes import Changed
from members.dependants import DEPENDANTS_MAX, Dependant
from members.errors import erased, invalid, merged, not_found
from members.inputs import ATTRIBUTES_MAX, TAGS_MAX
from members.models import MemberDependant, MemberFact, MemberProfile, MemberTag
from members.views import Consent, MemberId, MemberState, MemberView, load
from tenants import scope

_PROFILE = ("name", "email", "phone", "birthday", "locale")


async def lock_both(from_: MemberId, into: MemberId) -> tuple[MemberView, MemberView]:
    """Lock two members so that nobody records anything for them meanwhile, and read them.

    Raises `Refusal`: INVALID (into itself), NOT_FOUND, ERASED, MERGED, each at `from` or `into`.
    """
    if from_ == into:
        raise invalid("A member cannot be merged into themselves.", "into")
    ids = sorted((from_, into))
    if db.dialect() == "postgres":
        # FOR UPDATE: who records an activity holds the member's row against nothing less.
        sql = "SELECT id FROM member WHERE tenant_id = $1 AND id IN ($2, $3) ORDER BY id FOR UPDATE"
        await db.rows(sql, scope.tenant_id(), *ids)
    found = await load(ids)
    for member, field in ((from_, "from"), (into, "into")):
        if member not in found:
            raise not_found(field)
        if found[member].state is MemberState.ERASED:
            raise erased(field)
        if found[member].state is MemberState.MERGED:
            raise merged(field)
    return found[from_], found[into]


async def absorb(gone: MemberView, stays: MemberView) -> None:
    """Give the one who stays what the other has and they lack, and mark the other as merged; both are locked.

    Of two values of a field that of the one who stays counts, of two words on a consent the later one. What would be
    more than may be kept is left out.
    """
    tenant, now = scope.tenant_id(), scope.now()
    profile = {name: getattr(gone, name) for name in _PROFILE if getattr(stays, name) is None}
    attributes = dict(list({**stays.attributes, **gone.attributes, **stays.attributes}.items())[:ATTRIBUTES_MAX])
    tags = (*stays.tags, *(tag for tag in gone.tags if tag not in stays.tags))[:TAGS_MAX]
    consents = _later(gone, stays)
    view = replace(stays, **profile, attributes=attributes, joined_at=min(gone.joined_at, stays.joined_at),
                   updated_at=now)  # fmt: skip
    await _take_dependants(gone, stays)
    for statement in _TAKE_FACTS:
        await db.execute(statement, tenant, gone.id, stays.id)
    for model in (MemberTag, MemberFact):
        await model.filter(member_id=gone.id).delete()
    await MemberProfile.filter(id=gone.id).delete()
    await store.write([
        Changed(view, created=False, profile=True, joined=view.joined_at != stays.joined_at,
                tags_added=tags[len(stays.tags):], tags_removed=(), consents=consents, fields=(),
                dependants_before=view.dependants)
    ])  # fmt: skip
    await db.execute(
        "UPDATE member SET state = 'merged', merged_into = $3 WHERE tenant_id = $1 AND id = $2",
        tenant,
        gone.id,
        stays.id,
    )
    await db.execute(
        "UPDATE member SET merged_into = $3 WHERE tenant_id = $1 AND merged_into = $2", tenant, gone.id, stays.id
    )


def _later(gone: MemberView, stays: MemberView) -> tuple[Consent, ...]:
    said: Mapping[str, Consent] = {consent.purpose: consent for consent in stays.consents}
    return tuple(
        consent
        for consent in gone.consents
        if consent.purpose not in said
        or (
            said[consent.purpose].recorded_at < consent.recorded_at and said[consent.purpose].granted != consent.granted
        )
    )


async def _take_dependants(gone: MemberView, stays: MemberView) -> None:
    """They keep their ids: whose birthday was celebrated this year is not celebrated again."""
    known = {(each.kind, each.name) for each in stays.dependants}
    room = DEPENDANTS_MAX - len(stays.dependants)
    come: list[Any] = [each.id for each in gone.dependants if _key(each) not in known][:room]
    if come:
        await MemberDependant.filter(member_id=gone.id, id__in=come).update(member_id=stays.id)
    await MemberDependant.filter(member_id=gone.id).delete()


def _key(dependant: Dependant) -> tuple[str, str]:
    return dependant.kind, dependant.name


# What higher floors know: of a plan that goes over, say. Tiers are looked at by themselves.
_TAKE_FACTS = (
    """DELETE FROM member_fact WHERE tenant_id = $1 AND member_id = $3 AND value = 'null' AND name IN (
        SELECT o.name FROM member_fact o WHERE o.tenant_id = $1 AND o.member_id = $2 AND o.value <> 'null'
        AND NOT (o.name >= 'tier:' AND o.name < 'tier;'))""",
    """UPDATE member_fact SET member_id = $3 WHERE tenant_id = $1 AND member_id = $2
        AND NOT (name >= 'tier:' AND name < 'tier;') AND NOT EXISTS (
        SELECT 1 FROM member_fact o WHERE o.tenant_id = $1 AND o.member_id = $3 AND o.name = member_fact.name)""",
)
