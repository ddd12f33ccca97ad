"""Birthdays and anniversaries: on the local day, once a year, caught up with after downtime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from jobs.job import Lane
from jobs.runner import Runner
from jobs.schedule import schedule
from kit import clock
from kit.ids import encode
from kit.outbound import Outbound
from members.dependants import DependantInput
from members.erase import erase
from members.inputs import MemberInput
from members.service import upsert
from members.views import MemberView
from programs import merging
from programs.models import Program, StoredActivity
from programs.occasions import celebrate_due
from tenants import scope
from tenants.models import Tenant
from tests.conftest import DatabaseUrls
from tests.programs.shop import PointsShop, open_points_shop

CELEBRATE = [job for job in schedule(b"root", Outbound()) if job.name == "celebrate"]
BEFORE = datetime(2026, 5, 1, 12, tzinfo=UTC)
RULES: dict[str, Any] = {
    "unit": "points",
    "rules": [
        {"id": "drink", "name": "Birthday drink", "earn": {"type": "fixed", "points": 150}, "on": ["birthday"],
         "conditions": {"when": "!has(activity.payload.dependant)"}},
        {"id": "pet", "name": "Your pet's birthday", "earn": {"type": "fixed", "points": 20}, "on": ["birthday"],
         "conditions": {"when": 'has(activity.payload.dependant) && activity.payload.dependant_kind == "pet"'}},
        {"id": "year", "name": "A year more", "earn": {"type": "fixed", "points": 1}, "on": ["anniversary"],
         "conditions": {"when": "activity.payload.years >= 2"}},
    ],
}  # fmt: skip


@dataclass
class Party:
    """A tenant whose calendar is gone through when the test says."""

    shop: PointsShop

    async def at(self, year: int, month: int, day: int, hour: int = 12) -> Sequence[str]:
        """Run the job then; what was recorded so far."""
        await self.run(datetime(year, month, day, hour, tzinfo=UTC))
        return [f"{each.kind} {each.occurred_at:%Y-%m-%d %H:%M}" for each in await self.recorded()]

    async def run(self, at: datetime) -> None:
        with clock.pinned(at):
            for _ in range(2):
                await Runner(Lane.POINTS, CELEBRATE).tick()

    async def recorded(self) -> Sequence[StoredActivity]:
        with scope.of(self.shop.tenant):
            async with scope.reading():
                return await StoredActivity.all().order_by("occurred_at", "id")

    async def member(self, external_id: str = "bob", **given: Any) -> MemberView:
        with scope.of(self.shop.tenant), clock.pinned(BEFORE):
            return await upsert(MemberInput(external_id=external_id, **given))


async def open_party(zone: str = "UTC") -> Party:
    party = Party(await open_points_shop(RULES, zone=zone))
    assert await party.at(2026, 5, 1) == []
    return party


async def test_on_the_day_and_once_a_year(database: DatabaseUrls) -> None:
    party = await open_party()
    member = await party.member(birthday=date(1990, 5, 4))
    assert await party.at(2026, 5, 3) == []
    assert await party.at(2026, 5, 4) == ["birthday 2026-05-04 00:00"]
    assert await party.at(2026, 5, 4, 18) == await party.at(2026, 5, 20) == ["birthday 2026-05-04 00:00"]
    (activity,) = await party.recorded()
    assert (activity.key, activity.member_id, activity.source) == (f"birthday:{member.id}:2026", member.id, "calendar")
    party.shop.member_id = member.id
    assert await party.shop.available() == 150


async def test_a_pet_is_celebrated_by_its_kind_and_without_its_name(database: DatabaseUrls) -> None:
    party = await open_party()
    pet, child = DependantInput("pet", "Rex", date(2020, 5, 4)), DependantInput("child", "Ida", date(2020, 5, 4))
    unknown, newborn = DependantInput("pet", "Tom"), DependantInput("pet", "Pip", date(2026, 5, 1))
    member = await party.member(dependants=[pet, child, unknown, newborn])
    assert await party.at(2026, 5, 4) == ["birthday 2026-05-04 00:00"] * 2
    party.shop.member_id = member.id
    assert await party.shop.available() == 20
    payloads = [orjson.loads(each.body)["payload"] for each in await party.recorded()]
    by_kind = {each.kind: encode("dep", each.id) for each in member.dependants}
    assert sorted(payloads, key=lambda each: str(each["dependant_kind"])) == [
        {"dependant": by_kind["child"], "dependant_kind": "child"},
        {"dependant": next(encode("dep", d.id) for d in member.dependants if d.name == "Rex"), "dependant_kind": "pet"},
    ]


async def test_told_again_it_is_the_same_dependant(database: DatabaseUrls) -> None:
    party = await open_party()
    (rex,) = (await party.member(dependants=[DependantInput("pet", "Rex", date(2020, 5, 4))])).dependants
    await party.at(2026, 5, 4)
    again = await party.member(dependants=[DependantInput("pet", "Rex", date(2020, 5, 6))])
    assert [each.id for each in again.dependants] == [rex.id]
    assert len(await party.at(2026, 5, 6)) == 1


async def test_anniversaries_go_by_the_local_day_of_joining(database: DatabaseUrls) -> None:
    party = await open_party("Australia/Sydney")
    # The 4th of May in Sydney, one and two years ago; the 3rd in UTC.
    await party.member("one", joined_at=datetime(2025, 5, 3, 20, tzinfo=UTC))
    two = await party.member("two", joined_at=datetime(2024, 5, 3, 20, tzinfo=UTC))
    await party.member("late", joined_at=datetime(2025, 5, 4, 20, tzinfo=UTC))
    await party.member("new", joined_at=datetime(2026, 4, 30, 20, tzinfo=UTC))
    assert await party.at(2026, 5, 3, 13) == []
    assert await party.at(2026, 5, 3, 14) == ["anniversary 2026-05-03 14:00"] * 2
    assert sorted(orjson.loads(each.body)["payload"]["years"] for each in await party.recorded()) == [1, 2]
    party.shop.member_id = two.id
    assert await party.shop.available() == 1


@pytest.mark.parametrize(("year", "days"), [(2027, ["02-28"]), (2028, ["02-29"])])
async def test_29_february(database: DatabaseUrls, year: int, days: list[str]) -> None:
    party = await open_party()
    await party.member(birthday=date(2000, 2, 29), dependants=[DependantInput("pet", "Rex", date(2020, 2, 29))])
    await party.at(year, 2, 27)
    await party.at(year, 2, 28)
    found = await party.at(year, 3, 1)
    assert found == [f"birthday {year}-{days[0]} 00:00"] * 2


async def test_days_before_joining_are_not_celebrated(database: DatabaseUrls) -> None:
    party = await open_party()
    joined = datetime(2026, 5, 4, 9, tzinfo=UTC)
    with scope.of(party.shop.tenant), clock.pinned(joined):
        await upsert(MemberInput(external_id="late", birthday=date(1990, 5, 3)))
        await upsert(MemberInput(external_id="that day", birthday=date(1990, 5, 4)))
    assert await party.at(2026, 5, 20) == ["birthday 2026-05-04 00:00"]


async def test_downtime_is_caught_up_with_for_a_month(database: DatabaseUrls) -> None:
    party = await open_party()
    await party.member("a", birthday=date(1990, 5, 2))
    await party.member("b", birthday=date(1990, 6, 8))
    await party.member("c", birthday=date(1990, 7, 2))
    assert await party.at(2026, 7, 2) == ["birthday 2026-06-08 00:00", "birthday 2026-07-02 00:00"]


async def test_many_on_a_day_in_pieces(database: DatabaseUrls) -> None:
    party = await open_party()
    for number in range(7):
        await party.member(f"m{number}", birthday=date(1990, 5, 4), joined_at=datetime(2025, 5, 4, 9, tzinfo=UTC))
    assert await party.at(2026, 5, 3) == []
    for done in (3, 6, 9, 12, 14, 14):
        with clock.pinned(datetime(2026, 5, 4, 12, tzinfo=UTC)), scope.of(party.shop.tenant):
            async with scope.writing():
                await celebrate_due(3)
        assert len(await party.recorded()) == done


async def test_who_was_erased_is_not_celebrated(database: DatabaseUrls) -> None:
    party = await open_party()
    member = await party.member(birthday=date(1990, 5, 4), dependants=[DependantInput("pet", "Rex", date(2020, 5, 4))])
    with scope.of(party.shop.tenant):
        assert (await erase(member.id)).dependants == ()
    assert await party.at(2026, 5, 4) == []


async def test_programs_of_every_line_decide_once(database: DatabaseUrls) -> None:
    party = await open_party()
    with scope.of(party.shop.tenant):
        async with scope.writing():
            await Program.all().update(line="grooming")
            await Tenant.filter(id=party.shop.tenant).update(programs_revision=7)
    party.shop.member_id = (await party.member(birthday=date(1990, 5, 4))).id
    assert await party.at(2026, 5, 4) == ["birthday 2026-05-04 00:00"]
    assert await party.shop.available() == 150


async def test_a_key_that_the_shop_has_used_stops_nobody_else(database: DatabaseUrls) -> None:
    party = await open_party()
    first = await party.member("a", birthday=date(1990, 5, 4))
    await party.member("b", birthday=date(1990, 5, 4))
    party.shop.now = BEFORE
    await party.shop.happen("visit", key=f"birthday:{first.id}:2026")
    assert await party.at(2026, 5, 4) == ["visit 2026-05-01 12:00", "birthday 2026-05-04 00:00"]


@pytest.mark.parametrize(
    ("told_on", "born", "celebrated"),
    [
        ((2026, 5, 4, 18), date(1990, 5, 4), ["2026-05-04"]), ((2026, 5, 5, 9), date(1990, 5, 4), ["2026-05-04"]),
        ((2026, 5, 10, 23), date(1990, 5, 4), ["2026-05-04"]), ((2026, 5, 11, 0), date(1990, 5, 4), []),
        ((2026, 12, 31, 9), date(1990, 12, 29), ["2026-12-29"]), ((2027, 1, 2, 9), date(1990, 12, 29), ["2026-12-29"]),
        ((2027, 3, 2, 9), date(2000, 2, 29), ["2027-02-28"]),
    ],
)  # fmt: skip
async def test_a_birthday_told_of_late_is_celebrated_for_a_week(
    database: DatabaseUrls, told_on: tuple[int, int, int, int], born: date, celebrated: list[str]
) -> None:
    """With the next day, the member's own and the pet's; once, and for the day that it was."""
    party, at = await open_party(), datetime(*told_on, tzinfo=UTC)
    await party.member()
    await party.run(at)
    with scope.of(party.shop.tenant), clock.pinned(at):
        await upsert(MemberInput(external_id="bob", birthday=born, dependants=[DependantInput("pet", "Rex", born)]))
    for days in (0, 1, 2, 9):
        await party.run(at + timedelta(days=days))
    found = [f"{each.occurred_at:%Y-%m-%d}" for each in await party.recorded() if each.kind == "birthday"]
    assert found == [day for day in celebrated for _ in range(2)]


async def test_late_for_who_was_not_here_and_for_whom_it_was_celebrated_nothing_follows(database: DatabaseUrls) -> None:
    party = await open_party()
    rex = DependantInput("pet", "Rex", date(2020, 5, 4))
    ann = await party.member("ann", birthday=date(1990, 5, 4), dependants=[rex])
    bob = await party.member("bob")
    assert len(await party.at(2026, 5, 4)) == 2
    with scope.of(party.shop.tenant), clock.pinned(datetime(2026, 5, 5, 9, tzinfo=UTC)):
        # Brought over from another shop, where it was celebrated.
        await upsert(
            MemberInput(external_id="new", birthday=date(1990, 5, 4), joined_at=datetime(2020, 1, 1, tzinfo=UTC))
        )
        await upsert(MemberInput(external_id="ann", name="Ann", birthday=date(1990, 5, 3)))
    assert len(await party.at(2026, 5, 6)) == 2
    with scope.of(party.shop.tenant), clock.pinned(datetime(2026, 5, 6, 9, tzinfo=UTC)):
        await merging.merge("m", ann.id, bob.id)
        await upsert(MemberInput(external_id="bob", birthday=date(1990, 5, 9)))
    assert len(await party.at(2026, 5, 20)) == 2
