"""The admin schema, put together."""

from __future__ import annotations

import strawberry

from schema.admin.activities import ActivityMutations
from schema.admin.clearing import ClearingMutations
from schema.admin.coalition import CoalitionMutations
from schema.admin.games import GameMutations
from schema.admin.gift_cards import GiftCardMutations
from schema.admin.giving import GivingMutations
from schema.admin.ledger import LedgerMutations
from schema.admin.limits import LimitMutations
from schema.admin.members import MemberMutations
from schema.admin.memberships import MembershipMutations
from schema.admin.participations import ParticipationMutations
from schema.admin.partner_keys import PartnerKeyMutations
from schema.admin.partner_webhooks import PartnerWebhookMutations
from schema.admin.passes import PassMutations
from schema.admin.perks import PerkMutations
from schema.admin.programs import ProgramMutations
from schema.admin.providers import ProviderMutations
from schema.admin.query import Query
from schema.admin.redemptions import RedemptionMutations
from schema.admin.referrals import ReferralMutations
from schema.admin.replays import ReplayMutations
from schema.admin.rewards import RewardMutations
from schema.admin.settlements import SettlementMutations
from schema.admin.stored_value import StoredValueMutations
from schema.admin.tasks import TaskMutations
from schema.admin.tenants import TenantMutations
from schema.admin.tiers import TierMutations
from schema.admin.types.programs import ProgramVersion
from schema.admin.webhooks import WebhookMutations
from schema.shared.naming import config


@strawberry.type(description="What can be done.")
class Mutation(
    ActivityMutations,
    LimitMutations,
    MemberMutations,
    LedgerMutations,
    TierMutations,
    TaskMutations,
    PerkMutations,
    ProgramMutations,
    ReplayMutations,
    RewardMutations,
    RedemptionMutations,
    StoredValueMutations,
    GiftCardMutations,
    GivingMutations,
    MembershipMutations,
    PassMutations,
    GameMutations,
    ReferralMutations,
    CoalitionMutations,
    ClearingMutations,
    SettlementMutations,
    ParticipationMutations,
    ProviderMutations,
    TenantMutations,
    PartnerKeyMutations,
    PartnerWebhookMutations,
    WebhookMutations,
):
    """All mutations, noun by noun."""


schema = strawberry.Schema(Query, Mutation, types=[ProgramVersion], config=config())
