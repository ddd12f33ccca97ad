"""Tables of games."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class GameSeed(TenantScoped):
    """A seed that plays of a table are drawn from; sealed until `revealed_at`, then in hex, its commitment never."""

    program_id = IdField()
    number = fields.BigIntField()
    seed = fields.TextField()
    commitment = fields.TextField()
    created_at = fields.DatetimeField()
    revealed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "game_seed"
        unique_together = (("tenant_id", "program_id", "number"),)


class GamePlayer(TenantScoped):
    """A member in a game; the id of their next play is fixed before they say their text."""

    program_id = IdField()
    member_id = IdField()
    next_play_id = IdField()

    class Meta:
        table = "game_player"
        unique_together = (("tenant_id", "program_id", "member_id"), ("tenant_id", "next_play_id"))


class GamePlay(TenantScoped):
    """One play of a table: what was drawn (`drawn_prize`), and what it became (`prize`)."""

    program_id = IdField()
    version_id = IdField()
    member_id = IdField()
    seed_id = IdField()
    client_text = fields.TextField(null=True)
    nonce = fields.BigIntField()
    number = fields.BigIntField()
    drawn_prize = fields.TextField()
    prize = fields.TextField()
    won = fields.BooleanField()
    debit_id = IdField()
    credit_id = IdField(null=True)
    explanation = fields.TextField()
    day = fields.TextField()
    played_at = fields.DatetimeField()

    class Meta:
        table = "game_play"
        unique_together = (("tenant_id", "debit_id"),)


class GameStock(TenantScoped):
    """How many of a prize were issued in all (`lifetime`) or on a local day, of how many at the last time."""

    program_id = IdField()
    prize = fields.TextField()
    period = fields.TextField()
    stock = fields.BigIntField(null=True)
    issued = fields.BigIntField()

    class Meta:
        table = "game_stock"
        unique_together = (("tenant_id", "program_id", "prize", "period"),)


class GameRound(TenantScoped):
    """A round of a draw or a leaderboard, opened with a seed of its own: sealed, and in hex when it is closed."""

    program_id = IdField()
    version_id = IdField(null=True)
    key = fields.TextField()
    state = fields.TextField()
    seed = fields.TextField()
    commitment = fields.TextField()
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    entrants = fields.BigIntField(null=True)
    entries = fields.BigIntField(null=True)
    entries_digest = fields.TextField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "game_round"
        unique_together = (("tenant_id", "program_id", "key"),)


class GameEntry(TenantScoped):
    """A member's entries in a draw that was drawn: the tickets from `first_ticket` on."""

    round_id = IdField()
    member_id = IdField()
    first_ticket = fields.BigIntField()
    entries = fields.BigIntField()

    class Meta:
        table = "game_entry"
        unique_together = (("tenant_id", "round_id", "member_id"), ("tenant_id", "round_id", "first_ticket"))


class GameWin(TenantScoped):
    """What a member won in a round: in a draw by a ticket, on a leaderboard by rank (`position`) and `score`."""

    round_id = IdField()
    member_id = IdField()
    position = fields.BigIntField()
    prize = fields.TextField()
    ticket = fields.BigIntField(null=True)
    nonce = fields.BigIntField(null=True)
    score = fields.BigIntField(null=True)
    credit_id = IdField(null=True)
    won_at = fields.DatetimeField()

    class Meta:
        table = "game_win"
        unique_together = (("tenant_id", "round_id", "position"), ("tenant_id", "round_id", "member_id"))
