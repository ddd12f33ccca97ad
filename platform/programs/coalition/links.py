"""Members as partners know them: linked by the member's one-time code or by a consent on record, and unlinked.

A partner finds a member by its link alone, and of a link that ended, or of another partner's, it is told what it is
told of one that there never was. What it may see of the member is what they consented to.

    by code       the member makes it, says what it covers, and gives it to the partner
    by consent    the last word on the purpose `coalition` is yes; it covers the balance, and nothing else

Once that purpose is withdrawn, all links of the member end (`members.store`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

import orjson

from kit import db
from kit.errors import Refusal
from kit.ids import is_id, new_id
from ledger.state import UnitId
from members.unlinking import ERASED, tell_ended
from members.views import CONSENT_TO_COALITION, MemberId
from programs.coalition import link_codes
from programs.coalition.errors import CoalitionErrorCode, invalid
from programs.coalition.link_codes import NewCode
from programs.coalition.models import MemberLink, MemberLinkCode, Partner
from programs.coalition.partners import PartnerId, PartnerState, PartnerView
from programs.models import Program
from tenants import attempts, audit, commands, scope

CUSTOMER_CHARACTERS_MAX = 200
PAGE_MAX = 101
LINKS_MAX = 1_000  # of a member: one with each partner

LinkId = NewType("LinkId", str)


class LinkConsent(StrEnum):
    """What a member lets a partner see."""

    BALANCE = "balance"
    TIER = "tier"
    HISTORY = "history"
    PROFILE_NAME = "profile_name"


@dataclass(frozen=True, slots=True)
class LinkView:
    """A member as a partner knows them. `linked_by`: who linked them, as the audit log names actors.

    `partner_name` is what people call the partner, `unit_id` the unit that its coalition shares.
    `member_name` is personal.
    """

    id: LinkId
    partner_id: PartnerId
    member_id: MemberId
    customer_id: str
    consent: frozenset[LinkConsent]
    linked_by: str
    linked_at: datetime
    partner_name: str
    member_name: str | None
    unit_id: UnitId


async def make_code(member: MemberId, consent: Iterable[LinkConsent]) -> NewCode:
    """Make a code for a member to be linked by, which covers what they consent to.

    Raises `Refusal`: NOT_FOUND (no coalition here, no such member), LIMIT_REACHED (five are open).
    """
    now, tenant, code = scope.now(), scope.tenant_id(), link_codes.new_code()
    async with scope.writing():
        await _lock(member)
        if not await Partner.exists(state=PartnerState.ACTIVE):
            raise Refusal(CoalitionErrorCode.NOT_FOUND, "There is no partner to be linked with.")
        await db.execute(_FORGET_ENDED, tenant, member, now)
        if await MemberLinkCode.filter(member_id=member).count() >= link_codes.OPEN_MAX:
            message = f"{link_codes.OPEN_MAX} codes are open: use one, or wait until they end."
            raise Refusal(CoalitionErrorCode.LIMIT_REACHED, message)
        ends_at = now + link_codes.LIFETIME
        await MemberLinkCode.create(
            id=new_id(), member_id=member, code_hash=link_codes.hashed(code), consent=_written(consent), made_at=now,
            ends_at=ends_at,
        )  # fmt: skip
    return NewCode(link_codes.shown(code), ends_at)


async def link_by_code(key: str, partner: PartnerView, code: str, customer_id: str) -> LinkView:
    """Link the member whose code this is with a partner's customer, or let them consent anew.

    `key`: the partner's own idempotency key. Raises `Refusal`: INVALID, CODE_INVALID, ALREADY_LINKED (the member as
    another customer, or the customer as another member), PARTNER_FROZEN, IDEMPOTENCY_*; `TooManyAttempts`.
    """
    _check_customer(customer_id)
    read = link_codes.read(code)
    given = {"code": None if read is None else link_codes.hashed(read), "customer": customer_id}

    async def work() -> commands.Result:
        await _refuse_idle(partner.id)
        now = scope.now()
        used = [] if read is None else await db.rows(_USE, scope.tenant_id(), given["code"], now)
        if not used:
            raise Refusal(CoalitionErrorCode.CODE_INVALID, "No open code is like this.", ("code",))
        member, consent = MemberId(used[0]["member_id"]), used[0]["consent"]
        return await _link(partner, member, customer_id, consent, "code")

    return await _counted(key, partner, "partner.link_by_code", given, work)


async def link_by_consent(key: str, partner: PartnerView, external_id: str, customer_id: str) -> LinkView:
    """Link the member of this external id, whose consent to the coalition is on record; their balance is covered.

    Raises `Refusal`: INVALID, NOT_FOUND (also without that consent), ALREADY_LINKED, PARTNER_FROZEN, IDEMPOTENCY_*;
    `TooManyAttempts`.
    """
    _check_customer(customer_id)
    given = {"external_id": external_id, "customer": customer_id}

    async def work() -> commands.Result:
        await _refuse_idle(partner.id)
        found = await db.rows(_CONSENTING, scope.tenant_id(), external_id, CONSENT_TO_COALITION)
        if not found or not found[0]["granted"]:
            message = "There is no such member, or they have not consented."
            raise Refusal(CoalitionErrorCode.NOT_FOUND, message, ("external_id",))
        consent = _written([LinkConsent.BALANCE])
        return await _link(partner, MemberId(found[0]["id"]), customer_id, consent, found[0]["source"])

    return await _counted(key, partner, "partner.link_by_consent", given, work)


async def unlink(key: str, partner: PartnerId, link: LinkId) -> None:
    """End a partner's link with a member. `key`: its own. Raises `Refusal`: INVALID, NOT_FOUND, IDEMPOTENCY_*."""

    async def work() -> commands.Result:
        if not await _end("partner_id", partner, link):
            raise link_not_found()
        return {"link": link}

    await commands.once(commands.of_partner(key, partner), "partner.unlink", {"link": link}, work)


