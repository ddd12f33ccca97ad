"""Members' codes: eight letters and digits of Crockford's alphabet, made when a member's code is first asked for."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from kit import db
from kit.ids import new_id
from members.views import MemberId
from programs.decision import ProgramId
from tenants import scope

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


async def of_member(member: MemberId, programs: Sequence[ProgramId]) -> dict[ProgramId, str]:
    """The member's code in each of these programs, made where there is none; a code stays for ever."""
    tenant, wanted = scope.tenant_id(), set(programs)
    if not wanted:
        return {}
    async with scope.reading():
        found = await _stored(member)
    if missing := sorted(wanted - found.keys()):
        async with scope.writing():
            for program in missing:
                code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
                await db.execute(_INSERT, tenant, new_id(), program, member, code)
            found = await _stored(member)
    return {program: found[program] for program in programs if program in found}


def read(text: str) -> str | None:
    """The code that a person has typed; None if no member has such a code."""
    code = text.strip().upper().translate(_READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


async def owner(text: str) -> MemberId | None:
    """Whose code, of any program, a person has typed, in the session under way; of who was merged, who they are now."""
    code = read(text)
    found = [] if code is None else await db.rows(_OWNER, scope.tenant_id(), code)
    return MemberId(found[0]["member_id"]) if found else None


async def _stored(member: MemberId) -> dict[ProgramId, str]:
    rows = await db.rows(_OF_MEMBER, scope.tenant_id(), member)
    return {ProgramId(row["program_id"]): row["code"] for row in rows}


_OWNER = """
SELECT COALESCE(m.merged_into, m.id) AS member_id FROM referral_code c
JOIN member m ON m.tenant_id = c.tenant_id AND m.id = c.member_id WHERE c.tenant_id = $1 AND c.code = $2"""
_OF_MEMBER = "SELECT program_id, code FROM referral_code WHERE tenant_id = $1 AND member_id = $2"

# Whoever is second, or has another's code by chance, makes nothing: the code is there then, or at the next asking.
_INSERT = """
INSERT INTO referral_code (tenant_id, id, program_id, member_id, code) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING"""
