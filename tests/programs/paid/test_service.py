"""Joining, renewing, dunning, cancelling and upgrading, against the sandbox provider."""

from __future__ import annotations

import pytest

from connect.payments import sandbox
from kit import clock
from programs.activity import Line
from programs.paid import outcomes, provider, service
from programs.paid.life import State
from programs.paid.provider import Charge, Outcome, Status, Unavailable
from programs.paid.service import CancelWhen
from tenants import scope
from tests.programs.paid.conftest import START, Club, code, open_club
from tests.programs.paid.factories import Document, at, paid, plan

TRIED: Document = paid(plan(period="month", price=10_00, trial={}), plan("gold", 300_00))
AT_END = CancelWhen.AT_PERIOD_END


async def test_joining_charges_once_and_opens_the_segment(club: Club) -> None:
    for _ in range(2):
        found = (await club.join(key="same")).membership
        assert found is not None
        assert (found.state, found.paid, found.ends_at) == (State.ACTIVE, 139_00, at("2027-01-31 10:00"))
    assert await club.money() == [("join", 139_00, "succeeded")]
    assert "plan:prime" in await club.segments()
    assert await code(club.join()) == "ALREADY_MEMBER"


async def test_a_declined_card_leaves_nothing_and_answers_alike(club: Club) -> None:
    for _ in range(2):
        assert await code(club.join(method="card_declined", key="same")) == "DECLINED"
    assert await club.money() == [("join", 139_00, "declined")]
    assert await club.memberships() == () and await club.segments() == frozenset()
    assert (await club.join()).membership is not None


async def test_a_page_is_paid_on_later(club: Club) -> None:
    waiting = await club.join(method=None, return_url="https://shop.example/thanks")
    assert waiting.membership is None and waiting.charge is not None and waiting.charge.page_url is not None
    page = waiting.charge.page_url.rpartition("/")[2]
    with clock.pinned(START):
        assert (await sandbox.pay(page, "4000 0000 0000 0002")).status is Status.DECLINED
        assert (await outcomes.finish(waiting.charge.id)).state == "open"
        assert (await sandbox.pay(page, "4242 4242 4242 4242")).status is Status.SUCCEEDED
        for _ in range(2):
            assert (await outcomes.finish(waiting.charge.id)).state == "succeeded"
    assert (await club.current()).state is State.ACTIVE
    assert await club.money() == [("join", 139_00, "succeeded")]


async def test_a_page_that_nobody_pays_on_expires(club: Club) -> None:
    await club.join(method=None, return_url="https://shop.example/thanks")
    await club.jobs(at("2026-02-01 10:00"))
    assert await club.money() == [("join", 139_00, "expired")]


async def test_two_pages_paid_for_one_membership_give_one_back(club: Club) -> None:
    pages = [await club.join(method=None, return_url="https://shop.example/") for _ in range(2)]
    for waiting in pages:
        assert waiting.charge is not None and waiting.charge.page_url is not None
        with clock.pinned(START):
            await sandbox.pay(waiting.charge.page_url.rpartition("/")[2], "4242424242424242")
    await club.jobs(at("2026-01-31 10:10"))
    assert len(await club.memberships()) == 1
    assert sorted(await club.money()) == [
        ("join", 139_00, "succeeded"), ("join", 139_00, "succeeded"), ("refund", 139_00, "succeeded"),
    ]  # fmt: skip


async def test_a_year_goes_by_and_a_late_job_catches_up(club: Club) -> None:
    await club.joined()
    await club.jobs(at("2027-01-31 09:59"))
    assert len(await club.money()) == 1
    await club.jobs(at("2027-03-02 00:00"))
    assert await club.jobs() == 0
    assert await club.money() == [("join", 139_00, "succeeded"), ("renew", 139_00, "succeeded")]
    assert (await club.current()).ends_at == at("2028-01-31 10:00")


