"""What a partner sees of its terms, and of what is cleared with it: its own side, and nothing of others' accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import strawberry
from strawberry import argument

from programs.coalition import clearing, positions, room
from programs.coalition.entries import EntryKind
from programs.coalition.partners import PartnerState, PartnerView
from schema.cost import sized
from schema.partner.who import partner_of
from schema.shared.coalition import (
    ClearingEntry,
    PartnerPosition,
    TermsFields,
    show_clearing_entry,
    show_position,
    terms_values,
)
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_key, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.ids import PARTNER, Node
from schema.shared.periods import PeriodInput, read_period
from schema.shared.scalars import BigInt
from tenants import scope
from tenants.roles import PartnerScope

Booked = Annotated[PeriodInput | None, argument(description="Booked on these days; null: on any.")]


@output
class PartnerTerms(TermsFields):
    """A version of the partner's terms; they are never rewritten."""


@output
class Partner(Node):
    """The partner that asks."""

    slug: str = field(description="The name that rules use.")
    name: str = field(description="What people read.")
    state: PartnerState = field(description="Whether it takes part.")
    scopes: list[PartnerScope] = field(description="What the key may do.")
    open_from: date = field(description="The first local day of the operator's that is not settled.")
    view: strawberry.Private[PartnerView]

    @asked("The terms that hold now; null: none do, and it takes no part.", PartnerScope.READ)
    async def terms(self) -> PartnerTerms | None:
        """Those of this instant."""
        live = self.view.terms_at(scope.now())
        return None if live is None else PartnerTerms(**terms_values(live))

    @asked("The terms that are to hold, the next first.", PartnerScope.READ, sized(1))
    async def terms_ahead(self) -> list[PartnerTerms]:
        """Those that begin later."""
        ahead = [each for each in self.view.terms if each.valid_from > scope.now()]
        return [PartnerTerms(**terms_values(each)) for each in sorted(ahead, key=lambda each: each.valid_from)]

    @asked("How much its terms still allow; null without terms.", PartnerScope.READ, sized(2))
    async def room(self) -> PartnerRoom | None:
        """As of now."""
        left = await room.left(self.view)
        return None if left is None else PartnerRoom(
            currency=left.currency, credit_micros=left.credit, prepaid_points=left.prepaid,
            issue_points_today=left.issue_today, take_points_today=left.take_today,
        )  # fmt: skip

    @asked("What it and the operator owe each other now, by currency.", PartnerScope.SETTLE, sized(2))
    async def positions(self) -> list[PartnerPosition]:
        """As of the last commit."""
        return [show_position(each) for each in await positions.positions([self.view.id])]


@output
class PartnerRoom:
    """How much the terms of now still allow; null: they set no such bound."""

    currency: str = field(description="The ISO 4217 code of the terms.")
    credit_micros: BigInt | None = field(
        description="How much the partner may owe on top; below zero it owes more than its credit limit."
    )
    prepaid_points: BigInt | None = field(description="The points of its blocks that are left.")
    issue_points_today: BigInt | None = field(description="How many points it may issue still today.")
    take_points_today: BigInt | None = field(
        description="How many points can be spent with it still on this local day."
    )


@output
class ClearingSum:
    """What the entries of one kind come to."""

    currency: str = field(description="The ISO 4217 code.")
    kind: EntryKind = field(description="What they are for.")
    entries: int = field(description="How many there are.")
    points: BigInt = field(description="The points that moved, less those that were taken back.")
    owed_micros: BigInt = field(description="By how much more the partner owes by them; below zero: less.")


@strawberry.type
class ClearingQueries:
    """The partner API's questions on clearing."""

    @asked("What was cleared with the partner, what was booked last first.", PartnerScope.SETTLE)
    async def clearing(
        self, info: Info, period: Booked = None, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[ClearingEntry]:  # fmt: skip
        partner, key = await partner_of(info), after_key(after)
        days = await read_period(partner, period)
        rows = [] if days is None else await clearing.page_of_entries(
            partner, own=True, first_day=days.first, last_day=days.last, after=key, first=first + 1
        )  # fmt: skip
        return page(rows, first, after, lambda row: row.key, show_clearing_entry)

    @asked("What was cleared with the partner, added up by currency and kind.", PartnerScope.SETTLE, sized(10))
    async def clearing_sums(self, info: Info, period: Booked = None) -> list[ClearingSum]:
        partner = await partner_of(info)
        days = await read_period(partner, period)
        found = [] if days is None else await clearing.sums_of(partner.id, days.first, days.last)
        return [
            ClearingSum(
                currency=each.currency, kind=each.kind, entries=each.entries, points=each.points, owed_micros=each.owed
            )
            for each in found
        ]  # fmt: skip


def show_partner(view: PartnerView, scopes: Sequence[PartnerScope]) -> Partner:
    """The partner in the schema."""
    return Partner(
        id=PARTNER.show(view.id), slug=view.slug, name=view.name, state=view.state, scopes=list(scopes),
        open_from=date.fromisoformat(view.open_from), view=view,
    )  # fmt: skip
