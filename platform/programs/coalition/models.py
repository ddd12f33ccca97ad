"""Tables of coalitions: partners, their terms, links and blocks, what is cleared, and what was settled.

Prices and amounts of clearing are micros: millionths of the currency's major unit. Days are ISO dates in the operator's
zone, as text.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)


class Coalition(TenantScoped):
    """A coalition, by its program's id: the unit that is shared, and how far the ledger's batches were followed.

    `followed_to`: every batch up to this id was followed, except perhaps of the last quarter of an hour before it.
    `estimated_to`: the last day that breakage was estimated for; the next estimate is looked for at `look_at`.
    """

    unit_id = IdField()
    followed_to = IdField(null=True)
    created_at = fields.DatetimeField()
    look_at = fields.DatetimeField(default=AT_ONCE)
    estimated_to: str | None = fields.TextField(null=True)

    class Meta:
        table = "coalition"
        unique_together = (("tenant_id", "unit_id"),)


class Partner(TenantScoped):
    """A brand of a coalition.

    `open_from` is the first day on which entries can still be booked: all before it is settled. What is to be settled
    next is looked for at `look_at`. `left_on`: the local day on which it left. `own_tenant_id`: the tenant that it is
    itself, if that takes part.
    """

    program_id = IdField()
    slug = fields.TextField()
    name = fields.TextField()
    state = fields.TextField()
    reason: str | None = fields.TextField(null=True)
    open_from = fields.TextField()
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    look_at = fields.DatetimeField(default=AT_ONCE)
    left_on: str | None = fields.TextField(null=True)
    own_tenant_id: str | None = IdField(null=True)

    class Meta:
        table = "partner"
        unique_together = (("tenant_id", "slug"),)


class PartnerInvitation(TenantScoped):
    """A code by which a tenant becomes a partner's own; kept as its hash, and gone once it was taken."""

    partner_id = IdField()
    token_hash = fields.TextField()
    made_at = fields.DatetimeField()
    made_by = fields.TextField()
    ends_at = fields.DatetimeField()

    class Meta:
        table = "partner_invitation"
        unique_together = (("tenant_id", "token_hash"), ("tenant_id", "partner_id"))


class Participation(TenantScoped):
    """A tenant in the coalition of another, `operator_id`, as its `partner_id`; this row is the tenant's.

    `unit_id`: the tenant's own unit that its members convert; null: their points are not moved. Those that come out of
    the coalition end after so many `months`; null: never. At most `daily_cap` of them may come on a local day, and as
    many go: on the day `counted_on`, `came` and `went` did.
    """

    operator_id = IdField()
    partner_id = IdField()
    unit_id: str | None = IdField(null=True)
    months: int | None = fields.BigIntField(null=True)
    daily_cap: int | None = fields.BigIntField(null=True)
    counted_on = fields.TextField(null=True)
    came = fields.BigIntField(default=0)
    went = fields.BigIntField(default=0)
    joined_at = fields.DatetimeField()
    joined_by = fields.TextField()
    ended_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "participation"


class ParticipationConversion(TenantScoped):
    """The tenant's side of a conversion (`conversion_id`, the operator's), by the transfer of its own points."""

    participation_id = IdField()
    conversion_id = IdField()
    member_id = IdField()
    direction = fields.TextField()
    own_points = fields.BigIntField()
    points = fields.BigIntField()
    converted_at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "participation_conversion"


class PartnerTerms(TenantScoped):
    """A version of a partner's terms (`document`), live from `valid_from` to the next one's, before `valid_until`."""

    partner_id = IdField()
    number = fields.BigIntField()
    valid_from = fields.DatetimeField()
    valid_until = fields.DatetimeField(null=True)
    document = fields.TextField()
    saved_at = fields.DatetimeField()
    saved_by = fields.TextField()

    class Meta:
        table = "partner_terms"
        unique_together = (("tenant_id", "partner_id", "number"),)


class PartnerPosition(TenantScoped):
    """What a partner owes in a currency: recognised and not paid (`owed`; below zero: the operator owes it), and issued
    but not owed yet (`exposed`).
    """

    partner_id = IdField()
    currency = fields.TextField()
    owed = fields.BigIntField(default=0)
    exposed = fields.BigIntField(default=0)

    class Meta:
        table = "partner_position"
        unique_together = (("tenant_id", "partner_id", "currency"),)


class PartnerUse(TenantScoped):
    """How much of a cap is used: `name` says of what, `owner` by whom (a member, or `""` for all), in a period."""

    partner_id = IdField()
    owner = fields.TextField()
    name = fields.TextField()
    period = fields.TextField()
    used = fields.BigIntField()

    class Meta:
        table = "partner_use"
        unique_together = (("tenant_id", "partner_id", "owner", "name", "period"),)


class PartnerBlock(TenantScoped):
    """Points that a partner paid ahead; `price` in micros for the unit's smallest part. The earliest is used first."""

    partner_id = IdField()
    points = fields.BigIntField()
    remaining = fields.BigIntField()
    price = fields.BigIntField()
    currency = fields.TextField()
    bought_at = fields.DatetimeField()
    note = fields.TextField(default="")

    class Meta:
        table = "partner_block"


class PartnerBlockUse(TenantScoped):
    """Points of a block that a transfer issued; `returned` of them came back."""

    block_id = IdField()
    transfer_id = IdField()
    points = fields.BigIntField()
    returned = fields.BigIntField(default=0)

    class Meta:
        table = "partner_block_use"


