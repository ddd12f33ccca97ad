"""How members' tiers are read and written, set-based."""

from __future__ import annotations

from kit.setbased import Columns, Insert, Update

WHO = Columns(tenant_id="uuid", program_id="uuid", member_id="uuid")

STORED = """
SELECT s.tenant_id, s.program_id, s.member_id, s.id, s.body, s.tier, s.rest, s.rest_at, s.revision FROM {source} AS x
JOIN tier_standing s ON s.tenant_id = x.tenant_id AND s.program_id = x.program_id AND s.member_id = x.member_id
ORDER BY s.tenant_id, s.id {lock}"""

INSERT = Insert(
    "tier_standing", tenant_id="uuid", program_id="uuid", member_id="uuid", id="uuid", body="text", tier="text",
    rest="text", rest_at="instant", review_at="instant", revision="int",
    suffix="ON CONFLICT (tenant_id, program_id, member_id) DO NOTHING",
)  # fmt: skip
UPDATE = Update(
    "tier_standing",
    "body = x.body, tier = x.tier, rest = x.rest, rest_at = x.rest_at, review_at = x.review_at, "
    "revision = t.revision + 1",
    "t.revision = x.revision", body="text", tier="text", rest="text", rest_at="instant", review_at="instant",
    revision="int",
)  # fmt: skip
