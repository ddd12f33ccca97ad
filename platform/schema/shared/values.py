"""Small values that mean the same in every schema."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from ledger.reading import Expiring
from schema.shared.declare import field, input_, output
from schema.shared.ids import Node
from schema.shared.scalars import AttributeValue, BigInt


@output
class Money:
    """An amount of money."""

    amount: BigInt = field(description="In the currency's minor units: cents, yen.")
    currency: str = field(description="The ISO 4217 code.")


@input_
class MoneyInput:
    """An amount of money."""

    amount: BigInt = field(description="In the currency's minor units: cents, yen.")
    currency: str = field(description="The ISO 4217 code.")


@output
class Unit(Node):
    """What is counted: points, stars, miles."""

    slug: str = field(description="The name that rules and inputs use.")
    name: str = field(description="One of them, as members read it: point.")
    name_plural: str = field(description="Several of them: points.")
    scale: int = field(description="Digits after the point: amounts are in 10^-scale of a unit.")
    currency: str | None = field(
        description="Of a unit of money its ISO 4217 code, and amounts are minor units; null: it counts no money."
    )


@output
class ExpiryStep:
    """An amount of points that end together."""

    amount: BigInt = field(description="How many.")
    last_day: date = field(description="The last day, in the tenant's zone, on which they can be spent.")
    expires_at: datetime = field(description="The instant from which on they cannot: the end of that day.")


@output
class Attribute:
    """A name and what it says."""

    name: str = field(description="The name.")
    value: AttributeValue = field(description="What it says.")


@input_
class AttributeInput:
    """A name and what it says."""

    name: str = field(description="The name: 1–64 of A–Z a–z 0–9 _ . : -")
    value: AttributeValue | None = field(description="What it says, up to 1,000 characters; null takes it away.")


def show_expiries(schedule: Sequence[Expiring], zone: tzinfo) -> list[ExpiryStep]:
    """How points end, with the last local day of each step."""
    return [
        ExpiryStep(amount=step.amount, last_day=last_day(step.at, zone), expires_at=step.at) for step in schedule
    ]  # fmt: skip


def last_day(expires_at: datetime, zone: tzinfo) -> date:
    """The last local day on which points that end at an instant (exclusive) can be spent."""
    return (expires_at - timedelta(microseconds=1)).astimezone(zone).date()
