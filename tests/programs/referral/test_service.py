"""Referrals from the code to the gifts, and back; who cannot come by a code; what staff decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kit import clock
from members.erase import erase
from members.inputs import MemberInput
from members.service import upsert
from programs import merging
from programs import service as programs
from programs.explain import words
from programs.referral import codes, service, views
from programs.referral.views import Rejection
from rewards.models import Reward
from tenants import attempts, scope
from tenants.attempts import TooManyAttempts
from tests.programs.giving.conftest import refusal
from tests.programs.referral.conftest import Club, open_club, points
from tests.programs.shop import START
from tests.programs.stored_value.conftest import own_settings as own_settings


async def test_both_are_rewarded_once_the_order_was_kept(club: Club) -> None:
    bob = await club.friend()
    assert (await club.referral(bob)).state == "invited"
    assert await club.settle() == 0
    await club.buy(bob)
    assert await club.days_later(14) == 0
    assert (await club.given(club.ann), await club.given(bob)) == (0, 0)
    assert await club.days_later(1) == 1
    found = await club.referral(bob)
    assert (found.state, found.order_reference, found.look_at) == ("rewarded", "o-1", None)
    assert found.qualified_at == START.replace(day=17, hour=0)
    assert (await club.given(club.ann), await club.given(bob)) == (500, 200)
    assert await club.days_later(100) == 0


async def test_a_code_used_at_sign_up(club: Club) -> None:
    bob = await club.join("bob")
    recorded = await club.sign_up(bob, f" {(await club.code()).lower()[:4]}-{(await club.code())[4:]}")
    assert [words(line, {}) for line in recorded.explanation if line.code == "referral"] == [
        "A friend's code was used: the referral waits for the first order."
    ]
    assert (await club.sign_up(bob)).explanation[-1].inputs == (("outcome", "taken"),)
    assert (await club.referral(bob)).referrer_id == club.ann
    await club.buy(bob)
    await club.days_later(15)
    assert (await club.referral(bob)).state == "rewarded"


async def test_sign_up_and_purchase_in_one_batch(club: Club) -> None:
    import asyncio

    bob, code = await club.join("bob"), await club.code()
    await asyncio.gather(club.sign_up(bob, code), club.buy(bob, at=START + timedelta(seconds=1)))
    await club.days_later(15)
    assert (await club.referral(bob)).state == "rewarded"


async def test_an_order_that_comes_back_whole_takes_everything_back(club: Club) -> None:
    bob = await club.friend()
    await club.buy(bob)
    await club.days_later(15)
    await club.refund(bob, l1=1)
    assert await club.settle() == 1
    assert (await club.given(club.ann), await club.given(bob)) == (500, 200)
    await club.refund(bob, l1=1)
    assert await club.settle() == 1
    assert (await club.referral(bob)).state == "taken_back"
    assert (await club.given(club.ann), await club.given(bob)) == (0, 0)
    await club.buy(bob, order="o-2")
    assert await club.days_later(30) == 0


async def test_an_order_that_comes_back_in_time_brings_nothing(club: Club) -> None:
    bob = await club.friend()
    await club.buy(bob)
    await club.refund(bob, l1=2)
    club.now += timedelta(days=3)
    await club.buy(bob, order="o-2")
    await club.days_later(12)
    assert (await club.referral(bob)).state == "invited"
    await club.days_later(3)
    found = await club.referral(bob)
    assert (found.state, found.order_reference) == ("rewarded", "o-2")


async def test_what_is_left_of_an_order_counts(club: Club) -> None:
    bob = await club.friend()
    await club.buy(bob, 3000)
    await club.refund(bob, l1=1)
    await club.days_later(15)
    assert (await club.referral(bob)).state == "invited"


@pytest.mark.parametrize("signed_up", [True, False])
async def test_who_cannot_come_by_a_code(club: Club, signed_up: bool) -> None:
    """By mutation, and by the activity that tells of it."""
    customer, chain = await club.join("customer"), [club.ann]
    await club.buy(customer, at=START - timedelta(days=1))
    for name in ("one", "two"):
        chain.append(await club.friend(name, await club.code(chain[-1])))
    taken = chain[1]
    cases = [
        (club.ann, club.ann, "NOT_ELIGIBLE", "self"), (taken, club.ann, "TAKEN", "taken"),
        (customer, club.ann, "NOT_ELIGIBLE", "customer"), (club.ann, chain[2], "NOT_ELIGIBLE", "circle"),
    ]  # fmt: skip
    for friend, referrer, code, outcome in cases:
        text = await club.code(referrer)
        if signed_up:
            told = (await club.sign_up(friend, text)).explanation[-1]
            assert told.inputs == (("outcome", outcome),)
        else:
            assert (await refusal(service.claim(club.key(), friend, text))).code == code
    assert len(await views.page_of_referrals()) == 2


async def test_codes_that_nobody_has(club: Club) -> None:
    bob = await club.join("bob")
    for text in ("", "ABC", "00000000", "!!!!!!!!", "A" * 300):
        assert (await refusal(service.claim(club.key(), bob, text))).code == "NOT_FOUND"
    recorded = await club.sign_up(bob, "PROMO10")
    assert not [line for line in recorded.explanation if line.code == "referral"]
    code = await club.code()
    await erase(club.ann)
    assert (await refusal(service.claim(club.key(), bob, code))).code == "NOT_FOUND"


async def test_a_shopper_who_tries_many_codes_is_stopped_and_nobody_else(club: Club, own_settings: None) -> None:
    bob, carl, code = await club.join("bob"), await club.join("carl"), await club.code()
    with scope.of(club.shop.tenant, actor=f"member:{bob}"), clock.pinned(START):
        for number in range(attempts.NAMES_PER_SHOPPER.amount):
            assert (await refusal(service.claim(club.key(), bob, f"{number:08}"))).code == "NOT_FOUND"
        with pytest.raises(TooManyAttempts):
            await service.claim(club.key(), bob, code)
    with scope.of(club.shop.tenant, actor=f"member:{carl}"), clock.pinned(START):
        assert (await service.claim(club.key(), carl, code)).state == "invited"


async def test_a_code_stays(club: Club) -> None:
    first = await club.code()
    assert await club.code() == first and codes.read(first) == first and len(first) == 8


async def test_the_same_key_claims_once(club: Club) -> None:
    bob = await club.join("bob")
    made = [await service.claim("once", bob, await club.code()) for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("ann", "bob", "signs"),
    [
        ({"email": "ann@x.example"}, {"email": "Ann+two@X.example"}, ("email",)),
        ({"email": "ann.ann@gmail.com"}, {"email": "a.nnann+2@googlemail.com"}, ("email",)),
        ({"email": "ann.ann@x.example"}, {"email": "annann@x.example"}, ()),
        ({"phone": "+1 555 0100"}, {"phone": "1-555-0100"}, ("phone",)),
        ({"phone": "+1 555 0100"}, {"phone": "001 555 0100"}, ("phone",)),
        ({"attributes": {"address_hash": "f00"}}, {"attributes": {"address_hash": "f00"}}, ("attribute:address_hash",)),
        ({"email": "ann@x.example"}, {"email": "bob@x.example"}, ()),
        ({}, {}, ()),
    ],
)  # fmt: skip
async def test_two_who_look_like_one(
    database: object, ann: dict[str, Any], bob: dict[str, Any], signs: tuple[str, ...]
) -> None:
    club = await open_club(same_attributes=["address_hash"])
    with scope.of(club.shop.tenant), clock.pinned(START):
        await upsert(MemberInput(external_id="ann", **ann))
        friend = await club.friend("bob", **bob)
        await club.buy(friend)
        await club.days_later(15)
        found = await club.referral(friend)
        assert found.signs == signs
        assert found.state == ("qualified" if signs else "rewarded")


async def test_staff_decide(club: Club) -> None:
    await upsert(MemberInput(external_id="ann", email="ann@x.example"))
    friends = [await club.friend(name, email=f"ann+{name}@x.example") for name in ("one", "two")]
    for number, friend in enumerate(friends):
        await club.buy(friend, order=f"o-{number}")
    first, second = [(await club.referral(friend)).id for friend in friends]
    assert (await refusal(service.review(club.key(), first, True, "ok"))).code == "WRONG_STATE"
    await club.days_later(15)
    with clock.pinned(club.now):
        assert (await refusal(service.review(club.key(), first, True, " "))).code == "INVALID"
        assert (await service.review("a", first, True, "two people")).state == "rewarded"
        assert (await service.review("a", first, True, "two people")).state == "rewarded"
        rejected = await service.review("b", second, False, "one person")
        assert (rejected.state, rejected.reason, rejected.note) == ("rejected", Rejection.STAFF, "one person")
        assert (await refusal(service.review(club.key(), second, True, "after all"))).code == "WRONG_STATE"
    assert await club.given(club.ann) == 500


async def test_what_came_back_is_not_approved(club: Club) -> None:
    await upsert(MemberInput(external_id="ann", email="ann@x.example"))
    bob = await club.friend(email="ann@x.example")
    await club.buy(bob)
    await club.days_later(15)
    await club.refund(bob, l1=2)
    with clock.pinned(club.now):
        id_ = (await club.referral(bob)).id
        assert (await refusal(service.review(club.key(), id_, True, "ok"))).code == "WRONG_STATE"
    await club.settle()
    assert (await club.referral(bob)).state == "invited"


async def test_nothing_is_approved_for_who_is_gone(club: Club) -> None:
    await upsert(MemberInput(external_id="ann", email="ann@x.example"))
    bob = await club.friend(email="ann@x.example")
    await club.buy(bob)
    await club.days_later(15)
    await erase(bob)
    with clock.pinned(club.now):
        id_ = (await club.referral(bob)).id
        assert (await refusal(service.review(club.key(), id_, True, "ok"))).code == "WRONG_STATE"
        assert (await service.review(club.key(), id_, False, "gone")).state == "rejected"
    assert (await club.given(club.ann), await club.given(bob)) == (0, 0)


async def test_suspicion_can_reject(database: object) -> None:
    club = await open_club(suspicion="reject")
    with scope.of(club.shop.tenant), clock.pinned(START):
        await upsert(MemberInput(external_id="ann", email="ann@x.example"))
        at_once = await club.friend("one", email="ann@x.example")
        later = await club.friend("two")
        assert (await club.referral(at_once)).reason is Rejection.SAME_PERSON
        await upsert(MemberInput(external_id="two", email="ann@x.example"))
        await club.buy(later)
        await club.days_later(15)
        assert (await club.referral(later)).reason is Rejection.SAME_PERSON
        assert await club.given(club.ann) == 0


async def test_what_comes_to_light_later(club: Club) -> None:
    customer, gone = await club.friend("customer"), await club.friend("gone")
    for number, friend in enumerate((customer, gone)):
        await club.buy(friend, order=f"o-{number}")
    await club.buy(customer, order="past", at=START - timedelta(days=3))
    await erase(gone)
    await club.days_later(15)
    assert (await club.referral(customer)).reason is Rejection.CUSTOMER
    assert (await club.referral(gone)).reason is Rejection.GONE


async def test_a_friend_may_be_late(database: object) -> None:
    club = await open_club(within_days=5)
    with scope.of(club.shop.tenant), clock.pinned(START):
        bob, carl = await club.friend(), await club.friend("carl")
        await club.buy(carl)
        assert await club.days_later(6) == 2
        assert (await club.referral(bob)).reason is Rejection.LATE
        await club.days_later(9)
        assert (await club.referral(carl)).state == "rewarded"


async def test_caps_stop_the_referrers_gift_only(database: object) -> None:
    """Two a month: the third friend still gets theirs; in the next month it counts anew."""
    club = await open_club(caps=[{"friends": 2, "period": "month"}], return_days=1)
    with scope.of(club.shop.tenant), clock.pinned(START):
        for number in range(3):
            friend = await club.friend(f"f{number}")
            await club.buy(friend, order=f"o-{number}")
            await club.days_later(2)
            found = await club.referral(friend)
            assert (found.state, found.capped, await club.given(friend)) == ("rewarded", number == 2, 200)
        assert await club.given(club.ann) == 1000
        club.now = START.replace(month=4)
        friend = await club.friend("next")
        await club.buy(friend, order="next")
        await club.days_later(2)
        assert await club.given(club.ann) == 1500


async def test_a_reward_of_the_catalogue_as_a_gift(database: object) -> None:
    club = await open_club(referrer=[points(5), {"type": "reward", "reward": "mug"}], friend=[])
    with scope.of(club.shop.tenant), clock.pinned(START):
        async with scope.writing():
            unit = (await club.rows("SELECT id FROM unit WHERE tenant_id = $1"))[0]["id"]
            await Reward.create(slug="mug", name="Mug", description="", kind="free_product", unit_id=unit, points=9,
                                terms='{"format":1,"kind":"free_product","sku":"MUG"}',
                                audience='{"tiers":[],"segments":[]}', voucher_source="generated",
                                created_at=START)  # fmt: skip
        bob = await club.friend()
        await club.buy(bob)
        await club.days_later(15)
        states = "SELECT state FROM redemption WHERE tenant_id = $1"
        assert [row["state"] for row in await club.rows(states)] == ["confirmed"]
        await club.refund(bob, l1=2)
        await club.settle()
        assert [row["state"] for row in await club.rows(states)] == ["cancelled"]
        assert await club.given(club.ann) == 0


async def test_what_was_spent_is_a_shortfall(club: Club) -> None:
    from programs.adjusting import adjust

    bob = await club.friend()
    await club.buy(bob)
    await club.days_later(15)
    with clock.pinned(club.now):
        await adjust(club.key(), club.ann, "points", -500, "spent")
    await club.refund(bob, l1=2)
    await club.settle()
    assert (await club.referral(bob)).state == "taken_back"
    assert await club.available(club.ann) == 0
    (short,) = await club.rows("SELECT amount FROM shortfall WHERE tenant_id = $1")
    assert short["amount"] == 500


async def test_a_paused_program_is_asked_again(club: Club) -> None:
    bob = await club.friend()
    await club.buy(bob)
    with clock.pinned(club.now):
        await programs.pause(club.program)
    assert await club.days_later(15) == 1
    assert (await club.referral(bob)).look_at == club.now + timedelta(days=1)
    with clock.pinned(club.now):
        await programs.resume(club.program)
    assert await club.days_later(1) == 1
    assert (await club.referral(bob)).state == "rewarded"


async def test_what_a_member_brought(database: object) -> None:
    club = await open_club(link="https://shop.example/?friend={code}")
    with scope.of(club.shop.tenant), clock.pinned(START):
        bob = await club.friend()
        await club.friend("carl")
        await club.buy(bob)
        await club.days_later(15)
        with clock.pinned(club.now):
            (found,) = await views.of_member(club.ann)
        assert found.link == f"https://shop.example/?friend={found.code}"
        assert (found.friends, list(found.earned.values())) == ({"rewarded": 1, "invited": 1}, [500])


async def test_the_events_tell_it(club: Club) -> None:
    bob = await club.friend()
    await club.buy(bob)
    await club.days_later(15)
    await club.refund(bob, l1=2)
    await club.settle()
    told = await club.rows("SELECT kind FROM event WHERE tenant_id = $1 AND kind LIKE 'referral.%' ORDER BY id")
    assert [each["kind"] for each in told] == ["referral.claimed", "referral.rewarded", "referral.taken_back"]


async def test_orders_of_another_line_of_business(club: Club) -> None:
    """The program is of the main line: what is bought elsewhere neither helps nor harms."""
    bob = await club.join("bob")
    await club.buy(bob, order="wine-1", line="wine", at=START - timedelta(days=1))
    await service.claim(club.key(), bob, await club.code())
    await club.buy(bob, order="wine-2", line="wine")
    await club.days_later(15)
    assert (await club.referral(bob)).state == "invited"
    await club.buy(bob)
    await club.days_later(15)
    assert (await club.referral(bob)).state == "rewarded"


async def test_members_who_become_one(club: Club) -> None:
    """What each brought stays, the other's code leads to who stays, and nobody is their own friend."""
    other, old = await club.join("other"), await club.code()
    bob, mine = await club.friend("bob"), await club.friend("mine", await club.code(other))
    for number, friend in enumerate((bob, mine)):
        await club.buy(friend, order=f"o-{number}")
    own = await club.friend("own", await club.code(other))
    await club.days_later(15)
    with clock.pinned(club.now):
        await merging.merge("m-1", club.ann, other)
        await merging.merge("m-2", own, other)
        assert (await club.referral(bob)).referrer_id == (await club.referral(mine)).referrer_id == other
        carl = await club.friend("carl", old)
        assert (await club.referral(carl)).referrer_id == other
    assert (await club.referral(own)).referrer_id == other
    await club.refund(bob, "o-0", l1=2)
    await club.settle()
    assert (await club.referral(bob)).state == "taken_back"
    assert await club.available(other) == 500
