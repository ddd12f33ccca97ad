"""What can be asked on the admin API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import strawberry
from strawberry import argument

from connect import deliveries, webhooks
from connect.deliveries import DeliveryState
from ledger import searching
from ledger.state import UnitId
from members import search
from members.service import MemberRef, resolve_many
from members.views import MemberId, views
from programs import activities, service
from programs.decision import ProgramId
from programs.stored_value import cards, reports
from programs.stored_value import views as stored_value
from programs.stored_value.card_records import CardRef
from programs.stored_value.views import GiftCardId, PaymentId
from rewards import catalogue, history
from rewards.views import RedemptionId, RewardId
from schema.admin import quotes
from schema.admin.campaigns import CampaignQueries
from schema.admin.checks import CheckQueries
from schema.admin.clearing import ClearingQueries
from schema.admin.coalition import CoalitionQueries
from schema.admin.codes import QuoteErrorCode
from schema.admin.exchanged import ExchangedQueries
from schema.admin.games import GameQueries
from schema.admin.giving import GivingQueries
from schema.admin.limits import LimitQueries
from schema.admin.nodes import find_node, find_nodes
from schema.admin.participations import ParticipationQueries
from schema.admin.partner_keys import PartnerKeyQueries
from schema.admin.passes import SellingQueries
from schema.admin.providers import ProviderQueries
from schema.admin.quotes import QuoteInput, QuotePayload
from schema.admin.referrals import ReferralQueries
from schema.admin.replays import ReplayQueries
from schema.admin.rosters import RosterQueries
from schema.admin.settlements import SettlementQueries
from schema.admin.templates import TemplateQueries
from schema.admin.tier_thresholds import TierQueries
from schema.admin.types.activities import Activity, show_activity
from schema.admin.types.ledger import LedgerEntry, LedgerEntryFilter, show_entries
from schema.admin.types.members import Member, show_member
from schema.admin.types.overview import Overview, show_overview
from schema.admin.types.programs import Program, show_program, show_programs
from schema.admin.types.rewards import Redemption, Reward, show_redemptions, show_reward, show_rewards
from schema.admin.types.stored_value import (
    GiftCard,
    Payment,
    StoredValueLiability,
    show_gift_card,
    show_gift_cards,
    show_liability,
    show_payment,
    show_payments,
)
from schema.admin.types.tenants import (
    ApiKey,
    AuditEntry,
    StaffInvitation,
    StaffMember,
    Tenant,
    Viewer,
    show_audit,
    show_colleague,
    show_invitation,
    show_key,
    show_tenant,
    show_viewer,
)
from schema.cost import per_item
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, after_key, page
from schema.shared.context import Info
from schema.shared.declare import asked
from schema.shared.enums import ProgramKind, ProgramState, RedemptionState
from schema.shared.errors import known, mutation
from schema.shared.ids import ACTIVITY, MEMBER, PAYMENT, PROGRAM, REWARD, Node
from schema.shared.values import Unit
from schema.shared.webhooks import WebhookDelivery, WebhookEndpoint, show_delivery, show_endpoint
from tenants import audit, customer_tokens, keys, scope, staff
from tenants.roles import Action

Id = Annotated[strawberry.ID, argument(description="Its id.")]
IdOrNone = Annotated[strawberry.ID | None, argument(description="By its id.")]
Slug = Annotated[str | None, argument(description="By its slug.")]


@strawberry.type(description="What can be asked.")
class Query(
    CampaignQueries,
    CoalitionQueries,
    ClearingQueries,
    ExchangedQueries,
    SettlementQueries,
    ParticipationQueries,
    PartnerKeyQueries,
    LimitQueries,
    GameQueries,
    GivingQueries,
    ReplayQueries,
    RosterQueries,
    CheckQueries,
    SellingQueries,
    ProviderQueries,
    TemplateQueries,
    ReferralQueries,
    TierQueries,
):
    """The roots of the admin API."""

    @asked("Anything that has an id, by its id; null if there is nothing. Needs the permission to read that kind.")
    async def node(self, info: Info, id: Id) -> Node | None:
        return await find_node(info, id)

    @asked(
        "Things by their ids, in that order; null for what is not there. Needs the permission to read each kind.",
        metadata=per_item("ids"),
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], argument(description="At most 100.")]
    ) -> list[Node | None]:  # fmt: skip
        return await find_nodes(info, ids)

    @asked("Who asks.")
    async def me(self, info: Info) -> Viewer:
        return await show_viewer(info.context.principal, await info.context.tenant())

    @asked("The tenant that is asked about.", Action.READ_SETTINGS)
    async def tenant(self, info: Info) -> Tenant:
        return show_tenant(await info.context.tenant())

    @asked("The tenant at a glance.", Action.READ_LEDGER)
    async def overview(
        self,
        info: Info,
        days: Annotated[int, argument(description="How many local days, today included: 1–366.")] = 30,
    ) -> Overview:
        return await show_overview(info, days)

    @asked("A member, by one of the two; null if there is none.", Action.READ_MEMBERS)
    async def member(
        self,
        id: IdOrNone = None,
        external_id: Annotated[
            str | None, argument(description="By the merchant's own id; of one who was merged, who they are now.")
        ] = None,
    ) -> Member | None:
        found = MEMBER.find(id) if id is not None else None
        if id is None and external_id is not None:
            ref = MemberRef(external_id=external_id)
            resolved = (await resolve_many([ref]))[ref]
            found = (resolved.merged_into or resolved.id) if resolved is not None else None
        view = (await views([MemberId(found)])).get(MemberId(found)) if found is not None else None
        return show_member(view) if view is not None else None

    @asked("Members, the latest joined first, or those that a search finds.", Action.READ_MEMBERS)
    async def members(
        self,
        query: Annotated[
            str | None, argument(description="The beginning of a name, e-mail address, phone number or external id.")
        ] = None,
        tag: Annotated[str | None, argument(description="With this tag.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Member]:
        rows = await search.search(query or "", tag, first + 1, after_key(after))
        return page(rows, first, after, search.key, show_member)

    @asked("An activity, by one of the two; null if there is none.", Action.READ_LEDGER)
    async def activity(
        self,
        info: Info,
        id: IdOrNone = None,
        key: Annotated[str | None, argument(description="By its idempotency key.")] = None,
    ) -> Activity | None:
        found = ACTIVITY.find(id) if id is not None else None
        if found is None and (id is not None or key is None):
            return None
        view = await activities.find(found, key=key)
        return show_activity(view, await info.context.units()) if view is not None else None

    @asked("The tenant's units; there are at most 100.", Action.READ_PROGRAMS)
    async def units(self, info: Info) -> list[Unit]:
        return sorted((await info.context.units()).values(), key=lambda unit: unit.slug)

    @asked("Programs, by name.", Action.READ_PROGRAMS)
    async def programs(
        self,
        info: Info,
        state: Annotated[
            ProgramState | None, argument(description="In this state; all but archived unless given.")
        ] = None,
        kind: Annotated[ProgramKind | None, argument(description="Of this kind; of all unless given.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Program]:
        rows = await service.list_(state, after_id(after, ProgramId), first + 1, kind)
        shown = await show_programs(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("A program, by one of the two; null if there is none.", Action.READ_PROGRAMS)
    async def program(self, info: Info, id: IdOrNone = None, slug: Slug = None) -> Program | None:
        found = PROGRAM.find(id) if id is not None else None
        if found is None and (id is not None or slug is None):
            return None
        view = await known(service.get(ProgramId(found)) if found is not None else service.get(slug=slug))
        return await show_program(info, view) if view is not None else None

    @asked("Rewards, in the order of the catalogue.", Action.READ_REWARDS)
    async def rewards(
        self,
        info: Info,
        archived: Annotated[bool, argument(description="Those archived too.")] = False,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Reward]:
        rows = await catalogue.list_(include_archived=archived, after=after_id(after, RewardId), first=first + 1)
        shown = await show_rewards(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("A reward, by one of the two; null if there is none.", Action.READ_REWARDS)
    async def reward(self, info: Info, id: IdOrNone = None, slug: Slug = None) -> Reward | None:
        found = REWARD.find(id) if id is not None else None
        if found is None and (id is not None or slug is None):
            return None
        view = await known(catalogue.get(RewardId(found)) if found is not None else catalogue.by_slug(slug or ""))
        return await show_reward(info, view) if view is not None else None

    @asked("The redemption that gave a member this code; null if nobody has it.", Action.READ_REDEMPTIONS)
    async def redemption(
        self, info: Info, code: Annotated[str, argument(description="The code.")]
    ) -> Redemption | None:
        found = await history.by_code(code)
        return (await show_redemptions(info, [found]))[found.id] if found is not None else None

    @asked("Redemptions, the latest first.", Action.READ_REDEMPTIONS)
    async def redemptions(
        self,
        info: Info,
        state: Annotated[RedemptionState | None, argument(description="In this state.")] = None,
        reward_id: Annotated[strawberry.ID | None, argument(description="Of this reward.")] = None,
        member_id: Annotated[strawberry.ID | None, argument(description="Of this member.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Redemption]:
        # An id that is none of ours has no redemptions.
        reward = RewardId(REWARD.find(reward_id) or "") if reward_id is not None else None
        member = MemberId(MEMBER.find(member_id) or "") if member_id is not None else None
        rows = await history.list_(
            member=member, reward=reward, state=state, after=after_id(after, RedemptionId), first=first + 1
        )
        shown = await show_redemptions(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("A payment from stored value; null if there is none.", Action.READ_PAYMENTS)
    async def payment(self, info: Info, id: Id) -> Payment | None:
        found = list((await stored_value.payments([PAYMENT.find(id) or ""])).values())
        return await show_payment(info, found[0]) if found else None

    @asked("Payments from stored value, the latest first.", Action.READ_PAYMENTS)
    async def payments(
        self,
        info: Info,
        member_id: Annotated[strawberry.ID | None, argument(description="Of this member.")] = None,
        order_id: Annotated[str | None, argument(description="For this order, by the shop's id.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Payment]:
        member = MemberId(MEMBER.find(member_id) or "") if member_id is not None else None
        rows = await stored_value.page_of_payments(member, after_id(after, PaymentId), first + 1, order_id)
        shown = await show_payments(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked(
        "The gift card of this code; null if there is none, or its PIN is another. Tries are limited.",
        Action.READ_PAYMENTS,
    )
    async def gift_card(
        self,
        info: Info,
        code: Annotated[str, argument(description="Its code.")],
        pin: Annotated[str | None, argument(description="Its PIN, if it has one.")] = None,
    ) -> GiftCard | None:
        found = await cards.look(CardRef(code, pin))
        return await show_gift_card(info, found) if found is not None else None

    @asked("Gift cards, the latest first; their codes are not told.", Action.READ_PAYMENTS)
    async def gift_cards(
        self,
        info: Info,
        purchaser_id: Annotated[strawberry.ID | None, argument(description="Bought by this member.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[GiftCard]:
        purchaser = MemberId(MEMBER.find(purchaser_id) or "") if purchaser_id is not None else None
        rows = await stored_value.page_of_gift_cards(after_id(after, GiftCardId), first + 1, purchaser)
        shown = await show_gift_cards(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("What stored value can still be paid with, by currency.", Action.READ_LEDGER)
    async def stored_value_liability(self) -> list[StoredValueLiability]:
        return [show_liability(each) for each in await reports.liability()]

    @asked("Entries of the ledger, the latest first.", Action.READ_LEDGER)
    async def ledger_entries(
        self,
        info: Info,
        filter: Annotated[LedgerEntryFilter | None, argument(description="Which.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[LedgerEntry]:
        units = await info.context.units()
        wanted = _wanted(filter or LedgerEntryFilter(), {unit.slug: id_ for id_, unit in units.items()})
        rows = await searching.search(wanted, before=after_id(after, str), first=first + 1)
        shown = await show_entries(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @mutation(
        QuotePayload,
        QuoteErrorCode,
        "What a cart would earn, and what it could cost in points.",
        needs=Action.READ_PROGRAMS,
        paths={"sources": ["payWith"]},
    )
    async def quote(
        self, info: Info, input: Annotated[QuoteInput, argument(description="The cart.")]
    ) -> QuotePayload:  # fmt: skip
        return QuotePayload(quote=await quotes.answer(info, input))

    @asked("Keys, the latest first; at most 500.", Action.READ_KEYS)
    async def keys(self) -> list[ApiKey]:
        return [show_key(key) for key in await keys.listed()]

    @asked("The people who sign in to the console, in the order they joined; at most 200.", Action.READ_STAFF)
    async def staff(self) -> list[StaffMember]:
        return [show_colleague(colleague) for colleague in await staff.listed()]

    @asked("Invitations that can still be accepted, the oldest first; at most 200.", Action.READ_STAFF)
    async def staff_invitations(self) -> list[StaffInvitation]:
        return [show_invitation(invitation) for invitation in await staff.invitations()]

    @asked("What was done, the latest first.", Action.READ_AUDIT_LOG)
    async def audit_log(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[AuditEntry]:
        rows = await audit.entries(after_id(after, str), first + 1)
        shown = await show_audit(rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("Where events are sent; null: nowhere.", Action.READ_SETTINGS)
    async def webhook_endpoint(self) -> WebhookEndpoint | None:
        async with scope.reading():
            endpoint = await webhooks.endpoint()
        return show_endpoint(endpoint) if endpoint is not None else None

    @asked("Events on their way to the endpoint, the latest first.", Action.READ_SETTINGS)
    async def webhook_deliveries(
        self,
        state: Annotated[DeliveryState | None, argument(description="In this state.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[WebhookDelivery]:
        rows = await deliveries.list_(state=state, after=after_id(after, str), first=first + 1)
        return page(rows, first, after, lambda row: row.id, show_delivery)

    @asked("The secret with which the merchant's server signs customer tokens.", Action.WRITE_KEYS)
    async def customer_token_secret(self) -> str:
        return await customer_tokens.signing_secret()


def _wanted(given: LedgerEntryFilter, units: Mapping[str, UnitId]) -> searching.EntryFilter:
    """The filter in the ledger's words; an id or slug that is none of ours is one that finds nothing."""
    return searching.EntryFilter(
        member_id=None if given.member_id is None else MEMBER.find(given.member_id) or "",
        unit_id=None if given.unit is None else units.get(given.unit, ""),
        reason=given.reason,
        activity_id=None if given.activity_id is None else ACTIVITY.find(given.activity_id) or "",
        recorded_from=given.recorded_from,
        recorded_until=given.recorded_until,
    )
