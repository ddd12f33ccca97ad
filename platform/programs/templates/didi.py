"""In the style of DiDi's levels: growth by riding, privileges that are functions, and levels that can be lost."""

from programs.templates import pieces
from programs.templates.template import ARTICLE, Document, ProgramOf, Template, UnitOf, described, ours

UNIT = "growth"
REGULAR = "four-rides"
_PRIORITY = pieces.perk("priority", "Priority when hailing", limit=2, period="week")
_BADGE = pieces.perk("badge", "A badge to show")
_SUPPORT = pieces.perk("support", "A line of one's own to support")


def _level(id_: str, name: str, growth: int, months: int, *perks: Document) -> Document:
    """A level of so much growth, kept by a task that is done in so many of three months."""
    kept = {"all_of": [{"metric": {"type": "tasks_done", "task": REGULAR}, "at_least": months}]}
    return {"id": id_, "name": name, "reach": [pieces.earned(growth, UNIT)], "keep": [kept], "perks": list(perks)}


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
            "the task: four rides in a month",
            "a level is had for three months, and lost if by then its growth was not reached again, nor the task done "
            "in one (silver), two (gold) or three (diamond) of them",
            "an account is closed after 12 silent months: its level rests from the 11th on, and its growth is gone",
            "how often each level has priority",
        ),
    ),
    units=(UnitOf(UNIT, "growth point", "growth points"),),
    programs=(
        ProgramOf("growth", "Growth", "points", {
            "unit": UNIT,
            "rules": [pieces.per_amount("rides", "1 growth per ¥1 of rides", 1, 100, "CNY")],
            "expiry": {"policies": [{"type": "months_inactive", "months": 12}]},
        }),
        ProgramOf("tasks", "Tasks", "tasks", {
            "unit": UNIT,
            "tasks": [{
                "id": REGULAR, "name": "Four rides in a month",
                "steps": [{"behaviour": {"type": "orders"}, "target": 4}],
                "window": {"type": "calendar", "period": "month"}, "repeat": {"type": "per_window"},
            }],
        }),
        ProgramOf("levels", "Levels", "tiered", {
            "unit": UNIT,
            "window": {"type": "rolling_months", "months": 3},
            "validity": {"type": "for_months", "months": 3},
            "dormancy": {"after_months": 11, "warn_days": 30, "close_after_months": 1},
            "tiers": [
                {"id": "bronze", "name": "Bronze", "perks": [_BADGE]},
                _level("silver", "Silver", 100, 1, _BADGE, _PRIORITY),
                _level("gold", "Gold", 500, 2, _BADGE, {**_PRIORITY, "limit": 7}),
                _level("diamond", "Diamond", 2_000, 3, _BADGE, {**_PRIORITY, "limit": None}, _SUPPORT),
            ],
        }),
    ),
)  # fmt: skip
