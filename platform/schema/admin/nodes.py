"""Anything by its id. An id of another tenant, of another kind or of nothing answers alike: null."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from connect import deliveries
from kit import ids
from kit.errors import InvalidId, Refusal
from ledger import searching
from members.views import MemberId, views
from programs import activities, perk_uses, replay, service, versions
from programs.coalition import participations, partners, settlement_views
from programs.coalition.participations import ParticipationId
from programs.coalition.partners import PartnerId
from programs.coalition.settlement_views import SettlementId
from programs.decision import ProgramId, VersionId
from programs.game import round_views
from programs.game import views as game
from programs.giving import views as giving
from programs.paid import reading as paid
from programs.referral import views as referral
from programs.replay import ReplayId
from programs.stored_value import views as stored_value
from rewards import catalogue, history
from rewards.views import RedemptionId, RewardId
from schema.admin.types.activities import show_activity
from schema.admin.types.coalition import show_partner
from schema.admin.types.giving import show_donation
from schema.admin.types.ledger import show_entries
from schema.admin.types.members import show_member
from schema.admin.types.participations import show_participation
from schema.admin.types.perks import show_perk_use
from schema.admin.types.programs import show_program, show_versions
from schema.admin.types.referrals import show_referral
from schema.admin.types.replays import show_replay
from schema.admin.types.rewards import show_redemption, show_reward
from schema.admin.types.settlements import show_settlement
from schema.admin.types.stored_value import show_gift_card, show_payment
from schema.admin.types.tenants import show_audit, show_colleague, show_key, show_tenant
from schema.shared.connections import PAGE_MAX
from schema.shared.context import Info
from schema.shared.enums import ProgramKind
from schema.shared.errors import known
from schema.shared.games import show_play, show_round
from schema.shared.ids import MEMBER, Node
from schema.shared.memberships import show_charge, show_membership, show_pass
from schema.shared.webhooks import show_delivery
from tenants import audit, keys, profile, staff
from tenants.roles import Action, require
from tenants.scope import TenantId


async def find_node(info: Info, text: str) -> Node | None:
    """What has this id. Raises `Forbidden` unless who asks may read that kind of thing."""
    prefix, _, _ = text.rpartition("_")
    if prefix not in FINDERS:
        return None
    action, find = FINDERS[prefix]
    require(action)
    try:
        id_ = ids.decode(prefix, text)
    except InvalidId:
        return None
    return await find(info, id_)


async def find_nodes(info: Info, texts: Sequence[str]) -> list[Node | None]:
    """What has these ids, in their order; members, which lists name by the page, in one go.

    Raises `Forbidden` likewise, and `Refusal` for more than a page of them.
    """
    if len(texts) > PAGE_MAX:
        raise Refusal("INVALID", f"At most {PAGE_MAX} ids at once.", ("ids",))
    members = {text: id_ for text in texts if (id_ := MEMBER.find(text)) is not None}
    if members:
        require(FINDERS[MEMBER.letters][0])
    found = await views([MemberId(id_) for id_ in dict.fromkeys(members.values())])
    known: dict[str, Node | None] = {
        text: show_member(found[MemberId(id_)]) if MemberId(id_) in found else None for text, id_ in members.items()
    }
    for text in texts:
        if text not in known:
            known[text] = await find_node(info, text)
    return [known[text] for text in texts]


async def _member(_: Info, id_: str) -> Node | None:
    view = (await views([MemberId(id_)])).get(MemberId(id_))
    return show_member(view) if view is not None else None


async def _activity(info: Info, id_: str) -> Node | None:
    view = await activities.find(id_)
    return show_activity(view, await info.context.units()) if view is not None else None


async def _entry(info: Info, id_: str) -> Node | None:
    found = list((await searching.by_ids([id_])).values())
    return (await show_entries(info, found)).get(id_)


async def _unit(info: Info, id_: str) -> Node | None:
    units: Mapping[Any, Node] = await info.context.units()
    return units.get(id_)


async def _program(info: Info, id_: str) -> Node | None:
    view = await known(service.get(ProgramId(id_)))
    return await show_program(info, view) if view is not None else None


async def _version(_: Info, id_: str) -> Node | None:
    view = await known(versions.get(VersionId(id_)))
    if view is None:
        return None
    program = await service.get(view.program_id)
    return (await show_versions([view], ProgramKind(program.kind)))[view.id]


async def _replay(info: Info, id_: str) -> Node | None:
    view = await known(replay.get(ReplayId(id_)))
    return await show_replay(info, view) if view is not None else None


async def _reward(info: Info, id_: str) -> Node | None:
    view = await known(catalogue.get(RewardId(id_)))
    return await show_reward(info, view) if view is not None else None


async def _redemption(info: Info, id_: str) -> Node | None:
    view = await known(history.get(RedemptionId(id_)))
    return await show_redemption(info, view) if view is not None else None


async def _key(_: Info, id_: str) -> Node | None:
    return next((show_key(key) for key in await keys.listed() if key.id == id_), None)


async def _staff(_: Info, id_: str) -> Node | None:
    return next((show_colleague(colleague) for colleague in await staff.listed() if colleague.id == id_), None)


async def _audit(_: Info, id_: str) -> Node | None:
    entry = await audit.get(id_)
    return (await show_audit([entry]))[entry.id] if entry is not None else None


async def _tenant(info: Info, id_: str) -> Node | None:
    here = await info.context.tenant()
    if id_ not in (here.id, here.twin):
        return None
    found = await profile.of([TenantId(id_)])
    return show_tenant(found[0]) if found else None


async def _delivery(_: Info, id_: str) -> Node | None:
    view = await deliveries.find(id_)
    return show_delivery(view) if view is not None else None


async def _payment(info: Info, id_: str) -> Node | None:
    found = list((await stored_value.payments([id_])).values())
    return await show_payment(info, found[0]) if found else None


async def _gift_card(info: Info, id_: str) -> Node | None:
    found = list((await stored_value.gift_cards([id_])).values())
    return await show_gift_card(info, found[0]) if found else None


async def _perk_use(_: Info, id_: str) -> Node | None:
    view = await perk_uses.find(id_)
    return show_perk_use(view) if view is not None else None


async def _donation(info: Info, id_: str) -> Node | None:
    found = list((await giving.donations([id_])).values())
    return await show_donation(info, found[0]) if found else None


async def _membership(_: Info, id_: str) -> Node | None:
    view = await known(paid.membership(id_))
    return show_membership(view) if view is not None else None


async def _pass(_: Info, id_: str) -> Node | None:
    view = await known(paid.one_pass(id_))
    return show_pass(view) if view is not None else None


async def _charge(_: Info, id_: str) -> Node | None:
    view = await known(paid.charge(id_))
    return show_charge(view) if view is not None else None


async def _play(_: Info, id_: str) -> Node | None:
    found = list((await game.plays([id_])).values())
    return show_play(found[0], None, to_staff=True) if found else None


async def _round(_: Info, id_: str) -> Node | None:
    found = list((await round_views.rounds([id_])).values())
    return show_round(found[0], None, to_staff=True) if found else None


async def _referral(_: Info, id_: str) -> Node | None:
    found = list((await referral.referrals([id_])).values())
    return show_referral(found[0]) if found else None


async def _partner(info: Info, id_: str) -> Node | None:
    view = await known(partners.get(PartnerId(id_)))
    return await show_partner(info, view) if view is not None else None


async def _participation(info: Info, id_: str) -> Node | None:
    view = await known(participations.get(ParticipationId(id_)))
    return await show_participation(info, view) if view is not None else None


async def _settlement(_: Info, id_: str) -> Node | None:
    view = await known(settlement_views.get(SettlementId(id_)))
    return await show_settlement(view) if view is not None else None


Finder = Callable[[Info, str], Awaitable[Node | None]]

FINDERS: Mapping[str, tuple[Action, Finder]] = {
    "mem": (Action.READ_MEMBERS, _member),
    "act": (Action.READ_LEDGER, _activity),
    "tra": (Action.READ_LEDGER, _entry),
    "unt": (Action.READ_PROGRAMS, _unit),
    "prg": (Action.READ_PROGRAMS, _program),
    "ver": (Action.READ_PROGRAMS, _version),
    "rpl": (Action.READ_PROGRAMS, _replay),
    "ply": (Action.READ_GAMES, _play),
    "rnd": (Action.READ_GAMES, _round),
    "rwd": (Action.READ_REWARDS, _reward),
    "red": (Action.READ_REDEMPTIONS, _redemption),
    "key": (Action.READ_KEYS, _key),
    "stf": (Action.READ_STAFF, _staff),
    "aud": (Action.READ_AUDIT_LOG, _audit),
    "ten": (Action.READ_SETTINGS, _tenant),
    "pay": (Action.READ_PAYMENTS, _payment),
    "gft": (Action.READ_PAYMENTS, _gift_card),
    "pku": (Action.READ_REDEMPTIONS, _perk_use),
    "mbs": (Action.READ_MEMBERSHIPS, _membership),
    "pas": (Action.READ_MEMBERSHIPS, _pass),
    "chg": (Action.READ_MEMBERSHIPS, _charge),
    "rfl": (Action.READ_MEMBERS, _referral),
    "don": (Action.READ_DONATIONS, _donation),
    "prt": (Action.READ_PARTNERS, _partner),
    "stl": (Action.READ_PARTNERS, _settlement),
    "pcp": (Action.READ_PARTNERS, _participation),
    "del": (Action.READ_SETTINGS, _delivery),
}
"""How each kind of thing is found, and what one must be permitted."""
