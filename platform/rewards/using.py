"""Codes that the shop takes: each is used once, and then stays used whatever becomes of what it was given for."""

from __future__ import annotations

from events.service import emit
from kit import db
from kit.errors import Refusal
from members.text import storable
from rewards import history
from rewards.errors import RewardErrorCode, final
from rewards.views import RedemptionId, RedemptionView
from tenants import audit, commands, scope

REFERENCE_CHARACTERS_MAX = 200


async def use(key: str, code: str, order_reference: str | None = None) -> RedemptionView:
    """Take a member's code, once, for an order if one is named; answers the redemption that it came with.

    Raises `Refusal`: INVALID, NOT_FOUND (nobody has this code); and kept under the key: ALREADY_CLOSED (it was used,
    or is void), ENDED (its time is over).
    """
    if order_reference is not None and not (
        0 < len(order_reference) <= REFERENCE_CHARACTERS_MAX and order_reference.isprintable()
    ):
        message = f"An order's id has 1 to {REFERENCE_CHARACTERS_MAX} printable characters."
        raise Refusal(RewardErrorCode.INVALID, message, ("order_reference",))

    if not storable(code):
        raise _nobodys()

    async def work() -> commands.Result:
        now = scope.now()
        taken = await db.rows(_USE, scope.tenant_id(), code, now, order_reference)
        if not taken:
            raise await _why_not(code)
        redemption, voucher = taken[0]["redemption_id"], taken[0]["id"]
        body = {"redemption": redemption, "voucher": voucher, "order_reference": order_reference}
        await emit("voucher.used", f"redemption:{redemption}", body)
        await audit.record_staff("voucher.used", f"redemption:{redemption}", {})
        return {"redemption": redemption}

    result = await commands.once(key, "voucher.use", {"code": code, "order_reference": order_reference}, work)
    return await history.get(RedemptionId(result["redemption"]))


async def _why_not(code: str) -> Refusal:
    found = await db.rows(_FIND, scope.tenant_id(), code)
    if not found:
        return _nobodys()
    voucher = found[0]
    if voucher["state"] == "issued" and voucher["used_at"] is None:
        return final(RewardErrorCode.ENDED, "This code could be used until an instant that has passed.", "code")
    why = "was used already" if voucher["state"] == "issued" else "is void: what it was given for is gone"
    return final(RewardErrorCode.ALREADY_CLOSED, f"This code {why}.", "code")


def _nobodys() -> Refusal:
    return Refusal(RewardErrorCode.NOT_FOUND, "Nobody has this code.", ("code",))


_USE = """
UPDATE voucher SET used_at = $3, used_reference = $4
WHERE tenant_id = $1 AND code = $2 AND state = 'issued' AND used_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
RETURNING id, redemption_id"""

# A code that is free or set aside was shown to nobody.
_FIND = "SELECT state, used_at FROM voucher WHERE tenant_id = $1 AND code = $2 AND state IN ('issued', 'void')"
