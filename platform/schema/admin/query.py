"""What can be asked on the admin API."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from schema.admin.activities import QuoteInput, QuotePayload
from schema.admin.codes import QuoteErrorCode
from schema.admin.types.activities import Activity
from schema.admin.types.ledger import LedgerEntry, LedgerEntryFilter
from schema.admin.types.members import Member
from schema.admin.types.overview import Overview
from schema.admin.types.programs import Program
from schema.admin.types.rewards import Redemption, Reward
from schema.admin.types.tenants import (
    ApiKey,
    AuditEntry,
    StaffInvitation,
    StaffMember,
    Tenant,
    Viewer,
    WebhookEndpoint,
)
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First
from schema.shared.declare import asked
from schema.shared.enums import ProgramState, RedemptionState
from schema.shared.errors import NotServed, mutation
from schema.shared.ids import Node
from schema.shared.values import Unit

Id = Annotated[strawberry.ID, argument(description="Its id.")]
IdOrNone = Annotated[strawberry.ID | None, argument(description="By its id.")]
Slug = Annotated[str | None, argument(description="By its slug.")]


@strawberry.type(description="What can be asked.")
class Query:
    """The roots of the admin API."""

    @asked("Anything that has an id, by its id; null if there is nothing.")
    async def node(self, id: Id) -> Node | None:  # noqa: A002
        raise NotServed("node")

    @asked("Who asks.")
    async def me(self) -> Viewer:
        raise NotServed("me")

    @asked("The tenant that is asked about.")
    async def tenant(self) -> Tenant:
        raise NotServed("tenant")

    @asked("The tenant at a glance.")
    async def overview(
        self, days: Annotated[int, argument(description="How many local days, today included: 1–366.")] = 30
    ) -> Overview:
        raise NotServed("overview")

    @asked("A member, by one of the two; null if there is none.")
    async def member(
        self,
        id: IdOrNone = None,  # noqa: A002
        external_id: Annotated[str | None, argument(description="By the merchant's own id.")] = None,
    ) -> Member | None:
        raise NotServed("member")

    @asked("Members, the latest joined first, or those that a search finds.")
    async def members(
        self,
        query: Annotated[
            str | None, argument(description="The beginning of a name, e-mail address, phone number or external id.")
        ] = None,
        tag: Annotated[str | None, argument(description="With this tag.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Member]:
        raise NotServed("members")

    @asked("An activity, by one of the two; null if there is none.")
    async def activity(
        self,
        id: IdOrNone = None,  # noqa: A002
        key: Annotated[str | None, argument(description="By its idempotency key.")] = None,
    ) -> Activity | None:
        raise NotServed("activity")

    @asked("The tenant's units; there are at most 100.")
    async def units(self) -> list[Unit]:
        raise NotServed("units")

    @asked("Programs, by name.")
    async def programs(
        self,
        state: Annotated[
            ProgramState | None, argument(description="In this state; all but archived unless given.")
        ] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Program]:
        raise NotServed("programs")

    @asked("A program, by one of the two; null if there is none.")
    async def program(self, id: IdOrNone = None, slug: Slug = None) -> Program | None:  # noqa: A002
        raise NotServed("program")

    @asked("Rewards, in the order of the catalogue.")
    async def rewards(
        self,
        archived: Annotated[bool, argument(description="Those archived instead.")] = False,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Reward]:
        raise NotServed("rewards")

    @asked("A reward, by one of the two; null if there is none.")
    async def reward(self, id: IdOrNone = None, slug: Slug = None) -> Reward | None:  # noqa: A002
        raise NotServed("reward")

    @asked("Redemptions, the latest first.")
    async def redemptions(
        self,
        state: Annotated[RedemptionState | None, argument(description="In this state.")] = None,
        reward_id: Annotated[strawberry.ID | None, argument(description="Of this reward.")] = None,
        member_id: Annotated[strawberry.ID | None, argument(description="Of this member.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Redemption]:
        raise NotServed("redemptions")

    @asked("Entries of the ledger, the latest first.")
    async def ledger_entries(
        self,
        filter: Annotated[LedgerEntryFilter | None, argument(description="Which.")] = None,  # noqa: A002
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[LedgerEntry]:
        raise NotServed("ledgerEntries")

    @mutation(QuotePayload, QuoteErrorCode, "What a cart would earn, and what it could cost in points.")
    async def quote(self, input: Annotated[QuoteInput, argument(description="The cart.")]) -> QuotePayload:  # noqa: A002
        raise NotServed("quote")

    @asked("Keys, the latest first; at most 500.")
    async def keys(self) -> list[ApiKey]:
        raise NotServed("keys")

    @asked("The people who sign in to the console, in the order they joined; at most 200.")
    async def staff(self) -> list[StaffMember]:
        raise NotServed("staff")

    @asked("Invitations that can still be accepted, the oldest first; at most 200.")
    async def staff_invitations(self) -> list[StaffInvitation]:
        raise NotServed("staffInvitations")

    @asked("What was done, the latest first.")
    async def audit_log(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[AuditEntry]:
        raise NotServed("auditLog")

    @asked("Where events are sent; null: nowhere.")
    async def webhook_endpoint(self) -> WebhookEndpoint | None:
        raise NotServed("webhookEndpoint")

    @asked("The secret with which the merchant's server signs customer tokens: owners and admins.")
    async def customer_token_secret(self) -> str:
        raise NotServed("customerTokenSecret")
