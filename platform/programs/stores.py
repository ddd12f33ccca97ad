"""The kinds that keep something of members: the only list, in the order in which they settle an activity.

A new one is one line here (and in `registry`).
"""

from collections.abc import Callable, Mapping

from programs.paid.state import DividendState
from programs.points.state import ConversionState
from programs.referral.state import ReferralState
from programs.store import Store
from programs.tasks.state import TasksState
from programs.tiered.state import TierState

STORES: Mapping[str, Callable[[], Store]] = {
    "paid": DividendState,
    "points": ConversionState,
    "tasks": TasksState,
    "referral": ReferralState,
    "tiered": TierState,
}
