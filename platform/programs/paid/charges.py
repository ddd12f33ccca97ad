"""The rows of charges: written before a provider is asked, closed once with what it said.

A charge that nobody closed, since the process died or the provider did not answer, is asked for again by its own id:
to the provider the same wish, which it answers as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kit import db
from kit.ids import is_id, new_id
from members.views import MemberId
from programs.decision import ProgramId
from programs.paid.provider import Outcome, Page, Status
from programs.paid.views import ChargeId, ChargeState, ChargeView, MembershipId, PassId, Purpose
from tenants import scope

WAIT_FIRST = timedelta(minutes=1)
WAIT_MAX = timedelta(hours=1)
CLOSED = {
    Status.SUCCEEDED: ChargeState.SUCCEEDED, Status.DECLINED: ChargeState.DECLINED, Status.EXPIRED: ChargeState.EXPIRED,
}  # fmt: skip


@dataclass(slots=True)
class Charge:
    """A charge while it is worked on. Without a `method` it is paid on the provider's page, or gives back `of_id`."""

    key: str
    purpose: Purpose
    program_id: ProgramId
    member_id: MemberId
    item: str
    amount: int
    currency: str
    provider: str
    id: ChargeId
    membership_id: MembershipId | None = None
    pass_id: PassId | None = None
    of_id: ChargeId | None = None
    credit: int = 0
    method: str | None = None
    return_url: str | None = None
    page: str | None = None
    page_url: str | None = None
    state: ChargeState = ChargeState.OPEN
    reference: str | None = None
    reason: str | None = None
    refunded: int = 0
    tries: int = 0
    created_at: datetime | None = None
    ask_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def on_page(self) -> bool:
        """Whether it is paid on the provider's page, also before there is one; else by a card on file."""
        return self.page is not None or self.method is None

    def view(self) -> ChargeView:
        """The charge as others see it."""
        assert self.created_at is not None, "it was written"
        return ChargeView(
            self.id, self.purpose, self.member_id, self.program_id, self.membership_id, self.pass_id, self.of_id,
            self.item, self.amount, self.credit, self.refunded, self.currency, self.provider, self.state, self.reason,
            self.page_url if self.state is ChargeState.OPEN else None, self.created_at, self.closed_at,
        )  # fmt: skip


def draft(
    key: str, purpose: Purpose, program: ProgramId, member: MemberId, item: str, amount: int, currency: str,
    provider: str, *, method: str | None = None, return_url: str | None = None,
    membership: MembershipId | None = None, credit: int = 0, of: ChargeId | None = None, card: PassId | None = None,
) -> Charge:  # fmt: skip
    """A charge that is not written yet."""
    return Charge(
        key, purpose, program, member, item, amount, currency, provider, ChargeId(new_id()), membership, card, of,
        credit, method, return_url,
    )  # fmt: skip


async def insert(charge: Charge, *, wait: timedelta = WAIT_FIRST) -> None:
    """Write a new charge; unless it is closed before, the job asks for it after `wait`."""
    charge.created_at = now = scope.now()
    charge.ask_at = now + wait
    await db.execute(
        _INSERT, scope.tenant_id(), charge.id, charge.key, charge.purpose, charge.program_id, charge.member_id,
        charge.membership_id, charge.pass_id, charge.of_id, charge.item, charge.amount, charge.credit, charge.currency,
        charge.provider, charge.method, charge.return_url, now, charge.ask_at,
    )  # fmt: skip


async def get(id_: str) -> Charge | None:
    """A charge as it is, unlocked."""
    return await _one(id_, "")


async def claim(id_: str) -> Charge | None:
    """A charge, locked by the transaction under way, whose member it has locked before."""
    return await _one(id_, " FOR NO KEY UPDATE" if db.dialect() == "postgres" else "")


async def of_membership(membership: MembershipId) -> list[Charge]:
    """What was asked for a membership, the latest first, locked; at most 1000."""
    lock = " FOR NO KEY UPDATE" if db.dialect() == "postgres" else ""
    rows = await db.rows(f"{_OF_MEMBERSHIP}{lock}", scope.tenant_id(), membership)
    return [_charge(row) for row in rows]


async def due(limit: int) -> list[ChargeId]:
    """Open charges that are to be asked for, the longest due first."""
    return [row["id"] for row in await db.rows(_DUE, scope.tenant_id(), scope.now(), limit)]


