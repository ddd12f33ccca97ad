"""Quotes: what a cart would earn, and what points would pay. The same pure decision as for an order; nothing written.

A quote is of one instant. Its token pins the versions of the rules and the price of what was asked for, until it
expires (promise 6); how many points are spent is the member's choice (promise 11), what they are worth the server's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kit import db
from kit.errors import Refusal
from kit.money import EXPONENTS
from ledger import reading
from ledger.state import AMOUNT_MAX, UnitId
from members import service as members
from members.service import MemberRef
from members.standing import NOBODY, standings
from members.views import MemberId
from programs import counters, engine, quote_token, rulebooks
from programs.activity import (
    MAIN_LINE,
    Activity,
    ActivityKind,
    Line,
    Tender,
    TenderKind,
    fingerprint,
    line_to_json,
    refusals,
)
from programs.decision import Decision, ExplanationLine, Movement, ProgramId, VersionId
from programs.kind import Standing
from programs.quote_token import Pinned, PinnedPayment, PinnedReward
from programs.rulebooks import TenantRules
from programs.stored_value import quoting
from programs.stored_value.funds import Pay
from programs.stored_value.quoting import PaymentQuote
from rewards import catalogue
from rewards.eligibility import standing_of, why_not
from rewards.payment import PaymentTerms, quote_payment
from rewards.terms import AmountOff, FreeShipping, Money, PercentOff
from rewards.views import PartnerShop, RewardId, RewardView
from tenants import scope

REWARDS_MAX = 100


@dataclass(frozen=True, slots=True)
class Cart:
    """A purchase that is not one yet, in minor units of `currency`; `partner` is the slug of a coalition's."""

    currency: str
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...] = ()
    codes: tuple[str, ...] = ()
    channel: str | None = None
    line: str = MAIN_LINE
    payload: Mapping[str, Any] = field(default_factory=dict)
    partner: str | None = None

    @property
    def total(self) -> int:
        """What the cart comes to: after discount, with tax."""
        return sum(line.amount - line.discount + line.tax for line in self.lines)

    def fingerprint(self) -> str:
        """Equal for equal carts, in whatever order; how it will be paid does not count."""
        lines = sorted((line_to_json(line) for line in self.lines), key=lambda line: str(line["id"]))
        return fingerprint({
            "currency": self.currency, "lines": lines, "codes": sorted(self.codes), "channel": self.channel,
            "line": self.line, **({"payload": dict(self.payload)} if self.payload else {}),
            **({"partner": self.partner} if self.partner else {}),
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class RedeemReward:
    """A wish: this reward, at its own price."""

    reward_id: RewardId


@dataclass(frozen=True, slots=True)
class RedeemPoints:
    """A wish: up to so many points as payment; `unit` is a slug, needed where several units can pay."""

    points: int
    unit: str | None = None


Redeem = RedeemReward | RedeemPoints


@dataclass(frozen=True, slots=True)
class ProgramQuote:
    """What one program would do; `version_id` is None while it does not run."""

    program_id: ProgramId
    name: str
    version_id: VersionId | None
    earns: tuple[Movement, ...]
    explanation: tuple[ExplanationLine, ...]


@dataclass(frozen=True, slots=True)
class RewardQuote:
    """A reward that this member could have with this cart, but perhaps for the points that are missing."""

    reward: RewardView
    points: int
    points_missing: int

    @property
    def affordable(self) -> bool:
        """Whether the member has the points now."""
        return not self.points_missing


@dataclass(frozen=True, slots=True)
class RedemptionQuote:
    """What was asked for: a reward, or points as payment of `value`; 0 points if so many cannot pay (S1).
    `short`: the member has fewer points than would pay otherwise."""

    unit_id: UnitId
    points: int
    reward: RewardView | None = None
    value: Money | None = None
    program_id: ProgramId | None = None
    short: bool = False


@dataclass(frozen=True, slots=True)
class BalanceQuote:
    """A member's points of one unit now, and after the order with what was asked for."""

    unit_id: UnitId
    available: int
    pending: int
    available_after: int
    pending_after: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer; a guest has no balances. The token holds until `expires_at` (exclusive).

    `payments` is what stored value would pay, and `amount_due` what is left of the cart then, in minor units.
    """

    programs: tuple[ProgramQuote, ...]
    rewards: tuple[RewardQuote, ...]
    redeem: RedemptionQuote | None
    payments: tuple[PaymentQuote, ...]
    amount_due: int
    balances: tuple[BalanceQuote, ...]
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentOption:
    """Points of a program that can pay: what `rewards.redemptions.AsPayment` asks for."""

    program_id: ProgramId
    unit: str
    unit_id: UnitId
    terms: PaymentTerms


async def quote(
    cart: Cart, member: MemberRef | None = None, redeem: Redeem | None = None, pay_with: Sequence[Pay] = (),
    shop: PartnerShop | None = None,
) -> Quote:  # fmt: skip
    """What the cart would earn and cost, paid by points first and then from `pay_with`; `member` None for a guest.

    Rewards are those of the partner's `shop`, or (None) of the tenant's own.
    Raises `Refusal`: NOT_FOUND, ERASED (member); what `activity.refusals` gives, INVALID (cart); of `redeem`
    NOT_FOUND, OUT_OF_RANGE, NOT_ELIGIBLE, ENDED, OUT_OF_STOCK, LIMIT_REACHED, INSUFFICIENT_POINTS; of `pay_with` and
    top-ups what `stored_value.quoting` does.
    """
    now = scope.now()
    _check(cart, now)
    async with scope.reading():
        who = None if member is None else await members.resolve(member)
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        balances = {} if who is None else {b.unit_id: b for b in (await reading.balances([who]))[who]}
        offered = await _offered(cart, who, redeem, rules, now, shop)
        redemption = _redemption(cart, who, redeem, offered, balances, rules, now)
        await quoting.check_top_ups(cart.lines, cart.currency, who, rules)
    due = cart.total - (0 if redemption is None or redemption.value is None else redemption.value.amount)
    payments = await quoting.payments(pay_with, cart.lines, cart.currency, due, who)
    async with scope.reading():
        decision = await _decided(_activity(cart, who, redemption, now, payments), who, rules, now)
    programs = _by_program(decision, rules, cart.line, now)
    pinned = Pinned(
        who, cart.fingerprint(), {p.program_id: p.version_id for p in programs if p.version_id is not None},
        _pin(redemption), quote_token.expiry(now),
    )  # fmt: skip
    rewards = tuple(
        RewardQuote(view, view.points, max(0, view.points - _available(balances, view.unit_id)))
        for view, why in offered.values()
        if why is None
    )[:REWARDS_MAX]
    after = () if who is None else _after(balances, redemption, payments, decision, rules)
    due -= sum(payment.amount for payment in payments)
    return Quote(programs, rewards, redemption, payments, due, after, quote_token.sign(pinned), pinned.expires_at)


def payment_option(
    rules: TenantRules, currency: str, unit: str | None, now: datetime,
    versions: Mapping[ProgramId, VersionId] | None = None,
) -> PaymentOption:  # fmt: skip
    """The program whose points of this unit pay in this currency, by the version live now or as pinned in `versions`.

    Programs that do not run do not pay; of several of one unit the oldest does. Raises `Refusal` NOT_ELIGIBLE if none
    does, INVALID if the unit must be said.
    """
    rulebook = rules.rulebook.pin(versions or {})
    options: dict[str, PaymentOption] = {}
    for program in rulebook.programs:
        traits = rulebook.version(program, now).traits
        pays = traits.payment
        if not program.live_at(now) or pays is None or pays.currency != currency:
            continue
        pays_with = traits.units[0].slug
        if unit in (None, pays_with):
            option = PaymentOption(program.id, pays_with, rules.units[pays_with], pays)
            options.setdefault(pays_with, option)
    if not options:
        raise Refusal("NOT_ELIGIBLE", "No points can pay for this order.", ("redeem",))
    if len(options) > 1:
        raise Refusal("INVALID", "Say points of which unit are to pay.", ("redeem", "unit"))
    return next(iter(options.values()))


# -- earning -----------------------------------------------------------------------------------------------------------


def _check(cart: Cart, now: datetime) -> None:
    if not cart.lines:
        raise Refusal("INVALID", "A cart has at least one line.", ("cart", "lines"))
    for refusal in refusals(_activity(cart, None, None, now), EXPONENTS):
        raise Refusal(refusal.code, refusal.message, ("cart", *refusal.field))


def _activity(
    cart: Cart, member: MemberId | None, redemption: RedemptionQuote | None, now: datetime,
    payments: Sequence[PaymentQuote] = (),
) -> Activity:  # fmt: skip
    """The purchase that the cart would be, partly paid with the points and stored value that were asked for."""
    paid: dict[TenderKind, int] = {}
    if redemption is not None and redemption.value is not None:
        paid[TenderKind.POINTS] = redemption.value.amount
    for payment in payments:
        kind = TenderKind.GIFT_CARD if payment.gift_card_id is not None else TenderKind.STORED_VALUE
        paid[kind] = paid.get(kind, 0) + payment.amount
    others = (tender for tender in cart.tenders if tender.kind not in paid)
    return Activity(
        "", ActivityKind.PURCHASE.value, member or "", now, currency=cart.currency, lines=cart.lines,
        tenders=(*others, *(Tender(kind, amount) for kind, amount in paid.items())), codes=cart.codes,
        channel=cart.channel, line=cart.line, payload=cart.payload, partner=cart.partner,
    )  # fmt: skip


async def _decided(activity: Activity, member: MemberId | None, rules: TenantRules, now: datetime) -> Decision:
    keys = engine.counters_needed(activity, rules.rulebook)
    known = NOBODY
    if member is not None and rules.asks_standing:
        key = (scope.tenant_id(), member)
        known = (await standings([key]))[key]
    used = await counters.used_now(keys, member)
    standing = Standing(known.tiers, known.segments, used, plans=known.plans)
    return engine.decide(activity, standing, rules.rulebook, now)


def _by_program(decision: Decision, rules: TenantRules, line: str, now: datetime) -> tuple[ProgramQuote, ...]:
    return tuple(
        ProgramQuote(
            program.id, program.name, rules.rulebook.version(program, now).id if program.live_at(now) else None,
            tuple(movement for movement in decision.movements if movement.program_id == program.id),
            tuple(line for line in decision.explanation if line.program_id == program.id),
        )
        for program in rules.rulebook.of_line(line)
    )  # fmt: skip


# -- spending ----------------------------------------------------------------------------------------------------------

Offered = Mapping[RewardId, tuple[RewardView, Refusal | None]]
Balances = Mapping[UnitId, reading.Balance]


async def _offered(
    cart: Cart, member: MemberId | None, redeem: Redeem | None, rules: TenantRules, now: datetime,
    shop: PartnerShop | None,
) -> Offered:  # fmt: skip
    """The catalogue, and the reward asked for, with why this member cannot have one with this cart, points apart."""
    everybody = rules.rulebook.tiers_of_everybody(now)
    standing = NOBODY if member is None else (await standing_of(member)).among(everybody)
    had = {} if member is None else await _had(member, now)
    answer = {}
    asked = [redeem.reward_id] if isinstance(redeem, RedeemReward) else []
    views = {view.id: view for view in await catalogue.list_(first=REWARDS_MAX)} | await catalogue.get_many(asked)
    for view in views.values():
        why = why_not(view, standing, now, shop) or _too_small(view, cart)
        if why is None and view.limit_per_member is not None and had.get(view.id, 0) >= view.limit_per_member:
            why = Refusal("LIMIT_REACHED", f"A member may have this {view.limit_per_member} times.")
        answer[view.id] = (view, why)
    return answer


async def _had(member: MemberId, now: datetime) -> dict[RewardId, int]:
    return {row["reward_id"]: row["had"] for row in await db.rows(_HAD, scope.tenant_id(), member, now)}


_HAD = """
SELECT reward_id, count(*) AS had FROM redemption WHERE tenant_id = $1 AND member_id = $2 AND reward_id IS NOT NULL
AND (state = 'confirmed' OR (state = 'reserved' AND ends_at > $3)) GROUP BY reward_id"""


def _too_small(view: RewardView, cart: Cart) -> Refusal | None:
    if not isinstance(view.terms, AmountOff | PercentOff | FreeShipping) or view.terms.minimum_order is None:
        return None
    minimum = view.terms.minimum_order
    if minimum.currency == cart.currency and minimum.amount <= cart.total:
        return None
    return Refusal("NOT_ELIGIBLE", "This reward needs a larger order.")


def _redemption(
    cart: Cart, member: MemberId | None, redeem: Redeem | None, offered: Offered, balances: Balances,
    rules: TenantRules, now: datetime,
) -> RedemptionQuote | None:  # fmt: skip
    if redeem is None:
        return None
    if member is None:
        raise Refusal("NOT_ELIGIBLE", "A guest has no points to spend.", ("redeem",))
    if isinstance(redeem, RedeemReward):
        return _reward(offered, redeem.reward_id, balances)
    if not 1 <= redeem.points <= AMOUNT_MAX:
        raise Refusal("OUT_OF_RANGE", "Give a number from 1 to 2⁵³ − 1.", ("redeem", "points"))
    option = payment_option(rules, cart.currency, redeem.unit, now)
    paid = quote_payment(option.terms, redeem.points, _available(balances, option.unit_id), cart.total)
    short = paid.points < quote_payment(option.terms, redeem.points, redeem.points, cart.total).points
    value = Money(paid.amount, cart.currency)
    return RedemptionQuote(option.unit_id, paid.points, value=value, program_id=option.program_id, short=short)


def _reward(offered: Offered, reward: RewardId, balances: Balances) -> RedemptionQuote:
    field = ("redeem", "reward_id")
    view, why = offered.get(reward, (None, None))
    if view is None:
        raise Refusal("NOT_FOUND", "There is no such reward.", field)
    if why is not None:
        raise Refusal(why.code, why.message, field)
    if view.points > _available(balances, view.unit_id):
        raise Refusal("INSUFFICIENT_POINTS", "The member has fewer points available than this costs.", field)
    return RedemptionQuote(view.unit_id, view.points, reward=view)


def _pin(redemption: RedemptionQuote | None) -> PinnedReward | PinnedPayment | None:
    if redemption is None:
        return None
    if redemption.reward is not None:
        return PinnedReward(redemption.reward.id, redemption.unit_id, redemption.points)
    if not redemption.points or redemption.value is None or redemption.program_id is None:
        return None
    value = redemption.value
    return PinnedPayment(redemption.program_id, redemption.unit_id, redemption.points, value.amount, value.currency)


def _after(
    balances: Balances, redemption: RedemptionQuote | None, payments: Sequence[PaymentQuote], decision: Decision,
    rules: TenantRules,
) -> tuple[BalanceQuote, ...]:  # fmt: skip
    quotes = {
        unit: BalanceQuote(unit, balance.available, balance.pending, balance.available, balance.pending)
        for unit, balance in balances.items()
    }
    for movement in decision.movements:
        unit = rules.units[movement.unit]
        before = quotes.get(unit, BalanceQuote(unit, 0, 0, 0, 0))
        if movement.pending:
            quotes[unit] = replace(before, pending_after=before.pending_after + movement.amount)
        else:
            quotes[unit] = replace(before, available_after=before.available_after + movement.amount)
    spent = [(payment.unit_id, payment.amount) for payment in payments if payment.gift_card_id is None]
    if redemption is not None and redemption.points:
        spent.append((redemption.unit_id, redemption.points))
    for unit, amount in spent:
        quotes[unit] = replace(quotes[unit], available_after=quotes[unit].available_after - amount)
    return tuple(quotes[unit] for unit in sorted(quotes))


def _available(balances: Balances, unit: UnitId) -> int:
    return balances[unit].available if unit in balances else 0
