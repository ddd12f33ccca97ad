"""Two members become one, in one transaction under an idempotency key.

    person    what the one who stays lacks: fields, tags, consents, dependants             members.merging
    counters  added up, so caps, windows and velocity limits count what both did, caps of partners too
    tasks     what the other has done, and nothing is rewarded twice                        tasks.merging
    tiers     the higher of both                                                            tiered.service
    points    each lot is carried on, with its age and end; what comes back later follows   ledger
    history   activities, orders, redemptions, grants, cards, memberships, conversions are theirs
    partners  links and their codes, but for a link with a partner which knows the one who stays already

Points that are held stay set aside until it is settled what they are held for: what is let go is carried on then.

Under the other's name stay the entries of their accounts, and rows that the database never changes. A purchase under
way for either is waited for; one that comes later, by the old name too, is theirs who stays.
"""

from __future__ import annotations

from events.service import emit
from kit import db
from kit.errors import Refusal
from ledger.book import Book, LotTerms, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AccountRef, Side, UnitId, by_spend_order
from members import merging
from members.unlinking import tell_ended
from members.views import MemberId
from programs.counters import CounterRef, counter_changes, load_counters
from programs.settling import Settling
from programs.tasks import merging as tasks
from programs.tiered import service as tiered
from tenants import audit, commands, scope
from tenants.scope import TenantId


async def merge(key: str, from_: MemberId, into: MemberId) -> MemberId:
    """Let `from_` become one with `into`; answers who stays.

    Raises `Refusal`: INVALID (into themselves), NOT_FOUND, ERASED, MERGED, WRONG_STATE (both have a membership of one
    program), INSUFFICIENT_POINTS (they owe more points than the other has).
    """

    async def work() -> commands.Result:
        gone, stays = await merging.lock_both(from_, into)
        await _refuse_unfinished(from_, into)
        await _add_counters(from_, into)
        await tasks.follow(from_, into)
        await tiered.put_as_high(f"{key}/tier", into, from_, "merged")
        await _carry_points(key, from_, into)
        for statement in (*_FOLLOW, *_REFERRALS, *_CAPS_OF_PARTNERS):
            await db.execute(statement, scope.tenant_id(), from_, into)
        await _carry_links(from_, into)
        await db.execute(_ONE_PERSON, scope.tenant_id(), from_, into, scope.now())
        await merging.absorb(gone, stays)
        await audit.record("member.merged", f"member:{into}", {"from": f"member:{from_}"})
        await emit("member.merged", f"member:{into}", {"member": into, "merged": from_})
        return {"into": into}

    result = await commands.once(key, "member.merge", {"from": from_, "into": into}, work)
    return MemberId(result["into"])


async def _refuse_unfinished(from_: MemberId, into: MemberId) -> None:
    if await db.rows(_BOTH_PAY, scope.tenant_id(), from_, into):
        raise Refusal("WRONG_STATE", "Both have a membership of one program: end one first.", ("from",))


async def _add_counters(from_: MemberId, into: MemberId) -> None:
    tenant, old, new = scope.tenant_id(), f"member:{from_}", f"member:{into}"
    found = [
        CounterRef(TenantId(tenant), row["program_id"], old, row["name"], row["period"])
        for row in await db.rows(_COUNTERS, tenant, old)
    ]
    counters = await load_counters([*found, *(ref._replace(owner=new) for ref in found)])
    for ref in found:
        counters[ref._replace(owner=new)].used += counters[ref].used
        counters[ref].used = 0
    await save(Book(), counter_changes(counters))


async def _carry_links(from_: MemberId, into: MemberId) -> None:
    """Who stays has the links of both; one of two with the same partner ends."""
    now = scope.now()
    rows = await db.rows(_LINKS, scope.tenant_id(), from_, into, now)
    ended = [row for row in rows if db.instant_or_none(row["unlinked_at"]) == now]
    await tell_ended(into, [(row["id"], row["partner_id"]) for row in ended])


async def _carry_points(key: str, from_: MemberId, into: MemberId) -> None:
    tenant, now = scope.tenant_id(), scope.now()
    stamp = Stamp(now, now)
    settling = await Settling.begin(into)
    refs = [
        AccountRef(tenant, UnitId(row["unit_id"]), f"member:{from_}", Side(row["book"]))
        for row in await db.rows(_ACCOUNTS, tenant, f"member:{from_}")
    ]
    wanted = Wanted(spending={*refs, *(ref._replace(owner=f"member:{into}") for ref in refs)})
    settling.want(wanted)
    book = await load(wanted, now)
    await settling.count()
    for ref in refs:
        _carry(book, key, ref, f"member:{into}", stamp)
    await save(book, settling.settle(book, key, stamp))
    await settling.grant()
    await db.execute(_SUCCEED, tenant, f"member:{from_}", f"member:{into}")


