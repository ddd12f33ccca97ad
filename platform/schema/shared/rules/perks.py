"""The words of perks, which the rules of several kinds have."""

from __future__ import annotations

from typing import Any

from programs.perks import Perk, PerkCost
from schema.shared.rules.mirror import Words

PERKS: dict[Any, Words] = {
    Perk: Words("Perk", "Something that members may have beside points: free delivery, a gift, a lounge.", {
        "id": "The same wherever the program has this perk: 1–64 of a–z 0–9 _ -. It stays over versions.",
        "name": "What members read.",
        "perk_class": "What it does for a member.",
        "unit_cost": "What one use costs the merchant; null: nothing that is counted.",
        "limit": "How often it can be used in a period: 1–1,000,000; null: any number of times.",
        "period": "The period that the limit counts in, the same wherever the program has this perk.",
    }),
    PerkCost: Words("PerkCost", "What one use costs.", {
        "amount": "In minor units, 0 or more.",
        "currency": "The ISO 4217 code.",
    }),
}  # fmt: skip
