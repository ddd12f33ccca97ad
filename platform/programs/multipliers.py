"""What a tier or a plan multiplies: the rule, what it must fulfil, and how other programs see it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from programs.decision import RuleId
from programs.documents import Text
from programs.factor import FACTOR, fraction
from programs.factor import find as find_factor
from programs.findings import Finding, RulesContext
from programs.kind import Modifier, VersionFacts


@dataclass(frozen=True, slots=True)
class StandingMultiplier:
    """Multiplies what other programs of the line give of `unit` (None: of any). Below 1 it takes away: say so.

    Each kind names its own, since the API has a type for each.
    """

    factor: Annotated[str, FACTOR]
    unit: Annotated[str, Text(64, r"[a-z0-9][a-z0-9_-]*")] | None = None
    allow_below_one: bool = False

    def fraction(self) -> tuple[int, int]:
        """Give the factor as (numerator, denominator)."""
        return fraction(self.factor)


def find(path: str, multipliers: Sequence[StandingMultiplier], context: RulesContext) -> Iterator[Finding]:
    """Check the multipliers of a tier or plan, which stand at `path`; for a kind's `validate`."""
    for index, each in enumerate(multipliers):
        here = f"{path}[{index}]"
        if each.unit is not None and each.unit not in context.units:
            yield Finding(f"{here}.unit", "unknown_value", "there is no such unit", each.unit)
        yield from find_factor(f"{here}.factor", each.factor, allow_below_one=each.allow_below_one)


def modifiers(
    rule: str, name: str, multipliers: Sequence[StandingMultiplier], facts: VersionFacts
) -> tuple[Modifier, ...]:  # fmt: skip
    """Give what other programs multiply by, under the id and name of the tier or plan."""
    return tuple(
        Modifier(facts.program_id, facts.version_id, RuleId(rule), name, each.factor, *each.fraction(), each.unit)
        for each in multipliers
    )
