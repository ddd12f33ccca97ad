"""What stored value would pay of a cart, and whether its top-ups may be: asked by quotes, without a lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.errors import Refusal
from ledger import reading
from ledger.state import UnitId
from members.views import MemberId
from programs.activity import Line, LineKind
from programs.rulebooks import TenantRules
from programs.stored_value import card_records, funds, guessing, terms, views
from programs.stored_value.allocating import allocate
from programs.stored_value.errors import StoredValueErrorCode, out_of_range
from programs.stored_value.funds import FromBalance, Pay
from programs.stored_value.returns import NOT_PAID
from programs.stored_value.views import GiftCardId, Source
from tenants import scope

AMOUNT_MAX = 2**53 - 1


@dataclass(frozen=True, slots=True)
class PaymentQuote:
    """What a source would pay."""

    source: Source
    amount: int
    unit_id: UnitId
    gift_card_id: GiftCardId | None
    last_characters: str | None


async def payments(
    sources: Sequence[Pay], lines: Sequence[Line], currency: str, most: int, member: MemberId | None
) -> tuple[PaymentQuote, ...]:
    """What these sources would pay, in turn, of at most `most`: never for top-ups and gift cards that are bought.

    Raises `Refusal`: INVALID, INVALID_CURRENCY, NOT_FOUND, NOT_ELIGIBLE, ENDED, TOO_MANY; and `TooManyAttempts`.
    """
    if not sources:
        return ()
    if member is None and any(isinstance(source, FromBalance) for source in sources):
        raise Refusal(StoredValueErrorCode.NOT_ELIGIBLE, "A guest has no balance.", ("sources",))
    funds.check(sources, member)
    payable = sum(line.amount - line.discount + line.tax for line in lines if line.kind not in NOT_PAID)
    async with guessing.tries(sources), scope.reading():
        found = await funds.find(sources, currency, member, None, card_records.seen_by_code)
        shares = allocate(found.pieces(await funds.lots_seen(found.accounts())), min(payable, most))
        cards = await views.gift_cards([share.card for share in shares if share.card is not None])
    return tuple(
        PaymentQuote(
            share.source, share.amount, share.unit, share.card,
            None if share.card is None else cards[share.card].last_characters,
        )
        for share in shares
    )  # fmt: skip


async def check_top_ups(lines: Sequence[Line], currency: str, member: MemberId | None, rules: TenantRules) -> None:
    """Raises `Refusal` for top-ups that a running program of this currency does not want: OUT_OF_RANGE, LIMIT_REACHED.

    Once they are paid they are put on all the same: then it is too late to refuse.
    """
    total = sum(line.amount - line.discount for line in lines if line.kind is LineKind.TOP_UP)
    if not total:
        return
    for each in terms.every(rules, scope.now()):
        if not each.live or each.rules.currency != currency:
            continue
        limits, most = each.rules.top_up, each.rules.balance_maximum
        if not limits.minimum <= total <= (limits.maximum or AMOUNT_MAX):
            raise out_of_range(limits.minimum, limits.maximum or AMOUNT_MAX, "cart", "lines")
        if most is not None and total + await _has(member, each.unit) > most:
            message = f"A member may have at most {most} on the balance."
            raise Refusal(StoredValueErrorCode.LIMIT_REACHED, message, ("cart", "lines"))


async def _has(member: MemberId | None, unit: UnitId) -> int:
    if member is None:
        return 0
    found = (await reading.balances([member]))[member]
    return sum(balance.available + balance.held for balance in found if balance.unit_id == unit)
