"""What time does to memberships and payments: terms renewed, dunned and ended, providers asked, dividends given."""

from __future__ import annotations

from jobs.job import Work, Worked
from jobs.points import sweep
from jobs.run import Lease
from programs.paid import dividends, outcomes, renewing

ROWS_MAX = 100
ASKED_MAX = 20

STEPS_DUE = (
    "SELECT m.look_at FROM membership m WHERE m.tenant_id = x.tenant_id AND m.look_at <= x.now "
    "ORDER BY m.look_at LIMIT 1"
)
CHARGES_DUE = (
    "SELECT c.ask_at FROM charge c WHERE c.tenant_id = x.tenant_id AND c.state = 'open' AND c.ask_at <= x.now "
    "ORDER BY c.ask_at LIMIT 1"
)
DIVIDENDS_DUE = (
    "SELECT m.dividend_at FROM membership m WHERE m.tenant_id = x.tenant_id AND m.dividend_at <= x.now "
    "ORDER BY m.dividend_at LIMIT 1"
)


def charging(rows_max: int = ASKED_MAX) -> Work:
    """A chunk asks providers for what is open: outside of transactions, each answer written in one of its own.

    A worker that lost its lease meanwhile does no harm: whoever closes a charge first closes it, and a provider that is
    asked twice answers the same.
    """

    async def work(lease: Lease) -> Worked:
        handled = await outcomes.finish_due(rows_max)
        async with lease.chunk() as chunk:
            chunk.handled = handled
        return Worked(handled, handled >= rows_max)

    return work


step = sweep(renewing.step_due, ROWS_MAX)
charge = charging()
give_dividends = sweep(dividends.give_due, ROWS_MAX)
