"""What sentences about rules need to know, whatever their kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from programs.explain import money


@dataclass(frozen=True, slots=True)
class Words:
    """What sentences need to know: the unit's names and scale, and the currencies' exponents by ISO code, and
    what partners of coalitions are called, by slug.
    """

    name: str
    name_plural: str
    scale: int
    currencies: Mapping[str, int]
    partners: Mapping[str, str] = field(default_factory=dict)

    def partner(self, slug: str) -> str:
        """What people call a partner; its slug where there is none by it."""
        return self.partners.get(slug, slug)

    def amount(self, amount: int) -> str:
        """So many points: `1 point`, `1.5 points`."""
        whole, rest = divmod(amount, 10**self.scale)
        number = f"{whole}.{rest:0{self.scale}}".rstrip("0") if rest else str(whole)
        return f"{number} {self.name if number == '1' else self.name_plural}"

    def money(self, amount: int, currency: str) -> str:
        """An amount of money with its decimals: `10.50 USD`."""
        return money(amount, currency, self.currencies)
