"""Everything known about a member, and nothing about another."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest

from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from ledger.models import Account, Lot, Transfer, Unit
from members import export as export_module
from members import facts
from members.erase import erase
from members.export import export
from members.inputs import ConsentInput, MemberInput
from members.models import MemberConsent
from members.service import by_external_id, upsert
from members.views import MemberId
from programs.models import StoredActivity, StoredDecision
from rewards.models import Redemption, Reward, Voucher
from tenants import scope
from tenants.models import AuditEntry
from tenants.scope import TenantId
from tests.conftest import DatabaseUrls
from tests.members.conftest import CANARY, NOON
from tests.members.test_service import FULL

pytestmark = pytest.mark.broken_books  # rows made up for the export, not posted


async def exported(member: MemberId) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(b"".join([piece async for piece in await export(member)]))
    return document


async def give_history(member: MemberId, entries: int) -> None:
    """A purchase, points earned in `entries` transfers, a hold, and a redemption with its voucher."""
    async with scope.writing():
        unit = await Unit.create(slug=f"points-{member}", name="point", name_plural="points", created_at=NOON)
        issued = await Account.create(unit_id=unit.id, owner=f"issued-{member}", book="available", created_at=NOON)
        mine = await Account.create(unit_id=unit.id, owner=f"member:{member}", book="available", posted=entries,
                                    seq=entries + 1, created_at=NOON)  # fmt: skip
        activity = await StoredActivity.create(
            key=f"a-{member}", fingerprint="f", kind="purchase", member_id=member, order_reference="o-1",
            state="decided", occurred_at=NOON, recorded_at=NOON, source="shop", body='{"lines":[]}')  # fmt: skip
        await StoredDecision.create(id=activity.id, result='{"earned":3}', explanation="[]", recorded_at=NOON)
        common: dict[str, Any] = {"unit_id": unit.id, "batch_id": new_id(), "effective_at": NOON, "recorded_at": NOON}
        for seq in range(1, entries + 1):
            earned = await Transfer.create(
                key=f"t{seq}-{member}", kind="now", reason="earn", debit=issued.id, credit=mine.id, amount=1,
                activity_id=activity.id, credit_seq=seq, credit_after=seq, **common)  # fmt: skip
            await Lot.create(account_id=mine.id, transfer_id=earned.id, amount=1, remaining=1, earned_at=NOON)
        hold = await Transfer.create(
            key=f"h-{member}", kind="hold", reason="redeem", debit=mine.id, credit=issued.id, amount=1,
            debit_seq=entries + 1, debit_after=entries, **common)  # fmt: skip
        reward = await Reward.create(slug=f"r-{member}", name="A mug", description="", kind="product", unit_id=unit.id,
                                     points=1, terms="{}", audience="{}", voucher_source="generated",
                                     created_at=NOON)  # fmt: skip
        redemption = await Redemption.create(
            member_id=member, reward_id=reward.id, unit_id=unit.id, points=1, state="reserved", hold_id=hold.id,
            terms='{"format":1}', reserved_at=NOON, ends_at=NOON)  # fmt: skip
        await Voucher.create(reward_id=reward.id, code=f"MUG-{member}", state="issued", redemption_id=redemption.id,
                             created_at=NOON, issued_at=NOON)  # fmt: skip


async def test_everything_is_there(tenant: TenantId) -> None:
    member = (await upsert(FULL)).id
    await upsert(MemberInput(id=member, consents=[ConsentInput("email", False, "mail")]))
    await facts.put(member, "tier", {"name": "gold"})
    await give_history(member, entries=3)
    found = await exported(member)
    assert list(found) == [
        "format", "exported_at", "member", "consents", "facts", "activities", "accounts", "entries", "lots",
        "redemptions", "grants", "payments", "gift_cards", "balance_credits", "tiers", "tier_raises", "perk_uses",
        "tasks", "tasks_done", "referral_codes", "referrals", "memberships",
        "membership_changes", "charges", "passes", "dividends", "donations", "game_plays", "game_entries", "game_wins",
        "partner_links", "partner_conversions", "coalition_conversions",
    ]  # fmt: skip
    assert found["member"]["name"] == "Zoë Müller" and found["member"]["birthday"] == "1990-02-28"
    assert found["member"]["tags"] == ["berlin", "vip"] and found["member"]["attributes"]["colour"] == "grün"
    consents = [(consent["granted"], consent["source"]) for consent in found["consents"]]
    assert consents == [(True, "checkout"), (False, "mail")]
    assert [(fact["name"], fact["value"]) for fact in found["facts"]] == [("tier", {"name": "gold"})]
    (activity,) = found["activities"]
    assert (activity["body"], activity["result"], activity["explanation"]) == ({"lines": []}, {"earned": 3}, [])
    assert activity["occurred_at"] == "2026-11-21T12:00:00+00:00"
    assert [(account["posted"], account["unit"]) for account in found["accounts"]] == [(3, f"points-{member}")]
    assert [(entry["seq"], entry["side"], entry["kind"], entry["balance_after"]) for entry in found["entries"]] == [
        (1, "credit", "now", 1), (2, "credit", "now", 2), (3, "credit", "now", 3), (4, "debit", "hold", 3)]  # fmt: skip
    assert [lot["remaining"] for lot in found["lots"]] == [1, 1, 1]
    assert [(one["reward"], one["voucher"], one["terms"]) for one in found["redemptions"]] == [
        ("A mug", f"MUG-{member}", {"format": 1})]  # fmt: skip
    async with scope.reading():
        assert await AuditEntry.filter(action="member.exported", target=f"member:{member}").count() == 1


async def test_pages_of_two_give_the_same_document(tenant: TenantId, monkeypatch: pytest.MonkeyPatch) -> None:
    member = (await upsert(FULL)).id
    for granted in (False, True, False, True):
        await upsert(MemberInput(id=member, consents=[ConsentInput("email", granted, "mail")]))
    await give_history(member, entries=5)
    whole = await exported(member)
    monkeypatch.setattr(export_module, "PAGE_ROWS", 2)
    assert await exported(member) == whole
    assert len(whole["entries"]) == 6 and len(whole["lots"]) == 5 and len(whole["consents"]) == 5


async def test_nothing_of_other_members_and_tenants(tenant: TenantId, other: TenantId) -> None:
    with scope.of(other):
        theirs = (await by_external_id(CANARY)).id
        await give_history(theirs, entries=1)
    member = (await upsert(MemberInput(external_id="c-9"))).id
    await give_history((await upsert(FULL)).id, entries=1)
    found = await exported(member)
    assert {name: value for name, value in found.items() if isinstance(value, list)} == {
        section.name: [] for section in export_module.SECTIONS}  # fmt: skip
    with pytest.raises(Refusal, match="NOT_FOUND"):
        await export(theirs)


async def test_of_an_erased_member_what_remained(tenant: TenantId) -> None:
    member = (await upsert(FULL)).id
    await give_history(member, entries=1)
    await erase(member)
    text = json.dumps(found := await exported(member), ensure_ascii=False)
    assert "Zoë" not in text and '"c-1"' not in text  # quoted: bare, an id can hold it
    assert (found["member"]["state"], len(found["entries"]), len(found["consents"])) == ("erased", 2, 1)


async def test_the_stream_keeps_its_scope(tenant: TenantId, other: TenantId) -> None:
    member = (await upsert(FULL)).id
    pieces = await export(member)
    with scope.of(other):
        text = b"".join([piece async for piece in pieces])
        async with scope.reading():
            assert await MemberConsent.all().count() == 0
    assert json.loads(text)["consents"][0]["purpose"] == "email"


async def test_members_entries_are_found_by_index_on_postgres(tenant: TenantId, database: DatabaseUrls) -> None:
    if db.dialect() != "postgres":
        pytest.skip("about PostgreSQL's planner")
    async with scope.writing():
        await db.execute("""
            INSERT INTO account (tenant_id, id, unit_id, owner, book, created_at)
            SELECT $1, gen_random_uuid(), gen_random_uuid(), 'member:' || n, 'available', now()
            FROM generate_series(1, 1000) AS n""", tenant)  # fmt: skip
        await db.execute("""
            INSERT INTO transfer (tenant_id, id, key, kind, reason, unit_id, debit, credit, amount, batch_id,
                                  effective_at, recorded_at, credit_seq, credit_after)
            SELECT tenant_id, gen_random_uuid(), id || '-' || n, 'now', 'earn', unit_id, gen_random_uuid(), id, 1, id,
                   now(), now(), n, n
            FROM account, generate_series(1, 10) AS n WHERE tenant_id = $1""", tenant)  # fmt: skip
        await db.execute(
            """
            INSERT INTO lot (tenant_id, id, account_id, transfer_id, amount, remaining, earned_at)
            SELECT tenant_id, gen_random_uuid(), credit, id, 1, 1, now() FROM transfer WHERE tenant_id = $1""",
            tenant,
        )
    owner = await asyncpg.connect(database.admin_url)
    try:
        await owner.execute("ANALYZE account, transfer, lot")
    finally:
        await owner.close()
    for name in ("entries", "lots"):
        (section,) = [section for section in export_module.SECTIONS if section.name == name]
        async with scope.reading():
            plan = await db.rows(f"EXPLAIN {section.sql}", tenant, "member:7", *section.start, 10)
        text = "\n".join(row["QUERY PLAN"] for row in plan)
        assert "transfer_by_credit" in text and "account_by_owner" in text and "Seq Scan on transfer" not in text, text
