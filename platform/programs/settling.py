"""What kinds keep of a member, moved by what happens outside of activities: points given or taken by hand.

settling = await Settling.begin(member)      locks what is kept, before any account
settling.want(wanted)                        then load(wanted, now)
await settling.count()
changes = settling.settle(book, key, stamp)  after the book's verbs; then save(book, changes)
await settling.grant()
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kit.setbased import Change
from ledger.book import Book, Stamp
from ledger.load import Wanted
from members.views import MemberId
from programs import rulebooks
from programs.engine import EVERY_LINE
from programs.store import Settled, Store, Touch, Who, count_for
from programs.stores import STORES
from rewards import granting
from tenants import scope


@dataclass(frozen=True, slots=True)
class Settling:
    """The stores of the programs that run now, with what they keep of one member."""

    stores: dict[str, Store]
    touches: tuple[Touch, ...]
    settled: list[Settled] = field(default_factory=list)

    @classmethod
    async def begin(cls, member: MemberId) -> Settling:
        """Lock and read what is kept."""
        tenant, now = scope.tenant_id(), scope.now()
        rules = (await rulebooks.load([tenant]))[tenant]
        touches = tuple(
            Touch(
                program.kind.name, Who(tenant, program.id, member), version.compiled, rules.units, (now,),
            )
            for program, version in rules.rulebook.at(EVERY_LINE, now).live
            if program.kind.name in STORES and not version.traits.stateless
        )  # fmt: skip
        stores = {kind: STORES[kind]() for kind in sorted({touch.kind for touch in touches})}
        for kind, store in stores.items():
            await store.load([touch for touch in touches if touch.kind == kind])
        return cls(stores, touches)

    def want(self, wanted: Wanted) -> None:
        """Ask for the accounts that settling may touch."""
        for store in self.stores.values():
            store.want(wanted)

    async def count(self) -> None:
        """Read what else must be known, after the accounts."""
        await count_for(self.stores.values(), {})

    def settle(self, book: Book, key: str, stamp: Stamp) -> Sequence[Change]:
        """Let what happened have its effect; the rows to be written with the book."""
        for touch in self.touches:
            self.settled.append(self.stores[touch.kind].settle(touch, book, key, stamp))
        return [change for store in self.stores.values() for change in store.changes()]

    async def grant(self) -> None:
        """Give the rewards that follow, after the book was saved."""
        await granting.give([grant for settled in self.settled for grant in settled.grants])
        await granting.take_back(scope.tenant_id(), [key for settled in self.settled for key in settled.taken_back])
