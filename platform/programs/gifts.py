"""What any kind of program may give beside what it earns: points of a unit, or a reward of the catalogue (DESIGN §6).

Part of rules; `gift_posting` gives them and takes them back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from programs.documents import Bound, Size, Text
from programs.findings import Finding, RulesContext

AMOUNT_MAX = 2**53 - 1

Slug = Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")]


@dataclass(frozen=True, slots=True)
class PointsGift:
    """So many points of a unit, for so many months (None: without end)."""

    TYPE: ClassVar[str] = "points"
    unit: Slug
    points: Annotated[int, Bound(1, AMOUNT_MAX)]
    expires_after_months: Annotated[int, Bound(1, 1200)] | None = None


@dataclass(frozen=True, slots=True)
class RewardGift:
    """A reward of the catalogue, by its slug, for no points."""

    TYPE: ClassVar[str] = "reward"
    reward: Slug


Gift = PointsGift | RewardGift
Gifts = Annotated[tuple[Gift, ...], Size(20)]


def units_of(gifts: Sequence[Gift]) -> tuple[str, ...]:
    """The units, by slug, of which gifts give points; each once."""
    return tuple(dict.fromkeys(gift.unit for gift in gifts if isinstance(gift, PointsGift)))


def findings(gifts: Sequence[Gift], path: str, context: RulesContext) -> Iterator[Finding]:
    """Find gifts of a list of rules that are of units or rewards which the tenant does not have."""
    for index, gift in enumerate(gifts):
        yield from finding(gift, f"{path}[{index}]", context)


def finding(gift: Gift, path: str, context: RulesContext) -> Iterator[Finding]:
    """Find whether one gift is of a unit or reward which the tenant does not have."""
    if isinstance(gift, PointsGift):
        if gift.unit not in context.units:
            yield Finding(f"{path}.unit", "unknown_value", "there is no such unit", gift.unit)
    elif context.rewards is not None and gift.reward not in context.rewards:
        yield Finding(f"{path}.reward", "unknown_value", "there is no such reward", gift.reward)
