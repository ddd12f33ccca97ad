"""Rules of any kind: a type with one field per kind, and the `@oneOf` input of the same shape."""

from __future__ import annotations

from typing import Any

from schema.shared.declare import UNSET, choice, field, output
from schema.shared.rules.points import PointsRules, PointsRulesInput


@output
class ProgramRules:
    """A program's rules: exactly one of these is set, the one that its kind names."""

    points: Any = field(graphql_type=PointsRules | None, description="The rules of a points program.")


@choice
class ProgramRulesInput:
    """A program's rules; which one is given is the program's kind."""

    points: Any = field(
        default=UNSET, graphql_type=PointsRulesInput | None, description="The rules of a points program."
    )