async def unlink_own(member: MemberId, link: LinkId) -> None:
    """End a link of a member, who wants it so; once it has ended, that stays as it is. Raises `Refusal` NOT_FOUND."""
    async with scope.writing():
        await _lock(member)
        if not await _end("member_id", member, link) and not await db.rows(
            "SELECT 1 FROM member_link WHERE tenant_id = $1 AND id = $2 AND member_id = $3", scope.tenant_id(), link,
            member,
        ):  # fmt: skip
            raise link_not_found()


async def find(partner: PartnerId, link: LinkId) -> LinkView | None:
    """A partner's link; None for one that ended, for another partner's and for none."""
    if not is_id(link):
        return None
    async with scope.reading():
        found = await db.rows(f"{_LINKS} AND l.partner_id = $2 AND l.id = $3", scope.tenant_id(), partner, link)
    return _view(found[0]) if found else None


async def hold(partner: PartnerId, member: MemberId, customer_id: str) -> None:
    """Keep a member linked as this customer until the transaction under way ends. Raises `Refusal` NOT_FOUND."""
    if not await db.execute(_HOLD, scope.tenant_id(), partner, member, customer_id):
        raise link_not_found()


async def get(partner: PartnerId, link: LinkId) -> LinkView:
    """Likewise. Raises `Refusal` NOT_FOUND."""
    found = await find(partner, link)
    if found is None:
        raise link_not_found()
    return found


async def ever(partner: PartnerId, link: LinkId) -> LinkView:
    """A partner's link, also one that ended: what came back of an old order still is the member's.

    Raises `Refusal` NOT_FOUND.
    """
    sql = f"{_EVER} AND l.partner_id = $2 AND l.id = $3"
    async with scope.reading():
        found = await db.rows(sql, scope.tenant_id(), partner, link) if is_id(link) else []
    if not found:
        raise link_not_found()
    return _view(found[0])


async def of_customer(partner: PartnerId, customer_id: str) -> LinkView | None:
    """A partner's link by its own customer's id."""
    sql = f"{_LINKS} AND l.partner_id = $2 AND l.customer_id = $3"
    async with scope.reading():
        found = await db.rows(sql, scope.tenant_id(), partner, customer_id)
    return _view(found[0]) if found else None


