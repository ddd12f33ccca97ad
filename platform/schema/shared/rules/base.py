"""The words of what the rules of several kinds have in common."""

from __future__ import annotations

from typing import Any

from programs.lines import EarningBase
from schema.shared.rules.mirror import Words

BASE: dict[Any, Words] = {
    EarningBase: Words("EarningBase", "Which parts of an order count for earning; products always do.", {
        "deduct_discounts": "Whether discounts are taken off first.",
        "tax": "Whether tax counts.",
        "shipping": "Whether delivery counts.",
        "gift_cards": "Whether gift cards that are bought count.",
        "top_ups": "Whether top-ups count.",
        "donations": "Whether donations count.",
        "rewards": "Whether lines that were had for points count.",
        "paid_with_points": "Whether what was paid with points counts.",
        "paid_with_stored_value": "Whether what was paid from stored value counts.",
        "paid_with_gift_cards": "Whether what was paid with a gift card counts.",
    }),
}  # fmt: skip
