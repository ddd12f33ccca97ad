"""Why something about a game is refused."""

from __future__ import annotations

from enum import StrEnum

from kit.errors import Refusal


class GameErrorCode(StrEnum):
    """The `code` of every `Refusal` of this wing; docs/kinds/game.md says what each means."""

    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    WRONG_STATE = "WRONG_STATE"
    GAME_CLOSED = "GAME_CLOSED"
    GAME_PAUSED = "GAME_PAUSED"
    TOO_YOUNG = "TOO_YOUNG"
    WRONG_REGION = "WRONG_REGION"
    NO_PLAYS = "NO_PLAYS"
    ALREADY_PLAYED = "ALREADY_PLAYED"
    LIMIT_REACHED = "LIMIT_REACHED"


def invalid(message: str, *field: str) -> Refusal:
    """The input is not usable as it is."""
    return Refusal(GameErrorCode.INVALID, message, field)


def game_not_found() -> Refusal:
    """No such game, or none that was published; another tenant's answers exactly the same."""
    return Refusal(GameErrorCode.NOT_FOUND, "There is no such game.", ("program",))


def play_not_found() -> Refusal:
    """No such play; another tenant's answers exactly the same."""
    return Refusal(GameErrorCode.NOT_FOUND, "There is no such play.", ("play",))


def final(code: GameErrorCode, message: str, *field: str) -> Refusal:
    """What the business refuses: kept under the idempotency key."""
    return Refusal(code, message, field, final=True)
