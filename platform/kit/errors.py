"""The root of Guerdon's exceptions; each package has one base below it."""

from __future__ import annotations


class GuerdonError(Exception):
    """Anything that Guerdon raises on purpose."""


class SettingsError(GuerdonError):
    """A setting is missing or wrong; the text names it in one line."""


class InvalidId(GuerdonError):
    """A text is not an id of the expected kind."""


class Unauthenticated(GuerdonError):
    """No credential, or none that is valid."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(GuerdonError):
    """The credential is valid, but may not do this."""

    code = "FORBIDDEN"
    status = 403


class Throttled(GuerdonError):
    """Too much at once; nothing was written."""

    code = "THROTTLED"
    status = 429


class TryAgain(GuerdonError):
    """Somebody else was faster; the same transaction run again may succeed. `kit.db.retrying` does that."""


class Refusal(GuerdonError):
    """The business or the input says no: data for the payload's `userErrors`, never an error at the top.

    `code` is one of the mutation's error codes, `field` the path in the input, `message` a sentence for a person. A
    refusal by the business (`final`) is stored under the idempotency key and answers a repeat; one by validation is
    not, so the same key may come again with better input.
    """

    def __init__(self, code: str, message: str, field: tuple[str, ...] = (), *, final: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.field = field
        self.final = final
