"""Forget a person: everything personal goes, what the books need stays. docs/members.md says what and why."""

from __future__ import annotations

from kit import db
from kit.ids import is_id
from members.errors import merged, not_found
from members.models import MemberDependant, MemberFact, MemberProfile, MemberTag
from members.unlinking import ERASED, end_links
from members.views import MemberId, MemberState, MemberView, load
from tenants import audit, scope

NOWHERE = "https://erased.invalid/"


async def erase(member: MemberId) -> MemberView:
    """Erase a member for good, with who was merged into them; doing it again changes nothing. Raises `Refusal`
    NOT_FOUND, MERGED.

    Profile, tags, attributes, dependants, facts and the external id go: a later upsert of that external id makes a new
    member. The consents stay as purpose, source and instant (words that are not personal), and so does the ledger,
    which knows a random id only.
    """
    if not is_id(member):
        raise not_found("id")
    tenant = scope.tenant_id()
    async with scope.writing():
        if await db.execute(_ERASE, scope.now(), tenant, member):
            await db.execute(_ERASE_MERGED, scope.now(), tenant, member)
            await MemberProfile.filter(id=member).delete()
            await MemberTag.filter(member_id=member).delete()
            await MemberDependant.filter(member_id=member).delete()
            await MemberFact.filter(member_id=member).delete()
            await db.execute(_FORGET_TEXTS, tenant, member)
            await db.execute(_FORGET_CARDS, tenant, member)
            await db.execute(_FORGET_WAYS_BACK, tenant, member, NOWHERE)
            await db.execute(_FORGET_WAYS_BACK_OF_PAGES, tenant, member, NOWHERE)
            await end_links(member)
            await db.execute(_FORGET_CUSTOMERS, tenant, member, ERASED)
            await db.execute(_FORGET_LINK_CODES, tenant, member)
            await db.execute(_END_MEMBERSHIPS, tenant, member, scope.now())
            await audit.record("member.erased", f"member:{member}")
        found = await load([member])
        if found and found[member].state is MemberState.MERGED:
            raise merged("id")
    if not found:
        raise not_found("id")
    return found[member]


# What somebody typed when they played; the tables of higher floors are reached by plain SQL.
_FORGET_TEXTS = "UPDATE game_play SET client_text = NULL WHERE tenant_id = $1 AND member_id = $2"
# Where a shop let a page to pay on lead back to, which may name them.
_FORGET_WAYS_BACK = """UPDATE charge SET return_url = $3
WHERE tenant_id = $1 AND member_id = $2 AND return_url IS NOT NULL"""
_FORGET_WAYS_BACK_OF_PAGES = """UPDATE sandbox_payment SET return_url = $3
WHERE tenant_id = $1 AND return_url IS NOT NULL
AND key IN (SELECT CAST(id AS TEXT) FROM charge WHERE tenant_id = $1 AND member_id = $2)"""
# What a payment provider knows their card by; a job then ends memberships, and none is charged again.
_FORGET_CARDS = "UPDATE charge SET method = 'erased' WHERE tenant_id = $1 AND member_id = $2 AND method IS NOT NULL"
_END_MEMBERSHIPS = """UPDATE membership SET method = NULL, look_at = CASE WHEN charging THEN look_at ELSE $3 END
WHERE tenant_id = $1 AND member_id = $2 AND state <> 'ended'"""
# How partners know them is as personal as the external id.
_FORGET_CUSTOMERS = "UPDATE member_link SET customer_id = $3 WHERE tenant_id = $1 AND member_id = $2"
_FORGET_LINK_CODES = "DELETE FROM member_link_code WHERE tenant_id = $1 AND member_id = $2"

_ERASE = """UPDATE member SET state = 'erased', external_id = NULL, erased_at = $1
WHERE tenant_id = $2 AND id = $3 AND state NOT IN ('erased', 'merged')"""

# Who became one with them keeps nothing but that name.
_ERASE_MERGED = """UPDATE member SET external_id = NULL, erased_at = $1 WHERE tenant_id = $2 AND merged_into = $3"""
