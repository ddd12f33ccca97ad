"""`guerdon worker` as a process of its own, for tests: `python -m tests.jobs.worker_process [--no-timer]`."""

from __future__ import annotations

import asyncio
import sys

from jobs.worker import run_worker
from settings import settings

if __name__ == "__main__":
    asyncio.run(run_worker(settings(), timer="--no-timer" not in sys.argv))
