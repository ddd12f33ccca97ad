"""Codes of rewards: made or uploaded, set aside with a reservation, issued once, with the points taken.

A code that is set aside is not shown to anybody; called off, it goes back into the pool.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kit import db
from kit.errors import Refusal, TryAgain
from kit.ids import new_id
from kit.setbased import Columns, Insert
from rewards import catalogue
from rewards.eligibility import out_of_stock
from rewards.errors import RewardErrorCode
from rewards.views import RedemptionId, RewardId, VoucherId, VoucherSource, VoucherState
from tenants import audit, scope


class PoolChanged(TryAgain):
    """Somebody else uploaded one of these codes at the same moment."""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line of an upload cannot be a code; `line` and `column` count from 1."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A line whose code is in the upload before, or is a code of this tenant already."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an upload did, or with `dry_run` would do. With any problem nothing is imported; duplicates are left out."""

    imported: int
    duplicates: tuple[Duplicate, ...]
    problems: tuple[LineProblem, ...]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class VoucherCounts:
    """How many codes a reward has: free, set aside with reservations, given to members, worth nothing any more.

    A free code whose end has come is worth nothing.
    """

    available: int = 0
    reserved: int = 0
    issued: int = 0
    void: int = 0


async def import_codes(
    reward: RewardId, lines: Sequence[str], *, expires_at: datetime | None = None, dry_run: bool = False
) -> ImportReport:
    """Put codes into a reward's pool, one a line (empty lines are passed over), all usable until `expires_at`.

    Raises `Refusal`: NOT_FOUND, WRONG_STATE (its codes are not uploaded), TOO_MANY, TOO_FAR_BACK (`expires_at`).
    """
    if len(lines) > LINES_MAX:
        raise Refusal(RewardErrorCode.TOO_MANY, f"At most {LINES_MAX} lines at once.", ("lines",))
    if expires_at is not None and expires_at <= scope.now():
        raise Refusal(RewardErrorCode.TOO_FAR_BACK, "These codes would have ended already.", ("expires_at",))
    if (await catalogue.get(reward)).voucher_source is not VoucherSource.UPLOADED:
        raise Refusal(RewardErrorCode.WRONG_STATE, "The codes of this reward are not uploaded.", ("reward",))
    codes = {number: line.strip() for number, line in enumerate(lines, 1) if line.strip()}
    problems = tuple(problem for number in codes for problem in _problems(number, lines[number - 1]))

    async def attempt() -> ImportReport:
        async with scope.writing():
            new, duplicates = await _sorted_out(codes)
            if not problems and not dry_run:
                await _put(reward, list(new.values()), expires_at)
            return ImportReport(0 if problems else len(new), duplicates, problems, dry_run)

    return await db.retrying(attempt)


async def counts(rewards: Sequence[RewardId]) -> dict[RewardId, VoucherCounts]:
    """How many codes each of these rewards has, in one statement."""
    answer = {reward: VoucherCounts() for reward in rewards}
    if rewards:
        async with scope.reading():
            ids = _IDS.payload([(reward,) for reward in rewards])
            for row in await db.rows(_COUNTS.format(ids=_IDS.source(2)), scope.tenant_id(), ids, scope.now()):
                answer[row["reward_id"]] = replace(answer[row["reward_id"]], **{row["state"]: row["number"]})
    return answer


# -- with a redemption, in its transaction -----------------------------------------------------------------------------


async def set_aside(reward: RewardId, source: VoucherSource, redemption: RedemptionId, until: datetime) -> None:
    """Take a free code that lasts beyond `until` for a reservation, or make one. Raises `Refusal` OUT_OF_STOCK."""
    if source is VoucherSource.NONE:
        return
    tenant = scope.tenant_id()
    for lock in _LOCKS[db.dialect()]:
        if await db.execute(_SET_ASIDE.format(lock=lock), tenant, reward, redemption, until):
            return
        if source is VoucherSource.GENERATED:
            break
    else:
        raise out_of_stock()
    for _ in range(_ROUNDS_MAX):
        if await db.execute(_MAKE, tenant, new_id(), reward, new_code(), redemption, scope.now()):
            return
    raise AssertionError("58 random bits were taken again and again")


async def issue(redemption: RedemptionId) -> VoucherId | None:
    """Give the member the code that was set aside, if the reward has codes; a code is issued once."""
    found = await db.rows(_ISSUE, scope.tenant_id(), redemption, scope.now())
    return found[0]["id"] if found else None


async def release(redemptions: Sequence[RedemptionId]) -> None:
    """Put the codes set aside for these reservations back into their pools."""
    ids = _IDS.payload([(redemption,) for redemption in redemptions])
    await db.execute(_RELEASE.format(ids=_IDS.source(2)), scope.tenant_id(), ids)


