"""The check of a draft before it is published: contradictions, and what is doubtful by the members as they are.

A draft is tried on up to `MEMBERS_MAX` of those who were active in the last year, drawn evenly, and on all that they
did in it. Where there are fewer than `MEMBERS_MIN` of them, the merchant's own figures take their place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from kit import db
from kit.errors import Refusal
from kit.setbased import Columns
from members.standing import NOBODY, standings
from programs import rulebooks, versions
from programs.activity import Activity, ActivityKind, Line
from programs.advice import Amount, Figures, Sample, Sampled, Subject, advise
from programs.decision import ProgramId, VersionId
from programs.engine import ProgramSource, Rulebook, VersionSource
from programs.findings import Finding, Severity
from programs.models import Program, ProgramVersion
from programs.named import unknown
from programs.registry import KINDS
from programs.replay_reading import COUNTS
from programs.replay_run import drafted
from programs.replay_world import Who, World
from programs.rulebooks import TenantRules
from rewards import catalogue
from tenants import scope

MEMBERS_MAX = 500
MEMBERS_MIN = 30
ACTIVITIES_MAX = 20_000
REWARDS_MAX = 100
YEAR = timedelta(days=365)
_AT_ONCE = 64
_ORDERS_A_YEAR = 12
_MEDIAN, _TOP = 50, 10  # of a hundred: who spends like the one in the middle at least, and like the top tenth


@dataclass(frozen=True, slots=True)
class Check:
    """What stands against a draft, and what could not be looked at: why, by code."""

    version: VersionId
    findings: tuple[Finding, ...]
    skipped: dict[str, str]

    def unconfirmed(self, confirmed: Collection[str]) -> tuple[Finding, ...]:
        """Give the warnings that nobody has confirmed; none while there are errors, which come first."""
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            return ()
        return tuple(finding for finding in self.findings if finding.code not in confirmed)


class WarningsUnconfirmed(Refusal):
    """Warnings that must be confirmed by their codes before a draft is published."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        codes = ", ".join(dict.fromkeys(finding.code for finding in findings))
        super().__init__("WARNINGS_UNCONFIRMED", f"To publish this all the same, confirm: {codes}.", ("confirm",))
        self.findings = tuple(findings)


async def check(program: ProgramId, figures: Figures | None = None) -> Check:
    """Look at the draft of a program. Raises `Refusal` NOT_FOUND, WRONG_STATE (no draft)."""
    tenant, now = scope.tenant_id(), scope.now()
    async with scope.reading():
        row = await versions.found(program)
        draft = await ProgramVersion.get_or_none(program_id=row.id, state="draft")
        if draft is None:
            raise Refusal("WRONG_STATE", "There is no draft to check.", ("id",))
        (view,) = await versions.views([draft])
    if view.findings:
        return Check(view.id, view.findings, {})
    async with scope.reading():
        rules = (await rulebooks.load([tenant]))[tenant]
    source = ProgramSource(
        program, row.name, row.kind, (VersionSource(view.id, now - YEAR, view.rules),), line=row.line, slug=row.slug,
    )  # fmt: skip
    book, figures = drafted(rules.rulebook, source, now - YEAR), figures or Figures()
    subject = await _subject(row, book, now)
    sample = await _sample(book, figures, now) if subject.asks else None
    advice = advise(subject, sample, figures.budget)
    kind = KINDS[row.kind]
    parsed = kind.parse(view.rules)
    doubtful = (*kind.advise(parsed), *unknown(kind.named(parsed), _known(rules)))
    return Check(view.id, (*doubtful, *advice.findings), advice.skipped)


def _known(rules: TenantRules) -> dict[str, Collection[str]]:
    """What rules may name: partners by their slugs, and the perks of programs that run, or will."""
    versions = [version for program in rules.rulebook.programs for version in program.versions[-1:]]
    perks = {perk.id for version in versions for of in version.traits.perk_sets for perk in of.perks}
    return {"partner": rules.partners.keys(), "perk": perks}


