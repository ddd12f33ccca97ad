"""What a tenant owes its members and card holders: stored value that can still be paid with, by currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit import db
from programs import rulebooks
from programs.stored_value import terms
from tenants import scope


@dataclass(frozen=True, slots=True)
class Liability:
    """Minor units of `currency`: members' money and bonus, and gift cards; what is set aside for payments included."""

    currency: str
    money: int
    bonus: int
    gift_cards: int


async def liability() -> Sequence[Liability]:
    """The liability by currency, as the lots have it now; what has expired is none, also before the job has run."""
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        found = await db.rows(_OPEN, scope.tenant_id(), scope.now())
    programs = terms.every(rules, scope.now())
    money_units, bonus_units = {each.unit for each in programs}, {each.bonus_unit for each in programs}
    sums = {each.rules.currency: {"money": 0, "bonus": 0, "gift_cards": 0} for each in programs}
    for row in found:
        kind = "gift_cards" if row["card"] else "bonus" if row["unit_id"] in bonus_units else "money"
        if kind == "money" and row["unit_id"] not in money_units:
            continue  # points that are worth money, such as a dividend's
        own = sums.setdefault(row["currency"], {"money": 0, "bonus": 0, "gift_cards": 0})
        own[kind] += int(row["amount"])
    return [Liability(currency, **own) for currency, own in sorted(sums.items())]


_OPEN = """
SELECT u.currency, a.unit_id, CASE WHEN a.owner LIKE 'gift_card:%' THEN 1 ELSE 0 END AS card,
    sum(l.held + CASE WHEN l.expires_at <= $2 OR a.lapses_at <= $2 THEN 0 ELSE l.remaining END) AS amount
FROM unit u JOIN account a ON a.tenant_id = u.tenant_id AND a.unit_id = u.id
JOIN lot l ON l.tenant_id = a.tenant_id AND l.account_id = a.id AND (l.remaining > 0 OR l.held > 0)
WHERE u.tenant_id = $1 AND u.currency IS NOT NULL GROUP BY u.currency, a.unit_id, card"""
