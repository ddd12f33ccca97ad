"""Rules of any kind: a type with one field per kind, and the `@oneOf` input of the same shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kit.money import EXPONENTS
from programs import rulebooks
from programs.registry import KINDS
from programs.wording import Words
from schema.shared.declare import UNSET, choice, field, output
from schema.shared.naming import camel
from schema.shared.rules import campaign, coalition, game, giving, paid, points, referral, stored_value, tasks, tiered
from schema.shared.rules.face import Face
from schema.shared.values import Unit
from tenants import scope

FACES: Mapping[str, Face] = {
    "campaign": campaign.FACE,
    "coalition": coalition.FACE,
    "game": game.FACE,
    "giving": giving.FACE,
    "paid": paid.FACE,
    "points": points.FACE,
    "referral": referral.FACE,
    "stored_value": stored_value.FACE,
    "tasks": tasks.FACE,
    "tiered": tiered.FACE,
}
"""How each kind of the registry shows its rules."""


@output
class ProgramRules:
    """A program's rules: exactly one of these is set, the one that its kind names."""

    paid: Any = field(default=None, graphql_type=paid.PaidRules | None, description="The rules of a paid program.")
    game: Any = field(default=None, graphql_type=game.GameRules | None, description="The rules of a game.")
    giving: Any = field(default=None, graphql_type=giving.GivingRules | None, description="The rules of giving.")
    points: Any = field(
        default=None, graphql_type=points.PointsRules | None, description="The rules of a points program."
    )
    campaign: Any = field(
        default=None, graphql_type=campaign.CampaignRules | None, description="The rules of a campaign."
    )
    coalition: Any = field(
        default=None, graphql_type=coalition.CoalitionRules | None, description="The rules of a coalition."
    )
    referral: Any = field(
        default=None, graphql_type=referral.ReferralRules | None, description="The rules of referrals."
    )
    stored_value: Any = field(
        default=None, graphql_type=stored_value.StoredValueRules | None, description="The rules of stored value."
    )
    tasks: Any = field(default=None, graphql_type=tasks.TasksRules | None, description="The rules of a task program.")
    tiered: Any = field(
        default=None, graphql_type=tiered.TieredRules | None, description="The rules of a tiered program."
    )


@choice
class ProgramRulesInput:
    """A program's rules; which one is given is the program's kind."""

    paid: Any = field(
        default=UNSET, graphql_type=paid.PaidRulesInput | None, description="The rules of a paid program."
    )
    game: Any = field(default=UNSET, graphql_type=game.GameRulesInput | None, description="The rules of a game.")
    giving: Any = field(default=UNSET, graphql_type=giving.GivingRulesInput | None, description="The rules of giving.")
    points: Any = field(
        default=UNSET, graphql_type=points.PointsRulesInput | None, description="The rules of a points program."
    )
    campaign: Any = field(
        default=UNSET, graphql_type=campaign.CampaignRulesInput | None, description="The rules of a campaign."
    )
    coalition: Any = field(
        default=UNSET, graphql_type=coalition.CoalitionRulesInput | None, description="The rules of a coalition."
    )
    referral: Any = field(
        default=UNSET, graphql_type=referral.ReferralRulesInput | None, description="The rules of referrals."
    )
    stored_value: Any = field(
        default=UNSET, graphql_type=stored_value.StoredValueRulesInput | None, description="The rules of stored value."
    )
    tasks: Any = field(
        default=UNSET, graphql_type=tasks.TasksRulesInput | None, description="The rules of a task program."
    )
    tiered: Any = field(
        default=UNSET, graphql_type=tiered.TieredRulesInput | None, description="The rules of a tiered program."
    )


def show_rules(kind: str, document: Mapping[str, Any]) -> ProgramRules:
    """Stored rules in the schema."""
    return ProgramRules(**{str(kind): FACES[kind].mirror.show(KINDS[kind].parse(document))})


def read_rules(given: ProgramRulesInput) -> tuple[str, dict[str, Any]]:
    """The kind and the document of rules that were given: exactly one kind is, as the schema has checked."""
    ((kind, inner),) = ((name, value) for name in KINDS if (value := getattr(given, name, UNSET)) not in (None, UNSET))
    return kind, FACES[kind].mirror.document(inner)


def summary_of(kind: str, document: Mapping[str, Any], unit: Unit) -> list[str]:
    """Rules in words, one sentence each."""
    return FACES[kind].summary(KINDS[kind].parse(document), words_of(unit))


def words_of(unit: Unit) -> Words:
    """What sentences about rules need to know; who names partners has the tenant's rules loaded first."""
    partners = rulebooks.partner_names(scope.tenant_id())
    return Words(unit.name, unit.name_plural, unit.scale, EXPONENTS, partners)


def show_path(path: str, kind: str, document: Mapping[str, Any]) -> str:
    """A path in a document as the schema spells it: `rules[2].earn.per` is `points.rules[2].earn.perAmount.per`."""
    shown: list[str] = [camel(kind)]
    value: Any = document
    for step in _STEPS.findall(path):
        if step.startswith("["):
            shown[-1] += step
            value = _item(value, int(step[1:-1]))
            continue
        tag = value.get("type") if isinstance(value, Mapping) else None
        if isinstance(tag, str) and step != "type":
            shown.append(camel(tag))
        shown.append(camel(step))
        value = value.get(step) if isinstance(value, Mapping) else None
    return ".".join(shown)


_STEPS = re.compile(r"\[\d+\]|[^.\[\]]+")


def _item(value: Any, index: int) -> Any:
    return value[index] if isinstance(value, Sequence) and not isinstance(value, str) and index < len(value) else None
