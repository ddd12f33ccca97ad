"""Why something about tasks is refused."""

from __future__ import annotations

from enum import StrEnum

from kit.errors import Refusal


class TaskErrorCode(StrEnum):
    """The `code` of every `Refusal` of this wing; docs/kinds/tasks.md says what each means."""

    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    NOT_CLAIMABLE = "NOT_CLAIMABLE"
    NOT_ASSIGNABLE = "NOT_ASSIGNABLE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    ALREADY_BEGUN = "ALREADY_BEGUN"
    ENDED = "ENDED"
    NO_SLOTS = "NO_SLOTS"


def not_found(field: str, message: str) -> Refusal:
    """No such program or task; another tenant's answers exactly the same."""
    return Refusal(TaskErrorCode.NOT_FOUND, message, (field,))


def final(code: TaskErrorCode, message: str) -> Refusal:
    """A refusal by the business: kept under the idempotency key, so that a repeat answers the same."""
    return Refusal(code, message, ("task",), final=True)
