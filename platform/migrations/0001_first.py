"""Every table of a points program. Keys are Citus-ready: each contains the tenant, but for the tables named global."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, append_only, row_level_security

MAX = 2**53 - 1

GLOBAL = Ddl(
    """CREATE TABLE tenant (
        id {uuid} NOT NULL PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, zone TEXT NOT NULL,
        currency TEXT NOT NULL CHECK (length(currency) = 3), sandbox_of {uuid} UNIQUE,
        clock_offset_us {int} NOT NULL DEFAULT 0, programs_revision {int} NOT NULL DEFAULT 0,
        token_generation {int} NOT NULL DEFAULT 1, activity_days_back {int} NOT NULL DEFAULT 730,
        created_at {instant} NOT NULL,
        CHECK (clock_offset_us = 0 OR sandbox_of IS NOT NULL)) {strict}""",
    """CREATE TABLE staff (
        id {uuid} NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password_hash TEXT NOT NULL,
        created_at {instant} NOT NULL) {strict}""",
    """CREATE TABLE staff_role (
        id {uuid} NOT NULL PRIMARY KEY, tenant_id {uuid} NOT NULL REFERENCES tenant (id), staff_id {uuid} NOT NULL REFERENCES staff (id),
        role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'support', 'analyst')),
        created_at {instant} NOT NULL, UNIQUE (tenant_id, staff_id)) {strict}""",
    "CREATE INDEX staff_role_by_staff ON staff_role (staff_id)",
    """CREATE TABLE staff_invitation (
        id {uuid} NOT NULL PRIMARY KEY, tenant_id {uuid} NOT NULL REFERENCES tenant (id), email TEXT NOT NULL, role TEXT NOT NULL,
        token_hash TEXT NOT NULL UNIQUE, invited_by {uuid} NOT NULL, created_at {instant} NOT NULL,
        expires_at {instant} NOT NULL, accepted_at {instant}) {strict}""",
    """CREATE TABLE session (
        id {uuid} NOT NULL PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, staff_id {uuid} NOT NULL REFERENCES staff (id),
        tenant_id {uuid} NOT NULL REFERENCES tenant (id), created_at {instant} NOT NULL, seen_at {instant} NOT NULL,
        expires_at {instant} NOT NULL) {strict}""",
    "CREATE INDEX session_by_staff ON session (staff_id)",
    "CREATE INDEX session_by_expiry ON session (expires_at)",
    """CREATE TABLE api_key (
        id {uuid} NOT NULL PRIMARY KEY, tenant_id {uuid} NOT NULL REFERENCES tenant (id),
        kind TEXT NOT NULL CHECK (kind IN ('secret', 'publishable', 'partner')), name TEXT NOT NULL,
        key_hash TEXT NOT NULL UNIQUE, hint TEXT NOT NULL, role TEXT NOT NULL, origins TEXT NOT NULL DEFAULT '[]',
        created_at {instant} NOT NULL, last_used_at {instant}, expires_at {instant}, revoked_at {instant},
        rotated_from {uuid}) {strict}""",
    "CREATE INDEX api_key_by_tenant ON api_key (tenant_id, created_at)",
)

TENANTS = Ddl(
    """CREATE TABLE audit_entry (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
        details TEXT NOT NULL, recorded_at {instant} NOT NULL, PRIMARY KEY (tenant_id, id)) {strict}""",
    """CREATE TABLE command (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, fingerprint TEXT NOT NULL,
        result TEXT, recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, key)) {strict}""",
)

MEMBERS = Ddl(
    """CREATE TABLE member (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, external_id TEXT {c}, state TEXT NOT NULL
            CHECK (state IN ('active', 'closed', 'merged', 'erased')),
        merged_into {uuid}, joined_at {instant} NOT NULL, created_at {instant} NOT NULL, erased_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, external_id)) {strict}""",
    "CREATE INDEX member_by_joining ON member (tenant_id, joined_at, id)",
    """CREATE TABLE member_profile (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, name TEXT, email TEXT, phone TEXT, birthday {date}, locale TEXT,
        attributes TEXT NOT NULL DEFAULT '{{}}', name_search TEXT {c}, email_search TEXT {c}, phone_search TEXT {c},
        updated_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, id) REFERENCES member (tenant_id, id)) {strict}""",
    "CREATE INDEX member_profile_by_name ON member_profile (tenant_id, name_search)",
    "CREATE INDEX member_profile_by_email ON member_profile (tenant_id, email_search)",
    "CREATE INDEX member_profile_by_phone ON member_profile (tenant_id, phone_search)",
    """CREATE TABLE member_tag (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, member_id {uuid} NOT NULL, tag TEXT {c} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, member_id, tag),
        FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)) {strict}""",
    "CREATE INDEX member_tag_by_tag ON member_tag (tenant_id, tag, member_id)",
    """CREATE TABLE member_consent (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, member_id {uuid} NOT NULL, purpose TEXT NOT NULL, granted {bool} NOT NULL,
        recorded_at {instant} NOT NULL, source TEXT NOT NULL, PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)) {strict}""",
    "CREATE INDEX member_consent_by_member ON member_consent (tenant_id, member_id, purpose, recorded_at)",
    """CREATE TABLE member_fact (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, member_id {uuid} NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
        updated_at {instant} NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, member_id, name),
        FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)) {strict}""",
)

LEDGER = Ddl(
    """CREATE TABLE unit (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, name_plural TEXT NOT NULL,
        scale {int} NOT NULL CHECK (scale BETWEEN 0 AND 9), created_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, slug)) {strict}""",
    f"""CREATE TABLE account (
        tenant_id {{uuid}} NOT NULL, id {{uuid}} NOT NULL, unit_id {{uuid}} NOT NULL, owner TEXT {{c}} NOT NULL,
        book TEXT NOT NULL CHECK (book IN ('available', 'pending')),
        posted {{int}} NOT NULL DEFAULT 0 CHECK (posted BETWEEN -{MAX} AND {MAX}),
        held {{int}} NOT NULL DEFAULT 0 CHECK (held BETWEEN 0 AND {MAX}),
        deficit {{int}} NOT NULL DEFAULT 0 CHECK (deficit BETWEEN 0 AND {MAX}),
        seq {{int}} NOT NULL DEFAULT 0, lapses_at {{instant}}, created_at {{instant}} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, unit_id, owner, book)) {{strict}}""",
    "CREATE INDEX account_by_owner ON account (tenant_id, owner)",
    "CREATE INDEX account_by_lapse ON account (tenant_id, lapses_at) WHERE lapses_at IS NOT NULL",
    f"""CREATE TABLE transfer (
        tenant_id {{uuid}} NOT NULL, id {{uuid}} NOT NULL, key TEXT {{c}} NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('now', 'hold', 'post', 'void')), reason TEXT NOT NULL, unit_id {{uuid}} NOT NULL,
        debit {{uuid}} NOT NULL, credit {{uuid}} NOT NULL, amount {{int}} NOT NULL CHECK (amount BETWEEN 1 AND {MAX}),
        hold_id {{uuid}}, reverses_id {{uuid}}, cause_key TEXT {{c}}, activity_id {{uuid}}, batch_id {{uuid}} NOT NULL,
        effective_at {{instant}} NOT NULL, recorded_at {{instant}} NOT NULL,
        debit_seq {{int}}, debit_after {{int}}, credit_seq {{int}}, credit_after {{int}}, note TEXT,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, key), CHECK (debit <> credit)) {{strict}}""",
    "CREATE UNIQUE INDEX transfer_by_debit ON transfer (tenant_id, debit, debit_seq) WHERE debit_seq IS NOT NULL",
    "CREATE UNIQUE INDEX transfer_by_credit ON transfer (tenant_id, credit, credit_seq) WHERE credit_seq IS NOT NULL",
    "CREATE UNIQUE INDEX transfer_once_reversed ON transfer (tenant_id, reverses_id, cause_key, debit)"
    " WHERE reverses_id IS NOT NULL",
    "CREATE UNIQUE INDEX transfer_once_resolved ON transfer (tenant_id, hold_id) WHERE hold_id IS NOT NULL",
    "CREATE INDEX transfer_by_batch ON transfer (tenant_id, batch_id)",
    "CREATE INDEX transfer_by_activity ON transfer (tenant_id, activity_id) WHERE activity_id IS NOT NULL",
    f"""CREATE TABLE lot (
        tenant_id {{uuid}} NOT NULL, id {{uuid}} NOT NULL, account_id {{uuid}} NOT NULL, transfer_id {{uuid}} NOT NULL,
        parent_id {{uuid}}, origin_id {{uuid}}, amount {{int}} NOT NULL CHECK (amount BETWEEN 1 AND {MAX}),
        remaining {{int}} NOT NULL CHECK (remaining >= 0), held {{int}} NOT NULL DEFAULT 0 CHECK (held >= 0),
        used {{int}} NOT NULL DEFAULT 0 CHECK (used >= 0), expired {{int}} NOT NULL DEFAULT 0 CHECK (expired >= 0),
        reversed {{int}} NOT NULL DEFAULT 0 CHECK (reversed >= 0), earned_at {{instant}} NOT NULL, matures_at {{instant}},
        expires_at {{instant}}, PRIMARY KEY (tenant_id, id),
        CHECK (amount = remaining + held + used + expired + reversed)) {{strict}}""",
    "CREATE INDEX lot_open ON lot (tenant_id, account_id, expires_at) WHERE remaining > 0 OR held > 0",
    "CREATE INDEX lot_due ON lot (tenant_id, expires_at) WHERE remaining > 0 AND expires_at IS NOT NULL",
    "CREATE INDEX lot_maturing ON lot (tenant_id, matures_at) WHERE remaining > 0 AND matures_at IS NOT NULL",
    "CREATE INDEX lot_by_transfer ON lot (tenant_id, transfer_id)",
    "CREATE INDEX lot_by_origin ON lot (tenant_id, origin_id) WHERE origin_id IS NOT NULL",
    f"""CREATE TABLE lot_use (
        tenant_id {{uuid}} NOT NULL, id {{uuid}} NOT NULL, lot_id {{uuid}} NOT NULL, transfer_id {{uuid}} NOT NULL,
        purpose TEXT NOT NULL CHECK (purpose IN ('spend', 'hold', 'expire', 'reverse', 'mature', 'deficit')),
        amount {{int}} NOT NULL CHECK (amount BETWEEN 1 AND {MAX}),
        returned {{int}} NOT NULL DEFAULT 0, PRIMARY KEY (tenant_id, id),
        CHECK (returned BETWEEN 0 AND amount)) {{strict}}""",
    "CREATE INDEX lot_use_by_transfer ON lot_use (tenant_id, transfer_id)",
    "CREATE INDEX lot_use_by_lot ON lot_use (tenant_id, lot_id)",
    """CREATE TABLE hold (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, account_id {uuid} NOT NULL, amount {int} NOT NULL CHECK (amount > 0),
        state TEXT NOT NULL CHECK (state IN ('open', 'posted', 'voided')), ends_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id)) {strict}""",
    "CREATE INDEX hold_open ON hold (tenant_id, ends_at) WHERE state = 'open'",
    "CREATE INDEX hold_by_account ON hold (tenant_id, account_id) WHERE state = 'open'",
    """CREATE TABLE shortfall (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, account_id {uuid} NOT NULL, reverses_id {uuid} NOT NULL,
        cause_key TEXT {c} NOT NULL, policy TEXT NOT NULL CHECK (policy IN ('CLAMP', 'NEGATIVE')),
        transfer_id {uuid}, amount {int} NOT NULL CHECK (amount > 0), paid {int} NOT NULL DEFAULT 0,
        recorded_at {instant} NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, reverses_id, cause_key, account_id),
        CHECK (paid BETWEEN 0 AND amount)) {strict}""",
    "CREATE INDEX shortfall_open ON shortfall (tenant_id, account_id, id) WHERE paid < amount",
    """CREATE TABLE batch (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, transfers {int} NOT NULL, hash TEXT NOT NULL,
        seal_id {uuid}, rolled_up {bool} NOT NULL DEFAULT {false}, recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id)) {strict}""",
    "CREATE INDEX batch_unsealed ON batch (tenant_id, id) WHERE seal_id IS NULL",
    "CREATE INDEX batch_by_seal ON batch (tenant_id, seal_id, id) WHERE seal_id IS NOT NULL",
    "CREATE INDEX batch_not_rolled_up ON batch (tenant_id, id) WHERE NOT rolled_up",
    """CREATE TABLE seal (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, number {int} NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL,
        batches {int} NOT NULL, transfers {int} NOT NULL, recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, number)) {strict}""",
    """CREATE TABLE verification (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, seal_number {int} NOT NULL, recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id)) {strict}""",
)

PROGRAMS = Ddl(
    """CREATE TABLE program (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
        line TEXT NOT NULL, unit_id {uuid} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('draft', 'live', 'paused', 'archived')), pauses TEXT NOT NULL DEFAULT '[]',
        created_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, slug),
        FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id)) {strict}""",
    """CREATE TABLE program_version (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, number {int} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('draft', 'published')), rules TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',
        live_from {instant}, live_until {instant}, saved_at {instant} NOT NULL, saved_by TEXT NOT NULL,
        published_at {instant}, published_by TEXT, restores {int},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, number),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id),
        CHECK ((state = 'draft') = (live_from IS NULL))) {strict}""",
    "CREATE UNIQUE INDEX program_version_one_draft ON program_version (tenant_id, program_id) WHERE state = 'draft'",
    """CREATE TABLE activity (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, key TEXT {c} NOT NULL, fingerprint TEXT NOT NULL, kind TEXT NOT NULL,
        member_id {uuid} NOT NULL, order_reference TEXT {c}, state TEXT NOT NULL CHECK (state IN ('decided', 'parked', 'refused')),
        occurred_at {instant} NOT NULL, recorded_at {instant} NOT NULL, source TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, key)) {strict}""",
    "CREATE INDEX activity_by_member ON activity (tenant_id, member_id, occurred_at)",
    """CREATE TABLE decision (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, result TEXT NOT NULL, explanation TEXT NOT NULL,
        recorded_at {instant} NOT NULL, PRIMARY KEY (tenant_id, id)) {strict}""",
    """CREATE TABLE placed_order (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, reference TEXT {c} NOT NULL, member_id {uuid} NOT NULL,
        activity_id {uuid}, revision {int} NOT NULL, body TEXT, recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, reference)) {strict}""",
    """CREATE TABLE counter (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, owner TEXT {c} NOT NULL,
        name TEXT {c} NOT NULL, period TEXT {c} NOT NULL, used {int} NOT NULL CHECK (used >= 0),
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, owner, name, period)) {strict}""",
)

REWARDS = Ddl(
    """CREATE TABLE reward (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL,
        kind TEXT NOT NULL, unit_id {uuid} NOT NULL, points {int} NOT NULL CHECK (points >= 0), terms TEXT NOT NULL,
        audience TEXT NOT NULL, stock {int} CHECK (stock >= 0), taken {int} NOT NULL DEFAULT 0 CHECK (taken >= 0),
        limit_per_member {int} CHECK (limit_per_member > 0),
        voucher_source TEXT NOT NULL CHECK (voucher_source IN ('none', 'generated', 'uploaded')), image_url TEXT,
        position {int} NOT NULL DEFAULT 0, starts_at {instant}, ends_at {instant}, archived_at {instant},
        created_at {instant} NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, slug),
        FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id)) {strict}""",
    """CREATE TABLE redemption (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, member_id {uuid} NOT NULL, reward_id {uuid}, unit_id {uuid} NOT NULL,
        program_id {uuid}, points {int} NOT NULL CHECK (points >= 0),
        state TEXT NOT NULL CHECK (state IN ('reserved', 'confirmed', 'cancelled', 'expired')), hold_id {uuid},
        transfer_id {uuid}, order_reference TEXT {c}, value_amount {int}, value_currency TEXT, terms TEXT NOT NULL,
        points_returned {int} NOT NULL DEFAULT 0 CHECK (points_returned BETWEEN 0 AND points),
        reserved_at {instant} NOT NULL, ends_at {instant} NOT NULL, closed_at {instant},
        PRIMARY KEY (tenant_id, id), CHECK ((state = 'reserved') = (closed_at IS NULL))) {strict}""",
    "CREATE INDEX redemption_by_member ON redemption (tenant_id, member_id, id)",
    "CREATE INDEX redemption_by_order ON redemption (tenant_id, order_reference) WHERE order_reference IS NOT NULL",
    "CREATE INDEX redemption_open ON redemption (tenant_id, ends_at) WHERE state = 'reserved'",
    "CREATE INDEX redemption_by_reward ON redemption (tenant_id, reward_id, member_id)",
    """CREATE TABLE voucher (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, reward_id {uuid} NOT NULL, code TEXT {c} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('available', 'reserved', 'issued', 'void')), redemption_id {uuid},
        created_at {instant} NOT NULL, issued_at {instant}, expires_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, code), UNIQUE (tenant_id, redemption_id),
        FOREIGN KEY (tenant_id, reward_id) REFERENCES reward (tenant_id, id),
        CHECK ((state = 'available') = (redemption_id IS NULL) OR state = 'void')) {strict}""",
    "CREATE INDEX voucher_free ON voucher (tenant_id, reward_id, id) WHERE state = 'available'",
)

EVENTS_AND_JOBS = Ddl(
    """CREATE TABLE event (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
        recorded_at {instant} NOT NULL, relayed {bool} NOT NULL DEFAULT {false}, PRIMARY KEY (tenant_id, id)) {strict}""",
    "CREATE INDEX event_not_relayed ON event (tenant_id, id) WHERE NOT relayed",
    """CREATE TABLE webhook_endpoint (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, url TEXT NOT NULL, kinds TEXT NOT NULL, secret_generation {int} NOT NULL,
        created_at {instant} NOT NULL, rotated_at {instant}, disabled_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id)) {strict}""",
    """CREATE TABLE delivery (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, event_id {uuid} NOT NULL, endpoint_id {uuid} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')), attempt {int} NOT NULL DEFAULT 0,
        recorded_at {instant} NOT NULL, due_at {instant} NOT NULL, status {int}, error TEXT, closed_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, event_id, endpoint_id)) {strict}""",
    "CREATE INDEX delivery_waiting ON delivery (tenant_id, due_at) WHERE state = 'waiting'",
    "CREATE INDEX delivery_closed ON delivery (tenant_id, closed_at) WHERE closed_at IS NOT NULL",
    """CREATE TABLE job_run (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, name TEXT NOT NULL, run_key TEXT {c} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')), due_at {instant} NOT NULL,
        lease_until {instant}, attempt {int} NOT NULL DEFAULT 0, failures {int} NOT NULL DEFAULT 0,
        started_at {instant}, finished_at {instant},
        progress TEXT NOT NULL DEFAULT '{{}}', error TEXT,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name, run_key)) {strict}""",
    "CREATE UNIQUE INDEX job_run_open ON job_run (tenant_id, name) WHERE state IN ('waiting', 'running')",
    "CREATE INDEX job_run_finished ON job_run (tenant_id, finished_at) WHERE finished_at IS NOT NULL",
    "CREATE INDEX command_result ON command (tenant_id, recorded_at) WHERE result IS NOT NULL",
    """CREATE TABLE expiry_warning (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, account_id {uuid} NOT NULL, expires_at {instant} NOT NULL,
        days_before {int} NOT NULL, amount {int} NOT NULL, recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, account_id, expires_at, days_before)) {strict}""",
)

GLOBAL_TABLES = ("tenant", "staff", "staff_role", "staff_invitation", "session", "api_key", "tortoise_migrations")

TENANT_TABLES = (
    "audit_entry", "command", "member", "member_profile", "member_tag", "member_consent", "member_fact", "unit", "account",
    "transfer", "lot", "lot_use", "hold", "shortfall", "batch", "seal", "verification", "program", "program_version", "activity",
    "decision", "placed_order", "counter", "reward", "redemption", "voucher", "event", "webhook_endpoint", "delivery",
    "job_run", "expiry_warning",
)  # fmt: skip


class Migration(Base):
    """The first."""

    initial = True
    operations = [
        GLOBAL, TENANTS, MEMBERS, LEDGER, PROGRAMS, REWARDS, EVENTS_AND_JOBS,
        *append_only("transfer", "seal", "audit_entry", "decision", "member_consent"),
        row_level_security(*TENANT_TABLES),
    ]  # fmt: skip
