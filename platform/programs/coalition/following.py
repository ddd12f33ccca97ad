"""Follows the ledger: posts what each of its batches means for a coalition, once, in the order in which they came.

    lock       the coalition's row: one follower at a time
    read       batches that were not followed, and what was derived before of what they are about (`moves`)
    derive     transfer by transfer (`deriving`)
    post       prices of issues, entries, positions, points that go back to blocks, caps that are free again, and that
               the batches were followed

All in one transaction for each chunk. Nothing here is decided twice: what was followed is remembered as long as a batch
that began earlier may still be committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from kit import db
from kit.ids import new_id
from kit.setbased import Insert
from ledger.models import Unit
from programs import rulebooks
from programs.coalition import moves, partners
from programs.coalition.booking import book
from programs.coalition.deriving import Issue, Known, Leg, Moved, Taken, Used, derive
from programs.coalition.earning import own_reference
from programs.coalition.entries import Account, EntryKind, NewEntry, entry, first_open_days
from programs.coalition.freeing import free, freed
from programs.coalition.kind import CompiledCoalition
from programs.coalition.limits import Use
from programs.coalition.models import Coalition, Partner
from programs.coalition.partners import PartnerId
from programs.coalition.rules import Recognition
from programs.coalition.terms import TermsView, live_at
from programs.days import local_day
from programs.engine import Program
from tenants import profile, scope

CHUNK_BATCHES = 200


async def catch_up() -> int:
    """Follow all that the scope's tenant has committed; answers how many batches were new."""

    async def chunk() -> int:
        async with scope.writing():
            return await follow_some()

    done = 0
    while followed := await (chunk() if db.in_write_transaction() else db.retrying(chunk)):
        done += followed
    return done


async def follow_some(limit: int = CHUNK_BATCHES) -> int:
    """Follow up to so many batches for each coalition, in the transaction under way; answers how many there were."""
    coalitions = await Coalition.all().order_by("id")
    return sum([await _follow(row.id, min(limit, CHUNK_BATCHES)) for row in coalitions])


async def _follow(coalition_id: str, limit: int) -> int:
    await db.execute(
        "UPDATE coalition SET unit_id = unit_id WHERE tenant_id = $1 AND id = $2", scope.tenant_id(), coalition_id
    )
    coalition = await Coalition.get(id=coalition_id)
    new = await moves.unfollowed(coalition.id, coalition.followed_to, limit)
    if not new:
        return 0
    found = await moves.moved(new, coalition.unit_id)
    following = await Following.begin(coalition, [one for _, moved in found for one in moved])
    following.open_from = await first_open_days(following.partners)
    followed = []
    for batch, moved in found:
        if following.ready(moved):
            following.follow(moved)
            followed.append(batch)
    assert followed, "what moves points comes after what issued them"
    await following.write()
    await _FOLLOWED([(scope.tenant_id(), new_id(), coalition.id, batch) for batch in followed])
    await db.execute(
        "UPDATE coalition SET followed_to = $3 WHERE tenant_id = $1 AND id = $2 "
        "AND (followed_to IS NULL OR followed_to < $3)",
        scope.tenant_id(), coalition.id, followed[-1],
    )  # fmt: skip
    await db.execute(
        "DELETE FROM clearing_batch WHERE tenant_id = $1 AND coalition_id = $2 AND batch_id <= $3",
        scope.tenant_id(), coalition.id, moves.since(followed[-1]),
    )  # fmt: skip
    return len(followed)


