"""What rules and rewards ask of members: their tiers, plans and segments, for any number of members in one statement.

A tier is the fact `tier:<program id>` (its slug; null for none), written by the program, a paid plan likewise
`plan:<program id>`. Segments are the fact `segments` (a list, written by insight) together with the tags that the
merchant put on the member, and `plan:<slug>` for each plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from kit import db
from kit.setbased import Columns

TIER = "tier:"
PLAN = "plan:"


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """A member's tiers by program id, segments (plans as `plan:<slug>` among them), and plans by program id."""

    tiers: Mapping[str, str] = field(default_factory=dict)
    segments: frozenset[str] = frozenset()
    plans: Mapping[str, str] = field(default_factory=dict)

    def with_facts(self, facts: Mapping[str, str | None]) -> MemberStanding:
        """Give the standing with these facts as they are now; those that rules do not go by change nothing."""
        tiers = dict(self.tiers)
        for name, tier in facts.items():
            tiers.pop(name.removeprefix(TIER), None)
            if name.startswith(TIER) and tier is not None:
                tiers[name.removeprefix(TIER)] = tier
        return MemberStanding(tiers, self.segments, self.plans)

    def among(self, everybody: Mapping[str, str]) -> MemberStanding:
        """Give the standing with the tiers, by program, that everybody has of whom nothing else is written."""
        return MemberStanding({**everybody, **self.tiers}, self.segments, self.plans) if everybody else self


NOBODY = MemberStanding()


async def standings(members: Iterable[tuple[str, str]]) -> dict[tuple[str, str], MemberStanding]:
    """The standing of each (tenant, member), within the session under way; unknown members have none."""
    wanted = sorted(set(members))
    if not wanted:
        return {}
    given = _MEMBERS.payload(wanted)
    tiers: dict[tuple[str, str], dict[str, str]] = {key: {} for key in wanted}
    plans: dict[tuple[str, str], dict[str, str]] = {key: {} for key in wanted}
    segments: dict[tuple[str, str], set[str]] = {key: set() for key in wanted}
    for row in await db.rows(_KNOWN.format(members=_MEMBERS.source()), given):
        key = (row["tenant_id"], row["member_id"])
        if row["name"] == "tag":
            segments[key].add(row["value"])
            continue
        value = orjson.loads(row["value"])
        if row["name"] == "segments":
            segments[key].update(value)
        elif value is not None and row["name"].startswith(PLAN):
            plans[key][row["name"].removeprefix(PLAN)] = value
            segments[key].add(f"{PLAN}{value}")
        elif value is not None:
            tiers[key][row["name"].removeprefix(TIER)] = value
    return {key: MemberStanding(tiers[key], frozenset(segments[key]), plans[key]) for key in wanted}


_MEMBERS = Columns(tenant_id="uuid", id="uuid")

_KNOWN = """
WITH x AS (SELECT * FROM {members} AS m)
SELECT f.tenant_id, f.member_id, f.name, f.value FROM x
JOIN member_fact f ON f.tenant_id = x.tenant_id AND f.member_id = x.id
WHERE f.name = 'segments' OR (f.name >= 'tier:' AND f.name < 'tier;') OR (f.name >= 'plan:' AND f.name < 'plan;')
UNION ALL SELECT t.tenant_id, t.member_id, 'tag', t.tag FROM x
JOIN member_tag t ON t.tenant_id = x.tenant_id AND t.member_id = x.id"""
