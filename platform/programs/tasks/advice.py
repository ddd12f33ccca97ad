"""What is doubtful in tasks that may be published: to be confirmed, not refused."""

from collections.abc import Iterator

from programs import doubts
from programs.findings import Finding
from programs.metrics import Times
from programs.tasks.rules import Every, TasksRules


def advise(rules: TasksRules) -> tuple[Finding, ...]:
    """Give the warnings on rules that hold together."""
    return tuple(_uncapped(rules))


def _uncapped(rules: TasksRules) -> Iterator[Finding]:
    for place, task in enumerate(rules.tasks):
        if task.rewards and isinstance(task.repeat, Every) and task.repeat.times_max is None:
            kinds = [step.behaviour.kind for step in task.steps if isinstance(step.behaviour, Times)]
            yield from doubts.uncapped(f"tasks[{place}].repeat.times_max", kinds)
