"""A process of its own, killed at the place that a test asks for."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


async def killed(module: str, *arguments: str) -> None:
    """Run a module of these tests until it says that it is `inside`, and kill it there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.faults.{module}", *arguments,
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "platform")}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            assert await process.stdout.readline() == b"inside\n"
    finally:
        process.kill()
        assert await process.wait() == -9
