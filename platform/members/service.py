"""Members, made and changed by the merchant's own id for them, and found again.

Every function works in the scope of one tenant and opens its own transaction (or joins the one under way). Another
tenant's member and one that does not exist are answered alike: `Refusal` NOT_FOUND.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from tortoise.exceptions import IntegrityError

from kit import db
from kit.errors import Refusal
from kit.ids import is_id
from kit.setbased import Columns
from members import store
from members.changes import Changed, changed
from members.errors import erased, merged, not_found, taken
from members.inputs import UNSET, MemberInput, checked
from members.models import Member
from members.text import storable
from members.views import IDS, MemberId, MemberState, MemberView, load, views
from tenants import audit, scope

UPSERTS_MAX = 500
RESOLVED_MAX = 500


class MemberRef(NamedTuple):
    """Who is meant: the id, else the merchant's own id."""

    id: MemberId | None = None
    external_id: str | None = None


async def upsert(given: MemberInput) -> MemberView:
    """Create the member of this external id, or change what is given of the member that there is.

    Two at once make one member. Raises `Refusal`: INVALID (the first problem, with its field), MERGED, NOT_FOUND and
    ERASED (for an `id`), TAKEN (another member has the external id that this one is to get).
    """
    clean, problems = checked(given, scope.now())
    if problems:
        raise problems[0]
    try:
        async with scope.writing():
            if clean.id is None:
                (result,) = await _by_external_id([clean])
            else:
                result = await _by_id(clean.id, clean)
            if isinstance(result, Refusal):
                raise result
            await _note(result)
            return result.view
    except IntegrityError as error:  # the one race left: two members were given one external id at once
        raise taken("external_id") from error


async def _note(change: Changed) -> None:
    if change.created or change.fields:
        action = "member.created" if change.created else "member.updated"
        await audit.record_staff(action, f"member:{change.view.id}", {"fields": change.fields})


async def upsert_many(given: Sequence[MemberInput]) -> list[Changed | Refusal]:
    """`upsert` for up to 500 different external ids in one transaction; each answers for itself, in order."""
    assert len(given) <= UPSERTS_MAX, f"at most {UPSERTS_MAX} members at once"
    now = scope.now()
    answers: list[Changed | Refusal | MemberInput] = []
    for each in given:
        clean, problems = checked(each, now)
        answers.append(problems[0] if problems else clean)
    sound = [answer for answer in answers if isinstance(answer, MemberInput)]
    assert len({each.external_id for each in sound}) == len(sound), "every external id once"
    async with scope.writing():
        results = iter(await _by_external_id(sound))
    return [next(results) if isinstance(answer, MemberInput) else answer for answer in answers]


async def get(id_: MemberId) -> MemberView:
    """The member of this id, erased ones too. Raises `Refusal` NOT_FOUND."""
    if not is_id(id_) or not (found := await views([id_])):
        raise not_found("id")
    return found[id_]


async def by_external_id(external_id: str) -> MemberView:
    """The member of the merchant's own id. Raises `Refusal` NOT_FOUND."""
    return await get(await resolve(MemberRef(external_id=external_id), field=("external_id",)))


async def resolve(ref: MemberRef, field: tuple[str, ...] = ("member",)) -> MemberId:
    """The id of a member who may act; of one who was merged, the member they became. Raises `Refusal` NOT_FOUND or
    ERASED, at `field`.
    """
    found = (await resolve_many([ref]))[ref]
    if found is None:
        raise not_found(*field)
    if found.state is MemberState.ERASED:
        raise erased(*field)
    return found.merged_into or found.id


class Resolved(NamedTuple):
    """What a reference means."""

    id: MemberId
    state: MemberState
    merged_into: MemberId | None = None


async def resolve_many(refs: Sequence[MemberRef]) -> dict[MemberRef, Resolved | None]:
    """What each of up to 500 references means, `None` for nobody: two statements whatever their number."""
    assert len(refs) <= RESOLVED_MAX, f"at most {RESOLVED_MAX} references at once"
    ids = [(ref.id,) for ref in refs if ref.id is not None and is_id(ref.id)]
    names = [(ref.external_id,) for ref in refs if ref.id is None and ref.external_id and storable(ref.external_id)]
    tenant = scope.tenant_id()
    by_id: dict[str | None, Resolved] = {}
    by_name: dict[str | None, Resolved] = {}
    async with scope.reading():
        if ids:
            for row in await db.rows(_BY_ID.format(source=IDS.source(2)), tenant, IDS.payload(ids)):
                by_id[row["id"]] = Resolved(row["id"], MemberState(row["state"]), row["merged_into"])
        if names:
            for row in await db.rows(_BY_NAME.format(source=_NAMES.source(2)), tenant, _NAMES.payload(names)):
                by_name[row["external_id"]] = Resolved(row["id"], MemberState(row["state"]), row["merged_into"])
    return {ref: by_name.get(ref.external_id) if ref.id is None else by_id.get(ref.id) for ref in refs}


_NAMES = Columns(external_id="text")
_BY_ID = "SELECT m.id, m.state, m.merged_into FROM {source} AS x JOIN member m ON m.tenant_id = $1 AND m.id = x.id"
_BY_NAME = """SELECT m.id, m.state, m.merged_into, m.external_id FROM {source} AS x
JOIN member m ON m.tenant_id = $1 AND m.external_id = x.external_id"""


async def _by_external_id(given: Sequence[MemberInput]) -> list[Changed | Refusal]:
    now = scope.now()
    claimed = await store.claim(given, now)
    before = await load([view.id for view, created in claimed if not created])
    results: list[Changed | Refusal] = []
    for (view, created), each in zip(claimed, given, strict=True):
        if not created and before[view.id].state is MemberState.MERGED:
            results.append(merged("external_id"))
            continue
        try:
            results.append(changed(view if created else before[view.id], each, now, created=created))
        except Refusal as refusal:
            assert not created, "`checked` lets nothing through that a new member could not have"
            results.append(refusal)
    await store.write([result for result in results if not isinstance(result, Refusal)])
    return results


async def _by_id(member: MemberId, given: MemberInput) -> Changed:
    if not is_id(member) or not await store.lock(member):
        raise not_found("id")
    view = (await load([member]))[member]
    if view.state is MemberState.ERASED:
        raise erased("id")
    if view.state is MemberState.MERGED:
        raise merged("id")
    result = changed(view, given, scope.now(), created=False)
    if given.external_id is not UNSET and given.external_id != view.external_id:
        await _rename(member, given.external_id)
        view = replace(result.view, external_id=given.external_id)
        result = replace(result, view=view, fields=("external_id", *result.fields))
    await store.write([result])
    return result


async def _rename(member: MemberId, external_id: str | None) -> None:
    if external_id is not None and await Member.filter(external_id=external_id).exists():
        raise taken("external_id")
    await Member.filter(id=member).update(external_id=external_id)
