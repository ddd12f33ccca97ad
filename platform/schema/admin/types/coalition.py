"""Partners of a coalition as its operator sees them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import strawberry

from programs.coalition import blocks, partners
from programs.coalition.clearing import AccountTotal
from programs.coalition.entries import Account
from programs.coalition.partners import PartnerId, PartnerState, PartnerView
from programs.coalition.periods import open_period
from programs.coalition.positions import ExposureView
from programs.coalition.terms import TermsView
from schema.admin.types.partner_webhooks import PartnerWebhook, show_partner_webhook
from schema.admin.types.tenants import Actor, show_actors
from schema.cost import sized
from schema.shared.coalition import PartnerBlock, PartnerPosition, TermsFields, show_block, show_position, terms_values
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.ids import PARTNER, PROGRAM, Node
from schema.shared.scalars import BigInt
from schema.shared.values import Unit
from tenants import profile, scope
from tenants.roles import Action


@output
class PartnerTerms(TermsFields):
    """A version of a partner's terms; they are never rewritten."""

    saved_by: Actor = field(description="By whom.")


@output
class Partner(Node):
    """A brand of a coalition."""

    program_id: strawberry.ID = field(description="The coalition.")
    unit: Unit = field(description="The points that the coalition shares.")
    slug: str = field(description="The name that rules use; it stays.")
    name: str = field(description="What people read.")
    state: PartnerState = field(description="Whether it takes part.")
    reason: str | None = field(description="Why it is frozen, or left.")
    open_from: date = field(description="The first local day that is not settled.")
    open_to: date = field(description="The last local day that the next settlement is to take in.")
    created_at: datetime = field(description="Since when it is here.")
    shop: str | None = field(description="The name of the shop that it is itself, if one has joined.")
    terms: PartnerTerms | None = field(description="The terms that hold now; null: none do, and it takes no part.")
    terms_ahead: list[PartnerTerms] = field(
        description="The terms that are to hold, the next first.", metadata=sized(1)
    )
    terms_history: list[PartnerTerms] = field(
        description="All versions of its terms, the latest first.", metadata=sized(5)
    )

    @asked("What it and the operator owe each other, by currency.", Action.READ_PARTNERS, sized(1))
    async def positions(self, info: Info) -> list[PartnerPosition]:
        """As of the ledger's last commit."""
        return [show_position(each) for each in await info.context.positions.load(PARTNER.read(self.id))]

    @asked("Where it is told what happens with it; null: nowhere.", Action.READ_PARTNERS, sized(1))
    async def webhook(self, info: Info) -> PartnerWebhook | None:
        """Its host, and how it fares."""
        found = await info.context.partner_webhooks.load(PARTNER.read(self.id))
        return None if found is None else show_partner_webhook(found)

    @asked("The blocks of points that it paid ahead, the earliest first.", Action.READ_PARTNERS, sized(5))
    async def blocks(self) -> list[PartnerBlock]:
        """As of the ledger's last commit."""
        return [show_block(each) for each in await blocks.of_partner(PartnerId(PARTNER.read(self.id)))]


@output
class ClearingTotal:
    """What came to an account less what went from it."""

    account: Account = field(description="The account.")
    partner_id: strawberry.ID | None = field(description="Whose, if it is a partner's.")
    amount_micros: BigInt = field(
        description="How much; of a partner's account above zero: the operator owes it, below zero: it owes."
    )


@output
class ClearingTotals:
    """What was booked in one currency, account by account: the amounts sum to zero."""

    currency: str = field(description="The ISO 4217 code.")
    accounts: list[ClearingTotal] = field(description="The accounts that were touched.", metadata=sized(20))


@output
class CoalitionExposure:
    """What the partners of a coalition and its operator owe each other in a currency, as of now."""

    currency: str = field(description="The ISO 4217 code.")
    receivable_micros: BigInt = field(description="What partners owe that owe something.")
    partners_owing: int = field(description="How many those are.")
    payable_micros: BigInt = field(description="What the operator owes the others.")
    partners_owed: int = field(description="How many those are.")
    exposed_micros: BigInt = field(
        description="What partners would owe on top, were all points spent that they issued and do not owe yet."
    )


def show_exposure(view: ExposureView) -> CoalitionExposure:
    """Positions added up, in the schema."""
    return CoalitionExposure(
        currency=view.currency, receivable_micros=view.receivable, partners_owing=view.partners_owing,
        payable_micros=view.payable, partners_owed=view.partners_owed, exposed_micros=view.exposed,
    )  # fmt: skip


async def show_partners(info: Info, found: Sequence[PartnerView]) -> dict[str, Partner]:
    """Partners in the schema, by id."""
    units, shared = await info.context.units(), await partners.units_of(view.program_id for view in found)
    actors = await show_actors(terms.saved_by for partner in found for terms in partner.terms)
    shops = await profile.of({view.own_tenant_id for view in found if view.own_tenant_id is not None})
    named, zone = {shop.id: shop.name for shop in shops}, ZoneInfo((await profile.current()).zone)
    return {
        view.id: _partner(
            view, units[shared[view.program_id]], None if view.own_tenant_id is None else named[view.own_tenant_id],
            {each.id: _terms(each, actors[each.saved_by]) for each in view.terms}, zone,
        )
        for view in found
    }  # fmt: skip


async def show_partner(info: Info, found: PartnerView) -> Partner:
    """A partner in the schema."""
    return (await show_partners(info, [found]))[found.id]


def show_totals(found: Sequence[AccountTotal]) -> list[ClearingTotals]:
    """Sums of accounts, by currency."""
    by_currency: dict[str, list[ClearingTotal]] = {}
    for each in found:
        by_currency.setdefault(each.currency, []).append(
            ClearingTotal(
                account=each.account, partner_id=PARTNER.show_or_none(each.partner_id), amount_micros=each.amount
            )
        )
    return [ClearingTotals(currency=currency, accounts=accounts) for currency, accounts in by_currency.items()]


def _partner(
    view: PartnerView, unit: Unit, shop: str | None, shown: dict[str, PartnerTerms], zone: ZoneInfo
) -> Partner:  # fmt: skip
    now, open_from = scope.now(), date.fromisoformat(view.open_from)
    live = view.terms_at(now)
    ahead = sorted((each for each in view.terms if each.valid_from > now), key=lambda each: each.valid_from)
    return Partner(
        id=PARTNER.show(view.id), program_id=PROGRAM.show(view.program_id), unit=unit, slug=view.slug,
        name=view.name, state=view.state, reason=view.reason,
        open_from=open_from, open_to=open_period(open_from, view.terms, zone)[0].last, created_at=view.created_at,
        shop=shop,
        terms=shown[live.id] if live is not None else None, terms_ahead=[shown[each.id] for each in ahead],
        terms_history=[shown[each.id] for each in reversed(view.terms)],
    )  # fmt: skip


def _terms(view: TermsView, saved_by: Actor) -> PartnerTerms:
    return PartnerTerms(**terms_values(view), saved_by=saved_by)
