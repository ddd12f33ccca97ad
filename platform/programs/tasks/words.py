"""Rules of tasks in sentences, for merchants who check them and for members who want to know what to do."""

from __future__ import annotations

from typing import assert_never

from programs import metrics as m
from programs.gifts import PointsGift
from programs.tasks import rules as r
from programs.wording import Words


def summary(rules: r.TasksRules, words: Words) -> list[str]:
    """One sentence per task, then the badges."""
    sentences = [f"{task.name}: {_task(task, rules, words)}." for task in rules.tasks]
    if rules.badges:
        sentences.append(f"Badges: {', '.join(badge.name for badge in rules.badges)}.")
    return sentences


def ways(rules: r.TasksRules, words: Words) -> list[tuple[str, str, str]]:
    """Each task: its id, its name, what is to be done and what it brings."""
    return [(task.id, task.name, f"{_capital(_task(task, rules, words))}.") for task in rules.tasks]


def expiry(_rules: r.TasksRules, _words: Words) -> str:
    """What becomes of a task that was not done in time."""
    return "A task that is not done in its time has expired."


def behaviour(of: r.Behaviour, amount: int, words: Words) -> str:
    """So much of a behaviour: `3 orders`, `20.00 USD spent`."""
    match of:
        case m.Spend(currency):
            return f"{words.money(amount, currency)} spent"
        case m.Earned(unit):
            return f"{_points(amount, unit, words)} earned"
        case m.Orders():
            return _count(amount, "order")
        case r.OrdersFrom(minimum, currency):
            return f"{_count(amount, 'order')} of {words.money(minimum, currency)} or more"
        case m.Pieces(tags):
            return f"{amount} × {' or '.join(tags)}"
        case m.Times(kind):
            return f"{amount} × {kind.removeprefix('custom:')}"
        case _:
            assert_never(of)


def _task(task: r.Task, rules: r.TasksRules, words: Words) -> str:
    parts = [" and ".join(_step(step, words) for step in task.steps) + _window(task) + _repeat(task.repeat)]
    if task.tiers:
        parts.append(f"for {' or '.join(task.tiers)}")
    if task.segments:
        parts.append(f"for members of {' or '.join(task.segments)}")
    parts += _start(task.start)
    gifts = [
        _points(gift.points, gift.unit, words) if isinstance(gift, PointsGift) else gift.reward for gift in task.rewards
    ]
    gifts += [f"the badge {badge.name}" for badge in rules.badges if badge.id == task.badge]
    return "; ".join([*parts, *([f"brings {' and '.join(gifts)}"] if gifts else [])])


def _step(step: r.Step, words: Words) -> str:
    text = behaviour(step.behaviour, step.target, words)
    if step.streak is None:
        return text
    return f"{text} on each of {_count(step.streak.length, step.streak.period.value)} in a row"


def _window(task: r.Task) -> str:
    match task.window:
        case r.Calendar(period):
            return f" within a {period.value}"
        case r.RollingDays(days):
            return f" within any {_count(days, 'day')}"
        case r.FromOffer(days):
            since = " of joining" if isinstance(task.start, r.Automatic) else ""
            return f" within {_count(days, 'day')}{since}"
        case r.Lifetime():
            return ""
        case _:
            assert_never(task.window)


def _repeat(repeat: r.Repeat) -> str:
    match repeat:
        case r.Once():
            return ""
        case r.PerWindow():
            return ", each time"
        case r.Every(None):
            return ", again and again"
        case r.Every(times_max):
            return f", up to {times_max} times"
        case _:
            assert_never(repeat)


def _start(start: r.Start) -> list[str]:
    match start:
        case r.Automatic():
            return []
        case r.Claimed(slots, until):
            bounds = [*([f"{slots} places"] if slots is not None else []), *([f"until {until}"] if until else [])]
            return [f"to be claimed{' (' + ', '.join(bounds) + ')' if bounds else ''}"]
        case r.OnActivity(kind):
            return [f"begins with {kind.removeprefix('custom:')}"]
        case r.OnSegment(segment):
            return [f"begins for members of {segment}"]
        case r.Assigned():
            return ["assigned by us"]
        case _:
            assert_never(start)


def _points(amount: int, unit: str, words: Words) -> str:
    """By the unit's slug: a program may speak of several units, and words know one."""
    return words.amount(amount) if unit in (words.name, words.name_plural) else f"{amount} {unit}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
