"""What each role may do on the admin API, and each scope on the partner API: one table, one question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from kit.errors import Forbidden


class Role(StrEnum):
    """What a person is for a tenant, or what a secret key may do."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    SUPPORT = "support"
    ANALYST = "analyst"


class Action(StrEnum):
    """What can be done on the admin API."""

    READ_PROGRAMS = "read programs"
    WRITE_PROGRAMS = "write programs"
    PUBLISH_PROGRAMS = "publish programs"
    READ_MEMBERS = "read members"
    WRITE_MEMBERS = "write members"
    ERASE_MEMBERS = "erase members"
    EXPORT_MEMBERS = "export members"
    MERGE_MEMBERS = "merge members"
    ADJUST_POINTS = "adjust points"
    READ_LEDGER = "read ledger"
    READ_REWARDS = "read rewards"
    WRITE_REWARDS = "write rewards"
    READ_REDEMPTIONS = "read redemptions"
    WRITE_REDEMPTIONS = "write redemptions"
    READ_PAYMENTS = "read payments"
    WRITE_PAYMENTS = "write payments"
    READ_MEMBERSHIPS = "read memberships"
    WRITE_MEMBERSHIPS = "write memberships"
    WRITE_GIFT_CARDS = "write gift cards"
    READ_DONATIONS = "read donations"
    WRITE_DONATIONS = "write donations"
    READ_GAMES = "read games"
    WRITE_GAMES = "write games"
    READ_PARTNERS = "read partners"
    WRITE_PARTNERS = "write partners"
    APPROVE_SETTLEMENTS = "approve settlements"
    JOIN_COALITIONS = "join coalitions"
    RECORD_ACTIVITY = "record activity"
    CREATE_CUSTOMER_TOKENS = "create customer tokens"
    READ_SETTINGS = "read settings"
    WRITE_SETTINGS = "write settings"
    READ_STAFF = "read staff"
    WRITE_STAFF = "write staff"
    WRITE_OWNERS = "write owners"
    READ_KEYS = "read keys"
    WRITE_KEYS = "write keys"
    READ_AUDIT_LOG = "read audit log"
    ADVANCE_SANDBOX_CLOCK = "advance sandbox clock"


class PartnerScope(StrEnum):
    """What a partner's key may do on the partner API."""

    READ = "read"
    EARN = "earn"
    BURN = "burn"
    SETTLE = "settle"


Right = Action | PartnerScope

# Built up from who only looks: each role may do what the one before it may, and more.
_ANALYST = frozenset({
    Action.READ_PROGRAMS, Action.READ_MEMBERS, Action.READ_LEDGER, Action.READ_REWARDS, Action.READ_REDEMPTIONS,
    Action.READ_PAYMENTS, Action.READ_MEMBERSHIPS, Action.READ_DONATIONS, Action.READ_GAMES, Action.READ_SETTINGS,
    Action.READ_STAFF, Action.READ_PARTNERS,
})  # fmt: skip
_SUPPORT = _ANALYST | {
    Action.WRITE_MEMBERS, Action.ADJUST_POINTS, Action.WRITE_REDEMPTIONS, Action.WRITE_PAYMENTS,
    Action.WRITE_GIFT_CARDS, Action.WRITE_MEMBERSHIPS, Action.WRITE_DONATIONS, Action.WRITE_GAMES,
}  # fmt: skip
_MANAGER = _SUPPORT | {
    Action.WRITE_PROGRAMS, Action.PUBLISH_PROGRAMS, Action.ERASE_MEMBERS, Action.EXPORT_MEMBERS, Action.MERGE_MEMBERS,
    Action.WRITE_REWARDS, Action.WRITE_PARTNERS,
    Action.RECORD_ACTIVITY, Action.CREATE_CUSTOMER_TOKENS, Action.ADVANCE_SANDBOX_CLOCK,
}  # fmt: skip
_ADMIN = _MANAGER | {
    Action.WRITE_SETTINGS, Action.WRITE_STAFF, Action.READ_KEYS, Action.WRITE_KEYS, Action.READ_AUDIT_LOG,
    Action.APPROVE_SETTLEMENTS, Action.JOIN_COALITIONS,
}  # fmt: skip
_OWNER = _ADMIN | {Action.WRITE_OWNERS}

ACTIONS: Mapping[Role, frozenset[Action]] = {
    Role.OWNER: _OWNER,
    Role.ADMIN: _ADMIN,
    Role.MANAGER: _MANAGER,
    Role.SUPPORT: _SUPPORT,
    Role.ANALYST: _ANALYST,
}

_permitted: ContextVar[frozenset[Right]] = ContextVar("guerdon_permitted", default=frozenset())


def require(action: Right) -> None:
    """Go on only if the one who acts may do this. Raises `Forbidden`, also where nobody in particular acts."""
    if action not in _permitted.get():
        raise Forbidden(f"This needs the permission to {action.value}.")


def require_role(role: Role) -> None:
    """Go on only if the one who acts may do all that `role` may: nobody gives away, or takes, more than they have."""
    if not ACTIONS[role] <= _permitted.get():
        raise Forbidden(f"This needs to be done by somebody who may do what the role {role.value} may.")


def may(action: Right) -> bool:
    """Whether the one who acts may do this."""
    return action in _permitted.get()


@contextmanager
def permitting(actions: frozenset[Right]) -> Iterator[None]:
    """Inside the block, these may be done; `principals.acting` enters it together with the scope."""
    token = _permitted.set(actions)
    try:
        yield
    finally:
        _permitted.reset(token)
