"""Referrals: codes, who invited whom, and the points that followed."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

REFERRALS = Ddl(
    """CREATE TABLE referral_code (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        code TEXT {c} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, code), UNIQUE (tenant_id, program_id, member_id)) {strict}""",
    "CREATE INDEX referral_code_by_member ON referral_code (tenant_id, member_id)",
    """CREATE TABLE referral (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, referrer_id {uuid} NOT NULL,
        friend_id {uuid} NOT NULL CHECK (friend_id <> referrer_id), state TEXT {c} NOT NULL
            CHECK (state IN ('invited', 'qualified', 'rewarded', 'rejected', 'taken_back')),
        signs TEXT, reason TEXT CHECK (reason IN ('same_person', 'customer', 'late', 'gone', 'staff')), note TEXT,
        capped {bool} NOT NULL DEFAULT {false}, order_reference TEXT {c}, grants TEXT, claimed_at {instant} NOT NULL,
        qualified_at {instant}, closed_at {instant}, look_at {instant},
        CHECK ((state = 'rejected') = (reason IS NOT NULL)),
        CHECK ((state IN ('rewarded', 'rejected', 'taken_back')) = (closed_at IS NOT NULL)),
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, friend_id)) {strict}""",
    "CREATE INDEX referral_by_referrer ON referral (tenant_id, referrer_id, program_id, state, qualified_at)",
    "CREATE INDEX referral_by_friend ON referral (tenant_id, friend_id)",
    "CREATE INDEX referral_by_state ON referral (tenant_id, state, id)",
    "CREATE INDEX referral_due ON referral (tenant_id, look_at) WHERE look_at IS NOT NULL",
    """CREATE TABLE referral_gift (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, referral_id {uuid} NOT NULL,
        side TEXT {c} NOT NULL CHECK (side IN ('referrer', 'friend')), unit_id {uuid} NOT NULL,
        points {int} NOT NULL CHECK (points > 0), transfer_id {uuid} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, transfer_id)) {strict}""",
    "CREATE INDEX referral_gift_by_referral ON referral_gift (tenant_id, referral_id)",
)

TENANT_TABLES = ("referral_code", "referral", "referral_gift")


class Migration(Base):
    """What members brought."""

    dependencies = [("guerdon", "0015_merging")]
    operations = [REFERRALS, row_level_security(*TENANT_TABLES)]
