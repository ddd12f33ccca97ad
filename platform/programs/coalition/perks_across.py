"""Perks that members use at partners: one bears what another gives, and pays it for each use.

The perks are those of the operator's tiers and plans (`programs.perks`), and their limits count wherever they are used.
A use is given back by the partner, by the operator, or with its order, and what it cost goes back with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kit.errors import Refusal
from kit.ids import is_id
from members.views import MemberId
from programs import entitlements as perks_of
from programs import perk_uses
from programs.coalition import doings, earning, live, perk_events
from programs.coalition.booking import book, today
from programs.coalition.doings import Asked, Doing
from programs.coalition.entries import Account, EntryKind, entry
from programs.coalition.errors import CoalitionErrorCode, final
from programs.coalition.limits import Limits, Standing
from programs.coalition.models import PartnerPerkUse
from programs.coalition.partners import PartnerId, PartnerView
from programs.coalition.rules import JointOffer
from programs.coalition.terms import TermsView
from programs.entitlements import Entitlement
from programs.perk_uses import PerkUseId, PerkUseState, PerkUseView
from rewards.offers import lock_member
from tenants import audit, commands, scope


@dataclass(frozen=True, slots=True)
class OfferLeft:
    """An offer that a member can use at a partner: `left` times more until `ends_at` (None: any number, no end)."""

    offer: JointOffer
    left: int | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfferUse:
    """A use of an offer, by its id in the rules, at a partner; `order_reference` is the partner's own."""

    id: PerkUseId
    offer: str
    member_id: MemberId
    order_reference: str | None
    state: PerkUseState
    used_at: datetime
    given_back_at: datetime | None


async def entitlements(partner: PartnerView, member: MemberId) -> tuple[OfferLeft, ...]:
    """The offers that the member has and can use at this partner, in the order of the rules."""
    async with scope.reading():
        rules = await live.rules_of(partner)
    offers = [] if rules is None else [each for each in rules.offers if each.used_at(partner.slug)]
    has = (await perks_of.of_members([member]))[member] if offers else ()
    found = ((offer, _best([each for each in has if each.perk.id == offer.perk])) for offer in offers)
    return tuple(OfferLeft(offer, best.left, best.ends_at) for offer, best in found if best is not None)


async def use(
    key: str, partner: PartnerView, member: MemberId, offer: str, order_reference: str | None = None
) -> OfferUse:  # fmt: skip
    """Use an offer once at a partner; who bears it pays.

    Raises `Refusal`: INVALID (order), NOT_FOUND (member; no such offer for this partner); and kept under the key:
    NOT_ELIGIBLE (the member has not got the perk; the coalition is not live), LIMIT_REACHED, PARTNER_FROZEN and
    NO_TERMS (of either), INVALID_CURRENCY (they are settled in different ones), CREDIT_LIMIT (of who bears it).
    """
    own = earning.key(partner.id, key)
    order = earning.read_order(partner.id, order_reference)

    async def work() -> commands.Result:
        rules = await live.needed(partner)
        found = next((each for each in rules.offers if each.id == offer and each.used_at(partner.slug)), None)
        if found is None:
            raise Refusal(CoalitionErrorCode.NOT_FOUND, "There is no such offer here.", ("offer",))
        return {"use": await _use(partner, member, found, order)}

    given = {"member": member, "offer": offer, "order_reference": order_reference}
    result = await commands.once(own, "partner.use_offer", given, work)
    return await get(partner.id, PerkUseId(result["use"]))


async def give_back(key: str, partner: PartnerView, use_id: PerkUseId) -> OfferUse:
    """Give a use at this partner back, and what it cost; in any state of the partner.

    Raises `Refusal`: NOT_FOUND; and kept under the key: ALREADY_CLOSED.
    """

    async def work() -> commands.Result:
        view = await get(partner.id, use_id)
        await perk_uses.take_back(use_id)
        await _record("perk.given_back", partner.id, view.offer, use_id, view.member_id)
        return {"use": use_id}

    result = await commands.once(earning.key(partner.id, key), "partner.give_offer_back", {"use": use_id}, work)
    return await get(partner.id, PerkUseId(result["use"]))


async def get(partner: PartnerId, use_id: PerkUseId) -> OfferUse:
    """A use at a partner. Raises `Refusal` NOT_FOUND, for one at another's alike."""
    found = await find(partner, use_id)
    if found is None:
        raise Refusal(CoalitionErrorCode.NOT_FOUND, "There is no such use of an offer.", ("use",))
    return found


