"""The receipt of a donation: its number, and the sheet that can be printed. Pure."""

from __future__ import annotations

from datetime import date, tzinfo

from babel.dates import format_date

from programs.giving.views import DonationState, DonationView
from programs.wording import Words

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that reads like another
_GROUPS = 3


def new_number(id_: str, day: date) -> str:
    """The number of a donation's receipt: its local day, and twelve characters made of the random part of its id.

    No two donations have the same, and nobody waits for a number.

    >>> new_number("0190a1b2-0000-7000-8000-00000000001f", date(2026, 11, 22))
    '20261122-0000-0000-000Z'
    """
    rest = int(id_.replace("-", ""), 16) & (1 << 60) - 1
    letters = "".join(_ALPHABET[rest >> shift & 31] for shift in range(55, -1, -5))
    groups = (letters[n * 4 : n * 4 + 4] for n in range(_GROUPS))
    return "-".join((f"{day:%Y%m%d}", *groups))


def sheet(donation: DonationView, *, shop: str, member: str, words: Words, zone: tzinfo) -> str:
    """The receipt as plain text, a line for each fact; `member` is how they are called."""
    day = format_date(donation.donated_at.astimezone(zone).date(), "d MMMM y", locale="en")
    total = words.money(donation.value + donation.matched, donation.currency)
    lines = [
        f"Receipt {donation.number}",
        shop,
        "",
        f"Date: {day}",
        f"Given by: {member}",
        f"Given to: {donation.cause_name}",
        f"Points: {words.amount(donation.points)}",
        f"Worth: {words.money(donation.value, donation.currency)}",
    ]
    if donation.matched:
        lines += [f"Added by {shop}: {words.money(donation.matched, donation.currency)}", f"Together: {total}"]
    if donation.state is DonationState.CANCELLED:
        lines += ["", "Cancelled: the points were given back."]
    return "\n".join(lines) + "\n"
