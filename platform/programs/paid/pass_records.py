"""The rows of passes: made when they are paid for, used visit by visit, given back once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.service import emit
from kit import db
from kit.ids import is_id, new_id
from members.views import MemberId
from programs.decision import ProgramId
from programs.paid import life
from programs.paid.charges import Charge
from programs.paid.compiled import CompiledPaid
from programs.paid.errors import not_found
from programs.paid.rules import Pass, Visits
from programs.paid.views import ChargeId, PassId, PassState
from tenants import scope


@dataclass(slots=True)
class PassRecord:
    """A pass that this transaction alone works on, or as it was read."""

    id: PassId
    program_id: ProgramId
    member_id: MemberId
    slug: str
    refunded: bool
    price: int
    currency: str
    visits: int | None
    used: int
    refundable: bool
    charge_id: ChargeId
    starts_at: datetime
    ends_at: datetime | None

    def state(self, now: datetime) -> PassState:
        """Whether it can be used."""
        if self.refunded:
            return PassState.REFUNDED
        if self.visits is not None and self.used >= self.visits:
            return PassState.USED_UP
        return PassState.ENDED if self.ends_at is not None and self.ends_at <= now else PassState.ACTIVE

    def unused(self, rules: CompiledPaid, now: datetime) -> int:
        """The worth of what is left of it, by visits or else by days; nothing after its end."""
        if not self.refundable or self.state(now) is not PassState.ACTIVE:
            return 0
        if self.visits is not None:
            return self.price * (self.visits - self.used) // self.visits
        assert self.ends_at is not None, "a pass for any number of visits has an end"
        return life.share(rules, self.price, self.starts_at, self.ends_at, now)


async def make(rules: CompiledPaid, card: Pass, charge: Charge) -> None:
    """Make a pass that was paid for, by the rules as they are now."""
    now, tenant = scope.now(), scope.tenant_id()
    assert charge.pass_id is not None, "a pass has its id before it is paid for"
    visits = card.scope.number if isinstance(card.scope, Visits) else None
    await db.execute(
        _INSERT, tenant, charge.pass_id, charge.program_id, charge.member_id, card.id, charge.amount, charge.currency,
        visits, card.refundable, charge.id, now, rules.pass_ends(card, now),
    )  # fmt: skip
    await _tell("bought", charge.pass_id, charge.member_id, charge.program_id, 0)


async def claim(id_: str) -> PassRecord:
    """Lock a pass. Raises `Refusal` NOT_FOUND."""
    if is_id(id_):
        lock = " FOR NO KEY UPDATE" if db.dialect() == "postgres" else ""
        found = await db.rows(
            f"SELECT * FROM member_pass WHERE tenant_id = $1 AND id = $2{lock}", scope.tenant_id(), id_
        )
        if found:
            return pass_record(found[0])
    raise not_found("pass", "id")


async def use(card: PassRecord) -> None:
    """Count a visit."""
    tenant, card.used = scope.tenant_id(), card.used + 1
    changed = await db.execute(
        "UPDATE member_pass SET used = $3 WHERE tenant_id = $1 AND id = $2 AND used = $3 - 1 AND state = 'active'",
        tenant, card.id, card.used,
    )  # fmt: skip
    assert changed == 1, "a claimed pass was changed by somebody else"
    await db.execute(
        "INSERT INTO pass_use (tenant_id, id, pass_id, number, recorded_at) VALUES ($1, $2, $3, $4, $5)",
        tenant, new_id(), card.id, card.used, scope.now(),
    )  # fmt: skip
    await _tell("used", card.id, card.member_id, card.program_id, card.used)


async def close(card: PassRecord) -> None:
    """Write that a pass was given back."""
    card.refunded = True
    changed = await db.execute(
        "UPDATE member_pass SET state = 'refunded', closed_at = $3 "
        "WHERE tenant_id = $1 AND id = $2 AND state = 'active'",
        scope.tenant_id(), card.id, scope.now(),
    )  # fmt: skip
    assert changed == 1, "a claimed pass was changed by somebody else"
    await _tell("refunded", card.id, card.member_id, card.program_id, card.used)


async def _tell(what: str, id_: PassId, member: MemberId, program: ProgramId, used: int) -> None:
    body = {"pass": id_, "member": member, "program": program, "used": used}
    await emit(f"pass.{what}", f"pass:{id_}", body)


def pass_record(row: db.Row) -> PassRecord:
    """A pass's row."""
    return PassRecord(
        row["id"], row["program_id"], row["member_id"], row["pass_slug"], row["state"] == "refunded", row["price"],
        row["currency"], row["visits"], row["used"], bool(row["refundable"]), row["charge_id"],
        db.instant(row["starts_at"]), db.instant_or_none(row["ends_at"]),
    )  # fmt: skip


_INSERT = """
INSERT INTO member_pass (tenant_id, id, program_id, member_id, pass_slug, state, price, currency, visits, used,
    refundable, charge_id, starts_at, ends_at)
VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $8, 0, $9, $10, $11, $12)"""
