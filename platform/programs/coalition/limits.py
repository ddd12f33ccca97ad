"""What partners' terms allow, kept in the transaction that gives points or takes them: terms, caps, credit, blocks.

A partner's position is locked before any account, in the order of partners; what is used stands in rows beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import orjson

from events import service as events_service
from kit import db
from kit.ids import new_id
from kit.setbased import Change, Columns, Insert, Update
from ledger.book import Book
from ledger.state import NewTransfer
from programs.activity import CORRECTIONS
from programs.claims import Claimed
from programs.coalition import partners
from programs.coalition.deriving import OWN
from programs.coalition.errors import CoalitionErrorCode, final, partner_not_found
from programs.coalition.terms import AMOUNT_MAX, SUM_MAX, Bearer, Terms, TermsView, live_at, micros_of_minor
from programs.days import local_day

ALL = ""
GIVEN_AND_TAKEN = ("issued", "taken")
Use = tuple[str, str, str, str, str]
"""A cap that counts: tenant, partner, owner (a member, or `ALL`), name and period."""


@dataclass(slots=True)
class Block:
    """Points paid ahead that are left."""

    id: str
    remaining: int
    price: int
    currency: str


@dataclass(slots=True)
class Standing:
    """A partner while a batch works on it. `smallest`: how many parts a whole point has."""

    tenant: str
    id: str
    state: str
    unit: str
    zone: ZoneInfo
    smallest: int
    terms: list[TermsView]
    owed: dict[str, int] = field(default_factory=dict)
    exposed: dict[str, int] = field(default_factory=dict)
    was: dict[str, int] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def check(self) -> None:
        """Raises `Refusal` PARTNER_FROZEN if it takes no part."""
        if self.state != partners.PartnerState.ACTIVE:
            raise final(CoalitionErrorCode.PARTNER_FROZEN, f"This partner is {self.state}.", "partner")

    def terms_at(self, instant: datetime) -> TermsView:
        """The terms of an instant. Raises `Refusal` NO_TERMS."""
        found = live_at(self.terms, instant)
        if found is None:
            raise final(CoalitionErrorCode.NO_TERMS, "This partner has no terms that hold then.", "partner")
        return found

    def check_credit(self, terms: Terms, exposed: int) -> None:
        """Raises `Refusal` CREDIT_LIMIT if it may not owe so many micros beside those it owes; OUT_OF_RANGE."""
        check_countable(self.owed[terms.currency] + exposed, SUM_MAX)
        if terms.credit_limit is None:
            return
        if self.owed[terms.currency] + exposed > terms.credit_limit * micros_of_minor(terms.currency):
            message = "With this the partner would owe more than its credit limit."
            raise final(CoalitionErrorCode.CREDIT_LIMIT, message, "partner")


class Limits:
    """The partners that a batch's activities, or a redemption, are with."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Standing] = {}
        self._used: dict[Use, int] = {}
        self._now: dict[Use, int] = {}
        self._block_uses: list[tuple[str, str, str, str, int]] = []
        self._events: list[tuple[object, ...]] = []

    async def load(
        self, asked: Iterable[tuple[str, str, str, datetime]], names: Sequence[str] = GIVEN_AND_TAKEN
    ) -> None:  # fmt: skip
        """Lock and read these: each a tenant, a partner's slug, a member, and when it happens; caps of these names."""
        wanted = sorted(set(asked))
        if not wanted:
            return
        await self._read_partners({(tenant, slug) for tenant, slug, _, _ in wanted})
        dated = [
            (self._found[tenant, slug], member, at)
            for tenant, slug, member, at in wanted
            if (tenant, slug) in self._found
        ]
        await self._lock_positions(dated)
        await self._read_blocks()
        await self._read_uses([use for one, member, at in dated for use in _uses(one, member, one_day(one, at), names)])

    def of(self, tenant: str, slug: str) -> Standing:
        """The partner. Raises `Refusal` NOT_FOUND."""
        found = self._found.get((tenant, slug))
        if found is None:
            raise partner_not_found()
        return found

    # -- giving ------------------------------------------------------------------------------------------------------

    def charge(self, one: Claimed, book: Book, first: int) -> None:
        """Count what an activity gave of the shared unit, by the book's transfers from `first` on.

        Raises `Refusal`, kept under the key: PARTNER_FROZEN, NO_TERMS, EARN_NOT_ALLOWED, CAP_REACHED, CREDIT_LIMIT,
        PREPAID_EMPTY, OUT_OF_RANGE (they cost more than can be counted). What is taken back is always allowed.
        """
        if one.activity.partner is None:
            return
        partner = self.of(one.tenant, one.activity.partner)
        if one.activity.kind not in CORRECTIONS:
            partner.check()
        names = {account.id: account.ref.owner for account in book.accounts.values()}
        given = [
            transfer for transfer in book.transfers[first:]
            if transfer.unit_id == partner.unit and transfer.reverses_id is None
            and names[transfer.credit].startswith("member:") and not names[transfer.debit].startswith("member:")
        ]  # fmt: skip
        if given:
            self.issue(partner, book, one.activity.member_id, given, one.stamp.effective_at, one.now)

    def issue(
        self, partner: Standing, book: Book, member: str, given: Sequence[NewTransfer], at: datetime, now: datetime
    ) -> None:  # fmt: skip
        """Count what transfers of the book gave a member with a partner.

        Raises `Refusal`, kept under the key: NO_TERMS, EARN_NOT_ALLOWED, CAP_REACHED, CREDIT_LIMIT, PREPAID_EMPTY,
        OUT_OF_RANGE.
        """
        terms = partner.terms_at(at)
        if not terms.terms.earn:
            raise final(CoalitionErrorCode.EARN_NOT_ALLOWED, "No points are given with this partner.", "partner")
        points = sum(transfer.amount for transfer in given)
        check_countable(points * (terms.terms.issue_price // partner.smallest), AMOUNT_MAX)
        caps, day = terms.terms.caps, one_day(partner, at)
        self.cap(book, partner, "issued", member, day, points, caps.issued_per_member_per_day)
        self.cap(book, partner, "issued", ALL, day, points, caps.issued_per_day)
        for transfer in given:
            if transfer.reason in OWN or terms.terms.promotions is Bearer.PARTNER:
                if terms.terms.prepaid:
                    self._draw(book, partner, terms.terms, transfer.id, transfer.amount, now)
                else:
                    self._expose(book, partner, terms.terms, transfer.amount)

    def take(self, partner: Standing, book: Book, member: str, points: int, at: datetime) -> None:
        """Count points that are spent with a partner.

        Raises `Refusal`, kept under the key: OUT_OF_RANGE, CAP_REACHED, and what `may_take` raises.
        """
        terms = self.may_take(partner, at)
        check_countable(points * (terms.reimbursement_price // partner.smallest), AMOUNT_MAX)
        day = one_day(partner, at)
        self.cap(book, partner, "taken", member, day, points, terms.caps.taken_per_member_per_day)
        self.cap(book, partner, "taken", ALL, day, points, terms.caps.taken_per_day)

    @staticmethod
    def may_take(partner: Standing, at: datetime) -> Terms:
        """The terms, if points can be spent with a partner.

        Raises `Refusal`, kept under the key: PARTNER_FROZEN, NO_TERMS, BURN_NOT_ALLOWED.
        """
        partner.check()
        terms = partner.terms_at(at).terms
        if not terms.burn:
            raise final(CoalitionErrorCode.BURN_NOT_ALLOWED, "Points cannot be spent with this partner.", "partner")
        return terms

    def cap(
        self, book: Book, partner: Standing, name: str, owner: str, day: date, points: int, cap: int | None
    ) -> None:  # fmt: skip
        """Count points by what is done with them (`name`), in all or of a member. Raises `Refusal` CAP_REACHED."""
        use = partner.tenant, partner.id, owner, name, f"day:{day.isoformat()}"
        used = self._now.get(use, self._used.get(use, 0)) + points
        if cap is not None and used > cap:
            who = "of all members together" if owner == ALL else "of a member"
            message = f"With this partner at most {cap} points {who} are {name} a day: {used} it would be."
            raise final(CoalitionErrorCode.CAP_REACHED, message, "partner")
        if use in self._now:
            book.replace(self._now, use, used)
        else:
            book.put(self._now, use, used)

    def _expose(self, book: Book, partner: Standing, terms: Terms, points: int) -> None:
        amount, currency = points * (terms.issue_price // partner.smallest), terms.currency
        exposed = partner.exposed[currency] + amount
        partner.check_credit(terms, exposed)
        book.replace(partner.exposed, currency, exposed)

    def _draw(
        self, book: Book, partner: Standing, terms: Terms, transfer: str, points: int, now: datetime
    ) -> None:  # fmt: skip
        """Use blocks of the terms' currency, the earliest first."""
        blocks = [block for block in partner.blocks if block.currency == terms.currency]
        before, rest = sum(block.remaining for block in blocks), points
        if before < points:
            message = f"The partner has paid ahead for {before} more points; this gives {points}."
            raise final(CoalitionErrorCode.PREPAID_EMPTY, message, "partner")
        for block in blocks:
            part = min(rest, block.remaining)
            if part:
                book.set(block, "remaining", block.remaining - part)
                book.add(self._block_uses, (partner.tenant, new_id(), block.id, transfer, part))
                rest -= part
        alert = terms.block_alert
        left = before - points
        if alert is not None and left < alert <= before:
            self._tell(book, partner, _LOW, {"points": left}, now)
        if left == 0 < before:
            self._tell(book, partner, _EMPTY, {"currency": terms.currency}, now)

    def _tell(self, book: Book, partner: Standing, kind: str, about: dict[str, object], now: datetime) -> None:
        body = orjson.dumps({"partner": partner.id, **about}).decode()
        event = (partner.tenant, new_id(), kind, f"partner:{partner.id}", body, now, partner.id)
        book.add(self._events, event)

    # -- what is read and written ------------------------------------------------------------------------------------

    async def _read_partners(self, slugs: Iterable[tuple[str, str]]) -> None:
        lock = "FOR SHARE OF p" if db.dialect() == "postgres" else ""
        rows = await db.rows(_PARTNERS.format(source=_SLUGS.source(), lock=lock), _SLUGS.payload(sorted(slugs)))
        terms = await partners.terms_of(row["id"] for row in rows)
        for row in rows:
            self._found[row["tenant_id"], row["slug"]] = Standing(
                row["tenant_id"], row["id"], row["state"], row["unit_id"], ZoneInfo(row["zone"]), 10 ** row["scale"],
                terms.get(row["id"], []),
            )  # fmt: skip

    async def _lock_positions(self, dated: Sequence[tuple[Standing, str, datetime]]) -> None:
        found = {
            (one.tenant, one.id, terms.terms.currency): one
            for one, _, at in dated
            if (terms := live_at(one.terms, at)) is not None
        }
        rows = [(tenant, new_id(), partner, currency) for tenant, partner, currency in sorted(found)]
        for row in await db.rows(_POSITIONS.format(source=_KEYS.source()), _KEYS.payload(rows)) if rows else ():
            one, currency = found[row["tenant_id"], row["partner_id"], row["currency"]], row["currency"]
            one.positions[currency], one.owed[currency] = row["id"], int(row["owed"])
            one.exposed[currency] = one.was[currency] = int(row["exposed"])

    async def _read_blocks(self) -> None:
        by_id = {one.id: one for one in self._found.values() if any(each.terms.prepaid for each in one.terms)}
        rows = [(one.tenant, one.id) for one in by_id.values()]
        for row in await db.rows(_BLOCKS.format(source=_IDS.source()), _IDS.payload(rows)) if rows else ():
            by_id[row["partner_id"]].blocks.append(Block(row["id"], row["remaining"], row["price"], row["currency"]))

    async def _read_uses(self, uses: Iterable[Use]) -> None:
        asked = sorted(set(uses))
        for row in await db.rows(_USED.format(source=_USES.source()), _USES.payload(asked)) if asked else ():
            use = row["tenant_id"], row["partner_id"], row["owner"], row["name"], row["period"]
            self._used[use] = int(row["used"])

    def changes(self) -> list[Change]:
        """The rows to be written in the transaction under way."""
        standings = self._found.values()
        exposed = [
            (one.tenant, one.positions[currency], amount - one.was[currency])
            for one in standings
            for currency, amount in one.exposed.items()
            if amount != one.was[currency]
        ]
        drawn: dict[tuple[object, object], int] = {}
        for tenant, _, block, _, points in self._block_uses:
            drawn[tenant, block] = drawn.get((tenant, block), 0) + points
        uses = [
            (use[0], new_id(), *use[1:], used - self._used.get(use, 0)) for use, used in sorted(self._now.items())
        ]  # fmt: skip
        return [
            Change(_EXPOSED, exposed), Change(_DRAWN, [(*block, points) for block, points in drawn.items()]),
            Change(_BLOCK_USES, self._block_uses),
            Change(_COUNT, uses), Change(events_service.INSERT_WITH_PARTNER, self._events),
        ]  # fmt: skip


def check_countable(micros: int, most: int) -> None:
    """Raises `Refusal` OUT_OF_RANGE, kept under the key, for so much money that sums of it could not be counted."""
    if micros > most:
        raise final(CoalitionErrorCode.OUT_OF_RANGE, "These points come to more money than can be counted.", "partner")


def one_day(partner: Standing, at: datetime) -> date:
    """The local day of an instant, by which caps count."""
    return local_day(at, partner.zone)


def _uses(one: Standing, member: str, day: date, names: Sequence[str]) -> list[Use]:
    period = f"day:{day.isoformat()}"
    return [(one.tenant, one.id, owner, name, period) for owner in (ALL, member) for name in names]


_LOW, _EMPTY = "partner.block_low", "partner.block_empty"
assert {_LOW, _EMPTY} <= events_service.KINDS.keys()

_SLUGS = Columns(tenant_id="uuid", slug="text")
_IDS = Columns(tenant_id="uuid", id="uuid")
_KEYS = Columns(tenant_id="uuid", id="uuid", partner_id="uuid", currency="text")
_USES = Columns(tenant_id="uuid", partner_id="uuid", owner="text", name="text", period="text")

_PARTNERS = """
SELECT p.tenant_id, p.id, p.slug, p.state, c.unit_id, u.scale, t.zone FROM {source} AS x
JOIN partner p ON p.tenant_id = x.tenant_id AND p.slug = x.slug
JOIN coalition c ON c.tenant_id = p.tenant_id AND c.id = p.program_id
JOIN unit u ON u.tenant_id = c.tenant_id AND u.id = c.unit_id
JOIN tenant t ON t.id = p.tenant_id ORDER BY p.id {lock}"""

# A write, so that the row is locked, and is there.
_POSITIONS = """
INSERT INTO partner_position (tenant_id, id, partner_id, currency)
SELECT x.tenant_id, x.id, x.partner_id, x.currency FROM {source} AS x WHERE true
ON CONFLICT (tenant_id, partner_id, currency) DO UPDATE SET owed = partner_position.owed
RETURNING tenant_id, id, partner_id, currency, owed, exposed"""

_BLOCKS = """
SELECT b.id, b.partner_id, b.remaining, b.price, b.currency FROM {source} AS x
JOIN partner_block b ON b.tenant_id = x.tenant_id AND b.partner_id = x.id
WHERE b.remaining > 0 ORDER BY b.bought_at, b.id"""

_USED = """
SELECT u.tenant_id, u.partner_id, u.owner, u.name, u.period, u.used FROM {source} AS x
JOIN partner_use u ON u.tenant_id = x.tenant_id AND u.partner_id = x.partner_id AND u.owner = x.owner
    AND u.name = x.name AND u.period = x.period"""

_EXPOSED = Update("partner_position", "exposed = t.exposed + x.more", more="int")
# By how much less, since the follower may have given points back meanwhile.
_DRAWN = Update("partner_block", "remaining = t.remaining - x.points", points="int")
_BLOCK_USES = Insert(
    "partner_block_use", tenant_id="uuid", id="uuid", block_id="uuid", transfer_id="uuid", points="int"
)  # fmt: skip
_COUNT = Insert(
    "partner_use", "ON CONFLICT (tenant_id, partner_id, owner, name, period) "
    "DO UPDATE SET used = partner_use.used + excluded.used", tenant_id="uuid", id="uuid", partner_id="uuid",
    owner="text", name="text", period="text", used="int",
)  # fmt: skip