async def close(charge: Charge, outcome: Outcome) -> None:
    """Write what the provider said, for good."""
    charge.state, charge.closed_at = CLOSED[outcome.status], scope.now()
    charge.reference = outcome.reference or charge.reference
    charge.method = outcome.method or charge.method
    charge.reason = outcome.reason
    changed = await db.execute(
        _CLOSE, scope.tenant_id(), charge.id, charge.state, charge.reference, charge.reason, charge.method,
        charge.closed_at,
    )  # fmt: skip
    assert changed == 1, "a claimed charge was closed by somebody else"


async def put_off(charge: Charge) -> None:
    """Ask again later, twice as late each time."""
    wait: timedelta = min(WAIT_FIRST * 2 ** min(charge.tries, 10), WAIT_MAX)
    await db.execute(_PUT_OFF, scope.tenant_id(), charge.id, scope.now() + wait)


async def note_page(id_: ChargeId, page: Page) -> None:
    """Write where a charge can be paid."""
    await db.execute(_PAGE, scope.tenant_id(), id_, page.reference, page.url)


async def add_refunded(id_: ChargeId, amount: int) -> None:
    """Count what is given back of a charge; negative where giving it back failed."""
    changed = await db.execute(_REFUNDED, scope.tenant_id(), id_, amount)
    assert changed == 1, "more was to be given back than was charged"


async def _one(id_: str, lock: str) -> Charge | None:
    if not is_id(id_):
        return None
    found = await db.rows(f"SELECT * FROM charge WHERE tenant_id = $1 AND id = $2{lock}", scope.tenant_id(), id_)
    return _charge(found[0]) if found else None


def _charge(row: db.Row) -> Charge:
    return Charge(
        row["key"], Purpose(row["purpose"]), row["program_id"], row["member_id"], row["item"], row["amount"],
        row["currency"], row["provider"], row["id"], row["membership_id"], row["pass_id"], row["of_id"], row["credit"],
        row["method"], row["return_url"], row["page"], row["page_url"], ChargeState(row["state"]), row["reference"],
        row["reason"], row["refunded"], row["tries"], db.instant(row["created_at"]), db.instant(row["ask_at"]),
        db.instant_or_none(row["closed_at"]),
    )  # fmt: skip


def first_paid_at(asked: Sequence[Charge]) -> datetime:
    """When the first of these was paid that brought money."""
    paid = [each for each in asked if each.state is ChargeState.SUCCEEDED and each.amount]
    return min(each.closed_at for each in paid if each.closed_at is not None and each.purpose is not Purpose.REFUND)


def refunds_of(paid: Sequence[Charge], amount: int, key: str) -> list[Charge]:
    """Refunds of so much in all, each of one of these charges: the latest first, none beyond what it brought."""
    refunds, rest = list[Charge](), amount
    for charge in paid:
        part = min(rest, charge.amount - charge.refunded) if charge.state is ChargeState.SUCCEEDED else 0
        if part > 0 and charge.purpose is not Purpose.REFUND:
            refunds.append(draft(
                f"{key}/refund/{len(refunds)}", Purpose.REFUND, charge.program_id, charge.member_id, charge.item, part,
                charge.currency, charge.provider, membership=charge.membership_id, of=charge.id, card=charge.pass_id,
            ))  # fmt: skip
            rest -= part
    return refunds


_OF_MEMBERSHIP = "SELECT * FROM charge WHERE tenant_id = $1 AND membership_id = $2 ORDER BY id DESC LIMIT 1000"

_DUE = "SELECT id FROM charge WHERE tenant_id = $1 AND state = 'open' AND ask_at <= $2 ORDER BY ask_at, id LIMIT $3"

_INSERT = """
INSERT INTO charge (tenant_id, id, key, purpose, program_id, member_id, membership_id, pass_id, of_id, item, amount,
    credit, currency, provider, method, return_url, state, refunded, tries, created_at, ask_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'open', 0, 0, $17, $18)"""

_CLOSE = """
UPDATE charge SET state = $3, reference = $4, reason = $5, method = $6, closed_at = $7
WHERE tenant_id = $1 AND id = $2 AND state = 'open'"""

_PUT_OFF = "UPDATE charge SET ask_at = $3, tries = tries + 1 WHERE tenant_id = $1 AND id = $2 AND state = 'open'"

_PAGE = "UPDATE charge SET page = $3, page_url = $4 WHERE tenant_id = $1 AND id = $2 AND page IS NULL"

_REFUNDED = """
UPDATE charge SET refunded = refunded + $3
WHERE tenant_id = $1 AND id = $2 AND refunded + $3 BETWEEN 0 AND amount"""
