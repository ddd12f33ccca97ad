"""The words of a task program's rules in the schema."""

from __future__ import annotations

import schema.shared.enums  # noqa: F401  # the rules use them: they must be declared first
from programs.tasks import rules, words
from schema.shared.declare import enum
from schema.shared.rules.base import BASE
from schema.shared.rules.face import Face
from schema.shared.rules.gifts import GIFTS
from schema.shared.rules.metrics import METRICS
from schema.shared.rules.mirror import Mirror, Words
from schema.shared.scalars import ActivityKindName

enum(rules.StreakPeriod, {
    "DAY": "Local days.",
    "WEEK": "ISO weeks.",
}, name="TaskStreakPeriod", description="What a streak is counted in.")  # fmt: skip
enum(rules.CalendarPeriod, {
    "DAY": "The local day.",
    "WEEK": "The ISO week.",
    "MONTH": "The month.",
    "YEAR": "The calendar year.",
}, name="TaskCalendarPeriod", description="A piece of the calendar.")  # fmt: skip

WORDS = BASE | METRICS | GIFTS | {
    rules.TasksRules: Words("TasksRules", "The rules of a task program.", {
        "unit": "The slug of the points that the program is about.",
        "tasks": "1–100 tasks: quests, streaks, milestones, tasks that are claimed, triggered or assigned.",
        "badges": "The badges that tasks may bring, at most 100.",
        "base": "Which parts of an order count as spent.",
    }, left_out=frozenset({"format"})),
    rules.Task: Words("TaskRules", "A task.", {
        "id": "Unique in the program: 1–64 of a–z 0–9 _ -. It stays over versions.",
        "name": "What members read.",
        "steps": "What is to be done, 1–10 steps, all of them within one window.",
        "start": "How it begins; null: everybody has it from the start.",
        "window": "Within which time it is to be done; null: without end.",
        "repeat": "How often; null: once.",
        "rewards": "What each time brings; it is taken back if what was done is undone.",
        "badge": "The badge that it brings, by its id.",
        "tiers": "Tiers whose members do it: a minimum tier and those above; none: everybody.",
        "segments": "Segments whose members do it; none: everybody.",
    }),
    rules.Badge: Words("TaskBadge", "A mark that is kept and shown, and worth nothing.", {
        "id": "Unique in the program: 1–64 of a–z 0–9 _ -. It stays over versions.",
        "name": "What members read.",
    }),
    rules.Step: Words("TaskStepRules", "One thing to do.", {
        "behaviour": "What counts.",
        "target": "How much of it: minor units of money, points in the smallest part, or a number.",
        "streak": "So much in each of several days or weeks in a row; null: in all.",
    }),
    rules.Behaviour: Words("TaskBehaviour", "What counts; exactly one of these.", {}),
    rules.OrdersFrom: Words("TaskBehaviourOrdersFrom", "Orders of some worth; gone once they came back whole.", {
        "minimum": "What one must be worth, in minor units.",
        "currency": "The ISO 4217 code; orders in another currency count nothing.",
    }),
    rules.Streak: Words("TaskStreak", "Days or weeks in a row.", {
        "length": "How many, 2–366.",
        "period": "Of what.",
    }),
    rules.Window: Words("TaskWindow", "Within which time; exactly one of these.", {}),
    rules.Calendar: Words("TaskWindowCalendar", "Within a piece of the calendar.", {"period": "Which."}),
    rules.RollingDays: Words("TaskWindowRollingDays", "Within any so many days.", {"days": "1–3660."}),
    rules.FromOffer: Words("TaskWindowFromOffer", "To the end of the day so many days after it began.", {
        "days": "1–3660; what everybody has from the start begins with joining.",
    }),
    rules.Lifetime: Words("TaskWindowLifetime", "Without end.", {}),
    rules.Repeat: Words("TaskRepeat", "How often; exactly one of these.", {}),
    rules.Once: Words("TaskRepeatOnce", "Once per member.", {}),
    rules.PerWindow: Words("TaskRepeatPerWindow", "Once in each window.", {}),
    rules.Every: Words("TaskRepeatEvery", "Each time the target is reached again; the rest is carried on.", {
        "times_max": "How often within a window, 1–1000; null: without end.",
    }),
    rules.Start: Words("TaskStart", "How it begins; exactly one of these.", {}),
    rules.Automatic: Words("TaskStartAutomatic", "Everybody has it from the start.", {}),
    rules.Claimed: Words("TaskStartClaimed", "Members claim it.", {
        "slots": "How many of them can; null: all.",
        "until": "The last day, in the tenant's zone, on which they can; null: always.",
    }),
    rules.OnActivity: Words("TaskStartOnActivity", "An activity begins it; it goes with that if it is undone.", {
        "kind": "Of which kind, such as `signup`.",
    }, types={"kind": ActivityKindName}),
    rules.OnSegment: Words("TaskStartOnSegment", "The first thing that a member of a segment does begins it.", {
        "segment": "Which.",
    }),
    rules.Assigned: Words("TaskStartAssigned", "Staff assign it.", {}),
}  # fmt: skip

mirror = Mirror(WORDS)

TasksRules = mirror.output(rules.TasksRules)
TasksRulesInput = mirror.input(rules.TasksRules)

FACE = Face(mirror, summary=words.summary, ways=words.ways, expiry=words.expiry)
