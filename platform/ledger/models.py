"""Tables of the ledger; `docs/ledger.md` explains them, `ledger.verify` checks the equations between them."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class Unit(TenantScoped):
    """What is counted: points, stars, a currency. `scale` digits after the point, fixed after the first transfer.

    A money unit names its `currency`, whose exponent is its scale: an amount is the currency's minor units.
    """

    slug = fields.TextField()
    name = fields.TextField()
    name_plural = fields.TextField()
    scale = fields.BigIntField(default=0)
    currency: str | None = fields.TextField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "unit"
        unique_together = (("tenant_id", "slug"),)


class Account(TenantScoped):
    """One owner's count of one unit in one book: posted = Σ(lots' remaining + held) − deficit.

    A system account (`issued`, `spent`, …) has no lots, no seq, and a `posted` that the roll-up job writes. At
    `lapses_at` every lot is due, whatever its own `expires_at`: the end of a member's inactivity. Points that come back
    after the owner became one with another go on to the `successor`.
    """

    unit_id = IdField()
    owner = fields.TextField()
    book = fields.TextField()
    posted = fields.BigIntField(default=0)
    held = fields.BigIntField(default=0)
    deficit = fields.BigIntField(default=0)
    seq = fields.BigIntField(default=0)
    lapses_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    successor = fields.TextField(null=True)

    class Meta:
        table = "account"
        unique_together = (("tenant_id", "unit_id", "owner", "book"),)


class Transfer(TenantScoped):
    """An entry: `amount` from the debit to the credit account; append-only, refused by the database otherwise."""

    key = fields.TextField()
    kind = fields.TextField()
    reason = fields.TextField()
    unit_id = IdField()
    debit = IdField()
    credit = IdField()
    amount = fields.BigIntField()
    hold_id = IdField(null=True)
    reverses_id = IdField(null=True)
    cause_key = fields.TextField(null=True)
    activity_id = IdField(null=True)
    batch_id = IdField()
    effective_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()
    debit_seq = fields.BigIntField(null=True)
    debit_after = fields.BigIntField(null=True)
    credit_seq = fields.BigIntField(null=True)
    credit_after = fields.BigIntField(null=True)
    note = fields.TextField(null=True)

    class Meta:
        table = "transfer"
        unique_together = (("tenant_id", "key"),)


class Lot(TenantScoped):
    """What one credit brought: amount = remaining + held + used + expired + reversed, `used` net of what came back.

    `parent_id` and `origin_id` are set on what grew out of another lot, by maturing or by being carried on to a
    successor: that lot, and the earning that opened the first.
    """

    account_id = IdField()
    transfer_id = IdField()
    parent_id = IdField(null=True)
    origin_id = IdField(null=True)
    amount = fields.BigIntField()
    remaining = fields.BigIntField()
    held = fields.BigIntField(default=0)
    used = fields.BigIntField(default=0)
    expired = fields.BigIntField(default=0)
    reversed = fields.BigIntField(default=0)
    earned_at = fields.DatetimeField()
    matures_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "lot"


class LotUse(TenantScoped):
    """Which earning paid for which spending: `amount` of a lot went to a transfer, `returned` of it came back."""

    lot_id = IdField()
    transfer_id = IdField()
    purpose = fields.TextField()
    amount = fields.BigIntField()
    returned = fields.BigIntField(default=0)

    class Meta:
        table = "lot_use"


class Hold(TenantScoped):
    """Points set aside until `ends_at`; the id is its transfer's. Resolved once, by a post or a void."""

    account_id = IdField()
    amount = fields.BigIntField()
    state = fields.TextField()
    ends_at = fields.DatetimeField()

    class Meta:
        table = "hold"


class Shortfall(TenantScoped):
    """What a clawback could not take, and how much of it was paid since; `policy` says by what."""

    account_id = IdField()
    reverses_id = IdField()
    cause_key = fields.TextField()
    policy = fields.TextField()
    transfer_id = IdField(null=True)
    amount = fields.BigIntField()
    paid = fields.BigIntField(default=0)
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "shortfall"
        unique_together = (("tenant_id", "reverses_id", "cause_key", "account_id"),)


class Batch(TenantScoped):
    """What one commit wrote for one tenant: how many transfers, and the hash over their canonical lines."""

    transfers = fields.BigIntField()
    hash = fields.TextField()
    seal_id = IdField(null=True)
    rolled_up = fields.BooleanField(default=False)
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "batch"


class Seal(TenantScoped):
    """The hash over the batches not yet sealed, chained to the seal before; append-only."""

    number = fields.BigIntField()
    previous_hash = fields.TextField()
    hash = fields.TextField()
    batches = fields.BigIntField()
    transfers = fields.BigIntField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "seal"
        unique_together = (("tenant_id", "number"),)


class Verification(TenantScoped):
    """The last clean run of `ledger.verify`: all that was sealed up to this number was looked at."""

    seal_number = fields.BigIntField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "verification"
        unique_together = (("tenant_id",),)
