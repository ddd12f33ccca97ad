"""Passes: bought, used, given back; and what an erasure leaves of a membership."""

from __future__ import annotations

import asyncio

import pytest

from connect.payments import sandbox
from kit import clock
from members.erase import NOWHERE, erase
from programs.paid import passes
from programs.paid.passes import Bought, Buy, Returned
from programs.paid.views import PassState, PassView
from tenants import scope
from tests.programs.paid.conftest import START, Club, code, open_club
from tests.programs.paid.factories import at, card, visits

MONTH = card("month", 31_00, scope={"type": "unlimited", "months": 1})
LASTING = card("lasting", scope={"type": "visits", "number": 3}, refundable=False)


async def open_gate(**more: object) -> Club:
    return await open_club({"unit": "points", "passes": [visits(3, months=12), MONTH, LASTING], **more})


async def buy(club: Club, slug: str = "ten", method: str = "card_succeeds", key: str | None = None) -> Bought:
    with clock.pinned(club.now):
        return await passes.buy(key or club.key("buy"), Buy(club.member, club.program, slug, method))


async def use(club: Club, found: PassView, key: str | None = None) -> PassView:
    with clock.pinned(club.now):
        return await passes.use(key or club.key("use"), found.id)


async def refund(club: Club, found: PassView, key: str | None = None) -> Returned:
    with clock.pinned(club.now):
        return await passes.refund(key or club.key("refund"), found.id)


async def bought(club: Club, slug: str = "ten") -> PassView:
    found = (await buy(club, slug)).card
    assert found is not None
    return found


async def test_visits_are_counted_once_each_and_no_further(database: object) -> None:
    club = await open_gate()
    with scope.of(club.tenant):
        found = await bought(club)
        assert (found.state, found.visits, found.ends_at) == (PassState.ACTIVE, 3, at("2027-01-31 10:00"))
        for key, used in (("a", 1), ("a", 1), ("b", 2)):
            assert (await use(club, found, key)).used == used
        # Two come at once for the last visit: one gets it.
        codes = await asyncio.gather(*(_code_of(club, found, key) for key in ("c", "d")))
        assert sorted(codes) == ["LIMIT_REACHED", "used"]
        assert await code(refund(club, found)) == "NOT_ELIGIBLE"


async def _code_of(club: Club, found: PassView, key: str) -> str:
    from kit.errors import Refusal

    try:
        await use(club, found, key)
    except Refusal as refusal:
        return refusal.code
    return "used"


async def test_a_pass_that_is_over_or_declined_is_none(database: object) -> None:
    club = await open_gate()
    with scope.of(club.tenant):
        assert await code(buy(club, method="card_declined")) == "DECLINED"
        assert await code(buy(club, "none")) == "NOT_FOUND"
        found = await bought(club)
        club.now = at("2027-01-31 10:00")
        assert await code(use(club, found)) == "ENDED"
        assert await code(refund(club, found)) == "NOT_ELIGIBLE"


@pytest.mark.parametrize(
    ("slug", "used", "day", "back"),
    [
        ("ten", 1, "2026-03-01", 66_66),  # two visits of three are left: 100.00 × 2 / 3
        ("month", 5, "2026-02-09", 19_92),  # 18 of 28 days are left after 9 February: 31.00 × 18 / 28
        ("ten", 0, "2026-12-31", 100_00),
    ],
)
async def test_the_unused_share_goes_back_once(database: object, slug: str, used: int, day: str, back: int) -> None:
    club = await open_gate()
    with scope.of(club.tenant):
        found = await bought(club, slug)
        for _ in range(used):
            await use(club, found)
        club.now = at(f"{day} 09:00")
        for _ in range(2):
            done = await refund(club, found, "same")
            assert [(each.amount, each.state) for each in done.refunds] == [(back, "succeeded")]
        assert await code(refund(club, found)) == "WRONG_STATE"
        assert await code(use(club, found)) == "WRONG_STATE"


async def test_what_is_not_refundable_stays(database: object) -> None:
    club = await open_gate()
    with scope.of(club.tenant):
        assert await code(refund(club, await bought(club, "lasting"))) == "NOT_ELIGIBLE"


async def test_an_erased_member_is_charged_no_more(club: Club) -> None:
    await club.joined()
    with clock.pinned(START):
        await erase(club.member)
    await club.jobs(at("2026-01-31 11:00"))
    (row,) = await club.rows("SELECT state, method FROM membership WHERE tenant_id = $1")
    assert (row["state"], row["method"]) == ("ended", None)
    (charge,) = await club.rows("SELECT method FROM charge WHERE tenant_id = $1")
    assert charge["method"] == "erased"
    assert await club.jobs(at("2027-03-01 11:00")) == 0


async def test_an_erasure_leaves_no_address_that_a_page_led_back_to(club: Club) -> None:
    waiting = await club.join(method=None, return_url="https://shop.example/ann@example.com")
    assert waiting.charge is not None and waiting.charge.page_url is not None
    with clock.pinned(club.now):
        await erase(club.member)
        for table in ("charge", "sandbox_payment"):
            (row,) = await club.rows(f"SELECT return_url FROM {table} WHERE tenant_id = $1")
            assert row["return_url"] == NOWHERE
        await sandbox.pay(waiting.charge.page_url.rpartition("/")[2], "4242424242424242")
    await club.jobs(at("2026-01-31 10:05"))
    assert await club.money() == [("join", 139_00, "succeeded"), ("refund", 139_00, "succeeded")]
