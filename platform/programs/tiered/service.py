"""Members' tiers by hand and by time: which they have and how far it is to the next, setting one, the review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kit import db
from kit.errors import Refusal
from kit.setbased import Update
from ledger import reading
from ledger.book import Book, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import UnitId
from members.text import storable
from members.views import MemberId
from programs import rulebooks
from programs.decision import ProgramId
from programs.rulebooks import TenantRules
from programs.store import Touch, Who, count_for
from programs.tiered import standing
from programs.tiered.compiled import NO_TIER, CompiledTiers, MetricKey
from programs.tiered.moves import Effects
from programs.tiered.rows import Row, united
from programs.tiered.rules import CalendarYear, MembershipYear, Tier
from programs.tiered.standing import Held, TierReason
from programs.tiered.state import TierState
from programs.tiered.windows import counted_over
from rewards import granting
from rewards.offers import lock_member
from tenants import audit, commands, scope

KIND = "tiered"
REASON_CHARACTERS_MAX = 500
REVIEWED_MAX = 1000


@dataclass(frozen=True, slots=True)
class Need:
    """One threshold on the way to a tier: `at_least` of a metric is asked for, `has` is what counts now."""

    metric: MetricKey
    at_least: int
    has: int

    @property
    def missing(self) -> int:
        """How much is still missing."""
        return max(0, self.at_least - self.has)


@dataclass(frozen=True, slots=True)
class MemberTier:
    """The tier that a member has in a program: since when, until when (exclusive), why; `tier` None for none.

    `ways` lead to the tier `next` above it, any of them, by what is done up to and with the day `counts_until` (None:
    there is no such day, since the window rolls on or has no end).
    """

    program_id: ProgramId
    tier: Tier | None
    since: datetime | None
    until: datetime | None
    reason: TierReason | None
    next: Tier | None
    ways: tuple[tuple[Need, ...], ...]
    counts_until: date | None


async def of_members(members: Sequence[str]) -> dict[str, tuple[MemberTier, ...]]:
    """The tiers of these members, one for each tiered program that runs; in as many statements as for one."""
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        touches = [touch for member in members for touch in member_touches(rules, scope.now(), member)]
        if not touches:
            return dict.fromkeys(members, ())
        state = TierState(locked=False)
        await state.load(touches)
        await count_for([state], {})
        found = await reading.balances(members)
    has = {(member, each.unit_id): each.available for member, own in found.items() for each in own}
    answer: dict[str, tuple[MemberTier, ...]] = dict.fromkeys(members, ())
    for touch in touches:
        if (row := state.rows.get(touch.who)) is not None:
            answer[touch.who.member_id] += (_view(state, row, has),)
    return answer


async def set_tier(
    key: str, member: MemberId, program: ProgramId, tier: str, reason: str, until: datetime | None = None
) -> MemberId:  # fmt: skip
    """Put a member into a tier by hand, until an instant or for good; only a higher one, or its end, moves it then.

    Raises `Refusal`: INVALID (reason), NOT_FOUND (member, program, tier), TOO_FAR_BACK (`until`).
    """
    if not reason.strip() or len(reason) > REASON_CHARACTERS_MAX or not storable(reason):
        raise Refusal("INVALID", f"Say why in 1 to {REASON_CHARACTERS_MAX} characters.", ("reason",))
    given = {"member": member, "program": program, "tier": tier, "reason": reason, "until": until}

    async def work() -> commands.Result:
        await lock_member(member)
        now = scope.now()
        if until is not None and until <= now:  # here, since a repeat may come after that end
            raise Refusal("TOO_FAR_BACK", "This end has passed already.", ("until",))
        await put_tier(key, member, program, tier, reason, until)
        return {"member": member}

    await commands.once(key, "tier.set", given, work)
    return member


async def put_tier(
    key: str, member: MemberId, program: ProgramId, tier: str, reason: str, until: datetime | None
) -> None:  # fmt: skip
    """`set_tier` within the transaction under way, for a member who is locked. Raises `Refusal` NOT_FOUND."""
    now = scope.now()
    rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
    touch = next((each for each in member_touches(rules, now, member) if each.who.program_id == program), None)
    if touch is None:
        raise Refusal("NOT_FOUND", "There is no such tiered program, or it does not run.", ("program_id",))
    found = touch.compiled.named(tier)
    if found is None:
        raise Refusal("NOT_FOUND", "The program has no such tier.", ("tier",))
    state, book = await locked([touch])
    stamp = Stamp(now, now, note=reason)
    held = Held(found.place, now, until, TierReason.SET)
    done = state.put(state.rows[touch.who], held, book, key, stamp, reason)
    await save_tiers(state, book, [done])
    details = {"program": f"program:{program}", "tier": tier, "until": None if until is None else until.isoformat()}
    await audit.record("tier.set", f"member:{member}", details)


async def put_as_high(key: str, member: MemberId, other: MemberId, reason: str) -> None:
    """Put a locked member into each tier in which another is higher than they are: as the other reached and has it.

    What either's brought is not given again, and goes with it. Within the transaction under way.
    """
    rules, now = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()], scope.now()
    touches = [touch for who in (other, member) for touch in member_touches(rules, now, who)]
    state, book = await locked(touches)
    done, stamp = [], Stamp(now, now, note=reason)
    for who, row in state.rows.items():
        mine = state.rows[who._replace(member_id=member)]
        steps = united(mine.steps, row.steps)
        if who.member_id != other or row.held is None:
            continue
        if len(steps) > len(mine.steps):
            done.append(state.take(mine, steps, book, f"{key}/{who.program_id}", stamp, reason))
            details = {"program": f"program:{who.program_id}", "tier": mine.slug}
            await audit.record("tier.set", f"member:{member}", details)
        else:
            for name, value in (("steps", steps), ("moved", True), ("now", now)):
                book.set(mine, name, value)
    await save_tiers(state, book, done)


async def review_due(limit: int = 100) -> int:
    """Look at up to `limit` tiers of the scope's tenant that are to be (`standing.look_at`); answers how many.

    A tier that was over for long is looked at once for each of its times, as if each had been when it was over. Raises
    `Stale` if one of them is erased meanwhile.
    """
    assert 0 < limit <= REVIEWED_MAX, f"1 to {REVIEWED_MAX} at once"
    async with scope.writing():
        tenant, now = scope.tenant_id(), scope.now()
        lock = "FOR NO KEY UPDATE SKIP LOCKED" if db.dialect() == "postgres" else ""
        due = await db.rows(_DUE.format(lock=lock), tenant, now, limit)
        rules = (await rulebooks.load([tenant]))[tenant]
        compiled = {ProgramId(touch.who.program_id): touch for touch in member_touches(rules, now, "")}
        touches = [
            Touch(KIND, Who(tenant, row["program_id"], row["member_id"]), known.compiled, known.units, (now,))
            for row in due
            if (known := compiled.get(ProgramId(row["program_id"]))) is not None
        ]
        state, book = await locked(touches)
        done = [state.review(row, book, Stamp(now, now)) for _, row in sorted(state.rows.items())]
        await save_tiers(state, book, done)
        # Programs that do not run now review nothing and are asked again in a day; of who was erased nobody asks again.
        runs = [ProgramId(row["program_id"]) in compiled for row in due]
        reviewed = {row.id for row in state.rows.values()}
        await _PUT_OFF([
            (tenant, row["id"], None if here else now + timedelta(days=1))
            for row, here in zip(due, runs, strict=True) if row["id"] not in reviewed
        ])  # fmt: skip
    return len(due)


async def save_tiers(state: TierState, book: Book, done: Sequence[Effects]) -> None:
    """Write the book and the tiers, then give and take back rewards."""
    await save(book, state.changes())
    await granting.give([grant for each in done for grant in each.grants])
    await granting.take_back(scope.tenant_id(), [key for each in done for key in each.taken_back])


async def locked(touches: Sequence[Touch], wanted: Wanted | None = None) -> tuple[TierState, Book]:
    """The members' tiers and all that moving them may touch, and what else is wanted, locked as the intake does."""
    state, wanted = TierState(), wanted or Wanted()
    await state.load(touches)
    state.want(wanted)
    book = await load(wanted, scope.now())
    await count_for([state], {})
    return state, book


