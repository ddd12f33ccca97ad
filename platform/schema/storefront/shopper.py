"""Who shops, and their idempotency keys, which are apart from those of the shop's server and of other shoppers."""

from __future__ import annotations

from kit.errors import Unauthenticated
from members.views import MemberId
from schema.shared.context import Info
from tenants import commands

KEY = "1–200 characters, unique for ever among the shopper's own."
"""What is said of an idempotency key."""


def signed_in(info: Info) -> MemberId:
    """The shopper. Raises `Unauthenticated` for a guest."""
    if info.context.member is None:
        raise Unauthenticated("Only a member can do this: send a customer token.")
    return info.context.member


def with_key(info: Info, key: str) -> tuple[MemberId, str]:
    """The shopper, and their key as it is kept. Raises `Unauthenticated`, or `Refusal` INVALID for no key."""
    member = signed_in(info)
    return member, commands.own(key, member)
