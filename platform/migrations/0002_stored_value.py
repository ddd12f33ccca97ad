"""Money units, payments from stored value, gift cards, and refunds to the balance."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

STORED_VALUE = Ddl(
    "ALTER TABLE unit ADD COLUMN currency TEXT CHECK (length(currency) = 3)",
    """CREATE TABLE payment (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, member_id {uuid}, amount {int} NOT NULL CHECK (amount > 0),
        currency TEXT NOT NULL CHECK (length(currency) = 3), captured {int} NOT NULL DEFAULT 0,
        refunded {int} NOT NULL DEFAULT 0, returned {int} NOT NULL DEFAULT 0,
        state TEXT NOT NULL CHECK (state IN ('authorized', 'captured', 'voided', 'expired')), order_reference TEXT {c},
        authorized_at {instant} NOT NULL, ends_at {instant} NOT NULL, closed_at {instant},
        PRIMARY KEY (tenant_id, id), CHECK (captured BETWEEN 0 AND amount), CHECK (refunded BETWEEN 0 AND captured),
        CHECK (returned BETWEEN refunded AND captured), CHECK ((state = 'captured') = (captured > 0)),
        CHECK ((state = 'authorized') = (closed_at IS NULL))) {strict}""",
    "CREATE INDEX payment_by_member ON payment (tenant_id, member_id, id) WHERE member_id IS NOT NULL",
    "CREATE INDEX payment_by_order ON payment (tenant_id, order_reference) WHERE order_reference IS NOT NULL",
    "CREATE INDEX payment_open ON payment (tenant_id, ends_at) WHERE state = 'authorized'",
    """CREATE TABLE gift_card (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, unit_id {uuid} NOT NULL,
        currency TEXT NOT NULL CHECK (length(currency) = 3), amount {int} NOT NULL CHECK (amount > 0),
        state TEXT NOT NULL CHECK (state IN ('active', 'moved', 'disabled')), code_hash TEXT {c} NOT NULL,
        last_characters TEXT NOT NULL, pin_hash TEXT, purchaser_id {uuid}, order_reference TEXT {c}, previous_id {uuid},
        moved_to TEXT {c}, issued_at {instant} NOT NULL, expires_at {instant}, closed_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, code_hash),
        FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id),
        CHECK ((state = 'active') = (closed_at IS NULL)), CHECK ((state = 'active') = (moved_to IS NULL))) {strict}""",
    "CREATE INDEX gift_card_by_purchaser ON gift_card (tenant_id, purchaser_id, id) WHERE purchaser_id IS NOT NULL",
    "CREATE INDEX gift_card_by_successor ON gift_card (tenant_id, moved_to) WHERE moved_to IS NOT NULL",
    """CREATE TABLE payment_leg (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, payment_id {uuid} NOT NULL, position {int} NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('money', 'bonus', 'gift_card')), unit_id {uuid} NOT NULL,
        gift_card_id {uuid}, amount {int} NOT NULL CHECK (amount > 0), hold_id {uuid} NOT NULL, transfer_id {uuid},
        captured {int} NOT NULL DEFAULT 0, returned {int} NOT NULL DEFAULT 0,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, payment_id, position),
        FOREIGN KEY (tenant_id, payment_id) REFERENCES payment (tenant_id, id),
        FOREIGN KEY (tenant_id, gift_card_id) REFERENCES gift_card (tenant_id, id),
        CHECK (captured BETWEEN 0 AND amount), CHECK (returned BETWEEN 0 AND captured),
        CHECK ((captured > 0) = (transfer_id IS NOT NULL)),
        CHECK ((source = 'gift_card') = (gift_card_id IS NOT NULL))) {strict}""",
    """CREATE TABLE balance_credit (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, member_id {uuid} NOT NULL, unit_id {uuid} NOT NULL,
        amount {int} NOT NULL CHECK (amount > 0), currency TEXT NOT NULL CHECK (length(currency) = 3),
        order_reference TEXT {c} NOT NULL, reason TEXT NOT NULL, transfer_id {uuid} NOT NULL,
        recorded_at {instant} NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, transfer_id)) {strict}""",
    "CREATE INDEX balance_credit_by_order ON balance_credit (tenant_id, order_reference)",
)

TENANT_TABLES = ("payment", "payment_leg", "gift_card", "balance_credit")


class Migration(Base):
    """What stored value needs."""

    dependencies = [("guerdon", "0001_first")]
    operations = [STORED_VALUE, row_level_security(*TENANT_TABLES)]
