"""What a payment provider must be able to do; `connect.payments` has those that there are, web and jobs fill them in.

Every wish has a `key`: the same key again is the same payment, and answers the same, also after a crash on either side.
No call is made inside a transaction. Amounts are minor units; `Unavailable` means that nobody knows yet, so ask again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from programs import ProgramsError


class ProviderError(ProgramsError):
    """A payment provider could not be used."""


class Unavailable(ProviderError):
    """No answer, or none that says whether it was done: ask again with the same key."""


class Impossible(ProviderError):
    """The provider takes no such payment at all, so that asking again is of no use; its text is a short reason."""


class BadSignature(ProviderError):
    """A webhook was not sent by who should have sent it."""


class Status(StrEnum):
    """What became of a payment: not paid yet, paid (or refunded), refused, or given up."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment on the provider's own page, where the payer gives a card that later terms can be charged to.

    With `amount` 0 the card is only put on file. `return_url` is where the page leads back to.
    """

    key: str
    amount: int
    currency: str
    description: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a checkout; `reference` is what the provider calls it."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment with a card that is on file, while nobody is there to be asked, first wished for at `asked_at`."""

    key: str
    amount: int
    currency: str
    method: str
    description: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Refund:
    """So much of the payment `reference` back to where it came from; wished for the first time at `asked_at`."""

    key: str
    reference: str
    amount: int
    currency: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: `reference` is what the provider calls the payment, `method` the card for later terms.

    `reason` says why it was declined, in the provider's own short words (`card_declined`, `expired_card`).
    """

    status: Status
    reference: str | None = None
    method: str | None = None
    reason: str | None = None


class Provider(Protocol):
    """A payment provider, as a tenant's account with it. Each call raises `Unavailable`."""

    name: str

    async def checkout(self, wish: Checkout) -> Page:
        """Open a page; the same key gives the same page. Raises `Impossible`."""
        ...

    async def look(self, reference: str) -> Outcome:
        """Ask what became of a page."""
        ...

    async def charge(self, wish: Charge) -> Outcome:
        """Charge a card that is on file: succeeded or declined, or open while the bank thinks."""
        ...

    async def refund(self, wish: Refund) -> Outcome:
        """Give back: succeeded, or declined with a reason."""
        ...

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Give the key of the payment that a webhook is about, None if about none of ours. Raises `BadSignature`."""
        ...


Find = Callable[[str | None], Awaitable[Provider | None]]
"""The scope's tenant's account with the provider of that name, or with the one for new payments; None: none."""

_connected: list[Find] = []


def connect(find: Find) -> None:
    """Tell this process where providers are; the composition of web, jobs and tests does."""
    _connected[:] = [find]


async def provider_of(name: str | None = None) -> Provider | None:
    """The tenant's provider of that name, or the one for new payments. Raises `Unavailable` where none is connected."""
    if not _connected:
        raise Unavailable("no payment providers are connected to this process")
    return await _connected[0](name)
