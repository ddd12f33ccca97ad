"""graphql-http's audit of an endpoint: https://github.com/graphql/graphql-http"""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


async def audit(url: str, *headers: str) -> list[str]:
    """What did not pass, line by line, and last how many of how many did."""
    modules = Path(os.environ.get("AUDIT_MODULES", ROOT / "node_modules"))
    node = shutil.which("node")
    if node is None or not (modules / "graphql-http").is_dir():
        pytest.fail("the audit needs node and the npm packages of the root workspace: run `npm ci`")
    process = await asyncio.create_subprocess_exec(
        node, str(HERE / "graphql_audit.mjs"), url, *headers, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "AUDIT_MODULES": str(modules)},
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return output.decode().splitlines()