async def make_void(redemptions: Sequence[RedemptionId]) -> None:
    """Make the codes that were issued for these redemptions worth nothing: what they were for was given back.

    A code that the shop has taken stays as it is.
    """
    ids = _IDS.payload([(redemption,) for redemption in redemptions])
    await db.execute(_VOID.format(ids=_IDS.source(2)), scope.tenant_id(), ids)


def new_code() -> str:
    """A random code as `7KQM-3FXW-9TRD`: 12 of 30 letters and digits that cannot be taken for one another."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without 0 O, 1 I L, and U, which looks like V
LINES_MAX = 50_000
CODE_CHARACTERS_MAX = 100
_BATCH = 5_000
_ROUNDS_MAX = 5

_IDS = Columns(id="uuid")

# On PostgreSQL: first pass over codes that others are taking, then wait for them, since they may not want them after
# all. SQLite has one writer at a time.
_LOCKS = {"postgres": ("FOR NO KEY UPDATE SKIP LOCKED", "FOR NO KEY UPDATE"), "sqlite": ("",)}

_SET_ASIDE = """
UPDATE voucher SET state = 'reserved', redemption_id = $3
WHERE tenant_id = $1 AND state = 'available' AND id = (
    SELECT id FROM voucher WHERE tenant_id = $1 AND reward_id = $2 AND state = 'available'
        AND (expires_at IS NULL OR expires_at > $4)
    ORDER BY id LIMIT 1 {lock})"""

_MAKE = """
INSERT INTO voucher (tenant_id, id, reward_id, code, state, redemption_id, created_at)
VALUES ($1, $2, $3, $4, 'reserved', $5, $6) ON CONFLICT (tenant_id, code) DO NOTHING"""

_ISSUE = """
UPDATE voucher SET state = 'issued', issued_at = $3
WHERE tenant_id = $1 AND redemption_id = $2 AND state = 'reserved' RETURNING id"""

_RELEASE = """
UPDATE voucher SET state = 'available', redemption_id = NULL
WHERE tenant_id = $1 AND state = 'reserved' AND redemption_id IN (SELECT x.id FROM {ids} AS x)"""

_VOID = """
UPDATE voucher SET state = 'void'
WHERE tenant_id = $1 AND state = 'issued' AND used_at IS NULL AND redemption_id IN (SELECT x.id FROM {ids} AS x)"""

_COUNTS = """
SELECT reward_id, state, count(*) AS number FROM (
    SELECT v.reward_id, CASE WHEN v.state = 'available' AND v.expires_at <= $3 THEN 'void' ELSE v.state END AS state
    FROM {ids} AS x JOIN voucher v ON v.tenant_id = $1 AND v.reward_id = x.id) AS codes
GROUP BY reward_id, state"""

# -- uploads -----------------------------------------------------------------------------------------------------------

_CODES = Columns(code="text")
_TAKEN = "SELECT v.code FROM {codes} AS x JOIN voucher v ON v.tenant_id = $1 AND v.code = x.code"
_PUT = Insert(
    "voucher", tenant_id="uuid", id="uuid", reward_id="uuid", code="text", state="text", created_at="instant",
    expires_at="instant", suffix="ON CONFLICT (tenant_id, code) DO NOTHING",
)  # fmt: skip


def _problems(number: int, line: str) -> Iterator[LineProblem]:
    code = line.strip()
    start = line.index(code) + 1
    if len(code) > CODE_CHARACTERS_MAX:
        yield LineProblem(number, start + CODE_CHARACTERS_MAX, f"A code has at most {CODE_CHARACTERS_MAX} characters.")
    for offset, character in enumerate(code):
        if not character.isprintable() or character in " ,;\"'":
            yield LineProblem(number, start + offset, f"A code has no {character!r}: one code a line, nothing else.")
            return


async def _sorted_out(codes: dict[int, str]) -> tuple[dict[int, str], tuple[Duplicate, ...]]:
    """The codes that are new, by line, and the lines that are duplicates."""
    seen: set[str] = set()
    unique = sorted(set(codes.values()))
    for start in range(0, len(unique), _BATCH):
        wanted = _CODES.payload([(code,) for code in unique[start : start + _BATCH]])
        found = await db.rows(_TAKEN.format(codes=_CODES.source(2)), scope.tenant_id(), wanted)
        seen.update(row["code"] for row in found)
    new, duplicates = {}, []
    for number, code in codes.items():
        if code in seen:
            duplicates.append(Duplicate(number, code))
        else:
            new[number] = code
            seen.add(code)
    return new, tuple(duplicates)


async def _put(reward: RewardId, codes: list[str], expires_at: datetime | None) -> None:
    tenant, now = scope.tenant_id(), scope.now()
    for start in range(0, len(codes), _BATCH):
        rows = [
            (tenant, new_id(), reward, code, VoucherState.AVAILABLE, now, expires_at)
            for code in codes[start : start + _BATCH]
        ]
        if await _PUT(rows) != len(rows):
            raise PoolChanged("a code is there already")
    await audit.record("vouchers.imported", f"reward:{reward}", {"codes": len(codes)})
