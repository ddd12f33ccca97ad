"""Whether a friend may come by a code: whose it is, and what speaks against it. Asked by the intake and the mutation.

A friend comes once to a program, before the first purchase, and never by a code of their own or of somebody who came,
even over others, by theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import orjson

from kit import db
from members.views import MemberId, MemberView, views
from programs.activity import MAIN_LINE
from programs.engine import EVERY_LINE
from programs.referral import codes
from programs.referral.rules import ReferralRules
from programs.store import Who

_WITHOUT_DOTS = ("gmail.com", "googlemail.com")
"""Domains, all of one provider, whose mailboxes are the same with dots and without."""
CHAIN_MAX = 20
"""Members on the way up from a referrer that are looked at for a circle."""


class Against(StrEnum):
    """Why a code does not make a referral."""

    UNKNOWN = "unknown"
    SELF = "self"
    TAKEN = "taken"
    CUSTOMER = "customer"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who invited, and what says that both may be one person."""

    referrer: MemberId
    signs: tuple[str, ...]


async def examine(friend: Who, rules: ReferralRules, text: str, at: datetime) -> Invitation | Against:
    """What using a code at an instant comes to, in the session under way, in the scope of the tenant."""
    code = codes.read(text)
    found = [] if code is None else await db.rows(_OWNER, friend.tenant, code, friend.program_id)
    if not found:
        return Against.UNKNOWN
    referrer, member = MemberId(found[0]["member_id"]), MemberId(friend.member_id)
    if referrer == member:
        return Against.SELF
    if await db.rows(_TAKEN, friend.tenant, friend.program_id, member):
        return Against.TAKEN
    if await bought_before(friend, at):
        return Against.CUSTOMER
    if await leads_to(friend, referrer):
        return Against.CIRCLE
    return Invitation(referrer, await signs(rules, referrer, member))


async def bought_before(friend: Who, at: datetime) -> bool:
    """Whether somebody was a customer of the program's line of business before an instant."""
    for row in await db.rows(_BOUGHT, friend.tenant, friend.member_id, at, friend.program_id):
        if row["line"] in (EVERY_LINE, orjson.loads(row["body"]).get("line", MAIN_LINE)):
            return True
    return False


async def signs(rules: ReferralRules, referrer: MemberId, friend: MemberId) -> tuple[str, ...]:
    """What these two have in common that two people have not: `email`, `phone`, `attribute:<name>`."""
    found = await views([referrer, friend])
    if len(found) < 2:
        return ()
    one, other = found[referrer], found[friend]
    pairs = {"email": (_mailbox(one), _mailbox(other)), "phone": (_phone(one), _phone(other))} | {
        f"attribute:{name}": (one.attributes.get(name), other.attributes.get(name)) for name in rules.same_attributes
    }
    return tuple(name for name, (mine, theirs) in pairs.items() if mine not in (None, "") and mine == theirs)


def _mailbox(member: MemberView) -> str | None:
    """Whose mailbox an address is, whatever case it is written in or tag it bears."""
    if member.email is None:
        return None
    local, _, domain = member.email.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in _WITHOUT_DOTS:
        local, domain = local.replace(".", ""), _WITHOUT_DOTS[0]
    return f"{local}@{domain}"


def _phone(member: MemberView) -> str:
    """The digits; 00 before a country's code is as good as +."""
    return "".join(letter for letter in member.phone or "" if letter.isdigit()).removeprefix("00")


async def leads_to(friend: Who, referrer: MemberId) -> bool:
    """Whether the referrer came, directly or over others, by the friend's own code; what was rejected leads nowhere."""
    above = str(referrer)
    for _ in range(CHAIN_MAX):
        found = await db.rows(_CAME_BY, friend.tenant, friend.program_id, above)
        if not found:
            return False
        above = found[0]["referrer_id"]
        if above == friend.member_id:
            return True
    return False


_OWNER = """
SELECT m.id AS member_id FROM referral_code c
JOIN member o ON o.tenant_id = c.tenant_id AND o.id = c.member_id
JOIN member m ON m.tenant_id = c.tenant_id AND m.id = COALESCE(o.merged_into, o.id)
WHERE c.tenant_id = $1 AND c.code = $2 AND c.program_id = $3 AND m.state = 'active'"""
_TAKEN = "SELECT 1 FROM referral WHERE tenant_id = $1 AND program_id = $2 AND friend_id = $3"
_CAME_BY = """
SELECT referrer_id FROM referral
WHERE tenant_id = $1 AND program_id = $2 AND friend_id = $3 AND state <> 'rejected'"""
_BOUGHT = """
SELECT a.body, p.line FROM activity a JOIN program p ON p.tenant_id = a.tenant_id AND p.id = $4
WHERE a.tenant_id = $1 AND a.member_id = $2 AND a.occurred_at < $3 AND a.kind = 'purchase'
ORDER BY a.occurred_at LIMIT 100"""
