"""Templates as data: each holds together, says what it is, and tells where every figure comes from."""

from __future__ import annotations

import pytest

from kit.errors import Refusal
from kit.money import EXPONENTS
from programs import templating
from programs.findings import RulesContext
from programs.kind import check
from programs.registry import KINDS
from programs.templates.catalogue import TEMPLATES
from programs.templates.template import Origin, Template
from tests.programs.templates.club import OpenClub

TODAY_ONLY = {"starts_on", "ends_on", "regions", "legal_review"}
"""What a game says when it is published, and a template cannot know."""


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_the_rules_hold_together(template: Template) -> None:
    context = RulesContext(
        frozenset(unit.slug for unit in template.units),
        EXPONENTS,
        unit_currencies={unit.slug: unit.currency for unit in template.units if unit.currency},
        rewards=frozenset(reward.slug for reward in template.rewards),
    )
    for program in template.programs:
        findings = check(KINDS[program.kind], program.rules, context)
        assert [each for each in findings if each.path not in TODAY_ONLY] == [], program.slug
    assert {reward.unit for reward in template.rewards} <= context.units


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_every_figure_has_an_origin_and_terms_have_a_date(template: Template) -> None:
    assert template.source and template.description.endswith(".")
    assert any(figure.origin is Origin.DESCRIBED for figure in template.figures)
    for figure in template.figures:
        assert (figure.as_of is not None) is (figure.origin is Origin.TERMS), figure.text
        assert figure.as_of is None or figure.as_of[:2] == "20"


@pytest.mark.slow
async def test_all_of_them_pass_the_check_and_go_live_in_one_shop(open_club: OpenClub) -> None:
    club = await open_club("sephora-beauty-insider")
    for slug in list(TEMPLATES)[1:]:
        await club.make(slug)
    for slug, template in TEMPLATES.items():
        await club.open_games(slug)
        seen = await club.merchant.ask("{ programs(first: 100) { nodes { slug state draft { id } } } }")
        own = {each["slug"]: each for each in seen["programs"]["nodes"] if each["slug"].startswith(slug)}
        assert len(own) == len(template.programs), slug
        assert {each["state"] for each in own.values()} == {"LIVE"}, slug
        assert [each for each in own.values() if each["draft"]] == [], slug


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_only_games_stay_drafts_and_say_so(template: Template) -> None:
    games = any(program.kind == "game" for program in template.programs)
    assert games is ("until you give" in template.description and "law" in template.description)


async def test_they_are_offered_and_made(open_club: OpenClub) -> None:
    club = await open_club("sephora-beauty-insider")
    asked = await club.merchant.ask("{ programTemplates { slug name kinds description source figures { origin } } }")
    assert [each["slug"] for each in asked["programTemplates"]] == list(TEMPLATES)
    assert asked["programTemplates"][0]["kinds"] == ["POINTS", "TIERED"]
    assert list(club.programs) == ["sephora-beauty-insider", "sephora-beauty-insider-levels"]
    create = "mutation($input: ProgramCreateInput!) { programCreate(input: $input) { userErrors { field code } } }"
    for given, code, field in (
        ({"template": "sephora-beauty-insider"}, "TAKEN", "slug"),
        ({"template": "nobodys"}, "NOT_FOUND", "template"),
        ({"name": "Club", "slug": "club"}, "INVALID", "rules"),
    ):
        refused = (await club.merchant.ask(create, input=given))["programCreate"]["userErrors"]
        assert refused == [{"code": code, "field": [field]}], given
    again = {"template": "sephora-beauty-insider", "slug": "again", "line": "two"}
    assert (await club.merchant.ask(create, input=again))["programCreate"]["userErrors"] == []


def test_an_unknown_template() -> None:
    with pytest.raises(Refusal, match="no such template"):
        templating.get("nobodys")