def member_touches(rules: TenantRules, now: datetime, member: str) -> list[Touch]:
    """A member in each tiered program that runs."""
    return [
        Touch(
            KIND, Who(scope.tenant_id(), program.id, member), rules.rulebook.version(program, now).compiled,
            rules.units, (now,),
        )
        for program in rules.rulebook.programs
        if program.kind.name == KIND and program.live_at(now)
    ]  # fmt: skip


def _view(state: TierState, row: Row, balances: Mapping[tuple[str, UnitId], int]) -> MemberTier:
    tiers: CompiledTiers = row.tiers
    held = row.shown or standing.entered(tiers, row.joined_at) or _NONE
    above = tiers.tiers[held.tier + 1] if held.tier + 1 < len(tiers.tiers) else None
    days = counted_over(tiers.rules.window, tiers.day(scope.now()), tiers.day(row.joined_at))
    totals = state.totals(row, days, lambda unit: balances.get((row.who.member_id, unit), 0))
    ways = () if above is None else tuple(
        tuple(Need(key, at_least, totals.get(key, 0)) for key, at_least in needs) for needs in above.reach
    )  # fmt: skip
    has_tier = held.tier != NO_TIER
    return MemberTier(
        program_id=row.who.program_id, tier=tiers.tiers[held.tier].rules if has_tier else None,
        since=held.since if has_tier else None, until=held.until, reason=held.reason if has_tier else None,
        next=None if above is None else above.rules, ways=ways,
        counts_until=days.last if isinstance(tiers.rules.window, CalendarYear | MembershipYear) else None,
    )  # fmt: skip


_NONE = Held(NO_TIER, datetime.min.replace(tzinfo=UTC), None, TierReason.LOST)

_DUE = """
SELECT id, program_id, member_id FROM tier_standing WHERE tenant_id = $1 AND review_at <= $2
ORDER BY review_at, id LIMIT $3 {lock}"""

_PUT_OFF = Update("tier_standing", "review_at = x.review_at", review_at="instant")
