"""What members' histories tell of, in the storefront and to partners."""

from __future__ import annotations

from enum import StrEnum

from ledger.reading import LedgerEntry
from schema.shared.declare import enum


class HistoryKind(StrEnum):
    """What kind of thing a history tells of."""

    EARNED = "earned"
    TOPPED_UP = "topped up"
    SPENT = "spent"
    RETURNED = "returned"
    ADJUSTED = "adjusted"
    MATURED = "matured"
    EXPIRED = "expired"
    DONATED = "donated"
    TRANSFERRED = "transferred"


enum(HistoryKind, {
    "EARNED": "Points were earned.",
    "TOPPED_UP": "Money or bonus was put on.",
    "SPENT": "Points were spent.",
    "RETURNED": "A return took points back, or gave them back.",
    "ADJUSTED": "The shop gave or took points.",
    "MATURED": "Points that waited can be spent.",
    "EXPIRED": "Points ended.",
    "DONATED": "Points were given to a cause.",
    "TRANSFERRED": "Points went to another member, or came from one.",
})  # fmt: skip


def history_kind(entry: LedgerEntry) -> HistoryKind:
    """What an entry of the ledger is to the member."""
    known = {
        "mature": HistoryKind.MATURED, "expire": HistoryKind.EXPIRED, "adjust": HistoryKind.ADJUSTED,
        "credit": HistoryKind.RETURNED, "donate": HistoryKind.DONATED,
        "transfer": HistoryKind.TRANSFERRED, "carry": HistoryKind.TRANSFERRED,
    }  # fmt: skip
    if entry.reason in known:
        return known[entry.reason]
    if entry.reverses_id is not None:
        return HistoryKind.RETURNED
    if entry.reason in ("top_up", "top_up_bonus", "gift_card_moved"):
        return HistoryKind.TOPPED_UP
    return HistoryKind.EARNED if entry.amount > 0 else HistoryKind.SPENT
