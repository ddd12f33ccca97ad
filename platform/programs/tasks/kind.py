"""The tasks kind: its rooms put together under the `Kind` protocol."""

from datetime import datetime

from programs.activity import Activity
from programs.decision import CounterKey, Decision
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.gifts import units_of
from programs.kind import IssuedUnit, Others, Standing, Traits, VersionFacts
from programs.tasks import progress
from programs.tasks.advice import advise
from programs.tasks.checks import find
from programs.tasks.compiled import CompiledTasks, compile_rules
from programs.tasks.rules import Automatic, OnActivity, TasksRules
from programs.unplayed import unplayed


class TasksKind(DocumentKind[TasksRules]):
    """Tasks: offered, done, expired (DESIGN §6). Stateless; one instance stands in the registry.

    Deciding counts what the activity is worth towards tasks; `running` tells which are done by that.
    """

    name = "tasks"
    shape = TasksRules

    def validate(self, rules: TasksRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def advise(self, rules: TasksRules) -> tuple[Finding, ...]:
        """Tell what is doubtful in rules that may be published."""
        return advise(rules)

    def compile(self, rules: TasksRules, facts: VersionFacts) -> CompiledTasks:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledTasks) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        tasks = compiled.rules.tasks
        units = units_of([gift for task in tasks for gift in task.rewards])
        asks = any(task.tiers or task.segments for task in tasks)
        return Traits(
            units=tuple(map(IssuedUnit, units)), asks_standing=asks, decides_last=True,
            unplayed=unplayed(
                claimed_tasks=any(not isinstance(task.start, Automatic | OnActivity) for task in tasks),
                segments=any(task.segments for task in tasks),
            ),
        )  # fmt: skip

    def counters(self, compiled: CompiledTasks, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters of the instant that the activity may add to."""
        return progress.counters(compiled, activity)

    def decide(
        self, compiled: CompiledTasks, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Count what the activity is worth towards tasks."""
        return Decision(counters=progress.progress(compiled, activity, standing, others.movements))