async def of_members(partner: PartnerId, members: Sequence[MemberId]) -> dict[MemberId, LinkView]:
    """A partner's links with these members, a page of them at most."""
    known = db.dialect() == "postgres"
    names = ", ".join(f"${place}" + ("::uuid" if known else "") for place in range(3, 3 + len(members)))
    if not names:
        return {}
    sql = f"{_LINKS} AND l.partner_id = $2 AND l.member_id IN ({names})"
    async with scope.reading():
        rows = await db.rows(sql, scope.tenant_id(), partner, *members)
    return {MemberId(row["member_id"]): _view(row) for row in rows}


async def customers(partner: PartnerId, ids: Sequence[LinkId]) -> dict[LinkId, str]:
    """How a partner called the members of these links, also of ones that ended; who was erased is not in it."""
    if not ids:
        return {}
    async with scope.reading():
        rows = await MemberLink.filter(partner_id=partner, id__in=sorted(set(ids))).exclude(customer_id=ERASED)
    return {LinkId(row.id): row.customer_id for row in rows}


async def of_member(member: MemberId) -> list[LinkView]:
    """A member's links, the first first."""
    async with scope.reading():
        rows = await db.rows(
            f"{_LINKS} AND l.member_id = $2 ORDER BY l.id LIMIT {LINKS_MAX}", scope.tenant_id(), member
        )
    return list(map(_view, rows))


async def page_of_partner(partner: PartnerId, after: str | None = None, first: int = 25) -> list[LinkView]:
    """A partner's links by its customers' ids: `first` (at most 101) beyond the customer `after`."""
    sql = f"{_LINKS} AND l.partner_id = $2 AND l.customer_id > $3 ORDER BY l.customer_id LIMIT $4"
    async with scope.reading():
        rows = await db.rows(sql, scope.tenant_id(), partner, after or "", max(0, min(first, PAGE_MAX)))
    return list(map(_view, rows))


async def sharing(units: Sequence[UnitId]) -> list[frozenset[str]]:
    """The ids of the programs that issue each of these shared units."""
    async with scope.reading():
        rows = await Program.filter(unit_id__in=list(units))
    return [frozenset(row.id for row in rows if row.unit_id == unit) for unit in units]


def link_not_found(*field: str) -> Refusal:
    """No such link, or one of another partner's, or one that ended."""
    return Refusal(CoalitionErrorCode.NOT_FOUND, "There is no such link.", field or ("link",))


# -- helpers -----------------------------------------------------------------------------------------------------------


async def _counted(key: str, partner: PartnerView, name: str, given: commands.Result, work: commands.Work) -> LinkView:
    """Do the work once; tries that find nobody are counted, and too many refused before they are judged."""
    tenant = scope.tenant_id()
    await attempts.check_links(tenant, partner.id)
    try:
        result = await commands.once(commands.of_partner(key, partner.id), name, given, work)
    except Refusal as refusal:
        if refusal.code in (CoalitionErrorCode.CODE_INVALID, CoalitionErrorCode.NOT_FOUND):
            await attempts.count_wrong_link(tenant, partner.id)
        raise
    return await get(partner.id, LinkId(result["link"]))


async def _link(partner: PartnerView, member: MemberId, customer: str, consent: str, by: str) -> commands.Result:
    tenant, now, id_ = scope.tenant_id(), scope.now(), new_id()
    await _lock(member)
    added = await db.execute(
        "INSERT INTO member_link (tenant_id, id, partner_id, member_id, customer_id, consent, linked_by, linked_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        tenant, id_, partner.id, member, customer, consent, scope.actor(), now,
    )  # fmt: skip
    if not added:
        there = await db.rows(_THERE, tenant, partner.id, member, customer, consent)
        if not there:
            message = "The member is linked as another customer, or the customer as another member."
            raise Refusal(CoalitionErrorCode.ALREADY_LINKED, message, ("customer_id",))
        id_ = there[0]["id"]
    details = {"partner": f"partner:{partner.id}", "by": by, "consent": orjson.loads(consent)}
    await audit.record("member.linked", f"link:{id_}", details)
    return {"link": id_}


