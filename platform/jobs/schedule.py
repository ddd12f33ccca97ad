"""All jobs, in the order in which one tenant's are done."""

from __future__ import annotations

from datetime import timedelta

from connect.payments import accounts
from jobs import coalitions, games, memberships, points, prune, upkeep, warn
from jobs.deliver import deliver, due
from jobs.job import Every, Job, Lane
from jobs.relay import RELAY_DUE, relay
from jobs.replay import REPLAY_DUE, play
from kit.outbound import Outbound
from kit.secrets import root_key
from settings import Settings


def schedule(root: bytes, outbound: Outbound) -> tuple[Job, ...]:
    """The jobs. `root` is the root key, from which webhooks' secrets are derived; `outbound` sends them."""
    return (
        Job("mature", points.MATURE_DUE, points.mature),
        # Before holds are let go: what lay free expired on its day, what was held on the day it came back.
        Job("expire", points.EXPIRE_DUE, points.expire, after=("mature",)),
        Job("expire_redemptions", points.REDEMPTIONS_DUE, points.expire_redemptions, after=("expire",)),
        Job("expire_payments", points.PAYMENTS_DUE, points.expire_payments, after=("expire",)),
        Job(
            "release_holds", points.HOLDS_DUE, points.release, after=("expire", "expire_redemptions", "expire_payments")
        ),
        Job("give_owed", points.GRANTS_DUE, points.give_owed, every=Every.HOUR),
        Job("celebrate", points.OCCASIONS_DUE, points.celebrate, after=("expire",)),
        Job("raise_tiers", points.RAISES_DUE, points.raise_tiers),
        Job("lower_tiers", points.LOWER_DUE, points.lower_tiers),
        Job("review_tiers", points.TIERS_DUE, points.review_tiers, after=("mature", "expire")),
        Job("rest_tiers", points.DORMANT_DUE, points.rest_tiers, every=Every.DAY),
        Job("open_rounds", games.OPEN_DUE, games.open_rounds, every=Every.HOUR),
        Job("close_rounds", games.CLOSE_DUE, games.close_rounds),
        Job("reveal_seeds", games.REVEAL_DUE, games.reveal_seeds, every=Every.DAY),
        Job("expire_tasks", points.TASKS_DUE, points.expire_tasks),
        Job("settle_referrals", points.REFERRALS_DUE, points.settle_referrals, after=("mature", "expire")),
        Job("warn", warn.WARN_DUE, warn.warn, every=Every.HOUR, after=("mature", "expire")),
        Job("step_memberships", memberships.STEPS_DUE, memberships.step, Lane.PAYMENTS),
        Job("ask_payments", memberships.CHARGES_DUE, memberships.charge, Lane.PAYMENTS, after=("step_memberships",)),
        Job("give_dividends", memberships.DIVIDENDS_DUE, memberships.give_dividends, Lane.PAYMENTS),
        Job("relay", RELAY_DUE, relay, Lane.WEBHOOKS),
        Job("deliver", due(apart=False), deliver(root, outbound), Lane.WEBHOOKS),
        Job("retry", due(apart=True), deliver(root, outbound, apart=True), Lane.RETRIES),
        Job("follow", coalitions.FOLLOW_DUE, coalitions.follow, Lane.UPKEEP),
        Job("settle", coalitions.SETTLE_DUE, coalitions.settle, Lane.UPKEEP, after=("follow",)),
        Job("roll_up", upkeep.ROLL_UP_DUE, upkeep.rolling_up, Lane.UPKEEP),
        Job("seal", upkeep.SEAL_DUE, upkeep.sealing, Lane.UPKEEP, Every.HOUR),
        Job("verify", upkeep.VERIFY_DUE, upkeep.check, Lane.UPKEEP, Every.DAY, lease=timedelta(minutes=15)),
        Job("replay", REPLAY_DUE, play, Lane.REPLAYS),
        Job("prune", prune.PRUNE_DUE, prune.prune, Lane.UPKEEP, Every.DAY),
    )


def schedule_of(settings: Settings) -> tuple[Job, ...]:
    """The jobs of a process with these settings; payments go where these say."""
    accounts.connect(settings)
    root = root_key(settings.secret_key, settings.data_dir)
    return schedule(root, Outbound(allow_private=not settings.production))
