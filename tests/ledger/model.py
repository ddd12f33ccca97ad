"""The ledger said again in plain dicts, one unit at a time, to hold the real one against. Days instead of instants.

Nothing here is shared with the ledger: a lot is a dict, a balance is a sum over lots.
"""

from __future__ import annotations

from typing import Any

FOREVER = 10**9


class Model:
    """One member's points: earnings by name, each with the lots that grew out of it."""

    def __init__(self) -> None:
        self.today = 0
        self.lots: list[dict[str, Any]] = []
        self.earned: dict[str, dict[str, Any]] = {}
        self.spent: dict[str, dict[str, Any]] = {}
        self.holds: dict[str, dict[str, Any]] = {}
        self.owed: list[dict[str, Any]] = []
        self.lapse: int | None = None
        self.born = 0

    # -- what is asked -----------------------------------------------------------------------------------------------

    def available(self) -> int:
        left: int = sum(lot["left"] for lot in self.spendable())
        return left - self.deficit()

    def pending(self) -> int:
        return sum(lot["left"] for lot in self.lots if lot["waits"] and lot["ends"] > self.today)

    def held(self) -> int:
        return sum(hold["amount"] for hold in self.holds.values())

    def deficit(self) -> int:
        return sum(debt["amount"] for debt in self.owed if debt["negative"])

    def spendable(self) -> list[dict[str, Any]]:
        found = [lot for lot in self.lots if not lot["waits"] and not self.due(lot) and lot["left"]]
        return sorted(found, key=lambda lot: (lot["ends"], lot["day"], lot["born"]))

    def due(self, lot: dict[str, Any]) -> bool:
        return lot["ends"] <= self.today or (not lot["waits"] and self.lapse is not None and self.lapse <= self.today)

    # -- what is done ------------------------------------------------------------------------------------------------

    def open(self, name: str, amount: int, ends: int, waits: bool, day: int, matures: int | None) -> None:
        if not waits:
            self.end_lapse(self.today)
        self.born += 1
        lot = {"of": name, "left": amount, "ends": ends, "waits": waits, "day": day, "born": self.born,
               "matures": matures, "expired": 0}  # fmt: skip
        self.lots.append(lot)
        if not waits:
            self.pay([lot], negative=True)

    def earn(self, name: str, amount: int, ends: int, matures: int | None, waits: bool) -> None:
        self.earned[name] = {"amount": amount, "reversed": 0}
        self.open(name, amount, ends, waits, self.today, matures)

    def end_lapse(self, at: int) -> None:
        """New points end a lapse: what there was expires."""
        if self.lapse is None or self.lapse > at:
            return
        for lot in self.lots:
            if not lot["waits"] and (lot["ends"] <= at or self.lapse <= at):
                self.expire(lot)
        self.lapse = None

    def push(self, day: int) -> None:
        self.end_lapse(self.today)
        self.lapse = day if self.lapse is None else max(self.lapse, day)

    def take(self, amount: int) -> list[tuple[dict[str, Any], int]]:
        picked = []
        for lot in self.spendable():
            part = min(amount, lot["left"])
            lot["left"] -= part
            amount -= part
            if part:
                picked.append((lot, part))
        return picked

    def spend(self, name: str, amount: int) -> None:
        self.spent[name] = {"amount": amount, "reversed": 0, "parts": [[lot, n] for lot, n in self.take(amount)]}

    def hold(self, name: str, amount: int, ends: int) -> None:
        self.holds[name] = {"amount": amount, "ends": ends, "parts": self.take(amount)}

    def resolve(self, name: str, amount: int) -> None:
        hold = self.holds.pop(name)
        parts, rest, back = [], amount, []
        for lot, part in hold["parts"]:
            used = min(rest, part)
            rest -= used
            lot["left"] += part - used
            back.append(lot)
            if used:
                parts.append([lot, used])
        if amount:
            self.spent[name] = {"amount": amount, "reversed": 0, "parts": parts}
        self.came_back(back)

    def return_spending(self, name: str, up_to: int) -> None:
        spending = self.spent[name]
        rest = max(0, up_to - spending["reversed"])
        spending["reversed"] += rest
        back = []
        order = sorted(spending["parts"], key=lambda p: (p[0]["ends"], p[0]["day"], p[0]["born"]), reverse=True)
        for part in order:
            n = min(rest, part[1])
            part[1] -= n
            part[0]["left"] += n
            rest -= n
            if n:
                back.append(part[0])
        self.came_back(back)

    def take_back(self, name: str, up_to: int, negative: bool) -> tuple[int, int]:
        earning = self.earned[name]
        own = sorted((lot for lot in self.lots if lot["of"] == name), key=lambda lot: not lot["waits"])
        gone = sum(lot["expired"] + (lot["left"] if self.due(lot) else 0) for lot in own)
        wanted = max(0, min(up_to, earning["amount"] - gone) - earning["reversed"])
        earning["reversed"] += wanted
        rest = wanted
        for lot in own:
            if not self.due(lot):
                n = min(rest, lot["left"])
                lot["left"] -= n
                rest -= n
        rest -= sum(n for _, n in self.take(rest))
        if rest:
            self.owed.append({"of": name, "amount": rest, "negative": negative})
        return wanted - rest, rest

    def came_back(self, lots: list[dict[str, Any]]) -> None:
        order = sorted(lots, key=lambda lot: (lot["ends"], lot["day"], lot["born"]))
        self.pay(order)
        for lot in order:
            if self.due(lot):
                self.expire(lot)

    def pay(self, lots: list[dict[str, Any]], negative: bool = False) -> None:
        """Lots pay what is owed, the oldest debt first; a lot whose day has passed pays for its own earning only."""
        for debt in self.owed:
            if negative and not debt["negative"]:
                continue
            own = [lot for lot in lots if self.due(lot) and lot["of"] == debt["of"] and not negative]
            for lot in own + [lot for lot in lots if negative or not self.due(lot)]:
                n = min(debt["amount"], lot["left"])
                debt["amount"] -= n
                lot["left"] -= n

    def expire(self, lot: dict[str, Any]) -> None:
        lot["expired"] += lot["left"]
        lot["left"] = 0

    # -- jobs --------------------------------------------------------------------------------------------------------

    def sweep(self) -> None:
        for name in sorted(self.holds, key=lambda name: (self.holds[name]["ends"], int(name))):
            if self.holds[name]["ends"] <= self.today:
                self.resolve(name, 0)
        ripe = [lot for lot in self.lots if lot["waits"] and lot["left"] and lot["matures"] <= self.today]
        for lot in sorted(ripe, key=lambda lot: (lot["ends"], lot["day"], lot["born"])):
            amount, lot["left"] = lot["left"], 0
            self.end_lapse(lot["matures"])
            self.open_child(lot, amount)
        for lot in self.lots:
            if self.due(lot):
                self.expire(lot)

    def open_child(self, lot: dict[str, Any], amount: int) -> None:
        self.born += 1
        child = {**lot, "left": amount, "waits": False, "born": self.born, "matures": None, "expired": 0}
        self.lots.append(child)
        self.pay([child], negative=True)
