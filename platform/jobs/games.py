"""What time does to games: rounds are opened and committed to, drawn or closed; seeds are shown when a day is over."""

from __future__ import annotations

from jobs.points import sweep
from programs.game import closing, seeds

# Which rounds there should be, only the rules say: every tenant with a live game looks each hour.
OPEN_DUE = (
    "SELECT x.now FROM program p WHERE p.tenant_id = x.tenant_id AND p.kind = 'game' AND p.state = 'live' LIMIT 1"
)
CLOSE_DUE = (
    "SELECT r.closes_at FROM game_round r WHERE r.tenant_id = x.tenant_id AND r.state = 'open' "
    "AND r.closes_at <= x.minute_ago ORDER BY r.closes_at LIMIT 1"
)
REVEAL_DUE = (
    "SELECT s.created_at FROM game_seed s WHERE s.tenant_id = x.tenant_id AND s.revealed_at IS NULL "
    "AND s.created_at <= x.minute_ago AND EXISTS (SELECT 1 FROM game_play p WHERE p.tenant_id = s.tenant_id "
    "AND p.seed_id = s.id) LIMIT 1"
)

open_rounds = sweep(closing.open_due)
close_rounds = sweep(closing.close_due, rows_max=1)
reveal_seeds = sweep(seeds.rotate_due)