class MemberLink(TenantScoped):
    """A member as a partner knows them: by its own customer's id, within what they consented to."""

    partner_id = IdField()
    member_id = IdField()
    customer_id = fields.TextField()
    consent = fields.TextField()
    linked_by = fields.TextField()
    linked_at = fields.DatetimeField()
    unlinked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "member_link"


class MemberLinkCode(TenantScoped):
    """A member's one-time code for a partner to link them by; kept as its hash."""

    member_id = IdField()
    code_hash = fields.TextField()
    consent = fields.TextField()
    made_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "member_link_code"
        unique_together = (("tenant_id", "code_hash"),)


class PartnerConversion(TenantScoped):
    """Points of a partner's own for shared ones (`direction` in), or back (out), by the transfer's id.

    `own_transfer_id` moved the partner's own points, if it is a tenant (`own_tenant_id`) that takes part with a unit.
    """

    partner_id = IdField()
    member_id = IdField()
    direction = fields.TextField()
    own_points = fields.BigIntField()
    points = fields.BigIntField()
    converted_at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)
    own_tenant_id: str | None = IdField(null=True)
    own_transfer_id: str | None = IdField(null=True)

    class Meta:
        table = "partner_conversion"


class PartnerPerkUse(TenantScoped):
    """A use of a perk at a partner, by the use's id: `bearer_id` pays for it, by two entries unless it is the same."""

    partner_id = IdField()
    bearer_id = IdField()
    offer = fields.TextField()
    used_at = fields.DatetimeField()
    paid_entry_id = IdField(null=True)
    got_entry_id = IdField(null=True)

    class Meta:
        table = "partner_perk_use"


class ClearingIssue(TenantScoped):
    """What points of the shared unit cost that a transfer issued, by its id: `price` in micros for their smallest part.

    `payer`: the partner, `prepaid` (blocks of it), `promotion` (the operator), or `nobody`: they have no price.
    """

    program_id = IdField()
    partner_id = IdField(null=True)
    terms_id = IdField(null=True)
    payer = fields.TextField()
    recognition = fields.TextField()
    points = fields.BigIntField()
    price = fields.BigIntField()
    currency = fields.TextField(null=True)
    booked_on = fields.TextField(null=True)

    class Meta:
        table = "clearing_issue"


class ClearingEntry(TenantScoped):
    """`amount` micros that go from one account to another: append-only.

    `transfer_id` is what moved the points, `origin_id` the transfer that issued them; `original_id` and `original_on`
    name the entry that this one takes back, in whole or in part, and the day that was booked on.
    """

    program_id = IdField()
    partner_id = IdField(null=True)
    kind = fields.TextField()
    debit = fields.TextField()
    credit = fields.TextField()
    points = fields.BigIntField()
    price = fields.BigIntField()
    amount = fields.BigIntField()
    currency = fields.TextField()
    terms_id = IdField(null=True)
    transfer_id = IdField(null=True)
    origin_id = IdField(null=True)
    original_id = IdField(null=True)
    original_on = fields.TextField(null=True)
    reference = fields.TextField(null=True)
    note = fields.TextField(null=True)
    effective_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()
    booked_on = fields.TextField()

    class Meta:
        table = "clearing_entry"


class ClearingBatch(TenantScoped):
    """A batch of the ledger that a coalition has followed; kept while one that began before it may still come."""

    coalition_id = IdField()
    batch_id = IdField()

    class Meta:
        table = "clearing_batch"
        unique_together = (("tenant_id", "coalition_id", "batch_id"),)


class Settlement(TenantScoped):
    """What a partner and the operator owe each other for a period. Amounts in micros but `due`, in minor units.

    `due` above zero: the operator pays. `amount` is what the period's entries come to, `carried_out` what of
    `carried_in + amount` is not due yet, since it is no whole minor unit, or less than `minimum_due` of them.
    """

    program_id = IdField()
    partner_id = IdField()
    number = fields.BigIntField()
    currency = fields.TextField()
    period = fields.TextField()
    first_day = fields.TextField()
    last_day = fields.TextField()
    state = fields.TextField()
    carried_in = fields.BigIntField()
    amount = fields.BigIntField()
    minimum_due = fields.BigIntField(default=0)
    due = fields.BigIntField()
    carried_out = fields.BigIntField()
    entries = fields.BigIntField()
    statement_hash = fields.TextField(null=True)
    drafted_at = fields.DatetimeField()
    approved_at = fields.DatetimeField(null=True)
    approved_by = fields.TextField(null=True)
    paid_at = fields.DatetimeField(null=True)
    paid_by = fields.TextField(null=True)
    payment_reference = fields.TextField(null=True)

    class Meta:
        table = "settlement"
        unique_together = (("tenant_id", "partner_id", "currency", "first_day"), ("tenant_id", "program_id", "number"))


class SettlementLine(TenantScoped):
    """The entries of one kind and terms in a settlement, added up; `original_on` set: adjustments of what was booked
    then. Points and amount from the partner's side: below zero what it owes.
    """

    settlement_id = IdField()
    position = fields.BigIntField()
    kind = fields.TextField()
    terms_id = IdField(null=True)
    original_on = fields.TextField(null=True)
    entries = fields.BigIntField()
    points = fields.BigIntField()
    amount = fields.BigIntField()

    class Meta:
        table = "settlement_line"
        unique_together = (("tenant_id", "settlement_id", "position"),)
