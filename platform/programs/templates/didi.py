"""In the style of DiDi's levels: growth by riding, privileges that are functions, and levels that can be lost."""

from programs.templates.template import ARTICLE, ProgramOf, Template, UnitOf, described, earned, ours, per_amount, perk

UNIT = "growth"
_PRIORITY = perk("priority", "Priority when hailing", limit=2, period="week")
_BADGE = perk("badge", "A badge to show")
_SUPPORT = perk("support", "A line of one's own to support")

DIDI = Template(
    slug="didi-levels",
    name="Levels",
    description="A growth system for rides: a clear path upwards, privileges in the app, levels that are lost.",
    source=f"{ARTICLE}, on DiDi",
    figures=(
        *described(
            "levels whose privileges are functions, priority when hailing first of all", "a clear path upwards",
            "status to show",
        ),
        *ours(
            "bronze, silver, gold, diamond at 0, 100, 500 and 2,000 growth in three months", "1 growth per ¥1 of rides",
            "a level is kept for three months, and lost if its tasks are not done again",
            "growth goes after 12 silent months", "how often each level has priority",
        ),
    ),
    units=(UnitOf(UNIT, "growth point", "growth points"),),
    programs=(
        ProgramOf("growth", "Growth", "points", {
            "unit": UNIT,
            "rules": [per_amount("rides", "1 growth per ¥1 of rides", 1, 100, "CNY")],
            "expiry": {"policies": [{"type": "months_inactive", "months": 12}]},
        }),
        ProgramOf("levels", "Levels", "tiered", {
            "unit": UNIT,
            "window": {"type": "rolling_months", "months": 3},
            "validity": {"type": "for_months", "months": 3},
            "tiers": [
                {"id": "bronze", "name": "Bronze", "perks": [_BADGE]},
                {"id": "silver", "name": "Silver", "reach": [earned(100, UNIT)], "perks": [_BADGE, _PRIORITY]},
                {"id": "gold", "name": "Gold", "reach": [earned(500, UNIT)],
                 "perks": [_BADGE, {**_PRIORITY, "limit": 7}]},
                {"id": "diamond", "name": "Diamond", "reach": [earned(2_000, UNIT)],
                 "perks": [_BADGE, {**_PRIORITY, "limit": None}, _SUPPORT]},
            ],
        }),
    ),
)  # fmt: skip
