"""The kinds of programs there are: the only list. A new kind is one wing and one line here (and in `stores`)."""

from typing import Any

from programs.campaign.kind import CampaignKind
from programs.coalition.kind import CoalitionKind
from programs.game.kind import GameKind
from programs.giving.kind import GivingKind
from programs.kind import Kind
from programs.paid.kind import PaidKind
from programs.points.kind import PointsKind
from programs.referral.kind import ReferralKind
from programs.stored_value.kind import StoredValueKind
from programs.tasks.kind import TasksKind
from programs.tiered.kind import TieredKind

KINDS: dict[str, Kind[Any, Any]] = {
    "paid": PaidKind(),
    "game": GameKind(),
    "campaign": CampaignKind(),
    "coalition": CoalitionKind(),
    "giving": GivingKind(),
    "points": PointsKind(),
    "referral": ReferralKind(),
    "stored_value": StoredValueKind(),
    "tasks": TasksKind(),
    "tiered": TieredKind(),
}