async def find(partner: PartnerId, use_id: PerkUseId) -> OfferUse | None:
    """A use at a partner, if there is one by this id."""
    async with scope.reading():
        row = await PartnerPerkUse.get_or_none(id=use_id, partner_id=partner) if is_id(use_id) else None
        used = None if row is None else await perk_uses.find(use_id)
    return None if row is None or used is None else _view(row, used)


async def page(partner: PartnerId, asked: Asked) -> list[OfferUse]:
    """Uses at a partner, the latest first. Raises what `doings.page` raises."""
    ids = await doings.page(Doing.OFFER_USE, partner, asked)
    async with scope.reading():
        used = await perk_uses.of_ids(ids)
        found = {row.id: _view(row, used[row.id]) for row in await PartnerPerkUse.filter(id__in=ids)}
    return [found[id_] for id_ in ids]


# -- one use -----------------------------------------------------------------------------------------------------------


async def _use(partner: PartnerView, member: MemberId, offer: JointOffer, order: str | None) -> PerkUseId:
    """Lock member and partners, in this order; then use the perk, and pay for it."""
    tenant, now = scope.tenant_id(), scope.now()
    await lock_member(member)
    limits = Limits()
    await limits.load([(tenant, slug, member, now) for slug in (partner.slug, offer.offered_by)], ())
    giver, bearer = limits.of(tenant, partner.slug), _bearer(limits, partner, offer)
    for each in (giver, bearer):
        each.check()
    used = await perk_uses.record(member, offer.perk, None, order)
    entries: tuple[str | None, str | None] = None, None
    if bearer.id != giver.id and offer.price:
        paying, paid = bearer.terms_at(now), giver.terms_at(now)
        if paying.terms.currency != paid.terms.currency:
            message = "Who offers it and who gives it are settled in different currencies."
            raise final(CoalitionErrorCode.INVALID_CURRENCY, message, "offer")
        bearer.check_credit(paying.terms, bearer.exposed[paying.terms.currency] + offer.price)
        entries = await _pay(partner.program_id, paying, paid, offer, order)
    row = await PartnerPerkUse.create(
        id=used, partner_id=giver.id, bearer_id=bearer.id, offer=offer.id, used_at=now, paid_entry_id=entries[0],
        got_entry_id=entries[1],
    )  # fmt: skip
    await perk_events.tell(perk_events.GIVEN, [row])
    await _record("perk.used", PartnerId(giver.id), offer.id, used, member)
    return used


async def _pay(
    program: str, bearer: TermsView, giver: TermsView, offer: JointOffer, order: str | None
) -> tuple[str, str]:  # fmt: skip
    """Let the bearer pay who gives the perk, by terms in one currency; the ids of both entries."""
    now, day = scope.now(), await today()
    paid, got = await book([
        entry(
            scope.tenant_id(), program, terms.partner_id, EntryKind.PERK, debit, credit, offer.price,
            terms.terms.currency, now, now, day, terms=terms.id, reference=reference, note=offer.name,
        )
        for terms, debit, credit, reference in (
            (bearer, Account.PARTNER, Account.EXCHANGE, None),  # the order is the other's own
            (giver, Account.EXCHANGE, Account.PARTNER, earning.own_reference(PartnerId(giver.partner_id), order)),
        )
    ])  # fmt: skip
    return paid.id, got.id


def _bearer(limits: Limits, partner: PartnerView, offer: JointOffer) -> Standing:
    """Who bears an offer, of the same coalition. Raises `Refusal` NOT_ELIGIBLE, kept under the key."""
    tenant = scope.tenant_id()
    try:
        found = limits.of(tenant, offer.offered_by)
    except Refusal:
        found = None
    if found is None or found.unit != limits.of(tenant, partner.slug).unit:
        raise final(CoalitionErrorCode.NOT_ELIGIBLE, "Who offers this is no partner of the coalition.", "offer")
    return found


def _best(found: list[Entitlement]) -> Entitlement | None:
    """Of several programs that bring a perk, the first with a use left, as `perk_uses.record` takes it."""
    return next((each for each in found if each.left != 0), found[0] if found else None)


async def _record(action: str, partner: PartnerId, offer: str, use_id: PerkUseId, member: MemberId) -> None:
    details = {"partner": f"partner:{partner}", "offer": offer, "member": f"member:{member}"}
    await audit.record(action, f"perk_use:{use_id}", details)


def _view(row: PartnerPerkUse, used: PerkUseView) -> OfferUse:
    order = earning.own_reference(PartnerId(row.partner_id), used.order_reference)
    return OfferUse(used.id, row.offer, used.member_id, order, used.state, row.used_at, used.closed_at)