async def test_a_trial_comes_once_and_is_charged_at_its_end(database: object) -> None:
    club = await open_club(TRIED)
    with scope.of(club.tenant):
        found = await club.joined()
        assert (found.state, found.paid, found.ends_at) == (State.TRIAL, 0, at("2026-02-28 10:00"))
        assert await club.money() == [] and "plan:prime" in await club.segments()
        await club.jobs(at("2026-02-28 10:00"))
        found = await club.current()
        assert (found.state, found.ends_at) == (State.ACTIVE, at("2026-03-28 10:00"))
        await club.cancel(found.id)
        again = await club.joined()
        assert again.state is State.ACTIVE, "the trial was had before"
    assert [each[1] for each in await _money(club)] == [10_00, 10_00]


async def test_a_card_that_expires_is_dunned_then_ends(database: object) -> None:
    club = await open_club(paid(plan(period="month", price=10_00)))
    with scope.of(club.tenant):
        await club.joined(method="card_expires_later")
        await club.jobs(at("2026-02-28 10:00"))
        assert (await club.current()).state is State.ACTIVE
        await club.jobs(at("2026-05-10 10:00"))  # downtime: the term ended on 31 March, the card on 1 April
        states = []
        for day in range(10, 25):
            await club.jobs(at(f"2026-05-{day} 10:00"))
            states.append((await club.current()).state.value)
        assert states == ["past_due"] * 14 + ["ended"]
        tries = [each for each in await club.money() if each[0] == "renew"]
        assert tries == [("renew", 10_00, "succeeded")] + [("renew", 10_00, "declined")] * 4
        assert await club.segments() == frozenset()
        assert await club.changes() == ["joined", "renewed", *["declined"] * 4, "ended"]


async def test_free_days_come_before_the_end_once_a_term(database: object) -> None:
    club = await open_club(paid(plan(free_days={})))
    with scope.of(club.tenant):
        found = await club.joined()
        await club.cancel(found.id, AT_END)
        await club.jobs(at("2027-01-24 10:00"))
        assert (await club.current()).ends_at == at("2027-02-07 10:00")
        with clock.pinned(club.now):
            assert await code(service.give_days("days", found.id, 3)) == "LIMIT_REACHED"
        await club.jobs(at("2027-02-07 10:00"))
        assert (await club.current()).state is State.ENDED
        assert await club.changes() == ["joined", "cancelling", "days_given", "ended"]


async def test_cancelling_at_the_end_can_be_taken_back(club: Club) -> None:
    found = await club.joined()
    for _ in range(2):
        done = await club.cancel(found.id, AT_END, key="same")
    assert (done.membership.state, done.refunds) == (State.CANCELLING, ())
    assert await code(club.cancel(found.id, AT_END)) == "WRONG_STATE"
    with clock.pinned(START):
        assert (await service.resume("r", found.id)).state is State.ACTIVE
        assert await code(service.resume("r2", found.id)) == "WRONG_STATE"
    await club.cancel(found.id, AT_END)
    await club.jobs(at("2027-01-31 10:00"))
    assert (await club.current()).state is State.ENDED and await club.segments() == frozenset()
    assert len(await club.money()) == 1


REFUND: Document = paid(refund={"full_within_days": 3, "otherwise": "prorated"})


@pytest.mark.parametrize(
    ("day", "bought", "returned", "back"),
    [
        ("02-02", False, False, 139_00),  # within three days, unused
        ("02-02", True, False, 137_85),  # used: 362 of 365 days are left after 2 February
        ("02-02", True, True, 139_00),  # what was bought came back whole: unused
        ("02-05", False, False, 136_71),  # later: 359 of 365
    ],
)
async def test_what_cancelling_now_gives_back(
    database: object, day: str, bought: bool, returned: bool, back: int
) -> None:
    club = await open_club(REFUND)
    with scope.of(club.tenant):
        found = await club.joined()
        if bought:
            await club.buy(50_00)
        if returned:
            await club.happen("refund", order_id="1", lines=(Line("l1", 0),))
        club.now = at(f"2026-{day} 09:00")
        assert (await club.current()).refund_now == back
        for _ in range(2):
            done = await club.cancel(found.id, key="same")
        assert [(each.amount, each.state) for each in done.refunds] == [(back, "succeeded")]
        assert done.membership.state is State.ENDED
        assert await club.money() == [("join", 139_00, "succeeded"), ("refund", back, "succeeded")]


