"""What an operator sees of the jobs at `/metrics`; `docs/jobs.md` says what to watch."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

OLDEST_DUE = Gauge("guerdon_job_oldest_due_seconds", "For how long the oldest due work has waited", ("job",))
OUTBOX_AGE = Gauge("guerdon_outbox_age_seconds", "Age of the oldest event that is not yet on its way")
RUNS = Counter("guerdon_job_runs", "Runs of jobs: done, more (goes on later), failed, lost (taken over)",
               ("job", "outcome"))  # fmt: skip
HANDLED = Counter("guerdon_job_rows", "Rows that jobs dealt with", ("job",))
