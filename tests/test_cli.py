"""The `guerdon` command as people run it: in a process of its own, with nothing but its environment."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

COMMAND = [sys.executable, "-c", "import cli; cli.main()"]
PLATFORM = Path(__file__).parents[1] / "platform"
SECRET = "a secret of the tests, 32 characters"


async def guerdon(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a command."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *arguments, cwd=folder, env=environment(folder, settings), stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    """What a command sees: no setting of the one who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUERDON_")}
    own = {"GUERDON_DATA_DIR": str(folder / "var"), "GUERDON_SECRET_KEY": SECRET, "PYTHONPATH": str(PLATFORM)}
    return {**kept, **own, **settings, "COLUMNS": "200"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"GUERDON_PORT": "many"}, "GUERDON_PORT: "),
        ({"GUERDON_ENV": "production", "GUERDON_SECRET_KEY": "short"}, "GUERDON_SECRET_KEY is too weak"),
        ({"GUERDON_DATABASE_URL": "mysql://localhost/x"}, "GUERDON_DATABASE_URL: use sqlite:///"),
        ({"GUERDON_REDIS_URL": "http://localhost"}, "GUERDON_REDIS_URL: use redis://"),
        ({"GUERDON_LIMIT_COST": "0"}, "GUERDON_LIMIT_COST: "),
        ({"GUERDON_TRUSTED_PROXIES": "10.0.0.1,proxy"}, "GUERDON_TRUSTED_PROXIES: 'proxy' does not appear to be"),
        ({}, "GUERDON_DATABASE_URL: no such table"),
        ({"GUERDON_DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none"}, "GUERDON_DATABASE_URL: "),
    ],
)
async def test_a_wrong_setting_stops_the_start_with_one_line(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:  # fmt: skip
    code, _, err = await guerdon(tmp_path, "serve", **settings)
    assert code == 1
    assert err.startswith(f"guerdon: setting: {told}"), err
    assert err.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("command", [("verify",), ("import", "members", "members.csv", "--tenant", "none")])
async def test_a_database_that_was_never_migrated_is_one_line_to_every_command(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    code, _, err = await guerdon(tmp_path, *command)
    assert (code, err.count("\n")) == (1, 1), err
    assert err.startswith("guerdon: setting: GUERDON_DATABASE_URL: no such table")


async def test_a_worker_needs_redis(tmp_path: Path) -> None:
    code, _, err = await guerdon(tmp_path, "worker")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("guerdon: setting: GUERDON_REDIS_URL: ")


@pytest.mark.slow
async def test_from_migrating_to_serving_and_stopping(tmp_path: Path) -> None:
    assert (await guerdon(tmp_path, "migrate"))[0] == 0
    code, out, _ = await guerdon(
        tmp_path, "tenant", "create", "Records", "--email", "ada@example.com", "--name", "Ada", "--password",
        "correct horse battery staple 9",
    )  # fmt: skip
    assert (code, out.split()[:2]) == (0, ["tenant", "records"])
    secret = out.split("secret key")[1].split()[0]
    (tmp_path / "members.csv").write_text("external_id,name\nc-1,Grace\nc-2,\n")
    code, out, _ = await guerdon(tmp_path, "import", "members", "members.csv", "--tenant", "records")
    assert (code, out) == (0, "2 rows: 2 new members, 0 known.\n")
    (tmp_path / "wrong.csv").write_text("external_id,email\nc-3,nonsense\n")
    code, _, err = await guerdon(tmp_path, "import", "members", "wrong.csv", "--tenant", "records")
    assert (code, err.splitlines()[0].startswith("wrong.csv: line 2, email: ")) == (1, True)
    assert (await guerdon(tmp_path, "import", "members", "members.csv", "--tenant", "none"))[2] == (
        "guerdon: error: NOT_FOUND: There is no tenant 'none'.\n"
    )
    assert (await guerdon(tmp_path, "verify", "--full"))[:2] == (0, "Every book is right.\n")
    await _serve(tmp_path, secret)


async def _serve(folder: Path, secret: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "serve", cwd=folder, env=environment(folder, {"GUERDON_PORT": str(port)}),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            await asyncio.wait_for(_ready(client), 30)
            asked = {"query": "{ me { role } members { nodes { externalId } } }"}
            answer = await client.post("/graphql/admin", json=asked, headers={"authorization": f"Bearer {secret}"})
            assert answer.json()["data"] == {
                "me": {"role": "ADMIN"}, "members": {"nodes": [{"externalId": "c-2"}, {"externalId": "c-1"}]},
            }  # fmt: skip
            process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 25) in (0, -signal.SIGTERM)
    finally:
        if process.returncode is None:
            process.kill()


async def _ready(client: httpx.AsyncClient) -> None:
    while True:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            await asyncio.sleep(0.05)


async def test_check_a_statement(tmp_path: Path) -> None:
    """Without a database: who checks a statement need not have one."""
    head = "".join((
        "# Guerdon statement 1\nprogram,club\npartner,boats\nsettlement,1\ncurrency,USD,10000\n",
        "period,2026-11,2026-11-01,2026-11-30\ncarried_in,15000\namount,0\nminimum_due,0\ndue,1\ncarried_out,5000\n",
        "# line,kind,terms,original_on,entries,points,amount_micros\n",
        "# entry,id,booked_on,effective_at,kind,terms,points,price_micros,amount_micros,reference,original,",
        "original_on\n",
    ))  # fmt: skip
    right = f"{head}# sha256 {hashlib.sha256(head.encode()).hexdigest()}\n"
    (tmp_path / "right.csv").write_text(right)
    (tmp_path / "wrong.csv").write_text(right.replace("due,1", "due,2"))
    elsewhere = {"GUERDON_DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none"}
    said = await guerdon(tmp_path, "statement", "check", "right.csv", **elsewhere)
    assert said == (0, "The statement is right.\n", "")
    code, out, err = await guerdon(tmp_path, "statement", "check", "wrong.csv", **elsewhere)
    assert (code, out) == (1, "")
    assert [line.partition(": line ")[2][:2] for line in err.splitlines()] == ["10", "11", "14"]
    assert (await guerdon(tmp_path, "statement", "check", "none.csv"))[0] == 2