async def doubts(
    program: ProgramId, figures: Figures | None = None, confirmed: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Give the warnings on a draft that are yet to be confirmed; none of a program that publishing refuses anyway."""
    try:
        found = await check(program, figures)
    except Refusal:  # by publishing too, which says so
        return ()
    return found.unconfirmed(confirmed)


async def _subject(row: Program, book: Rulebook, now: datetime) -> Subject:
    """What the draft is about, as far as any kind can be asked."""
    program = next(program for program in book.programs if program.id == row.id)
    traits = book.version(program, now).traits
    if not traits.units or traits.tiers:
        return Subject(row.id, "", tiers=traits.tiers)
    least = await _least(row.unit_id, now)
    pays = traits.payment
    if pays is not None:
        smallest = max(pays.minimum, pays.multiple, pays.points)
        least = min(least or (smallest, ""), (smallest, "the least that pays"))
    return Subject(row.id, traits.units[0].slug, pays, least, plays_for=traits.plays_for)


async def _least(unit: str, now: datetime) -> tuple[int, str] | None:
    """The reward of the catalogue that costs the least of a unit now."""
    views = await catalogue.list_(include_archived=False, first=REWARDS_MAX)
    costs = [
        (view.points, view.name)
        for view in views
        if view.unit_id == unit and view.points and (view.ends_at is None or view.ends_at > now)
    ]
    return min(costs, default=None)


# -- the sample --------------------------------------------------------------------------------------------------------


async def _sample(book: Rulebook, figures: Figures, now: datetime) -> Sample | None:
    active, found = await _active(now)
    if active >= MEMBERS_MIN:
        return Sample(await _played(book, found, now), active)
    if figures.median_spend is None:
        return None
    median, top = figures.median_spend, figures.top_spend or figures.median_spend
    members = [
        Sampled(100 - _MEDIAN, {}, {}, {}),
        _imagined(book, _MEDIAN - _TOP, median, now),
        _imagined(book, _TOP, top, now),
    ]
    return Sample(members, figures.active_members, imagined=True)


async def _active(now: datetime) -> tuple[int, Sequence[str]]:
    """How many members were active in the last year, and some of them: by the random end of their ids."""
    async with scope.reading():
        (counted,) = await db.rows(_ACTIVE, scope.tenant_id(), now - YEAR)
        drawn = await db.rows(_DRAWN, scope.tenant_id(), now - YEAR, MEMBERS_MAX)
    return int(counted["n"]), [row["member_id"] for row in drawn]


async def _played(book: Rulebook, members: Sequence[str], now: datetime) -> list[Sampled]:
    tenant = scope.tenant_id()
    async with scope.reading():
        given = _IDS.payload([(member,) for member in members])
        rows = await db.rows(_DID.format(ids=_IDS.source(2)), tenant, given, now - YEAR, ACTIVITIES_MAX)
        known = await standings((tenant, member) for member in members)
    world = World(book, frozenset(row["order_reference"] for row in rows if row["kind"] != ActivityKind.PURCHASE))
    spent: dict[str, dict[str, int]] = {member: {} for member in members}
    for number, row in enumerate(rows):
        activity = Activity.from_json({**orjson.loads(row["body"]), "member_id": row["member_id"]})
        who = Who(row["member_id"], db.instant(row["joined_at"]), known.get((tenant, row["member_id"]), NOBODY))
        world.play(activity, who)
        if activity.kind == ActivityKind.PURCHASE and activity.currency is not None:
            of = spent[who.member_id]
            of[activity.currency] = of.get(activity.currency, 0) + _paid(activity)
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)
    return [_seen(world, member, 1, spent[member]) for member in members]


def _imagined(book: Rulebook, weight: int, spend: Amount, now: datetime) -> Sampled:
    """A member who spends so much in a year, in equal orders."""
    world, start = World(book, frozenset()), now - YEAR
    for number in range(_ORDERS_A_YEAR):
        at = start + (number + 1) * YEAR / (_ORDERS_A_YEAR + 1)
        line = Line(id="1", amount=spend.amount // _ORDERS_A_YEAR)
        order = Activity(
            key=f"order-{number}", kind=ActivityKind.PURCHASE.value, member_id="", occurred_at=at.astimezone(UTC),
            order_id=f"{number}", currency=spend.currency, lines=(line,),
        )  # fmt: skip
        world.play(order, Who("", start))
    return _seen(world, "", weight, {spend.currency: spend.amount})


def _seen(world: World, member: str, weight: int, spent: dict[str, int]) -> Sampled:
    points = {unit: of[member] for unit, of in world.points.items() if member in of}
    tiers: dict[str, str | None] = {id_: player.tier(member) for id_, player in world.players.items()}
    return Sampled(weight, points, spent, tiers)


def _paid(activity: Activity) -> int:
    return sum(line.amount - line.discount for line in activity.lines)


_IDS = Columns(id="uuid")
_ACTIVE = "SELECT count(DISTINCT member_id) AS n FROM activity WHERE tenant_id = $1 AND occurred_at >= $2"
_DRAWN = """
SELECT member_id FROM (SELECT DISTINCT member_id FROM activity WHERE tenant_id = $1 AND occurred_at >= $2) AS active
ORDER BY substr(CAST(member_id AS TEXT), 25), member_id LIMIT $3"""
_DID = f"""
SELECT a.id, a.member_id, a.kind, a.order_reference, a.body, m.joined_at FROM {{ids}} AS x
JOIN activity a ON a.tenant_id = $1 AND a.member_id = x.id AND a.occurred_at >= $3 AND {COUNTS}
JOIN member m ON m.tenant_id = a.tenant_id AND m.id = a.member_id ORDER BY a.id LIMIT $4"""
