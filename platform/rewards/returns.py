"""Points given back when an order is refunded that they paid for: used by the intake, within its own `Book`.

found = await of_orders(references)              set-based, before the book is loaded
add_wanted(wanted, redemption)                   then load(wanted, now)
given = give_back(book, key, redemption, up_to_points, cause_key, stamp)
await save(book); await save_given_back([given])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kit import db
from kit.setbased import Columns, Update
from ledger.book import Book, Stamp
from ledger.load import Wanted
from ledger.state import member
from rewards import vouchers
from rewards.views import RedemptionId, RedemptionView, load_redemptions
from tenants import scope


class GivenBack(NamedTuple):
    """What a refund gave back: `amount` now, `points_returned` in all, `whole` if nothing is left of the redemption."""

    redemption_id: RedemptionId
    amount: int
    points_returned: int
    whole: bool


async def of_orders(order_references: Sequence[str]) -> list[RedemptionView]:
    """The confirmed redemptions of these orders that took points, oldest first, in two statements."""
    if not order_references:
        return []
    references = _REFERENCES.payload([(reference,) for reference in set(order_references)])
    async with scope.reading():
        found = await db.rows(_OF_ORDERS.format(references=_REFERENCES.source(2)), scope.tenant_id(), references)
        redemptions = await load_redemptions([row["id"] for row in found])
    return sorted(redemptions.values(), key=lambda redemption: redemption.id)


async def locked(ids: Sequence[RedemptionId]) -> dict[RedemptionId, RedemptionView]:
    """The redemptions of these ids that this tenant has, none of which changes before the commit."""
    if db.dialect() == "postgres":
        sql = _LOCK.format(ids=_IDS.source(2))
        await db.rows(sql, scope.tenant_id(), _IDS.payload([(id_,) for id_ in ids]))
    return await load_redemptions(ids)


async def link(order_reference: str, ids: Sequence[RedemptionId]) -> None:
    """Note the order that these redemptions, which were locked without one, have paid for."""
    rows = [(scope.tenant_id(), id_, order_reference) for id_ in ids]
    assert await _LINK(rows) == len(rows), "a redemption has gone, or has an order"


def add_wanted(wanted: Wanted, redemption: RedemptionView) -> None:
    """Ask for what a `Book` must have to give the redemption's points back."""
    assert redemption.transfer_id is not None, "only confirmed points can be given back"
    tenant = scope.tenant_id()
    wanted.spending.add(member(tenant, redemption.unit_id, redemption.member_id))
    wanted.entries.add((tenant, redemption.transfer_id))


def give_back(
    book: Book, key: str, redemption: RedemptionView, up_to_points: int, cause_key: str, stamp: Stamp
) -> GivenBack:  # fmt: skip
    """Return points into the lots they came from, so that `up_to_points` of the redemption are back in all.

    Cumulative: asking for the same again gives nothing. `cause_key` names the refund and must differ between refunds;
    `key` names the ledger's entry. Raises `ledger.errors.Overflow` for more than the redemption took.
    """
    assert redemption.transfer_id is not None, "only confirmed points can be given back"
    reversed_ = book.reverse(key, redemption.transfer_id, up_to_points, cause_key, stamp, reason="refund")
    returned = book.entries[redemption.transfer_id].reversed
    return GivenBack(redemption.id, reversed_.amount, returned, returned == redemption.points)


async def save_given_back(given: Sequence[GivenBack]) -> None:
    """Note on the redemptions what was given back, in the transaction that saves the book.

    The code of a reward whose points all came back is void: having both would be a gift (promise 1).
    """
    if not given:
        return
    tenant = scope.tenant_id()
    last = {each.redemption_id: each for each in given}
    rows = [(tenant, each.redemption_id, each.points_returned) for each in last.values()]
    assert await _RETURNED(rows) == len(rows), "a redemption has gone"
    if whole := [each.redemption_id for each in last.values() if each.whole]:
        await vouchers.make_void(whole)


_REFERENCES = Columns(order_reference="text")
_IDS = Columns(id="uuid")

_LOCK = """
SELECT r.id FROM {ids} AS x JOIN redemption r ON r.tenant_id = $1 AND r.id = x.id
ORDER BY r.id FOR NO KEY UPDATE OF r"""

_LINK = Update(
    "redemption", "order_reference = x.order_reference", "t.order_reference IS NULL", order_reference="text"
)  # fmt: skip

_OF_ORDERS = """
SELECT r.id FROM {references} AS x
JOIN redemption r ON r.tenant_id = $1 AND r.order_reference = x.order_reference
WHERE r.state = 'confirmed' AND r.transfer_id IS NOT NULL"""

_RETURNED = Update("redemption", "points_returned = x.points_returned", points_returned="int")
