"""The demo's coalition: a story that is always the same, lived through, with clearing that is right."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.progress import Progress, TaskID

from demo import coalition, coalition_rules, coalition_story, opening
from kit import clock, db
from programs.activity import ActivityKind
from programs.coalition import links, partners, settlement_views
from programs.coalition.entries import EntryKind
from programs.coalition.links import LinkConsent
from programs.coalition.settlement_views import SettlementState
from programs.verify import verify
from settings import Settings
from tenants import principals, scope
from tenants.scope import TenantId

FIRST = date(2026, 9, 17)


def test_the_story_is_always_the_same_and_refunds_what_was_bought() -> None:
    told = coalition_story.tell(FIRST)
    assert told == coalition_story.tell(FIRST)
    assert [each.number for each in told] == list(range(len(told)))
    assert [each.day for each in told] == sorted(each.day for each in told)
    for each in told:
        if each.kind is ActivityKind.REFUND:
            assert each.order is not None
            order = told[each.order]
            assert (order.kind, order.customer, order.brand) == (ActivityKind.PURCHASE, each.customer, each.brand)
            assert order.day < each.day
        assert each.points <= each.cents
    assert Counter(each.kind for each in told)[ActivityKind.SIGNUP] == coalition_story.MEMBERS
    assert {each.brand for each in told if each.points} == set(coalition_rules.BRANDS), "points are spent at each"


async def told_tenant() -> TenantId:
    found = await opening.find(coalition.SHOP)
    assert found is not None
    return TenantId(found.id)


@pytest.mark.slow
async def test_the_club_has_settlements_of_each_state_and_clean_books(database: object, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with Progress(disable=True) as progress:
        assert [await coalition.load(settings, progress) for _ in range(2)] == [True, False]
    tenant = await told_tenant()
    assert await verify(tenant, True) == ()
    with scope.of(tenant):
        found = await settlement_views.page(first=100)
        assert {each.state for each in found} == set(SettlementState)
        assert any(line.original_on is not None for each in found for line in each.lines), "something is adjusted"
        assert {each.due > 0 for each in found if each.due} == {True, False}, "some owe, some are owed"
        async with scope.reading():
            rows = await db.rows("SELECT remaining FROM partner_block WHERE tenant_id = $1 ORDER BY id", tenant)
        market = await partners.of_slug(coalition_rules.MARKET)
        known = await links.page_of_partner(market.id, None, 100)
        async with scope.reading():
            (row,) = await db.rows(_BESIDES, tenant)
    first, second = (row["remaining"] for row in rows)
    assert first == 0 < second < 2_000, "the second block is used, and nearly empty"
    assert {LinkConsent.PROFILE_NAME in each.consent for each in known} == {True, False}

    assert dict(row) == {"conversions": 5, "undone": 1, "perks": 3, "unlinked": 1, "expired": 3}
    settled = [line.kind for each in found for line in each.lines]
    assert {EntryKind.PERK, EntryKind.BLOCK, EntryKind.FEE} <= set(settled), "what is cleared besides points is settled"


_BESIDES = """
SELECT (SELECT count(*) FROM partner_conversion WHERE tenant_id = $1) AS conversions,
       (SELECT count(*) FROM partner_conversion WHERE tenant_id = $1 AND undone_at IS NOT NULL) AS undone,
       (SELECT count(*) FROM partner_perk_use WHERE tenant_id = $1) AS perks,
       (SELECT count(*) FROM member_link WHERE tenant_id = $1 AND unlinked_at IS NOT NULL) AS unlinked,
       (SELECT count(*) FROM transfer WHERE tenant_id = $1 AND reason = 'expire') AS expired"""


@pytest.mark.slow
async def test_partners_keys_are_told(database: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coalition_story, "MEMBERS", 2)
    settings = Settings(data_dir=tmp_path)
    with Progress(disable=True) as progress:
        await coalition.load(settings, progress)
    (told,) = opening.tenants_told(settings)
    assert [one["slug"] for one in told["partners"]] == list(coalition_rules.BRANDS)
    for one in told["partners"]:
        found = await principals.by_partner_key(one["key"])
        with scope.of(await told_tenant()):
            assert found.partner_id == (await partners.of_slug(one["slug"])).id


class _BrokenOff(BaseException):
    pass


class _Impatient(Progress):
    """Breaks the loading off after so much has happened."""

    def advance(self, task_id: TaskID, advance: float = 1) -> None:
        super().advance(task_id, advance)
        if self.tasks[task_id].completed >= 40:
            raise _BrokenOff


@pytest.mark.slow
async def test_club_that_was_broken_off_goes_on_where_it_stopped(
    database: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coalition_story, "MEMBERS", 12)
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(_BrokenOff), _Impatient(disable=True) as progress:
        await coalition.load(settings, progress)
    (told,) = opening.tenants_told(settings)
    with Progress(disable=True) as progress, clock.pinned(clock.now() + timedelta(days=1)):
        assert [await coalition.load(settings, progress) for _ in range(2)] == [True, False]
    assert opening.tenants_told(settings) == [told], "the keys that were told are the ones"
    tenant = await told_tenant()
    story = coalition_story.tell(coalition.SHOP.today() - timedelta(days=coalition_story.DAYS))
    with scope.of(tenant):
        async with scope.reading():
            (row,) = await db.rows(
                "SELECT (SELECT count(*) FROM activity WHERE tenant_id = $1) AS activities, "
                "(SELECT count(*) FROM partner_terms WHERE tenant_id = $1) AS terms, "
                "(SELECT count(*) FROM partner_block WHERE tenant_id = $1) AS blocks, "
                "(SELECT count(*) FROM redemption WHERE tenant_id = $1 AND state = 'confirmed') AS redemptions",
                tenant,
            )
    spent = sum(each.points > 0 for each in story)
    assert (row["activities"], row["terms"], row["blocks"], row["redemptions"]) == (len(story), 5, 2, spent)
    assert await verify(tenant, True) == ()
