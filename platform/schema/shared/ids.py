"""Ids towards the outside: TypeIDs (`mem_01h…`). An id of another kind, or no id at all, answers as if unknown."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry

from kit import ids
from kit.errors import InvalidId, Refusal
from programs.game.views import PLAY_PREFIX
from schema.shared.declare import field, interface


@interface
class Node:
    """Something with an id of its own, to be had by `node(id:)`."""

    id: strawberry.ID = field(description="A TypeID: the kind's three letters, `_`, and a time-ordered id.")


@dataclass(frozen=True, slots=True)
class Prefix:
    """How ids of one noun look from outside."""

    letters: str

    def show(self, id_: str) -> strawberry.ID:
        """The TypeID of an id."""
        return strawberry.ID(ids.encode(self.letters, id_))

    def show_or_none(self, id_: str | None) -> strawberry.ID | None:
        """Likewise, for what may be missing."""
        return None if id_ is None else self.show(id_)

    def find(self, text: str) -> str | None:
        """The id in a TypeID, or None: for queries, to which a malformed id is an unknown one."""
        try:
            return ids.decode(self.letters, text)
        except InvalidId:
            return None

    def read(self, text: str, *path: str, code: str = "NOT_FOUND") -> str:
        """The id in a TypeID of a mutation's input; refuses it as unknown, at `path`."""
        found = self.find(text)
        if found is None:
            raise Refusal(code, "There is nothing by this id.", path)
        return found


TENANT = Prefix("ten")
STAFF = Prefix("stf")
MEMBER = Prefix("mem")
DEPENDANT = Prefix("dep")
UNIT = Prefix("unt")
PROGRAM = Prefix("prg")
VERSION = Prefix("ver")
ACTIVITY = Prefix("act")
TRANSFER = Prefix("tra")
REWARD = Prefix("rwd")
VOUCHER = Prefix("vch")
REDEMPTION = Prefix("red")
KEY = Prefix("key")
AUDIT = Prefix("aud")
INVITATION = Prefix("inv")
DELIVERY = Prefix("del")
PAYMENT = Prefix("pay")
GIFT_CARD = Prefix("gft")
MEMBERSHIP = Prefix("mbs")
CHARGE = Prefix("chg")
PASS = Prefix("pas")
PLAY = Prefix(PLAY_PREFIX)
ROUND = Prefix("rnd")
PERK_USE = Prefix("pku")
DONATION = Prefix("don")
REPLAY = Prefix("rpl")
REFERRAL = Prefix("rfl")
PARTNER = Prefix("prt")
TERMS = Prefix("trm")
CLEARING_ENTRY = Prefix("cle")
LINK = Prefix("lnk")
SETTLEMENT = Prefix("stl")
BLOCK = Prefix("blk")
PARTICIPATION = Prefix("pcp")
CONVERSION = Prefix("cnv")

NOUNS = {
    "tenant": TENANT, "staff": STAFF, "member": MEMBER, "unit": UNIT, "program": PROGRAM, "reward": REWARD,
    "redemption": REDEMPTION, "key": KEY, "invitation": INVITATION, "transfer": TRANSFER,
    "delivery": DELIVERY, "payment": PAYMENT, "gift_card": GIFT_CARD, "membership": MEMBERSHIP,
    "charge": CHARGE, "pass": PASS, "play": PLAY, "round": ROUND,
    "perk_use": PERK_USE, "donation": DONATION, "referral": REFERRAL, "partner": PARTNER,
    "clearing_entry": CLEARING_ENTRY,
    "link": LINK, "settlement": SETTLEMENT, "activity": ACTIVITY, "conversion": CONVERSION,
    "participation": PARTICIPATION,
}  # fmt: skip
"""The prefixes by the nouns that `noun:<id>` names in the audit log and in accounts."""


def show_named(text: str) -> str:
    """`member:<id>` as `member:mem_…`; a text that names no noun of ours stays as it is."""
    noun, _, id_ = text.partition(":")
    return f"{noun}:{NOUNS[noun].show(id_)}" if noun in NOUNS and ids.is_id(id_) else text
