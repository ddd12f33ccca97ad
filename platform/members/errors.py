"""Why an operation on a member is refused; the base of what this package raises otherwise."""

from __future__ import annotations

from enum import StrEnum

from kit.errors import Refusal


class MemberErrorCode(StrEnum):
    """The `code` of every `Refusal` of this package; docs/members.md says what each means."""

    INVALID = "INVALID"
    INVALID_EMAIL = "INVALID_EMAIL"
    NOT_FOUND = "NOT_FOUND"
    TAKEN = "TAKEN"
    ERASED = "ERASED"
    MERGED = "MERGED"


def invalid(message: str, *field: str) -> Refusal:
    """The input is not usable as it is."""
    return Refusal(MemberErrorCode.INVALID, message, field)


def not_found(*field: str) -> Refusal:
    """No such member; another tenant's answers exactly the same."""
    return Refusal(MemberErrorCode.NOT_FOUND, "There is no such member.", field)


def taken(*field: str) -> Refusal:
    """Another member has this external id."""
    return Refusal(MemberErrorCode.TAKEN, "Another member has this external id.", field)


def erased(*field: str) -> Refusal:
    """The member was erased and cannot be changed or act any more."""
    return Refusal(MemberErrorCode.ERASED, "This member was erased.", field)


def merged(*field: str) -> Refusal:
    """The member became one with another, who is the one to change."""
    return Refusal(MemberErrorCode.MERGED, "This member was merged into another.", field)
