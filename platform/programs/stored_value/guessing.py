"""Nobody finds a gift card by trying: each try of a code is counted before it is judged, each wrong one remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from kit.errors import Refusal
from programs.stored_value import codes
from programs.stored_value.card_records import CardRef
from programs.stored_value.errors import StoredValueErrorCode
from programs.stored_value.funds import FromCard, Pay
from tenants import attempts, scope


@asynccontextmanager
async def tries(sources: Sequence[Pay]) -> AsyncIterator[None]:
    """Around a verb that takes these sources. Raises `TooManyAttempts`."""
    async with trying([source.card for source in sources if isinstance(source, FromCard)]):
        yield


@asynccontextmanager
async def trying(cards: Sequence[CardRef]) -> AsyncIterator[None]:
    """Around a verb that takes these cards by their codes. Raises `TooManyAttempts`."""
    tenant, actor = scope.tenant_id(), scope.actor()
    tried = [codes.read(card.code) or card.code for card in cards]
    for code in tried:
        await attempts.count_card(tenant, actor, code)
    try:
        yield
    except Refusal as refusal:
        # Other refusals may come before codes and PINs were judged: they forgive nothing.
        if refusal.code == StoredValueErrorCode.NOT_FOUND and "gift_card" in refusal.field:
            await attempts.count_wrong_card(tenant, actor)
        raise
    for code in tried:
        await attempts.forgive_card(tenant, code)
