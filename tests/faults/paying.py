"""A process that moves money and hangs at a point in the middle, to be killed there.

    python -m tests.faults.paying <database URL> <tenant> <what> <where> <given as JSON>

Says `inside` on its standard output once it is there. `what` is under way, under a key of the same name; `where` it is:

    asked      the provider has charged or given back, and nothing of that is written
    settling   what it said, and what follows, is written and not committed
    saved      the books are written, and not committed
    told       all is committed, and nobody was answered
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import orjson

from connect.payments.accounts import find_in
from connect.payments.sandbox import Sandbox
from kit import clock, db
from programs.paid import outcomes, provider
from programs.paid import service as memberships
from programs.paid.service import CancelWhen, Join
from programs.stored_value import service as payments
from programs.stored_value import views
from programs.stored_value.funds import FromBalance
from programs.stored_value.service import Wish
from tenants import scope
from tenants.scope import TenantId

BASE_URL = "http://127.0.0.1:8000"

Given = dict[str, Any]


async def join(given: Given) -> None:
    """Join a plan."""
    await memberships.join("join", Join(given["member"], given["program"], "prime", "card_succeeds"))


async def cancel(given: Given) -> None:
    """End a membership, all of which goes back."""
    await memberships.cancel("cancel", given["membership"], CancelWhen.NOW)


async def renew(_: Given) -> None:
    """Ask for what terms came to."""
    await outcomes.finish_due()


async def authorize(given: Given) -> None:
    """Set money aside."""
    await payments.authorize("authorize", Wish(3000, "EUR", (FromBalance(),), member=given["member"]))


async def capture(given: Given) -> None:
    """Take a part of it."""
    await payments.capture("capture", given["payment"], amount=2000)


async def refund(given: Given) -> None:
    """Give back a part of that."""
    await payments.refund("refund", given["payment"], 500)


async def expire(_: Given) -> None:
    """Let go of what nobody captured."""
    await payments.expire_due()


WHAT: dict[str, Callable[[Given], Awaitable[None]]] = {
    each.__name__: each for each in (join, cancel, renew, authorize, capture, refund, expire)
}
BEFORE: dict[str, tuple[tuple[Any, str], ...]] = {"told": ((views, "payments"),)}
AFTER: dict[str, tuple[tuple[Any, str], ...]] = {
    "asked": ((Sandbox, "charge"), (Sandbox, "refund")), "settling": ((outcomes, "_follow"),),
    "saved": ((payments, "save"),),
}  # fmt: skip


def hang(where: str) -> None:
    """Let this process hang there."""
    for owner, name in (*BEFORE.get(where, ()), *AFTER.get(where, ())):
        done = getattr(owner, name)

        async def there(*args: Any, done: Any = done) -> Any:
            if where in AFTER:
                await done(*args)
            print("inside", flush=True)  # noqa: T201  # what the test waits for
            await asyncio.Event().wait()

        setattr(owner, name, there)


async def main(url: str, tenant: str, what: str, where: str, text: str) -> None:
    """Do it, until it hangs."""
    hang(where)
    provider.connect(find_in(b"root", BASE_URL, production=False))
    await db.open_database(url)
    given: Given = orjson.loads(text)
    with scope.of(TenantId(tenant)), clock.pinned(datetime.fromisoformat(given["at"])):
        await WHAT[what](given)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
