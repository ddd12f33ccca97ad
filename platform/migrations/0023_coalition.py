"""Coalitions: partners with their terms, keys and links, blocks paid ahead, clearing entries, settlements."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, append_only, row_level_security

MAX = 2**53 - 1
ACCOUNTS = "('partner', 'float', 'margin', 'breakage', 'prepaid', 'promotion', 'exchange', 'cash')"

PARTNERS = Ddl(
    """CREATE TABLE partner (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, slug TEXT {c} NOT NULL,
        name TEXT NOT NULL, state TEXT {c} NOT NULL CHECK (state IN ('active', 'frozen', 'left')), reason TEXT,
        open_from TEXT {c} NOT NULL, created_at {instant} NOT NULL, changed_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, slug),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id)) {strict}""",
    """CREATE TABLE partner_terms (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, partner_id {uuid} NOT NULL, number {int} NOT NULL,
        valid_from {instant} NOT NULL, valid_until {instant}, document TEXT NOT NULL, saved_at {instant} NOT NULL,
        saved_by TEXT NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, partner_id, number), CHECK (valid_until > valid_from),
        FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id)) {strict}""",
    """CREATE TABLE partner_position (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, partner_id {uuid} NOT NULL, currency TEXT {c} NOT NULL,
        owed {int} NOT NULL DEFAULT 0, exposed {int} NOT NULL DEFAULT 0,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, partner_id, currency),
        FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id)) {strict}""",
    """CREATE TABLE partner_use (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, partner_id {uuid} NOT NULL, owner TEXT {c} NOT NULL,
        name TEXT {c} NOT NULL, period TEXT {c} NOT NULL, used {int} NOT NULL CHECK (used >= 0),
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, partner_id, owner, name, period)) {strict}""",
    """CREATE TABLE partner_block (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, partner_id {uuid} NOT NULL, points {int} NOT NULL CHECK (points > 0),
        remaining {int} NOT NULL CHECK (remaining BETWEEN 0 AND points), price {int} NOT NULL CHECK (price >= 0),
        currency TEXT {c} NOT NULL, bought_at {instant} NOT NULL, note TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id)) {strict}""",
    "CREATE INDEX partner_block_by_partner ON partner_block (tenant_id, partner_id, bought_at, id)",
    """CREATE TABLE partner_block_use (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, block_id {uuid} NOT NULL, transfer_id {uuid} NOT NULL,
        points {int} NOT NULL CHECK (points > 0), returned {int} NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND points),
        PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, block_id) REFERENCES partner_block (tenant_id, id)) {strict}""",
    "CREATE INDEX partner_block_use_by_transfer ON partner_block_use (tenant_id, transfer_id)",
)

LINKS = Ddl(
    """CREATE TABLE member_link (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, partner_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        customer_id TEXT {c} NOT NULL, consent TEXT NOT NULL, linked_by TEXT NOT NULL, linked_at {instant} NOT NULL,
        unlinked_at {instant}, PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id),
        FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)) {strict}""",
    "CREATE UNIQUE INDEX member_link_once ON member_link (tenant_id, partner_id, member_id) WHERE unlinked_at IS NULL",
    "CREATE UNIQUE INDEX member_link_by_customer ON member_link (tenant_id, partner_id, customer_id)"
    " WHERE unlinked_at IS NULL",
    "CREATE INDEX member_link_by_member ON member_link (tenant_id, member_id, id)",
    """CREATE TABLE member_link_code (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, member_id {uuid} NOT NULL, code_hash TEXT {c} NOT NULL,
        consent TEXT NOT NULL, made_at {instant} NOT NULL, ends_at {instant} NOT NULL, used_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, code_hash)) {strict}""",
    "CREATE INDEX member_link_code_by_member ON member_link_code (tenant_id, member_id)",
)

CLEARING = Ddl(
    f"""CREATE TABLE clearing_issue (
        tenant_id {{uuid}} NOT NULL, id {{uuid}} NOT NULL, program_id {{uuid}} NOT NULL, partner_id {{uuid}}, terms_id {{uuid}},
        payer TEXT {{c}} NOT NULL CHECK (payer IN ('partner', 'promotion', 'prepaid', 'nobody')),
        recognition TEXT {{c}} NOT NULL CHECK (recognition IN ('issuance', 'redemption')),
        points {{int}} NOT NULL CHECK (points BETWEEN 1 AND {MAX}), price {{int}} NOT NULL CHECK (price BETWEEN 0 AND {MAX}),
        currency TEXT {{c}}, booked_on TEXT {{c}}, PRIMARY KEY (tenant_id, id)) {{strict}}""",
    f"""CREATE TABLE clearing_entry (
        tenant_id {{uuid}} NOT NULL, id {{uuid}} NOT NULL, program_id {{uuid}} NOT NULL, partner_id {{uuid}},
        kind TEXT {{c}} NOT NULL, debit TEXT {{c}} NOT NULL CHECK (debit IN {ACCOUNTS}),
        credit TEXT {{c}} NOT NULL CHECK (credit IN {ACCOUNTS}), points {{int}} NOT NULL CHECK (points BETWEEN 0 AND {MAX}),
        price {{int}} NOT NULL CHECK (price BETWEEN 0 AND {MAX}), amount {{int}} NOT NULL CHECK (amount BETWEEN 0 AND {MAX}),
        currency TEXT {{c}} NOT NULL, terms_id {{uuid}}, transfer_id {{uuid}}, origin_id {{uuid}}, original_id {{uuid}},
        original_on TEXT {{c}}, reference TEXT {{c}}, note TEXT, effective_at {{instant}} NOT NULL,
        recorded_at {{instant}} NOT NULL, booked_on TEXT {{c}} NOT NULL, PRIMARY KEY (tenant_id, id), CHECK (debit <> credit),
        CHECK (partner_id IS NOT NULL OR (debit <> 'partner' AND credit <> 'partner'))) {{strict}}""",
    # What a settlement sums up is read from the index alone.
    """CREATE INDEX clearing_entry_by_partner ON clearing_entry
        (tenant_id, partner_id, currency, booked_on, kind, terms_id, debit, credit, points, amount, original_on)""",
    "CREATE INDEX clearing_entry_by_program ON clearing_entry (tenant_id, program_id, currency, booked_on)",
    "CREATE INDEX clearing_entry_by_transfer ON clearing_entry (tenant_id, transfer_id) WHERE transfer_id IS NOT NULL",
    """CREATE TABLE clearing_batch (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, coalition_id {uuid} NOT NULL, batch_id {uuid} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, coalition_id, batch_id)) {strict}""",
    """CREATE TABLE coalition (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, unit_id {uuid} NOT NULL, followed_to {uuid},
        created_at {instant} NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, unit_id),
        FOREIGN KEY (tenant_id, id) REFERENCES program (tenant_id, id)) {strict}""",
)

SETTLEMENTS = Ddl(
    """CREATE TABLE settlement (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, partner_id {uuid} NOT NULL,
        number {int} NOT NULL, currency TEXT {c} NOT NULL, period TEXT {c} NOT NULL, first_day TEXT {c} NOT NULL,
        last_day TEXT {c} NOT NULL, state TEXT {c} NOT NULL CHECK (state IN ('draft', 'approved', 'paid')),
        carried_in {int} NOT NULL, amount {int} NOT NULL, due {int} NOT NULL, carried_out {int} NOT NULL,
        entries {int} NOT NULL, statement_hash TEXT {c}, drafted_at {instant} NOT NULL, approved_at {instant},
        approved_by TEXT, paid_at {instant}, paid_by TEXT, payment_reference TEXT,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, partner_id, currency, first_day),
        UNIQUE (tenant_id, program_id, number),
        CHECK ((state = 'draft') = (approved_at IS NULL)), CHECK ((state = 'paid') = (paid_at IS NOT NULL)),
        FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id)) {strict}""",
    """CREATE TABLE settlement_line (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, settlement_id {uuid} NOT NULL, position {int} NOT NULL,
        kind TEXT {c} NOT NULL, terms_id {uuid}, original_on TEXT {c}, entries {int} NOT NULL, points {int} NOT NULL,
        amount {int} NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, settlement_id, position),
        FOREIGN KEY (tenant_id, settlement_id) REFERENCES settlement (tenant_id, id)) {strict}""",
)

ELSEWHERE = Ddl(
    "ALTER TABLE activity ADD COLUMN partner_id {uuid}",
    "CREATE INDEX activity_by_partner ON activity (tenant_id, partner_id, id) WHERE partner_id IS NOT NULL",
    "ALTER TABLE redemption ADD COLUMN partner_id {uuid}",
    "CREATE INDEX redemption_by_partner ON redemption (tenant_id, partner_id, id) WHERE partner_id IS NOT NULL",
    "CREATE INDEX redemption_by_transfer ON redemption (tenant_id, transfer_id) WHERE partner_id IS NOT NULL",
    "ALTER TABLE api_key ADD COLUMN partner_id {uuid}",
    "ALTER TABLE api_key ADD COLUMN scopes TEXT NOT NULL DEFAULT '[]'",
)

TENANT_TABLES = (
    "partner", "partner_terms", "partner_position", "partner_use", "partner_block", "partner_block_use", "member_link",
    "member_link_code", "clearing_issue", "clearing_entry", "clearing_batch", "coalition", "settlement",
    "settlement_line",
)  # fmt: skip


class Migration(Base):
    """One currency, many brands."""

    dependencies = [("guerdon", "0022_raises_taken_back")]
    operations = [
        PARTNERS, LINKS, CLEARING, SETTLEMENTS, ELSEWHERE, row_level_security(*TENANT_TABLES),
        *append_only("partner_terms", "clearing_entry", "clearing_issue", "settlement_line"),
    ]  # fmt: skip
