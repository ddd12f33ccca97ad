"""In the style of Huawei's unified membership: one membership and one kind of points over all channels and lines."""

from programs.templates import pieces
from programs.templates.template import TEXTBOOK, ProgramOf, RewardOf, Template, UnitOf, described, ours
from rewards.terms import AmountOff, Money

UNIT = "unified-points"
CORE = "rfm:core"
"""The tag of members of the highest RFM class."""
_GIFT = pieces.perk("birthday-gift", "A birthday gift", limit=1, period="year")
_SERVICE = pieces.perk("service", "Service first", "adds_value")
_TRADE_IN = pieces.perk("trade-in", "A better price for the old device", "lowers_cost", limit=1, period="year")

HUAWEI = Template(
    slug="huawei-unified-membership",
    name="Unified membership",
    description="One membership and one kind of points over all channels and lines; campaigns by tag and RFM class.",
    source=f"{TEXTBOOK}, on Huawei's unified membership",
    figures=(
        *described(
            "one membership and one kind of points over all channels and lines",
            "tags, RFM classes and targeted campaigns", "scorecard: members +30 % a year",
            "scorecard: repurchase +25 %", "scorecard: NPS +15", "scorecard: marketing return +40 %",
            "scorecard: lifetime value +35 %",
        ),
        *ours(
            "1 point per ¥10", "double points for the core class, 1,000 more a month", "20 points for a survey a month",
            "¥50 off for 500 points", "levels at ¥5,000 and ¥20,000 in twelve months",
            "points end with the next calendar year",
        ),
    ),
    units=(UnitOf(UNIT, "point", "points"),),
    rewards=(RewardOf("unified-voucher", "¥50 off", UNIT, 500, AmountOff(Money(50_00, "CNY"))),),
    programs=(
        ProgramOf("points", "Unified points", "points", {
            "unit": UNIT,
            "rules": [
                pieces.per_amount("yuan", "1 point per ¥10", 1, 10_00, "CNY"),
                pieces.fixed("survey", "A survey answered", 20, "survey", caps=pieces.once_a("month")),
            ],
            "expiry": {"policies": [{"type": "end_of_calendar_year", "years": 1}], "warn_days": [60, 14]},
        }, every_line=True),
        ProgramOf("campaign", "Campaign for the core class", "campaign", {
            "unit": UNIT, "name": "For the core class", "benefit": {"type": "multiply", "factor": "2"},
            "segments": [CORE], "per_member": [{"amount": 1_000, "period": "month"}],
        }, every_line=True),
        ProgramOf("levels", "Unified levels", "tiered", {
            "unit": UNIT,
            "window": {"type": "rolling_months", "months": 12},
            "tiers": [
                {"id": "member", "name": "Member", "perks": [_GIFT]},
                {"id": "gold", "name": "Gold", "reach": [pieces.spend(5_000_00, "CNY")], "perks": [_GIFT, _SERVICE]},
                {"id": "diamond", "name": "Diamond", "reach": [pieces.spend(20_000_00, "CNY")],
                 "perks": [_GIFT, _SERVICE, _TRADE_IN]},
            ],
        }, every_line=True),
    ),
)  # fmt: skip
