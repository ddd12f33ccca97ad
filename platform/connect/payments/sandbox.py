"""The sandbox provider: its own page, test cards, no money. It runs on the tenant's clock, so that cards expire on it.

    4242 4242 4242 4242   card_succeeds        every charge succeeds
    4000 0000 0000 0002   card_declined        every charge is declined
    4000 0000 0000 0069   card_expires_later   charges succeed for 60 days, then the card has expired

What it was asked is kept in its own table under the wish's key, as a real provider keeps it: the same key again changes
nothing and answers the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from kit import db
from kit.ids import encode, is_id, new_id
from programs.paid.provider import BadSignature, Charge, Checkout, Outcome, Page, Refund, Status
from tenants import scope

SUCCEEDS, DECLINED, EXPIRES = "card_succeeds", "card_declined", "card_expires_later"
CARDS = {"4242424242424242": SUCCEEDS, "4000000000000002": DECLINED, "4000000000000069": EXPIRES}
CARD_LASTS = timedelta(days=60)
PAGE_LASTS = timedelta(days=1)
_DATED = "card_expires_on_"
_EXPIRED = "page_expired"


class Sandbox:
    """The scope's tenant's account; `base_url` is where our own pages are."""

    name = "sandbox"

    def __init__(self, base_url: str) -> None:
        self._base = base_url

    async def checkout(self, wish: Checkout) -> Page:
        """Open a page of our own."""
        row = await _once(wish.key, "page", wish.amount, wish.currency, description=wish.description,
                          return_url=wish.return_url)  # fmt: skip
        return Page(row["id"], f"{self._base}/payments/sandbox/{encode('ten', scope.tenant_id())}/{row['id']}")

    async def look(self, reference: str) -> Outcome:
        """Tell what became of a page; one that nobody paid on for a day has expired."""
        async with scope.reading():
            row = await find(reference)
        assert row is not None, "our own reference"
        if row["status"] == Status.OPEN and db.instant(row["created_at"]) + PAGE_LASTS <= scope.now():
            async with scope.writing():  # but for who pays at this instant
                await db.execute(_CLOSE, scope.tenant_id(), reference, Status.EXPIRED, None, _EXPIRED, scope.now())
                row = await find(reference)
            assert row is not None, "pages stay"
        return _outcome(row)

    async def charge(self, wish: Charge) -> Outcome:
        """Charge a test card."""
        status, method, reason = judge(wish.method)
        return _outcome(await _once(wish.key, "charge", wish.amount, wish.currency, description=wish.description,
                                    status=status, method=method, reason=reason))  # fmt: skip

    async def refund(self, wish: Refund) -> Outcome:
        """Give back up to what was paid."""
        async with scope.writing():
            known = await db.rows(_BY_KEY, scope.tenant_id(), wish.key)
            if known:
                return _outcome(known[0])
            enough = await db.execute(_REFUND, scope.tenant_id(), wish.reference, wish.amount)
            status, reason = (Status.SUCCEEDED, None) if enough else (Status.DECLINED, "charge_already_refunded")
            return _outcome(await _once(wish.key, "refund", wish.amount, wish.currency, of=wish.reference,
                                        status=status, reason=reason))  # fmt: skip

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The sandbox sends none: its page is ours."""
        raise BadSignature("the sandbox sends no webhooks")


async def find(page: str) -> db.Row | None:
    """A page or payment by its id, within the session under way."""
    if not is_id(page):
        return None
    found = await db.rows("SELECT * FROM sandbox_payment WHERE tenant_id = $1 AND id = $2", scope.tenant_id(), page)
    return found[0] if found else None


async def pay(page: str, number: str) -> Outcome:
    """Pay on a page with a card's number: what is declined leaves the page open for another card."""
    method = CARDS.get("".join(number.split()), DECLINED)
    status, kept, reason = judge(method)
    async with scope.writing():
        if status is Status.SUCCEEDED:
            await db.execute(_CLOSE, scope.tenant_id(), page, status, kept, reason, scope.now())
        row = await find(page)
    assert row is not None, "the page is there"
    return _outcome(row) if row["status"] != Status.OPEN else Outcome(Status.DECLINED, reason=reason)


def judge(method: str) -> tuple[Status, str, str | None]:
    """What a card says now: whether it can be charged, how it is called from now on, and why not."""
    today = scope.now().date()
    if method == SUCCEEDS:
        return Status.SUCCEEDED, method, None
    if method == EXPIRES:
        return Status.SUCCEEDED, f"{_DATED}{(today + CARD_LASTS).isoformat()}", None
    if method.startswith(_DATED) and (ends := _date(method.removeprefix(_DATED))) is not None:
        return (Status.SUCCEEDED, method, None) if today < ends else (Status.DECLINED, method, "expired_card")
    return Status.DECLINED, method, "card_declined"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _once(
    key: str, kind: str, amount: int, currency: str, *, of: str | None = None, description: str | None = None,
    return_url: str | None = None, status: Status = Status.OPEN, method: str | None = None, reason: str | None = None,
) -> db.Row:  # fmt: skip
    """Write it down unless the key is known; what is written is what counts."""
    tenant, now = scope.tenant_id(), scope.now()
    async with scope.writing():
        await db.execute(
            _INSERT, tenant, new_id(), key, kind, of, amount, currency, description, return_url, status, method, reason,
            now, None if status is Status.OPEN else now,
        )  # fmt: skip
        return (await db.rows(_BY_KEY, tenant, key))[0]


def _outcome(row: db.Row) -> Outcome:
    status = Status(row["status"])
    return Outcome(status, row["id"] if status is Status.SUCCEEDED else None, row["method"], row["reason"])


_BY_KEY = "SELECT * FROM sandbox_payment WHERE tenant_id = $1 AND key = $2"

_INSERT = """
INSERT INTO sandbox_payment (tenant_id, id, key, kind, of_id, amount, currency, description, return_url, status, method,
    reason, created_at, closed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (tenant_id, key) DO NOTHING"""

_CLOSE = """
UPDATE sandbox_payment SET status = $3, method = $4, reason = $5, closed_at = $6
WHERE tenant_id = $1 AND id = $2 AND kind = 'page' AND status = 'open'"""

_REFUND = """
UPDATE sandbox_payment SET refunded = refunded + $3
WHERE tenant_id = $1 AND id = $2 AND status = 'succeeded' AND refunded + $3 <= amount"""
