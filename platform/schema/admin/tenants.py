"""Mutations on the tenant: its settings, staff, keys, customer tokens, clock and webhooks."""

from __future__ import annotations

from datetime import datetime, timedelta

import strawberry

from kit.errors import Refusal
from programs.coalition import partners
from schema.admin.codes import (
    CustomerTokenCreateErrorCode,
    KeyCreateErrorCode,
    KeyRevokeErrorCode,
    KeyRotateErrorCode,
    SandboxClockAdvanceErrorCode,
    StaffInviteErrorCode,
    StaffRemoveErrorCode,
    StaffRoleChangeErrorCode,
    TenantUpdateErrorCode,
    WebhookEndpointSetErrorCode,
)
from schema.admin.types.tenants import (
    ApiKey,
    StaffInvitation,
    StaffMember,
    Tenant,
    show_colleague,
    show_invitation,
    show_key,
    show_tenant,
)
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import INVITATION, KEY, MEMBER, STAFF
from schema.shared.references import MemberReferenceInput, find_member
from schema.shared.webhooks import WebhookEndpoint, WebhookEndpointSetInput, set_endpoint
from tenants import customer_tokens, keys, profile, sandbox, scope, staff
from tenants.roles import Action, Role
from tenants.tokens import KeyKind


@input_
class CustomerTokenCreateInput:
    """A customer who is signed in at the shop."""

    member: MemberReferenceInput = field(description="Who.")


