"""What became of a task, as a line of the explanation."""

from __future__ import annotations

from collections.abc import Sequence

from programs.decision import ExplanationCode, ExplanationLine, ExplanationValue, RuleId
from programs.metrics import Spend
from programs.tasks.compiled import CompiledTasks
from programs.tasks.rows import Run
from programs.tasks.running import StepProgress, TaskState


def differ(was: Sequence[StepProgress], now: Sequence[StepProgress]) -> bool:
    """Whether there is something to tell: of several steps, that another one is met, or one no longer."""
    return was != now if len(now) == 1 else sum(step.met for step in was) != sum(step.met for step in now)


def line(tasks: CompiledTasks, run: Run, was: int) -> ExplanationLine:
    """Tell how far a run is, or that it was done `times` more (or less) than it `was`."""
    rules, facts = run.task.rules, tasks.facts
    result = "progress" if run.times == was else "done" if run.times > was else "undone"
    if run.state is TaskState.WITHDRAWN:
        result = "withdrawn"
    inputs: list[tuple[str, ExplanationValue]] = [("result", result), ("times", abs(run.times - was))]
    if len(run.shown) == 1:
        (step,), behaviour = run.shown, rules.steps[0].behaviour
        inputs += [("has", step.has), ("target", step.target)]
        if isinstance(behaviour, Spend) and rules.steps[0].streak is None:
            inputs.append(("currency", behaviour.currency))
    else:
        inputs += [("has", sum(step.met for step in run.shown)), ("target", len(run.shown)), ("steps", True)]
    if rules.badge is not None and result == "done":
        inputs.append(("badge", tasks.badges.get(rules.badge, rules.badge)))
    code = ExplanationCode.TASK
    return ExplanationLine(code, facts.program_id, facts.version_id, RuleId(rules.id), rules.name, tuple(inputs), 0, 0)