@dataclass(slots=True)
class Following:
    """A chunk under way: what is known, and what is to be written."""

    program: str
    zone: ZoneInfo
    known: Known
    issues: dict[str, Issue]
    taken: dict[str, Taken]
    spent: dict[tuple[str, str], tuple[str, str]]
    blocks: dict[str, list[Used]]
    partners: frozenset[str]
    open_from: dict[str, str] = field(default_factory=dict)
    new_issues: list[Issue] = field(default_factory=list)
    entries: list[NewEntry] = field(default_factory=list)
    exposed: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    returned: list[tuple[str, Used]] = field(default_factory=list)
    freed: dict[Use, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    async def begin(
        cls, coalition: Coalition, moved: Sequence[Moved], blocks: dict[str, list[Used]] | None = None
    ) -> Following:
        """Read what these transfers are about; `blocks` as they were before, if not as they are now."""
        reversed_ = [one.reverses_id for one in moved if one.reverses_id is not None]
        issues = await moves.issues([*(part.origin for one in moved for part in one.parts), *reversed_])
        taken, spent = await moves.reimbursements(reversed_), await moves.spendings(reversed_)
        if blocks is None:
            blocks = await moves.block_uses(reversed_, left=True)
        tenant = scope.tenant_id()
        rulebook = (await rulebooks.load([tenant]))[tenant].rulebook
        program = next((each for each in rulebook.programs if each.id == coalition.id), None)
        terms = await partners.terms_of(row.id for row in await Partner.filter(program_id=coalition.id))

        def terms_at(partner: str, instant: datetime) -> TermsView | None:
            return live_at(terms.get(partner, []), instant)

        smallest = 10 ** (await Unit.get(id=coalition.unit_id)).scale
        known = Known(issues, taken, spent, blocks, terms_at, lambda at: _recognition(program, at), smallest)
        zone = ZoneInfo((await profile.current()).zone)
        return cls(coalition.id, zone, known, issues, taken, spent, blocks, frozenset(terms))

    def ready(self, moved: Sequence[Moved]) -> bool:
        """Whether all that a batch is about is known: where clocks differ, an issue may come after what spends it."""
        about = {part.origin for one in moved for part in one.parts}
        about |= {one.reverses_id for one in moved if one.reverses_id is not None and one.takes_back}
        return about <= self.issues.keys() | {one.id for one in moved if one.opens}

    def follow(self, moved: Sequence[Moved]) -> None:
        """Derive what a batch means; each transfer sees what the one before it meant."""
        for one in moved:
            meaning = derive(one, self.known)
            day = local_day(one.recorded_at, self.zone).isoformat()
            if meaning.issue is not None:
                self._issued(one, meaning.issue, day)
            for number, leg in enumerate(meaning.legs):
                self._post(one, leg, number, day)
            for partner, currency, amount in meaning.exposures:
                self.exposed[partner, currency] += amount
            for used in meaning.returned:
                self._returned(one.reverses_id or "", used)
            self._free(one)

    def _issued(self, one: Moved, issue: Issue, day: str) -> None:
        booked_on = issue.booked_on or max(day, self.open_from.get(issue.partner_id or "", day))
        self.issues[issue.id] = replace(issue, booked_on=booked_on)
        if one.blocks:
            self.blocks[issue.id] = list(one.blocks)
        self.new_issues.append(self.issues[issue.id])

    def _post(self, one: Moved, leg: Leg, number: int, day: str) -> None:
        made = entry(
            scope.tenant_id(), self.program, leg.partner_id, leg.kind, leg.debit, leg.credit, leg.amount,
            leg.currency, one.effective_at, one.recorded_at, day, points=leg.points, price=leg.price,
            terms=leg.terms_id, transfer=one.id, origin=leg.origin_id, original=leg.original_id,
            original_on=leg.original_on, reference=_reference(one, leg),
            id_=one.id if leg.main else _id_of(one.id, number),
        )  # fmt: skip
        self.entries.append(made)
        booked_on = max(day, self.open_from.get(leg.partner_id or "", day))
        if leg.kind is EntryKind.REIMBURSEMENT and leg.main:
            assert leg.partner_id is not None, "somebody took the points"
            self.taken[one.id] = Taken(leg.partner_id, leg.terms_id, leg.price, leg.currency, booked_on)
        elif leg.kind is EntryKind.SPENT and leg.debit is Account.PARTNER:
            self.spent[one.id, leg.origin_id or ""] = (made.id, booked_on)

    def _returned(self, issue: str, used: Used) -> None:
        self.blocks[issue] = [
            each._replace(points=each.points - used.points) if each.block_id == used.block_id else each
            for each in self.blocks[issue]
        ]
        self.returned.append((issue, used))

    def _free(self, one: Moved) -> None:
        if one.reverses_id is None:
            return
        done = self.issues.get(one.reverses_id) if one.takes_back else self.taken.get(one.reverses_id)
        if done is not None and done.partner_id is not None:
            for use in freed(scope.tenant_id(), one, done.partner_id, self.zone):
                self.freed[use] += one.amount

    async def write(self) -> None:
        """Write all that was derived."""
        tenant = scope.tenant_id()
        await _ISSUES([
            (tenant, i.id, self.program, i.partner_id, i.terms_id, i.payer, i.recognition, i.points, i.price,
             i.currency, i.booked_on)
            for i in self.new_issues
        ])  # fmt: skip
        await book(self.entries, self.exposed)
        await self._give_back()
        await free(self.freed)

    async def _give_back(self) -> None:
        for transfer, used in self.returned:
            await db.execute(
                "UPDATE partner_block SET remaining = remaining + $3 WHERE tenant_id = $1 AND id = $2",
                scope.tenant_id(), used.block_id, used.points,
            )  # fmt: skip
            await db.execute(
                "UPDATE partner_block_use SET returned = returned + $4 WHERE tenant_id = $1 AND transfer_id = $2 "
                "AND block_id = $3",
                scope.tenant_id(), transfer, used.block_id, used.points,
            )  # fmt: skip


def _reference(one: Moved, leg: Leg) -> str | None:
    """The order behind it, as its partner calls it; what happened with another partner is not told."""
    return None if leg.partner_id is None else own_reference(PartnerId(leg.partner_id), one.reference)


def _id_of(transfer: str, number: int) -> str:
    """The id of an entry that a transfer led to: as old as it is, and the same whenever it is derived."""
    random = int.from_bytes(sha256(f"{transfer}/{number}".encode()).digest()[:7])
    return str(UUID(int=UUID(transfer).int >> 56 << 56 | random))


def _recognition(program: Program | None, instant: datetime) -> Recognition:
    """When what is issued at an instant is paid, by the rules of that instant."""
    if program is None:
        return Recognition.ISSUANCE
    begun = [version for version in program.versions if version.live_from <= instant]
    compiled: CompiledCoalition = (begun[-1] if begun else program.versions[0]).compiled
    return compiled.rules.recognition


_FOLLOWED = Insert("clearing_batch", tenant_id="uuid", id="uuid", coalition_id="uuid", batch_id="uuid")
_ISSUES = Insert(
    "clearing_issue", tenant_id="uuid", id="uuid", program_id="uuid", partner_id="uuid", terms_id="uuid", payer="text",
    recognition="text", points="int", price="int", currency="text", booked_on="text",
)  # fmt: skip
