"""What there is of memberships, charges and passes, for those who only look."""

from __future__ import annotations

from collections.abc import Sequence

from kit import db
from kit.errors import Refusal
from kit.ids import is_id
from kit.setbased import Columns
from members.views import MemberId
from programs.paid import charges, counting, life, terms
from programs.paid.errors import not_found
from programs.paid.life import State
from programs.paid.pass_records import PassRecord, pass_record
from programs.paid.records import Record, record
from programs.paid.terms import Terms
from programs.paid.views import ChargeId, ChargeView, MembershipView, PassView
from tenants import scope

PAGE_MAX = 101


async def of_members(members: Sequence[str]) -> dict[str, tuple[MembershipView, ...]]:
    """The memberships of these members, the latest first, also those that ended; in as many statements as for one."""
    async with scope.reading():
        rows = await _by_members("membership", members)
        views = await views_of(rows)
    found: dict[str, tuple[MembershipView, ...]] = dict.fromkeys(members, ())
    for view in views:
        found[view.member_id] += (view,)
    return found


async def membership(id_: str) -> MembershipView:
    """A membership. Raises `Refusal` NOT_FOUND."""
    if is_id(id_):
        async with scope.reading():
            rows = await db.rows(_MEMBERSHIP, scope.tenant_id(), id_)
            if rows:
                return (await _views([record(rows[0])]))[0]
    raise not_found("membership", "id")


async def views_of(rows: Sequence[db.Row]) -> list[MembershipView]:
    """Rows of the table of memberships as others see them, within the session under way."""
    return await _views([record(row) for row in rows])


async def passes_of(members: Sequence[str]) -> dict[str, tuple[PassView, ...]]:
    """The passes of these members, the latest first."""
    async with scope.reading():
        rows = [pass_record(row) for row in await _by_members("member_pass", members)]
        known = await terms.find_all()
    found: dict[str, tuple[PassView, ...]] = dict.fromkeys(members, ())
    for row in rows:
        found[row.member_id] += (_pass(known[row.program_id], row),)
    return found


async def one_pass(id_: str) -> PassView:
    """A pass. Raises `Refusal` NOT_FOUND."""
    if is_id(id_):
        async with scope.reading():
            rows = await db.rows("SELECT * FROM member_pass WHERE tenant_id = $1 AND id = $2", scope.tenant_id(), id_)
            if rows:
                row = pass_record(rows[0])
                return _pass(await terms.find(row.program_id), row)
    raise not_found("pass", "id")


async def find_pass(id_: str | None) -> PassView | None:
    """A pass; None if there is none, or it was not paid for yet."""
    try:
        return None if id_ is None else await one_pass(id_)
    except Refusal:
        return None


async def charge(id_: str) -> ChargeView:
    """A charge. Raises `Refusal` NOT_FOUND."""
    async with scope.reading():
        found = await charges.get(id_)
    if found is None:
        raise not_found("charge", "id")
    return found.view()


async def page_of_charges(member: MemberId, after: ChargeId | None = None, first: int = 50) -> list[ChargeView]:
    """What was asked of a member and given back, the latest first: `first` (at most 101) beyond the id `after`."""
    if not is_id(member) or not (after is None or is_id(after)):
        return []
    async with scope.reading():
        beyond = "" if after is None else "AND id < $4 "
        found = await db.rows(
            f"SELECT id FROM charge WHERE tenant_id = $1 AND member_id = $2 {beyond}ORDER BY id DESC LIMIT $3",
            scope.tenant_id(), member, max(0, min(first, PAGE_MAX)), *([] if after is None else [after]),
        )  # fmt: skip
        rows = [await charges.get(row["id"]) for row in found]
    return [row.view() for row in rows if row is not None]


async def owner(membership: str) -> MemberId | None:
    """Whose membership it is, within the session under way; None if there is none."""
    if not is_id(membership):
        return None
    rows = await db.rows(_MEMBERSHIP, scope.tenant_id(), membership)
    return MemberId(rows[0]["member_id"]) if rows else None


