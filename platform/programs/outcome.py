"""What became of an activity of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from programs.claims import Claimed
from programs.order_effects import Earning, GrantOf, RuleOf, Use
from programs.records import Recorded


@dataclass(slots=True)
class Outcome:
    """What became of one claimed activity, to be remembered and answered; of a `failure` nothing is remembered."""

    claimed: Claimed
    recorded: Recorded
    earnings: Sequence[Earning] = ()
    uses: Sequence[Use] = ()
    grants: Sequence[GrantOf] = ()
    rules: Sequence[RuleOf] = ()
    failure: Exception | None = None

    def answer(self) -> Recorded | Exception:
        """The answer for the caller: a refusal by the business is stored, and raised."""
        return self.failure or self.recorded.refusal or self.recorded
