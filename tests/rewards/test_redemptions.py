"""Reserve, confirm, cancel, expire: the worked cases, every refusal, and what each leaves behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest

from events.models import Event
from kit import clock
from kit.ids import new_id
from ledger.models import Account, Transfer
from members.erase import erase
from members.facts import Fact, put_many
from members.models import Member
from members.views import MemberId
from programs.redeeming import confirm, redeem
from rewards import catalogue, history
from rewards.models import Redemption
from rewards.payment import PaymentTerms
from rewards.redemptions import AsPayment, ForReward, Wish, cancel, expire_due, reserve
from rewards.terms import FreeProduct, Money
from rewards.views import RedemptionId, RedemptionState, RedemptionView, RewardId, VoucherSource
from tenants import scope
from tenants.models import AuditEntry
from tests.ledger.helpers import START
from tests.rewards.conftest import Foreign, Store, alike, code, refusal

CENT = PaymentTerms(1, 1, "EUR", minimum=10, maximum_share_percent=50)
LATER = START + timedelta(minutes=15)


def pay(store: Store, points: int, order_amount: int | None = 10_000, terms: PaymentTerms = CENT) -> AsPayment:
    return AsPayment(store.unit, points, order_amount, terms)


async def events() -> list[str]:
    async with scope.reading():
        return [event.kind for event in await Event.all().order_by("id")]


async def taken(reward: RewardId) -> int:
    return (await catalogue.get(reward)).taken


# -- S7: the life of a redemption --------------------------------------------------------------------------------------


async def test_reserve_then_cancel(store: Store) -> None:
    mug = await store.reward(points=15, stock=3)
    reserved = await reserve("k1", store.member, ForReward(mug.id))
    assert (reserved.points, reserved.state, reserved.ends_at) == (15, RedemptionState.RESERVED, LATER)
    assert (reserved.reserved_at, reserved.closed_at, reserved.terms) == (START, None, FreeProduct("MUG"))
    assert await store.balance() == (85, 15)
    assert await taken(mug.id) == 1
    cancelled = await cancel("k2", reserved.id)
    assert (cancelled.state, cancelled.closed_at, cancelled.transfer_id) == (RedemptionState.CANCELLED, START, None)
    assert await store.balance() == (100, 0)
    assert await taken(mug.id) == 0
    assert await events() == ["redemption.reserved", "redemption.cancelled"]


async def test_reserve_then_confirm(store: Store) -> None:
    mug = await store.reward(points=15, stock=3)
    reserved = await reserve("k1", store.member, ForReward(mug.id), order_reference="o-1")
    confirmed = await confirm("k2", reserved.id)
    assert (confirmed.state, confirmed.order_reference) == (RedemptionState.CONFIRMED, "o-1")
    assert await store.balance() == (85, 0)
    assert await taken(mug.id) == 1
    assert await events() == ["redemption.reserved", "redemption.confirmed"]
    async with scope.reading():
        hold = await Transfer.get(id=confirmed.hold_id)
        post = await Transfer.get(id=confirmed.transfer_id)
        spent = await Account.get(id=post.credit)
    assert (hold.key, hold.kind, hold.reason) == ("k1/hold", "hold", "redeem")
    assert (post.key, post.kind, post.reason, post.amount) == ("k2/post", "post", "redeem", 15)
    assert spent.owner == "spent"


AFTER: list[tuple[str, str, str]] = [
    ("confirm", "confirm", "ALREADY_CLOSED"),
    ("confirm", "cancel", "ALREADY_CLOSED"),
    ("cancel", "confirm", "ALREADY_CLOSED"),
    ("cancel", "cancel", "ALREADY_CLOSED"),
    ("expire", "confirm", "HOLD_EXPIRED"),
    ("expire", "cancel", "ALREADY_CLOSED"),
]


@pytest.mark.parametrize(("first", "second", "expected"), AFTER)
@pytest.mark.parametrize("points", [15, 0])
async def test_a_redemption_is_closed_once(
    store: Store, first: str, second: str, expected: str, points: int
) -> None:  # fmt: skip
    mug = await store.reward(points=points, stock=1)
    reserved = await reserve("k1", store.member, ForReward(mug.id))
    verbs: dict[str, Callable[[str, RedemptionId], Awaitable[object]]] = {"confirm": confirm, "cancel": cancel}
    with clock.pinned(LATER if first == "expire" else START):
        if first == "expire":
            assert await expire_due(10) == 1
        else:
            await verbs[first]("k2", reserved.id)
        left, number = await store.balance(), await taken(mug.id)
        before = await history.get(reserved.id)
        refused = await refusal(verbs[second]("k3", reserved.id))
        assert (refused.code, refused.final, refused.field) == (expected, True, ("redemption",))
        assert (await store.balance(), await taken(mug.id), await history.get(reserved.id)) == (left, number, before)
        assert await expire_due(10) == 0
    assert left == ((85, 0) if first == "confirm" and points else (100, 0))
    assert number == (1 if first == "confirm" else 0)


@pytest.mark.parametrize("points", [15, 0])
async def test_after_its_end_it_can_only_be_let_go(store: Store, points: int) -> None:
    mug = await store.reward(points=points)
    reserved = await reserve("k1", store.member, ForReward(mug.id), hold_minutes=1)
    with clock.pinned(START + timedelta(minutes=1)):
        assert await code(confirm("k2", reserved.id)) == "HOLD_EXPIRED"
        assert (await cancel("k3", reserved.id)).state is RedemptionState.CANCELLED
    assert await store.balance() == (100, 0)


async def test_a_repeat_answers_the_same_and_does_nothing(store: Store) -> None:
    mug = await store.reward(points=15, stock=5)
    reserved = [await reserve("k1", store.member, ForReward(mug.id)) for _ in range(2)]
    assert reserved[0] == reserved[1]
    confirmed = [await confirm("k2", reserved[0].id) for _ in range(2)]
    assert confirmed[0] == confirmed[1]
    assert await reserve("k1", store.member, ForReward(mug.id)) == confirmed[0]  # as it is now
    assert await store.balance() == (85, 0)
    assert await taken(mug.id) == 1
    assert await events() == ["redemption.reserved", "redemption.confirmed"]
    cap = await store.reward("cap", 15)
    assert await code(reserve("k1", store.member, ForReward(cap.id))) == "IDEMPOTENCY_MISMATCH"
    assert await code(reserve("k1", store.member, ForReward(mug.id), hold_minutes=5)) == "IDEMPOTENCY_MISMATCH"
    assert await code(cancel("k2", reserved[0].id)) == "IDEMPOTENCY_MISMATCH"


async def test_a_refusal_by_the_business_is_kept_and_one_by_validation_is_not(store: Store) -> None:
    mug = await store.reward(points=101)
    refused = await refusal(reserve("k1", store.member, ForReward(mug.id)))
    assert (refused.code, refused.final) == ("INSUFFICIENT_POINTS", True)
    assert refused.message == "This needs 101 points; 100 can be spent."
    await store.earn(store.member, 1)
    assert await code(reserve("k1", store.member, ForReward(mug.id))) == "INSUFFICIENT_POINTS"
    assert await code(reserve("k2", store.member, ForReward(mug.id), hold_minutes=0)) == "OUT_OF_RANGE"
    assert (await reserve("k2", store.member, ForReward(mug.id))).points == 101


# -- the costs are the server's ----------------------------------------------------------------------------------------


async def test_s3_the_price_is_the_rewards(store: Store) -> None:
    await store.earn(store.member, 45)
    cheap = await store.reward(points=5)
    confirmed = await redeem("k1", store.member, ForReward(cheap.id))
    assert confirmed.points == 5
    await store.earn(store.member, 5)
    assert await store.balance() == (145, 0)


async def test_what_was_reserved_keeps_its_price_and_terms(store: Store) -> None:
    mug = await store.reward(points=15, terms=FreeProduct("MUG"))
    reserved = await reserve("k1", store.member, ForReward(mug.id))
    await store.reward(points=90, terms=FreeProduct("CUP"), ends_at=START)
    await catalogue.archive(mug.id)
    confirmed = await confirm("k2", reserved.id)
    assert (confirmed.points, confirmed.terms) == (15, FreeProduct("MUG"))
    assert await store.balance() == (85, 0)


PAYMENTS = [
    pytest.param(PaymentTerms(1, 1, "EUR", 500, 1, None, 50), 5000, 1000, (1000, 1000), id="S1"),
    pytest.param(PaymentTerms(1, 1, "EUR", multiple=3), 11, 11, (9, 9), id="S2"),
    pytest.param(PaymentTerms(1, 3, "EUR"), 3030, 3030, (3030, 9090), id="S6"),
    pytest.param(PaymentTerms(2, 300, "EUR"), 5, 5, (4, 600), id="S8"),
]


@pytest.mark.parametrize(("terms", "has", "asked", "expected"), PAYMENTS)
async def test_points_as_payment(
    store: Store, terms: PaymentTerms, has: int, asked: int, expected: tuple[int, int]
) -> None:  # fmt: skip
    who = await store.join(has)
    redemption = await redeem("k1", who, pay(store, asked, 10_000, terms), order_reference="o-1")
    assert (redemption.points, redemption.value) == (expected[0], Money(expected[1], "EUR"))
    assert (redemption.reward_id, redemption.terms, redemption.voucher) == (None, terms, None)
    assert await store.balance(who) == (has - expected[0], 0)


@pytest.mark.parametrize(
    ("points", "order", "expected", "final"),
    [
        (9, 10_000, "NOT_ELIGIBLE", True),
        (101, 10_000, "INSUFFICIENT_POINTS", True),
        (0, 10_000, "OUT_OF_RANGE", False),
        (2**53, 10_000, "OUT_OF_RANGE", False),
        (10, -1, "OUT_OF_RANGE", False),
        (10, None, "INVALID", False),
        (50, 0, "NOT_ELIGIBLE", True),
    ],
)
async def test_payments_that_cannot_be(
    store: Store, points: int, order: int | None, expected: str, final: bool
) -> None:  # fmt: skip
    refused = await refusal(reserve("k1", store.member, pay(store, points, order)))
    assert (refused.code, refused.final) == (expected, final)
    assert await store.balance() == (100, 0)
    assert await history.list_() == []


async def test_a_payment_too_large_to_be_written(store: Store) -> None:
    terms = PaymentTerms(1, 2**40, "EUR")
    assert await code(reserve("k1", store.member, pay(store, 2**20, None, terms))) == "OUT_OF_RANGE"


# -- who may have it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ends_at": START}, "ENDED"),
        ({"starts_at": START + timedelta(seconds=1)}, "NOT_ELIGIBLE"),
        ({"tiers": ("gold",)}, "NOT_ELIGIBLE"),
        ({"segments": ("vip",)}, "NOT_ELIGIBLE"),
        ({"stock": 0}, "OUT_OF_STOCK"),
        ({"voucher_source": VoucherSource.UPLOADED}, "OUT_OF_STOCK"),
        ({"points": 101}, "INSUFFICIENT_POINTS"),
    ],
)
async def test_rewards_that_cannot_be_had(store: Store, given: dict[str, Any], expected: str) -> None:
    mug = await store.reward(**given)
    for verb in (reserve, redeem):
        refused = await refusal(verb(f"k-{verb.__name__}", store.member, ForReward(mug.id)))
        assert (refused.code, refused.final) == (expected, True)
    assert await store.balance() == (100, 0)
    assert await history.list_() == [] and await events() == []
    assert await taken(mug.id) == 0


async def test_an_archived_reward_is_no_longer_offered(store: Store) -> None:
    mug = await store.reward()
    await catalogue.archive(mug.id)
    assert await code(reserve("k1", store.member, ForReward(mug.id))) == "ENDED"


async def test_tiers_and_segments_come_from_the_members_facts(store: Store) -> None:
    gold = await store.reward("gold", 10, tiers=("silver", "gold"))
    vip = await store.reward("vip", 10, segments=("vip",))
    both = await store.reward("both", 10, tiers=("gold",), segments=("new",))
    await put_many([Fact(store.member, "tier:p-1", "gold"), Fact(store.member, "segments", ["vip", "berlin"])])
    assert (await redeem("k1", store.member, ForReward(gold.id))).reward_id == gold.id
    assert (await redeem("k2", store.member, ForReward(vip.id))).reward_id == vip.id
    assert await code(redeem("k3", store.member, ForReward(both.id))) == "NOT_ELIGIBLE"


async def test_the_limit_per_member_counts_what_is_reserved_or_had(store: Store) -> None:
    mug = await store.reward(points=10, limit_per_member=2)
    first = await reserve("k1", store.member, ForReward(mug.id))
    await redeem("k2", store.member, ForReward(mug.id))
    assert await code(redeem("k3", store.member, ForReward(mug.id))) == "LIMIT_REACHED"
    await cancel("k4", first.id)
    await reserve("k5", store.member, ForReward(mug.id))
    assert await code(redeem("k6", store.member, ForReward(mug.id))) == "LIMIT_REACHED"
    other = await store.join(10)
    await redeem("k7", other, ForReward(mug.id))
    with clock.pinned(LATER):  # its end has come, though no job has run
        await redeem("k8", store.member, ForReward(mug.id))


async def test_stock_goes_with_the_redemption_and_comes_back(store: Store) -> None:
    mug = await store.reward(points=10, stock=1)
    first = await reserve("k1", store.member, ForReward(mug.id))
    assert await code(reserve("k2", store.member, ForReward(mug.id))) == "OUT_OF_STOCK"
    await cancel("k3", first.id)
    await redeem("k4", store.member, ForReward(mug.id))
    assert await code(reserve("k5", store.member, ForReward(mug.id))) == "OUT_OF_STOCK"
    assert (await store.reward(points=10, stock=2)).stock_left == 1
    await redeem("k6", store.member, ForReward(mug.id))
    assert (await store.reward(points=10, stock=1)).stock_left == 0


async def test_a_reward_that_costs_nothing_needs_no_points(store: Store) -> None:
    mug = await store.reward(points=0, limit_per_member=1)
    nobody = await store.join()
    redemption = await redeem("k1", nobody, ForReward(mug.id))
    assert (redemption.points, redemption.hold_id, redemption.transfer_id) == (0, None, None)
    assert redemption.state is RedemptionState.CONFIRMED
    assert await code(redeem("k2", nobody, ForReward(mug.id))) == "LIMIT_REACHED"


async def test_expired_points_cannot_be_spent_though_no_job_has_run(store: Store) -> None:
    with scope.of(store.shop.tenant):
        store.shop.member_id = await store.join()
        await store.shop.earn(50, expires_in=timedelta(minutes=1))
    mug = await store.reward(points=50)
    with clock.pinned(START + timedelta(minutes=1)):
        assert await code(redeem("k1", MemberId(store.shop.member_id), ForReward(mug.id))) == "INSUFFICIENT_POINTS"


# -- orders ------------------------------------------------------------------------------------------------------------


async def test_the_order_may_be_named_when_confirming_but_not_changed(store: Store) -> None:
    mug = await store.reward(points=10)
    late = await reserve("k1", store.member, ForReward(mug.id))
    assert (await confirm("k2", late.id, order_reference="o-2")).order_reference == "o-2"
    early = await reserve("k3", store.member, ForReward(mug.id), order_reference="o-3")
    refused = await refusal(confirm("k4", early.id, order_reference="o-4"))
    assert (refused.code, refused.field, refused.final) == ("INVALID", ("order_reference",), False)
    assert (await confirm("k4", early.id, order_reference="o-3")).order_reference == "o-3"


@pytest.mark.parametrize("reference", ["", "o" * 201, "o\n1", "\0"])
async def test_an_order_needs_a_name_that_can_be_kept(store: Store, reference: str) -> None:
    mug = await store.reward(points=10)
    for work in (
        reserve("k1", store.member, ForReward(mug.id), order_reference=reference),
        redeem("k1", store.member, ForReward(mug.id), order_reference=reference),
        confirm("k1", RedemptionId(new_id()), order_reference=reference),
    ):
        refused = await refusal(work)
        assert (refused.code, refused.field) == ("INVALID", ("order_reference",))


@pytest.mark.parametrize("minutes", [0, -1, 1441])
async def test_a_hold_has_bounds(store: Store, minutes: int) -> None:
    mug = await store.reward(points=10)
    refused = await refusal(reserve("k1", store.member, ForReward(mug.id), hold_minutes=minutes))
    assert (refused.code, refused.field) == ("OUT_OF_RANGE", ("hold_minutes",))


# -- whose -------------------------------------------------------------------------------------------------------------


async def test_anothers_ids_answer_as_ids_of_nobody(store: Store, foreign: Foreign) -> None:
    mug = await store.reward()
    with scope.of(foreign.store.shop.tenant):
        cap = await foreign.store.reward("cap", 10)
        theirs = await reserve("k1", foreign.store.member, ForReward(cap.id))

    async def with_reward(id_: str) -> object:
        return await reserve("k2", store.member, ForReward(RewardId(id_)))

    async def for_member(id_: str) -> object:
        return await reserve("k3", MemberId(id_), ForReward(mug.id))

    async def for_members_payment(id_: str) -> object:
        return await redeem("k4", MemberId(id_), pay(store, 10))

    async def confirming(id_: str) -> object:
        return await confirm("k5", RedemptionId(id_))

    async def cancelling(id_: str) -> object:
        return await cancel("k6", RedemptionId(id_))

    async def getting(id_: str) -> object:
        return await history.get(RedemptionId(id_))

    assert (await alike(with_reward, cap.id)).code == "NOT_FOUND"
    assert (await alike(for_member, foreign.store.member)).code == "NOT_FOUND"
    assert (await alike(for_members_payment, foreign.store.member)).code == "NOT_FOUND"
    for ask in (confirming, cancelling, getting):
        assert (await alike(ask, theirs.id)).code == "NOT_FOUND"
    assert await history.list_(member=foreign.store.member) == await history.list_(reward=cap.id) == []
    assert await history.list_(member=MemberId("no-id")) == []
    with clock.pinned(LATER):
        assert await expire_due(10) == 0
    with scope.of(foreign.store.shop.tenant):
        assert await history.get(theirs.id) == theirs
        assert await foreign.store.balance() == (90, 10)


async def test_who_is_closed_or_erased_is_not_there(store: Store) -> None:
    mug = await store.reward(points=10)
    closed, erased = await store.join(20), await store.join(20)
    held = [await reserve(f"k{n}", who, ForReward(mug.id)) for n, who in enumerate((closed, erased))]
    async with scope.writing():
        await Member.filter(id=closed).update(state="closed")
    await erase(erased)
    for number, who in enumerate((closed, erased, MemberId(new_id()))):
        refused = await refusal(redeem(f"r{number}", who, ForReward(mug.id)))
        assert (refused.code, refused.field, refused.final) == ("NOT_FOUND", ("member",), False)
    for number, redemption in enumerate(held):
        assert await code(confirm(f"c{number}", redemption.id)) == "NOT_FOUND"
        assert (await cancel(f"x{number}", redemption.id)).state is RedemptionState.CANCELLED


# -- expiry ------------------------------------------------------------------------------------------------------------


async def test_what_nobody_confirms_is_let_go_at_its_end(store: Store) -> None:
    mug, gift = await store.reward(points=10, stock=3), await store.reward("gift", 0, stock=2)
    wishes: list[Wish] = [ForReward(mug.id), ForReward(mug.id), ForReward(gift.id), pay(store, 20)]
    due = [await reserve(f"k{n}", store.member, wish) for n, wish in enumerate(wishes)]
    kept = await reserve("long", store.member, ForReward(mug.id), hold_minutes=16)
    assert await store.balance() == (50, 50)
    with clock.pinned(LATER - timedelta(microseconds=1)):
        assert await expire_due(100) == 0
    with clock.pinned(LATER):
        assert await expire_due(3) == 3
        assert await expire_due(3) == 1
        assert await expire_due(3) == 0
    assert await store.balance() == (90, 10)
    views = await history.get_many([redemption.id for redemption in due])
    assert {(view.state, view.closed_at) for view in views.values()} == {(RedemptionState.EXPIRED, LATER)}
    assert await history.get(kept.id) == kept
    assert (await taken(mug.id), await taken(gift.id)) == (1, 0)
    assert (await events())[5:] == ["redemption.expired"] * 4


# -- reading -----------------------------------------------------------------------------------------------------------


async def test_redemptions_are_listed_the_latest_first_in_pages(store: Store) -> None:
    mug, cap = await store.reward("mug", 10), await store.reward("cap", 10)
    other = await store.join(100)
    made: list[RedemptionView] = []
    for number, (who, reward) in enumerate([(store.member, mug), (store.member, cap), (other, mug), (other, cap)]):
        made.insert(0, await reserve(f"k{number}", who, ForReward(reward.id)))
    made[0] = await confirm("k9", made[0].id)
    assert await history.list_() == made
    assert await history.list_(first=2) == made[:2]
    assert await history.list_(after=made[1].id) == made[2:]
    assert await history.list_(member=other) == made[:2]
    assert await history.list_(reward=mug.id) == [made[1], made[3]]
    assert await history.list_(state=RedemptionState.CONFIRMED, member=other) == made[:1]
    assert await history.list_(first=-1) == []


async def test_events_say_what_was_redeemed_and_nothing_personal(store: Store) -> None:
    mug = await store.reward(points=10, voucher_source=VoucherSource.GENERATED)
    redemption = await redeem("k1", store.member, ForReward(mug.id), order_reference="o-1")
    assert redemption.voucher is not None
    body = {
        "redemption": redemption.id, "member": store.member, "reward": mug.id, "unit": store.unit, "points": 10,
        "order_reference": "o-1",
    }  # fmt: skip
    async with scope.reading():
        rows = await Event.all().order_by("id")
    assert [(row.kind, orjson.loads(row.body)) for row in rows] == [
        ("redemption.reserved", body),
        ("redemption.confirmed", body),
        ("voucher.issued", body | {"voucher": redemption.voucher.id}),
    ]
    assert {row.subject for row in rows} == {f"redemption:{redemption.id}"}
    async with scope.reading():
        assert await Redemption.all().count() == 1


async def test_what_a_person_does_is_in_the_audit_log_once(store: Store) -> None:
    mug = await store.reward(points=10)
    for actor in ("staff:1", "key:1"):
        with scope.of(store.shop.tenant, actor=actor):
            for _ in range(2):
                first = await reserve(f"{actor}-1", store.member, ForReward(mug.id))
                await confirm(f"{actor}-2", first.id)
                second = await reserve(f"{actor}-3", store.member, ForReward(mug.id))
                await cancel(f"{actor}-4", second.id)
                third = await redeem(f"{actor}-5", store.member, ForReward(mug.id))
            if actor == "staff:1":
                made = (first.id, first.id, second.id, second.id, third.id)
    async with scope.reading():
        logged = [entry for entry in await AuditEntry.all().order_by("id") if entry.target.startswith("redemption:")]
    verbs = ("reserved", "confirmed", "reserved", "cancelled", "confirmed")
    assert [(entry.actor, entry.action, entry.target) for entry in logged] == [
        ("staff:1", f"redemption.{verb}", f"redemption:{id_}") for verb, id_ in zip(verbs, made, strict=True)
    ]
    assert {entry.details for entry in logged} == {f'{{"member":"member:{store.member}","points":10}}'}