def _carry(book: Book, key: str, ref: AccountRef, heir: str, stamp: Stamp) -> None:
    """What is due stays and expires; what is owed is paid by the one who stays, or nothing is merged."""
    account, to = book.account(ref), ref._replace(owner=heir)
    if account.deficit:
        spendable = sum(lot.remaining for lot in book.account(to).spendable(stamp.recorded_at))
        if spendable < account.deficit:
            message = f"They owe {account.deficit} points, and the other has {spendable}."
            raise Refusal("INSUFFICIENT_POINTS", message, ("from",))
        owed, terms = account.deficit, LotTerms(stamp.recorded_at)
        book.move(f"{key}/owed/{account.id}", "carry_debt", to, ref, owed, stamp, terms=terms)
    for lot in sorted((account.lots or {}).values(), key=by_spend_order):
        if lot.remaining and not lot.due(stamp.recorded_at):
            book.carry(f"{key}/carry/{lot.id}", lot, to, stamp)


_BOTH_PAY = """
SELECT m.id FROM membership m JOIN membership o ON o.tenant_id = m.tenant_id AND o.program_id = m.program_id
    AND o.member_id = $3 AND o.state <> 'ended'
WHERE m.tenant_id = $1 AND m.member_id = $2 AND m.state <> 'ended' LIMIT 1"""

# Counters of no program (velocity limits, whom a shopper added) are under the tenant's own id.
_COUNTERS = """
SELECT c.program_id, c.name, c.period
FROM (SELECT id FROM program WHERE tenant_id = $1 UNION ALL SELECT id FROM tenant WHERE id = $1) AS p
JOIN counter c ON c.tenant_id = $1 AND c.program_id = p.id AND c.owner = $2 AND c.used <> 0 ORDER BY c.id"""

_ACCOUNTS = "SELECT unit_id, book FROM account WHERE tenant_id = $1 AND owner = $2 ORDER BY id"

_SUCCEED = "UPDATE account SET successor = $3 WHERE tenant_id = $1 AND owner = $2"


_FOLLOW = (
    *(
        f"UPDATE {table} SET {column} = $3 WHERE tenant_id = $1 AND {column} = $2"
        for table, column in (
            ("activity", "member_id"), ("placed_order", "member_id"), ("redemption", "member_id"),
            ("reward_grant", "member_id"), ("payment", "member_id"), ("balance_credit", "member_id"),
            ("gift_card", "purchaser_id"), ("membership", "member_id"), ("charge", "member_id"),
            ("member_pass", "member_id"), ("tier_raise", "member_id"), ("donation", "member_id"),
            ("game_play", "member_id"), ("points_conversion", "member_id"), ("member_link_code", "member_id"),
            ("partner_conversion", "member_id"), ("participation_conversion", "member_id"),
        )
    ),
    # What both used of a perk may be more than one may: then none is left, and no limit was broken.
    "UPDATE perk_use SET member_id = $3, most = NULL WHERE tenant_id = $1 AND member_id = $2",
)  # fmt: skip
"""Whose rows become theirs who stays."""

# Nobody comes by their own code, nor twice; a code of the other's goes on leading to who stays.
_REFERRALS = (
    """UPDATE referral SET referrer_id = $3 WHERE tenant_id = $1 AND referrer_id = $2 AND friend_id <> $3""",
    """UPDATE referral SET friend_id = $3 WHERE tenant_id = $1 AND friend_id = $2 AND referrer_id <> $3
        AND NOT EXISTS (SELECT 1 FROM referral o WHERE o.tenant_id = referral.tenant_id
            AND o.program_id = referral.program_id AND o.friend_id = $3)""",
)

# A partner knows a member as one customer.
_LINKS = """
UPDATE member_link SET member_id = $3, unlinked_at = CASE WHEN unlinked_at IS NOT NULL THEN unlinked_at
    WHEN EXISTS (SELECT 1 FROM member_link o WHERE o.tenant_id = member_link.tenant_id
        AND o.partner_id = member_link.partner_id AND o.member_id = $3 AND o.unlinked_at IS NULL) THEN $4 END
WHERE tenant_id = $1 AND member_id = $2 RETURNING id, partner_id, unlinked_at"""

_SAME_CAP = """o.tenant_id = partner_use.tenant_id AND o.partner_id = partner_use.partner_id
    AND o.name = partner_use.name AND o.period = partner_use.period"""
_OF_ANY = "tenant_id = $1 AND partner_id IN (SELECT p.id FROM partner p WHERE p.tenant_id = $1)"  # found by the key
_CAPS_OF_PARTNERS = (
    f"""UPDATE partner_use SET used = used
        + COALESCE((SELECT o.used FROM partner_use o WHERE {_SAME_CAP} AND o.owner = $2), 0)
        WHERE {_OF_ANY} AND owner = $3""",
    f"""UPDATE partner_use SET used = 0 WHERE {_OF_ANY} AND owner = $2
        AND EXISTS (SELECT 1 FROM partner_use o WHERE {_SAME_CAP} AND o.owner = $3)""",
    f"""UPDATE partner_use SET owner = $3 WHERE {_OF_ANY} AND owner = $2
        AND NOT EXISTS (SELECT 1 FROM partner_use o WHERE {_SAME_CAP} AND o.owner = $3)""",
)
"""What partners' caps count of either counts of both."""

# One of the two had come by the other's code: a job takes back what that brought.
_ONE_PERSON = """
UPDATE referral SET look_at = $4 WHERE tenant_id = $1 AND state IN ('invited', 'qualified', 'rewarded')
AND referrer_id IN ($2, $3) AND friend_id IN ($2, $3)"""
