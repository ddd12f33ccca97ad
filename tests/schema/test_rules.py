"""Rules keep their meaning on the way in and out of the schema."""

from typing import Any

import pytest
import strawberry

from programs import documents
from programs.points.rules import PointsRules
from schema.shared.naming import config
from schema.shared.rules import points
from schema.shared.rules.union import ProgramRules, ProgramRulesInput

RULES = {
    "unit": "points",
    "rules": [
        {"id": "base", "name": "Base", "on": ["purchase", "custom:phone"],
         "earn": {"perAmount": {"points": 1, "per": 100, "currency": "USD"}},
         "items": {"include": {"kinds": ["PRODUCT"]}, "exclude": {"skus": ["X"], "tags": ["sale"]}},
         "conditions": {"minimumAmount": 5000, "currency": "USD", "weekdays": [2], "startsOn": "2026-11-01",
                        "hours": [{"fromTime": "16:00", "untilTime": "18:00"}], "tenders": ["CARD"]},
         "caps": [{"limit": 9_007_199_254_740_991, "period": "WEEK", "per": "PROGRAM"}]},
        {"id": "item", "name": "Item", "earn": {"perItem": {"points": 2}}},
        {"id": "order", "name": "Order", "earn": {"perOrder": {"points": 3}}},
        {"id": "visit", "name": "Visit", "on": ["visit"], "earn": {"perVisit": {"points": 4}}},
        {"id": "bonus", "name": "Bonus", "on": ["signup"], "earn": {"fixed": {"points": 5}}},
        {"id": "breaks", "name": "Breaks", "earn": {"quantityBreaks": {"breaks": [{"quantity": 2, "points": 6}]}}},
        {"id": "double", "name": "Double", "earn": {"multiplier": {"factor": "2"}}},
    ],
    "base": {"tax": True},
    "rounding": "HALF_EVEN",
    "pending": {"days": {"days": 14}},
    "expiry": {"policies": [{"monthsAfterEarning": {"months": 12}}, {"monthsInactive": {"months": 6}},
                            {"fixedDate": {"month": 3, "day": 31}}, {"endOfCalendarYear": {}}], "warnDays": [30, 7]},
    "clawback": "NEGATIVE",
    "caps": [{"limit": 10, "counts": "TIMES"}],
    "payment": {"points": 100, "worth": 1, "currency": "USD", "maximumSharePercent": 50},
}  # fmt: skip

EVERYTHING = """
query ($rules: ProgramRulesInput!) { echo(rules: $rules) { points {
  unit rounding clawback
  rules { id name on earn {
      perAmount { points per currency } perItem { points } perOrder { points } perVisit { points } fixed { points }
      quantityBreaks { breaks { quantity points } } multiplier { factor allowBelowOne } }
    items { include { skus categories tags kinds } exclude { skus categories tags kinds } }
    conditions { minimumAmount maximumAmount currency channels weekdays hours { fromTime untilTime } startsOn endsOn
      segments tiers tierProgram firstTimeOnly codes tenders }
    caps { limit counts period per } }
  base { deductDiscounts tax shipping giftCards topUps donations rewards paidWithPoints paidWithStoredValue
    paidWithGiftCards }
  pending { days { days } trigger { trigger } }
  expiry { policies { never monthsAfterEarning { months } monthsInactive { months } fixedDate { month day }
    endOfCalendarYear { years } } exemptTiers tierProgram warnDays }
  caps { limit counts period per }
  payment { points worth currency minimum multiple maximum maximumSharePercent }
} } }
"""

seen: list[PointsRules] = []


@strawberry.type
class Query:
    @strawberry.field
    def echo(self, rules: ProgramRulesInput) -> ProgramRules:
        read = documents.load(PointsRules, points.mirror.document(rules.points))
        seen.append(read)
        return ProgramRules(points=points.mirror.show(read))


schema = strawberry.Schema(Query, config=config())


async def _echo(rules: dict[str, Any]) -> Any:
    result = await schema.execute(EVERYTHING, {"rules": {"points": rules}})
    assert result.errors is None
    assert result.data is not None
    return result.data["echo"]["points"]


async def test_what_is_read_can_be_sent_back() -> None:
    shown = await _echo(RULES)
    assert await _echo(_given(shown)) == shown
    assert seen[-1] == seen[-2]


async def test_everything_that_was_sent_is_shown() -> None:
    shown = await _echo(RULES)
    assert _missing(RULES, shown) == []


async def test_points_that_never_expire() -> None:
    shown = await _echo({"unit": "points", "expiry": {"policies": [{"never": True}]}})
    assert shown["expiry"]["policies"][0]["never"] is True


@pytest.mark.parametrize("earn", [{}, {"fixed": {"points": 1}, "perItem": {"points": 1}}, {"fixed": None}])
async def test_exactly_one_way_to_earn(earn: dict[str, Any]) -> None:
    rules = {"unit": "points", "rules": [{"id": "a", "name": "A", "earn": earn}]}
    result = await schema.execute(EVERYTHING, {"rules": {"points": rules}})
    assert result.errors is not None


def test_every_field_of_the_engine_is_in_the_schema() -> None:
    shown = {field.name for field in points.PointsRules.__strawberry_definition__.fields}
    assert shown == set(PointsRules.__dataclass_fields__) - {"format"}


def _given(value: Any) -> Any:
    """Output as input: what is null was not given."""
    if isinstance(value, dict):
        return {name: _given(item) for name, item in value.items() if item is not None}
    return [_given(item) for item in value] if isinstance(value, list) else value


def _missing(sent: Any, shown: Any, path: str = "") -> list[str]:
    if isinstance(sent, dict):
        return [bad for name, item in sent.items() for bad in _missing(item, shown[name], f"{path}.{name}")]
    if isinstance(sent, list) and len(sent) == len(shown):
        return [bad for i, item in enumerate(sent) for bad in _missing(item, shown[i], f"{path}[{i}]")]
    return [] if sent == shown else [path]
