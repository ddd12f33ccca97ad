"""Games: committed seeds, plays and prizes issued; rounds of draws and leaderboards with their entries and winners."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, append_only, row_level_security

GAMES = Ddl(
    """CREATE TABLE game_seed (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL,
        number {int} NOT NULL CHECK (number > 0), seed TEXT NOT NULL, commitment TEXT NOT NULL,
        created_at {instant} NOT NULL, revealed_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, number),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id)) {strict}""",
    "CREATE UNIQUE INDEX game_seed_in_use ON game_seed (tenant_id, program_id) WHERE revealed_at IS NULL",
    """CREATE TABLE game_player (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        next_play_id {uuid} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, member_id),
        UNIQUE (tenant_id, next_play_id)) {strict}""",
    """CREATE TABLE game_play (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, version_id {uuid} NOT NULL,
        member_id {uuid} NOT NULL, seed_id {uuid} NOT NULL, client_text TEXT, nonce {int} NOT NULL CHECK (nonce >= 0),
        number {int} NOT NULL CHECK (number >= 0), drawn_prize TEXT {c} NOT NULL, prize TEXT {c} NOT NULL,
        won {bool} NOT NULL, debit_id {uuid} NOT NULL, credit_id {uuid}, explanation TEXT NOT NULL,
        day TEXT {c} NOT NULL, played_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, debit_id),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id),
        FOREIGN KEY (tenant_id, seed_id) REFERENCES game_seed (tenant_id, id)) {strict}""",
    "CREATE INDEX game_play_by_member ON game_play (tenant_id, member_id, program_id, id)",
    "CREATE INDEX game_play_by_seed ON game_play (tenant_id, seed_id)",
    "CREATE INDEX game_play_by_prize ON game_play (tenant_id, program_id, prize, day)",
    """CREATE TABLE game_stock (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, prize TEXT {c} NOT NULL,
        period TEXT {c} NOT NULL, stock {int}, issued {int} NOT NULL CHECK (issued > 0), CHECK (issued <= stock),
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, prize, period),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id)) {strict}""",
    """CREATE TABLE game_round (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, version_id {uuid},
        key TEXT {c} NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'closed')), seed TEXT NOT NULL,
        commitment TEXT NOT NULL, opens_at {instant} NOT NULL, closes_at {instant} NOT NULL, entrants {int},
        entries {int}, entries_digest TEXT, closed_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, key),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id),
        CHECK ((state = 'closed') = (closed_at IS NOT NULL)), CHECK ((state = 'closed') = (entrants IS NOT NULL)),
        CHECK ((state = 'closed') = (version_id IS NOT NULL))) {strict}""",
    "CREATE INDEX game_round_open ON game_round (tenant_id, closes_at) WHERE state = 'open'",
    """CREATE TABLE game_entry (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, round_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        first_ticket {int} NOT NULL CHECK (first_ticket >= 0), entries {int} NOT NULL CHECK (entries > 0),
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, round_id, member_id),
        UNIQUE (tenant_id, round_id, first_ticket),
        FOREIGN KEY (tenant_id, round_id) REFERENCES game_round (tenant_id, id)) {strict}""",
    "CREATE INDEX game_entry_by_member ON game_entry (tenant_id, member_id, id)",
    """CREATE TABLE game_win (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, round_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        position {int} NOT NULL CHECK (position > 0), prize TEXT {c} NOT NULL, ticket {int}, nonce {int}, score {int},
        credit_id {uuid}, won_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, round_id, position), UNIQUE (tenant_id, round_id, member_id),
        FOREIGN KEY (tenant_id, round_id) REFERENCES game_round (tenant_id, id)) {strict}""",
    "CREATE INDEX game_win_by_member ON game_win (tenant_id, member_id, id)",
    # Who stands how in a round: a draw reads all, a leaderboard the first.
    """CREATE INDEX counter_by_score ON counter (tenant_id, program_id, period, used) WHERE name = 'game:score'""",
)

TENANT_TABLES = ("game_seed", "game_player", "game_play", "game_stock", "game_round", "game_entry", "game_win")


class Migration(Base):
    """What games keep."""

    dependencies = [("guerdon", "0007_paid")]
    operations = [GAMES, row_level_security(*TENANT_TABLES), *append_only("game_entry", "game_win")]
