"""Members and what happened to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry

from ledger import reading
from ledger.state import TransferId
from members.views import MemberId, MemberState, MemberView
from programs import activities, perk_uses
from programs.coalition import links
from programs.coalition.links import LinkConsent, LinkView
from programs.paid import reading as paid
from programs.paid.views import ChargeId
from programs.perk_uses import PerkUseId
from programs.tiered import past
from rewards import history
from rewards.views import RedemptionId
from schema.admin.types.ledger import Balance, MemberEntry, balances_after, show_balances, show_member_entry
from schema.admin.types.perks import PerkUse, show_perk_use
from schema.admin.types.referrals import ReferralCode, show_codes
from schema.admin.types.rewards import Redemption, show_redemptions
from schema.admin.types.timeline import TimelineEntry, show_timeline
from schema.cost import sized
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, enum, field, output
from schema.shared.ids import DEPENDANT, LINK, MEMBER, PARTNER, Node
from schema.shared.links import consents
from schema.shared.memberships import Charge, MemberPass, Membership, show_charge, show_membership, show_pass
from schema.shared.perks import Entitlement, show_entitlements
from schema.shared.tasks import MemberBadge, MemberTask, show_badges, show_tasks
from schema.shared.tiers import MemberTier, show_tiers
from schema.shared.values import Attribute
from tenants import scope
from tenants.roles import Action

enum(MemberState, {
    "ACTIVE": "They take part.",
    "CLOSED": "They no longer take part.",
    "MERGED": "They are one with another member now.",
    "ERASED": "All that is personal is gone; the ledger keeps their points.",
}, description="Whether a member takes part.")  # fmt: skip


@output
class Consent:
    """A consent as it stands."""

    purpose: str = field(description="To what, such as `email_marketing`.")
    granted: bool = field(description="Whether it is given.")
    recorded_at: datetime = field(description="Since when.")
    source: str = field(description="Where it was said.")


@output
class Dependant:
    """Whom a member looks after."""

    id: strawberry.ID = field(description="Stays as long as the kind and the name do.")
    kind: str = field(description="Such as `pet` or `child`.")
    name: str = field(description="Its name.")
    birthday: date | None = field(description="The day that it was born on.")


AsOf = Annotated[
    datetime | None,
    strawberry.argument(description="At that instant, by when things took effect; now unless given."),
]
KnownAt = Annotated[
    datetime | None,
    strawberry.argument(description="As it was known at that instant, by when things were recorded."),
]


@output
class MemberLink:
    """A member as a partner of the coalition knows them."""

    id: strawberry.ID = field(description="`lnk_…`")
    partner_id: strawberry.ID = field(description="The partner.")
    partner_name: str = field(description="What people call it.")
    customer_id: str = field(description="The partner's own id for them.")
    consent: list[LinkConsent] = field(description="What they let it see.")
    linked_at: datetime = field(description="Since when.")


@output
class Member(Node):
    """Somebody who takes part."""

    external_id: str | None = field(description="The merchant's own id.")
    state: MemberState = field(description="Whether they take part.")
    name: str | None = field(description="Their name.")
    email: str | None = field(description="Their e-mail address.")
    phone: str | None = field(description="Their phone number.")
    birthday: date | None = field(description="The day that they were born on.")
    locale: str | None = field(description="Their language, such as `de-AT`.")
    attributes: list[Attribute] = field(description="What else the merchant keeps of them.")
    tags: list[str] = field(description="Words that the merchant put on them.")
    consents: list[Consent] = field(description="Their consents as they stand.")
    dependants: list[Dependant] = field(description="Whom they look after: pets, children.", metadata=sized(2))
    joined_at: datetime = field(description="Since when they take part.")
    merged_into: strawberry.ID | None = field(description="Who they are now, if they were merged into another.")
    erased_at: datetime | None = field(description="Since when all that is personal is gone.")
    updated_at: datetime | None = field(description="When their profile was last changed.")

    @asked("Their points, per unit.", Action.READ_LEDGER, sized(2))
    async def balances(self, info: Info, as_of: AsOf = None, known_at: KnownAt = None) -> list[Balance]:
        """Of all members of a page in one statement, unless it is about the past."""
        member = MEMBER.read(self.id)
        if as_of is None and known_at is None:
            return await balances_after(info, member)
        async with scope.reading():
            found = (await reading.balances([member], as_of=as_of, known_at=known_at))[member]
        return show_balances(found, await info.context.units(), await info.context.zone())

    @asked("The partners of a coalition that know them.", Action.READ_MEMBERS, sized(1))
    async def links(self) -> list[MemberLink]:
        """Those that have not ended."""
        return list(map(_link, await links.of_member(MemberId(MEMBER.read(self.id)))))

    @asked("Their paid memberships, the latest first.", Action.READ_MEMBERSHIPS, sized(1))
    async def memberships(self, info: Info) -> list[Membership]:
        """Of all members of a page together."""
        return list(map(show_membership, await info.context.memberships.load(MEMBER.read(self.id))))

    @asked("Their passes, the latest first.", Action.READ_MEMBERSHIPS, sized(1))
    async def passes(self, info: Info) -> list[MemberPass]:
        """Of all members of a page together."""
        return list(map(show_pass, await info.context.passes.load(MEMBER.read(self.id))))

    @asked("What they were charged and given back for memberships and passes.", Action.READ_MEMBERSHIPS)
    async def charges(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[Charge]:
        """A page of them, the latest first."""
        member = MemberId(MEMBER.read(self.id))
        rows = await paid.page_of_charges(member, after=after_id(after, ChargeId), first=first + 1)
        return page(rows, first, after, lambda row: row.id, show_charge)

    @asked("Their tiers, one for each tiered program that runs.", Action.READ_MEMBERS, sized(1))
    async def tiers(self, info: Info, as_of: AsOf = None, known_at: KnownAt = None) -> list[MemberTier]:
        """Of all members of a page together, unless it is about the past, which tells no way to the next tier."""
        member = MEMBER.read(self.id)
        if as_of is None and known_at is None:
            return show_tiers(await info.context.tiers.load(member))
        return show_tiers(await past.of_member(MemberId(member), as_of=as_of, known_at=known_at))

    @asked("The tasks that they have or can claim, of all programs of tasks that run.", Action.READ_MEMBERS, sized(10))
    async def tasks(self, info: Info) -> list[MemberTask]:
        """Of all members of a page together."""
        return show_tasks(await info.context.tasks.load(MEMBER.read(self.id)))

    @asked("The badges that they have, the first earned first.", Action.READ_MEMBERS, sized(5))
    async def badges(self, info: Info) -> list[MemberBadge]:
        """Of all members of a page together."""
        return show_badges(await info.context.badges.load(MEMBER.read(self.id)))

    @asked("The perks that their tiers and plans bring.", Action.READ_MEMBERS, sized(5))
    async def entitlements(self, info: Info) -> list[Entitlement]:
        """Of all members of a page together."""
        return show_entitlements(await info.context.entitlements.load(MemberId(MEMBER.read(self.id))))

    @asked("The perks that they used, the latest first.", Action.READ_REDEMPTIONS)
    async def perk_uses(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[PerkUse]:
        """A page of them."""
        member = MemberId(MEMBER.read(self.id))
        rows = await perk_uses.list_(member, after=after_id(after, PerkUseId), first=first + 1)
        return page(rows, first, after, lambda row: row.id, show_perk_use)

    @asked("Their codes for friends, one for each referral program that runs.", Action.READ_MEMBERS, sized(1))
    async def referral_codes(self) -> list[ReferralCode]:
        """Made when they are first asked for."""
        return await show_codes(MemberId(MEMBER.read(self.id)))

    @asked("What happened to them, the latest first.", Action.READ_LEDGER)
    async def timeline(self, info: Info, first: First = PAGE_DEFAULT, after: After = None) -> Connection[TimelineEntry]:
        """Activities, redemptions, adjustments, maturities and expiries."""
        rows = await activities.timeline(MemberId(MEMBER.read(self.id)), after=after_id(after, str), first=first + 1)
        shown = await show_timeline(info, rows, MEMBER.read(self.id))
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("Their entries in the ledger, the latest first.", Action.READ_LEDGER)
    async def entries(self, info: Info, first: First = PAGE_DEFAULT, after: After = None) -> Connection[MemberEntry]:
        """A page of them."""
        before = after_id(after, TransferId)
        async with scope.reading():
            rows = await reading.entries(MEMBER.read(self.id), before=before, first=first + 1)
        units = await info.context.units()
        return page(rows, first, after, lambda row: row.id, lambda row: show_member_entry(row, units))

    @asked("Their redemptions, the latest first.", Action.READ_REDEMPTIONS)
    async def redemptions(
        self, info: Info, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[Redemption]:  # fmt: skip
        """A page of them."""
        rows = await history.list_(
            member=MemberId(MEMBER.read(self.id)), after=after_id(after, RedemptionId), first=first + 1
        )  # fmt: skip
        shown = await show_redemptions(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])


def show_member(view: MemberView) -> Member:
    """A member in the schema."""
    return Member(
        id=MEMBER.show(view.id), external_id=view.external_id, state=view.state, name=view.name, email=view.email,
        phone=view.phone, birthday=view.birthday, locale=view.locale,
        attributes=[Attribute(name=name, value=value) for name, value in view.attributes.items()],
        tags=list(view.tags),
        consents=[
            Consent(
                purpose=consent.purpose, granted=consent.granted, recorded_at=consent.recorded_at,
                source=consent.source,
            )
            for consent in view.consents
        ],
        dependants=[
            Dependant(id=DEPENDANT.show(each.id), kind=each.kind, name=each.name, birthday=each.birthday)
            for each in view.dependants
        ],
        joined_at=view.joined_at, merged_into=MEMBER.show_or_none(view.merged_into),
        erased_at=view.erased_at, updated_at=view.updated_at,
    )  # fmt: skip


def _link(view: LinkView) -> MemberLink:
    return MemberLink(
        id=LINK.show(view.id), partner_id=PARTNER.show(view.partner_id), partner_name=view.partner_name,
        customer_id=view.customer_id, consent=consents(view.consent), linked_at=view.linked_at,
    )  # fmt: skip
