"""Each tenant's compiled programs, kept between activities and loaded again when the tenant's revision changed.

The revision is read in the transaction that decides, so a publish by another process is seen by the next batch.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import orjson

from kit import db
from kit.money import EXPONENTS
from kit.setbased import Columns
from ledger.state import Policy, UnitId
from programs import ProgramsError, units
from programs.decision import ProgramId, VersionId
from programs.engine import Pause, ProgramSource, Rulebook, VersionSource, compile_rulebook
from programs.velocity import Limit
from tenants import scope
from tenants.scope import TenantId

CACHE_MAX = 1_000
_IDS = Columns(id="uuid")


@dataclass(frozen=True, slots=True)
class TenantRules:
    """All that deciding for a tenant needs: its rulebook, its units, also by slug, and each version's clawback policy.

    `earning_units` are those its programs issue, with whether their points may wait; `waits` names, by version, the
    kind of activity that ends the waiting of an order's points, and `triggers` are all of those; `asks_standing` says
    that a rule goes by tiers or segments. `partners` are those of coalitions: what people call them, by slug.
    """

    revision: int
    rulebook: Rulebook
    unit_views: tuple[units.UnitView, ...]
    units: Mapping[str, UnitId]
    earning_units: tuple[tuple[UnitId, bool], ...]
    policies: Mapping[VersionId, Policy]
    waits: Mapping[VersionId, str]
    triggers: frozenset[str]
    asks_standing: bool
    days_back: timedelta
    limits: tuple[Limit, ...] = ()
    partners: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The tenant's zone, by which its days and hours go."""
        zone = self.rulebook.zone
        assert isinstance(zone, ZoneInfo)
        return zone


_cache: OrderedDict[TenantId, TenantRules] = OrderedDict()


async def load(tenants: Iterable[TenantId]) -> dict[TenantId, TenantRules]:
    """The rules of these tenants, as of the transaction under way."""
    found = {}
    for tenant, rules in (await load_each(tenants)).items():
        if isinstance(rules, Exception):
            raise rules
        found[tenant] = rules
    return found


async def load_each(tenants: Iterable[TenantId]) -> dict[TenantId, TenantRules | Exception]:
    """Like `load`; for a tenant whose stored rules cannot be used, what is wrong with them."""
    found = await db.rows(_TENANTS.format(ids=_IDS.source()), _IDS.payload([(tenant,) for tenant in tenants]))
    answer: dict[TenantId, TenantRules | Exception] = {}
    for row in found:
        tenant = TenantId(row["id"])
        known = _cache.get(tenant)
        if known is None or known.revision != row["programs_revision"]:
            try:
                known = _compile(row, *await _stored(tenant))
            except _UNUSABLE as error:
                answer[tenant] = error
                continue
            _cache[tenant] = known
            if len(_cache) > CACHE_MAX:
                _cache.popitem(last=False)
        _cache.move_to_end(tenant)
        answer[tenant] = known
    return answer


def partner_names(tenant: TenantId) -> Mapping[str, str]:
    """What partners are called, by slug, as this process read them last; none if never."""
    known = _cache.get(tenant)
    return {} if known is None else known.partners


def remembered(tenant: TenantId) -> TenantRules:
    """The rules as this process read them last: for those who have just recorded, at no cost. `KeyError` if never."""
    return _cache[tenant]


_TENANTS = (
    "SELECT t.id, t.zone, t.programs_revision, t.activity_days_back, t.activity_limits "
    "FROM {ids} AS x JOIN tenant t ON t.id = x.id"
)  # fmt: skip
_UNUSABLE = (ProgramsError, LookupError, ValueError, TypeError)
"""What compiling stored rules may raise; the database's own errors are none of these."""


def forget() -> None:
    """Drop what is remembered, when the process changes its database."""
    _cache.clear()


async def _stored(
    tenant: TenantId,
) -> tuple[Sequence[units.UnitView], Sequence[db.Row], Sequence[db.Row], Sequence[db.Row]]:
    with scope.of(tenant):
        views = await units.list_()
    return (
        views,
        await db.rows(
            "SELECT id, slug, name, kind, line, state, pauses FROM program WHERE tenant_id = $1 ORDER BY id", tenant
        ),
        await db.rows(
            "SELECT id, program_id, live_from, rules FROM program_version WHERE tenant_id = $1 "
            "AND state = 'published' ORDER BY live_from, number",
            tenant,
        ),
        await db.rows("SELECT slug, name FROM partner WHERE tenant_id = $1", tenant),
    )


def _compile(
    row: db.Row, views: Sequence[units.UnitView], programs: Sequence[db.Row], versions: Sequence[db.Row],
    partners: Sequence[db.Row],
) -> TenantRules:  # fmt: skip
    unit_ids = {view.slug: view.id for view in views}
    sources = [
        ProgramSource(
            ProgramId(program["id"]), program["name"], program["kind"],
            tuple(
                _version(version)
                for version in versions
                if version["program_id"] == program["id"]
            ),
            _pauses(program["pauses"]),
            program["line"], program["slug"],
        )
        for program in programs
    ]  # fmt: skip
    called = {partner["slug"]: partner["name"] for partner in partners}
    rulebook = compile_rulebook(ZoneInfo(row["zone"]), EXPONENTS, sources, partners=called)
    published = [version for program in rulebook.programs for version in program.versions]
    pending: dict[UnitId, bool] = {}
    for version in published:
        for issued in version.traits.units:
            unit = unit_ids[issued.slug]
            pending[unit] = pending.get(unit, False) or issued.may_wait
    waits = {version.id: version.traits.trigger for version in published if version.traits.trigger is not None}
    return TenantRules(
        row["programs_revision"], rulebook, tuple(views), unit_ids, tuple(sorted(pending.items())),
        {version.id: Policy.NEGATIVE if version.traits.negative else Policy.CLAMP for version in published},
        waits, frozenset(waits.values()), any(version.traits.asks_standing for version in published),
        timedelta(days=row["activity_days_back"]),
        tuple(Limit.from_json(limit) for limit in orjson.loads(row["activity_limits"])), called,
    )  # fmt: skip


def _version(row: db.Row) -> VersionSource:
    return VersionSource(VersionId(row["id"]), db.instant(row["live_from"]), orjson.loads(row["rules"]))


def _pauses(text: str) -> tuple[Pause, ...]:
    return tuple(Pause(db.instant(pause["since"]), db.instant_or_none(pause["until"])) for pause in orjson.loads(text))
