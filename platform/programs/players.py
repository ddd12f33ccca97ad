"""The kinds whose state a replay can play: the only list, in the order in which they follow an activity (`stores`).

A new one is one line here (and in `stores`).
"""

from collections.abc import Callable, Mapping

from programs.player import Player
from programs.points.playing import ConversionPlayer
from programs.tasks.playing import TaskPlayer
from programs.tiered.playing import TierPlayer

PLAYERS: Mapping[str, Callable[[], Player]] = {
    "points": ConversionPlayer,
    "tasks": TaskPlayer,
    "tiered": TierPlayer,
}
