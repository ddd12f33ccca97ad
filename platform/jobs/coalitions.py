"""Coalitions: following the ledger, so that what partners owe is known soon after it came about."""

from __future__ import annotations

from jobs.points import sweep
from programs.coalition import following

FOLLOW_DUE = (
    "SELECT b.recorded_at FROM coalition c JOIN batch b ON b.tenant_id = c.tenant_id "
    "AND (c.followed_to IS NULL OR b.id > c.followed_to) WHERE c.tenant_id = x.tenant_id ORDER BY b.id LIMIT 1"
)

follow = sweep(following.follow_some, following.CHUNK_BATCHES)
