"""Paid memberships with what happened to them, charges, passes, dividends; payment providers and their sandbox."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, append_only, row_level_security

PAID = Ddl(
    """CREATE TABLE membership (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        plan TEXT {c} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('trial', 'active', 'past_due', 'cancelling', 'ended')),
        currency TEXT NOT NULL CHECK (length(currency) = 3), provider TEXT, method TEXT,
        term {int} NOT NULL CHECK (term >= 0), starts_at {instant} NOT NULL, ends_at {instant},
        anchor_at {instant} NOT NULL, anchor_terms {int} NOT NULL CHECK (anchor_terms >= 0),
        paid {int} NOT NULL CHECK (paid >= 0), paid_at {instant}, paid_until {instant}, days_given {bool} NOT NULL,
        declined_at {instant}, tries {int} NOT NULL CHECK (tries >= 0), charging {bool} NOT NULL,
        joined_at {instant} NOT NULL, ended_at {instant}, look_at {instant}, dividend_at {instant},
        revision {int} NOT NULL CHECK (revision > 0),
        PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id),
        CHECK ((state = 'ended') = (ended_at IS NOT NULL)), CHECK (state <> 'past_due' OR declined_at IS NOT NULL),
        CHECK (state <> 'trial' OR term = 0)) {strict}""",
    "CREATE UNIQUE INDEX membership_one ON membership (tenant_id, program_id, member_id) WHERE state <> 'ended'",
    "CREATE INDEX membership_by_member ON membership (tenant_id, member_id, id)",
    "CREATE INDEX membership_due ON membership (tenant_id, look_at) WHERE look_at IS NOT NULL",
    "CREATE INDEX membership_dividend_due ON membership (tenant_id, dividend_at) WHERE dividend_at IS NOT NULL",
    """CREATE TABLE membership_change (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, membership_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        revision {int} NOT NULL CHECK (revision > 0),
        kind TEXT NOT NULL CHECK (kind IN ('joined', 'charging', 'renewed', 'declined', 'days_given', 'upgraded',
            'cancelling', 'resumed', 'ended')),
        plan TEXT {c} NOT NULL, state TEXT NOT NULL, term {int} NOT NULL, starts_at {instant} NOT NULL,
        ends_at {instant}, charge_id {uuid}, effective_at {instant} NOT NULL, recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, membership_id, revision)) {strict}""",
    "CREATE INDEX membership_change_by_member ON membership_change (tenant_id, member_id, id)",
    """CREATE TABLE charge (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, key TEXT {c} NOT NULL,
        purpose TEXT NOT NULL CHECK (purpose IN ('join', 'renew', 'upgrade', 'pass', 'refund')),
        program_id {uuid} NOT NULL, member_id {uuid} NOT NULL, membership_id {uuid}, pass_id {uuid}, of_id {uuid},
        item TEXT {c} NOT NULL, amount {int} NOT NULL CHECK (amount >= 0), credit {int} NOT NULL CHECK (credit >= 0),
        currency TEXT NOT NULL CHECK (length(currency) = 3), provider TEXT NOT NULL, method TEXT, return_url TEXT,
        page TEXT {c}, page_url TEXT,
        state TEXT NOT NULL CHECK (state IN ('open', 'succeeded', 'declined', 'expired')), reference TEXT {c},
        reason TEXT, refunded {int} NOT NULL CHECK (refunded >= 0), tries {int} NOT NULL CHECK (tries >= 0),
        created_at {instant} NOT NULL, ask_at {instant} NOT NULL, closed_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, key),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id),
        FOREIGN KEY (tenant_id, of_id) REFERENCES charge (tenant_id, id),
        CHECK ((state = 'open') = (closed_at IS NULL)), CHECK ((purpose = 'refund') = (of_id IS NOT NULL)),
        CHECK (refunded <= amount), CHECK (refunded = 0 OR state = 'succeeded'),
        CHECK (purpose = 'refund' OR method IS NOT NULL OR return_url IS NOT NULL)) {strict}""",
    "CREATE INDEX charge_by_member ON charge (tenant_id, member_id, id)",
    "CREATE INDEX charge_by_membership ON charge (tenant_id, membership_id, id) WHERE membership_id IS NOT NULL",
    "CREATE INDEX charge_by_charge ON charge (tenant_id, of_id) WHERE of_id IS NOT NULL",
    "CREATE INDEX charge_by_page ON charge (tenant_id, page) WHERE page IS NOT NULL",
    "CREATE INDEX charge_open ON charge (tenant_id, ask_at) WHERE state = 'open'",
    """CREATE TABLE member_pass (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        pass_slug TEXT {c} NOT NULL, state TEXT NOT NULL CHECK (state IN ('active', 'refunded')),
        price {int} NOT NULL CHECK (price > 0), currency TEXT NOT NULL CHECK (length(currency) = 3),
        visits {int} CHECK (visits > 0), used {int} NOT NULL CHECK (used >= 0), refundable {bool} NOT NULL,
        charge_id {uuid} NOT NULL, starts_at {instant} NOT NULL, ends_at {instant}, closed_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, charge_id),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id),
        FOREIGN KEY (tenant_id, charge_id) REFERENCES charge (tenant_id, id),
        CHECK (used <= visits), CHECK (visits IS NOT NULL OR ends_at IS NOT NULL),
        CHECK ((state = 'active') = (closed_at IS NULL))) {strict}""",
    "CREATE INDEX member_pass_by_member ON member_pass (tenant_id, member_id, id)",
    """CREATE TABLE pass_use (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, pass_id {uuid} NOT NULL,
        number {int} NOT NULL CHECK (number > 0), recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, pass_id, number)) {strict}""",
    """CREATE TABLE dividend (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        year {int} NOT NULL, spent {int} NOT NULL, points {int} NOT NULL CHECK (points >= 0), transfer_id {uuid},
        recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, member_id, year),
        CHECK ((points > 0) = (transfer_id IS NOT NULL))) {strict}""",
    "CREATE INDEX dividend_by_member ON dividend (tenant_id, member_id, id)",
)

PROVIDERS = Ddl(
    """CREATE TABLE payment_account (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, provider TEXT NOT NULL CHECK (provider IN ('sandbox', 'stripe')),
        secrets TEXT, chosen_at {instant} NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, provider)) {strict}""",
    """CREATE TABLE sandbox_payment (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, key TEXT {c} NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('page', 'charge', 'refund')), of_id {uuid},
        amount {int} NOT NULL CHECK (amount >= 0), currency TEXT NOT NULL, description TEXT, return_url TEXT,
        status TEXT NOT NULL CHECK (status IN ('open', 'succeeded', 'declined', 'expired')), method TEXT, reason TEXT,
        refunded {int} NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount), created_at {instant} NOT NULL,
        closed_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, key)) {strict}""",
)

TENANT_TABLES = (
    "membership", "membership_change", "charge", "member_pass", "pass_use", "dividend", "payment_account",
    "sandbox_payment",
)  # fmt: skip


class Migration(Base):
    """What paid programs keep, and what paying takes."""

    dependencies = [("guerdon", "0006_grants")]
    operations = [
        PAID, PROVIDERS, row_level_security(*TENANT_TABLES), *append_only("membership_change", "pass_use", "dividend"),
    ]  # fmt: skip