async def _end(column: str, owner: str, link: LinkId) -> bool:
    if not is_id(link):
        return False
    sql = (
        "UPDATE member_link SET unlinked_at = $4 "
        f"WHERE tenant_id = $1 AND {column} = $2 AND id = $3 AND unlinked_at IS NULL RETURNING member_id, partner_id"
    )
    ended = await db.rows(sql, scope.tenant_id(), owner, link, scope.now())
    for row in ended:
        await audit.record("member.unlinked", f"link:{link}")
        await tell_ended(row["member_id"], [(link, row["partner_id"])])
    return bool(ended)


async def _lock(member: MemberId, *field: str) -> None:
    """Take turns with others who link, merge or erase them. Raises `Refusal` NOT_FOUND."""
    sql = "UPDATE member SET state = state WHERE tenant_id = $1 AND id = $2 AND state = 'active'"
    if not await db.execute(sql, scope.tenant_id(), member):
        raise Refusal(CoalitionErrorCode.NOT_FOUND, "There is no such member.", field)


async def _refuse_idle(partner: PartnerId) -> None:
    if not await Partner.exists(id=partner, state=PartnerState.ACTIVE):
        raise Refusal(CoalitionErrorCode.PARTNER_FROZEN, "This partner takes no part now.")


def _check_customer(customer_id: str) -> None:
    if not 0 < len(customer_id) <= CUSTOMER_CHARACTERS_MAX or not customer_id.isprintable():
        raise invalid(f"A customer's id has 1 to {CUSTOMER_CHARACTERS_MAX} printable characters.", "customer_id")


def _written(consent: Iterable[LinkConsent]) -> str:
    given = set(consent)
    return orjson.dumps([each for each in LinkConsent if each in given]).decode()


def _view(row: db.Row) -> LinkView:
    return LinkView(
        LinkId(row["id"]), PartnerId(row["partner_id"]), MemberId(row["member_id"]), row["customer_id"],
        frozenset(map(LinkConsent, orjson.loads(row["consent"]))), row["linked_by"], db.instant(row["linked_at"]),
        row["partner_name"], row["member_name"], UnitId(row["unit_id"]),
    )  # fmt: skip


_EVER = """
SELECT l.id, l.partner_id, l.member_id, l.customer_id, l.consent, l.linked_by, l.linked_at, p.name AS partner_name,
    c.unit_id, m.name AS member_name
FROM member_link l JOIN partner p ON p.tenant_id = l.tenant_id AND p.id = l.partner_id
JOIN coalition c ON c.tenant_id = p.tenant_id AND c.id = p.program_id
LEFT JOIN member_profile m ON m.tenant_id = l.tenant_id AND m.id = l.member_id
WHERE l.tenant_id = $1"""
# Who has left sees nobody any more.
_LINKS = f"{_EVER} AND l.unlinked_at IS NULL AND p.state <> 'left'"

_HOLD = """
UPDATE member_link SET customer_id = customer_id
WHERE tenant_id = $1 AND partner_id = $2 AND member_id = $3 AND customer_id = $4 AND unlinked_at IS NULL"""

_FORGET_ENDED = """
DELETE FROM member_link_code WHERE tenant_id = $1 AND member_id = $2 AND (used_at IS NOT NULL OR ends_at <= $3)"""

_USE = """
UPDATE member_link_code SET used_at = $3
WHERE tenant_id = $1 AND code_hash = $2 AND used_at IS NULL AND ends_at > $3 RETURNING member_id, consent"""

_CONSENTING = """
SELECT m.id, c.granted, c.source FROM member m JOIN member_consent c ON c.tenant_id = m.tenant_id AND c.member_id = m.id
WHERE m.tenant_id = $1 AND m.external_id = $2 AND m.state = 'active' AND c.purpose = $3
ORDER BY c.recorded_at DESC, c.id DESC LIMIT 1"""

# The same two again: what the member consents to now is what counts.
_THERE = """
UPDATE member_link SET consent = $5 WHERE tenant_id = $1 AND partner_id = $2 AND member_id = $3 AND customer_id = $4
AND unlinked_at IS NULL RETURNING id"""
