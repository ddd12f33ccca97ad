"""A handler as one would write it by hand for `me`: the statements that Guerdon runs, then the answer, nothing else.

It asks nobody who they are, counts nothing and checks nothing: what is faster than this has left something out.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kit import db
from kit.ids import encode


def application() -> Starlette:
    """The application, of the environment's `BENCH_DATABASE` and `BENCH_SHOWN`."""
    shown = orjson.loads(Path(os.environ["BENCH_SHOWN"]).read_bytes())
    statements, tenant, words = shown["statements"], shown["tenant"], shown["data"]["me"]["balances"][0]

    async def me(request: Request) -> Response:
        await request.body()
        now = datetime.now(UTC)
        async with db.reading([tenant]):
            found = [await db.rows(sql, *(_param(value, now) for value in params)) for sql, params in statements]
        return Response(orjson.dumps({"data": {"me": _member(found, words)}}), media_type="application/json")

    async def healthz(_: Request) -> Response:
        return Response("ok")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await db.open_database(os.environ["BENCH_DATABASE"])
        try:
            yield
        finally:
            await db.close_database()

    return Starlette(routes=[Route("/me", me, methods=["POST"]), Route("/healthz", healthz)], lifespan=lifespan)


def _param(value: Any, now: datetime) -> Any:
    return now if isinstance(value, dict) else value


def _member(found: Sequence[Sequence[Any]], words: dict[str, Any]) -> dict[str, Any]:
    """The answer from the rows; what is put into words (days, sentences) is given."""
    rows = [row for each in found for row in each]
    profile = next(row for row in rows if "joined_at" in row.keys())  # noqa: SIM118  # sqlite3.Row has no `in`
    account = next(row for row in rows if "posted" in row.keys())  # noqa: SIM118  # a Row has no `in` of its own
    ends = [row for row in rows if "ends_at" in row.keys()]  # noqa: SIM118  # a Row has no `in` of its own
    unit = next(row for row in rows if "slug" in row.keys())  # noqa: SIM118  # a Row has no `in` of its own
    days = {step["lastDay"]: step["amount"] for step in words["expiries"]}
    assert sum(days.values()) == sum(row["amount"] for row in ends)
    return {
        "id": encode("mem", profile["id"]), "name": profile["name"],
        "joinedAt": db.instant(profile["joined_at"]).isoformat().replace("+00:00", "Z"),
        "balances": [
            {
                "unit": {"name": unit["name"]}, "available": account["posted"] - account["held"] - account["due"],
                "pending": 0, "held": account["held"], "nextExpiry": words["nextExpiry"],
                "expiries": [{"amount": amount, "lastDay": day} for day, amount in days.items()],
            }
        ],
    }  # fmt: skip