async def open_charges(membership: str) -> list[ChargeId]:
    """The charges of a membership that wait for the provider's answer, but for refunds."""
    if not is_id(membership):
        return []
    async with scope.reading():
        rows = await db.rows(_OPEN, scope.tenant_id(), membership)
    return [row["id"] for row in rows]


async def used(rows: Sequence[Record]) -> set[str]:
    """Of which memberships anything was used since the present term was paid for: an order that did not come back
    whole (of orders the whole local day counts, as everything that is counted does), or a perk.
    """
    known = await terms.find_all()
    asked = [
        (row.id, row.program_id, row.member_id, f"member:{row.member_id}", f"day:{day.isoformat()}", row.life.paid_at)
        for row in rows
        if row.life.paid and row.life.paid_at is not None and row.life.state is not State.ENDED
        for day in (known[row.program_id].rules.day(row.life.paid_at),)
    ]
    if not asked:
        return set()
    found = await db.rows(_USED.format(asked=_ASKED.source(2)), scope.tenant_id(), _ASKED.payload(asked))
    return {row["id"] for row in found}


async def _views(rows: Sequence[Record]) -> list[MembershipView]:
    known, were_used = await terms.find_all(), await used(rows)
    return [_view(known[row.program_id], row, row.id in were_used) for row in rows]


def _view(found: Terms, row: Record, was_used: bool) -> MembershipView:
    now, was = scope.now(), row.life
    over = was.state is State.CANCELLING and was.ends_at is not None and was.ends_at <= now
    refund = 0 if was.state is State.ENDED else life.refundable(found.rules, was, now, used=was_used)
    return MembershipView(
        row.id, row.program_id, row.member_id, was.plan, found.rules.plans.get(was.plan), was.state,
        was.entitled(found.rules) and not over, row.currency, was.paid, was.starts_at, was.ends_at, was.days_given,
        refund, row.joined_at, was.ended_at,
    )  # fmt: skip


def _pass(found: Terms, row: PassRecord) -> PassView:
    card, now = found.rules.passes.get(row.slug), scope.now()
    return PassView(
        row.id, row.program_id, row.member_id, row.slug, row.slug if card is None else card.name, row.state(now),
        row.price, row.currency, row.visits, row.used, row.unused(found.rules, now), row.starts_at, row.ends_at,
    )  # fmt: skip


async def _by_members(table: str, members: Sequence[str]) -> Sequence[db.Row]:
    known = [(member,) for member in members if is_id(member)]
    if not known:
        return []
    sql = (
        f"SELECT m.* FROM {_MEMBERS.source(2)} AS x JOIN {table} m ON m.tenant_id = $1 AND m.member_id = x.id "
        "ORDER BY m.id DESC"
    )
    return await db.rows(sql, scope.tenant_id(), _MEMBERS.payload(known))


_MEMBERS = Columns(id="uuid")
_MEMBERSHIP = "SELECT * FROM membership WHERE tenant_id = $1 AND id = $2"
_OPEN = """
SELECT id FROM charge WHERE tenant_id = $1 AND membership_id = $2 AND state = 'open' AND purpose <> 'refund'
ORDER BY id LIMIT 10"""
_ASKED = Columns(id="uuid", program_id="uuid", member_id="uuid", owner="text", period="text", at="instant")
_USED = f"""
SELECT x.id FROM {{asked}} AS x WHERE EXISTS (
    SELECT 1 FROM counter c WHERE c.tenant_id = $1 AND c.program_id = x.program_id AND c.owner = x.owner
    AND c.name = '{counting.ORDERS}' AND c.period >= x.period AND c.used > 0)
OR EXISTS (
    SELECT 1 FROM perk_use u WHERE u.tenant_id = $1 AND u.program_id = x.program_id AND u.member_id = x.member_id
    AND u.state = 'used' AND u.used_at >= x.at)"""