async def test_an_upgrade_takes_off_what_is_left(database: object) -> None:
    club = await open_club(paid(plan(), plan("gold", 300_00), plan("tiny", 1_00)))
    with scope.of(club.tenant):
        found = await club.joined()
        club.now = at("2026-08-01 10:00")  # 182 of 365 days are left after it: 69.30 off
        for _ in range(2):
            done = await club.upgrade(found.id, "gold", key="same")
        assert (done.plan_id, done.paid, done.ends_at) == ("gold", 300_00, at("2027-08-01 10:00"))
        assert await club.money() == [("join", 139_00, "succeeded"), ("upgrade", 230_70, "succeeded")]
        assert await club.segments() == {"plan:gold"}
        assert await code(club.upgrade(found.id, "tiny")) == "NOT_ELIGIBLE"
        assert await code(club.upgrade(found.id, "none")) == "NOT_FOUND"


async def test_an_upgrade_that_is_declined_changes_nothing(database: object) -> None:
    club = await open_club(paid(plan(period="month", price=10_00), plan("gold", 300_00)))
    with scope.of(club.tenant):
        found = await club.joined(method="card_expires_later")
        await club.jobs(at("2026-03-31 09:00"))
        club.now = at("2026-04-01 10:00")
        await club.jobs(at("2026-03-31 10:00"))
        club.now = at("2026-04-02 10:00")
        assert await code(club.upgrade(found.id, "gold")) == "DECLINED"
        now = await club.current()
        assert (now.plan_id, now.state) == ("prime", State.ACTIVE)
        assert (await club.cancel(found.id)).membership.state is State.ENDED


async def test_who_is_past_due_pays_by_another_card(database: object) -> None:
    club = await open_club(paid(plan(period="month", price=10_00)))
    with scope.of(club.tenant):
        found = await club.joined(method="card_expires_later")
        assert await code(club.pay(found.id, "card_succeeds")) == "WRONG_STATE"
        await club.jobs(at("2026-03-31 10:00"))
        await club.jobs(at("2026-04-30 10:00"))
        assert (await club.current()).state is State.PAST_DUE
        assert await code(club.pay(found.id, "card_declined")) == "DECLINED"
        assert (await club.current()).state is State.PAST_DUE
        waiting = await club.pay(found.id, None, "https://shop.example/")
        assert waiting.charge is not None and waiting.charge.page_url is not None
        with clock.pinned(club.now):
            await sandbox.pay(waiting.charge.page_url.rpartition("/")[2], "4242424242424242")
        await club.jobs(at("2026-04-30 10:05"))
        now = await club.current()
        assert (now.state, now.ends_at) == (State.ACTIVE, at("2026-05-31 10:00"))
        await club.jobs(at("2026-05-31 10:00"))
        assert (await club.current()).ends_at == at("2026-06-30 10:00"), "the new card is on file"


async def test_two_trial_pages_are_one_trial(database: object) -> None:
    club = await open_club(TRIED)
    with scope.of(club.tenant):
        pages = [await club.join(method=None, return_url="https://shop.example/") for _ in range(2)]
        for waiting in pages:
            assert waiting.charge is not None and waiting.charge.page_url is not None
            with clock.pinned(club.now):
                await sandbox.pay(waiting.charge.page_url.rpartition("/")[2], "4242424242424242")
                await outcomes.finish(waiting.charge.id)
            if len(await club.memberships()) == 1 and (await club.current()).state is State.TRIAL:
                await club.cancel((await club.current()).id)
        assert [found.state for found in await club.memberships()] == [State.ENDED]


async def test_a_card_that_is_being_charged_is_not_charged_beside(club: Club) -> None:
    inner = await provider.provider_of("sandbox")
    assert inner is not None
    shaky = Shaky(inner)

    async def find(_name: str | None) -> provider.Provider | None:
        return shaky  # type: ignore[return-value]  # only charging is asked for

    provider.connect(find)
    assert await code(club.join()) == "PROVIDER_UNAVAILABLE"
    assert await code(club.join()) == "PAYMENT_PENDING"
    assert await club.money() == [("join", 139_00, "open")]


