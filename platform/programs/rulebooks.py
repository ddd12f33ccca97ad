"""Each tenant's compiled programs, kept between activities and loaded again when the tenant's revision changed.

The revision is read in the transaction that decides, so a publish by another process is seen by the next batch.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import orjson
from babel.numbers import get_currency_precision, list_currencies

from kit import db
from kit.setbased import Columns
from ledger.state import Policy, UnitId
from programs.decision import ProgramId, VersionId
from programs.engine import Pause, ProgramSource, Rulebook, VersionSource, compile_rulebook
from programs.points.rules import PendingTrigger, PointsRules
from tenants.scope import TenantId

CACHE_MAX = 1_000
_IDS = Columns(id="uuid")
_EXPONENTS = {code: get_currency_precision(code) for code in list_currencies()}


@dataclass(frozen=True, slots=True)
class TenantRules:
    """All that deciding for a tenant needs: its rulebook, its units by slug, and each version's clawback policy.

    `earning_units` are those its programs issue, with whether their points may wait; `triggers` the kinds of activity
    that end the waiting for an order; `asks_standing` says that a rule goes by tiers or segments.
    """

    revision: int
    rulebook: Rulebook
    units: Mapping[str, UnitId]
    earning_units: tuple[tuple[UnitId, bool], ...]
    policies: Mapping[VersionId, Policy]
    triggers: frozenset[str]
    asks_standing: bool
    days_back: timedelta
    clock_offset: timedelta

    @property
    def zone(self) -> ZoneInfo:
        """The tenant's zone, by which its days and hours go."""
        zone = self.rulebook.zone
        assert isinstance(zone, ZoneInfo)
        return zone


_cache: OrderedDict[TenantId, TenantRules] = OrderedDict()


def currencies() -> Mapping[str, int]:
    """Every ISO currency with its number of decimals."""
    return _EXPONENTS


async def load(tenants: Iterable[TenantId]) -> dict[TenantId, TenantRules]:
    """The rules of these tenants, as of the transaction under way."""
    found = await db.rows(
        "SELECT t.id, t.zone, t.programs_revision, t.activity_days_back, t.clock_offset_us "
        f"FROM {_IDS.source()} AS x JOIN tenant t ON t.id = x.id",
        _IDS.payload([(tenant,) for tenant in tenants]),
    )
    answer = {}
    for row in found:
        tenant = TenantId(row["id"])
        known = _cache.get(tenant)
        if known is None or known.revision != row["programs_revision"]:
            known = await _load(tenant, row)
            _cache[tenant] = known
            if len(_cache) > CACHE_MAX:
                _cache.popitem(last=False)
        answer[tenant] = known
    return answer


def forget() -> None:
    """Drop what is remembered, when the process changes its database."""
    _cache.clear()


async def _load(tenant: TenantId, row: db.Row) -> TenantRules:
    units = {
        unit["slug"]: UnitId(unit["id"])
        for unit in await db.rows("SELECT id, slug FROM unit WHERE tenant_id = $1", tenant)
    }
    programs = await db.rows(
        "SELECT id, name, kind, state, pauses FROM program WHERE tenant_id = $1 ORDER BY id", tenant
    )
    versions = await db.rows(
        "SELECT id, program_id, live_from, rules FROM program_version WHERE tenant_id = $1 AND state = 'published' "
        "ORDER BY live_from, number",
        tenant,
    )
    sources = [
        ProgramSource(
            ProgramId(program["id"]), program["name"], program["kind"],
            tuple(
                _version(version)
                for version in versions
                if version["program_id"] == program["id"]
            ),
            _pauses(program["pauses"]),
        )
        for program in programs
    ]  # fmt: skip
    rulebook = compile_rulebook(ZoneInfo(row["zone"]), _EXPONENTS, sources)
    compiled = [version.compiled.rules for program in rulebook.programs for version in program.versions]
    pending: dict[UnitId, bool] = {}
    for rules in compiled:
        unit = units[rules.unit]
        pending[unit] = pending.get(unit, False) or rules.pending is not None
    return TenantRules(
        row["programs_revision"], rulebook, units, tuple(sorted(pending.items())),
        {
            version.id: Policy(version.compiled.rules.clawback.upper())
            for program in rulebook.programs
            for version in program.versions
        },
        frozenset(
            f"custom:{rules.pending.trigger}" for rules in compiled if isinstance(rules.pending, PendingTrigger)
        ),
        any(_asks_standing(rules) for rules in compiled),
        timedelta(days=row["activity_days_back"]), timedelta(microseconds=row["clock_offset_us"]),
    )  # fmt: skip


def _asks_standing(rules: PointsRules) -> bool:
    asked = any(rule.conditions.tiers or rule.conditions.segments for rule in rules.rules)
    return asked or bool(rules.expiry.exempt_tiers)


def _version(row: db.Row) -> VersionSource:
    return VersionSource(VersionId(row["id"]), db.instant(row["live_from"]), orjson.loads(row["rules"]))


def _pauses(text: str) -> tuple[Pause, ...]:
    return tuple(Pause(db.instant(pause["since"]), db.instant_or_none(pause["until"])) for pause in orjson.loads(text))
