"""The words of what is counted, which rules of several kinds have; released under the names that tiers gave them."""

from __future__ import annotations

from typing import Any

from programs import metrics
from schema.shared.rules.mirror import Words
from schema.shared.scalars import ActivityKindName

METRICS: dict[Any, Words] = {
    metrics.Spend: Words("TierMetricSpend", "What was paid; what comes back counts no longer.", {
        "currency": "The ISO 4217 code; orders in another currency count nothing.",
    }),
    metrics.Earned: Words("TierMetricEarned", "Points that were given; spending them takes nothing away.", {
        "unit": "Their unit, by its slug.",
    }),
    metrics.Orders: Words("TierMetricOrders", "Orders; one that came back whole counts no longer.", {}),
    metrics.Pieces: Words("TierMetricPieces", "Pieces of lines with one of these tags: nights, flights, classes.", {
        "tags": "1–50 tags.",
    }),
    metrics.Times: Words("TierMetricTimes", "Activities of a kind.", {
        "kind": "Which, such as `visit`.",
    }, types={"kind": ActivityKindName}),
}  # fmt: skip