class Shaky:
    """The sandbox behind a line that breaks after the payment was made."""

    def __init__(self, inner: provider.Provider) -> None:
        self.inner, self.name, self.broken = inner, inner.name, True

    async def charge(self, wish: Charge) -> Outcome:
        answer = await self.inner.charge(wish)
        if self.broken:
            raise Unavailable("the line broke")
        return answer


async def test_a_crash_after_paying_is_made_good(club: Club) -> None:
    inner = await provider.provider_of("sandbox")
    assert inner is not None
    shaky = Shaky(inner)

    async def find(_name: str | None) -> provider.Provider | None:
        return shaky  # type: ignore[return-value]  # only charging is asked for

    provider.connect(find)
    assert await code(club.join(key="same")) == "PROVIDER_UNAVAILABLE"
    assert await club.money() == [("join", 139_00, "open")]
    shaky.broken = False
    await club.jobs(at("2026-01-31 10:05"))
    assert await club.money() == [("join", 139_00, "succeeded")]
    found = (await club.join(key="same")).membership
    assert found is not None and found.state is State.ACTIVE
    assert len(await club.rows("SELECT 1 FROM sandbox_payment WHERE tenant_id = $1")) == 1


async def test_gifts_come_with_the_first_paid_term_and_go_with_its_refund(database: object) -> None:
    gift = {"type": "points", "unit": "points", "points": 100}
    trial = plan(period="month", price=10_00, trial={}, gifts=[gift])
    club = await open_club(paid(trial, refund={"full_within_days": 3}))
    with scope.of(club.tenant):
        found = await club.joined()
        assert await club.balance() == 0
        await club.jobs(at("2026-02-28 10:00"))
        assert await club.balance() == 100
        await club.cancel(found.id)
        assert await club.balance() == 0


@pytest.mark.parametrize("price", [0, 36_50])
async def test_gifts_that_are_kept_are_not_given_again(database: object, price: int) -> None:
    gifts = [{"type": "points", "unit": "points", "points": 100}, {"type": "reward", "reward": "mug"}]
    club = await open_club(paid(plan(price=price, gifts=gifts), refund={"otherwise": "prorated"}))
    with scope.of(club.tenant):
        for _ in range(3):
            await club.cancel((await club.joined()).id)
        assert await club.balance() == 100
        assert len(await club.rows("SELECT 1 FROM reward_grant WHERE tenant_id = $1")) == 1


async def test_gifts_that_went_back_are_given_again(database: object) -> None:
    gifts = [{"type": "points", "unit": "points", "points": 100}, {"type": "reward", "reward": "mug"}]
    club = await open_club(paid(plan(gifts=gifts), refund={"full_within_days": 3}))
    with scope.of(club.tenant):
        await club.cancel((await club.joined()).id)
        assert await club.balance() == 0
        await club.joined()
        assert await club.balance() == 100
        open_ = "SELECT 1 FROM reward_grant WHERE tenant_id = $1 AND state <> 'taken_back'"
        assert len(await club.rows(open_)) == 1


async def test_a_plan_multiplies_what_points_give(database: object) -> None:
    dollar = {"id": "d", "name": "d", "earn": {"type": "per_amount", "points": 1, "per": 100, "currency": "USD"}}
    double = paid(plan(multipliers=[{"factor": "2"}]))
    club = await open_club(double, points={"unit": "points", "rules": [dollar]})
    with scope.of(club.tenant):
        await club.buy(10_00, "before")
        assert await club.balance() == 10
        await club.joined()
        await club.buy(10_00, "after")
        assert await club.balance() == 30


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"plan": "none"}, "NOT_FOUND"), ({"method": ""}, "INVALID"), ({"method": None}, "INVALID"),
        ({"method": None, "return_url": "javascript:alert(1)"}, "INVALID"),
    ],
)  # fmt: skip
async def test_what_cannot_be_joined_leaves_nothing(club: Club, given: dict[str, str], expected: str) -> None:
    assert await code(club.join(**given)) == expected
    assert await club.money() == []


async def _money(club: Club) -> list[tuple[str, int, str]]:
    with scope.of(club.tenant):
        return [each for each in await club.money() if each[0] != "refund"]