@output
class CustomerTokenCreatePayload:
    """A token with which the shop's page asks for this customer."""

    token: str | None = field(default=None, description="The token.")
    expires_at: datetime | None = field(default=None, description="Until when it counts: five minutes.")
    user_errors: list[UserError[CustomerTokenCreateErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class KeyCreateInput:
    """A new key."""

    kind: KeyKind = field(description="What it is for.")
    name: str = field(description="What to call it: 1–100 characters.")
    role: Role = field(default=Role.ADMIN, description="What a secret key may do; it cannot be an owner.")
    origins: list[str] = field(
        default_factory=list, description="Of a publishable key the pages that may use it, such as https://shop.example"
    )


@output
class KeyCreatePayload:
    """The key, and once only its secret."""

    key: ApiKey | None = field(default=None, description="The key.")
    secret: str | None = field(default=None, description="The key itself: keep it, it is not shown again.")
    user_errors: list[UserError[KeyCreateErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class KeyRotateInput:
    """A key that is to have a successor."""

    id: strawberry.ID = field(description="The key.")
    overlap_hours: int = field(default=24, description="How long the old one still works, 0–720.")


@output
class KeyRotatePayload:
    """The successor, and once only its secret."""

    key: ApiKey | None = field(default=None, description="The new key.")
    secret: str | None = field(default=None, description="The key itself: keep it, it is not shown again.")
    user_errors: list[UserError[KeyRotateErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class KeyRevokeInput:
    """A key that is to work no more."""

    id: strawberry.ID = field(description="The key.")


@output
class KeyRevokePayload:
    """The key."""

    key: ApiKey | None = field(default=None, description="The key.")
    user_errors: list[UserError[KeyRevokeErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class StaffInviteInput:
    """Somebody who is to join."""

    email: str = field(description="Their address.")
    role: Role = field(description="What they are to be.")


@output
class StaffInvitePayload:
    """The invitation, and once only its token."""

    invitation: StaffInvitation | None = field(default=None, description="The invitation.")
    token: str | None = field(default=None, description="For the link to accept it by; it is not shown again.")
    user_errors: list[UserError[StaffInviteErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class StaffRoleChangeInput:
    """Somebody who is to be something else."""

    id: strawberry.ID = field(description="The person.")
    role: Role = field(description="What they are to be.")


@output
class StaffRoleChangePayload:
    """The person."""

    staff: StaffMember | None = field(default=None, description="The person.")
    user_errors: list[UserError[StaffRoleChangeErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class StaffRemoveInput:
    """Somebody who is to leave, or an invitation to take back."""

    id: strawberry.ID = field(description="The person, or the invitation.")


@output
class StaffRemovePayload:
    """Who left."""

    removed_id: strawberry.ID | None = field(default=None, description="The person, or the invitation.")
    user_errors: list[UserError[StaffRemoveErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class TenantUpdateInput:
    """Settings to change; what is not given stays."""

    name: str | None = field(default=None, description="Its name: 1–200 characters.")
    zone: str | None = field(default=None, description="The IANA time zone; what was computed before stays.")
    currency: str | None = field(default=None, description="The ISO 4217 code of its main currency.")
    activity_days_back: int | None = field(default=None, description="How old an activity may be, 0–36,500 days.")


@output
class TenantUpdatePayload:
    """The tenant."""

    tenant: Tenant | None = field(default=None, description="The tenant.")
    user_errors: list[UserError[TenantUpdateErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class SandboxClockAdvanceInput:
    """What time it is to be in the sandbox that asks."""

    to: datetime = field(description="Later than it is there, at most ten years.")


@output
class SandboxClockAdvancePayload:
    """The sandbox."""

    tenant: Tenant | None = field(default=None, description="The sandbox, with its time.")
    user_errors: list[UserError[SandboxClockAdvanceErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@output
class WebhookEndpointSetPayload:
    """The endpoint, and the secret that proves who sent."""

    endpoint: WebhookEndpoint | None = field(default=None, description="The endpoint.")
    secret: str | None = field(default=None, description="The `whsec_…` by which to check signatures.")
    user_errors: list[UserError[WebhookEndpointSetErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class TenantMutations:
    """Mutations on the tenant."""

    @mutation(
        CustomerTokenCreatePayload,
        CustomerTokenCreateErrorCode,
        "Make a token for a customer signed in at the shop.",
        needs=Action.CREATE_CUSTOMER_TOKENS,
    )
    async def customer_token_create(self, input: CustomerTokenCreateInput) -> CustomerTokenCreatePayload:
        member = await find_member(input.member)
        made = await customer_tokens.mint(MEMBER.show(member))
        return CustomerTokenCreatePayload(token=made.token, expires_at=made.expires_at)

    @mutation(KeyCreatePayload, KeyCreateErrorCode, "Make a key.", needs=Action.WRITE_KEYS)
    async def key_create(self, input: KeyCreateInput) -> KeyCreatePayload:
        made = await keys.create(input.kind, input.name, input.role, input.origins)
        return KeyCreatePayload(key=show_key(made.key), secret=made.text)

    @mutation(
        KeyRotatePayload, KeyRotateErrorCode, "Make a key's successor; both work for a while.", needs=Action.WRITE_KEYS
    )
    async def key_rotate(self, input: KeyRotateInput) -> KeyRotatePayload:
        if not 0 <= input.overlap_hours <= keys.GRACE_MAX // timedelta(hours=1):
            raise Refusal("INVALID", "The old key can stay good for 0 to 720 hours.", ("overlap_hours",))
        made = await keys.rotate(KEY.read(input.id, "id"), timedelta(hours=input.overlap_hours))
        return KeyRotatePayload(key=show_key(made.key), secret=made.text)

    @mutation(KeyRevokePayload, KeyRevokeErrorCode, "Let a key work no more.", needs=Action.WRITE_KEYS)
    async def key_revoke(self, input: KeyRevokeInput) -> KeyRevokePayload:
        return KeyRevokePayload(key=show_key(await keys.revoke(KEY.read(input.id, "id"), partners.tell_key_revoked)))

    @mutation(StaffInvitePayload, StaffInviteErrorCode, "Invite somebody to the console.", needs=Action.WRITE_STAFF)
    async def staff_invite(self, input: StaffInviteInput) -> StaffInvitePayload:
        made = await staff.invite(input.email, input.role)
        return StaffInvitePayload(invitation=show_invitation(made.invitation), token=made.token)

    @mutation(
        StaffRoleChangePayload, StaffRoleChangeErrorCode, "Change what somebody may do.", needs=Action.WRITE_STAFF
    )
    async def staff_role_change(self, input: StaffRoleChangeInput) -> StaffRoleChangePayload:
        person = STAFF.read(input.id, "id")
        await staff.change_role(person, input.role)
        changed = next(colleague for colleague in await staff.listed() if colleague.id == person)
        return StaffRoleChangePayload(staff=show_colleague(changed))

    @mutation(
        StaffRemovePayload,
        StaffRemoveErrorCode,
        "Remove somebody, or take an invitation back.",
        needs=Action.WRITE_STAFF,
    )
    async def staff_remove(self, input: StaffRemoveInput) -> StaffRemovePayload:
        invitation = INVITATION.find(input.id)
        if invitation is not None:
            await staff.withdraw_invitation(invitation)
        else:
            await staff.remove(STAFF.read(input.id, "id"))
        return StaffRemovePayload(removed_id=input.id)

    @mutation(TenantUpdatePayload, TenantUpdateErrorCode, "Change the tenant's settings.", needs=Action.WRITE_SETTINGS)
    async def tenant_update(self, input: TenantUpdateInput) -> TenantUpdatePayload:
        tenant = await profile.update(
            name=input.name, zone=input.zone, currency=input.currency, activity_days_back=input.activity_days_back
        )
        return TenantUpdatePayload(tenant=show_tenant(tenant))

    @mutation(
        SandboxClockAdvancePayload,
        SandboxClockAdvanceErrorCode,
        "Move a sandbox's clock ahead.",
        needs=Action.ADVANCE_SANDBOX_CLOCK,
        paths={"by": ["to"]},
    )
    async def sandbox_clock_advance(self, input: SandboxClockAdvanceInput) -> SandboxClockAdvancePayload:
        await sandbox.advance_clock(input.to - scope.now())
        return SandboxClockAdvancePayload(tenant=show_tenant(await profile.current()))

    @mutation(
        WebhookEndpointSetPayload,
        WebhookEndpointSetErrorCode,
        "Say where events are to be sent.",
        needs=Action.WRITE_SETTINGS,
    )
    async def webhook_endpoint_set(self, input: WebhookEndpointSetInput) -> WebhookEndpointSetPayload:
        endpoint, secret = await set_endpoint(input)
        return WebhookEndpointSetPayload(endpoint=endpoint, secret=secret)
